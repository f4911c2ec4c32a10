"""Pseudosequences: the residues of the MHC groove that touch the peptide, taken out of full HLA sequences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping

# Positions of the mature alpha chain (1-based) within 4.0 Å of a bound peptide's residues:
# Nielsen et al. 2007, PLoS ONE 2(8):e796 (NetMHCpan), the 34-residue pseudosequence.
GROOVE_POSITIONS = (
    7, 9, 24, 45, 59, 62, 63, 66, 67, 69, 70, 73, 74, 76, 77, 80, 81,
    84, 95, 97, 99, 114, 116, 118, 143, 147, 150, 152, 156, 158, 159, 163, 167, 171,
)  # fmt: skip
SIGNAL_PEPTIDE = 24  # residues before the mature chain of HLA-A, -B and -C (UniProt P04439, P01889, P10321)
# Residues that hold the class I fold together in every classical allele (mature numbering): the disulphide
# C101-C164 of the alpha-2 domain, and W51, W60 beside the alpha-1 helix. They prove the numbering of a sequence;
# one of the four may be substituted (seven rare alleles), while an insertion or deletion moves at least two.
FRAMEWORK = {51: "W", 60: "W", 101: "C", 164: "C"}
MAX_FRAMEWORK_SUBSTITUTIONS = 1
CLASSICAL = re.compile(r"HLA-[ABC]\*\d+:\d+")
STANDARD = re.compile(r"[ACDEFGHIKLMNPQRSTVWY]+")

# HLA-E and -G from their reviewed UniProt entries; 21 residues of E and 24 of G precede the mature chain.
# E*01:01 and E*01:03 differ only at 107, outside the groove positions, so one sequence serves both.
NONCLASSICAL = {
    "P13747": (21, ("HLA-E*01:01", "HLA-E*01:03")),
    "P17693": (24, ("HLA-G*01:01",)),
}


def groove(sequence: str, signal: int = SIGNAL_PEPTIDE) -> str | None:
    """Take the 34 groove residues out of a full-length HLA sequence.

    Returns
    -------
    The pseudosequence, or None if the framework residues show that the sequence isn't numbered as assumed, or if a
    groove residue is unknown.
    """
    if len(sequence) < signal + GROOVE_POSITIONS[-1]:
        return None
    substituted = sum(sequence[signal + position - 1] != residue for position, residue in FRAMEWORK.items())
    if substituted > MAX_FRAMEWORK_SUBSTITUTIONS:
        return None
    residues = "".join(sequence[signal + position - 1] for position in GROOVE_POSITIONS)
    return residues if STANDARD.fullmatch(residues) else None


def untokenised(text: str) -> str:
    """Sequence of an immunotype row, which is written as a language model's tokens: ``[CLS] M A V … [SEP]``."""
    return "".join(token for token in text.split() if len(token) == 1)


def pseudosequences(
    rows: Iterable[tuple[str, str]], proteome: Mapping[str, str], dropped: Counter[str]
) -> dict[str, str]:
    """Pseudosequence of each allele, by name, sorted.

    Parameters
    ----------
    rows
        Allele names and tokenised full-length sequences.
    proteome
        Sequences by UniProt accession; HLA-E and -G come from here where present.
    dropped
        Counts what was left out, by reason; updated in place.
    """
    found: dict[str, str] = {}
    for allele, tokens in rows:
        if not CLASSICAL.fullmatch(allele):
            dropped["not an allele name of HLA-A, -B or -C"] += 1
            continue
        residues = groove(untokenised(tokens))
        if residues is None:
            dropped["framework residues out of place, or an unknown groove residue"] += 1
            continue
        found[allele] = residues
    for accession, (signal, alleles) in NONCLASSICAL.items():
        residues = groove(proteome.get(accession, ""), signal)
        if residues is None:
            dropped[f"{accession} ({alleles[0]}) not usable in the proteome"] += 1
            continue
        found.update(dict.fromkeys(alleles, residues))
    return dict(sorted(found.items()))
