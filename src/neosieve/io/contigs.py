"""One contig under several names: ``chr20``, ``20``, ``NC_000020.11``; ``chrM``, ``MT``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Version of the RefSeq accession of each human chromosome in GRCh37 and GRCh38 (NCBI assemblies GCF_000001405.25 and
# GCF_000001405.40): chromosome n is NC_0000nn, X is NC_000023, Y is NC_000024.
_GRCH37 = (10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9)
_GRCH38 = (11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12, 11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10)
_CHROMOSOMES = (*map(str, range(1, 23)), "X", "Y")
MITOCHONDRION = "MT"
ACCESSIONS = {
    f"NC_{number:06}.{version}": chromosome
    for versions in (_GRCH37, _GRCH38)
    for number, (chromosome, version) in enumerate(zip(_CHROMOSOMES, versions, strict=True), start=1)
} | {"NC_012920.1": MITOCHONDRION}
"""RefSeq accession → chromosome, of both human assemblies in use."""

_UCSC_SCAFFOLD = re.compile(r"chr[^_]+_([A-Za-z]{2}\d{6})(?:v(\d+))?(?:_(?:random|alt|fix))?")
_CHR = re.compile("chr", re.IGNORECASE)


def plain(name: str) -> str:
    """Reduce a contig's name to what its spellings have in common.

    ``chr20``, ``20``, ``NC_000020.10`` and ``NC_000020.11`` give ``20``; ``chrM``, ``M`` and ``MT`` give ``MT``; UCSC's
    ``chr1_KI270706v1_random`` and ``chr1_gl000191_random`` give the accessions that GENCODE and Ensembl use,
    ``KI270706.1`` and ``GL000191.1``.
    """
    if name in ACCESSIONS:
        return ACCESSIONS[name]
    if scaffold := _UCSC_SCAFFOLD.fullmatch(name):
        return f"{scaffold[1].upper()}.{scaffold[2] or 1}"  # GRCh37's names state no version; all were the first
    short = _CHR.sub("", name, count=1) if _CHR.match(name) else name
    return MITOCHONDRION if short in {"M", MITOCHONDRION} else short


class ContigNames:
    """Finds a contig by whichever of its names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = dict.fromkeys(names)
        self._by_plain: dict[str, str] = {}
        for name in self._names:
            self._by_plain.setdefault(plain(name), name)

    def find(self, name: str) -> str | None:
        """Return our own spelling of a contig; None if we hold none.

        An exact match comes first. Two RefSeq accessions of one chromosome are two sequences (NC_000020.10 is
        GRCh37's, NC_000020.11 GRCh38's) and never match.
        """
        if name in self._names:
            return name
        found = self._by_plain.get(plain(name))
        return None if name in ACCESSIONS and found in ACCESSIONS else found
