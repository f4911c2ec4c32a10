"""Stretches of genome sequence: the merged exons of gene models with some bases on both sides."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from neosieve.biology.normal import COMPLEMENT
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from neosieve.model.genome import Transcript

PADDING = 300
"""Bases kept on both sides of each exon: enough of an intron for splice-site windows (MaxEntScan reads 20 bases of it),
for deletions that reach into it, and for shifting an indel in a repeat to its 3′-most place (HGVS)."""


class Stretch(NamedTuple):
    """A piece of a contig."""

    start: int
    """0-based, on the contig."""
    bases: bytes
    """Upper case."""

    @property
    def end(self) -> int:
        """Behind the last base."""
        return self.start + len(self.bases)


def regions(transcripts: Iterable[Transcript]) -> dict[str, list[Interval]]:
    """Merge the padded exons of each contig, ascending; the last one may end beyond the contig."""
    by_contig: dict[str, list[tuple[int, int]]] = {}
    for transcript in transcripts:
        padded = ((max(0, exon.start - PADDING), exon.end + PADDING) for exon in transcript.exons)
        by_contig.setdefault(transcript.contig, []).extend(padded)
    merged: dict[str, list[Interval]] = {}
    for contig in sorted(by_contig):
        ends: list[list[int]] = []
        for start, end in sorted(by_contig[contig]):
            if ends and start <= ends[-1][1]:
                ends[-1][1] = max(ends[-1][1], end)
            else:
                ends.append([start, end])
        merged[contig] = [Interval(start, end) for start, end in ends]
    return merged


class Stretches:
    """Stretches of each contig, ascending and disjoint."""

    def __init__(self, by_contig: Mapping[str, Sequence[Stretch]]) -> None:
        self.by_contig = {contig: tuple(one for one in many if one.bases) for contig, many in by_contig.items()}
        self._starts = {contig: [one.start for one in many] for contig, many in self.by_contig.items()}

    def bases(self, contig: str, interval: Interval) -> bytes | None:
        """Return the bases of an interval within one stretch; None if no stretch holds it whole."""
        index = bisect_right(self._starts.get(contig, ()), interval.start) - 1
        if index < 0:
            return None
        stretch = self.by_contig[contig][index]
        if interval.end > stretch.end:
            return None
        return stretch.bases[interval.start - stretch.start : interval.end - stretch.start]

    def spliced(self, transcript: Transcript) -> str | None:
        """Return a transcript's sequence, 5′ to 3′; None if an exon lies outside the contig."""
        parts = [self.bases(transcript.contig, exon) for exon in transcript.exons]
        if None in parts:
            return None
        plus = b"".join(part for part in parts if part is not None)
        return (plus if transcript.strand > 0 else plus.translate(COMPLEMENT)[::-1]).decode("ascii")
