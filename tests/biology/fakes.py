"""A predictor whose answers are made up but always the same, and which remembers what it was asked."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neosieve.model.mhc import Allele, Binding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.mhc import Query


@dataclass
class FakePredictor:
    """Scores by checksum of the peptide and the allele."""

    alleles: tuple[str, ...] = ("HLA-A*02:01", "HLA-B*07:02")
    identity: str = "fake 1"
    percentile_background: str = "none"
    lengths: range = range(8, 16)
    batches: list[list[Query]] = field(default_factory=list)
    """What was asked, call by call."""

    def supported(self) -> frozenset[Allele]:
        """Return the alleles given."""
        return frozenset(map(Allele, self.alleles))

    def support(self, allele: Allele) -> None:
        """Tell nothing."""

    def predict(self, queries: Sequence[Query]) -> list[Binding]:
        """Answer with a percentile of 0–10 and an affinity of 10 nM to 10 µM."""
        self.batches.append(list(queries))
        return [self._binding(query) for query in queries]

    def _binding(self, query: Query) -> Binding:
        percentile = zlib.crc32(f"{query.peptide} {query.allele}".encode()) % 1000 / 100
        return Binding(10 ** (1 + percentile / 3), None, None, percentile, 1 - percentile / 10, percentile)
