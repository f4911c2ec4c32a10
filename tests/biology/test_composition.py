"""Calls in cis on one transcript, and why one of them may get no peptide.

::

    c.  1        10|11       22|23                33 *1
        ATGAAACTGG|CTGCTGAAGTGG|ATCATTTGTAAGACTGATTC       M K L A A E V D H L, then D and a stop
"""

from __future__ import annotations

import pytest

from neosieve.biology.composition import (
    BEHIND_UNKNOWN,
    CIS_START,
    GERMLINE_START,
    NO_STOP,
    NOT_TRANSLATED,
    SAME_BASES,
    START_LOST,
    UNKNOWN_CODON,
    Fate,
    blurred,
    fates_of,
    protein_of,
)
from neosieve.biology.coordinates import BaseEdit
from neosieve.model.genome import Interval
from neosieve.model.ledger import Outcome

from .spelledgene import Gene, Made

TEXT = "gGACATGAAACTGGgtaagtccctttttagCTGCTGAAGTGGgtgagtaccatgactagATCATTTGTAAGACTGATTCc"
GENES = [pytest.param(Gene(TEXT, strand), id=f"strand {strand}") for strand in (1, -1)]
both_strands = pytest.mark.parametrize("gene", GENES)


def fates(
    gene: Gene, *somatic: str, germline: tuple[str, ...] = (), altering: tuple[str, ...] | None = None
) -> dict[str, Fate]:
    """Tell each call's fate by its name."""
    calls = {name: gene.call(name, germline=name in germline) for name in (*germline, *somatic)}
    placed = gene.placed(*calls.values())
    names = {call: name for name, call in calls.items()}
    change = {calls[name] for name in (calls if altering is None else altering)}
    return {names[call]: fate for call, fate in fates_of(gene.composed(*names), placed, change).items()}


def proteins(gene: Gene, *somatic: str, germline: tuple[str, ...] = ()) -> tuple[str | None, str | None]:
    """Read both proteins."""
    composed = gene.composed(
        *(gene.call(name, germline=True) for name in germline), *(gene.call(name) for name in somatic)
    )
    readings = (composed.normal, composed.mutant)
    normal, mutant = (None if one is None else protein_of(one, gene.spliced) for one in readings)
    return normal, mutant


@both_strands
@pytest.mark.parametrize(
    ("germline", "somatic", "normal", "mutant"),
    [
        ((), ("5A>G",), "MKLAAEVDHL", "MRLAAEVDHL"),
        (("5A>G",), (), "MRLAAEVDHL", "MRLAAEVDHL"),
        (("5A>G",), ("16G>C",), "MRLAAEVDHL", "MRLAAQVDHL"),
        (("4A>G",), ("5A>G",), "MELAAEVDHL", "MGLAAEVDHL"),  # GAA, then GGA
        (("6_7insACC",), ("16G>C",), "MKTLAAEVDHL", "MKTLAAQVDHL"),
        (("4_6del",), ("16G>C", "31T>C"), "MLAAEVDHL", "MLAAQVDHLQD"),
        (("6_7insA",), ("12_13insGG",), "MKTGC", "MKTGWAEVDHL"),  # AAA ACT GG|C TGG GCT GAA
        # a stop in the extension is the protein's end, no stop is an X
        ((), ("31T>C",), "MKLAAEVDHL", "MKLAAEVDHLQD"),
        ((), ("12del",), "MKLAAEVDHL", "MKLALKWIICKTDX"),  # GCG CTG AAG TGG ATC ATT TGT AAG ACT GAT TC
        # start codons
        (("2T>C",), ("5A>G",), None, None),
        ((), ("2T>C",), "MKLAAEVDHL", None),
        (("-1_1insA",), ("5A>G",), "MKLAAEVDHL", "MRLAAEVDHL"),
        # what is unknown
        ((), ("22+1G>A", "5A>G"), "MKLAAEVDHL", "MRLX"),  # G|CT is of the second exon, which may be skipped
        ((), ("22+1G>A",), "MKLAAEVDHL", "MKLX"),
        (("22+1G>A",), ("5A>G",), "MKLX", "MRLX"),
        ((), ("11-1G>A",), "MKLAAEVDHL", "MKLX"),
    ],
)
def test_both_proteins(
    gene: Gene, germline: tuple[str, ...], somatic: tuple[str, ...], normal: str | None, mutant: str | None
) -> None:
    """Germline calls are in both, somatic ones in the mutant one; from an unknown exon on the rest is X."""
    told = proteins(gene, *somatic, germline=germline)
    assert tuple(one and one.rstrip("X") + "X" * one.endswith("X") for one in told) == (normal, mutant)


