from __future__ import annotations

import pytest

from neosieve.biology.coordinates import BaseEdit
from neosieve.biology.splicededits import CarriedEdit, Combined, apply, combine, in_place, moved, start_after
from neosieve.model.genome import Interval

from .helpers import call

BASES = "AACCGGTTAACC"
ONE, TWO, THREE = call("chr1:1:A>C"), call("chr1:2:A>C"), call("chr1:3:A>C")


def base_edit(start: int, end: int, bases: str) -> BaseEdit:
    """Make an edit."""
    return BaseEdit(Interval(start, end), bases)


def carried(start: int, end: int, bases: str, *calls: object) -> CarriedEdit:
    """Make an edit with its calls."""
    return CarriedEdit(Interval(start, end), bases, calls)  # type: ignore[arg-type]


def test_nothing_combined_is_nothing() -> None:
    """No edit, no conflict, all known."""
    assert combine([], BASES) == Combined(())


def test_edits_apart_are_put_in_order() -> None:
    """A deletion, an insertion right behind it, and an insertion before a substitution: all stand, in order."""
    placed = [
        (base_edit(6, 7, "C"), THREE),
        (base_edit(6, 6, "GG"), TWO),
        (base_edit(3, 6, ""), ONE),
    ]
    edits = (carried(3, 6, "", ONE), carried(6, 6, "GG", TWO), carried(6, 7, "C", THREE))
    assert combine(placed, BASES) == combine(placed[::-1], BASES) == Combined(edits)
    assert [edit.gain for edit in edits] == [-3, 2, 0]
    assert apply(BASES, edits) == "AACGGCTAACC"  # AAC[CGG] + GG + T→C + TAACC


def test_an_mnv_is_its_bases_and_agrees_with_its_own_snv() -> None:
    """CCG → TCA changes offsets 2 and 4; an SNV that says A at 4, too, shares that base."""
    mnv = base_edit(2, 5, "TCA")
    assert combine([(mnv, ONE)], BASES).edits == (carried(2, 3, "T", ONE), carried(4, 5, "A", ONE))
    both = combine([(mnv, ONE), (base_edit(4, 5, "A"), TWO)], BASES)
    assert both == Combined((carried(2, 3, "T", ONE), carried(4, 5, "A", ONE, TWO)))


@pytest.mark.parametrize("point", [2, 5])
def test_what_is_put_in_beside_an_mnv_stands(point: int) -> None:
    """CCG → TCA at 2–5: before its first base and behind its last one there is room."""
    combined = combine([(base_edit(2, 5, "TCA"), ONE), (base_edit(point, point, "GG"), TWO)], BASES)
    assert (combined.conflicting, combined.unknown_from) == ((), None)
    assert apply(BASES, combined.edits) == ("AAGGTCAGTTAACC" if point == 2 else "AATCAGGGTTAACC")


def test_two_bases_at_one_place_leave_what_both_calls_say_unknown() -> None:
    """The MNV says A at 4, the SNV T: N there and at the MNV's other base; the third call's base stays."""
    combined = combine(
        [(base_edit(2, 5, "TCA"), ONE), (base_edit(4, 5, "T"), TWO), (base_edit(8, 9, "T"), THREE)], BASES
    )
    assert combined.edits == (carried(2, 3, "N", ONE), carried(4, 5, "N", ONE, TWO), carried(8, 9, "T", THREE))
    assert (combined.conflicting, combined.unknown_from) == ((ONE, TWO), None)


