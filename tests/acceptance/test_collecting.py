"""A real tumour run with two HLA types, gathered, and compared with the runs' own tables."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from neosieve.cli import main

if TYPE_CHECKING:
    from pathlib import Path

VCF = "annotated.expression.vcf.gz"
HLA = {"own": "A*29:02,B*45:01,B*82:02", "other": "A*29:02,B*07:02"}
"""HCC1395's own alleles, and a made-up type with one of them."""


@pytest.fixture(scope="module")
def gathered(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run twice, then gather."""
    vcf = shared / "hcc1395" / VCF
    if not vcf.is_file():
        pytest.skip(f"HCC1395 is not at {vcf}")
    folder = tmp_path_factory.mktemp("cohort")
    for name, hla in HLA.items():
        command = ["run", str(vcf), "--hla", hla, "--lengths", "9", "--models", "embedded", "-o", str(folder / name)]
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output
    done = CliRunner().invoke(main, ["collect", *(str(folder / name) for name in HLA), "-o", str(folder / "cohort")])
    assert done.exit_code == 0, done.output
    return folder


def rows(path: Path) -> list[dict[str, str]]:
    """Read a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_shared_peptides_are_those_in_both_tables(gathered: Path) -> None:
    """Peptide × allele that both candidates.tsv hold, and the lower of the percentiles; nothing else."""
    tables = {name: rows(gathered / name / "candidates.tsv") for name in HLA}
    best: dict[str, dict[tuple[str, str], float]] = {
        name: {(row["peptide"], row["allele"]): float(row["presentation_percentile"]) for row in table}
        for name, table in tables.items()
    }
    both = best["own"].keys() & best["other"].keys()
    assert {allele for _, allele in both} == {"HLA-A*29:02"}
    found = {
        (row["peptide"], row["allele"]): row
        for row in rows(gathered / "cohort" / "shared.tsv")
        if row["shared_by"] == "peptide"
    }
    assert found.keys() == both
    for pair, row in found.items():
        percentile = min(table[pair] for table in best.values())
        assert float(row["best_percentile"]) == percentile
        assert row["samples"] == "other,own"
        assert row["presented_in"] == ("other,own" if percentile <= 2 else "NA")


def test_shared_variants_are_those_of_both_variants_tables(gathered: Path) -> None:
    """The same VCF: all of them, each with the label and percentile of one of the two tables."""
    tables = {name: {row["variant"]: row for row in rows(gathered / name / "variants.tsv")} for name in HLA}
    found = {row["variant"]: row for row in rows(gathered / "cohort" / "shared.tsv") if row["shared_by"] == "variant"}
    assert found.keys() == tables["own"].keys() == tables["other"].keys()
    for variant, row in found.items():
        presented = [name for name in sorted(HLA) if tables[name][variant]["n_candidates_at_2_percent"] != "0"]
        assert row["presented_in"] == (",".join(presented) or "NA"), variant
        alleles = {one for name in presented for one in tables[name][variant]["alleles_at_2_percent"].split(",")}
        assert row["allele"] == (",".join(sorted(alleles)) or "NA"), variant


def test_counts_are_those_of_the_tables(gathered: Path) -> None:
    """Candidates, tiers, presented pairs and the ledger, counted here anew."""
    for sample in rows(gathered / "cohort" / "samples.tsv"):
        table = rows(gathered / sample["sample"] / "candidates.tsv")
        ledger = rows(gathered / sample["sample"] / "ledger.tsv")
        presented = {(row["peptide"], row["allele"]) for row in table if float(row["presentation_percentile"]) <= 2}
        assert (int(sample["candidates"]), int(sample["pairs_presented"])) == (len(table), len(presented))
        assert int(sample["tier_poor_binder"]) == sum(row["tier"] == "poor_binder" for row in table)
        assert int(sample["ledger_rows"]) == len(ledger)
        assert int(sample["ledger_filtered"]) == sum(row["outcome"] == "filtered" for row in ledger)
        assert int(sample["pairs"]) == len({(row["peptide"], row["allele"]) for row in table})
        assert int(sample["alts"]) == 1470
