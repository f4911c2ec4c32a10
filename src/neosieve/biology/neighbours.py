"""Calls whose phase to a haplotype is unknown, and the peptides that they would change if they lay in cis."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from neosieve.biology.haplotypes import unphased
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call, Haplotype, Variant

PHYSICAL_PHASING_ID = re.compile(r"(\d+)_([ACGTN]+)_([ACGTN]+)")
"""GATK's PID: position (1-based), REF and ALT of the phase set's first variant."""
REACH = 45  # bases: the longest peptide's coding length


def unphased_neighbours(
    change: ProteinChange,
    haplotype: Haplotype,
    on_transcript: Sequence[tuple[Call, TranscriptConsequence]],
) -> list[tuple[Interval, Call]]:
    """Find where unphased calls would change the mutant protein.

    Returns
    -------
    list
        (residues of the mutant protein, call); an upstream frameshift reaches to the protein's end.
    """
    members = set(haplotype.calls)
    others = [(call, consequence) for call, consequence in on_transcript if call not in members]
    found = []
    for call, consequence in others:
        unknown = all(unphased(member, [call]) for member in haplotype.calls)
        position = None if consequence.change is None else consequence.change.position
        if not unknown or position is None or consequence.change is None:
            continue
        if consequence.change.reference == consequence.change.alternative:
            continue
        start = _in_mutant(change, position.start)
        end = len(change.mutant) if "frameshift_variant" in consequence.terms else _in_mutant(change, position.end)
        if start < len(change.mutant):
            found.append((Interval(start, max(end, start + 1)), call))
    return found


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
