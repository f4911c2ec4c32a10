"""What else lies where a peptide window does: neighbours of unknown phase, inherited variants, assumptions."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from neosieve.biology.haplotypes import in_cis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from neosieve.biology.windows import Stretch
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
        neighbours: Sequence[tuple[Interval, Call]],
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

    def parts(self, stretches: Iterable[Stretch]) -> Iterator[tuple[Context, Stretch]]:
        """Part stretches into such whose windows lie in one context."""
        for stretch in stretches:
            first, length, stop = stretch.offset, stretch.length, stretch.starts.stop
            while first < stop:
                behind = min(self._behind(first, length), stop)
                part = stretch if behind - first == len(stretch.starts) else stretch.part(first, behind)
                near, inherited = self._spans(first, first + length)
                evidence = self._evidence if self._alone is None else self._phase(part.residues, *self._alone)
                yield (stretch.calls, near, evidence, inherited), part
                first = behind

    def _behind(self, start: int, length: int) -> int:
        """Find the first start behind one from which on a window holds other spans."""
        if self._alone is not None:
            return start + 1
        entered, left = self._between(start, start + length)
        return min(
            self._starts[entered] - length + 1 if entered < len(self._starts) else sys.maxsize,
            self._ends[left] if left < len(self._ends) else sys.maxsize,
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
            near = tuple(call for span, call in self._neighbours if span.start < end and start < span.end)
            if near and self._on_both and all(in_cis(near[0], other) for other in near[1:]):
                near = ()  # one copy or the other lacks them
            inherited = tuple(call for span, call in self._inherited if span.start < end and start < span.end)
            found = self._found[between] = near, inherited
        return found

    def _phase(self, sequence: str, change: ProteinChange, evidence: str) -> str:
        return evidence if sequence in change.mutant else self._evidence
