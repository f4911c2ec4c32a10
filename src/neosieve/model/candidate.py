"""Candidates: a mutant peptide, an allele, and all that speaks for or against it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neosieve.model.mhc import Allele, Binding
    from neosieve.model.peptide import Peptide
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call


class Tier(StrEnum):
    """Ordered groups of candidates; the first is best."""

    STRONG = "strong"
    """Among the best presented half percent of peptides, and expressed."""
    GOOD = "good"
    """Presented, and expressed."""
    EXPRESSION_NOT_ASSESSED = "expression_not_assessed"
    """Presented; nothing is known of its expression, which is neither a pass nor a failure."""
    UNCERTAIN = "uncertain"
    """Presented, but there is doubt that this peptide, or this somatic variant, exists: see the reasons."""
    LOW_EXPRESSION = "low_expression"
    """Presented, but the evidence speaks against its expression."""
    POOR_BINDER = "poor_binder"
    """Not likely to be presented."""
    BINDING_NOT_ASSESSED = "binding_not_assessed"
    """The predictor gives no percentile for this allele."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One variant × peptide × allele."""

    call: Call
    """The variant: the first one that the peptide carries."""
    change: ProteinChange
    """On the representative transcript."""
    transcripts: tuple[str, ...]
    """Every transcript that makes the peptide, in name order."""
    peptide: Peptide
    """As it lies in the representative transcript's protein."""
    allele: Allele
    binding: Binding
    wildtype_binding: Binding | None
    """For the aligned normal peptide; None without one."""
    phase: str
    """Phase in words: ``single``, the field that phases a compound, ``unphased_neighbour`` …"""
    gene_expression: float | None
    """Of the representative's gene, in the source's unit; None where not given."""
    transcript_expression: float | None
    """Summed over the transcripts that make the peptide; None unless each of them has a value."""
    nmd: str | None
    """``predicted`` or ``escape`` for nonsense-mediated decay at a premature stop; None without one, or if unknown."""
    self_match: str | None
    """``no`` or ``near``; None, as always in this version, where not assessed."""
    remarks: tuple[str, ...] = ()
    """What a reader must know, in words."""

    @property
    def agretopicity(self) -> float | None:
        """Mutant nM / wild-type nM: under 1 favours the mutant (Duan 2014). None without an aligned wild type."""
        if self.wildtype_binding is None:
            return None
        return self.binding.affinity_nM / self.wildtype_binding.affinity_nM


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its place and the case for it."""

    rank: int
    """1 is best; the order is total."""
    tier: Tier
    score: float
    """0–1, comparable within a tier; the weighted mean of the components."""
    components: tuple[tuple[str, float | None], ...]
    """(name, value 0–1) of each part of the score; None where not assessed."""
    reasons: tuple[str, ...]
    """The case in words."""
    candidate: Candidate
