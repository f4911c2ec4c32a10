"""Calls whose phase to a haplotype is unknown, and the peptides that they would change if they lay in cis."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from neosieve.biology.codons import STOP
from neosieve.biology.coordinates import contradict
from neosieve.biology.haplotypes import PHYSICAL_PHASING_ID, phase_unknown
from neosieve.biology.policy import alters_protein
from neosieve.biology.terms import SPLICE_SITE, START_LOST
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call, Haplotype, Variant

Pair = tuple["Call", "TranscriptConsequence"]

REACH = 45  # bases: the longest peptide's coding length


def unphased_neighbours(
    haplotype: Haplotype, members: Sequence[Pair], reach: Callable[[Pair], Interval | None]
) -> list[tuple[Interval, Pair]]:
    """Find where calls of unknown phase would change a haplotype's mutant protein.

    A homozygous call is on both copies, so what is with it alone is decided by the others: any call that isn't on
    both may be there or not.

    Parameters
    ----------
    haplotype
        The haplotype.
    members
        Calls on the transcript: all, or those near.
    reach
        Tells which residues of the mutant protein a call would change in cis; None if none.
    """
    # a homozygous call tells nothing of who shares this copy
    loose = [member for member in haplotype.calls if not member.homozygous]
    found = []
    for pair in members:
        call = pair[0]
        if call.homozygous or call in haplotype.calls or not all(phase_unknown(member, call) for member in loose):
            continue
        if any(contradict(member.variant, call.variant) for member in haplotype.calls):
            continue
        if (span := reach(pair)) is not None:
            found.append((span, pair))
    return found


def annotated_reach(
    change: ProteinChange, calls: Sequence[Call], call: Call, consequence: TranscriptConsequence
) -> Interval | None:
    """Tell by its annotation which residues of a mutant protein a further call would change in cis.

    A frameshift or a stop reaches to the protein's end; a lost start, or a lost splice site nearby, over all of it.
    """
    length = len(change.mutant)
    terms, own = frozenset(consequence.terms), consequence.change
    near = any(abs(member.variant.start - call.variant.start) <= REACH for member in calls)
    if terms & START_LOST or (near and (terms & SPLICE_SITE or (own is None and alters_protein(consequence)))):
        return Interval(0, length)
    if own is None or own.reference == own.alternative or terms & SPLICE_SITE:
        return None
    start = _in_mutant(change, own.position.start)
    if start >= length:
        return None
    reads_on = "frameshift_variant" in terms or STOP in own.alternative
    return Interval(start, length if reads_on else max(_in_mutant(change, own.position.end), start + 1))


def longer_call(call: Call, others: Iterable[Call]) -> Call | None:
    """Find a call of the same bases together with their neighbours (an MNV), after which this one is only its part.

    The reads decide: where clearly more of them carry this call than the longer one, it also occurs alone. Read counts
    are taken as Poisson; three standard deviations are clear.
    """
    own = call.variant
    for other in others:
        longer = other.variant
        offset = own.start - longer.start
        end = offset + len(own.ref)
        within = offset >= 0 and end <= len(longer.ref) and len(own.ref) < len(longer.ref) == len(longer.alt)
        if not within or (longer.ref[offset:end], longer.alt[offset:end]) != (own.ref, own.alt):
            continue
        mine, theirs = call.tumor.alt_reads, other.tumor.alt_reads
        if mine is None or theirs is None or mine <= theirs + 3 * math.sqrt(theirs + 1):
            return other
    return None


def absent_phase_partner(call: Call, used: Collection[Variant]) -> str | None:
    """Name the nearby variant after which the call's phase set is called but which is not among the used ones."""
    match = None if call.phase is None else PHYSICAL_PHASING_ID.fullmatch(call.phase.name)
    if match is None:
        return None
    partner = type(call.variant)(call.variant.chrom, int(match[1]) - 1, match[2], match[3])
    if partner in used or abs(partner.start - call.variant.start) > REACH:
        return None
    return str(partner)


def _in_mutant(change: ProteinChange, residue: int) -> int:
    """Map a normal residue's index to the mutant protein; behind a frameshift, by the bases gained or lost."""
    shift = 0
    for edit in change.edits:
        if residue < edit.normal.start:
            break
        if residue >= edit.normal.end:
            shift = edit.mutant.end - edit.normal.end
        elif not edit.aligned and edit.calls:
            variant = edit.calls[0].variant
            return max(edit.mutant.start, residue + shift + (len(variant.alt) - len(variant.ref)) // 3)
    return residue + shift
