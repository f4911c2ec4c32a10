"""How near an allele is to the ones that the embedded model was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import encode
from neosieve.model.mhc import Allele

if TYPE_CHECKING:
    from collections.abc import Mapping

# Fewer measured peptides than this don't show an allele's motif: a class I motif has two or three anchor positions of
# twenty residues each.
MIN_EXAMPLES = 50


@dataclass(frozen=True, slots=True)
class Examples:
    """What the training data hold of one allele."""

    ligands: int
    """Mass-spectrometry ligands."""
    affinities: int
    """Measured affinities, inequalities included."""

    @property
    def total(self) -> int:
        """All measured peptides."""
        return self.ligands + self.affinities


@dataclass(frozen=True, slots=True)
class AlleleSupport:
    """The trained allele nearest to an allele; immutable."""

    nearest: Allele
    """Itself if trained; else the one with fewest differing groove residues and, among equals, most examples."""
    differing_residues: int
    """How many of the 34 groove residues differ from the nearest trained allele's."""
    ligands: int
    """Ligands of the nearest trained allele in the training data."""
    affinities: int
    """Measured affinities of the nearest trained allele in the training data, inequalities included."""

    def __str__(self) -> str:
        """As tables show it: ``HLA-A*02:01`` if its groove was trained, else e.g. ``HLA-A*02:01 3/34``."""
        return f"{self.nearest} {self.differing_residues}/34" if self.differing_residues else str(self.nearest)


class SupportTable:
    """Finds the nearest trained allele; trained means at least :data:`MIN_EXAMPLES` measured peptides."""

    def __init__(self, groove: Mapping[str, str], examples: Mapping[str, Examples]) -> None:
        self._groove = groove
        self._examples = examples
        trained = [name for name, count in examples.items() if count.total >= MIN_EXAMPLES and name in groove]
        # Ties in distance go to the first: most examples, then by name.
        self._trained = sorted(trained, key=lambda name: (-examples[name].total, name))
        self._codes = encode([groove[name] for name in self._trained])
        self._known = frozenset(self._trained)

    def __len__(self) -> int:
        """Count the trained alleles."""
        return len(self._trained)

    def of(self, allele: Allele) -> AlleleSupport:
        """Find the nearest trained allele.

        Raises
        ------
        KeyError
            The allele has no pseudosequence.
        """
        residues = self._groove[allele.name]
        if allele.name in self._known:
            nearest, differing = allele.name, 0
        else:
            distances = (self._codes != encode([residues])).sum(axis=1)
            row = int(np.argmin(distances))
            nearest, differing = self._trained[row], int(distances[row])
        count = self._examples[nearest]
        return AlleleSupport(Allele(nearest), differing, count.ligands, count.affinities)
