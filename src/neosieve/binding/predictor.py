"""What every binding predictor offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.binding.support import AlleleSupport
    from neosieve.model.mhc import Allele, Binding, Query


class BindingPredictor(Protocol):
    """Predicts affinity and presentation of peptides by class I alleles."""

    @property
    def identity(self) -> str:
        """Name, version and checksum of the weights, e.g. ``embedded 1 sha256:0f3a…``."""

    @property
    def percentile_background(self) -> str:
        """The peptides that percentiles are ranks among, in words."""

    @property
    def lengths(self) -> range:
        """Peptide lengths that can be scored."""

    def supported(self) -> frozenset[Allele]:
        """Every allele that can be scored."""

    def support(self, allele: Allele) -> AlleleSupport | None:
        """How near a supported allele is to those that the models were trained on; None where they don't tell."""

    def predict(self, queries: Sequence[Query]) -> Sequence[Binding]:
        """Answer each query, in order.

        An answer is the same bits alone or among others, in any order: :mod:`neosieve.binding.cache` relies on it.

        Raises
        ------
        ValueError
            A query's allele or length is not supported, or its peptide holds a letter outside the standard twenty.
        """
