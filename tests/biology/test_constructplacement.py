from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.biology.constructplacement import Demand, no_difficulty, place, slp_difficulty
from neosieve.model.construct import MutantProtein, ProteinEdit
from neosieve.model.genome import Interval

from .constructparts import NORMAL, VARIANT, epitope, shifted, shortened, substituted

SLP = Demand(25, 33, 11, slp_difficulty)
SEGMENT = Demand(27, 27, 11, no_difficulty)
RESIDUES = "ACDEFGHIKLMNPQRSTVWY"


def test_a_segment_holds_the_mutation_in_its_middle() -> None:
    """27 residues around residue 36 (0-based 35): 13 on either side, so 22 to 48."""
    protein = substituted(35)
    ((item,), failed) = place(protein, [epitope(protein, 30)], SEGMENT)
    assert not failed
    assert (item.start, item.sequence) == (22, protein.mutant[22:49])
    assert item.altered == (13,)
    assert item.limits == ()


@pytest.mark.parametrize(
    ("position", "start", "words"),
    [
        (3, 0, ("the mutant protein starts 3 residues before the change",)),
        (66, 43, ("the mutant protein ends 3 residues behind the change",)),
    ],
)
def test_a_change_near_an_end_is_not_in_the_middle_and_that_is_told(
    position: int, start: int, words: tuple[str, ...]
) -> None:
    """The stretch keeps its 27 residues and begins, or ends, with the protein: 70 − 27 = 43."""
    protein = substituted(position)
    at = min(max(0, position - 4), len(NORMAL) - 9)
    ((item,), _) = place(protein, [epitope(protein, at)], SEGMENT)
    assert (item.start, len(item.sequence), item.limits) == (start, 27, words)


def test_a_protein_shorter_than_the_stretch_is_ordered_whole_with_the_reason() -> None:
    """Twenty residues with the change at the eleventh: 10 before it, 9 behind."""
    edit = ProteinEdit(Interval(10, 11), Interval(10, 11), aligned=True, variants=(VARIANT,))
    protein = MutantProtein("T/1", "G", "T", "p.", NORMAL[:10] + "K" + NORMAL[11:20], NORMAL[:20], (edit,))
    ((item,), _) = place(protein, [epitope(protein, 5)], SLP)
    assert item.sequence == protein.mutant
    assert item.limits == (
        "only 20 residues: the mutant protein starts 10 residues before the change",
        "only 20 residues: the mutant protein ends 9 residues behind the change",
    )


def test_no_stretch_holds_an_unknown_residue() -> None:
    """An X at 50 ends what can be made: 30 to 49 lie before it, and the stretch ends there."""
    protein = substituted(40)
    protein = replace(protein, mutant=protein.mutant[:50] + "X" + protein.mutant[51:])
    ((item,), _) = place(protein, [epitope(protein, 38)], SLP)
    assert "X" not in item.sequence
    assert item.end == 50
    assert item.limits == ("the residue behind it is unknown or none of the standard twenty",)


@pytest.mark.parametrize("demand", [SLP, SEGMENT])
def test_candidates_on_both_sides_of_an_unknown_residue_come_in_two_stretches(demand: Demand) -> None:
    """A tail of 20 new residues with a selenocysteine at 0-based 40: no stretch may hold both sides of it."""
    protein = shifted(30, "WHKTYQGDNMURPEWSLKIY")
    before, behind = epitope(protein, 29), epitope(protein, 41, rank=2)
    items, failed = place(protein, [before, behind], demand)
    assert not failed
    # 27 or 25 residues up to the selenocysteine; the nine that are left behind it
    assert [item.epitopes for item in items] == [(before,), (behind,)]
    assert items[0].sequence in protein.mutant[:40]
    assert items[1].sequence == protein.mutant[41:] == "RPEWSLKIY"
    assert "only 9 residues" in items[1].limits[0]


