"""Ledger rows by the million: packed while they wait, and counted without holding them."""

from __future__ import annotations

import marshal
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from operator import eq
from typing import TYPE_CHECKING, overload

import numpy as np

from neosieve.model.ledger import LedgerEntry, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PackedRow = tuple[str, str | None, str | None, str | None, int, str, int, int]
"""A ledger entry's fields in their order, its outcome by its place in the closed list; then marks of who packed it."""

ROWS_TOGETHER = 4096  # a block takes about 50 kB in memory, and two milliseconds to unpack
_OUTCOMES = tuple(Outcome)
_PLACE = {outcome: place for place, outcome in enumerate(_OUTCOMES)}


def packed_row(entry: LedgerEntry, marks: int = 0) -> PackedRow:
    """Take an entry apart, as :class:`PackedRows` holds it."""
    return (
        entry.variant,
        entry.gene,
        entry.transcript,
        entry.consequence,
        _PLACE[entry.outcome],
        entry.detail,
        entry.n_peptides,
        marks,
    )


def entry_of(row: PackedRow) -> LedgerEntry:
    """Put an entry together again."""
    variant, gene, transcript, consequence, outcome, detail, n_peptides, _ = row
    return LedgerEntry(variant, gene, transcript, consequence, _OUTCOMES[outcome], detail, n_peptides)


class PackedRows:
    """Rows in order, compressed by the thousand; None holds the place of what is kept elsewhere."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._last: list[PackedRow | None] = []

    def append(self, row: PackedRow | None) -> None:
        """Add a row, or hold a place."""
        self._last.append(row)
        if len(self._last) == ROWS_TOGETHER:
            self._blocks.append(zlib.compress(marshal.dumps(self._last), 1))
            self._last = []

    def __len__(self) -> int:
        return len(self._blocks) * ROWS_TOGETHER + len(self._last)

    def __iter__(self) -> Iterator[PackedRow | None]:
        for block in self._blocks:
            yield from marshal.loads(zlib.decompress(block))  # noqa: S302 - written a few lines above
        yield from tuple(self._last)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a ledger counts: rows, and distinct variants."""

    variants: int
    rows: Counter[Outcome]
    variants_with: Counter[Outcome]
    """Outcome → variants that have a row of it; a variant may count for several."""
    variants_by_first: Counter[Outcome]
    """Outcome → variants of which that is the outcome: candidates if it has any, else its first row's."""
    repeated: Mapping[str, tuple[Outcome, ...]]
    """Each variant that has several rows → its distinct outcomes, in the ledger's order."""


class Ledger(Sequence[LedgerEntry]):
    """The rows of ``ledger.tsv`` in their order, made one by one as they are asked for."""

    def __init__(
        self, rows: PackedRows, of_calls: Sequence[Sequence[LedgerEntry]] = (), more: Sequence[LedgerEntry] = ()
    ) -> None:
        """Put a ledger together.

        Parameters
        ----------
        rows
            Most of it.
        of_calls
            What belongs in the places that `rows` holds, one after the other.
        more
            What comes last.
        """
        self._rows = rows
        self._of_calls = of_calls
        self._more = more

    @classmethod
    def of(cls, entries: Iterable[LedgerEntry]) -> Ledger:
        """Pack entries."""
        rows = PackedRows()
        for entry in entries:
            rows.append(packed_row(entry))
        return cls(rows)

    def __len__(self) -> int:
        return len(self._rows) - len(self._of_calls) + sum(map(len, self._of_calls)) + len(self._more)

    def __iter__(self) -> Iterator[LedgerEntry]:
        of_calls = iter(self._of_calls)
        for row in self._rows:
            if row is None:
                yield from next(of_calls)
            else:
                yield entry_of(row)
        yield from self._more

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ledger):
            return NotImplemented
        return len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, place: int) -> LedgerEntry: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[LedgerEntry]: ...
    def __getitem__(self, place: int | slice) -> LedgerEntry | Sequence[LedgerEntry]:
        """Look rows up; from the first one on, so meant for a few."""
        if isinstance(place, slice):
            return tuple(self)[place]
        index = range(len(self))[place]
        return next(islice(self, index, None))

    @cached_property
    def tally(self) -> Tally:
        """The ledger's counts. Names are compared only where their hashes are equal, so that not all are held."""
        hashes, places = array("q"), bytearray()
        for name, place in self._named():
            hashes.append(hash(name))
            places.append(place)
        keys, outcomes = np.frombuffer(hashes, dtype=np.int64), np.frombuffer(places, dtype=np.uint8)
        _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
        alone = counts[inverse] == 1
        repeated: dict[str, dict[Outcome, None]] = {}
        if not alone.all():
            for (name, place), single in zip(self._named(), alone.tolist(), strict=True):
                if not single:
                    repeated.setdefault(name, {})[_OUTCOMES[place]] = None
        singles = _counted(outcomes[alone])
        several = {name: tuple(own) for name, own in repeated.items()}
        return Tally(
            variants=int(alone.sum()) + len(several),
            rows=_counted(outcomes),
            variants_with=singles + Counter(chain.from_iterable(several.values())),
            variants_by_first=singles + Counter(map(_first, several.values())),
            repeated=several,
        )

    def _named(self) -> Iterator[tuple[str, int]]:
        of_calls = iter(self._of_calls)
        for row in self._rows:
            if row is None:
                yield from ((entry.variant, _PLACE[entry.outcome]) for entry in next(of_calls))
            else:
                yield row[0], row[4]
        yield from ((entry.variant, _PLACE[entry.outcome]) for entry in self._more)


def tally_of(ledger: Iterable[LedgerEntry]) -> Tally:
    """Count a ledger's rows and variants; once for a :class:`Ledger`."""
    return ledger.tally if isinstance(ledger, Ledger) else Ledger.of(ledger).tally


def _counted(places: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> Counter[Outcome]:
    return Counter({_OUTCOMES[place]: count for place, count in enumerate(np.bincount(places).tolist()) if count})


def _first(outcomes: Sequence[Outcome]) -> Outcome:
    return Outcome.CANDIDATES if Outcome.CANDIDATES in outcomes else outcomes[0]
