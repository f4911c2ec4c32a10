from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neosieve.biology.casecolumns import Cases
from neosieve.biology.caseranking import rank_cases
from neosieve.biology.rankintervals import DRAWS, MOST_KEPT, Draws, best_first, rank_intervals
from neosieve.biology.score import PARTS, Coefficients, Scores, score
from neosieve.io.casetables import NUMBERS
from neosieve.io.rankpolicies import read_coefficients, read_policy
from neosieve.model.case import Case, RankedCase

HALF = Coefficients(0.5, (0.5,), "half and half")
PRIORS = read_policy().priors

LOWER_IS_BETTER = {
    "affinity_nM": (1.0, 50_000.0),
    "affinity_percentile": (0.0, 100.0),
    "presentation_percentile": (0.0, 100.0),
    "hla_loss": (0.0, 1.0),
}
HIGHER_IS_BETTER = {
    "wildtype_affinity_nM": (1.0, 50_000.0),
    "gene_expression": (0.0, 500.0),
    "transcript_expression": (0.0, 500.0),
    "tumor_dna_vaf": (0.0, 1.0),
    "tumor_rna_vaf": (0.0, 1.0),
    "ccf": (0.0, 1.0),
}


def ranked(case: Case) -> RankedCase:
    """Rank a case alone."""
    (one,) = rank_cases([case], read_policy(), read_coefficients())
    return one


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a case of which anything may be missing."""
    values = {
        name: draw(st.one_of(st.none(), st.floats(*limits)))
        for name, limits in (LOWER_IS_BETTER | HIGHER_IS_BETTER).items()
    }
    case = Case(
        peptide="KLVVVGADG",
        mutant_positions=draw(st.sampled_from([None, (1,), (7,), (1, 8)])),
        tumor_rna_depth=draw(st.sampled_from([None, 0.0, 5.0, 40.0])),
        self_match=draw(st.sampled_from([None, "no", "near"])),
        indel=draw(st.booleans()),
    )
    return case._replace(**values)  # type: ignore[arg-type]  # numbers by name


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from([*LOWER_IS_BETTER, *HIGHER_IS_BETTER, "self_match"]), st.data())
def test_improving_any_observed_value_never_lowers_a_candidate(case: Case, name: str, data: st.DataObject) -> None:
    """Neither its score nor its tier, whatever else is known or missing."""
    before = getattr(case, name)
    if before is None:
        return
    if name == "self_match":
        better = case._replace(self_match="no")
    elif name in LOWER_IS_BETTER:
        better = case._replace(**{name: data.draw(st.floats(LOWER_IS_BETTER[name][0], before))})  # type: ignore[arg-type]  # a number
    else:
        better = case._replace(**{name: data.draw(st.floats(before, HIGHER_IS_BETTER[name][1]))})  # type: ignore[arg-type]  # a number
    tiers = read_policy().tiers
    one, other = ranked(case), ranked(better)
    assert other.score >= one.score - 1e-9
    assert tiers.index(other.tier) <= tiers.index(one.tier)


@settings(max_examples=100, deadline=None)
@given(cases(), st.sampled_from(sorted(NUMBERS)))
def test_dropping_any_evidence_still_ranks_and_never_narrows_the_spread(case: Case, name: str) -> None:
    """Knowing less is shown as not assessed, and makes no score surer."""
    less = case._replace(**{name: None})  # type: ignore[arg-type]  # any number may be missing
    assert ranked(less).rank == 1
    assert PRIORS is not None
    if name in {"gene_expression", "ccf"} and case.transcript_expression is None:
        assert score(Cases([less]), HALF, PRIORS).spread[0] >= score(Cases([case]), HALF, PRIORS).spread[0] - 0.2


def of(case: Case) -> Scores:
    """Score a case alone, binding's weight shared equally: 0.575 a decade each."""
    assert PRIORS is not None
    return score(Cases([case]), HALF, PRIORS)


