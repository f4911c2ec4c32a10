"""Scoring peptides by themselves."""

from __future__ import annotations

from neosieve.io.hla import hla_type
from neosieve.io.peptides import PeptideTable
from neosieve.scoring import score_pairs, score_peptides

from .biology.fakes import FakePredictor

PEPTIDES = ("NLVPMVATV", "NLVPMVATV", "GILGFVFTL", "NLVPXVATV", "SHORT")
UNKNOWN = (None,) * 5


def test_a_list_is_scored_against_each_allele_once() -> None:
    """Four distinct peptides × two alleles, in order; a repeated peptide counts once."""
    rows, remarks = score_peptides(
        PeptideTable(PEPTIDES, UNKNOWN, UNKNOWN), hla_type(["A*02:01", "B*07:02"], "test"), FakePredictor()
    )
    distinct = ["NLVPMVATV", "GILGFVFTL", "NLVPXVATV", "SHORT"]
    assert [(row.peptide, row.allele) for row in rows] == [
        (peptide, allele) for peptide in distinct for allele in ("HLA-A*02:01", "HLA-B*07:02")
    ]
    assert [row.binding is not None for row in rows] == [True] * 4 + [False] * 4
    assert remarks == (
        "2 rows not scored: peptides with a residue outside the standard twenty",
        "2 rows not scored: peptides shorter than 8 or longer than 15 residues",
    )


def test_pairs_keep_their_rows_and_say_why_one_is_not_scored() -> None:
    """One row for each row: names are read in any nomenclature, and one that can't be used costs its row alone."""
    alleles = ("A0201", "HLA-B*07:02", "A*24:09N", "DRB1*15:01", "nonsense", "HLA-A*02:01")
    table = PeptideTable(("NLVPMVATV",) * 6, (None,) * 6, (None,) * 6, alleles)
    rows, remarks = score_pairs(table, FakePredictor())
    assert [row.allele for row in rows] == [
        "HLA-A*02:01", "HLA-B*07:02", "A*24:09N", "DRB1*15:01", "nonsense", "HLA-A*02:01",
    ]  # fmt: skip
    assert [row.binding is not None for row in rows] == [True, True, False, False, False, True]
    assert rows[0].binding == rows[5].binding
    assert [remark.partition(": ")[0] for remark in remarks] == ["1 rows not scored"] * 3
    assert any("null allele" in remark for remark in remarks)
    assert any("class II" in remark for remark in remarks)
    assert any("'nonsense' is not an HLA allele" in remark for remark in remarks)


def test_an_allele_that_the_models_lack_is_said_to_be() -> None:
    """C*07:02 is well written but not among the fake's alleles."""
    table = PeptideTable(("NLVPMVATV",), (None,), (None,), ("C*07:02",))
    rows, remarks = score_pairs(table, FakePredictor())
    assert (rows[0].allele, rows[0].binding) == ("HLA-C*07:02", None)
    assert remarks == ("1 rows not scored: HLA-C*07:02 is not supported by the models",)
