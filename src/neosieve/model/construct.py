"""Vaccine constructs: what of a finished run goes into them, and what they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neosieve.model.genome import Interval
    from neosieve.model.mhc import Allele


@dataclass(frozen=True, slots=True)
class ProteinEdit:
    """A stretch of a mutant protein that its normal one doesn't hold, as ``proteins.tsv`` tells it."""

    normal: Interval
    """In the normal protein; a point for an insertion."""
    mutant: Interval
    """In the mutant protein; a point for a deletion."""
    aligned: bool
    """Whether normal and mutant residues stand for each other one to one."""
    variants: tuple[str, ...]
    """The calls that make it, ``chrom:pos:ref>alt``; none where the residues are merely unknown."""


@dataclass(frozen=True, slots=True)
class MutantProtein:
    """One haplotype's protein of one transcript."""

    name: str
    """What ``candidates.tsv`` calls it in its column ``protein``."""
    gene: str
    transcript: str
    change: str
    """In HGVS p. notation."""
    mutant: str
    """One-letter code, without stop; ``X`` where unknown."""
    normal: str
    edits: tuple[ProteinEdit, ...]
    """In order, disjoint."""
    germline: tuple[tuple[Interval, str], ...] = ()
    """Residues that germline variants on the haplotype reach, and those variants."""
    unphased: tuple[tuple[Interval, str], ...] = ()
    """Residues that variants of unknown phase would change in cis, and those variants."""
    starts: bool = True
    """Whether the protein's first residue is really its first, rather than that of an incomplete annotation."""
    ends: bool = True
    """Whether its last residue is really its last."""


@dataclass(frozen=True, slots=True)
class Epitope:
    """A row of ``candidates.tsv``: what a construct may be made for."""

    rank: int
    tier: str
    score: float
    """Log-odds."""
    gene: str
    variant: str
    haplotype: str
    """All somatic variants that the peptide carries, joined by ``+``."""
    change: str
    transcript: str
    protein: str
    """Name of the :class:`MutantProtein` in which it lies."""
    start: int
    """0-based, in that protein."""
    peptide: str
    allele: str
    altered: tuple[int, ...]
    """0-based positions in the peptide that differ from the normal protein; empty where a deletion joins two sides."""
    percentile: float | None
    """Of presentation, else of affinity."""
    affinity_nM: float | None
    clonal: tuple[float, float] | None
    """Interval of the cancer cell fraction; None where it isn't known."""
    doubtful: bool
    """Whether the run found reason to doubt that the peptide, or the somatic variant, exists."""
    remarks: str
    """What a reader must know; empty if nothing."""

    @property
    def end(self) -> int:
        """0-based end in the protein, exclusive."""
        return self.start + len(self.peptide)

    @property
    def key(self) -> tuple[str, str, str]:
        """What a reviewer's mark names it by."""
        return self.variant, self.peptide, self.allele


@dataclass(frozen=True, slots=True)
class Mark:
    """A reviewer's word on a candidate."""

    variant: str
    peptide: str
    allele: str
    mark: str
    """``accept``, ``reject`` or ``review``."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that enters no construct, with the reason."""

    epitope: Epitope
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of a mutant protein that is ordered: a peptide, or a segment of a cassette."""

    protein: MutantProtein
    start: int
    """0-based, in the mutant protein."""
    sequence: str
    epitopes: tuple[Epitope, ...]
    """Every admitted candidate that it holds, best first; never empty."""
    limits: tuple[str, ...] = ()
    """In words, why it is shorter than asked for, or its change lies near an end."""
    remarks: tuple[str, ...] = ()
    """What a reader must know, in words."""

    @property
    def end(self) -> int:
        """0-based end in the mutant protein, exclusive."""
        return self.start + len(self.sequence)

    @property
    def best(self) -> Epitope:
        """The best candidate that it holds."""
        return self.epitopes[0]

    @property
    def altered(self) -> tuple[int, ...]:
        """0-based positions in the sequence that edits put there and that differ from the aligned normal residue."""
        found = []
        for edit in self.protein.edits:
            for place in range(max(edit.mutant.start, self.start), min(edit.mutant.end, self.end)):
                normal = self.protein.normal[edit.normal.start + place - edit.mutant.start] if edit.aligned else None
                if edit.variants and normal != self.protein.mutant[place]:
                    found.append(place - self.start)
        return tuple(found)

    @property
    def junctions(self) -> tuple[int, ...]:
        """Points n in the sequence, before residue n, where a deletion joins what the normal protein parts."""
        return tuple(
            edit.mutant.start - self.start
            for edit in self.protein.edits
            if edit.variants and not len(edit.mutant) and self.start < edit.mutant.start < self.end
        )

    @property
    def variants(self) -> tuple[str, ...]:
        """The somatic variants whose edits it carries."""
        touched = (
            edit.variants
            for edit in self.protein.edits
            if (edit.mutant.start < self.end and self.start < edit.mutant.end)
            or (not len(edit.mutant) and self.start < edit.mutant.start < self.end)
        )
        return tuple(dict.fromkeys(name for names in touched for name in names))


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Which of the items are ordered."""

    chosen: tuple[int, ...]
    """Their numbers, in the order of their best candidates."""
    value: float
    """What they are worth together."""
    bound: float
    """What no choice can exceed; equal to the value where the choice is proved best."""
    exact: bool