@pytest.mark.parametrize(
    ("case", "part", "value"),
    [
        (Case(presentation_percentile=2.0), "presentation", 0.0),
        (Case(presentation_percentile=0.2), "presentation", 0.575),
        (Case(affinity_percentile=0.2), "presentation", 0.575),
        (Case(presentation_percentile=0.0001), "presentation", 1.323092),  # log10 (2 / 0.01) = 2.30103
        (Case(presentation_percentile=100.0), "presentation", -0.976908),  # log10 (2 / 100) = −1.69897
        (Case(presentation_percentile=150.0), "presentation", -0.976908),
        (Case(affinity_nM=500.0), "affinity", 0.0),
        (Case(affinity_nM=50.0), "affinity", 0.575),
        (Case(affinity_nM=0.01), "affinity", 1.551908),  # log10 (500 / 1) = 2.69897
        (Case(affinity_nM=1e6), "affinity", -1.15),  # log10 (500 / 50,000) = −2
        (Case(affinity_nM=10.0, wildtype_affinity_nM=1000.0), "agretopicity", 0.3),
        (Case(affinity_nM=1000.0, wildtype_affinity_nM=10.0), "agretopicity", -0.3),
        (Case(affinity_nM=20.0, wildtype_affinity_nM=40.0), "agretopicity", 0.090309),  # 0.3 · log10 2
        (Case(gene_expression=10.0), "expression", 0.0),
        (Case(gene_expression=0.0), "expression", 1.15 * math.log10(0.1 / 5.1)),
        (Case(gene_expression=1000.0), "expression", 1.15 * math.log10(100.1 / 5.1)),
        (Case(gene_expression=20.0, tumor_dna_vaf=0.1), "expression", 1.15 * math.log10(2.1 / 5.1)),
        (Case(tumor_rna_vaf=0.1, tumor_rna_depth=40.0), "expression", 1.15 * math.log10(1.1 / 5.1)),  # 10 · 0.1 TPM
        (Case(tumor_rna_vaf=0.1, tumor_rna_depth=4.0), "expression", None),  # four reads tell no share
        (Case(ccf=0.6), "clonality", 0.0),
        (Case(ccf=0.3, tumor_dna_vaf=0.5), "clonality", -0.346574),  # ½ ln ½
        (Case(ccf=0.01), "clonality", -1.242453),  # ½ ln (0.05 / 0.6)
        (Case(tumor_dna_vaf=0.15), "clonality", -0.346574),  # 0.15 of 0.5 is 0.3
        (Case(tumor_dna_vaf=0.9), "clonality", 0.255413),  # ½ ln (1 / 0.6)
        (Case(hla_loss=0.0), "allele", 0.0),
        (Case(hla_loss=0.5), "allele", -0.693147),
        (Case(self_match="near"), "self", -0.7),
        (Case(self_match="no"), "self", 0.0),
        (Case(), "doubt", 0.0),
        (Case(doubts=("a neighbour",)), "doubt", -1.4),
        (Case(peptide="KLV", mutant_positions=(1,)), "position", None),  # nobody knows how the wild type binds
        (Case(peptide="KLV", mutant_positions=(0,)), "position", 0.0),  # T cells see it, however that binds
    ],
)
def test_each_part_by_hand(case: Case, part: str, value: float | None) -> None:
    """Log-odds, by the default policy's weights; not a number where not assessed."""
    found = of(case).parts[0][PARTS.index(part)]
    assert found == pytest.approx(np.nan if value is None else value, abs=1e-5, nan_ok=True)


def test_the_decades_of_binding_are_kept_for_the_intervals() -> None:
    """One of presentation and two of affinity; 0 where not assessed."""
    assert of(Case(presentation_percentile=0.2, affinity_nM=5.0)).binding.tolist() == [pytest.approx([1.0, 2.0])]
    assert of(Case(affinity_nM=5.0)).binding.tolist() == [pytest.approx([0.0, 2.0])]


UNKNOWN = 2 * 0.575**2 + 0.15**2 + 0.92**2 + 0.25**2
"""Variance where nothing is known: a decade of each binding, ½ · 0.3, 0.8 · 1.15, ½ · 0.5."""


