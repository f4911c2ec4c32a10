"""Where a variant lies on a transcript."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON
from neosieve.biology.splicededits import UNKNOWN_BASE
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from neosieve.model.genome import Transcript
    from neosieve.model.variant import Variant

CANONICAL = 2
"""Intron bases at either end that splicing can't do without: GT at the donor, AG at the acceptor."""
COMPLEMENT = str.maketrans("ACGTUNRYSWKMBDHVacgtunryswkmbdhv", "TGCAANYRSWMKVHDBtgcaanyrswmkvhdb")
"""Watson–Crick partners, IUPAC letters included (Cornish-Bowden 1985)."""


@dataclass(frozen=True, slots=True)
class BaseEdit:
    """Bases of a spliced transcript and what stands in their place, in the transcript's own direction."""

    span: Interval
    """Offsets in the spliced transcript; a point for an insertion."""
    bases: str
    """New bases; empty for a deletion."""
    over_edge: bool = False
    """Whether intron bases or the transcript's surroundings are deleted too: that the rest is spliced is an
    assumption."""


@dataclass(frozen=True, slots=True)
class SpliceHit:
    """A variant that changes how the transcript is spliced, so that what it makes can't be told from the exons."""

    junction: int
    """0-based number of the intron hit first, in the transcript's direction."""
    site: str
    """``donor``, ``acceptor``, or ``boundary`` for bases put between an exon and an intron."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A transcript's exons with their offsets; translates between the genome and the spliced transcript."""

    transcript: Transcript
    starts: tuple[int, ...]
    """Offset of each exon's 5′-most base in the spliced transcript, in the genome's order of exons."""
    begins: tuple[int, ...]
    """Where each exon begins on the genome."""
    span: Interval
    """From the first exon's begin to the last one's end, on the genome."""
    coding_end: int
    """Offset behind the last coding base, in Ensembl's sense: the stop codon is coding."""

    @classmethod
    def of(cls, transcript: Transcript) -> Layout:
        """Lay out a transcript."""
        exons = transcript.exons if transcript.strand > 0 else transcript.exons[::-1]
        starts, length = [], 0
        for exon in exons:
            starts.append(length)
            length += len(exon)
        coding_end = transcript.cds.end
        if "cds_end_NF" not in transcript.flags:
            coding_end = min(coding_end + CODON, length)
        begins = tuple([exon.start for exon in transcript.exons])
        forward = tuple(starts if transcript.strand > 0 else starts[::-1])
        return cls(transcript, forward, begins, transcript.span, coding_end)

    def exon_at(self, position: int) -> int | None:
        """Return the index, in the genome's order, of the exon that holds a genome position; None in introns."""
        index = bisect_right(self.begins, position) - 1
        return index if index >= 0 and position < self.transcript.exons[index].end else None

    def exons_of(self, span: Interval) -> range:
        """Return the indices, in the genome's order, of the exons that hold bases of a stretch of at least one."""
        first = bisect_right(self.begins, span.start) - 1
        if first < 0 or self.transcript.exons[first].end <= span.start:
            first += 1
        return range(first, bisect_left(self.begins, span.end))

    def spliced(self, span: Interval, touched: range) -> Interval:
        """Return the offsets, in the spliced transcript, of what a stretch takes of the exons that it touches."""
        exons, (first, last) = self.transcript.exons, (touched[0], touched[-1])
        left, right = max(span.start - exons[first].start, 0), max(exons[last].end - span.end, 0)
        if self.transcript.strand > 0:
            return Interval(self.starts[first] + left, self.starts[last] + len(exons[last]) - right)
        return Interval(self.starts[last] + right, self.starts[first] + len(exons[first]) - left)

    def exon_number(self, index: int) -> int:
        """Return the 1-based number of an exon in the transcript's direction."""
        return index + 1 if self.transcript.strand > 0 else len(self.transcript.exons) - index

    def offset(self, position: int) -> int | None:
        """Return the offset in the spliced transcript of a genome position; None outside the exons."""
        index = self.exon_at(position)
        if index is None:
            return None
        exon = self.transcript.exons[index]
        within = position - exon.start if self.transcript.strand > 0 else exon.end - 1 - position
        return self.starts[index] + within

    def position(self, offset: int) -> int:
        """Return the genome position of an offset in the spliced transcript."""
        for exon, start in zip(self.transcript.exons, self.starts, strict=True):
            if start <= offset < start + len(exon):
                within = offset - start
                return exon.start + within if self.transcript.strand > 0 else exon.end - 1 - within
        raise ValueError(f"{self.transcript.name} has {self.transcript.length} bases; no offset {offset}")

    @property
    def junctions(self) -> tuple[int, ...]:
        """Offsets of the exon–exon junctions in the spliced transcript, ascending."""
        return tuple(sorted(self.starts)[1:])


@lru_cache(maxsize=64)  # asked for on each of a gene's transcripts
def trimmed(variant: Variant) -> tuple[Interval, str]:
    """Return the genome bases that a variant replaces and the new ones, without what REF and ALT share.

    The shared start goes first, as the VCF's anchor base is one; then the shared end.
    """
    ref, alt, start = variant.ref, variant.alt, variant.start
    if len(ref) == len(alt) == 1 and ref != alt:
        return Interval(start, start + 1), alt
    lead = 0
    while lead < min(len(ref), len(alt)) and ref[lead] == alt[lead]:
        lead += 1
    ref, alt, start = ref[lead:], alt[lead:], start + lead
    tail = 0
    while tail < min(len(ref), len(alt)) and ref[-1 - tail] == alt[-1 - tail]:
        tail += 1
    return Interval(start, start + len(ref) - tail), alt[: len(alt) - tail]


