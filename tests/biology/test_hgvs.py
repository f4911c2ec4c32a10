"""HGVS names, against hand-derived ones and against what a name means."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neosieve.biology.hgvs import protein_hgvs
from neosieve.biology.translation import SequenceTranslator
from neosieve.model.genome import Interval
from neosieve.model.variant import AlleleCounts, Call, Variant

from .spelledgene import Gene
from .splicedtoy import CASES, EXONS, PLUS, Edit, World, opposite

NUMBERS = (
    {f"{10 - 13 + at}": 10 + at for at in range(3)}
    | {f"{n}": 12 + n for n in range(1, 11)}
    | {f"{n}": 42 + n for n in range(11, 23)}
    | {f"{n}": 72 + n for n in range(23, 34)}
    | {f"*{n}": 105 + n for n in range(1, 10)}
    | {f"{last}+{n}": first + n - 1 for last, first in ((10, 23), (22, 65)) for n in range(1, 16)}
    | {f"{next_}-{n}": end - n for next_, end in ((11, 53), (23, 95)) for n in range(1, 16)}
)
"""c. position → genome position, from the picture in ``splicedtoy``; both introns have 30 bases, 15 from each end."""


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(("edit", "coding", "protein", "terms"), CASES, ids=[f"{c[1]}|{c[3]}" for c in CASES])
def test_names(edit: Edit, coding: str, protein: str, terms: str, strand: int) -> None:
    """Both names as derived by hand beside each case; the strand makes no difference."""
    assert terms
    told = World(strand).label(edit)
    assert (told.hgvs_c, told.hgvs_p) == (coding, protein)


def edits() -> st.SearchStrategy[Edit]:
    """Small edits anywhere from the first exon to the last."""
    first, last = EXONS[0].start, EXONS[-1].end
    bases = st.text("ACGT", max_size=6)
    drawn = st.builds(
        lambda start, length, new: Edit(start, min(start + length, last), new),
        st.integers(first + 1, last - 1),
        st.integers(0, 7),
        bases,
    )
    return drawn.filter(_minimal)


def _minimal(edit: Edit) -> bool:
    """Whether old and new bases share neither end: what could be cut off at either end has two places."""
    old, new = PLUS[edit.start : edit.end], edit.new
    return old[:1] != new[:1] and old[-1:] != new[-1:]


def meaning(name: str) -> Edit:
    """Read a c. name back into an edit of the genome."""
    match = re.fullmatch(r"c\.([^_A-Zdi]+)(?:_([^A-Zdi]+))?(del|dup|ins|delins|inv|[ACGT]>)([ACGT]*)", name)
    assert match is not None, name
    start = NUMBERS[match[1]]
    end = NUMBERS[match[2] or match[1]] + 1
    old = PLUS[start:end]
    match match[3]:
        case "del" | "delins":
            return Edit(start, end, match[4])
        case "dup":
            return Edit(end, end, old)
        case "ins":
            assert end == start + 2
            return Edit(start + 1, start + 1, match[4])
        case "inv":
            return Edit(start, end, opposite(old))
        case substitution:
            assert old == substitution[0]
            return Edit(start, end, match[4])


@given(edits())
def test_a_name_means_the_variant(edit: Edit) -> None:
    """Read back by the HGVS rules, a c. name makes the same genome."""
    name = World().label(edit).hgvs_c
    assume(name)
    assert meaning(name).applied() == edit.applied()


@given(edits())
def test_names_are_as_far_3_prime_as_can_be(edit: Edit) -> None:
    """One base further 3′, the same length taken out (or any put in) makes another genome."""
    name = World().label(edit).hgvs_c
    assume(name)
    told = meaning(name)
    if not told.new and told.end < EXONS[-1].end:
        assert Edit(told.start + 1, told.end + 1, "").applied() != edit.applied()
    elif told.start == told.end and told.end < EXONS[-1].end:
        further = edit.applied()[told.end + 1 : told.end + 1 + len(told.new)]
        assert Edit(told.end + 1, told.end + 1, further).applied() != edit.applied()


@given(edits())
def test_the_strand_makes_no_difference(edit: Edit) -> None:
    """Reverse-complementing the whole world changes no name."""
    one, other = World(1).label(edit), World(-1).label(edit)
    assert (one.hgvs_p, one.hgvs_c) == (other.hgvs_p, other.hgvs_c)


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (Edit(10, 11, "T"), "c.-3G>T"),  # the first base
        (Edit(10, 11, ""), "c.-3del"),  # before A: it can't move
        (Edit(10, 10, "G"), "c.-3dup"),  # before the first base, and as well behind it
        (Edit(10, 10, "TG"), ""),  # TG stands before it, but is no part of the transcript
        (Edit(10, 10, "T"), ""),
        (Edit(114, 115, "G"), "c.*9C>G"),  # the last base
        (Edit(114, 115, ""), "c.*9del"),  # C follows, but beyond the transcript
        (Edit(115, 115, "C"), "c.*9dup"),
        (Edit(115, 115, "T"), ""),
    ],
)
def test_at_the_ends_of_the_transcript(edit: Edit, name: str, strand: int) -> None:
    """CTG|GACATG…GATTC|CCA: what can't be told by the transcript's own bases has no name."""
    assert World(strand).label(edit).hgvs_c == name


def test_bases_that_both_alleles_share_are_no_part_of_the_name() -> None:
    """AAC → AGC is c.5A>G, however much of it the VCF spells out."""
    genome = World()
    told = SequenceTranslator(genome).annotate(Call(Variant("chr1", 16, "AAAC", "AGAC"), 1, (), AlleleCounts()))
    assert [one.hgvs_c for one in told] == ["c.5A>G"]


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(
    ("text", "name", "hgvs"),
    [
        pytest.param("ttATGGCTTAAGC" + "A" * 40 + "CCtt", "*3del", "c.*42del", id="farther than one look ahead"),
        pytest.param("ttATGGCTTAAGC" + "AG" * 40 + "CCtt", "*2_*3insAG", "c.*81_*82dup", id="a repeat of two"),
        pytest.param("ttATGGCTTAAGC" + "A" * 32 + "CCtt", "*3del", "c.*34del", id="just as far as one"),
        pytest.param("ttATGGCTTAAGCNNNCCtt", "*3del", "c.*3del", id="N may be any base: it isn't moved over"),
    ],
)
def test_indels_move_3_prime_over_equal_bases(text: str, name: str, hgvs: str, strand: int) -> None:
    """To the last place that gives the same sequence."""
    gene = Gene(text, strand)
    (told,) = SequenceTranslator(gene).annotate(gene.call(name))
    assert told.hgvs_c == hgvs


def test_an_incomplete_cds_counts_from_its_first_base() -> None:
    """With c. beginning at genome 11 (AC of a codon ?AC), AAA is bases 6–8 and the third residue: X M K."""
    world = World(begin=11, cds=Interval(0, 32), missing=1, flags=frozenset({"cds_start_NF"}))
    told = world.label(Edit(17, 18, "G"))
    assert (told.hgvs_c, told.hgvs_p) == ("c.7A>G", "p.Lys3Arg")
    assert told.cds_position == Interval(7, 8)  # Ensembl counts the missing base here


def test_a_cds_without_end_has_no_stop_codon() -> None:
    """Coding up to c.26: the next base is *1, and the last codon of two bases names no residue."""
    world = World(cds=Interval(3, 29), flags=frozenset({"cds_end_NF"}))
    assert (world.label(Edit(98, 99, "G")).hgvs_c, world.label(Edit(98, 99, "G")).hgvs_p) == ("c.26A>G", "")
    assert world.label(Edit(99, 100, "G")).hgvs_c == "c.*1T>G"


@pytest.mark.parametrize(
    ("mutant", "at", "gain", "name"),
    [
        ("MKLAAR", (5, 6), 0, "p.Glu6Arg"),
        ("MKLAA", (5, 6), 0, "p.Glu6Ter"),
        ("MKLAAEVDHL", (5, 6), 0, "p.Glu6="),
        ("MKLAEVDHL", (4, 5), -3, "p.Ala5del"),  # either Ala: the last one is named
        ("MKLAEVDHL", (3, 4), -3, "p.Ala5del"),
        ("MEVDHL", (1, 5), -12, "p.Lys2_Ala5del"),
        ("MKLAAAAEVDHL", (3, 3), 6, "p.Ala4_Ala5dup"),  # put in anywhere among them: shifted to the last
        ("MKLAAEAEVDHL", (4, 4), 6, "p.Ala5_Glu6dup"),  # AE before AE is AE behind it
        ("MKLAWWAEVDHL", (4, 4), 6, "p.Ala4_Ala5insTrpTrp"),
        ("MKWVDHL", (2, 6), -9, "p.Leu3_Glu6delinsTrp"),
        ("MKLAAEVDHLQD", (10, 11), 0, "p.Ter11GlnextTer2"),
        ("MKLAAEVDHLQX", (10, 11), 0, "p.Ter11GlnextTer?"),  # how it goes on is not known
        ("MKTGC", (1, 2), 1, "p.Leu3ThrfsTer4"),  # the first codon touched reads the same
        ("MKTX", (1, 2), 1, "p.Leu3ThrfsTer?"),
        ("MKX", (1, 2), 1, "p.Leu3fs"),  # nor is the first new residue
        ("MK", (1, 2), 1, "p.Leu3Ter"),
        ("MKLAAEVDHL", (9, 10), 1, "p.Ter11="),  # the stop behind reads the same
        ("MKXAAEVDHL", (2, 3), 0, "p.?"),
        ("MKLAAR", (4, 7), 0, "p.Glu6_Val7delinsArgTer"),
        ("MKLAAKVDHL", (5, 8), 0, "p.Glu6Lys"),  # what is the same behind it is not named
        ("MKLAAKLDHL", (5, 8), 0, "p.Glu6_Val7delinsLysLeu"),
        ("MKLAAEVDHL", (5, 7), 0, "p.Glu6_Val7="),
    ],
)
def test_proteins(mutant: str, at: tuple[int, int], gain: int, name: str) -> None:
    """From MKLAAEVDHL and its mutant alone."""
    assert protein_hgvs("MKLAAEVDHL", mutant, at=Interval(*at), gain=gain) == name


@pytest.mark.parametrize(
    ("normal", "mutant", "at", "gain", "name"),
    [
        ("MKLKLKLDH", "MKLKLDH", (1, 3), -6, "p.Lys6_Leu7del"),  # any KL: the last one is named
        ("MKLAKLADH", "MKLADH", (1, 4), -9, "p.Lys5_Ala7del"),
        ("MKLDH", "MMKLDH", (1, 1), 3, "p.Met1dup"),
        ("MKLDH", "MWKLDH", (1, 1), 3, "p.Met1_Lys2insTrp"),
    ],
)
def test_repeats_and_the_first_residue(normal: str, mutant: str, at: tuple[int, int], gain: int, name: str) -> None:
    """As far 3′ as the same protein allows, by as many residues as are put in or taken out."""
    assert protein_hgvs(normal, mutant, at=Interval(*at), gain=gain) == name


def test_a_lost_start_names_the_methionine() -> None:
    """What is made instead is not known."""
    assert protein_hgvs("MKLAAEVDHL", None, at=Interval(0, 1), gain=0) == "p.Met1?"


def test_beyond_an_incomplete_protein_nothing_is_named() -> None:
    """Without a stop known, there is no residue 11."""
    assert protein_hgvs("MKLAAEVDHL", "MKLAAEVDHLQ", at=Interval(10, 11), gain=0, complete=False) == ""
    assert protein_hgvs("MKLAAEVDHL", "MKLAAEVDHLQ", at=Interval(9, 10), gain=1, complete=False) == ""


def test_a_mutant_that_runs_off_the_transcript_has_no_known_stop() -> None:
    """The new frame is read to the transcript's end."""
    assert protein_hgvs("MKLAAEVDHL", "MKTGC", at=Interval(1, 2), gain=1, stops=False) == "p.Leu3ThrfsTer?"
    assert protein_hgvs("MKLAAEVDHL", "MK", at=Interval(1, 2), gain=1, stops=False) == "p.Leu3fs"
    assert protein_hgvs("MKLAAEVDHL", "MKLAAEVDHL", at=Interval(10, 11), gain=-1, stops=False) == "p.Ter11fs"
