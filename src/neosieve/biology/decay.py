"""Nonsense-mediated decay of transcripts with a premature stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from neosieve.model.protein import ProteinChange

START_PROXIMAL_CODONS = 50
"""A stop within 150 nt of the start codon escapes decay (Lindeboom 2016)."""


def nmd(change: ProteinChange) -> str | None:
    """Judge a premature stop's decay, as far as the annotation allows (Lindeboom 2016).

    Returns
    -------
    str or None
        ``escape`` where the variant, and so the stop behind it, lies in the last exon, or the stop is close to the
        start; None where there is no premature stop, or the exon structure would be needed to tell.
    """
    last = change.edits[-1]
    known = UNKNOWN not in change.mutant
    shorter = len(change.mutant) < len(change.normal) if known else len(last.normal) > 0
    premature = last.normal.end == len(change.normal) and not last.aligned and shorter
    if not premature:
        return None
    exon = change.transcript.exon
    if exon is not None and exon[0] == exon[1]:
        return "escape"
    if known and len(change.mutant) < START_PROXIMAL_CODONS:
        return "escape"
    return None
