"""pVACseq's choices: the best row of a variant, the rows that pass its filters, and one summary for each variant.

The rules and thresholds are pVACtools 7.1.5's defaults, with one difference: what is missing passes no filter here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from neosieve.biology.tiering import anchor_ok
from neosieve.model.case import Case
from neosieve.report.pvacseq.rows import combined_percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from neosieve.model.case import RankedCase
    from neosieve.model.variant import AlleleCounts, Variant
    from neosieve.report.pvacseq.rows import EpitopeRow

BINDER_NM = 500.0
PERCENTILE = 2.0
NORMAL_DEPTH, NORMAL_VAF = 5, 0.02
TUMOR_DEPTH, TUMOR_VAF = 10, 0.25  # of DNA and of RNA
EXPRESSED = 1.0
PREFERRED_LEVEL = 1
"""Transcript support level that suffices where a transcript is neither canonical nor MANE Select."""
INCLUDED_NM = 5_000.0
MOST_PEPTIDES = 15
UNSUPPORTED = 6
"""Place of a transcript without a support level among 1–5."""


NOT_ASSESSED = "NotAssessed"
"""Tier of what pVACseq would call Pass though its expression, or every percentile, is unknown."""
PASSED = "Pass"


@dataclass(frozen=True, slots=True)
class Told:
    """What the annotation tells of transcripts at all."""

    canonical: bool
    mane_select: bool


@dataclass(frozen=True, slots=True)
class AggregatedRow:
    """One row of ``all_epitopes.aggregated.tsv``: a variant's best epitope, and what stands behind it."""

    best: EpitopeRow
    tier: str
    transcripts: int
    included_peptides: int
    passing_peptides: int
    passing_by_allele: dict[str, int]


def preferred(row: EpitopeRow, told: Told) -> bool:
    """Whether the transcript is canonical, MANE Select, or supported at level 1; true where nobody asked."""
    transcript = row.site.consequence
    if transcript.mane_select or transcript.canonical or not (told.mane_select and told.canonical):
        return True
    return transcript.support_level is not None and transcript.support_level <= PREFERRED_LEVEL


def case_of(row: EpitopeRow, told: Told) -> Case:
    """Lay a row's evidence out for pVACseq's tiers; what the table doesn't show doesn't count."""
    call, binding, wildtype = row.site.call, row.binding, row.wildtype_binding
    transcript = row.site.consequence
    asked = told.canonical and told.mane_select
    return Case(
        peptide=row.epitope.peptide.sequence,
        allele=row.candidate.allele.name,
        wildtype_peptide=row.wildtype,
        mutant_positions=tuple(sorted(row.epitope.peptide.altered)) or None,
        affinity_nM=binding.affinity_nM,
        affinity_percentile=binding.affinity_percentile,
        wildtype_affinity_nM=None if wildtype is None else wildtype.affinity_nM,
        presentation_percentile=binding.presentation_percentile,
        combined_percentile=combined_percentile(binding),
        gene_expression=row.epitope.gene_expression,
        tumor_rna_vaf=_rna_vaf(row),
        tumor_dna_vaf=call.tumor.vaf,
        canonical=transcript.canonical if asked else None,
        mane_select=transcript.mane_select if asked else None,
        transcript_support_level=transcript.support_level if asked else None,
    )


def _rna_vaf(row: EpitopeRow) -> float | None:
    """Return the RNA VAF; 0, as pVACseq has it, where no read covers the variant or the gene isn't expressed."""
    rna = row.site.call.rna
    if row.epitope.gene_expression == 0 or (rna is not None and rna.depth == 0):
        return 0.0
    return None if rna is None else rna.vaf


def allele_expression_of(row: EpitopeRow) -> float | None:
    """Return gene expression × RNA VAF; None where one is unknown, unless the other makes it 0."""
    expression, vaf = row.epitope.gene_expression, _rna_vaf(row)
    return None if expression is None or vaf is None else expression * vaf


def in_order(rows: Sequence[EpitopeRow], told: Told) -> list[EpitopeRow]:
    """Sort a variant's rows, best first, without those that a better kind of row makes superfluous.

    Rows of protein-coding transcripts, of preferred ones, and that pass the anchor check stand before all others; then
    the sum of the dense ranks of IC50 and percentile decides, then the transcript.
    """
    rows = _narrowed(rows, lambda row: row.site.consequence.biotype == "protein_coding")
    rows = _narrowed(rows, lambda row: preferred(row, told))
    rows = _narrowed(rows, lambda row: anchor_ok(case_of(row, told)) is not False)
    affinity = _dense([row.binding.affinity_nM for row in rows])
    percentile = _dense([_or_last(combined_percentile(row.binding)) for row in rows])

    def order(place: int) -> tuple[int, int, bool, bool, int, int, float, str, str, str, int]:
        row = rows[place]
        transcript = row.site.consequence
        return (
            affinity[place] + percentile[place],
            affinity[place],
            not transcript.mane_select,
            not transcript.canonical,
            UNSUPPORTED if transcript.support_level is None else transcript.support_level,
            -len(row.site.change.normal),
            inf if row.epitope.expression is None else -row.epitope.expression,
            transcript.transcript,
            row.epitope.peptide.sequence,
            row.candidate.allele.name,
            row.epitope.position,
        )

    return [rows[place] for place in sorted(range(len(rows)), key=order)]


def _narrowed(rows: Sequence[EpitopeRow], wanted: Callable[[EpitopeRow], bool]) -> Sequence[EpitopeRow]:
    """Keep the rows that are wanted; all of them if none is."""
    return [row for row in rows if wanted(row)] or rows


