from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from neosieve.biology.haplotypes import Unphased, assumed_cis, complete_phase, in_cis, in_trans, phase, phase_unknown
from neosieve.model.variant import Haplotype, PhaseSet

from .helpers import call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neosieve.model.variant import Call


def pgt(side: int, name: str = "100_A_G") -> PhaseSet:
    """GATK's physical phasing."""
    return PhaseSet("PGT/PID", name, side)


def ps(side: int, name: str = "7") -> PhaseSet:
    """Phase as of VCF 4.3."""
    return PhaseSet("PS", name, side)


def grouped(calls: Iterable[Call]) -> list[tuple[list[int], str]]:
    """Phase, and tell each haplotype by the 1-based positions of its calls, with the evidence."""
    return [([one.variant.start + 1 for one in haplotype.calls], haplotype.evidence) for haplotype in phase(calls)]


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        pytest.param([call("chr1:1:A>G")], [([1], "single")], id="one call"),
        pytest.param(
            [call("chr1:1:A>G"), call("chr1:5:A>G")], [([1], "single"), ([5], "single")], id="unphased: each alone"
        ),
        pytest.param(
            [call("chr1:1:A>G", phase=pgt(1)), call("chr1:5:A>G", phase=pgt(1))],
            [([1, 5], "PGT/PID")],
            id="PID and side alike: cis",
        ),
        pytest.param(
            [call("chr1:1:A>G", phase=pgt(1)), call("chr1:5:A>G", phase=pgt(0))],
            [([1], "single"), ([5], "single")],
            id="PID alike, other side: trans",
        ),
        pytest.param(
            [call("chr1:1:A>G", phase=pgt(1)), call("chr1:5:A>G", phase=pgt(1, "200_C_T"))],
            [([1], "single"), ([5], "single")],
            id="another PID: unknown",
        ),
        pytest.param(
            [call("chr1:1:A>G", phase=ps(0)), call("chr1:5:A>G", phase=ps(0)), call("chr1:9:A>G", phase=ps(1))],
            [([1, 5], "PS"), ([9], "single")],
            id="PS: two in cis, one in trans",
        ),
        pytest.param(
            [call("chr1:1:A>G", phase=ps(0)), call("chr1:5:A>G", phase=PhaseSet("PGT/PID", "7", 0))],
            [([1], "single"), ([5], "single")],
            id="equal names of PS and PID are not one set",
        ),
        pytest.param(
            [call("chr1:1:A>G"), call("chr1:5:A>G", homozygous=True)],
            [([1, 5], "homozygous"), ([5], "single")],
            id="homozygous: with the other, and alone on the copy that lacks it",
        ),
        pytest.param(
            [call("chr1:1:A>G", phase=pgt(0)), call("chr1:5:A>G", homozygous=True), call("chr1:9:A>G", phase=pgt(1))],
            [([1, 5], "homozygous"), ([5, 9], "homozygous")],
            id="homozygous, and both copies known to carry another: never alone",
        ),
        pytest.param(
            [call("chr1:1:A>G", phase=pgt(0)), call("chr1:3:A>G", phase=pgt(0)), call("chr1:5:A>G", homozygous=True)],
            [([1, 3, 5], "PGT/PID+homozygous"), ([5], "single")],
            id="phased pair with a homozygous call",
        ),
        pytest.param(
            [call("chr1:1:A>G", homozygous=True), call("chr1:5:A>G", homozygous=True)],
            [([1, 5], "homozygous")],
            id="two homozygous ones: both copies have both",
        ),
        pytest.param(
            [call("chr1:1:A>G", phase=pgt(0), germline=True), call("chr1:5:A>G", phase=pgt(0))],
            [([1, 5], "PGT/PID")],
            id="germline in cis goes along",
        ),
        pytest.param(
            [call("chr1:1:A>G", phase=pgt(1), germline=True), call("chr1:5:A>G", phase=pgt(0))],
            [([5], "single")],
            id="germline in trans doesn't",
        ),
        pytest.param(
            [call("chr1:1:A>G", germline=True, homozygous=True), call("chr1:5:A>G")],
            [([1, 5], "homozygous")],
            id="homozygous germline: with every somatic call, none without",
        ),
        pytest.param([call("chr1:1:A>G", germline=True)], [], id="germline alone: nothing to make"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_calls_are_grouped_by_copy(calls: list[Call], expected: list[tuple[list[int], str]]) -> None:
    """Haplotypes with a somatic call, in genome order, whatever the order of the calls."""
    for order in permutations(calls):
        assert grouped(order) == expected


def test_two_alts_of_one_position_are_two_haplotypes() -> None:
    """Unphased ALTs of one multi-allelic record can't lie on one copy."""
    assert grouped([call("chr1:1:A>T"), call("chr1:1:A>G")]) == [([1], "single"), ([1], "single")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (pgt(0), pgt(1), True),
        (pgt(0), pgt(0), False),
        (pgt(0), pgt(1, "200_C_T"), False),
        (pgt(0, "7"), ps(1, "7"), False),
        (None, pgt(1), False),
    ],
)
def test_trans_is_only_what_phase_says(one: PhaseSet | None, other: PhaseSet | None, *, expected: bool) -> None:
    """Unequal sides of one set; anything else isn't known to be trans."""
    first, second = call("chr1:1:A>G", phase=one), call("chr1:5:A>G", phase=other)
    assert in_trans(first, second) is in_trans(second, first) is expected


