"""Ranking of cases by a policy: ours, or another tool's for comparison."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan
from typing import TYPE_CHECKING, assert_never

import numpy as np

from neosieve.biology.casecolumns import Cases
from neosieve.biology.casewords import notes
from neosieve.biology.formulas import mupexi_score, rank_sum_scores, vaxrank_scores
from neosieve.biology.rankintervals import rank_intervals
from neosieve.biology.score import PARTS, PARTS_OF_ALLELE, Coefficients, Scores, score
from neosieve.biology.tiering import clonal_vaf, judge
from neosieve.model.case import RankedCase

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

    from neosieve.biology.casecolumns import Array
    from neosieve.biology.rankintervals import Draws
    from neosieve.model.case import Case
    from neosieve.model.rankpolicy import RankPolicy

Parts = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Assessed:
    """What is said of cases before they are put in order: one of each for each case."""

    tiers: Sequence[str]
    reasons: Sequence[tuple[str, ...]]
    values: Sequence[float]
    parts: Sequence[Parts]
    scores: Scores | None
    """None where the policy's formula tells no spread."""
    percentiles: Array
    """Infinite where not known; so are the affinities."""
    affinities: Array

    @property
    def names(self) -> tuple[str, ...]:
        """Of the score's parts; none where the policy's formula has no parts."""
        return () if self.scores is None else PARTS

    @classmethod
    def joined(cls, several: Sequence[Assessed]) -> Assessed:
        """Put what a policy says of several groups of cases together, one after another."""
        scores = [one.scores for one in several if one.scores is not None]
        return cls(
            [tier for one in several for tier in one.tiers],
            [reasons for one in several for reasons in one.reasons],
            [value for one in several for value in one.values],
            [parts for one in several for parts in one.parts],
            Scores(
                np.concatenate([one.parts for one in scores]),
                np.concatenate([one.spread for one in scores]),
                np.concatenate([one.binding for one in scores]),
            )
            if scores
            else None,
            np.concatenate([one.percentiles for one in several]),
            np.concatenate([one.affinities for one in several]),
        )


def by_itself(policy: RankPolicy) -> bool:
    """Tell whether what a policy says of a case depends on that case alone, and only its place on the others."""
    return policy.clonal_vaf_share is None and policy.formula not in {"vaxrank", "rank_sum"}


def assess(
    cases: Cases,
    policy: RankPolicy,
    coefficients: Coefficients,
    variants: Sequence[Hashable] | None = None,
) -> Assessed:
    """Say of each case its tier, its score and why; parameters as of :func:`rank_cases`."""
    clonal = None if policy.clonal_vaf_share is None else clonal_vaf(cases.rows, policy.purity)
    judged = judge(cases, policy, clonal)
    values, parts, scores = _values(cases, policy, coefficients, variants or range(len(cases)))
    return Assessed(
        [tier for tier, _ in judged],
        [(*said, *case.doubts, *notes(case)) for (_, said), case in zip(judged, cases.rows, strict=True)],
        values,
        parts,
        scores,
        np.nan_to_num(cases.numbers("percentile"), nan=inf),
        np.nan_to_num(cases.numbers("affinity_nM"), nan=inf),
    )


def rank_cases(
    cases: Sequence[Case],
    policy: RankPolicy,
    coefficients: Coefficients,
    variants: Sequence[Hashable] | None = None,
) -> tuple[RankedCase, ...]:
    """Rank cases, best first; the order is total and the input's order decides nothing but between equal cases.

    Parameters
    ----------
    variants
        What names each case's variant, for the formulas that sum over one's peptides; None: each its own.
    """
    said = assess(Cases(cases), policy, coefficients, variants)
    by_name = sorted(range(len(cases)), key=lambda one: (cases[one].peptide or "", cases[one].allele or ""))
    placed = in_order(said, by_name, policy, coefficients)
    return tuple(
        RankedCase(
            rank,
            low,
            high,
            said.tiers[number],
            said.values[number],
            tuple(zip(said.names, said.parts[number], strict=True)),
            said.reasons[number],
            number,
        )
        for rank, (number, low, high) in enumerate(zip(*placed, strict=True), start=1)
    )


