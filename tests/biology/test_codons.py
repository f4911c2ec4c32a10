from __future__ import annotations

from itertools import product

import pytest
from Bio.Seq import Seq

from neosieve.biology.codons import LETTERS, MITOCHONDRIAL_CONTIGS, _base_codes, translate

CODONS = ["".join(bases) for bases in product("ACGT", repeat=3)]


@pytest.mark.parametrize(("contig", "table"), [("chr1", 1), ("X", 1), ("chrM", 2), ("MT", 2), ("NC_012920.1", 2)])
def test_all_codons_read_as_biopython_reads_them(contig: str, table: int) -> None:
    """All 64 codons, in the standard code and on mitochondrial contigs, whatever these are called."""
    expected = str(Seq("".join(CODONS)).translate(table=table))  # type: ignore[no-untyped-call]
    assert translate("".join(CODONS), contig=contig) == expected


def test_the_mitochondrial_code_differs_at_four_codons() -> None:
    """NCBI code 2: TGA is W, ATA is M, AGA and AGG stop; nothing else differs."""
    differing = {
        codon: translate(codon, contig="chrM")
        for codon in CODONS
        if translate(codon, contig="chrM") != translate(codon, contig="chr1")
    }
    assert differing == {"TGA": "W", "ATA": "M", "AGA": "*", "AGG": "*"}


def test_case_does_not_matter() -> None:
    """VEP writes unchanged bases in lower case: gGt is GGT, glycine."""
    assert translate("gGttAa", contig="chr1") == "G*"


def test_no_bases_are_no_residues() -> None:
    """Nothing translates to nothing, on either kind of contig."""
    assert {translate("", contig=contig) for contig in ("chr1", *MITOCHONDRIAL_CONTIGS)} == {""}


@pytest.mark.parametrize(
    ("codon", "residue"),
    [
        ("GGN", "G"),  # all four GG. codons are glycine
        ("TAR", "*"),  # TAA and TAG both stop
        ("MGR", "R"),  # AGA AGG CGA CGG: arginine by six codons
        ("AAN", "X"),  # lysine or asparagine
        ("TRA", "*"),  # TAA and TGA both stop in the standard code
        ("GGU", "X"),  # U is no letter of DNA
        ("NNN", "X"),
    ],
)
def test_an_ambiguous_codon_gives_what_its_readings_share(codon: str, residue: str) -> None:
    """IUPAC letters stand for several bases; only where every reading agrees is the residue known."""
    assert translate(codon, contig="chr1") == residue


def test_incomplete_codons_are_refused() -> None:
    """Four bases are a codon and a rest; the caller must say what the rest is."""
    with pytest.raises(ValueError, match="not whole codons"):
        translate("GGTA", contig="chr1")


def test_letters_have_their_codes_in_either_case() -> None:
    """As many codes as letters, and one for whatever is none; a table of all bytes."""
    codes = _base_codes()
    assert [codes[ord(letter)] for letter in LETTERS] == [codes[ord(letter.lower())] for letter in LETTERS]
    assert [codes[ord(letter)] for letter in LETTERS] == list(range(15))
    assert {codes[byte] for byte in range(256) if chr(byte).upper() not in LETTERS} == {15}
    assert len(codes) == 256
