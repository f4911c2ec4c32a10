"""What a ranking goes by: its checks, its tiers, its formula. Read from TOML by :mod:`neosieve.io.rankpolicies`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

_STRICT = {"extra": "forbid"}  # pydantic's word for: a misspelt key is an error, not ignored


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule: a value, its threshold, and the tier of what doesn't meet it."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    value: str
    """Name of a :class:`~neosieve.model.case.Case` value, e.g. ``percentile`` or ``affinity_nM``."""
    tier: str
    """The tier of a candidate that fails."""
    at_most: float | None = None
    below: float | None = None
    at_least: float | None = None
    above: float | None = None
    is_true: bool | None = None
    """The truth value that passes."""
    known: bool = False
    """Whether the value must be known: the only rule that a missing value breaks by itself."""
    missing_fails: bool = False
    """Whether an unknown value fails a threshold."""
    decides: bool = False
    """Whether failing it alone names the tier, whatever else fails."""
    words: str = ""
    """The rule for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priors:
    """Weights of evidence that no open set carries together with peptides; each with its source in the TOML file."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    binding_per_decade: float
    """Log-odds of a tenfold better percentile and affinity, together."""
    presentation_share: float | None = None
    """Presentation's share of that weight, 0–1; None takes the fitted one that ships."""
    expression_per_decade: float
    expression_pseudocount: float
    """TPM added before the logarithm."""
    expression_neutral: float
    """TPM of the mutant allele at which expression speaks neither for nor against."""
    expression_full: float
    """TPM beyond which more adds nothing."""
    agretopicity_per_decade: float
    agretopicity_decades: float
    """Largest ratio that counts, either way, in decades."""
    clonality_exponent: float
    clonality_neutral: float
    clonality_floor: float
    vaf_full: float
    """DNA VAF taken for clonal where no cancer cell fraction is known."""
    anchor_penalty: float
    """Log-odds at most, of a mutation that only anchors hold while the wild type binds as well."""
    near_self_penalty: float
    doubt_penalty: float
    loss_floor: float
    """Least share of cells that an allele called lost counts for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankPolicy:
    """A whole ranking."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    name: str
    title: str
    source: str
    formula: Literal["additive", "vaxrank", "mupexi", "rank_sum", "affinity", "presentation"]
    order: Literal["score", "tier"]
    """``tier``: tiers first, then the score; ``score``: the score alone, tiers are words."""
    combine: Literal["first", "count"]
    """``first``: the first check that fails names the tier; ``count``: one failure names it, more give `several`."""
    otherwise: str
    """Tier of what passes every check."""
    tiers: tuple[str, ...]
    """Every tier, best first."""
    several: str | None = None
    worth_ordering: tuple[str, ...] = ()
    """Tiers whose candidates a vaccine may hold unless others are asked for; none: what passes every check, if any."""
    checks: tuple[Check, ...] = ()
    priors: Priors | None = None
    purity: float | None = None
    clonal_vaf_share: float | None = None
    """pVACseq: a DNA VAF under this share of the clonal VAF is subclonal."""
