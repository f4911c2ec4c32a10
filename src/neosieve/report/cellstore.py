"""The registry's columns as the report stores them: each value once for whatever it depends on.

A gene is the same for all candidates of a protein change, a peptide for all its alleles: a column is kept by the widest
of these groups within which it is constant, so that ten thousand rows of fifty columns take two megabytes and not ten.
"""

from __future__ import annotations

from itertools import zip_longest
from math import isfinite
from typing import TYPE_CHECKING, Any

from neosieve.report.column import column_values
from neosieve.report.tables import format_cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neosieve.model.candidate import Ranked
    from neosieve.report.column import Cell, Column

FEW = 300  # rows that tell soon that a column isn't constant within a group
POOL_FROM = 2  # a text that stands this often on average is kept once


def json_value(value: Cell, *, empty_is_a_value: bool = False) -> Cell:
    """Return a cell as JSON holds it, with the digits of the tables; None where it is missing."""
    if isinstance(value, float):
        if not isfinite(value):
            return None
        rounded = float(format_cell(value))
        return int(rounded) if rounded.is_integer() else rounded
    return None if value == "" and not empty_is_a_value else value


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
    for column, cells in zip(columns, column_values(columns, rows), strict=True):
        kept = stored_cells(cells, groups)
        part = "pool" if "pool" in kept else "values"
        kept[part] = [json_value(cell, empty_is_a_value=column.empty_is_a_value) for cell in kept[part]]
        stored[column.name] = kept
    return stored


def stored_slots(lists: Sequence[Sequence[Cell]], groups: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """Store lists of a few cells, one for each row: first cells together, second ones together, and so on.

    Returns
    -------
    list of dict
        As of :func:`stored_cells`; shorter lists end in None.
    """
    return [stored_cells(cells, groups) for cells in zip_longest(*lists)]


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
