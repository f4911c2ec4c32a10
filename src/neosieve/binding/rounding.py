"""Predictions are rounded, so that libraries' last bits don't reach the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIGNIFICANT_DIGITS = 6


def round_significant(values: NDArray[np.float64], digits: int = SIGNIFICANT_DIGITS) -> NDArray[np.float64]:
    """Round values that aren't negative to significant digits; NaN stays.

    Examples
    --------
    >>> round_significant(np.asarray([12345.6789, 0.000123456789, 0.0, np.nan])).tolist()
    [12345.7, 0.000123457, 0.0, nan]
    """
    rounded = values.copy()
    exponents = np.floor(np.log10(np.maximum(values, 1e-12)))  # below 1e-12: 17 decimals
    for exponent in np.unique(exponents[~np.isnan(exponents)]).tolist():
        chosen = exponents == exponent
        rounded[chosen] = np.round(values[chosen], digits - 1 - int(exponent))
    return rounded
