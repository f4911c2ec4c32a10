"""Which candidates a construct may hold, and which of them are ordered: rules first, then a portfolio."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.constructportfolio import Option
from neosieve.model.candidate import Tier
from neosieve.model.construct import Item, LeftOut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from neosieve.model.construct import Epitope, Mark, MutantProtein

UNKNOWN_CLONE = "not assessed"


@dataclass(frozen=True, slots=True)
class Admission:
    """What the rules let in."""

    admitted: tuple[Epitope, ...]
    """Best first."""
    accepted: frozenset[Epitope]
    """Those that a reviewer wants whatever the rules say."""
    rejected: frozenset[str]
    """Peptides that a reviewer refuses, none of their candidates being accepted."""
    left_out: tuple[LeftOut, ...]


def admit(
    epitopes: Iterable[Epitope], tiers: Collection[str], *, doubtful: bool, marks: Sequence[Mark] = ()
) -> Admission:
    """Sort candidates into those that may enter and those that may not.

    A candidate enters if its tier is among `tiers` and nothing speaks for doubt, or if it is accepted; never if its
    peptide is rejected.

    Parameters
    ----------
    epitopes
        All candidates.
    tiers
        Tiers that are worth ordering.
    doubtful
        Whether candidates in doubt enter, too: those of the tier ``uncertain``, and of `tiers` with a doubt.
    marks
        A reviewer's.
    """
    said = {(mark.variant, mark.peptide, mark.allele): mark for mark in marks}
    wanted = {mark.peptide for mark in marks if mark.mark == "accept"}
    rejected = {mark.peptide for mark in marks if mark.mark == "reject"} - wanted
    admitted: list[Epitope] = []
    accepted: set[Epitope] = set()
    left_out: list[LeftOut] = []
    for one in epitopes:
        mark = said.get(one.key)
        if mark is not None and mark.mark == "accept":
            admitted.append(one)
            accepted.add(one)
        elif (reason := _refusal(one, mark, rejected, tiers, doubtful=doubtful)) is not None:
            left_out.append(LeftOut(one, reason))
        else:
            admitted.append(one)
    admitted.sort(key=lambda one: (one.rank, one.variant, one.peptide, one.allele))
    return Admission(tuple(admitted), frozenset(accepted), frozenset(rejected), tuple(left_out))


def _refusal(
    one: Epitope, mark: Mark | None, rejected: Collection[str], tiers: Collection[str], *, doubtful: bool
) -> str | None:
    if mark is not None and mark.mark == "reject":
        return f"rejected by the review{f': {mark.note}' if mark.note else ''}"
    if one.peptide in rejected:
        return "the review rejects this peptide with another allele or variant"
    if one.tier not in tiers and one.tier != Tier.UNCERTAIN:
        return f"tier {one.tier}"
    if doubtful or not (one.doubtful or one.tier == Tier.UNCERTAIN):
        return None
    return f"tier {one.tier}, in doubt; --doubtful lets such candidates in"


def by_protein(
    admitted: Iterable[Epitope], proteins: Mapping[str, MutantProtein]
) -> list[tuple[MutantProtein, list[Epitope]]]:
    """Group candidates by the protein that they lie in, the best first."""
    groups: defaultdict[str, list[Epitope]] = defaultdict(list)
    for one in admitted:
        groups[one.protein].append(one)
    return [(proteins[name], group) for name, group in groups.items()]


def minimal_items(admitted: Iterable[Epitope], proteins: Mapping[str, MutantProtein]) -> list[Item]:
    """Make an item of each distinct admitted peptide, with all alleles that are admitted with it."""
    groups: defaultdict[str, list[Epitope]] = defaultdict(list)
    for one in admitted:
        groups[one.peptide].append(one)
    return [
        Item(proteins[group[0].protein], group[0].start, peptide, tuple(group), (), _told_of(group))
        for peptide, group in groups.items()
    ]


def _told_of(group: Sequence[Epitope]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.remarks for one in group if one.remarks))


def without_repeats(items: Sequence[Item], accepted: Collection[Epitope] = ()) -> tuple[list[Item], list[LeftOut]]:
    """Drop an item all of whose peptides a better one holds: another transcript's, or another haplotype's.

    An item with an accepted candidate gives way to none without.

    Returns
    -------
    tuple
        What is left, the best first; and the candidates that only dropped items list, told where they are.
    """
    kept: list[Item] = []
    dropped: list[tuple[Item, Item]] = []

    def place(item: Item) -> tuple[int, str, str, int]:
        return item.best.rank, item.best.peptide, item.protein.name, item.start

    def free(item: Item) -> bool:
        return not any(one in accepted for one in item.epitopes)

    for item in sorted(items, key=lambda one: (free(one), *place(one))):
        better = next((one for one in kept if all(each.peptide in one.sequence for each in item.epitopes)), None)
        if better is None:
            kept.append(item)
        else:
            dropped.append((item, better))
    left = [
        LeftOut(one, f"its peptide is part of an item that stands for {better.best.gene} {better.best.change}")
        for item, better in dropped
        for one in item.epitopes
        if one not in better.epitopes
    ]
    return sorted(kept, key=place), left


def clones(epitopes: Iterable[Epitope]) -> dict[tuple[float, float], str]:
    """Tell clones apart by cancer cell fractions: intervals that share a point, directly or in a chain, are one.

    More can't be told from fractions alone; a candidate without one is in no clone.
    """
    intervals = sorted({one.clonal for one in epitopes if one.clonal is not None})
    names: dict[tuple[float, float], str] = {}
    number, reach = 0, -math.inf
    for interval in intervals:
        if interval[0] > reach:
            number += 1
        reach = max(reach, interval[1])
        names[interval] = f"clone {number}"
    return names


def options(items: Sequence[Item], accepted: Collection[Epitope]) -> list[Option]:
    """Say what each item is worth by itself, and what it covers."""
    known = clones(one for item in items for one in item.epitopes)
    return [
        Option(
            value=1 / (1 + math.exp(-item.best.score)),
            alleles=frozenset(one.allele for one in item.epitopes),
            gene=item.best.gene,
            clones=frozenset(known[one.clonal] for one in item.epitopes if one.clonal is not None),
            forced=any(one in accepted for one in item.epitopes),
        )
        for item in items
    ]
