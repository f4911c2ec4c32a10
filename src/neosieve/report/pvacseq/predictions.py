"""The columns of the pVACseq-shaped tables that hold predictions.

One predictor gives each value, so "best" and "median" of several predictors are that predictor's; of percentiles there
are two at most, of affinity and of presentation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.report.column import Column
from neosieve.report.pvacseq.rows import EpitopeRow, combined_percentile

if TYPE_CHECKING:
    from collections.abc import Callable

    from neosieve.model.mhc import Binding
    from neosieve.report.column import Cell

Epitopes = Column[EpitopeRow]
NOT_PREDICTED = "Not predicted: always NA."


def affinity_method(predictor: str) -> str:
    """Return the predictor's name as columns and methods have it: MHCflurry's own, else neosieve's."""
    return "MHCflurry" if predictor.startswith("mhcflurry ") else "neosieve"


def presentation_method(predictor: str) -> str:
    """Return the name of the predictor's presentation part, in the manner of MHCflurry's."""
    return f"{affinity_method(predictor)}EL Presentation"


def _of(
    binding: Callable[[EpitopeRow], Binding | None], value: Callable[[Binding], float | None]
) -> Callable[[EpitopeRow], Cell]:
    def get(row: EpitopeRow) -> Cell:
        found = binding(row)
        return None if found is None else value(found)

    return get


def _fold(row: EpitopeRow) -> Cell:
    wildtype = row.wildtype_binding
    return None if wildtype is None else wildtype.affinity_nM / row.binding.affinity_nM


def _binding_of(row: EpitopeRow) -> Binding | None:
    return row.binding


def _wildtype_of(row: EpitopeRow) -> Binding | None:
    return row.wildtype_binding


def _best_percentile_method(predictor: str) -> Callable[[EpitopeRow], Cell]:
    def get(row: EpitopeRow) -> Cell:
        affinity, presentation = row.binding.affinity_percentile, row.binding.presentation_percentile
        if affinity is None and presentation is None:
            return None
        first = presentation is None or (affinity is not None and affinity <= presentation)
        return affinity_method(predictor) if first else presentation_method(predictor)

    return get


def _best_percentile(row: EpitopeRow) -> Cell:
    given = (row.binding.affinity_percentile, row.binding.presentation_percentile)
    return min((value for value in given if value is not None), default=None)


def _corresponding_percentile(row: EpitopeRow) -> Cell:
    mutant, wildtype = row.binding, row.wildtype_binding
    if wildtype is None:
        return None
    if mutant.presentation_percentile is None or (
        mutant.affinity_percentile is not None and mutant.affinity_percentile <= mutant.presentation_percentile
    ):
        return wildtype.affinity_percentile
    return wildtype.presentation_percentile


def nothing(_row: EpitopeRow) -> Cell:
    """Give a column that is always missing."""
    return None


def _method(name: str, value: Callable[[Binding], float | None]) -> Callable[[EpitopeRow], Cell]:
    return lambda row: None if value(row.binding) is None else name


def _affinity_percentile(one: Binding) -> float | None:
    return one.affinity_percentile


def _presentation_percentile(one: Binding) -> float | None:
    return one.presentation_percentile


def summaries(predictor: str) -> tuple[Epitopes, ...]:
    """Declare the best value over predictors, of which there is one."""
    affinity, presentation = affinity_method(predictor), presentation_method(predictor)
    affinity_percentile = _of(_wildtype_of, _affinity_percentile)
    presentation_percentile = _of(_wildtype_of, _presentation_percentile)
    return (
        Column("Best MT IC50 Score Method", str, None, "The predictor.", lambda _: affinity),
        Column("Best MT IC50 Score", float, "nM", "Its IC50 of the mutant.", lambda r: r.binding.affinity_nM),
        Column(
            "Corresponding WT IC50 Score",
            float,
            "nM",
            "Its IC50 of the normal peptide; NA without one.",
            _of(_wildtype_of, lambda one: one.affinity_nM),
        ),
        Column("Corresponding Fold Change", float, "ratio", "Normal nM / mutant nM; over 1 favours the mutant.", _fold),
        Column(
            "Best MT Percentile Method",
            str,
            None,
            "Whichever of affinity and presentation has the lower percentile.",
            _best_percentile_method(predictor),
        ),
        Column("Best MT Percentile", float, "%", "The lower of both percentiles.", _best_percentile),
        Column("Corresponding WT Percentile", float, "%", "The same of the normal peptide.", _corresponding_percentile),
        Column(
            "Best MT IC50 Percentile Method",
            str,
            None,
            "The predictor, if it gives one.",
            _method(affinity, _affinity_percentile),
        ),
        Column("Best MT IC50 Percentile", float, "%", "Affinity percentile.", _of(_binding_of, _affinity_percentile)),
        Column("Corresponding WT IC50 Percentile", float, "%", "Of the normal peptide.", affinity_percentile),
        Column("Best MT Immunogenicity Percentile Method", str, None, NOT_PREDICTED, nothing),
        Column("Best MT Immunogenicity Percentile", float, "%", NOT_PREDICTED, nothing),
        Column("Corresponding WT Immunogenicity Percentile", float, "%", NOT_PREDICTED, nothing),
        Column(
            "Best MT Presentation Percentile Method",
            str,
            None,
            "The predictor, if it gives one.",
            _method(presentation, _presentation_percentile),
        ),
        Column(
            "Best MT Presentation Percentile",
            float,
            "%",
            "Presentation percentile.",
            _of(_binding_of, _presentation_percentile),
        ),
        Column(
            "Corresponding WT Presentation Percentile", float, "%", "Of the normal peptide.", presentation_percentile
        ),
    )


