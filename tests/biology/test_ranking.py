from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neosieve.biology.haplotypes import ASSUMED_CIS
from neosieve.biology.ranking import case_of
from neosieve.biology.ranking import rank as rank_by
from neosieve.biology.windows import neo_peptides
from neosieve.io.rankpolicies import read_coefficients, read_policy
from neosieve.model.candidate import AnyTier, Candidate, Ranked, Tier
from neosieve.model.case import Case
from neosieve.model.mhc import Allele, Binding
from neosieve.model.protein import Doubt
from neosieve.model.variant import AlleleCounts, Call

from .helpers import call, change_of, told, variant

if TYPE_CHECKING:
    from collections.abc import Iterable

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
TIERS: list[AnyTier] = list(Tier)
CHANGE = change_of((call(), told(KRAS, "missense_variant", "12", "G/D")))
PEPTIDES = neo_peptides(CHANGE, [9])


def candidate(
    presentation: float | None = 1.0,
    affinity: float | None = 1.0,
    *,
    nM: float = 100.0,
    tpm: float | None = 10.0,
    transcript_tpm: float | None = None,
    rna: tuple[int | None, int | None] | None = None,
    vaf: float | None = 0.4,
    peptide: int = 0,
    allele: str = "HLA-A*02:01",
    name: str = "chr1:100:A>G",
) -> Candidate:
    """Make a candidate; ``rna`` is (ALT reads, depth)."""
    reads = None if rna is None else AlleleCounts(rna[1], rna[0], None)
    one = call(name, vaf=vaf, rna=reads)
    return Candidate(
        call=one,
        change=CHANGE,
        transcripts=("ENST1.1",),
        peptide=replace(PEPTIDES[peptide], calls=(one,)),
        allele=Allele(allele),
        binding=Binding(nM, None, None, affinity, None, presentation),
        wildtype_binding=None,
        phase="single",
        gene_expression=tpm,
        transcript_expression=transcript_tpm,
        nmd=None,
        self_match=None,
    )


def rank(candidates: Iterable[Candidate]) -> tuple[Ranked, ...]:
    """Rank by the default policy."""
    return rank_by(candidates, read_policy(), read_coefficients())


def judged(one: Candidate) -> Ranked:
    """Rank a candidate alone."""
    (ranked,) = rank([one])
    return ranked


