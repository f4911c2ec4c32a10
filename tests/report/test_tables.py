from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from neosieve.cells import unguarded
from neosieve.errors import OutputError
from neosieve.model.variant import AlleleCounts, Call, Variant
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.ledgercolumns import EXCLUDED_COLUMNS, LEDGER_COLUMNS
from neosieve.report.proteins import PROTEIN_COLUMNS
from neosieve.report.tables import format_cell, write_tables
from neosieve.report.variantcolumns import VARIANT_COLUMNS

from .builders import B0702, bare, ranked, run_result

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.candidate import Ranked
    from neosieve.model.run import RunResult


UNKNOWN = """
wildtype_peptide mutant_positions n_flank affinity_low_nM affinity_percentile wildtype_affinity_nM
agretopicity presentation_score presentation_percentile tumor_dna_vaf tumor_dna_depth normal_dna_vaf
normal_dna_depth tumor_rna_vaf tumor_rna_depth tumor_rna_alt_reads gene_expression transcript_expression ccf nmd
self_match reasons
"""


def read(folder: Path, name: str) -> pd.DataFrame:
    """Read a table as text, with NA and empty cells told apart."""
    return pd.read_csv(folder / name, sep="\t", dtype=str, keep_default_na=False)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, "NA"),
        (float("nan"), "NA"),
        (float("inf"), "NA"),
        (0, "0"),
        (0.0, "0"),
        (123.456789, "123.46"),
        (0.000123456789, "0.00012346"),
        (28210.04, "28210"),
        (1234567.8, "1234568"),
        (100_000, "100000"),
        ("", "NA"),
        ("a\tb\r\nc", "a b  c"),
        ("a\u2028b\x00c", "a b c"),
        ('"quoted"', "'quoted'"),
        ("presented at ≤ 2 %", "presented at ≤ 2 %"),
        (-0.5, "-0.5"),
        ("=1+1", "'=1+1"),
        ("\t=1+1", " =1+1"),
    ],
)
def test_a_cell_is_one_plain_text(value: str | float | None, cell: str) -> None:
    """Floats keep five significant digits; nothing in a text can end a cell or a row; missing is NA."""
    assert format_cell(value) == cell


def test_headers_are_the_registry(tmp_path: Path, result: RunResult) -> None:
    """Each table's header lists its registered columns, in order."""
    write_tables(result, tmp_path)
    assert list(read(tmp_path, "candidates.tsv")) == [column.name for column in CANDIDATE_COLUMNS]
    assert list(read(tmp_path, "variants.tsv")) == [column.name for column in VARIANT_COLUMNS]
    assert list(read(tmp_path, "ledger.tsv")) == [column.name for column in LEDGER_COLUMNS]
    assert list(read(tmp_path, "excluded_peptides.tsv")) == [column.name for column in EXCLUDED_COLUMNS]
    assert list(read(tmp_path, "proteins.tsv")) == [column.name for column in PROTEIN_COLUMNS]


def test_a_full_candidate_is_written_as_declared(tmp_path: Path) -> None:
    """Positions are 1-based, texts joined as documented, agretopicity mutant over wild type: 123.46 / 246.91 = 0.5."""
    write_tables(run_result(ranked()), tmp_path)
    row = read(tmp_path, "candidates.tsv").iloc[0]
    expected = {
        "rank": "1",
        "tier": "good",
        "score": "0.81235",
        "variant": "chr12:25245350:C>T",
        "haplotype": "chr12:25245350:C>T",
        "filter": "PASS",
        "transcripts": "ENST00000256078.10,ENST00000311936.8",
        "length": "10",
        "mutant_positions": "8",
        "affinity_nM": "123.46",
        "agretopicity": "0.5",
        "normal_dna_vaf": "0",
        "tumor_rna_alt_reads": "8",
        "ccf": "NA",
        "reasons": "presented at 1 %; expressed at 12.5 TPM",
    }
    assert {name: row[name] for name in expected} == expected


def test_what_is_missing_is_na_and_never_zero(tmp_path: Path) -> None:
    """A candidate of which nearly nothing is known has NA everywhere but where its protein is known to end."""
    write_tables(run_result(bare()), tmp_path)
    row = read(tmp_path, "candidates.tsv").iloc[0]

    assert {row[name] for name in UNKNOWN.split()} == {"NA"}
    assert row["c_flank"] == ""


def test_the_ledger_survives_a_round_trip(tmp_path: Path, result: RunResult) -> None:
    """Every entry comes back as it went in, with NA for None and for an empty detail."""
    write_tables(result, tmp_path)
    rows = read(tmp_path, "ledger.tsv").itertuples(index=False, name=None)
    written = [
        (e.variant, e.gene or "NA", e.transcript or "NA", e.consequence or "NA", e.outcome.value, e.detail or "NA")
        for e in result.ledger
    ]
    assert [row[:6] for row in rows] == written


