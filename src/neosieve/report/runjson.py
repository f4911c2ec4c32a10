"""``run.json``: what a run read, how it was set up, and which files it wrote."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from neosieve.model.candidate import tier_named
from neosieve.model.ledger import Outcome
from neosieve.model.ledgerrows import tally_of
from neosieve.report.atomic import prepare_folder, replacing, write_chunks
from neosieve.report.tables import OutputFile
from neosieve.report.words import tier_meanings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from neosieve.model.run import RunResult

SCHEMA_VERSION = 1  # raised whenever a reader of an earlier version could misread the record
NAME = "run.json"


def load_schema() -> dict[str, Any]:
    """Read the JSON Schema that ships beside this module."""
    text = (files("neosieve.report") / "run.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def run_document(result: RunResult, outputs: Iterable[OutputFile]) -> dict[str, Any]:
    """Build the record of a run.

    Parameters
    ----------
    result
        The finished run.
    outputs
        The files written for it.

    Returns
    -------
    dict
        JSON values alone. Keys come in the schema's order, outcomes and tiers in their own.
    """
    tally = tally_of(result.ledger)
    tiers = Counter(row.tier for row in result.ranked)
    return {
        "schema_version": SCHEMA_VERSION,
        "software": {"name": "neosieve", "version": result.version},
        "inputs": [asdict(file) for file in result.inputs],
        "reference": result.reference or None,
        "samples": {
            "tumor": result.samples.tumor,
            "normal": result.samples.normal,
            "remarks": list(result.samples.remarks),
        },
        "hla": {"alleles": [allele.name for allele in result.hla.alleles], "remarks": list(result.hla.remarks)},
        "predictor": {
            "identity": result.predictor,
            "choice": result.predictor_choice,
            "percentile_background": result.percentile_background,
        },
        "settings": dict(result.settings),
        "warnings": list(result.warnings),
        "findings": [
            {
                "gene": finding.gene,
                "variants": list(finding.variants),
                "verdict": finding.verdict.value,
                "escape": finding.escape,
                "words": finding.words,
            }
            for finding in result.findings
        ],
        "evidence": {table: dict(facts) for table, facts in result.evidence},
        "funnel": [asdict(stage) for stage in result.funnel],
        "ledger": {
            "variants": tally.variants,
            "rows": len(result.ledger),
            "outcomes": {outcome.value: tally.rows[outcome] for outcome in Outcome if outcome in tally.rows},
        },
        "tiers": {tier: tiers[tier_named(tier)] for tier in tier_meanings(result)},
        "outputs": [asdict(output) for output in outputs],
    }


def validate(document: Mapping[str, Any]) -> None:
    """Hold a record against the schema.

    Raises
    ------
    ValueError
        It doesn't fit; the message names the place. Of a record built by :func:`run_document` that is a defect.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - a tenth of a second that only a run's end needs
    from jsonschema.exceptions import best_match  # noqa: PLC0415

    error = best_match(Draft202012Validator(load_schema()).iter_errors(document))
    if error is not None:
        raise ValueError(f"{NAME}: {error.json_path} doesn't fit run.schema.json: {error.message}")


def write_run_json(result: RunResult, folder: Path, outputs: Iterable[OutputFile]) -> OutputFile:
    """Write ``run.json``, after all other files, so that its presence says that the run is complete.

    Parameters
    ----------
    result
        The finished run.
    folder
        Made if it isn't there.
    outputs
        What the other writers returned.

    Returns
    -------
    OutputFile
        The record itself.

    Raises
    ------
    OutputError
        The file can't be written.
    ValueError
        The record doesn't fit its schema.
    """
    document = run_document(result, outputs)
    validate(document)
    prepare_folder(folder)
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    with replacing(folder / NAME) as path:
        return OutputFile(NAME, write_chunks(path, [text]), None)