@pytest.mark.parametrize(
    ("one", "tier"),
    [
        pytest.param(candidate(0.5), Tier.STRONG, id="0.5 % is strong"),
        pytest.param(candidate(0.51), Tier.GOOD, id="0.51 % is not"),
        pytest.param(candidate(2.0), Tier.GOOD, id="2 % is presented"),
        pytest.param(candidate(2.01), Tier.POOR_BINDER, id="2.01 % is not"),
        pytest.param(candidate(0.1, 50.0), Tier.STRONG, id="presentation decides where known"),
        pytest.param(candidate(50.0, 0.1), Tier.POOR_BINDER, id="presentation decides where known, also against"),
        pytest.param(candidate(None, 0.5), Tier.STRONG, id="else affinity"),
        pytest.param(candidate(None, 3.0), Tier.POOR_BINDER, id="else affinity, also against"),
        pytest.param(candidate(None, None, nM=5.0), Tier.BINDING_NOT_ASSESSED, id="no percentile, at any nM"),
        pytest.param(candidate(0.1, tpm=None), Tier.EXPRESSION_NOT_ASSESSED, id="no RNA: neither pass nor failure"),
        pytest.param(candidate(0.1, tpm=0.0), Tier.LOW_EXPRESSION, id="an observed zero is evidence against"),
        pytest.param(candidate(0.1, tpm=0.99), Tier.LOW_EXPRESSION, id="below 1 TPM"),
        pytest.param(candidate(0.1, tpm=1.0), Tier.STRONG, id="1 TPM is expressed"),
        pytest.param(candidate(0.1, rna=(0, 10)), Tier.LOW_EXPRESSION, id="no ALT read in ten: against"),
        pytest.param(candidate(0.1, rna=(0, 9)), Tier.STRONG, id="no ALT read in nine tells too little"),
        pytest.param(candidate(0.1, tpm=None, rna=(0, 9)), Tier.EXPRESSION_NOT_ASSESSED, id="…and without TPM nothing"),
        pytest.param(candidate(0.1, tpm=None, rna=(0, 0)), Tier.EXPRESSION_NOT_ASSESSED, id="RNA depth 0 is unknown"),
        pytest.param(candidate(0.1, tpm=None, rna=(None, 50)), Tier.EXPRESSION_NOT_ASSESSED, id="ALT reads unknown"),
        pytest.param(candidate(0.1, tpm=None, rna=(0, None)), Tier.EXPRESSION_NOT_ASSESSED, id="depth unknown"),
        pytest.param(candidate(0.1, tpm=None, rna=(1, 50)), Tier.STRONG, id="one ALT read shows the transcript"),
        pytest.param(candidate(0.1, tpm=50.0, transcript_tpm=0.0), Tier.LOW_EXPRESSION, id="another transcript's gene"),
        pytest.param(candidate(0.1, tpm=0.0, transcript_tpm=1.0), Tier.STRONG, id="its own transcripts decide"),
        pytest.param(candidate(3.0, tpm=None), Tier.POOR_BINDER, id="a poor binder is one, whatever its expression"),
    ],
)  # fmt: skip
def test_the_tier_follows_what_is_known(one: Candidate, tier: Tier) -> None:
    """Thresholds are inclusive; missing evidence has tiers of its own."""
    assert judged(one).tier is tier


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (candidate(0.25), ["presentation percentile 0.25 ≤ 0.5", "gene expression 10 ≥ 1", "RNA reads not assessed"]),
        (candidate(1.5), ["presentation percentile 1.5 ≤ 2"]),
        (candidate(None, 7.0), ["affinity percentile 7 > 2"]),
        (candidate(tpm=50.0, transcript_tpm=0.5), ["transcript expression 0.5 < 1"]),
        (candidate(tpm=0.5, rna=(3, 40)), ["gene expression 0.5 < 1", "3 of 40 RNA reads carry the variant"]),
        (candidate(tpm=None, rna=(0, 0)), ["expression not assessed", "RNA reads not assessed"]),
        (candidate(None, None), ["binding not assessed"]),
    ],
)
def test_the_tier_is_explained_in_words(one: Candidate, words: list[str]) -> None:
    """Each number with its threshold; what is missing is said to be."""
    reasons = judged(one).reasons
    assert all(any(word in reason for reason in reasons) for word in words)


def parts_of(one: Candidate) -> dict[str, float | None]:
    """Return the score's parts."""
    return dict(judged(one).components)


def test_the_score_is_the_sum_of_its_parts() -> None:
    """By hand: 2 % and 500 nM are neutral; 9.8 TPM of a quarter: 2.45 + 0.1 is half of 5.1, 1.15 · log10 ½ = −0.34618.

    VAF 0.25 of 0.5 is a share of 0.5; 0.5 · ln (0.5 / 0.6) = −0.09116.
    """
    one = judged(candidate(2.0, 2.0, nM=500.0, tpm=9.8, vaf=0.25))
    parts = dict(one.components)
    assert parts["presentation"] == pytest.approx(0)
    assert parts["affinity"] == pytest.approx(0)
    assert parts["expression"] == pytest.approx(-0.34618, abs=1e-5)
    assert parts["clonality"] == pytest.approx(-0.09116, abs=1e-5)
    assert one.score == pytest.approx(-0.34618 - 0.09116, abs=1e-5)


def test_a_decade_of_both_percentile_and_affinity_is_worth_a_decade_of_expression() -> None:
    """Mass action: 1.15 in all, however the fit shares it between the two."""
    weak, strong = judged(candidate(2.0, nM=500.0)), judged(candidate(0.2, nM=50.0))
    assert strong.score - weak.score == pytest.approx(1.15)


def test_a_part_that_is_not_known_adds_nothing_is_shown_as_missing_and_widens_the_interval() -> None:
    """Unknown expression and VAF: the score is binding's alone, and more places are possible."""
    one = parts_of(candidate(2.0, nM=500.0, tpm=None, vaf=None))
    assert one["expression"] is None
    assert one["clonality"] is None
    assert judged(candidate(2.0, nM=500.0, tpm=None, vaf=None)).score == pytest.approx(0)
    rivals = [candidate(2.0, nM=10.0 * 1.2**step, vaf=None, name=f"chr2:{step + 9}:A>G") for step in range(40)]

    def width(one: Candidate) -> int:
        (found,) = [ranked for ranked in rank([*rivals, one]) if ranked.candidate is one]
        assert found.rank_low is not None
        assert found.rank_high is not None
        assert found.rank_low <= found.rank <= found.rank_high
        return found.rank_high - found.rank_low

    assert width(candidate(2.0, nM=300.0, tpm=None, vaf=None)) > width(candidate(2.0, nM=300.0, tpm=10.0, vaf=None))


