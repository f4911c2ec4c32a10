"""The candidates of a page as the report's script reads them: rows, what they share, and their cells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from neosieve.report.cellstore import store, stored_cells, stored_slots, written
from neosieve.report.column import Column, Parts
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.evidence import peptide_evidence
from neosieve.report.proteinwindow import protein_window
from neosieve.report.rowcells import CandidateCells
from neosieve.report.words import label

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from neosieve.model.candidate import Ranked
    from neosieve.model.mhc import Allele, Binding
    from neosieve.model.peptide import Peptide
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import AlleleCounts, Call

Json = dict[str, Any] | list[Any] | str | float | None
Value = TypeVar("Value")

ROW_FIELDS = ("rank", "rank_low", "rank_high", "peptide", "allele")
PEPTIDE_FIELDS = ("source", "at", "binding")
BINDING_FIELDS = ("rank", "presentation", "affinity", "wildtype_presentation", "wildtype_affinity")
COMPOSED = frozenset({"rank", "rank_interval", "contributions", "reasons", "doubts", "remarks"})
"""Columns that the script composes of a row's own parts; all others are stored."""


class _Pool(Generic[Value]):
    """Values in the order of their first use, each once."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        self._places: dict[Hashable, int] = {}

    def place(self, key: Hashable, make: Callable[[], Value]) -> int:
        """Return the index of the value known by `key`, making it if it is new."""
        if key not in self._places:
            self._places[key] = len(self.values)
            self.values.append(make())
        return self._places[key]

    def find(self, key: Hashable) -> int | None:
        """Return the index of the value known by `key`; None if there is none."""
        return self._places.get(key)


def rounded(value: float | None, digits: int = 4) -> float | None:
    """Round to significant digits, to a whole number where that is one; None if it is no number."""
    if value is None or not isfinite(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() else rounded


def _counts(counts: AlleleCounts | None) -> Json:
    return None if counts is None else [rounded(counts.vaf), counts.depth, counts.alt_reads]


def _held(row: Ranked) -> tuple[Peptide, ProteinChange]:
    return row.candidate.peptide, row.candidate.change


@dataclass(frozen=True, slots=True)
class _Keys:
    """What tells sources and peptides apart; a haplotype's name is made once."""

    names: dict[tuple[Call, ...], str] = field(default_factory=dict)

    def source(self, peptide: Peptide, change: ProteinChange) -> Hashable:
        """Name the haplotype and the transcript, and the protein: other calls on the copy may differ."""
        calls = peptide.calls
        if calls not in self.names:
            self.names[calls] = "+".join([str(call.variant) for call in calls])
        return self.names[calls], change.transcript.transcript, change.mutant

    def peptide(self, peptide: Peptide, change: ProteinChange) -> Hashable:
        """Name the peptide in its source."""
        return self.source(peptide, change), peptide.sequence, peptide.offset


def _source(peptide: Peptide, change: ProteinChange) -> dict[str, Any]:
    """Describe what all peptides of one haplotype and transcript share: its calls, and the protein around them."""
    window = protein_window(change, peptide.calls)
    return {
        "calls": [
            [str(each.variant), _counts(each.tumor), _counts(each.normal), _counts(each.rna)] for each in peptide.calls
        ],
        "window": {
            "start": window.start,
            "normal_start": window.normal_start,
            # 0: equal; 1: residues in each other's place; 2: a stretch in place of another
            "segments": [[one.normal, one.mutant, one.changed + (not one.aligned)] for one in window.segments],
            "begins": window.begins,
            "ends": window.ends,
            "lost": window.lost,
        },
    }


def _offset(peptide: Peptide, change: ProteinChange) -> int | None:
    """Return where the peptide begins in the mutant protein; None if that protein doesn't hold it there."""
    return peptide.offset if change.mutant.startswith(peptide.sequence, peptide.offset) else None


def _binding(row: Ranked) -> list[Json]:
    """Tell the binding of a candidate that the page doesn't hold, beside that of its peptide's other alleles."""

    def percentiles(binding: Binding | None) -> list[Json]:
        if binding is None:
            return [None, None]
        return [rounded(value, 3) for value in (binding.presentation_percentile, binding.affinity_percentile)]

    return [row.rank, *percentiles(row.candidate.binding), *percentiles(row.candidate.wildtype_binding)]


def _wildtype_presentation(row: Ranked) -> float | None:
    binding = row.candidate.wildtype_binding
    return None if binding is None else rounded(binding.presentation_percentile, 3)


