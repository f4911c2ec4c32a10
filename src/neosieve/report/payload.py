"""The run as the report's script reads it: compact JSON, each shared part once."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.overview import PERCENTILE_BINS
from neosieve.report.pagecandidates import BINDING_FIELDS, PEPTIDE_FIELDS, ROW_FIELDS, candidates, rounded
from neosieve.report.words import label, tier_meanings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neosieve.model.candidate import Ranked
    from neosieve.model.mhc import Allele
    from neosieve.model.run import RunResult
    from neosieve.report.cellstore import Numbers
    from neosieve.report.overview import Overview
    from neosieve.report.pagecandidates import Json
    from neosieve.report.rowcells import CandidateCells
    from neosieve.report.variants import VariantSummary

# Inside <script>, "<" could begin </script> or <!--, and U+2028/9 end a line in older readers: all become \uXXXX
_SCRIPT_SAFE = {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}

_NUMBERS = "\0numbers\0"  # stands for them at first: no text that is read holds a null character
MAX_POINTS = 2_000  # variants in the plots: more can't be told apart, and the file stays small
POINT_FIELDS = ("variant", "gene", "change", "rank", "percentile", "vaf", "ccf", "ccf_low", "ccf_high", "expression")


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


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _point(point: VariantSummary) -> list[Json]:
    candidate = point.best.candidate
    return [
        str(point.call.variant),
        candidate.change.transcript.gene,
        candidate.label,
        point.best.rank,
        rounded(point.percentile, 3),
        rounded(point.call.tumor.vaf),
        rounded(candidate.ccf),
        rounded(candidate.ccf_low),
        rounded(candidate.ccf_high),
        rounded(candidate.gene_expression),
    ]


def report_data(
    result: RunResult,
    overview: Overview,
    rows: Sequence[Ranked],
    headings: Mapping[str, str],
    cells: CandidateCells,
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
    cells
        Gives the candidates' cells.

    Returns
    -------
    dict
        ``rows`` refer to ``peptides``, and those to ``sources``, by index; lists are named by ``fields``. What a
        peptide binds is the index of its row on the page, by allele, or a list where the page holds no such row.
    """
    places = {allele: place for place, allele in enumerate(result.hla.alleles)}
    for allele in overview.losses:
        places.setdefault(allele, len(places))  # none can come from elsewhere, but a page without it must not end a run
    held = candidates(result.ranked, rows, places, cells)
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


def _sample(overview: Overview, alleles: Sequence[Allele]) -> dict[str, Any]:
    """Gather what is told of the sample as a whole."""
    points = overview.variants
    return {
        "total": overview.total,
        "alleles": [allele.name for allele in alleles],
        "hla_loss": [rounded(overview.losses.get(allele)) for allele in alleles],
        "n_points": len(points),
        "points": [_point(point) for point in points[:MAX_POINTS]],
        "percentile_bins": PERCENTILE_BINS,
        "percentiles": [
            {"allele": one.allele.name, "counts": one.counts, "not_assessed": one.not_assessed}
            for one in overview.percentile_counts(alleles)
        ],
    }
