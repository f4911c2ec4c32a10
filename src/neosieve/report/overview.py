"""What the report shows of a whole sample: which candidates, and the figures that its plots draw."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress, islice
from typing import TYPE_CHECKING

import numpy as np

from neosieve.report.variants import PERCENT, percentiles, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.candidate import Ranked
    from neosieve.model.mhc import Allele
    from neosieve.report.variants import VariantSummary

PERCENTILE_BINS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Upper ends of the bins in which percentiles are counted; 0.5 and 2 are the thresholds of the tiers."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The candidates that the page holds, and what was left for ``candidates.tsv`` alone."""

    rows: tuple[Ranked, ...]
    """Best first; their ranks are those among all."""
    total: int
    n_variants: int
    """Variants with candidates."""
    n_variants_held: int
    """Those of them whose best candidate is on the page."""
    n_presented: int
    """Candidates at a percentile of 2 or below."""
    n_presented_held: int

    @property
    def whole(self) -> bool:
        """Whether the page holds all of them."""
        return len(self.rows) == self.total


@dataclass(frozen=True, slots=True)
class PercentileCounts:
    """How an allele's candidates are distributed over the percentiles."""

    allele: Allele
    counts: tuple[int, ...]
    """Candidates in each of :data:`PERCENTILE_BINS`."""
    not_assessed: int
    """Candidates without a percentile."""


class Overview:
    """A sample's candidates seen as a whole.

    Parameters
    ----------
    ranked
        Every candidate, best first.
    """

    def __init__(self, ranked: Sequence[Ranked]) -> None:
        self._ranked, self.total = ranked, len(ranked)
        self._percentiles = percentiles(ranked)
        self._presented = [percentile <= PERCENT for percentile in self._percentiles]

    @cached_property
    def variants(self) -> tuple[VariantSummary, ...]:
        """Every variant with candidates, in the order of their best candidates."""
        return summarise(self._ranked, self._percentiles)

    @cached_property
    def losses(self) -> dict[Allele, float | None]:
        """Each allele's loss, as its candidates tell it."""
        return {row.candidate.allele: row.candidate.hla_loss for row in self._ranked}

    def select(self, limit: int) -> Selection:
        """Choose as many candidates for the page as fit.

        The best one of each variant comes first, so that no variant is missing; then those at a percentile of 2 or
        below, then the best of the others.
        """
        best = Counter(one.place for one in self.variants)
        presented = dict.fromkeys(compress(range(len(self._ranked)), self._presented))
        wanted = dict.fromkeys(chain(best, presented, range(len(self._ranked))))
        held = sorted(islice(wanted, limit))
        return Selection(
            rows=tuple(map(self._ranked.__getitem__, held)),
            total=len(self._ranked),
            n_variants=best.total(),
            n_variants_held=sum(best[number] for number in held if number in best),
            n_presented=len(presented),
            n_presented_held=len(presented.keys() & held),
        )

    def percentile_counts(self, alleles: Sequence[Allele]) -> tuple[PercentileCounts, ...]:
        """Count all candidates by allele and percentile."""
        of_alleles: dict[Allele, list[float]] = {allele: [] for allele in alleles}
        for row, percentile in zip(self._ranked, self._percentiles, strict=True):
            of_alleles[row.candidate.allele].append(percentile)
        counted = []
        for allele, values in of_alleles.items():
            bins = np.searchsorted(PERCENTILE_BINS, values)
            *counts, missing = np.bincount(bins, minlength=len(PERCENTILE_BINS) + 1).tolist()
            counted.append(PercentileCounts(allele, tuple(counts), missing))
        return tuple(counted)
