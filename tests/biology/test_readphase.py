"""Phase from fragments that show several variants."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from neosieve.biology.haplotypes import phase
from neosieve.biology.readphase import REACH, READS, PairCounts, pairs_to_phase, phase_from_reads
from neosieve.model.variant import PhaseSet

from .helpers import call, variant

if TYPE_CHECKING:
    from neosieve.model.variant import Call

ONE, TWO, THREE = "chr1:10:A>G", "chr1:20:C>T", "chr1:30:G>A"
CIS, TRANS, SILENT = PairCounts(9, 0, 0), PairCounts(0, 5, 4), PairCounts(1, 0, 0)


def phased(calls: list[Call], *pairs: tuple[str, str, PairCounts]) -> dict[str, PhaseSet | None]:
    """Phase calls and tell each one's phase set."""
    counted = {(variant(one), variant(other)): counts for one, other, counts in pairs}
    return {str(one.variant): one.phase for one in phase_from_reads(calls, counted)}


@pytest.mark.parametrize(
    ("both", "first", "second", "cis"),
    [
        (2, 0, 0, True),
        (9, 1, 0, True),
        (18, 1, 1, True),
        (8, 1, 0, None),
        (1, 0, 0, None),
        (0, 0, 0, None),
        (0, 1, 1, False),
        (1, 5, 4, False),
        (0, 9, 0, None),
        (0, 0, 9, None),
        (5, 5, 0, None),
        (2, 5, 4, None),
    ],
)
def test_what_fragments_tell(both: int, first: int, second: int, cis: bool | None) -> None:  # noqa: FBT001
    """Two fragments at least, a tenth of them contrary at most; one variant alone doesn't tell where the other lies."""
    assert PairCounts(both, first, second, 50).cis is cis


def test_two_in_cis_share_a_haplotype() -> None:
    """Both get one set, named after the first, and one side; the flow's own phasing joins them."""
    calls = [call(ONE), call(TWO)]
    assert phased(calls, (ONE, TWO, CIS)) == {ONE: PhaseSet(READS, ONE, 1), TWO: PhaseSet(READS, ONE, 1)}
    (haplotype,) = phase(phase_from_reads(calls, {(variant(ONE), variant(TWO)): CIS}))
    assert (str(haplotype), haplotype.evidence) == (f"{ONE}+{TWO}", "reads")


def test_two_in_trans_lie_on_either_side() -> None:
    """One set, two sides."""
    found = phased([call(ONE), call(TWO)], (ONE, TWO, TRANS))
    assert found == {ONE: PhaseSet(READS, ONE, 1), TWO: PhaseSet(READS, ONE, 0)}


def test_nothing_told_nothing_changed() -> None:
    """A single fragment is none; the calls stay the same objects."""
    calls = [call(ONE), call(TWO)]
    after = phase_from_reads(calls, {(variant(ONE), variant(TWO)): SILENT})
    assert all(one is other for one, other in zip(calls, after, strict=True))


@pytest.mark.parametrize("order", list(permutations([ONE, TWO, THREE])))
def test_pairs_are_chained(order: tuple[str, ...]) -> None:
    """1 and 2 in cis, 2 and 3 in trans: 3 lies opposite both, in whatever order the calls come."""
    found = phased([call(text) for text in order], (ONE, TWO, CIS), (TWO, THREE, TRANS))
    assert found == {ONE: PhaseSet(READS, ONE, 1), TWO: PhaseSet(READS, ONE, 1), THREE: PhaseSet(READS, ONE, 0)}


def test_contradicting_pairs_phase_nothing() -> None:
    """1 and 2 in cis, 2 and 3 in cis, 1 and 3 in trans can't be on two copies; a pair elsewhere is not touched."""
    far, near = "chr2:10:A>G", "chr2:20:C>T"
    calls = [call(text) for text in (ONE, TWO, THREE, far, near)]
    found = phased(calls, (ONE, TWO, CIS), (TWO, THREE, CIS), (ONE, THREE, TRANS), (far, near, CIS))
    assert found == {
        **dict.fromkeys([ONE, TWO, THREE]),
        far: PhaseSet(READS, far, 1),
        near: PhaseSet(READS, far, 1),
    }


