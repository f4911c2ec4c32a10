"""The columns of ``variants.tsv``: most of them are its best candidate's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.report.column import Column, count_columns, joined
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.mutationcolumns import NORMAL_DNA, TUMOR_DNA, TUMOR_RNA

if TYPE_CHECKING:
    from neosieve.report.variants import VariantSummary

_BY_NAME = {column.name: column for column in CANDIDATE_COLUMNS}


def _of_best(name: str, *, doc: str | None = None, rename: str | None = None) -> Column[VariantSummary]:
    """Carry a candidate's column over to the variant whose best candidate it is."""
    column = _BY_NAME[name]
    get = column.get
    return Column(rename or name, column.type, column.unit, doc or column.doc, lambda summary: get(summary.best))


VARIANT_COLUMNS: tuple[Column[VariantSummary], ...] = (
    Column("variant", str, "chrom:pos:ref>alt", "The variant as in the VCF, 1-based.", lambda s: str(s.call.variant)),
    _of_best(
        "rank", rename="best_rank", doc="Rank of the best candidate that carries the variant, alone or in a compound."
    ),
    _of_best("tier"),
    _of_best("score"),
    _of_best("gene"),
    _of_best("gene_id"),
    _of_best("haplotype"),
    Column(
        "filter",
        str,
        None,
        "FILTER entries, joined by ;, and PASS where none failed.",
        lambda s: joined(s.call.filters, ";") or "PASS",
    ),
    _of_best("protein_change"),
    _of_best("transcript"),
    _of_best("consequence"),
    _of_best("peptide", rename="best_peptide"),
    _of_best("wildtype_peptide"),
    _of_best("allele", rename="best_allele"),
    _of_best("affinity_nM"),
    _of_best("affinity_percentile"),
    _of_best("agretopicity"),
    _of_best("presentation_percentile"),
    *count_columns(lambda s: s.call.tumor, TUMOR_DNA, "tumor_dna")[:2],
    *count_columns(lambda s: s.call.normal, NORMAL_DNA, "normal_dna")[:2],
    *count_columns(lambda s: s.call.rna, TUMOR_RNA, "tumor_rna"),
    _of_best("gene_expression"),
    _of_best("transcript_expression"),
    Column(
        "regions",
        str,
        None,
        "Which regions of the tumour have the variant, which lack it, and which are not assessed; NA with one alone.",
        lambda s: None if s.call.regions is None else s.call.regions.listed,
    ),
    Column("n_candidates", int, None, "Candidates that carry the variant.", lambda s: s.n_candidates),
    Column("n_peptides", int, None, "Distinct peptides among them.", lambda s: s.n_peptides),
    Column(
        "n_candidates_at_2_percent",
        int,
        None,
        "Candidates at a percentile of 2 or below, presentation first, else affinity.",
        lambda s: s.n_candidates_at_2,
    ),
    Column("n_peptides_at_2_percent", int, None, "Distinct peptides among those.", lambda s: s.n_peptides_at_2),
    Column(
        "alleles_at_2_percent",
        str,
        None,
        "Alleles of those, joined by commas; NA where there are none.",
        lambda s: joined(s.alleles_at_2, ","),
    ),
    _of_best("reasons"),
)
"""``variants.tsv``: one row per variant that has candidates, told by its best one."""
