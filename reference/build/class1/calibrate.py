"""Percentile tables: how natural human peptides score, for every distinct groove."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import encode
from neosieve.binding.percentiles import grid_ranks, quantiles
from neosieve.binding.store import PERCENTILES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from neosieve.binding.network import Network

    from .proteome import Windows

# The lengths that are scored by default, in equal numbers: a proteome has nearly as many windows of each length. So
# a rank below 0.5 % is what one in two hundred of a protein's windows reaches.
BACKGROUND_LENGTHS = range(8, 12)
PER_LENGTH = 25_000
PEPTIDES_PER_BLOCK = 4_096  # as neosieve.binding.embedded.PAIRS_PER_BLOCK
BACKGROUND = (
    f"{len(BACKGROUND_LENGTHS) * PER_LENGTH:,} distinct natural human peptides (UniProt/Swiss-Prot windows, chosen at "
    f"random), {PER_LENGTH:,} of each length from {BACKGROUND_LENGTHS[0]} to {BACKGROUND_LENGTHS[-1]}"
)


def background(windows: Windows, seed: int) -> list[NDArray[np.uint8]]:
    """Draw distinct background peptides: for each length residue codes of shape (PER_LENGTH, length)."""
    rng = np.random.default_rng(seed)
    drawn = []
    for length in BACKGROUND_LENGTHS:
        surplus = windows.draw(np.full(PER_LENGTH * 6 // 5, length), rng)[:, :length]
        distinct = np.unique(surplus, axis=0)
        drawn.append(distinct[rng.permutation(len(distinct))[:PER_LENGTH]])
    return drawn


def background_scores(
    members: Sequence[Network], peptides: Sequence[NDArray[np.uint8]], grooves: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Ensemble scores of the background with each groove.

    Returns
    -------
    Transformed affinity (mean over members of 1 - log50000 IC50) and mean ligand logit, shape (grooves, peptides).
    """
    parts = [member.allele_part(encode(grooves)) for member in members]
    blocks = [
        codes[start : start + PEPTIDES_PER_BLOCK]
        for codes in peptides
        for start in range(0, len(codes), PEPTIDES_PER_BLOCK)
    ]
    total = sum(len(block) for block in blocks)
    affinity = np.empty((len(grooves), total), dtype=np.float32)
    ligand = np.empty_like(affinity)
    end = 0
    for codes in blocks:
        start, end = end, end + len(codes)
        peptide_parts = [member.peptide_part(codes) for member in members]
        for row in range(len(grooves)):
            logits = np.stack(
                [
                    member.logits(peptide_part + part[row])
                    for member, peptide_part, part in zip(members, peptide_parts, parts, strict=True)
                ]
            )
            affinity[row, start:end] = (1 / (1 + np.exp(-logits[:, :, 0]))).mean(axis=0)
            ligand[row, start:end] = logits[:, :, 1].mean(axis=0)
    return affinity, ligand


def write_tables(out: Path, members: Sequence[Network], windows: Windows, grooves: Sequence[str], seed: int) -> None:
    """Score the background for every groove and write the quantiles."""
    peptides = background(windows, seed)
    ranks = grid_ranks(len(BACKGROUND_LENGTHS) * PER_LENGTH)
    tables = np.empty((2, len(grooves), len(ranks)), dtype=np.float32)
    started = time.monotonic()
    for start in range(0, len(grooves), 64):
        batch = grooves[start : start + 64]
        for table, scores in zip(tables, background_scores(members, peptides, batch), strict=True):
            for row, values in enumerate(scores, start=start):
                table[row] = quantiles(values, ranks)
        print(f"calibrated {start + len(batch)} of {len(grooves)} grooves, {time.monotonic() - started:.0f} s")
    np.savez_compressed(
        out / PERCENTILES,
        allow_pickle=False,
        percentiles=100 * ranks / (len(BACKGROUND_LENGTHS) * PER_LENGTH),
        pseudosequences=np.asarray(grooves),
        affinity=tables[0],
        ligand=tables[1],
    )
