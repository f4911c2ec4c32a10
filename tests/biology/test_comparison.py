"""Which residues differ, and which calls each of them carries.

::

    c.  1   4   7   10  13  16  19  22  25  28  31  *1
        ATG AAA CTG GCT GCT GAA GTG GAT CAT TTG TAA GAC TGA TTC
         M   K   L   A   A   E   V   D   H   L   *   D   *

The junctions of the transcript lie behind c.10 and c.22.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING

import pytest

from neosieve.biology.comparison import residue_edits
from neosieve.biology.reading import Reading
from neosieve.biology.splicededits import CarriedEdit
from neosieve.biology.windows import new_windows
from neosieve.model.genome import Interval
from neosieve.model.variant import AlleleCounts, Call, Variant

from .helpers import each
from .spelledgene import Gene, Made

if TYPE_CHECKING:
    from neosieve.model.protein import ProteinChange

TEXT = "gGACATGAAACTGGgtaagtccctttttagCTGCTGAAGTGGgtgagtaccatgactagATCATTTGTAAGACTGATTCc"
LONGER = TEXT[:-1] + "TGGATAAc"
Told = tuple[str, str, bool, str]


def edits_of(gene: Gene, *names: str, germline: tuple[str, ...] = ()) -> list[Told]:
    """List (normal residues, mutant residues, aligned, calls by name) of the edits."""
    calls = {gene.call(name, germline=name in germline): name for name in (*germline, *names)}
    changes = Made(gene, *calls).changes
    for change in changes:
        check_that_edits_are_all(change)
    return [
        (
            change.normal[edit.normal.start : edit.normal.end],
            change.mutant[edit.mutant.start : edit.mutant.end],
            edit.aligned,
            " ".join(calls[call] for call in edit.calls),
        )
        for change in changes
        for edit in change.edits
    ]


def check_that_edits_are_all(change: ProteinChange) -> None:
    """Outside of the edits, which are in order, both proteins are the same."""
    normal_at = mutant_at = 0
    end = Interval(len(change.normal), len(change.normal)), Interval(len(change.mutant), len(change.mutant))
    for normal, mutant in (*((edit.normal, edit.mutant) for edit in change.edits), end):
        assert change.normal[normal_at : normal.start] == change.mutant[mutant_at : mutant.start]
        assert normal_at <= normal.start
        assert mutant_at <= mutant.start
        normal_at, mutant_at = normal.end, mutant.end


CASES = [
    pytest.param("6A>G", [], id="silent"),
    pytest.param("5A>G", [("K", "R", True, "5A>G")], id="missense"),
    pytest.param("5A>G 6A>G", [("K", "R", True, "5A>G 6A>G")], id="silent and missense share AAA → AGG"),
    pytest.param("5A>G 15T>C", [("K", "R", True, "5A>G")], id="silent elsewhere carries nothing"),
    pytest.param("6A>T 7C>G", [("K", "N", True, "6A>T"), ("L", "V", True, "7C>G")], id="neighbouring codons"),
    pytest.param(
        "6_7delinsTG", [("K", "N", True, "6_7delinsTG"), ("L", "V", True, "6_7delinsTG")], id="an MNV over two codons"
    ),
    # in frame
    pytest.param("16_18del", [("E", "", False, "16_18del")], id="a codon deleted"),
    pytest.param("16_18del 21G>C", [("E", "", False, "16_18del")], id="and GTG → GTC, silent, behind it"),
    pytest.param(
        "16_18del 23A>G", [("E", "", False, "16_18del"), ("D", "G", True, "23A>G")], id="and GAT → GGT behind it"
    ),
    pytest.param(
        "16_18del 20T>A", [("E", "", False, "16_18del"), ("V", "E", True, "20T>A")], id="and GTG → GAG behind it"
    ),
    pytest.param("5_7del", [("KL", "M", False, "5_7del")], id="A|AAC|TG → ATG"),
    pytest.param("10_12del", [("A", "", False, "10_12del")], id="one of two GCT"),
    pytest.param("15_16insGCT", [("", "A", False, "15_16insGCT")], id="a third GCT"),
    pytest.param("15_16insTGGTGC", [("", "WC", False, "15_16insTGGTGC")], id="two codons put in"),
    pytest.param("17_18insCCC", [("E", "DP", False, "17_18insCCC")], id="GA|CCC|A → GAC CCA"),
    pytest.param(
        "15_16insTGG 17A>C", [("", "W", False, "15_16insTGG"), ("E", "A", True, "17A>C")], id="put in before GAA → GCA"
    ),
    # ATG AAA ACT GGC TGC TGA
    pytest.param("6_7insA", [("LAAEVDHL", "TGC", False, "6_7insA")], id="a frameshift"),
    pytest.param(
        "5A>G 6_7insA", [("K", "R", True, "5A>G"), ("LAAEVDHL", "TGC", False, "6_7insA")], id="a codon before it"
    ),
    pytest.param(
        "6_7insA 10G>A",  # ACT GAC TGC
        [("LAAEVDHL", "T", False, "6_7insA"), ("", "D", False, "6_7insA 10G>A"), ("", "C", False, "6_7insA")],
        id="an SNV in its tail",
    ),
    pytest.param(
        "6_7insA 7C>G",  # ATG AAA AGT GGC: the codon of both
        [("LAAEVDHL", "S", False, "6_7insA 7C>G"), ("", "GC", False, "6_7insA")],
        id="an SNV in its first codon",
    ),
    # ATG AAA ACT GGC TCT GAA: in the third codon the frame is mended
    pytest.param(
        "6_7insA 13del",
        [("LAA", "TG", False, "6_7insA"), ("", "S", False, "6_7insA 13del")],
        id="cancelling frameshifts",
    ),
    pytest.param(
        "6_7insA 13del 20T>A",
        [("LAA", "TG", False, "6_7insA"), ("", "S", False, "6_7insA 13del"), ("V", "E", True, "20T>A")],
        id="and an SNV in the frame that they mend",
    ),
    # GCG CTG AAG TGG ATC ATT TGT AAG ACT GAT TC: GCG is alanine, too; no stop
    pytest.param("12del", [("AEVDHL", "LKWIICKTDX", False, "12del")], id="the first residue that differs is behind"),
    # ATG AAA ACT GGC TGC TAC GAA GTG with three bases more, 1 and 2
    pytest.param(
        "6_7insA 15_16insAC",
        [("LAA", "TGC", False, "6_7insA"), ("", "Y", False, "6_7insA 15_16insAC")],
        id="a frameshift whose stop another takes",
    ),
    # ATG AAA ACT GGC TGG GCT GAA: a codon more, and the frame is mended
    pytest.param(
        "6_7insA 12_13insGG",
        [("LA", "TG", False, "6_7insA"), ("", "W", False, "6_7insA 12_13insGG")],
        id="frameshifts that make a codon",
    ),
    pytest.param(
        "6_7insA 12_13insGG 20T>A",
        [("LA", "TG", False, "6_7insA"), ("", "W", False, "6_7insA 12_13insGG"), ("V", "E", True, "20T>A")],
        id="and an SNV behind them",
    ),
    pytest.param(
        "6_7insA 12_13insGG 31T>C *1G>A",
        [
            ("LA", "TG", False, "6_7insA"),
            ("", "W", False, "6_7insA 12_13insGG"),
            ("", "Q", False, "31T>C"),
            ("", "N", False, "31T>C *1G>A"),
        ],
        id="and a lost stop behind them, which is its call's alone",
    ),
    # ATG AAA TGG [CT] GCT GAA: a codon less; the second deletion lies between two codons
    pytest.param(
        "7del 11_12del",
        [("LA", "W", False, "7del"), ("", "", False, "7del 11_12del")],
        id="frameshifts that take a codon",
    ),
    pytest.param(
        "7del 11_12del 20T>A",
        [("LA", "W", False, "7del"), ("", "", False, "7del 11_12del"), ("V", "E", True, "20T>A")],
        id="and an SNV behind the codon that they take",
    ),
    # ATG AAA CGG C[TG]CT GAA
    pytest.param(
        "8del 12_13del",
        [("LAA", "R", False, "8del"), ("", "P", False, "8del 12_13del")],
        id="frameshifts that take a codon, within another",
    ),
    pytest.param(
        "8del 12_13del 28T>C 31T>C *1G>A",
        [
            ("LAA", "R", False, "8del"),
            ("", "P", False, "8del 12_13del"),
            ("", "Q", False, "31T>C"),
            ("", "N", False, "31T>C *1G>A"),
        ],
        id="and a lost stop behind the codon that they take",
    ),
    # stops
    pytest.param("4A>T", [("KLAAEVDHL", "", False, "4A>T")], id="a stop"),
    pytest.param("4A>T 5A>G", [("KLAAEVDHL", "", False, "4A>T 5A>G")], id="a stop of two"),
    pytest.param("4A>T 20T>A", [("KLAAEVDHL", "", False, "4A>T")], id="what lies behind a stop is not carried"),
    pytest.param("31T>C", [("", "QD", False, "31T>C")], id="a lost stop"),
    # CGA GAC TGA: whether one of the two would have sufficed is not asked
    pytest.param("31T>C 32A>G", [("", "RD", False, "31T>C 32A>G")], id="a stop lost by two"),
    pytest.param(
        "31T>C *1G>A", [("", "Q", False, "31T>C"), ("", "N", False, "31T>C *1G>A")], id="an SNV in the extension"
    ),
    pytest.param("31T>C *5G>A", [("", "QD", False, "31T>C")], id="the extension's stop, still one"),
    pytest.param(
        "31T>C *6A>G",
        [("", "QD", False, "31T>C"), ("", "WFX", False, "31T>C *6A>G")],
        id="the extension's stop, lost, too",
    ),
    pytest.param(
        "31T>C *3_*4insA *7del",  # CAA GAC A|TG A[T]TC: the shift in the extension is mended, and still its own
        [
            ("", "QD", False, "31T>C"),
            ("", "M", False, "31T>C *3_*4insA"),
            ("", "I", False, "*3_*4insA 31T>C *7del"),
            ("", "X", False, ""),
        ],
        id="shifts in the extension",
    ),
    # ATG AAA ACT GGC TGC TGG AGT GGA TCA TTT GTA AGA CTG ATT C
    pytest.param(
        "6_7insA 17A>G",
        [("LAAEVDHL", "TGC", False, "6_7insA"), ("", "WSGSFVRLIX", False, "6_7insA 17A>G")],
        id="the stop of a frameshift, lost",
    ),
    # ATG AAA ACT [GGC] TGC TGA
    pytest.param(
        "6_7insA 9_11del",
        [("LAAEVDHL", "T", False, "6_7insA"), ("", "", False, "6_7insA 9_11del"), ("", "C", False, "6_7insA")],
        id="a codon deleted in a frameshift's tail",
    ),
    pytest.param(
        "6_7insA 9_11del 17A>G",
        [
            ("LAAEVDHL", "T", False, "6_7insA"),
            ("", "", False, "6_7insA 9_11del"),
            ("", "C", False, "6_7insA"),
            ("", "WSGSFVRLIX", False, "6_7insA 17A>G"),
        ],
        id="and a stop lost behind it",
    ),
    # ATG AAA CTG G[CT G]GCT GAA … is none; ATG AAA CTG [GCTG] CTG AAG is a frameshift as of residue 4
    pytest.param("4_6del 13_15del", [("K", "", False, "4_6del"), ("A", "", False, "13_15del")], id="two deletions"),
    # ATG AAA ACT [G] GCT: the deletion lies between two codons, and all that holds both needs it
    pytest.param(
        "6_7insA 9del",
        [("L", "T", False, "6_7insA"), ("", "", False, "6_7insA 9del")],
        id="a frame mended between two codons",
    ),
    # ATG AAA CTG GCT GC[T]G GAG TGG ATC ATT TGT AAG ACT GAT TC: GAG, owed to the exchange, is E as before
    pytest.param(
        "15del 17A>G",
        [("EVDHL", "E", False, "15del 17A>G"), ("", "WIICKTDX", False, "15del")],
        id="the same residue by another call",
    ),
    pytest.param("31_33del", [("", "D", False, "31_33del")], id="a deleted stop"),
    pytest.param("30_31insGGG", [("", "G", False, "30_31insGGG")], id="put in before the stop"),
    pytest.param(
        "15_16insTGG 31T>C",
        [("", "W", False, "15_16insTGG"), ("", "QD", False, "31T>C")],
        id="a lost stop behind an insertion",
    ),
    pytest.param(
        "28T>C 31T>C *1G>A",  # TTG → CTG is silent
        [("", "Q", False, "31T>C"), ("", "N", False, "31T>C *1G>A")],
        id="a silent call before it carries nothing of the extension",
    ),
    # before the start
    pytest.param("-2A>T 5A>G", [("K", "R", True, "5A>G")], id="5′UTR"),
    pytest.param("-2_-1insTT 5A>G", [("K", "R", True, "5A>G")], id="a frame counts from the start codon"),
    pytest.param("-1_1insA 6_7insA", [("LAAEVDHL", "TGC", False, "6_7insA")], id="right before the start codon"),
]


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(("names", "expected"), CASES)
def test_edits(names: str, expected: list[Told], strand: int) -> None:
    """Codon by codon: the calls that change its bases, that shift its frame or that took the stop before it."""
    assert edits_of(Gene(TEXT, strand), *names.split()) == expected


@pytest.mark.parametrize(
    ("germline", "somatic", "expected"),
    [
        ("5A>G", "16G>C", [("E", "Q", True, "16G>C")]),
        ("4A>G", "5A>G", [("E", "G", True, "5A>G")]),  # GAA, then GGA
        ("15_16insTGG", "16G>C", [("E", "Q", True, "16G>C")]),
        ("4_6del", "31T>C", [("", "QD", False, "31T>C")]),
        # ATG AAA ACT GGC TGC TGA, then with two bases more ATG AAA ACT GGC TGG GCT GAA
        ("6_7insA", "12_13insGG", [("C", "WAEVDHL", False, "12_13insGG")]),
        ("16_18del", "5A>G", [("K", "R", True, "5A>G")]),
    ],
)
def test_edits_beside_germline_calls(germline: str, somatic: str, expected: list[Told]) -> None:
    """They are in the normal protein already; no edit carries them."""
    for strand in (1, -1):
        assert edits_of(Gene(TEXT, strand), somatic, germline=(germline,)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("3G>C", [("E", "Q", True, "3G>C")]),
        ("1A>T", []),  # ?AC → ?TC: unknown before and after
        ("2_3insCCC", [("", "P", False, "2_3insCCC")]),
        ("1_2insTTT", [("", "F", False, "1_2insTTT")]),  # ?AC → ?AT TTC
    ],
)
def test_edits_of_an_incomplete_cds(name: str, expected: list[Told]) -> None:
    """?AC GAA CTG TAA: its first residue is unknown, whatever the bases."""
    gene = Gene("ttACGAACTGTAAtt", cds=Interval(0, 8), missing=1, flags=frozenset({"cds_start_NF"}))
    assert edits_of(gene, name) == expected


def test_what_is_no_stop_in_the_mitochondrial_code_is_not_taken() -> None:
    """TGA → TGG in a shifted frame: W before and after, so what follows doesn't depend on it.

    ATG AAA ACT GGC TGC TGA AGT GGA TCA TTT GTA AGA: M K T G C W S G S F V and a stop.
    """
    gene = Gene(TEXT, chrom="chrM")
    assert edits_of(gene, "6_7insA", "17A>G") == [
        ("LAAEVDHL", "TGC", False, "6_7insA"),
        ("", "W", False, "6_7insA 17A>G"),
        ("", "SGSFV", False, "6_7insA"),
    ]


@pytest.mark.parametrize("strand", [1, -1])
def test_behind_two_stops_that_were_taken_all_depends_on_both(strand: int) -> None:
    """ATG AAA A|CT GCA TGA GCA TAG GCA CTA AGC TAA: c.13 takes the first stop (TCA), c.19 the second one (TCG).

    The normal protein is M K, CTG CAT GAG CAT AGG CAC: L H E H R H; c.19A>C is silent in it.
    """
    gene = Gene("ttATGAAACTGCATGAGCATAGGCACTAAGCTAAtt", strand)
    assert edits_of(gene, "6_7insA", "13G>C", "19A>C") == [
        ("LHEHRH", "TA", False, "6_7insA"),
        ("", "SA", False, "6_7insA 13G>C"),
        ("", "SALS", False, "6_7insA 13G>C 19A>C"),
    ]


@pytest.mark.parametrize("strand", [1, -1])
def test_residues_that_a_shifted_frame_repeats_are_no_part_of_an_edit(strand: int) -> None:
    """ATG A|GC AAA AAA AAA [A] GCT: only A2 differs; what holds the last K and A6 needs both."""
    gene = Gene("ttATGGC" + "A" * 10 + "GCTTAAtt", strand)
    assert gene.spliced.normal.protein == "MAKKKA"
    assert edits_of(gene, "3_4insA", "15del") == [
        ("A", "S", False, "3_4insA"),
        ("", "", False, "3_4insA 15del"),
    ]


@pytest.mark.parametrize("strand", [1, -1])
def test_a_first_codon_that_another_takes_the_place_of(strand: int) -> None:
    """ATT ATT GCC GCA of a mitochondrion: without its first codon the second one, isoleucine's, reads as the start.

    The methionine is owed to the deletion; with an exchange behind it, that is only its own.
    """
    gene = Gene("gcATTATTGCCGCACTCGAGAACTAAgc", strand, cds=Interval(0, 21), chrom="chrM")
    assert gene.spliced.normal.protein == "MIAALEN"
    assert edits_of(gene, "1_3del") == [("M", "", False, "1_3del"), ("I", "M", True, "1_3del")]
    both = [("M", "", False, "1_3del"), ("I", "M", True, "1_3del"), ("A", "V", True, "8C>T")]
    assert edits_of(gene, "1_3del", "8C>T") == both
    # in place, the first codon owes nothing to what lies behind it
    assert edits_of(gene, "8C>T") == [("A", "V", True, "8C>T")]
    assert edits_of(gene, "6_7insGCC") == [("", "A", False, "6_7insGCC")]


def test_proteins_without_a_stop_may_differ_in_length() -> None:
    """MKAX, whose stop a germline call took, and MXX, of which nothing is known from the second codon on."""
    one = Call(Variant("chr1", 3, "A", "C"), 1, (), AlleleCounts())
    normal, mutant = Reading("ATGAAAGCTC", 0, "MKAX", None), Reading("ATGNNNNNNN", 0, "MXX", None)
    edits = residue_edits(normal, mutant, [CarriedEdit(Interval(3, 10), "NNNNNNN", (one,))])
    assert [(edit.normal, edit.mutant) for edit in edits] == [
        (Interval(1, 2), Interval(1, 2)), (Interval(2, 3), Interval(2, 3)), (Interval(3, 4), Interval(3, 3)),
    ]  # fmt: skip
    assert {edit.calls for edit in edits} == {(one,)}


@pytest.mark.parametrize("seed", range(60))
def test_the_calls_that_a_peptide_carries_make_it(seed: int) -> None:
    """Whatever two or three calls in cis do: those that a new peptide carries make it without the others."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    gene = Gene(LONGER, rng.choice([1, -1]))
    for _ in range(8):
        calls = random_calls(rng, gene, rng.randint(2, 3))
        for change in Made(gene, *calls).changes if calls else ():
            check_that_edits_are_all(change)
            for window in each(new_windows(change, [3, 5]).new):
                if len(window.calls) < len(calls):
                    made = proteins_of(gene, window.calls)
                    assert any(window.sequence in protein for protein in made), (calls, window)


