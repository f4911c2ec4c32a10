"""The columns of ``candidates.tsv`` that don't depend on the allele: what a peptide is, and the evidence for it.

They are declared for :class:`PeptideEvidence`, which holds no allele and no binding, so that the alleles of a peptide
share their cells. :mod:`neosieve.report.columns` gives them their places in the table.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from neosieve.biology.synthesis import synthesis
from neosieve.report import mutationcolumns
from neosieve.report.column import Column, joined, of_part
from neosieve.report.evidence import mutation

if TYPE_CHECKING:
    from neosieve.report.evidence import PeptideEvidence

_of_mutation = partial(of_part, mutation)
_synthesis = lru_cache(maxsize=1 << 16)(synthesis)  # three columns ask for the same


def _mutant_positions(one: PeptideEvidence) -> str | None:
    # 0-based positions inside → 1-based ones in the table
    return ",".join([str(position + 1) for position in sorted(one.peptide.altered)]) or None


MUTATION: tuple[Column[PeptideEvidence], ...] = (
    *_of_mutation(mutationcolumns.CHANGE),
    Column(
        "transcripts",
        str,
        None,
        "Every transcript that makes the peptide, joined by commas.",
        lambda p: joined(p.transcripts, ","),
    ),
    *_of_mutation(mutationcolumns.TRANSCRIPT),
    Column("peptide", str, "amino acids", "The mutant peptide, N- to C-terminal.", lambda p: p.peptide.sequence),
    Column(
        "wildtype_peptide",
        str,
        "amino acids",
        "The aligned normal peptide; NA where an indel or a frameshift leaves none.",
        lambda p: p.peptide.wildtype,
    ),
)

POSITIONS: tuple[Column[PeptideEvidence], ...] = (
    Column("length", int, "residues", "Length of the peptide.", lambda p: len(p.peptide.sequence)),
    Column(
        "mutant_positions",
        str,
        "1-based",
        "Positions in the peptide that differ from the aligned normal protein, joined by commas; "
        "NA where a deletion joins normal stretches and no residue is new.",
        _mutant_positions,
    ),
)

FLANKS: tuple[Column[PeptideEvidence], ...] = (
    Column(
        "n_flank",
        str,
        "amino acids",
        "Residues before the peptide; empty where the protein starts, NA where unknown.",
        lambda p: p.peptide.n_flank,
        empty_is_a_value=True,
    ),
    Column(
        "c_flank",
        str,
        "amino acids",
        "Residues after the peptide; empty where the protein ends, NA where unknown.",
        lambda p: p.peptide.c_flank,
        empty_is_a_value=True,
    ),
)

EVIDENCE: tuple[Column[PeptideEvidence], ...] = (
    *_of_mutation(mutationcolumns.READS),
    Column(
        "gene_expression",
        float,
        "as in the source, usually TPM",
        "Expression of the gene; NA where not given, which is neither zero nor a pass.",
        lambda p: p.gene_expression,
    ),
    Column(
        "transcript_expression",
        float,
        "as in the source, usually TPM",
        "Expression summed over `transcripts`; NA unless each has a value.",
        lambda p: p.transcript_expression,
    ),
    Column("ccf", float, "fraction", "Cancer cell fraction; NA where not estimated.", lambda p: p.ccf),
    Column("ccf_low", float, "fraction", "Lower end of its 95 % interval.", lambda p: p.ccf_low),
    Column("ccf_high", float, "fraction", "Upper end of its 95 % interval.", lambda p: p.ccf_high),
    Column(
        "regions_with",
        int,
        "regions",
        "Regions of the tumour that have the variant: called there, or 2 reads and a VAF of 1 % or more; NA with one "
        "region alone.",
        lambda p: None if p.regions is None else len(p.regions.present),
    ),
    Column(
        "regions_assessed",
        int,
        "regions",
        "Regions where that can be told: those that have it, and those without it at a depth of 59 or more.",
        lambda p: None if p.regions is None else p.regions.assessed,
    ),
    Column(
        "regions",
        str,
        None,
        "Which regions have the variant, which lack it, and which are not assessed.",
        lambda p: None if p.regions is None else p.regions.listed,
    ),
)

NATURE: tuple[Column[PeptideEvidence], ...] = (
    Column(
        "nmd",
        str,
        None,
        "escape: a premature stop escapes nonsense-mediated decay; NA: no such stop, or not known.",
        lambda p: p.nmd,
    ),
    Column(
        "phase",
        str,
        None,
        "What says that the variants (and germline ones in the peptide) are in cis: PGT/PID, PS, HP, reads, "
        "homozygous; single for a lone one; and what casts doubt: assumed_cis, unphased_neighbour, "
        "part_of_longer_call.",
        lambda p: p.phase,
    ),
    Column(
        "self_match",
        str,
        None,
        "near: a normal protein holds a peptide at one mismatch, the own wild type aside; no: none does; NA: not "
        "assessed, for want of a reference or a proteome (exact matches are in excluded_peptides.tsv).",
        lambda p: p.self_match,
    ),
    Column(
        "near_self_peptide",
        str,
        "amino acids",
        "The normal peptide at one mismatch that looks most like this one to a T cell; NA without one.",
        lambda p: p.near_self_peptide,
    ),
    Column("near_self_source", str, None, "A normal protein that holds it.", lambda p: p.near_self_source),
    Column(
        "near_self_expression",
        float,
        "as in the source, usually TPM",
        "Highest expression, in any normal tissue, of any gene that makes `near_self_peptide`; NA without a table of "
        "normal tissues, or where it doesn't have the gene.",
        lambda p: None if (level := p.near_self_level) is None else level.value,
    ),
    Column(
        "near_self_tissue",
        str,
        None,
        "The normal tissue of that; NA where the table doesn't tell tissues apart.",
        lambda p: None if (level := p.near_self_level) is None else level.tissue,
    ),
    Column(
        "near_self_gene",
        str,
        None,
        "The gene of that.",
        lambda p: None if (level := p.near_self_level) is None else level.gene,
    ),
    Column(
        "hotspot",
        str,
        None,
        "The recurrent change or residue of cancer that the change meets; NA: none on the shipped list, which isn't "
        "complete.",
        lambda p: p.hotspot,
    ),
    Column(
        "max_7mer_gravy",
        float,
        "Kyte–Doolittle",
        "Greatest mean hydropathy of seven neighbouring residues; above 2 a peptide is hard to make and to dissolve.",
        lambda p: _synthesis(p.peptide.sequence).max_gravy,
    ),
    Column(
        "cysteines",
        int,
        None,
        "Cysteines in the peptide, which form disulphides.",
        lambda p: _synthesis(p.peptide.sequence).cysteines,
    ),
    Column(
        "synthesis",
        str,
        None,
        "What makes the peptide hard to synthesise or keep, gravest first; advice that the score leaves aside.",
        lambda p: joined(_synthesis(p.peptide.sequence).words(), "; "),
    ),
    *_of_mutation(mutationcolumns.PROTEIN),
    Column(
        "protein_start",
        int,
        "1-based",
        "Position of the peptide's first residue in that protein.",
        lambda p: p.peptide.offset + 1,
    ),
)

REMARKS: tuple[Column[PeptideEvidence], ...] = (
    Column(
        "remarks",
        str,
        None,
        "What a reader must know, joined by semicolons.",
        lambda p: joined(p.remarks, "; "),
    ),
)
