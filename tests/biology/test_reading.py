from __future__ import annotations

import pytest

from neosieve.biology.reading import read


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
