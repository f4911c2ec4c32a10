from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.report.cellstore import Numbers, pooled, store, stored_cells, stored_slots, written
from neosieve.report.column import Column, of_part
from neosieve.report.rowcells import CandidateCells, shown

from .builders import A0201, B0702, ranked

if TYPE_CHECKING:
    from neosieve.model.candidate import Ranked

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
    kept = pooled(stored_cells(["a", "b", "b", "a"], GROUPS))
    assert kept == {"by": "row", "values": [0, 1, 1, 0], "pool": ["a", "b"]}
    rare = {"by": "row", "values": ["a", "b", None]}
    assert pooled(rare) == rare


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


def test_numbers_have_the_digits_of_the_tables() -> None:
    """Five significant ones below 100,000, whole numbers from there on; what is no number is missing."""
    given = [0.123456789, 1234567.8, 2.0, float("nan"), float("inf"), None, 99_999.96, -0.0, 3]
    expected = [0.12346, 1234568, 2, None, None, None, 100_000, 0, 3]
    numbers = written({"by": "row", "values": shown(column(float), given)})["values"]
    assert isinstance(numbers, Numbers)
    assert json.loads(numbers.json) == expected


def test_an_empty_text_is_missing_but_where_it_says_something() -> None:
    """An empty flank says that the protein begins or ends there."""
    assert shown(column(str), ["", "NA", None]) == [None, "NA", None]
    assert shown(column(str, empty_is_a_value=True), ["", "K", None]) == ["", "K", None]


PHASES, NMD, ALLELES = ("single", "PS"), ("predicted", "escape", None), (A0201, B0702)
ROWS = [
    ranked()._replace(score=float(score), candidate=ranked().candidate._replace(phase=phase, nmd=nmd, allele=allele))
    for phase, nmd, allele, score in product(PHASES, NMD, ALLELES, range(3))
]
COLUMNS: tuple[Column[Ranked], ...] = (
    *of_part(
        lambda row: (row.candidate.phase, row.candidate.nmd),
        (
            Column("phase", str, None, "", lambda part: part[0]),
            Column("both", str, None, "", lambda part: f"{part[0]} {part[1]}"),
        ),
    ),
    Column("score", float, None, "", lambda row: row.score),
    Column("allele", str, None, "", lambda row: row.candidate.allele.name),
)


@given(
    st.lists(st.lists(st.sampled_from(ROWS), min_size=1, max_size=30), min_size=1, max_size=4), st.sampled_from([0, 9])
)
def test_what_rows_share_and_what_is_kept_is_stored_as_if_each_row_had_its_own(
    samples: list[list[Ranked]], most: int
) -> None:
    """The same cells can be read back, whether or not a part tells the groups apart, and whatever was kept."""
    cells = CandidateCells(COLUMNS, most)
    for rows in samples:
        groups = {
            "allele": [ALLELES.index(row.candidate.allele) for row in rows],
            "peptide": [PHASES.index(row.candidate.phase) for row in rows],
        }
        stored = store(COLUMNS, cells.of(rows), groups)
        for one in COLUMNS:
            kept = stored[one.name]
            values = json.loads(kept["values"].json) if isinstance(kept["values"], Numbers) else kept["values"]
            for place, row in enumerate(rows):
                at = {"all": 0, "row": place}.get(kept["by"])
                value = values[groups[kept["by"]][place] if at is None else at]
                assert (kept["pool"][value] if "pool" in kept else value) == one.get(row)


def test_contributions_are_hundredths_without_a_negative_zero() -> None:
    """As the table has them."""
    row = ranked()._replace(parts=tuple("abcd"), contributions=(0.126, -0.001, None, 2.0))
    assert [list(one) for one in CandidateCells(COLUMNS).of([row]).contributions] == [["0.13", "0.0", None, "2.0"]]


def test_a_contribution_that_is_no_number_is_a_defect() -> None:
    """It would break the page's data."""
    row = ranked()._replace(contributions=(float("nan"), 0.0, None))
    with pytest.raises(ValueError, match="JSON"):
        CandidateCells(COLUMNS).of([row])
