"""A policy's checks, one by one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.biology.casecolumns import Cases
from neosieve.biology.tiering import anchor_ok, clonal_vaf, judge, tier_rules
from neosieve.io.rankpolicies import read_policy
from neosieve.model.case import Case
from neosieve.model.rankpolicy import Check, RankPolicy


def tier_of(case: Case, policy: RankPolicy, clonal: float | None = None) -> tuple[str, tuple[str, ...]]:
    """Return the tier and reasons of a case by itself."""
    (verdict,) = judge(Cases([case]), policy, clonal)
    return verdict


def policy(*checks: Check) -> RankPolicy:
    """Make a policy of these checks, which counts failures."""
    return RankPolicy(
        name="test",
        title="",
        source="",
        formula="affinity",
        order="score",
        combine="count",
        otherwise="fine",
        several="poor",
        tiers=("fine", "weak", "other", "poor"),
        checks=checks,
    )


def check(value: str, tier: str = "weak", **rule: float | str) -> Check:
    """Make a check."""
    return Check(value=value, tier=tier, **rule)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("rule", "case", "tier", "reason"),
    [
        (check("affinity_nM", at_most=500), Case(affinity_nM=500.0), "fine", "affinity (nM) 500 ≤ 500"),
        (check("affinity_nM", at_most=500), Case(affinity_nM=501.0), "weak", "affinity (nM) 501 > 500"),
        (check("hla_loss", below=0.5), Case(hla_loss=0.4), "fine", "loss of the HLA allele 0.4 < 0.5"),
        (check("hla_loss", below=0.5), Case(hla_loss=0.5), "weak", "loss of the HLA allele 0.5 ≥ 0.5"),
        (check("gene_expression", at_least=1), Case(gene_expression=1.0), "fine", "gene expression 1 ≥ 1"),
        (check("gene_expression", at_least=1), Case(gene_expression=0.5), "weak", "gene expression 0.5 < 1"),
        (check("tumor_dna_vaf", above=0.1), Case(tumor_dna_vaf=0.2), "fine", "tumor dna vaf 0.2 > 0.1"),
        (check("tumor_dna_vaf", above=0.1), Case(tumor_dna_vaf=0.1), "weak", "tumor dna vaf 0.1 ≤ 0.1"),
        (check("percentile", at_most=2), Case(affinity_percentile=1.0), "fine", "affinity percentile 1 ≤ 2"),
        (check("percentile", at_most=2), Case(presentation_percentile=3.0), "weak", "presentation percentile 3 > 2"),
        (check("abundance", at_least=1), Case(gene_expression=2.0), "fine", "gene expression 2 ≥ 1"),
        (check("abundance", at_least=1), Case(transcript_expression=2.0), "fine", "transcript expression 2 ≥ 1"),
        (check("canonical", is_true=True), Case(canonical=True), "fine", None),
        (check("canonical", is_true=True), Case(canonical=False), "weak", "canonical: no"),
        (check("reference_match", is_true=False), Case(reference_match=False), "fine", None),
        (check("reference_match", is_true=False), Case(reference_match=True), "weak", "reference match: yes"),
        (check("canonical", is_true=True, words="minor"), Case(canonical=False), "weak", "minor"),
        (check("canonical", is_true=True, words="minor"), Case(canonical=True), "fine", None),
        (check("mane_select", is_true=True), Case(), "fine", "mane select not assessed"),
        (check("affinity_nM", at_most=500), Case(), "fine", "affinity (nM) not assessed"),
        (check("affinity_nM", at_most=500, missing_fails=True), Case(), "weak", "affinity (nM) not assessed"),
        (check("percentile", known=True), Case(), "weak", "binding not assessed"),
        (check("percentile", known=True), Case(affinity_percentile=99.0), "fine", None),
        (check("ccf"), Case(ccf=0.5), "fine", None),  # asks for nothing
        (check("doubted", is_true=False), Case(doubts=("a neighbour",)), "weak", "doubted: yes"),
        (check("doubted", is_true=False), Case(), "fine", None),
    ],
)  # fmt: skip
def test_one_check(rule: Check, case: Case, tier: str, reason: str | None) -> None:
    """The value, its threshold and how they compare; what is met in yes and no has nothing to say."""
    assert tier_of(case, policy(rule)) == (tier, () if reason is None else (reason,))


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (Case(), None),
        (Case(tumor_rna_vaf=0.25), "RNA VAF 0.25"),
        (Case(tumor_rna_vaf=0.25, tumor_rna_depth=8), "RNA VAF 0.25"),
        (Case(tumor_rna_depth=8), None),
        (Case(tumor_rna_alt_reads=0, tumor_rna_depth=0), None),
        (Case(tumor_rna_alt_reads=3, tumor_rna_depth=40), "3 of 40 RNA reads carry the variant"),
        (
            Case(tumor_rna_alt_reads=0, tumor_rna_depth=10),
            "0 of 10 RNA reads carry the variant: not seen beyond error",
        ),
        (Case(tumor_rna_alt_reads=0, tumor_rna_depth=9), "0 of 9 RNA reads carry the variant: too few to tell"),
        (
            Case(tumor_rna_alt_reads=0, tumor_rna_depth=10, indel=True),
            "0 of 10 RNA reads carry the variant: aligners miss reads with indels, so this is no evidence against",
        ),
        (
            Case(tumor_rna_alt_reads=0, tumor_rna_depth=9, indel=True),
            "0 of 9 RNA reads carry the variant: too few to tell",
        ),
    ],
)
def test_what_rna_reads_tell(case: Case, words: str | None) -> None:
    """Said whatever the policy asks; ten reads can speak against a variant, nine can't."""
    assert tier_of(case, policy()) == ("fine", () if words is None else (words,))


