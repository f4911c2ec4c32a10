"""Published rankings' formulas, for comparison."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from neosieve.model.case import Case

VAXRANK_MIDPOINT_NM = 350.0  # vaxrank 3: logistic_epitope_score's midpoint
VAXRANK_WIDTH_NM = 150.0
VAXRANK_CUTOFF_NM = 5000.0
MUPEXI_MIDPOINT = 2.0  # MuPeXI (Bjerregaard 2017): the logistic's centre, % rank
MUPEXI_SLOPE = 5.0
MUPEXI_PSEUDO_TPM = 0.1


def vaxrank_epitope(affinity_nM: float) -> float:
    """Logistic of the IC50, 1 at 0 nM and 0 from 5,000 nM."""
    if affinity_nM >= VAXRANK_CUTOFF_NM:
        return 0.0
    logistic = 1 / (1 + math.exp((affinity_nM - VAXRANK_MIDPOINT_NM) / VAXRANK_WIDTH_NM))
    return logistic * (1 + math.exp(-VAXRANK_MIDPOINT_NM / VAXRANK_WIDTH_NM))


def vaxrank_scores(cases: Sequence[Case], groups: Sequence[Hashable]) -> list[float]:
    """Sum of a variant's epitope scores times the square root of its RNA reads; without reads, the sum alone.

    Parameters
    ----------
    cases
        Candidates.
    groups
        What names each one's variant; each candidate of it has the variant's score.
    """
    sums: defaultdict[Hashable, float] = defaultdict(float)
    for case, group in zip(cases, groups, strict=True):
        sums[group] += 0.0 if case.affinity_nM is None else vaxrank_epitope(case.affinity_nM)
    return [sums[group] * _root_of_reads(case) for case, group in zip(cases, groups, strict=True)]


def _root_of_reads(case: Case) -> float:
    reads = case.tumor_rna_alt_reads
    if reads is None and case.tumor_rna_vaf is not None and case.tumor_rna_depth is not None:
        reads = case.tumor_rna_vaf * case.tumor_rna_depth
    if reads is None and case.allele_abundance is not None:
        reads = case.allele_abundance  # no read counts: the allele's abundance stands for them, up to a factor
    return 1.0 if reads is None else math.sqrt(reads)


def mupexi_logistic(rank: float) -> float:
    """1 at rank 0, 1/2 at 2 %."""
    return 1 / (1 + math.exp(min(700.0, MUPEXI_SLOPE * (rank - MUPEXI_MIDPOINT))))


def mupexi_score(case: Case) -> float:
    """L(rank_mt) · tanh(expression + 0.1) · (1 − 2^−mismatches · L(rank_wt)) · AF; a factor that is unknown is 1."""
    rank = case.percentile if case.affinity_percentile is None else case.affinity_percentile
    score = 1.0 if rank is None else mupexi_logistic(rank)
    if case.abundance is not None:
        score *= math.tanh(case.abundance + MUPEXI_PSEUDO_TPM)
    wildtype, mutant = case.wildtype_peptide, case.peptide
    if wildtype and mutant and len(wildtype) == len(mutant) and case.wildtype_affinity_percentile is not None:
        mismatches = sum(one != other for one, other in zip(wildtype, mutant, strict=True))
        score *= 1 - 2.0**-mismatches * mupexi_logistic(case.wildtype_affinity_percentile)
    return score if case.tumor_dna_vaf is None else score * case.tumor_dna_vaf


def rank_sum_scores(cases: Sequence[Case]) -> list[float]:
    """Sum, negated, of pVACseq's dense ranks over the table: allele expression (descending), IC50, percentile."""
    values: tuple[Callable[[Case], float | None], ...] = (
        lambda one: None if (worth := allele_expression(one)) is None else -worth,
        lambda one: one.affinity_nM,
        lambda one: one.percentile if one.combined_percentile is None else one.combined_percentile,
    )
    scores = np.zeros(len(cases))
    for value in values:
        found = [math.inf if (one := value(case)) is None else one for case in cases]
        scores -= np.unique(found, return_inverse=True)[1] + 1
    result: list[float] = scores.tolist()
    return result


def allele_expression(case: Case) -> float | None:
    """Gene expression × RNA VAF, as pVACseq has it: None without either."""
    if case.gene_expression is None or case.tumor_rna_vaf is None:
        return None
    return case.gene_expression * case.tumor_rna_vaf
