"""The human proteome: where decoys and the percentile background are drawn from."""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import AMINO_ACIDS, PAD, SLOTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

OUTSIDE = 255  # separates proteins, and stands for letters outside the standard twenty


def read_proteome(path: Path) -> dict[str, str]:
    """Sequences by accession (the header's first word; the middle one of ``sp|P04439|…``)."""
    sequences: dict[str, list[str]] = {}
    current: list[str] = []
    with lzma.open(path, "rt") if path.suffix == ".xz" else path.open() as handle:
        for line in handle:
            if line.startswith(">"):
                words = line[1:].split()[0].split("|")
                current = sequences.setdefault(words[1] if len(words) > 1 else words[0], [])
            else:
                current.append(line.strip())
    return {accession: "".join(parts) for accession, parts in sequences.items()}


@dataclass(frozen=True, slots=True)
class Windows:
    """Random peptides of a proteome, every window equally likely."""

    residues: NDArray[np.uint8]
    """All proteins in a row as residue codes, separated by :data:`OUTSIDE`."""

    @classmethod
    def of(cls, proteome: Mapping[str, str]) -> Windows:
        """Index a proteome."""
        code = np.full(256, OUTSIDE, dtype=np.uint8)
        code[np.frombuffer(AMINO_ACIDS.encode(), dtype=np.uint8)] = np.arange(20, dtype=np.uint8)
        joined = "*".join(proteome[accession] for accession in sorted(proteome)) + "*" * SLOTS
        return cls(code[np.frombuffer(joined.encode(), dtype=np.uint8)])

    def draw(self, lengths: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.uint8]:
        """Draw one peptide of each length asked for.

        Parameters
        ----------
        lengths
            Shape (peptides,), each 8–15.

        Returns
        -------
        Residue codes of shape (peptides, 15), :data:`PAD` after a peptide's end.
        """
        drawn = np.full((len(lengths), SLOTS), PAD, dtype=np.uint8)
        missing = np.arange(len(lengths))
        columns = np.arange(SLOTS)
        while missing.size:
            starts = rng.integers(0, len(self.residues) - SLOTS, missing.size)
            windows = self.residues[starts[:, None] + columns]
            inside = columns < lengths[missing, None]
            usable = ((windows != OUTSIDE) | ~inside).all(axis=1)
            drawn[missing[usable]] = np.where(inside, windows, PAD)[usable]
            missing = missing[~usable]
        return drawn
