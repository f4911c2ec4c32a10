"""What every ``BindingPredictor`` must do; each test runs on each predictor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from neosieve.model.mhc import Allele, Query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.model.mhc import Binding

A2, B7 = Allele("HLA-A*02:01"), Allele("HLA-B*07:02")
OTHERS = tuple(Allele(f"HLA-{name}") for name in ("A*01:01", "B*08:01", "C*07:02"))


def mixed_queries(n: int, seed: int = 1) -> list[Query]:
    """Random peptides of 8–12 residues, some with flanks, for two alleles."""
    chance = np.random.default_rng(seed)
    letters = list("ACDEFGHIKLMNPQRSTVWY")

    def residues(shortest: int, longest: int) -> str:
        return "".join(chance.choice(letters, chance.integers(shortest, longest + 1)))

    return [
        Query(
            residues(8, 12),
            (A2, B7)[chance.integers(2)],
            *((residues(0, 6), residues(0, 6)) if chance.random() < 0.5 else ()),
        )
        for _ in range(n)
    ]


def test_each_answer_is_for_its_own_query(predictor: BindingPredictor) -> None:
    """Answers come in the order of the queries: reversing the questions reverses the answers."""
    queries = mixed_queries(60)
    assert tuple(predictor.predict(queries[::-1])) == tuple(predictor.predict(queries))[::-1]


def test_a_repeated_query_gets_the_same_answer(predictor: BindingPredictor) -> None:
    """Duplicates are answered each, alike."""
    queries = mixed_queries(10)
    answers = predictor.predict(queries * 3)
    assert len(answers) == 30
    assert tuple(answers[:10]) == tuple(answers[10:20]) == tuple(answers[20:])


LETTERS = "ACDEFGHIKLMNPQRSTVWY"
FLANK = st.none() | st.text(LETTERS, max_size=6)
QUERY = st.builds(Query, st.text(LETTERS, min_size=8, max_size=12), st.sampled_from([A2, B7, *OTHERS]), FLANK, FLANK)


@given(asked=st.lists(QUERY, min_size=1, max_size=12), beside=st.integers(0, 1500), seed=st.integers(0, 99))
@settings(
    max_examples=6, phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_how_queries_are_batched_changes_not_one_bit(
    predictor: BindingPredictor, asked: list[Query], beside: int, seed: int
) -> None:
    """Alone, among others, with more alleles, in another order: one answer to the last digit; a cache relies on it.

    MHCflurry's networks add up single-precision numbers in an order that depends on a batch's size and a row's place in
    it: left to itself, one in some thousand of its members' values differs, and with narrow networks one in three.
    """
    answers = dict(zip(asked, predictor.predict(asked), strict=True))
    others = mixed_queries(beside, seed)
    together = [*others[: beside // 3], *asked[::-1], *others[beside // 3 :]]
    among = dict(zip(together, predictor.predict(together), strict=True))
    assert {query: among[query] for query in answers} == answers
    with_all = [query._replace(allele=allele) for allele in (*OTHERS, B7, A2) for query in asked]
    several = dict(zip(with_all, predictor.predict(with_all), strict=True))
    assert {query: several[query] for query in answers} == answers
    assert predictor.predict(asked[:1])[0] == answers[asked[0]]


def test_nothing_asked_nothing_answered(predictor: BindingPredictor) -> None:
    """No queries is not an error."""
    assert len(predictor.predict([])) == 0


@pytest.mark.parametrize(
    ("query", "culprit"),
    [
        (Query("SIIN", A2), "SIIN"),
        (Query("A" * 16, A2), "A" * 16),
        (Query("SIINFEKX", A2), "SIINFEKX"),
        (Query("siinfekl", A2), "siinfekl"),
        (Query("SIINFEKΩ", A2), "SIINFEKΩ"),
        (Query("SIINFEKL", Allele("HLA-A*99:99")), "HLA-A*99:99"),
    ],
)
def test_what_cannot_be_scored_is_refused_by_name(predictor: BindingPredictor, query: Query, culprit: str) -> None:
    """A length, letter or allele outside the models' range is a ValueError that names it, wherever it stands."""
    fine = mixed_queries(3)
    for queries in ([query], [*fine, query], [query, *fine]):
        with pytest.raises(ValueError, match=re.escape(culprit)):
            predictor.predict(queries)


def test_supported_alleles_and_lengths_can_be_scored(predictor: BindingPredictor) -> None:
    """What is promised is kept, from the shortest length to the longest."""
    assert {A2, B7} <= predictor.supported()
    assert {8, 9, 10, 11} <= set(predictor.lengths)
    queries = [Query("A" * length, A2) for length in predictor.lengths]
    assert len(predictor.predict(queries)) == len(queries)


def test_values_lie_in_their_ranges(predictor: BindingPredictor) -> None:
    """IC50 is positive and within its interval, percentiles are 0–100 and scores 0–1."""
    for answer in predictor.predict(mixed_queries(300)):
        assert answer.affinity_nM > 0
        if answer.affinity_low_nM is not None and answer.affinity_high_nM is not None:
            assert answer.affinity_low_nM <= answer.affinity_nM <= answer.affinity_high_nM
        for percentile in (answer.affinity_percentile, answer.presentation_percentile):
            assert percentile is None or 0 <= percentile <= 100
        assert answer.presentation_score is None or 0 <= answer.presentation_score <= 1


def _is_sorted(values: Iterable[float]) -> bool:
    listed = list(values)
    return listed == sorted(listed)


@pytest.mark.parametrize("allele", [A2, B7])
def test_a_better_score_never_has_a_worse_percentile(predictor: BindingPredictor, allele: Allele) -> None:
    """Percentiles follow their own score: the affinity percentile the IC50, the presentation percentile its score."""
    answers = predictor.predict([Query(query.peptide, allele) for query in mixed_queries(400)])

    def percentiles_by_score(score: str, percentile: str, *, best_first: bool) -> list[float]:
        known: list[Binding] = [answer for answer in answers if getattr(answer, percentile) is not None]
        # Equal scores (after rounding) may have percentiles in any order: sort on both.
        sign = -1 if best_first else 1
        known.sort(key=lambda answer: (sign * getattr(answer, score), getattr(answer, percentile)))
        return [getattr(answer, percentile) for answer in known]

    assert _is_sorted(percentiles_by_score("affinity_nM", "affinity_percentile", best_first=False))
    assert _is_sorted(percentiles_by_score("presentation_score", "presentation_percentile", best_first=True))


def test_identity_names_the_weights_by_checksum(predictor: BindingPredictor) -> None:
    """Provenance needs name, version and SHA-256 in one line."""
    assert re.fullmatch(r"(embedded|mhcflurry) \S+( \S+)? sha256:[0-9a-f]{64}", predictor.identity)


def test_the_percentile_background_is_stated_in_words(predictor: BindingPredictor) -> None:
    """A percentile without its background means nothing."""
    assert "peptides" in predictor.percentile_background
