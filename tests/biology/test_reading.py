from __future__ import annotations

from random import Random

import pytest
from Bio.Seq import Seq

from neosieve.biology.reading import read, reread
from neosieve.biology.splicededits import CarriedEdit, apply
from neosieve.model.genome import Interval


@pytest.mark.parametrize(
    ("bases", "start", "begins", "protein", "stop"),
    [
        ("CCATGAAATAAGG", 2, True, "MK", 8),  # ATG AAA TAA
        ("CCATGAAATAAGG", 0, False, "P", 3),  # CCA TGA
        ("CTGAAATAG", 0, True, "MK", 6),  # a near-cognate start reads as M
        ("CTGAAATAG", 0, False, "LK", 6),
        ("ATGAAACC", 0, True, "MK", None),  # no stop; CC is no codon
        ("ATGAAA", 0, True, "MK", None),
        ("TAAATG", 0, True, "", 0),  # nothing to make methionine of
        ("ATG", 3, True, "", None),
        ("ATGANATAA", 0, True, "MX", 6),  # ANA: K, T, R or I
        ("ACGAATAA", -1, False, "XE", 5),  # ?AC GAA TAA
        ("AGAATAA", -2, False, "XE", 4),  # ??A GAA TAA
    ],
)
def test_a_protein_is_read_to_the_first_stop(
    bases: str, start: int, *, begins: bool, protein: str, stop: int | None
) -> None:
    """From the given base on; what is missing of an incomplete first codon is one X."""
    told = read(bases, start, contig="chr1", begins=begins)
    assert (told.protein, told.stop, told.bases, told.start) == (protein, stop, bases, start)


def test_the_mitochondrial_code_is_the_contig_s() -> None:
    """TGA is W and AGA stops on chrM."""
    assert (read("ATGTGAAGA", 0, contig="chrM", begins=True).protein) == "MW"
    assert (read("ATGTGAAGA", 0, contig="chr1", begins=True).protein) == "M"


def test_selenocysteine_is_a_tga_at_its_place() -> None:
    """ATG TGA AAA TGA TAA: U only where it is annotated, in frame, and still a TGA."""
    bases = "ATGTGAAAATGATAA"

    def protein(*sites: int, of: str = bases) -> str:
        return read(of, 0, contig="chr1", begins=True, selenocysteines=sites).protein

    assert protein(3) == "MUK"
    assert protein(9, 3) == protein(3, 9) == "MUKU"
    assert protein(9) == "M"  # the stop before it ends translation
    assert protein(4) == protein(12) == protein(15) == "M"
    assert protein(3, of="ATGTGGAAATAA") == "MWK"
    assert read("CGTGAAAATAA", -1, contig="chr1", begins=False, selenocysteines=(2,)).protein == "XUK"
    assert read("TGATGATAA", 3, contig="chr1", begins=False, selenocysteines=(0, 3)).protein == "U"


def test_nothing_is_read_beyond_the_given_end() -> None:
    """ATG AAA CT|G: two whole codons lie before offset 8, and none before offset 0."""
    told = read("ATGAAACTGTAA", 0, contig="chr1", begins=True, end=8)
    assert (told.protein, told.stop) == ("MK", None)
    assert read("ATGAAACTGTAA", 3, contig="chr1", begins=True, end=0).protein == ""
    assert read("ATGAAACTGTAA", 0, contig="chr1", begins=True, end=9).protein == "MKL"


def test_codons_are_cut_at_the_transcript_s_ends() -> None:
    """?AC GAA TA: three whole or incomplete codons, and none behind them."""
    told = read("ACGAATA", -1, contig="chr1", begins=False)
    assert [told.codon(residue) for residue in range(4)] == ["AC", "GAA", "TA", ""]
    assert told.codon(-1) == ""
    whole = read("CCATGAAA", 2, contig="chr1", begins=True)
    assert [whole.codon(residue) for residue in range(3)] == ["ATG", "AAA", ""]


OPEN = "GCAGCA" * 60
"""No stop in any frame: GCA, CAG, AGC."""


