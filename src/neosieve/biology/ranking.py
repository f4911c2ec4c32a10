"""The order of candidates of a run: each becomes a case, and the cases are ranked by a policy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import count, repeat
from typing import TYPE_CHECKING

import numpy as np

from neosieve.biology.casecolumns import Cases
from neosieve.biology.caseranking import Assessed, assess, in_order, rank_cases
from neosieve.biology.cutting import PART_OF_LONGER, UNPHASED
from neosieve.biology.haplotypes import ASSUMED_CIS
from neosieve.model.candidate import Ranked, tier_named
from neosieve.model.case import OF_PEPTIDE, Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.biology.rankintervals import Draws
    from neosieve.biology.score import Coefficients
    from neosieve.model.candidate import Candidate
    from neosieve.model.peptide import Peptide
    from neosieve.model.rankpolicy import RankPolicy

PRESENTED_PERCENTILE = 2.0  # NetMHCpan 4.1 EL convention for weak binders (Reynisson 2020)
NORMAL_VAF = 0.02  # pVACseq's default cut-off in the normal
NORMAL_READS = 3  # fewer are easily errors
CONTAMINATION = 10  # tumour DNA in the normal of up to a tenth of the tumour's own VAF is no sign of a germline variant


def rank(candidates: Iterable[Candidate], policy: RankPolicy, coefficients: Coefficients) -> tuple[Ranked, ...]:
    """Rank candidates, best first.

    Parameters
    ----------
    policy
        Any.
    coefficients
        The fitted part of the score.

    Returns
    -------
    tuple of Ranked
        By the policy's order; then by percentile, affinity, variant, peptide and allele, so that the order is total.
    """
    ordered = sorted(candidates, key=_identity)
    cases = [case_of(candidate) for candidate in ordered]
    variants = [_haplotype(candidate.peptide) for candidate in ordered]
    return tuple(
        Ranked(
            one.rank,
            ordered[one.number],
            tier_named(one.tier),
            one.score,
            tuple(name for name, _ in one.contributions),
            tuple(value for _, value in one.contributions),
            one.reasons,
            cases[one.number].doubts,
            one.rank_low,
            one.rank_high,
        )
        for one in rank_cases(cases, policy, coefficients, variants)
    )


@dataclass(frozen=True, slots=True)
class Part:
    """Candidates of one allele, and what a policy that judges each case by itself says of them."""

    candidates: Sequence[Candidate]
    """By peptide, then variant, then haplotype."""
    said: Assessed
    doubts: Sequence[tuple[str, ...]]


def cases_of(candidates: Sequence[Candidate], like: Cases | None = None) -> Cases:
    """Lay the evidence of one allele's candidates out flat.

    Parameters
    ----------
    like
        The cases of the same peptides, in the same order, with another allele; None where there are none yet.
    """
    return Cases(list(map(case_of, candidates, repeat(None) if like is None else like.rows)), like)


def judged(candidates: Sequence[Candidate], cases: Cases, policy: RankPolicy, coefficients: Coefficients) -> Part:
    """Say of one allele's candidates, in the order of :func:`by_name`, what depends on each alone."""
    return Part(candidates, assess(cases, policy, coefficients), [case.doubts for case in cases.rows])


def rank_parts(
    parts: Sequence[Part], policy: RankPolicy, coefficients: Coefficients, draws: Draws | None = None
) -> tuple[Ranked, ...]:
    """Rank the candidates of several alleles as :func:`rank` does.

    Parameters
    ----------
    parts
        The same peptides for each allele.
    policy
        One that judges each case by itself.
    draws
        What is kept of other rankings.
    """
    parts = sorted(parts, key=lambda one: [candidate.allele.name for candidate in one.candidates[:1]])
    said = Assessed.joined([one.said for one in parts])
    candidates = [candidate for one in parts for candidate in one.candidates]
    doubts = [words for one in parts for words in one.doubts]
    size = len(parts[0].candidates)
    peptides = {peptide: place for place, peptide in enumerate(dict.fromkeys(map(_peptide, parts[0].candidates)))}
    groups = np.tile([peptides[_peptide(candidate)] for candidate in parts[0].candidates], len(parts))
    # peptide by peptide, and within one allele by allele: stable, so that each keeps its order of variants
    by_name = np.argsort(groups * len(parts) + np.repeat(np.arange(len(parts)), size), kind="stable")
    order, low, high = in_order(said, by_name, policy, coefficients, draws)
    tiers = {name: tier_named(name) for name in policy.tiers}
    tier_of = [tiers[name] for name in said.tiers]
    placed = (
        *(map(column.__getitem__, order) for column in (candidates, tier_of, said.values)),
        repeat(said.names),
        *(map(column.__getitem__, order) for column in (said.parts, said.reasons, doubts)),
    )
    rows = zip(count(1), *placed, low, high, strict=False)
    return tuple(map(partial(tuple.__new__, Ranked), rows))


