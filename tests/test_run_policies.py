"""Runs ranked by any policy, on a made-up genome."""

from __future__ import annotations

import csv
import json
from html import escape
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from neosieve.cli import main
from neosieve.io.rankpolicies import BASELINES, SHIPPED, read_policy
from neosieve.pipeline import run
from neosieve.report.outputs import write_outputs
from neosieve.resources import REFERENCE
from tests.biology.fakes import FakePredictor
from tests.io.annotationtext import write
from tests.madeup import World, change

if TYPE_CHECKING:
    from pathlib import Path

G12D = change(12, 2, "A", keys="GT:AD:GX", tumor="0/1:60,40:ENSG1|8", normal="0/0:50,0:.")
Q22K = change(22, 1, "A", keys="GT:AD:GX", tumor="0/1:90,10:.", normal="0/0:50,0:.")


def finished(folder: Path, policy: str) -> tuple[list[dict[str, str]], dict[str, object]]:
    """Run two variants; return the candidates and the record as written."""
    world = World(folder)
    result = run(world.settings(world.vcf([G12D, Q22K]), policy=policy), predictor=FakePredictor())
    out = folder / "out"
    write_outputs(result, out)
    with (out / "candidates.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    record: dict[str, object] = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return rows, record


@pytest.mark.parametrize("policy", [*SHIPPED, *BASELINES])
def test_a_run_goes_by_any_policy_and_all_its_files_know_the_tiers(tmp_path: Path, policy: str) -> None:
    """The same candidates as by the default, in the policy's own tiers, counted in its order; rerank agrees."""
    rows, record = finished(tmp_path, policy)
    tiers = read_policy(policy).tiers
    assert record["tiers"] == {tier: sum(row["tier"] == tier for row in rows) for tier in tiers}
    assert sorted(int(row["rank"]) for row in rows) == list(range(1, len(rows) + 1))
    out = tmp_path / "out"
    page = (out / "report.html").read_text(encoding="utf-8")
    assert all(f'<span class="tier {tier}">' in page for tier in tiers)
    assert f"<dt>Ranked by</dt><dd>{escape(read_policy(policy).title)}</dd>" in page.replace("&#39;", "&#x27;")
    said = CliRunner().invoke(main, ["explain", str(out), "1"])
    assert said.exit_code == 0
    assert f"Tier: {rows[0]['tier'].replace('_', ' ')}" in said.output
    again = tmp_path / "again.tsv"
    done = CliRunner().invoke(main, ["rerank", str(out), "--policy", policy, "-o", str(again)])
    assert done.exit_code == 0
    with again.open(encoding="utf-8", newline="") as file:
        reranked = {(row["peptide"], row["allele"]): row["tier"] for row in csv.DictReader(file, delimiter="\t")}
    assert reranked == {(row["peptide"], row["allele"]): row["tier"] for row in rows}


def test_only_a_score_with_a_spread_has_rank_intervals(tmp_path: Path) -> None:
    """A formula that tells no spread has none: NA, not a place that looks sure."""
    rows, _ = finished(tmp_path, "mupexi")
    assert {(row["rank_interval"], row["contributions"]) for row in rows} == {("NA", "NA")}
    rows, _ = finished(tmp_path, "default")
    assert "NA" not in {row["rank_interval"] for row in rows}


def test_candidates_at_2_percent_are_counted_whatever_the_tiers_are_called(tmp_path: Path) -> None:
    """By the percentile itself, so the same for each policy."""
    counts = set()
    for policy in (*SHIPPED, *BASELINES):
        rows, _ = finished(tmp_path, policy)
        with (tmp_path / "out" / "variants.tsv").open(encoding="utf-8", newline="") as file:
            told = [row["n_candidates_at_2_percent"] for row in csv.DictReader(file, delimiter="\t")]
        counts.add(sum(map(int, told)))
        assert sum(float(row["presentation_percentile"]) <= 2 for row in rows) == sum(map(int, told))
    assert len(counts) == 1
    assert counts != {0}


def test_a_policy_of_ones_own_is_an_input_and_its_rules_are_told(tmp_path: Path) -> None:
    """The report tells the tiers of the file, with its thresholds; the record has the file's checksum."""
    text = (REFERENCE / "policies" / "default.toml").read_text(encoding="utf-8")
    mine = write(
        tmp_path / "mine.toml", text.replace('"poor_binder"', '"too weak"').replace("2.0  #", "1.5  #").split("\n")
    )
    rows, record = finished(tmp_path, str(mine))
    assert {row["tier"] for row in rows} >= {"too weak"}
    assert isinstance(record["inputs"], list)
    assert isinstance(record["settings"], dict)
    assert "policy" in {file["role"] for file in record["inputs"]}
    assert record["settings"]["policy"] == "mine.toml"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Percentile (presentation, else affinity) &gt; 1.5." in page


def test_pvacseqs_transcript_rule_sees_what_the_annotation_tells(tmp_path: Path) -> None:
    """The toy gene's only transcript has no tag and no level: nothing tells, and nothing fails."""
    rows, _ = finished(tmp_path, "pvacseq")
    assert {(row["mane_select"], row["canonical"], row["transcript_support_level"]) for row in rows} == {("NA",) * 3}
    assert "PoorTranscript" not in {row["tier"] for row in rows}