def test_unphased_are_those_of_which_nothing_is_known() -> None:
    """Neither cis nor trans nor homozygous, and not the call itself."""
    one = call("chr1:1:A>G", phase=pgt(0))
    cis, trans = call("chr1:2:A>G", phase=pgt(0)), call("chr1:3:A>G", phase=pgt(1))
    elsewhere, unknown = call("chr1:4:A>G", phase=pgt(0, "200_C_T")), call("chr1:5:A>G")
    everywhere = call("chr1:6:A>G", homozygous=True)
    others = [one, cis, trans, elsewhere, unknown, everywhere]
    assert [other for other in others if phase_unknown(one, other)] == [elsewhere, unknown]
    assert not any(phase_unknown(everywhere, other) for other in (one, unknown))


def test_the_call_that_names_a_phase_set_belongs_to_it() -> None:
    """PID 100_A_G is named after chr1:100 A>G, whose own record, from another caller, has no phase: cis with 0|1."""
    namesake, member, bystander = call("chr1:100:A>G"), call("chr1:105:C>T", phase=pgt(1)), call("chr1:100:A>C")
    completed = complete_phase([namesake, member, bystander])
    assert [one.phase for one in completed] == [pgt(1), pgt(1), None]
    assert grouped(completed) == [([100], "single"), ([100, 105], "PGT/PID")]


def test_a_phase_set_on_another_contig_names_nobody_here() -> None:
    """PIDs are unique on their contig only."""
    completed = complete_phase([call("chr2:100:A>G"), call("chr1:105:C>T", phase=pgt(1))])
    assert [one.phase for one in completed] == [None, pgt(1)]


def joined(neighbours: Iterable[Call], mode: Unphased) -> list[list[int]]:
    """Join a call at 10 with neighbours, and tell the haplotypes by the positions of their calls."""
    haplotypes = assumed_cis(Haplotype((call("chr1:10:A>G"),), "single"), list(neighbours), mode)
    assert {one.evidence for one in haplotypes} <= {"assumed_cis"}
    return [[one.variant.start + 1 for one in haplotype.calls] for haplotype in haplotypes]


def test_neighbours_of_unknown_phase_are_joined_when_asked_for() -> None:
    """None as if in trans, all as if in cis, or every set of them; calls and haplotypes in genome order."""
    two = [call("chr1:20:A>G"), call("chr1:5:A>G")]
    assert joined(two, Unphased.TRANS) == []
    assert joined(two, Unphased.CIS) == [[5, 10, 20]]
    assert joined(two, Unphased.BOTH) == [[5, 10], [5, 10, 20], [10, 20]]
    assert joined([], Unphased.CIS) == joined([], Unphased.BOTH) == []


def test_neighbours_known_to_be_in_trans_are_not_joined_with_one_another() -> None:
    """Of 5 and 20, on different copies, either may be in cis with 10; 30, of unknown phase, with both."""
    calls = [call("chr1:5:A>G", phase=ps(0)), call("chr1:20:A>G", phase=ps(1)), call("chr1:30:A>G")]
    assert joined(calls[:2], Unphased.CIS) == joined(calls[:2], Unphased.BOTH) == [[5, 10], [10, 20]]
    assert joined(calls, Unphased.CIS) == [[5, 10, 30], [10, 20, 30]]
    assert joined(calls, Unphased.BOTH) == [[5, 10], [5, 10, 30], [10, 20], [10, 20, 30], [10, 30]]


def test_of_many_neighbours_only_each_and_all_are_joined() -> None:
    """Four make fifteen sets; of five only the whole and the singles are made; two in trans divide the largest set."""
    calls = [call(f"chr1:{10 * at}:A>G") for at in range(2, 7)]
    assert len(joined(calls[:4], Unphased.BOTH)) == 15
    assert joined(calls, Unphased.BOTH) == [
        [10, 20], [10, 20, 30, 40, 50, 60], [10, 30], [10, 40], [10, 50], [10, 60],
    ]  # fmt: skip
    assert joined(calls, Unphased.CIS) == [[10, 20, 30, 40, 50, 60]]
    apart = [call("chr1:5:A>G", phase=ps(0)), call("chr1:6:A>G", phase=ps(1)), *calls[:3]]
    assert joined(apart, Unphased.CIS) == [[5, 10, 20, 30, 40], [6, 10, 20, 30, 40]]


def test_the_namesake_lies_on_the_alt_s_side_and_keeps_a_phase_of_its_own() -> None:
    """0|1 of the set's first call is side 1, also where the other call is on side 0; what is phased already stays."""
    namesake, own = call("chr1:100:A>G"), call("chr1:100:A>G", phase=ps(0))
    other = call("chr1:105:C>T", phase=pgt(0))
    assert [one.phase for one in complete_phase([namesake, other])] == [pgt(1), pgt(0)]
    assert [one.phase for one in complete_phase([own, other])] == [ps(0), pgt(0)]


def test_neighbours_known_to_be_in_cis_with_one_another_are_joined_together() -> None:
    """5 and 20 share a copy: whatever 10 is in cis with, it is with both of them or with neither."""
    calls = [call("chr1:5:A>G", phase=ps(0)), call("chr1:20:A>G", phase=ps(0)), call("chr1:30:A>G")]
    assert joined(calls, Unphased.CIS) == [[5, 10, 20, 30]]
    assert joined(calls, Unphased.BOTH) == [[5, 10, 20], [5, 10, 20, 30], [10, 30]]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (None, None, False),  # nothing known is no phase in common
        (ps(0), None, False),
        (None, ps(0), False),
        (ps(0), ps(0), True),
        (ps(0), ps(1), False),
        (ps(0), ps(0, "8"), False),
        (ps(0, "7"), PhaseSet("PGT/PID", "7", 0), False),
    ],
)
def test_one_copy_is_said_by_one_set_and_side(one: PhaseSet | None, other: PhaseSet | None, *, told: bool) -> None:
    """Both in the same set, on the same side."""
    assert in_cis(call("chr1:1:A>C", phase=one), call("chr1:9:A>C", phase=other)) is told
