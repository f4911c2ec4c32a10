"""Findings on antigen presentation: loss-of-function somatic variants in the genes that it needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.policy import preference
from neosieve.biology.terms import CODING_BIOTYPES, SPLICE_SITE, START_LOST
from neosieve.model.evidence import Finding, Verdict
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from neosieve.biology.clonality import Site
    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.evidence import HlaLossTable
    from neosieve.model.variant import Call, Variant

HLA_GENES = frozenset({"HLA-A", "HLA-B", "HLA-C"})
GENES = {
    "B2M": "beta-2-microglobulin, part of every class I molecule",
    "HLA-A": "a class I heavy chain",
    "HLA-B": "a class I heavy chain",
    "HLA-C": "a class I heavy chain",
    "TAP1": "peptide transport into the endoplasmic reticulum",
    "TAP2": "peptide transport into the endoplasmic reticulum",
    "TAPBP": "peptide loading (tapasin)",
    "NLRC5": "transcription of the class I genes",
    "JAK1": "interferon-gamma signalling",
    "JAK2": "interferon-gamma signalling",
    "IFNGR1": "interferon-gamma signalling",
    "IFNGR2": "interferon-gamma signalling",
}
"""Gene → what presentation needs it for (Zaretsky 2016, N Engl J Med 375:819; Sade-Feldman 2017, Nat Commun 8:1136;
Dhatchinamoorthy 2021, Front Immunol 12:636568)."""
TRUNCATING = frozenset({"stop_gained", "frameshift_variant"})
LOSS_OF_FUNCTION = TRUNCATING | SPLICE_SITE | START_LOST | {"transcript_ablation"}
DOMINANT = {
    "IFNGR1": (
        Interval(266, 457),
        (
            "a receptor cut short between its membrane-spanning helix and Tyr457 stays on the cell and blocks the "
            "intact one (Jouanguy 1999, Nat Genet 21:370)"
        ),
    )
}
"""Gene → (0-based residues where a truncation is dominant, why). Of IFNGR1 (UniProt P15260) the helix ends at residue
266, and STAT1 docks at Tyr457: the classic 818del4 lies just behind the helix."""
NONE_LEFT = 0.5  # intact copies per tumour cell; fewer round to none
SIGNIFICANT = 0.05  # chance of so many ALT reads if a copy were intact; the usual level


@dataclass(frozen=True, slots=True)
class _Hit:
    """One loss-of-function variant in one gene."""

    call: Call
    consequence: TranscriptConsequence


def presentation_findings(
    calls: Iterable[Call],
    *,
    sites: Mapping[Variant, Site | None] | None = None,
    purity: float | None = None,
    losses: HlaLossTable | None = None,
) -> tuple[Finding, ...]:
    """Find loss-of-function somatic variants in genes of antigen presentation and interferon-gamma signalling.

    Parameters
    ----------
    calls
        Germline ones are passed over. A call counts for a gene by its most important coding transcript (MANE Select,
        then canonical), if that gains a stop, shifts its frame, or loses its start or a canonical splice site.
    sites
        Variant → its reads and the copies of its locus, as :func:`neosieve.biology.clonality.site` makes them.
    purity
        Share of tumour cells in the sample; with `sites` it tells how many intact copies are left.
    losses
        Lost HLA alleles.

    Returns
    -------
    tuple of Finding
        One for each gene with a hit, in the order of :data:`GENES`.

        *Both copies hit*: two hits are phased in trans; or, in an HLA gene, the other allele is lost as a whole; or the
        tumour's genotype has no other allele; or the reads leave fewer than half an intact copy per tumour cell, and so
        many ALT reads would be unlikely (p < 0.05) if one copy, or the only copy of half the cells, were intact.
        *Known dominant*: see :data:`DOMINANT`. *At least two hits*: several variants of unknown phase, or a variant
        beside an HLA allele that a part of the tumour lost. *Monoallelic*: one hit, or several that are phased in cis
        or that overlap (one event called twice).
    """
    hits: dict[str, list[_Hit]] = {}
    for call in calls:
        if call.germline:
            continue
        for gene, consequence in _hit_genes(call).items():
            hits.setdefault(gene, []).append(_Hit(call, consequence))
    return tuple(
        _finding(gene, sorted(hits[gene], key=lambda hit: hit.call.variant), sites or {}, purity, losses)
        for gene in GENES
        if gene in hits
    )


def _hit_genes(call: Call) -> dict[str, TranscriptConsequence]:
    """Return the genes that a call disables, with the transcript that says so."""
    by_gene: dict[str, list[TranscriptConsequence]] = {}
    for one in call.consequences:
        if one.gene in GENES and one.biotype in CODING_BIOTYPES:
            by_gene.setdefault(one.gene, []).append(one)
    first = {gene: min(many, key=preference) for gene, many in by_gene.items()}
    return {gene: one for gene, one in first.items() if LOSS_OF_FUNCTION & set(one.terms)}


def _finding(
    gene: str,
    hits: Sequence[_Hit],
    sites: Mapping[Variant, Site | None],
    purity: float | None,
    losses: HlaLossTable | None,
) -> Finding:
    verdict, why = _verdict(gene, hits, sites, purity, losses)
    variants = tuple(str(hit.call.variant) for hit in hits)
    described = "; ".join(_described(hit) for hit in hits)
    doubt = " (calls in HLA genes are often misaligned reads of another allele)" if gene in HLA_GENES else ""
    words = f"{gene} ({GENES[gene]}): {described}{doubt}. {verdict.capitalize()}: {why}"
    return Finding(gene, variants, verdict, words)


def _verdict(
    gene: str,
    hits: Sequence[_Hit],
    sites: Mapping[Variant, Site | None],
    purity: float | None,
    losses: HlaLossTable | None,
) -> tuple[Verdict, str]:
    pairs = [(left, right) for place, left in enumerate(hits) for right in hits[place + 1 :]]
    sides = {_same_copy(left.call, right.call) for left, right in pairs}
    lost = _lost_alleles(gene, losses)
    whole = next((name for name, fraction in lost if fraction is None), None)
    if False in sides:
        return Verdict.BOTH_COPIES, "two variants are phased in trans"
    if whole is not None:
        return Verdict.BOTH_COPIES, f"{whole} is lost, so that the variant lies on the other allele"
    for hit in hits:
        if reason := _no_copy_left(hit.call, sites.get(hit.call.variant), purity):
            return Verdict.BOTH_COPIES, reason
    for hit in hits:
        if reason := _dominant(gene, hit.consequence):
            return Verdict.DOMINANT, reason
    if None in sides:
        return Verdict.TWO_HITS, "their phase is not known, so that both may lie on one copy"
    if lost:
        name, fraction = lost[0]
        return Verdict.TWO_HITS, f"{name} is lost in {fraction:.0%} of the tumour"
    if pairs:
        return Verdict.MONOALLELIC, "the variants lie on one copy, or are one event called twice"
    return Verdict.MONOALLELIC, "nothing says that the other copy is hit, so this is no escape"


def _no_copy_left(call: Call, site: Site | None, purity: float | None) -> str:
    """Say what tells that every copy in the tumour carries a variant; empty where nothing does."""
    if call.homozygous:
        return f"the tumour's genotype at {call.variant} has no other allele"
    if site is None or purity is None:
        return ""
    left = site.total - site.copies(purity)
    one_intact = max(site.total - 1, site.total / 2) * purity / site.average(purity)
    if left >= NONE_LEFT or _at_least(site.alt_reads, site.depth, min(one_intact, 1.0)) >= SIGNIFICANT:
        return ""
    return f"{site.alt_reads} of {site.depth} reads at {call.variant} leave {left:.2g} intact copies per tumour cell"


def _at_least(successes: int, trials: int, share: float) -> float:
    """Return the binomial probability of at least so many successes."""
    if share >= 1.0:
        return 1.0
    log, other = math.log(share), math.log1p(-share)
    ways = (
        math.lgamma(trials + 1)
        - math.lgamma(count + 1)
        - math.lgamma(trials - count + 1)
        + count * log
        + (trials - count) * other
        for count in range(successes, trials + 1)
    )
    return min(1.0, math.fsum(map(math.exp, ways)))


def _same_copy(left: Call, right: Call) -> bool | None:
    """Whether two calls lie on one copy; None where not known. Overlapping ones count as one event."""
    one, other = left.phase, right.phase
    if one is not None and other is not None and (one.source, one.name) == (other.source, other.name):
        return one.side == other.side
    first, second = left.variant, right.variant
    overlap = first.start < second.start + len(second.ref) and second.start < first.start + len(first.ref)
    return True if overlap else None


def _lost_alleles(gene: str, losses: HlaLossTable | None) -> list[tuple[str, float | None]]:
    """List lost alleles of an HLA gene, with the share that lost them; None for the whole tumour."""
    if losses is None or gene not in HLA_GENES:
        return []
    return [
        (str(allele), loss.fraction)
        for allele, loss in sorted(losses.losses.items())
        if loss.lost and f"HLA-{allele.gene}" == gene
    ]


def _dominant(gene: str, consequence: TranscriptConsequence) -> str:
    """Say why one hit suffices; empty where the literature doesn't."""
    if gene not in DOMINANT or consequence.change is None or not TRUNCATING & set(consequence.terms):
        return ""
    residues, why = DOMINANT[gene]
    return why if residues.start <= consequence.change.position.start < residues.end else ""


def _described(hit: _Hit) -> str:
    """Name a variant, what it does, and what speaks against it."""
    consequence, call = hit.consequence, hit.call
    term = next(term for term in consequence.terms if term in LOSS_OF_FUNCTION)
    change = consequence.hgvs_p.rpartition(":")[2] or consequence.hgvs_c.rpartition(":")[2]
    words = [str(call.variant), term.replace("_", " "), *([change] if change else [])]
    if TRUNCATING & set(consequence.terms) and consequence.exon is not None and len(set(consequence.exon)) == 1:
        words.append("in the last exon, so that part of the function may be kept")
    if call.regions is not None:
        words.append(f"found {call.regions}")
    if call.filters:
        words.append(f"FILTER is {';'.join(call.filters)}")
    return ", ".join(words)
