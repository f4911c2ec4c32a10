from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.biology import clonality
from neosieve.biology.clonality import (
    Site,
    cancer_cell_fractions,
    clonality_counts,
    normal_copies,
    of_compound,
    region_has,
    site,
)
from neosieve.model.evidence import (
    CancerCellFraction,
    Clonality,
    CopyNumberProfile,
    CopyNumberSegment,
    Sex,
)
from neosieve.model.genome import Interval
from neosieve.model.variant import AlleleCounts


def fraction(
    alt: int, depth: int, purity: float, total: float, *, normal: float = 2, major: int = 1
) -> CancerCellFraction:
    """Estimate for one variant."""
    (one,) = cancer_cell_fractions([Site(alt, depth, total, normal, major)], purity)
    assert one is not None
    return one


def profile(contig: str, total: float, minor: float | None, normal: float | None = None) -> CopyNumberProfile:
    """One segment, of the contig's first thousand bases."""
    return CopyNumberProfile("test", {contig: (CopyNumberSegment(contig, Interval(0, 1000), total, minor, normal),)})


@pytest.mark.parametrize(
    ("alt", "depth", "purity", "total", "normal", "major", "expected"),
    [
        # average copies D = p·CN_t + (1 − p)·CN_n; s = VAF·D/p; CCF = min(1, s)
        pytest.param(25, 100, 0.5, 2, 2, 1, 1.0, id="D 2, s 0.25·2/0.5 = 1: clonal at half purity"),
        pytest.param(10, 100, 0.5, 2, 2, 1, 0.4, id="s 0.1·2/0.5 = 0.4"),
        pytest.param(50, 100, 1.0, 2, 2, 1, 1.0, id="a pure tumour's heterozygous variant"),
        pytest.param(24, 100, 0.8, 4, 2, 2, 1.0, id="D 3.6, s 0.24·3.6/0.8 = 1.08: one copy of four"),
        pytest.param(12, 100, 0.8, 4, 2, 2, 0.54, id="D 3.6, s 0.54"),
        pytest.param(44, 100, 0.8, 4, 2, 2, 1.0, id="D 3.6, s 1.98: two of four copies, so clonal"),
        pytest.param(20, 100, 0.6, 1, 2, 1, 7 / 15, id="D 1.4, s 0.2·1.4/0.6 = 0.467: a lost chromosome"),
        pytest.param(50, 100, 0.5, 1, 1, 1, 1.0, id="X in a male: D 1, s 0.5·1/0.5 = 1"),
        pytest.param(25, 100, 0.5, 1, 1, 1, 0.5, id="X in a male: half the cells"),
        pytest.param(0, 100, 0.5, 2, 2, 1, 0.0, id="not seen"),
    ],
)
def test_the_estimate_is_the_formula(
    alt: int, depth: int, purity: float, total: float, normal: float, major: int, expected: float
) -> None:
    """By hand from VAF, purity and copies."""
    assert fraction(alt, depth, purity, total, normal=normal, major=major).estimate == pytest.approx(expected)


def test_the_interval_is_that_of_the_binomial() -> None:
    """At 40 of 1,000 reads of a pure diploid tumour the CCF is 2·0.04, its normal interval 0.056 … 0.104.

    That is 2·(0.04 ± 1.96·√(0.04·0.96/1000)); the grid is of hundredths.
    """
    one = fraction(40, 1000, 1.0, 2)

    assert one.low == pytest.approx(0.056, abs=0.011)
    assert one.high == pytest.approx(0.104, abs=0.011)
    assert one.clonality is Clonality.SUBCLONAL
    assert one.clonal_probability == pytest.approx(0)


def test_a_posterior_by_brute_force() -> None:
    """Ten reads, four with the variant, p = 0.8, three copies of which two may carry it: summed term by term."""
    average = 0.8 * 3 + 0.2 * 2

    def likelihood(copies: float) -> float:
        share = 0.001 + 0.998 * copies * 0.8 / average
        return math.comb(10, 4) * share**4 * (1 - share) ** 6

    single = [likelihood(step / 100) / 100 for step in range(1, 101)]
    double = likelihood(2)
    expected = (sum(single[95:]) + double) / (sum(single) + double)  # CCF 0.96 … 1, and all that is on two copies

    assert fraction(4, 10, 0.8, 3, major=2).clonal_probability == pytest.approx(expected)