def random_calls(rng: Random, gene: Gene, number: int) -> list[Call]:
    """Draw calls that don't overlap: exchanges, insertions, deletions, and exchanges of several bases for one."""
    calls = []
    places = sorted(rng.sample(range(len(gene.places) - 4), number))
    for place, following in zip(places, [*places[1:], len(gene.places)], strict=True):
        at, size, new = gene.places[place], rng.randint(1, 3), rng.choice("ACGT")
        kind = rng.choice("sssidx")
        if kind == "i":
            new, size = "".join(rng.choice("ACGT") for _ in range(size)), 0
        elif kind == "s":
            size = 1
        elif kind == "d":
            new = ""
        inside = place + size < following and gene.places[place + size] == at + size and gene.text[at - 1].isupper()
        if inside and gene.text[at : at + size] != new:
            calls.append(Call(gene.replaced(at, at + size, new), 1, (), AlleleCounts()))
    return calls


@cache
def proteins_of(gene: Gene, calls: tuple[Call, ...]) -> list[str]:
    """List the mutant proteins that calls in cis make."""
    return [change.mutant for change in Made(gene, *calls).changes]


def test_positions_are_those_in_both_proteins() -> None:
    """W put in behind residue 5: E6, now 7, is exchanged."""
    gene = Gene(TEXT)
    change = Made(gene, gene.call("15_16insTGG"), gene.call("17A>C")).change
    assert [(edit.normal, edit.mutant) for edit in change.edits] == [
        (Interval(5, 5), Interval(5, 6)),
        (Interval(5, 6), Interval(6, 7)),
    ]
