"""Sequence Ontology terms, against hand-derived ones."""

from __future__ import annotations

import pytest
from hypothesis import given

from neosieve.biology.coordinates import Layout
from neosieve.biology.termrules import coding_terms, intron_terms
from neosieve.biology.terms import severity
from neosieve.biology.translation import SequenceTranslator
from neosieve.model.annotation import ResidueChange
from neosieve.model.genome import Interval, Transcript

from .spelledgene import Gene
from .splicedtoy import CASES, Edit, World
from .test_hgvs import edits


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(("edit", "coding", "protein", "terms"), CASES, ids=[f"{c[1]}|{c[3]}" for c in CASES])
def test_terms(edit: Edit, coding: str, protein: str, terms: str, strand: int) -> None:
    """As VEP's rules give them, most severe first; the strand makes no difference."""
    assert "&".join(World(strand).label(edit).terms) == terms, f"{coding} {protein}"


@given(edits())
def test_the_strand_makes_no_difference(edit: Edit) -> None:
    """Reverse-complementing the whole world changes no label, and the terms are in order."""
    one, other = World(1).label(edit), World(-1).label(edit)
    assert one.terms == other.terms
    assert (one.change, one.cds_position, one.exon) == (other.change, other.cds_position, other.exon)
    assert list(one.terms) == sorted(set(one.terms), key=severity)


@pytest.mark.parametrize(
    ("edit", "change", "coding", "exon"),
    [
        # c.5: codon 2, its second base
        (Edit(17, 18, "G"), ResidueChange(Interval(1, 2), "K", "R", "aAa", "aGa"), (4, 5), 1),
        # between codons 5 and 6: no codon is touched
        (Edit(58, 58, "AAC"), ResidueChange(Interval(5, 5), "", "N", "", "AAC"), (15, 15), 2),
        # within codon 6
        (Edit(60, 60, "CCC"), ResidueChange(Interval(5, 6), "E", "DP", "gaa", "gaCCCa"), (17, 17), 2),
        # c.5_7 of codons 2 and 3
        (Edit(17, 20, ""), ResidueChange(Interval(1, 3), "KL", "M", "aAACtg", "atg"), (4, 7), 1),
        # one base of codon 2: the rest is no codon
        (Edit(17, 18, ""), ResidueChange(Interval(1, 2), "K", "X", "aAa", "aa"), (4, 5), 1),
        # codon 4 lies in exons 1 and 2
        (Edit(54, 55, "A"), ResidueChange(Interval(3, 4), "A", "A", "gcT", "gcA"), (11, 12), 2),
        # the stop codon
        (Edit(103, 104, "C"), ResidueChange(Interval(10, 11), "*", "Q", "Taa", "Caa"), (30, 31), 3),
        # the intron, the UTR, and over an exon's edge: none
        (Edit(25, 26, "C"), None, None, None),
        (Edit(109, 110, "G"), None, None, 3),
        (Edit(63, 67, ""), None, None, 2),
    ],
)
def test_codons(edit: Edit, change: ResidueChange | None, coding: tuple[int, int] | None, exon: int | None) -> None:
    """Codons touched, changed bases in upper case; coding bases 0-based; exons numbered from the transcript's begin."""
    for strand in (1, -1):
        told = World(strand).label(edit)
        assert told.change == change
        assert told.cds_position == (None if coding is None else Interval(*coding))
        assert told.exon == (None if exon is None else (exon, 3))


@pytest.mark.parametrize("lead", ["", "A", "AC", "ACC"])
@pytest.mark.parametrize("strand", [1, -1])
def test_codons_count_from_the_start_codon(lead: str, strand: int) -> None:
    """However long the 5′ UTR: TGG between codons 2 and 3, and CTG → CGG."""
    gene = Gene(f"tt{lead}ATGAAACTGTAAtt", strand)
    for name, change in (
        ("6_7insTGG", ResidueChange(Interval(2, 2), "", "W", "", "TGG")),
        ("8T>G", ResidueChange(Interval(2, 3), "L", "R", "cTg", "cGg")),
    ):
        (told,) = SequenceTranslator(gene).annotate(gene.call(name))
        assert told.change == change


def test_decaying_transcripts_are_said_to_be() -> None:
    """The term comes last, beside the others."""
    told = World(biotype="nonsense_mediated_decay").label(Edit(17, 18, "G"))
    assert told.terms == ("missense_variant", "NMD_transcript_variant")


def test_an_incomplete_last_codon() -> None:
    """Coding up to c.26, the second base of a codon: no residue, but coding."""
    world = World(cds=Interval(3, 29), flags=frozenset({"cds_end_NF"}))
    assert world.label(Edit(98, 99, "G")).terms == ("incomplete_terminal_codon_variant", "coding_sequence_variant")


