"""Which calls are kept whole. Of those that can't matter to any protein, a genome's millions, only a ledger row is.

Such a call enters no haplotype. What else a run asks of it is told by marks on its row (what its record held, for the
warnings) and by its name (a phase set may be called after it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.biology.accounts import germline_entry, unchanged_entry
from neosieve.biology.haplotypes import PHYSICAL_PHASING_ID
from neosieve.biology.terms import PROTEIN_ALTERING, SILENT
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.records import (
    CALLED,
    FAILS_FILTER,
    HAS_EXPRESSION,
    HAS_NORMAL,
    HAS_RNA,
    Records,
)
from neosieve.model.variant import Variant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neosieve.biology.localise import Localiser
    from neosieve.biology.translator import Translator
    from neosieve.model.variant import Call

CODING = PROTEIN_ALTERING | SILENT
NOT_KEPT = frozenset({Outcome.NO_PROTEIN_CHANGE, Outcome.GERMLINE})
"""Outcomes of the calls that are held as rows."""


class Keeper:
    """Takes what the reader makes of each ALT, brings it onto the reference if there is one, and keeps what matters."""

    def __init__(self, translator: Translator, localiser: Localiser | None, *, whole: bool) -> None:
        """Begin.

        Parameters
        ----------
        translator
            Knows which calls touch coding sequence.
        localiser
            Brings calls onto the reference.
        whole
            Keep every call, since more is asked of each: its reads, its copies, its place in other regions.
        """
        self.records = Records()
        self._translator = translator
        self._localiser = localiser
        self._whole = whole

    def append(self, record: Call | LedgerEntry) -> None:
        """Take the next ALT."""
        if isinstance(record, LedgerEntry):
            self.records.append(record)
            return
        call = record if self._localiser is None else self._localiser.localised(record)
        if isinstance(call, LedgerEntry):
            self.records.append(call, CALLED)
        elif self._whole or self._matters(call):
            self.records.append(call)
        else:
            row = germline_entry(call) if call.germline else unchanged_entry(call)
            self.records.append(row, CALLED | marks_of(call))
            if self._localiser is not None:
                self._localiser.forget(call)

    def extend(self, records: Iterable[Call | LedgerEntry]) -> None:
        """Take many."""
        for record in records:
            self.append(record)

    def _matters(self, call: Call) -> bool:
        """Whether a call may change a protein, alone or beside another, or tells the phase of another."""
        if call.phase is not None and PHYSICAL_PHASING_ID.fullmatch(call.phase.name):
            return True
        return any(
            not CODING.isdisjoint(one.terms) or self._translator.touches_coding(call, one) for one in call.consequences
        )


def named_beside(kept: Iterable[Records]) -> frozenset[Variant]:
    """Find the calls held as rows after which a phase set of a call that was kept is named."""
    kept = tuple(kept)
    names = {}
    for call in (call for records in kept for call in records.calls):
        match = None if call.phase is None else PHYSICAL_PHASING_ID.fullmatch(call.phase.name)
        if match is not None:
            partner = Variant(call.variant.chrom, int(match[1]) - 1, match[2], match[3])
            names[str(partner)] = partner
    if not names:
        return frozenset()
    return frozenset(
        names[record.variant]
        for records in kept
        for record, marks in records.marked()
        if isinstance(record, LedgerEntry) and record.variant in names and marks & CALLED and record.outcome in NOT_KEPT
    )


def marks_of(call: Call) -> int:
    """Tell what a call's record held."""
    return (
        (FAILS_FILTER if call.filters else 0)
        | (HAS_EXPRESSION if call.gene_expression else 0)
        | (HAS_RNA if call.rna is not None else 0)
        | (HAS_NORMAL if call.normal is not None else 0)
    )
