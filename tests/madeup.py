"""A made-up genome of two contigs with three genes, and VCFs on it; every residue can be read off by hand.

::

    chr20   flank | GCACC  M T E Y E L V V V G A G | intron 1 | G V G K S A L T I Q L I Q N | intron 2
                  | H F V D E Y D P T I E D S Y stop GCATGGCACTTGATTC | flank           ENST1.1, gene TOY
    chr21   flank | ATG WRH KLVVVGADGVGKS CWRFH stop | flank                            ENST2.1, gene TWIN
            flank | ATG CRWHEDYFPIW stop | flank                                        ENST3.1, gene BYSTANDER

Retained, intron 1 reads V S W stop behind G12, and intron 2 reads V S L stop behind N26. Without its ATG, TOY's first
ATG is that across Y4 and E5: ATG AAC TTG TGG TCG TTG GAG CTG GTG GCG TAG, in another frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from Bio.Seq import Seq

from neosieve.building import build_reference
from neosieve.settings import RunSettings
from neosieve.timing import Stages
from tests.io.annotationtext import fasta, gtf, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

TOY = "MTEYELVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
CODONS = (
    "ATG ACT GAA TAT GAA CTT GTG GTC GTT GGA GCT GGT "
    "GGC GTA GGC AAG AGT GCC TTG ACG ATA CAG CTA ATT CAG AAT "
    "CAT TTT GTG GAC GAA TAT GAT CCA ACA ATA GAG GAT TCC TAC TAA"
)
LEADER, TRAILER = "GCACC", "GCATGGCACTTGATTC"
INTRONS = ("GTAAGTTGGTGATCCTTTCTTTCCTTTCAG", "GTGAGTCTGTAACCATTTTTCTTTCTGCAG")
FLANK = "CCGTCAACTGTTCGCA"
EXON_CODONS = ((0, 12), (12, 26), (26, 41))
TWIN = "MWRHKLVVVGADGVGKSCWRFH"
TWIN_CDS = "ATG TGG CGT CAC AAA CTT GTA GTC GTG GGC GCA GAT GGA GTC GGT AAG TCC TGC TGG CGA TTT CAT TGA"
BYSTANDER_CDS = "ATG TGT CGC TGG CAT GAG GAC TAC TTC CCA ATC TGG TAG"
LENGTHS = (8, 9, 10, 11)

_EXONS = ["".join(CODONS.split()[start:end]) for start, end in EXON_CODONS]
_EXONS[0], _EXONS[2] = LEADER + _EXONS[0], _EXONS[2] + TRAILER
_PIECES = (FLANK, _EXONS[0], INTRONS[0], _EXONS[1], INTRONS[1], _EXONS[2], FLANK)
_BYSTANDER_EXON = BYSTANDER_CDS.replace(" ", "")
_TWIN_EXON = TWIN_CDS.replace(" ", "")
CHROMOSOMES = {
    "chr20": "".join(_PIECES),
    "chr21": FLANK + _TWIN_EXON + FLANK + _BYSTANDER_EXON + FLANK,
}


def _begin(piece: int) -> int:
    return sum(map(len, _PIECES[:piece]))


def base(residue: int, offset: int = 1) -> int:
    """Return where a base of a codon of TOY lies on chr20: residue and base of the codon counted from 1; 0-based."""
    index = residue - 1
    exon = next(number for number, (start, end) in enumerate(EXON_CODONS) if start <= index < end)
    within = 3 * (index - EXON_CODONS[exon][0]) + offset - 1
    return _begin(2 * exon + 1) + within + (len(LEADER) if exon == 0 else 0)


def intron(number: int, offset: int) -> int:
    """Return where a base of an intron lies: offset from 0, or from -1 for its last base."""
    begin = _begin(2 * number)
    return begin + offset if offset >= 0 else begin + len(INTRONS[number - 1]) + offset


def opposite(bases: str) -> str:
    """Read the other strand."""
    return str(Seq(bases).reverse_complement())  # type: ignore[no-untyped-call]


def kmers(*proteins: str, lengths: Iterable[int] = LENGTHS) -> set[str]:
    """Spell out all k-mers."""
    return {protein[at : at + k] for protein in proteins for k in lengths for at in range(len(protein) - k + 1)}


def new(*proteins: str) -> set[str]:
    """Spell out the k-mers of mutant proteins that TOY hasn't."""
    return kmers(*proteins) - kmers(TOY)


@dataclass(frozen=True)
class Change:
    """Bases of a chromosome and what stands in their place; with the columns of its samples."""

    start: int
    """0-based."""
    old: str
    new: str
    tumor: str = "0/1"
    """Genotype, and what follows it."""
    normal: str = "0/0"
    keys: str = "GT"
    contig: str = "chr20"
    info: str = "."


def change(residue: int, offset: int, new: str, **columns: str) -> Change:
    """Exchange bases of TOY from one codon on; it is looked up which ones stand there."""
    start = base(residue, offset)
    return Change(start, CHROMOSOMES["chr20"][start : start + len(new)], new, **columns)


