"""Cut a few cancer genes of GRCh37 chromosome 20 for the demo and the tests, and write the demo's unannotated VCF.

    python reference/build/genes.py --genome 20.fa.gz --gtf gencode_v19_basic.chr20.gtf.gz --out reference/genes

The inputs are chromosome 20 of GRCh37 (contig ``20``; Debian's vt-examples holds it, too) and GENCODE v19's basic gene
models of it, converted from UCSC's genePred tables (contig ``chr20``); their SHA-256 are in ``SOURCES``. Written are

- ``genes.gtf.gz``: all transcripts of ``GENES``, word for word but for the tag that marks the transcript by which
  published names count (``NAMED_BY``);
- ``chr20_slices.fa.gz``: the whole contig with every base N that is farther than 300 from an exon of theirs, so that
  positions stay those of GRCh37;
- ``genes.ref``: what ``neosieve reference build`` makes of these two;
- ``demo_unannotated.vcf``: ``RECORDS``, with REF taken from the sequence.

Nothing is random; the same inputs and zlib give the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from neosieve.building import build_reference
from neosieve.io.stretches import PADDING
from neosieve.timing import Stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SOURCES = {
    "genome": "e7a2d9f7ffae48492e4e9b16d2eb29107a4f0ac365a776000cf46d90c49897cb",
    "gtf": "01f16c3afd119875ae1dc6d36dbf6d744d7aee90f932500af193037cf4db19cc",
}
CONTIG = "20"
LINE = 100_000  # bases a line: with 60, the line ends among the N would double the file

NAMED_BY = {
    # Gene: the transcript whose numbering published names of its mutations use.
    "GNAS": "ENST00000371085.3",  # 394 residues: R201, Q227
    "ASXL1": "ENST00000375687.4",  # 1,541 residues: G646, R693
    "SRC": "ENST00000373578.2",  # 536 residues: Q531
    "PTPRT": "ENST00000373187.1",  # 1,441 residues: A209, F248, Y280
    "AURKA": "ENST00000395909.4",  # 403 residues: F31, S155
    "PLCG1": "ENST00000244007.3",  # 1,291 residues: S345, V1161
    "TOP1": "ENST00000361337.2",  # 765 residues: F361, N722
    "SAMHD1": "ENST00000262878.4",  # 626 residues: R145
    "NCOA3": "ENST00000371998.3",  # 1,424 residues: the glutamines 1,248 to 1,276
}
TAG = 'tag "Ensembl_canonical";'
GENES = tuple(NAMED_BY)


class Record(NamedTuple):
    """One record of the VCF; its REF must be what the genome has."""

    position: int
    """1-based."""
    ref: str
    alt: str
    name: str
    """Name of the mutation, with what makes it worth having."""
    tumor: str
    """Genotype."""
    reads: tuple[int, int]
    """Of the tumour, for REF and ALT; made up."""
    normal: str = "0/0"
    normal_reads: tuple[int, int] = (60, 0)
    phase: tuple[str, str] = ("", "")
    """FORMAT keys and values of the phase; the normal sample's are the same where its genotype is phased."""
    status: str = "PASS"


