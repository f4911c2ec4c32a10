"""Ranking of tables: what a table lacks is predicted, then each sample is ranked by the policy."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from neosieve.biology.caseranking import rank_cases
from neosieve.biology.windows import STANDARD
from neosieve.model.mhc import Allele, Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.biology.score import Coefficients
    from neosieve.io.casetables import CaseTable
    from neosieve.model.case import Case, RankedCase
    from neosieve.model.mhc import Binding
    from neosieve.model.rankpolicy import RankPolicy


def predict_missing(cases: Sequence[Case], predictor: BindingPredictor) -> tuple[list[Case], tuple[str, ...]]:
    """Predict binding of the peptides, and of their wild types, where the table doesn't give it.

    A table's own value is kept: a mutant affinity from elsewhere is never set against a wild-type one of ours.

    Returns
    -------
    tuple
        The cases, in order; and in words what could not be predicted, with counts.
    """
    supported = {allele.name: allele for allele in predictor.supported()}
    reasons = [_unscorable(case.peptide, case.allele, predictor, supported) for case in cases]
    queries: dict[tuple[str, str], Query] = {}
    for case, reason in zip(cases, reasons, strict=True):
        if reason is None and case.peptide and case.allele:
            for peptide in (case.peptide, case.wildtype_peptide):
                if peptide and _fits(peptide, predictor):
                    queries[peptide, case.allele] = Query(peptide, supported[case.allele])
    answers = dict(zip(queries, predictor.predict(list(queries.values())), strict=True)) if queries else {}
    filled = [_filled(case, answers) for case in cases]
    counts = Counter(
        reason
        for case, reason in zip(filled, reasons, strict=True)
        if reason is not None and case.percentile is None and case.affinity_nM is None
    )
    return filled, tuple(f"{count:,} rows ranked without binding: {reason}" for reason, count in counts.most_common())


def _fits(peptide: str, predictor: BindingPredictor) -> bool:
    return len(peptide) in predictor.lengths and STANDARD.issuperset(peptide)


def _unscorable(
    peptide: str | None, allele: str | None, predictor: BindingPredictor, supported: dict[str, Allele]
) -> str | None:
    if peptide is None:
        return "no peptide"
    if not _fits(peptide, predictor):
        lengths = f"{predictor.lengths[0]}–{predictor.lengths[-1]}"
        return f"the peptide can't be scored: not {lengths} residues of the standard twenty"
    if allele is None:
        return "no allele"
    return None if allele in supported else f"{allele} is not supported by the models"


def _filled(case: Case, answers: dict[tuple[str, str], Binding]) -> Case:
    own = case.affinity_nM is not None or case.wildtype_affinity_nM is not None
    mutant = answers.get((case.peptide or "", case.allele or ""))
    wildtype = answers.get((case.wildtype_peptide or "", case.allele or ""))
    if mutant is not None:
        if not own:
            case = case._replace(
                affinity_nM=mutant.affinity_nM,
                affinity_low_nM=mutant.affinity_low_nM,
                affinity_high_nM=mutant.affinity_high_nM,
            )
        if case.affinity_percentile is None and not own:
            case = case._replace(affinity_percentile=mutant.affinity_percentile)
        if case.presentation_percentile is None:
            case = case._replace(
                presentation_score=mutant.presentation_score,
                presentation_percentile=mutant.presentation_percentile,
            )
    if wildtype is not None and not own:
        case = case._replace(wildtype_affinity_nM=wildtype.affinity_nM)
        if case.wildtype_affinity_percentile is None:
            case = case._replace(wildtype_affinity_percentile=wildtype.affinity_percentile)
    return case


def rank_table(
    table: CaseTable, cases: Sequence[Case], policy: RankPolicy, coefficients: Coefficients
) -> list[tuple[str | None, RankedCase]]:
    """Rank each sample's candidates by themselves.

    Returns
    -------
    list
        (sample, ranked case), samples in the table's order, best first; each case's number is its row in the table.
    """
    members: defaultdict[str | None, list[int]] = defaultdict(list)
    for number, sample in enumerate(table.samples):
        members[sample].append(number)
    result: list[tuple[str | None, RankedCase]] = []
    for sample, numbers in members.items():
        ranked = rank_cases(
            [cases[number] for number in numbers], policy, coefficients, [table.variants[number] for number in numbers]
        )
        result.extend((sample, replace(one, number=numbers[one.number])) for one in ranked)
    return result
