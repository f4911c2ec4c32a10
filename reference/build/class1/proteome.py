"""The human proteome: where ligands come from, and where decoys and the percentile background are drawn from."""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import AMINO_ACIDS, PAD, SLOTS
from neosieve.binding.flanks import FLANK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

OUTSIDE = 255  # separates proteins, and stands for letters outside the standard twenty
ANYWHERE = -1  # no protein asked for
_LETTERS = np.full(256, ord("X"), dtype=np.uint8)
_LETTERS[:20] = np.frombuffer(AMINO_ACIDS.encode(), dtype=np.uint8)


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
    index: Mapping[str, int]
    """Row of each protein, by accession."""
    starts: NDArray[np.intp]
    """Where each protein starts in ``residues``, shape (proteins,)."""
    lengths: NDArray[np.intp]
    """Residues of each protein, shape (proteins,)."""

    @classmethod
    def of(cls, proteome: Mapping[str, str]) -> Windows:
        """Index a proteome."""
        code = np.full(256, OUTSIDE, dtype=np.uint8)
        code[np.frombuffer(AMINO_ACIDS.encode(), dtype=np.uint8)] = np.arange(20, dtype=np.uint8)
        accessions = sorted(proteome)
        lengths = np.asarray([len(proteome[accession]) for accession in accessions], dtype=np.intp)
        joined = "*".join(["", *(proteome[accession] for accession in accessions)]) + "*" * (SLOTS + FLANK)
        starts = 1 + np.concatenate([[0], np.cumsum(lengths + 1)[:-1]]).astype(np.intp)
        residues = code[np.frombuffer(joined.encode(), dtype=np.uint8)]
        return cls(residues, {name: row for row, name in enumerate(accessions)}, starts, lengths)

    def places(
        self, lengths: NDArray[np.intp], rng: np.random.Generator, proteins: NDArray[np.intp] | None = None
    ) -> NDArray[np.intp]:
        """Draw a place for one peptide of each length asked for.

        Parameters
        ----------
        lengths
            Shape (peptides,), each 8–15.
        proteins
            Row of the protein that each is to come from, or :data:`ANYWHERE`; a protein without a usable window is
            replaced by any other.

        Returns
        -------
        Index of each peptide's first residue in ``residues``.
        """
        if proteins is None:
            proteins = np.full(len(lengths), ANYWHERE, dtype=np.intp)
        found = np.empty(len(lengths), dtype=np.intp)
        missing = np.arange(len(lengths))
        columns = np.arange(SLOTS)
        for attempt in range(1_000_000):
            if not missing.size:
                break
            wanted = proteins[missing]
            room = self.lengths[wanted] - lengths[missing] + 1
            inside = (wanted != ANYWHERE) & (room > 0) & (attempt < 10)
            anywhere = rng.integers(0, len(self.residues) - SLOTS, missing.size)
            chance = rng.random(missing.size)
            starts = np.where(inside, self.starts[wanted] + (chance * np.maximum(room, 1)).astype(np.intp), anywhere)
            windows = self.residues[starts[:, None] + columns]
            usable = ((windows != OUTSIDE) | (columns >= lengths[missing, None])).all(axis=1)
            found[missing[usable]] = starts[usable]
            missing = missing[~usable]
        return found

    def draw(
        self, lengths: NDArray[np.intp], rng: np.random.Generator, proteins: NDArray[np.intp] | None = None
    ) -> NDArray[np.uint8]:
        """Draw one peptide of each length asked for; parameters as for :meth:`places`.

        Returns
        -------
        Residue codes of shape (peptides, 15), :data:`PAD` after a peptide's end.
        """
        places = self.places(lengths, rng, proteins)
        columns = np.arange(SLOTS)
        return np.where(columns < lengths[:, None], self.residues[places[:, None] + columns], PAD).astype(np.uint8)

    def peptide(self, place: int, length: int) -> str:
        """Letters of a peptide."""
        return _LETTERS[self.residues[place : place + length]].tobytes().decode()

    def flanks(self, place: int, length: int) -> tuple[str, str]:
        """Up to five residues before and after a peptide; fewer near its protein's ends, none at an end."""
        protein = int(np.searchsorted(self.starts, place, side="right")) - 1
        first, last = int(self.starts[protein]), int(self.starts[protein] + self.lengths[protein])
        before, after = max(first, place - FLANK), min(last, place + length + FLANK)
        return self.peptide(before, place - before), self.peptide(place + length, after - place - length)
