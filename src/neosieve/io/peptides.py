"""Peptide lists, peptide–allele tables, and protein FASTA files to be cut into k-mers."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.errors import InputError
from neosieve.io.fasta import read_proteins
from neosieve.io.textfile import lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FLANK = 15  # residues kept on each side of a k-mer, as in a run


@dataclass(frozen=True, slots=True)
class PeptideRow:
    """One peptide to score, as given."""

    peptide: str
    """Upper case, otherwise as in the file."""
    n_flank: str | None = None
    c_flank: str | None = None
    allele: str | None = None
    """Name as in the file; None where the file pairs no alleles with its peptides."""


def read_peptides(path: Path, lengths: Sequence[int]) -> list[PeptideRow]:
    """Read one peptide a line, a CSV or TSV table with a ``peptide`` column, or FASTA to be cut into k-mers.

    Parameters
    ----------
    path
        The file. A table may have ``n_flank`` and ``c_flank``; an empty cell is a protein's end, ``NA`` unknown.
    lengths
        K-mer lengths for FASTA.

    Raises
    ------
    InputError
        The file is missing, unreadable, empty or of none of these kinds.
    """
    first = next((text for _, text in lines(path) if text.strip()), "")
    if first.startswith(">"):
        return [row for protein in read_proteins(path).values() for row in _windows(protein, lengths)]
    if "peptide" in _cells(first):
        return _table(path, first)
    rows = [PeptideRow(text.strip().upper()) for _, text in lines(path) if text.strip()]
    wrong = next((row.peptide for row in rows if not row.peptide.isalpha()), None)
    if wrong is not None:
        raise InputError(
            f"{path}: {wrong[:40]!r} is not a peptide; "
            "give one peptide a line, a table with a 'peptide' column, or FASTA"
        )
    if not rows:
        raise InputError(f"{path} holds no peptide")
    return rows


def read_pairs(path: Path) -> list[PeptideRow]:
    """Read a CSV or TSV table with ``peptide`` and ``allele`` columns.

    Raises
    ------
    InputError
        The file is missing, unreadable or lacks a column.
    """
    first = next((text for _, text in lines(path)), "")
    lacking = [name for name in ("peptide", "allele") if name not in _cells(first)]
    if lacking:
        raise InputError(f"{path} has no column {' and no column '.join(lacking)}; its first line must name both")
    return _table(path, first)


def _table(path: Path, header: str) -> list[PeptideRow]:
    delimiter = "\t" if "\t" in header else ","
    content = (text for _, text in lines(path) if text.strip())
    reader = csv.reader(content, delimiter=delimiter)
    columns = [name.strip() for name in next(reader)]
    places = [columns.index(name) if name in columns else None for name in ("peptide", "n_flank", "c_flank", "allele")]
    rows = []
    for cells in reader:
        if len(cells) != len(columns):
            raise InputError(f"{path}:{reader.line_num} has {len(cells)} cells where its header has {len(columns)}")
        peptide, n_flank, c_flank, allele = (None if place is None else cells[place].strip() for place in places)
        rows.append(PeptideRow((peptide or "").upper(), _flank(n_flank), _flank(c_flank), allele))
    return rows


def _flank(text: str | None) -> str | None:
    return None if text is None or text == "NA" else text.upper()


def _cells(header: str) -> list[str]:
    return [name.strip().strip('"') for name in header.split("\t" if "\t" in header else ",")]


def _windows(protein: str, lengths: Sequence[int]) -> Iterator[PeptideRow]:
    for length in sorted(set(lengths)):
        for start in range(len(protein) - length + 1):
            end = start + length
            yield PeptideRow(protein[start:end], protein[max(0, start - FLANK) : start], protein[end : end + FLANK])