@dataclass(frozen=True)
class World:
    """The genome on one strand, with its reference and VCFs in a folder."""

    folder: Path
    strand: int = 1
    names: Mapping[str, str] = field(default_factory=dict)
    """Contig → how VCFs spell it."""

    @cached_property
    def chromosomes(self) -> dict[str, str]:
        """The genome as this strand has it."""
        return {name: bases if self.strand > 0 else opposite(bases) for name, bases in CHROMOSOMES.items()}

    @cached_property
    def reference(self) -> Path:
        """Build the reference as a user does, from GTF and FASTA."""
        twin, other = len(FLANK), 2 * len(FLANK) + len(_TWIN_EXON)
        toy = [(_begin(piece), _begin(piece + 1)) for piece in (1, 3, 5)]
        last = toy[2][1] - len(TRAILER) - 3
        lines = [
            *self._gene(("1", "TOY", "chr20"), toy, [(toy[0][0] + len(LEADER), toy[0][1]), toy[1], (toy[2][0], last)]),
            *self._single(("2", "TWIN", "chr21"), twin, len(_TWIN_EXON)),
            *self._single(("3", "BYSTANDER", "chr21"), other, len(_BYSTANDER_EXON)),
        ]
        out = self.folder / f"toy{self.strand}.ref"
        models = write(self.folder / "toy.gtf", lines)
        genome = fasta(self.folder / "toy.fa", self.chromosomes)
        build_reference(models, genome, out, proteome=None, stages=Stages())
        return out

    def _single(self, about: tuple[str, str, str], begin: int, length: int) -> list[str]:
        return self._gene(about, [(begin, begin + length)], [(begin, begin + length - 3)])

    def _gene(self, about: tuple[str, str, str], exons: list[tuple[int, int]], cds: list[tuple[int, int]]) -> list[str]:
        number, gene, contig = about
        told = (
            f'gene_id "ENSG{number}"; transcript_id "ENST{number}.1"; gene_name "{gene}"; '
            'gene_type "protein_coding"; transcript_type "protein_coding";'
        )
        lines = []
        parts = [("transcript", exons[0][0], exons[-1][1])]
        parts += [("exon", *one) for one in exons] + [("CDS", *one) for one in cds]
        for kind, begin, end in parts:
            size = len(CHROMOSOMES[contig])
            start, stop = (begin, end) if self.strand > 0 else (size - end, size - begin)
            frame = "0" if kind == "CDS" else "."  # every exon begins with a whole codon
            strand = "+" if self.strand > 0 else "-"
            lines.append(gtf(kind, start + 1, stop, told, strand=strand, frame=frame, contig=contig))
        return lines

    def place(self, one: Change) -> tuple[str, int, str, str]:
        """Return contig, position (1-based), REF and ALT, with the base before an indel."""
        bases, start, old, new = self.chromosomes[one.contig], one.start, one.old, one.new
        if self.strand < 0:
            start, old, new = len(bases) - start - len(old), opposite(old), opposite(new)
        if not old or not new:
            start -= 1
            old, new = bases[start] + old, bases[start] + new
        return self.names.get(one.contig, one.contig), start + 1, old, new

    def name(self, one: Change) -> str:
        """Name a change as the ledger does."""
        contig, position, old, new = self.place(one)
        return f"{contig}:{position}:{old}>{new}"

    def line(self, one: Change, *columns: str) -> str:
        """Write a record; its samples are normal and tumour unless others are given."""
        contig, position, old, new = self.place(one)
        samples = columns or (one.normal, one.tumor)
        return "\t".join((contig, str(position), ".", old, new, ".", "PASS", one.info, one.keys, *samples))

    def vcf(
        self,
        records: Iterable[Change | str],
        *,
        name: str = "tumour.vcf",
        meta: str = "",
        samples: str = "NORMAL TUMOR",
    ) -> Path:
        """Write a VCF; a record may be given as its line."""
        columns = "\t".join(("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", *samples.split()))
        lines = [one if isinstance(one, str) else self.line(one) for one in records]
        head = ["##fileformat=VCFv4.2", *([meta] if meta else []), columns]
        return write(self.folder / name, [*head, *lines])

    def germline(self, records: Iterable[Change], *, samples: str = "PATIENT") -> Path:
        """Write a germline VCF, whose genotypes are those that the changes give for the tumour."""
        count = len(samples.split())
        lines = [self.line(one, *([one.tumor] * count)) for one in records]
        return self.vcf(lines, name="germline.vcf", samples=samples)

    def settings(self, vcf: Path, **options: object) -> RunSettings:
        """Set a run with the reference up, of one allele and all lengths."""
        given: dict[str, object] = {
            "vcf": vcf, "hla": "A*02:01", "out": self.folder / "out", "lengths": LENGTHS, "reference": self.reference,
        }  # fmt: skip
        return RunSettings.model_validate(given | options)