def _dense(values: Sequence[float]) -> list[int]:
    places = {value: place for place, value in enumerate(sorted(set(values)), start=1)}
    return [places[value] for value in values]


def _or_last(value: float | None) -> float:
    return inf if value is None else value


def by_variant(rows: Iterable[EpitopeRow]) -> dict[Variant, list[EpitopeRow]]:
    """Gather rows by their variant, in their order."""
    found: defaultdict[Variant, list[EpitopeRow]] = defaultdict(list)
    for row in rows:
        found[row.site.call.variant].append(row)
    return dict(found)


def filtered(rows: Iterable[EpitopeRow], told: Told) -> list[EpitopeRow]:
    """Keep the best row of each variant and set of transcripts that make the same peptides, of the rows that pass.

    Returns
    -------
    list of EpitopeRow
        By the sum of the dense ranks of gene expression, IC50 and percentile.
    """
    kept = []
    for own in by_variant(row for row in rows if passes(row) and preferred(row, told)).values():
        peptides: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in own:
            peptides[row.site.consequence.transcript].append((row.epitope.peptide.sequence, row.candidate.allele.name))
        groups: defaultdict[tuple[tuple[str, str], ...], list[EpitopeRow]] = defaultdict(list)
        for row in own:
            groups[tuple(sorted(peptides[row.site.consequence.transcript]))].append(row)
        kept += [in_order(group, told)[0] for group in groups.values()]
    expression = _dense([-(row.epitope.gene_expression or 0.0) for row in kept])
    affinity = _dense([row.binding.affinity_nM for row in kept])
    percentile = _dense([_or_last(combined_percentile(row.binding)) for row in kept])
    places = sorted(
        range(len(kept)),
        key=lambda one: (expression[one] + affinity[one] + percentile[one], affinity[one], kept[one].site.number),
    )
    return [kept[place] for place in places]


def passes(row: EpitopeRow) -> bool:
    """Whether a row passes the filters on binding, reads and expression; a value that is missing doesn't pass."""
    binding, call = row.binding, row.site.call
    return (
        binding.affinity_nM <= BINDER_NM
        and _at_most(binding.affinity_percentile, PERCENTILE)
        and _at_most(binding.presentation_percentile, PERCENTILE)
        and call.normal is not None
        and _at_least(call.normal.depth, NORMAL_DEPTH)
        and _at_most(call.normal.vaf, NORMAL_VAF)
        and _seen(call.tumor)
        and _seen(call.rna)
        and _at_least(row.epitope.gene_expression, EXPRESSED)
        and _at_least(row.epitope.expression, EXPRESSED)
    )


def _seen(counts: AlleleCounts | None) -> bool:
    return counts is not None and _at_least(counts.depth, TUMOR_DEPTH) and _at_least(counts.vaf, TUMOR_VAF)


def _at_most(value: float | None, limit: float) -> bool:
    return value is not None and value <= limit


def _at_least(value: float | None, limit: float) -> bool:
    return value is not None and value >= limit


def aggregated(
    rows: Iterable[EpitopeRow], told: Told, judge: Callable[[Sequence[Case]], Sequence[RankedCase]]
) -> list[AggregatedRow]:
    """Summarise each variant.

    Parameters
    ----------
    rows
        All of a run.
    told
        What the annotation tells of transcripts.
    judge
        Gives pVACseq's tier and place to each variant's best row.

    Returns
    -------
    list of AggregatedRow
        In the judge's order; what isn't assessed stands between Pass and the others.
    """
    own = list(by_variant(rows).values())
    bests = [in_order(group, told)[0] for group in own]
    ranked = judge([case_of(best, told) for best in bests])
    made = [(_tier(one.tier, bests[one.number]), one.number) for one in ranked]
    made.sort(key=lambda one: {PASSED: 0, NOT_ASSESSED: 1}.get(one[0], 2))
    return [_summary(own[number], bests[number], tier, told) for tier, number in made]


def _tier(tier: str, best: EpitopeRow) -> str:
    """Take a Pass back where it rests on what isn't known."""
    known = allele_expression_of(best) is not None and combined_percentile(best.binding) is not None
    return NOT_ASSESSED if tier == PASSED and not known else tier


def _summary(rows: Sequence[EpitopeRow], best: EpitopeRow, tier: str, told: Told) -> AggregatedRow:
    included = [row for row in rows if row.binding.affinity_nM < INCLUDED_NM]
    own: defaultdict[str, list[EpitopeRow]] = defaultdict(list)
    for row in included:
        own[row.epitope.peptide.sequence].append(row)
    if len(own) > MOST_PEPTIDES:
        firsts = in_order([in_order(group, told)[0] for group in own.values()], told)
        chosen = {row.epitope.peptide.sequence for row in firsts[:MOST_PEPTIDES]}
        included = [row for row in included if row.epitope.peptide.sequence in chosen]
    if not any(row is best for row in included):
        included.append(best)
    passing = {
        (row.candidate.allele.name, row.epitope.peptide.sequence)
        for row in included
        if row.binding.affinity_nM < BINDER_NM
    }
    counts: defaultdict[str, int] = defaultdict(int)
    for allele, _ in sorted(passing):
        counts[allele] += 1
    return AggregatedRow(
        best=best,
        tier=tier,
        transcripts=len({row.site.consequence.transcript for row in included}),
        included_peptides=len({row.epitope.peptide.sequence for row in included}),
        passing_peptides=len({peptide for _, peptide in passing}),
        passing_by_allele=dict(counts),
    )
