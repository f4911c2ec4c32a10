from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.peptides import PeptideTable, read_pairs, read_peptides

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, text: str) -> Path:
    """Write a file."""
    path = folder / "peptides"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_peptide_a_line(tmp_path: Path) -> None:
    """Blank lines don't count, lower case is raised, flanks are unknown."""
    table = read_peptides(written(tmp_path, "NLVPMVATV\n\ngilgfvftl\n"), [9])
    assert table == PeptideTable(("NLVPMVATV", "GILGFVFTL"), (None, None), (None, None))


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_table_may_hold_flanks(tmp_path: Path, delimiter: str) -> None:
    """Columns go by name, others are passed over; an empty flank is a protein's end, NA unknown."""
    rows = [["id", "n_flank", "peptide", "c_flank"], ["1", "", "NLVPMVATV", "QGQ"], ["2", "NA", "GILGFVFTL", "kl"]]
    table = read_peptides(written(tmp_path, "\n".join(delimiter.join(row) for row in rows) + "\n"), [9])
    assert table == PeptideTable(("NLVPMVATV", "GILGFVFTL"), ("", None), ("QGQ", "KL"))


def test_fasta_is_cut_into_kmers_with_their_flanks(tmp_path: Path) -> None:
    """MTEYKLVVVG holds three 8-mers and two 9-mers; flanks are what is left of it on both sides."""
    table = read_peptides(written(tmp_path, ">kras\nMTEYK\nLVVVG\n"), [9, 8])
    assert table.peptides == ("MTEYKLVV", "TEYKLVVV", "EYKLVVVG", "MTEYKLVVV", "TEYKLVVVG")
    assert table.n_flanks == ("", "M", "MT", "", "M")
    assert table.c_flanks == ("VG", "G", "", "G", "")


def test_pairs_are_read_by_their_columns(tmp_path: Path) -> None:
    """Alleles stay as they are written; a row is a row, repeated or not."""
    table = read_pairs(written(tmp_path, "allele,peptide\nA0201,NLVPMVATV\nA0201,NLVPMVATV\n"))
    assert (table.peptides, table.alleles) == (("NLVPMVATV",) * 2, ("A0201",) * 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it holds no peptide"),
        ("NLV PMV\n", "'NLV PMV' is not a peptide; give one peptide a line"),
        ("peptide,n_flank\nNLVPMVATV\n", "row 2 has 1 cells where the header has 2"),
    ],
)
def test_what_is_no_peptide_list_is_told(tmp_path: Path, text: str, message: str) -> None:
    """One line says what is wrong and where."""
    with pytest.raises(InputError, match=message):
        read_peptides(written(tmp_path, text), [9])


def test_pairs_need_both_columns(tmp_path: Path) -> None:
    """The message names the one that is lacking."""
    with pytest.raises(InputError, match="no column allele"):
        read_pairs(written(tmp_path, "peptide,hla\nNLVPMVATV,A0201\n"))
