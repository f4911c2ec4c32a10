"""What an annotator (VEP) says of one ALT on one transcript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neosieve.model.genome import Interval


@dataclass(frozen=True, slots=True)
class ResidueChange:
    """An annotated exchange of residues: VEP's ``Protein_position`` with ``Amino_acids`` and ``Codons``."""

    position: Interval
    """Normal residues affected, 0-based, half-open; a point for a pure insertion."""
    reference: str
    """Normal residues; empty for an insertion. May end in ``*``."""
    alternative: str
    """Mutant residues; empty for a deletion. ``*`` is a stop, ``X`` an incomplete codon of a frameshift."""
    reference_codons: str = ""
    """Normal codons as VEP spells them, changed bases in upper case; empty if not annotated."""
    alternative_codons: str = ""
    """Mutant codons, changed bases in upper case; empty if not annotated."""


@dataclass(frozen=True, slots=True)
class TranscriptConsequence:
    """One ALT on one transcript, as the annotator wrote it."""

    transcript: str
    """Transcript id with its version, if it has one."""
    gene: str
    """Gene symbol, or the gene id where there is no symbol."""
    gene_id: str
    terms: tuple[str, ...]
    """Sequence Ontology consequence terms, e.g. ``missense_variant``."""
    biotype: str
    """Transcript biotype; empty if not annotated."""
    flags: frozenset[str] = frozenset()
    """Transcript flags: ``cds_start_NF``, ``cds_end_NF``."""
    change: ResidueChange | None = None
    cds_position: Interval | None = None
    """Coding bases affected, 0-based, half-open; a point for an insertion; None if not or only partly known."""
    hgvs_c: str = ""
    hgvs_p: str = ""
    """HGVS p. expression, decoded; may carry the protein id as prefix."""
    normal_protein: str = ""
    """The whole normal protein (VEP's Wildtype plugin); empty if not annotated."""
    frameshift_protein: str = ""
    """The whole mutant protein of a frameshift (VEP's Frameshift plugin); empty if not annotated."""
    canonical: bool = False
    mane_select: bool = False
    support_level: int | None = None
    """Transcript support level, 1 (best) to 5; None if not assigned."""
    exon: tuple[int, int] | None = None
    """(number of the affected exon, exons in all), 1-based as annotated."""
    problem: str = ""
    """Why the transcript's mutant protein can't be told (an inner stop, say); empty for a sound one."""

    @property
    def told_apart(self) -> bool:
        """Whether anything tells a gene's transcripts apart; if not, one that isn't canonical may well be."""
        return self.canonical or self.mane_select or self.support_level is not None
