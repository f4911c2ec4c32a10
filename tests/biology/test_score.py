from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neosieve.biology.caseranking import rank_cases
from neosieve.biology.score import Coefficients, rank_intervals, score
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
    return replace(
        Case(
            peptide="KLVVVGADG",
            mutant_positions=draw(st.sampled_from([None, (1,), (7,), (1, 8)])),
            tumor_rna_depth=draw(st.sampled_from([None, 0.0, 5.0, 40.0])),
            self_match=draw(st.sampled_from([None, "no", "near"])),
            indel=draw(st.booleans()),
        ),
        **values,  # type: ignore[arg-type]  # numbers by name
    )


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from([*LOWER_IS_BETTER, *HIGHER_IS_BETTER, "self_match"]), st.data())
def test_improving_any_observed_value_never_lowers_a_candidate(case: Case, name: str, data: st.DataObject) -> None:
    """Neither its score nor its tier, whatever else is known or missing."""
    before = getattr(case, name)
    if before is None:
        return
    if name == "self_match":
        better = replace(case, self_match="no")
    elif name in LOWER_IS_BETTER:
        better = replace(case, **{name: data.draw(st.floats(LOWER_IS_BETTER[name][0], before))})  # type: ignore[arg-type]  # a number
    else:
        better = replace(case, **{name: data.draw(st.floats(before, HIGHER_IS_BETTER[name][1]))})  # type: ignore[arg-type]  # a number
    tiers = read_policy().tiers
    one, other = ranked(case), ranked(better)
    assert other.score >= one.score - 1e-9
    assert tiers.index(other.tier) <= tiers.index(one.tier)


@settings(max_examples=100, deadline=None)
@given(cases(), st.sampled_from([field.name for field in fields(Case) if field.type == "float | None"]))
def test_dropping_any_evidence_still_ranks_and_never_narrows_the_spread(case: Case, name: str) -> None:
    """Knowing less is shown as not assessed, and makes no score surer."""
    less = replace(case, **{name: None})  # type: ignore[arg-type]  # any number may be missing
    assert ranked(less).rank == 1
    assert PRIORS is not None
    if name in {"gene_expression", "ccf"} and case.transcript_expression is None:
        assert score([less], HALF, PRIORS).spread[0] >= score([case], HALF, PRIORS).spread[0] - 0.2


def test_position_counts_against_what_anchors_hide() -> None:
    """Second and last residue are anchors; a wild type of 500 nM is half presented: −0.7 · ½."""
    hidden = Case(peptide="KLVVVGADG", mutant_positions=(1, 8), affinity_nM=500.0, wildtype_affinity_nM=500.0)
    assert dict(ranked(hidden).contributions)["position"] == pytest.approx(-0.35)
    seen = replace(hidden, mutant_positions=(1, 5))
    assert dict(ranked(seen).contributions)["position"] == 0
    learned = replace(hidden, anchor_positions=(2, 8))  # this allele holds the third residue instead
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
    sure = score(apart, HALF, PRIORS)
    low, high = rank_intervals(replace(sure, spread=np.zeros(3)), HALF, PRIORS)
    assert (low == high).all()
    alike = score([Case()] * 100, HALF, PRIORS)
    low, high = rank_intervals(alike, HALF, PRIORS)
    assert low.max() < 20  # 5 % of places lie in the best five; of 200 draws, give or take
    assert high.min() > 80
