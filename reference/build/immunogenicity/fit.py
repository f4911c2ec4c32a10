"""Logistic regression with an intercept for each study and allele, non-negative slopes, and figures of merit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RIDGE = 10.0
"""Of each slope, per decade: as much as some forty informative pairs; correlated slopes share their weight."""
INTERCEPT_RIDGE = 0.1
EFFECTIVE = 500.0
"""A study's responders count as this many at most, so that the largest (viral) one doesn't decide."""
STEPS = 30


def weights(study: NDArray[np.str_], response: Array) -> Array:
    """Weigh each pair by its study's size."""
    result = np.ones(len(response))
    for name in np.unique(study):
        members = study == name
        fewer = min(response[members].sum(), (1 - response[members]).sum())
        result[members] = min(1.0, EFFECTIVE / max(fewer, 1))
    return result


def fit(features: Array, response: Array, stratum: NDArray[np.int64], weight: Array) -> Array:
    """Fit slopes, none below 0, by Newton's method; each stratum has an intercept of its own."""
    active = list(range(features.shape[1]))
    while True:
        slopes = np.zeros(features.shape[1])
        if active:
            slopes[active] = _newton(features[:, active], response, stratum, weight)
        if (slopes >= 0).all():
            return slopes
        active = [one for one in active if slopes[one] >= 0]


def _newton(features: Array, response: Array, stratum: NDArray[np.int64], weight: Array) -> Array:
    slopes, intercepts = np.zeros(features.shape[1]), np.zeros(stratum.max() + 1)
    count = len(intercepts)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-(features @ slopes + intercepts[stratum])))
        residual, curve = weight * (response - chance), weight * chance * (1 - chance)
        inner = np.bincount(stratum, curve, count) + INTERCEPT_RIDGE
        cross = np.column_stack([np.bincount(stratum, curve * column, count) for column in features.T])
        steep = np.bincount(stratum, residual, count) - INTERCEPT_RIDGE * intercepts
        gradient = features.T @ residual - RIDGE * slopes
        hessian = (features * curve[:, None]).T @ features + RIDGE * np.eye(len(slopes))
        # the intercepts' block is diagonal: eliminate it (Schur's complement)
        step = np.linalg.solve(hessian - cross.T @ (cross / inner[:, None]), gradient - cross.T @ (steep / inner))
        slopes = slopes + step
        intercepts = intercepts + (steep - cross @ step) / inner
    return slopes


def auc(response: Array, score: Array) -> float:
    """Area under the ROC curve; ties count half."""
    order, places = np.unique(score, return_inverse=True)
    positive = np.bincount(places, response, len(order))
    negative = np.bincount(places, 1 - response, len(order))
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / (positive.sum() * negative.sum()))


def average_precision(response: Array, score: Array) -> float:
    """Mean precision at each responder, best first."""
    ordered = response[np.argsort(-score, kind="stable")]
    precision = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float((precision * ordered).sum() / ordered.sum())
