"""Which allele an aligned read shows: by the sequence it spells, not by where an aligner put the gap."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from neosieve.biology.coordinates import trimmed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neosieve.model.variant import Variant

REACH = 150  # bases of context on either side: a short read that spans a longer repeat is rare
# CIGAR operations: SAM specification, section 1.4.6
MATCHES = frozenset({0, 7, 8})  # M, =, X: read and reference
READ_ONLY = frozenset({1, 4})  # I, S
DELETION, SKIP = 2, 3  # D, N: reference only
DELETED, SKIPPED, OUTSIDE = -1, -2, -3
UNREAD = "N"


class Seen(Enum):
    """What a read shows at a variant's place."""

    REF = "ref"
    ALT = "alt"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Site:
    """A variant as reads are compared with it; immutable."""

    start: int
    """First reference base compared, 0-based."""
    end: int
    """Behind the last one; equal to `start` for an insertion outside repeats."""
    ref: str
    """What an unchanged read spells between `start` and `end`."""
    alt: str
    """What a read with the variant spells there."""

    @property
    def shifts(self) -> bool:
        """Whether REF and ALT differ in length: then a read must show the bases on both sides, too."""
        return len(self.ref) != len(self.alt)


def site_of(variant: Variant, bases: Callable[[int, int], str]) -> Site:
    """Widen a variant over all places where an aligner may write it.

    A deleted or inserted base within a repeat may be written at any of its copies. The site reaches over all of them,
    so that reads are compared by what they spell over the whole repeat, and one that ends within it tells nothing.
    A change that leaves the length as it was stays where it is.

    Parameters
    ----------
    variant
        REF and ALT of A, C, G, T.
    bases
        Plus-strand bases between two 0-based positions, half-open, N where unknown: a shift stops there.
    """
    span, new = trimmed(variant)
    old = variant.ref[span.start - variant.start : span.end - variant.start]
    if len(old) == len(new):
        return Site(span.start, span.end, old, new)
    low = max(0, span.start - REACH)
    before = bases(low, span.start)
    text = before + old + bases(span.end, span.end + REACH)
    begin, end = _reach(text, len(before), old, new)
    at, behind = len(before), len(before) + len(old)
    return Site(low + begin, low + end, text[begin:end], text[begin:at] + new + text[behind:end])


def _reach(text: str, at: int, old: str, new: str) -> tuple[int, int]:
    """Return where in the text an aligner may begin and end the change of `old` at `at` into `new`.

    Of a change with bases on both sides any part may be written as the gap, the rest as mismatches beside it.
    """
    begin, end = at, at + len(old)
    net = len(new) - len(old)
    for lead in range(min(len(old), len(new)) + 1):
        left = right = at + lead
        if net > 0:
            unit = new[lead : lead + net]
            last = unit
            while left > 0 and text[left - 1] == last[-1]:
                last = last[-1] + last[:-1]
                left -= 1
            while right < len(text) and text[right] == unit[0]:
                unit = unit[1:] + unit[0]
                right += 1
        else:
            gap = -net
            while left > 0 and text[left - 1] == text[left + gap - 1] != UNREAD:
                left -= 1
            while right + gap < len(text) and text[right] == text[right + gap] != UNREAD:
                right += 1
            right += gap
        begin, end = min(begin, left), max(end, right)
    return begin, end


def observe(read: Any, site: Site, min_base_quality: int) -> tuple[Seen, int] | None:  # noqa: ANN401 - pysam is untyped
    """Tell which allele an aligned read shows.

    Soft-clipped bases aren't looked at. A read doesn't cover a site that it ends in or skips as an intron. Where REF
    and ALT are of one length, every base must reach the quality; else bases below it match anything, as the length
    decides. A skipped stretch inside the site that leaves just the ALT is a deletion: some aligners write long ones so.

    Returns
    -------
    tuple or None
        What the read shows and the lowest base quality behind it; None where it tells nothing.
    """
    before, first, last, behind, skips = _places(read.reference_start, read.cigartuples, site)
    if not site.shifts and first >= 0 and last >= 0:
        begin, end = first, last + 1
    elif (not site.shifts and DELETED not in {first, last}) or {SKIPPED, OUTSIDE} & {before, behind}:
        return None
    elif DELETED in {before, behind}:
        return None if skips else (Seen.OTHER, min_base_quality)
    else:
        begin, end = before + 1, behind
    spelt = read.query_sequence[begin:end]
    if skips:
        long_deletion = len(site.alt) < len(site.ref) and spelt == site.alt
        return (Seen.ALT, min_base_quality) if long_deletion else None
    qualities = read.query_qualities
    if qualities is None:  # not recorded: none is refused
        weakest, good = min_base_quality, [base != UNREAD for base in spelt]
    else:
        good = [
            base != UNREAD and quality >= min_base_quality
            for base, quality in zip(spelt, qualities[begin:end], strict=True)
        ]
        edge = 1 if site.shifts else 0
        weakest = min(qualities[begin - edge : end + edge], default=min_base_quality)
    if not site.shifts and not all(good):
        return None
    for seen, allele in ((Seen.REF, site.ref), (Seen.ALT, site.alt)):
        if _spells(spelt, good, allele):
            return seen, weakest
    return Seen.OTHER, weakest


def _spells(spelt: str, good: Sequence[bool], allele: str) -> bool:
    return len(spelt) == len(allele) and all(
        one == other or not read for one, other, read in zip(spelt, allele, good, strict=True)
    )


def _places(start: int, cigar: Sequence[tuple[int, int]], site: Site) -> tuple[int, int, int, int, bool]:
    """Find a site's bases in a read.

    Returns
    -------
    tuple
        Offsets in the read of the base before the site, its first, its last and the one behind it, or DELETED, SKIPPED
        or OUTSIDE; and whether the read skips any base of the site.
    """
    wanted = (site.start - 1, site.start, site.end - 1, site.end)
    places = [OUTSIDE] * 4
    skips = False
    offset = 0
    for operation, length in cigar:
        if operation in READ_ONLY:
            offset += length
            continue
        if operation in MATCHES or operation in {DELETION, SKIP}:
            stop = start + length
            for number, position in enumerate(wanted):
                if start <= position < stop:
                    gap = DELETED if operation == DELETION else SKIPPED
                    places[number] = offset + position - start if operation in MATCHES else gap
            if operation in MATCHES:
                offset += length
            elif operation == SKIP and start < site.end and site.start < stop:
                skips = True
            start = stop
    before, first, last, behind = places
    return before, first, last, behind, skips
