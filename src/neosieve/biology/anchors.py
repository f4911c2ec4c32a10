"""Which positions of a ligand the groove holds, and whether a mutation lies there or faces the T cell.

Anchors are read off what a predictor says of an allele, not assumed: HLA-B*08:01 holds position 5, too, HLA-A*01:01
position 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

RESIDUES = "ACDEFGHIKLMNPQRSTVWY"
_PER_CENT = (
    *(8.25, 1.38, 5.46, 6.72, 3.86, 7.07, 2.27, 5.91, 5.80, 9.65),
    *(2.41, 4.06, 4.74, 3.93, 5.53, 6.65, 5.36, 6.86, 1.10, 2.92),
)
ABUNDANCE: tuple[float, ...] = tuple(share / sum(_PER_CENT) for share in _PER_CENT)
"""Share of each of :data:`RESIDUES` in natural proteins: UniProtKB/Swiss-Prot's release statistics."""
ANCHOR_BITS = 0.35
"""A position of at least as much information is an anchor. With the embedded model's scan of 9-mers this gives the
common alleles the anchors that SYFPEITHI lists (Rammensee 1999, Immunogenetics 50:213): the weakest of these are
position 2 of HLA-A*29:02 (0.38 bits) and, on the border, position 3 of HLA-B*08:01 (0.34) and position 2 of
HLA-A*31:01 (0.30, missed); HLA-A*02:01's strongest other position has 0.17."""
ANCHOR_SHARE = 0.5
"""And so is one of half the information of the allele's strongest position: some HLA-C motifs are faint throughout."""


class MutationSite(StrEnum):
    """Where the residues that differ from normal lie."""

    ANCHOR = "anchor"
    """In the groove's pockets only: the T cell sees the normal face, on a peptide that may be presented anew."""
    TCR_FACING = "tcr_facing"
    """At no anchor: the T cell sees the change."""
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Anchors:
    """What an allele asks of each position of its ligands of one length; immutable."""

    weights: tuple[float, ...]
    """Information of each position in bits, 0 (any residue will do) to 6.5 (tryptophan only)."""

    @property
    def positions(self) -> frozenset[int]:
        """0-based positions of the anchors; empty if no position tells anything."""
        limit = min(ANCHOR_BITS, ANCHOR_SHARE * max(self.weights, default=0.0))
        return frozenset(at for at, weight in enumerate(self.weights) if weight >= limit > 0)

    def site(self, altered: Collection[int]) -> MutationSite | None:
        """Say where altered residues lie.

        Parameters
        ----------
        altered
            0-based positions in the peptide; none where a deletion joins two normal stretches: then None is returned.

        Raises
        ------
        ValueError
            A position lies beyond the length.
        """
        beyond = [at for at in altered if not 0 <= at < len(self.weights)]
        if beyond:
            raise ValueError(f"position {beyond[0]} isn't in a peptide of {len(self.weights)} residues")
        inside = len(self.positions.intersection(altered))
        if not altered:
            return None
        if inside == len(set(altered)):
            return MutationSite.ANCHOR
        return MutationSite.BOTH if inside else MutationSite.TCR_FACING


def anchors_of(effects: NDArray[np.float64]) -> Anchors:
    """Turn what each residue does at each position into anchors.

    A residue with effect e is taken to be exp(e) times as frequent among ligands as in natural proteins; a position's
    information is the Kullback–Leibler divergence of these frequencies from the natural ones (Schneider & Stephens
    1990, with a background: Schneider 1986, J Mol Biol 188:415).

    Parameters
    ----------
    effects
        Natural log-odds, or −ln IC50, of a ligand with each residue at each position, shape (length, 20) in the order
        of :data:`RESIDUES`; a constant added to a position changes nothing.
    """
    natural = np.array(ABUNDANCE)
    frequency = natural * np.exp(effects - effects.max(axis=1, keepdims=True))
    frequency /= frequency.sum(axis=1, keepdims=True)
    ratio = np.divide(frequency, natural)
    bits = np.where(frequency > 0, frequency * np.log2(np.maximum(ratio, np.finfo(float).tiny)), 0.0).sum(axis=1)
    return Anchors(tuple(np.maximum(bits, 0.0).round(6).tolist()))  # rounded: another machine's exp may end otherwise
