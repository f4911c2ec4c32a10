"""What supports a candidate besides its sequence: abundance, copy number, clonality, HLA loss, findings."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neosieve.model.genome import Interval
    from neosieve.model.mhc import Allele

Sex = Literal["female", "male"]
"""The patient's sex chromosomes, XX or XY: what normal cells hold of X and Y."""
Level = Literal["gene", "transcript"]

STABLE_ID = re.compile(r"(?P<id>ENS[A-Z]*\d+|[NX][MR]_\d+)(?:\.\d+)?(?P<suffix>_.+)?")
"""An Ensembl or RefSeq id with its version and with what tools append: ``_PAR_Y``, ``_2`` of lifted models, a name."""
_PAR_COPY = re.compile(r"ENS([GT])R(?=\d)")


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression value for one gene or transcript."""

    feature: str
    """Gene symbol, gene id or transcript id, as in the source."""
    value: float
    """Abundance in the source's unit, usually TPM."""


def stable_name(name: str) -> str:
    """Reduce an Ensembl or RefSeq id to what all its versions share; any other name stays as it is.

    ``ENST00000380152.8`` gives ``ENST00000380152``. The copy of a pseudoautosomal gene on Y shares the id of the one on
    X: ``ENSG00000182378.15_PAR_Y`` and GENCODE 19's ``ENSGR0000182378.8`` give ``ENSG00000182378``. A symbol such as
    ``AC004556.3``, whose dot is part of the name, is left alone.
    """
    found = STABLE_ID.fullmatch(name)
    if found is None:
        return name
    stable = found["id"]
    return _PAR_COPY.sub(r"ENS\g<1>0", stable) if stable.startswith(("ENSGR", "ENSTR")) else stable


@dataclass(frozen=True, slots=True)
class ExpressionTable:
    """Abundances of genes or transcripts, as one tool measured them; immutable."""

    tool: str
    """Who made it: ``salmon``, ``featureCounts`` …, or ``plain table``."""
    level: Level
    unit: str
    """``TPM``, ``FPKM``, ``counts→TPM`` (computed from counts and lengths), or ``not stated``."""
    values: Mapping[str, float | None] = field(repr=False)
    """Stable name (see :func:`stable_name`) or symbol → abundance; None where the table names it without a value."""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Symbol → the keys of ``values`` that it stands for."""
    genes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Transcript-level tables that tell: transcript → names of its gene, the id first."""
    refused: int = 0
    """Rows whose value is negative, infinite or no number: their names are known, their values are not."""
    missing: int = 0
    """Rows whose value is stated as missing (NA, empty, NaN)."""
    remarks: tuple[str, ...] = ()
    """What a reader must know of the table, in words."""

    def value(self, *names: str) -> float | None:
        """Look up an abundance by the first of a feature's names that has one; None if none has.

        Parameters
        ----------
        names
            Ids, with or without their version, and symbols, the surest first; empty ones are passed over. A symbol that
            several ids share gives their sum, None unless each has a value.
        """
        for name in names:
            values = [self.values[key] for key in self._keys(name)]
            known = [one for one in values if one is not None]
            if known and len(known) == len(values):
                return sum(known)
        return None

    def holds(self, *names: str) -> bool:
        """Whether the table has a row of any of a feature's names, with or without a value."""
        return any(self._keys(name) for name in names)

    def _keys(self, name: str) -> tuple[str, ...]:
        key = stable_name(name)
        return (key,) if key in self.values else self.aliases.get(name, ())


@dataclass(frozen=True, slots=True)
class NormalLevel:
    """How highly a gene is expressed in normal tissues."""

    value: float
    """The highest of all tissues, in the table's unit."""
    tissue: str | None
    """Which one that is; None where the table doesn't tell tissues apart."""
    gene: str
    """Symbol, or id, of the gene."""


@dataclass(frozen=True, slots=True)
class NormalTissues:
    """Expression of genes in normal tissues, reduced to each gene's highest; immutable."""

    tool: str
    """``GTEx`` (its .gct), or ``plain table``."""
    unit: str
    tissues: int
    """How many tissues were read; 1 where the table doesn't tell them apart."""
    highest: Mapping[str, tuple[float, str | None]] = field(repr=False)
    """Stable id or symbol → the highest value and its tissue. A gene without any value has no entry."""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Symbol → ids of its rows."""
    remarks: tuple[str, ...] = ()

    def level(self, gene_id: str, symbol: str) -> NormalLevel | None:
        """Look a gene up, by its id, with or without a version, else by its symbol; None if it isn't there."""
        keys = (
            [stable_name(gene_id)] if stable_name(gene_id) in self.highest else [symbol, *self.aliases.get(symbol, ())]
        )
        found = [self.highest[key] for key in keys if key and key in self.highest]
        if not found:
            return None
        value, tissue = max(found, key=lambda one: one[0])
        return NormalLevel(value, tissue, symbol or gene_id)


@dataclass(frozen=True, slots=True)
class JoinReport:
    """How many of the features asked for an expression table knows."""

    asked: int
    joined: int
    """Features with a value."""
    without_value: int
    """Features that the table names without a usable value."""
    unjoined: int
    """Features that the table doesn't name."""
    examples: tuple[str, ...] = ()
    """Names of the first of those, in name order."""