PID = ("PGT:PID", "0|1:41385122_T_C")
RECORDS = (
    # ASXL1, plus strand
    Record(31022402, "TCACCACTGCCATAGAGAGGCGGC", "T", "ASXL1 E635Rfs*15, recurrent, 23 bases deleted", "0/1", (58, 33)),
    Record(31022441, "A", "AG", "ASXL1 G646Wfs*12, recurrent, a base repeated", "0/1", (71, 24)),
    Record(31022592, "C", "T", "ASXL1 R693*, recurrent stop", "0/1", (66, 21)),
    # SAMHD1, minus strand
    Record(35526363, "C", "G", "SAMHD1 c.1609-1G>C, published, splice acceptor", "0/1", (50, 28)),
    Record(35545436, "CG", "C", "SAMHD1 constructed: frameshift on the minus strand", "0/1", (61, 22)),
    Record(35563508, "G", "A", "SAMHD1 R145*, published, stop on the minus strand", "0/1", (47, 30)),
    # SRC, plus strand
    Record(36031762, "C", "T", "SRC Q531*, published in colon cancer", "0/1", (57, 19)),
    # TOP1, plus strand
    Record(
        39728802, "T", "C", "TOP1 F361S, published in resistance; fails FILTER", "0/1", (140, 5), status="weak_evidence"
    ),
    Record(39742756, "C", "T", "TOP1 constructed: synonymous, D533", "0/1", (55, 20)),
    Record(39750765, "A", "G", "TOP1 N722S, published in resistance to camptothecin", "0/1", (62, 41)),
    # PLCG1, plus strand
    Record(39792584, "CC", "TT", "PLCG1 S345F, recurrent in T-cell lymphoma; here as an MNV", "0/1", (48, 37)),
    Record(39802380, "GTATGAGGAAGACATG", "G", "PLCG1 VYEEDM1161V, published, five codons deleted", "0/1", (52, 26)),
    # PTPRT, minus strand
    Record(41076889, "C", "CGGATCC", "PTPRT constructed: six bases inserted, in frame", "0/1", (44, 25)),
    Record(
        41385122, "T", "C", "PTPRT constructed, in cis with the next: they share a codon", "0/1", (51, 29), phase=PID
    ),
    Record(41385123, "A", "G", "PTPRT Y280H, published in colon cancer", "0/1", (52, 29), phase=PID),
    Record(41385218, "A", "G", "PTPRT F248S, published in colon cancer", "0/1", (49, 31)),
    Record(41400134, "C", "T", "PTPRT A209T, published in colon cancer", "0/1", (63, 18)),
    # NCOA3, plus strand
    Record(46279815, "GCAG", "G", "NCOA3 one of 29 glutamines lost: nothing new at 8 to 11 residues", "0/1", (39, 17)),
    # AURKA, minus strand
    Record(54958142, "G", "T", "AURKA S155R, published", "0/1", (70, 22)),
    Record(
        *(54961538, "G", "A", "AURKA constructed: P32S in cis with the germline F31I", "0|1", (58, 30)),
        phase=("PS", "54961538"),
    ),
    Record(
        *(54961541, "A", "T", "AURKA F31I, rs2273535, germline", "0|1", (46, 44), "0|1", (31, 29)),
        phase=("PS", "54961538"),
    ),
    # GNAS, plus strand
    Record(57484420, "C", "T", "GNAS R201C, recurrent", "0|1", (64, 20), phase=("PS", "57484420")),
    Record(57484421, "G", "A", "GNAS R201H, recurrent; in trans with R201C", "1|0", (43, 38), phase=("PS", "57484420")),
)

