"""Trim HCC1395's annotated VCF to the demo that ships with neosieve.

    python reference/build/demo.py --vcf annotated.expression.vcf.gz --out reference/demo

The input is pvactools/tools/pvacseq/example_data/annotated.expression.vcf.gz of the pvactools 7.1.5 wheel on PyPI
(BSD-3-Clause-Clear; sha256 in ``SOURCE_SHA256``). The choice looks at annotation and read counts only, never at any
predictor's output: ``NAMED`` lists the positions worth having and why, ``RULES`` draw the rest evenly along the genome.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pysam

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SOURCE_SHA256 = "8904b3c03501380fab75501846a49dc2b73b8f57a9bb42e2102b3d56fe6df8e5"

CSQ_FIELDS = (
    *("Allele", "Consequence", "SYMBOL", "Gene", "Feature_type", "Feature", "BIOTYPE", "EXON", "HGVSc", "HGVSp"),
    *(
        "CDS_position",
        "Protein_position",
        "Amino_acids",
        "Codons",
        "STRAND",
        "FLAGS",
        "CANONICAL",
        "MANE_SELECT",
        "TSL",
    ),
    *("FrameshiftSequence", "WildtypeProtein"),
)

NAMED: dict[tuple[str, int], str] = {
    # Every record at the position is taken. Consequences as VEP 105 calls them.
    ("chr1", 451649): "OR4F29 frameshift that stops at once: nothing new; filtered; olfactory gene",
    ("chr1", 686483): "OR4F16 missense in a family of near-identical olfactory genes; filtered, mapping quality 0",
    ("chr1", 36179727): "MAP7D1 G>A and GG>AA: an SNV and the MNV that contains it, in an expressed gene",
    ("chr1", 36179728): "MAP7D1 G>A: the other half of that MNV",
    ("chr1", 116579677): "IGSF3 stop_gained&inframe_insertion: the inserted codon is a stop",
    ("chr1", 227091906): "CDC42BPA frameshift, phased (PID) but the only record of its phase set",
    ("chr2", 108681035): "LIMS1 frameshift on one cds_start_NF transcript only",
    ("chr3", 130409353): "COL6A5 missense on an NMD transcript only",
    ("chr3", 154284954): "DHX36 frameshift whose phased partner (154284950 C>T) is not in the file",
    ("chr4", 108667256): "OSTC stop_retained on one transcript, synonymous on others",
    ("chr4", 176120051): "WDR17 A>G and AG>GA: the MNV overlaps the SNVs that make it up",
    ("chr4", 176120052): "WDR17 G>A: the third of that trio",
    ("chr5", 177460555): "DBN1 C>T and CC>TA: an MNV across a splice acceptor, with ?-280 as protein position",
    ("chr5", 177460556): "DBN1 C>A: its splice acceptor half",
    ("chr6", 29726903): "HLA-F missense MNV: a polymorphic locus; no RNA fields",
    (
        "chr6",
        32223881,
    ): "NOTCH4 inframe_insertion that lengthens a run of Leu: new only to peptides that span the run, if at all",
    (
        "chr6",
        37172908,
    ): "PIM1 intronic deletion that names the next record's phase set but is unphased itself; Strelka fields",
    ("chr6", 37172909): "PIM1 intronic SNV phased on the second haplotype first (GT 1|0)",
    ("chr6", 44181247): "CAPN11 splice region deletion in the intron, phased, alone in its set",
    ("chr6", 73363141): "KHDC3L frameshift −31, phased in cis with the next: together they read a third frame",
    ("chr6", 73363176): "KHDC3L frameshift −1",
    ("chr8", 133256734): "NDRG1 missense on an incomplete transcript only",
    ("chr10", 122601959): "DMBT1 missense, homozygous ALT; filtered",
    ("chr11", 1078020): "MUC2 frameshift on one cds_end_NF transcript; mucin",
    (
        "chr11",
        4999924,
    ): "OR51L1 stop_lost, deleting into the 3′UTR: protein position 315-?, nothing says what is read on",
    ("chr15", 44767434): "TRIM69 inframe_deletion, phased (PID)",
    ("chr15", 44767453): "TRIM69 frameshift right beside it, unphased",
    ("chr16", 57360379): "CCL22 phased intronic deletions: a phased pair that touches no protein",
    ("chr16", 57360383): "CCL22, the second",
    ("chr19", 8969814): "MUC16 frameshift in a protein of 14,507 residues; mucin",
    ("chr19", 14049195): "IL27RA C>T and CC>TT: one missense written twice",
    ("chr19", 14049196): "IL27RA C>T: the synonymous half",
    ("chr19", 35488723): "KRTDAP phased intronic deletion, alone in its set",
    ("chr19", 52384796): "ZNF880 two unphased SNVs in one codon; Strelka fields (AU/CU/GU/TU)",
    ("chr19", 52384797): "ZNF880, the second",
    (
        "chr20",
        57340103,
    ): "SPO11 frameshift_variant&splice_region_variant, for which VEP's plugin writes no FrameshiftSequence",
    ("chrX", 7843976): "VCX missense, homozygous ALT on X",
    ("chrX", 41344255): "DDX3X missense at high RNA depth on X; stop_lost on an NMD transcript",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the source VCF, with what the rules look at."""

    columns: tuple[str, ...]
    """The tab-separated columns, untouched."""
    csq: tuple[dict[str, str], ...]
    """The CSQ entries of transcripts, by field name."""
    tumor: dict[str, str]
    """The tumour sample's values, by FORMAT key."""

    @property
    def position(self) -> tuple[str, int]:
        """CHROM and 1-based POS."""
        return self.columns[0], int(self.columns[1])

    @property
    def passed(self) -> bool:
        """Whether FILTER is PASS."""
        return self.columns[6] == "PASS"

    @property
    def vaf(self) -> float:
        """Tumour DNA allele fraction of the only ALT (the file has no multi-allelic records)."""
        return float(self.tumor["AF"])

    @property
    def rna(self) -> tuple[int, int] | None:
        """Reads for REF and ALT in RNA; None where the record has no RNA fields."""
        if "RAD" not in self.tumor:
            return None
        reference, alternate = self.tumor["RAD"].split(",")
        return int(reference), int(alternate)

    @property
    def terms(self) -> frozenset[str]:
        """Consequence terms on protein_coding transcripts."""
        return frozenset(
            term
            for entry in self.csq
            if entry["BIOTYPE"] == "protein_coding"
            for term in entry["Consequence"].split("&")
        )