def test_a_stretch_tells_of_a_neighbouring_changes_candidates_inside() -> None:
    """Substitutions at 0-based 46 and 60: what touches either spans 36 to 70, too long for one stretch.

    The last 25 residues, which the second one gets, begin at 45 and so hold the first one's candidate at 46.
    """
    edits = [Interval(46, 47), Interval(60, 61)]
    mutant = f"{NORMAL[:46]}G{NORMAL[47:60]}P{NORMAL[61:]}"
    protein = MutantProtein(
        "T1/1", "GENE", "T1", "p.X", mutant, NORMAL, tuple(ProteinEdit(at, at, True, (VARIANT,)) for at in edits)
    )
    wide = [epitope(protein, 46), epitope(protein, 38, rank=2), epitope(protein, 56, rank=3)]
    items, failed = place(protein, wide, SLP)
    assert not failed
    assert [len(item.epitopes) for item in items] == [2, 2]
    for item in items:
        assert item.epitopes == tuple(one for one in wide if item.start <= one.start and one.end <= item.end)


@pytest.mark.parametrize(
    ("position", "words"),
    [(1, "the mutant protein starts 1 residue before the change"), (0, "the mutant protein starts with the change")],
)
def test_the_distance_to_an_end_is_told_in_plain_words(position: int, words: str) -> None:
    """One residue, in the singular; none, as with."""
    protein = substituted(position)
    ((item,), _) = place(protein, [epitope(protein, 0)], SEGMENT)
    assert item.limits == (words,)


def test_manufacture_decides_among_placements() -> None:
    """With 25–33 residues around one epitope, none that begins with Q, E, C or N is taken if another is there."""
    protein = substituted(35)
    only = epitope(protein, 32, 8)
    ((item,), _) = place(protein, [only], SLP)
    known = [
        slp_difficulty(protein.mutant[start:end])
        for start in range(33)
        for end in range(40, 71)
        if 25 <= end - start <= 33 and start <= 29 and end >= 43
    ]
    assert slp_difficulty(item.sequence) == min(known)
    assert item.sequence[0] not in "QECN"


def test_all_epitopes_of_one_substitution_lie_in_one_peptide() -> None:
    """Eight-, nine-, ten- and eleven-mers on both sides of residue 36: at most 21 residues together."""
    protein = substituted(35)
    epitopes = [epitope(protein, 25, 11, 1), epitope(protein, 35, 11, 2), epitope(protein, 30, 9, 3)]
    ((item,), failed) = place(protein, epitopes, SLP)
    assert not failed
    assert item.epitopes == tuple(epitopes)
    assert all(one.peptide in item.sequence for one in epitopes)


def test_a_deletion_without_new_residues_has_a_novel_junction() -> None:
    """Residues 31–35 gone: the peptide spans the point, and no position in it is altered."""
    protein = shortened(30, 35)
    ((item,), _) = place(protein, [epitope(protein, 26)], SLP)
    (point,) = item.junctions
    assert item.altered == ()
    assert item.sequence[:point] in NORMAL
    assert item.sequence[point:] in NORMAL
    assert item.sequence not in NORMAL


def test_a_long_tail_is_tiled_so_that_no_epitope_is_cut() -> None:
    """A tail of 60 behind residue 40: each 11-mer that touches it lies in one tile at least, neighbours share ten."""
    tail = "GWQRSTVKLPMNADHCEFIYGGSRTWKLVNMPQADEHIRSTYFGCKLWVDNPAQMTEHRS"
    protein = shifted(40, tail)
    starts = range(30, len(protein.mutant) - 10)
    epitopes = [epitope(protein, start, 11, rank) for rank, start in enumerate(starts, start=1)]
    items, failed = place(protein, epitopes, SLP)
    assert not failed
    assert len(items) == 3  # 70 residues from 30 on: 33 + 23 + 23 ≥ 70
    assert all(25 <= len(item.sequence) <= 33 for item in items)
    for one in epitopes:
        assert any(item.start <= one.start and one.end <= item.end for item in items)
    assert all("tile" in item.remarks[-1] for item in items)


def test_a_tile_without_an_admitted_candidate_is_not_ordered() -> None:
    """Of the tiles over a long tail only the one with the epitope is left."""
    protein = shifted(40, "GWQRSTVKLPMNADHCEFIYGGSRTWKLVNMPQADEHIRSTYFGCKLWVDNPAQMTEHRS")
    items, _ = place(protein, [epitope(protein, 90)], SLP)
    assert [item.best.start for item in items] == [90]


