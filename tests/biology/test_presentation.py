from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from neosieve.biology.clonality import Site
from neosieve.biology.presentation import presentation_findings
from neosieve.model.evidence import HlaLoss, HlaLossTable, Verdict
from neosieve.model.mhc import Allele
from neosieve.model.variant import Call, PhaseSet

from .helpers import call, told

B2M = "MSRSVALAVLALLSLSGLEA"


def hit(
    text: str = "chr15:100:A>T",
    gene: str = "B2M",
    terms: str = "stop_gained",
    *,
    phase: PhaseSet | None = None,
    homozygous: bool = False,
    germline: bool = False,
    **csq: str,
) -> Call:
    """Make a call with one consequence."""
    return call(text, told(B2M, terms, SYMBOL=gene, **csq), phase=phase, homozygous=homozygous, germline=germline)


def verdict(
    *calls: Call, site: Site | None = None, purity: float | None = None, losses: HlaLossTable | None = None
) -> Verdict:
    """Return the verdict of the one finding; the site is that of the first call."""
    (found,) = presentation_findings(calls, sites={calls[0].variant: site}, purity=purity, losses=losses)
    return found.verdict


def lost(allele: str, fraction: float | None = None, *, state: bool | None = True) -> HlaLossTable:
    """Make a table that says this of one allele."""
    return HlaLossTable("test", "", {Allele(allele): HlaLoss(Allele(allele), state, fraction)})


@pytest.mark.parametrize(
    "terms",
    [
        "stop_gained",
        "frameshift_variant",
        "splice_donor_variant",
        "splice_acceptor_variant&intron_variant",
        "start_lost",
    ],
)
def test_one_hit_is_monoallelic(terms: str) -> None:
    """It is a finding, not escape: the other copy still works."""
    (found,) = presentation_findings([hit(terms=terms)])

    assert (found.gene, found.variants, found.verdict) == ("B2M", ("chr15:100:A>T",), Verdict.MONOALLELIC)
    assert not found.escape


def test_the_words_hold_the_case() -> None:
    """Gene, what it is for, variant, change, verdict and why."""
    (found,) = presentation_findings([hit(HGVSp="ENSP1.1:p.Leu7Ter", EXON="1/4")])

    assert found.words == (
        "B2M (beta-2-microglobulin, part of every class I molecule): chr15:100:A>T, stop gained, p.Leu7Ter. "
        "Monoallelic: nothing says that the other copy is hit, so this is no escape"
    )


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(hit(terms="missense_variant"), id="missense"),
        pytest.param(hit(terms="splice_region_variant&synonymous_variant"), id="near a splice site"),
        pytest.param(hit(gene="TTN"), id="another gene"),
        pytest.param(hit(germline=True), id="germline"),
        pytest.param(hit(BIOTYPE="nonsense_mediated_decay"), id="a decaying transcript"),
    ],
)
def test_what_is_no_finding(one: Call) -> None:
    """Only somatic loss of function in coding transcripts of these genes."""
    assert presentation_findings([one]) == ()


def test_the_most_important_transcript_decides() -> None:
    """A stop in a minor isoform alone is none in the gene's main product."""
    main = told(B2M, "missense_variant", SYMBOL="B2M", transcript="ENST1.1", MANE_SELECT="NM_004048.4")
    minor = told(B2M, "stop_gained", SYMBOL="B2M", transcript="ENST2.1")

    assert presentation_findings([call("chr15:100:A>T", minor, main)]) == ()
    assert presentation_findings([call("chr15:100:A>T", minor)])


def words(*calls: Call, **known: object) -> str:
    """Return the words of the one finding."""
    (found,) = presentation_findings(calls, **known)  # type: ignore[arg-type]
    return found.words


@pytest.mark.parametrize(
    ("terms", "csq", "told"),
    [
        pytest.param("stop_gained", {}, "chr15:100:A>T, stop gained.", id="no name told"),
        pytest.param("stop_gained", {"HGVSp": "p.Leu7Ter"}, "stop gained, p.Leu7Ter.", id="without a protein's id"),
        pytest.param(
            "splice_donor_variant", {"HGVSc": "ENST1.1:c.20+1G>A"}, "splice donor variant, c.20+1G>A.", id="c. told"
        ),
        pytest.param(
            "frameshift_variant", {"EXON": "4/4"},
            "frameshift variant, in the last exon, so that part of the function may be kept.", id="in the last exon",
        ),
        pytest.param("start_lost", {"EXON": "4/4"}, "start lost.", id="no truncation, wherever it is"),
    ],
)  # fmt: skip
def test_how_a_hit_is_described(terms: str, csq: dict[str, Any], told: str) -> None:
    """Variant, what it does, its name, and what speaks against it; nothing for what isn't told."""
    assert f"{told} Monoallelic" in words(hit(terms=terms, **csq))


def test_several_hits_and_filters_are_listed() -> None:
    """With a semicolon between hits, and between a call's filters."""
    first = replace(hit(), filters=("base_qual", "strand_bias"))
    assert words(first, hit(SECOND, terms="frameshift_variant")) == (
        "B2M (beta-2-microglobulin, part of every class I molecule): "
        "chr15:100:A>T, stop gained, FILTER is base_qual;strand_bias; chr15:500:C>CA, frameshift variant. "
        "At least two hits: their phase is not known, so that both may lie on one copy"
    )


