"""Proteins from sequence: what is told of them, hypotheses, and the reach of neighbours.

::

    c.  1        10|11       22|23                33 *1
        ATGAAACTGG|CTGCTGAAGTGG|ATCATTTGTAAGACTGATTC       M K L A A E V D H L, then D and a stop
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random
from typing import TYPE_CHECKING

import pytest

from neosieve.biology.composition import NO_STOP
from neosieve.biology.translation import OVER_EDGE, Hypothesis, SequenceTranslator
from neosieve.biology.windows import new_windows
from neosieve.model.genome import Interval
from neosieve.model.ledger import Outcome
from neosieve.model.variant import Variant

from .helpers import each
from .spelledgene import Gene, Made
from .test_comparison import random_calls

TEXT = "gGACATGAAACTGGgtaagtccctttttagCTGCTGAAGTGGgtgagtaccatgactagATCATTTGTAAGACTGATTCc"
GENE = Gene(TEXT)
SPLICE, START = [Hypothesis.SPLICE], [Hypothesis.START]
both_strands = pytest.mark.parametrize("gene", [GENE, Gene(TEXT, -1)])

if TYPE_CHECKING:
    from neosieve.model.protein import ProteinChange


def made(gene: Gene, *names: str, hypotheses: list[Hypothesis] | None = None) -> Made:
    """Translate calls in cis."""
    return Made(gene, *map(gene.call, names), hypotheses=hypotheses or [])


@both_strands
@pytest.mark.parametrize(
    ("names", "label", "consequence"),
    [
        (("5A>G",), "p.Lys2Arg", "missense_variant"),
        (("5A>G", "6A>G"), "p.Lys2Arg", "missense_variant&synonymous_variant"),
        (("4A>G", "5A>G"), "p.Lys2Gly", "missense_variant"),
        (("6A>T", "7C>G"), "p.Lys2_Leu3delinsAsnVal", "missense_variant"),
        (("5A>G", "17A>C"), "p.[Lys2Arg;Glu6Ala]", "missense_variant"),
        (("6_7insA", "9del"), "p.Leu3Thr", "frameshift_variant&splice_region_variant"),  # ACT for CTG
        (("31T>C", "5A>G"), "p.[Ter11GlnextTer2;Lys2Arg]", "stop_lost&missense_variant"),
    ],
)
def test_what_calls_make_together_is_named_for_people(
    gene: Gene, names: tuple[str, ...], label: str, consequence: str
) -> None:
    """In one name where they share a codon, a frame or a boundary, one by one where they are apart."""
    change = made(gene, *names).change
    assert set(change.consequence.split("&")) == set(consequence.split("&"))
    assert sorted(change.label.strip("p.[]").split(";")) == sorted(label.strip("p.[]").split(";"))


@both_strands
def test_doubts_and_remarks(gene: Gene) -> None:
    """A deletion over an edge is an assumption; an end without a stop is said."""
    assert (made(gene, "5A>G").change.doubts, made(gene, "5A>G").change.remarks) == ((), ())
    change = made(gene, "9_10+4del").change
    assert (words_of(change), change.remarks) == ((OVER_EDGE,), ())
    assert change.mutant == "MKLC"  # ATG AAA CT|C TGC TGA
    assert made(gene, "12del").change.remarks == (NO_STOP,)
    # the doubt is that of the calls that are carried
    assert made(gene, "9_10+4del", "4A>T").change.doubts == ()


@both_strands
@pytest.mark.parametrize(
    ("names", "touches", "alters"),
    [("5A>G", True, True), ("6A>G", True, False), ("-2A>T", False, False), ("*3C>G", True, False),
     ("10+1G>A", True, True), ("10+5G>A", False, False), ("-1_1insG", True, False), ("2T>C", True, True)],
)  # fmt: skip
def test_which_calls_matter(gene: Gene, names: str, *, touches: bool, alters: bool) -> None:
    """Exonic from the start codon on, or a splice site; of those, what changes the protein by itself."""
    told = made(gene, names)
    (pair,) = told.pairs
    assert (told.translator.touches_coding(*pair), told.translator.alters_protein(*pair)) == (touches, alters)


@both_strands
@pytest.mark.parametrize(
    ("name", "concerned"),
    [
        ("-3G>A", True),  # the transcript's first base
        ("5A>G", True),
        ("*3C>G", True),
        ("10+1G>A", True),
        ("11-2A>C", True),
        ("9_10+4del", True),
        ("10+3A>C", False),  # an intron's base beside no splice site
        ("10+5_10+6insA", False),
    ],
)
def test_which_inherited_calls_concern_a_transcript(gene: Gene, name: str, *, concerned: bool) -> None:
    """Those on exons and splice sites."""
    assert SequenceTranslator(gene).concerns(gene.variant(name)) is concerned


def test_what_lies_beside_all_transcripts_concerns_none_and_an_unknown_contig_is_to_be_told_of() -> None:
    """The first letter of the text is no exon's; chr2 isn't in the reference."""
    translator = SequenceTranslator(GENE)
    assert not translator.concerns(Variant("chr1", 0, "G", "A"))
    assert translator.concerns(Variant("chr2", 0, "G", "A"))


def test_a_call_beside_all_transcripts_has_no_consequence() -> None:
    """Nor one on a contig that the reference lacks."""
    translator = SequenceTranslator(GENE)
    assert translator.annotate(GENE.call("5A>G"))[0].hgvs_p.endswith("p.Lys2Arg")
    gene = Gene("tttttttt" + TEXT)
    outside = Gene("tttttttt" + TEXT).replaced(2, 3, "C")
    call = gene.call("5A>G")
    assert SequenceTranslator(gene).annotate(type(call)(outside, 1, (), call.tumor)) == ()
    elsewhere = type(outside)("chr9", 2, "T", "C")
    assert SequenceTranslator(gene).annotate(type(call)(elsewhere, 1, (), call.tumor)) == ()


# Hypotheses


@both_strands
def test_without_being_asked_no_hypothesis_is_made(gene: Gene) -> None:
    """A lost splice site and a lost start are reasons, not proteins."""
    for name, reason in (("10+1G>A", Outcome.SPLICE_UNMODELLED), ("2T>C", Outcome.START_LOST_UNMODELLED)):
        assert made(gene, name).changes == []
        assert list(made(gene, name).reasons.values()) == [reason]
    assert made(gene, "10+1G>A", hypotheses=START).changes == []
    assert made(gene, "2T>C", hypotheses=SPLICE).changes == []


@both_strands
def test_a_lost_donor_gives_the_intron_retained(gene: Gene) -> None:
    """Of the first exon: it can't be skipped, so only the intron is read.

    ATG AAA CTG G|ga taa: the intron's +1G>A makes G|AT, then AAG TCC CTT TTT AG|C TGC TGA.
    """
    changes = made(gene, "10+1G>A", hypotheses=SPLICE).changes
    assert [(one.mutant, words_of(one)) for one in changes] == [
        ("MKLDKSLFSC", ("hypothesis: intron 1 of 2 is retained",)),
    ]
    assert made(gene, "10+1G>A", hypotheses=SPLICE).unresolved == []


@both_strands
def test_a_lost_site_of_an_inner_exon_gives_it_skipped_too(gene: Gene) -> None:
    """Exon 2 has twelve bases, so its skipping keeps the frame: G|AT CAT TTG; the acceptor before it does the same."""
    skipped = ("MKLDHL", ("hypothesis: exon 2 of 3 is skipped",))
    # ATG AAA CTG GCT GCT GAA GTG G|at gag tac cat gac tag
    donor = made(gene, "22+1G>A", hypotheses=SPLICE).changes
    assert [(one.mutant, words_of(one)) for one in donor] == [
        skipped,
        ("MKLAAEVDEYHD", ("hypothesis: intron 2 of 2 is retained",)),
    ]
    # ATG AAA CTG G|gt aag tcc ctt ttt aa|C TGC TGA
    acceptor = made(gene, "11-1G>A", hypotheses=SPLICE).changes
    assert [(one.mutant, words_of(one)) for one in acceptor] == [
        skipped,
        ("MKLGKSLFNC", ("hypothesis: intron 1 of 2 is retained",)),
    ]


@both_strands
def test_hypotheses_go_along_with_other_calls_in_cis(gene: Gene) -> None:
    """K2R and exon 2 skipped; two lost sites, or a germline one, leave none."""
    told = made(gene, "22+1G>A", "5A>G", hypotheses=SPLICE)
    assert [one.mutant.rstrip("X") for one in told.changes] == ["MRL", "MRLDHL", "MRLAAEVDEYHD"]
    assert told.unresolved == []
    assert made(gene, "22+1G>A", "10+1G>A", hypotheses=SPLICE).changes == []
    germline = Made(gene, gene.call("22+1G>A", germline=True), gene.call("5A>G"), hypotheses=SPLICE)
    assert [one.mutant.rstrip("X") for one in germline.changes] == ["MRL"]


@both_strands
def test_a_lost_start_gives_the_next_atg(gene: Gene) -> None:
    """The next ATG of TEXT's exons: there is none; with one behind c.17 it is read in its own frame."""
    assert made(gene, "2T>C", hypotheses=START).changes == []
    # ATG AAA CTG G|CT GCT GAT GTG G|AT: ATG TGG ATC ATT TGT AAG ACT GAT TC, no stop
    other = Gene(TEXT.replace("GCTGAAGTGG", "GCTGATGTGG"), gene.strand)
    told = Made(other, other.call("2T>C"), hypotheses=START)
    (change,) = told.changes
    assert change.mutant.rstrip("X") == "MWIICKTD"
    assert (change.label, change.consequence) == ("p.Met1?", "start_lost")
    assert words_of(change) == ("hypothesis: with the start codon lost, translation starts at the next ATG",)
    (edit,) = change.edits
    assert (edit.normal, edit.mutant, edit.aligned) == (Interval(0, 10), Interval(0, len(change.mutant)), False)
    assert told.unresolved == []
    # in frame, it is only a part of the normal protein: nothing new
    same = Gene(TEXT.replace("GCTGAAGTGG", "GCTATGGTGG"), gene.strand)
    assert Made(same, same.call("2T>C"), hypotheses=START).changes == []
    # behind an unknown stretch nothing is read
    assert Made(other, other.call("2T>C"), other.call("22+1G>A"), hypotheses=START).changes == []


