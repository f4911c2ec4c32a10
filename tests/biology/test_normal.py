from __future__ import annotations

from dataclasses import replace

import pytest

from neosieve.biology.normal import finished, normal_protein, stop_inside, without_stop
from neosieve.model.genome import Interval, Transcript


def made(spliced: str, begin: int, end: int, **more: object) -> Transcript:
    """Make a transcript of one exon on the plus strand."""
    plain = Transcript("T.1", "G", "G", "1", 1, (Interval(0, len(spliced)),), Interval(begin, end))
    return replace(plain, **more)  # type: ignore[arg-type]


START_NF, END_NF = frozenset({"cds_start_NF"}), frozenset({"cds_end_NF"})


@pytest.mark.parametrize(
    ("spliced", "begin", "end", "more", "protein", "problem"),
    [
        ("CCATGGCTTAAGG", 2, 8, {}, "MA", ""),
        ("CCGTGGCTTAAGG", 2, 8, {}, "MA", ""),  # GTG is one base off ATG: an annotated start reads M
        ("CCCCAGCTTAAGG", 2, 8, {}, "PA", "begins with CCA, which is no start codon"),
        ("CCCTAGCTTAAGG", 2, 8, {}, "LA", "begins with CTA, which is no start codon"),  # two bases off
        ("CCATNGCTTAAGG", 2, 8, {}, "MA", ""),  # N may be the G
        ("CCCTGGCTTAA", 2, 8, {"flags": START_NF}, "LA", ""),  # behind a 5′ UTR, too
        ("CTGGCTTAA", 0, 6, {"flags": START_NF}, "LA", ""),  # nobody knows the start: the codon reads as it is
        ("CTGGCTTAA", 0, 6, {}, "LA", ""),  # no 5′ UTR and no ATG: not the start, tag or no tag
        ("TGGCTTAA", 0, 5, {"missing": 1, "flags": START_NF}, "XA", ""),  # .TG GCT
        ("GGCTTAA", 0, 4, {"missing": 2, "flags": START_NF}, "XA", ""),  # ..G GCT
        ("CCATGGCTGG", 2, 10, {"flags": END_NF}, "MA", ""),  # the last two bases are no codon
        ("CCATGGCTGG", 2, 10, {}, "MA", ""),  # the transcript ends there: as if tagged
        ("CCATGGCTGGA", 2, 10, {}, "MA", "the CDS has 2 more bases than whole codons"),
        ("CCATGGCTTCC", 2, 9, {}, "MA", "the CDS has 1 more bases than whole codons"),  # T is completed on MT only
        ("CCATGGCTGGAC", 2, 8, {}, "MA", "no stop codon behind the CDS"),
        ("CCATGGCTNNNC", 2, 8, {}, "MA", ""),  # N may be a stop
        ("CCATGGCTTARC", 2, 8, {}, "MA", ""),  # TAR is TAA or TAG
        ("CCATGTAAGCTTAAGG", 2, 11, {}, "M", "inner stop at residue 2"),
        ("CCATGTAATAATAAGG", 2, 11, {}, "M", "inner stop at residue 2"),  # the first of two
        ("TAAGCTTAAGG", 0, 6, {"flags": START_NF}, "", "inner stop at residue 1"),
        ("GTAAGCTTAAGG", 0, 7, {"missing": 2}, "X", "inner stop at residue 2"),
        ("CCATGTGAGCTTAAGG", 2, 11, {"selenocysteines": (5,)}, "MUA", ""),
        ("TGAGCTTAAGG", 0, 6, {"selenocysteines": (0,), "flags": START_NF}, "UA", ""),
        ("GGATGTGAGCTTAAGG", 0, 11, {"selenocysteines": (5,), "missing": 1}, "XMUA", ""),  # .GG ATG TGA GCT
        ("CCATGTGATGATAAGG", 2, 11, {"selenocysteines": (5,)}, "MU", "inner stop at residue 3"),
        ("CCATGTAAGCTTAAGG", 2, 11, {"selenocysteines": (5,)}, "M", "inner stop at residue 2"),  # TAA is never read so
        ("CCATGNNNGCNTAAGG", 2, 11, {}, "MXA", ""),  # GCN is alanine whatever N is
    ],
)
def test_the_standard_code(
    spliced: str, begin: int, end: int, more: dict[str, object], protein: str, problem: str
) -> None:
    """Each case is spelled out by hand beside it."""
    assert normal_protein(made(spliced, begin, end, **more), spliced) == (protein, problem)


