from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neosieve.biology.windows import Window, neo_peptides, new_windows, peptide_at
from neosieve.model.genome import Interval
from neosieve.model.protein import ResidueEdit

from .helpers import Pair, call, change_of, each, kmers, told

if TYPE_CHECKING:
    from neosieve.model.peptide import Peptide
    from neosieve.model.protein import ProteinChange

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
HIT = call()


def one_change(normal: str, terms: str, at: str, residues: str, **csq: str) -> ProteinChange:
    """Make the change of one call."""
    return change_of((HIT, told(normal, terms, at, residues, **csq)))


def cut(change: ProteinChange, *lengths: int) -> tuple[Peptide, ...]:
    """Cut peptides."""
    return neo_peptides(change, lengths)


G12D = one_change(KRAS, "missense_variant", "12", "G/D")


def test_a_missense_is_in_as_many_windows_as_the_peptide_is_long() -> None:
    """G12D far from both ends: 8 + 9 + 10 + 11 windows, by length, then by offset."""
    found = cut(G12D, 11, 8, 10, 9, 9)
    assert len(found) == 38
    keys = [(len(one.sequence), one.offset) for one in found]
    assert keys == sorted(keys)
    assert found[0].sequence == "KLVVVGAD"  # residues 5–12
    assert found[7].sequence == "DGVGKSAL"  # residues 12–19


def test_a_substitution_has_its_aligned_wild_type_and_position() -> None:
    """KLVVVGADGV is residues 5–14 with G12D: position 7 (0-based), wild type KLVVVGAGGV."""
    (one,) = (one for one in cut(G12D, 10) if one.sequence == "KLVVVGADGV")
    assert (one.offset, one.altered, one.wildtype) == (4, frozenset({7}), "KLVVVGAGGV")
    assert (one.n_flank, one.c_flank) == ("MTEY", "GKSALTIQLIQNHFV")
    assert (one.wildtype_n_flank, one.wildtype_c_flank) == ("MTEY", "GKSALTIQLIQNHFV")
    assert one.calls == (HIT,)


def test_windows_at_the_ends_are_fewer_and_their_flanks_short() -> None:
    """T2A: only the windows from residues 1 and 2 hold it; before the first there is nothing, not padding."""
    found = cut(one_change(KRAS, "missense_variant", "2", "T/A"), 8)
    assert [(one.sequence, one.n_flank) for one in found] == [("MAEYKLVV", ""), ("AEYKLVVV", "M")]
    found = cut(one_change(KRAS, "missense_variant", "40", "Y/F"), 8)
    assert [(one.sequence, one.c_flank) for one in found] == [("DPTIEDSF", "")]


@pytest.mark.parametrize(("k", "novel"), [(8, 0), (9, 0), (10, 0), (11, 1), (12, 2)])
def test_one_residue_less_in_a_run_of_ten_is_new_only_to_longer_peptides(k: int, novel: int) -> None:
    """…K×10… → …K×9…: a window is new only if it spans the short run and both neighbours, so k ≥ 11: k − 10 windows."""
    normal = "MATSWLRDEF" + "K" * 10 + "GHVNPQYCST"
    change = one_change(normal, "inframe_deletion", "11", "K/-")
    assert change.mutant == "MATSWLRDEF" + "K" * 9 + "GHVNPQYCST"
    assert len(cut(change, k)) == novel


def test_one_residue_more_in_a_run() -> None:
    """…L×6… → …L×8…: windows that hold all eight L and nothing else are new at k = 8; those with seven are, too.

    L×7 and L×8 are in no normal window: new at k = 8 are L8 (1), x L7 and L7 x (2); x L6 x is normal.
    """
    change = one_change("MATSWF" + "L" * 6 + "GHVNPQY", "inframe_insertion", "9", "L/LLL")
    assert {one.sequence for one in cut(change, 8)} == {"LLLLLLLL", "FLLLLLLL", "LLLLLLLG"}


