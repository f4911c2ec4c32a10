"""The report of a whole real tumour in a browser: HCC1395, every record, three alleles, lengths 8–11."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from neosieve.pipeline import run
from neosieve.report.html import MAX_SHOWN
from neosieve.report.outputs import write_outputs
from neosieve.settings import RunSettings

from ..report.browsing import opened, same, table  # noqa: TID252 - helpers are shared within the tests only

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
ALLELES = ("HLA-A*29:02", "HLA-B*45:01", "HLA-B*82:02")


@pytest.fixture(scope="module")
def folder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the main job as a user does, and return its folder."""
    vcf = shared / "hcc1395" / "annotated.expression.vcf.gz"
    if not vcf.is_file():
        pytest.skip(f"HCC1395 is not at {vcf}")
    out = tmp_path_factory.mktemp("hcc1395")
    settings = RunSettings(vcf=vcf, hla=",".join(ALLELES), out=out, include_filtered=True, models="embedded")
    write_outputs(run(settings), out)
    return out


def test_the_file_is_under_3_mb_with_ten_thousand_candidates(folder: Path) -> None:
    """There are more than four times as many."""
    assert (folder / "report.html").stat().st_size < 3_000_000
    with (folder / "candidates.tsv").open(encoding="utf-8") as lines:
        assert sum(1 for _ in lines) - 1 > 4 * MAX_SHOWN


def test_a_reviewer_sorts_filters_looks_marks_and_exports(chromium: Browser, folder: Path) -> None:
    """Everything is held against candidates.tsv; no console message, no error, no request."""
    rows = table(folder / "candidates.tsv")
    by_rank = {row["rank"]: row for row in rows}
    best_of = {row["variant"] for row in table(folder / "variants.tsv")}
    with opened(chromium, folder / "report.html") as watched:
        page = watched.page
        assert watched.count == f"1–50 of {MAX_SHOWN:,} candidates"
        words = " ".join(page.locator("section:has(> #candidates) > p").first.inner_text().split())
        presented = [row for row in rows if float(row["presentation_percentile"]) <= 2]
        assert f"This page holds {MAX_SHOWN:,} of {len(rows):,} candidates" in words
        assert f"each of {len(best_of):,} variants, all {len(presented):,} at a percentile of 2 or below" in words

        page.locator('th[data-key="presentation_percentile"] button').click()
        ordered = sorted(presented, key=lambda row: (float(row["presentation_percentile"]), int(row["rank"])))
        assert watched.column("rank") == [f"{row['rank']} ({row['rank_interval']})" for row in ordered[:50]]

        page.locator("summary", has_text="Alleles").click()
        page.locator("details[open]").get_by_role("button", name="none").click()
        page.get_by_label(ALLELES[0], exact=True).check()
        page.locator("#gene").fill("TP53")
        ranks = [text.split(" ")[0] for text in watched.column("rank")]
        assert ranks
        assert {(by_rank[rank]["gene"], by_rank[rank]["allele"]) for rank in ranks} == {("TP53", ALLELES[0])}

        card = watched.open_card(int(ranks[0]))
        first = by_rank[ranks[0]]
        assert all(reason in card.inner_text() for reason in first["reasons"].split("; "))
        card.get_by_label("accept").check()
        card.get_by_label("Note").fill("hotspot")
        document = json.loads(watched.saved("Export marks"))
        key = {name: first[name] for name in ("variant", "peptide", "allele")}
        assert document["marks"] == [key | {"mark": "accept", "note": "hotspot"}]

        page.locator("#export-columns").select_option("all")
        header, *exported = (line.split("\t") for line in watched.saved("Export as TSV").splitlines())
        assert header == [*first, "review", "review_note"]
        assert [line[header.index("rank")] for line in exported] == ranks


def test_every_variant_has_its_best_candidate_on_the_page(chromium: Browser, folder: Path) -> None:
    """The export of everything holds each best rank of variants.tsv, and its cells are those of candidates.tsv."""
    rows = {row["rank"]: row for row in table(folder / "candidates.tsv")}
    with opened(chromium, folder / "report.html") as watched:
        watched.page.locator("#export-columns").select_option("all")
        header, *lines = (line.split("\t") for line in watched.saved("Export as TSV").splitlines())
    exported = {line[0]: dict(zip(header, line, strict=True)) for line in lines}
    assert len(exported) == MAX_SHOWN
    assert {row["best_rank"] for row in table(folder / "variants.tsv")} <= exported.keys()
    differing = {
        (name, cell, rows[rank][name])
        for rank, cells in exported.items()
        for name, cell in cells.items()
        if name in rows[rank] and not same(cell, rows[rank][name])
    }
    assert differing == set()