@pytest.mark.parametrize(
    ("case", "assessed"),
    [
        (Case(), False),
        (Case(tumor_rna_alt_reads=0, tumor_rna_depth=0), False),
        (Case(tumor_rna_depth=50), False),
        (Case(tumor_rna_alt_reads=0, tumor_rna_depth=5), True),  # too few, but that is told of the reads themselves
        (Case(tumor_rna_vaf=0.0, tumor_rna_depth=5), True),
        (Case(tumor_rna_alt_reads=0, tumor_rna_vaf=0.0, tumor_rna_depth=5), True),
    ],
)
def test_reads_that_tell_nothing_were_looked_at(case: Case, *, assessed: bool) -> None:
    """Where there are none, RNA reads are not assessed; where there are, their number says why they don't tell."""
    tier, reasons = tier_of(case, policy(check("seen_in_rna", is_true=True)))
    assert tier == "fine"
    assert ("RNA reads not assessed" in reasons) is not assessed
    # another unknown value is not excused by reads
    assert "expression not assessed" in tier_of(case, policy(check("abundance", at_least=1)))[1]


@pytest.mark.parametrize(
    ("case", "tier"),
    [
        (Case(), "fine"),  # nothing known
        (Case(canonical=True), "fine"),
        (Case(mane_select=True), "fine"),
        (Case(transcript_support_level=1.0), "fine"),
        (Case(canonical=False), "weak"),
        (Case(mane_select=False), "weak"),
        (Case(transcript_support_level=2.0), "weak"),
        (Case(canonical=False, mane_select=False, transcript_support_level=1.0), "fine"),
        (Case(canonical=False, mane_select=True, transcript_support_level=5.0), "fine"),
    ],
)
def test_pvacseqs_transcripts(case: Case, tier: str) -> None:
    """Canonical, MANE Select or support level 1; one of them known is enough to judge by."""
    assert tier_of(case, policy(check("transcript_ok", is_true=True)))[0] == tier


@pytest.mark.parametrize(
    ("vaf", "clonal", "tier", "reason"),
    [
        (0.2, 0.4, "fine", "DNA VAF as a share of the clonal one 0.5 ≥ 0.5"),
        (0.1, 0.4, "weak", "DNA VAF as a share of the clonal one 0.25 < 0.5"),
        (None, 0.4, "fine", "DNA VAF as a share of the clonal one not assessed"),
        (0.1, None, "fine", "DNA VAF as a share of the clonal one not assessed"),
        (0.1, 0.0, "fine", "DNA VAF as a share of the clonal one not assessed"),
    ],
)
def test_a_vaf_beside_the_clonal_one(vaf: float | None, clonal: float | None, tier: str, reason: str) -> None:
    """Neither is taken for anything where it isn't known."""
    found = tier_of(Case(tumor_dna_vaf=vaf), policy(check("vaf_of_clonal", at_least=0.5)), clonal)
    assert found == (tier, (reason,))


def test_a_clonal_vaf_without_any_under_the_limit_is_the_cap() -> None:
    """0.6 and more are homozygous or of few copies: the clonal one is taken for half."""
    assert clonal_vaf([Case(tumor_dna_vaf=0.6), Case(tumor_dna_vaf=0.9)], None) == 0.5


@pytest.mark.parametrize(
    "case", [Case(mutant_positions=(1,)), Case(peptide="KLVVVGADG"), Case(peptide="KLVVVGADG", mutant_positions=None)]
)
def test_anchors_of_an_unknown_peptide_are_not_judged(case: Case) -> None:
    """Without the peptide or its mutated positions."""
    assert anchor_ok(case) is None


def test_the_first_residue_counts_as_an_anchor() -> None:
    """0-based 0, as pVACseq has it."""
    assert anchor_ok(Case(peptide="KLVVVGADG", mutant_positions=(0,), wildtype_affinity_nM=10.0)) is False


