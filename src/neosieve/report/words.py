"""What outcomes, tiers and limits mean, in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.model.candidate import Tier, tier_named
from neosieve.model.ledger import Outcome

if TYPE_CHECKING:
    from neosieve.model.candidate import AnyTier
    from neosieve.model.run import RunResult

OUTCOME_MEANINGS: dict[Outcome, str] = {
    Outcome.CANDIDATES: "At least one neo-peptide went on to be scored.",
    Outcome.FILTERED: "FILTER is neither PASS nor '.', and filtered records were not asked for.",
    Outcome.MALFORMED_RECORD: "The record can't be read.",
    Outcome.NO_ALTERNATIVE_ALLELE: "The record states no ALT.",
    Outcome.SYMBOLIC_ALLELE: "A symbolic ALT, a breakend or '*': not a small variant.",
    Outcome.NO_GENOTYPE: "Neither a genotype nor read counts say that the tumour carries the ALT.",
    Outcome.NOT_IN_TUMOR: "The tumour's genotype or reads lack the ALT.",
    Outcome.GERMLINE: "The matched normal or the germline VCF carries the ALT.",
    Outcome.DUPLICATE_RECORD: "The same variant was read from an earlier record.",
    Outcome.NO_ANNOTATION: "The record has no annotation for this ALT.",
    Outcome.NO_PROTEIN_CHANGE: "No transcript's protein is changed: non-coding or synonymous.",
    Outcome.NO_WILDTYPE_PROTEIN: "The annotation lacks the transcript's normal protein.",
    Outcome.ANNOTATION_MISMATCH: "The annotation contradicts itself: its positions and its protein don't fit.",
    Outcome.ANNOTATION_DIFFERS: "The VCF's annotation says otherwise than the reference's sequence, which was used.",
    Outcome.NOT_IN_REFERENCE: "The reference holds no contig of that name.",
    Outcome.REFERENCE_MISMATCH: "REF is not what the reference has there.",
    Outcome.UNTRANSLATABLE_TRANSCRIPT: "The reference's own CDS of the transcript doesn't read as one protein.",
    Outcome.INCOMPLETE_TRANSCRIPT: "The transcript's CDS is annotated as incomplete, and such were not admitted.",
    Outcome.NMD_TRANSCRIPT: "The transcript is annotated as decaying: it only adds to the normal proteins.",
    Outcome.UNSUPPORTED_BIOTYPE: "The transcript's biotype is not one that makes an ordinary protein.",
    Outcome.IMMUNE_RECEPTOR_SEGMENT: "An IG or TR segment: its protein exists only after V(D)J recombination.",
    Outcome.START_LOST_UNMODELLED: "The start codon is lost: what is translated instead can't be known.",
    Outcome.SEQUENCE_NEEDED: "The new residues can't be known from the annotation: a stop-loss or a frameshift "
    "without its sequence.",
    Outcome.SPLICE_UNMODELLED: "A splice site is hit: the new transcript can't be known.",
    Outcome.PHASE_UNRESOLVED: "A variant in cis changes the same protein in a way that can't be combined.",
    Outcome.NO_NOVEL_PEPTIDE: "The mutant protein holds no peptide that its own normal protein lacks.",
    Outcome.SELF_PEPTIDES_ONLY: "Every new peptide occurs in another normal protein; see excluded_peptides.tsv.",
    Outcome.UNSCORABLE_RESIDUES: "Every new peptide holds a residue that can't be scored (X, U, B, Z).",
}

TIER_MEANINGS: dict[Tier, str] = {
    Tier.STRONG: "Percentile of 0.5 or below; the gene or transcript is expressed, or RNA reads carry the variant.",
    Tier.GOOD: "Percentile of 2 or below, and expressed likewise.",
    Tier.EXPRESSION_NOT_ASSESSED: "Percentile of 2 or below; nothing is known of expression, "
    "which is neither a pass nor a failure.",
    Tier.UNCERTAIN: "Percentile of 2 or below, but there is doubt that the peptide or the somatic variant exists: "
    "a neighbour of unknown phase, a longer call of the same bases, an assumption on splicing, reads in the normal, "
    "or a failed FILTER.",
    Tier.SELF_LIKE: "Percentile of 2 or below, but a normal protein holds a peptide like it.",
    Tier.SUBCLONAL: "Percentile of 2 or below, but the upper end of the cancer cell fraction is under one half, "
    "or fewer than half of the tumour's regions have the variant.",
    Tier.LOW_EXPRESSION: "Percentile of 2 or below, but the evidence speaks against expression.",
    Tier.ALLELE_LOST: "Percentile of 2 or below, but at least half of the tumour's cells lost the HLA allele.",
    Tier.POOR_BINDER: "Percentile above 2.",
    Tier.BINDING_NOT_ASSESSED: "The predictor gives no percentile for this allele.",
}
"""Percentile: of presentation, and of affinity where the predictor gives no other."""


def tier_meanings(result: RunResult) -> dict[AnyTier, str]:
    """Return what the tiers of a run mean, best first: by its own policy, or by the default one."""
    if not result.tiers:
        return dict(TIER_MEANINGS.items())
    return {tier_named(name): rule for name, rule in result.tiers}


LIMITS: tuple[str, ...] = (
    "HLA class I only: no class II allele, so nothing here speaks of CD4 help.",
    "Small variants only: no fusions, structural variants or endogenous retroviruses.",
    "Somatic calls are taken as given. Tumour-only calls may hold germline variants.",
    "Percentiles are predictions of binding and presentation. Nothing here predicts that a T cell responds.",
    "For research use only: not a medical device, and no basis for a treatment decision by itself.",
)
"""What this version is not."""


_ABBREVIATIONS = frozenset({"dna", "rna", "vaf", "ccf", "nmd"})


def label(name: str) -> str:
    """Turn an identifier into words: ``expression_not_assessed`` into ``expression not assessed``."""
    return " ".join(word.upper() if word in _ABBREVIATIONS else word for word in name.split("_"))
