"""Cases by column: what alleles share is taken from one of them, and nothing changes by it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neosieve.biology.casecolumns import Cases
from neosieve.biology.caseranking import assess
from neosieve.biology.formulas import allele_expression
from neosieve.biology.tiering import VALUES, anchor_ok, clonal_vaf, judge
from neosieve.io.casetables import NUMBERS
from neosieve.io.rankpolicies import read_coefficients, read_policy
from neosieve.model.case import INFORMATIVE_RNA_DEPTH, OF_ALLELE, OF_PEPTIDE, Case
from neosieve.model.rankpolicy import Check

if TYPE_CHECKING:
    from collections.abc import Callable

    from neosieve.biology.caseranking import Assessed
    from neosieve.model.rankpolicy import RankPolicy

POLICIES = [replace(read_policy(name), source=name) for name in ("default", "pvacseq", "vaxrank", "mupexi")]
FEW = st.none() | st.sampled_from([0.0, 0.1, 0.5, 1.0, 2.0, 40.0])
ANYTHING = st.builds(
    Case,
    peptide=st.sampled_from(["KLVVVGADG", "SIINFEKLA"]),
    mutant_positions=st.sampled_from([None, (), (1,), (7,), (1, 8)]),
    anchor_positions=st.sampled_from([None, (1, 8)]),
    self_match=st.sampled_from([None, "no", "near"]),
    near_self_peptide=st.sampled_from([None, "KLVVVGAAG"]),
    canonical=st.sampled_from([None, True, False]),
    mane_select=st.sampled_from([None, True, False]),
    problematic_positions=st.sampled_from([None, True, False]),
    reference_match=st.sampled_from([None, True, False]),
    indel=st.booleans(),
    doubts=st.sampled_from([(), ("a neighbour",), ("expression not assessed",)]),
    wildtype_affinity_nM=st.none() | st.sampled_from([0.5, 40.0, 5000.0]),
    **dict.fromkeys(sorted(NUMBERS - {"wildtype_affinity_nM"}), FEW),
)


RULES = st.sampled_from([{"at_most": 1.0}, {"below": 1.0}, {"at_least": 1.0}, {"above": 1.0}, {"is_true": True}])
CHECKS = st.builds(
    lambda rule, **more: Check(**rule, **more),
    RULES,
    value=st.sampled_from(sorted(VALUES)),
    tier=st.sampled_from(["weak", "other"]),
    known=st.booleans(),
    missing_fails=st.booleans(),
    decides=st.booleans(),
    words=st.sampled_from(["", "a rule"]),
)
"""One rule each."""


def with_allele_of(one: Case, other: Case) -> Case:
    """Give a case what is the allele's of another one."""
    return Case._make((*one[:OF_PEPTIDE], *other[OF_PEPTIDE:]))


MOSTLY_ONE = {"region_share", "near_self_expression", "regions_with", "regions_assessed"}


def value_of(case: Case, name: str, clonal: float | None) -> float | bool | None:
    """Return what a check asks for."""
    level = case.transcript_support_level
    told: dict[str, Callable[[], float | bool | None]] = {
        "doubted": lambda: case.doubts != (),
        "anchor_ok": lambda: anchor_ok(case),
        "allele_expression": lambda: allele_expression(case),
        "vaf_of_clonal": lambda: case.tumor_dna_vaf / clonal if clonal and case.tumor_dna_vaf is not None else None,
        "transcript_ok": lambda: (
            None
            if (case.canonical, case.mane_select, level) == (None,) * 3
            else case.canonical is True or case.mane_select is True or (level is not None and level <= 1)
        ),
    }
    return told[name]() if name in told else getattr(case, name)


def meets(check: Check, value: float | bool | None) -> bool:  # noqa: FBT001 - a value that a check asks for
    """Say whether a value passes a check."""
    if value is None:
        return not check.known and not check.missing_fails
    return not any(
        [
            check.at_most is not None and value > check.at_most,
            check.below is not None and value >= check.below,
            check.at_least is not None and value < check.at_least,
            check.above is not None and value <= check.above,
            check.is_true is not None and bool(value) != check.is_true,
        ]
    )


def verdict(case: Case, policy: RankPolicy, clonal: float | None) -> tuple[str, tuple[str, ...]]:
    """Judge a case by itself, check by check; the words by their first part alone, reads apart."""
    failed = [check for check in policy.checks if not meets(check, value_of(case, check.value, clonal))]
    tiers = list(dict.fromkeys(check.tier for check in failed))
    decisive = [check.tier for check in failed if check.decides]
    tier = (decisive or tiers or [policy.otherwise])[0]
    if not decisive and len(tiers) > 1 and policy.combine == "count" and policy.several is not None:
        tier = policy.several
    said: dict[str, None] = {}
    for name in dict.fromkeys(check.value for check in policy.checks):
        value = value_of(case, name, clonal)
        checks = [check for check in policy.checks if check.value == name]
        rest = [check for check in checks if not check.known] or checks
        if value is None:
            if name in MOSTLY_ONE:
                continue
            has_reads = case.tumor_rna_depth and (case.tumor_rna_alt_reads, case.tumor_rna_vaf) != (None, None)
            if name == "seen_in_rna" and has_reads:
                continue
            said[f"{WORDS.get(name) or name.replace('_', ' ')} not assessed"] = None
            continue
        met = [check for check in rest if meets(check, value)]
        one = met[-1] if met else rest[0]
        words = words_of(one, case, value, met=bool(met))
        if words and not (met and name in MOSTLY_ONE):
            said[words] = None
    reads = of_reads(case)
    return tier, tuple(said if reads is None else said | {reads: None})