@pytest.mark.parametrize("side", [0, 1])
def test_calls_join_the_vcfs_own_set(side: int) -> None:
    """2 is phased in the VCF: 1, in cis with it, takes its side, 3, in trans, the other; 2 stays as it is."""
    own = PhaseSet("PS", "7", side)
    found = phased([call(ONE), call(TWO, phase=own), call(THREE)], (ONE, TWO, CIS), (TWO, THREE, TRANS))
    assert found == {ONE: own, TWO: own, THREE: PhaseSet("PS", "7", 1 - side)}


def test_interleaved_pairs_are_two_sets() -> None:
    """1 and 3 in trans, 2 and 4 in trans: each set is named after its first call, which lies on side 1."""
    fourth = "chr1:40:T>C"
    found = phased([call(text) for text in (ONE, TWO, THREE, fourth)], (ONE, THREE, TRANS), (TWO, fourth, TRANS))
    assert found == {
        ONE: PhaseSet(READS, ONE, 1),
        THREE: PhaseSet(READS, ONE, 0),
        TWO: PhaseSet(READS, TWO, 1),
        fourth: PhaseSet(READS, TWO, 0),
    }


@pytest.mark.parametrize("pair", [(ONE, THREE), (THREE, ONE)])
def test_a_pair_with_a_variant_that_no_call_has_tells_nothing(pair: tuple[str, str]) -> None:
    """Its other call isn't phased with nobody."""
    assert phased([call(ONE), call(TWO)], (*pair, CIS)) == {ONE: None, TWO: None}


def test_pairs_reach_as_far_as_they_are_said_to() -> None:
    """Counted between first bases, wherever on the chromosome: at `REACH` they are asked for, a base farther not."""
    calls = [call("chr1:50000:A>G"), call(f"chr1:{50000 + REACH}:A>G"), call(f"chr1:{50001 + REACH}:A>G")]
    first, second, third = (one.variant for one in calls)
    assert pairs_to_phase(calls) == [(first, second), (second, third)]


def test_two_sets_of_the_vcf_are_not_joined() -> None:
    """1 and 3 are in two sets of the VCF; 2, in cis with both, stays unphased rather than be guessed into one."""
    first, third = PhaseSet("PS", "7", 1), PhaseSet("PS", "8", 1)
    found = phased([call(ONE, phase=first), call(TWO), call(THREE, phase=third)], (ONE, TWO, CIS), (TWO, THREE, CIS))
    assert found == {ONE: first, TWO: None, THREE: third}


def test_reads_against_the_vcfs_phase() -> None:
    """The VCF has 1 and 3 in trans, the reads put both in cis with 2: 2 stays unphased."""
    one, three = PhaseSet("PS", "7", 1), PhaseSet("PS", "7", 0)
    found = phased([call(ONE, phase=one), call(TWO), call(THREE, phase=three)], (ONE, TWO, CIS), (TWO, THREE, CIS))
    assert found == {ONE: one, TWO: None, THREE: three}


def test_pairs_worth_asking_for() -> None:
    """Near, of unknown phase, one of them somatic, able to share a copy: either ALT at 10 with 20, 30; 20 with 30."""
    calls = [
        call(TWO),
        call(ONE),
        call("chr1:10:A>T"),  # contradicts the other ALT at 10
        call(THREE, germline=True),
        call("chr1:40:T>C", germline=True, homozygous=True),  # in cis with everything, whatever reads say
        call(f"chr1:{31 + REACH}:T>C"),
        call("chr2:20:C>T"),
    ]
    assert [(one.start + 1, other.start + 1) for one, other in pairs_to_phase(calls)] == [
        (10, 20),
        (10, 30),
        (10, 20),
        (10, 30),
        (20, 30),
    ]
    phased_calls = [call(ONE, phase=PhaseSet("PS", "7", 1)), call(TWO, phase=PhaseSet("PS", "7", 0))]
    assert pairs_to_phase(phased_calls) == []
    assert pairs_to_phase([call(ONE, germline=True), call(TWO, germline=True)]) == []
