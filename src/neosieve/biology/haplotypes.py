"""Which calls lie on one copy of the chromosome."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from itertools import chain, combinations, groupby
from typing import TYPE_CHECKING

from neosieve.model.variant import Haplotype

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.model.variant import Call

PHYSICAL_PHASING_ID = re.compile(r"(\d+)_([ACGTN]+)_([ACGTN]+)")
"""GATK's PID: position (1-based), REF and ALT of the phase set's first variant."""
SINGLE = "single"
HOMOZYGOUS = "homozygous"
ASSUMED_CIS = "assumed_cis"
MOST_ENUMERATED = 4
"""Neighbours of unknown phase that are enumerated: sixteen haplotypes. Of more, only each alone and all together."""


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
        ``CIS``: the largest sets of neighbours that can share a copy; ``BOTH``: every set; ``TRANS``: none.

    Returns
    -------
    list
        In order of their calls; none where there is no neighbour.
    """
    if mode is Unphased.TRANS or not neighbours:
        return []
    # calls phased together join together, or not at all
    groups = [tuple(members) for _, members in groupby(sorted(neighbours, key=_group), key=_group)]
    few = len(groups) <= MOST_ENUMERATED
    sizes = list(range(len(groups), 0, -1)) if few else [len(groups), 1]
    joined = []
    for size in sizes:
        for chosen in combinations(groups, size):
            if not any(in_trans(one[0], other[0]) for one, other in combinations(chosen, 2)):
                calls = sorted((*haplotype.calls, *chain.from_iterable(chosen)), key=lambda call: call.variant)
                joined.append(Haplotype(tuple(calls), ASSUMED_CIS))
        if joined and mode is Unphased.CIS:
            break
    return sorted(joined, key=lambda one: tuple(call.variant for call in one.calls))


def in_cis(one: Call, other: Call) -> bool:
    """Whether phase says that two calls lie on one copy."""
    return one.phase is not None and one.phase == other.phase


def in_trans(one: Call, other: Call) -> bool:
    """Whether phase says that two calls lie on different copies."""
    return (
        one.phase is not None
        and other.phase is not None
        and one.phase.source == other.phase.source
        and one.phase.name == other.phase.name
        and one.phase.side != other.phase.side
    )


def unphased(call: Call, others: Sequence[Call]) -> list[Call]:
    """Those of the other calls whose phase to this one is unknown: they may share its copy or not."""
    return [
        other
        for other in others
        if other is not call
        and not in_trans(call, other)
        and not other.homozygous
        and not call.homozygous
        and (call.phase is None or other.phase is None or call.phase.name != other.phase.name)
    ]


def _group(call: Call) -> tuple[str, ...]:
    if call.phase is None:
        return ("", str(call.variant.start).zfill(12), call.variant.ref, call.variant.alt)
    return (call.phase.source, call.phase.name, str(call.phase.side))