# Decay


@pytest.mark.parametrize(
    ("name", "expected"),
    [("4A>T", "escape"), ("5A>G", None), ("31T>C", None), ("6_7insA", "escape"), ("16_18del", None), ("12del", None)],
)
def test_decay_is_judged_of_premature_stops_only(name: str, expected: str | None) -> None:
    """All of this small transcript's stops are near the start."""
    assert made(GENE, name).change.nmd == expected


LONG_EXON = "GCTGATGTTCATTTGAAACTG" * 9
"""ADVHLKL nine times: 189 bases."""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("157G>T", "predicted"),  # a stop in codon 53, exon 1; 156 bases behind the start, the last junction far
        ("139G>T", "escape"),  # codon 47: within 150 bases of the start
        ("3_4insA", "escape"),
    ],
)
def test_a_premature_stop_before_the_last_exon_decays(name: str, expected: str) -> None:
    """Exons of 192, 192 and 24 bases; GAT → TAT is none, GCT|GAT… of codon 53 is made TAA by what the test says."""
    first = "ATG" + LONG_EXON
    first = first[:156] + "GAA" + first[159:]
    first = first[:138] + "GAA" + first[141:]
    gene = Gene(
        "g" + first + "gtaag" * 3 + "ccag" + LONG_EXON + "gtaag" * 3 + "ccag" + "GCTGATGTTCATTTGAAATAAGCC" + "c"
    )
    assert made(gene, name).change.nmd == expected


