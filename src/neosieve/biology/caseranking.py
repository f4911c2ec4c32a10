"""Ranking of cases by a policy: ours, or another tool's for comparison."""

from __future__ import annotations

from math import inf, isnan
from typing import TYPE_CHECKING, assert_never

import numpy as np

from neosieve.biology.casewords import notes
from neosieve.biology.formulas import mupexi_score, rank_sum_scores, vaxrank_scores
from neosieve.biology.score import PARTS, Coefficients, Scores, rank_intervals, score
from neosieve.biology.tiering import clonal_vaf, judge
from neosieve.model.case import Case, RankedCase

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from neosieve.biology.score import Array
    from neosieve.model.rankpolicy import RankPolicy

Parts = tuple[tuple[str, float | None], ...]


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
    clonal = None if policy.clonal_vaf_share is None else clonal_vaf(cases, policy.purity)
    judged = judge(cases, policy, clonal)
    place_of = {tier: place for place, tier in enumerate(policy.tiers)}
    tiers = np.array([place_of[tier] for tier, _ in judged], dtype=np.float64)
    leading = tiers if policy.order == "tier" else np.zeros(len(cases))
    values, parts, scores = _values(cases, policy, coefficients, variants or range(len(cases)))
    order = _order(cases, leading, values)
    intervals = _intervals(scores, order, policy, coefficients, leading)
    ranked = []
    for rank, number in enumerate(order, start=1):
        low, high = intervals[rank - 1] or (None, None)
        tier, reasons = judged[number]
        ranked.append(
            RankedCase(
                rank, low, high, tier, values[number], parts[number],
                (*reasons, *cases[number].doubts, *notes(cases[number])), number,
            )
        )  # fmt: skip
    return tuple(ranked)


def _order(cases: Sequence[Case], leading: Array, values: Sequence[float]) -> list[int]:
    """Order cases by what leads, then the highest value; of equal ones by binding, then by name, then as given."""
    by_name = sorted(range(len(cases)), key=lambda one: (cases[one].peptide or "", cases[one].allele or ""))
    percentiles = np.array([inf if (known := cases[one].percentile) is None else known for one in by_name])
    affinities = np.array([inf if (known := cases[one].affinity_nM) is None else known for one in by_name])
    places = np.array(by_name, dtype=np.intp)
    keys = (affinities, percentiles, -np.array(values)[places], leading[places])  # the last one leads
    ordered: list[int] = places[np.lexsort(keys)].tolist()
    return ordered


def _fitted(policy: RankPolicy, coefficients: Coefficients) -> Coefficients:
    """Return the fitted coefficients, or what the policy has in their place."""
    share = None if policy.priors is None else policy.priors.presentation_share
    return coefficients if share is None else Coefficients(share, (share,), f"policy {policy.name}")


def _intervals(
    scores: Scores | None, order: Sequence[int], policy: RankPolicy, coefficients: Coefficients, leading: Array
) -> list[tuple[int, int] | None]:
    """Return the interval of each place, which holds it; None without a spread."""
    if scores is None or policy.priors is None:
        return [None] * len(order)
    # each case's draws go by its place, so that the input's order changes nothing
    sorted_scores = Scores(scores.parts[order], scores.spread[order], scores.binding[order])
    groups = leading[order] if leading.any() else None
    low, high = rank_intervals(sorted_scores, _fitted(policy, coefficients), policy.priors, groups)
    ends = zip(low.tolist(), high.tolist(), strict=True)
    return [(min(first, place), max(last, place)) for place, (first, last) in enumerate(ends, start=1)]


def _values(
    cases: Sequence[Case], policy: RankPolicy, coefficients: Coefficients, variants: Sequence[Hashable]
) -> tuple[list[float], list[Parts], Scores | None]:
    """Return each case's score, its parts, and the spread where the formula tells one."""
    none: list[Parts] = [()] * len(cases)
    match policy.formula:
        case "additive":
            if policy.priors is None:
                raise ValueError(f"policy {policy.name} adds parts up but has no [priors]")
            scores = score(cases, _fitted(policy, coefficients), policy.priors)
            parts: list[Parts] = [
                tuple((name, None if isnan(value) else value) for name, value in zip(PARTS, row, strict=True))
                for row in scores.parts.tolist()
            ]
            return scores.total.tolist(), parts, scores
        case "vaxrank":
            return vaxrank_scores(cases, variants), none, None
        case "mupexi":
            return [mupexi_score(case) for case in cases], none, None
        case "rank_sum":
            return rank_sum_scores(cases), none, None
        case "affinity":
            return [-inf if case.affinity_nM is None else -case.affinity_nM for case in cases], none, None
        case "presentation":
            return [-inf if case.percentile is None else -case.percentile for case in cases], none, None
        case _:
            assert_never(policy.formula)
