"""The ledger: every input ALT ends as candidates or as one written reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """All that can become of an ALT on a transcript. A closed list: what is not here can't happen."""

    CANDIDATES = "candidates"
    """At least one neo-peptide went on to be scored."""
    FILTERED = "filtered"
    """FILTER is neither PASS nor '.', and filtered records were not asked for."""
    MALFORMED_RECORD = "malformed_record"
    """The record can't be read."""
    NO_ALTERNATIVE_ALLELE = "no_alternative_allele"
    """The record states no ALT ('.')."""
    SYMBOLIC_ALLELE = "symbolic_allele"
    """A symbolic ALT, a breakend or '*': not a small variant."""
    NO_GENOTYPE = "no_genotype"
    """Neither a genotype nor read counts say that the tumour carries the ALT."""
    NOT_IN_TUMOR = "not_in_tumor"
    """The tumour's genotype or reads lack the ALT."""
    GERMLINE = "germline"
    """The matched normal or the germline VCF carries the ALT."""
    DUPLICATE_RECORD = "duplicate_record"
    """The same variant was read from an earlier record."""
    NO_ANNOTATION = "no_annotation"
    """The record has no annotation for this ALT."""
    NO_PROTEIN_CHANGE = "no_protein_change"
    """No transcript's protein is changed (non-coding or synonymous)."""
    NO_WILDTYPE_PROTEIN = "no_wildtype_protein"
    """The annotation lacks the transcript's WildtypeProtein."""
    ANNOTATION_MISMATCH = "annotation_mismatch"
    """The annotation contradicts itself: its positions and its protein don't fit."""
    ANNOTATION_DIFFERS = "annotation_differs"
    """The VCF's annotation says otherwise than the reference's sequence, which was used."""
    NOT_IN_REFERENCE = "not_in_reference"
    """The reference holds no contig of that name."""
    REFERENCE_MISMATCH = "reference_mismatch"
    """REF is not what the reference has there."""
    UNTRANSLATABLE_TRANSCRIPT = "untranslatable_transcript"
    """The reference's own CDS of the transcript doesn't read as one protein."""
    INCOMPLETE_TRANSCRIPT = "incomplete_transcript"
    """The transcript's CDS is annotated as incomplete, and such transcripts were not admitted."""
    NMD_TRANSCRIPT = "nmd_transcript"
    """The transcript is annotated as decaying: it only adds to the normal set."""
    UNSUPPORTED_BIOTYPE = "unsupported_biotype"
    """The transcript's biotype is not one that makes an ordinary protein."""
    IMMUNE_RECEPTOR_SEGMENT = "immune_receptor_segment"
    """An IG or TR segment: its protein exists only after V(D)J recombination."""
    START_LOST_UNMODELLED = "start_lost_unmodelled"
    """The start codon is lost: what is translated instead can't be known."""
    SEQUENCE_NEEDED = "sequence_needed"
    """The new residues can't be known from the annotation: a stop-loss or a frameshift without its sequence."""
    SPLICE_UNMODELLED = "splice_unmodelled"
    """A splice site is hit: the new transcript can't be known."""
    PHASE_UNRESOLVED = "phase_unresolved"
    """A variant in cis changes the same protein in a way the annotation can't combine."""
    NO_NOVEL_PEPTIDE = "no_novel_peptide"
    """The mutant protein holds no peptide that its own normal protein lacks."""
    SELF_PEPTIDES_ONLY = "self_peptides_only"
    """Every new peptide occurs in another normal protein; see excluded_peptides.tsv."""
    UNSCORABLE_RESIDUES = "unscorable_residues"
    """Every new peptide holds a residue that can't be scored (X, U, B, Z)."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One row of ``ledger.tsv``."""

    variant: str
    """``chrom:pos:ref>alt`` as in the VCF, 1-based; the raw line number for a record that can't be read."""
    gene: str | None
    transcript: str | None
    consequence: str | None
    outcome: Outcome
    detail: str
    """The reason in words; empty for plain candidates."""
    n_peptides: int
    """Distinct neo-peptides of this ALT on this transcript that went on to be scored."""
