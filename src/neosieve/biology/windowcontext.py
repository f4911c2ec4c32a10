"""What else lies where a peptide window does: neighbours of unknown phase, inherited variants, assumptions."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from neosieve.biology.haplotypes import in_cis

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        spans = [span for span, _ in (*neighbours, *change.inherited)]
        self._starts = sorted(span.start for span in spans)
        self._ends = sorted(span.end for span in spans)
        self._found: dict[tuple[int, int], tuple[tuple[Call, ...], tuple[Call, ...]]] = {}
        self._on_both = all(call.homozygous for call in haplotype.calls)

    def runs(self, windows: Sequence[Window]) -> Iterator[tuple[Context, Sequence[Window]]]:
        """Part windows, by length and then by offset, into runs that lie in one context."""
        first = 0
        while first < len(windows):
            sequence, start, calls = windows[first]
            length = len(sequence)
            behind = self._behind(start, length)
            last = first + 1
            while last < len(windows):
                following, offset, carried = windows[last]
                if offset >= behind or carried != calls or len(following) != length:
                    break
                last += 1
            near, inherited = self._spans(start, start + length)
            evidence = self._evidence if self._alone is None else self._phase(sequence, *self._alone)
            yield (calls, near, evidence, inherited), windows[first:last]
            first = last

    def _behind(self, start: int, length: int) -> float:
        """Find the first start behind one from which on a window holds other spans."""
        if self._alone is not None:
            return start + 1
        entered, left = self._between(start, start + length)
        return min(
            self._starts[entered] - length + 1 if entered < len(self._starts) else math.inf,
            self._ends[left] if left < len(self._ends) else math.inf,
        )

    def _between(self, start: int, end: int) -> tuple[int, int]:
        """Count the spans that begin before a window's end, and those that end before its start."""
        return bisect_left(self._starts, end), bisect_right(self._ends, start)

    def _spans(self, start: int, end: int) -> tuple[tuple[Call, ...], tuple[Call, ...]]:
        """List the neighbours and the inherited calls that a window holds."""
        if not self._starts:
            return (), ()
        between = self._between(start, end)  # the same ones for all windows between two of their edges
        found = self._found.get(between)
        if found is None:
            near = tuple(call for span, (call, _) in self._neighbours if span.start < end and start < span.end)
            if near and self._on_both and all(in_cis(near[0], other) for other in near[1:]):
                near = ()  # one copy or the other lacks them
            inherited = tuple(call for span, call in self._inherited if span.start < end and start < span.end)
            found = self._found[between] = near, inherited
        return found

    def _phase(self, sequence: str, change: ProteinChange, evidence: str) -> str:
        return evidence if sequence in change.mutant else self._evidence