@pytest.mark.parametrize(
    ("changed", "part", "value", "tier"),
    [
        ({"self_match": "near"}, "self", -0.7, Tier.SELF_LIKE),
        ({"self_match": "no"}, "self", 0.0, Tier.STRONG),
        ({"hla_loss": 0.5}, "allele", -0.69315, Tier.ALLELE_LOST),  # ln ½
        ({"hla_loss": 0.4}, "allele", -0.51083, Tier.STRONG),  # ln 0.6
        ({"hla_loss": 1.0}, "allele", -3.91202, Tier.ALLELE_LOST),  # ln 0.02, the floor
        ({"ccf": 0.3, "ccf_low": 0.2, "ccf_high": 0.45}, "clonality", -0.34657, Tier.SUBCLONAL),  # ½ ln ½
        ({"ccf": 0.3, "ccf_low": 0.2, "ccf_high": 0.5}, "clonality", -0.34657, Tier.STRONG),  # may be half of the cells
        ({"ccf": 0.6}, "clonality", 0.0, Tier.STRONG),
    ],
)
def test_what_else_is_known_has_its_part_and_its_tier(
    changed: dict[str, float | str], part: str, value: float, tier: Tier
) -> None:
    """Self-likeness, loss of the allele and the cancer cell fraction, each by itself."""
    ranked = judged(candidate(0.1)._replace(**changed))  # type: ignore[arg-type]  # fields by name
    assert dict(ranked.components)[part] == pytest.approx(value, abs=1e-5)
    assert ranked.tier is tier


@pytest.mark.parametrize(
    ("name", "rna", "tier"),
    [
        pytest.param("chr1:100:A>G", (10, 1076), Tier.LOW_EXPRESSION, id="0.9 % is no more than error: not expressed"),
        pytest.param("chr1:100:A>G", (20, 1000), Tier.STRONG, id="2 % is"),
        pytest.param("chr1:100:A>G", (0, 9), Tier.STRONG, id="nine reads are too few to speak against 10 TPM"),
        pytest.param("chr1:100:A>G", (0, 10), Tier.LOW_EXPRESSION, id="none of ten is evidence against"),
        pytest.param("chr1:100:ACCCC>A", (0, 110), Tier.STRONG, id="aligners miss indels: no evidence against"),
    ],
)
def test_rna_reads_speak_against_a_variant_only_where_they_can(name: str, rna: tuple[int, int], tier: Tier) -> None:
    """A gene of 10 TPM, and the reads of this variant."""
    assert judged(candidate(0.1, rna=rna, name=name)).tier is tier


@pytest.mark.parametrize(
    ("phase", "normal", "filters", "word"),
    [
        pytest.param("unphased_neighbour", None, (), "unknown phase", id="neighbour of unknown phase"),
        pytest.param("PS;unphased_neighbour", None, (), "unknown phase", id="of a compound too"),
        pytest.param("part_of_longer_call", None, (), "longer call", id="part of an MNV"),
        pytest.param("single", AlleleCounts(218, 60, 0.275), (), "the normal has it in 60 reads", id="germline"),
        pytest.param("single", None, ("MAPQ0",), "FILTER is MAPQ0", id="failed FILTER"),
    ],
)
def test_doubt_about_the_peptide_or_the_variant_is_a_tier_of_its_own(
    phase: str, normal: AlleleCounts | None, filters: tuple[str, ...], word: str
) -> None:
    """However well it binds and is expressed, a doubtful candidate is neither strong nor good, and says why."""
    one = candidate(0.1)
    doubted = Call(one.call.variant, 1, filters, one.call.tumor, normal=normal)
    ranked = judged(one._replace(call=doubted, peptide=replace(one.peptide, calls=(doubted,)), phase=phase))
    assert ranked.tier is Tier.UNCERTAIN
    assert any(word in reason for reason in ranked.reasons)


@pytest.mark.parametrize(
    "normal",
    [
        pytest.param(AlleleCounts(100, 2, 0.02), id="two reads are error"),
        pytest.param(AlleleCounts(1000, 19, 0.019), id="under 2 %"),
        pytest.param(AlleleCounts(100, 3, 0.03), id="less than a tenth of the tumour's 40 %: tumour in the normal"),
    ],
)
def test_stray_reads_in_the_normal_are_no_doubt(normal: AlleleCounts) -> None:
    """Errors, and tumour cells in the normal sample, don't make a variant germline."""
    one = candidate(0.1)
    call_ = Call(one.call.variant, 1, (), one.call.tumor, normal=normal)
    assert judged(one._replace(call=call_, peptide=replace(one.peptide, calls=(call_,)))).tier is Tier.STRONG


