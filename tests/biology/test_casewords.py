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


NEAR = Case(near_self_peptide="KLVVVGAVG", near_self_source="ENST2.1 (TWIN)", near_self_gene="TWIN")
SAID = "one residue from KLVVVGAVG of ENST2.1 (TWIN)"


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (
            NEAR._replace(near_self_expression=12.345, near_self_tissue="Lung"),
            f"{SAID}, expressed in normal Lung, 12.3 TPM",
        ),
        (NEAR._replace(near_self_expression=12.0), f"{SAID}, expressed in normal tissue, 12 TPM"),
        (
            NEAR._replace(near_self_expression=1.0, near_self_tissue="Lung"),
            f"{SAID}, expressed in normal Lung, 1 TPM",
        ),
        (
            NEAR._replace(near_self_expression=0.5, near_self_tissue="Lung"),
            f"{SAID}, hardly expressed in normal tissues: 0.5 TPM at most",
        ),
        # another gene makes the same peptide
        (
            NEAR._replace(near_self_expression=12.0, near_self_gene="WIN"),
            f"{SAID}, which WIN makes, expressed in normal tissue, 12 TPM",
        ),
        (
            NEAR._replace(near_self_expression=0.0, near_self_gene="WIN"),
            f"{SAID}, which WIN makes, hardly expressed in normal tissues: 0 TPM at most",
        ),
        (
            NEAR._replace(near_self_expression=12.0, near_self_gene="A.C", near_self_source="ABC"),
            "one residue from KLVVVGAVG of ABC, which A.C makes, expressed in normal tissue, 12 TPM",
        ),
        (NEAR._replace(near_self_expression=12.0, near_self_gene=None), f"{SAID}, expressed in normal tissue, 12 TPM"),
        (
            NEAR._replace(near_self_expression=12.0, near_self_source=None),
            "one residue from KLVVVGAVG, which TWIN makes, expressed in normal tissue, 12 TPM",
        ),
        (Case(regions_with=2, regions_assessed=3), "found in 2 of 3 regions"),
        (Case(regions_with=2, regions_assessed=3, regions="R1;R2"), "found in 2 of 3 regions: R1;R2"),
        (Case(regions_with=0, regions_assessed=3), "found in 0 of 3 regions"),
        (Case(regions_with=2), None),
    ],
)
def test_where_a_normal_peptide_and_a_variant_are_found(case: Case, words: str | None) -> None:
    """How highly its gene is expressed at most, named where the source doesn't; and in how many regions."""
    assert notes(case) == (() if words is None else (words,))


@pytest.mark.parametrize("policy", [*SHIPPED, *BASELINES])
def test_every_policy_gives_doubts_and_notes_and_neither_score_nor_tier_goes_by_a_note(policy: str) -> None:
    """They are facts about the candidate, whoever ranks it."""
    plain = Case(peptide="KLVVVGADG", affinity_nM=50.0, doubts=("FILTER is weak",))
    told = Case(peptide="KLVVVGADG", affinity_nM=50.0, doubts=("FILTER is weak",), hotspot=HOTSPOT)
    (one,), (other,) = (rank_cases([case], read_policy(policy), read_coefficients()) for case in (plain, told))
    assert (one.score, one.tier) == (other.score, other.tier)
    assert other.reasons == (*one.reasons, HOTSPOT)
    assert one.reasons[-1] == "FILTER is weak"
