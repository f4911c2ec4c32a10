"""Small genes spelled out, on either strand, with variants named by coding position.

``Gene("ttGCATGAAAgtaagcagCTGTAAGtt")`` has its exons in upper case and all else in lower case, 5′ to 3′ of the
transcript whatever the strand; its CDS goes from the first ATG to the first stop in frame, unless it is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from neosieve.biology.composition import compose
from neosieve.biology.coordinates import place, trimmed
from neosieve.biology.transcripts import SplicedTranscript
from neosieve.biology.translation import SequenceTranslator
from neosieve.model.genome import Interval, Transcript
from neosieve.model.protein import ProteinChange, Unresolved
from neosieve.model.variant import AlleleCounts, Call, Variant

from .splicedtoy import opposite

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neosieve.biology.composition import Composed
    from neosieve.biology.transcripts import Placed
    from neosieve.biology.translation import Hypothesis
    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.ledger import Outcome
    from neosieve.model.variant import PhaseSet

CHROM = "chr1"
NAME = re.compile(
    r"([-*]?\d+(?:[+-]\d+)?)(?:_([-*]?\d+(?:[+-]\d+)?))?(?:([ACGTN]+)>([ACGTN]+)|(delins|del|ins)([ACGTN]*))"
)
STOPS = {"TAA", "TAG", "TGA"}


@dataclass(frozen=True)
class Gene:
    """A gene on one strand; see ``Genome``."""

    text: str
    strand: int = 1
    cds: Interval | None = None
    missing: int = 0
    flags: frozenset[str] = frozenset()
    selenocysteines: tuple[int, ...] = ()
    chrom: str = CHROM

    @cached_property
    def places(self) -> list[int]:
        """Where in the text each base of the spliced transcript stands."""
        return [at for at, letter in enumerate(self.text) if letter.isupper()]

    @cached_property
    def coding(self) -> Interval:
        """The CDS in the spliced transcript, without its stop codon."""
        if self.cds is not None:
            return self.cds
        spliced = "".join(self.text[at] for at in self.places)
        first = spliced.index("ATG")
        return Interval(first, next(at for at in range(first, len(spliced), 3) if spliced[at : at + 3] in STOPS))

    @cached_property
    def model(self) -> Transcript:
        """The transcript."""
        exons = [Interval(*match.span()) for match in re.finditer(r"[A-Z]+", self.text)]
        if self.strand < 0:
            exons = [Interval(len(self.text) - one.end, len(self.text) - one.start) for one in reversed(exons)]
        return Transcript(
            "ENST1.1", "TOY", "ENSG1", self.chrom, self.strand, tuple(exons), self.coding, self.missing, self.flags,
            "protein_coding", selenocysteines=self.selenocysteines,
        )  # fmt: skip

    @cached_property
    def spliced(self) -> SplicedTranscript:
        """The transcript on its bases."""
        return SplicedTranscript.of(self.model, self)

    def contig(self, name: str) -> str | None:
        """See ``Genome``."""
        return name if name == self.chrom else None

    def transcript(self, name: str) -> Transcript | None:
        """See ``Genome``."""
        return self.model if name == "ENST1.1" else None

    def transcripts_at(self, contig: str, interval: Interval) -> tuple[Transcript, ...]:
        """See ``Genome``."""
        return (self.model,) if contig == self.chrom and self.model.span.overlaps(interval) else ()

    def bases(self, contig: str, interval: Interval) -> str:
        """See ``Genome``."""
        assert contig == self.chrom
        genome = (self.text if self.strand > 0 else opposite(self.text)).upper()
        return genome[interval.start : interval.end]

    def at(self, number: str) -> int:
        """Find a c. number in the text."""
        match = re.fullmatch(r"([-*]?)(\d+)([+-]\d+)?", number)
        assert match is not None, number
        origin = {"": self.coding.start - 1, "*": self.coding.end + 2}.get(match[1], self.coding.start)
        offset = origin + int(match[2]) * (-1 if match[1] == "-" else 1)
        return self.places[offset] + int(match[3] or 0)

    def replaced(self, start: int, end: int, new: str) -> Variant:
        """Exchange letters of the text, as a VCF writes it: with the base before where an allele would be empty."""
        old = self.text[start:end].upper()
        if self.strand < 0:
            start, old, new = len(self.text) - end, opposite(old), opposite(new)
        if not old or not new:
            start -= 1
            anchor = self.bases(self.chrom, Interval(start, start + 1))
            old, new = anchor + old, anchor + new
        return Variant(self.chrom, start, old, new)

    def variant(self, name: str) -> Variant:
        """Make a variant of ``5A>G``, ``4_6del``, ``6_7insACC``, ``10+1_11delinsT``, ``-2A>T``, ``*1C>A``."""
        match = NAME.fullmatch(name)
        assert match is not None, name
        start = self.at(match[1])
        end = (self.at(match[2]) if match[2] else start) + 1
        if match[3]:
            assert self.text[start : start + len(match[3])].upper() == match[3], name
            return self.replaced(start, start + len(match[3]), match[4])
        if match[5] == "ins":
            assert end == start + 2
            return self.replaced(start + 1, start + 1, match[6])
        return self.replaced(start, end, match[6])

    def call(
        self, name: str, *, germline: bool = False, phase: PhaseSet | None = None, homozygous: bool = False
    ) -> Call:
        """Make a call."""
        variant = self.variant(name)
        return Call(variant, 1, (), AlleleCounts(100, 40, 0.4), homozygous=homozygous, germline=germline, phase=phase)

    def placed(self, *calls: Call) -> list[tuple[Placed, Call]]:
        """Place calls on the transcript."""
        return [(self.spliced.place(call.variant), call) for call in calls]

    def composed(self, *calls: Call) -> Composed:
        """Put calls in cis together."""
        return compose(self.spliced, self.placed(*calls))

    def place(self, start: int, end: int, new: str) -> Placed:
        """Replace letters of the text, by :func:`place` alone."""
        return place(*trimmed(self.replaced(start, end, new)), self.spliced.layout)


class Made:
    """What calls in cis make on a gene's transcript."""

    def __init__(self, gene: Gene, *calls: Call, hypotheses: Iterable[Hypothesis] = ()) -> None:
        self.translator = SequenceTranslator(gene, frozenset(hypotheses))
        self.pairs: list[tuple[Call, TranscriptConsequence]] = []
        for call in calls:
            (told,) = self.translator.annotate(call)
            self.pairs.append((call, told))
        results = self.translator.changes(self.pairs)
        self.changes = [one for one in results if isinstance(one, ProteinChange)]
        self.unresolved = [one for one in results if isinstance(one, Unresolved)]

    @property
    def change(self) -> ProteinChange:
        """The one protein change."""
        (change,) = self.changes
        return change

    @property
    def reasons(self) -> dict[Call, Outcome]:
        """Why calls get no peptide."""
        return {one.calls[0]: one.reason for one in self.unresolved}
