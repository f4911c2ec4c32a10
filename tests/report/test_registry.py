"""The list of all tables, and its documentation."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from neosieve.report.registry import TABLES, as_json, markdown, tsv
from neosieve.report.tables import write_tables

from .builders import run_result

if TYPE_CHECKING:
    from pathlib import Path


def test_every_column_is_documented_and_named_once_in_its_table() -> None:
    """A name stands for one column, and its doc is a sentence."""
    for table in TABLES:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names), table.name
        assert [column.name for column in table.columns if not column.doc.endswith(".")] == []


def test_a_runs_tables_are_all_there(tmp_path: Path) -> None:
    """What a run writes is in the list, with the header that it writes."""
    documented = {table.name: [column.name for column in table.columns] for table in TABLES}
    for file in write_tables(run_result(), tmp_path):
        assert documented[file.name] == (tmp_path / file.name).read_text().splitlines()[0].split("\t")


def test_all_forms_tell_the_same() -> None:
    """TSV, JSON and Markdown list the same columns in the same order."""
    expected = [(table.name, column.name) for table in TABLES for column in table.columns]
    rows = list(csv.DictReader("".join(tsv(TABLES)).splitlines(), delimiter="\t"))
    assert [(row["table"], row["column"]) for row in rows] == expected
    document = json.loads("".join(as_json(TABLES)))
    assert [(table["table"], column["name"]) for table in document for column in table["columns"]] == expected
    lines = [line for line in "".join(markdown(TABLES)).splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in lines] == [name for _, name in expected]


def test_markdown_shows_what_is_written() -> None:
    """A unit such as chrom:pos:ref>alt is neither HTML nor a border; sections are set apart by an empty line."""
    text = "".join(markdown(TABLES[:2]))
    assert "chrom:pos:ref&gt;alt" in text
    assert "\n\n## variants.tsv\n" in text
    assert all(line.count(" | ") == 3 for line in text.splitlines() if line.startswith("| "))