def test_a_tandem_duplication_is_new_only_across_its_joint() -> None:
    """ABCDE|ABCDE-like: WRFHD repeated; new are the windows that hold the joint D|W and more than one copy's worth.

    Normal M A T S WRFHD G V N P Q Y K, mutant M A T S WRFHD WRFHD G V N P Q Y K. At k = 8 a window is normal if it lies
    within MATSWRFHD or WRFHDGVNPQYK: starts 0, 1 and 9, 10 …; starts 2 … 8 are new.
    """
    change = one_change("MATSWRFHDGVNPQYK", "inframe_insertion", "9-10", "-/WRFHD")
    found = cut(change, 8)
    assert {one.sequence for one in found} == kmers(change.mutant, 8) - kmers(change.normal, 8)
    assert [one.offset for one in found] == [2, 3, 4, 5, 6, 7, 8]
    assert all(one.wildtype is None for one in found)


def test_a_peptide_that_occurs_twice_has_each_place_its_own_offset() -> None:
    """Two copies of a stretch, both changed alike in cis: AHWRFDEK is at 1 and at 9, never twice at the first.

    Normal M + ACWRFDEK ×2 + G; C3H and C11H (1-based) make M + AHWRFDEK ×2 + G.
    """
    normal = "M" + "ACWRFDEK" * 2 + "G"
    pairs: list[Pair] = [
        (call("chr1:100:T>C"), told(normal, "missense_variant", "3", "C/H")),
        (call("chr1:130:T>C"), told(normal, "missense_variant", "11", "C/H")),
    ]
    twice = [one for one in cut(change_of(*pairs), 8) if one.sequence == "AHWRFDEK"]
    assert [one.offset for one in twice] == [1, 9]
    assert [one.calls for one in twice] == [(pairs[0][0],), (pairs[1][0],)]
    assert [one.wildtype for one in twice] == ["ACWRFDEK", "ACWRFDEK"]
    assert [one.n_flank for one in twice] == ["M", "MAHWRFDEK"]


def test_an_indel_peptide_has_no_wild_type() -> None:
    """Neither the joint of a deletion, nor an insertion, nor a frameshift has a residue-by-residue counterpart."""
    changes = [
        one_change(KRAS, "inframe_deletion", "10-13", "GAGG/-"),
        one_change(KRAS, "inframe_insertion", "12-13", "-/LP"),
        one_change(KRAS, "protein_altering_variant", "12", "G/DLP"),
        one_change(KRAS, "frameshift_variant", "12", "G/X", FrameshiftSequence=KRAS[:11] + "RSTWHC"),
    ]
    for change in changes:
        found = cut(change, 8)
        assert found
        assert all((one.wildtype, one.wildtype_n_flank, one.wildtype_c_flank) == (None, None, None) for one in found)


def test_the_joint_of_a_deletion_alters_no_residue() -> None:
    """GAGG deleted: residues of both sides meet, none of them is new; the windows hold both sides."""
    found = cut(one_change(KRAS, "inframe_deletion", "10-13", "GAGG/-"), 8)
    # the joint is at 9 (0-based): starts 2 … 8
    assert [one.offset for one in found] == [2, 3, 4, 5, 6, 7, 8]
    assert {one.altered for one in found} == {frozenset()}


def test_a_substitution_behind_an_indel_in_cis_is_aligned_past_it() -> None:
    """-/LP behind residue 5 and G12D: windows with G12D alone have a wild type, two residues further left in KRAS."""
    insertion = (call("chr1:114:A>ACTGCCG"), told(KRAS, "inframe_insertion", "5-6", "-/LP"))
    change = change_of(insertion, (HIT, told(KRAS, "missense_variant", "12", "G/D")))
    assert change.mutant == "MTEYKLPLVVVGADGVGKSALTIQLIQNHFVDEYDPTIEDSY"
    found = {one.offset: one for one in cut(change, 8)}
    # L6, P7 are at 5, 6; D is at 13: the window from 6 holds P and D, that from 7 only D
    assert (found[6].wildtype, found[6].calls) == (None, (insertion[0], HIT))
    assert (found[7].sequence, found[7].wildtype, found[7].calls) == ("LVVVGADG", "LVVVGAGG", (HIT,))
    assert found[7].altered == {6}
    # normal LVVVGAGG is residues 6–13, with 5 residues before it, the mutant one has seven
    assert (found[7].n_flank, found[7].wildtype_n_flank) == ("MTEYKLP", "MTEYK")


