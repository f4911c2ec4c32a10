"""Nonsense-mediated decay of transcripts with a premature stop (Lindeboom 2016)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.protein import ProteinChange

ESCAPE = "escape"
PREDICTED = "predicted"
START_PROXIMAL_CODONS = 50
"""A stop within 150 nt of the start codon escapes decay."""
LAST_JUNCTION_BASES = 55
"""So does one in the last exon, or this close before the last exon–exon junction (Nagy & Maquat 1998: 50–55 nt)."""
LONG_EXON_BASES = 407
"""And one in an exon longer than this."""


def decay_of_stop(stop: int, start: int, junctions: Sequence[int], length: int) -> str:
    """Judge a premature stop by the transcript's exons.

    Parameters
    ----------
    stop, start
        Offsets of the stop codon's and the start codon's first bases in the mutant transcript.
    junctions
        Offsets of the exon–exon junctions in the mutant transcript, ascending.
    length
        Bases of the mutant transcript.

    Returns
    -------
    str
        ``escape`` or ``predicted``.
    """
    if not junctions or stop + CODON > junctions[-1] - LAST_JUNCTION_BASES:
        return ESCAPE
    if stop - start < CODON * START_PROXIMAL_CODONS:
        return ESCAPE
    edges = (0, *junctions, length)
    begin = max(edge for edge in edges if edge <= stop)
    end = min(edge for edge in edges if edge > stop)
    return ESCAPE if end - begin > LONG_EXON_BASES else PREDICTED


def decay_as_annotated(change: ProteinChange) -> str | None:
    """Judge a premature stop as far as the annotation of a variant allows.

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
        return ESCAPE
    if known and len(change.mutant) < START_PROXIMAL_CODONS:
        return ESCAPE
    return None