@pytest.mark.parametrize(
    ("spliced", "end", "protein", "problem"),
    [
        ("ATATGAAAATAA", 9, "MWK", ""),  # code 2: ATA starts, TGA is W
        ("ATTATAAAAAGA", 9, "MMK", ""),  # ATT starts, ATA inside is M, AGA stops
        ("GTGAAAT", 7, "MK", ""),  # T is what polyadenylation completes to TAA
        ("GTGAAATA", 8, "MK", ""),
        ("GTGAAATA", 6, "MK", ""),  # the same, annotated without it
        ("GTGAAACC", 8, "MK", ""),  # neither T nor TA, but the transcript ends: incomplete
    ],
)
@pytest.mark.parametrize("contig", ["MT", "chrM", "NC_012920.1"])
def test_the_mitochondrial_code(spliced: str, end: int, protein: str, problem: str, contig: str) -> None:
    """NCBI code 2, its starts, and stops that the poly-A tail completes."""
    assert normal_protein(made(spliced, 0, end, contig=contig), spliced) == (protein, problem)


@pytest.mark.parametrize(
    ("spliced", "end", "protein", "problem"),
    [
        ("GGCTGAAATAA", 8, "LK", "begins with CTG, which is no start codon"),  # one base off ATG, but not in code 2
        ("GGCCCAAATAA", 8, "PK", "begins with CCC, which is no start codon"),
        ("GGATGAAACAA", 9, "MK", "the CDS has 1 more bases than whole codons"),  # C is no stop's first base
        ("GGATGAAAGCA", 10, "MK", "the CDS has 2 more bases than whole codons"),
    ],
)
def test_what_is_wrong_with_a_mitochondrial_transcript(spliced: str, end: int, protein: str, problem: str) -> None:
    """Code 2 begins with ATG, ATA, ATT, ATC or GTG, and only T and TA are what is left of a stop."""
    assert normal_protein(made(spliced, 2, end, contig="MT"), spliced) == (protein, problem)


BOTH_NF = START_NF | END_NF


@pytest.mark.parametrize(
    ("spliced", "begin", "end", "more", "flags"),
    [
        pytest.param("TGGCTTAA", 0, 5, {"missing": 1}, START_NF, id="bases lack"),
        pytest.param("TGGCT", 0, 5, {"missing": 1, "flags": END_NF}, BOTH_NF, id="bases lack, and the end is tagged"),
        pytest.param("CTGGCT", 0, 6, {"flags": END_NF}, BOTH_NF, id="no ATG, and the end is tagged"),
        pytest.param("TGGCTCCC", 0, 5, {"missing": 1, "flags": END_NF}, BOTH_NF, id="bases lack; more bases follow"),
        pytest.param("CTGGCTCCC", 0, 6, {"flags": END_NF}, BOTH_NF, id="no ATG, and more bases follow"),
        pytest.param("CTGGCTG", 0, 7, {}, BOTH_NF, id="no ATG, and it ends within a codon"),
        pytest.param("CCATGGCTT", 2, 8, {}, END_NF, id="T and no more: a stop on MT only"),
        pytest.param("GTGAAAC", 0, 6, {"contig": "MT"}, END_NF, id="C is no stop's first base"),
        pytest.param("GTGAAAT", 0, 7, {"contig": "MT"}, frozenset(), id="T as part of the CDS is completed"),
        pytest.param("GTGAAATA", 0, 8, {"contig": "MT"}, frozenset(), id="TA as well"),
        pytest.param("GTGAAAC", 0, 7, {"contig": "MT"}, END_NF, id="C as part of the CDS is not"),
    ],
)
def test_flags_that_the_sequence_implies(
    spliced: str, begin: int, end: int, more: dict[str, object], flags: frozenset[str]
) -> None:
    """Those of the annotation stay beside them."""
    assert finished(made(spliced, begin, end, **more), spliced)[0].flags == flags


def test_a_transcript_keeps_the_first_problem_found() -> None:
    """What the annotation's reader found stands; without it, what the sequence tells; a sound one stays as it is."""
    wrong, sound = "CCCCAGCTTAAGG", "CCATGGCTTAAGG"
    assert finished(made(wrong, 2, 8), wrong)[0].problem == "begins with CCA, which is no start codon"
    assert finished(made(wrong, 2, 8, problem="told"), wrong)[0].problem == "told"
    # a flag is added, too: CTG at the very start, and an inner stop
    done, protein = finished(made("CTGTAAGCTTAA", 0, 9, problem="told"), "CTGTAAGCTTAA")
    assert (done.problem, done.flags, protein) == ("told", START_NF, "L")
    done, _ = finished(made("CTGTAAGCTTAA", 0, 9), "CTGTAAGCTTAA")
    assert (done.problem, done.flags) == ("inner stop at residue 2", START_NF)
    transcript = made(sound, 2, 8)
    assert finished(transcript, sound)[0] is transcript
    pieces = (Interval(2, 5), Interval(5, 8))
    assert finished(transcript, sound, pieces)[0].problem.startswith("a programmed frameshift: the CDS")


def test_implied_incomplete_ends_are_added_as_flags() -> None:
    """A transcript that ends within its CDS goes on, nobody knows how; a mitochondrial stop of T is complete."""
    done, protein = finished(made("CCATGGCT", 2, 8), "CCATGGCT")
    assert (done.flags, done.problem, protein) == (END_NF, "", "MA")
    done, _ = finished(made("CTGGCTTAA", 0, 6), "CTGGCTTAA")
    assert done.flags == {"cds_start_NF"}
    done, _ = finished(made("GTGAAAT", 0, 6, contig="MT"), "GTGAAAT")
    assert done.flags == frozenset()