def doubts_of(one: Candidate) -> tuple[str, ...]:
    """Say why the candidate may not exist."""
    return case_of(one).doubts


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("single", ()),
        (ASSUMED_CIS, ("it is assumed that variants of unknown phase lie in cis",)),
        ("unphased_neighbour", ("a variant of unknown phase would change this peptide",)),
        ("PS;part_of_longer_call", ("a longer call covers the same bases",)),
        (
            "unphased_neighbour;part_of_longer_call",
            ("a variant of unknown phase would change this peptide", "a longer call covers the same bases"),
        ),
    ],
)
def test_doubts_about_the_phase_in_words(phase: str, words: tuple[str, ...]) -> None:
    """One sentence each."""
    assert doubts_of(candidate()._replace(phase=phase)) == words


@pytest.mark.parametrize(
    ("normal", "vaf", "doubted"),
    [
        pytest.param(AlleleCounts(100, 3, 0.03), None, True, id="three reads, and nothing known of the tumour"),
        pytest.param(AlleleCounts(100, 2, 0.02), None, False, id="two reads"),
        pytest.param(AlleleCounts(150, 3, 0.02), None, True, id="2 %"),
        pytest.param(AlleleCounts(200, 3, 0.015), None, False, id="less"),
        pytest.param(AlleleCounts(100, 4, 0.04), 0.4, True, id="a tenth of the tumour's 40 %"),
        pytest.param(AlleleCounts(1000, 39, 0.039), 0.4, False, id="less than a tenth"),
        pytest.param(AlleleCounts(100, None, 0.5), None, False, id="reads unknown"),
        pytest.param(AlleleCounts(100, 3, None), None, False, id="VAF unknown"),
    ],
)
def test_what_the_normal_sample_shows(normal: AlleleCounts, vaf: float | None, *, doubted: bool) -> None:
    """At least three reads of at least 2 %, and not what a tenth of tumour cells in the normal sample would show."""
    made = Call(variant("chr1:100:A>G"), 1, (), AlleleCounts(100, None, vaf), normal=normal)
    one = candidate()
    words = doubts_of(one._replace(call=made, peptide=replace(one.peptide, calls=(made,))))
    told_of = (f"the normal has it in {normal.alt_reads} reads (VAF {normal.vaf:.3g})",) if doubted else ()
    assert words == told_of


def test_doubts_of_every_call_of_a_compound_are_told_once() -> None:
    """The change's own assumptions that touch the peptide, and each call's filters."""
    first, second, third = (
        Call(variant(f"chr1:{at}:A>G"), 1, filters, AlleleCounts())
        for at, filters in ((100, ("a", "b")), (103, ("a", "b")), (106, ("c",)))
    )
    one = candidate()
    change = replace(one.change, doubts=(Doubt("exon 2 is skipped", (second,)), Doubt("another", (third,))))
    both = one._replace(change=change, peptide=replace(one.peptide, calls=(first, second)))
    assert doubts_of(both) == ("exon 2 is skipped", "FILTER is a;b")


