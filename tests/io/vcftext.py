"""VCFs written by hand for tests: only what a test is about needs saying."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.io.samples import choose_samples
from neosieve.io.vcf import Policy, read_calls, read_header
from neosieve.model.variant import Call

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from neosieve.model.ledger import LedgerEntry

FIELDS = (
    "Allele",
    "Consequence",
    "SYMBOL",
    "Feature_type",
    "Feature",
    "BIOTYPE",
    "Protein_position",
    "Amino_acids",
    "WildtypeProtein",
)
META = (
    "##fileformat=VCFv4.2",
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">',
    f'##INFO=<ID=CSQ,Number=.,Type=String,Description="Annotations from Ensembl VEP. Format: {"|".join(FIELDS)}">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths by allele">',
)
PAIR = ("NORMAL", "TUMOR")


def entry(allele: str, feature: str = "ENST1", kind: str = "Transcript") -> str:
    """Write a CSQ entry: residue 2 of a short protein, K to R."""
    values = (allele, "missense_variant", "GENE", kind, feature, "protein_coding", "2", "K/R", "MKVLAAGLLK")
    return "|".join(values)


def record(
    pos: int | str = 100,
    ref: str = "G",
    alt: str = "A",
    *,
    tumor: str = "0/1:30,10",
    normal: str | None = "0/0:40,0",
    keys: str = "GT:AD",
    status: str = "PASS",
    info: str | None = None,
    chrom: str = "chr1",
) -> str:
    """Write a record's line; its CSQ has an entry for the whole letters of each ALT unless `info` says otherwise."""
    csq = "CSQ=" + ",".join(entry(one) for one in alt.split(",")) if info is None else info
    samples = (tumor,) if normal is None else (normal, tumor)
    return "\t".join((chrom, str(pos), ".", ref, alt, ".", status, csq, keys, *samples))


def text(records: Iterable[str], *, samples: Iterable[str] = PAIR, meta: Iterable[str] = META) -> str:
    """Write a whole VCF."""
    columns = "\t".join(("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *samples))
    return "\n".join((*meta, columns, *records)) + "\n"


def read_file(path: Path, *, include_filtered: bool = False) -> list[Call | LedgerEntry]:
    """Read a VCF with the samples that its header and its names tell."""
    header = read_header(path)
    samples = choose_samples(header.samples, header.simple, tumor=None, normal=None, source=path.name)
    return list(read_calls(header, samples, Policy(include_filtered)))


def only_call(items: Iterable[Call | LedgerEntry]) -> Call:
    """Return the only item, which is a call."""
    (item,) = items
    assert isinstance(item, Call), item
    return item
