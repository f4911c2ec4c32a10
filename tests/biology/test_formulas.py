from __future__ import annotations

import pytest

from neosieve.biology.caseranking import rank_cases
from neosieve.biology.formulas import (
    allele_expression,
    mupexi_score,
    rank_sum_scores,
    vaxrank_epitope,
    vaxrank_scores,
)
from neosieve.biology.tiering import anchor_ok, clonal_vaf
from neosieve.io.rankpolicies import read_coefficients, read_policy
from neosieve.model.case import Case


@pytest.mark.parametrize(
    ("nM", "score"),
    [
        (0.0, 1.0),  # scaled to 1 at 0 nM: 1/(1 + e^(−7/3)) · (1 + e^(−7/3))
        (350.0, 0.548486),  # ½ · (1 + e^(−350/150)) = ½ · 1.096972
        (500.0, 0.295021),  # 1/(1 + e) · 1.096972 = 0.268941 · 1.096972
        (4999.0, 3.8e-14),
        (5000.0, 0.0),  # the cut-off
    ],
)
def test_vaxranks_epitope_score_by_hand(nM: float, score: float) -> None:
    """Logistic of the IC50 centred at 350 nM, width 150, zero from 5,000."""
    assert vaxrank_epitope(nM) == pytest.approx(score, rel=0.05 if nM == 4999.0 else 1e-5)


def test_vaxrank_sums_a_variants_peptides_and_multiplies_by_the_root_of_its_reads() -> None:
    """Two peptides of variant a (350 and 500 nM) with 16 reads: 4 · (0.548486 + 0.295021) = 3.374028; b: 3 · 1."""
    cases = [
        Case(affinity_nM=350.0, tumor_rna_alt_reads=16),
        Case(affinity_nM=0.0, tumor_rna_vaf=0.5, tumor_rna_depth=18),
        Case(affinity_nM=500.0, tumor_rna_alt_reads=16),
    ]
    assert vaxrank_scores(cases, ["a", "b", "a"]) == pytest.approx([3.374028, 3.0, 3.374028], rel=1e-5)


def test_vaxrank_cuts_off_at_5000_nanomolar() -> None:
    """The logistic alone would leave 4·10⁻¹⁴ there."""
    assert vaxrank_epitope(5000.0) == 0.0


@pytest.mark.parametrize(
    ("case", "factor"),
    [
        pytest.param(Case(), 1.0, id="nothing known of reads"),
        pytest.param(Case(tumor_rna_alt_reads=9, tumor_rna_vaf=0.5, tumor_rna_depth=50), 3.0, id="ALT reads go first"),
        pytest.param(Case(tumor_rna_alt_reads=9, gene_expression=50.0, tumor_dna_vaf=0.5), 3.0, id="before abundance"),
        pytest.param(Case(tumor_rna_vaf=0.25, tumor_rna_depth=16), 2.0, id="reads as VAF times depth"),
        pytest.param(Case(tumor_rna_depth=16), 1.0, id="a depth alone tells nothing"),
        pytest.param(Case(tumor_rna_vaf=0.25), 1.0, id="nor does a VAF"),
        pytest.param(
            Case(gene_expression=32.0, tumor_dna_vaf=0.5), 4.0, id="the allele's abundance, 32 · 0.5, for them"
        ),
        pytest.param(
            Case(gene_expression=50.0, tumor_rna_vaf=0.25, tumor_rna_depth=16),
            2.0,
            id="read counts go before abundance",
        ),
    ],
)
def test_what_stands_for_vaxranks_reads(case: Case, factor: float) -> None:
    """A peptide of 0 nM scores 1, which leaves the root of the reads; one of unknown affinity adds nothing."""
    cases = [case._replace(affinity_nM=0.0), case]
    assert vaxrank_scores(cases, ["a", "a"]) == pytest.approx([factor, factor])
    with pytest.raises(ValueError, match="zip"):
        vaxrank_scores(cases, ["a"])


