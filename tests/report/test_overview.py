from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from neosieve.model.variant import AlleleCounts, Call, Variant
from neosieve.report.overview import PERCENTILE_BINS, Overview

from .builders import A0201, B0702, bare, binding, ranked

if TYPE_CHECKING:
    from neosieve.model.candidate import Ranked


def of_variant(rank: int, start: int, percentile: float | None = 50.0) -> Ranked:
    """Build a candidate of a variant of its own."""
    row = ranked(rank, call=Call(Variant("chr1", start, "A", "C"), line=1, filters=(), tumor=AlleleCounts(vaf=0.5)))
    return row._replace(candidate=row.candidate._replace(binding=binding(50, percentile)))


ROWS = (
    of_variant(1, 10, 0.1),
    of_variant(2, 10),
    of_variant(3, 20),
    of_variant(4, 10),
    of_variant(5, 10, 2.0),
    of_variant(6, 30),
)


@pytest.mark.parametrize(
    ("limit", "ranks"),
    [
        (1, [1]),
        (3, [1, 3, 6]),  # the best of each of three variants
        (4, [1, 3, 5, 6]),  # and the one at 2 % or below
        (5, [1, 2, 3, 5, 6]),  # and the best of the rest
        (6, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_no_variant_is_missing_before_lesser_candidates_come_in(limit: int, ranks: list[int]) -> None:
    """The rows stay in the order of their ranks."""
    assert [row.rank for row in Overview(ROWS).select(limit).rows] == ranks


def test_the_selection_counts_what_it_holds() -> None:
    """Of three variants and two candidates at 2 % or below."""
    part = Overview(ROWS).select(2)
    assert (part.total, part.n_variants, part.n_variants_held) == (6, 3, 2)
    assert (part.n_presented, part.n_presented_held, part.whole) == (2, 1, False)
    whole = Overview(ROWS).select(6)
    assert (whole.n_variants_held, whole.n_presented_held, whole.whole) == (3, 2, True)


def test_both_variants_of_a_compound_count_as_held() -> None:
    """A peptide that carries two variants is the best candidate of each."""
    calls = tuple(Call(Variant("chr1", at, "A", "C"), line=1, filters=(), tumor=AlleleCounts()) for at in (10, 11))
    row = ranked(1)
    compound = row._replace(candidate=row.candidate._replace(peptide=replace(row.candidate.peptide, calls=calls)))
    selection = Overview([compound]).select(1)
    assert (selection.n_variants, selection.n_variants_held) == (2, 2)


def test_a_point_has_the_best_percentile_of_its_variant_and_not_only_that_of_its_best_rank() -> None:
    """The first variant's rank 2 binds better than its rank 1; of the second none is assessed."""
    points = Overview((of_variant(1, 10), of_variant(2, 10, 1.5), of_variant(3, 20, None))).variants
    assert [(point.best.rank, point.percentile) for point in points] == [(1, 1.5), (3, None)]


def test_percentiles_are_counted_by_allele_up_to_each_bins_end() -> None:
    """0.5 still belongs to the bin that ends there; what has no percentile is counted apart."""

    def at(percentile: float) -> Ranked:
        row = ranked()
        return row._replace(candidate=row.candidate._replace(binding=binding(50, percentile)))

    first, second = Overview([at(0.5), at(0.51), at(0.01), at(100), bare()]).percentile_counts([A0201, B0702])
    counted = dict(zip(PERCENTILE_BINS, first.counts, strict=True))
    assert {end: count for end, count in counted.items() if count} == {0.05: 1, 0.5: 1, 1.0: 1, 100.0: 1}
    assert first.not_assessed == 1
    assert (second.allele, sum(second.counts), second.not_assessed) == (B0702, 0, 0)


def test_the_affinity_percentile_stands_in_where_there_is_no_other() -> None:
    """As in the tiers."""
    row = ranked()
    alone = binding(50, 1.5)._replace(presentation_percentile=None)
    compared = Overview([row._replace(candidate=row.candidate._replace(binding=alone))])
    (counts,) = compared.percentile_counts([A0201])
    assert counts.counts[PERCENTILE_BINS.index(2.0)] == 1