def _peptide(candidate: Candidate) -> str:
    return candidate.peptide.sequence


def by_name(peptide: Peptide) -> tuple[str, object, str]:
    """Return what an allele's candidates are sorted by: the peptide, then the variant, then the haplotype."""
    return peptide.sequence, peptide.calls[0].variant, _haplotype(peptide)


def _haplotype(peptide: Peptide) -> str:
    return "+".join([str(call.variant) for call in peptide.calls])


def _identity(candidate: Candidate) -> tuple[object, str, str, str]:
    return candidate.call.variant, candidate.peptide.sequence, candidate.allele.name, _haplotype(candidate.peptide)


def case_of(candidate: Candidate, like: Case | None = None) -> Case:
    """Lay a candidate's evidence out flat.

    Parameters
    ----------
    like
        The case of the same peptide with another allele; None where there is none yet.
    """
    binding, wildtype, level = candidate.binding, candidate.wildtype_binding, candidate.near_self_level
    of_allele = (
        candidate.allele.name,
        candidate.anchor_positions,
        *binding,
        None,  # no predictor of immunogenicity,
        None,  # and no combined percentile: a run has neither
        None if wildtype is None else wildtype.affinity_nM,
        None if wildtype is None else wildtype.affinity_percentile,
        candidate.hla_loss,
        candidate.near_self_peptide,
        candidate.near_self_source,
        None if level is None else level.value,
        None if level is None else level.tissue,
        None if level is None else level.gene,
    )
    return tuple.__new__(Case, (_of_peptide(candidate) if like is None else like[:OF_PEPTIDE]) + of_allele)


def _of_peptide(candidate: Candidate) -> tuple[object, ...]:
    """Return the fields of a case that no allele changes."""
    call, transcript = candidate.call, candidate.change.transcript
    rna, regions, told = call.rna, candidate.regions, transcript.told_apart
    return Case(
        peptide=candidate.peptide.sequence,
        wildtype_peptide=candidate.peptide.wildtype,
        mutant_positions=tuple(sorted(candidate.peptide.altered)) if candidate.peptide.wildtype else None,
        gene_expression=candidate.gene_expression,
        transcript_expression=candidate.transcript_expression,
        tumor_dna_vaf=call.tumor.vaf,
        tumor_dna_depth=call.tumor.depth,
        tumor_rna_vaf=None if rna is None else rna.vaf,
        tumor_rna_depth=None if rna is None else rna.depth,
        tumor_rna_alt_reads=None if rna is None else rna.alt_reads,
        ccf=candidate.ccf,
        ccf_low=candidate.ccf_low,
        ccf_high=candidate.ccf_high,
        self_match=candidate.self_match,
        transcript_support_level=transcript.support_level,
        canonical=transcript.canonical if told else None,
        mane_select=transcript.mane_select if told else None,
        hotspot=candidate.hotspot,
        regions_with=None if regions is None else len(regions.present),
        regions_assessed=None if regions is None else regions.assessed,
        regions=None if regions is None else regions.listed,
        indel=len(call.variant.ref) != len(call.variant.alt),
        doubts=tuple(_doubts(candidate)),
    )[:OF_PEPTIDE]


def _doubts(candidate: Candidate) -> list[str]:
    """Say why the peptide, or the somatic variant behind it, may not exist."""
    doubts = list(candidate.change.doubted(candidate.peptide.calls))
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
