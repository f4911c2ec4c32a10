"""The columns of ``all_epitopes.aggregated.tsv``, in pVACtools 7.1.5's order and under its names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.report.column import Column
from neosieve.report.pvacseq.columns import epitope_columns
from neosieve.report.pvacseq.rows import FRAMESHIFT, variant_id
from neosieve.report.pvacseq.selection import AggregatedRow, allele_expression_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neosieve.report.column import Cell
    from neosieve.report.pvacseq.selection import Told

Aggregates = Column[AggregatedRow]


def _aa_change(row: AggregatedRow) -> Cell:
    site = row.best.site
    if site.variant_type == FRAMESHIFT:
        return f"FS{site.protein_position}"
    before, _, after = site.mutation.partition("/")
    return f"{before}{site.protein_position}{after}"


def _passing(allele: str) -> Callable[[AggregatedRow], Cell]:
    return lambda row: row.passing_by_allele.get(allele, "")


def aggregated_columns(alleles: Sequence[str], predictor: str, told: Told) -> tuple[Aggregates, ...]:
    """Declare the columns of ``all_epitopes.aggregated.tsv``.

    Parameters
    ----------
    alleles
        Full names; each has a column.
    predictor, told
        As for :func:`epitope_columns`.
    """
    by_name = {column.name: column for column in epitope_columns(predictor, told)}

    def of_best(name: str, column: str) -> Aggregates:
        source = by_name[column]
        get = source.get
        return Column(name, source.type, source.unit, source.doc, lambda row: get(row.best))

    return (
        Column("ID", str, "chr-start-stop-ref-alt", "The variant.", lambda r: variant_id(r.best.site.call.variant)),
        of_best("Index", "Index"),
        *(
            Column(
                allele.removeprefix("HLA-"),
                int,
                None,
                f"Peptides that bind {allele} below 500 nM; empty for none.",
                _passing(allele),
                empty_is_a_value=True,
            )
            for allele in alleles
        ),
        of_best("Gene", "Gene Name"),
        Column("AA Change", str, None, "D1255N; FS and the position for a frameshift.", _aa_change),
        Column("Num Passing Transcripts", int, None, "Transcripts that make them.", lambda r: r.transcripts),
        of_best("Best Peptide", "MT Epitope Seq"),
        of_best("Best Transcript", "Transcript"),
        of_best("MANE Select", "MANE Select"),
        of_best("Canonical", "Canonical"),
        of_best("TSL", "Transcript Support Level"),
        of_best("Allele", "HLA Allele"),
        of_best("Pos", "Mutation Position"),
        Column("Prob Pos", str, None, "No list of unwanted residues is compared: always None.", lambda _: "None"),
        Column(
            "Num Included Peptides",
            int,
            None,
            "Peptides below 5,000 nM, the 15 best at most, and the best in any case.",
            lambda r: r.included_peptides,
        ),
        Column("Num Passing Peptides", int, None, "Of those, below 500 nM.", lambda r: r.passing_peptides),
        of_best("IC50 MT", "Median MT IC50 Score"),
        of_best("IC50 WT", "Median WT IC50 Score"),
        of_best("%ile MT", "Median MT Percentile"),
        of_best("%ile WT", "Median WT Percentile"),
        of_best("IC50 %ile MT", "Median MT IC50 Percentile"),
        of_best("IC50 %ile WT", "Median WT IC50 Percentile"),
        of_best("IM %ile MT", "Median MT Immunogenicity Percentile"),
        of_best("IM %ile WT", "Median WT Immunogenicity Percentile"),
        of_best("Pres %ile MT", "Median MT Presentation Percentile"),
        of_best("Pres %ile WT", "Median WT Presentation Percentile"),
        of_best("RNA Expr", "Gene Expression"),
        of_best("RNA VAF", "Tumor RNA VAF"),
        Column(
            "Allele Expr",
            float,
            "TPM",
            "Gene expression × RNA VAF; 0 where no read covers the variant, as pVACseq has it; NA without either.",
            lambda r: allele_expression_of(r.best),
        ),
        of_best("RNA Depth", "Tumor RNA Depth"),
        of_best("DNA VAF", "Tumor DNA VAF"),
        Column(
            "Tier",
            str,
            None,
            "pVACseq's tier of what the row shows; NotAssessed where its Pass would rest on unknown expression or "
            "binding.",
            lambda r: r.tier,
        ),
        Column("Evaluation", str, None, "For a reviewer to change: Pending.", lambda _: "Pending"),
    )
