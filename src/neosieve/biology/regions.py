"""Calls of several regions of one tumour: one list of variants, and in which regions each is found."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from neosieve.biology.clonality import REGION_DEPTH, REGION_READS, REGION_VAF, region_has
from neosieve.biology.coordinates import trimmed
from neosieve.model.evidence import RegionCount
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.variant import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from neosieve.model.genome import Interval
    from neosieve.model.variant import AlleleCounts, Variant

    Record = Call | LedgerEntry
    Contig = Callable[[str], str]
    Key = tuple[str, Interval, str]

REGION_RULE = (
    f"present: called there, or at least {REGION_READS} ALT reads at a VAF of {REGION_VAF:.0%} or more; absent: a "
    f"lower VAF at a depth of {REGION_DEPTH} or more; else not assessed"
)
INHERITED_ELSEWHERE = "the normal sample of a region's file carries it"
SAME_GENE = 3_000_000  # bases; longer than any human gene (RBFOX1: 2.5 million)


@dataclass(frozen=True, slots=True)
class RegionRecords:
    """What was read of one region; immutable."""

    name: str
    records: Sequence[Record]
    inherited: Sequence[Call]
    """Germline calls among the ALTs that the records refuse."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one region's column says of a variant; immutable."""

    counts: AlleleCounts
    called: bool
    """Whether the record's FILTER is admitted and the genotype (without one, the reads) carries the variant."""
    homozygous: bool
    """Whether the genotype carries no other allele."""


def key_of(variant: Variant, contig: Contig) -> Key:
    """Return what a variant's spellings have in common: the contig, the bases replaced, and the new ones.

    Parameters
    ----------
    variant
        The variant.
    contig
        Reduces a contig's name to what its spellings have in common.
    """
    return contig(variant.chrom), *trimmed(variant)


class Joined:
    """The records of several regions, joined one region after another."""

    def __init__(self, main: RegionRecords, contig: Contig) -> None:
        """Begin with the first region, whose records keep their places.

        Parameters
        ----------
        main
            The first region.
        contig
            Reduces a contig's name to what its spellings have in common.
        """
        self.records: list[Record] = list(main.records)
        self.inherited: list[Call] = list(main.inherited)
        self.contig = contig
        self._spelling = {contig(chrom): chrom for chrom in map(_chrom, self.records)}
        self._place: dict[str, int] = {}
        self._call: dict[Key, int] = {}
        for place, one in enumerate(self.records):
            self._place.setdefault(_name(one), place)
            if isinstance(one, Call):
                self._call[self._key(one)] = place
        self._germline = {self._key(call) for call in self.inherited}

    def add(self, region: RegionRecords) -> int:
        """Join a further region; return how many somatic variants it adds.

        A variant that is known already is told from where it was first found. One that every region so far lacks, or
        refuses, is told from this one: :attr:`Call.region` names it. What no region has keeps the first reason. A
        variant that a normal sample of any file carries is germline in all.
        """
        added = 0
        for call in region.inherited:
            if self._is_news(call, germline=True):
                self.inherited.append(self._told(call, region.name))
                self._germline.add(self._key(call))
        for one in region.records:
            if isinstance(one, LedgerEntry):
                self._note(self._respelled(one), region.name)
            elif self._is_news(one, germline=one.germline):
                self._put(self._told(one, region.name))
                added += not one.germline
            elif self._key(one) not in self._call:
                self._note_inherited(one)
        return added

    def _key(self, call: Call) -> Key:
        return key_of(call.variant, self.contig)

    def _is_news(self, call: Call, *, germline: bool) -> bool:
        """Whether nothing is known of a call; one that is known learns whether it is germline."""
        key = self._key(call)
        place = self._call.get(key)
        if place is None:
            return key not in self._germline
        own = self.records[place]
        assert isinstance(own, Call)
        if germline and not own.germline:
            self.records[place] = replace(own, germline=True)
        if str(own.variant) != str(self._told(call, "").variant):
            entry = LedgerEntry(str(call.variant), None, None, None, Outcome.DUPLICATE_RECORD, f"is {own.variant}", 0)
            self._note(self._respelled(entry), "")
        return False

    def _note_inherited(self, call: Call) -> None:
        """Say why a call that a normal has isn't used, where the record that says so spells it another way."""
        entry = LedgerEntry(str(call.variant), None, None, None, Outcome.GERMLINE, INHERITED_ELSEWHERE, 0)
        self._note(self._respelled(entry), "")

    def _told(self, call: Call, region: str) -> Call:
        chrom = self._spelling.setdefault(self.contig(call.variant.chrom), call.variant.chrom)
        # phase sets of two samples have nothing to do with one another, whatever they are called
        phase = None if call.phase is None else replace(call.phase, source=f"region {region} {call.phase.source}")
        return replace(call, variant=replace(call.variant, chrom=chrom), region=region, phase=phase)

    def _respelled(self, entry: LedgerEntry) -> LedgerEntry:
        chrom = _chrom(entry)
        return replace(entry, variant=self._spelling.get(self.contig(chrom), chrom) + entry.variant[len(chrom) :])

    def _note(self, entry: LedgerEntry, region: str) -> None:
        if entry.variant not in self._place:
            self._place[entry.variant] = len(self.records)
            detail = f"region {region}: {entry.detail}" if region else entry.detail
            self.records.append(replace(entry, detail=detail))

    def _put(self, call: Call) -> None:
        name = str(call.variant)
        place = self._place.setdefault(name, len(self.records))
        self._call[self._key(call)] = place
        self.records[place : place + 1] = [call]