# Reach

WIDE = Gene(
    "gccATGAAACTGGCTGCTGAAGTGGATCATTTGGCAGATTGTCCATTCGAAAGGTGGgtaagtccagACTATGGCAGTCAATCAGCATCCGATGAACATTTCGGTAAA"
    "gtaagtccagAGTTCCATTGGACTGGCGTAACTACGAACTTCAAGCATTCTGTGGGATGCCGTTGCAGACCATAAGGCTTCATAATGCACTGGATTCGGTAACTGCACGT"
    "GAATGGTTTCCACATTAACCATTGACCc"
)
"""Three exons, seventy codons:

MKLAAEVDHLADCPFERW TMAVNQHPMNISVK VPLDWRNYELQAFCGMPLQTIRLHNALDSVTAREWFPH
"""


@pytest.mark.parametrize("seed", range(100))
def test_the_quick_answer_is_the_slow_one_s(seed: int) -> None:
    """A neighbour out of reach leaves every new peptide as it is, and one in reach those outside of what it names.

    Slow is to translate the haplotype with the neighbour, and to look for them there.
    """
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    gene = replace(WIDE, strand=rng.choice([1, -1]))
    calls = random_calls(rng, gene, 3)
    if len(calls) < 2:
        return
    neighbour = calls.pop(rng.randrange(len(calls)))
    translator = SequenceTranslator(gene)
    pairs = [(call, translator.annotate(call)[0]) for call in calls]
    other = (neighbour, translator.annotate(neighbour)[0])
    for change in Made(gene, *calls).changes:
        span = translator.reach(change, pairs)(other)
        mutants = joined(gene, (*calls, neighbour))
        for window in each(new_windows(change, [8, 15]).new):
            end = window.offset + len(window.sequence)
            if span is None or span.end <= window.offset or end <= span.start:
                assert any(window.sequence in mutant for mutant in mutants), (calls, neighbour, window)


