"""Cells that no spreadsheet runs, and the way back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.cells import guarded, unguarded


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("-1+cmd", "'-1+cmd"),
        ("@A1", "'@A1"),
        ("'=1", "''=1"),
        ("''-x", "'''-x"),
        ("-1.5e-3", "-1.5e-3"),
        ("+7", "+7"),
        ("-", "-"),
        ("-/W*", "-/W*"),
        ("-/W1", "'-/W1"),
        ("-510-511GS", "-510-511GS"),
        ("-510-511", "'-510-511"),
        ("5'UTR", "5'UTR"),
        ("'quoted'", "'quoted'"),
        ("HLA-A*02:01", "HLA-A*02:01"),
        ("MARCH1", "MARCH1"),
        ("", ""),
    ],
)
def test_what_a_spreadsheet_runs_gets_an_apostrophe(text: str, cell: str) -> None:
    """Only text that begins with a sign, whatever apostrophes precede it; numbers and a lone dash don't run."""
    assert guarded(text) == cell
    assert unguarded(cell) == text


@given(st.text("=+-@'/1.eA", max_size=8))
def test_every_text_comes_back_and_none_runs(text: str) -> None:
    """The way back is exact for any text; a cell that begins with a sign is a number or VEP's dash for no residue."""
    cell = guarded(text)
    assert unguarded(cell) == text
    if cell[:1] in set("=+-@") and not re.fullmatch(r"-(/[A-Z]*|\d+-\d+[A-Z]+)?", cell):
        float(cell)
