"""Calibrate the affinity interval on held-out measurements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from neosieve.binding.encoding import encode
from neosieve.binding.interval import Interval, scale_features
from neosieve.binding.support import MIN_EXAMPLES

from .data import Data, of_part
from .ensemble import pair_logits
from .split import Part
from .train import MAX_IC50_NM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from neosieve.binding.network import Network

COVERAGE = 0.90
RIDGE = 1e-3  # of the least-squares fit; the features are of unit size


def fit(
    predicted: NDArray[np.float64],
    spread: NDArray[np.float64],
    differing: NDArray[np.float64],
    measured: NDArray[np.float64],
) -> Interval:
    """Fit how wide the interval is, then how far it has to reach (split conformal: Lei et al. 2018, JASA 113:1094).

    The scale of the error is a log-linear function of the prediction, the members' spread and the distance to the
    nearest trained allele, fitted on one half; the two reaches are quantiles of error over scale on the other half.

    Parameters
    ----------
    predicted, measured
        1 - log50000(IC50) of held-out exact measurements, shape (pairs,), in random order.
    spread
        Standard deviation of the members' predictions.
    differing
        Groove residues that differ from the nearest trained allele's.
    """
    features = scale_features(predicted, spread, differing)
    error = measured - predicted
    fitting = np.arange(len(error)) % 2 == 0
    target = np.log(np.abs(error[fitting]) + 0.01)  # 0.01 is 11 % of an IC50, under an assay's repeatability
    design = features[fitting]
    normal = design.T @ design + RIDGE * len(design) * np.diag([0.0, *np.ones(design.shape[1] - 1)])
    coefficients = np.linalg.solve(normal, design.T @ target)
    # The reaches come from trained alleles alone: there the interval has to be right.
    reaching = ~fitting & (differing == 0)
    ratio = error[reaching] / np.exp(features[reaching] @ coefficients)
    n = len(ratio)
    tail = (1 - COVERAGE) / 2
    ordered = np.sort(ratio)
    below = ordered[max(int(np.floor((n + 1) * tail)) - 1, 0)]
    above = ordered[min(int(np.ceil((n + 1) * (1 - tail))) - 1, n - 1)]
    kept = tuple(round(float(value), 5) for value in coefficients)
    return Interval(kept, round(float(-below), 5), round(float(above), 5))


def calibrate(
    data: Data, networks: Sequence[Network], left_out: Sequence[Network], unseen_alleles: Sequence[str], seed: int
) -> Interval:
    """Fit the interval on the development part.

    For how errors grow with the distance to the nearest trained allele, exact measurements of left-out alleles are
    added, as predicted by networks that haven't seen them.
    """
    development = of_part(data.affinities, Part.DEVELOPMENT)
    exact = development[development["relation"] == "="]
    transformed = _transformed(networks, data, exact)
    predicted, spread = transformed.mean(axis=0), transformed.std(axis=0)
    unseen = data.affinities[data.affinities["allele"].isin(unseen_alleles) & (data.affinities["relation"] == "=")]
    distances = _distances(data, unseen_alleles)
    far = _transformed(left_out, data, unseen)
    ic50 = np.concatenate([exact["ic50"].to_numpy(), unseen["ic50"].to_numpy()])
    measured = np.clip(1 - np.log(ic50) / np.log(MAX_IC50_NM), 0, 1)
    differing = np.concatenate([np.zeros(len(exact)), unseen["allele"].map(distances).to_numpy(dtype=np.float64)])
    order = np.random.default_rng(seed).permutation(len(measured))
    return fit(
        np.concatenate([predicted, far.mean(axis=0)])[order],
        np.concatenate([spread, far.std(axis=0)])[order],
        differing[order],
        measured[order],
    )


def _transformed(networks: Sequence[Network], data: Data, rows: pd.DataFrame) -> NDArray[np.float64]:
    logits = pair_logits(networks, data.groove, rows["peptide"].tolist(), rows["allele"].tolist())
    result: NDArray[np.float64] = 1 / (1 + np.exp(-logits[:, :, 0]))
    return result


def _distances(data: Data, left_out: Sequence[str]) -> dict[str, int]:
    """Groove residues by which each left-out allele differs from the nearest one that was trained."""
    counts = pd.concat([data.ligands["allele"], data.affinities["allele"]]).value_counts()
    trained = [name for name, count in counts.items() if count >= MIN_EXAMPLES and name not in left_out]
    codes = encode([data.groove[name] for name in trained])
    return {name: int((codes != encode([data.groove[name]])).sum(axis=1).min()) for name in left_out}
