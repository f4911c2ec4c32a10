"""The registry's columns as the report stores them: each value once for whatever it depends on.

A gene is the same for all candidates of a protein change, a peptide for all its alleles: a column is kept by the widest
of these groups within which it is constant, so that ten thousand rows of fifty columns take two megabytes and not ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from neosieve.report.column import SharedValues
from neosieve.report.tables import MISSING, number_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from neosieve.model.candidate import Ranked
    from neosieve.report.column import Cell, Column

FEW = 300  # rows that tell soon that a column isn't constant within a group
POOL_FROM = 2  # a text that stands this often on average is kept once


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers with the digits of the tables, written once for all."""

    json: str
    """A JSON array; null where one is missing."""


def json_values(column: Column[Any], cells: Sequence[Cell]) -> list[Cell] | Numbers:
    """Return a column's cells for JSON, with the digits of the tables; None where they are missing."""
    if column.type is float:
        return Numbers(f"[{','.join(['null' if text == MISSING else text for text in number_cells(cells)])}]")
    return list(cells) if column.empty_is_a_value else [None if cell == "" else cell for cell in cells]


def store(
    columns: Sequence[Column[Ranked]], rows: Sequence[Ranked], groups: Mapping[str, Sequence[int]]
) -> dict[str, dict[str, Any]]:
    """Store columns by the widest group within which they are constant.

    Parameters
    ----------
    columns
        The registry's.
    rows
        In the page's order.
    groups
        Name → the group's number of each row, from the widest to the finest.

    Returns
    -------
    dict
        Column → ``by`` (the group's name, ``all`` or ``row``), ``values`` by the group's number and, where ``values``
        are places in it, ``pool``.
    """
    stored = {}
    for column, kept in zip(columns, _all_stored(columns, rows, groups), strict=True):
        part = "pool" if "pool" in kept else "values"
        kept[part] = json_values(column, kept[part])
        stored[column.name] = kept
    return stored


def _all_stored(
    columns: Sequence[Column[Ranked]], rows: Sequence[Ranked], groups: Mapping[str, Sequence[int]]
) -> Iterator[dict[str, Any]]:
    """Store each column; what rows share is looked at once, where the groups allow."""
    parts = SharedValues(columns, rows)
    coarser = {part: _groups_of_parts(places, groups) for part, places in parts.places.items()}
    for column in columns:
        if column.shared is None:
            yield stored_cells(list(map(column.get, rows)), groups)
            continue
        part = column.shared.part
        values = parts.next_values(part)
        kept = stored_cells(values, coarser[part])
        yield stored_cells([values[place] for place in parts.places[part]], groups) if kept["by"] == "row" else kept


def _groups_of_parts(places: Sequence[int], groups: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """Return the groups in which each part of the rows lies as a whole, by the part's number."""
    found = {}
    for name, numbers in groups.items():
        of_part = dict(zip(places, numbers, strict=True))
        if list(map(of_part.__getitem__, places)) == list(numbers):
            found[name] = [of_part[place] for place in range(len(of_part))]
    return found


def stored_slots(
    lists: Sequence[Sequence[Cell]],
    groups: Mapping[str, Sequence[int]],
    write: Callable[[Any], Cell] = lambda cell: cell,
) -> list[dict[str, Any]]:
    """Store lists of a few cells, one for each row: first cells together, second ones together, and so on.

    Parameters
    ----------
    write
        Makes what is stored of a cell; of None, with which shorter lists end, too.

    Returns
    -------
    list of dict
        As of :func:`stored_cells`.
    """
    slots = []
    for cells in zip_longest(*lists):
        written = {cell: write(cell) for cell in set(cells)}
        slots.append(stored_cells(list(map(written.__getitem__, cells)), groups))
    return slots


def stored_cells(cells: Sequence[Cell], groups: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Store one column: ``by`` and ``values``, and ``pool`` where the values are places in it; see :func:`store`."""
    if not cells or all(cell == cells[0] for cell in cells):
        return {"by": "all", "values": list(cells[:1])}
    cells = list(cells)
    for name, numbers in groups.items():
        few = dict(zip(numbers[:FEW], cells, strict=False))
        if list(map(few.__getitem__, numbers[:FEW])) != cells[:FEW]:
            continue
        values = dict(zip(numbers, cells, strict=True))
        if list(map(values.__getitem__, numbers)) == cells:
            # a group without a row on the page has no value
            return {"by": name, **_pooled([values.get(number) for number in range(max(values) + 1)])}
    return {"by": "row", **_pooled(cells)}


def _pooled(cells: Sequence[Cell]) -> dict[str, Any]:
    places = {cell: place for place, cell in enumerate(dict.fromkeys(cells))}
    if len(places) * POOL_FROM > len(cells) or not any(isinstance(cell, str) for cell in places):
        return {"values": list(cells)}
    return {"values": [places[cell] for cell in cells], "pool": list(places)}