def test_an_incomplete_first_codon() -> None:
    """Codon ?AC: its residue is not known, before or after."""
    world = World(begin=11, cds=Interval(0, 32), missing=1, flags=frozenset({"cds_start_NF"}))
    told = world.label(Edit(11, 12, "T"))
    assert told.terms == ("coding_sequence_variant",)
    assert told.hgvs_p == ""


def test_bases_put_into_an_incomplete_first_codon() -> None:
    """?AC → ?TA AAG C…: an unknown residue, K, and a frame that goes on otherwise."""
    world = World(begin=11, cds=Interval(0, 32), missing=1, flags=frozenset({"cds_start_NF"}))
    told = world.label(Edit(11, 12, "TAAAG"))
    assert told.change == ResidueChange(Interval(0, 1), "X", "XKX", "Ac", "TAAAGc")
    assert told.terms == ("frameshift_variant",)


@pytest.mark.parametrize(("start", "terms"), [(21, {"intron_variant"}), (19, set()), (33, set())])
def test_a_tiny_intron_has_no_splice_sites(start: int, terms: set[str]) -> None:
    """Ensembl takes an intron of 13 bases, 20–33 here, for a mend of the genome's own frameshift."""
    exons = (Interval(0, 20), Interval(33, 60))
    layout = Layout.of(Transcript("ENST1", "TOY", "ENSG1", "chr1", 1, exons, Interval(0, 45)))
    assert intron_terms(Interval(start, start + 1), layout) == terms


def placed_in(exons: tuple[Interval, ...], strand: int) -> Layout:
    """Lay a transcript out."""
    return Layout.of(Transcript("ENST1", "TOY", "ENSG1", "chr1", strand, exons, Interval(0, 45)))


@pytest.mark.parametrize(("strand", "start"), [(1, 62), (-1, 117)])
def test_an_intron_behind_a_tiny_one_has_its_splice_sites(strand: int, start: int) -> None:
    """+3 of an intron of 60 bases: 60–120 on the plus strand, where 20–33 is tiny; on the minus strand 133–146 is."""
    near = (Interval(0, 20), Interval(33, 60), Interval(120, 150))
    far = (Interval(30, 60), Interval(120, 133), Interval(146, 170))
    terms = intron_terms(Interval(start, start + 1), placed_in(near if strand > 0 else far, strand))
    assert terms == {"splice_donor_region_variant", "intron_variant"}


REGION, INTRON, TRACT = "splice_region_variant", "intron_variant", "splice_polypyrimidine_tract_variant"
AROUND = [
    *((at, set()) for at in (-5, -4)),
    *((at, {REGION}) for at in (-3, -2, -1)),
    *((at, {"splice_donor_variant"}) for at in (0, 1)),
    *((at, {"splice_donor_region_variant", INTRON}) for at in (2, 3, 5)),
    (4, {"splice_donor_5th_base_variant", INTRON}),
    *((at, {REGION, INTRON}) for at in (6, 7)),
    *((at, {INTRON}) for at in (8, 9, 41, 42)),
    *((at, {TRACT, INTRON}) for at in (43, 44, 50, 51)),
    *((at, {REGION, TRACT, INTRON}) for at in (52, 53, 56, 57)),
    *((at, {"splice_acceptor_variant"}) for at in (58, 59)),
    *((at, {REGION}) for at in (60, 61, 62)),
    *((at, set()) for at in (63, 64)),
]
"""Bases around an intron of 60, 0 its first in the transcript's direction: SO's 1–3 bases of either exon, +1 and +2 the
donor, +3 to +6 its region with the fifth base apart, to +8 the splice region; -1 and -2 the acceptor, -3 to -8 the
splice region, -3 to -17 the polypyrimidine tract."""
BETWEEN = [
    (-3, set()), (-2, {REGION}), (0, {REGION}), (1, {"splice_donor_variant"}), (2, {REGION, INTRON}),
    (3, {"splice_donor_region_variant", INTRON}), (4, {"splice_donor_region_variant", INTRON}),
    (5, {"splice_donor_region_variant", INTRON}), (6, {REGION, INTRON}), (7, {REGION, INTRON}), (8, {INTRON}),
    (52, {TRACT, INTRON}), (53, {REGION, TRACT, INTRON}), (57, {REGION, TRACT, INTRON}), (58, {REGION, INTRON}),
    (59, {"splice_acceptor_variant"}), (60, {REGION}), (62, {REGION}), (63, set()),
]  # fmt: skip
"""The same of bases put in before these."""


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(
    ("begin", "size", "terms"), [*((at, 1, terms) for at, terms in AROUND), *((at, 0, terms) for at, terms in BETWEEN)]
)
def test_what_lies_around_an_intron(begin: int, size: int, terms: set[str], strand: int) -> None:
    """Base by base, and between bases; the strand makes no difference."""
    layout = placed_in((Interval(0, 20), Interval(80, 100)), strand)
    start = 20 + begin if strand > 0 else 80 - begin - size
    assert intron_terms(Interval(start, start + size), layout) == terms


