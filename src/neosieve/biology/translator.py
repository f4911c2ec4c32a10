"""What makes proteins of calls: an annotation's word, or a transcript's sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from neosieve.biology import effects, policy
from neosieve.biology.neighbours import annotated_reach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.genome import Interval
    from neosieve.model.protein import ProteinChange, Unresolved
    from neosieve.model.variant import Call

Pair = tuple["Call", "TranscriptConsequence"]
Reach = Callable[[Pair], "Interval | None"]
"""Residues that a call would change in cis; None if none."""


class Translator(Protocol):
    """Makes proteins of the calls on one transcript."""

    def touches_coding(self, call: Call, consequence: TranscriptConsequence) -> bool:
        """Whether a call can matter to the protein, be it only beside a neighbour in cis."""

    def alters_protein(self, call: Call, consequence: TranscriptConsequence) -> bool:
        """Whether the protein may differ by this call alone."""

    def changes(self, pairs: Sequence[Pair]) -> tuple[ProteinChange | Unresolved, ...]:
        """Build the mutant protein of a haplotype on one transcript.

        Parameters
        ----------
        pairs
            The haplotype's calls with their consequences on this one transcript: silent and germline ones too.

        Returns
        -------
        tuple
            At most one ProteinChange (more where hypotheses are asked for), and an Unresolved for each somatic call
            that gets no peptide.
        """

    def near(self, change: ProteinChange, members: Sequence[Pair]) -> Sequence[Pair]:
        """Leave out calls that are quickly seen to be out of reach: those for which :meth:`reach` tells None anyway."""

    def reach(self, change: ProteinChange, pairs: Sequence[Pair]) -> Reach:
        """Tell of a further call which residues of a haplotype's mutant protein it would change in cis."""


class AnnotationTranslator:
    """Composes what an annotator (VEP) says of each call alone."""

    def touches_coding(self, _call: Call, consequence: TranscriptConsequence) -> bool:
        """See :class:`Translator`."""
        return policy.touches_coding(consequence)

    def alters_protein(self, _call: Call, consequence: TranscriptConsequence) -> bool:
        """See :class:`Translator`."""
        return policy.alters_protein(consequence)

    def changes(self, pairs: Sequence[Pair]) -> tuple[ProteinChange | Unresolved, ...]:
        """See :class:`Translator`."""
        return effects.protein_changes(pairs)

    def near(self, _change: ProteinChange, members: Sequence[Pair]) -> Sequence[Pair]:
        """See :class:`Translator`; an annotation is read as quickly as that."""
        return members

    def reach(self, change: ProteinChange, pairs: Sequence[Pair]) -> Reach:
        """See :class:`Translator`."""
        own = [call for call, _ in pairs]
        return lambda neighbour: annotated_reach(change, own, *neighbour)
