"""Measure how time and memory of a whole run grow with the number of the VCF's records: 10⁴, 10⁵, 10⁶.

    .venv/bin/python tests/benchmarks/million_records.py annotated
    .venv/bin/neosieve reference build --gtf ../shared/genome/grch37/gencode_v19_basic.chr20.gtf.gz \
        --fasta ../shared/genome/grch37/20.fa.gz -o grch37_chr20.ref
    .venv/bin/python tests/benchmarks/million_records.py plain --reference grch37_chr20.ref

``annotated`` makes what a caller's raw output for a whole genome looks like behind VEP: of all records, half are
intergenic, the others lie in or beside genes and have an entry for each of up to five transcripts, with the Wildtype
plugin's proteins; 95 % fail FILTER, an eighth of these for being germline; one in twenty has two ALTs; one in 1,000 is
a missense call that passes. ``plain`` spreads calls without annotation evenly over the reference's first contig, REF as
the reference has it. ``--pass-share 1`` is the hardest case for memory: nothing fails FILTER. Everything is drawn with
a fixed seed. Each run is the whole ``neosieve run``, start to report, in a process of its own; ``--germline`` gives
one record in three once more as the patient's own. Nothing is asserted. ``--make FILE`` only makes a file.
"""
# ruff: noqa: T201 - a script: it prints what it measured

from __future__ import annotations

import argparse
import gzip
import os
import random
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEED = 1395
COUNTS = (10_000, 100_000, 1_000_000)
ALLELES = "A*02:01,B*07:02,C*07:02"
CONTIGS = tuple(f"chr{number}" for number in range(1, 23))
GENES = 4_000
CONTIG_LENGTH = 130_000_000
RESIDUES = "ACDEFGHIKLMNPQRSTVWY"
CODING_SHARE = 0.001
LAYOUT = (
    "Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|EXON|INTRON|HGVSc|HGVSp|cDNA_position|CDS_position",
    "Protein_position|Amino_acids|Codons|Existing_variation|DISTANCE|STRAND|FLAGS|VARIANT_CLASS|SYMBOL_SOURCE|HGNC_ID",
    "CANONICAL|MANE_SELECT|TSL|APPRIS|CCDS|ENSP|SIFT|PolyPhen|DOMAINS|AF|gnomAD_AF|CLIN_SIG|SOMATIC|PHENO|PUBMED",
    "FrameshiftSequence|WildtypeProtein|gnomADe|gnomADe_AF",
)
FIELDS = tuple("|".join(LAYOUT).split("|"))
META = (
    "##fileformat=VCFv4.2",
    "##tumor_sample=TUMOR",
    "##normal_sample=NORMAL",
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths by allele">',
    '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Allele fractions">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">',
)
CSQ_META = (
    f'##INFO=<ID=CSQ,Number=.,Type=String,Description="Annotations from Ensembl VEP. Format: {"|".join(FIELDS)}">'
)
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tTUMOR"
FAILING = ("weak_evidence", "strand_bias;weak_evidence", "normal_artifact", "clustered_events", "base_qual;map_qual")
SILENT = ("intron_variant",) * 6 + ("upstream_gene_variant", "downstream_gene_variant", "5_prime_UTR_variant")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run took."""

    wall_s: float
    cpu_s: float
    """User and system time, of children too."""
    peak_mb: float
    """Resident memory of the largest single process; a run starts no other."""


@dataclass(frozen=True, slots=True)
class _Transcript:
    name: str
    biotype: str
    protein: str


class _Annotation:
    """Made-up genes, each with one to five transcripts, of which the first codes."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._genes = [
            [
                _Transcript(
                    f"ENST{gene * 10 + number:011}.1",
                    "protein_coding" if number < 2 else rng.choice(("retained_intron", "processed_transcript")),
                    "M" + "".join(rng.choices(RESIDUES, k=rng.randrange(90, 700))) if number < 2 else "",
                )
                for number in range(rng.randrange(1, 6))
            ]
            for gene in range(GENES)
        ]

    def csq(self, share: float, alts: Sequence[str], *, coding: bool) -> str:
        """Write the CSQ of a record that lies at a share of the genome."""
        rng = self._rng
        if not coding and rng.random() < 0.5:
            return ",".join(_entry(Allele=alt, Consequence="intergenic_variant", IMPACT="MODIFIER") for alt in alts)
        gene = int(share * GENES)
        entries = []
        for alt in alts:
            for number, one in enumerate(self._genes[gene]):
                told = {
                    "Allele": alt,
                    "Consequence": rng.choice(SILENT),
                    "IMPACT": "MODIFIER",
                    "SYMBOL": f"GENE{gene}",
                    "Gene": f"ENSG{gene:011}",
                    "Feature_type": "Transcript",
                    "Feature": one.name,
                    "BIOTYPE": one.biotype,
                    "DISTANCE": str(rng.randrange(5_000)),
                    "STRAND": "1",
                    "VARIANT_CLASS": "SNV",
                    "SYMBOL_SOURCE": "HGNC",
                    "CANONICAL": "YES" if number == 0 else "",
                    "WildtypeProtein": one.protein,
                }
                if coding and number == 0:
                    place = rng.randrange(1, len(one.protein))
                    old = one.protein[place]
                    new = rng.choice(RESIDUES.replace(old, ""))
                    told |= {
                        "Consequence": "missense_variant",
                        "IMPACT": "MODERATE",
                        "Protein_position": str(place + 1),
                        "Amino_acids": f"{old}/{new}",
                        "CDS_position": str(3 * place + 1),
                        "HGVSp": f"ENSP{gene:011}.1:p.{old}{place + 1}{new}",
                    }
                elif not one.protein and told["Consequence"] == "intron_variant":
                    told["Consequence"] = "intron_variant&non_coding_transcript_variant"
                entries.append(_entry(**told))
        return ",".join(entries)


