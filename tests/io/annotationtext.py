"""Made-up annotation and genomes, written as the projects that publish them do."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def gtf(
    feature: str, begin: int, end: int, attributes: str, *, strand: str = "+", frame: str = ".", contig: str = "1"
) -> str:
    """Write a line of GTF or GFF3; begin and end are 1-based, both included, as in the file."""
    return "\t".join((contig, "made_up", feature, str(begin), str(end), ".", strand, frame, attributes))


def write(path: Path, lines: Iterable[str]) -> Path:
    """Write lines, gzipped if the name says so."""
    text = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def fasta(path: Path, records: Mapping[str, str], *, width: int = 60) -> Path:
    """Write FASTA."""
    lines: list[str] = []
    for name, bases in records.items():
        lines.append(f">{name}")
        lines += [bases[start : start + width] for start in range(0, len(bases), width)]
    return write(path, lines)
