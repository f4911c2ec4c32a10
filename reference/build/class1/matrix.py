"""The baseline to beat: one position-weight matrix for each allele."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import AMINO_ACIDS, LENGTHS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

FROM_START, FROM_END = 5, 4  # nine positions; what a longer peptide has in between isn't looked at
PSEUDOCOUNT = 5.0

_CODE = {residue: code for code, residue in enumerate(AMINO_ACIDS)}


def _codes(peptides: Sequence[str]) -> NDArray[np.intp]:
    """Residue codes at nine positions; of an 8-mer the fourth last residue stands twice."""
    return np.asarray(
        [[_CODE[residue] for residue in peptide[:FROM_START] + peptide[-FROM_END:]] for peptide in peptides],
        dtype=np.intp,
    )


def matrices(ligands: pd.DataFrame, background: Mapping[str, float]) -> dict[str, NDArray[np.float64]]:
    """Log-odds of each residue at each position, then of each length; by allele, shape (9 * 20 + 16,)."""
    expected = np.asarray([background[residue] for residue in AMINO_ACIDS])
    result = {}
    for allele, rows in ligands.groupby("allele"):
        peptides = rows["peptide"].tolist()
        counts = np.zeros((FROM_START + FROM_END, len(AMINO_ACIDS)))
        for position, column in enumerate(_codes(peptides).T):
            counts[position] = np.bincount(column, minlength=len(AMINO_ACIDS))
        share = (counts + PSEUDOCOUNT * expected) / (len(peptides) + PSEUDOCOUNT)
        lengths = np.bincount([len(peptide) for peptide in peptides], minlength=LENGTHS[-1] + 1) + 1.0
        result[str(allele)] = np.concatenate([np.log(share / expected).ravel(), np.log(lengths / lengths.sum())])
    return result


def score(matrix: NDArray[np.float64], peptides: Sequence[str]) -> NDArray[np.float64]:
    """Sum of log-odds of each peptide."""
    positions = FROM_START + FROM_END
    table = matrix[: positions * len(AMINO_ACIDS)].reshape(positions, len(AMINO_ACIDS))
    of_length = matrix[positions * len(AMINO_ACIDS) :]
    summed: NDArray[np.float64] = table[np.arange(positions), _codes(peptides)].sum(axis=1)
    return summed + of_length[[len(peptide) for peptide in peptides]]
