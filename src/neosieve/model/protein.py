"""A normal protein and the mutant one made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.genome import Interval
    from neosieve.model.ledger import Outcome
    from neosieve.model.variant import Call

UNKNOWN = "X"
"""A residue that is there but can't be known; no peptide that holds one is ever scored."""


@dataclass(frozen=True, slots=True)
class ResidueEdit:
    """Normal residues and the mutant residues in their place."""

    normal: Interval
    """In the normal protein; a point for an insertion."""
    mutant: Interval
    """In the mutant protein; a point for a deletion."""
    aligned: bool
    """Whether normal and mutant residues stand for each other one to one: a substitution, never a frameshift."""
    calls: tuple[Call, ...]
    """The calls that make this edit."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An assumption behind some calls' peptides."""

    words: str
    calls: tuple[Call, ...]
    """Peptides that carry one of these rest on it."""


@dataclass(frozen=True, slots=True)
class ProteinChange:
    """A normal protein, the mutant protein of one haplotype, and the edits between them."""

    transcript: TranscriptConsequence
    """The transcript, with what the annotator says of the haplotype's first call."""
    normal: str
    """Normal protein, one-letter code, without stop; ``X`` where unknown."""
    mutant: str
    """Mutant protein, one-letter code, without stop; ``X`` where unknown."""
    edits: tuple[ResidueEdit, ...]
    """In order, disjoint, minimal: residues outside them are equal in both proteins."""
    label: str
    """The change in HGVS p. notation, for people."""
    consequence: str
    """Sequence Ontology terms joined by ``&``, for people."""
    remarks: tuple[str, ...] = ()
    """What a reader must know of how far this protein can be trusted."""
    doubts: tuple[Doubt, ...] = ()
    """Assumptions without which parts of this protein don't exist."""
    told: tuple[tuple[Call, TranscriptConsequence], ...] = ()
    """What is said of each somatic call alone, in order; empty where nothing but the whole is named."""
    inherited: tuple[tuple[Interval, Call], ...] = ()
    """Residues of the mutant protein that germline calls on the haplotype reach, and those calls."""
    nmd: str | None = None
    """``escape`` or ``predicted`` for nonsense-mediated decay at a premature stop; None without one, or if unknown."""
    unphased: tuple[tuple[Interval, Call], ...] = ()
    """Residues of the mutant protein that calls of unknown phase would change if they lay in cis, and those calls."""

    def named(self, calls: Sequence[Call]) -> tuple[str, str]:
        """Return label and consequence of what some of its calls do: the whole's, if they are all of them."""
        own = [told for call, told in self.told if call in calls]
        if len(own) == len(self.told):
            return self.label, self.consequence
        labels = [told.hgvs_p.rpartition(":")[2] for told in own if told.hgvs_p] or [""]
        label = labels[0] if len(labels) == 1 else f"p.[{';'.join(one.removeprefix('p.') for one in labels)}]"
        return label, "&".join(dict.fromkeys(term for told in own for term in told.terms))

    def doubted(self, calls: Sequence[Call]) -> tuple[str, ...]:
        """Return the assumptions on which peptides that carry these calls rest, in words."""
        return tuple(doubt.words for doubt in self.doubts if any(call in calls for call in doubt.calls))


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Calls whose effect on a transcript can't be known, with the reason."""

    transcript: TranscriptConsequence
    calls: tuple[Call, ...]
    """The calls that get no peptide on this transcript."""
    reason: Outcome
    detail: str
    """The reason in words."""