def test_a_hostile_gene_name_stays_in_its_cell(tmp_path: Path) -> None:
    """Tabs, line breaks and quotes in a name break neither rows nor a reader that knows quoting."""
    write_tables(run_result(ranked(1, '"A\tB\nC'), ranked(2, "D")), tmp_path)
    assert read(tmp_path, "candidates.tsv")["gene"].tolist() == ["'A B C", "D"]


@pytest.mark.parametrize("name", ["=HYPERLINK(0)", "+1+1", "-cmd|' /C calc'!A0", "@SUM(A1)"])
def test_a_gene_name_that_a_spreadsheet_would_run_is_text(tmp_path: Path, name: str) -> None:
    """Whatever table names the gene, its cell begins with an apostrophe, and the name comes back from it."""
    write_tables(run_result(ranked(1, name)), tmp_path)
    for table in ("candidates.tsv", "variants.tsv"):
        cell = read(tmp_path, table)["gene"][0]
        assert cell == f"'{name}"
        assert unguarded(cell) == name


def test_gene_names_that_look_like_dates_stay_as_they_are_beside_an_id_that_does_not(tmp_path: Path) -> None:
    """MARCH1 and SEPT2 join with other tables; where a spreadsheet spoils them, the id in the same row tells."""
    write_tables(run_result(ranked(1, "MARCH1"), ranked(2, "SEPT2")), tmp_path)
    table = read(tmp_path, "candidates.tsv")
    assert table["gene"].tolist() == ["MARCH1", "SEPT2"]
    assert set(table["gene_id"]) == {"ENSG00000133703"}


def test_a_byte_that_is_no_utf8_does_not_end_the_run(tmp_path: Path) -> None:
    """A name read with surrogate escapes is written with the stray byte spelled out."""
    write_tables(run_result(ranked(1, "G\udce9ne")), tmp_path)
    assert read(tmp_path, "candidates.tsv")["gene"].tolist() == ["G\\udce9ne"]


def compound(rank: int) -> Ranked:
    """Build a candidate that carries KRAS G12D and a neighbour."""
    row = ranked(rank)
    neighbour = Call(Variant("chr12", 25245351, "C", "A"), 8, ("weak_evidence",), AlleleCounts(50, 5, 0.1))
    peptide = replace(row.candidate.peptide, calls=(row.candidate.call, neighbour))
    return row._replace(candidate=row.candidate._replace(peptide=peptide))


def test_a_compound_names_all_its_variants_and_counts_for_each(tmp_path: Path) -> None:
    """Both variants get a line, with their own reads; the one that also has a candidate of its own counts two."""
    write_tables(run_result(compound(1), ranked(2, allele=B0702)), tmp_path)
    candidates = read(tmp_path, "candidates.tsv")
    assert candidates["haplotype"][0] == "chr12:25245350:C>T+chr12:25245352:C>A"
    assert candidates["filter"].tolist() == ["weak_evidence", "PASS"]
    variants = read(tmp_path, "variants.tsv").set_index("variant")
    assert variants.index.tolist() == ["chr12:25245350:C>T", "chr12:25245352:C>A"]
    assert variants["n_candidates"].tolist() == ["2", "1"]
    assert variants["n_peptides"].tolist() == ["1", "1"]
    assert variants["best_rank"].tolist() == ["1", "1"]
    assert variants["tumor_dna_vaf"].tolist() == ["0.25", "0.1"]
    assert variants["filter"].tolist() == ["PASS", "weak_evidence"]
    assert variants["alleles_at_2_percent"].tolist() == ["HLA-A*02:01,HLA-B*07:02", "HLA-A*02:01"]


def test_poor_binders_do_not_count_at_2_percent(tmp_path: Path) -> None:
    """A variant whose only candidate is above 2 % has none at 2 %, and no allele there."""
    poor = ranked()
    binding = poor.candidate.binding._replace(presentation_percentile=2.01)
    write_tables(run_result(poor._replace(candidate=poor.candidate._replace(binding=binding))), tmp_path)
    row = read(tmp_path, "variants.tsv").iloc[0]
    assert (row["n_candidates"], row["n_candidates_at_2_percent"], row["alleles_at_2_percent"]) == ("1", "0", "NA")


def test_no_candidates_give_headers_alone(tmp_path: Path) -> None:
    """No candidates is a result: the tables are there, with their headers."""
    outputs = write_tables(run_result(), tmp_path)
    assert {output.name: output.rows for output in outputs}["candidates.tsv"] == 0
    assert len((tmp_path / "candidates.tsv").read_text().splitlines()) == 1


def test_equal_results_give_equal_bytes(tmp_path: Path, result: RunResult) -> None:
    """The checksums, and so the bytes, don't depend on when and where the tables are written."""
    assert write_tables(result, tmp_path / "one") == write_tables(result, tmp_path / "two")


def test_a_file_in_the_folders_place_is_told(tmp_path: Path, result: RunResult) -> None:
    """The message names the place, the reason and the remedy."""
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match=r"out can't be written: .*file exists.*-o"):
        write_tables(result, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"
