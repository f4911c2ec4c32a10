"""The cells of candidates as the page shows them, made once for each candidate."""

from __future__ import annotations

import json
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from neosieve.report.column import Parts, column_values
from neosieve.report.kept import Kept
from neosieve.report.tables import MISSING, number_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from neosieve.model.candidate import Ranked
    from neosieve.report.column import Cell, Column

    Part = Callable[[Ranked], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class RowCells:
    """The cells of some rows; numbers are text, with the digits of the tables, and None is missing."""

    own: Sequence[Sequence[Cell]]
    """Columns of the rows themselves, in order: a cell for each row."""
    places: Mapping[Part, Sequence[int]]
    """Part → its number in each row; numbers go from 0, in the order of the first row."""
    shared: Mapping[Part, Sequence[Sequence[Cell]]]
    """Part → its columns, in order: a cell for each number."""
    contributions: Sequence[Sequence[str | None]]
    """Of each row."""


class _Made(NamedTuple):
    """The cells of one candidate."""

    own: tuple[Cell, ...]
    shared: tuple[tuple[Cell, ...], ...]
    """Of each part: the very same tuple for all candidates that have it, but for those made before any were let go."""
    contributions: tuple[str | None, ...]


class CandidateCells:
    """Cells of candidates, which the next sample of a process may have, too.

    Parameters
    ----------
    columns
        The registry's.
    most
        Of how many candidates they are kept, about a kilobyte each; those of the alleles used last, and of all that
        one sample shows.
    """

    def __init__(self, columns: Iterable[Column[Ranked]], most: int = 0) -> None:
        self._most = most
        self._own: list[Column[Ranked]] = []
        self._columns: dict[Part, list[Column[Any]]] = {}
        for column in columns:
            if column.shared is None:
                self._own.append(column)
            else:
                self._columns.setdefault(column.shared.part, []).append(column.shared.column)
        self._kept = Kept[_Made]()
        self._shared = self._nothing_shared()

    def of(self, rows: Sequence[Ranked]) -> RowCells:
        """Return the cells of some rows."""
        made = self._kept.of(rows, self._made)
        if self._kept.keep(self._most, rows):
            self._shared = self._nothing_shared()
        places, shared = {}, {}
        for number, (part, columns) in enumerate(self._columns.items()):
            ids = [id(one.shared[number]) for one in made]
            distinct = dict(zip(ids, made, strict=True))  # in the order of the first row
            number_of = {one: place for place, one in enumerate(distinct)}
            places[part] = list(map(number_of.__getitem__, ids))
            shared[part] = _columns([one.shared[number] for one in distinct.values()], len(columns))
        return RowCells(
            _columns([one.own for one in made], len(self._own)), places, shared, [one.contributions for one in made]
        )

    def _nothing_shared(self) -> list[_PartCells]:
        return [_PartCells(part, columns) for part, columns in self._columns.items()]

    def _made(self, rows: Sequence[Ranked]) -> Iterable[_Made]:
        own = _rows(self._own, rows)
        shared = list(zip(*[one.of(rows) for one in self._shared], strict=True)) or [()] * len(rows)
        contributions = [tuple(map(_hundredths, row.contributions)) for row in rows]
        return map(_Made, own, shared, contributions)


class _PartCells:
    """Cells of the parts of rows, each made once."""

    def __init__(self, part: Part, columns: Sequence[Column[Any]]) -> None:
        self._parts, self._columns = Parts(part), columns
        self._known: list[tuple[Cell, ...]] = []

    def of(self, rows: Sequence[Ranked]) -> list[tuple[Cell, ...]]:
        """Return the cells of each row's part."""
        places = self._parts.places(rows)
        self._known += _rows(self._columns, self._parts.distinct[len(self._known) :])
        return list(map(self._known.__getitem__, places))


def _rows(columns: Sequence[Column[Any]], rows: Sequence[Any]) -> list[tuple[Cell, ...]]:
    """Return the cells of each row."""
    cells = [shown(column, values) for column, values in zip(columns, column_values(columns, rows), strict=True)]
    return list(zip(*cells, strict=True)) or [()] * len(rows)


def _columns(rows: Sequence[tuple[Cell, ...]], count: int) -> list[tuple[Cell, ...]]:
    """Return the cells of each column."""
    return list(zip(*rows, strict=True)) or [()] * count


def shown(column: Column[Any], values: Sequence[Cell]) -> Sequence[Cell]:
    """Return cells as the page shows them."""
    if column.type is float:
        return [None if text == MISSING else text for text in number_cells(values)]
    return values if column.empty_is_a_value else [None if value == "" else value for value in values]


def _hundredths(value: float | None) -> str | None:
    # as in the column of the contributions: what rounds to zero has no side; few differ, so that they are kept once
    return None if value is None else intern(json.dumps(round(value, 2) + 0.0, allow_nan=False))