@pytest.mark.parametrize(
    ("case", "score"),
    [
        pytest.param(Case(), 1.0, id="nothing known"),
        pytest.param(Case(presentation_percentile=2.0), 0.5, id="the presentation percentile where there is no other"),
        pytest.param(Case(presentation_percentile=50.0, affinity_percentile=2.0), 0.5, id="else that of affinity"),
        pytest.param(Case(affinity_percentile=1e6), 0.0, id="a rank whose exponential overflows"),
        # ½ · (1 − ½ · ½): one mismatch, and the wild type at 2 %
        pytest.param(
            Case(affinity_percentile=2.0, peptide="KLV", wildtype_peptide="KLA", wildtype_affinity_percentile=2.0),
            0.375, id="a wild type that differs in one residue",
        ),
        pytest.param(
            Case(affinity_percentile=2.0, peptide="KLV", wildtype_peptide="KLVA", wildtype_affinity_percentile=2.0),
            0.5, id="a wild type of another length is none",
        ),
        pytest.param(
            Case(affinity_percentile=2.0, peptide="KLV", wildtype_affinity_percentile=2.0), 0.5, id="no wild type"
        ),
        pytest.param(
            Case(affinity_percentile=2.0, wildtype_peptide="KLV", wildtype_affinity_percentile=2.0), 0.5, id="none told"
        ),
        pytest.param(
            Case(affinity_percentile=2.0, peptide="KLV", wildtype_peptide="KLA"), 0.5, id="a wild type of unknown rank"
        ),
    ],
)  # fmt: skip
def test_a_factor_of_mupexis_that_is_not_known_is_one(case: Case, score: float) -> None:
    """Each factor alone; L(2) = ½."""
    assert mupexi_score(case) == pytest.approx(score)


@pytest.mark.parametrize(
    ("expression", "vaf", "worth"), [(10.0, 0.5, 5.0), (None, 0.5, None), (10.0, None, None), (0.0, 0.5, 0.0)]
)
def test_pvacseqs_allele_expression(expression: float | None, vaf: float | None, worth: float | None) -> None:
    """Gene expression times RNA VAF, and nothing in place of either."""
    assert allele_expression(Case(gene_expression=expression, tumor_rna_vaf=vaf)) == worth


def test_pvacseqs_rank_sum_by_hand() -> None:
    """Dense ranks: expression 5, 1, 5 → 1, 2, 1; IC50 10, 10, 90 → 1, 1, 2; percentile 0.5, 2, none → 1, 2, 3."""
    cases = [
        Case(gene_expression=10.0, tumor_rna_vaf=0.5, affinity_nM=10.0, combined_percentile=0.5),
        Case(gene_expression=2.0, tumor_rna_vaf=0.5, affinity_nM=10.0, presentation_percentile=2.0),
        Case(gene_expression=5.0, tumor_rna_vaf=1.0, affinity_nM=90.0),
    ]
    assert rank_sum_scores(cases) == [-3.0, -5.0, -6.0]
    # the combined percentile goes before the presentation percentile; without expression a case comes last
    cases[0] = cases[0]._replace(presentation_percentile=3.0, tumor_rna_vaf=None)
    assert rank_sum_scores(cases) == [-5.0, -5.0, -6.0]
    assert rank_sum_scores([]) == []


def test_mupexis_score_by_hand() -> None:
    """L(1) = 1/(1 + e^−5) = 0.993307; tanh(0.5 + 0.1) = 0.537050; one mismatch, L(2) = ½: 1 − ½ · ½ = 0.75; AF 0.4.

    0.993307 · 0.537050 · 0.75 · 0.4 = 0.160037.
    """
    case = Case(
        peptide="KLVVVGADGV",
        wildtype_peptide="KLVVVGAGGV",
        affinity_percentile=1.0,
        wildtype_affinity_percentile=2.0,
        gene_expression=0.5,
        tumor_dna_vaf=0.4,
    )
    assert mupexi_score(case) == pytest.approx(0.160037, abs=1e-6)
    # two mismatches: 1 − ¼ · ½ = 0.875
    assert mupexi_score(case._replace(peptide="KLVVVGADGL")) == pytest.approx(0.160037 * 0.875 / 0.75, abs=1e-6)


