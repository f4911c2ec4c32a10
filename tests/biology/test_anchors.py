"""Positions that the groove holds, by their information."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neosieve.biology.anchors import ABUNDANCE, RESIDUES, Anchors, MutationSite, anchors_of

A0201 = Anchors((0.15, 1.22, 0.14, 0.17, 0.02, 0.13, 0.1, 0.07, 1.14))


def test_no_preference_is_no_information() -> None:
    """Any residue will do everywhere: 0 bits, and no anchor; a constant changes nothing."""
    assert anchors_of(np.zeros((9, 20))) == anchors_of(np.full((9, 20), -3.0)) == Anchors((0.0,) * 9)
    assert anchors_of(np.zeros((9, 20))).positions == frozenset()


def test_one_residue_only_tells_its_rarity() -> None:
    """Leucine alone at position 2: log2(1 / 0.0965) = 3.37 bits; tryptophan alone at 9: log2(1 / 0.011) = 6.5 bits."""
    effects = np.zeros((9, 20))
    effects[1, RESIDUES.index("L")] = 1000.0
    effects[8, RESIDUES.index("W")] = 1000.0
    weights = anchors_of(effects).weights
    assert weights[1] == pytest.approx(3.37, abs=0.01)
    assert weights[8] == pytest.approx(6.5, abs=0.01)
    assert anchors_of(effects).positions == {1, 8}


def test_a_residue_preferred_tenfold() -> None:
    """Leucine (p = 0.0965) at tenfold odds: q = 10p/(1 + 9p) = 0.516, all others 1/(1 + 9p) of what they were."""
    effects = np.zeros((1, 20))
    effects[0, RESIDUES.index("L")] = math.log(10)
    p = ABUNDANCE[RESIDUES.index("L")]
    total = 1 + 9 * p
    q = 10 * p / total
    expected = q * math.log2(10 / total) + (1 - q) * math.log2(1 / total)
    assert anchors_of(effects).weights[0] == pytest.approx(expected, abs=1e-6)


def test_natural_composition() -> None:
    """Shares of the twenty add up to 1; leucine is commonest, tryptophan rarest."""
    assert sum(ABUNDANCE) == pytest.approx(1)
    assert RESIDUES[int(np.argmax(ABUNDANCE))] == "L"
    assert RESIDUES[int(np.argmin(ABUNDANCE))] == "W"


@pytest.mark.parametrize(
    ("altered", "site"),
    [
        ({1}, MutationSite.ANCHOR),
        ({1, 8}, MutationSite.ANCHOR),
        ({4}, MutationSite.TCR_FACING),
        ({3, 4, 5}, MutationSite.TCR_FACING),
        ({7, 8}, MutationSite.BOTH),
        (set(range(9)), MutationSite.BOTH),
        (set(), None),
    ],
)
def test_where_a_mutation_lies(altered: set[int], site: MutationSite | None) -> None:
    """HLA-A*02:01 holds positions 2 and 9 (1 and 8 from 0); a deletion's joint alters no residue."""
    assert A0201.positions == {1, 8}
    assert A0201.site(frozenset(altered)) is site


def test_faint_motifs_have_anchors_too() -> None:
    """The strongest position has 0.3 bits: so half of that, 0.15, makes an anchor."""
    assert Anchors((0.1, 0.2, 0.05, 0.3)).positions == {1, 3}
    assert Anchors(()).positions == frozenset()


@pytest.mark.parametrize("altered", [{9}, {-1}])
def test_a_position_beyond_the_length_is_refused(altered: set[int]) -> None:
    """A 9-mer has positions 0 to 8."""
    with pytest.raises(ValueError, match="isn't in a peptide of 9 residues"):
        A0201.site(altered)
