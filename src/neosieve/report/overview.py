"""What the report shows of a whole sample: which candidates, and the figures that its plots draw."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, compress, islice
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from neosieve.report.variants import at_2_percent, percentiles, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.candidate import Ranked
    from neosieve.model.mhc import Allele
    from neosieve.model.variant import Call, Variant
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


def select(ranked: Sequence[Ranked], limit: int) -> Selection:
    """Choose the candidates for the page.

    The best one of each variant comes first, so that no variant is missing; then those at a percentile of 2 or below,
    then the best of the others.

    Parameters
    ----------
    ranked
        Every candidate, best first.
    limit
        How many fit.
    """
    best = _best_of_variants(ranked)
    presented = dict.fromkeys(compress(range(len(ranked)), at_2_percent(ranked)))
    wanted = dict.fromkeys(chain(best, presented, range(len(ranked))))
    held = sorted(islice(wanted, limit))
    return Selection(
        rows=tuple(ranked[number] for number in held),
        total=len(ranked),
        n_variants=sum(map(len, best.values())),
        n_variants_held=sum(len(best[number]) for number in held if number in best),
        n_presented=len(presented),
        n_presented_held=len(presented.keys() & held),
    )


def _best_of_variants(ranked: Sequence[Ranked]) -> dict[int, list[Variant]]:
    """Return the places of candidates that are the best of a variant, with those variants."""
    seen: set[Variant] = set()
    known: set[Call] = set()  # calls compare by identity, which is faster than by variant
    best: dict[int, list[Variant]] = {}
    for number, row in enumerate(ranked):
        for call in row.candidate.peptide.calls:
            if call not in known:
                known.add(call)
                if call.variant not in seen:
                    seen.add(call.variant)
                    best.setdefault(number, []).append(call.variant)
    return best


@dataclass(frozen=True, slots=True)
class VariantPoint:
    """A variant in the plots."""

    summary: VariantSummary
    percentile: float | None
    """The best one that any of its candidates has; None where none has one."""


def variant_points(ranked: Sequence[Ranked]) -> tuple[VariantPoint, ...]:
    """List every variant with candidates, in the order of their best candidates."""
    of_calls: dict[Call, float] = {}
    for row, percentile in zip(ranked, percentiles(ranked), strict=True):
        for call in row.candidate.peptide.calls:
            if percentile < of_calls.get(call, inf):
                of_calls[call] = percentile
    best: dict[Variant, float] = {}
    for call, percentile in of_calls.items():
        best[call.variant] = min(percentile, best.get(call.variant, inf))
    return tuple(VariantPoint(one, best.get(one.call.variant)) for one in summarise(ranked))


@dataclass(frozen=True, slots=True)
class PercentileCounts:
    """How an allele's candidates are distributed over the percentiles."""

    allele: Allele
    counts: tuple[int, ...]
    """Candidates in each of :data:`PERCENTILE_BINS`."""
    not_assessed: int
    """Candidates without a percentile."""


def percentile_counts(ranked: Sequence[Ranked], alleles: Sequence[Allele]) -> tuple[PercentileCounts, ...]:
    """Count all candidates by allele and percentile."""
    of_alleles: dict[Allele, list[float]] = {allele: [] for allele in alleles}
    for row, percentile in zip(ranked, percentiles(ranked), strict=True):
        of_alleles[row.candidate.allele].append(percentile)
    counted = []
    for allele, values in of_alleles.items():
        bins = np.searchsorted(PERCENTILE_BINS, values)
        *counts, missing = np.bincount(bins, minlength=len(PERCENTILE_BINS) + 1).tolist()
        counted.append(PercentileCounts(allele, tuple(counts), missing))
    return tuple(counted)
