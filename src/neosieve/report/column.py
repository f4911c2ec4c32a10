"""What a column is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, repeat
from operator import is_, not_
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from neosieve.model.variant import AlleleCounts

Row = TypeVar("Row")
Part = TypeVar("Part", bound=tuple[Any, ...])
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of one table."""

    name: str
    """Header, as others rely on it."""
    type: type[str | int | float]
    """What a cell holds when it isn't missing."""
    unit: str | None
    """Unit of a number or notation of a text, where it has one."""
    doc: str
    """One sentence for people: what it is, and what a missing value means where that isn't plain."""
    get: Callable[[Row], Cell]
    """The cell of a row; None where missing."""
    empty_is_a_value: bool = False
    """Whether an empty text says something; elsewhere it is missing."""
    shared: Shared[Row] | None = None
    """What of a row the cell depends on, where many rows have it in common; None: on the row itself."""


@dataclass(frozen=True, slots=True)
class Shared(Generic[Row]):
    """A column of a part of a row: rows with the same part have the same cell, which is made once."""

    part: Callable[[Row], tuple[Any, ...]]
    """The part: a tuple of values that the row stores; where all of them are the very same, so is the part."""
    column: Column[Any]
    """The column of the part."""


def of_part(part: Callable[[Row], Part], columns: Iterable[Column[Part]]) -> tuple[Column[Row], ...]:
    """Carry columns of a part over to the rows that have it; see :class:`Shared`."""

    def carried(column: Column[Part]) -> Column[Row]:
        get = column.get
        return Column(
            column.name,
            column.type,
            column.unit,
            column.doc,
            lambda row: get(part(row)),
            column.empty_is_a_value,
            Shared(part, column),
        )

    return tuple(map(carried, columns))


class Parts(Generic[Row]):
    """The distinct parts of rows, in the order of their first row."""

    def __init__(self, part: Callable[[Row], tuple[Any, ...]]) -> None:
        self.distinct: list[tuple[Any, ...]] = []
        self._part = part
        self._places: dict[tuple[int, ...], int] = {}
        self._latest: dict[int, int] = {}  # by the first field alone, which is the one that tells most

    def places(self, rows: Iterable[Row]) -> list[int]:
        """Return the place of each row's part in `distinct`, where new ones are added."""
        distinct, latest = self.distinct, self._latest
        found = []
        for part in map(self._part, rows):
            place = latest.get(id(part[0]))  # `distinct` keeps it alive, so that no other object gets its id
            if place is None or distinct[place] != part:
                place = latest[id(part[0])] = self._place(part)
            found.append(place)
        return found

    def _place(self, part: tuple[Any, ...]) -> int:
        place = self._places.setdefault(tuple(map(id, part)), len(self.distinct))
        if place == len(self.distinct):
            self.distinct.append(part)
        return place


class SharedValues(Generic[Row]):
    """The cells of those columns that belong to a part of a row, made once for each distinct part.

    Parameters
    ----------
    columns
        Of the rows; the others are left out.
    rows
        In order.
    """

    def __init__(self, columns: Iterable[Column[Row]], rows: Sequence[Row]) -> None:
        by_part: dict[Callable[[Row], tuple[Any, ...]], list[Column[Any]]] = {}
        for one in columns:
            if one.shared:
                by_part.setdefault(one.shared.part, []).append(one.shared.column)
        parts = {part: Parts(part) for part in by_part}
        self.places = {part: found.places(rows) for part, found in parts.items()}
        """Part → its number in each row; numbers go from 0, in the order of the first row."""
        self._values = {part: column_values(shared, parts[part].distinct) for part, shared in by_part.items()}

    def next_values(self, part: Callable[[Row], tuple[Any, ...]]) -> list[Cell]:
        """Return the cells of the next column of a part, by the part's number."""
        return next(self._values[part])


def column_values(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> Iterator[list[Cell]]:
    """Yield the cells of each column, one for each row; what rows share is asked for once."""
    known = SharedValues(columns, rows)
    for column in columns:
        if column.shared:
            cells = known.next_values(column.shared.part)
            yield list(map(cells.__getitem__, known.places[column.shared.part]))
        else:
            yield list(map(column.get, rows))


def joined(values: Iterable[str], separator: str) -> str | None:
    """Join texts into one cell, which is missing where there are none."""
    return separator.join(values) or None


def contributions_in_words(names: tuple[str, ...] = (), values: tuple[float | None, ...] = ()) -> str | None:
    """Write a score's parts: ``presentation +0.52; expression not assessed``."""
    missing = tuple(map(is_, values, repeat(None)))
    known = tuple(compress(values, map(not_, missing)))
    # what rounds to zero has no side
    return (_template(names, missing) % known).replace(" -0.00", " +0.00") or None


@lru_cache(maxsize=256)
def _template(names: tuple[str, ...], missing: tuple[bool, ...]) -> str:
    """Return what the known ones of some values are written by, all at once: in half of the time of one by one."""
    parts = ((name.replace("%", "%%"), one) for name, one in zip(names, missing, strict=True))
    return "; ".join([f"{name} not assessed" if one else f"{name} %+.2f" for name, one in parts])


def count_columns(
    get: Callable[[Row], AlleleCounts | None], sample: str, prefix: str
) -> tuple[Column[Row], Column[Row], Column[Row]]:
    """Declare VAF, depth and alternate reads of one sample.

    Parameters
    ----------
    get
        The sample's counts in a row; None where there are none.
    sample
        The sample in words.
    prefix
        What the columns' names begin with.
    """

    def vaf(row: Row) -> Cell:
        counts = get(row)
        return None if counts is None else counts.vaf

    def depth(row: Row) -> Cell:
        counts = get(row)
        return None if counts is None else counts.depth

    def alt_reads(row: Row) -> Cell:
        counts = get(row)
        return None if counts is None else counts.alt_reads

    return (
        Column(f"{prefix}_vaf", float, "fraction", f"Variant allele frequency in {sample}; NA at depth 0.", vaf),
        Column(f"{prefix}_depth", int, "reads", f"Reads that cover the variant in {sample}.", depth),
        Column(f"{prefix}_alt_reads", int, "reads", f"Reads that carry the variant in {sample}.", alt_reads),
    )
