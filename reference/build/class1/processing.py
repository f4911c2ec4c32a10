"""Fit the flank term: what the residues around a ligand add to the networks' ligand logit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from neosieve.binding.encoding import LENGTHS
from neosieve.binding.flanks import EXPONENT, FLANK, N_CODES, SIDES, UNKNOWN, flank_codes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from .proteome import Windows

DECOYS_PER_LIGAND = 2
PRIOR_SD = 0.5  # of a weight: a residue beside a ligand shifts its odds by less than a factor of two
STEPS = 40


def place_of(windows: Windows, protein: str, sequence: str, peptide: str) -> int:
    """Index of a peptide's first residue in the windows' residues."""
    return int(windows.starts[windows.index[protein]]) + sequence.index(peptide)


def codes_around(windows: Windows, places: Sequence[int], lengths: Sequence[int]) -> NDArray[np.int64]:
    """Flank codes of peptides, shape (peptides, 2 sides, 5)."""
    rows = []
    for place, length in zip(places, lengths, strict=True):
        both = windows.flanks(place, length)
        rows.append([flank_codes(flank, side) for flank, side in zip(both, SIDES, strict=True)])
    return np.asarray(rows, dtype=np.int64)


def fit(
    ligands: pd.DataFrame,
    sequences: dict[str, str],
    windows: Windows,
    logits: Callable[[Sequence[str], Sequence[str]], NDArray[np.float64]],
    seed: int,
) -> NDArray[np.int16]:
    """Fit by logistic regression on top of the networks' logit, held fixed.

    Parameters
    ----------
    ligands
        Columns peptide, allele, protein. Each is told from decoys of its own protein and length. The networks'
        logits of their training ligands are a little too good, so the weights come out a little too small; the
        few held-out ligands would give unbiased but four times noisier ones.
    logits
        The networks' ligand logit of peptides with alleles.

    Returns
    -------
    Weights as :class:`neosieve.binding.flanks.FlankTerm` takes them.
    """
    rng = np.random.default_rng(seed)
    lengths = ligands["peptide"].str.len().to_numpy().astype(np.intp)
    places = [
        place_of(windows, protein, sequences[protein], peptide)
        for protein, peptide in zip(ligands["protein"], ligands["peptide"], strict=True)
    ]
    decoy_lengths = np.repeat(lengths, DECOYS_PER_LIGAND)
    rows = np.repeat(ligands["protein"].map(windows.index).to_numpy().astype(np.intp), DECOYS_PER_LIGAND)
    decoy_places = windows.places(decoy_lengths, rng, rows).tolist()
    decoys = [
        windows.peptide(place, length) for place, length in zip(decoy_places, decoy_lengths.tolist(), strict=True)
    ]
    alleles = ligands["allele"].tolist()
    of_decoys = [allele for allele in alleles for _ in range(DECOYS_PER_LIGAND)]
    offset = torch.from_numpy(logits(ligands["peptide"].tolist() + decoys, alleles + of_decoys)).float()
    all_lengths = np.concatenate([lengths, decoy_lengths])
    codes = torch.from_numpy(codes_around(windows, places + decoy_places, all_lengths.tolist()))
    target = torch.arange(len(codes)) < len(places)

    weights = torch.zeros(len(SIDES), FLANK, UNKNOWN + 1, requires_grad=True)
    intercept = torch.zeros(LENGTHS[-1] + 1, requires_grad=True)
    known = (torch.arange(UNKNOWN + 1) < N_CODES).float()
    side, position = torch.arange(len(SIDES))[:, None], torch.arange(FLANK)
    of_length = torch.from_numpy(all_lengths)
    optimiser = torch.optim.LBFGS([weights, intercept], max_iter=STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        term = (weights * known)[side, position, codes].sum(dim=(1, 2))
        fitted = nn.functional.binary_cross_entropy_with_logits(
            offset + term + intercept[of_length], target.float(), reduction="sum"
        )
        value = fitted + (weights**2).sum() / (2 * PRIOR_SD**2)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    found = weights.detach().numpy()[..., :N_CODES]
    # A mean of zero over what a decoy's neighbours are makes an unknown flank the same as an average one.
    for index in np.ndindex(len(SIDES), FLANK):
        counts = np.bincount(codes[len(places) :, index[0], index[1]].numpy(), minlength=UNKNOWN + 1)[:N_CODES]
        found[index] -= (found[index] * counts).sum() / counts.sum()
    weights_kept: NDArray[np.int16] = np.rint(np.ldexp(found, EXPONENT)).astype(np.int16)
    return weights_kept
