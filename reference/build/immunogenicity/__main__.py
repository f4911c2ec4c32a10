"""Fit how presentation and affinity share the weight of binding, on open truth sets, and cross-validate.

``python -m reference.build.immunogenicity --truth FOLDER`` prints the cross-validation and writes
``reference/models/immunogenicity/coefficients.json``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from neosieve.binding.embedded import EmbeddedPredictor

from .data import STUDIES, Data, gather, keys_of
from .fit import auc, average_precision, fit, weights

OUT = Path(__file__).parents[2] / "models" / "immunogenicity" / "coefficients.json"
SEED = 5
DRAWS = 100
HYDROPATHY = dict(
    zip(
        "ARNDCQEGHILKMFPSTWYV",
        (
            1.8,
            -4.5,
            -3.5,
            -3.5,
            2.5,
            -3.5,
            -3.5,
            -0.4,
            -3.2,
            4.5,
            3.8,
            -3.9,
            1.9,
            2.8,
            -1.6,
            -0.8,
            -0.7,
            -0.9,
            -1.3,
            4.2,
        ),
        strict=True,
    )
)  # Kyte 1982


def slopes_of(data: Data, rows: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Fit on some rows, with an intercept for each study and allele."""
    table = data.table.iloc[rows]
    response = table["response"].to_numpy(dtype=np.float64)
    stratum = pd.factorize(table["study"] + table["allele"])[0].astype(np.int64)
    return fit(features[rows], response, stratum, weights(table["study"].to_numpy(dtype=str), response))


def share(slopes: np.ndarray) -> float:
    """Return presentation's share of binding's weight; half where the data show no slope at all."""
    total = float(slopes[:2].sum())
    return float(slopes[0]) / total if total > 0 else 0.5


def hydrophobicity(data: Data) -> np.ndarray:
    """Mean hydropathy of the residues that face T cells: the fourth to the last but one."""
    return np.array([np.mean([HYDROPATHY[residue] for residue in one[3:-1]]) for one in data.table["peptide"]])


def cross_validate(data: Data) -> dict[str, float]:
    """Leave each study out, and what resembles its peptides; print AUC and average precision on it.

    Returns
    -------
    dict
        Presentation's share of binding's weight, fitted without each study.
    """
    shares = {}
    study, peptides = data.table["study"].to_numpy(), data.table["peptide"]
    response = data.table["response"].to_numpy(dtype=np.float64)
    wide = np.column_stack([data.features, hydrophobicity(data)])
    print(f"{'':<58}| AUC / average precision of:")
    heads = ("fitted", "affinity", "presentation", "halves", "+ hydropathy")
    shown = "".join(f"{one:<14}" for one in heads)
    print(f"left-out study    pairs  responders  presentation share  | {shown}")
    for name in STUDIES:
        test = study == name
        tested = {key for one in peptides[test] for key in keys_of(one)}
        apart = np.array([tested.isdisjoint(keys_of(one)) for one in peptides])
        rows = np.flatnonzero(apart & ~test)
        slopes, wider = slopes_of(data, rows, data.features), slopes_of(data, rows, wide)
        fitted = share(slopes)
        shares[name] = round(fitted, 3)
        x = data.features[test]
        scores = (
            x @ [fitted, 1 - fitted], x[:, 1], x[:, 0], x.sum(axis=1), wide[test] @ wider,
        )  # fmt: skip
        cells = [f"{auc(response[test], one):.3f} / {average_precision(response[test], one):.3f}" for one in scores]
        print(f"{name:<16} {test.sum():>6,} {response[test].sum():>11,.0f} {fitted:>19.2f}  | {' '.join(cells)}")
    return shares


def main() -> None:
    """Fit, cross-validate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--truth", type=Path, required=True, help="folder of the truth sets")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    predictor = EmbeddedPredictor.load()
    print(predictor.identity)
    data = gather(arguments.truth, predictor)
    table = data.table
    print(
        f"{len(table):,} pairs, {table['response'].sum():,} responses, {table['group'].nunique():,} similarity groups"
    )
    left_out = cross_validate(data)
    everything = np.arange(len(table))
    slopes = slopes_of(data, everything, data.features)
    random = np.random.default_rng(SEED)
    numbers = pd.factorize(table["group"])[0]
    by_group = np.split(np.argsort(numbers, kind="stable"), np.cumsum(np.bincount(numbers))[:-1])
    drawn = [
        slopes_of(
            data,
            np.concatenate([by_group[one] for one in random.integers(len(by_group), size=len(by_group))]),
            data.features,
        )
        for _ in range(DRAWS)
    ]
    shares = [round(share(one), 3) for one in drawn]
    low, high = np.quantile(shares, (0.05, 0.95))
    print(
        f"all studies: log-odds per decade {slopes[0]:.3f} (presentation), {slopes[1]:.3f} (affinity); "
        f"presentation's share {share(slopes):.2f}, 90 % of {DRAWS} bootstrap samples {low:.2f}–{high:.2f}"
    )
    content = {
        "identity": f"immunogenicity 1, fitted on scores of {predictor.identity}",
        "fitted_on": list(STUDIES),
        "command": "python -m reference.build.immunogenicity --truth FOLDER",
        "presentation_share": round(share(slopes), 3),
        "log_odds_per_decade": {"presentation": round(slopes[0], 3), "affinity": round(slopes[1], 3)},
        "presentation_share_without": left_out,
        "draws": shares,
    }
    arguments.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {arguments.out.name}")


if __name__ == "__main__":
    main()
