"""One line per variant: its best candidate and how many stand behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, isinf
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from neosieve.model.candidate import Ranked
    from neosieve.model.variant import Call, Variant

PERCENT = 2.0  # NetMHCpan 4.1 EL convention for weak binders (Reynisson 2020)


_of_presentation = attrgetter("candidate.binding.presentation_percentile")
_of_affinity = attrgetter("candidate.binding.affinity_percentile")


def percentiles(rows: Collection[Ranked]) -> list[float]:
    """Return each candidate's percentile: of presentation, of affinity where there is no other; infinite where none."""
    pairs = zip(map(_of_presentation, rows), map(_of_affinity, rows), strict=True)
    known = [affinity if presentation is None else presentation for presentation, affinity in pairs]
    return [inf if percentile is None else percentile for percentile in known]


def at_2_percent(rows: Collection[Ranked]) -> list[bool]:
    """Whether each candidate's percentile is 2 or below, whatever its tier."""
    return [percentile <= PERCENT for percentile in percentiles(rows)]


@dataclass(frozen=True, slots=True)
class VariantSummary:
    """A variant with candidates."""

    call: Call
    best: Ranked
    """The best-ranked candidate that carries the variant, alone or in a compound."""
    place: int
    """That candidate's, from 0."""
    percentile: float | None
    """The best one that any of its candidates has; None where none has one."""
    n_candidates: int
    n_peptides: int
    """Distinct peptide sequences among the candidates."""
    n_candidates_at_2: int
    """Candidates at a percentile of 2 or below."""
    n_peptides_at_2: int
    """Distinct peptide sequences among those."""
    alleles_at_2: tuple[str, ...]
    """Alleles of those, in name order."""


@dataclass(slots=True)
class _Tally:
    call: Call
    best: Ranked
    place: int
    percentile: float = inf
    n_candidates: int = 0
    n_candidates_at_2: int = 0
    peptides: set[str] = field(default_factory=set)
    peptides_at_2: set[str] = field(default_factory=set)
    alleles_at_2: set[str] = field(default_factory=set)


def summarise(ranked: Collection[Ranked], known: Collection[float] | None = None) -> tuple[VariantSummary, ...]:
    """Gather candidates by the variants they carry.

    A compound's candidate counts for each of its variants: a reader who looks up one of them must find it.

    Parameters
    ----------
    ranked
        Best first.
    known
        Their percentiles, as of :func:`percentiles`; None if they aren't known yet.

    Returns
    -------
    tuple of VariantSummary
        In the order of their best candidates; variants that share one in the order in which it carries them.
    """
    tallies: dict[Variant, _Tally] = {}
    of_calls: dict[Call, _Tally] = {}  # calls compare by identity, which is faster than by variant
    for place, (row, percentile) in enumerate(zip(ranked, known or percentiles(ranked), strict=True)):
        peptide = row.candidate.peptide
        for call in peptide.calls:
            tally = of_calls.get(call)
            if tally is None:
                tally = of_calls[call] = tallies.setdefault(call.variant, _Tally(call, row, place))
            tally.n_candidates += 1
            tally.peptides.add(peptide.sequence)
            tally.percentile = min(tally.percentile, percentile)
            if percentile <= PERCENT:
                tally.n_candidates_at_2 += 1
                tally.peptides_at_2.add(peptide.sequence)
                tally.alleles_at_2.add(row.candidate.allele.name)
    return tuple(
        VariantSummary(
            call=tally.call,
            best=tally.best,
            place=tally.place,
            percentile=None if isinf(tally.percentile) else tally.percentile,
            n_candidates=tally.n_candidates,
            n_peptides=len(tally.peptides),
            n_candidates_at_2=tally.n_candidates_at_2,
            n_peptides_at_2=len(tally.peptides_at_2),
            alleles_at_2=tuple(sorted(tally.alleles_at_2)),
        )
        for tally in tallies.values()
    )
