"""What a transcript might become where a splice site is lost: hypotheses, made only when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.biology.coordinates import BaseEdit, reverse_complement
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from neosieve.biology.coordinates import Layout, SpliceHit

READ_INTO_INTRON = 300
"""Intron bases read at most: of random frames, less than one in a hundred has no stop within these 100 codons
((61/64)^100 = 0.8 %)."""


def alternatives(
    hit: SpliceHit, change: tuple[Interval, str], layout: Layout, bases: Callable[[Interval], str]
) -> list[tuple[BaseEdit, str]]:
    """List what may be made instead: the exon at the lost site skipped, or the intron retained.

    Parameters
    ----------
    hit
        The site lost.
    change
        Genome bases replaced and the new ones, as :func:`~neosieve.biology.coordinates.trimmed` gives.
    layout
        The transcript.
    bases
        Plus-strand bases of the transcript's contig.

    Returns
    -------
    list
        (edit of the spliced transcript, the assumption in words). An intron that is not known to its end is read as far
        as it is, and nothing behind it.
    """
    span, new = change
    transcript = layout.transcript
    count = len(transcript.exons)
    edges = (0, *layout.junctions, transcript.length)
    junction = edges[hit.junction + 1]
    found = []
    skipped = hit.junction if hit.site != "acceptor" else hit.junction + 1
    if 0 < skipped < count - 1:
        exon = Interval(edges[skipped], edges[skipped + 1])
        found.append((BaseEdit(exon, ""), f"hypothesis: exon {skipped + 1} of {count} is skipped"))
    left = hit.junction if transcript.strand > 0 else count - 2 - hit.junction
    intron = Interval(transcript.exons[left].end, transcript.exons[left + 1].start)
    if intron.start <= span.start and span.end <= intron.end and len(intron):
        retained = bases(Interval(intron.start, span.start)) + new + bases(Interval(span.end, intron.end))
        own = retained if transcript.strand > 0 else reverse_complement(retained)
        whole = "N" not in own and len(own) <= 2 * READ_INTO_INTRON
        edit = (
            BaseEdit(Interval(junction, junction), own)
            if whole
            else BaseEdit(Interval(junction, transcript.length), own[:READ_INTO_INTRON])
        )
        found.append((edit, f"hypothesis: intron {hit.junction + 1} of {count - 1} is retained"))
    return found
