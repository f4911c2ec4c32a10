"""The run as the report's script reads it: compact JSON, each shared part once."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from markupsafe import Markup

from neosieve.report.cellstore import Numbers, store, stored_cells, stored_slots
from neosieve.report.column import Parts
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.overview import PERCENTILE_BINS
from neosieve.report.proteinwindow import protein_window
from neosieve.report.words import label, tier_meanings

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from neosieve.model.candidate import Ranked
    from neosieve.model.mhc import Allele, Binding
    from neosieve.model.peptide import Peptide
    from neosieve.model.protein import ProteinChange
    from neosieve.model.run import RunResult
    from neosieve.model.variant import AlleleCounts, Call
    from neosieve.report.overview import Overview, VariantPoint

Json = dict[str, Any] | list[Any] | str | float | None
Value = TypeVar("Value")

# Inside <script>, "<" could begin </script> or <!--, and U+2028/9 end a line in older readers: all become \uXXXX
_SCRIPT_SAFE = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}

_NUMBERS = "\0numbers\0"  # stands for them at first: no text that is read holds a null character
MAX_POINTS = 2_000  # variants in the plots: more can't be told apart, and the file stays small
ROW_FIELDS = ("rank", "rank_low", "rank_high", "peptide", "allele")
PEPTIDE_FIELDS = ("source", "at", "binding")
BINDING_FIELDS = ("rank", "presentation", "affinity", "wildtype_presentation", "wildtype_affinity")
POINT_FIELDS = ("variant", "gene", "change", "rank", "percentile", "vaf", "ccf", "ccf_low", "ccf_high", "expression")
COMPOSED = frozenset({"rank", "rank_interval", "contributions", "reasons", "doubts", "remarks"})
"""Columns that the script composes of a row's own parts; all others are stored."""


