"""Candidates: a mutant peptide, an allele, and all that speaks for or against it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from neosieve.model.evidence import NormalLevel, RegionCount
    from neosieve.model.mhc import Allele, Binding
    from neosieve.model.peptide import Peptide
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call


class Tier(StrEnum):
    """Groups of candidates in words, best first, by the default policy; the policy says what puts one there."""

    STRONG = "strong"
    """Among the best presented half percent of peptides, and expressed."""
    GOOD = "good"
    """Presented, and expressed."""
    EXPRESSION_NOT_ASSESSED = "expression_not_assessed"
    """Presented; nothing is known of its expression, which is neither a pass nor a failure."""
    UNCERTAIN = "uncertain"
    """Presented, but there is doubt that this peptide, or this somatic variant, exists: see the reasons."""
    SELF_LIKE = "self_like"
    """Presented and expressed, but a normal protein holds a peptide like it."""
    SUBCLONAL = "subclonal"
    """Presented and expressed, but in less than half of the tumour's cells, or of its regions."""
    LOW_EXPRESSION = "low_expression"
    """Presented, but the evidence speaks against its expression."""
    ALLELE_LOST = "allele_lost"
    """The tumour lost the allele that would present it, in half of its cells or more."""
    POOR_BINDER = "poor_binder"
    """Not likely to be presented."""
    BINDING_NOT_ASSESSED = "binding_not_assessed"
    """The predictor gives no percentile for this allele."""


class PolicyTier(str):
    """A tier of a policy with words of its own, ``Pass`` or ``ranked``."""

    __slots__ = ()

    @property
    def value(self) -> str:
        """The word, as of a :class:`Tier`."""
        return str(self)


AnyTier: TypeAlias = Tier | PolicyTier


def tier_named(name: str) -> AnyTier:
    """Return the tier of that name, one of ours if it is."""
    return Tier(name) if name in _OURS else PolicyTier(name)


_OURS = frozenset(tier.value for tier in Tier)


class Origin(NamedTuple):
    """One transcript's protein that holds a candidate's peptide."""

    change: ProteinChange
    offset: int
    """0-based start of the peptide in the mutant protein."""
    expression: float | None
    """The transcript's own, in the source's unit; None where not given."""
    gene_expression: float | None
    """Of the transcript's gene, which need not be the representative's; likewise."""


class Candidate(NamedTuple):
    """One variant × peptide × allele; immutable.

    A named tuple, since a run makes a hundred thousand. What depends on the peptide alone stands together, from
    ``call`` to ``origins``, so that it's put together once for all alleles.
    """

    allele: Allele
    binding: Binding
    wildtype_binding: Binding | None
    """For the aligned normal peptide; None without one."""
    call: Call
    """The variant: the first one that the peptide carries."""
    change: ProteinChange
    """On the representative transcript."""
    transcripts: tuple[str, ...]
    """Every transcript that makes the peptide, in name order."""
    peptide: Peptide
    """As it lies in the representative transcript's protein."""
    phase: str
    """Phase in words: ``single``, the field that phases a compound, ``unphased_neighbour`` …"""
    gene_expression: float | None
    """Of the representative's gene, in the source's unit; None where not given."""
    transcript_expression: float | None
    """Summed over the transcripts that make the peptide; None unless each of them has a value."""
    nmd: str | None
    """``predicted`` or ``escape`` for nonsense-mediated decay at a premature stop; None without one, or if unknown."""
    self_match: str | None
    """``no`` or ``near``: whether a normal protein holds a peptide at one mismatch; None where not assessed."""
    remarks: tuple[str, ...] = ()
    """What a reader must know, in words."""
    ccf: float | None = None
    """Cancer cell fraction; None where not estimated."""
    ccf_low: float | None = None
    ccf_high: float | None = None
    """The ends of its interval."""
    hotspot: str | None = None
    """The known cancer hotspot that the change meets, in words; None if it meets none."""
    regions: RegionCount | None = None
    """In which of the tumour's regions all of its variants are found; None where the tumour has but one."""
    origins: tuple[Origin, ...] = ()
    """Every transcript that makes the peptide, with where it lies there, the representative one first."""
    hla_loss: float | None = None
    """Share of the tumour's cells that lost the allele, 0–1; None where not assessed."""
    anchor_positions: tuple[int, ...] | None = None
    """0-based positions by which the allele holds the peptide; None where not known."""
    mutation_site: str | None = None
    """Where the altered residues lie: ``anchor``, ``tcr_facing`` or ``both``; None where not known."""
    near_self_peptide: str | None = None
    """The normal peptide at one mismatch that looks most like this one to a T cell; None without one."""
    near_self_source: str | None = None
    """The normal protein that holds it."""
    near_self_level: NormalLevel | None = None
    """How highly a gene that makes it is expressed in normal tissues; None where not known."""

    @property
    def label(self) -> str:
        """The change in HGVS p. notation, by the calls that the peptide carries."""
        return self.change.named(self.peptide.calls)[0]

    @property
    def consequence(self) -> str:
        """Sequence Ontology terms of those calls, joined by ``&``."""
        return self.change.named(self.peptide.calls)[1]

    @property
    def agretopicity(self) -> float | None:
        """Mutant nM / wild-type nM: under 1 favours the mutant (Duan 2014). None without an aligned wild type."""
        if self.wildtype_binding is None:
            return None
        return self.binding.affinity_nM / self.wildtype_binding.affinity_nM


class Ranked(NamedTuple):
    """A candidate with its place and the case for it; immutable.

    All but the rank stands together, from ``candidate`` to ``doubts`` (:data:`SAID`).
    """

    rank: int
    """1 is best; the order is total."""
    candidate: Candidate
    tier: AnyTier
    score: float
    """By the policy's formula, higher is better; by default log-odds, the sum of the components, 0 is middling."""
    parts: tuple[str, ...]
    """Names of the score's parts."""
    contributions: tuple[float | None, ...]
    """Of each part, in log-odds; None where not assessed, which adds nothing."""
    reasons: tuple[str, ...]
    """The case in words."""
    doubts: tuple[str, ...] = ()
    """Why the peptide, or the somatic variant, may not exist; among the reasons, too."""
    rank_low: int | None = None
    """Best place of the rank's 90 % interval; None where it isn't estimated."""
    rank_high: int | None = None
    """Worst place of it."""

    @property
    def components(self) -> tuple[tuple[str, float | None], ...]:
        """Name and contribution of each part."""
        return tuple(zip(self.parts, self.contributions, strict=True))


SAID = slice(Ranked._fields.index("candidate"), Ranked._fields.index("doubts") + 1)
"""All of a :class:`Ranked` but the rank."""