def test_two_substitutions_in_one_window_are_both_altered() -> None:
    """G12D and V14L in cis: windows that hold both carry both calls, the wild type has neither."""
    other = call("chr1:140:G>C")
    change = change_of((HIT, G12D.transcript), (other, told(KRAS, "missense_variant", "14", "V/L")))
    (one,) = (one for one in cut(change, 9) if one.offset == 10)
    assert (one.sequence, one.wildtype, one.altered, one.calls) == (
        "ADGLGKSAL",
        "AGGVGKSAL",
        frozenset({1, 3}),
        (HIT, other),
    )


def test_flanks_hold_fifteen_residues() -> None:
    """What MHCflurry's processing models read, no more."""
    (one,) = (one for one in cut(one_change(KRAS, "missense_variant", "22", "Q/H"), 8) if one.offset == 16)
    assert (one.n_flank, one.c_flank) == (KRAS[1:16], KRAS[24:39])


@pytest.mark.parametrize(
    ("flags", "first", "last"),
    [
        ("", "", ""),
        ("cds_start_NF", None, ""),
        ("cds_end_NF", "", None),
        ("cds_start_NF&cds_end_NF", None, None),
    ],
)
def test_flanks_are_unknown_where_the_cds_is_incomplete(flags: str, first: str | None, last: str | None) -> None:
    """At the end of an incomplete CDS there are residues, which nobody knows: None, not the short flank of an end."""
    at_start = cut(one_change(KRAS, "missense_variant", "1", "M/V", FLAGS=flags), 8)
    at_end = cut(one_change(KRAS, "missense_variant", "40", "Y/F", FLAGS=flags), 8)
    assert [(one.n_flank, one.wildtype_n_flank) for one in at_start] == [(first, first)]
    assert [(one.c_flank, one.wildtype_c_flank) for one in at_end] == [(last, last)]
    # fifteen known residues are a whole flank, whatever comes before
    assert cut(one_change(KRAS, "missense_variant", "24", "I/V", FLAGS=flags), 8)[0].n_flank == KRAS[1:16]


def test_fifteen_known_residues_are_a_whole_flank() -> None:
    """Exactly fifteen from an incomplete end the flank is known, at fourteen it isn't."""
    flags = "cds_start_NF&cds_end_NF"
    ahead = {one.offset: one for one in cut(one_change(KRAS, "missense_variant", "22", "Q/H", FLAGS=flags), 8)}
    assert (ahead[15].n_flank, ahead[15].wildtype_n_flank) == (KRAS[:15], KRAS[:15])
    assert (ahead[14].n_flank, ahead[14].wildtype_n_flank) == (None, None)
    behind = {one.offset: one for one in cut(one_change(KRAS, "missense_variant", "19", "L/H", FLAGS=flags), 8)}
    assert (behind[17].c_flank, behind[17].wildtype_c_flank) == (KRAS[25:], KRAS[25:])
    assert (behind[18].c_flank, behind[18].wildtype_c_flank) == (None, None)


def test_flanks_are_unknown_where_they_hold_an_unknown_residue() -> None:
    """Stop lost in a protein of 40: the peptides that end with R41 have X behind them, so no flank is told."""
    (one,) = cut(one_change(KRAS, "stop_lost", "41", "*/R"), 8)
    assert (one.sequence, one.n_flank, one.c_flank) == ("PTIEDSYR", KRAS[18:33], None)
    # an X at residue 3: from offset 18 on, fifteen known residues lie before the peptide
    behind = cut(one_change(KRAS[:2] + "X" + KRAS[3:], "missense_variant", "22", "Q/H"), 8)
    known = {one.offset: (one.n_flank is not None, one.wildtype_n_flank is not None) for one in behind}
    assert known == {at: (at >= 18, at >= 18) for at in range(14, 22)}