@pytest.mark.parametrize(
    ("case", "less"),
    [
        (Case(), 0.0),
        (Case(presentation_percentile=1.0), 0.575**2 * (1 - 0.3**2)),
        (Case(affinity_nM=100.0), 0.575**2 * (1 - 0.35**2)),
        # an interval of two decades is ± 1.645 standard deviations
        (Case(affinity_nM=100.0, affinity_low_nM=10.0, affinity_high_nM=1000.0), 0.575**2 * (1 - (2 / 3.29) ** 2)),
        (Case(affinity_nM=10.0, affinity_low_nM=0.1, affinity_high_nM=100.0), 0.575**2 * (1 - (2 / 3.29) ** 2)),
        (Case(affinity_nM=1.0, affinity_low_nM=0.1, affinity_high_nM=0.2), 0.575**2),
        (Case(affinity_nM=100.0, affinity_low_nM=10.0), 0.575**2 * (1 - 0.35**2)),
        (Case(affinity_nM=9.0, wildtype_affinity_nM=9.0), 0.575**2 * (1 - 0.35**2) + 0.15**2 - (0.3 * 0.35) ** 2),
        (Case(gene_expression=10.0), 0.92**2 - (0.15 * 1.15) ** 2),
        (Case(tumor_rna_vaf=0.5, tumor_rna_depth=40.0), 0.0),  # the share alone, not the abundance
        (Case(ccf=0.6), 0.25**2 - 0.15**2),
        (Case(ccf=0.6, ccf_low=0.3, ccf_high=0.9), 0.25**2 - (math.log(3) / 3.29 / 2) ** 2),
        (Case(ccf=0.6, ccf_low=0.001, ccf_high=1.0), 0.25**2 - (math.log(20) / 3.29 / 2) ** 2),
        (Case(ccf=0.02, ccf_low=0.01, ccf_high=0.03), 0.25**2),
        # √(0.3² + (1 − v) / (n · v)), and half of it
        (Case(tumor_dna_vaf=0.4, tumor_dna_depth=100), 0.25**2 - (0.09 + 0.6 / 40) / 4),
        (Case(tumor_dna_vaf=0.4), 0.25**2 - (0.09 + 0.6 / 20) / 4),  # as of fifty reads
        (Case(tumor_dna_vaf=0.4, tumor_dna_depth=0), 0.25**2 - (0.09 + 0.6 / 0.4) / 4),
        (Case(tumor_dna_vaf=0.0), 0.25**2 - (0.09 + 0.99 / 0.5) / 4),
        (Case(tumor_dna_vaf=1.0), 0.25**2 - 0.09 / 4),
        (Case(ccf=0.6, tumor_dna_vaf=0.4, tumor_dna_depth=100), 0.25**2 - 0.15**2),
    ],
)
def test_how_unsure_a_score_is_by_hand(case: Case, less: float) -> None:
    """Variances of the parts add up; knowing a value takes this much away."""
    assert of(case).spread[0] ** 2 == pytest.approx(UNKNOWN - less)


def test_each_case_is_as_unsure_as_alone() -> None:
    """Their number changes nothing."""
    assert PRIORS is not None
    both = score(Cases([Case(), Case(affinity_nM=100.0)]), HALF, PRIORS)
    assert both.spread.tolist() == pytest.approx([of(Case()).spread[0], of(Case(affinity_nM=100.0)).spread[0]])
    assert score(Cases([]), HALF, PRIORS).parts.shape == (0, len(PARTS))


def drawn(
    totals: list[float], *, spread: float = 0.0, binding: list[list[float]] | None = None, **more: object
) -> list[tuple[int, int]]:
    """Return the intervals of cases with these scores."""
    assert PRIORS is not None
    parts = np.zeros((len(totals), len(PARTS)))
    parts[:, 0] = totals
    decades = np.zeros((len(totals), 2)) if binding is None else np.array(binding)
    scores = Scores(parts, np.full(len(totals), spread), decades)
    coefficients = more.pop("coefficients", HALF)
    low, high = rank_intervals(scores, coefficients, PRIORS, **more)  # type: ignore[arg-type]
    return list(zip(low.tolist(), high.tolist(), strict=True))


def test_an_interval_leaves_out_a_twentieth_at_either_end() -> None:
    """Two normal errors of 1 differ by √2: a gap of 1.19 is overcome in 20 % of draws, one of 3.3 in 1 %."""
    assert drawn([1.19, 0.0], spread=1.0) == [(1, 2), (1, 2)]
    assert drawn([3.3, 0.0], spread=1.0) == [(1, 1), (2, 2)]
    assert drawn([0.0, 1.0, 2.0]) == [(3, 3), (2, 2), (1, 1)]
    assert drawn([]) == []


def test_another_share_of_presentation_turns_the_order() -> None:
    """A case with three decades of presentation and one with three of affinity, worth 1.15 each: ± 1.725 by a half."""
    binding = [[3.0, 0.0], [0.0, 3.0]]
    either = Coefficients(0.5, (0.0, 1.0), "either")
    assert drawn([0.0, 0.0], binding=binding, coefficients=either) == [(1, 2), (1, 2)]
    assert drawn([3.4, 0.0], binding=binding, coefficients=either) == [(1, 2), (1, 2)]
    assert drawn([3.5, 0.0], binding=binding, coefficients=either) == [(1, 1), (2, 2)]
    more = Coefficients(0.5, (1.0,), "more")
    assert drawn([0.0, 3.4], binding=binding, coefficients=more) == [(1, 1), (2, 2)]
    none = Coefficients(0.5, (), "none drawn")
    assert drawn([0.0, 0.1], binding=binding, coefficients=none) == [(2, 2), (1, 1)]


