"""The figures of merit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray


def auc(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: the chance that a positive outscores a negative, ties counting half."""
    ranks = pd.Series(scores).rank().to_numpy()
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    return float((ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def ppv(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float:
    """Share of positives among as many top-scored items as there are positives."""
    n_positive = int(positive.sum())
    top = np.argsort(-scores, kind="stable")[:n_positive]
    return float(positive[top].mean())


def lost(scores: NDArray[np.floating], positive: NDArray[np.bool_], share: float = 0.1) -> float:
    """Share of positives that lose to at least a share of the negatives."""
    bar = np.quantile(scores[~positive], 1 - share)
    return float((scores[positive] <= bar).mean())


def spearman(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Rank correlation."""
    return float(np.corrcoef(pd.Series(first).rank(), pd.Series(second).rank())[0, 1])
