"""Percentile tables: how natural human peptides score, for every distinct groove."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from neosieve.binding.encoding import encode
from neosieve.binding.motifs import end_codes
from neosieve.binding.percentiles import grid_ranks, quantiles
from neosieve.binding.store import PERCENTILES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from neosieve.binding.flanks import FlankTerm
    from neosieve.binding.motifs import Motifs
    from neosieve.binding.network import Network

    from .proteome import Windows

# The lengths that are scored by default, in equal numbers: a proteome has nearly as many windows of each length. So
# a rank below 0.5 % is what one in two hundred of a protein's windows reaches.
BACKGROUND_LENGTHS = range(8, 12)
PER_LENGTH = 12_500
PEPTIDES_PER_BLOCK = 2_500
BACKGROUND = (
    f"{len(BACKGROUND_LENGTHS) * PER_LENGTH:,} distinct natural human peptides (UniProt/Swiss-Prot windows, chosen at "
    f"random), {PER_LENGTH:,} of each length from {BACKGROUND_LENGTHS[0]} to {BACKGROUND_LENGTHS[-1]}"
)


@dataclass(frozen=True, slots=True)
class Background:
    """Peptides of one length, and what is around them."""

    codes: NDArray[np.uint8]
    """Residue codes, shape (peptides, length)."""
    n_flanks: list[str]
    c_flanks: list[str]


def background(windows: Windows, seed: int) -> list[Background]:
    """Draw distinct background peptides, PER_LENGTH of each length."""
    rng = np.random.default_rng(seed)
    drawn = []
    for length in BACKGROUND_LENGTHS:
        places = windows.places(np.full(PER_LENGTH * 6 // 5, length), rng)
        codes = windows.residues[places[:, None] + np.arange(length)]
        _, first = np.unique(codes, axis=0, return_index=True)
        chosen = first[rng.permutation(len(first))[:PER_LENGTH]]
        around = [windows.flanks(place, length) for place in places[chosen].tolist()]
        drawn.append(Background(codes[chosen], [before for before, _ in around], [after for _, after in around]))
    return drawn


class FastPass:
    """A member's forward pass with the wide product in bfloat16: close enough for quantiles, and much faster."""

    def __init__(self, member: Network) -> None:
        self._member = member
        scale = np.ldexp(1.0, -member.second_exponent)
        self._second = torch.from_numpy(member.second_weights * scale).bfloat16()
        bias = np.ldexp(member.second_bias.astype(np.float64), -member.first_exponent - member.second_exponent)
        self._bias = torch.from_numpy(bias).float()
        self._heads = torch.from_numpy(member.head_weights * np.ldexp(1.0, -member.head_exponent)).float()
        self._head_bias = torch.from_numpy(member.head_bias).float()

    def alleles(self, grooves: Sequence[str]) -> torch.Tensor:
        """First layer's part of each groove."""
        return torch.from_numpy(self._member.allele_part(encode(grooves)))

    def peptides(self, codes: NDArray[np.uint8]) -> torch.Tensor:
        """First layer's part of each peptide."""
        return torch.from_numpy(self._member.peptide_part(codes))

    def logits(self, peptides: torch.Tensor, allele: torch.Tensor) -> NDArray[np.float32]:
        """Both heads' logits, shape (peptides, 2)."""
        first = torch.relu_(peptides + allele).bfloat16()
        second = torch.relu_((first @ self._second).float().add_(self._bias))
        logits: NDArray[np.float32] = torch.addmm(self._head_bias, second, self._heads).numpy()
        return logits


def background_scores(
    members: Sequence[Network], codes: Sequence[NDArray[np.uint8]], grooves: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Ensemble scores of the background with each groove.

    Returns
    -------
    Transformed affinity (mean over members of 1 - log50000 IC50) and mean ligand logit, shape (grooves, peptides).
    """
    passes = [FastPass(member) for member in members]
    parts = [fast.alleles(grooves) for fast in passes]
    total = sum(len(of_length) for of_length in codes)
    affinity = np.empty((len(grooves), total), dtype=np.float32)
    ligand = np.empty_like(affinity)
    blocks = [
        of_length[start : start + PEPTIDES_PER_BLOCK]
        for of_length in codes
        for start in range(0, len(of_length), PEPTIDES_PER_BLOCK)
    ]
    end = 0
    for block in blocks:
        start, end = end, end + len(block)
        peptide_parts = [fast.peptides(block) for fast in passes]
        for row in range(len(grooves)):
            logits = np.stack(
                [
                    fast.logits(peptide_part, part[row])
                    for fast, peptide_part, part in zip(passes, peptide_parts, parts, strict=True)
                ]
            )
            affinity[row, start:end] = (1 / (1 + np.exp(-logits[:, :, 0]))).mean(axis=0)
            ligand[row, start:end] = logits[:, :, 1].mean(axis=0)
    return affinity, ligand


def write_tables(
    out: Path,
    members: Sequence[Network],
    motifs: Motifs,
    flanks: FlankTerm,
    windows: Windows,
    grooves: Sequence[str],
    seed: int,
) -> None:
    """Score the background for every groove and write the quantiles."""
    torch.set_num_threads(1)  # threads wait for each other over such small blocks
    peptides = background(windows, seed)
    codes = [of_length.codes for of_length in peptides]
    term = np.concatenate([flanks.of(of_length.n_flanks, of_length.c_flanks) for of_length in peptides])
    around = np.concatenate([end_codes(of_length) for of_length in codes])
    lengths = np.concatenate([np.full(len(of_length), of_length.shape[1], dtype=np.intp) for of_length in codes])
    ranks = grid_ranks(len(term))
    tables = np.empty((3, len(grooves), len(ranks)), dtype=np.float32)
    started = time.monotonic()
    for start in range(0, len(grooves), 64):
        batch = grooves[start : start + 64]
        affinity, ligand = background_scores(members, codes, batch)
        for row in range(len(batch)):
            tables[0, start + row] = quantiles(affinity[row], ranks)
            joined = motifs.join(ligand[row].astype(np.float64), batch[row], around, lengths)
            tables[1, start + row] = quantiles(joined, ranks)
            tables[2, start + row] = quantiles(joined + term, ranks)
        done = start + len(batch)
        print(f"calibrated {done} of {len(grooves)} grooves, {time.monotonic() - started:.0f} s", flush=True)
    np.savez_compressed(
        out / PERCENTILES,
        allow_pickle=False,
        percentiles=100 * ranks / (len(term) + 1),
        pseudosequences=np.asarray(grooves),
        affinity=tables[0],
        ligand=tables[1],
        ligand_flanked=tables[2],
    )
