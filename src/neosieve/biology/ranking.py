"""The order of candidates: a tier first, then a score; both explain themselves.

This is a first, simple order. Its parts are stated here and in the README; nothing in it is fitted.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from neosieve.model.candidate import Ranked, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from neosieve.model.candidate import Candidate

STRONG_PERCENTILE = 0.5  # NetMHCpan 4.1 EL convention for strong binders (Reynisson 2020)
PRESENTED_PERCENTILE = 2.0  # the same convention's weak binders
EXPRESSED_TPM = 1.0  # pVACseq's default gene-expression cut-off
INFORMATIVE_RNA_DEPTH = 10  # pVACseq's default RNA coverage cut-off
FULL_EXPRESSION_TPM = 100.0  # where the expression component reaches 1; beyond it more transcript changes little
CLONAL_HET_VAF = 0.5  # VAF of a clonal heterozygous variant in a pure diploid tumour; where the VAF component reaches 1

WEIGHTS = {"presentation": 0.5, "affinity": 0.2, "expression": 0.2, "dna_vaf": 0.1}
"""Shares of the score's parts; a part that is not known leaves its share to the others."""


def rank(candidates: Iterable[Candidate]) -> tuple[Ranked, ...]:
    """Rank candidates, best first.

    Tiers come in the order of :class:`Tier`; within one the higher score leads, then the lower presentation percentile,
    the lower affinity, and last the variant, peptide and allele, so that the order is total.
    """
    judged = []
    for candidate in candidates:
        tier, reasons = _tier(candidate)
        components = _components(candidate)
        judged.append((tier, _score(components), components, reasons, candidate))
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
    if decisive is None:
        return Tier.BINDING_NOT_ASSESSED, ("no percentile for this allele: binding not assessed", *words)
    name, value = decisive
    limit = STRONG_PERCENTILE if value <= STRONG_PERCENTILE else PRESENTED_PERCENTILE
    sign = "≤" if value <= limit else ">"
    reasons = (f"{name} percentile {value:.3g} {sign} {limit:g}", *words)
    if value > PRESENTED_PERCENTILE:
        return Tier.POOR_BINDER, reasons
    if expressed is None:
        return Tier.EXPRESSION_NOT_ASSESSED, reasons
    if not expressed:
        return Tier.LOW_EXPRESSION, reasons
    return (Tier.STRONG if value <= STRONG_PERCENTILE else Tier.GOOD), reasons


def _expressed(candidate: Candidate) -> tuple[bool | None, tuple[str, ...]]:
    """Weigh the RNA: True, False, or None where nothing tells."""
    words = []
    rna = candidate.call.rna
    level, tpm = _abundance(candidate)
    reads = rna.alt_reads if rna is not None else None
    depth = rna.depth if rna is not None else None
    if tpm is not None:
        words.append(f"{level} expression {tpm:.3g} {'≥' if tpm >= EXPRESSED_TPM else '<'} {EXPRESSED_TPM:g}")
    else:
        words.append("expression not assessed")
    informative = depth is not None and depth >= INFORMATIVE_RNA_DEPTH
    if reads is None or not depth:
        words.append("RNA reads not assessed")
    else:
        words.append(f"{reads} of {depth} RNA reads carry the variant")
    if reads == 0 and informative:
        return False, tuple(words)
    if tpm is not None and tpm < EXPRESSED_TPM:
        return False, tuple(words)
    if tpm is not None or (reads is not None and reads > 0):
        return True, tuple(words)
    return None, tuple(words)


def _abundance(candidate: Candidate) -> tuple[str, float | None]:
    """Return the expression of the transcripts that make the peptide if known, else their gene's, and its level."""
    if candidate.transcript_expression is not None:
        return "transcript", candidate.transcript_expression
    return "gene", candidate.gene_expression


def _components(candidate: Candidate) -> tuple[tuple[str, float | None], ...]:
    binding, vaf = candidate.binding, candidate.call.tumor.vaf
    _, tpm = _abundance(candidate)
    expression = None if tpm is None else min(1.0, math.log1p(tpm) / math.log1p(FULL_EXPRESSION_TPM))
    return (
        ("presentation", _from_percentile(binding.presentation_percentile)),
        ("affinity", _from_percentile(binding.affinity_percentile)),
        ("expression", expression),
        ("dna_vaf", None if vaf is None else min(1.0, vaf / CLONAL_HET_VAF)),
    )


def _from_percentile(percentile: float | None) -> float | None:
    """Map a percentile to 0–1: 1 at 0 %, 1/2 at the presented threshold, 1/51 at 100 %."""
    return None if percentile is None else PRESENTED_PERCENTILE / (PRESENTED_PERCENTILE + percentile)


def _score(components: Iterable[tuple[str, float | None]]) -> float:
    """Weighted mean of the parts that are known; 0 if none is."""
    known = [(WEIGHTS[name], value) for name, value in components if value is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / total if total else 0.0
