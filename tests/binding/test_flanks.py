"""The flank term."""

from __future__ import annotations

import numpy as np
import pytest

from neosieve.binding.flanks import flank_codes, from_weights


@pytest.mark.parametrize(
    ("flank", "side", "codes"),
    [
        (None, "before", [21, 21, 21, 21, 21]),
        ("", "before", [20, 21, 21, 21, 21]),  # the protein's end, and nothing beyond it
        ("AC", "before", [1, 0, 21, 21, 21]),  # nearest first: C stands beside the peptide
        ("AC", "after", [0, 1, 21, 21, 21]),
        ("ACDEFGH", "after", [0, 1, 2, 3, 4]),  # five are read
        ("ACDEFGH", "before", [6, 5, 4, 3, 2]),
        ("AX", "after", [0, 21, 21, 21, 21]),
    ],
)
def test_flanks_are_read_from_the_peptide_outwards(flank: str | None, side: str, codes: list[int]) -> None:
    """A=0, C=1, … H=6; 20 is the protein's end, 21 unknown."""
    assert flank_codes(flank, side) == codes


def test_the_term_is_the_sum_of_what_is_known() -> None:
    """By hand: A before weighs 4096/4096, the end after 2048/4096, the unknown nothing."""
    weights = np.zeros((2, 5, 21), dtype=np.int16)
    weights[0, 0, 0], weights[1, 0, 20], weights[1, 4, 1] = 4096, 2048, -4096
    term = from_weights(weights)
    befores, afters = ["GA", "A", None, "A"], ["", None, "AAAAC", "AAAAG"]
    assert term.of(befores, afters).tolist() == [1.5, 1.0, -1.0, 1.0]
    assert term.of([], []).tolist() == []


def test_weights_of_another_shape_are_refused() -> None:
    """A file made for another version."""
    with pytest.raises(ValueError, match="expected int16"):
        from_weights(np.zeros((2, 3, 21), dtype=np.int16))
