"""Writes BAM files for tests: a made-up genome and reads placed on it by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pysam

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#         0         10        20        30        40        50        60        70
GENOME = "GATTACAGCTCGTACCAAAAAATGCCGTAGCATGTGTGTGACCTTGGACTGAAGCTCAGTCCATGGTACTCAGCA"
CONTIG = "chr20"
QUALITY = 30


@dataclass(frozen=True, slots=True)
class Read:
    """One alignment."""

    name: str
    start: int
    """0-based."""
    cigar: str
    sequence: str
    quality: int | tuple[int, ...] | None = QUALITY
    """One for all bases, or one for each; None for a file that states none."""
    mapping: int = 60
    flag: int = 0


def plain(name: str, start: int, end: int, **fields: object) -> Read:
    """Return a read that spells the genome between two positions."""
    return Read(name, start, f"{end - start}M", GENOME[start:end], **fields)  # type: ignore[arg-type]


def write_bam(
    path: Path,
    reads: Iterable[Read],
    *,
    contig: str = CONTIG,
    length: int = len(GENOME),
    index: bool = True,
    genome: Path | None = None,
) -> Path:
    """Write a sorted BAM, or a CRAM where a genome is given, and its index."""
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": contig, "LN": length}]}
    mode, reference = ("wb", None) if genome is None else ("wc", str(genome))
    with pysam.AlignmentFile(str(path), mode, header=header, reference_filename=reference) as out:
        for read in sorted(reads, key=lambda one: one.start):
            aligned = pysam.AlignedSegment(out.header)
            aligned.query_name, aligned.flag = read.name, read.flag
            aligned.reference_id, aligned.reference_start = 0, read.start
            aligned.mapping_quality, aligned.cigarstring = read.mapping, read.cigar
            aligned.query_sequence = read.sequence
            if read.quality is not None:
                each = (read.quality,) * len(read.sequence) if isinstance(read.quality, int) else read.quality
                aligned.query_qualities = pysam.qualitystring_to_array("".join(chr(33 + one) for one in each))
            out.write(aligned)
    if index:
        pysam.index(str(path))
    return path
