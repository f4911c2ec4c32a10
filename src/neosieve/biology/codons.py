"""The genetic codes."""

from __future__ import annotations

from Bio.Data.CodonTable import unambiguous_dna_by_id

STANDARD_TABLE = 1
MITOCHONDRIAL_TABLE = 2  # NCBI genetic code 2: TGA=W, AGA/AGG=stop, ATA=M
MITOCHONDRIAL_CONTIGS = frozenset({"M", "MT", "chrM", "chrMT", "NC_012920.1"})
STOP = "*"


def translate(bases: str, *, contig: str) -> str:
    """Translate whole codons by the code that the contig uses.

    Parameters
    ----------
    bases
        Coding bases A, C, G, T of either case; a multiple of three.
    contig
        Contig of the transcript: mitochondrial ones use NCBI code 2.

    Raises
    ------
    ValueError
        The length is no multiple of three, or a letter is not a base.
    """
    if len(bases) % 3:
        raise ValueError(f"{len(bases)} bases are not whole codons")
    table = unambiguous_dna_by_id[MITOCHONDRIAL_TABLE if contig in MITOCHONDRIAL_CONTIGS else STANDARD_TABLE]
    codons = (bases[start : start + 3].upper() for start in range(0, len(bases), 3))
    try:
        return "".join(STOP if codon in table.stop_codons else table.forward_table[codon] for codon in codons)
    except KeyError as error:
        raise ValueError(f"{error.args[0]} is not a codon") from error