def changed(bases: str, *edits: tuple[int, int, str], start: int = 0) -> tuple[str, int | None]:
    """Read edited bases anew from where the edits begin; the same as reading all of them."""
    carried = [CarriedEdit(Interval(first, end), new, ()) for first, end, new in edits]
    edited = apply(bases, carried)
    before = read(bases, start, contig="chr1", begins=True)
    told = reread(before, carried, edited)
    assert told == read(edited, start, contig="chr1", begins=True)
    return told.protein, told.stop


@pytest.mark.parametrize(
    ("edits", "protein", "stop"),
    [
        # ATG AAA CTG GCT GAA TAA GG
        pytest.param([(4, 5, "G")], "MRLAE", 15, id="AAA → AGA"),
        pytest.param([(3, 4, "T")], "M", 3, id="AAA → TAA"),
        pytest.param([(6, 9, "")], "MKAE", 12, id="a codon less"),
        pytest.param([(9, 9, "TGG")], "MKLWAE", 18, id="a codon more"),
        pytest.param([(14, 15, "C")], "MKLAD", 15, id="the last base before the stop: GAA → GAC"),
        pytest.param([(15, 16, "C")], "MKLAEQ", None, id="TAA → CAA, and two bases more"),
        pytest.param([(17, 18, "G")], "MKLAE", 15, id="TAA → TAG"),
        pytest.param([(18, 18, "C")], "MKLAE", 15, id="behind the stop"),
        pytest.param([(6, 6, "A")], "MKTG", 12, id="ACT GGC TGA"),
        # ATG AAA ACT GGC GAA TAA: a base put in, and the T of GCT taken out
        pytest.param([(6, 6, "A"), (11, 12, "")], "MKTGE", 15, id="a frame mended"),
        pytest.param([(3, 4, "G"), (9, 12, "")], "MELE", 12, id="GAA, and a codon less behind it"),
    ],
)
def test_what_edits_make_is_read_anew(edits: list[tuple[int, int, str]], protein: str, stop: int | None) -> None:
    """By hand; and the same as reading all of it."""
    assert changed("ATGAAACTGGCTGAATAAGG", *edits) == (protein, stop)


def test_a_long_protein_is_read_to_its_stop_wherever_that_is() -> None:
    """Codon by codon, however long: 120 codons of alanine, and the stop moved behind a base more."""
    bases = "ATG" + OPEN + "TAA" + OPEN + "C"
    assert read(bases, 0, contig="chr1", begins=True).stop == 363
    assert changed(bases, (300, 301, "T")) == (str(Seq(bases[:300] + "T" + bases[301:363]).translate()), 363)  # type: ignore[no-untyped-call]
    for at in (3, 4, 5, 148, 149, 150, 151, 152, 153, 154, 300, 360, 361, 362, 363):
        for new in ("", "T", "TA", "TAG", "TTAG", "GCAGCAG"):
            for size in range(4):
                changed(bases, (at, at + size, new))
    # a selenocysteine behind the first pieces
    for at in (147, 150, 153, 297, 300):
        with_tga = bases[:at] + "TGA" + bases[at + 3 :]
        told = read(with_tga, 0, contig="chr1", begins=True, selenocysteines=[at])
        assert told.protein.index("U") == at // 3
        assert told.stop == 363
        before = read(with_tga, 0, contig="chr1", begins=True, selenocysteines=[at])
        one = CarriedEdit(Interval(9, 9), "GGG", ())
        again = reread(before, [one], apply(with_tga, [one]), selenocysteines=[at + 3])
        assert (again.protein.index("U"), again.stop) == (at // 3 + 1, 366)


@pytest.mark.parametrize("seed", range(20))
def test_reading_anew_is_reading_all(seed: int) -> None:
    """Whatever two or three edits there are, with or without a stop, on a transcript of a few hundred bases."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    for _ in range(15):
        bases = "AC" + "ATG" + "".join(rng.choice(["GCA", "CAT", "TTA", "AGC", "CTA", "GTG"]) for _ in range(90))
        bases += rng.choice(["TAA", ""]) + "".join(rng.choice("ACGT") for _ in range(rng.randint(0, 80)))
        places = sorted(rng.sample(range(5, len(bases) - 6, 7), rng.randint(1, 3)))
        edits = []
        for place in places:
            size, new = rng.randint(0, 4), "".join(rng.choice("ACGT") for _ in range(rng.randint(0, 4)))
            if size or new:
                edits.append((place, place + size, new))
        if edits:
            changed(bases, *edits, start=2)
