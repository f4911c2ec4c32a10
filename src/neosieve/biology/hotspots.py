"""Whether a protein change is a known, recurrent one of cancer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from Bio.Data.IUPACData import protein_letters_3to1

if TYPE_CHECKING:
    from collections.abc import Iterable

WHOLE = "-"
_THREE = re.compile("|".join((*protein_letters_3to1, "Ter")))
_ONE = {**protein_letters_3to1, "Ter": "*"}
_SUBSTITUTION = re.compile(r"([A-Z])(\d+)([A-Z])")


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A residue that cancers change again and again, or one whole change; immutable."""

    gene: str
    residue: str
    """Normal residue and 1-based position, ``G12``; or a whole change, ``E746_A750del``."""
    alternatives: str
    """Recurrent mutant residues, one letter each; empty for a whole change."""


@dataclass(frozen=True, slots=True)
class HotspotMatch:
    """How a protein change meets a hotspot; immutable."""

    hotspot: Hotspot
    change: str
    """In one-letter notation: ``G12D``."""
    recurrent: bool
    """Whether the very change is listed, not only its residue."""

    def __str__(self) -> str:
        """In words: ``known hotspot KRAS G12D``, or ``TP53 R175S is at hotspot residue R175``."""
        if self.recurrent:
            return f"known hotspot {self.hotspot.gene} {self.change}"
        return f"{self.hotspot.gene} {self.change} is at hotspot residue {self.hotspot.residue}"


class Hotspots:
    """Finds hotspots by gene and change; immutable."""

    def __init__(self, hotspots: Iterable[Hotspot]) -> None:
        self._known = {(one.gene, one.residue): one for one in hotspots}

    def __len__(self) -> int:
        return len(self._known)

    def match(self, gene: str, label: str) -> HotspotMatch | None:
        """Match a protein change; None where it meets no hotspot.

        Of several changes in cis, the first that is recurrent is returned, else the first at a hotspot residue.
        Positions are compared as they are: a transcript that numbers residues otherwise isn't matched, so ask for each
        transcript of a gene.

        Parameters
        ----------
        gene
            Symbol, as HGNC approves it (or H3F3A and HIST1H3B, of old).
        label
            HGVS p. notation in three letters or one: ``p.Gly12Asp``, ``p.(G12D)``, ``p.[Gly12Asp;Ala59Thr]``, with or
            without a protein id.
        """
        found = None
        for change in _changes(label):
            whole = self._known.get((gene, change))
            if whole is not None and not whole.alternatives:
                return HotspotMatch(whole, change, True)
            if (parts := _SUBSTITUTION.fullmatch(change)) is None:
                continue
            hotspot = self._known.get((gene, parts[1] + parts[2]))
            if hotspot is not None and parts[3] in hotspot.alternatives:
                return HotspotMatch(hotspot, change, True)
            if hotspot is not None and parts[3] != parts[1]:
                found = found or HotspotMatch(hotspot, change, False)
        return found


def _changes(label: str) -> list[str]:
    """Split a label into its changes, in one-letter notation."""
    bare = re.sub(r"[()\[\]]", "", label.rpartition(":")[2]).removeprefix("p.")
    return [_THREE.sub(lambda three: _ONE[three[0]], change) for change in bare.split(";")]
