"""What a call does alone, and what of it shows beside a haplotype without translating both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON
from neosieve.biology.composition import blurred, protein_of
from neosieve.biology.coordinates import BaseEdit
from neosieve.biology.edits import shared
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.biology.reading import Reading
    from neosieve.biology.transcripts import Placed, SplicedTranscript
    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.protein import ProteinChange

FAR = 33
"""Residues between two edits beyond which nothing that is made of a mutant protein holds both: a peptide has at most
fifteen, a synthetic long one that is cut around an edit thirty-three."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What a call alone does to a transcript's protein."""

    told: TranscriptConsequence
    """The consequence that this belongs to; held so that its identity stays its own."""
    placed: Placed
    codons: Interval
    """Codons touched, as residues of the normal protein; all of them where splicing is hit."""
    alters: bool
    first: int | None
    """The first residue that differs; None if none does."""
    local: bool
    """Whether nothing but residues in its place differ."""
    tail: int
    """The normal residue behind which none differs."""
    end: float
    """Residues of the normal protein over which it can matter to another call: ``codons.start ≤ x ≤ end``."""

    @classmethod
    def of(
        cls, told: TranscriptConsequence, placed: Placed, spliced: SplicedTranscript, mutant: Reading | None
    ) -> Alone:
        """Compare what a call makes, None where the start codon is lost or unknown, with the reference."""
        normal = spliced.normal
        silent = mutant is not None and protein_of(mutant, spliced) == protein_of(normal, spliced)
        local = mutant is not None and mutant.stop == normal.stop and len(mutant.bases) == len(normal.bases)
        codons = Interval(0, len(normal.protein))
        if isinstance(placed, BaseEdit):
            begin, last = placed.span.start - spliced.start, placed.span.end - 1 - spliced.start
            codons = Interval(max(begin, 0) // CODON, max(last, 0) // CODON + 1)
        differs, tail = (None, len(normal.protein)) if silent else _differing(normal, mutant, codons if local else None)
        end: float = math.inf
        if isinstance(placed, BaseEdit):
            end = codons.end if differs is None else max(codons.end, tail)
        return cls(
            told=told,
            placed=placed,
            codons=codons,
            alters=not silent or (isinstance(placed, BaseEdit) and blurred(placed, normal)),
            first=differs,
            local=local,
            tail=tail,
            end=end,
        )


def _differing(normal: Reading, mutant: Reading | None, codons: Interval | None) -> tuple[int, int]:
    """Find the first normal residue that differs, and that behind which none does; ``codons``: if only these can."""
    length = len(normal.protein)
    if mutant is None:
        return 0, length
    old, new, begin = normal.protein, mutant.protein, 0
    if codons is not None:
        begin = codons.start
        old, new = old[begin : codons.end], new[begin : codons.end]
    lead = shared(old, new)
    if mutant.stop is None and normal.stop is not None:
        return begin + lead, length
    return begin + lead, begin + len(old) - shared(old[lead:][::-1], new[lead:][::-1])


def around(change: ProteinChange) -> tuple[int, int]:
    """Return the normal residues before and behind which nothing matters to a change."""
    first, last = change.edits[0], change.edits[-1]
    end = last.normal.end
    if not last.aligned and end == len(change.normal):  # read in another frame up to a stop of its own
        end = first.normal.start + len(change.mutant) - first.mutant.start
    return first.normal.start - FAR, end + FAR


class QuickReach:
    """Tells which residues of a mutant protein a neighbour would change in cis, where that takes no translation.

    Parameters
    ----------
    change, own
        A haplotype's protein, and what each of its calls does alone.
    spliced
        The transcript.
    """

    def __init__(self, change: ProteinChange, own: Sequence[Alone], spliced: SplicedTranscript) -> None:
        self._change = change
        self._own = own
        self._begin, self._end = around(change)
        self._first = min(one.codons.start for one in own)
        self._aligned = all(edit.aligned for edit in change.edits)
        # behind this offset of the mutant transcript nothing is read
        self._read_to = spliced.start + CODON * (len(change.mutant) + 1)

    def of(self, neighbour: Alone) -> tuple[Interval | None] | None:
        """Return the residues, or None for none of them; None instead of a tuple where both must be translated."""
        change, codons = self._change, neighbour.codons
        # a silent call of the haplotype is no edit, but may share a codon
        if (
            change.inherited
            or not isinstance(neighbour.placed, BaseEdit)
            or any(codons.overlaps(one.codons) for one in self._own)
        ):
            return None
        if neighbour.end < self._begin or codons.start > self._end:
            return (None,)
        if neighbour.first is not None and max(codons.end, neighbour.first) < self._begin:
            return (Interval(neighbour.first, len(change.mutant)),)
        if self._aligned and not any(codons.overlaps(edit.normal) for edit in change.edits):
            return _beside_substitutions(change, neighbour)
        if neighbour.local and codons.end <= self._first:
            return (None if neighbour.first is None else Interval(neighbour.first, neighbour.tail),)
        return (None,) if self._behind_stop(neighbour.placed) else None

    def _behind_stop(self, placed: BaseEdit) -> bool:
        """Whether bases lie behind all of the haplotype's edits, and behind the stop that it reads."""
        gain = 0
        for one in self._own:
            # one that isn't wholly behind the first codon may move the start
            if not isinstance(one.placed, BaseEdit) or not one.codons.start or one.placed.span.end > placed.span.start:
                return False
            gain += len(one.placed.bases) - len(one.placed.span)
        return placed.span.start + gain >= self._read_to


def _beside_substitutions(change: ProteinChange, neighbour: Alone) -> tuple[Interval | None] | None:
    """Answer for a neighbour beside substitutions: what it changes alone, and nothing behind a stop of its own."""
    first, tail = neighbour.first, neighbour.tail
    if neighbour.local:
        return (None if first is None else neighbour.codons,)
    if first is None or first >= tail:
        return None
    before, behind = first < change.edits[0].normal.start, change.edits[-1].normal.end <= first
    if behind or (before and tail <= change.edits[0].normal.start):
        return (Interval(first, tail),)
    if before and tail == len(change.normal):  # in another frame, or a stop, up to the end
        return (Interval(first, len(change.mutant)),)
    return None
