"""A transcript's bases as read by the ribosome: from the start codon to the first stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON, STOP, translate
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection

SELENOCYSTEINE = "U"
METHIONINE = "M"


@dataclass(frozen=True, slots=True)
class Reading:
    """One protein as read off a spliced transcript."""

    bases: str
    """The spliced transcript, 5′ to 3′, upper case."""
    start: int
    """Offset of the first codon's first base; negative where an incomplete CDS lacks bases of its first codon."""
    protein: str
    """Residues, without the stop; ``X`` where unknown."""
    stop: int | None
    """Offset of the stop codon's first base; None where the transcript ends before any stop."""
    contig: str = ""
    """Decides the genetic code."""

    def codon(self, residue: int) -> str:
        """Return the bases of a codon; fewer than three where the transcript begins or ends in it."""
        first = self.start + CODON * residue
        return self.bases[max(first, 0) : max(first + CODON, 0)]


def read(
    bases: str, start: int, *, contig: str, begins: bool, selenocysteines: Collection[int] = (), end: int | None = None
) -> Reading:
    """Read a protein.

    Parameters
    ----------
    bases
        The spliced transcript, upper case.
    start
        Offset of the first codon's first base; may be up to two before the first base.
    contig
        Decides the genetic code.
    begins
        Whether the first codon is a start codon: then it reads as methionine, whatever it is.
    selenocysteines
        Offsets of codons where a TGA reads as selenocysteine.
    end
        Offset beyond which nothing is read, whether or not a stop was met; None for the transcript's end.
    """
    limit = len(bases) if end is None else end
    lead = UNKNOWN if start < 0 else ""
    first = start + CODON * len(lead)
    whole = max(0, limit - first) // CODON * CODON
    residues = translate(bases[first : first + whole], contig=contig)
    for offset in sorted(selenocysteines):
        place, rest = divmod(offset - first, CODON)
        if rest == 0 and 0 <= place < len(residues) and bases[offset : offset + CODON] == "TGA":
            residues = residues[:place] + SELENOCYSTEINE + residues[place + 1 :]
    protein, stop, _ = residues.partition(STOP)
    stop_at = first + CODON * len(protein) if stop else None
    if begins and protein:
        protein = METHIONINE + protein[1:]  # the initiator tRNA reads a near-cognate start codon too
    return Reading(bases, start, lead + protein, stop_at, contig)
