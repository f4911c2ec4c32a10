from __future__ import annotations

from typing import Any

import pytest

from neosieve.report.cellstore import json_value, stored_cells, stored_slots

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


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.123456789, 0.12346),
        (1234567.8, 1234568),
        (2.0, 2),
        (float("nan"), None),
        (float("inf"), None),
        ("", None),
        ("NA", "NA"),
        (0, 0),
    ],
)
def test_numbers_have_the_digits_of_the_tables(value: float | str, shown: float | str | None) -> None:
    """Five significant ones below 100,000, whole numbers from there on."""
    assert json_value(value) == shown


def test_an_empty_flank_is_a_value() -> None:
    """It says that the protein begins or ends there."""
    assert json_value("", empty_is_a_value=True) == ""