@pytest.mark.parametrize(
    ("first", "second", "begin"),
    [
        pytest.param((4, 6, ""), (5, 6, "T"), 4, id="a deleted base exchanged"),
        pytest.param((4, 6, ""), (5, 8, ""), 4, id="overlapping deletions"),
        pytest.param((4, 8, ""), (5, 6, ""), 4, id="one deletion within another"),
        pytest.param((4, 4, "A"), (4, 4, "C"), 4, id="two insertions at one point"),
        pytest.param((4, 7, "AAA"), (5, 5, "C"), 4, id="an insertion between an MNV's bases"),
        pytest.param((4, 6, "AA"), (5, 5, "C"), 4, id="an insertion between an MNV's two bases"),
        pytest.param((4, 6, "C"), (5, 6, "T"), 4, id="a base of a delins exchanged"),
    ],
)
def test_an_indel_in_conflict_leaves_all_behind_it_unknown(
    first: tuple[int, int, str], second: tuple[int, int, str], begin: int
) -> None:
    """All is N from the earlier call's first base on; what lies before it stands, what lies behind doesn't."""
    for one, other in ((first, second), (second, first)):
        before, behind = (base_edit(1, 2, "T"), THREE), (base_edit(9, 10, "C"), call("chr1:9:A>C"))
        combined = combine([behind, (base_edit(*one), ONE), (base_edit(*other), TWO), before], BASES)
        assert combined.edits[0] == carried(1, 2, "T", THREE)
        assert combined.edits[-1] == carried(begin, 12, "N" * 8, *combined.edits[-1].calls)
        assert set("".join(edit.bases for edit in combined.edits[1:])) == {"N"}
        assert set(combined.conflicting) == {ONE, TWO}
        assert set(combined.edits[-1].calls) <= {ONE, TWO}
        assert combined.unknown_from == begin


FOUR, FIVE = call("chr1:4:A>C"), call("chr1:5:A>C")


@pytest.mark.parametrize("turned", [False, True])
def test_two_conflicts_are_both_told(*, turned: bool) -> None:
    """Two bases for one at 2, and a base of a deletion exchanged at 8: N at 2, and all N from 8 on."""
    placed = [
        (base_edit(2, 3, "T"), ONE), (base_edit(2, 3, "G"), TWO),
        (base_edit(5, 6, "A"), FIVE),
        (base_edit(8, 10, ""), THREE), (base_edit(9, 10, "T"), FOUR),
    ]  # fmt: skip
    combined = combine(placed[::-1] if turned else placed, BASES)
    *known, rest = combined.edits
    assert [(one.span.start, one.bases) for one in known] == [(2, "N"), (5, "A")]
    assert [set(one.calls) for one in known] == [{ONE, TWO}, {FIVE}]
    assert (rest.span, rest.bases, set(rest.calls)) == (Interval(8, 12), "NNNN", {THREE, FOUR})
    assert (set(combined.conflicting), combined.unknown_from) == ({ONE, TWO, THREE, FOUR}, 8)


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_conflicts_of_indels_the_first_decides(*, turned: bool) -> None:
    """Two insertions at 3, two deletions that overlap at 7: all is N from 3 on, by the first two calls."""
    placed = [
        (base_edit(3, 3, "A"), ONE), (base_edit(3, 3, "C"), TWO),
        (base_edit(7, 9, ""), THREE), (base_edit(8, 10, ""), FOUR),
    ]  # fmt: skip
    combined = combine(placed[::-1] if turned else placed, BASES)
    rest = combined.edits[-1]
    assert (rest.span, rest.bases, set(rest.calls)) == (Interval(3, 12), "N" * 9, {ONE, TWO})
    assert set("".join(edit.bases for edit in combined.edits)) == {"N"}
    assert (set(combined.conflicting), combined.unknown_from) == ({ONE, TWO, THREE, FOUR}, 3)


def test_an_insertion_within_an_mnv_behind_an_unknown_stretch_is_told_too() -> None:
    """All is unknown from 2 on, by the splice site; the MNV of 6–8 and what is put in between its bases conflict."""
    placed = [(base_edit(6, 8, "AA"), ONE), (base_edit(7, 7, "C"), TWO)]
    combined = combine(placed, BASES, [(2, THREE)])
    assert combined.edits == (carried(2, 12, "N" * 10, THREE),)
    assert (set(combined.conflicting), combined.unknown_from) == ({ONE, TWO}, 2)


