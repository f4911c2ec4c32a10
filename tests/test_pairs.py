from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from neosieve.biology.caseranking import by_itself
from neosieve.biology.ranking import by_name, cases_of, judged, rank, rank_parts
from neosieve.cohortworker import _Worker
from neosieve.io.rankpolicies import read_coefficients, read_policy
from neosieve.model.mhc import Allele
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.pagecandidates import candidate_cells, candidates
from neosieve.report.tables import CandidateTexts, table_chunks

from .biology.test_ranking import candidate

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.biology.candidates import Known
    from neosieve.biology.ranking import Part
    from neosieve.model.candidate import Candidate
    from neosieve.model.rankpolicy import RankPolicy

ALLELES = ("HLA-C*07:01", "HLA-A*02:01", "HLA-B*07:02")
POLICY, COEFFICIENTS = read_policy(), read_coefficients()


def drawn(allele: str, seed: int) -> list[Candidate]:
    """Make candidates of one allele, of which many have equal evidence and names."""
    draw = Random(f"{seed} {allele}")  # noqa: S311 - no secret
    places = Random(seed)  # noqa: S311 - likewise
    return [
        candidate(draw.choice([0.1, 1.0, 30.0]), draw.choice([0.1, None]), nM=draw.choice([50.0, 500.0]))._replace(
            **{name: getattr(other, name) for name in ("call", "peptide")},
            allele=Allele(allele),
        )
        for other in (
            candidate(peptide=places.randrange(4), name=f"chr{places.randint(1, 3)}:{places.randint(5, 12)}:A>G")
            for _ in range(40)
        )
    ]


def part(some: list[Candidate], policy: RankPolicy = POLICY) -> Part:
    """Judge candidates of one allele."""
    ordered = sorted(some, key=lambda one: by_name(one.peptide))
    return judged(ordered, cases_of(ordered), policy, COEFFICIENTS)


@pytest.mark.parametrize("seed", range(5))
def test_alleles_apart_are_ranked_as_all_together(seed: int) -> None:
    """The order, the scores and the intervals are those of a run that ranks all candidates in one go."""
    by_allele = [drawn(allele, seed) for allele in ALLELES]
    together = rank([one for row in zip(*by_allele, strict=True) for one in row], POLICY, COEFFICIENTS)
    apart = rank_parts([part(some) for some in by_allele], POLICY, COEFFICIENTS)
    assert apart == together
    assert list(map(id, (one.candidate for one in apart))) == list(map(id, (one.candidate for one in together)))


def test_what_looks_at_all_candidates_is_not_done_by_allele() -> None:
    """A score that sums over a variant's peptides, or a clonal VAF, needs all of them."""
    assert by_itself(POLICY)
    assert not by_itself(read_policy("pvacseq"))
    assert not by_itself(read_policy("vaxrank"))


@pytest.mark.parametrize("most", [0, 50, 1000])
def test_kept_texts_are_those_of_each_sample(most: int) -> None:
    """Whatever was kept, forgotten in between or never kept, the table has the same bytes."""
    parts = {allele: part(drawn(allele, 3)) for allele in ALLELES}
    texts = CandidateTexts(most)
    for chosen in (ALLELES, ALLELES[:2], ALLELES[1:], ALLELES[:1], ALLELES):
        ranked = rank_parts([parts[allele] for allele in chosen], POLICY, COEFFICIENTS)
        made = b"".join(one if isinstance(one, bytes) else one.encode() for one in texts.chunks(ranked))
        assert made == "".join(table_chunks(CANDIDATE_COLUMNS, ranked)).encode()


def test_another_policy_gets_texts_of_its_own() -> None:
    """What is kept goes by all that it depends on."""
    texts = CandidateTexts(1000)
    some = drawn(ALLELES[0], 3)
    for policy in (POLICY, read_policy("mupexi"), POLICY):
        ranked = rank_parts([part(some, policy)], policy, COEFFICIENTS)
        made = b"".join(one if isinstance(one, bytes) else one.encode() for one in texts.chunks(ranked))
        assert made == "".join(table_chunks(CANDIDATE_COLUMNS, ranked)).encode()


def alike(allele: str) -> list[Candidate]:
    """Make candidates of one allele whose peptides, and all that is known of these, are those of any other allele."""
    bindings = [(one.binding, one.wildtype_binding) for one in drawn(allele, 3)]
    return [
        one._replace(allele=Allele(allele), binding=mutant, wildtype_binding=wildtype)
        for one, (mutant, wildtype) in zip(PEPTIDES, bindings, strict=True)
    ]


PEPTIDES = drawn(ALLELES[0], 3)


@pytest.mark.parametrize("most", [0, 50, 1000])
def test_kept_cells_of_the_page_are_those_of_each_sample(most: int) -> None:
    """Likewise; and what is said of a candidate by another policy isn't taken for what was said before."""
    kept = candidate_cells(most)
    for policy in (POLICY, read_policy("mupexi"), POLICY):
        parts = {allele: part(alike(allele), policy) for allele in ALLELES}
        for chosen in (ALLELES, ALLELES[:2], ALLELES[1:], ALLELES[:1], ALLELES):
            ranked = rank_parts([parts[allele] for allele in chosen], policy, COEFFICIENTS)
            places = {Allele(allele): place for place, allele in enumerate(chosen)}
            shown = [candidates(ranked, ranked[:60], places, one) for one in (kept, candidate_cells())]
            assert shown[0] == shown[1]


def test_what_was_written_of_candidates_is_kept_as_long_as_they_are(tmp_path: Path) -> None:
    """Not for other peptides, as of another VCF, and not by a policy that makes all candidates anew."""
    predictor: Any = None  # nothing is scored
    with (tmp_path / "lock").open("wb") as lock:
        worker = _Worker("off", lock)
        assert worker.memory() is None
        peptides: list[Known] = []
        worker.reuse.pairs(peptides, predictor, POLICY)
        first = worker.memory()
        worker.reuse.pairs(peptides, predictor, POLICY)
        assert first is worker.memory() is not None
        worker.reuse.pairs([], predictor, POLICY)
        assert worker.memory() not in (None, first)
        worker.reuse.pairs([], predictor, read_policy("vaxrank"))
        assert worker.memory() is None
