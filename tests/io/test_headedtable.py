from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.headedtable import open_table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        pytest.param("a.b\tC D\n1\t 2 \n", ("1", "2"), id="tabs, blanks, spellings"),
        pytest.param('"a-b","c d"\n1,"2"\n', ("1", "2"), id="commas, quotes"),
        pytest.param("#a_b\tc_d\n1\t2\n", ("1", "2"), id="a header that begins like a comment"),
        pytest.param("# made by x, with y\n## more\ta\na_b\tc_d\n1\t2\n", ("1", "2"), id="comments before it"),
        pytest.param("a_b\tc_d\nrow1\t1\t2\n", ("1", "2"), id="R's row names"),
        pytest.param("\na_b\tc_d\r\n\r\n1\t2\r\n", ("1", "2"), id="empty lines, Windows line ends"),
        pytest.param("\ufeffa_b,c_d\n1,NA\n", ("1", ""), id="Excel's byte order mark, a missing value"),
    ],
)
def test_spellings_of_one_table(tmp_path: Path, content: str, cells: tuple[str, str]) -> None:
    """As different programs write it."""
    path = tmp_path / "table"
    path.write_bytes(content.encode())
    table = open_table(path)

    assert table.columns == ("a_b", "c_d")
    assert [(row.get("a_b"), row.get("c_d")) for row in table.rows()] == [cells]


def test_columns_that_are_not_there_are_empty(tmp_path: Path) -> None:
    """And give no number; a column named twice is its first."""
    path = tmp_path / "table"
    path.write_text("a\tb\ta\n1\t2\t3\n", encoding="utf-8")
    (row,) = open_table(path).rows()

    assert (row.get("c"), row.get(None), row.number("c"), row.number("a")) == ("", "", None, 1.0)


def test_a_cut_row_is_an_error_that_says_where(tmp_path: Path) -> None:
    """Nothing is filled in."""
    path = tmp_path / "table"
    path.write_text("a\tb\n1\t2\n3\n", encoding="utf-8")

    with pytest.raises(InputError, match=r"table:3 has 1 cells where 2 are due"):
        list(open_table(path).rows())
