"""The genetic codes."""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from Bio.Data.CodonTable import unambiguous_dna_by_id
from Bio.Data.IUPACData import ambiguous_dna_values

from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

STANDARD_TABLE = 1
MITOCHONDRIAL_TABLE = 2  # NCBI genetic code 2: TGA=W, AGA/AGG=stop, ATA=M
MITOCHONDRIAL_CONTIGS = frozenset({"M", "MT", "chrM", "chrMT", "NC_012920.1"})
STOP = "*"
CODON = 3
LETTERS = "ACGTRYSWKMBDHVN"
"""IUPAC bases (Cornish-Bowden 1985)."""
FEW = 150  # bases up to which looking up each codon is quicker than an array of them
FOREIGN = len(LETTERS)  # any other character reads as an unknown base


def table_of(contig: str) -> int:
    """Return the number of the NCBI genetic code that a contig uses."""
    return MITOCHONDRIAL_TABLE if contig in MITOCHONDRIAL_CONTIGS else STANDARD_TABLE


def translate(bases: str, *, contig: str) -> str:
    """Translate whole codons by the code that the contig uses.

    A codon of ambiguous bases gives the residue that all its readings share, else ``X``.

    Parameters
    ----------
    bases
        Coding bases of either case, IUPAC letters included.
    contig
        Contig of the transcript: mitochondrial ones use NCBI code 2.

    Raises
    ------
    ValueError
        The length is no multiple of three.
    """
    if len(bases) % CODON:
        raise ValueError(f"{len(bases)} bases are not whole codons")
    if len(bases) <= FEW:
        known = _known(table_of(contig))
        return "".join([known.get(bases[at : at + CODON], UNKNOWN) for at in range(0, len(bases), CODON)])
    letters = np.frombuffer(bases.encode("ascii").translate(_BASE_CODES), np.uint8)
    size = FOREIGN + 1  # two letters fit a byte
    codons = letters[0::3] * np.uint16(size * size) + (letters[1::3] * np.uint8(size) + letters[2::3])
    residues: bytes = _residues(table_of(contig))[codons].tobytes()
    return residues.decode("ascii")


def _base_codes() -> bytes:
    codes = bytearray([FOREIGN]) * 256
    for code, letter in enumerate(LETTERS):
        codes[ord(letter)] = codes[ord(letter.lower())] = code
    return bytes(codes)


_BASE_CODES = _base_codes()


@cache
def _residues(table: int) -> NDArray[np.uint8]:
    """Tabulate the residue of every codon of IUPAC letters; shape (16³,)."""
    size = FOREIGN + 1
    residues = np.full((size, size, size), ord(UNKNOWN), np.uint8)
    for codon, residue in _known(table).items():
        residues[tuple(_BASE_CODES[ord(base)] for base in codon)] = ord(residue)
    return residues.ravel()


@cache
def _known(table: int) -> dict[str, str]:
    """Map each codon whose readings share a residue to it, in both cases, mixed ones too."""
    code = unambiguous_dna_by_id[table]
    sure = code.forward_table | dict.fromkeys(code.stop_codons, STOP)
    known: dict[str, str] = {}
    for letters in product(LETTERS, repeat=CODON):
        readings = {sure["".join(bases)] for bases in product(*(ambiguous_dna_values[letter] for letter in letters))}
        if len(readings) == 1:
            residue = readings.pop()
            known |= {"".join(cased): residue for cased in product(*((one, one.lower()) for one in letters))}
    return known
