"""The typed table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.errors import OutputError
from neosieve.report import parquet
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.parquet import write_parquet
from neosieve.report.tables import write_tables

from .builders import bare, ranked, run_result

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.run import RunResult


def test_columns_have_their_types_and_what_is_missing_is_null(tmp_path: Path, result: RunResult) -> None:
    """As declared; a flank at the protein's end is empty, an unknown one null; meanings travel along."""
    reader = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    written = write_parquet(result, tmp_path)
    table = reader.read_table(tmp_path / "candidates.parquet")
    assert written.rows == table.num_rows == 2
    words = {"string": str, "int64": int, "double": float}
    assert [(field.name, words[str(field.type)]) for field in table.schema] == [
        (column.name, column.type) for column in CANDIDATE_COLUMNS
    ]
    assert table["gene_expression"].to_pylist() == [12.5, None]
    assert table["c_flank"].to_pylist() == ["GKSALTIQLI", ""]
    assert table["n_flank"].to_pylist() == ["MTEY", None]
    assert table["affinity_nM"].to_pylist() == [123.46, 50.0]
    assert table.schema.field("affinity_nM").metadata[b"unit"] == b"nM"


def test_text_is_not_marked_against_spreadsheets(tmp_path: Path) -> None:
    """No spreadsheet opens it, so a name is a name; a stray byte is spelled out."""
    reader = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    write_parquet(run_result(ranked(1, "=1+1"), ranked(2, "G\udce9ne")), tmp_path)
    assert reader.read_table(tmp_path / "candidates.parquet")["gene"].to_pylist() == ["=1+1", "G\\udce9ne"]


def test_it_says_what_the_tsv_says(tmp_path: Path) -> None:
    """Every cell of the TSV, read with its type, is the one here."""
    reader = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    result = run_result(ranked(1), bare(2))
    write_tables(result, tmp_path)
    write_parquet(result, tmp_path)
    header, *rows = (line.split("\t") for line in (tmp_path / "candidates.tsv").read_text().splitlines())
    typed = reader.read_table(tmp_path / "candidates.parquet").to_pylist()
    for row, values in zip(rows, typed, strict=True):
        for column, cell in zip(CANDIDATE_COLUMNS, row, strict=True):
            value = values[column.name]
            expected = None if cell == "NA" else column.type(cell)
            assert value == expected, column.name
    assert header == list(typed[0])


def test_equal_results_give_equal_bytes(tmp_path: Path, result: RunResult) -> None:
    """Nothing of the time or place enters the file."""
    pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert write_parquet(result, tmp_path / "one") == write_parquet(result, tmp_path / "two")


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, result: RunResult, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install; nothing is written."""
    monkeypatch.setattr(parquet, "find_spec", lambda _: None)
    with pytest.raises(OutputError, match=r"pip install 'neosieve\[parquet\]'"):
        write_parquet(result, tmp_path)
    assert list(tmp_path.iterdir()) == []