@dataclass(frozen=True, slots=True)
class Seam:
    """A peptide that no protein of the patient or of the vaccine was meant to hold, but the cassette does."""

    peptide: str
    allele: Allele
    percentile: float


@dataclass(frozen=True, slots=True)
class Junction:
    """Where two parts of a cassette meet, with what the peptides over the seam are like."""

    left: str
    right: str
    """Names of the parts."""
    linker: str
    """Residues between them; empty for none."""
    peptides: int
    """Distinct peptides that hold residues of both sides, or of the linker."""
    worst: Seam | None
    """The one that is presented best; None if there is no peptide, or no percentile."""
    presented: int
    """Peptide–allele pairs at the percentile that the order is optimised for, or below."""
    flagged: int
    """… at the percentile that is flagged, or below."""
    self_peptides: tuple[str, ...]
    """Those that a normal protein holds."""


@dataclass(frozen=True, slots=True)
class Design:
    """One way to join the parts: which order, which linkers, and what the seams are then like."""

    name: str
    """What way, in words."""
    protein: str
    """The whole protein, from its methionine to its last residue."""
    junctions: tuple[Junction, ...]
    linker_residues: int

    @property
    def presented(self) -> int:
        """Over all seams."""
        return sum(one.presented for one in self.junctions)

    @property
    def flagged(self) -> int:
        """Over all seams."""
        return sum(one.flagged for one in self.junctions)

    @property
    def self_peptides(self) -> int:
        """Over all seams."""
        return sum(len(one.self_peptides) for one in self.junctions)


@dataclass(frozen=True, slots=True)
class Strategy:
    """A way to choose order and linkers, with what it comes to; to compare the cassette with."""

    name: str
    presented: int
    self_peptides: int
    flagged: int
    linker_residues: int
    exact: bool
    """Whether no other order does better with these linkers."""


@dataclass(frozen=True, slots=True)
class Cassette:
    """Segments joined to one protein, and codons for it."""

    begin: str
    """Signal peptide, or the methionine alone."""
    end: str
    """Trafficking domain; empty for none."""
    places: tuple[int, ...]
    """0-based start of each item in the protein; items are in its order."""
    before: Design
    """In the order of their ranks, without linkers."""
    after: Design
    exact: bool
    """Whether the order and the linkers are proved best."""
    optimiser: str
    """In words."""
    strategies: tuple[Strategy, ...]
    dna: str
    """From start to stop codon."""
    rna: str
    adaptation: float
    """Codon adaptation index to human genes, 0–1."""
    gc: float
    codon_remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vaccine:
    """A finished design, ready to be written."""

    format: str
    items: tuple[Item, ...]
    """In the order of the sheet: by their best candidates; of a cassette, as they stand in it."""
    names: tuple[str, ...]
    """Of the items."""
    left_out: tuple[LeftOut, ...]
    marks: tuple[Mark, ...]
    rule: str
    """Which candidates may enter, in words."""
    portfolio: Portfolio
    warnings: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    """(option, value) as effective."""
    run: tuple[tuple[str, str], ...]
    """What the run says of itself."""
    cassette: Cassette | None = None
