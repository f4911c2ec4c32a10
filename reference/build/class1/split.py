"""Held-out peptides: groups that share no 8-mer with the training peptides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHARED_KMER = 8  # the shortest peptide scored: nested and overlapping peptides fall into one group
MAX_HELD_OUT_GROUP = 500  # larger groups (whole tiled proteins) stay in training, so that no protein dominates


def groups(peptides: Sequence[str]) -> list[int]:
    """Group peptides that are linked by shared 8-mers, directly or through others.

    Returns
    -------
    For each peptide the index of its group's first peptide.
    """
    parent = list(range(len(peptides)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first_with: dict[str, int] = {}
    for index, peptide in enumerate(peptides):
        for start in range(len(peptide) - SHARED_KMER + 1):
            kmer = peptide[start : start + SHARED_KMER]
            other = root(first_with.setdefault(kmer, index))
            here = root(index)
            parent[max(other, here)] = min(other, here)
    return [root(index) for index in range(len(peptides))]


def held_out(peptides: Iterable[str], fraction: float, seed: int) -> frozenset[str]:
    """Choose whole groups at random until they make up the fraction of all peptides."""
    distinct = sorted(set(peptides))
    group = np.asarray(groups(distinct))
    names, sizes = np.unique(group, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    eligible = order[sizes[order] <= MAX_HELD_OUT_GROUP]
    chosen = eligible[np.cumsum(sizes[eligible]) <= fraction * len(distinct)]
    mask = np.isin(group, names[chosen])
    return frozenset(peptide for peptide, out in zip(distinct, mask, strict=True) if out)