@both_strands
@pytest.mark.parametrize(
    ("germline", "somatic", "bases"),
    [
        ((), ("10+1G>A",), "N" * 45),  # the first exon may be skipped
        ((), ("22+1G>A", "5A>G"), "GACATGAGACTGG" + "N" * 32),  # the second exon may be skipped
        (("4_6del",), ("22+1G>A",), "GACATGCTGG" + "N" * 32),
        (("4_6del",), ("5_6insC", "5A>G"), "GACATG" + "N" * 36),
    ],
)
def test_what_is_unknown_reaches_to_the_transcript_s_end(
    gene: Gene, germline: tuple[str, ...], somatic: tuple[str, ...], bases: str
) -> None:
    """As many N as bases are there; germline deletions before them are taken out."""
    composed = gene.composed(
        *(gene.call(name, germline=True) for name in germline), *(gene.call(name) for name in somatic)
    )
    assert composed.mutant_bases == bases


@both_strands
def test_a_call_alone_that_makes_a_protein_has_no_fate(gene: Gene) -> None:
    """Silent, missense, stop, frameshift: the proteins say it all; a call beside the transcript is none of its."""
    for name in ("5A>G", "6A>G", "4A>T", "6_7insA", "31T>C", "10+5G>A", "*3C>G"):
        assert fates(gene, name) == {}


@both_strands
@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("10+1G>A", "donor of intron 1"),
        ("23-1G>A", "acceptor of intron 2"),
        ("22_22+1insA", "edge of intron 2"),
    ],
)
def test_a_splice_site_hit(gene: Gene, name: str, where: str) -> None:
    """Which one is said."""
    words = f"the {where} is hit: how the transcript is spliced instead is unknown"
    assert fates(gene, name) == {name: (Outcome.SPLICE_UNMODELLED, words)}


@both_strands
@pytest.mark.parametrize(
    ("somatic", "germline", "expected"),
    [
        pytest.param(("5A>G", "5A>T"), (), {"5A>G": SAME_BASES, "5A>T": SAME_BASES}, id="one base, two calls"),
        pytest.param(("5A>G",), ("5A>T",), {"5A>G": SAME_BASES}, id="germline calls have no fate"),
        pytest.param(
            ("5A>G",), ("2T>C",), {"5A>G": (Outcome.PHASE_UNRESOLVED, GERMLINE_START)}, id="no normal protein"
        ),
        pytest.param(("2T>C",), (), {"2T>C": START_LOST}, id="start lost"),
        pytest.param(("-1_2del",), (), {"-1_2del": START_LOST}, id="with a base before it"),
        pytest.param(("3_4insC",), ("3G>A",), {"3_4insC": (Outcome.PHASE_UNRESOLVED, GERMLINE_START)}, id="behind it"),
        pytest.param(
            ("2T>C", "5A>G"),
            (),
            {"2T>C": START_LOST, "5A>G": (Outcome.PHASE_UNRESOLVED, CIS_START)},
            id="start lost in cis",
        ),
        pytest.param(
            ("3G>A", "4A>G"),
            (),
            {"3G>A": START_LOST, "4A>G": (Outcome.PHASE_UNRESOLVED, CIS_START)},
            id="the start codon ends before c.4",
        ),
        pytest.param(("11-1G>A", "16G>C"), (), {"16G>C": BEHIND_UNKNOWN}, id="behind a lost splice site"),
        pytest.param(("11-1G>A", "10G>A"), (), {}, id="the last base before what is unknown"),
        pytest.param(("11-1G>A", "11C>A"), (), {"11C>A": BEHIND_UNKNOWN}, id="the first unknown base"),
        pytest.param(("10+1G>A", "-2A>T"), (), {"-2A>T": BEHIND_UNKNOWN}, id="before it, but where does it start?"),
        pytest.param(("4A>T", "16G>C"), (), {"16G>C": NOT_TRANSLATED}, id="behind a stop"),
        pytest.param(("6_7insA", "18A>G"), (), {"18A>G": NOT_TRANSLATED}, id="behind a frameshift's stop"),
        # a codon more before it: the stop is read three bases later, and so is c.19 behind it
        pytest.param(("6_7insTGG", "16G>T", "19G>C"), (), {"19G>C": NOT_TRANSLATED}, id="behind a stop that moved on"),
        # a codon less: the stop is read three bases earlier, and so is c.14 before it
        pytest.param(("4_6del", "14C>A", "16G>T"), (), {}, id="before a stop that moved back"),
        pytest.param(
            ("14C>A", "16G>T", "20_21insTGG"),
            (),
            {"20_21insTGG": NOT_TRANSLATED},
            id="what is put in behind it is none",
        ),
        pytest.param(("4_6del", "16G>T", "20T>A"), (), {"20T>A": NOT_TRANSLATED}, id="behind a stop that moved back"),
        pytest.param(
            ("6_7insA", "15T>A"),
            (),
            dict.fromkeys(("6_7insA", "15T>A"), (Outcome.NO_NOVEL_PEPTIDE, NO_STOP)),
            id="the first base of the frameshift's stop",
        ),
    ],
)
def test_fates(gene: Gene, somatic: tuple[str, ...], germline: tuple[str, ...], expected: dict[str, Fate]) -> None:
    """Why a call on this haplotype gets no peptide, unless another part of the protein gives it one."""
    told = fates(gene, *somatic, germline=germline)
    assert {name: fate for name, fate in told.items() if fate[0] is not Outcome.SPLICE_UNMODELLED} == expected