HEADER = """\
##fileformat=VCFv4.2
##source=reference/build/genes.py of neosieve
##reference=GRCh37
##description=Known and constructed mutations for demonstration: no patient's; all read counts are made up
##tumor_sample=TUMOR
##normal_sample=NORMAL
##contig=<ID=20,length=63025520>
##FILTER=<ID=PASS,Description="All filters passed">
##FILTER=<ID=weak_evidence,Description="Few reads of the ALT">
##INFO=<ID=NAME,Number=.,Type=String,Description="What the mutation is known as, and what it is here for">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads of each allele (made up)">
##FORMAT=<ID=AF,Number=A,Type=Float,Description="Fraction of the ALT (from the made-up reads)">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Reads (made up)">
##FORMAT=<ID=PGT,Number=1,Type=String,Description="Phased genotype">
##FORMAT=<ID=PID,Number=1,Type=String,Description="Phase set of PGT">
##FORMAT=<ID=PS,Number=1,Type=Integer,Description="Phase set of GT">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR\tNORMAL
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Write the four files into ``--out``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--genome", type=Path, required=True, help="GRCh37 chromosome 20, gzipped FASTA")
    parser.add_argument("--gtf", type=Path, required=True, help="GENCODE v19 basic gene models of it, gzipped GTF")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files")
    options = parser.parse_args(argv)
    for what, path in (("genome", options.genome), ("gtf", options.gtf)):
        if hashlib.sha256(path.read_bytes()).hexdigest() != SOURCES[what]:
            sys.exit(f"{path} is not the file that the slices are cut from: sha256 differs")

    models = list(_models(options.gtf))
    _compress(options.out / "genes.gtf.gz", "".join(f"{line}\n" for line in models))
    sequence = _sequence(options.genome)
    kept = _kept(models)
    _compress(options.out / "chr20_slices.fa.gz", _fasta(sequence, kept))
    for record in RECORDS:
        begin = record.position - 1
        if sequence[begin : begin + len(record.ref)] != record.ref:
            sys.exit(f"{record.name}: REF at {record.position} is {sequence[begin : begin + len(record.ref)]}")
    vcf = HEADER + "".join(f"{_line(record)}\n" for record in RECORDS)
    (options.out / "demo_unannotated.vcf").write_text(vcf, encoding="utf-8")
    build_reference(
        *(options.out / name for name in ("genes.gtf.gz", "chr20_slices.fa.gz", "genes.ref")),
        proteome=None,
        stages=Stages(),
    )
    bases = sum(end - begin for begin, end in kept)
    print(f"{len(GENES)} genes, {len(models):,} lines, {bases:,} bases kept, {len(RECORDS)} records")


def _models(path: Path) -> Iterator[str]:
    """Yield the lines of ``GENES``, each transcript once (the source repeats some), those of ``NAMED_BY`` tagged."""
    seen: set[str] = set()
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for text in handle:
            line = text.rstrip("\n")
            gene = re.search(r'gene_name "([^"]+)"', line)
            transcript = re.search(r'transcript_id "([^"]+)"', line)
            if gene is None or transcript is None or gene[1] not in NAMED_BY or line in seen:
                continue
            seen.add(line)
            yield f"{line} {TAG}" if NAMED_BY[gene[1]] == transcript[1] else line


def _sequence(path: Path) -> str:
    with gzip.open(path, "rt", encoding="ascii") as handle:
        return "".join(line.strip() for line in handle if not line.startswith(">")).upper()


def _kept(models: Sequence[str]) -> list[tuple[int, int]]:
    """Merge the padded exons; 0-based, half-open."""
    columns = (line.split("\t") for line in models)
    exons = sorted((int(one[3]) - 1 - PADDING, int(one[4]) + PADDING) for one in columns if one[2] == "exon")
    merged = [exons[0]]
    for begin, end in exons[1:]:
        if begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _fasta(sequence: str, kept: Sequence[tuple[int, int]]) -> str:
    """Write the contig with N outside the intervals."""
    parts, done = [], 0
    for begin, end in kept:
        parts += ["N" * (begin - done), sequence[begin:end]]
        done = end
    masked = "".join([*parts, "N" * (len(sequence) - done)])
    lines = (masked[at : at + LINE] for at in range(0, len(masked), LINE))
    return f">{CONTIG}\n" + "".join(f"{line}\n" for line in lines)


def _compress(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


def _line(record: Record) -> str:
    """Write a record; what isn't phased in the normal is a dot there."""
    keys, values = record.phase
    names = ":".join(filter(None, ("GT:AD:AF:DP", keys)))
    unphased = ":".join("." for _ in filter(None, keys.split(":")))
    normal_phase = values if "|" in record.normal else unphased
    samples = [
        ":".join(
            filter(None, (genotype, f"{reads[0]},{reads[1]}", f"{reads[1] / sum(reads):.3f}", str(sum(reads)), end))
        )
        for genotype, reads, end in (
            (record.tumor, record.reads, values),
            (record.normal, record.normal_reads, normal_phase),
        )
    ]
    # INFO holds no blanks, semicolons or equals signs, and commas part values (VCF 4.2, 1.4.1)
    name = record.name.replace(";", ",").replace(", ", ",").replace(" ", "_")
    fixed = [CONTIG, str(record.position), ".", record.ref, record.alt, ".", record.status, f"NAME={name}", names]
    return "\t".join([*fixed, *samples])


if __name__ == "__main__":
    main()