def test_a_candidate_s_evidence_is_laid_out_flat() -> None:
    """Each value in its own field, none in another's."""
    made = Call(
        variant("chr1:100:A>AT"), 1, (), AlleleCounts(101, 41, 0.405), rna=AlleleCounts(31, 7, 0.226),
    )  # fmt: skip
    one = candidate()._replace(
        call=made,
        peptide=replace(
            PEPTIDES[1], calls=(made,), wildtype="KLVVVGAGG", altered=frozenset({7, 3})
        ),
        binding=Binding(50.0, 20.0, 120.0, 0.7, 0.83, 0.4),
        wildtype_binding=Binding(900.0, None, None, 5.5, 0.1, 6.5),
        gene_expression=12.0,
        transcript_expression=8.0,
        self_match="near",
        ccf=0.6,
        ccf_low=0.5,
        ccf_high=0.9,
        hla_loss=0.25,
        anchor_positions=(2, 8),
    )  # fmt: skip
    expected = Case(
        peptide="KLVVVGADG",
        allele="HLA-A*02:01",
        wildtype_peptide="KLVVVGAGG",
        mutant_positions=(3, 7),
        anchor_positions=(2, 8),
        affinity_nM=50.0,
        affinity_low_nM=20.0,
        affinity_high_nM=120.0,
        affinity_percentile=0.7,
        wildtype_affinity_nM=900.0,
        wildtype_affinity_percentile=5.5,
        presentation_score=0.83,
        presentation_percentile=0.4,
        gene_expression=12.0,
        transcript_expression=8.0,
        tumor_dna_vaf=0.405,
        tumor_dna_depth=101,
        tumor_rna_vaf=0.226,
        tumor_rna_depth=31,
        tumor_rna_alt_reads=7,
        ccf=0.6,
        ccf_low=0.5,
        ccf_high=0.9,
        hla_loss=0.25,
        self_match="near",
        indel=True,
    )
    assert case_of(one) == expected
    without = one._replace(peptide=replace(one.peptide, wildtype=None), wildtype_binding=None)
    assert case_of(without) == expected._replace(
        wildtype_peptide=None,
        mutant_positions=None,
        wildtype_affinity_nM=None,
        wildtype_affinity_percentile=None,
    )


def test_peptides_of_one_haplotype_are_summed_by_vaxrank() -> None:
    """Two of 350 nM, of one haplotype, before one of 300 nM of another; alone they would come after it."""
    one, other = (candidate(nM=350.0, peptide=at)._replace(gene_expression=None) for at in (0, 1))
    alone = candidate(nM=300.0, peptide=2, name="chr1:200:A>G")._replace(gene_expression=None)
    policy = replace(read_policy("vaxrank"), tiers=tuple(Tier), otherwise="strong", several=None, checks=())
    ranked = rank_by([alone, other, one], policy, read_coefficients())
    assert [one_.candidate.binding.affinity_nM for one_ in ranked] == [350.0, 350.0, 300.0]
    # a peptide that also carries another call belongs to another haplotype: 350 nM alone
    compound = other._replace(peptide=replace(other.peptide, calls=(*other.peptide.calls, alone.call)))
    ranked = rank_by([alone, compound, one], policy, read_coefficients())
    assert [one_.candidate.binding.affinity_nM for one_ in ranked] == [300.0, 350.0, 350.0]


def test_more_than_full_adds_nothing() -> None:
    """A VAF of 1 is no more than clonal, 10,000 TPM no more than 100."""
    assert judged(candidate(tpm=10_000.0, vaf=1.0)).score == judged(candidate(tpm=100.0, vaf=1.0)).score
    assert parts_of(candidate(vaf=1.0))["clonality"] == parts_of(candidate(vaf=0.5))["clonality"]


percentiles = st.one_of(st.none(), st.floats(0, 100))
shares = st.one_of(st.none(), st.floats(0, 1))
abundances = st.one_of(st.none(), st.floats(0, 500))
reads = st.one_of(
    st.none(), st.tuples(st.one_of(st.none(), st.integers(0, 5)), st.one_of(st.none(), st.integers(5, 30)))
)


@settings(max_examples=200, deadline=None)
@given(percentiles, percentiles, abundances, shares, reads, st.data())
def test_a_better_observed_value_never_makes_a_candidate_worse(
    presentation: float | None,
    affinity: float | None,
    tpm: float | None,
    vaf: float | None,
    rna: tuple[int | None, int | None] | None,
    data: st.DataObject,
) -> None:
    """A lower percentile, more expression, a higher VAF, more ALT reads of as many: neither tier nor score falls."""
    before = judged(candidate(presentation, affinity, tpm=tpm, vaf=vaf, rna=rna))
    after = judged(
        candidate(
            None if presentation is None else data.draw(st.floats(0, presentation)),
            None if affinity is None else data.draw(st.floats(0, affinity)),
            tpm=None if tpm is None else data.draw(st.floats(tpm, 1000)),
            vaf=None if vaf is None else data.draw(st.floats(vaf, 1)),
            rna=rna if rna is None or rna[0] is None else (data.draw(st.integers(rna[0], 30)), rna[1]),
        )
    )
    assert TIERS.index(after.tier) <= TIERS.index(before.tier)
    assert after.score >= before.score - 1e-12


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 100), st.floats(0.05, 1), st.sampled_from(["tpm", "vaf", "presentation"]))
def test_missing_evidence_is_neither_the_worst_nor_the_best_observation(
    percentile: float, vaf: float, part: str
) -> None:
    """Without a value the score lies between those with the worst and the best value: never a zero, never a pass."""
    extremes = {"tpm": (0.0, 1000.0), "vaf": (0.0, 1.0), "presentation": (100.0, 0.0)}
    known: dict[str, float | None] = {"tpm": 10.0, "vaf": vaf, "presentation": percentile}

    def scored(value: float | None) -> Ranked:
        values = known | {part: value}
        tpm = values["tpm"] if part == "tpm" else None  # the VAF counts once, not as the transcripts' share too
        return judged(candidate(values["presentation"], None, tpm=tpm, vaf=values["vaf"]))

    worst, best = (scored(value) for value in extremes[part])
    missing = scored(None)
    assert worst.score <= missing.score + 1e-9
    assert missing.score <= best.score + 1e-9