def _entry(**told: str) -> str:
    return "|".join([told.get(field, "") for field in FIELDS])


def records(
    count: int, pass_share: float, reference: Path | None, *, coding: float = CODING_SHARE, single: bool = False
) -> Iterator[str]:
    """Yield the lines of a VCF, annotated unless there is a reference; `single`: no record has two ALTs."""
    rng = random.Random(SEED)  # noqa: S311 - a sample, no secret
    bases = None if reference is None else _bases(reference)
    annotation = None if bases is not None else _Annotation(rng)
    yield from META
    if annotation is not None:
        yield CSQ_META
    yield COLUMNS
    for number in range(count):
        share = (number + rng.random()) / count
        if bases is None:
            contig, within = CONTIGS[int(share * len(CONTIGS))], share * len(CONTIGS) % 1
            pos, ref = 10_001 + int(within * CONTIG_LENGTH), rng.choice("ACGT")
        else:
            contig = "20"
            pos = 60_001 + int(share * (len(bases) - 60_002))
            ref = bases[pos - 1] if bases[pos - 1] != "N" else rng.choice("ACGT")
        others = rng.sample([base for base in "ACGT" if base != ref], 2)
        alts = others if rng.random() < 0.05 and not single else others[:1]
        drawn = rng.random()
        if len(alts) == 1 and drawn < 0.06:
            alts = [ref + others[0] * rng.randrange(1, 4)]
        changing = annotation is not None and len(alts) == 1 and rng.random() < coding
        filters = "PASS" if changing or rng.random() < pass_share else rng.choice(FAILING)
        inherited = filters != "PASS" and rng.random() < 0.12
        if inherited:
            filters = "germline"
        depth, reads = rng.randrange(20, 120), rng.randrange(2, 18)
        also = [rng.randrange(2, 6) for _ in alts[1:]]
        tumor = "/".join(map(str, range(len(alts) + 1)))
        fraction = ",".join(f"{one / (depth + reads):.3f}" for one in (reads, *also))
        columns = (
            contig, str(pos), ".", ref, ",".join(alts), ".", filters,
            _info(rng, "" if annotation is None else annotation.csq(share, _named(ref, alts), coding=changing)),
            "GT:AD:AF:DP:F1R2:F2R1",
            f"{'0/1' if inherited else '0/0'}:{depth},{',' .join('0' for _ in alts)}:0.01:{depth}:9,0:8,0",
            f"{tumor}:{depth},{','.join(map(str, (reads, *also)))}:{fraction}:{depth + reads}:9,4:8,4",
        )  # fmt: skip
        yield "\t".join(columns)


def _named(ref: str, alts: Sequence[str]) -> list[str]:
    """Name ALTs as VEP does: those of a record with an insertion without the base that they share."""
    return [alt[1:] or "-" for alt in alts] if any(len(alt) != len(ref) for alt in alts) else list(alts)


