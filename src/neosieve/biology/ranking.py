"""The order of candidates: a tier first, then a score; both explain themselves.

This is a first, simple order. Its parts are stated here and in the README; nothing in it is fitted.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from neosieve.biology.assembly import PART_OF_LONGER, UNPHASED
from neosieve.biology.haplotypes import ASSUMED_CIS
from neosieve.model.candidate import Ranked, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neosieve.model.candidate import Candidate
    from neosieve.model.variant import Call

STRONG_PERCENTILE = 0.5  # NetMHCpan 4.1 EL convention for strong binders (Reynisson 2020)
PRESENTED_PERCENTILE = 2.0  # the same convention's weak binders
EXPRESSED_TPM = 1.0  # pVACseq's default gene-expression cut-off
INFORMATIVE_RNA_DEPTH = 10  # pVACseq's default RNA coverage cut-off
RNA_ERROR_VAF = 0.01  # the order of sequencing and alignment error (Illumina Q20): at or below, a variant isn't seen
NORMAL_VAF = 0.02  # pVACseq's default cut-off in the normal
NORMAL_READS = 3  # fewer are easily errors
CONTAMINATION = 10  # tumour DNA in the normal of up to a tenth of the tumour's own VAF is no sign of a germline variant
FULL_EXPRESSION_TPM = 100.0  # where the expression component reaches 1; beyond it more transcript changes little
CLONAL_HET_VAF = 0.5  # VAF of a clonal heterozygous variant in a pure diploid tumour; where the VAF component reaches 1

WEIGHTS = {"presentation": 0.5, "affinity": 0.2, "expression": 0.2, "dna_vaf": 0.1}
"""Shares of the score's parts; they add up to 1."""
NEUTRAL = {"presentation": 0.5, "affinity": 0.5, "dna_vaf": 0.5}
"""What a part that is not known counts for: the middle of its range."""
MIDDLING_TPM = 10.0  # halfway to FULL_EXPRESSION_TPM by the logarithm: the abundance that an unknown one counts as


def rank(candidates: Iterable[Candidate]) -> tuple[Ranked, ...]:
    """Rank candidates, best first.

    Tiers come in the order of :class:`Tier`; within one the higher score leads, then the lower presentation percentile,
    the lower affinity, and last the variant, peptide and allele, so that the order is total.
    """
    judged = []
    for candidate in candidates:
        tier, reasons = _tier(candidate)
        components = _components(candidate)
        judged.append((tier, _score(components, candidate.call), components, reasons, candidate))
    order = {tier: place for place, tier in enumerate(Tier)}
    judged.sort(key=lambda one: (order[one[0]], -one[1], *_tie(one[4])))
    return tuple(
        Ranked(place, tier, score, components, reasons, candidate)
        for place, (tier, score, components, reasons, candidate) in enumerate(judged, start=1)
    )


def _tie(candidate: Candidate) -> tuple[float, float, object, str, str, str]:
    binding = candidate.binding
    percentile = binding.presentation_percentile
    haplotype = "+".join(str(call.variant) for call in candidate.peptide.calls)
    return (
        math.inf if percentile is None else percentile,
        binding.affinity_nM,
        candidate.call.variant,
        candidate.peptide.sequence,
        candidate.allele.name,
        haplotype,
    )


def _percentile(candidate: Candidate) -> tuple[str, float] | None:
    """Return the percentile that decides the tier, with its name: presentation, else affinity."""
    binding = candidate.binding
    if binding.presentation_percentile is not None:
        return "presentation", binding.presentation_percentile
    if binding.affinity_percentile is not None:
        return "affinity", binding.affinity_percentile
    return None


def _tier(candidate: Candidate) -> tuple[Tier, tuple[str, ...]]:
    decisive = _percentile(candidate)
    expressed, words = _expressed(candidate)
    doubts = _doubts(candidate)
    if decisive is None:
        return Tier.BINDING_NOT_ASSESSED, ("no percentile for this allele: binding not assessed", *words, *doubts)
    name, value = decisive
    limit = STRONG_PERCENTILE if value <= STRONG_PERCENTILE else PRESENTED_PERCENTILE
    sign = "≤" if value <= limit else ">"
    reasons = (f"{name} percentile {value:.3g} {sign} {limit:g}", *words, *doubts)
    if value > PRESENTED_PERCENTILE:
        return Tier.POOR_BINDER, reasons
    if expressed is False:
        return Tier.LOW_EXPRESSION, reasons
    if doubts:
        return Tier.UNCERTAIN, reasons
    if expressed is None:
        return Tier.EXPRESSION_NOT_ASSESSED, reasons
    return (Tier.STRONG if value <= STRONG_PERCENTILE else Tier.GOOD), reasons


