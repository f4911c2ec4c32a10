"""How far off a predicted affinity may be: an interval that covers nine of ten measurements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPREAD_FLOOR = 0.003  # below it the members agree to 3 % of an IC50, by chance
MAX_DIFFERING = 8  # residues; one more than the farthest allele that the calibration has seen; then the width stays


def scale_features(
    predicted: NDArray[np.float64], spread: NDArray[np.float64], differing: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Compute what the width of the interval depends on, shape (pairs, 5).

    Parameters
    ----------
    predicted
        1 - log50000(IC50), 0–1.
    spread
        Standard deviation of the members' predictions, on the same scale.
    differing
        Groove residues that differ from the nearest trained allele's.
    """
    one = np.ones_like(predicted)
    disagreement = np.log(np.maximum(spread, SPREAD_FLOOR) / SPREAD_FLOOR)
    distance = np.minimum(differing, MAX_DIFFERING) / MAX_DIFFERING
    return np.stack([one, predicted, predicted**2, disagreement, distance], axis=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """A calibrated 90 % interval around a predicted affinity; immutable."""

    coefficients: tuple[float, ...]
    """Of the logarithm of the error's scale: constant, prediction, its square, members' disagreement, distance."""
    below: float
    """How many scales the interval reaches towards weaker binding (a higher IC50)."""
    above: float
    """How many scales it reaches towards stronger binding (a lower IC50)."""

    def around(
        self, predicted: NDArray[np.float64], spread: NDArray[np.float64], differing: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Find the ends of the interval on the scale of 1 - log50000(IC50): weakest binding, strongest binding."""
        features = scale_features(predicted, spread, differing)
        # Term by term: a matrix product's order of summation may depend on how many pairs there are.
        logarithm = np.zeros_like(predicted)
        for column, coefficient in zip(features.T, self.coefficients, strict=True):
            logarithm += coefficient * column
        scale = np.exp(logarithm)
        return np.maximum(predicted - self.below * scale, 0), np.minimum(predicted + self.above * scale, 1)
