from __future__ import annotations

import csv
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from neosieve.biology.caseranking import rank_cases
from neosieve.cli import main
from neosieve.io.rankpolicies import read_coefficients, read_policy
from neosieve.model.case import Case
from neosieve.pipeline import run
from neosieve.report.outputs import write_outputs
from tests.biology.fakes import FakePredictor
from tests.madeup import World, change

if TYPE_CHECKING:
    from pathlib import Path

TABLE = """sample,peptide,allele,wildtype_peptide,gene_expression,tumor_dna_vaf,note
a,YMDGTMSQV,HLA-A02:01,,33,0.3,x
a,QTIDNIVFL,A*02:01,QTIDNIVSL,,0.2,"y, z"
b,,,,5,0.1,no peptide
b,KMIGNHLWV,A0201,KMIGNHLWM,0,NA,
"""


def ranked(tmp_path: Path, text: str, *options: str) -> tuple[list[dict[str, str]], str]:
    """Rank a table by the command line; return its rows, and what was said."""
    given, out = tmp_path / "given.csv", tmp_path / "out.tsv"
    given.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["rank", str(given), "--models", "embedded", "-o", str(out), *options])
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)), done.output


def test_a_table_from_elsewhere_is_ranked_sample_by_sample_on_what_it_has(tmp_path: Path) -> None:
    """Alleles in any nomenclature; other columns are carried along; a row without a peptide has its place too."""
    rows, said = ranked(tmp_path, TABLE)
    assert [(row["sample"], row["rank"]) for row in rows] == [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")]
    by_note = {row["note"]: row for row in rows}
    assert by_note["x"]["tier"] == "strong"
    assert by_note["y, z"]["tier"] == "expression_not_assessed"
    assert "expression not assessed" in by_note["y, z"]["reasons"]
    assert by_note["no peptide"]["tier"] == "binding_not_assessed"
    assert "expression -" in by_note["no peptide"]["contributions"]
    assert by_note["NA"]["tier"] == "low_expression"
    assert "1 rows ranked without binding: no peptide" in said


def test_cells_that_a_spreadsheet_would_run_pass_through_unharmed(tmp_path: Path) -> None:
    """Text gets one apostrophe however often a table is read and written; a negative number in any column none."""
    first, _ = ranked(tmp_path, "peptide,allele,note,fold\nYMDGTMSQV,A0201,=1+1,-2.5\n")
    again = "\t".join(first[0]) + "\n" + "\t".join(first[0].values()) + "\n"
    second, _ = ranked(tmp_path, again)
    for rows in (first, second):
        assert [(row["note"], row["fold"]) for row in rows] == [("'=1+1", "-2.5")]


def test_a_tables_own_predictions_are_kept(tmp_path: Path) -> None:
    """Affinity from elsewhere is never set against a wild-type affinity of ours."""
    text = "peptide,allele,wildtype_peptide,affinity_nM\nYMDGTMSQV,A0201,YMDGTMSQG,1234\n"
    ((row,), _) = ranked(tmp_path, text)
    assert row["affinity_nM"] == "1234"
    assert row["wildtype_affinity_nM"] == "NA"
    assert row["presentation_percentile"] != "NA"


@pytest.mark.parametrize(
    ("cell", "words"),
    [("1.2", "tumor_dna_vaf is 1.2, outside 0–1"), ("high", "tumor_dna_vaf is 'high', not a number")],
)
def test_one_bad_cell_doesnt_end_the_run(tmp_path: Path, cell: str, words: str) -> None:
    """It is not assessed, and said with its line."""
    ((row,), said) = ranked(tmp_path, f"peptide,allele,tumor_dna_vaf\nYMDGTMSQV,A0201,{cell}\n")
    assert f"line 2: {words}" in said
    assert "clonality not assessed" in row["contributions"]


def test_an_allele_that_cant_be_read_or_isnt_supported_is_said(tmp_path: Path) -> None:
    """Its rows are ranked without binding."""
    rows, said = ranked(tmp_path, "peptide,allele\nYMDGTMSQV,nonsense\nYMDGTMSQV,A0201\n")
    assert [row["tier"] for row in rows] == ["expression_not_assessed", "binding_not_assessed"]
    assert "nonsense" in said


@pytest.mark.parametrize("policy", ["pvacseq", "vaxrank", "mupexi", "affinity", "presentation"])
def test_every_policy_ranks_any_table(tmp_path: Path, policy: str) -> None:
    """Ranks are 1 to n in each sample, and the score never rises within a tier."""
    rows, _ = ranked(tmp_path, TABLE, "--policy", policy)
    assert sorted(row["rank"] for row in rows) == ["1", "1", "2", "2"]


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    """Intervals included."""
    header, *rows = TABLE.strip().splitlines()
    one, _ = ranked(tmp_path, TABLE)
    other, _ = ranked(tmp_path, "\n".join([header, *rows[::-1]]) + "\n")
    key = [(row["sample"], row["rank"], row["rank_interval"], row["peptide"]) for row in one]
    assert sorted(key) == sorted((row["sample"], row["rank"], row["rank_interval"], row["peptide"]) for row in other)


def test_a_share_of_no_reads_is_not_assessed(tmp_path: Path) -> None:
    """A VAF of 0 at a depth of 0, as pVACseq's tables have it, is no evidence: the row stands as one without it."""
    header = "peptide,allele,gene_expression,tumor_dna_vaf,tumor_dna_depth,tumor_rna_vaf,tumor_rna_depth"
    rows, _ = ranked(tmp_path, f"{header}\nYMDGTMSQV,A0201,20,,,,\nYMDGTMSQV,A0201,20,0,0,0,0\n")
    told = [(row["score"], row["tier"], row["contributions"], row["reasons"]) for row in rows]
    assert told[0] == told[1]
    assert "clonality not assessed" in rows[0]["contributions"]


def test_a_table_without_a_known_column_is_refused(tmp_path: Path) -> None:
    """With an example of what would be known."""
    path = tmp_path / "table.tsv"
    path.write_text("foo\tbar\n1\t2\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["rank", str(path)])
    assert done.exit_code == 1
    assert "no column to rank by" in done.output


def test_a_candidate_is_explained_as_it_was_ranked_and_a_table_is_reranked(tmp_path: Path) -> None:
    """`explain` prints the table's own parts and reasons; `rerank` needs no predictor."""
    rows, _ = ranked(tmp_path, TABLE)
    out = str(tmp_path / "out.tsv")
    done = CliRunner().invoke(main, ["explain", out, "2", "--sample", "a"])
    assert done.exit_code == 0
    assert "Rank 2 (" in done.output
    assert "QTIDNIVFL" in done.output
    for part in rows[1]["contributions"].split("; "):
        assert all(word in done.output for word in part.split(" ", 1))
    for reason in rows[1]["reasons"].split("; "):
        assert reason in done.output
    assert CliRunner().invoke(main, ["explain", out, "9"]).exit_code == 1
    again = CliRunner().invoke(main, ["rerank", out, "--policy", "affinity"])
    assert again.exit_code == 0
    assert "YMDGTMSQV" in again.output


def finished(folder: Path) -> list[dict[str, str]]:
    """Finish a run of G12D, and of S17R beside A18V of unknown phase; return its candidates."""
    world = World(folder)
    vcf = world.vcf([change(12, 2, "A"), change(17, 3, "A"), change(18, 2, "T")])
    write_outputs(run(world.settings(vcf), predictor=FakePredictor()), folder / "out")
    return rows_of(folder / "out" / "candidates.tsv")


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a ranked table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_an_empty_flank_stays_empty(tmp_path: Path) -> None:
    """At its protein's end a peptide has no residues beside it, which is known; other empty cells are missing."""
    (row,), _ = ranked(tmp_path, "peptide,allele,n_flank,c_flank,note\nYMDGTMSQV,A0201,ACD,,\n")
    assert (row["n_flank"], row["c_flank"], row["note"]) == ("ACD", "", "NA")


UNPHASED = "a variant of unknown phase would change this peptide"
KEY = ("haplotype", "peptide", "allele")


def test_a_runs_doubts_keep_their_own_words_when_it_is_reranked(tmp_path: Path) -> None:
    """S17R and A18V lie in one codon's reach of each other and their phase isn't known: each casts doubt on the other.

    By the default policy again, a finished run has the same tiers, doubts and reasons; by another, the same doubts.
    """
    before = finished(tmp_path)
    assert {row["doubts"] for row in before} == {"NA", UNPHASED}
    for policy in ("default", "mupexi"):
        out = tmp_path / f"{policy}.tsv"
        done = CliRunner().invoke(main, ["rerank", str(tmp_path / "out"), "--policy", policy, "-o", str(out)])
        assert done.exit_code == 0, done.output
        after = {tuple(row[name] for name in KEY): row for row in rows_of(out)}
        assert len(after) == len(before)
        for row in before:
            again = after[tuple(row[name] for name in KEY)]
            assert again["doubts"] == row["doubts"]
            assert (UNPHASED in again["reasons"].split("; ")) is (row["doubts"] == UNPHASED)
            assert "see its reasons" not in again["reasons"]
            if policy == "default":
                assert (again["tier"], again["reasons"]) == (row["tier"], row["reasons"])


def test_a_case_is_explained_with_its_evidence_and_its_doubts(tmp_path: Path) -> None:
    """Each doubt once, under a heading of its own; what isn't known is said to be not assessed."""
    doubted = next(row for row in finished(tmp_path) if row["doubts"] != "NA")
    said = CliRunner().invoke(main, ["explain", str(tmp_path / "out"), doubted["rank"]]).output
    assert said.count(UNPHASED) == 1
    assert f"It may not exist:\n  {UNPHASED}\n" in said
    assert f"presentation percentile: {doubted['presentation_percentile']} %" in said
    assert f"affinity: {doubted['affinity_nM']} nM" in said
    assert "CCF: not assessed" in said
    assert f"variant: {doubted['variant']}" in said


def test_hotspots_and_doubts_of_a_table_from_elsewhere_are_reasons(tmp_path: Path) -> None:
    """In the table's own words; a plain yes or no is understood, and a doubt counts: −1.4, and the tier says so."""
    text = (
        "peptide,allele,gene_expression,hotspot,doubts\n"
        "YMDGTMSQV,A0201,33,known hotspot TOY G12D,\n"
        "YMDGTMSQV,A0201,33,yes,seen once; FILTER is a;b\n"
        "YMDGTMSQV,A0201,33,no,NA\n"
    )
    rows, _ = ranked(tmp_path, text)
    first, second, third = sorted(rows, key=lambda row: ("known", "no", "yes").index(row["hotspot"].split()[0]))
    assert "known hotspot TOY G12D" in first["reasons"].split("; ")
    assert "hotspot" not in second["reasons"]
    assert third["reasons"].endswith("seen once; FILTER is a;b; a hotspot, as the table says")
    assert [row["tier"] for row in (first, second, third)] == ["strong", "strong", "uncertain"]
    assert float(first["score"]) - float(third["score"]) == pytest.approx(1.4, abs=1e-3)


def test_new_residues_without_a_wild_type_are_no_anchor_mutation(tmp_path: Path) -> None:
    """A frameshift's row, as a run writes it: all residues are new and without a wild type nothing is compared."""
    columns = "peptide\tallele\twildtype_peptide\tmutant_positions\taffinity_nM\n"
    ((row,), _) = ranked(tmp_path, columns + "YMDGTMSQV\tA0201\tNA\t2\t50\n")
    assert "position not assessed" in row["contributions"]
    ((row,), _) = ranked(tmp_path, columns + "YMDGTMSQV\tA0201\tYADGTMSQV\t2\t50\n")
    assert "position not assessed" in row["contributions"]  # its wild type's affinity isn't in the table
    ((row,), _) = ranked(tmp_path, columns + "YMDGTMSQV\tA0201\tNA\t2\t50\n", "--policy", "pvacseq")
    assert row["tier"] == "Pass"


def test_every_interval_holds_its_rank() -> None:
    """Of 10,000 candidates; and ranks follow the score."""
    random = np.random.default_rng(1)
    cases = [
        Case(
            peptide="KLVVVGADG",
            affinity_nM=float(10 ** random.uniform(1, 4.6)),
            presentation_percentile=float(10 ** random.uniform(-2, 2)),
            gene_expression=float(10 ** random.uniform(-1, 3)),
        )
        for _ in range(10_000)
    ]
    result = rank_cases(cases, read_policy(), read_coefficients())
    for one in result:
        assert one.rank_low is not None
        assert one.rank_high is not None
        assert one.rank_low <= one.rank <= one.rank_high
    assert all(one.score >= other.score for one, other in pairwise(result))
