from __future__ import annotations

import pytest

from neosieve.biology.policy import alters_protein, most_severe, preference, refusal, relevant, touches_coding
from neosieve.model.ledger import Outcome

from .helpers import told

KRAS = "MTEYKLVVVGAGG"


@pytest.mark.parametrize(
    ("terms", "alters", "touches"),
    [
        ("missense_variant", True, True),
        ("missense_variant&splice_region_variant", True, True),
        ("missense_variant&NMD_transcript_variant", True, True),
        ("frameshift_variant", True, True),
        ("stop_gained&inframe_insertion", True, True),
        ("protein_altering_variant", True, True),
        ("coding_sequence_variant&intron_variant", True, True),
        ("splice_donor_variant", True, True),
        ("initiator_codon_variant", True, True),
        ("synonymous_variant", False, True),
        ("splice_region_variant&synonymous_variant", False, True),
        ("stop_retained_variant", False, True),
        ("3_prime_UTR_variant", False, True),
        ("5_prime_UTR_variant", False, False),
        ("intron_variant", False, False),
        ("splice_region_variant&intron_variant", False, False),
        ("splice_donor_variant&non_coding_transcript_variant", False, False),
        ("non_coding_transcript_exon_variant", False, False),
        ("upstream_gene_variant", False, False),
        ("", False, False),
    ],
)
def test_terms_that_alter_the_protein_or_may_matter_to_a_neighbour(terms: str, *, alters: bool, touches: bool) -> None:
    """Altering ones get a ledger row; silent coding ones count only beside others; the rest is no matter here."""
    one = told(KRAS, terms)
    assert (alters_protein(one), touches_coding(one)) == (alters, touches)


@pytest.mark.parametrize(
    ("csq", "normal", "outcome"),
    [
        ({"BIOTYPE": "protein_coding"}, KRAS, None),
        ({"BIOTYPE": "protein_coding_LoF"}, KRAS, None),
        ({"BIOTYPE": ""}, KRAS, None),
        ({"BIOTYPE": "nonsense_mediated_decay"}, KRAS, Outcome.NMD_TRANSCRIPT),
        ({"BIOTYPE": "non_stop_decay"}, KRAS, Outcome.NMD_TRANSCRIPT),
        ({"BIOTYPE": "IG_V_gene"}, KRAS, Outcome.IMMUNE_RECEPTOR_SEGMENT),
        ({"BIOTYPE": "TR_J_gene"}, KRAS, Outcome.IMMUNE_RECEPTOR_SEGMENT),
        ({"BIOTYPE": "processed_transcript"}, KRAS, Outcome.UNSUPPORTED_BIOTYPE),
        ({"BIOTYPE": "polymorphic_pseudogene"}, KRAS, Outcome.UNSUPPORTED_BIOTYPE),
        ({}, "", Outcome.NO_WILDTYPE_PROTEIN),
        ({"FLAGS": "cds_start_NF"}, KRAS, Outcome.INCOMPLETE_TRANSCRIPT),
        ({"FLAGS": "cds_end_NF"}, KRAS, Outcome.INCOMPLETE_TRANSCRIPT),
        ({"FLAGS": "basic"}, KRAS, None),
    ],
)
def test_transcripts_that_give_no_mutant_protein_are_refused(
    csq: dict[str, str], normal: str, outcome: Outcome | None
) -> None:
    """By biotype, missing protein, or incomplete CDS; the reason names what it is about."""
    refused = refusal(told(normal, "missense_variant", "2", "T/A", **csq), admit_incomplete=False)
    assert (None if refused is None else refused[0]) == outcome
    for value in csq.values():
        assert refused is None or value in refused[1]


def test_incomplete_transcripts_are_admitted_on_request() -> None:
    """Only that reason is lifted: a decaying one stays refused."""
    flags = "cds_start_NF&cds_end_NF"
    assert refusal(told(KRAS, "missense_variant", FLAGS=flags), admit_incomplete=True) is None
    decaying = told(KRAS, "missense_variant", FLAGS=flags, BIOTYPE="nonsense_mediated_decay")
    refused = refusal(decaying, admit_incomplete=True)
    assert refused is not None
    assert refused[0] is Outcome.NMD_TRANSCRIPT


def test_the_most_severe_consequence_comes_by_ensembls_order() -> None:
    """A stop gained outweighs a missense, which outweighs an intron; a term nobody knows comes last."""
    names = ["brand_new_variant", "intron_variant", "missense_variant", "splice_region_variant&stop_gained"]
    ordered = [told(KRAS, terms, transcript=f"T{at}") for at, terms in enumerate(names)]
    for kept in range(4, 0, -1):
        assert most_severe(ordered[:kept]) == ordered[kept - 1]
    assert most_severe([]) is None


def test_equally_severe_consequences_are_told_apart_by_name() -> None:
    """So that the order of entries doesn't matter."""
    one, other = (told(KRAS, "missense_variant", transcript=name) for name in ("T1", "T2"))
    assert most_severe([other, one]) == most_severe([one, other]) == one


def test_the_representative_is_mane_then_canonical_then_best_supported_then_first_by_name() -> None:
    """TSL NA comes after TSL 5, but never outweighs canonical: single-exon genes have none (pVACtools#912)."""
    ordered = [
        told(KRAS, "missense_variant", transcript="T9", MANE_SELECT="NM_1", TSL="5"),
        told(KRAS, "missense_variant", transcript="T8", CANONICAL="YES"),
        told(KRAS, "missense_variant", transcript="T7", TSL="1"),
        told(KRAS, "missense_variant", transcript="T5", TSL="5"),
        told(KRAS, "missense_variant", transcript="T2"),
        told(KRAS, "missense_variant", transcript="T3"),
    ]
    assert sorted([*ordered[3:], *ordered[:3]], key=preference) == ordered


def test_consequences_that_can_matter_are_kept() -> None:
    """Coding ones and those near a splice site; where there is none, the most severe one."""
    missense, silent = told("", "missense_variant", transcript="T1"), told("", "synonymous_variant", transcript="T2")
    near = told("", "splice_region_variant&intron_variant", transcript="T3")
    intron, upstream = told("", "intron_variant", transcript="T4"), told("", "upstream_gene_variant", transcript="T5")
    assert relevant(iter([upstream, missense, intron, near, silent])) == (missense, near, silent)
    assert relevant([upstream, near]) == (near,)
    assert relevant([upstream, intron]) == (intron,)
    assert relevant([]) == ()


def test_refusals_are_told_in_words() -> None:
    """What is lacking, and what admits it."""
    assert refusal(told("", "missense_variant"), admit_incomplete=True) == (
        Outcome.NO_WILDTYPE_PROTEIN,
        "the annotation has no WildtypeProtein for this transcript",
    )
    assert refusal(told(KRAS, "missense_variant", FLAGS="cds_end_NF&cds_start_NF"), admit_incomplete=False) == (
        Outcome.INCOMPLETE_TRANSCRIPT,
        "cds_end_NF, cds_start_NF; --incomplete-transcripts admits it",
    )


def test_a_consequence_without_terms_is_the_least_severe() -> None:
    """Even an unknown term, which is as severe as none, comes first by its transcript's name."""
    none, far = told("", "", transcript="T2"), told("", "intergenic_variant", transcript="T3")
    unknown = told("", "some_new_variant", transcript="T1")
    assert most_severe([none, far]) == far
    assert most_severe([none, unknown]) == unknown
