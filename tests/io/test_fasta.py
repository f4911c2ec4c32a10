from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.fasta import read_proteins

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, text: str) -> Path:
    """Write a FASTA file."""
    path = folder / "x.fa"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">P1 some protein\nMKV\nLA\n>P2\nMA\n", {"P1": "MKVLA", "P2": "MA"}),
        (">P1\tdescription\nMKV", {"P1": "MKV"}),
        (">P1\r\nMKV\r\nLA\r\n", {"P1": "MKVLA"}),
        (">P1\nmkv\n", {"P1": "MKV"}),
        (">P1\nMKV*\n", {"P1": "MKV"}),  # the final stop is no residue
        (">P1\nMK*VLA\n", {"P1": "MK*VLA"}),  # one within is: no peptide matches across it
        (">P1\nMKV\n*\n", {"P1": "MKV"}),  # the stop on a line of its own
        (">P1\nMUX\n", {"P1": "MUX"}),
        ("\n>P1\n\nMKV\n\n", {"P1": "MKV"}),
        (">P1\nMKV\n>P1\nMA\n", {"P1": "MKV", "P1 (line 3)": "MA"}),  # generous in self: both count
        (">P1\n>P2\nMA\n", {"P2": "MA"}),  # a name without sequence
        (">\nMKV\n", {"line 1": "MKV"}),  # a sequence without name still counts as self
        (">P1\nMKV\n> \nMA\n", {"P1": "MKV", "line 3": "MA"}),
        (">sp|P04637|P53_HUMAN Cellular\nMEEP\n", {"sp|P04637|P53_HUMAN": "MEEP"}),
    ],
)
def test_proteins_by_name(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    """The first word names; lines join; letters are upper case."""
    assert read_proteins(write(tmp_path, text)) == expected


def test_a_gzipped_fasta_is_read(tmp_path: Path) -> None:
    """Ensembl and UniProt give their proteomes gzipped."""
    path = tmp_path / "pep.all.fa.gz"
    path.write_bytes(gzip.compress(b">P1\nMKV\n"))

    assert read_proteins(path) == {"P1": "MKV"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"x\.fa holds no sequence; give a protein FASTA file"),
        (">P1\n", "holds no sequence"),
        ("MKV\n", r"x\.fa:1 comes before any '>' line"),
        (">P1\nMKV\nname\tvalue 12\n", r"x\.fa:3 is not a line of amino acids"),
        (">P1\nM-V\n", r"x\.fa:2 is not a line of amino acids"),  # an alignment
        (">P1\nMKÄ\n", r"x\.fa:2 is not a line of amino acids"),
    ],
)
def test_what_is_no_protein_fasta_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """With the line, and what was expected there: too small a self would let self peptides through."""
    with pytest.raises(InputError, match=message):
        read_proteins(write(tmp_path, text))


def test_a_missing_fasta_is_told(tmp_path: Path) -> None:
    """As any other file."""
    with pytest.raises(InputError, match="there is no such file"):
        read_proteins(tmp_path / "nowhere.fa")