STORED: tuple[Column[Ranked], ...] = (
    *(one for one in CANDIDATE_COLUMNS if one.name not in COMPOSED),
    Column("wildtype_presentation", float, "%", "Presentation percentile of the wild type.", _wildtype_presentation),
)
"""Columns of which each candidate on the page has a cell."""


def candidate_cells(most: int = 0) -> CandidateCells:
    """Make what gives the cells of candidates, and keeps those of so many for the next sample of a process."""
    return CandidateCells(STORED, most)


class _Peptides:
    """The peptides of a page, each with its source and what it binds, in the order of the page's rows."""

    def __init__(self, places: Mapping[Allele, int]) -> None:
        self.sources: _Pool[dict[str, Any]] = _Pool()
        self.peptides: _Pool[list[Any]] = _Pool()
        self._places, self._keys = places, _Keys()

    def rows(self, rows: Sequence[Ranked], of_rows: Sequence[int]) -> list[list[Any]]:
        """Return the page's rows; `of_rows` numbers what tells their peptides apart, in the order of the first row."""
        one_of_each = dict(zip(of_rows, rows, strict=True)).values()
        peptides = [self._place(*_held(row)) for row in one_of_each]
        told: list[list[Any]] = []
        for row, part in zip(rows, of_rows, strict=True):
            peptide, allele = peptides[part], self._places[row.candidate.allele]
            self.peptides.values[peptide][2][allele] = len(told)
            told.append([row.rank, row.rank_low, row.rank_high, peptide, allele])
        return told

    def others(self, rows: Sequence[Ranked]) -> None:
        """Add what the page's peptides bind by rows that the page doesn't hold."""
        parts = Parts(_held)
        of_rows = parts.places(rows)
        found = [self.peptides.find(self._keys.peptide(*part)) for part in parts.distinct]
        for row, part in zip(rows, of_rows, strict=True):
            peptide = found[part]
            if peptide is not None:
                self.peptides.values[peptide][2][self._places[row.candidate.allele]] = _binding(row)

    def _place(self, peptide: Peptide, change: ProteinChange) -> int:
        return self.peptides.place(self._keys.peptide(peptide, change), partial(self._json, peptide, change))

    def _json(self, peptide: Peptide, change: ProteinChange) -> list[Any]:
        source = self.sources.place(self._keys.source(peptide, change), partial(_source, peptide, change))
        return [source, _offset(peptide, change), [None] * len(self._places)]


def candidates(
    ranked: Sequence[Ranked], rows: Sequence[Ranked], places: Mapping[Allele, int], cells: CandidateCells
) -> dict[str, Any]:
    """Gather what is told of single candidates: rows, what they share, and their cells.

    Parameters
    ----------
    ranked
        All candidates.
    rows
        Those on the page, best first.
    places
        Each allele's number.
    cells
        Gives the candidates' cells.
    """
    told, shown = cells.of(rows), _Peptides(places)
    rows_json = shown.rows(rows, told.places[peptide_evidence])
    on_page = {row.rank for row in rows}
    shown.others([row for row in ranked if row.rank not in on_page])
    groups = {
        "allele": [row[4] for row in rows_json],
        "source": [shown.peptides.values[row[3]][0] for row in rows_json],
        "peptide": [row[3] for row in rows_json],
    }
    names = [row.parts for row in rows]
    layouts = {one: place for place, one in enumerate(dict.fromkeys(names))}
    said = chain.from_iterable((row.reasons, row.doubts, row.candidate.remarks) for row in rows)
    counts = Counter(chain.from_iterable(said))
    texts = {
        text: place for place, (text, _) in enumerate(counts.most_common())
    }  # the shortest numbers to the commonest

    def numbered(lists: Iterable[Sequence[str]]) -> list[dict[str, Any]]:
        return stored_slots([tuple(map(texts.__getitem__, one)) for one in lists], groups)

    stored = store(STORED, told, groups)
    return {
        "rows": rows_json,
        "peptides": shown.peptides.values,
        "sources": shown.sources.values,
        "layouts": [list(map(label, one)) for one in layouts],
        "layout": stored_cells([layouts[one] for one in names], groups),
        "parts": list(map(written, stored_slots(told.contributions, groups))),
        "reasons": numbered(row.reasons for row in rows),
        "doubts": numbered(row.doubts for row in rows),
        "remarks": numbered(row.candidate.remarks for row in rows),
        "wildtype_presentation": stored.pop("wildtype_presentation"),
        "columns": stored,
        "texts": list(texts),
    }
