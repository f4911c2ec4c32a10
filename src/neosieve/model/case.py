"""All that is known of a candidate, flat: what a score, a tier or another tool's formula is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

INFORMATIVE_RNA_DEPTH = 10  # reads; pVACseq's default RNA coverage cut-off
RNA_ERROR_VAF = 0.01  # the order of sequencing and alignment error (Illumina Q20): at or below, a variant isn't seen
EXPRESSED_TPM = 1.0  # pVACseq's default gene-expression cut-off
HET_SHARE = 0.5  # one copy of two: the share of a gene's transcripts that carry a variant of which no reads tell


class Case(NamedTuple):
    """One candidate's evidence, each value named as its column; None is not assessed, never zero and never a pass.

    A named tuple, since a run makes one for each candidate: a frozen dataclass takes four times as long. What depends
    on the peptide alone comes first; from ``allele`` on, fields may differ between alleles.
    """

    peptide: str | None = None
    wildtype_peptide: str | None = None
    mutant_positions: tuple[int, ...] | None = None
    """0-based positions that differ from the wild type."""
    gene_expression: float | None = None
    transcript_expression: float | None = None
    tumor_dna_vaf: float | None = None
    tumor_dna_depth: float | None = None
    tumor_rna_vaf: float | None = None
    tumor_rna_depth: float | None = None
    tumor_rna_alt_reads: float | None = None
    ccf: float | None = None
    ccf_low: float | None = None
    ccf_high: float | None = None
    self_match: str | None = None
    """``no`` or ``near``."""
    hotspot: str | None = None
    """The recurrent change of cancer that it meets, in words."""
    regions_with: float | None = None
    """In how many regions of the tumour the variant is found."""
    regions_assessed: float | None = None
    """In how many that can be told."""
    regions: str | None = None
    """In which, in words."""
    transcript_support_level: float | None = None
    canonical: bool | None = None
    mane_select: bool | None = None
    problematic_positions: bool | None = None
    reference_match: bool | None = None
    indel: bool = False
    """Whether aligners miss its RNA reads: few of them are no evidence against."""
    doubts: tuple[str, ...] = ()
    """Why the peptide, or the somatic variant, may not exist."""
    allele: str | None = None
    anchor_positions: tuple[int, ...] | None = None
    """0-based; where the allele holds the peptide. None: the second and the last residue are taken for anchors."""
    affinity_nM: float | None = None
    affinity_low_nM: float | None = None
    affinity_high_nM: float | None = None
    affinity_percentile: float | None = None
    presentation_score: float | None = None
    presentation_percentile: float | None = None
    immunogenicity_percentile: float | None = None
    """Of another predictor, read by pVACseq's rule alone."""
    combined_percentile: float | None = None
    """pVACseq's %ile MT."""
    wildtype_affinity_nM: float | None = None
    wildtype_affinity_percentile: float | None = None
    hla_loss: float | None = None
    """Share of the tumour's cells that lost the allele, 0–1."""
    near_self_peptide: str | None = None
    """The normal peptide at one mismatch."""
    near_self_source: str | None = None
    """The normal protein that holds it."""
    near_self_expression: float | None = None
    """The highest expression in any normal tissue of any gene that makes it, TPM."""
    near_self_tissue: str | None = None
    near_self_gene: str | None = None

    @property
    def percentile(self) -> float | None:
        """The percentile that decides: of presentation, else of affinity."""
        return self.affinity_percentile if self.presentation_percentile is None else self.presentation_percentile

    @property
    def percentile_name(self) -> str:
        """Which one that is."""
        return "affinity percentile" if self.presentation_percentile is None else "presentation percentile"

    @property
    def agretopicity(self) -> float | None:
        """Mutant nM / wild-type nM: under 1 favours the mutant (Duan 2014)."""
        if self.affinity_nM is None or self.wildtype_affinity_nM is None:
            return None
        return self.affinity_nM / self.wildtype_affinity_nM

    @property
    def abundance(self) -> float | None:
        """Expression of the transcripts that make the peptide if known, else of their gene."""
        return self.gene_expression if self.transcript_expression is None else self.transcript_expression

    @property
    def abundance_name(self) -> str:
        """Which one that is."""
        return "gene expression" if self.transcript_expression is None else "transcript expression"

    @property
    def rna_vaf(self) -> float | None:
        """Share of RNA reads with the variant; None without reads."""
        if self.tumor_rna_depth == 0:
            return None
        if self.tumor_rna_vaf is None and self.tumor_rna_alt_reads is not None and self.tumor_rna_depth:
            return self.tumor_rna_alt_reads / self.tumor_rna_depth
        return self.tumor_rna_vaf

    @property
    def allele_share(self) -> float:
        """Share of the gene's transcripts that carry the variant: RNA VAF, else DNA VAF, else one copy of two."""
        share = HET_SHARE if self.tumor_dna_vaf is None else self.tumor_dna_vaf
        rna = self.rna_vaf
        if rna is None or not self.share_from_rna:
            return share
        return max(rna, share) if self.indel else rna

    @property
    def share_from_rna(self) -> bool:
        """Whether RNA reads told that share."""
        if self.rna_vaf is None:
            return False
        return self.tumor_rna_depth is None or self.tumor_rna_depth >= INFORMATIVE_RNA_DEPTH

    @property
    def allele_abundance(self) -> float | None:
        """Abundance of the transcripts that carry the variant."""
        return None if self.abundance is None else self.abundance * self.allele_share

    @property
    def seen_in_rna(self) -> bool | None:
        """Whether RNA reads carry the variant; None where they can't tell."""
        rna = self.rna_vaf
        if rna is None:
            return None
        if rna > RNA_ERROR_VAF:
            return True
        if self.indel or (self.tumor_rna_depth is not None and self.tumor_rna_depth < INFORMATIVE_RNA_DEPTH):
            return None
        return False

    @property
    def expressed(self) -> bool | None:
        """What RNA says: True, False, or None where nothing tells."""
        seen, abundance = self.seen_in_rna, self.abundance
        if seen is False or (abundance is not None and abundance < EXPRESSED_TPM):
            return False
        return True if abundance is not None or seen else None

    @property
    def clonal_share(self) -> float | None:
        """Upper end of the cancer cell fraction, else the fraction itself."""
        return self.ccf if self.ccf_high is None else self.ccf_high

    @property
    def region_share(self) -> float | None:
        """Share of the assessed regions that have the variant."""
        if self.regions_with is None or not self.regions_assessed:
            return None
        return min(1.0, self.regions_with / self.regions_assessed)

    @property
    def near_self(self) -> bool | None:
        """Whether a normal protein holds a peptide like it."""
        return None if self.self_match is None else self.self_match == "near"

    @property
    def doubted(self) -> bool:
        """Whether there are doubts."""
        return bool(self.doubts)

    @property
    def only_anchors_mutated(self) -> bool | None:
        """Whether every mutated position is an anchor, so that what T cells face is as in the normal peptide."""
        if self.peptide is None or not self.mutant_positions:
            return None
        anchors = (1, len(self.peptide) - 1) if self.anchor_positions is None else self.anchor_positions
        return set(self.mutant_positions) <= set(anchors)


OF_PEPTIDE = Case._fields.index("allele")
"""How many fields depend on the peptide alone; they come first."""
OF_ALLELE = frozenset(
    (*Case._fields[OF_PEPTIDE:], "percentile", "percentile_name", "agretopicity", "only_anchors_mutated", "anchor_ok")
)
"""Values, also of checks, that may differ between a peptide's alleles; all others depend on the peptide alone."""


@dataclass(frozen=True, slots=True)
class RankedCase:
    """A case with its place and what put it there."""

    rank: int
    """1 is best; the order is total."""
    rank_low: int | None
    """Best place of the 90 % interval; None where the policy's formula tells no spread."""
    rank_high: int | None
    """Worst place of it."""
    tier: str
    score: float
    contributions: tuple[tuple[str, float | None], ...]
    """(part, its share of the score); None where not assessed, which counts as 0, the middle."""
    reasons: tuple[str, ...]
    number: int
    """0-based place in the input."""
