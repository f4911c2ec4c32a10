"""Copy-number segments as FACETS, Sequenza, ASCAT and PURPLE write them, or a plain table."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from neosieve.errors import InputError
from neosieve.io.contigs import plain
from neosieve.io.headedtable import open_table
from neosieve.model.evidence import CopyNumberProfile, CopyNumberSegment
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from neosieve.io.headedtable import HeadedTable, Row

UNDERSTOOD = (
    "FACETS' cncf table (chrom, start, end, tcn.em, lcn.em), Sequenza's segments.txt (chromosome, start.pos, end.pos, "
    "CNt, B), ASCAT's segments (chr, startpos, endpos, nMajor, nMinor), PURPLE's purple.cnv.somatic.tsv (chromosome, "
    "start, end, copyNumber, minorAlleleCopyNumber), or a table with chrom, start, end, total_cn and if known minor_cn"
)
CHROM_COLUMNS = ("chrom", "chr", "chromosome", "contig")
START_COLUMNS = ("start", "startpos", "start_pos", "loc_start", "segment_start")
END_COLUMNS = ("end", "stop", "endpos", "end_pos", "loc_end", "segment_end")
TOTAL_COLUMNS = ("total_cn", "total", "cn", "copy_number", "copynumber", "tcn", "cn_total", "total_copy_number")
MINOR_COLUMNS = ("minor_cn", "minor", "lcn", "cn_minor", "minor_copy_number")
MAJOR_COLUMNS = ("major_cn", "major", "cn_major", "major_copy_number")
NORMAL_COLUMNS = ("normal_cn", "cn_normal")
SAMPLE_COLUMNS = ("sample", "sample_id", "sampleid", "id")
NUMBERED = {"23": "X", "24": "Y"}
"""FACETS numbers the sex chromosomes on (its vignette: X is 23)."""
NEGATIVE_NOISE = -0.5  # PURPLE's fitted copy numbers scatter about 0; below this a value rounds to less than none


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which column of a table means what."""

    tool: str
    chrom: str
    start: str
    end: str
    total: tuple[str, ...]
    """Columns that add up to the total."""
    minor: str | None
    normal: str | None = None
    sample: str | None = None
    zero_based: bool = False
    """Whether begins count from 0, and ends are exclusive."""


def read_segments(path: Path, *, sample: str | None = None) -> CopyNumberProfile:
    """Read the copy-number segments of one tumour sample.

    Parameters
    ----------
    path
        The table, plain or gzipped; told by its header. Coordinates are 1-based with inclusive ends, as all four tools
        write them, unless the columns are ``chromStart`` and ``chromEnd`` or the file's name ends in ``.bed``.
    sample
        Which sample, where the table holds several.

    Returns
    -------
    CopyNumberProfile
        Segments without a total are left out, and counted in the remarks.

    Raises
    ------
    InputError
        The file is missing, unreadable, cut off or of none of these kinds; a cell can't be read; segments overlap; or
        the sample isn't told.

    Notes
    -----
    FACETS: ``tcn.em`` and ``lcn.em`` (else ``tcn``, ``lcn``); its chromosome 23 is X. ASCAT: the rounded ``nMajor`` and
    ``nMinor``, in the raw table too. PURPLE: ``copyNumber`` is fractional, and is kept so; noise below 0 counts as 0.
    A subclonal segment's state is taken as that of all tumour cells: these tables give one state each.
    """
    table = open_table(path)
    layout = _layout(table)
    if layout is None:
        raise table.unrecognised("a copy-number table", UNDERSTOOD)
    rows = [row for row in table.rows() if sample is None or layout.sample is None or row.get(layout.sample) == sample]
    names = sorted({row.get(layout.sample) for row in rows}) if layout.sample else []
    if len(names) > 1:
        raise InputError(f"{path} holds {len(names)} samples ({', '.join(names[:3])} …); keep only the tumour's rows")
    segments = [segment for row in rows if (segment := _segment(path, row, layout)) is not None]
    if not segments:
        why = f"of sample {sample!r}; check its name" if sample and layout.sample else "with a total; is it cut off?"
        raise InputError(f"{path} holds no segment {why}")
    left_out = len(rows) - len(segments)
    remarks = (f"{left_out:,} segments without a total copy number are left out",) if left_out else ()
    return CopyNumberProfile(layout.tool, _by_contig(path, segments), remarks)