def test_the_same_cases_get_the_same_intervals() -> None:
    """The draws are pseudo-random; equal cases that nothing parts stand in the order in which they come."""
    close = [at / 10 for at in range(60)]
    assert drawn(close, spread=1.0) == drawn(close, spread=1.0)
    assert drawn([0.0] * 100) == [(place, place) for place in range(1, 101)]


def test_groups_go_before_scores() -> None:
    """The lower group first, whatever the scores: no score crosses over."""
    assert drawn([0.0, 50.0, 40.0], spread=1.0, groups=np.array([0.0, 1.0, 1.0])) == [(1, 1), (2, 2), (3, 3)]
    assert drawn([0.0, 40.0, 50.0], spread=1.0, groups=np.array([0.0, 1.0, 1.0])) == [(1, 1), (3, 3), (2, 2)]


@given(arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e9, 1e9) | st.sampled_from([0.0, 1.0, 1 + 1e-12])))
def test_the_order_of_draws_is_that_of_a_stable_sort(values: np.ndarray) -> None:
    """Whatever the range, how near values are, and how many are equal."""
    assert best_first(values).tolist() == sorted(range(len(values)), key=lambda at: -values[at])


def test_position_counts_against_what_anchors_hide() -> None:
    """Second and last residue are anchors; a wild type of 500 nM is half presented: −0.7 · ½."""
    hidden = Case(peptide="KLVVVGADG", mutant_positions=(1, 8), affinity_nM=500.0, wildtype_affinity_nM=500.0)
    assert dict(ranked(hidden).contributions)["position"] == pytest.approx(-0.35)
    seen = hidden._replace(mutant_positions=(1, 5))
    assert dict(ranked(seen).contributions)["position"] == 0
    learned = hidden._replace(anchor_positions=(2, 8))  # this allele holds the third residue instead
    assert dict(ranked(learned).contributions)["position"] == 0


def test_agretopicity_counts_up_to_a_decade() -> None:
    """Tenfold better than the wild type: 0.3; a hundredfold: the same; as good: 0."""
    parts = [
        dict(ranked(Case(affinity_nM=10.0, wildtype_affinity_nM=nM)).contributions)["agretopicity"]
        for nM in (10.0, 100.0, 1000.0)
    ]
    assert parts == pytest.approx([0.0, 0.3, 0.3])


def test_rna_reads_without_an_abundance_tell_the_alleles_share() -> None:
    """None of 40 reads: 0 + 0.1 of 5.1 TPM, 1.15 · log10 (0.1/5.1) = −1.96370; half of them: as middling."""
    none = Case(tumor_rna_vaf=0.0, tumor_rna_depth=40.0)
    assert dict(ranked(none).contributions)["expression"] == pytest.approx(-1.96370, abs=1e-4)
    half = Case(tumor_rna_vaf=0.5, tumor_rna_depth=40.0)
    assert dict(ranked(half).contributions)["expression"] == pytest.approx(0)


def test_intervals_are_as_wide_as_the_scores_are_unsure() -> None:
    """Far apart and sure: each keeps its place. All alike: from the best places to the worst."""
    assert PRIORS is not None
    apart = [Case(presentation_percentile=10.0**-one, affinity_nM=10.0**one) for one in (-2, 0, 2)]
    sure = score(Cases(apart), HALF, PRIORS)
    low, high = rank_intervals(replace(sure, spread=np.zeros(3)), HALF, PRIORS)
    assert (low == high).all()
    alike = score(Cases([Case()] * 100), HALF, PRIORS)
    low, high = rank_intervals(alike, HALF, PRIORS)
    assert low.max() < 20  # 5 % of places lie in the best five; of 200 draws, give or take
    assert high.min() > 80


def test_kept_draws_are_those_that_are_drawn_anew() -> None:
    """Whatever was ranked before: as many cases, more or fewer, with these coefficients or others; and too many."""
    draws, other = Draws(), replace(HALF, draws=(0.1, 0.9))
    few, many = 5, MOST_KEPT // DRAWS + 1
    for coefficients, count in ((HALF, few), (HALF, few), (HALF, few), (other, few), (HALF, 6), *[(HALF, many)] * 2):
        shares, errors = draws.of(coefficients, count)
        expected_shares, expected = Draws().of(coefficients, count)
        assert np.array_equal(shares, expected_shares)
        assert all(map(np.array_equal, errors, expected))
