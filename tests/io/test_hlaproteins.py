"""The HLA proteins that ship, and that peptides in them are self."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.hlaproteins import FILE, hla_proteins
from neosieve.pipeline import run
from neosieve.settings import RunSettings
from tests.biology.fakes import FakePredictor

from .vcftext import record, text

if TYPE_CHECKING:
    from pathlib import Path

RESIDUES = frozenset("ACDEFGHIKLMNPQRSTVWYX")


def test_whole_proteins_are_there_under_their_names() -> None:
    """HLA-A*02:01 from its signal peptide (VMAPRTLVL, which HLA-E presents) to its end; other loci by UniProt's."""
    proteins = hla_proteins()

    assert proteins["HLA-A*02:01"].startswith("MAVMAPRTLVLLLSGALALTQTWAGSHSMRYFFTSVSRPGRGEPRFIAVGYVDDTQFVRF")
    assert proteins["HLA-A*02:01"].endswith("SDVSLTACKV")
    assert len(proteins["HLA-A*02:01"]) == 365  # UniProt P04439, HLA-A
    assert proteins["HLA-F (UniProt P30511)"].startswith("MAPRSLLLLLSGALALTDTWA")
    assert proteins["HLA-DRA (UniProt P01903)"].startswith("MAISGVPVLGFFIIAVLMSAQESWA")
    loci = {name.removeprefix("HLA-").partition("*")[0].partition(" ")[0] for name in proteins}
    assert loci == {
        *("A", "B", "C", "E", "F", "G", "DRA", "DRB1", "DRB3", "DRB4", "DRB5"),
        *("DQA1", "DQA2", "DQB1", "DQB2", "DPA1", "DPB1", "DMB", "DOA", "DOB"),
    }


def test_they_are_distinct_and_of_residues() -> None:
    """No sequence twice; two names of one sequence would cost time and tell nothing more."""
    proteins = hla_proteins()

    assert len(set(proteins.values())) == len(proteins) == 3321
    assert all(RESIDUES.issuperset(protein) for protein in proteins.values())


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """By the checksum inside; a missing one, too. Either says to reinstall."""
    with pytest.raises(InputError, match="reinstall"):
        hla_proteins(tmp_path)
    (tmp_path / "hla").mkdir()
    (tmp_path / FILE).write_bytes(b"\xfd7zXZ\x00 cut")
    with pytest.raises(InputError, match="reinstall"):
        hla_proteins(tmp_path)


def test_a_peptide_of_any_hla_protein_is_excluded_with_the_allele(tmp_path: Path) -> None:
    """A made-up gene one residue off HLA-A*02:01's begin, whose mutation (R to L, residue 9) leads right to it.

    MAVMAPRT[R]VLLLSGALALT → MAVMAPRTLVLLLSGALALT: every new peptide is HLA's, so none is a candidate.
    """
    normal = "MAVMAPRTRVLLLSGALALT"
    csq = f"CSQ=T|missense_variant|MADEUP|Transcript|ENST1|protein_coding|9|R/L|{normal}"
    vcf = tmp_path / "hla.vcf"
    vcf.write_text(text([record(100, "G", "T", info=csq)]), encoding="utf-8")
    result = run(
        RunSettings(vcf=vcf, hla="A*02:01,B*07:02", out=tmp_path, tumor="TUMOR", normal="NORMAL"),
        predictor=FakePredictor(),
    )

    proteins = hla_proteins()
    assert not result.ranked
    # windows of 8 to 11 in 20 residues that hold residue 9: 8 + 9 + 9 + 9
    assert len(result.excluded) == 35
    assert all(one.peptide in proteins[one.source] for one in result.excluded)
    # the first allele that holds it is named; A*02:01 isn't the first that begins so
    assert all(one.source.startswith("HLA-A*") for one in result.excluded)
