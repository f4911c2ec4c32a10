"""Variants as called: alleles, read counts, phase."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.evidence import Expression, RegionCount


@dataclass(frozen=True, slots=True, order=True)
class Variant:
    """One alternative allele of one VCF record; immutable."""

    chrom: str
    """Contig, spelled as in the VCF."""
    start: int
    """0-based position of the first base of ``ref``."""
    ref: str
    """Reference allele, upper case, as in the VCF."""
    alt: str
    """Alternative allele, upper case, as in the VCF; may be symbolic (``<DEL>``, ``*``, a breakend)."""

    def __str__(self) -> str:
        return f"{self.chrom}:{self.start + 1}:{self.ref}>{self.alt}"  # VCF positions are 1-based


_NAMED = re.compile(r"(?:^|\+)([^>]*>[^+]*)")


def variants_named(haplotype: str) -> tuple[str, ...]:
    """Tell apart the variants in a haplotype's name, where ``+`` joins them; it may stand in a contig's name, too."""
    return tuple(_NAMED.findall(haplotype)) or (haplotype,)


@dataclass(frozen=True, slots=True)
class AlleleCounts:
    """Read evidence for one ALT in one sample. Unknown is None; a depth of 0 leaves the VAF unknown."""

    depth: int | None = None
    """Reads that cover the position."""
    alt_reads: int | None = None
    """Reads that carry the ALT."""
    vaf: float | None = None
    """Variant allele frequency, 0–1."""


@dataclass(frozen=True, slots=True, order=True)
class PhaseSet:
    """Where a call stands among calls phased together in one sample."""

    source: str
    """The VCF field that says so: ``PGT/PID``, ``PS`` or ``HP``."""
    name: str
    """Identifier of the phase set; equal names on one contig are phased together."""
    side: int
    """Haplotype that carries the ALT, 0 or 1; equal sides are cis, unequal ones trans."""


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One ALT as called in the tumour, with all evidence that its VCF record holds; compared by identity."""

    variant: Variant
    line: int
    """1-based line of the record in the VCF, for messages."""
    filters: tuple[str, ...]
    """FILTER entries; empty for PASS and for an unfiltered record."""
    tumor: AlleleCounts
    normal: AlleleCounts | None = None
    """The matched normal's reads; None without a normal sample."""
    rna: AlleleCounts | None = None
    """The tumour's RNA reads; None where the VCF has none."""
    homozygous: bool = False
    """Whether the tumour's genotype carries no other allele."""
    germline: bool = False
    """Whether the matched normal's genotype carries the ALT: then it belongs to the normal proteins."""
    in_tumor: bool = True
    """Whether the tumour carries it; False for a germline variant whose copy the tumour lost."""
    phase: PhaseSet | None = None
    gene_expression: tuple[Expression, ...] = ()
    transcript_expression: tuple[Expression, ...] = ()
    region: str | None = None
    """Which of the tumour's regions it is told from; None for the first one, or the only one."""
    regions: RegionCount | None = None
    """In which regions it is found; None where the tumour has but one."""
    consequences: tuple[TranscriptConsequence, ...] = field(default=(), repr=False)
    """The annotator's word on this ALT, one per transcript."""


@dataclass(frozen=True, slots=True)
class Haplotype:
    """Calls on one copy of the chromosome, in genome order; a single variant is a haplotype of one."""

    calls: tuple[Call, ...]
    evidence: str
    """What says that they are in cis: ``PGT/PID``, ``PS``, or ``single`` for a lone call."""

    def __post_init__(self) -> None:
        if not self.calls:
            raise ValueError("a haplotype holds at least one call")

    def __str__(self) -> str:
        return "+".join(str(call.variant) for call in self.calls)