@cache
def joined(gene: Gene, calls: tuple[object, ...]) -> list[str]:
    """List the mutant proteins of a haplotype."""
    return [change.mutant for change in Made(gene, *calls).changes]  # type: ignore[arg-type]


@both_strands
@pytest.mark.parametrize(
    ("own", "neighbour", "expected"),
    [
        ("5A>G", "6A>G", None),  # AGA → AGG: both R
        ("4A>G", "6A>T", Interval(1, 2)),  # GAA → GAT: E → D
        ("5A>G", "17A>C", Interval(5, 6)),
        ("5A>G", "16_18del", Interval(5, 6)),
        ("5A>G", "15_16insTGG", Interval(4, 6)),  # between residues 5 and 6
        ("5A>G", "31T>C", Interval(9, 10)),  # behind the last residue
        ("5A>G", "20_21insA", Interval(7, 10)),
        ("5A>G", "2T>C", Interval(0, 10)),
        ("5A>G", "10+5G>A", None),
        ("5A>G", "4A>T", Interval(1, 10)),  # TGA
        ("5A>G", "11-1G>A", Interval(3, 10)),
    ],
)
def test_reach(gene: Gene, own: str, neighbour: str, expected: Interval | None) -> None:
    """Residues of the haplotype's mutant protein that differ in cis with the neighbour."""
    told = made(gene, own, neighbour)
    change = made(gene, own).change
    assert told.translator.reach(change, told.pairs[:1])(told.pairs[1]) == expected


def test_reach_beside_a_silent_call_of_the_haplotype() -> None:
    """CGA of R3: AGA is R, CGT is R, AGT is S. So c.9A>T, silent alone, changes what c.7C>A is in cis with."""
    gene = Gene("GCCATGAAACGACTGGCTGCTGAAGTGGATTAACC")
    told = made(gene, "4A>G", "7C>A", "9A>T")
    change = made(gene, "4A>G", "7C>A").change
    assert change.mutant == "MERLAAEVD"
    assert told.translator.reach(change, told.pairs[:2])(told.pairs[2]) == Interval(2, 3)
    alone = made(gene, "4A>G").change
    assert told.translator.reach(alone, told.pairs[:1])(told.pairs[2]) is None


@pytest.mark.parametrize(
    ("neighbour", "expected"),
    [
        pytest.param("5A>G", Interval(1, 2), id="upstream, K2R"),
        pytest.param("6A>G", None, id="upstream and silent"),
        pytest.param("6_7insA", Interval(2, 26), id="upstream, another frame"),
        pytest.param("63A>T", Interval(20, 21), id="in the new frame, CAG to CTG"),
        pytest.param("64G>A", None, id="silent in the new frame, CAG to CAA"),
        pytest.param("79A>G", None, id="silent in the new frame alone, CGA to CGG"),
        pytest.param("82A>G", Interval(25, 26), id="the new stop, TGA to TGG"),
        pytest.param("83A>G", None, id="right behind the new stop"),
        pytest.param("83del", None, id="right behind the new stop, another frame"),
    ],
)
@pytest.mark.parametrize("wide", [WIDE, replace(WIDE, strand=-1)])
def test_reach_of_neighbours_around_a_frameshift(wide: Gene, neighbour: str, expected: Interval | None) -> None:
    """c.33del reads MKLAAEVDHLA IVHSKGGLWQSISIR and stops at c.80–82: TGA across ATG AAC."""
    told = made(wide, "33del", neighbour)
    change = made(wide, "33del").change
    assert change.mutant == "MKLAAEVDHLAIVHSKGGLWQSISIR"
    assert told.translator.reach(change, told.pairs[:1])(told.pairs[1]) == expected


