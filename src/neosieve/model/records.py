"""What was read of every ALT of a VCF: calls, and ledger rows of what needs no more than a row."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.ledgerrows import PackedRows, entry_of, packed_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from neosieve.model.variant import Call

    Record = Call | LedgerEntry

CALLED = 1
"""Mark of a row that was a call when it was read."""
FAILS_FILTER = 2
HAS_EXPRESSION = 4
HAS_RNA = 8
HAS_NORMAL = 16
"""What its record held: the matched normal's reads."""


class Records:
    """One call or ledger row for each ALT, in the order of the records."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.calls: list[Call] = []
        """The calls among them, in order."""
        self.rows = PackedRows()
        """The rows, each call's place held by None."""
        self.counts: Counter[tuple[Outcome, int]] = Counter()
        """(outcome, marks) → rows."""
        for record in records:
            self.append(record)

    def append(self, record: Record, marks: int = 0) -> None:
        """Add what became of the next ALT; `marks` say what a call was that is held as a row."""
        if isinstance(record, LedgerEntry):
            self.rows.append(packed_row(record, marks))
            self.counts[record.outcome, marks] += 1
        else:
            self.rows.append(None)
            self.calls.append(record)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Record]:
        calls = iter(self.calls)
        for row in self.rows:
            yield next(calls) if row is None else entry_of(row)

    def marked(self) -> Iterator[tuple[Record, int]]:
        """Yield each with its marks."""
        calls = iter(self.calls)
        for row in self.rows:
            yield (next(calls), 0) if row is None else (entry_of(row), row[-1])

    def count(self, *outcomes: Outcome) -> int:
        """Count the rows of some outcomes."""
        return sum(number for (outcome, _), number in self.counts.items() if outcome in outcomes)

    def with_calls(self, calls: Sequence[Call]) -> Records:
        """Return the same with other calls in the calls' places."""
        if len(calls) != len(self.calls):
            raise ValueError(f"{len(calls)} calls for {len(self.calls)} places")
        other = Records()
        other.calls, other.rows, other.counts = list(calls), self.rows, self.counts
        return other