def _name(record: Record) -> str:
    return str(record.variant)


def _chrom(record: Record) -> str:
    return record.variant.chrom if isinstance(record, Call) else record.variant.partition(":")[0]


def assessed(joined: Joined, seen: Mapping[str, Mapping[Key, Seen]]) -> tuple[tuple[Record, ...], tuple[Call, ...]]:
    """Tell of every somatic call in which regions it is found.

    Parameters
    ----------
    joined
        All regions.
    seen
        Region → key of a variant → what its column says; the first region first. A variant that a region's file doesn't
        mention is not assessed there.

    Returns
    -------
    tuple
        The records, and the inherited calls. A call that is homozygous by one region's genotype stays so only
        if it is by every region's, or if no call that is told from another region is near: these lie in other cells.
    """
    elsewhere: defaultdict[str, list[int]] = defaultdict(list)
    for one in joined.records:
        if isinstance(one, Call) and one.region is not None:
            elsewhere[one.variant.chrom].append(one.variant.start)
    for starts in elsewhere.values():
        starts.sort()

    def told(call: Call) -> Call:
        key = key_of(call.variant, joined.contig)
        columns = {region: some.get(key) for region, some in seen.items()}
        if call.homozygous and _near(call.variant, elsewhere.get(call.variant.chrom, ())):
            everywhere = all(one is not None and one.called and one.homozygous for one in columns.values())
            call = replace(call, homozygous=everywhere)
        if call.germline:
            return call
        has = {region: _has(one) for region, one in columns.items()}
        lists = [tuple(region for region, one in has.items() if one is answer) for answer in (True, False, None)]
        return replace(call, regions=RegionCount(*lists))

    records = tuple(told(one) if isinstance(one, Call) else one for one in joined.records)
    return records, tuple(told(call) for call in joined.inherited)


def _near(variant: Variant, starts: Sequence[int]) -> bool:
    place = bisect_left(starts, variant.start - SAME_GENE)
    return place < len(starts) and starts[place] <= variant.start + SAME_GENE


def _has(seen: Seen | None) -> bool | None:
    if seen is None:
        return None
    return True if seen.called else region_has(seen.counts)


def region_facts(counts: Sequence[RegionCount]) -> dict[str, str | int]:
    """Count the variants of all regions, for a run's record; there is at least one."""
    names = dict.fromkeys(name for one in counts for name in one.names)
    return {
        "rule": REGION_RULE,
        "regions": ", ".join(sorted(names)),
        "variants": len(counts),
        "in_every_region": sum(len(one.present) == len(names) for one in counts),
        "absent_somewhere": sum(bool(one.absent) for one in counts),
        "not_assessed_somewhere": sum(bool(one.not_assessed) for one in counts),
    }


def regions_of_compound(counts: Collection[RegionCount | None]) -> RegionCount | None:
    """Tell in which regions several variants are all found: absent where one is, unknown where one is not assessed.

    None where one of them was not looked for, or there are none.
    """
    known = [one for one in counts if one is not None]
    if not known or len(known) < len(counts):
        return None
    order = {region: None for one in known for region in one.names}
    absent = {region for one in known for region in one.absent}
    present = [region for region in order if all(region in one.present for one in known)]
    rest = [region for region in order if region not in absent and region not in present]
    return RegionCount(tuple(present), tuple(region for region in order if region in absent), tuple(rest))