def test_reach_of_neighbours_far_from_a_substitution() -> None:
    """V62L (GTA → TTA at c.184…) and what lies more than thirty-three residues away from it, before and behind."""
    normal = WIDE.spliced.normal.protein
    assert normal == "MKLAAEVDHLADCPFERWTMAVNQHPMNISVKVPLDWRNYELQAFCGMPLQTIRLHNALDSVTAREWFPH"
    assert normal[61] == "V"

    def reach(own: str, neighbour: str) -> Interval | None:
        told = made(WIDE, own, neighbour)
        return told.translator.reach(made(WIDE, own).change, told.pairs[:1])(told.pairs[1])

    # V62 is GTA, c.184–186; K2 is AAA, c.4–6
    assert reach("184G>T", "5A>G") is None  # too far for a peptide to hold both
    assert reach("184G>T", "6A>G") is None
    assert reach("184G>T", "6_7insA") == Interval(2, 70)  # a frameshift reaches on
    assert reach("184G>T", "4A>T") == Interval(1, 70)
    assert reach("5A>G", "184G>T") is None
    assert reach("5A>G", "184del") is None
    # in between, a substitution's own residue, if it is one
    assert reach("5A>G", "17A>C") == Interval(5, 6)
    assert reach("5A>G", "18A>G") is None
    # behind a frameshift's own stop nothing is read: ATG AAA ACT GGC TGC TGA; before that it is
    assert reach("6_7insA", "184G>T") is None
    assert reach("6_7insA", "10G>A") == Interval(3, 4)
    # beyond seventeen residues no peptide holds both, but a synthetic one of thirty-three may, and must know
    assert reach("5A>G", "55A>G") == Interval(18, 19)
    assert reach("5A>G", "58A>G") == Interval(19, 20)
    assert reach("5A>G", "91G>T") == Interval(30, 31)  # V31, 29 residues behind K2
    assert reach("5A>G", "91del") == Interval(30, 70)
    assert reach("5A>G", "109T>C") is None  # W37, 35 residues behind K2
    assert reach("184G>T", "88T>A") == Interval(29, 30)  # S30, 32 residues before V62
    assert reach("184G>T", "61G>A") is None


@both_strands
@pytest.mark.parametrize(
    ("neighbour", "expected"), [("17A>C", Interval(6, 7)), ("20T>A", Interval(7, 8)), ("18A>G", None)]
)
def test_reach_beside_a_germline_insertion(gene: Gene, neighbour: str, expected: Interval | None) -> None:
    """Tryptophan put in behind residue 5 of both proteins: E6 and V7 are residues 7 and 8 of the mutant one."""
    germline, own = gene.call("15_16insTGG", germline=True), gene.call("5A>G")
    told = Made(gene, germline, own, gene.call(neighbour))
    change = Made(gene, germline, own).change
    assert (change.normal, change.mutant) == ("MKLAAWEVDHL", "MRLAAWEVDHL")
    assert told.translator.reach(change, told.pairs[:2])(told.pairs[2]) == expected
    assert list(told.translator.near(change, told.pairs)) == told.pairs


@both_strands
@pytest.mark.parametrize(
    ("germline", "spans"),
    [
        (("20T>A",), [(6, 7)]),  # V7
        (("15_16insTGGTGC",), [(5, 7)]),  # W and C behind A5
        (("6_7insTGG", "20T>A"), [(2, 3), (7, 8)]),  # W behind K2; V7, a residue farther on
        (("7_9del", "20T>A"), [(2, 3), (5, 6)]),  # what stands in L3's place; V7, a residue less far
        (("18A>G",), []),  # silent
        (("6_7insA",), [(2, 5)]),  # MKTGC: all behind the frameshift
        (("6_7insA", "12_13insGG"), [(2, 11), (4, 11)]),
    ],
)
def test_which_residues_germline_calls_change(
    gene: Gene, germline: tuple[str, ...], spans: list[tuple[int, int]]
) -> None:
    """In the mutant protein, which begins MR for somatic K2R; all behind what shifts the frame."""
    calls = [gene.call(name, germline=True) for name in germline]
    change = Made(gene, *calls, gene.call("5A>G")).change
    assert change.inherited == tuple((Interval(*span), call) for span, call in zip(spans, calls, strict=False))