def _has(*terms: str) -> Callable[[Record], bool]:
    return lambda record: not record.terms.isdisjoint(terms)


def _missense(record: Record) -> bool:
    return "missense_variant" in record.terms


RULES: tuple[tuple[str, int, Callable[[Record], bool]], ...] = (
    # What, at most how many (drawn evenly along the genome from those not yet taken), which.
    ("in-frame insertions and deletions, all", 99, _has("inframe_insertion", "inframe_deletion")),
    ("frameshifts, all", 99, _has("frameshift_variant")),
    ("premature stops", 6, _has("stop_gained")),
    ("deletions across a coding exon's edge", 2, _has("coding_sequence_variant")),
    (
        "missense, good evidence: PASS, at least 5 RNA reads with the ALT",
        28,
        lambda r: _missense(r) and r.passed and r.vaf >= 0.25 and r.rna is not None and r.rna[1] >= 5,
    ),
    (
        "missense, hardly any RNA: PASS, fewer than 10 RNA reads in all",
        10,
        lambda r: _missense(r) and r.passed and r.vaf >= 0.25 and r.rna is not None and sum(r.rna) < 10,
    ),
    (
        "missense, evidence against: PASS, at least 10 RNA reads, fewer than 5 with the ALT",
        4,
        lambda r: _missense(r) and r.passed and r.rna is not None and sum(r.rna) >= 10 and r.rna[1] < 5,
    ),
    ("missense without RNA fields", 3, lambda r: _missense(r) and r.rna is None),
    ("missense, low VAF", 7, lambda r: _missense(r) and r.passed and r.vaf < 0.15),
    ("missense, filtered", 8, lambda r: _missense(r) and not r.passed),
    ("synonymous", 8, _has("synonymous_variant")),
    ("splice donor and acceptor", 3, _has("splice_donor_variant", "splice_acceptor_variant")),
    ("untranslated regions", 3, _has("5_prime_UTR_variant", "3_prime_UTR_variant")),
    ("introns of coding transcripts", 4, lambda r: r.terms == {"intron_variant"}),
    ("no coding transcript at all", 4, lambda r: not r.terms),
)


