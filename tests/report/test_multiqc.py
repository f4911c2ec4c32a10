"""MultiQC's custom content."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from neosieve.model.candidate import Tier
from neosieve.model.ledger import Outcome
from neosieve.report.multiqc import write_multiqc

from .builders import B0702, bare, ranked, run_result

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from neosieve.model.run import RunResult


def read(result: RunResult, folder: Path) -> dict[str, dict[str, Any]]:
    """Write and read all sections, by id."""
    files = write_multiqc(result, folder)
    assert all(file.name.endswith("_mqc.json") for file in files)  # how MultiQC finds them
    documents = [json.loads((folder / file.name).read_text()) for file in files]
    return {document["id"]: document for document in documents}


def test_the_counts_are_the_tables(tmp_path: Path) -> None:
    """One variant is good on two alleles, one has no percentile; of two ALTs in the ledger one was filtered."""
    sections = read(run_result(ranked(1), ranked(2, allele=B0702), bare(3)), tmp_path)
    assert sections["neosieve_summary"]["data"] == {"TUMOR": {"usable": 1, "candidates": 2, "presented": 2, "alts": 2}}
    tiers = sections["neosieve_tiers"]["data"]["TUMOR"]
    assert {name: count for name, count in tiers.items() if count} == {"good": 1, "binding_not_assessed": 1}
    outcomes = sections["neosieve_outcomes"]["data"]["TUMOR"]
    assert {name: count for name, count in outcomes.items() if count} == {"candidates": 1, "filtered": 1}


def test_every_tier_and_outcome_has_a_category(tmp_path: Path) -> None:
    """Whatever sample MultiQC takes the categories from, all are there, in the model's order."""
    sections = read(run_result(), tmp_path)
    assert list(sections["neosieve_tiers"]["categories"]) == [tier.value for tier in Tier]
    assert list(sections["neosieve_outcomes"]["categories"]) == [outcome.value for outcome in Outcome]
    assert sections["neosieve_outcomes"]["categories"]["nmd_transcript"]["name"] == "NMD transcript"


def test_a_samples_name_is_neither_path_nor_html(tmp_path: Path) -> None:
    """MultiQC cuts names at slashes and writes them into its page."""
    result = run_result()
    named = replace(result, samples=replace(result.samples, tumor="a/<b>x"))
    assert list(read(named, tmp_path)["neosieve_summary"]["data"]) == ["a_b_x"]