def in_order(
    said: Assessed,
    by_name: Sequence[int] | NDArray[np.intp],
    policy: RankPolicy,
    coefficients: Coefficients,
    draws: Draws | None = None,
) -> tuple[list[int], Sequence[int | None], Sequence[int | None]]:
    """Return the numbers of the cases, best first, and the ends of their ranks' intervals.

    Parameters
    ----------
    by_name
        The cases' numbers by peptide and allele, which decide between cases of equal score and binding; then as given.
    draws
        What is kept of other rankings.
    """
    leading = np.zeros(len(said.tiers))
    if policy.order == "tier":
        place_of = {tier: place for place, tier in enumerate(policy.tiers)}
        leading = np.array([place_of[tier] for tier in said.tiers], dtype=np.float64)
    places = np.array(by_name, dtype=np.intp)
    # what leads comes last
    keys = (said.affinities[places], said.percentiles[places], -np.array(said.values)[places], leading[places])
    order = places[np.lexsort(keys)]
    return order.tolist(), *_intervals(said.scores, order, policy, coefficients, leading, draws)


def _fitted(policy: RankPolicy, coefficients: Coefficients) -> Coefficients:
    """Return the fitted coefficients, or what the policy has in their place."""
    share = None if policy.priors is None else policy.priors.presentation_share
    return coefficients if share is None else Coefficients(share, (share,), f"policy {policy.name}")


def _intervals(
    scores: Scores | None,
    order: NDArray[np.intp],
    policy: RankPolicy,
    coefficients: Coefficients,
    leading: Array,
    draws: Draws | None,
) -> tuple[Sequence[int | None], Sequence[int | None]]:
    """Return the ends of the interval of each place, which holds it; None without a spread."""
    if scores is None or policy.priors is None:
        return [None] * len(order), [None] * len(order)
    # each case's draws go by its place, so that the input's order changes nothing
    sorted_scores = Scores(scores.parts[order], scores.spread[order], scores.binding[order])
    groups = leading[order] if leading.any() else None
    low, high = rank_intervals(sorted_scores, _fitted(policy, coefficients), policy.priors, groups, draws)
    places = np.arange(1, len(order) + 1)
    return np.minimum(low, places).tolist(), np.maximum(high, places).tolist()


def _parts(scores: Scores, cases: Cases, policy: RankPolicy, coefficients: Coefficients) -> list[Parts]:
    """Return each case's parts."""
    columns = []
    for name, column in zip(PARTS, scores.parts.T, strict=True):

        def known(_: Cases, column: Array = column) -> list[float | None]:
            return [None if isnan(value) else value for value in column.tolist()]

        columns.append(cases.once((name, policy, coefficients), known, of_allele=name in PARTS_OF_ALLELE))
    return list(zip(*columns, strict=True))


def _values(
    cases: Cases, policy: RankPolicy, coefficients: Coefficients, variants: Sequence[Hashable]
) -> tuple[list[float], list[Parts], Scores | None]:
    """Return each case's score, its parts, and the spread where the formula tells one."""
    none: list[Parts] = [()] * len(cases)
    match policy.formula:
        case "additive":
            if policy.priors is None:
                raise ValueError(f"policy {policy.name} adds parts up but has no [priors]")
            scores = score(cases, _fitted(policy, coefficients), policy.priors)
            return scores.total.tolist(), _parts(scores, cases, policy, coefficients), scores
        case "vaxrank":
            return vaxrank_scores(cases.rows, variants), none, None
        case "mupexi":
            return [mupexi_score(case) for case in cases.rows], none, None
        case "rank_sum":
            return rank_sum_scores(cases.rows), none, None
        case "affinity":
            return [-inf if case.affinity_nM is None else -case.affinity_nM for case in cases.rows], none, None
        case "presentation":
            return [-inf if case.percentile is None else -case.percentile for case in cases.rows], none, None
        case _:
            assert_never(policy.formula)