def test_a_programmed_frameshift_is_a_problem_with_a_protein() -> None:
    """ATG GC|T skipped|T AAG … : the pieces read ATG GCT AAG; the mutant protein can't be told, the normal one can."""
    spliced = "CCATGGCATAAGTGACC"
    transcript = made(spliced, 2, 12)
    protein, problem = normal_protein(transcript, spliced, (Interval(2, 7), Interval(8, 12)))
    assert protein == "MAK"  # ATG GCT AAG
    assert problem.startswith("a programmed frameshift")


@pytest.mark.parametrize(
    ("spliced", "end", "more", "told", "taken_inside", "taken_outside"),
    [
        ("CCATGGCTTAAGGG", 11, {}, True, 8, 8),  # the last codon is TAA, the next is no stop
        ("CCATGGCTTAAGGG", 8, {}, False, 8, 8),
        ("CCATGGCTTAATAA", 11, {}, None, 8, 11),  # two stops in a row: most of the file decides
        ("CCATGGCTNNNGGG", 11, {}, None, 8, 11),  # an unknown last codon as well
        ("CCATGGCTGCTGGG", 11, {}, None, 11, 11),
        ("CCATGGCTTAA", 11, {"flags": END_NF}, None, 8, 8),  # a stop there belies the tag
        ("CCATGGCTTGATAA", 11, {"selenocysteines": (8,)}, False, 11, 11),  # U is the last residue
        ("CCATGGCTGG", 10, {}, None, 10, 10),
        ("CCATGGCTTAATAA", 11, {"flags": END_NF}, None, 8, 8),  # belied as well where another stop follows
        ("CCATGGCTNNNGGG", 11, {"flags": END_NF}, None, 11, 11),  # the tag says that no stop is there
        ("CCATGGCTAAGG", 10, {}, None, 10, 10),  # ATG GCT AA: the TAA is out of frame
        ("CCATGGCTT", 9, {}, None, 9, 9),  # polyadenylation completes mitochondrial stops only
    ],
)
def test_where_the_cds_ends(
    spliced: str, end: int, more: dict[str, object], taken_inside: int, taken_outside: int, *, told: bool | None
) -> None:
    """The sequence decides transcript by transcript; where it can't, most of the file does."""
    transcript = made(spliced, 2, end, **more)
    assert stop_inside(transcript, spliced) is told
    assert without_stop(transcript, spliced, inside=True).cds.end == taken_inside
    assert without_stop(transcript, spliced, inside=False).cds.end == taken_outside


@pytest.mark.parametrize(
    ("spliced", "end", "missing", "told", "taken"),
    [
        ("TGGCTTAAGGG", 8, 1, True, 5),  # .TG GCT TAA
        ("GGCTTAAGGG", 7, 2, True, 4),  # ..G GCT TAA
        ("TGGCTTAAGGG", 5, 1, False, 5),
        ("TAAGGG", 3, 0, True, 0),  # nothing but a stop
        ("TGTAAGG", 2, 1, None, 2),  # .TG: no whole codon that could be one
        ("GGTAAGCT", 5, 2, None, 5),  # ..G GTA A: the TAA is out of frame
    ],
)
def test_where_an_incomplete_cds_ends(spliced: str, end: int, missing: int, taken: int, *, told: bool | None) -> None:
    """Its first codon lacks bases: the frame is counted from the first whole one."""
    transcript = made(spliced, 0, end, missing=missing, flags=START_NF)
    assert stop_inside(transcript, spliced) is told
    done = without_stop(transcript, spliced, inside=True)
    assert (done.cds, done.flags) == (Interval(0, taken), START_NF)


def test_a_stop_at_the_end_takes_the_tag_away() -> None:
    """What ends with its stop is complete; another tag stays."""
    spliced = "CTGGCTTAA"
    done = without_stop(made(spliced, 0, 9, flags=BOTH_NF), spliced, inside=False)
    assert (done.cds, done.flags) == (Interval(0, 6), START_NF)


@pytest.mark.parametrize(
    ("spliced", "missing", "taken"),
    [
        ("ATAAAATA", 0, 6),  # Ensembl's CDS of MT-ND1 ends with the TA of its stop
        ("ATAAAAT", 0, 6),
        ("ATAAAAC", 0, 7),  # neither T nor TA
        ("AAAAATA", 1, 5),  # .AA AAA TA
        ("AAAAT", 2, 4),  # ..A AAA T
    ],
)
def test_an_incomplete_mitochondrial_stop_is_taken_off_the_cds(spliced: str, missing: int, taken: int) -> None:
    """The frame counts from the first whole codon here, too."""
    transcript = made(spliced, 0, len(spliced), contig="MT", missing=missing)
    assert without_stop(transcript, spliced, inside=True).cds == Interval(0, taken)
