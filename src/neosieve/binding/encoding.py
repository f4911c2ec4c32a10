"""Peptides and pseudosequences as arrays of residue codes.

A peptide of 8–15 residues is laid out three times over fifteen slots: against the left end, in the centre and
against the right end. So the first and last residues, which anchor a class I ligand in the B and F pockets, always
fall into the same slots whatever the length, and the bulge in between has slots of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
"""The standard twenty; a residue's code is its index here."""
PAD = 20  # code of an empty slot, one past the last residue
N_SYMBOLS = 21
SLOTS = 15  # longest peptide; class I ligands beyond 15 residues are rare in the training data (DESIGN: 8-15-mers)
LENGTHS = range(8, 16)
ALIGNMENTS = ("left", "centre", "right")

_INVALID = 255
_CODE_OF_BYTE: NDArray[np.uint8] = np.full(256, _INVALID, dtype=np.uint8)
_CODE_OF_BYTE[np.frombuffer(AMINO_ACIDS.encode("ascii"), dtype=np.uint8)] = np.arange(20, dtype=np.uint8)


def first_slots(length: int) -> tuple[int, int, int]:
    """Slot of a peptide's first residue in the left, centre and right alignment.

    Examples
    --------
    >>> first_slots(9)
    (0, 3, 6)
    """
    room = SLOTS - length
    return 0, room // 2, room


def encode(sequences: Sequence[str]) -> NDArray[np.uint8]:
    """Residue codes of sequences that all have one length.

    Returns
    -------
    Array of shape (sequences, length).

    Raises
    ------
    ValueError
        A sequence holds a letter outside the standard twenty, or the lengths differ.
    """
    if not sequences:
        return np.empty((0, 0), dtype=np.uint8)
    length = len(sequences[0])
    if any(len(sequence) != length for sequence in sequences):
        raise ValueError("sequences of different lengths can't share one array")
    # "replace" turns any non-Latin letter into "?", which is no residue and is refused below.
    letters = "".join(sequences).encode("latin-1", errors="replace")
    codes = _CODE_OF_BYTE[np.frombuffer(letters, dtype=np.uint8)].reshape(len(sequences), length)
    wrong = np.flatnonzero((codes == _INVALID).any(axis=1))
    if wrong.size:
        culprit = sequences[int(wrong[0])]
        raise ValueError(f"{culprit!r} holds a letter outside the standard twenty amino acids ({AMINO_ACIDS})")
    return codes


def slot_codes(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lay residue codes of one length out over the slots of the three alignments.

    Parameters
    ----------
    codes
        Shape (peptides, length).

    Returns
    -------
    Shape (peptides, 3, 15); empty slots hold :data:`PAD`.
    """
    n, length = codes.shape
    slots = np.full((n, len(ALIGNMENTS), SLOTS), PAD, dtype=np.uint8)
    for alignment, start in enumerate(first_slots(length)):
        slots[:, alignment, start : start + length] = codes
    return slots
