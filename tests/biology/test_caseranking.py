"""The order of cases, and the interval of each place."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Literal

import pytest

from neosieve.biology.caseranking import rank_cases
from neosieve.biology.score import Coefficients
from neosieve.io.rankpolicies import read_policy
from neosieve.model.case import Case

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from neosieve.model.rankpolicy import RankPolicy

Formula = Literal["vaxrank", "mupexi", "rank_sum", "affinity", "presentation"]
QUARTER = Coefficients(0.25, (0.25,), "a quarter")


def order(cases: list[Case], policy: RankPolicy, variants: Sequence[Hashable] | None = None) -> list[int]:
    """Rank cases and return their numbers, best first."""
    ranked = rank_cases(cases, policy, QUARTER, variants)
    assert [one.rank for one in ranked] == list(range(1, len(cases) + 1))
    return [one.number for one in ranked]


def test_a_policy_orders_by_score_or_by_tier_first() -> None:
    """10 nM at 5 % is a poor binder by its percentile, and 100 nM at 1 % is not."""
    cases = [Case(affinity_nM=100.0, presentation_percentile=1.0), Case(affinity_nM=10.0, presentation_percentile=5.0)]
    policy = replace(read_policy(), formula="affinity")
    assert order(cases, policy) == [1, 0]
    assert order(cases, replace(policy, order="tier")) == [0, 1]


@pytest.mark.parametrize(
    ("formula", "scores"),
    [
        ("affinity", [-100.0, -10.0, -math.inf]),
        ("presentation", [-2.0, -5.0, -math.inf]),
        ("mupexi", [0.5, 3.06e-07, 1.0]),  # at 2 % a half, at 5 % 1 / (1 + e¹⁵), without a rank 1
        ("vaxrank", [0.922773, 0.993866, 0.0]),  # 1.096972 / (1 + e^−1.6667), / (1 + e^−2.2667)
        ("rank_sum", [-4.0, -4.0, -7.0]),  # expression unknown: 1 each; IC50 2, 1, 3; percentile 1, 2, 3
    ],
)
def test_each_formula_by_hand(formula: Formula, scores: list[float]) -> None:
    """Greater is better; without its value a case comes last, but MuPeXI takes what isn't known for 1."""
    known = (Case(affinity_nM=100.0, presentation_percentile=2.0), Case(affinity_nM=10.0, presentation_percentile=5.0))
    cases = [*known, Case()]
    ranked = rank_cases(cases, replace(read_policy(), formula=formula), QUARTER)
    found = [one.score for one in sorted(ranked, key=lambda one: one.number)]
    assert found == pytest.approx(scores, rel=1e-3)
    assert all(one.contributions == () for one in ranked)


def test_the_additive_formula_needs_weights() -> None:
    """A policy without them is refused by name."""
    with pytest.raises(ValueError, match=r"policy default adds parts up but has no \[priors\]"):
        rank_cases([Case()], replace(read_policy(), priors=None), QUARTER)
    # others don't
    assert len(rank_cases([Case()], replace(read_policy(), priors=None, formula="affinity"), QUARTER)) == 1


def test_a_formula_without_a_spread_has_no_intervals() -> None:
    """Though the policy has weights for the additive score."""
    cases = [Case(affinity_nM=nM) for nM in (30.0, 10.0, 20.0)]
    ranked = rank_cases(cases, replace(read_policy(), formula="affinity"), QUARTER)
    assert [one.number for one in ranked] == [1, 2, 0]
    assert [(one.rank_low, one.rank, one.rank_high) for one in ranked] == [(None, place, None) for place in (1, 2, 3)]


def test_no_interval_leaves_its_tier_where_tiers_come_first() -> None:
    """Five that meet every check before five poor binders with scores about as high; by score alone they mix."""
    good = [Case(affinity_percentile=1.9, affinity_nM=500.0, gene_expression=10.0)] * 5
    poor = [Case(affinity_percentile=2.1, affinity_nM=500.0, gene_expression=10.0)] * 5
    by_tier = rank_cases([*poor, *good], replace(read_policy(), order="tier"), QUARTER)
    assert {(one.rank_high or 0) <= 5 for one in by_tier[:5]} == {True}
    assert {(one.rank_low or 0) >= 6 for one in by_tier[5:]} == {True}
    by_score = rank_cases([*poor, *good], read_policy(), QUARTER)
    assert max(one.rank_high or 0 for one in by_score[:5]) > 5


