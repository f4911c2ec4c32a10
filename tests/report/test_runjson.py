from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from neosieve.model.candidate import Tier
from neosieve.report.html import write_report
from neosieve.report.runjson import load_schema, run_document, validate, write_run_json
from neosieve.report.runschema import schema_text
from neosieve.report.tables import OutputFile, write_tables

from .builders import run_result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from neosieve.model.run import RunResult


def test_the_schema_is_one() -> None:
    """The shipped file is a valid JSON Schema of draft 2020-12."""
    schema = load_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def test_the_record_counts_every_tier_of_the_policy_best_first(result: RunResult) -> None:
    """By default ours; of another policy its own, those without a candidate included."""
    assert list(run_document(result, ())["tiers"]) == [tier.value for tier in Tier]
    own = replace(
        result, tiers=(("Pass", "No other rule applies."), ("good", "Also a name of ours."), ("Poor", "Else."))
    )
    document = run_document(own, ())
    validate(document)
    assert document["tiers"] == {"Pass": 0, "good": 1, "Poor": 0}


def test_the_schema_is_what_the_code_makes_of_it() -> None:
    """The shipped file is generated: ``python -m neosieve.report.runschema > src/neosieve/report/run.schema.json``."""
    assert (files("neosieve.report") / "run.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_record_names_every_file_with_its_checksum(tmp_path: Path, result: RunResult) -> None:
    """What the writers return stands in run.json; counts of outcomes add up to the ledger's rows."""
    outputs = (*write_tables(result, tmp_path), write_report(result, tmp_path))
    write_run_json(result, tmp_path, outputs)
    record = json.loads((tmp_path / "run.json").read_text())
    assert [output["name"] for output in record["outputs"]] == [
        "candidates.tsv",
        "variants.tsv",
        "ledger.tsv",
        "excluded_peptides.tsv",
        "proteins.tsv",
        "report.html",
    ]
    assert record["outputs"][0]["rows"] == 2
    assert record["outputs"][-1]["rows"] is None
    assert record["ledger"] == {"variants": 2, "rows": 2, "outcomes": {"candidates": 1, "filtered": 1}}
    assert record["samples"]["normal"] is None
    assert record["tiers"]["good"] == 1


@pytest.mark.parametrize(("told", "written"), [("", None), ("genes.ref, format 1; gene models a.gtf",) * 2])
def test_the_reference_is_named_or_null(result: RunResult, told: str, written: str | None) -> None:
    """Which sequences decided; null where the VCF's annotation did."""
    document = run_document(replace(result, reference=told), ())
    validate(document)
    assert document["reference"] == written


def test_a_run_without_candidates_validates() -> None:
    """No candidates is a result that run.json can hold."""
    validate(run_document(run_result(), ()))


def without_inputs(document: dict[str, Any]) -> None:
    """Drop what the run read."""
    del document["inputs"]


def with_a_time(document: dict[str, Any]) -> None:
    """Add what changes from run to run."""
    document["finished"] = "12:00"


def with_a_bad_checksum(document: dict[str, Any]) -> None:
    """Shorten a checksum."""
    document["outputs"][0]["sha256"] = "ab"


def with_a_negative_count(document: dict[str, Any]) -> None:
    """Count below nothing."""
    document["funnel"][0]["count"] = -1


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (without_inputs, r"\$ "),
        (with_a_time, r"\$ "),
        (with_a_bad_checksum, r"outputs\[0\].sha256"),
        (with_a_negative_count, r"funnel\[0\].count"),
    ],
)
def test_a_broken_record_is_refused(result: RunResult, spoil: Callable[[dict[str, Any]], None], place: str) -> None:
    """The message names the place that doesn't fit."""
    document = run_document(result, (OutputFile("candidates.tsv", "0" * 64, 1),))
    spoil(document)
    with pytest.raises(ValueError, match=place):
        validate(document)


def test_equal_results_give_equal_bytes(tmp_path: Path, result: RunResult) -> None:
    """Nothing of the time or place of the run enters the record."""
    assert write_run_json(result, tmp_path / "one", ()) == write_run_json(result, tmp_path / "two", ())
