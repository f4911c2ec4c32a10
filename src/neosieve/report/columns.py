"""The columns of ``candidates.tsv``: each is declared once, here.

The declaration drives the table's header and cells, and the documentation of them. The columns of ``variants.tsv``
stand in :mod:`neosieve.report.variantcolumns`, the ledger's in :mod:`neosieve.report.ledgercolumns`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from neosieve.biology.synthesis import synthesis
from neosieve.model.candidate import Ranked
from neosieve.report.column import Column, contributions_in_words, count_columns, joined
from neosieve.report.proteins import protein_name

if TYPE_CHECKING:
    from neosieve.model.variant import Call
    from neosieve.report.column import Cell


def _mutant_positions(row: Ranked) -> str | None:
    # 0-based positions inside → 1-based ones in the table
    return ",".join([str(position + 1) for position in sorted(row.candidate.peptide.altered)]) or None


def _anchor_positions(row: Ranked) -> str | None:
    positions = row.candidate.anchor_positions
    return None if positions is None else ",".join([str(position + 1) for position in positions]) or None


_synthesis = lru_cache(maxsize=1 << 16)(synthesis)  # three columns, and all alleles of a peptide, ask for the same


def _haplotype(row: Ranked) -> str:
    return "+".join([str(call.variant) for call in row.candidate.peptide.calls])


def _filters(row: Ranked) -> str:
    names = {name for call in row.candidate.peptide.calls for name in call.filters}
    return ";".join(sorted(names)) or "PASS"


def _flag(row: Ranked, flag: bool) -> str | None:  # noqa: FBT001  the flag is the value
    return ("yes" if flag else "no") if row.candidate.change.transcript.told_apart else None


TUMOR_DNA, NORMAL_DNA, TUMOR_RNA = "the tumour's DNA", "the matched normal's DNA", "the tumour's RNA"


_CountColumns = tuple[Column[Ranked], Column[Ranked], Column[Ranked]]


def _call(row: Ranked) -> Call:
    return row.candidate.call


_TUMOR_DNA: _CountColumns = count_columns(lambda row: _call(row).tumor, TUMOR_DNA, "tumor_dna")
_NORMAL_DNA: _CountColumns = count_columns(lambda row: _call(row).normal, NORMAL_DNA, "normal_dna")
_TUMOR_RNA: _CountColumns = count_columns(lambda row: _call(row).rna, TUMOR_RNA, "tumor_rna")


def _wildtype_affinity(row: Ranked) -> Cell:
    binding = row.candidate.wildtype_binding
    return None if binding is None else binding.affinity_nM


def _wildtype_percentile(row: Ranked) -> Cell:
    binding = row.candidate.wildtype_binding
    return None if binding is None else binding.affinity_percentile


CANDIDATE_COLUMNS: tuple[Column[Ranked], ...] = (
    Column("rank", int, None, "Place in the order; 1 is best.", lambda r: r.rank),
    Column(
        "rank_interval",
        str,
        None,
        "Places that the rank stays within in 90 % of draws of the uncertain evidence and model; NA if not estimated.",
        lambda r: None if r.rank_low is None else f"{r.rank_low}–{r.rank_high}",
    ),
    Column("tier", str, None, "Group of the candidate, by the policy's rules.", lambda r: r.tier.value),
    Column(
        "score",
        float,
        "log-odds",
        "By the policy, higher is better; by default the sum of the contributions, where 0 is middling.",
        lambda r: r.score,
    ),
    Column("gene", str, None, "Gene symbol.", lambda r: r.candidate.change.transcript.gene),
    Column("gene_id", str, None, "Gene identifier.", lambda r: r.candidate.change.transcript.gene_id),
    Column(
        "variant",
        str,
        "chrom:pos:ref>alt",
        "The variant as in the VCF, 1-based; of a compound its first.",
        lambda r: str(r.candidate.call.variant),
    ),
    Column("haplotype", str, None, "All somatic variants that the peptide carries, joined by +.", _haplotype),
    Column(
        "filter",
        str,
        None,
        "The variants' FILTER entries, joined by ;, and PASS where none failed.",
        _filters,
    ),
    Column("protein_change", str, "HGVS p.", "The change on `transcript`.", lambda r: r.candidate.label),
    Column(
        "transcript",
        str,
        None,
        "Representative transcript: the one that the protein columns speak of.",
        lambda r: r.candidate.change.transcript.transcript,
    ),
    Column(
        "transcripts",
        str,
        None,
        "Every transcript that makes the peptide, joined by commas.",
        lambda r: joined(r.candidate.transcripts, ","),
    ),
    Column(
        "mane_select",
        str,
        None,
        "Whether `transcript` is MANE Select, yes or no; NA where nothing tells the gene's transcripts apart.",
        lambda r: _flag(r, r.candidate.change.transcript.mane_select),
    ),
    Column(
        "canonical",
        str,
        None,
        "Whether `transcript` is the gene's canonical one, likewise.",
        lambda r: _flag(r, r.candidate.change.transcript.canonical),
    ),
    Column(
        "transcript_support_level",
        int,
        "1–5",
        "Support level of `transcript`, 1 is best; NA where not assigned.",
        lambda r: r.candidate.change.transcript.support_level,
    ),
    Column(
        "consequence",
        str,
        None,
        "Sequence Ontology terms of the change, joined by &.",
        lambda r: r.candidate.consequence,
    ),
    Column(
        "peptide", str, "amino acids", "The mutant peptide, N- to C-terminal.", lambda r: r.candidate.peptide.sequence
    ),
    Column(
        "wildtype_peptide",
        str,
        "amino acids",
        "The aligned normal peptide; NA where an indel or a frameshift leaves none.",
        lambda r: r.candidate.peptide.wildtype,
    ),
    Column("allele", str, None, "Class I HLA allele, two fields.", lambda r: r.candidate.allele.name),
    Column("length", int, "residues", "Length of the peptide.", lambda r: len(r.candidate.peptide.sequence)),
    Column(
        "mutant_positions",
        str,
        "1-based",
        "Positions in the peptide that differ from the aligned normal protein, joined by commas; "
        "NA where a deletion joins normal stretches and no residue is new.",
        _mutant_positions,
    ),
    Column(
        "anchor_positions",
        str,
        "1-based",
        "Positions by which the allele holds the peptide, learned from the predictor, joined by commas.",
        _anchor_positions,
    ),
    Column(
        "mutation_site",
        str,
        None,
        "Whether `mutant_positions` are anchors (see `anchor_positions`): anchor, tcr_facing, or both.",
        lambda r: r.candidate.mutation_site,
    ),
    Column(
        "n_flank",
        str,
        "amino acids",
        "Residues before the peptide; empty where the protein starts, NA where unknown.",
        lambda r: r.candidate.peptide.n_flank,
        empty_is_a_value=True,
    ),
    Column(
        "c_flank",
        str,
        "amino acids",
        "Residues after the peptide; empty where the protein ends, NA where unknown.",
        lambda r: r.candidate.peptide.c_flank,
        empty_is_a_value=True,
    ),
    Column(
        "affinity_nM",
        float,
        "nM",
        "Predicted IC50 of the mutant peptide; lower binds stronger.",
        lambda r: r.candidate.binding.affinity_nM,
    ),
    Column(
        "affinity_low_nM",
        float,
        "nM",
        "Strong end of the affinity's interval: 90 % (embedded), lowest member (MHCflurry); NA for a single model.",
        lambda r: r.candidate.binding.affinity_low_nM,
    ),
    Column(
        "affinity_high_nM",
        float,
        "nM",
        "Weak end of the affinity's interval; NA for a single model.",
        lambda r: r.candidate.binding.affinity_high_nM,
    ),
    Column(
        "affinity_percentile",
        float,
        "%",
        "Share of the predictor's background peptides that bind the allele at least as well; lower is better.",
        lambda r: r.candidate.binding.affinity_percentile,
    ),
    Column("wildtype_affinity_nM", float, "nM", "Predicted IC50 of `wildtype_peptide`.", _wildtype_affinity),
    Column(
        "wildtype_affinity_percentile",
        float,
        "%",
        "Affinity percentile of `wildtype_peptide`.",
        _wildtype_percentile,
    ),
    Column(
        "agretopicity",
        float,
        "ratio",
        "Mutant nM / wild-type nM; under 1 favours the mutant; NA without an aligned wild type.",
        lambda r: r.candidate.agretopicity,
    ),
    Column(
        "presentation_score",
        float,
        "0–1",
        "Predicted likelihood that the allele presents the peptide; higher is better.",
        lambda r: r.candidate.binding.presentation_score,
    ),
    Column(
        "presentation_percentile",
        float,
        "%",
        "Share of the predictor's background peptides whose presentation score is at least as high; lower is better.",
        lambda r: r.candidate.binding.presentation_percentile,
    ),
    *_TUMOR_DNA[:2],
    *_NORMAL_DNA[:2],
    *_TUMOR_RNA,
    Column(
        "gene_expression",
        float,
        "as in the source, usually TPM",
        "Expression of the gene; NA where not given, which is neither zero nor a pass.",
        lambda r: r.candidate.gene_expression,
    ),
    Column(
        "transcript_expression",
        float,
        "as in the source, usually TPM",
        "Expression summed over `transcripts`; NA unless each has a value.",
        lambda r: r.candidate.transcript_expression,
    ),
    Column("ccf", float, "fraction", "Cancer cell fraction; NA where not estimated.", lambda r: r.candidate.ccf),
    Column("ccf_low", float, "fraction", "Lower end of its 95 % interval.", lambda r: r.candidate.ccf_low),
    Column("ccf_high", float, "fraction", "Upper end of its 95 % interval.", lambda r: r.candidate.ccf_high),
    Column(
        "regions_with",
        int,
        "regions",
        "Regions of the tumour that have the variant: called there, or 2 reads and a VAF of 1 % or more; NA with one "
        "region alone.",
        lambda r: None if r.candidate.regions is None else len(r.candidate.regions.present),
    ),
    Column(
        "regions_assessed",
        int,
        "regions",
        "Regions where that can be told: those that have it, and those without it at a depth of 59 or more.",
        lambda r: None if r.candidate.regions is None else r.candidate.regions.assessed,
    ),
    Column(
        "regions",
        str,
        None,
        "Which regions have the variant, which lack it, and which are not assessed.",
        lambda r: None if r.candidate.regions is None else r.candidate.regions.listed,
    ),
    Column(
        "hla_loss",
        float,
        "fraction",
        "Share of the tumour that lost the HLA allele; NA where not assessed.",
        lambda r: r.candidate.hla_loss,
    ),
    Column(
        "nmd",
        str,
        None,
        "escape: a premature stop escapes nonsense-mediated decay; NA: no such stop, or not known.",
        lambda r: r.candidate.nmd,
    ),
    Column(
        "phase",
        str,
        None,
        "What says that the variants (and germline ones in the peptide) are in cis: PGT/PID, PS, HP, reads, "
        "homozygous; single for a lone one; and what casts doubt: assumed_cis, unphased_neighbour, "
        "part_of_longer_call.",
        lambda r: r.candidate.phase,
    ),
    Column(
        "self_match",
        str,
        None,
        "near: a normal protein holds a peptide at one mismatch, the own wild type aside; no: none does; NA: not "
        "assessed, for want of a reference or a proteome (exact matches are in excluded_peptides.tsv).",
        lambda r: r.candidate.self_match,
    ),
    Column(
        "near_self_peptide",
        str,
        "amino acids",
        "The normal peptide at one mismatch that looks most like this one to a T cell; NA without one.",
        lambda r: r.candidate.near_self_peptide,
    ),
    Column("near_self_source", str, None, "A normal protein that holds it.", lambda r: r.candidate.near_self_source),
    Column(
        "near_self_expression",
        float,
        "as in the source, usually TPM",
        "Highest expression, in any normal tissue, of any gene that makes `near_self_peptide`; NA without a table of "
        "normal tissues, or where it doesn't have the gene.",
        lambda r: None if (level := r.candidate.near_self_level) is None else level.value,
    ),
    Column(
        "near_self_tissue",
        str,
        None,
        "The normal tissue of that; NA where the table doesn't tell tissues apart.",
        lambda r: None if (level := r.candidate.near_self_level) is None else level.tissue,
    ),
    Column(
        "near_self_gene",
        str,
        None,
        "The gene of that.",
        lambda r: None if (level := r.candidate.near_self_level) is None else level.gene,
    ),
    Column(
        "hotspot",
        str,
        None,
        "The recurrent change or residue of cancer that the change meets; NA: none on the shipped list, which isn't "
        "complete.",
        lambda r: r.candidate.hotspot,
    ),
    Column(
        "max_7mer_gravy",
        float,
        "Kyte–Doolittle",
        "Greatest mean hydropathy of seven neighbouring residues; above 2 a peptide is hard to make and to dissolve.",
        lambda r: _synthesis(r.candidate.peptide.sequence).max_gravy,
    ),
    Column(
        "cysteines",
        int,
        None,
        "Cysteines in the peptide, which form disulphides.",
        lambda r: _synthesis(r.candidate.peptide.sequence).cysteines,
    ),
    Column(
        "synthesis",
        str,
        None,
        "What makes the peptide hard to synthesise or keep, gravest first; advice that the score leaves aside.",
        lambda r: joined(_synthesis(r.candidate.peptide.sequence).words(), "; "),
    ),
    Column(
        "protein",
        str,
        None,
        "The mutant protein in which the peptide lies: its row in proteins.tsv.",
        lambda r: protein_name(r.candidate.change),
    ),
    Column(
        "protein_start",
        int,
        "1-based",
        "Position of the peptide's first residue in that protein.",
        lambda r: r.candidate.peptide.offset + 1,
    ),
    Column(
        "contributions",
        str,
        "log-odds",
        "The score's parts; one that is not assessed adds nothing.",
        lambda r: contributions_in_words(r.components),
    ),
    Column(
        "doubts",
        str,
        None,
        "Why the peptide, or the somatic variant, may not exist, joined by semicolons; NA where nothing says so.",
        lambda r: joined(r.doubts, "; "),
    ),
    Column(
        "reasons",
        str,
        None,
        "The case for the rank in words, joined by semicolons.",
        lambda r: joined(r.reasons, "; "),
    ),
    Column(
        "remarks",
        str,
        None,
        "What a reader must know, joined by semicolons.",
        lambda r: joined(r.candidate.remarks, "; "),
    ),
)
"""``candidates.tsv``: one row per variant × peptide × allele."""