@dataclass(frozen=True, slots=True)
class CopyNumberSegment:
    """A stretch of the tumour's genome with one copy-number state, taken as that of all tumour cells."""

    contig: str
    """Plain name: ``20``, ``X``; see :func:`neosieve.io.contigs.plain`."""
    interval: Interval
    total: float
    """Copies per tumour cell, both parental chromosomes together; not negative, may be fractional (PURPLE)."""
    minor: float | None = None
    """Copies of the rarer parental chromosome; None if not known."""
    normal: float | None = None
    """Copies per normal cell, where the table states it; None to go by contig and sex."""


@dataclass(frozen=True, slots=True)
class CopyNumberProfile:
    """All copy-number segments of one tumour sample; immutable."""

    tool: str
    segments: Mapping[str, tuple[CopyNumberSegment, ...]] = field(repr=False)
    """Plain contig name → its segments by begin; neighbours share at most one base."""
    remarks: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many segments there are."""
        return sum(map(len, self.segments.values()))

    def at(self, contig: str, position: int) -> CopyNumberSegment | None:
        """Find the segment that holds a base; None if none does, or if two that differ do.

        Parameters
        ----------
        contig
            Plain name: ``20``, ``X``.
        position
            0-based.
        """
        segments = self.segments.get(contig, ())
        place = bisect_right(segments, position, key=lambda one: one.interval.start)
        holding = [one for one in segments[max(0, place - 2) : place] if position < one.interval.end]
        states = {(one.total, one.minor, one.normal) for one in holding}
        return holding[-1] if len(states) == 1 else None


class Clonality(StrEnum):
    """Whether all tumour cells carry a variant."""

    CLONAL = "clonal"
    SUBCLONAL = "subclonal"
    UNCERTAIN = "uncertain"
    """The reads allow both."""


@dataclass(frozen=True, slots=True)
class CancerCellFraction:
    """Share of tumour cells that carry a variant."""

    estimate: float
    """Most likely share, 0–1."""
    low: float
    """Lower end of the 95 % interval; never above the estimate."""
    high: float
    """Upper end of the 95 % interval; never below the estimate."""
    clonal_probability: float
    """Posterior probability, 0–1, that the share exceeds the clonal threshold."""
    clonality: Clonality


@dataclass(frozen=True, slots=True)
class RegionCount:
    """In how many of a tumour's regions (samples) a variant was found; each region is in exactly one list."""

    present: tuple[str, ...]
    absent: tuple[str, ...]
    """Enough reads, none beyond error."""
    not_assessed: tuple[str, ...]
    """No or too few reads to tell."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every region."""
        return (*self.present, *self.absent, *self.not_assessed)

    @property
    def assessed(self) -> int:
        """In how many regions the reads, or the call, tell."""
        return len(self.present) + len(self.absent)

    @property
    def listed(self) -> str:
        """Which regions: ``in R1 and R2, not in R3, not assessed in R4 or R5``."""
        lists = (
            ("in", self.present, "and"),
            ("not in", self.absent, "or"),
            ("not assessed in", self.not_assessed, "or"),
        )
        return ", ".join(f"{words} {f' {last} '.join(names)}" for words, names, last in lists if names)

    def __str__(self) -> str:
        rest = f" ({len(self.not_assessed)} not assessed)" if self.not_assessed else ""
        return f"in {len(self.present)} of {self.assessed} regions{rest}"


@dataclass(frozen=True, slots=True)
class HlaLoss:
    """What became of one HLA allele in the tumour."""

    allele: Allele
    lost: bool | None
    """By the tool's own rule; None where it couldn't tell."""
    fraction: float | None = None
    """Share of the tumour, 0–1, that lost it, where the source tells; None if not lost, or lost as a whole."""
    words: str = ""
    """Why, in words."""

    @property
    def lost_share(self) -> float | None:
        """Share of the tumour, 0–1, that lost the allele; None where not known."""
        if self.lost is None:
            return None
        return (1.0 if self.fraction is None else self.fraction) if self.lost else 0.0


@dataclass(frozen=True, slots=True)
class HlaLossTable:
    """Loss of heterozygosity at the HLA loci, as one tool told it."""

    tool: str
    rule: str
    """The tool's rule for a loss, in words, with its source."""
    losses: Mapping[Allele, HlaLoss]
    """Alleles that the table doesn't name are not assessed."""
    remarks: tuple[str, ...] = ()

    def lost_share(self, allele: Allele) -> float | None:
        """Return the share of the tumour, 0–1, that lost an allele; None where not known."""
        loss = self.losses.get(allele)
        return None if loss is None else loss.lost_share


class Verdict(StrEnum):
    """How far a gene of antigen presentation or interferon-gamma signalling is disabled."""

    BOTH_COPIES = "both copies hit"
    """No intact copy is left."""
    DOMINANT = "known dominant"
    """One hit suffices, as the literature says of this kind of variant."""
    TWO_HITS = "at least two hits"
    """Two variants, or a variant and a loss, that may lie on one copy or in different cells."""
    MONOALLELIC = "monoallelic"
    """One hit: the other copy still works."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Loss-of-function somatic variants in a gene that presentation of antigens needs."""

    gene: str
    variants: tuple[str, ...]
    """``chrom:pos:ref>alt`` as in the VCF, 1-based; in genome order."""
    verdict: Verdict
    words: str
    """The case in one sentence, with its source where it rests on the literature."""

    @property
    def escape(self) -> bool:
        """Whether the tumour's cells probably lack the gene's function; one hit alone is no escape."""
        return self.verdict in {Verdict.BOTH_COPIES, Verdict.DOMINANT}