def _layout(table: HeadedTable) -> _Layout | None:
    chrom = table.first(*CHROM_COLUMNS)
    start, end = table.first(*START_COLUMNS), table.first(*END_COLUMNS)
    sample = table.first(*SAMPLE_COLUMNS)
    zero_based = table.has("chromstart", "chromend")
    if zero_based:
        start, end = "chromstart", "chromend"
    if chrom is None or start is None or end is None:
        return None
    for total, minor in (("tcn_em", "lcn_em"), ("tcn", "lcn")):
        if table.has(total, minor):
            return _Layout("FACETS", chrom, start, end, (total,), minor, sample=sample)
    if table.has("start_pos", "end_pos", "cnt"):
        return _Layout("Sequenza", chrom, start, end, ("cnt",), table.first("b"))
    if table.has("startpos", "endpos", "nmajor", "nminor"):
        return _Layout("ASCAT", chrom, start, end, ("nmajor", "nminor"), "nminor", sample=sample)
    if table.has("copynumber", "bafcount"):
        minor_name = table.first("minorallelecopynumber", "minoralleleploidy")
        return _Layout("PURPLE", chrom, start, end, ("copynumber",), minor_name)
    total_name, minor_name = table.first(*TOTAL_COLUMNS), table.first(*MINOR_COLUMNS)
    major_name = table.first(*MAJOR_COLUMNS)
    if total_name is None and (major_name is None or minor_name is None):
        return None
    parts = (total_name,) if total_name is not None else (str(major_name), str(minor_name))
    bed = table.path.name.removesuffix(".gz").endswith(".bed")
    return _Layout(
        "plain table",
        chrom,
        start,
        end,
        parts,
        minor_name,
        table.first(*NORMAL_COLUMNS),
        sample,
        zero_based or bed,
    )


def _segment(path: Path, row: Row, layout: _Layout) -> CopyNumberSegment | None:
    """Read one row; None where it states no total."""
    try:
        parts = [row.number(column) for column in layout.total]
        minor, normal = row.number(layout.minor), row.number(layout.normal)
        # R writes 1e+05 for 100000
        start, end = row.number(layout.start), row.number(layout.end)
    except ValueError as error:
        raise InputError(f"{path}:{row.line} can't be read ({error}); mend that row") from error
    first = None if start is None else start if layout.zero_based else start - 1  # 1-based → 0-based
    if first is None or end is None or not 0 <= first <= end or not row.get(layout.chrom):
        raise InputError(f"{path}:{row.line} is no segment: it lacks its contig, or its end lies before its start")
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    lowest = min([*known, *(one for one in (minor, normal) if one is not None)])
    if lowest < NEGATIVE_NOISE or (lowest < 0 and layout.tool != "PURPLE"):
        raise InputError(f"{path}:{row.line} has a negative copy number ({lowest:g}); are these logarithms of ratios?")
    total = max(0.0, sum(known))
    name = plain(row.get(layout.chrom))
    return CopyNumberSegment(
        contig=NUMBERED.get(name, name),
        interval=Interval(int(first), int(end)),
        total=total,
        minor=None if minor is None else min(max(0.0, minor), total),
        normal=normal,
    )


def _by_contig(path: Path, segments: Iterable[CopyNumberSegment]) -> dict[str, tuple[CopyNumberSegment, ...]]:
    """Sort segments, and refuse those that overlap by more than a shared end."""
    found: dict[str, list[CopyNumberSegment]] = {}
    for segment in segments:
        found.setdefault(segment.contig, []).append(segment)
    return {contig: _disjoint(path, many) for contig, many in sorted(found.items())}


def _disjoint(path: Path, segments: Sequence[CopyNumberSegment]) -> tuple[CopyNumberSegment, ...]:
    ordered = sorted(segments, key=lambda one: one.interval)
    for left, right in pairwise(ordered):
        if left.interval.end - right.interval.start > 1:
            raise InputError(
                f"{path}: segments overlap at {right.contig}:{right.interval.start + 1:,}; "
                "is it a table of several samples or subclones? keep one state for each place"
            )
    return tuple(ordered)
