"""``TRAPS.tsv``: known ways to get peptides wrong, each with the tests that would notice."""

from __future__ import annotations

import ast
import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TRAPS = HERE / "TRAPS.tsv"
COVERED = ("Reading the VCF", "From variant to protein", "From protein to peptides")
"""Sections of which every trap has a test; of the others some are out of this version's scope, and say so."""


def rows() -> list[dict[str, str]]:
    """Read the table."""
    with TRAPS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def functions_of(path: str) -> frozenset[str]:
    """Name the test functions of a file that run by default."""
    source = HERE.parent / path
    assert source.is_file(), f"there is no {path}"
    return frozenset(
        node.name
        for node in ast.parse(source.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not any("mark.slow" in ast.unparse(mark) or "skip" in ast.unparse(mark) for mark in node.decorator_list)
    )


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["bullet"])
def test_each_trap_has_a_test_or_a_reason(row: dict[str, str]) -> None:
    """Each named test exists, under its name, and isn't put aside; a trap without one says why, in words."""
    named = row["tests"].split()
    for name in named:
        path, _, function = name.partition("::")
        assert function in functions_of(path), f"{path} has no test {function}, or it doesn't run by default"
    assert len(set(named)) == len(named)
    assert named or (row["section"] not in COVERED and row["note"])


def test_the_table_is_whole() -> None:
    """Four columns throughout; every section is there, and no trap twice."""
    table = rows()
    assert all(set(row) == {"section", "bullet", "tests", "note"} for row in table)
    assert all(row["section"] and row["bullet"] and row["note"] is not None for row in table)
    assert {row["section"] for row in table} >= set(COVERED)
    assert max(Counter(row["bullet"] for row in table).values()) == 1