def contradict(one: Variant, other: Variant) -> bool:
    """Whether two variants can't lie on one copy: they change a common base, or one puts bases into the other's."""
    if one.start + len(one.ref) <= other.start or other.start + len(other.ref) <= one.start:
        return False
    first, second = trimmed(one)[0], trimmed(other)[0]
    return (
        first.overlaps(second)
        or (not len(second) and first.start < second.start < first.end)
        or (not len(first) and second.start < first.start < second.end)
    )


def reverse_complement(bases: str) -> str:
    """Read bases from the other strand, IUPAC letters included."""
    return bases.translate(COMPLEMENT)[::-1]


def place(span: Interval, bases: str, layout: Layout) -> BaseEdit | SpliceHit | None:
    """Find what replacing genome bases does to a transcript.

    Parameters
    ----------
    span, bases
        Genome bases replaced (a point for an insertion) and the new ones, on the plus strand, as :func:`trimmed` gives.
    layout
        The transcript.

    Returns
    -------
    BaseEdit, SpliceHit or None
        None where neither an exon nor a canonical splice site is touched. A deletion that reaches over an exon's edge
        takes the exon's bases away (``over_edge``); anything else that changes both sides of an edge is a SpliceHit,
        but over the transcript's own begin or end where nothing is translated: of a substitution the exon's share is
        made then, and of other exchanges at the end, which a shifted frame may read, ``N`` is.
    """
    transcript = layout.transcript
    own = bases if transcript.strand > 0 else reverse_complement(bases)
    if len(span) == 0:
        return _insertion(span.start, own, layout)
    touched = layout.exons_of(span)
    if not touched:
        # an intron that is deleted as a whole leaves its exons joined, as splicing does
        whole = not own and any(
            (left.end, right.start) == (span.start, span.end) for left, right in pairwise(transcript.exons)
        )
        return None if whole else _in_intron(span, layout)
    taken = layout.spliced(span, touched)
    within = len(touched) == 1 and len(taken) == len(span)
    hit = None if within or not own else _edge_hit(span, touched, layout)
    if hit is None:
        return BaseEdit(taken, own, over_edge=not within)
    before, behind = taken.end <= transcript.cds.start, taken.start >= transcript.cds.end + CODON
    if hit.site != "boundary" or not (before or behind):
        return hit
    if len(own) == len(span):
        lead = transcript.span.start - span.start if transcript.strand > 0 else span.end - transcript.span.end
        return BaseEdit(taken, own[max(lead, 0) :][: len(taken)])
    return BaseEdit(taken, UNKNOWN_BASE * len(own) if behind else own, over_edge=True)


def _insertion(point: int, own: str, layout: Layout) -> BaseEdit | SpliceHit | None:
    exons, strand = layout.transcript.exons, layout.transcript.strand
    for index, exon in enumerate(exons):
        if exon.start < point < exon.end:
            after = layout.offset(point if strand > 0 else point - 1)
            return None if after is None else BaseEdit(Interval(after, after), own)
        inner_end = point == exon.end and index + 1 < len(exons)
        inner_start = point == exon.start and index > 0
        if inner_end or inner_start:
            return SpliceHit(_junction(index if inner_end else index - 1, layout), "boundary")
    return _in_intron(Interval(point, point), layout)


def _in_intron(span: Interval, layout: Layout) -> SpliceHit | None:
    """Tell whether a change inside an intron takes one of its canonical bases, or parts the two."""
    exons, strand = layout.transcript.exons, layout.transcript.strand
    for index in range(len(exons) - 1):
        left, right = exons[index].end, exons[index + 1].start
        if span.start < left or span.end > right:
            continue
        at_left, at_right = span.start < left + CANONICAL, span.end > right - CANONICAL
        donor, acceptor = (at_left, at_right) if strand > 0 else (at_right, at_left)
        if donor or acceptor:
            return SpliceHit(_junction(index, layout), "donor" if donor else "acceptor")
    return None


def _edge_hit(span: Interval, touched: range, layout: Layout) -> SpliceHit:
    """Find the first inner edge, in the transcript's direction, that a change goes over."""
    exons, forward = layout.transcript.exons, layout.transcript.strand > 0
    for index in touched if forward else reversed(touched):
        left = span.start < exons[index].start and index > 0
        right = span.end > exons[index].end and index + 1 < len(exons)
        if left if forward else right:
            return SpliceHit(_junction(index - 1 if forward else index, layout), "acceptor")
        if right if forward else left:
            return SpliceHit(_junction(index if forward else index - 1, layout), "donor")
    # over the transcript's own begin or end: where it would begin or end instead is not known
    return SpliceHit(0, "boundary")


def _junction(left: int, layout: Layout) -> int:
    """Return the number of the intron behind an exon (in the genome's order) in the transcript's direction."""
    return left if layout.transcript.strand > 0 else len(layout.transcript.exons) - 2 - left
