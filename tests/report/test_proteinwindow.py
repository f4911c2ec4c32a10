"""The protein around a mutation: made-up proteins whose residues count themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from neosieve.model.genome import Interval
from neosieve.model.protein import ResidueEdit
from neosieve.model.variant import AlleleCounts, Call, Variant
from neosieve.report.proteinwindow import FLANK, LONGEST, LOST_SHOWN, Segment, protein_window

from .builders import substitution

if TYPE_CHECKING:
    from neosieve.model.protein import ProteinChange

LETTERS = "ACDEFGHIKLMNPQRSTVWY"
NORMAL = "".join(LETTERS[(at + at // 20) % 20] for at in range(100))
"""Any ten neighbours occur once."""


def call(position: int) -> Call:
    """Build a call that differs from another's."""
    return Call(Variant("chr1", position, "A", "C"), line=1, filters=(), tumor=AlleleCounts())


FIRST, SECOND = call(1), call(2)


def changed(*edits: tuple[int, int, str, Call], normal: str = NORMAL) -> ProteinChange:
    """Replace normal[start:end] by other residues, from left to right."""
    mutant, at, made = "", 0, []
    for start, end, new, by in edits:
        mutant += normal[at:start]
        span = Interval(len(mutant), len(mutant) + len(new))
        made.append(ResidueEdit(Interval(start, end), span, aligned=len(new) == end - start, calls=(by,)))
        mutant += new
        at = end
    mutant += normal[at:]
    return replace(substitution()[0], normal=normal, mutant=mutant, edits=tuple(made))


def test_a_substitution_stands_between_equal_flanks() -> None:
    """Residue 51 of 100: twenty residues on either side, the same in both."""
    window = protein_window(changed((50, 51, "X", FIRST)), (FIRST,))
    assert window.segments == (
        Segment(NORMAL[30:50], NORMAL[30:50], changed=False),
        Segment(NORMAL[50], "X", changed=True),
        Segment(NORMAL[51:71], NORMAL[51:71], changed=False),
    )
    assert (window.start, window.normal_start, window.begins, window.ends, window.lost) == (30, 30, False, False, 0)


def test_a_window_ends_with_its_protein() -> None:
    """Changes three residues from either end leave flanks of three."""
    first = protein_window(changed((3, 4, "X", FIRST)), (FIRST,))
    assert (first.start, first.begins, first.ends, len(first.mutant)) == (0, True, False, 4 + FLANK)
    last = protein_window(changed((96, 97, "X", FIRST)), (FIRST,))
    assert (last.start, last.begins, last.ends, len(last.mutant)) == (76, False, True, FLANK + 4)


def test_an_insertion_has_no_normal_residues() -> None:
    """Two new residues between 50 and 51."""
    window = protein_window(changed((50, 50, "XX", FIRST)), (FIRST,))
    assert window.segments[1] == Segment("", "XX", changed=True, aligned=False)
    assert window.segments[2].normal == NORMAL[50:70]


def test_a_deletion_has_no_mutant_residues() -> None:
    """Residues 51 to 53 are gone: the window shows them beside nothing."""
    window = protein_window(changed((50, 53, "", FIRST)), (FIRST,))
    assert [(one.normal, one.mutant) for one in window.segments[1:]] == [
        (NORMAL[50:53], ""),
        (NORMAL[53:73], NORMAL[53:73]),
    ]


def test_a_deletion_of_the_first_residues_is_shown() -> None:
    """The normal residues count from 1 where the mutant's begin."""
    window = protein_window(changed((0, 2, "", FIRST)), (FIRST,))
    assert window.normal_start == 0
    assert window.segments[0] == Segment(NORMAL[:2], "", changed=True, aligned=False)


def test_of_a_frameshift_the_normal_tail_is_shown_as_far_as_the_new_one() -> None:
    """Ten new residues in place of sixty: as many normal ones as are shown at least, and the number of the others."""
    window = protein_window(changed((40, 100, "X" * 10, FIRST)), (FIRST,))
    assert window.segments[1] == Segment(NORMAL[40 : 40 + LOST_SHOWN], "X" * 10, changed=True, aligned=False)
    assert (window.lost, window.ends) == (60 - LOST_SHOWN, True)


def test_a_very_long_tail_is_cut() -> None:
    """The window says that it doesn't reach the protein's end."""
    window = protein_window(changed((40, 100, "X" * 1000, FIRST)), (FIRST,))
    assert (len(window.mutant), window.ends) == (LONGEST, False)


def test_the_window_is_about_the_calls_asked_for() -> None:
    """A distant call in cis is left out, though it moves the normal protein's numbers; a near one is shown."""
    both = changed((10, 12, "", FIRST), (60, 61, "X", SECOND))
    window = protein_window(both, (SECOND,))
    assert (window.start, window.normal_start) == (60 - 2 - FLANK, 60 - FLANK)
    assert [one.mutant for one in window.segments if one.changed] == ["X"]
    near = changed((50, 51, "Y", FIRST), (60, 61, "X", SECOND))
    assert [one.mutant for one in protein_window(near, (SECOND,)).segments if one.changed] == ["Y", "X"]


def test_a_window_inside_another_calls_tail_shows_no_normal_residues_beside_it() -> None:
    """Within one long edit it can't be said which normal residue stands for which new one."""
    both = changed((10, 50, "X" * 60, FIRST), (50, 51, "Y", SECOND))
    window = protein_window(both, (SECOND,))
    assert window.segments[0] == Segment("", "X" * FLANK, changed=True, aligned=False)


@pytest.mark.parametrize(
    "edits",
    [
        [(50, 51, "X", FIRST)],
        [(50, 50, "XXX", FIRST)],
        [(50, 57, "", FIRST)],
        [(0, 1, "", FIRST)],
        [(99, 100, "", FIRST)],
        [(20, 21, "X", FIRST), (30, 33, "", SECOND), (40, 40, "XX", FIRST)],
        [(70, 100, "X" * 5, FIRST)],
    ],
)
def test_a_window_is_a_piece_of_both_proteins(edits: list[tuple[int, int, str, Call]]) -> None:
    """Its mutant residues stand where it says in the mutant protein, its normal ones in the normal protein."""
    change = changed(*edits)
    window = protein_window(change, (FIRST,))
    assert change.mutant[window.start :].startswith(window.mutant)
    normal = "".join(one.normal for one in window.segments)
    assert change.normal[window.normal_start :].startswith(normal)


def test_a_change_without_edits_is_the_beginning_of_the_protein() -> None:
    """Nothing is marked, and nothing fails."""
    window = protein_window(changed(), ())
    assert (window.mutant, window.begins) == (NORMAL[:FLANK], True)