TIED = [
    Case(affinity_percentile=1.0, affinity_nM=6000.0, peptide="B"),
    Case(affinity_percentile=1.0, affinity_nM=7000.0, peptide="A"),
    Case(affinity_percentile=1.0, peptide="A"),
    Case(affinity_percentile=1.0, peptide="B"),
    Case(affinity_percentile=2.0, affinity_nM=5000.0),
    Case(allele="HLA-A*02:01"),
    Case(peptide="A"),
    Case(peptide="A", allele="HLA-A*02:01"),
    Case(peptide="A", allele="HLA-B*07:02"),
]
"""From 5,000 nM on, and without an affinity, vaxrank's score is 0: in the order in which ties are broken."""


def test_ties_are_broken_by_percentile_affinity_peptide_and_allele() -> None:
    """What isn't known comes last of numbers and first of names; the input's order decides nothing."""
    policy = read_policy("vaxrank")
    for first in range(len(TIED)):
        cases = [*TIED[first:], *TIED[:first]]
        assert [cases[one] for one in order(cases, policy)] == TIED
        assert [cases[::-1][one] for one in order(cases[::-1], policy)] == TIED
    # equal ones stay as they came
    assert order([Case(), Case(), Case()], policy) == [0, 1, 2]


def test_peptides_of_one_variant_are_summed_if_it_is_told() -> None:
    """350 nM scores 0.548 by vaxrank and 300 nM 0.639; two of 350 nM, of one variant, 1.097 each."""
    cases = [Case(affinity_nM=350.0), Case(affinity_nM=300.0), Case(affinity_nM=350.0)]
    policy = read_policy("vaxrank")
    assert order(cases, policy) == [1, 0, 2]
    assert order(cases, policy, variants=["a", "b", "a"]) == [0, 2, 1]
    for shuffled in permutations(range(3)):
        ranked = rank_cases([cases[one] for one in shuffled], policy, QUARTER, ["aba"[one] for one in shuffled])
        assert [round(one.score, 3) for one in ranked] == [1.097, 1.097, 0.639]


@pytest.mark.parametrize(
    ("purity", "tiers"),
    [
        (0.4, ["Pass", "Pass", "Subclonal"]),  # the clonal VAF is 0.2: from 0.1 on it passes
        (None, ["Pass", "Subclonal", "Subclonal"]),  # it is 0.4, the largest under 0.6: from 0.2 on
    ],
)
def test_the_purity_tells_the_clonal_vaf(purity: float | None, tiers: list[str]) -> None:
    """Where the policy states it."""
    cases = [Case(affinity_nM=100.0, tumor_dna_vaf=vaf) for vaf in (0.4, 0.1, 0.09)]
    ranked = rank_cases(cases, replace(read_policy("pvacseq"), purity=purity), QUARTER)
    assert [one.tier for one in sorted(ranked, key=lambda one: one.number)] == tiers


def test_without_a_share_of_the_clonal_vaf_none_is_compared() -> None:
    """A policy that states none has nothing to judge by."""
    cases = [Case(affinity_nM=100.0, tumor_dna_vaf=vaf) for vaf in (0.4, 0.01)]
    ranked = rank_cases(cases, replace(read_policy("pvacseq"), clonal_vaf_share=None), QUARTER)
    assert {one.tier for one in ranked} == {"Pass"}
    assert all("DNA VAF as a share of the clonal one not assessed" in one.reasons for one in ranked)


@pytest.mark.parametrize(
    ("share", "parts"),
    [
        (None, (0.2875, 0.8625)),  # the fitted quarter of 1.15 a decade
        (1.0, (1.15, 0.0)),
        (0.0, (0.0, 1.15)),
    ],
)
def test_a_policy_may_share_binding_otherwise_than_fitted(share: float | None, parts: tuple[float, float]) -> None:
    """0.2 % and 50 nM are each a decade better than neutral."""
    policy = read_policy()
    assert policy.priors is not None
    told = replace(policy, priors=replace(policy.priors, presentation_share=share))
    (one,) = rank_cases([Case(presentation_percentile=0.2, affinity_nM=50.0)], told, QUARTER)
    contributions = dict(one.contributions)
    assert (contributions["presentation"], contributions["affinity"]) == pytest.approx(parts)


def test_the_draws_of_the_fit_are_not_those_of_a_stated_share() -> None:
    """With a share of 0 or 1 drawn, two cases may change places; with one stated they don't."""
    policy = read_policy()
    assert policy.priors is not None
    unsure = Coefficients(0.5, (0.0, 1.0), "either")
    presented = Case(presentation_percentile=0.01, affinity_nM=50_000.0)
    bound = Case(presentation_percentile=100.0, affinity_nM=1.0)
    cases = [presented, bound]
    assert {(one.rank_low, one.rank_high) for one in rank_cases(cases, policy, unsure)} == {(1, 2)}
    stated = replace(policy, priors=replace(policy.priors, presentation_share=1.0))
    assert [(one.number, one.rank_high) for one in rank_cases(cases, stated, unsure)] == [(0, 1), (1, 2)]
