"""A transcript's bases as read by the ribosome: from the start codon to the first stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON, STOP, translate
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from neosieve.biology.splicededits import CarriedEdit

SELENOCYSTEINE = "U"
METHIONINE = "M"
PIECE = 150  # bases reread at a time, whole codons: behind a frameshift a stop is soon met
LONG_PIECE = 1500  # bases read at a time where the stop may be anywhere


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
    bases: str,
    start: int,
    *,
    contig: str,
    begins: bool,
    selenocysteines: Collection[int] = (),
    end: int | None = None,
    likely: int = LONG_PIECE,
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
    likely
        Bases in whole codons within which a stop is likely met, to be read at once.
    """
    limit = len(bases) if end is None else end
    lead = UNKNOWN if start < 0 else ""
    first = start + CODON * len(lead)
    protein, stop = _until_stop(bases, first, limit, contig, selenocysteines, likely)
    if begins and protein:
        protein = METHIONINE + protein[1:]  # the initiator tRNA reads a near-cognate start codon too
    return Reading(bases, start, lead + protein, stop, contig)


def reread(
    before: Reading, edits: Sequence[CarriedEdit], bases: str, *, selenocysteines: Collection[int] = ()
) -> Reading:
    """Read edited bases from the same start, as :func:`read` would; of what the edits leave alone nothing is read anew.

    Parameters
    ----------
    before
        The reading without the edits, up to its stop or the transcript's end.
    edits
        In order, disjoint, in offsets of ``before.bases``; all behind the first codon.
    bases
        The edited transcript.
    selenocysteines
        Offsets in it of codons where a TGA reads as selenocysteine.
    """
    start, contig, last = before.start, before.contig, edits[-1].span.end
    kept = before.protein[: (edits[0].span.start - start) // CODON]
    begin = start + CODON * len(kept)
    shift = len(bases) - len(before.bases)
    if before.stop is None or shift % CODON or last > before.stop:
        protein, stop = _until_stop(bases, begin, len(bases), contig, selenocysteines)
        return Reading(bases, start, kept + protein, stop, contig)
    behind = -((start - last) // CODON)  # the first codon that no edit touches, nor any behind it
    protein, stop = _until_stop(bases, begin, start + CODON * behind + shift, contig, selenocysteines)
    if stop is None:
        protein, stop = protein + before.protein[behind:], before.stop + shift
    return Reading(bases, start, kept + protein, stop, contig)


def _until_stop(
    bases: str, first: int, end: int, contig: str, selenocysteines: Collection[int], piece: int = PIECE
) -> tuple[str, int | None]:
    """Translate whole codons of a stretch up to the first stop; return residues and the stop's offset."""
    protein = ""
    for begin in range(first, end - CODON + 1, piece):
        whole = min(piece, end - begin) // CODON * CODON
        residues = translate(bases[begin : begin + whole], contig=contig)
        for offset in selenocysteines:
            place, rest = divmod(offset - begin, CODON)
            if rest == 0 and 0 <= place < len(residues) and bases[offset : offset + CODON] == "TGA":
                residues = residues[:place] + SELENOCYSTEINE + residues[place + 1 :]
        residues, stop, _ = residues.partition(STOP)
        protein += residues
        if stop:
            return protein, begin + CODON * len(residues)
    return protein, None