def embed(value: Json) -> Markup:
    """Write JSON that can stand in a ``<script>`` element whatever its texts hold; :class:`Numbers` are written."""
    written: list[str] = []

    def put_off(numbers: Numbers) -> str:
        written.append(numbers.json)
        return _NUMBERS

    text = json.dumps(value, separators=(",", ":"), allow_nan=False, default=put_off)
    for character, spelled in _SCRIPT_SAFE.items():
        text = text.replace(character, spelled)
    first, *others = text.split(json.dumps(_NUMBERS))
    both = chain.from_iterable(zip(written, others, strict=True))
    return Markup("".join((first, *both)))  # noqa: S704 - no character that HTML gives a meaning is left


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


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _rounded(value: float | None, digits: int = 4) -> float | None:
    if value is None or not isfinite(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() else rounded


def _part(value: float | None) -> float | None:
    # hundredths, as in the column of the contributions
    return None if value is None else round(value, 2) + 0.0


def _counts(counts: AlleleCounts | None) -> Json:
    return None if counts is None else [_rounded(counts.vaf), counts.depth, counts.alt_reads]


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
        return [_rounded(value, 3) for value in (binding.presentation_percentile, binding.affinity_percentile)]

    return [row.rank, *percentiles(row.candidate.binding), *percentiles(row.candidate.wildtype_binding)]


def _wildtype_presentation(row: Ranked) -> float | None:
    binding = row.candidate.wildtype_binding
    return None if binding is None else _rounded(binding.presentation_percentile, 3)


def _point(point: VariantPoint) -> list[Json]:
    candidate = point.best.candidate
    return [
        str(point.call.variant),
        candidate.change.transcript.gene,
        candidate.label,
        point.best.rank,
        _rounded(point.percentile, 3),
        _rounded(point.call.tumor.vaf),
        _rounded(candidate.ccf),
        _rounded(candidate.ccf_low),
        _rounded(candidate.ccf_high),
        _rounded(candidate.gene_expression),
    ]


def report_data(
    result: RunResult, overview: Overview, rows: Sequence[Ranked], headings: Mapping[str, str]
) -> dict[str, Any]:
    """Gather what the report shows.

    Parameters
    ----------
    result
        The finished run.
    overview
        Of all its candidates.
    rows
        The candidates that the page holds, best first. Their peptides are shown with all alleles, those of candidates
        that it doesn't hold included.
    headings
        Column → heading of those that the table shows at first; the others are headed by their names in words.

    Returns
    -------
    dict
        ``rows`` refer to ``peptides``, and those to ``sources``, by index; lists are named by ``fields``. What a
        peptide binds is the index of its row on the page, by allele, or a list where the page holds no such row.
    """
    places = {allele: place for place, allele in enumerate(result.hla.alleles)}
    for allele in overview.losses:
        places.setdefault(allele, len(places))  # none can come from elsewhere, but a page without it must not end a run
    held = _candidates(result.ranked, rows, places)
    stored = held.pop("columns")
    return {
        "sample": result.samples.tumor,
        "vcf_sha256": next((file.sha256 for file in result.inputs if file.role == "vcf"), None),
        "has_normal": result.samples.normal is not None,
        "tiers": {tier.value: label(tier.value) for tier in tier_meanings(result)},
        "fields": {
            "row": ROW_FIELDS,
            "peptide": PEPTIDE_FIELDS,
            "binding": BINDING_FIELDS,
            "point": POINT_FIELDS,
        },
        "columns": [
            {
                "name": column.name,
                "heading": headings.get(column.name, _capital(label(column.name))),
                "doc": column.doc,
                "numeric": column.type is not str,
                "chosen": column.name in headings,
                **stored.get(column.name, {}),
            }
            for column in CANDIDATE_COLUMNS
        ],
        **held,
        **_sample(overview, tuple(places)),
    }


def _candidates(ranked: Sequence[Ranked], rows: Sequence[Ranked], places: Mapping[Allele, int]) -> dict[str, Any]:
    """Gather what is told of single candidates: rows, what they share, and their cells."""
    keys = _Keys()
    sources: _Pool[dict[str, Any]] = _Pool()
    peptides: _Pool[list[Any]] = _Pool()

    def peptide_json(peptide: Peptide, change: ProteinChange) -> list[Any]:
        source = sources.place(keys.source(peptide, change), lambda: _source(peptide, change))
        return [source, _offset(peptide, change), [None] * len(places)]

    parts = Parts(_held)
    of_rows = parts.places(rows)
    held = [peptides.place(keys.peptide(*part), partial(peptide_json, *part)) for part in parts.distinct]
    rows_json: list[list[Any]] = [
        [row.rank, row.rank_low, row.rank_high, held[part], places[row.candidate.allele]]
        for row, part in zip(rows, of_rows, strict=True)
    ]
    on_page = {row.rank: index for index, row in enumerate(rows)}
    of_ranked = parts.places(ranked)
    found = [*held, *(peptides.find(keys.peptide(*part)) for part in parts.distinct[len(held) :])]
    for row, part in zip(ranked, of_ranked, strict=True):
        shown = found[part]
        if shown is not None:
            index = on_page.get(row.rank)
            peptides.values[shown][2][places[row.candidate.allele]] = _binding(row) if index is None else index
    groups = {
        "allele": [row[4] for row in rows_json],
        "source": [peptides.values[row[3]][0] for row in rows_json],
        "peptide": [row[3] for row in rows_json],
    }
    names = [row.parts for row in rows]
    layouts = {one: place for place, one in enumerate(dict.fromkeys(names))}
    said = chain.from_iterable((row.reasons, row.doubts, row.candidate.remarks) for row in rows)
    counts = Counter(chain.from_iterable(said))
    texts = {
        text: place for place, (text, _) in enumerate(counts.most_common())
    }  # the shortest numbers to the commonest
    return {
        "rows": rows_json,
        "peptides": peptides.values,
        "sources": sources.values,
        "columns": store([one for one in CANDIDATE_COLUMNS if one.name not in COMPOSED], rows, groups),
        "layouts": [list(map(label, one)) for one in layouts],
        "layout": stored_cells([layouts[one] for one in names], groups),
        "parts": stored_slots([row.contributions for row in rows], groups, _part),
        "reasons": stored_slots([row.reasons for row in rows], groups, texts.get),
        "doubts": stored_slots([row.doubts for row in rows], groups, texts.get),
        "remarks": stored_slots([row.candidate.remarks for row in rows], groups, texts.get),
        "wildtype_presentation": stored_cells([_wildtype_presentation(row) for row in rows], groups),
        "texts": list(texts),
    }


def _sample(overview: Overview, alleles: Sequence[Allele]) -> dict[str, Any]:
    """Gather what is told of the sample as a whole."""
    points = overview.variant_points()
    return {
        "total": overview.total,
        "alleles": [allele.name for allele in alleles],
        "hla_loss": [_rounded(overview.losses.get(allele)) for allele in alleles],
        "n_points": len(points),
        "points": [_point(point) for point in points[:MAX_POINTS]],
        "percentile_bins": PERCENTILE_BINS,
        "percentiles": [
            {"allele": one.allele.name, "counts": one.counts, "not_assessed": one.not_assessed}
            for one in overview.percentile_counts(alleles)
        ],
    }