def test_a_rejected_peptide_is_in_no_stretch() -> None:
    """The stretch moves so as to leave it out; if it can't, the candidate is left out and told why."""
    protein = substituted(35)
    wanted = epitope(protein, 35, 9)
    beside = protein.mutant[20:30]
    ((item,), _) = place(protein, [wanted], SLP, rejected={beside})
    assert beside not in item.sequence
    inside = protein.mutant[36:44]
    items, ((failed),) = place(protein, [wanted], SLP, rejected={inside})
    assert not items
    assert failed.reason == f"every placement around it holds {inside}, which the review rejects"


def test_an_accepted_candidate_enters_with_a_rejected_peptide_and_says_so() -> None:
    """It can't be had without; the sheet tells."""
    protein = substituted(35)
    wanted = epitope(protein, 35, 9)
    inside = protein.mutant[36:44]
    ((item,), _) = place(protein, [wanted], SLP, rejected={inside}, accepted={wanted})
    assert wanted.peptide in item.sequence
    assert f"holds {inside}, which the review rejects" in item.remarks


def test_what_a_variant_of_unknown_phase_would_change_is_avoided_and_else_told() -> None:
    """Residue 46 (0-based 45) can be left out of 25 residues around 36; residue 38 can't."""
    far = substituted(35, unphased=((Interval(45, 46), "chr1:130:C>G"),))
    ((item,), _) = place(far, [epitope(far, 32, 8)], SLP)
    assert item.end <= 45
    near = substituted(35, unphased=((Interval(37, 38), "chr1:106:C>G"),))
    ((item,), _) = place(near, [epitope(near, 32, 8)], SLP)
    at = 37 - item.start + 1
    assert item.remarks == (
        f"the phase of chr1:106:C>G is unknown: in cis it would change residues {at}–{at} of this sequence",
    )


def test_what_a_germline_variant_put_there_is_told() -> None:
    """It is in the mutant protein, and so in the stretch."""
    protein = substituted(35, germline=((Interval(40, 41), "chr1:115:C>G"),))
    ((item,), _) = place(protein, [epitope(protein, 32)], SLP)
    assert item.remarks == ("the germline variant chr1:115:C>G on the same copy is in it",)


@given(st.data())
def test_every_stretch_is_mutant_and_holds_its_epitopes(data: st.DataObject) -> None:
    """Whatever is changed: each is a piece of the mutant protein, never of the normal one, and has what it lists."""
    text = st.text(RESIDUES, min_size=1, max_size=60)
    normal = data.draw(st.text(RESIDUES, min_size=12, max_size=90))
    start = data.draw(st.integers(1, len(normal) - 2))
    end = data.draw(st.integers(start, len(normal)))
    new = data.draw(text if end == start else st.one_of(st.just(""), text))
    mutant = normal[:start] + new + normal[end:]
    edit = ProteinEdit(Interval(start, end), Interval(start, start + len(new)), aligned=False, variants=(VARIANT,))
    protein = MutantProtein("T/1", "G", "T", "p.", mutant, normal, (edit,))
    lengths = (8, 9, 10, 11)
    windows = [
        (at, length)
        for length in lengths
        for at in range(len(mutant) - length + 1)
        if (at < start + len(new) and start < at + length if new else at < start < at + length)
        and mutant[at : at + length] not in normal
    ]
    if not windows:
        return
    chosen = data.draw(st.lists(st.sampled_from(windows), min_size=1, max_size=6, unique=True))
    epitopes = [epitope(protein, at, length, rank) for rank, (at, length) in enumerate(chosen, start=1)]
    items, failed = place(protein, epitopes, SLP)
    assert not failed
    assert {one for item in items for one in item.epitopes} == set(epitopes)
    for item in items:
        assert mutant[item.start : item.end] == item.sequence
        assert item.sequence not in normal
        assert len(item.sequence) <= 33
        assert len(item.sequence) >= 25 or item.limits
        assert item.altered or item.junctions
        assert all(item.start <= one.start and one.end <= item.end for one in item.epitopes)