def _info(rng: random.Random, csq: str) -> str:
    stated = (
        f"AS_SB_TABLE={rng.randrange(60)},{rng.randrange(60)}|{rng.randrange(9)},{rng.randrange(9)};"
        f"DP={rng.randrange(200)};ECNT={rng.randrange(1, 4)};GERMQ={rng.randrange(93)};MBQ=30,{rng.randrange(20, 35)};"
        f"MFRL=180,{rng.randrange(120, 220)};MMQ=60,60;MPOS={rng.randrange(60)};POPAF=6.00;TLOD={rng.random() * 60:.2f}"
    )
    return f"{stated};CSQ={csq}" if csq else stated


def _bases(reference: Path) -> str:
    """Return the first contig as far as a built reference holds it, from its first to its last transcript."""
    from neosieve.io.reference import open_reference  # noqa: PLC0415 - needed for one flavour alone
    from neosieve.model.genome import Interval  # noqa: PLC0415

    opened = open_reference(reference)
    contig = opened.contigs[0]
    last = max(one.exons[-1].end for one in opened.transcripts_at(contig, Interval(0, 2**31 - 1)))
    return opened.bases(contig, Interval(0, last + 10_000))


def germline(lines: Iterator[str]) -> Iterator[str]:
    """Take one record in three, as calls of the normal sample."""
    number = 0
    for line in lines:
        if line.startswith("##"):
            yield line
            continue
        *columns, normal, _ = line.split("\t")
        if line.startswith("#"):
            yield "\t".join((*columns, normal))
        elif (number := number + 1) % 3 == 0:
            columns[6], columns[8] = "PASS", "GT"
            yield "\t".join((*columns, "0/1" if "," not in columns[4] else "1/2"))


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    if path.suffix == ".gz":
        with gzip.open(path, "wt", compresslevel=1, encoding="ascii") as stream:
            yield stream
    else:
        with path.open("w", encoding="ascii") as stream:
            yield stream


def make(path: Path, lines: Iterator[str]) -> None:
    """Write a VCF, compressed if its name says so."""
    with _opened(path) as stream:
        stream.writelines(f"{line}\n" for line in lines)


def measured(vcf: Path, out: Path, more: Sequence[str]) -> Usage:
    """Run neosieve on a VCF, in a process of its own."""
    command = [sys.executable, "-c", "from neosieve.cli import main; main()", "run", str(vcf), "--hla", ALLELES]
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen([*command, *more, "-o", str(out)], stderr=subprocess.PIPE, text=True) as process:
        said = process.stderr.read() if process.stderr else ""
        _, status, _ = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        sys.exit(said)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Usage(time.perf_counter() - started, cpu, after.ru_maxrss / 1024)  # kilobytes on Linux; sizes ascend


def main() -> None:
    """Make, run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("flavour", choices=["annotated", "plain"])
    parser.add_argument("--reference", type=Path, help="for plain: a built reference of one contig")
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS)
    parser.add_argument("--pass-share", type=float, default=0.05, help="of the records; default 0.05")
    parser.add_argument("--uncompressed", action="store_true", help="plain text instead of gzip")
    parser.add_argument("--germline", action="store_true", help="with a germline VCF of a third of the records")
    parser.add_argument("--make", type=Path, metavar="FILE", help="make a file of the first count's size, no more")
    parser.add_argument("--options", default="", help="further ones of neosieve run, as one text")
    given = parser.parse_args()
    if (given.flavour == "plain") != (given.reference is not None):
        parser.error("plain needs a --reference, annotated takes none")
    if given.make is not None:
        lines = records(given.counts[0], given.pass_share, given.reference)
        make(given.make, germline(lines) if given.germline else lines)
        return
    print(f"{'records':>10} {'VCF, MB':>8} {'wall, s':>8} {'CPU, s':>8} {'peak, MB':>9} {'CPU, µs a record':>17}")
    for count in sorted(given.counts):
        with tempfile.TemporaryDirectory() as folder:
            vcf = Path(folder) / ("calls.vcf" if given.uncompressed else "calls.vcf.gz")
            make(vcf, records(count, given.pass_share, given.reference))
            more = shlex.split(given.options)
            if given.reference is not None:
                more += ["--reference", str(given.reference)]
            if given.germline:
                inherited = vcf.with_name(f"germline.{vcf.name}")
                make(inherited, germline(records(count, given.pass_share, given.reference)))
                more += ["--germline", str(inherited)]
            used = measured(vcf, Path(folder) / "out", more)
            print(
                f"{count:>10,} {vcf.stat().st_size / 1e6:>8.1f} {used.wall_s:>8.1f} {used.cpu_s:>8.1f} "
                f"{used.peak_mb:>9.0f} {used.cpu_s / count * 1e6:>17.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