@pytest.mark.parametrize(
    ("alt", "depth", "verdict"),
    [
        (60, 100, Clonality.CLONAL),  # more than the half that is expected of all cells
        (15, 100, Clonality.SUBCLONAL),  # s = 0.3
        (4, 10, Clonality.UNCERTAIN),  # s = 0.8, but ten reads can't tell
    ],
)
def test_the_verdict(alt: int, depth: int, verdict: Clonality) -> None:
    """In a pure diploid tumour: subclonal if the interval excludes 1, clonal if that is likely, else uncertain."""
    assert fraction(alt, depth, 1.0, 2).clonality is verdict


def test_more_reads_narrow_the_interval() -> None:
    """The same VAF from ten times the reads."""
    few, many = fraction(10, 50, 0.8, 2), fraction(100, 500, 0.8, 2)

    assert few.estimate == many.estimate
    assert few.low < many.low < many.high < few.high


sites = st.integers(1, 300).flatmap(
    lambda depth: st.builds(
        Site,
        alt_reads=st.integers(0, depth),
        depth=st.just(depth),
        total=st.floats(0.5, 8),
        normal=st.sampled_from([1.0, 2.0]),
        major=st.integers(1, 6),
    )
)
purities = st.floats(0.05, 1)


@given(sites, purities)
def test_the_interval_holds_the_estimate(one: Site, purity: float) -> None:
    """And everything is a share."""
    (found,) = cancer_cell_fractions([one], purity)

    assert found is not None
    assert 0 <= found.low <= found.estimate <= found.high <= 1
    assert 0 <= found.clonal_probability <= 1


@given(sites, purities, st.integers(1, 300))
def test_more_alt_reads_never_lower_the_estimate(one: Site, purity: float, more: int) -> None:
    """Nor the interval's ends, nor the probability of being clonal, whatever the multiplicity."""
    greater = Site(min(one.depth, one.alt_reads + more), one.depth, one.total, one.normal, one.major)
    less, found = cancer_cell_fractions([one, greater], purity)

    assert less is not None
    assert found is not None
    assert found.estimate >= less.estimate
    assert found.low >= less.low
    assert found.high >= less.high
    assert found.clonal_probability >= less.clonal_probability - 1e-9