def main(argv: Sequence[str] | None = None) -> None:
    """Write ``hcc1395_demo.vcf.gz`` into ``--out``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--vcf", type=Path, required=True, help="annotated.expression.vcf.gz of pvactools 7.1.5")
    parser.add_argument("--out", type=Path, required=True, help="folder for hcc1395_demo.vcf.gz")
    options = parser.parse_args(argv)
    if hashlib.sha256(options.vcf.read_bytes()).hexdigest() != SOURCE_SHA256:
        sys.exit(f"{options.vcf} is not the file of pvactools 7.1.5 that the demo is made from: sha256 differs")

    header, records = _read(options.vcf)
    chosen = _choose(records)
    lines = [*_trimmed_header(header, chosen), *(_trimmed_line(record) for record in chosen)]
    target = options.out / "hcc1395_demo.vcf.gz"
    with pysam.BGZFile(str(target), "w", None) as out:  # BGZF carries no name and no time: same lines, same bytes
        out.write("".join(f"{line}\n" for line in lines).encode())
    print(f"{target}: {len(chosen)} records, {target.stat().st_size:,} bytes")


def _read(path: Path) -> tuple[list[str], list[Record]]:
    """Header lines and records."""
    header: list[str] = []
    records: list[Record] = []
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for text in handle:
            line = text.rstrip("\n")
            if line.startswith("#"):
                header.append(line)
                continue
            columns = tuple(line.split("\t"))
            info = dict(item.partition("=")[::2] for item in columns[7].split(";"))
            entries = (
                dict(zip(_csq_format(header), entry.split("|"), strict=True)) for entry in info["CSQ"].split(",")
            )
            tumor = header[-1].split("\t").index("HCC1395_TUMOR_DNA")
            records.append(
                Record(
                    columns=columns,
                    csq=tuple(entry for entry in entries if entry["Feature_type"] == "Transcript"),
                    tumor=dict(zip(columns[8].split(":"), columns[tumor].split(":"), strict=True)),
                )
            )
    return header, records


def _csq_format(header: Sequence[str]) -> list[str]:
    """Field names of CSQ as the header declares them."""
    (line,) = (line for line in header if line.startswith("##INFO=<ID=CSQ,"))
    return line.partition("Format: ")[2].rstrip('">').split("|")


def _choose(records: Sequence[Record]) -> list[Record]:
    """Apply ``NAMED``, then ``RULES`` in their order; keep the file's order."""
    absent = NAMED.keys() - {record.position for record in records}
    if absent:
        sys.exit(f"named positions without a record: {sorted(absent)}")
    taken = {i for i, record in enumerate(records) if record.position in NAMED}
    print(f"{len(taken):4d} named")
    for what, most, wanted in RULES:
        left = [i for i, record in enumerate(records) if i not in taken and wanted(record)]
        drawn = [left[n * len(left) // most] for n in range(most)] if len(left) > most else left
        print(f"{len(drawn):4d} of {len(left):4d} {what}")
        taken.update(drawn)
    return [records[i] for i in sorted(taken)]


def _trimmed_header(header: Sequence[str], records: Sequence[Record]) -> list[str]:
    """Keep what the chosen records refer to; none of the callers' command lines, paths and unused contigs."""
    filters = {name for record in records for name in record.columns[6].split(";")}
    formats = {name for record in records for name in record.columns[8].split(":")}
    contigs = {record.columns[0] for record in records}
    vep = next(line for line in header if line.startswith("##VEP="))
    version, *details = re.findall(r'##VEP="[^"]+"|assembly="[^"]+"|gencode="[^"]+"', vep)
    declared = {("FILTER", name) for name in filters} | {("FORMAT", name) for name in formats}
    declared |= {("contig", name) for name in contigs}

    trimmed = [
        "##fileformat=VCFv4.2",
        "##source=HCC1395 example of pvactools 7.1.5, trimmed for neosieve by reference/build/demo.py",
        "##reference=GRCh38",
        " ".join([version, *details]),
    ]
    for line in header[1:-1]:
        kind = re.match(r"##(FILTER|FORMAT|contig)=<ID=([^,>]+)", line)
        if line.startswith("##INFO=<ID=CSQ,"):
            trimmed.append(line.partition("Format: ")[0] + "Format: " + "|".join(CSQ_FIELDS) + '">')
        elif line.startswith(("##tumor_sample=", "##normal_sample=")):
            trimmed.append(line)
        elif kind and kind.groups() in declared:
            trimmed.append(line.replace(",assembly=all_sequences.fa", ""))
    return [*trimmed, header[-1]]


def _trimmed_line(record: Record) -> str:
    """Write the record with CSQ as its only INFO, cut down to ``CSQ_FIELDS``; a dot where no transcript is near."""
    csq = ",".join("|".join(entry[field] for field in CSQ_FIELDS) for entry in record.csq)
    columns = list(record.columns)
    columns[7] = f"CSQ={csq}" if csq else "."
    return "\t".join(columns)


if __name__ == "__main__":
    main()
