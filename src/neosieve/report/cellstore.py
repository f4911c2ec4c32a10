"""The registry's columns as the report stores them: each value once for whatever it depends on.

A gene is the same for all candidates of a protein change, a peptide for all its alleles: a column is kept by the widest
of these groups within which it is constant, so that ten thousand rows of fifty columns take two megabytes and not ten.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from neosieve.model.candidate import Ranked
    from neosieve.report.column import Cell, Column
    from neosieve.report.rowcells import RowCells

FEW = 300  # rows that tell soon that a column isn't constant within a group
POOL_FROM = 2  # a text that stands this often on average is kept once


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers that are written already."""

    json: str
    """A JSON array; null where one is missing."""


def store(
    columns: Iterable[Column[Ranked]], cells: RowCells, groups: Mapping[str, Sequence[int]]
) -> dict[str, dict[str, Any]]:
    """Store columns by the widest group within which they are constant.

    Parameters
    ----------
    columns
        The registry's.
    cells
        Theirs, of the page's rows.
    groups
        Name → the group's number of each row, from the widest to the finest.

    Returns
    -------
    dict
        Column → ``by`` (the group's name, ``all`` or ``row``), ``values`` by the group's number and, where ``values``
        are places in it, ``pool``.
    """
    own, shared = iter(cells.own), {part: iter(values) for part, values in cells.shared.items()}
    coarser = {part: _groups_of_parts(places, groups) for part, places in cells.places.items()}
    stored = {}
    for column in columns:
        if column.shared is None:
            kept = stored_cells(next(own), groups)
        else:
            part = column.shared.part
            values = next(shared[part])
            kept = stored_cells(values, coarser[part])
            if kept["by"] == "row":
                kept = stored_cells([values[place] for place in cells.places[part]], groups)
        stored[column.name] = written(kept) if column.type is float else pooled(kept) if column.type is str else kept
    return stored


def _groups_of_parts(places: Sequence[int], groups: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """Return the groups in which each part of the rows lies as a whole, by the part's number."""
    found = {}
    for name, numbers in groups.items():
        of_part = dict(zip(places, numbers, strict=True))
        if list(map(of_part.__getitem__, places)) == list(numbers):
            found[name] = [of_part[place] for place in range(len(of_part))]
    return found


def stored_slots(lists: Sequence[Sequence[Cell]], groups: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """Store lists of a few cells, one for each row: first cells together, second ones together, and so on.

    Returns
    -------
    list of dict
        As of :func:`stored_cells`; shorter lists end with None.
    """
    return [stored_cells(cells, groups) for cells in zip_longest(*lists)]


def stored_cells(cells: Sequence[Cell], groups: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Store one column: ``by`` and ``values``; see :func:`store`."""
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
            return {"by": name, "values": [values.get(number) for number in range(max(values) + 1)]}
    return {"by": "row", "values": cells}


def pooled(kept: dict[str, Any]) -> dict[str, Any]:
    """Let values be places in a ``pool`` where texts come often."""
    places = {cell: place for place, cell in enumerate(dict.fromkeys(kept["values"]))}
    if len(places) * POOL_FROM > len(kept["values"]):
        return kept
    return kept | {"values": list(map(places.__getitem__, kept["values"])), "pool": list(places)}


def written(kept: dict[str, Any]) -> dict[str, Any]:
    """Write values that are numbers as text."""
    return kept | {"values": Numbers(f"[{','.join(['null' if one is None else one for one in kept['values']])}]")}
