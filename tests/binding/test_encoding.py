"""Residue codes and the three alignments."""

from __future__ import annotations

import numpy as np
import pytest

from neosieve.binding.encoding import AMINO_ACIDS, PAD, encode, first_slots, slot_codes


def test_the_ends_of_a_peptide_keep_their_slots_whatever_the_length() -> None:
    """Left alignment holds the N-terminus in slot 0, right alignment the C-terminus in slot 14."""
    for length in range(8, 16):
        codes = np.arange(length, dtype=np.uint8)[None, :]
        left, centre, right = slot_codes(codes)[0]
        assert left[0] == 0
        assert right[14] == length - 1
        assert (centre != PAD).sum() == length


def test_the_centre_alignment_leans_left_when_room_is_odd() -> None:
    """Eight residues in fifteen slots leave seven: three before, four after."""
    assert first_slots(8) == (0, 3, 7)


def test_codes_are_alphabetical() -> None:
    """A is 0, Y is 19."""
    assert encode([AMINO_ACIDS]).tolist() == [list(range(20))]


def test_nothing_to_encode_is_an_empty_array() -> None:
    """No sequences, no rows."""
    assert encode([]).shape == (0, 0)


@pytest.mark.parametrize("wrong", ["SIINFEK*", "siinfekl", "SIINFEKU", "SIINFEKÿ", "SIINFEKΩ"])
def test_a_letter_outside_the_twenty_is_refused_by_sequence(wrong: str) -> None:
    """The message names the sequence, even behind good ones."""
    with pytest.raises(ValueError, match="outside the standard twenty") as caught:
        encode(["SIINFEKL", wrong])
    assert repr(wrong) in str(caught.value)


def test_lengths_must_not_be_mixed() -> None:
    """Two short sequences must not pass for one long one."""
    with pytest.raises(ValueError, match="different lengths"):
        encode(["SIINFEKL", "SIINFEKLL"])
