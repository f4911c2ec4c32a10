"""Fit the motifs that join the networks in the presentation score."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import AMINO_ACIDS, LENGTHS
from neosieve.binding.motifs import EXPONENT, POSITIONS, Motifs
from neosieve.binding.support import MIN_EXAMPLES

from . import matrix
from .data import Data, of_part
from .ensemble import joined_logits, pair_logits
from .split import Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from neosieve.binding.network import Network

WEIGHT = 0.5  # chosen on the development part: see the model card
DECOYS_PER_LIGAND = 4  # as in training, so that a logit keeps its meaning
NEWTON_STEPS = 20


def residue_shares(proteome: Mapping[str, str]) -> dict[str, float]:
    """Share of each residue among the standard twenty."""
    counts = {residue: sum(map(str.count, proteome.values(), [residue] * len(proteome))) for residue in AMINO_ACIDS}
    return {residue: count / sum(counts.values()) for residue, count in counts.items()}


def tables(data: Data, ligands: pd.DataFrame, weight: float = WEIGHT) -> Motifs:
    """Weight matrices by groove, where enough ligands are known; not yet scaled."""
    by_groove = ligands.assign(allele=ligands["allele"].map(data.groove)).drop_duplicates(["peptide", "allele"])
    counts = by_groove["allele"].value_counts()
    enough = by_groove[by_groove["allele"].map(counts) >= MIN_EXAMPLES]
    found = matrix.matrices(enough, residue_shares(data.proteome))
    stacked = np.rint(np.ldexp(np.stack([found[groove] for groove in sorted(found)]), EXPONENT)).astype(np.int16)
    split = POSITIONS * len(AMINO_ACIDS)
    return Motifs(
        {groove: row for row, groove in enumerate(sorted(found))},
        stacked[:, :split].reshape(len(stacked), POSITIONS, len(AMINO_ACIDS)),
        stacked[:, split : split + LENGTHS[-1] + 1],
        weight=weight,
        scale=1.0,
        offset=0.0,
        expected=(0.0, 0.0),
    )


def fit(data: Data, ligands: pd.DataFrame, networks: Sequence[Network], seed: int, weight: float = WEIGHT) -> Motifs:
    """Fit scale and offset, and what stands in for a groove without a motif, on the development part.

    Parameters
    ----------
    ligands
        That the networks were trained on: columns peptide, allele.
    """
    motifs = tables(data, ligands, weight)
    held_out = of_part(data.ligands, Part.DEVELOPMENT).dropna(subset=["protein"])
    held_out = held_out[held_out["allele"].map(data.groove).isin(list(motifs.row))]
    windows = data.windows(Part.DEVELOPMENT)
    lengths = np.repeat(held_out["peptide"].str.len().to_numpy().astype(np.intp), DECOYS_PER_LIGAND)
    proteins = np.repeat(held_out["protein"].map(windows.index).to_numpy().astype(np.intp), DECOYS_PER_LIGAND)
    places = windows.places(lengths, np.random.default_rng(seed), proteins).tolist()
    decoys = [windows.peptide(place, length) for place, length in zip(places, lengths.tolist(), strict=True)]
    peptides = held_out["peptide"].tolist() + decoys
    alleles = held_out["allele"].tolist() + [name for name in held_out["allele"] for _ in range(DECOYS_PER_LIGAND)]
    target = (np.arange(len(peptides)) < len(held_out)).astype(np.float64)
    alone = pair_logits(networks, data.groove, peptides, alleles)[:, :, 1].mean(axis=0)
    together = joined_logits(networks, motifs, data.groove, peptides, alleles)
    slope, constant = np.polyfit(alone, (together - alone) / weight, 1) if weight else (0.0, 0.0)
    scale, offset = _logistic_regression(together, target)
    return replace(
        motifs,
        scale=round(scale, 5),
        offset=round(offset, 5),
        expected=(round(float(constant), 5), round(float(slope), 5)),
    )


def _logistic_regression(scores: NDArray[np.float64], target: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept by Newton's method."""
    design = np.stack([scores, np.ones_like(scores)], axis=1)
    beta = np.asarray([0.5, 0.0])
    for _ in range(NEWTON_STEPS):
        probability = 1 / (1 + np.exp(-(design @ beta)))
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design
        beta += np.linalg.solve(curvature, design.T @ (target - probability))
    return float(beta[0]), float(beta[1])