def test_germline_calls_are_passed_over() -> None:
    """What comes behind one is still found."""
    assert verdict(hit("chr15:50:A>T", germline=True), hit()) is Verdict.MONOALLELIC


@pytest.mark.parametrize(
    ("losses", "why"),
    [
        (lost("HLA-B*07:02"), "Both copies hit: HLA-B*07:02 is lost, so that the variant lies on the other allele"),
        (lost("HLA-B*07:02", 0.4), "At least two hits: HLA-B*07:02 is lost in 40% of the tumour"),
    ],
)
def test_the_words_name_the_lost_allele(losses: HlaLossTable, why: str) -> None:
    """And doubt the call, as in every HLA gene."""
    assert words(hit("chr6:100:A>T", "HLA-B"), losses=losses) == (
        "HLA-B (a class I heavy chain): chr6:100:A>T, stop gained "
        f"(calls in HLA genes are often misaligned reads of another allele). {why}"
    )


def test_the_words_tell_how_two_hits_lie() -> None:
    """In trans on both copies, in cis on one."""
    one = hit(phase=PhaseSet("PS", "7", 0))
    trans, cis = (hit(SECOND, phase=PhaseSet("PS", "7", side)) for side in (1, 0))
    assert words(one, trans).endswith(". Both copies hit: two variants are phased in trans")
    assert words(one, cis).endswith(". Monoallelic: the variants lie on one copy, or are one event called twice")


SECOND = "chr15:500:C>CA"


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        pytest.param((hit(), hit(SECOND, terms="frameshift_variant")), Verdict.TWO_HITS, id="unknown phase"),
        pytest.param(
            (hit(phase=PhaseSet("PS", "7", 0)), hit(SECOND, phase=PhaseSet("PS", "7", 1))),
            Verdict.BOTH_COPIES,
            id="in trans",
        ),
        pytest.param(
            (hit(phase=PhaseSet("PS", "7", 0)), hit(SECOND, phase=PhaseSet("PS", "7", 0))),
            Verdict.MONOALLELIC,
            id="in cis",
        ),
        pytest.param(
            (hit(phase=PhaseSet("PS", "7", 0)), hit(SECOND, phase=PhaseSet("PS", "8", 1))),
            Verdict.TWO_HITS,
            id="in different phase sets",
        ),
        pytest.param((hit("chr15:100:AC>TT"), hit("chr15:101:C>T")), Verdict.MONOALLELIC, id="one event called twice"),
        pytest.param((hit("chr15:100:AC>TT"), hit("chr15:102:C>T")), Verdict.TWO_HITS, id="side by side: two events"),
        pytest.param((hit(homozygous=True),), Verdict.BOTH_COPIES, id="no other allele"),
    ],
)
def test_several_hits(calls: tuple[Call, ...], expected: Verdict) -> None:
    """Two hits disable a gene only if they lie on both copies."""
    assert verdict(*calls) is expected
    assert verdict(*reversed(calls)) is expected


def test_a_c_name_may_come_without_an_id() -> None:
    """As a VCF annotated without transcripts' names has it."""
    assert "splice donor variant, c.20+1G>A. " in words(hit(terms="splice_donor_variant", HGVSc="c.20+1G>A"))


