"""Transcripts with their sequence, and the calls placed on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from neosieve.biology.codons import CODON
from neosieve.biology.coordinates import CANONICAL, BaseEdit, Layout, SpliceHit, place, reverse_complement, trimmed
from neosieve.biology.reading import Reading, read, reread
from neosieve.biology.splicededits import UNKNOWN_BASE, in_place, moved, start_after
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.biology.splicededits import CarriedEdit
    from neosieve.model.genome import Transcript
    from neosieve.model.variant import Variant

Placed = BaseEdit | SpliceHit | None


class Genome(Protocol):
    """Where transcripts and their bases come from."""

    def contig(self, name: str) -> str | None:
        """Return the reference's own spelling of a contig; None if it holds none of that name."""

    def transcript(self, name: str) -> Transcript | None:
        """Return a transcript by its id."""

    def transcripts_at(self, contig: str, interval: Interval) -> Sequence[Transcript]:
        """Return the transcripts whose span overlaps."""

    def bases(self, contig: str, interval: Interval) -> str:
        """Return plus-strand bases, upper case, ``N`` where unknown."""


@dataclass(frozen=True)
class SplicedTranscript:
    """A transcript laid out on its own bases; immutable."""

    transcript: Transcript
    layout: Layout
    bases: str
    """5′ to 3′, upper case."""
    genome: Genome

    @classmethod
    def of(cls, transcript: Transcript, genome: Genome) -> SplicedTranscript:
        """Splice a transcript."""
        plus = "".join(genome.bases(transcript.contig, exon) for exon in transcript.exons)
        bases = plus if transcript.strand > 0 else reverse_complement(plus)
        if "cds_end_NF" in transcript.flags:
            bases = bases[: transcript.cds.end]  # nobody knows what is translated behind it
        return cls(transcript, Layout.of(transcript), bases, genome)

    @property
    def begins(self) -> bool:
        """Whether the CDS begins with a start codon."""
        return "cds_start_NF" not in self.transcript.flags

    @property
    def start(self) -> int:
        """Offset of the first codon's first base; negative where the transcript lacks bases of it."""
        return self.transcript.cds.start - self.transcript.missing

    @cached_property
    def normal(self) -> Reading:
        """The protein of the reference."""
        return self.read(self.bases, self.start, ())

    def read(self, bases: str, start: int, edits: Sequence[CarriedEdit]) -> Reading:
        """Read edited bases; ``edits``, of the transcript's own, carry the selenocysteine codons to their place."""
        codons = [(moved(o, edits), moved(o + CODON - 1, edits)) for o in self.transcript.selenocysteines]
        sites = [first for first, last in codons if first is not None and last == first + CODON - 1]
        if edits and start == self.start and edits[0].span.start >= start + CODON:
            return reread(self.normal, edits, bases, selenocysteines=sites)
        likely = CODON * (len(self.transcript.cds) // CODON + 2)  # what may be missing of the first codon, and the stop
        return read(
            bases, start, contig=self.transcript.contig, begins=self.begins, selenocysteines=sites, likely=likely
        )

    def begin_of(self, edits: Sequence[CarriedEdit], bases: str, edited: str, start: int) -> int | None:
        """Find where translation starts behind edits of ``bases``; None where the start codon is lost."""
        if self.begins:
            return start_after(edits, bases, edited, start)
        return in_place(start + self.transcript.missing, edits) - self.transcript.missing

    def place(self, variant: Variant) -> Placed:
        """Find what a variant does to the spliced transcript.

        An intron whose canonical ends read the same behind the change has lost no splice site. Bases put exactly
        between an exon and an intron are the exon's where the same sequence can be had by putting them into the exon,
        and not by leaving the intron's end as it reads.
        """
        span, new = trimmed(variant)
        placed = place(span, new, self.layout)
        match placed:
            case SpliceHit(site="boundary") if not len(span):
                return self._in_exon(span.start, new) or placed
            case SpliceHit() if self._keeps_splice_sites(span, new):
                return None
            case BaseEdit(span=own, bases=made) if own.end > len(self.bases):
                known = Interval(min(own.start, len(self.bases)), len(self.bases))
                bases = made[: len(known)] if len(made) == len(own) else UNKNOWN_BASE * len(made)
                return BaseEdit(known, bases, placed.over_edge) if len(known) else None
        return placed

    def _in_exon(self, point: int, new: str) -> BaseEdit | None:
        """Write an insertion at an exon's edge as a change of the exon's outermost base."""
        for left, right in pairwise(self.transcript.exons):
            if point == left.end:
                beside, canonical = self._bases(point - 1, point), self._bases(point, point + CANONICAL)
                fits = len(left) > 1 and beside == new[-1] and (new + canonical)[:CANONICAL] != canonical
                written = Interval(point - 1, point), beside + new
            elif point == right.start:
                beside, canonical = self._bases(point, point + 1), self._bases(point - CANONICAL, point)
                fits = len(right) > 1 and beside == new[0] and (canonical + new)[-CANONICAL:] != canonical
                written = Interval(point, point + 1), new + beside
            else:
                continue
            inside = place(*written, self.layout) if fits else None
            return inside if isinstance(inside, BaseEdit) else None
        return None

    def _keeps_splice_sites(self, span: Interval, new: str) -> bool:
        for left, right in pairwise(self.transcript.exons):
            begin, end = left.end, right.start
            if not (begin <= span.start and span.end <= end and (len(span) or begin < span.start < end)):
                continue
            ends = []
            if span.start < begin + CANONICAL:
                ends.append(
                    (self._bases(begin, span.start) + new + self._bases(span.end, span.end + CANONICAL))[:CANONICAL]
                )
                ends.append(self._bases(begin, begin + CANONICAL))
            if span.end > end - CANONICAL:
                ends.append(
                    (self._bases(span.start - CANONICAL, span.start) + new + self._bases(span.end, end))[-CANONICAL:]
                )
                ends.append(self._bases(end - CANONICAL, end))
            known = UNKNOWN_BASE not in "".join(ends)  # a reference built from cDNA has no introns
            return known and ends[::2] == ends[1::2]
        return False

    def _bases(self, start: int, end: int) -> str:
        return self.genome.bases(self.transcript.contig, Interval(start, end))