@pytest.mark.parametrize(
    ("positions", "wildtype", "fine"),
    [
        ((3,), 10.0, True),  # T cells see it
        ((1,), 10.0, False),  # an anchor, and the wild type binds
        ((1,), 499.9, False),
        ((1,), 500.0, True),  # it doesn't bind
        ((1,), None, False),  # not known
        ((7, 8), 10.0, False),  # L−1 and L
        ((1, 3), 10.0, True),
        ((0, 1, 8), 10.0, True),  # more than two
    ],
)
def test_pvacseqs_anchor_check(positions: tuple[int, ...], wildtype: float | None, *, fine: bool) -> None:
    """Fails if at most two mutations all lie in {1, 2, L−1, L}, 0-based {0, 1, 7, 8}, and the wild type binds."""
    case = Case(peptide="KLVVVGADG", mutant_positions=positions, wildtype_affinity_nM=wildtype)
    assert anchor_ok(case) is fine


@pytest.mark.parametrize(
    ("vafs", "purity", "clonal"),
    [((0.3, 0.59, 0.9), None, 0.5), ((0.3, 0.4, 0.6), None, 0.4), ((0.3,), 0.8, 0.4), ((), None, None)],
)
def test_pvacseqs_clonal_vaf(vafs: tuple[float, ...], purity: float | None, clonal: float | None) -> None:
    """Half the purity; else the largest VAF under 0.6, at most 0.5."""
    assert clonal_vaf([Case(tumor_dna_vaf=vaf) for vaf in vafs], purity) == clonal


PASSING = Case(
    peptide="KLVVVGADG",
    mutant_positions=(7,),
    affinity_nM=100.0,
    wildtype_affinity_nM=900.0,
    affinity_percentile=0.5,
    presentation_percentile=0.5,
    gene_expression=10.0,
    tumor_rna_vaf=0.5,
    tumor_dna_vaf=0.5,
    canonical=True,
)


@pytest.mark.parametrize(
    ("changed", "tier"),
    [
        ({}, "Pass"),
        ({"affinity_nM": 500.0}, "PoorBinder"),
        ({"affinity_percentile": 2.0}, "PoorBinder"),
        ({"affinity_nM": 600.0, "affinity_percentile": 3.0}, "PoorBinder"),  # one kind of failure
        ({"presentation_percentile": 2.0}, "PoorPresentation"),
        ({"immunogenicity_percentile": 2.0}, "PoorImmunogenicity"),
        ({"canonical": False, "mane_select": False, "transcript_support_level": 2.0}, "PoorTranscript"),
        ({"canonical": False, "transcript_support_level": 1.0}, "Pass"),
        ({"gene_expression": 5.0}, "LowExpr"),  # 2.5 isn't above 2.5
        ({"tumor_rna_vaf": 0.0}, "NoExpr"),
        ({"tumor_rna_vaf": 0.0, "affinity_nM": 900.0}, "NoExpr"),  # decides alone
        ({"gene_expression": None}, "Pass"),  # missing passes, as pVACseq has it
        ({"wildtype_affinity_nM": 100.0}, "Anchor"),
        ({"reference_match": True}, "RefMatch"),
        ({"problematic_positions": True}, "ProbPos"),
        ({"affinity_nM": 600.0, "wildtype_affinity_nM": 100.0}, "Poor"),
    ],
)
def test_pvacseqs_tiers(changed: dict[str, float | bool | None], tier: str) -> None:
    """One failure names the tier, two kinds are Poor, no expression is NoExpr whatever else fails."""
    (ranked,) = rank_cases(
        [PASSING._replace(**changed)],  # type: ignore[arg-type]  # fields by name
        read_policy("pvacseq"),
        read_coefficients(),
    )
    assert ranked.tier == tier


def test_a_vaf_under_half_of_the_clonal_one_is_subclonal() -> None:
    """0.4 is the largest VAF under 0.6: from 0.2 on it passes."""
    cases = [PASSING._replace(tumor_dna_vaf=vaf) for vaf in (0.4, 0.2, 0.19, 0.9)]
    ranked = rank_cases(cases, read_policy("pvacseq"), read_coefficients())
    assert [one.tier for one in sorted(ranked, key=lambda one: one.number)] == ["Pass", "Pass", "Subclonal", "Pass"]
