from __future__ import annotations

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.report.cellstore import Numbers, json_values, store, stored_cells, stored_slots
from neosieve.report.column import Column, of_part

GROUPS = {"allele": [0, 1, 0, 1], "peptide": [0, 0, 2, 2]}


def unpacked(store: dict[str, Any], row: int) -> Any:  # noqa: ANN401
    """Read a cell as the page's script does."""
    place = {"all": 0, "row": row}.get(store["by"])
    value = store["values"][GROUPS[store["by"]][row] if place is None else place]
    return store["pool"][value] if "pool" in store else value


@pytest.mark.parametrize(
    ("cells", "by"),
    [
        ([None, None, None, None], "all"),
        ([7, 7, 7, 7], "all"),
        (["a", "b", "a", "b"], "allele"),
        ([1.5, 1.5, None, None], "peptide"),
        (["a", "b", "b", "a"], "row"),
        (["a", "a", "a", "b"], "row"),
        ([0, None, None, 0], "row"),
    ],
)
def test_a_column_is_kept_by_the_widest_group_in_which_it_is_constant(cells: list[Any], by: str) -> None:
    """And every cell can be read back."""
    store = stored_cells(cells, GROUPS)
    assert store["by"] == by
    assert [unpacked(store, row) for row in range(4)] == cells


def test_a_text_that_comes_often_is_kept_once() -> None:
    """Four cells of two texts are places in a pool."""
    assert stored_cells(["a", "b", "b", "a"], GROUPS) == {"by": "row", "values": [0, 1, 1, 0], "pool": ["a", "b"]}


def test_lists_are_kept_slot_by_slot() -> None:
    """The first cells together, then the second ones; a list that is shorter ends in None."""
    assert stored_slots([[1, 5], [1], [1, 5], [1]], GROUPS) == [
        {"by": "all", "values": [1]},
        {"by": "allele", "values": [5, None]},
    ]
    assert stored_slots([[], []], GROUPS) == []


def column(kind: type[str | int | float], *, empty_is_a_value: bool = False) -> Column[Any]:
    """Make a column whose cells are the rows themselves."""
    return Column("x", kind, None, "", lambda row: row, empty_is_a_value)


def read(values: list[Any] | Numbers) -> list[Any]:
    """Read what was written."""
    read_back: list[Any] = json.loads(values.json) if isinstance(values, Numbers) else values
    return read_back


def test_numbers_have_the_digits_of_the_tables() -> None:
    """Five significant ones below 100,000, whole numbers from there on; what is no number is missing."""
    given = [0.123456789, 1234567.8, 2.0, float("nan"), float("inf"), None, 99_999.96, -0.0, 3]
    shown = [0.12346, 1234568, 2, None, None, None, 100_000, 0, 3]
    assert read(json_values(column(float), given)) == shown


def test_an_empty_text_is_missing_but_where_it_says_something() -> None:
    """An empty flank says that the protein begins or ends there."""
    assert json_values(column(str), ["", "NA", None]) == [None, "NA", None]
    assert json_values(column(str, empty_is_a_value=True), ["", "K", None]) == ["", "K", None]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=30))
def test_what_rows_share_is_stored_as_if_each_row_had_its_own(rows: list[tuple[str, int, int]]) -> None:
    """The same cells can be read back from columns of a part, whether or not the part tells the groups apart."""
    first: tuple[Column[Any], ...] = (
        Column("letter", str, None, "", lambda part: part[0]),
        Column("both", str, None, "", lambda part: f"{part[0]}{part[1]}"),
    )
    interned = {row[:2]: row[:2] for row in rows}
    columns: tuple[Column[Any], ...] = (
        *of_part(lambda row: (interned[row[:2]][0], interned[row[:2]][1]), first),
        Column("own", int, None, "", lambda row: row[2]),
    )
    groups = {"allele": [row[2] for row in rows], "peptide": [row[1] for row in rows]}
    stored = store(columns, cast("Any", rows), groups)
    for one in columns:
        kept = stored[one.name]
        for place, row in enumerate(rows):
            at = {"all": 0, "row": place}.get(kept["by"])
            value = kept["values"][groups[kept["by"]][place] if at is None else at]
            assert (kept["pool"][value] if "pool" in kept else value) == one.get(row)
