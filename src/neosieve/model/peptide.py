"""Mutant peptides in their source protein."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neosieve.model.variant import Call


@dataclass(frozen=True, slots=True)
class Peptide:
    """A mutant peptide in its source protein."""

    sequence: str
    """Amino acids, one-letter code, N- to C-terminal."""
    offset: int
    """0-based start in the mutant protein."""
    altered: frozenset[int]
    """0-based positions in the peptide that differ from the aligned normal protein; never empty for a substitution,
    empty only where a deletion joins two normal stretches."""
    n_flank: str | None
    """Residues before the peptide; short or empty at the protein's start, None where unknown."""
    c_flank: str | None
    """Residues after the peptide; short or empty at the protein's end, None where unknown."""
    wildtype: str | None
    """The aligned normal peptide of the same length; None where an indel or a frameshift leaves none."""
    wildtype_n_flank: str | None
    wildtype_c_flank: str | None
    calls: tuple[Call, ...]
    """The calls whose edits the peptide carries."""