def medians() -> tuple[Epitopes, ...]:
    """Declare the medians over predictors: of one, its value."""
    return (
        Column("Median MT IC50 Score", float, "nM", "The one predictor's IC50.", lambda r: r.binding.affinity_nM),
        Column(
            "Median WT IC50 Score",
            float,
            "nM",
            "The one predictor's IC50 of the normal peptide.",
            _of(_wildtype_of, lambda one: one.affinity_nM),
        ),
        Column("Median Fold Change", float, "ratio", "Normal nM / mutant nM.", _fold),
        Column(
            "Median MT Percentile",
            float,
            "%",
            "Median of the affinity and the presentation percentile: their mean.",
            lambda r: combined_percentile(r.binding),
        ),
        Column(
            "Median WT Percentile",
            float,
            "%",
            "The same of the normal peptide.",
            lambda r: combined_percentile(r.wildtype_binding),
        ),
        Column("Median MT IC50 Percentile", float, "%", "Affinity percentile.", _of(_binding_of, _affinity_percentile)),
        Column(
            "Median WT IC50 Percentile", float, "%", "Of the normal peptide.", _of(_wildtype_of, _affinity_percentile)
        ),
        Column("Median MT Immunogenicity Percentile", float, "%", NOT_PREDICTED, nothing),
        Column("Median WT Immunogenicity Percentile", float, "%", NOT_PREDICTED, nothing),
        Column(
            "Median MT Presentation Percentile",
            float,
            "%",
            "Presentation percentile.",
            _of(_binding_of, _presentation_percentile),
        ),
        Column(
            "Median WT Presentation Percentile",
            float,
            "%",
            "Of the normal peptide.",
            _of(_wildtype_of, _presentation_percentile),
        ),
    )


def each_predictor(predictor: str) -> tuple[Epitopes, ...]:
    """Declare the predictor's own values, under its name."""
    affinity, presentation = affinity_method(predictor), presentation_method(predictor)
    named: list[Epitopes] = []
    if affinity == "MHCflurry":
        none = "The processing score, which is part of the presentation score, is not kept by itself: always NA."
        named += [
            Column(f"{affinity}EL Processing {which} {what}", float, unit, none, nothing)
            for what, unit in (("Score", "0–1"), ("Percentile", "%"))
            for which in ("WT", "MT")
        ]
    for what, unit, value in (
        ("Score", "0–1", lambda one: one.presentation_score),
        ("Percentile", "%", _presentation_percentile),
    ):
        for which, words, binding in (("WT", "normal", _wildtype_of), ("MT", "mutant", _binding_of)):
            doc = f"Presentation {what.lower()} of the {words} peptide."
            named.append(Column(f"{presentation} {which} {what}", float, unit, doc, _of(binding, value)))
    for what, unit, value in (
        ("IC50 Score", "nM", lambda one: one.affinity_nM),
        ("Percentile", "%", _affinity_percentile),
    ):
        for which, words, binding in (("WT", "normal", _wildtype_of), ("MT", "mutant", _binding_of)):
            doc = f"{'IC50' if unit == 'nM' else 'Affinity percentile'} of the {words} peptide."
            named.append(Column(f"{affinity} {which} {what}", float, unit, doc, _of(binding, value)))
    return tuple(named)
