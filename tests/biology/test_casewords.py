from __future__ import annotations

import pytest

from neosieve.biology.caseranking import rank_cases
from neosieve.biology.casewords import notes
from neosieve.io.rankpolicies import BASELINES, SHIPPED, read_coefficients, read_policy
from neosieve.model.case import Case

HOTSPOT = "known hotspot KRAS G12D"


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (Case(), ()),
        (Case(hotspot=HOTSPOT), (HOTSPOT,)),
        (Case(self_match="near", near_self_peptide="KLVVVGAVG"), ("one residue from KLVVVGAVG",)),
        (
            Case(near_self_peptide="KLVVVGAVG", near_self_source="ENST2.1 (TWIN)", hotspot=HOTSPOT),
            (HOTSPOT, "one residue from KLVVVGAVG of ENST2.1 (TWIN)"),
        ),
    ],
)
def test_what_a_reader_must_see_is_said_in_words(case: Case, words: tuple[str, ...]) -> None:
    """What isn't known is not mentioned."""
    assert notes(case) == words


@pytest.mark.parametrize("policy", [*SHIPPED, *BASELINES])
def test_every_policy_gives_doubts_and_notes_and_neither_score_nor_tier_goes_by_a_note(policy: str) -> None:
    """They are facts about the candidate, whoever ranks it."""
    plain = Case(peptide="KLVVVGADG", affinity_nM=50.0, doubts=("FILTER is weak",))
    told = Case(peptide="KLVVVGADG", affinity_nM=50.0, doubts=("FILTER is weak",), hotspot=HOTSPOT)
    (one,), (other,) = (rank_cases([case], read_policy(policy), read_coefficients()) for case in (plain, told))
    assert (one.score, one.tier) == (other.score, other.tier)
    assert other.reasons == (*one.reasons, HOTSPOT)
    assert one.reasons[-1] == "FILTER is weak"
