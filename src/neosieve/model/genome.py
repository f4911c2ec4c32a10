"""Coordinates and transcripts. Inside neosieve every interval is 0-based and half-open."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True, init=False)
class Interval:
    """A stretch ``start ≤ x < end`` of a sequence, 0-based, half-open; ``start == end`` is a point between residues."""

    start: int
    end: int

    def __init__(self, start: int, end: int) -> None:
        if not 0 <= start <= end:
            raise ValueError(f"not an interval: [{start}, {end})")
        _set_start(self, start)
        _set_end(self, end)

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        """Whether both share at least one position; a point overlaps nothing."""
        return self.start < other.end and other.start < self.end and len(self) > 0 and len(other) > 0


# a run makes millions: the slots' own setters take half the time of a frozen dataclass's
_set_start, _set_end = Interval.__dict__["start"].__set__, Interval.__dict__["end"].__set__


@dataclass(frozen=True, slots=True)
class Transcript:
    """A coding transcript: where its exons lie on the genome, and what of them is translated; immutable."""

    name: str
    """Transcript id, with its version if the annotation states one."""
    gene: str
    """Gene symbol, or the gene id where there is none."""
    gene_id: str
    contig: str
    """Contig, spelled as in the gene models."""
    strand: int
    """1 or -1."""
    exons: tuple[Interval, ...]
    """On the genome, ascending whatever the strand, disjoint; never empty."""
    cds: Interval
    """Coding bases as offsets in the spliced transcript (5′ to 3′), without the stop codon."""
    missing: int = 0
    """Bases of the first codon that lie before an incomplete CDS, 0–2 (Ensembl's phase): the protein then begins with
    an ``X`` for that codon."""
    flags: frozenset[str] = frozenset()
    """``cds_start_NF``, ``cds_end_NF``: the CDS goes on beyond the transcript, nobody knows how."""
    biotype: str = ""
    canonical: bool = False
    mane_select: bool = False
    support_level: int | None = None
    """Transcript support level, 1 (best) to 5; None if not assigned."""
    appris: str = ""
    """APPRIS annotation, e.g. ``principal_1``; empty if not given."""
    protein: str = ""
    """Protein id with its version; empty if the annotation gives none."""
    selenocysteines: tuple[int, ...] = ()
    """Offsets, in the spliced transcript, of TGA codons that are read as selenocysteine."""
    problem: str = ""
    """Why its mutant protein can't be told (an inner stop, a CDS of broken codons); empty for a sound one."""

    @property
    def span(self) -> Interval:
        """From the first exon's begin to the last one's end, on the genome."""
        return Interval(self.exons[0].start, self.exons[-1].end)

    @property
    def length(self) -> int:
        """Bases of the spliced transcript."""
        return sum(map(len, self.exons))