@pytest.mark.parametrize(
    ("site", "purity", "expected"),
    [
        # p 0.8, 2 + 0 copies: D 2; all copies mutated are expected at 0.8, one of two at 0.4
        pytest.param(Site(78, 100, 2, 2, 2), 0.8, Verdict.BOTH_COPIES, id="copy-neutral LOH: s = 1.95"),
        pytest.param(Site(40, 100, 2, 2, 1), 0.8, Verdict.MONOALLELIC, id="heterozygous: one intact copy"),
        # p 0.8, one copy left: D 1.2; s = 0.62·1.2/0.8 = 0.93
        pytest.param(Site(62, 100, 1, 2, 1), 0.8, Verdict.BOTH_COPIES, id="the only copy left"),
        pytest.param(Site(25, 100, 1, 2, 1), 0.8, Verdict.MONOALLELIC, id="the only copy, of 37 % of the cells"),
        pytest.param(Site(3, 3, 2, 2, 2), 0.8, Verdict.MONOALLELIC, id="three reads tell nothing: 0.4³ = 0.06"),
        # p 1, two copies, one of them intact: reads of 0.5 each, P(k of n) = Σ C(n, i) / 2ⁿ
        pytest.param(Site(7, 8, 2, 2, 2), 1.0, Verdict.BOTH_COPIES, id="s = 1.75; (8 + 1) / 2⁸ = 0.035"),
        pytest.param(Site(6, 7, 2, 2, 2), 1.0, Verdict.MONOALLELIC, id="s = 1.71; (7 + 1) / 2⁷ = 0.063"),
        pytest.param(Site(15, 20, 2, 2, 2), 1.0, Verdict.MONOALLELIC, id="s = 1.5: half a copy is left"),
        pytest.param(Site(9, 9, 4, 2, 4), 1.0, Verdict.MONOALLELIC, id="one of four intact: 0.75⁹ = 0.075"),
        pytest.param(Site(11, 11, 4, 2, 4), 1.0, Verdict.BOTH_COPIES, id="one of four intact: 0.75¹¹ = 0.042"),
        pytest.param(Site(4, 4, 1, 2, 1), 1.0, Verdict.MONOALLELIC, id="the only copy of half the cells: 0.5⁴ = 0.063"),
        pytest.param(Site(5, 5, 1, 2, 1), 1.0, Verdict.BOTH_COPIES, id="the only copy of half the cells: 0.5⁵ = 0.031"),
        # p 0.5: both copies mutated are expected at 0.5, one at 0.25; P(8 or more of 16) = 0.027
        pytest.param(Site(8, 16, 2, 2, 2), 0.5, Verdict.BOTH_COPIES, id="half the cells are normal"),
        pytest.param(Site(5, 10, 2, 2, 2), 0.5, Verdict.MONOALLELIC, id="P(5 or more of 10) = 0.078"),
        pytest.param(Site(78, 100, 2, 2, 2), None, Verdict.MONOALLELIC, id="no purity"),
        pytest.param(None, 0.8, Verdict.MONOALLELIC, id="no segments"),
    ],
)
def test_reads_that_leave_no_intact_copy(site: Site | None, purity: float | None, expected: Verdict) -> None:
    """LOH shows in the VAF once purity and copies are known; nothing is concluded from a VAF alone."""
    assert verdict(hit(), site=site, purity=purity) is expected


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        (lost("HLA-A*02:01"), Verdict.BOTH_COPIES),
        (lost("HLA-A*02:01", 0.4), Verdict.TWO_HITS),
        (lost("HLA-B*07:02"), Verdict.MONOALLELIC),  # another locus
        (lost("HLA-A*02:01", state=False), Verdict.MONOALLELIC),
        (lost("HLA-A*02:01", state=None), Verdict.MONOALLELIC),
        (None, Verdict.MONOALLELIC),
    ],
)
def test_an_hla_gene_with_a_lost_allele(losses: HlaLossTable | None, expected: Verdict) -> None:
    """A variant that is still seen lies on the allele that is left."""
    assert verdict(hit("chr6:100:A>T", "HLA-A"), losses=losses) is expected


@pytest.mark.parametrize(
    ("gene", "terms", "at", "expected"),
    [
        pytest.param("IFNGR1", "frameshift_variant", "273", Verdict.DOMINANT, id="818del4, behind the helix"),
        pytest.param("IFNGR1", "stop_gained", "267", Verdict.DOMINANT, id="the first residue inside the cell"),
        pytest.param("IFNGR1", "stop_gained", "457", Verdict.DOMINANT, id="without the tyrosine itself"),
        pytest.param("IFNGR1", "stop_gained", "458", Verdict.MONOALLELIC, id="STAT1's site is kept"),
        pytest.param("IFNGR1", "stop_gained", "266", Verdict.MONOALLELIC, id="without the whole helix"),
        pytest.param("IFNGR1", "splice_donor_variant", "", Verdict.MONOALLELIC, id="a splice site"),
        pytest.param("IFNGR1", "splice_donor_variant", "273", Verdict.MONOALLELIC, id="a splice site, residue told"),
        pytest.param("IFNGR1", "frameshift_variant", "", Verdict.MONOALLELIC, id="nobody says where"),
        pytest.param("JAK1", "frameshift_variant", "273", Verdict.MONOALLELIC, id="another gene"),
    ],
)
def test_known_dominant(gene: str, terms: str, at: str, expected: Verdict) -> None:
    """IFNGR1 truncated inside the cell blocks the intact receptor (Jouanguy 1999)."""
    found = told("M" * 489, terms, at, "M/*" if at else "", SYMBOL=gene)
    (finding,) = presentation_findings([call("chr6:100:A>T", found)])

    assert finding.verdict is expected
    assert finding.escape is (expected is Verdict.DOMINANT)
    assert ("Jouanguy 1999" in finding.words) is finding.escape


def test_doubts_are_told() -> None:
    """The last exon, a failed FILTER, and HLA genes, whose reads align badly."""
    one = replace(hit("chr6:100:A>T", "HLA-B", EXON="8/8"), filters=("base_qual",))
    (found,) = presentation_findings([one])

    assert "in the last exon, so that part of the function may be kept, FILTER is base_qual" in found.words
    assert "often misaligned reads" in found.words


def test_findings_come_in_a_fixed_order() -> None:
    """Whatever the calls' order; each gene once."""
    calls = [hit("chr9:5:A>T", "JAK2"), hit("chr6:7:A>T", "TAP1"), hit("chr15:9:A>T"), hit("chr15:3:A>T")]
    findings = presentation_findings(calls)

    assert [one.gene for one in findings] == ["B2M", "TAP1", "JAK2"]
    assert findings[0].variants == ("chr15:3:A>T", "chr15:9:A>T")
    assert presentation_findings(calls[::-1]) == findings
