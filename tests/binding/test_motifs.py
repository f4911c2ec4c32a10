"""Motifs beside the networks."""

from __future__ import annotations

import numpy as np
import pytest

from neosieve.binding.motifs import ends, from_arrays

GROOVE = "YFAMYGEKVAHTHVDTLYVRYHYYTWAVLAYTWY"
CONSTANTS = {"weight": 0.5, "scale": 2.0, "offset": -1.0, "expected_constant": -3.0, "expected_slope": 1.5}


def test_the_ends_of_peptides_of_mixed_lengths() -> None:
    """Five from the start, four from the end; A=0, C=1, D=2 and so on."""
    codes, lengths = ends(["ACDEFGHI", "ACDEFGHIK", "ACDEFGHIKLM"])
    assert lengths.tolist() == [8, 9, 11]
    assert codes.tolist() == [
        [0, 1, 2, 3, 4, 4, 5, 6, 7],  # the fifth of an 8-mer is its fourth last, too
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        [0, 1, 2, 3, 4, 7, 8, 9, 10],
    ]
    assert ends([])[0].shape == (0, 9)


def test_log_odds_join_the_logit() -> None:
    """By hand: a logit of 1, residue A at the start worth 2, nine residues worth 1: 2 · (1 + 0.5 · 3) - 1 = 4."""
    residues, lengths = np.zeros((1, 9, 20), dtype=np.int16), np.zeros((1, 16), dtype=np.int16)
    residues[0, 0, 0], lengths[0, 9] = 2 * 1024, 1024
    motifs = from_arrays({"pseudosequences": np.asarray([GROOVE]), "residues": residues, "lengths": lengths}, CONSTANTS)
    assert motifs.join(np.asarray([1.0]), GROOVE, *ends(["ACDEFGHIK"])).tolist() == [4.0]
    # A groove without a motif gets what such a logit has on average: -3 + 1.5 · 1.
    assert motifs.join(np.asarray([1.0]), "another", *ends(["ACDEFGHIK"])).tolist() == [2 * (1 - 0.75) - 1]


def test_arrays_of_another_shape_are_refused() -> None:
    """A file made for another version."""
    arrays = {
        "pseudosequences": np.asarray([GROOVE]),
        "residues": np.zeros((1, 8, 20), dtype=np.int16),
        "lengths": np.zeros((1, 16), dtype=np.int16),
    }
    with pytest.raises(ValueError, match="'residues' is int16"):
        from_arrays(arrays, CONSTANTS)