def test_a_call_that_alters_nothing_is_not_said_to_be_untranslated() -> None:
    """It is silent anyway."""
    gene = Gene(TEXT)
    assert fates(gene, "4A>T", "15T>C", altering=("4A>T",)) == {}


def test_a_deletion_over_an_edge_in_dispute_with_a_call_in_the_intron() -> None:
    """c.9 … +4 deleted, +3 exchanged: both can't be, so all from c.9 (offset 11) on is unknown."""
    gene = Gene(TEXT)
    first, second = gene.call("9_10+4del"), gene.call("10+3A>C")
    assert gene.spliced.place(second.variant) is None
    composed = gene.composed(first, second)
    assert (composed.combined.unknown_from, composed.combined.conflicting) == (11, (first,))
    assert fates(gene, "9_10+4del", "10+3A>C") == {"9_10+4del": SAME_BASES}
    assert fates(gene, "9_10+4del", "10+9C>T") == {}


def test_an_unknown_base_in_the_codon() -> None:
    """ATG NAA CTG TAA: c.5 lies in a codon whose residue nobody knows; c.7 doesn't."""
    gene = Gene("ttATGNAACTGTAAtt")
    assert fates(gene, "5A>G") == {"5A>G": UNKNOWN_CODON}
    assert fates(gene, "3_4insCCC") == {"3_4insCCC": UNKNOWN_CODON}
    assert fates(gene, "7C>A") == {}
    normal = gene.spliced.normal
    spans = {(2, 3): False, (2, 4): True, (3, 3): True, (5, 6): True, (6, 6): False, (0, 9): True}
    assert {span: blurred(BaseEdit(Interval(*span), ""), normal) for span in spans} == spans
    assert not blurred(BaseEdit(Interval(3, 4), ""), None)


def test_an_unknown_base_behind_a_5_prime_utr_and_in_an_incomplete_codon() -> None:
    """ACC ATG NAA CTG TAA: the codon of N is bases 6–9; ?AC GAA CTG TAA: the first residue is unknown."""
    normal = Gene("ttACCATGNAACTGTAAtt").spliced.normal
    spans = {(5, 6): False, (5, 7): True, (6, 6): True, (8, 9): True, (9, 9): False, (0, 12): True}
    assert {span: blurred(BaseEdit(Interval(*span), ""), normal) for span in spans} == spans
    gene = Gene("ttACGAACTGTAAtt", cds=Interval(0, 8), missing=1, flags=frozenset({"cds_start_NF"}))
    assert fates(gene, "1A>T") == {"1A>T": UNKNOWN_CODON}
    assert fates(gene, "3G>C") == {}


def test_reasons_are_told_of_calls_without_peptides_only() -> None:
    """The stop has its joint with nothing behind it; what lies behind it is told as untranslated."""
    gene = Gene(TEXT)
    assert Made(gene, gene.call("20T>A"), gene.call("26A>G")).reasons == {}  # GTG → GAG; CAT → CGT
    assert Made(gene, gene.call("4A>T"), gene.call("5A>G")).reasons == {}  # AAA → TGA: both make the stop
    stop, behind = gene.call("16G>T"), gene.call("26A>G")  # GAA → TAA
    made = Made(gene, stop, behind)
    assert made.reasons == {behind: Outcome.NO_NOVEL_PEPTIDE}
    assert (made.change.mutant, made.change.edits[0].calls) == ("MKLAA", (stop,))
