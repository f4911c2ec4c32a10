"""Held-out proteins: no peptide that training sees shares eight residues in a row with any of them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SHARED_KMER = 8  # the shortest peptide scored: nested and overlapping peptides fall on one side
MAX_HELD_OUT_GROUP = 500  # larger groups (whole tiled viral proteins) stay in training, so that none dominates


class Part(StrEnum):
    """What a peptide is used for."""

    TRAINING = "training"
    DEVELOPMENT = "development"
    """Held out; for choosing between recipes and for calibrating the interval."""
    TEST = "test"
    """Held out; for reporting only."""
    DROPPED = "dropped"
    """Overlaps a held-out peptide or protein but isn't of one."""


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
        for kmer in kmers(peptide):
            other = root(first_with.setdefault(kmer, index))
            here = root(index)
            parent[max(other, here)] = min(other, here)
    return [root(index) for index in range(len(peptides))]


def kmers(sequence: str) -> Iterable[str]:
    """All runs of eight residues, in order."""
    return (sequence[start : start + SHARED_KMER] for start in range(len(sequence) - SHARED_KMER + 1))


def _parts(n: int, fraction: float, rng: np.random.Generator) -> list[Part]:
    """Development and test at random, each with the chance ``fraction``."""
    chance = rng.random(n)
    return [
        Part.DEVELOPMENT if value < fraction else Part.TEST if value < 2 * fraction else Part.TRAINING
        for value in chance.tolist()
    ]


def split_proteins(proteome: Mapping[str, str], fraction: float, seed: int) -> dict[str, Part]:
    """Part of each protein, by accession."""
    names = sorted(proteome)
    return dict(zip(names, _parts(len(names), fraction, np.random.default_rng(seed)), strict=True))


def split_peptides(
    peptides: Iterable[str],
    sources: Mapping[str, str],
    proteome: Mapping[str, str],
    proteins: Mapping[str, Part],
    fraction: float,
    seed: int,
) -> dict[str, Part]:
    """Part of each peptide.

    A peptide of a human protein goes where its protein goes; the others (mostly viral ones) are held out by groups
    that share 8-mers. What shares an 8-mer with a held-out protein or group, without being of it, is dropped.

    Parameters
    ----------
    sources
        Accession of a human protein that holds the peptide, for those that have one.
    proteins
        From :func:`split_proteins`.
    """
    distinct = sorted(set(peptides))
    foreign = [peptide for peptide in distinct if peptide not in sources]
    group = np.asarray(groups(foreign), dtype=np.intp)
    names, sizes = np.unique(group, return_counts=True)
    eligible = names[sizes <= MAX_HELD_OUT_GROUP].tolist()
    of_group: dict[int, Part] = dict(
        zip(eligible, _parts(len(eligible), fraction, np.random.default_rng(seed)), strict=True)
    )
    of_foreign: dict[str, Part] = {
        peptide: of_group.get(index, Part.TRAINING) for peptide, index in zip(foreign, group.tolist(), strict=True)
    }
    of_protein = {
        kmer for name, part in proteins.items() if part is not Part.TRAINING for kmer in kmers(proteome[name])
    }
    of_held_out = {kmer for peptide, part in of_foreign.items() if part is not Part.TRAINING for kmer in kmers(peptide)}

    def part(peptide: str) -> Part:
        human: Part = proteins[sources[peptide]] if peptide in sources else Part.TRAINING
        if human is not Part.TRAINING:
            return human
        if not of_protein.isdisjoint(kmers(peptide)):
            return Part.DROPPED
        if of_foreign.get(peptide, Part.TRAINING) is not Part.TRAINING:
            return of_foreign[peptide]
        return Part.TRAINING if of_held_out.isdisjoint(kmers(peptide)) else Part.DROPPED

    return {peptide: part(peptide) for peptide in distinct}
