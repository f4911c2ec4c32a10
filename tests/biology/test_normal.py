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
        ("CCATNGCTTAAGG", 2, 8, {}, "MA", ""),  # N may be the G
        ("CTGGCTTAA", 0, 6, {"flags": START_NF}, "LA", ""),  # nobody knows the start: the codon reads as it is
        ("CTGGCTTAA", 0, 6, {}, "LA", ""),  # no 5′ UTR and no ATG: not the start, tag or no tag
        ("TGGCTTAA", 0, 5, {"missing": 1, "flags": START_NF}, "XA", ""),  # .TG GCT
        ("GGCTTAA", 0, 4, {"missing": 2, "flags": START_NF}, "XA", ""),  # ..G GCT
        ("CCATGGCTGG", 2, 10, {"flags": END_NF}, "MA", ""),  # the last two bases are no codon
        ("CCATGGCTGG", 2, 10, {}, "MA", ""),  # the transcript ends there: as if tagged
        ("CCATGGCTGGA", 2, 10, {}, "MA", "the CDS has 2 more bases than whole codons"),
        ("CCATGGCTGGAC", 2, 8, {}, "MA", "no stop codon behind the CDS"),
        ("CCATGGCTNNNC", 2, 8, {}, "MA", ""),  # N may be a stop
        ("CCATGGCTTARC", 2, 8, {}, "MA", ""),  # TAR is TAA or TAG
        ("CCATGTAAGCTTAAGG", 2, 11, {}, "M", "inner stop at residue 2"),
        ("GTAAGCTTAAGG", 0, 7, {"missing": 2}, "X", "inner stop at residue 2"),
        ("CCATGTGAGCTTAAGG", 2, 11, {"selenocysteines": (5,)}, "MUA", ""),
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


def test_an_incomplete_mitochondrial_stop_is_taken_off_the_cds() -> None:
    """Ensembl's CDS of MT-ND1 ends with the TA of its stop."""
    assert without_stop(made("ATAAAATA", 0, 8, contig="MT"), "ATAAAATA", inside=True).cds == Interval(0, 6)