NM, CCF = check("affinity_nM", "weak", at_most=500), check("ccf", "other", at_least=0.5)
DECISIVE = check("gene_expression", "poor", above=0, decides=True)
BAD = Case(affinity_nM=600.0, ccf=0.1)


@pytest.mark.parametrize(
    ("rules", "case", "tier"),
    [
        pytest.param(policy(NM, CCF), Case(affinity_nM=1.0, ccf=1.0), "fine", id="all met"),
        pytest.param(policy(NM, CCF), Case(affinity_nM=1.0, ccf=0.1), "other", id="one failed"),
        pytest.param(policy(NM, CCF), BAD, "poor", id="two kinds failed, counted"),
        pytest.param(replace(policy(NM, CCF), combine="first"), BAD, "weak", id="the first one"),
        pytest.param(replace(policy(NM, CCF), several=None), BAD, "weak", id="no tier of several"),
        pytest.param(policy(NM, check("ccf", "weak", at_least=0.5)), BAD, "weak", id="two of one kind"),
        pytest.param(policy(NM, DECISIVE), BAD._replace(gene_expression=0.0), "poor", id="one decides alone"),
        pytest.param(policy(NM, DECISIVE), BAD._replace(gene_expression=1.0), "weak", id="it is met"),
    ],
)  # fmt: skip
def test_how_failures_combine(rules: RankPolicy, case: Case, tier: str) -> None:
    """By the policy's rule."""
    assert tier_of(case, rules)[0] == tier


def test_of_several_thresholds_one_is_told() -> None:
    """The last one met, else the first that isn't: 100 nM meets 500 and 150, but not 50."""
    rules = policy(*(check("affinity_nM", at_most=limit) for limit in (500, 150, 50)))
    assert tier_of(Case(affinity_nM=100.0), rules)[1] == ("affinity (nM) 100 ≤ 150",)
    assert tier_of(Case(affinity_nM=600.0), rules)[1] == ("affinity (nM) 600 > 500",)
    assert tier_of(Case(affinity_nM=10.0), rules)[1] == ("affinity (nM) 10 ≤ 50",)
    assert tier_of(Case(), rules)[1] == ("affinity (nM) not assessed",)
    # that it is known says less than by how much it fails
    known = policy(check("percentile", known=True), check("percentile", at_most=2))
    assert tier_of(Case(affinity_percentile=3.0), known)[1] == ("affinity percentile 3 > 2",)


def test_a_policys_rules_in_words() -> None:
    """What puts a candidate into each tier: every check that fails, and what else leads there."""
    rules = policy(
        check("percentile", at_most=2, missing_fails=True), check("hla_loss", "other", below=0.5),
        check("ccf", "other", at_least=0.5), check("gene_expression", "other", above=0),
        check("canonical", "other", is_true=True), check("reference_match", "other", is_true=False),
        check("near_self", "other", is_true=False, words="like a normal one"), check("expressed", "other", known=True),
    )  # fmt: skip
    assert tier_rules(rules) == {
        "fine": "No other rule applies.",
        "weak": "Percentile (presentation, else affinity) > 2 "
        "or percentile (presentation, else affinity) not assessed.",
        "other": "Share that lost the HLA allele ≥ 0.5; or ccf < 0.5; or gene expression ≤ 0; or canonical: no; or "
        "reference match: yes; or like a normal one; or expression not assessed.",
        "poor": "The rules of several tiers apply.",
    }
    assert tier_rules(replace(policy(), several=None)) == {
        "fine": "Every candidate.", "weak": "No rule leads here.", "other": "No rule leads here.",
        "poor": "No rule leads here.",
    }  # fmt: skip


CASES = st.builds(
    Case,
    affinity_percentile=st.none() | st.sampled_from([0.1, 1.0, 3.0]),
    presentation_percentile=st.none() | st.sampled_from([0.1, 1.0, 3.0]),
    gene_expression=st.none() | st.sampled_from([0.0, 1.0, 20.0]),
    transcript_expression=st.none() | st.sampled_from([0.0, 1.0, 20.0]),
    tumor_dna_vaf=st.none() | st.sampled_from([0.0, 0.1, 0.5]),
    tumor_rna_vaf=st.none() | st.sampled_from([0.0, 0.1]),
    tumor_rna_depth=st.none() | st.sampled_from([0.0, 5.0, 40.0]),
    tumor_rna_alt_reads=st.none() | st.sampled_from([0.0, 4.0]),
    self_match=st.none() | st.sampled_from(["no", "near"]),
    doubts=st.sampled_from([(), ("a neighbour",)]),
)


@pytest.mark.parametrize("name", ["default", "pvacseq"])
@given(cases=st.lists(CASES, max_size=8))
def test_other_cases_change_no_verdict(name: str, cases: list[Case]) -> None:
    """Those that share a value, but not its name or the reads beside it."""
    rules = read_policy(name)
    assert judge(Cases(cases), rules, 0.4) == [tier_of(case, rules, 0.4) for case in cases]
