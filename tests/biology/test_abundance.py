from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.biology.abundance import gene_level, join_report
from neosieve.model.evidence import ExpressionTable, JoinReport

BRCA2 = ("ENSG00000139618.2", "BRCA2")
TABLE = ExpressionTable(
    "salmon", "transcript", "TPM", {"ENST00000380152": 3.5, "ENST00000544455": 1.25, "ENST00000269305": 40.0}
)


def test_gene_sums_by_a_given_map() -> None:
    """3.5 + 1.25 = 4.75: ids of any version join; a transcript that the map lacks belongs to no gene."""
    genes = gene_level(TABLE, {"ENST00000380152.1": BRCA2, "ENST00000544455": BRCA2})

    assert genes is not None
    assert (genes.tool, genes.level, genes.unit) == ("salmon", "gene", "TPM")
    assert genes.value("ENSG00000139618.7") == genes.value("BRCA2") == 4.75
    assert list(genes.values) == ["ENSG00000139618"]


def test_what_belongs_to_no_gene_is_passed_over() -> None:
    """Wherever it stands in the table; the sums tell of no transcript any more."""
    genes = gene_level(TABLE, {"ENST00000269305": ("TP53",)})

    assert genes is not None
    assert (genes.values, genes.genes) == ({"TP53": 40.0}, {})


@pytest.mark.parametrize("values", [(None, 1.5), (1.5, None), (1.5, None, 2.0)])
def test_a_gene_lacks_what_one_of_its_transcripts_lacks(values: tuple[float | None, ...]) -> None:
    """Wherever the missing value stands."""
    table = ExpressionTable("t", "transcript", "TPM", {f"T{at}": value for at, value in enumerate(values)})
    genes = gene_level(table, {f"T{at}": ("G",) for at in range(len(values))})

    assert genes is not None
    assert genes.values == {"G": None}


def test_genes_stay_as_they_are() -> None:
    """There is nothing to sum."""
    genes = ExpressionTable("t", "gene", "TPM", {"BRCA2": 4.75})

    assert gene_level(genes) is genes


def test_without_a_map_there_are_no_gene_sums() -> None:
    """Salmon on plain transcript ids doesn't say whose they are."""
    assert gene_level(TABLE) is None


def test_what_joined_is_counted() -> None:
    """One with a value, one without, one unknown; the same feature twice counts once."""
    table = ExpressionTable("t", "transcript", "TPM", {"ENST00000380152": 3.5, "ENST00000413465": None})
    asked = [("ENST00000380152.1",), ("ENST00000413465",), ("", "ENST9"), ("ENST00000380152.1",)]

    assert join_report(table, asked) == JoinReport(3, 1, 1, 1, ("ENST9",))
    assert join_report(table, [("", "")]) == JoinReport(1, 0, 0, 1, ("",))  # a feature without any name


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), min_size=1, max_size=8))
def test_a_sum_needs_all_its_parts(values: list[float | None]) -> None:
    """However many transcripts: the gene's sum is theirs, or unknown where one of them is."""
    table = ExpressionTable("t", "transcript", "TPM", {f"T{place}": value for place, value in enumerate(values)})
    genes = gene_level(table, {f"T{place}": ("G",) for place in range(len(values))})

    assert genes is not None
    expected = None if None in values else pytest.approx(sum(value for value in values if value is not None))
    assert genes.value("G") == expected
