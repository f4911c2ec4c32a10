"""Percentile ranks from tabulated quantiles of a background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DECIMALS = 4  # of a reported percentile; the background's own step is coarser


def grid_ranks(background: int, per_decade: int = 24) -> NDArray[np.intp]:
    """Ranks at which background scores are kept: each of the best ten, then evenly in the logarithm.

    Parameters
    ----------
    background
        Number of background peptides.

    Returns
    -------
    Strictly increasing, from 1 (the best) to the background's size.
    """
    decades = np.log10(background / 10)
    spaced = np.logspace(1, np.log10(background), round(decades * per_decade) + 1)
    return np.unique(np.concatenate([np.arange(1, 11), np.rint(spaced)]).astype(np.intp))


def quantiles(scores: NDArray[np.floating], ranks: NDArray[np.intp]) -> NDArray[np.float32]:
    """Score of the background peptide at each rank, best first.

    Parameters
    ----------
    scores
        Scores of the background, higher is better; shape (background,).
    """
    best_first = np.sort(scores)[::-1]
    kept: NDArray[np.float32] = best_first[ranks - 1].astype(np.float32)
    return kept


@dataclass(frozen=True)
class PercentileTable:
    """Background quantiles of every allele for one score; immutable."""

    percentiles: NDArray[np.float64]
    """Share (%) of the background at least as good as each tabulated score; shape (grid,), increasing."""
    scores: NDArray[np.float32]
    """Shape (alleles, grid), decreasing along the grid."""

    def rank(self, scores: NDArray[np.float64], row: int) -> NDArray[np.float64]:
        """Percentiles (above 0, up to 100) of scores for the allele in one row.

        Between two tabulated scores the rank is interpolated linearly, so a better score never ranks worse. What is
        better than the whole background gets the background's resolution, one in its number of peptides: no more is
        known about it, so 0 is never reported.
        """
        ascending = self.scores[row, ::-1].astype(np.float64)
        found = np.interp(scores, ascending, self.percentiles[::-1], left=100.0, right=self.percentiles[0])
        kept: NDArray[np.float64] = np.maximum(np.round(found, DECIMALS), 10.0**-DECIMALS)
        return kept