@pytest.mark.parametrize(
    ("without", "words"),
    [
        ({"tpm": None}, "expression not assessed"),
        ({"rna": None}, "RNA reads not assessed"),
        ({"presentation": None, "affinity": None}, "binding not assessed"),
        ({"vaf": None}, "cancer cell fraction not assessed"),
        ({}, "likeness to normal peptides not assessed"),
        ({}, "loss of the HLA allele not assessed"),
    ],
)
def test_dropping_any_evidence_leaves_a_ranking_with_the_right_words(without: dict[str, None], words: str) -> None:
    """What isn't known is said; nothing fails."""
    everything = {"presentation": 0.1, "affinity": 0.1, "tpm": 10.0, "rna": (5, 20), "vaf": 0.4}
    one = judged(candidate(**(everything | without)))  # type: ignore[arg-type]  # arguments by name
    assert words in one.reasons


def test_the_score_orders_and_tiers_are_words() -> None:
    """0.9 TPM of a perfect binder: low expression, and yet before a weak binder of 1 TPM in a tenth of the reads."""
    perfect = candidate(0.0, 0.0, nM=1.0, tpm=0.9, vaf=1.0, peptide=1)
    good = candidate(2.0, 2.0, nM=500.0, tpm=1.0, vaf=0.1)
    first, second = rank([perfect, good])
    assert (first.candidate, second.candidate) == (perfect, good)
    assert (first.tier, second.tier) == (Tier.LOW_EXPRESSION, Tier.GOOD)
    assert (first.rank, second.rank) == (1, 2)


ALIKE = [
    candidate(nM=50.0, name="chr2:9:A>G", allele="HLA-B*07:02", peptide=5),
    candidate(name="chr1:100:A>G", peptide=1),
    candidate(name="chr1:20:A>G", peptide=4),
    candidate(name="chr1:100:A>G"),
    candidate(name="chr1:100:A>G", allele="HLA-B*07:02"),
]
"""The best score, then equal ones in the order that ties are broken: peptide, then allele."""


def test_ties_are_broken_in_a_total_order() -> None:
    """Any order of the input gives the same ranking."""
    assert (PEPTIDES[0].sequence, PEPTIDES[1].sequence) == ("YKLVVVGAD", "KLVVVGADG")
    for order in permutations(ALIKE):
        ranked = rank(order)
        assert [one.candidate for one in ranked] == ALIKE
        assert [one.rank for one in ranked] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("known", "tier"),
    [
        ({}, "Pass"),  # nothing tells the gene's transcripts apart
        ({"mane_select": True}, "Pass"),
        ({"canonical": True, "support_level": 5}, "Pass"),
        ({"support_level": 1}, "Pass"),
        ({"support_level": 2}, "PoorTranscript"),
    ],
)
def test_pvacseqs_transcript_rule_sees_a_runs_transcripts(known: dict[str, bool | int], tier: str) -> None:
    """MANE Select, canonical, or support level 1 (pVACtools' defaults); 10 TPM of which half carries it pass."""
    one = candidate(0.1, 0.1, peptide=4)  # VVGADGVGK: D lies in the middle
    one = one._replace(call=replace(one.call, rna=AlleleCounts(20, 10, 0.5)))
    change = replace(CHANGE, transcript=replace(CHANGE.transcript, **known))  # type: ignore[arg-type]  # fields by name
    (ranked,) = rank_by([one._replace(change=change)], read_policy("pvacseq"), read_coefficients())
    assert ranked.tier == tier
    assert ranked.tier.value == tier


def test_nothing_to_rank() -> None:
    """No candidates is a result."""
    assert rank([]) == ()
