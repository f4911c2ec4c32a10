"""MHC alleles, what is asked of a predictor, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Allele(NamedTuple):
    """A class I HLA allele at protein resolution.

    A named tuple, as it is looked up by the million: a frozen dataclass takes four times as long to be hashed.
    """

    name: str
    """Full two-field name, e.g. ``HLA-A*02:01``. Made by :mod:`neosieve.io.hla`, never from raw text."""

    def __str__(self) -> str:
        return self.name

    @property
    def gene(self) -> str:
        """The locus: ``A`` of ``HLA-A*02:01``."""
        return self.name.removeprefix("HLA-").partition("*")[0]


class Query(NamedTuple):
    """One question to a predictor: a peptide, an allele, and the peptide's surroundings."""

    peptide: str
    """Amino acids, one-letter code, the standard twenty only."""
    allele: Allele
    n_flank: str | None = None
    """Residues before the peptide in its protein, N- to C-terminal; empty at the protein's start, None if unknown."""
    c_flank: str | None = None
    """Residues after the peptide in its protein; empty at the protein's end, None if unknown."""


class Binding(NamedTuple):
    """A predictor's answer. What the predictor can't say is None, never a stand-in value."""

    affinity_nM: float
    """Predicted IC50 in nM; lower binds stronger."""
    affinity_low_nM: float | None
    """Strong end of the predictor's interval, in nM: the embedded model's calibrated 90 % interval, MHCflurry's lowest
    member; None for a single model."""
    affinity_high_nM: float | None
    """Weak end of that interval, in nM."""
    affinity_percentile: float | None
    """Share (0–100 %) of the predictor's background peptides that bind this allele at least as well."""
    presentation_score: float | None
    """Ligand likelihood, 0–1; higher is better presented."""
    presentation_percentile: float | None
    """Share (0–100 %) of the predictor's background peptides whose presentation score is at least as high."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One row of a score table."""

    peptide: str
    allele: str
    """Two-field name; as given where it can't be read."""
    binding: Binding | None
    """None where the pair can't be scored."""
    support: str | None
    """How near the allele is to those that the models were trained on; None where they don't tell."""
