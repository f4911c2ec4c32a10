"""What else lies where a peptide window does: neighbours of unknown phase, inherited variants, assumptions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from neosieve.biology.haplotypes import in_cis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.biology.translator import Pair
    from neosieve.biology.windows import Window
    from neosieve.model.genome import Interval
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call, Haplotype

Context = tuple[tuple["Call", ...], tuple["Call", ...], str, tuple["Call", ...]]
"""Of a window: the calls that it carries, those of unknown phase that would change it, what phases it, and the germline
calls that it holds."""


class WindowContext:
    """Tells windows of one change what else lies there.

    Parameters
    ----------
    change, haplotype
        The protein, and the calls that make it.
    neighbours
        Residues that calls of unknown phase would change in cis, and those calls.
    alone
        What the haplotype makes without the neighbours that are assumed in cis, and its phase; None without such.
    """

    def __init__(
        self,
        change: ProteinChange,
        haplotype: Haplotype,
        neighbours: Sequence[tuple[Interval, Pair]],
        alone: tuple[ProteinChange, str] | None,
    ) -> None:
        self._inherited = change.inherited
        self._evidence = haplotype.evidence
        self._neighbours = neighbours
        self._alone = alone
        self._starts = sorted(span.start for span, _ in neighbours)
        self._ends = sorted(span.end for span, _ in neighbours)
        self._between: dict[tuple[int, int], tuple[Call, ...]] = {}
        self._on_both = all(call.homozygous for call in haplotype.calls)

    def of(self, window: Window) -> Context:
        """Look up one window."""
        sequence, start, calls = window
        end = start + len(sequence)
        near = self._near(start, end) if self._starts else ()
        inherited = self._holds(start, end) if self._inherited else ()
        evidence = self._evidence if self._alone is None else self._phase(sequence, *self._alone)
        return calls, near, evidence, inherited

    def _near(self, start: int, end: int) -> tuple[Call, ...]:
        # the same ones for all windows between two of their edges
        between = bisect_left(self._starts, end), bisect_right(self._ends, start)
        found = self._between.get(between)
        if found is None:
            found = tuple(call for span, (call, _) in self._neighbours if span.start < end and start < span.end)
            if self._on_both and all(in_cis(found[0], other) for other in found[1:]):
                found = ()  # one copy or the other lacks them
            self._between[between] = found
        return found

    def _phase(self, sequence: str, change: ProteinChange, evidence: str) -> str:
        return evidence if sequence in change.mutant else self._evidence

    def _holds(self, start: int, end: int) -> tuple[Call, ...]:
        return tuple(call for span, call in self._inherited if span.start < end and start < span.end)