def test_a_conflict_behind_an_unknown_stretch_is_told_too() -> None:
    """A splice site leaves all unknown from 4 on; the two bases for one at 8 still can't both be there."""
    placed = [(base_edit(8, 9, "T"), ONE), (base_edit(8, 9, "G"), TWO)]
    combined = combine(placed, BASES, [(4, THREE)])
    assert combined.edits == (carried(4, 12, "N" * 8, THREE),)
    assert (set(combined.conflicting), combined.unknown_from) == ({ONE, TWO}, 4)


def test_where_a_call_leaves_nothing_known_it_causes_the_rest() -> None:
    """A splice site that leaves all from 6 on unknown: no conflict, but no edit from there on."""
    placed = [(base_edit(5, 6, "T"), ONE), (base_edit(5, 7, ""), TWO)]
    assert combine(placed[:1], BASES, [(6, THREE)]) == Combined(
        (carried(5, 6, "T", ONE), carried(6, 12, "NNNNNN", THREE)), (), 6
    )
    assert combine(placed[1:], BASES, [(6, THREE)]).edits == (carried(6, 12, "NNNNNN", THREE),)
    assert combine([], BASES, [(6, THREE), (4, TWO), (4, ONE)]).edits == (carried(4, 12, "N" * 8, TWO, ONE),)


EDITS = (carried(3, 3, "GG", ONE), carried(5, 7, "", ONE), carried(9, 10, "T", ONE), carried(10, 12, "A", ONE))
"""AAC|GG|CG|[GT]|TA|A→T|CC→A: 12 bases become 11."""


@pytest.mark.parametrize(
    ("offset", "followed", "stands_in"),
    [(0, 0, 0), (2, 2, 2), (3, 5, 5), (4, 6, 6), (5, None, 7), (6, None, 7), (7, 7, 7), (8, 8, 8), (9, 9, 9),
     (10, None, 10), (11, None, 11), (12, 11, 11)],
)  # fmt: skip
def test_bases_are_followed_behind_the_edits(offset: int, followed: int | None, stands_in: int) -> None:
    """Two bases put in before 3, two taken out at 5: 3 → 5, 7 → 7; what is deleted or in a delins is gone."""
    assert moved(offset, EDITS) == followed
    assert in_place(offset, EDITS) == stands_in


@pytest.mark.parametrize(
    ("bases", "start", "edit", "expected"),
    [
        ("CCATGAAA", 2, (5, 6, "T"), 2),
        ("CCATGAAA", 2, (0, 0, "GG"), 4),
        ("CCATGAAA", 2, (2, 2, "A"), 3),  # CCA|ATG
        ("CCATGAAA", 2, (2, 3, ""), None),  # CCTGAAA
        ("CCATGAAA", 2, (3, 4, "C"), None),
        ("CCATGAAA", 2, (3, 3, "TGGA"), 2),  # CCATGGATG: read at the first place
        ("GATATGAAA", 3, (1, 3, ""), 1),
        ("GATATGAAA", 3, (3, 5, ""), 1),  # the same bases, written further 3′: ATG right before AAA
        ("GATATGAAA", 3, (4, 7, ""), None),  # GATAAA
        ("ATGAAA", 0, (0, 2, ""), None),  # GAAA: no three bases before AAA
        ("GATGCATGAAA", 5, (4, 6, ""), None),  # GATG|TGAAA: another ATG is not this one
        ("ATGATGAAA", 3, (3, 6, ""), 0),  # ATG|AAA: the ATG right before AAA
    ],
)
def test_the_start_codon_is_found_behind_an_edit(
    bases: str, start: int, edit: tuple[int, int, str], expected: int | None
) -> None:
    """At its own place, or right before what followed it; else it is lost."""
    edits = [carried(*edit, ONE)]
    assert start_after(edits, bases, apply(bases, edits), start) == expected
