"""Transcript (cDNA) sequences laid back onto the genome's coordinates; what lies between exons stays unknown."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from neosieve.biology.normal import COMPLEMENT
from neosieve.io.account import Account
from neosieve.io.stretches import Stretch, Stretches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from neosieve.model.genome import Interval, Transcript

VERSION = re.compile(r"\.\d+(?=$|_)")
"""The version in an id: behind ENST00000302118.5, within ENST00000381657.2_PAR_Y."""
UNKNOWN = ord("N")


class TranscriptNames:
    """Finds a transcript by its id; ignoring versions where one side has none."""

    def __init__(self, transcripts: Iterable[Transcript]) -> None:
        self.transcripts = tuple(transcripts)
        self._exact = {one.name: one for one in self.transcripts}
        self._bare: dict[str, list[Transcript]] = {}
        for one in self.transcripts:
            self._bare.setdefault(VERSION.sub("", one.name), []).append(one)

    def find(self, header: str) -> Transcript | None:
        """Find the transcript of a FASTA header's first word, e.g. ``ENST…``, ``NM_…`` or ``ENST…|ENSG…|…``."""
        name = header.split("|", 1)[0]
        if name in self._exact:
            return self._exact[name]
        bare = VERSION.sub("", name)
        found = self._bare.get(bare, [])
        if len(found) != 1 or (name != bare and found[0].name != bare):  # another version is another sequence
            return None
        return found[0]


class LaidBack(NamedTuple):
    """Transcripts on the genome."""

    stretches: Stretches
    skipped: Account
    unusable: frozenset[str]
    """Names of the skipped transcripts."""


def laid_back(
    known: TranscriptNames, spelled: Mapping[str, bytes], wanted: Mapping[str, Sequence[Interval]]
) -> LaidBack:
    """Write each transcript's bases where its exons lie.

    A sequence longer than its exons is accepted if the rest is a poly-A tail. Where two transcripts disagree about a
    base of the genome, the one that comes later by place and name is left out.
    """
    canvas = {contig: [(one.start, bytearray(b"N" * len(one))) for one in many] for contig, many in wanted.items()}
    starts = {contig: [one.start for one in many] for contig, many in wanted.items()}
    by_name = {found.name: bases for header, bases in spelled.items() if (found := known.find(header))}
    skipped, unusable = Account(), set[str]()
    for transcript in known.transcripts:
        reason = _lay(transcript, by_name.get(transcript.name), canvas, starts)
        if reason:
            skipped.add(reason, transcript.name)
            unusable.add(transcript.name)
    cut = {contig: [Stretch(start, bytes(bases)) for start, bases in many] for contig, many in canvas.items()}
    return LaidBack(Stretches(cut), skipped, frozenset(unusable))


def _lay(
    transcript: Transcript,
    bases: bytes | None,
    canvas: Mapping[str, Sequence[tuple[int, bytearray]]],
    starts: Mapping[str, Sequence[int]],
) -> str:
    """Write one transcript; or say why not, writing nothing."""
    if bases is None:
        return "no sequence of it (or only another version's) in the transcript FASTA"
    tail = bases[transcript.length :]
    if len(bases) < transcript.length or tail.strip(b"A"):
        return "its sequence is not as long as its exons"
    plus = bases[: transcript.length]
    if transcript.strand < 0:
        plus = plus.translate(COMPLEMENT)[::-1]
    places: list[tuple[bytearray, int, bytes]] = []
    done = 0
    for exon in transcript.exons:
        start, stretch = canvas[transcript.contig][bisect_right(starts[transcript.contig], exon.start) - 1]
        part = plus[done : done + len(exon)]
        done += len(exon)
        begin = exon.start - start
        held = stretch[begin : begin + len(exon)]
        if any(one not in (other, UNKNOWN) for one, other in zip(held, part, strict=True)):
            return "its sequence disagrees with another transcript's on a shared exon"
        places.append((stretch, begin, part))
    for stretch, begin, part in places:
        stretch[begin : begin + len(part)] = part
    return ""