@pytest.mark.parametrize("letter", ["X", "U", "B", "Z"])
def test_a_window_with_a_letter_outside_the_twenty_is_listed_apart(letter: str) -> None:
    """Not scored, but not lost: the windows that hold it are told with the calls that they carry."""
    normal = KRAS[:14] + letter + KRAS[15:]
    windows = new_windows(one_change(normal, "missense_variant", "12", "G/D"), [8])
    # D is at 11, the letter at 14: windows from 4 … 6 end before it, those from 7 … 11 hold both
    assert [one.offset for one in each(windows.new)] == [4, 5, 6]
    mutant = normal[:11] + "D" + normal[12:]
    assert each(windows.unscorable) == [(mutant[at : at + 8], at, (HIT,)) for at in range(7, 12)]


def test_a_known_residue_in_place_of_an_unknown_one_has_no_wild_type() -> None:
    """X3L, as cds_start_NF may have: the peptide is new as far as is known, its counterpart is unknown."""
    found = cut(one_change("MAXKSALTIQ", "missense_variant", "3", "X/L"), 8)
    assert [(one.sequence, one.wildtype, one.altered) for one in found] == [
        ("MALKSALT", None, frozenset({2})),
        ("ALKSALTI", None, frozenset({1})),
        ("LKSALTIQ", None, frozenset({0})),
    ]


def test_a_protein_shorter_than_the_window_has_none() -> None:
    """Seven residues hold no 8-mer."""
    assert not cut(one_change("MAAAKWY", "missense_variant", "5", "K/R"), 8)
    assert len(cut(one_change("MAAAKWY", "missense_variant", "5", "K/R"), 7)) == 1


PROTEINS = st.text("ACKL", min_size=8, max_size=30)


@settings(max_examples=300, deadline=None)
@given(PROTEINS, st.data())
def test_windows_are_the_new_kmers_at_their_offsets(protein: str, data: st.DataObject) -> None:
    """Any in-frame exchange, with repeats galore: exactly the new k-mers, each where it says it is."""
    start = data.draw(st.integers(0, len(protein)))
    end = data.draw(st.integers(start, min(len(protein), start + 5)))
    new = data.draw(st.text("ACKL", max_size=5))
    length = data.draw(st.integers(2, 8))
    old = protein[start:end]
    mutant = protein[:start] + new + protein[end:]
    at = f"{start}-{start + 1}" if not old else f"{start + 1}-{end}"
    if not (old or new) or (not old and start == 0):
        return
    if old == new:
        return
    change = one_change(protein, "protein_altering_variant", at, f"{old or '-'}/{new or '-'}")
    assert change.mutant == mutant
    found = cut(change, length)
    assert {one.sequence for one in found} == kmers(mutant, length) - kmers(protein, length)
    assert len({one.offset for one in found}) == len(found)
    for one in found:
        assert mutant[one.offset : one.offset + length] == one.sequence
        assert mutant[: one.offset].endswith(one.n_flank or "")
        assert mutant[one.offset + length :].startswith(one.c_flank or "")
        if one.wildtype is not None:
            assert len(old) == len(new)
            assert one.wildtype == protein[one.offset : one.offset + length]
            assert one.altered == {at for at in range(length) if one.wildtype[at] != one.sequence[at]}
            assert one.altered
        else:
            assert len(old) != len(new)


def test_a_change_back_to_the_same_protein_yields_nothing() -> None:
    """A frameshift whose protein is the normal one."""
    same = one_change(KRAS, "frameshift_variant", "12", "G/X", FrameshiftSequence=KRAS)
    assert not cut(same, 8)
    assert not neo_peptides(replace(same, edits=()), [8])


