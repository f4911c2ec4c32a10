"""HGVS names of variants, as Ensembl VEP writes them; for people, never to decide a peptide."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

from Bio.Data.IUPACData import protein_letters_1to3_extended

from neosieve.biology.codons import CODON, STOP
from neosieve.biology.coordinates import reverse_complement, trimmed
from neosieve.model.genome import Interval
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from neosieve.biology.coordinates import Layout
    from neosieve.model.variant import Variant

Bases = Callable[[Interval], str]
"""Plus-strand bases of the transcript's contig, upper case; ``N`` where unknown."""
LOOK_AHEAD = 32  # bases fetched at a time while shifting; nearly every indel stops within these
START_LOST = "p.Met1?"
THREE_LETTERS = protein_letters_1to3_extended | {STOP: "Ter"}


def coding_hgvs(variant: Variant, layout: Layout, bases: Bases) -> str:
    """Name a variant on the transcript (HGVS c.), 3′-shifted on the genome in the transcript's direction.

    Base 1 is the first base of the CDS that the transcript has: VEP doesn't count the bases that an incomplete CDS
    lacks (it does in ``CDS_position``).

    Returns
    -------
    str
        ``c.524G>A``, without the transcript's id; empty where the variant isn't within the transcript.
    """
    transcript = layout.transcript
    span, new = trimmed(variant)
    old = variant.ref[span.start - variant.start : span.end - variant.start]
    whole = layout.span
    if span.start < whole.start or span.end > whole.end or not (old or new):
        return ""
    if transcript.strand < 0:
        old, new = reverse_complement(old), reverse_complement(new)
    if old and new:
        where = _range(span, layout)
        if len(old) == len(new) == 1:
            return f"c.{where}{old}>{new}"
        return f"c.{where}inv" if new == reverse_complement(old) else f"c.{where}delins{new}"
    shift = _shift(span, old or new, layout, bases)
    span = _moved(span, shift, transcript.strand)
    if old:
        return f"c.{_range(span, layout)}del"
    turn = shift % len(new)
    new = new[turn:] + new[:turn]
    before = _before(span.start, len(new), layout)
    if before is not None and _own(bases(before), transcript.strand) == new:
        return f"c.{_range(before, layout)}dup"
    if not whole.start < span.start < whole.end:
        return ""
    return f"c.{_range(Interval(span.start - 1, span.start + 1), layout)}ins{new}"


def _own(plus: str, strand: int) -> str:
    return plus if strand > 0 else reverse_complement(plus)


def _moved(span: Interval, shift: int, strand: int) -> Interval:
    return Interval(span.start + strand * shift, span.end + strand * shift)


def _before(point: int, length: int, layout: Layout) -> Interval | None:
    """Return the genome bases just 5′ of a point between bases; None beyond the transcript."""
    whole = layout.span
    start = point - length if layout.transcript.strand > 0 else point
    return Interval(start, start + length) if whole.start <= start and start + length <= whole.end else None


def _shift(span: Interval, unit: str, layout: Layout, bases: Bases) -> int:
    """Count the bases by which bases put in or taken out can move 3′ without changing the result."""
    strand, whole = layout.transcript.strand, layout.span
    room = whole.end - span.end if strand > 0 else span.start - whole.start
    shift = 0
    while shift < room:
        reach = min(shift + LOOK_AHEAD, room)
        ahead = (span.end + shift, span.end + reach) if strand > 0 else (span.start - reach, span.start - shift)
        for base in _own(bases(Interval(*ahead)), strand):
            if base != unit[shift % len(unit)] or base == "N":
                return shift
            shift += 1
    return shift


def _range(span: Interval, layout: Layout) -> str:
    first, last = span.start, span.end - 1
    if layout.transcript.strand < 0:
        first, last = last, first
    begin = _position(first, layout)
    return begin if first == last else f"{begin}_{_position(last, layout)}"


def _position(position: int, layout: Layout) -> str:
    """Return the number of a genome position within the transcript: ``12``, ``-3``, ``*7``, ``93+1``, ``94-12``."""
    transcript = layout.transcript
    offset = layout.offset(position)
    if offset is not None:
        return _number(offset, layout)
    exons = transcript.exons
    left = bisect_right(exons, position, key=lambda exon: exon.start) - 1
    edges = exons[left].end - 1, exons[left + 1].start
    upstream, downstream = edges if transcript.strand > 0 else edges[::-1]
    behind, ahead = abs(position - upstream), abs(downstream - position)
    edge, distance = (upstream, f"+{behind}") if behind <= ahead else (downstream, f"-{ahead}")
    offset = layout.offset(edge)
    assert offset is not None  # an exon's edge lies in the exon
    return _number(offset, layout) + distance


