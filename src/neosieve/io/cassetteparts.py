"""What stands at the ends of a cassette: shipped HLA stretches, or a user's own."""

from __future__ import annotations

from pathlib import Path

from neosieve.biology.windows import STANDARD
from neosieve.errors import InputError
from neosieve.io.fasta import read_proteins
from neosieve.io.hlaproteins import hla_proteins

NONE, HLA = "none", "hla"
SIGNAL_SOURCE, SIGNAL_LENGTH = "HLA-C*03:03", 26
"""The signal peptide of a class I heavy chain and the first two residues behind it: residues 1–26."""
MITD_SOURCE, MITD_LENGTH = "HLA-B*15:01", 55
"""The transmembrane and cytoplasmic part of a class I heavy chain, its last 55 residues: the MHC class I trafficking
domain. Both as in the design of Kreiter 2008, J Immunol 180:309. The letters are those of IPD-IMGT/HLA that ship."""


def read_signal(choice: str) -> str:
    """Return what a cassette begins with: the shipped signal peptide, that of a FASTA file, or a methionine alone.

    Raises
    ------
    InputError
        The file can't be read, or doesn't hold one sequence that begins with M.
    """
    if choice == NONE:
        return "M"
    if choice == HLA:
        return hla_proteins()[SIGNAL_SOURCE][:SIGNAL_LENGTH]
    signal = _one(choice, "--signal")
    if not signal.startswith("M") or len(signal) == 1:
        raise InputError(f"{choice}: the signal peptide has to begin with M and go on; give it whole with --signal")
    return signal


def read_mitd(choice: str) -> str:
    """Return what a cassette ends with: the shipped trafficking domain, that of a FASTA file, or nothing.

    Raises
    ------
    InputError
        The file can't be read, or doesn't hold one sequence.
    """
    if choice == NONE:
        return ""
    return hla_proteins()[MITD_SOURCE][-MITD_LENGTH:] if choice == HLA else _one(choice, "--mitd")


def _one(choice: str, option: str) -> str:
    proteins = read_proteins(Path(choice))
    if len(proteins) != 1:
        raise InputError(f"{choice} holds {len(proteins)} sequences; give one with {option}, or write {NONE} or {HLA}")
    (sequence,) = proteins.values()
    if wrong := sorted(set(sequence) - STANDARD):
        raise InputError(f"{choice} holds {wrong[0]}, which isn't one of the twenty amino acids; mend the sequence")
    return sequence