@both_strands
def test_a_change_tells_of_each_call_it_carries(gene: Gene) -> None:
    """Each with its own annotation; without a name for either the label is empty."""
    told = made(gene, "5A>G", "17A>C")
    assert told.change.told == tuple(told.pairs)
    assert told.change.named([told.pairs[1][0]]) == ("p.Glu6Ala", "missense_variant")
    over = made(gene, "9_10+4del")
    assert [change.label for change in over.changes] in ([""], [])


def test_what_the_model_says_of_a_transcript_is_told_of_each_call() -> None:
    """Its standing decides which transcript represents a peptide."""
    gene = Gene(TEXT)
    model = replace(gene.model, support_level=2, canonical=True, mane_select=True, biotype="protein_coding_LoF")
    gene.__dict__["model"] = model
    (told,) = SequenceTranslator(gene).annotate(gene.call("5A>G"))
    assert (told.support_level, told.canonical, told.mane_select) == (2, True, True)
    assert (told.biotype, told.gene, told.gene_id, told.transcript) == ("protein_coding_LoF", "TOY", "ENSG1", "ENST1.1")


@pytest.mark.parametrize("strand", [1, -1])
def test_a_neighbour_far_in_an_extension_is_near(strand: int) -> None:
    """ATG AAA ACT GTA AGC AGC …: of a normal protein of three residues, the new frame reads thirty of the 3′ UTR.

    c.*70 is base 81 of the CDS and the UTR, and base 82 of the new frame: in codon 27, whose AGC becomes ATC.
    """
    gene = Gene("ttATGAAACTGTAA" + "GCAGCA" * 15 + "tt", strand)
    told = made(gene, "6_7insA", "*70G>T", "*85G>T")
    change = made(gene, "6_7insA").change
    assert (len(change.normal), change.mutant[:6], change.mutant[26:29]) == (3, "MKTVSS", "SSS")
    own, inside, further = told.pairs
    assert told.translator.reach(change, [own])(inside) == Interval(27, 28)
    assert list(told.translator.near(change, [own, inside, further])) == [own, inside, further]
    # of a substitution, which ends where the normal protein does, what lies so far in the UTR is not
    gene = Gene("ttATGAAACTGTAA" + "GCAGCA" * 25 + "tt", strand)  # codon 48 lies more than thirty-three behind K2
    change = made(gene, "5A>G").change
    exchanged = made(gene, "5A>G", "*130G>T")
    assert exchanged.translator.reach(change, exchanged.pairs[:1])(exchanged.pairs[1]) is None
    assert list(exchanged.translator.near(change, exchanged.pairs)) == exchanged.pairs[:1]


@both_strands
def test_the_next_atg_is_the_first_one_behind_the_lost_start(gene: Gene) -> None:
    """One in the 5′UTR is not it, nor the last one: ATG TGG ATG ATT TGT AAG ACT GAT TC behind GCT G."""
    text = TEXT.replace("gGAC", "gATGAC").replace("GCTGAAGTGG", "GCTGATGTGG").replace("ATCATTTG", "ATGATTTG")
    other = Gene(text, gene.strand, cds=Interval(5, 35))
    told = Made(other, other.call("2T>C"), hypotheses=START)
    assert told.change.mutant == "MWMICKTDX"
    assert told.change.normal == "MKLAADVDDL"
    assert told.change.transcript is told.pairs[0][1]
    assert told.change.edits[0].calls == (told.pairs[0][0],)


def words_of(change: ProteinChange | None) -> tuple[str, ...]:
    """List a change's assumptions."""
    return () if change is None else tuple(doubt.words for doubt in change.doubts)


@both_strands
def test_calls_that_undo_each_other_change_nothing(gene: Gene) -> None:
    """A base put in before one of its kind, which is deleted: the same bases, so the same protein, and no name."""
    assert not made(gene, "6_7insC", "7del").changes