@given(st.lists(st.one_of(st.none(), sites), max_size=6), purities)
def test_variants_dont_depend_on_one_another(many: list[Site | None], purity: float) -> None:
    """All at once gives what each alone does."""
    together = cancer_cell_fractions(many, purity)
    alone = [cancer_cell_fractions([one], purity)[0] for one in many]

    for one, other in zip(together, alone, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert one.clonal_probability == pytest.approx(other.clonal_probability)
            assert (one.estimate, one.clonality) == (other.estimate, other.clonality)


def test_a_deep_site_doesnt_drown_a_shallow_one() -> None:
    """A hundred thousand reads have likelihoods far below what floating point holds beside ten reads'."""
    shallow, deep = Site(4, 10, 2, 2, 1), Site(20_000, 100_000, 2, 2, 1)
    assert cancer_cell_fractions([shallow, deep], 0.8) == (
        *cancer_cell_fractions([shallow], 0.8),
        *cancer_cell_fractions([deep], 0.8),
    )


def test_however_many_sites_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two by two as all at once."""
    many = [Site(reads, 100, 2, 2, 1) for reads in (5, 15, 25, 35, 45)]
    expected = cancer_cell_fractions(many, 0.8)
    monkeypatch.setattr(clonality, "CHUNK", 2)
    assert cancer_cell_fractions(many, 0.8) == expected


def test_a_compound_is_in_no_more_cells_than_its_rarest_variant() -> None:
    """And unknown if one of them is."""
    rare, common = fraction(15, 100, 1.0, 2), fraction(45, 100, 1.0, 2)

    assert of_compound([common, rare]) == rare
    assert of_compound([common]) == common
    assert of_compound([common, None]) is None
    assert of_compound([]) is None


COUNTS = AlleleCounts(100, 25)


@pytest.mark.parametrize(
    ("contig", "position", "counts", "segments", "sex"),
    [
        pytest.param("1", 5, COUNTS, None, "male", id="no segments"),
        pytest.param("2", 5, COUNTS, profile("1", 2, 1), "male", id="no segment on the contig"),
        pytest.param("1", 1000, COUNTS, profile("1", 2, 1), "male", id="beyond the segment"),
        pytest.param("1", 5, AlleleCounts(0, 0), profile("1", 2, 1), None, id="depth 0"),
        pytest.param("1", 5, AlleleCounts(None, 25), profile("1", 2, 1), None, id="depth unknown"),
        pytest.param("1", 5, AlleleCounts(100, None, 0.25), profile("1", 2, 1), None, id="ALT reads unknown"),
        pytest.param("1", 5, AlleleCounts(100, 101), profile("1", 2, 1), None, id="a VAF above 1"),
        pytest.param("1", 5, COUNTS, profile("1", 0, 0), None, id="no copy to lie on"),
        pytest.param("X", 5, COUNTS, profile("X", 2, 1), None, id="X without the sex"),
        pytest.param("Y", 5, COUNTS, profile("Y", 1, 0), "female", id="Y in a female"),
        pytest.param("MT", 5, COUNTS, profile("MT", 2, 1), "male", id="mitochondria"),
        pytest.param("GL000191.1", 5, COUNTS, profile("GL000191.1", 2, 1), "male", id="a scaffold"),
    ],
)
def test_nothing_is_assumed(
    contig: str, position: int, counts: AlleleCounts, segments: CopyNumberProfile | None, sex: Sex | None
) -> None:
    """What isn't known gives None, never a diploid guess."""
    assert site(contig, position, counts, segments, sex) is None
    assert cancer_cell_fractions([None], 0.5) == (None,)


def test_without_purity_there_is_no_fraction() -> None:
    """VAF alone can't tell few tumour cells from few of the tumour cells."""
    assert cancer_cell_fractions([Site(25, 100, 2, 2, 1)], None) == (None,)


@pytest.mark.parametrize("purity", [0.0, -0.1, 1.01, 40.0])
def test_a_purity_is_a_share(purity: float) -> None:
    """Per cent are refused rather than read as a share."""
    with pytest.raises(ValueError, match="is no share of tumour cells"):
        cancer_cell_fractions([], purity)


@pytest.mark.parametrize(
    ("contig", "sex", "copies"),
    [
        ("1", None, 2),
        ("22", "male", 2),
        ("X", "female", 2),
        ("X", "male", 1),
        ("Y", "male", 1),
        ("Y", "female", None),
        ("X", None, None),
        ("MT", "male", None),
    ],
)
def test_normal_copies(contig: str, sex: Sex | None, copies: int | None) -> None:
    """Sex chromosomes need the sex."""
    assert normal_copies(contig, sex) == copies


def test_a_site_joins_reads_and_copies() -> None:
    """The most copies that can carry a variant are those of the commoner chromosome, or all if that isn't known."""
    assert site("1", 5, COUNTS, profile("1", 4, 1), None) == Site(25, 100, 4, 2, 3)
    assert site("1", 5, COUNTS, profile("1", 4, None), None) == Site(25, 100, 4, 2, 4)
    assert site("1", 5, AlleleCounts(100, 0), profile("1", 4, 1), None) == Site(0, 100, 4, 2, 3)
    assert site("1", 5, AlleleCounts(100, 100), profile("1", 4, 1), None) == Site(100, 100, 4, 2, 3)
    assert site("X", 5, COUNTS, profile("X", 1, 0), "male") == Site(25, 100, 1, 1, 1)
    assert site("1", 5, COUNTS, profile("1", 4, 1, normal=3), None) == Site(25, 100, 4, 3, 3)
    assert site("1", 5, COUNTS, profile("1", 0.4, 0.0), None) == Site(25, 100, 0.4, 2, 1)


@pytest.mark.parametrize(
    ("depth", "alt", "told"),
    [
        (100, 2, "present"),
        (20, 2, "present"),  # few reads suffice to see it
        (20, 20, "present"),
        (100, 1, None),  # one read alone is easily an error, but no absence
        (300, 2, "absent"),  # below 1 %
        (59, 0, "absent"),  # at 5 % one of 59 reads would show it with 95 %: 1 − 0.95^59 = 0.951
        (58, 0, None),
        (0, 0, None),
        (None, None, None),
        (100, None, None),
    ],
)
def test_a_region_has_it_or_not_or_was_not_assessed(depth: int | None, alt: int | None, told: str | None) -> None:
    """Too few reads are no absence."""
    assert region_has(AlleleCounts(depth, alt)) is {"present": True, "absent": False, None: None}[told]


def test_without_a_column_nothing_is_known_of_a_region() -> None:
    """A file that doesn't mention a variant says nothing of it."""
    assert region_has(None) is None


def test_verdicts_are_counted() -> None:
    """Every variant once; zero where there is none."""
    found = clonality_counts([fraction(15, 100, 1.0, 2), fraction(60, 100, 1.0, 2), None])

    assert found == {"clonal": 1, "subclonal": 1, "uncertain": 0, "not assessed": 1}
    assert clonality_counts([None, fraction(15, 100, 1.0, 2), None, fraction(14, 100, 1.0, 2)]) == {
        "clonal": 0,
        "subclonal": 2,
        "uncertain": 0,
        "not assessed": 2,
    }