def _number(offset: int, layout: Layout) -> str:
    begin, end = layout.transcript.cds.start, layout.coding_end
    if offset < begin:
        return str(offset - begin)
    return f"*{offset - end + 1}" if offset >= end else str(offset - begin + 1)


def protein_hgvs(
    normal: str, mutant: str | None, *, at: Interval, gain: int, complete: bool = True, stops: bool = True
) -> str:
    """Name what becomes of a protein (HGVS p.), 3′-shifted, in the form that VEP gives it.

    Parameters
    ----------
    normal, mutant
        Proteins without their stop; ``X`` where unknown. A mutant of None: the start codon is lost.
    at
        Codons touched, 0-based; a point where bases are put between two. The stop codon counts as a residue.
    gain
        Coding bases gained, negative for lost: a frameshift unless a multiple of three.
    complete
        Whether a stop codon follows the normal protein.
    stops
        Whether one follows the mutant protein; if not, or if it ends in ``X``, how it goes on is not known.

    Returns
    -------
    str
        ``p.Arg175His``, without the protein's id; empty where nothing can be said.
    """
    if mutant is None:
        return START_LOST
    ended = stops and not mutant.endswith(UNKNOWN)
    before = normal + STOP if complete else normal
    after = mutant + STOP if ended else mutant
    if at.start >= len(before) + (not len(at)) or UNKNOWN in before[at.start : at.end]:
        return ""
    if gain and complete and before == after:
        return f"p.Ter{len(before)}="
    if gain % CODON:
        return _frameshift(before, after, at.start, ended=ended)
    old, new = before[at.start : at.end], after[at.start : at.end + gain // CODON]
    if not gain:
        old = old[: len(new)]  # translation may end within the exchanged residues
    if old == new:
        return f"p.{_span(at.start, old)}=" if old else ""
    if UNKNOWN in new or (STOP not in new and len(new) < len(at) + gain // CODON):
        return "p.?"
    return _in_frame(normal, before, Interval(at.start, at.start + len(old)), new, after if ended else None)


def _frameshift(before: str, after: str, start: int, *, ended: bool) -> str:
    """Name a frameshift by the first residue that differs, which needn't be the first codon touched."""
    first = start
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    if first >= len(before):
        return ""
    old = f"p.{_three(before[first])}{first + 1}"
    if after[first : first + 1] in {"", UNKNOWN}:
        return f"{old}fs"
    if after[first] == STOP:
        return f"{old}Ter"
    return f"{old}{_three(after[first])}fsTer{len(after) - first if ended else '?'}"


def _in_frame(normal: str, before: str, span: Interval, new: str, after: str | None) -> str:
    old, start = before[span.start : span.end], span.start
    while old and new and old[0] == new[0]:
        old, new, start = old[1:], new[1:], start + 1
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    if not old:
        return _insertion(before, start, new)
    if not new:
        while STOP not in old and before[start + len(old) : start + len(old) + 1] == old[0]:
            old, start = old[1:] + old[0], start + 1
    if STOP in old and STOP not in new and len(old) == 1 and len(new) <= 1:
        longer = "?" if after is None else len(after) - len(normal) - 1
        return f"p.Ter{start + 1}{_three(new) or 'del'}extTer{longer}"
    if len(old) == len(new) == 1:
        return f"p.{_three(old)}{start + 1}{_three(new)}"
    return f"p.{_span(start, old)}" + (f"delins{_three(new)}" if new else "del")


def _insertion(before: str, start: int, new: str) -> str:
    """Name residues put in before a residue."""
    while STOP not in new and start < len(before) and before[start] == new[0]:
        new, start = new[1:] + new[0], start + 1
    length = len(new)
    if STOP not in new and before[max(start - length, 0) : start] == new:
        return f"p.{_span(start - length, new)}dup"
    if not 0 < start < len(before):
        return ""
    return f"p.{_span(start - 1, before[start - 1 : start + 1])}ins{_three(new)}"


def _span(start: int, residues: str) -> str:
    first = f"{_three(residues[0])}{start + 1}"
    return first if len(residues) == 1 else f"{first}_{_three(residues[-1])}{start + len(residues)}"


def _three(residues: str) -> str:
    """Spell residues in three letters; nothing is told behind a stop."""
    protein, stop, _ = residues.partition(STOP)
    return "".join(THREE_LETTERS[residue] for residue in protein + stop)
