"""What the residues around a peptide in its protein say about its being cut out and presented."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import AMINO_ACIDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FLANK = 5
"""Residues read on each side; those further away are ignored."""
END = 20  # code of the protein's end right beside the peptide
UNKNOWN = 21  # code of a residue that isn't known, or isn't one of the standard twenty
N_CODES = 21  # codes that carry a weight: the twenty residues and the end
SIDES = ("before", "after")
EXPONENT = 12  # weights are whole multiples of 2**-12, so that their sum never rounds

_CODE = {residue: code for code, residue in enumerate(AMINO_ACIDS)}


def flank_codes(flank: str | None, side: str) -> list[int]:
    """Codes of the residues beside a peptide, nearest first.

    Parameters
    ----------
    flank
        Residues in the protein's order; empty at the protein's end, None if unknown. One shorter than five leaves the
        remaining positions unknown.
    side
        ``before`` or ``after`` the peptide.

    Examples
    --------
    >>> flank_codes("AC", "before"), flank_codes("", "after")
    ([1, 0, 21, 21, 21], [20, 21, 21, 21, 21])
    """
    if flank is None:
        return [UNKNOWN] * FLANK
    if not flank:
        return [END] + [UNKNOWN] * (FLANK - 1)
    nearest_first = flank[::-1] if side == "before" else flank
    codes = [_CODE.get(residue, UNKNOWN) for residue in nearest_first[:FLANK]]
    return codes + [UNKNOWN] * (FLANK - len(codes))


@dataclass(frozen=True)
class FlankTerm:
    """An addition to the ligand logit: a weight for each residue at each flanking position; immutable."""

    weights: NDArray[np.int16]
    """Shape (2 sides, 5 positions from the peptide outwards, 21 residues and end), in units of 2**-12."""

    def of(self, n_flanks: Sequence[str | None], c_flanks: Sequence[str | None]) -> NDArray[np.float64]:
        """Sum the weights around each peptide, shape (peptides,); what is unknown adds nothing.

        Parameters
        ----------
        n_flanks, c_flanks
            Residues before and after each peptide, in the protein's order.
        """
        summed = np.zeros(len(n_flanks), dtype=np.int64)
        for table, flanks, side in zip(self.weights, (n_flanks, c_flanks), SIDES, strict=True):
            index = {flank: row for row, flank in enumerate(dict.fromkeys(flanks))}
            codes = np.asarray([flank_codes(flank, side) for flank in index], dtype=np.intp).reshape(-1, FLANK)
            padded = np.pad(table.astype(np.int64), ((0, 0), (0, UNKNOWN + 1 - N_CODES)))
            term = padded[np.arange(FLANK), codes].sum(axis=1)
            summed += term[np.fromiter(map(index.__getitem__, flanks), np.intp, len(flanks))]
        return summed.astype(np.float64) * math.ldexp(1.0, -EXPONENT)


def from_weights(weights: NDArray[np.generic]) -> FlankTerm:
    """Check and wrap an array of weights.

    Raises
    ------
    ValueError
        The array isn't of the shape and type that the term needs.
    """
    shape = (len(SIDES), FLANK, N_CODES)
    if weights.shape != shape or weights.dtype != np.int16:
        raise ValueError(f"array 'flanks' is {weights.dtype} {weights.shape}, expected int16 {shape}")
    return FlankTerm(weights.astype(np.int16))
