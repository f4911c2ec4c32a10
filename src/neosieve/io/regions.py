"""Further regions of a tumour: other samples of its VCF, or other VCFs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from neosieve.biology.regions import Joined, RegionRecords, Seen, assessed, key_of
from neosieve.errors import SampleError
from neosieve.io.counts import dna_counts, genotype
from neosieve.io.samples import choose_samples
from neosieve.io.textfile import lines
from neosieve.io.vcf import BASES, FIXED_COLUMNS, PASSING, absent_from, read_calls, read_header
from neosieve.model.ledger import LedgerEntry
from neosieve.model.patient import Samples
from neosieve.model.variant import Call, Variant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from neosieve.biology.regions import Key
    from neosieve.io.vcf import Header, Policy
    from neosieve.settings import Region

SAMPLE = 9  # columns before the first sample's


@dataclass(frozen=True, slots=True)
class AllRegions:
    """The calls of a tumour's regions, joined."""

    records: tuple[Call | LedgerEntry, ...]
    """One for each ALT of any region; somatic calls know in which regions they are found."""
    inherited: tuple[Call, ...]
    """Germline calls among the ALTs that the records refuse."""
    samples: Samples
    """The first region's, with a remark on each further one."""
    warnings: tuple[str, ...]


def join_regions(
    regions: Sequence[Region],
    header: Header,
    samples: Samples,
    main: RegionRecords,
    policy: Policy,
    proteins: dict[str, str],
    contig: Callable[[str], str],
    *,
    annotated: bool,
) -> AllRegions:
    """Read the further regions, and join their calls to those of the first.

    Parameters
    ----------
    regions
        The further regions.
    header, samples, main
        The first region's VCF, columns and calls.
    policy, proteins, annotated
        As for :func:`neosieve.io.vcf.read_calls`.
    contig
        Reduces a contig's name to what its spellings have in common.

    Raises
    ------
    InputError
        A file is missing, unreadable or not what it should be.
    SampleError
        A region's sample can't be told, or two regions have one name or are one sample.
    """
    taken = {samples.tumor: "the tumour", samples.normal: "the normal"}
    columns, remarks, warnings = {samples.tumor: (header, samples.tumor)}, list(samples.remarks), list[str]()
    joined = Joined(main, contig)
    for region in regions:
        name = region.name
        if name in taken:
            raise SampleError(f"--region {name} is {taken[name]} already; give each region a name of its own")
        own, told = region_samples(name, region.vcf, header, samples)
        for other, (file, sample) in columns.items():
            if told.tumor == sample and own.path.resolve() == file.path.resolve():
                raise SampleError(
                    f"--region {name} is sample {sample!r} of {own.path.name}, as {other} is: a sample is one region; "
                    "name another sample or file, or leave it out"
                )
        added = joined.add(read_region(name, own, told, policy, proteins, annotated=annotated))
        columns[name] = own, told.tumor
        remarks.append(f"region {name!r}: sample {told.tumor!r} of {own.path.name}, which adds {added:,} somatic calls")
        if region.vcf is not None and told.warning is not None:
            warnings.append(f"{own.path.name}: {told.warning}")
    calls = [one for one in (*joined.records, *joined.inherited) if isinstance(one, Call)]
    wanted = {key_of(call.variant, contig) for call in calls}
    seen = {name: read_seen(own, sample, policy, wanted, contig) for name, (own, sample) in columns.items()}
    records, inherited = assessed(joined, seen)
    return AllRegions(records, inherited, replace(samples, remarks=tuple(remarks)), tuple(warnings))


def region_samples(name: str, vcf: Path | None, header: Header, main: Samples) -> tuple[Header, Samples]:
    """Tell a region's column.

    Parameters
    ----------
    name
        The region: its sample's name, or what a VCF of its own is called by.
    vcf
        Its VCF; None for a further sample of the first one's.
    header, main
        The first region's.

    Raises
    ------
    InputError
        The VCF can't be read.
    SampleError
        Its sample can't be told.
    """
    if vcf is None:
        if name not in header.samples:
            raise SampleError(
                f"{header.path.name} has no sample {name!r} (--region); its samples are: {', '.join(header.samples)}; "
                "of another VCF, write --region NAME=VCF"
            )
        return header, Samples(name, main.normal)
    own = read_header(vcf)
    tumor = name if name in own.samples else None
    normal = main.normal if main.normal in own.samples and main.normal != tumor else None
    try:
        told = choose_samples(own.samples, own.simple, tumor=tumor, normal=normal, source=vcf.name)
    except SampleError as error:
        raise SampleError(
            f"{vcf.name}: can't tell which sample is region {name}; call the region by its sample's name, "
            f"--region SAMPLE={vcf.name}; its samples are: {', '.join(own.samples) or 'none'}"
        ) from error
    return own, told


def read_region(
    name: str, header: Header, samples: Samples, policy: Policy, proteins: dict[str, str], *, annotated: bool
) -> RegionRecords:
    """Read a region's calls, as of any VCF.

    Raises
    ------
    InputError
        The file breaks off, or isn't annotated although it must be.
    """
    inherited: list[Call] = []
    read = read_calls(header, samples, policy, proteins, annotated=annotated, inherited=inherited)
    return RegionRecords(
        name, [_placed(one, header) if isinstance(one, LedgerEntry) else one for one in read], inherited
    )


def _placed(entry: LedgerEntry, header: Header) -> LedgerEntry:
    """Add the file to a record that is known by its line alone."""
    if "(line " not in entry.variant:
        return entry
    return replace(entry, variant=f"{entry.variant.removesuffix(')')} of {header.path.name})")


def read_seen(
    header: Header, sample: str, policy: Policy, wanted: Collection[Key], contig: Callable[[str], str]
) -> dict[Key, Seen]:
    """Read what a sample's column says of certain variants, wherever the file mentions them; a call comes first.

    Parameters
    ----------
    header, sample, policy
        The file, the column, and which records count as calls.
    wanted
        Keys of the variants.
    contig
        Reduces a contig's name to what its spellings have in common.

    Raises
    ------
    InputError
        The file breaks off.
    """
    column = SAMPLE + header.samples.index(sample)
    ad_number = header.format_number.get("AD", "R")
    seen: dict[Key, Seen] = {}
    for _, text in lines(header.path):
        columns = text.split("\t")
        if text.startswith("#") or len(columns) <= column or not columns[1].isdecimal():
            continue
        ref, alts = columns[3].upper(), columns[4].upper().split(",")
        told: dict[str, str] | None = None
        for allele, alt in enumerate(alts, start=1):
            if not BASES.issuperset(alt) or not BASES.issuperset(ref):
                continue
            variant = Variant(columns[0], int(columns[1]) - 1, ref, alt)
            key = key_of(variant, contig)
            if key not in wanted or (key in seen and seen[key].called):
                continue
            if told is None:
                told = dict(zip(columns[FIXED_COLUMNS].split(":"), columns[column].split(":"), strict=False))
            counts = dna_counts(told, variant, allele, len(alts), ad_number)
            passes = policy.include_filtered or PASSING.issuperset(columns[6].split(";"))
            called = passes and absent_from(told, counts, allele) is None
            if called or key not in seen:
                seen[key] = Seen(counts, called, set(genotype(told) or ()) == {allele})
    return seen
