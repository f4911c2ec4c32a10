from __future__ import annotations

from itertools import product

import pytest
from Bio.Seq import Seq

from neosieve.biology.codons import MITOCHONDRIAL_CONTIGS, translate

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


@pytest.mark.parametrize(("bases", "words"), [("GGTA", "not whole codons"), ("GGN", "GGN"), ("GGU", "GGU")])
def test_what_is_no_codon_is_refused(bases: str, words: str) -> None:
    """Incomplete codons and letters other than A, C, G, T are errors that name the culprit, never an X."""
    with pytest.raises(ValueError, match=words):
        translate(bases, contig="chr1")