def _doubts(candidate: Candidate) -> list[str]:
    """Say why the peptide, or the somatic variant behind it, may not exist."""
    doubts = list(candidate.change.doubts)
    if ASSUMED_CIS in candidate.phase:
        doubts.append("it is assumed that variants of unknown phase lie in cis")
    if UNPHASED in candidate.phase:
        doubts.append("a variant of unknown phase would change this peptide")
    if PART_OF_LONGER in candidate.phase:
        doubts.append("a longer call covers the same bases")
    for call in candidate.peptide.calls:
        normal, tumor_vaf = call.normal, call.tumor.vaf
        if normal is not None and normal.vaf is not None and (normal.alt_reads or 0) >= NORMAL_READS:
            contamination = tumor_vaf is not None and normal.vaf < tumor_vaf / CONTAMINATION
            if normal.vaf >= NORMAL_VAF and not contamination:
                doubts.append(f"the normal has it in {normal.alt_reads} reads (VAF {normal.vaf:.3g})")
        if call.filters:
            doubts.append(f"FILTER is {';'.join(call.filters)}")
    return list(dict.fromkeys(doubts))


def _expressed(candidate: Candidate) -> tuple[bool | None, tuple[str, ...]]:
    """Weigh the RNA: True, False, or None where nothing tells."""
    words = []
    level, tpm = _abundance(candidate)
    if tpm is not None:
        words.append(f"{level} expression {tpm:.3g} {'≥' if tpm >= EXPRESSED_TPM else '<'} {EXPRESSED_TPM:g}")
    else:
        words.append("expression not assessed")
    rna = candidate.call.rna
    if rna is None or rna.alt_reads is None or not rna.depth:
        seen = None
        words.append("RNA reads not assessed")
    else:
        seen, verdict = _seen_in_rna(candidate.call, rna.alt_reads, rna.depth)
        words.append(f"{rna.alt_reads} of {rna.depth} RNA reads carry the variant{verdict}")
    if seen is False or (tpm is not None and tpm < EXPRESSED_TPM):
        return False, tuple(words)
    return (True if tpm is not None or seen else None), tuple(words)


def _seen_in_rna(call: Call, alt_reads: int, depth: int) -> tuple[bool | None, str]:
    """Judge whether RNA reads carry a variant: True, False, or None where they can't tell; and why not, in words."""
    if alt_reads / depth > RNA_ERROR_VAF:
        return True, ""
    if depth < INFORMATIVE_RNA_DEPTH:
        return None, ": too few to tell"
    if _is_indel(call):
        return None, ": aligners miss reads with indels, so this is no evidence against"
    return False, ": not seen beyond error"


def _is_indel(call: Call) -> bool:
    return len(call.variant.ref) != len(call.variant.alt)


def _abundance(candidate: Candidate) -> tuple[str, float | None]:
    """Return the expression of the transcripts that make the peptide if known, else their gene's, and its level."""
    if candidate.transcript_expression is not None:
        return "transcript", candidate.transcript_expression
    return "gene", candidate.gene_expression


def _allele_share(call: Call) -> float:
    """Share of a gene's transcripts that carry the variant: its RNA VAF, else its DNA VAF, else one copy of two."""
    rna = call.rna
    if rna is not None and rna.vaf is not None and (rna.depth or 0) >= INFORMATIVE_RNA_DEPTH:
        missed = _is_indel(call) and rna.vaf <= RNA_ERROR_VAF
        if not missed:
            return rna.vaf
    return CLONAL_HET_VAF if call.tumor.vaf is None else call.tumor.vaf


def _components(candidate: Candidate) -> tuple[tuple[str, float | None], ...]:
    binding, vaf = candidate.binding, candidate.call.tumor.vaf
    _, tpm = _abundance(candidate)
    return (
        ("presentation", _from_percentile(binding.presentation_percentile)),
        ("affinity", _from_percentile(binding.affinity_percentile)),
        ("expression", None if tpm is None else _from_abundance(tpm, candidate.call)),
        ("dna_vaf", None if vaf is None else min(1.0, vaf / CLONAL_HET_VAF)),
    )


def _from_abundance(tpm: float, call: Call) -> float:
    """Map the abundance of the transcripts that carry the variant to 0–1, by its logarithm."""
    return min(1.0, math.log1p(tpm * _allele_share(call)) / math.log1p(FULL_EXPRESSION_TPM))


def _from_percentile(percentile: float | None) -> float | None:
    """Map a percentile to 0–1: 1 at 0 %, 1/2 at the presented threshold, 1/51 at 100 %."""
    return None if percentile is None else PRESENTED_PERCENTILE / (PRESENTED_PERCENTILE + percentile)


def _score(components: Iterable[tuple[str, float | None]], call: Call) -> float:
    """Weighted mean of the parts; one that is not known takes its neutral value, neither the worst nor the best."""
    neutral = NEUTRAL | {"expression": _from_abundance(MIDDLING_TPM, call)}
    return sum(WEIGHTS[name] * (neutral[name] if value is None else value) for name, value in components)
