"""The columns of ``all_epitopes.tsv``, in pVACtools 7.1.5's order and under its names."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from neosieve.biology.synthesis import synthesis
from neosieve.report.column import Column
from neosieve.report.pvacseq.predictions import Epitopes, each_predictor, medians, nothing, summaries
from neosieve.report.pvacseq.rows import genomic_span

if TYPE_CHECKING:
    from collections.abc import Callable

    from neosieve.model.variant import AlleleCounts
    from neosieve.report.column import Cell
    from neosieve.report.pvacseq.rows import EpitopeRow
    from neosieve.report.pvacseq.selection import Told

DIFFICULT_FIRST = frozenset("QEC")  # vaxrank's difficult N-terminal residues, which pVACseq took over
NOT_RUN = "Not Run"

_synthesis = lru_cache(maxsize=1 << 16)(synthesis)


def _sequence(row: EpitopeRow) -> str:
    return row.epitope.peptide.sequence


def _positions(row: EpitopeRow) -> Cell:
    return ", ".join(map(str, row.mutation_positions)) or None


def _yes(value: bool) -> str:  # noqa: FBT001 - the value is what is written
    return "True" if value else "False"


def _counts(get: Callable[[EpitopeRow], AlleleCounts | None], name: str, words: str) -> tuple[Epitopes, Epitopes]:
    def depth(row: EpitopeRow) -> Cell:
        counts = get(row)
        return None if counts is None else counts.depth

    def vaf(row: EpitopeRow) -> Cell:
        counts = get(row)
        return None if counts is None else counts.vaf

    return (
        Column(f"{name} Depth", int, "reads", f"Reads that cover the variant in {words}.", depth),
        Column(f"{name} VAF", float, "fraction", f"Variant allele frequency in {words}; NA at depth 0.", vaf),
    )


def _place(told: Told) -> tuple[Epitopes, ...]:
    """Declare where the variant lies and what it does."""
    return (
        Column("Chromosome", str, None, "Contig as in the VCF.", lambda r: r.site.call.variant.chrom),
        Column(
            "Start",
            int,
            "0-based",
            "First base; of an indel, past the base that the VCF repeats.",
            lambda r: genomic_span(r.site.call.variant)[0],
        ),
        Column("Stop", int, "half-open", "Past the last base.", lambda r: genomic_span(r.site.call.variant)[1]),
        Column("Reference", str, "bases", "REF as in the VCF.", lambda r: r.site.call.variant.ref),
        Column("Variant", str, "bases", "ALT as in the VCF.", lambda r: r.site.call.variant.alt),
        Column("Transcript", str, None, "Each has rows of its own.", lambda r: r.site.consequence.transcript),
        Column(
            "Transcript Support Level",
            int,
            "1–5",
            "1 is best; NA where none is assigned.",
            lambda r: r.site.consequence.support_level,
        ),
        Column(
            "Transcript Length",
            int,
            "residues",
            "Length of the transcript's normal protein.",
            lambda r: len(r.site.change.normal),
        ),
        Column(
            "Canonical",
            str,
            None,
            "True or False; Not Run where the annotation doesn't tell.",
            lambda r: _yes(r.site.consequence.canonical) if told.canonical else NOT_RUN,
        ),
        Column(
            "MANE Select",
            str,
            None,
            "True or False; Not Run where the annotation doesn't tell.",
            lambda r: _yes(r.site.consequence.mane_select) if told.mane_select else NOT_RUN,
        ),
        Column("Biotype", str, None, "The transcript's biotype.", lambda r: r.site.consequence.biotype),
        Column(
            "Transcript CDS Flags",
            str,
            None,
            "cds_start_nf, cds_end_nf, joined by &; None for a complete CDS.",
            lambda r: "&".join(sorted(flag.lower() for flag in r.site.consequence.flags)) or "None",
        ),
        Column("Ensembl Gene ID", str, None, "Gene identifier.", lambda r: r.site.consequence.gene_id),
        Column(
            "Variant Type",
            str,
            None,
            "missense, inframe_ins, inframe_del, FS; the Sequence Ontology term if pVACseq has no type (stop_lost).",
            lambda r: r.site.variant_type,
        ),
        Column(
            "Mutation",
            str,
            "residues",
            "Residues before/after, as VEP writes them; - for none. Of the variant alone, in a compound too.",
            lambda r: r.site.mutation,
        ),
        Column("Protein Position", str, "1-based", "Residues affected.", lambda r: r.site.protein_position),
        Column("Gene Name", str, None, "Gene symbol.", lambda r: r.site.consequence.gene),
        Column("HGVSc", str, "HGVS c.", "The change in the transcript.", lambda r: r.site.consequence.hgvs_c),
        Column("HGVSp", str, "HGVS p.", "The change in the protein.", lambda r: r.site.consequence.hgvs_p),
        Column("HLA Allele", str, None, "Class I allele, two fields.", lambda r: r.candidate.allele.name),
        Column("Peptide Length", int, "residues", "Length of the peptide.", lambda r: len(_sequence(r))),
        Column(
            "Sub-peptide Position",
            int,
            "1-based",
            "Place in the window that holds a peptide's length less one residues before the change.",
            lambda r: r.epitope.position,
        ),
        Column(
            "Mutation Position",
            str,
            "1-based",
            "Residues of the peptide that the variants made; NA where a deletion joins normal stretches. pVACseq has "
            "none without a wild type.",
            _positions,
        ),
        Column("MT Epitope Seq", str, "amino acids", "The mutant peptide.", _sequence),
        Column(
            "WT Epitope Seq",
            str,
            "amino acids",
            "The aligned normal peptide; NA for indels and frameshifts, where pVACseq takes the one at the same place "
            "if half of it is the same.",
            lambda r: r.wildtype,
        ),
    )


def _reads_and_expression() -> tuple[Epitopes, ...]:
    return (
        *_counts(lambda r: r.site.call.tumor, "Tumor DNA", "the tumour's DNA"),
        *_counts(lambda r: r.site.call.rna, "Tumor RNA", "the tumour's RNA"),
        *_counts(lambda r: r.site.call.normal, "Normal", "the matched normal's DNA"),
        Column(
            "Gene Expression",
            float,
            "as in the source, usually TPM",
            "Expression of the gene; NA where not given.",
            lambda r: r.epitope.gene_expression,
        ),
        Column(
            "Transcript Expression",
            float,
            "as in the source, usually TPM",
            "Expression of this row's transcript; NA where not given.",
            lambda r: r.epitope.expression,
        ),
    )


def _made() -> tuple[Epitopes, ...]:
    """Declare the index and what vaxrank, and pVACseq after it, say of a peptide's synthesis."""
    return (
        Column(
            "Index",
            str,
            None,
            "<number>.<gene>.<transcript>.<type>.<position><change>; the number counts the variants and transcripts of "
            "this table.",
            lambda r: r.site.index,
        ),
        Column("Gene of Interest", str, None, "No list of genes is compared: always NA.", nothing),
        Column(
            "cterm_7mer_gravy_score",
            float,
            "Kyte–Doolittle",
            "Mean hydropathy of the last seven residues.",
            lambda r: _synthesis(_sequence(r)).c_terminal_gravy,
        ),
        Column(
            "max_7mer_gravy_score",
            float,
            "Kyte–Doolittle",
            "Greatest mean hydropathy of seven neighbouring residues.",
            lambda r: _synthesis(_sequence(r)).max_gravy,
        ),
        Column(
            "difficult_n_terminal_residue",
            str,
            None,
            "True if the first residue is Q, E or C.",
            lambda r: _yes(_sequence(r)[0] in DIFFICULT_FIRST),
        ),
        Column("c_terminal_cysteine", str, None, "True or False.", lambda r: _yes(_sequence(r)[-1] == "C")),
        Column("c_terminal_proline", str, None, "True or False.", lambda r: _yes(_sequence(r)[-1] == "P")),
        Column("cysteine_count", int, None, "Cysteines.", lambda r: _sequence(r).count("C")),
        Column("n_terminal_asparagine", str, None, "True or False.", lambda r: _yes(_sequence(r)[0] == "N")),
        Column(
            "asparagine_proline_bond_count",
            int,
            None,
            "Asn-Pro bonds, as the name says; acid cleaves Asp-Pro (see `synthesis` in candidates.tsv).",
            lambda r: _sequence(r).count("NP"),
        ),
    )


def epitope_columns(predictor: str, told: Told) -> tuple[Epitopes, ...]:
    """Declare the columns of ``all_epitopes.tsv`` and ``filtered.tsv``.

    Parameters
    ----------
    predictor
        Identity of the predictor, which names its columns.
    told
        What the annotation tells of transcripts.
    """
    return (
        *_place(told),
        *summaries(predictor),
        *_reads_and_expression(),
        *medians(),
        *each_predictor(predictor),
        *_made(),
    )
