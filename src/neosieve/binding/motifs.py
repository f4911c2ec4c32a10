"""Each trained groove's own motif, beside the networks: log-odds of residues near a ligand's ends, and of its length.

The networks share what they know between alleles; a plain weight matrix knows one allele alone. Together they rank
held-out ligands better than either.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import LENGTHS, encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

FROM_START, FROM_END = 5, 4  # nine positions; what a longer peptide has in between isn't looked at
POSITIONS = FROM_START + FROM_END
EXPONENT = 10  # log-odds are whole multiples of 2**-10, so that their sum never rounds


def end_codes(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """First five and last four residues, shape (peptides, length) → (peptides, 9); an 8-mer's fifth stands twice."""
    return np.concatenate([codes[:, :FROM_START], codes[:, -FROM_END:]], axis=1)


def ends(by_length: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """:func:`end_codes` and lengths of peptides that are sorted by length."""
    lengths = np.fromiter(map(len, by_length), np.intp, len(by_length))
    starts = np.searchsorted(lengths, np.unique(lengths)).tolist()
    parts = [end_codes(encode(by_length[start:end])) for start, end in pairwise([*starts, len(by_length)])]
    return np.concatenate(parts) if parts else np.empty((0, POSITIONS), dtype=np.uint8), lengths


@dataclass(frozen=True)
class Motifs:
    """Motifs by groove, and how they join the networks' logit; immutable."""

    row: Mapping[str, int]
    """Row of the arrays by pseudosequence, for grooves with enough ligands."""
    residues: NDArray[np.int16]
    """Log-odds of each residue at each of nine positions, shape (grooves, 9, 20), in units of 2**-10."""
    lengths: NDArray[np.int16]
    """Logarithm of each length's share among the ligands, shape (grooves, 16), in units of 2**-10."""
    weight: float
    """Of the motif's log-odds, beside 1 for the networks' logit."""
    scale: float
    """Brings the sum back to a logit."""
    offset: float
    """Added last."""
    expected: tuple[float, float]
    """Constant and slope of the log-odds that go with a networks' logit: stands in for a groove without a motif."""

    def join(
        self, logits: NDArray[np.float64], groove: str, codes: NDArray[np.uint8], lengths: NDArray[np.intp]
    ) -> NDArray[np.float64]:
        """Join the networks' ligand logits of peptides with the motif of one groove.

        Parameters
        ----------
        logits
            Shape (peptides,).
        codes, lengths
            As :func:`ends` gives them.
        """
        row = self.row.get(groove)
        if row is None:
            constant, slope = self.expected
            odds = constant + slope * logits
        else:
            summed = self.residues[row][np.arange(POSITIONS), codes].sum(axis=1, dtype=np.int64)
            summed += self.lengths[row].astype(np.int64)[lengths]
            odds = summed.astype(np.float64) * math.ldexp(1.0, -EXPONENT)
        joined: NDArray[np.float64] = self.scale * (logits + self.weight * odds) + self.offset
        return joined


def from_arrays(arrays: Mapping[str, NDArray[np.generic]], constants: Mapping[str, object]) -> Motifs:
    """Check and wrap arrays and constants.

    Raises
    ------
    ValueError
        An array's shape or type isn't what the term needs.
    KeyError
        An array or a constant is missing.
    """
    grooves = [str(groove) for groove in arrays["pseudosequences"].tolist()]
    expected = {"residues": (len(grooves), POSITIONS, 20), "lengths": (len(grooves), LENGTHS[-1] + 1)}
    for name, shape in expected.items():
        if arrays[name].shape != shape or arrays[name].dtype != np.int16:
            found = arrays[name]
            raise ValueError(f"array {name!r} is {found.dtype} {found.shape}, expected int16 {shape}")
    number = {name: float(str(value)) for name, value in constants.items()}
    return Motifs(
        {groove: row for row, groove in enumerate(grooves)},
        arrays["residues"].astype(np.int16),
        arrays["lengths"].astype(np.int16),
        weight=number["weight"],
        scale=number["scale"],
        offset=number["offset"],
        expected=(number["expected_constant"], number["expected_slope"]),
    )