def edited(normal: str, mutant: str, *edits: tuple[tuple[int, int], tuple[int, int], bool, bool]) -> ProteinChange:
    """Make a change of (normal residues, mutant residues, aligned, whether a call carries it)."""
    made = tuple(
        ResidueEdit(Interval(*old), Interval(*new), aligned=aligned, calls=(HIT,) if carried else ())
        for old, new, aligned, carried in edits
    )
    return replace(G12D, normal=normal, mutant=mutant, edits=made)


def test_windows_are_told_once_by_length_and_place() -> None:
    """Two exchanges side by side: AC|DE|FG → AC|WY|FG; each 3-mer that holds one, once, whatever lengths are given."""
    change = edited("ACDEFG", "ACWYFG", ((2, 3), (2, 3), True, True), ((3, 4), (3, 4), True, True))
    found = each(new_windows(change, [3, 2, 3]).new)
    assert [(one.offset, one.sequence) for one in found] == [
        (1, "CW"), (2, "WY"), (3, "YF"), (0, "ACW"), (1, "CWY"), (2, "WYF"), (3, "YFG"),
    ]  # fmt: skip
    assert {one.calls for one in found} == {(HIT,)}


def test_an_edit_that_no_call_carries_gives_no_window() -> None:
    """AC|D|EFG → AC|W|EFG and G → Y: only what holds Y is someone's."""
    change = edited("ACDEFG", "ACWEFY", ((2, 3), (2, 3), True, False), ((5, 6), (5, 6), True, True))
    assert [one.sequence for one in each(new_windows(change, [4]).new)] == ["WEFY"]
    assert new_windows(edited("ACDEFG", "ACWEFG", ((2, 3), (2, 3), True, False)), [3]).new == ()


def test_a_joint_without_residues_is_carried_by_what_holds_both_its_sides() -> None:
    """A|C → W|Y, where W is one call's and what holds W and what follows is two calls'."""
    other = call("chr1:200:A>C")
    change = edited("ACDEFG", "ACWEFG", ((2, 3), (2, 3), False, True))
    joint = ResidueEdit(Interval(3, 3), Interval(3, 3), aligned=False, calls=(HIT, other))
    windows = each(new_windows(replace(change, edits=(*change.edits, joint)), [3]).new)
    assert [(one.sequence, len(one.calls)) for one in windows] == [("ACW", 1), ("CWE", 2), ("WEF", 2)]


def test_a_window_that_begins_or_ends_at_a_joint_doesn_t_carry_it() -> None:
    """AC|D|EFGH → AC|EFKH: what begins behind the joint carries the exchange alone, what spans it carries both."""
    other = call("chr1:200:A>C")
    change = edited("ACDEFGH", "ACEFKH", ((2, 3), (2, 2), False, True))
    exchanged = ResidueEdit(Interval(5, 6), Interval(4, 5), aligned=True, calls=(other,))
    windows = each(new_windows(replace(change, edits=(*change.edits, exchanged)), [3, 4]).new)
    assert [(one.sequence, one.calls) for one in windows] == [
        ("ACE", (HIT,)), ("CEF", (HIT,)), ("EFK", (other,)), ("FKH", (other,)),
        ("ACEF", (HIT,)), ("CEFK", (HIT, other)), ("EFKH", (other,)),
    ]  # fmt: skip


def test_a_peptide_is_aligned_past_the_edits_before_it() -> None:
    """A|CD|EFGHI → A|W|EFGHI, then H → K: behind the deletion of one residue, normal EFGH stands one place on."""
    change = edited("ACDEFGHI", "AWEFGKI", ((1, 3), (1, 2), False, True), ((6, 7), (5, 6), True, True))
    peptide = peptide_at(change, Window("EFGK", 2, (HIT,)))
    assert (peptide.wildtype, peptide.altered) == ("EFGH", frozenset({3}))
    assert (peptide.n_flank, peptide.c_flank) == ("AW", "I")
    assert (peptide.wildtype_n_flank, peptide.wildtype_c_flank) == ("ACD", "I")
    across = peptide_at(change, Window("WEFGK", 1, (HIT,)))
    assert (across.wildtype, across.wildtype_n_flank, across.altered) == (None, None, frozenset({0, 4}))
