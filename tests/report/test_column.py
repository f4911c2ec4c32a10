from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from neosieve.model.candidate import Candidate
from neosieve.report.column import Column, Parts, column_values, contributions_in_words, of_part
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.tables import format_cell, table_chunks

from .builders import B0702, bare, ranked

if TYPE_CHECKING:
    from neosieve.model.candidate import Ranked
    from neosieve.report.column import Cell


def mixed() -> list[Ranked]:
    """Build candidates that share all but one field with another one, a field each, and some that share all."""
    first, other = ranked(1), bare(2)
    rows = [first, first._replace(candidate=first.candidate._replace(allele=B0702)), other]
    for name in Candidate._fields:
        lent: dict[str, Any] = {name: getattr(other.candidate, name)}
        rows.append(first._replace(candidate=first.candidate._replace(**lent)))
    filled: dict[str, Any] = {
        "ccf": 0.5,
        "ccf_low": 0.25,
        "ccf_high": 0.75,
        "hla_loss": 0.1,
        "hotspot": "KRAS G12",
        "remarks": ("one",),
    }
    filled |= {"near_self_peptide": "KLVVVGAAGV", "near_self_source": "P1", "anchor_positions": (1, 8)}
    rows += [first._replace(candidate=first.candidate._replace(**{name: value})) for name, value in filled.items()]
    return [row._replace(rank=rank) for rank, row in enumerate([*rows, *rows], start=1)]


def cell(column: Column[Ranked], value: Cell) -> str:
    """Write a cell on its own."""
    return "" if value == "" and column.empty_is_a_value else format_cell(value)


@pytest.mark.parametrize("times", [1, 20])
def test_a_table_holds_the_cells_that_each_row_has_on_its_own(times: int) -> None:
    """Rows that share all but any one field of the candidate: nothing is taken from a row that only looks alike."""
    rows = mixed() * times  # 20 times: more than are written at once
    lines = "".join(table_chunks(CANDIDATE_COLUMNS, rows)).splitlines()[1:]
    assert [line.split("\t") for line in lines] == [
        [cell(column, column.get(row)) for column in CANDIDATE_COLUMNS] for row in rows
    ]


def test_values_of_columns_are_those_of_each_row() -> None:
    """With what rows share asked for once, the values are the same."""
    rows = mixed()
    values = column_values(CANDIDATE_COLUMNS, rows)
    assert list(values) == [[column.get(row) for row in rows] for column in CANDIDATE_COLUMNS]


class Place(NamedTuple):
    """A part of a row."""

    gene: str
    position: int | None


def test_a_shared_cell_is_asked_for_once() -> None:
    """Three rows of two places: each place is asked for its gene once, in the table and for the values."""
    asked = []

    def gene(place: Place) -> str:
        asked.append(place)
        return place.gene

    columns = of_part(_place, [Column("gene", str, None, "", gene)])
    rows = [(Place("KRAS", 12), 1), (Place("TP53", 175), 2)]
    rows.append((rows[0][0], 3))
    assert "".join(table_chunks(columns, rows)) == "gene\nKRAS\nTP53\nKRAS\n"
    assert asked == [Place("KRAS", 12), Place("TP53", 175)]
    assert list(column_values(columns, rows)) == [["KRAS", "TP53", "KRAS"]]
    assert len(asked) == 4
    assert columns[0].get(rows[2]) == "KRAS"


def _place(row: tuple[Place, int]) -> Place:
    return row[0]


def test_parts_that_begin_alike_are_told_apart() -> None:
    """KRAS at 12, at 13 and where it isn't known are three places, whatever order they come in, and come back."""
    parts = Parts(_place)
    rows = [(Place("KRAS", position), 0) for position in (12, 13, None, 12, None, 13)]
    assert parts.places(rows) == [0, 1, 2, 0, 2, 1]
    assert parts.places(rows[::-1]) == [1, 2, 0, 2, 1, 0]
    assert parts.distinct == [Place("KRAS", 12), Place("KRAS", 13), Place("KRAS", None)]


def test_what_rounds_to_zero_has_no_side() -> None:
    """-0.004 and 0 are +0.00, -0.006 is -0.01; a part with other digits keeps its sign."""
    parts = [("a", -0.004), ("b", 0.0), ("c", -0.006), ("d", -10.004), ("e", None), ("f", 1.234)]
    told = contributions_in_words(*zip(*parts, strict=True))
    assert told == "a +0.00; b +0.00; c -0.01; d -10.00; e not assessed; f +1.23"
    assert contributions_in_words((), ()) is None
    assert contributions_in_words(("100 %s",), (1.0,)) == "100 %s +1.00"