def test_a_deletion_over_an_exon_hits_both_its_splice_sites() -> None:
    """Exon 60–70 with five bases of either intron: acceptor of the first, donor of the second."""
    exons = (Interval(0, 20), Interval(60, 70), Interval(110, 140))
    terms = intron_terms(Interval(55, 75), placed_in(exons, 1))
    assert {"splice_acceptor_variant", "splice_donor_variant", "intron_variant"} <= terms
    assert intron_terms(Interval(55, 75), placed_in(exons, -1)) >= {"splice_acceptor_variant", "splice_donor_variant"}


@pytest.mark.parametrize("strand", [1, -1])
def test_selenocysteine_among_the_codons_touched(strand: int) -> None:
    """AAA TGA GCT → AAC TGA TCT: U stays U, and is no stop."""
    gene = Gene("ttATGAAATGAGCTTAAtt", strand, cds=Interval(0, 12), selenocysteines=(6,))
    (told,) = SequenceTranslator(gene).annotate(gene.call("6_10delinsCTGAT"))
    assert told.change == ResidueChange(Interval(1, 4), "KUA", "NUS", "aaATGAGct", "aaCTGATct")
    assert (told.terms, told.hgvs_p) == (("missense_variant",), "p.Lys2_Ala4delinsAsnSecSer")


@pytest.mark.parametrize("strand", [1, -1])
def test_an_incomplete_last_codon_beside_an_intron(strand: int) -> None:
    """GC of the last codon is all of the last exon: its place beside the intron is told as well."""
    text = "ttATGAAAgtaagtccctttttttttttttttagGCtt"
    gene = Gene(text, strand, cds=Interval(0, 8), flags=frozenset({"cds_end_NF"}))
    (told,) = SequenceTranslator(gene).annotate(gene.call("7G>A"))
    assert set(told.terms) == {
        "splice_region_variant", "incomplete_terminal_codon_variant", "coding_sequence_variant",
    }  # fmt: skip


def test_a_start_that_is_not_known_cant_be_lost() -> None:
    """The same ATG → ACG in a CDS that begins before the transcript is a missense variant."""
    world = World(flags=frozenset({"cds_start_NF"}))
    assert world.label(Edit(14, 15, "C")).terms == ("missense_variant",)


@pytest.mark.parametrize(
    ("old", "new", "codons", "gain", "told", "terms"),
    [
        ("K*", "R*", ("AAATAA", "AGATAA"), 0, "", "missense_variant"),  # the stop among the codons stays
        ("KL", "*L", ("AAACTG", "TAACTG"), 0, "", "stop_gained"),
        ("E", "E*", ("GAA", "GAATGA"), 3, "", "stop_gained inframe_insertion"),
        ("E", "R*", ("GAA", "CGATGA"), 3, "", "stop_gained"),
        ("KLA", "N", ("AAACTGGCT", "AAT"), -6, "", "inframe_deletion"),  # AA|ACTGGC|T
        ("KLA", "H", ("AAACTGGCT", "CAT"), -6, "", "protein_altering_variant"),
        ("KLA", "H", ("AAACTGGCT", "CAT"), -6, "start_lost", "start_lost"),
        ("QL", "R", ("CAACTG", "CGG"), -3, "", "protein_altering_variant"),  # C and G stay, but not what lies between
        ("M", "TM", ("ATG", "ACAATG"), 3, "start_lost", "start_lost"),
        ("M", "MM", ("ATG", "ATGATG"), 3, "start_retained_variant", "start_retained_variant inframe_insertion"),
        ("*", "X", ("TAA", "TA"), -1, "stop_retained_variant", "stop_retained_variant frameshift_variant"),
        ("X", "X", ("AC", "AT"), 0, "", "coding_sequence_variant"),
    ],
)
def test_rules_for_codons(old: str, new: str, codons: tuple[str, str], gain: int, told: str, terms: str) -> None:
    """Terms of codons alone, by VEP's rules; ``told`` is what the whole proteins say."""
    change = ResidueChange(Interval(0, len(old)), old, new, *codons)
    assert coding_terms(change, gain, frozenset(told.split())) == set(terms.split())
