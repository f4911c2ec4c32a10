"""Which calls lie on one copy of the chromosome."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from itertools import chain, combinations, groupby
from typing import TYPE_CHECKING

from neosieve.biology.coordinates import contradict
from neosieve.model.variant import Haplotype

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.model.variant import Call, Variant

    Group = tuple[Call, ...]

PHYSICAL_PHASING_ID = re.compile(r"(\d+)_([ACGTN]+)_([ACGTN]+)")
"""GATK's PID: position (1-based), REF and ALT of the phase set's first variant."""
SINGLE = "single"
HOMOZYGOUS = "homozygous"
ASSUMED_CIS = "assumed_cis"
MOST_ENUMERATED = 4
"""Neighbours of unknown phase that are enumerated: sixteen haplotypes. Of more, each by itself and the largest sets."""


class Unphased(StrEnum):
    """What to make of neighbours whose phase is unknown."""

    TRANS = "trans"
    """Each variant by itself; peptides that a neighbour would change are flagged."""
    CIS = "cis"
    """All on one copy."""
    BOTH = "both"
    """Every combination."""


def phase(calls: Iterable[Call]) -> list[Haplotype]:
    """Group calls of one transcript into haplotypes that hold at least one somatic call.

    Calls of one phase set and side are in cis. A homozygous call is in cis with every other call, and alone on the copy
    that carries none of them. A call without phase is a haplotype of its own: its neighbours are told by
    :func:`unphased_neighbours`.

    Parameters
    ----------
    calls
        Calls on one contig, germline ones included, in any order.

    Returns
    -------
    list
        In genome order.
    """
    ordered = sorted(calls, key=lambda call: call.variant)
    everywhere = tuple(call for call in ordered if call.homozygous)
    groups = [
        list(members)
        for _, members in groupby(sorted((call for call in ordered if not call.homozygous), key=_group), key=_group)
    ]
    haplotypes = []
    for group in groups:
        evidence = [group[0].phase.source] if len(group) > 1 and group[0].phase else []
        evidence += [HOMOZYGOUS] if everywhere else []
        members = sorted((*group, *everywhere), key=lambda call: call.variant)
        haplotypes.append(Haplotype(tuple(members), "+".join(evidence) or SINGLE))
    if everywhere and not any(in_trans(one[0], other[0]) for one in groups for other in groups):
        haplotypes.append(Haplotype(everywhere, HOMOZYGOUS if len(everywhere) > 1 else SINGLE))
    somatic = [one for one in haplotypes if any(not call.germline for call in one.calls)]
    return sorted(somatic, key=lambda one: tuple(call.variant for call in one.calls))


def complete_phase(calls: Sequence[Call]) -> list[Call]:
    """Give the call after which a caller named a phase set its place in that set.

    GATK names a set by its first variant (PID ``154284950_C_T``), whose own record may come from another caller and
    carry no phase; it lies on the ALT's side of ``0|1``.
    """
    named = {
        (call.variant.chrom, int(match[1]) - 1, match[2], match[3]): call.phase
        for call in calls
        if call.phase is not None and (match := PHYSICAL_PHASING_ID.fullmatch(call.phase.name))
    }
    completed = []
    for call in calls:
        one = call.variant
        phase_set = named.get((one.chrom, one.start, one.ref, one.alt)) if call.phase is None else None
        completed.append(call if phase_set is None else replace(call, phase=replace(phase_set, side=1)))
    return completed


def assumed_cis(haplotype: Haplotype, neighbours: Sequence[Call], mode: Unphased) -> list[Haplotype]:
    """Join a haplotype with neighbours of unknown phase, as if they lay in cis.

    Parameters
    ----------
    haplotype
        What is known to be in cis.
    neighbours
        Calls of unknown phase to it, with all that are in cis with one of them.
    mode
        ``CIS``: the largest sets of neighbours that can share a copy; ``BOTH``: every set that can; ``TRANS``: none.

    Returns
    -------
    list
        In order of their calls; none where there is no neighbour.
    """
    if mode is Unphased.TRANS or not neighbours:
        return []
    # calls phased together join together, or not at all
    groups = [tuple(members) for _, members in groupby(sorted(neighbours, key=_group), key=_group)]
    largest = _largest(groups)
    if mode is Unphased.CIS:
        chosen = largest
    elif len(groups) <= MOST_ENUMERATED:
        every = (some for size in range(1, len(groups) + 1) for some in combinations(groups, size))
        chosen = [some for some in every if _together(some)]
    else:
        chosen = list(dict.fromkeys([*((group,) for group in groups), *largest]))
    joined = [
        Haplotype(tuple(sorted((*haplotype.calls, *chain.from_iterable(some)), key=_variant)), ASSUMED_CIS)
        for some in chosen
    ]
    return sorted(joined, key=lambda one: tuple(call.variant for call in one.calls))


def _largest(groups: Sequence[Group]) -> list[tuple[Group, ...]]:
    """Find sets of groups that can share a copy and to which no other group can be added."""
    found: dict[tuple[Group, ...], None] = {}
    for first in range(len(groups)):
        some = [groups[first]]
        for group in groups:
            if group is not groups[first] and _together((*some, group)):
                some.append(group)
        found[tuple(sorted(some, key=lambda group: group[0].variant))] = None
    return list(found)


def _together(groups: Sequence[Group]) -> bool:
    calls = list(chain.from_iterable(groups))
    return not any(
        in_trans(one, other) or contradict(one.variant, other.variant) for one, other in combinations(calls, 2)
    )


def _variant(call: Call) -> Variant:
    return call.variant


def in_cis(one: Call, other: Call) -> bool:
    """Whether phase says that two calls lie on one copy."""
    return one.phase is not None and one.phase == other.phase


def in_trans(one: Call, other: Call) -> bool:
    """Whether phase says that two calls lie on different copies, or they are two ALTs of one record."""
    if _same_set(one, other):
        return one.phase != other.phase
    return _same_record(one, other)


def _same_record(one: Call, other: Call) -> bool:
    """Whether two calls are two ALTs of one record."""
    first, second = one.variant, other.variant
    if first.start != second.start:
        return False
    same_record = (first.chrom, first.start, first.ref) == (second.chrom, second.start, second.ref)
    return same_record and first.alt != second.alt and one.line == other.line


def _same_set(one: Call, other: Call) -> bool:
    """Whether two calls were phased together; equal names from two files or fields mean nothing."""
    first, second = one.phase, other.phase
    return first is not None and second is not None and (first.source, first.name) == (second.source, second.name)


def phase_unknown(one: Call, other: Call) -> bool:
    """Whether two calls may share a copy or not, for all that is known."""
    if one is other or one.homozygous or other.homozygous:
        return False
    return not _same_set(one, other) and not _same_record(one, other)


def _group(call: Call) -> tuple[str, ...]:
    if call.phase is None:
        return ("", str(call.variant.start).zfill(12), call.variant.ref, call.variant.alt)
    return (call.phase.source, call.phase.name, str(call.phase.side))
