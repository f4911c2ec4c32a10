"""What a cohort leaves in its folder: two tables, a page and a record."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any

from neosieve.model.cohort import SharedBy
from neosieve.report.atomic import write_chunks
from neosieve.report.cohortcolumns import SHARED_COLUMNS, sample_columns
from neosieve.report.html import csp_hash, inline, page_environment
from neosieve.report.tables import OutputFile, table_chunks
from neosieve.report.words import LIMITS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from neosieve.model.cohort import Cohort, SharedSummary

LAST = "cohort.json"
"""Written after all other files, so that its presence says that they are complete."""
SCHEMA_VERSION = 1  # raised whenever a reader of an earlier version could misread the record
STYLES = ("page.css", "cohort.css")
SHOWN_TIERS = ("strong", "good")


def write_cohort(cohort: Cohort, shared: SharedSummary, rows: Iterable[bytes], folder: Path) -> tuple[OutputFile, ...]:
    """Write ``samples.tsv``, ``shared.tsv``, ``cohort.html`` and ``cohort.json``.

    Parameters
    ----------
    cohort
        The samples.
    shared
        What they share, in sum.
    rows
        Of ``shared.tsv``, below its header, in pieces; read once.
    folder
        An existing one.

    Returns
    -------
    tuple of OutputFile
        In the order named above.

    Raises
    ------
    ValueError
        The record doesn't fit its schema, which is a defect.
    """
    samples = table_chunks(sample_columns(cohort.tiers), cohort.samples)
    written = [OutputFile("samples.tsv", write_chunks(folder / "samples.tsv", samples), len(cohort.samples))]
    digest = write_chunks(folder / "shared.tsv", chain(table_chunks(SHARED_COLUMNS, ()), rows))
    written.append(OutputFile("shared.tsv", digest, shared.counts.total()))
    written.append(OutputFile("cohort.html", write_chunks(folder / "cohort.html", _page(cohort, shared)), None))
    document = cohort_document(cohort, shared.counts, written)
    validate(document)
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    written.append(OutputFile(LAST, write_chunks(folder / LAST, [text]), None))
    return tuple(written)


def cohort_document(cohort: Cohort, shared: Counter[SharedBy], outputs: Iterable[OutputFile]) -> dict[str, Any]:
    """Build the record of a cohort: where each sample's numbers come from."""
    return {
        "schema_version": SCHEMA_VERSION,
        "software": {"name": "neosieve", "version": cohort.version},
        "samples": [
            {
                "name": sample.name,
                "folder": sample.record.place.name,
                "run_json_sha256": sample.record.sha256,
                "version": sample.record.version,
                "tumor": sample.record.tumor,
                "normal": sample.record.normal,
                "alleles": list(sample.record.alleles),
                "predictor": sample.record.predictor,
                "settings": dict(sample.record.settings),
                "inputs": [asdict(file) for file in sample.record.inputs],
                "warnings": list(sample.record.warnings),
            }
            for sample in cohort.samples
        ],
        "comparable": not cohort.differences,
        "differences": [
            {
                "what": difference.what,
                "values": [{"value": value, "samples": list(names)} for value, names in difference.values],
            }
            for difference in cohort.differences
        ],
        "warnings": list(cohort.warnings),
        "shared": {by.value: shared[by] for by in SharedBy},
        "outputs": [asdict(output) for output in outputs],
    }


def load_schema() -> dict[str, Any]:
    """Read the JSON Schema that ships beside this module."""
    text = (files("neosieve.report") / "cohort.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def validate(document: dict[str, Any]) -> None:
    """Hold a record against the schema.

    Raises
    ------
    ValueError
        It doesn't fit; the message names the place.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - a tenth of a second that only the end needs
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    error = best_match(Draft202012Validator(load_schema()).iter_errors(document))
    if error is not None:
        raise ValueError(f"{LAST}: {error.json_path} doesn't fit cohort.schema.json: {error.message}")


def _page(cohort: Cohort, shared: SharedSummary) -> Iterator[str]:
    """Yield the page's text: all of it plain elements, no script."""
    style = inline(STYLES)
    columns = {column.name: column for column in sample_columns(cohort.tiers)}
    shown = ("alts", "alts_with_candidates", "peptides", "pairs_presented", "candidates")
    return (
        page_environment()
        .get_template("cohort.html.j2")
        .generate(
            cohort=cohort,
            columns=[
                *(columns[name] for name in shown),
                *(columns[f"tier_{tier}"] for tier in SHOWN_TIERS if tier in cohort.tiers),
                columns["warnings"],
            ],
            kinds=[
                (by, [one for one in shared.first if one.by is by], shared.counts[by], shared.presented[by])
                for by in SharedBy
            ],
            limits=LIMITS,
            style=style,
            policy=f"default-src 'none'; style-src {csp_hash(style)}; base-uri 'none'; form-action 'none'",
        )
    )