WORDS = {
    "near_self_expression": "expression of a like peptide's gene in normal tissues",
    "region_share": "share of the tumour's regions that have it",
    "percentile": "binding",
    "abundance": "expression",
    "expressed": "expression",
    "seen_in_rna": "RNA reads",
    "hla_loss": "loss of the HLA allele",
    "clonal_share": "cancer cell fraction",
    "near_self": "likeness to normal peptides",
    "affinity_nM": "affinity (nM)",
    "vaf_of_clonal": "DNA VAF as a share of the clonal one",
}


def words_of(check: Check, case: Case, value: float | bool, *, met: bool) -> str | None:  # noqa: FBT001 - as above
    """Say how a known value compares with a check."""
    if check.known:
        return None
    name = WORDS.get(check.value) or check.value.replace("_", " ")
    if check.value == "percentile":
        name = f"{'affinity' if case.presentation_percentile is None else 'presentation'} percentile"
    if check.value == "abundance":
        name = f"{'gene' if case.transcript_expression is None else 'transcript'} expression"
    if check.is_true is not None:
        return None if met else check.words or f"{name}: {'no' if check.is_true else 'yes'}"
    for limit, fine, wrong in (
        (check.at_most, "≤", ">"),
        (check.below, "<", "≥"),
        (check.at_least, "≥", "<"),
        (check.above, ">", "≤"),
    ):
        if limit is not None:
            return f"{name} {value:.3g} {fine if met else wrong} {limit:g}"
    return None


def of_reads(case: Case) -> str | None:
    """Say what RNA reads tell."""
    vaf, depth, reads = case.tumor_rna_vaf, case.tumor_rna_depth, case.tumor_rna_alt_reads
    if not depth or reads is None:
        return None if vaf is None else f"RNA VAF {vaf:.3g}"
    share = reads / depth if vaf is None else vaf
    told = ""
    if share <= 0.01:
        told = ": not seen beyond error"
        if depth < INFORMATIVE_RNA_DEPTH:
            told = ": too few to tell"
        elif case.indel:
            told = ": aligners miss reads with indels, so this is no evidence against"
    return f"{reads:g} of {depth:g} RNA reads carry the variant{told}"


@pytest.mark.parametrize("policy", POLICIES, ids=lambda one: one.name)
@settings(max_examples=50, deadline=None)
@given(cases=st.lists(ANYTHING, max_size=6))
def test_each_verdict_is_that_of_a_plain_reading_of_the_checks(policy: RankPolicy, cases: list[Case]) -> None:
    """Check by check, case by case."""
    clonal = None if policy.clonal_vaf_share is None else clonal_vaf(cases, policy.purity)
    assert judge(Cases(cases), policy, clonal) == [verdict(case, policy, clonal) for case in cases]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(ANYTHING, max_size=4),
    st.lists(CHECKS, max_size=6, unique_by=lambda one: one.value),
    st.sampled_from(["first", "count"]),
)
def test_any_checks_are_read_plainly(
    cases: list[Case], checks: list[Check], combine: Literal["first", "count"]
) -> None:
    """Likewise of any values, in any order: those that differ between alleles stand among the others."""
    policy = replace(POLICIES[0], checks=tuple(checks), combine=combine, several="poor", otherwise="fine")
    assert judge(Cases(cases), policy, 0.4) == [verdict(case, policy, 0.4) for case in cases]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(ANYTHING, ANYTHING), max_size=6))
def test_alleles_of_the_same_peptides_are_told_as_by_themselves(drawn: list[tuple[Case, Case]]) -> None:
    """What another allele's cases have worked out is taken from them: tiers, words and scores are the same bits."""
    first = Cases([one for one, _ in drawn])
    rows = [with_allele_of(one, other) for one, other in drawn]
    policy, coefficients = read_policy(), read_coefficients()
    assess(first, policy, coefficients)
    shared, alone = Cases(rows, first), vars_of(assess(Cases(rows), policy, coefficients))
    for cases in (shared, Cases(rows, shared)):
        for one, other in zip(vars_of(assess(cases, policy, coefficients)), alone, strict=True):
            np.testing.assert_array_equal(one, other)


def vars_of(said: Assessed) -> list[object]:
    """List all that is said."""
    assert said.scores is not None
    numbers = [said.values, said.percentiles, said.affinities, said.scores.parts, said.scores.spread]
    parts = [[np.nan if value is None else value for value in some] for some in said.parts]
    return [*numbers, said.scores.binding, said.tiers, list(map(repr, said.reasons)), list(map(repr, parts))]


@settings(max_examples=100, deadline=None)
@given(ANYTHING, ANYTHING)
def test_an_allele_changes_only_what_is_said_to_differ_between_alleles(one: Case, other: Case) -> None:
    """Every value of a check, and every one that a score asks for."""
    changed = with_allele_of(one, other)
    derived = {name for name, what in vars(Case).items() if isinstance(what, property)}
    for name in (VALUES | derived | set(Case._fields)) - OF_ALLELE:
        assert value_of(changed, name, 0.4) == value_of(one, name, 0.4)


def test_what_is_not_known_is_not_a_number() -> None:
    """Yes and no are 1 and 0."""
    cases = Cases([Case(ccf=0.5, canonical=True), Case(canonical=False), Case()])
    np.testing.assert_array_equal(cases.numbers("ccf"), [0.5, np.nan, np.nan])
    np.testing.assert_array_equal(cases.numbers("canonical"), [1.0, 0.0, np.nan])
    np.testing.assert_array_equal(cases.numbers("twice", lambda case: case.ccf and 2 * case.ccf), [1.0, np.nan, np.nan])
    assert len(cases) == 3
