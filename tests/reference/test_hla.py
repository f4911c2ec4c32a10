"""The HLA proteins that ship are what their script makes."""

from __future__ import annotations

import lzma
import runpy
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "reference" / "build" / "hla.py"
PROTEINS = ROOT / "reference" / "hla" / "proteins.fasta.xz"


def test_place_holders_are_left_out_and_residues_joined(tmp_path: Path) -> None:
    """The table parts residues by blanks and marks both ends; alleles come in the order of their numbers."""
    wheel = tmp_path / "immunotype.whl"
    rows = (
        "allele,sequence\nHLA-A*02:10,[CLS] M A V [SEP]\nHLA-A*02:9,[CLS] M K V [SEP]\nHLA-A*homozygous,[CLS] h [SEP]\n"
    )
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("immunotype/data/mhc_sequences.csv", rows)

    made = runpy.run_path(str(SCRIPT))["_classical"](wheel)

    assert list(made.items()) == [("HLA-A*02:9", "MKV"), ("HLA-A*02:10", "MAV")]


def test_uniprot_entries_are_the_ones_that_ship(shared: Path) -> None:
    """The loci other than A, B and C, read again from Swiss-Prot; the order is the script's."""
    made = runpy.run_path(str(SCRIPT))["_others"](shared / "proteome" / "human_swissprot_2014_01.fasta.xz")
    lines = lzma.decompress(PROTEINS.read_bytes()).decode("ascii").splitlines()
    shipped = dict(zip((line[1:] for line in lines[::2]), lines[1::2], strict=True))

    assert {name: protein for name, protein in shipped.items() if "UniProt" in name} == made


def test_another_file_is_refused(tmp_path: Path) -> None:
    """The sources are told by their SHA-256."""
    other = tmp_path / "other"
    other.write_bytes(b"something else")
    main = runpy.run_path(str(SCRIPT))["main"]
    with pytest.raises(SystemExit, match="sha256 differs"):
        main(["--immunotype", str(other), "--swissprot", str(other), "--out", str(tmp_path)])
