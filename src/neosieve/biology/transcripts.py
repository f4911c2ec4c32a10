"""Transcripts with their sequence, and the calls placed on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from neosieve.biology.codons import CODON
from neosieve.biology.coordinates import CANONICAL, BaseEdit, Layout, SpliceHit, place, reverse_complement, trimmed
from neosieve.biology.reading import Reading, read
from neosieve.biology.splicededits import in_place, moved, start_after
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
        """Read edited bases; ``edits`` carry the selenocysteine codons to their place."""
        codons = [(moved(o, edits), moved(o + CODON - 1, edits)) for o in self.transcript.selenocysteines]
        sites = [first for first, last in codons if first is not None and last == first + CODON - 1]
        return read(bases, start, contig=self.transcript.contig, begins=self.begins, selenocysteines=sites)

    def begin_of(self, edits: Sequence[CarriedEdit], bases: str, edited: str, start: int) -> int | None:
        """Find where translation starts behind edits of ``bases``; None where the start codon is lost."""
        if self.begins:
            return start_after(edits, bases, edited, start)
        return in_place(start + self.transcript.missing, edits) - self.transcript.missing

    def place(self, variant: Variant) -> Placed:
        """Find what a variant does to the spliced transcript.

        An intron whose canonical ends read the same behind the change has lost no splice site.
        """
        span, new = trimmed(variant)
        placed = place(span, new, self.layout)
        match placed:
            case SpliceHit() if self._keeps_splice_sites(span, new):
                return None
            case BaseEdit(span=own) if own.end > len(self.bases):
                known = Interval(min(own.start, len(self.bases)), len(self.bases))
                return BaseEdit(known, placed.bases, placed.over_edge) if len(known) else None
        return placed

    def _keeps_splice_sites(self, span: Interval, new: str) -> bool:
        contig, exons = self.transcript.contig, self.transcript.exons
        for left, right in pairwise(exons):
            intron = Interval(left.end, right.start)
            inside = intron.start <= span.start and span.end <= intron.end and len(span) < len(intron)
            at_edge = not len(span) and span.start in (intron.start, intron.end)
            if inside and not at_edge:
                head = self.genome.bases(contig, Interval(intron.start, min(span.end + CANONICAL, intron.end)))
                tail = self.genome.bases(contig, Interval(max(span.start - CANONICAL, intron.start), intron.end))
                old_head, old_tail = head[:CANONICAL], tail[-CANONICAL:]
                new_head = head[: span.start - intron.start] + new + head[span.end - intron.start :]
                kept = len(tail) - (intron.end - span.end)
                new_tail = tail[: kept - len(span)] + new + tail[kept:]
                return new_head[:CANONICAL] == old_head and new_tail[-CANONICAL:] == old_tail
        return False
