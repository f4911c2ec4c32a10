"""Ligands that look like contaminants to a model that hasn't seen them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import encode

from .celllines import ligand_logits
from .members import FOLDS, Job, fold_of, train, training_ligands
from .split import Part

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from .data import Data
    from .train import Recipe

FOLD_SEED, DECOY_SEED = 3, 18
DECOYS = 400  # of each length, for each allele; a share of a fifth is known to two in a hundred


def contaminants(
    data: Data, recipe: Recipe, cell_lines: pd.DataFrame | None, cache: Path, share: float
) -> pd.DataFrame:
    """Training ligands that lose to more than a share of random human peptides of their own length.

    The proteins are cut into folds; each fold's ligands are judged by a network trained on the others.

    Returns
    -------
    Columns peptide, allele.
    """
    ligands = training_ligands(data, Job(recipe, FOLD_SEED, cell_lines=cell_lines))
    folds = fold_of(ligands)
    windows = data.windows(Part.TRAINING)
    rng = np.random.default_rng(DECOY_SEED)
    lengths = np.repeat(np.arange(8, 16, dtype=np.intp), DECOYS)
    places = windows.places(lengths, rng).tolist()
    decoys = [windows.peptide(place, length) for place, length in zip(places, lengths.tolist(), strict=True)]
    losing = np.zeros(len(ligands), dtype=np.bool_)
    for fold in range(FOLDS):
        model = train(data, Job(recipe, FOLD_SEED, cell_lines=cell_lines, without_fold=fold), cache)
        for allele, rows in ligands[folds == fold].groupby("allele"):
            peptides = rows["peptide"].tolist()
            logits = ligand_logits(model, [*decoys, *peptides], encode([data.groove[str(allele)]]))[0]
            cut = np.quantile(logits[: len(decoys)].reshape(-1, DECOYS), 1 - share, axis=1)
            own_length = rows["peptide"].str.len().to_numpy() - 8
            losing[rows.index] = logits[len(decoys) :] < cut[own_length]
    return ligands.loc[losing, ["peptide", "allele"]].reset_index(drop=True)
