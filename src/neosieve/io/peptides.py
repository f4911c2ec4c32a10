"""Peptide lists, peptide–allele tables, and protein FASTA files to be cut into k-mers."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.errors import InputError
from neosieve.io.fasta import read_proteins
from neosieve.io.textfile import lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FLANK = 15  # residues kept on each side of a k-mer, as in a run
UNKNOWN_FLANK = "NA"


@dataclass(frozen=True, slots=True)
class PeptideTable:
    """Peptides to score, in columns of equal length; immutable."""

    peptides: tuple[str, ...]
    """Upper case, otherwise as given."""
    n_flanks: tuple[str | None, ...]
    """Residues before; empty at a protein's start, None where unknown."""
    c_flanks: tuple[str | None, ...]
    """Residues after; empty at a protein's end, None where unknown."""
    alleles: tuple[str, ...] | None = None
    """Names as given; None where the file pairs no alleles with its peptides."""


def read_peptides(path: Path, lengths: Sequence[int]) -> PeptideTable:
    """Read one peptide a line, a CSV or TSV table with a ``peptide`` column, or FASTA to be cut into k-mers.

    Parameters
    ----------
    path
        The file. A table may have ``n_flank`` and ``c_flank``: an empty cell is a protein's end, ``NA`` unknown.
    lengths
        K-mer lengths for FASTA, in residues.

    Raises
    ------
    InputError
        The file is missing, unreadable, empty or of none of these kinds.
    """
    first = next((text for _, text in lines(path) if text.strip()), "")
    if first.startswith(">"):
        return _windows(read_proteins(path), lengths)
    if "peptide" in _names(first):
        return _table(path, paired=False)
    peptides = tuple(text.strip().upper() for _, text in lines(path) if text.strip())
    wrong = next((peptide for peptide in peptides if not peptide.isalpha()), None)
    if wrong is not None or not peptides:
        found = f"{wrong[:40]!r} is not a peptide" if wrong is not None else "it holds no peptide"
        raise InputError(f"{path}: {found}; give one peptide a line, a table with a 'peptide' column, or FASTA")
    unknown = (None,) * len(peptides)
    return PeptideTable(peptides, unknown, unknown)


def read_pairs(path: Path) -> PeptideTable:
    """Read a CSV or TSV table with ``peptide`` and ``allele`` columns, and ``n_flank`` and ``c_flank`` if it has them.

    Raises
    ------
    InputError
        The file is missing, unreadable, or lacks a column.
    """
    return _table(path, paired=True)


def _table(path: Path, *, paired: bool) -> PeptideTable:
    content = (text for _, text in lines(path) if text.strip())
    header = next(content, "")
    names = _names(header)
    lacking = [name for name in ("peptide", "allele") if name not in names and (paired or name == "peptide")]
    if lacking:
        raise InputError(f"{path} has no column {' and no column '.join(lacking)}; its first line must name them")
    rows = list(csv.reader(content, delimiter=_delimiter(header)))
    wrong = next((number for number, row in enumerate(rows, start=2) if len(row) != len(names)), None)
    if wrong is not None:
        cells = len(rows[wrong - 2])
        raise InputError(f"{path}: row {wrong} has {cells} cells where the header has {len(names)}; mend that row")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(names, ())
    unknown = (None,) * len(rows)
    return PeptideTable(
        tuple(peptide.strip().upper() for peptide in columns["peptide"]),
        _flanks(columns["n_flank"]) if "n_flank" in columns else unknown,
        _flanks(columns["c_flank"]) if "c_flank" in columns else unknown,
        tuple(name.strip() for name in columns["allele"]) if paired else None,
    )


def _flanks(cells: Sequence[str]) -> tuple[str | None, ...]:
    return tuple(None if cell.strip() == UNKNOWN_FLANK else cell.strip().upper() for cell in cells)


def _delimiter(header: str) -> str:
    return "\t" if "\t" in header else ","


def _names(header: str) -> list[str]:
    return [name.strip() for name in next(csv.reader([header], delimiter=_delimiter(header)), [])]


def _windows(proteins: dict[str, str], lengths: Sequence[int]) -> PeptideTable:
    spans = [
        (protein, start, start + length)
        for protein in proteins.values()
        for length in sorted(set(lengths))
        for start in range(len(protein) - length + 1)
    ]
    return PeptideTable(
        tuple(protein[start:end] for protein, start, end in spans),
        tuple(protein[max(0, start - FLANK) : start] for protein, start, _ in spans),
        tuple(protein[end : end + FLANK] for protein, _, end in spans),
    )
