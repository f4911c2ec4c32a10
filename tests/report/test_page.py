"""The report in a browser: a reader's clicks, held against the tables that lie beside it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from neosieve.report.html import write_report

from .browsing import DEMO_SAMPLE, best, opened, same, table
from .builders import run_result

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from .browsing import Table, Watched


# ---- the summary


def test_the_report_opens_with_the_best_candidates_and_their_rank_intervals(
    watched: Watched, candidates: Table
) -> None:
    """No console message, no request and no error: the fixture looks at the end."""
    assert watched.page.title() == f"Neoantigen candidates of {DEMO_SAMPLE}"
    assert watched.column("rank") == best(candidates)
    assert watched.count == f"1–50 of {len(candidates):,} candidates"


def test_the_funnels_counts_are_those_of_the_ledger(shown: Watched, demo: Path) -> None:
    """ALT alleles in, ALT alleles with candidates out; what is lost on the way is what the ledger refuses."""
    entries = table(demo / "ledger.tsv")
    outcomes = {
        variant: {entry["outcome"] for entry in told}
        for variant, told in groupby(
            sorted(entries, key=lambda entry: entry["variant"]), lambda entry: entry["variant"]
        )
    }
    giving = sum("candidates" in told for told in outcomes.values())
    rows = shown.page.locator("table.funnel").first.locator("tr")
    counts = [int(text.replace(",", "")) for text in rows.locator(".count").all_inner_texts()]
    lost = [int(text.replace(",", "").replace("−", "") or 0) for text in rows.locator(".lost").all_inner_texts()]
    assert (counts[0], counts[-1]) == (len(outcomes), giving)
    assert sum(lost) == len(outcomes) - giving
    unchanged = sum(told == {"no_protein_change"} for told in outcomes.values())
    assert lost[3] == unchanged == counts[2] - counts[3]


def test_without_scripts_the_best_candidates_are_there_to_read(
    chromium: Browser, demo: Path, candidates: Table
) -> None:
    """The page's own markup has the summary and 25 rows."""
    with opened(chromium, demo / "report.html", java_script_enabled=False) as plain:
        cells = plain.page.locator("#table tbody tr td:first-child").all_inner_texts()
        assert cells == best(candidates, 25)
        assert not plain.page.locator("#controls").is_visible()


def test_a_run_without_candidates_has_a_page(chromium: Browser, tmp_path: Path) -> None:
    """Nothing to draw, and nothing fails."""
    write_report(run_result(), tmp_path)
    with opened(chromium, tmp_path / "report.html") as empty:
        assert "No candidates." in empty.page.locator("main").inner_text()


# ---- the table


def test_a_heading_sorts_and_says_so(watched: Watched, candidates: Table) -> None:
    """Ascending, then descending; what is missing comes last both times; equal ones go by rank."""
    with_value = [row for row in candidates if row["agretopicity"] != "NA"]
    assert len(with_value) < len(candidates)
    heading = watched.page.locator('th[data-key="agretopicity"]')
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    assert watched.page.locator("th[aria-sort]").count() == 1
    ordered = sorted(with_value, key=lambda row: (float(row["agretopicity"]), int(row["rank"])))
    assert watched.column("rank") == best(ordered)
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    ordered = sorted(with_value, key=lambda row: (-float(row["agretopicity"]), int(row["rank"])))
    assert watched.column("rank") == best(ordered)


def test_the_keyboard_sorts_and_keeps_its_place(watched: Watched) -> None:
    """Enter on a heading's button sorts, and the focus stays there."""
    watched.page.locator('th[data-key="gene"] button').focus()
    watched.page.keyboard.press("Enter")
    genes = watched.column("gene")
    assert genes == sorted(genes)
    assert watched.page.evaluate("document.activeElement.closest('th').dataset.key") == "gene"


def test_the_search_finds_every_word_anywhere(watched: Watched, candidates: Table) -> None:
    """Gene and allele together, in any case."""
    watched.page.get_by_label("Search", exact=True).fill("ddx3x b*45:01")
    found = [row for row in candidates if row["gene"] == "DDX3X" and row["allele"] == "HLA-B*45:01"]
    assert found
    assert watched.column("rank") == best(found)
    assert f"of {len(found)} candidates (of {len(candidates):,} on this page)" in watched.count


def test_filters_by_allele_tier_and_gene_hold_together(watched: Watched, candidates: Table) -> None:
    """Each leaves what the table has, and clearing brings all back."""
    page = watched.page
    page.locator("summary", has_text="Alleles").click()
    page.get_by_label("HLA-A*29:02", exact=True).uncheck()
    assert page.locator("summary", has_text="Alleles").inner_text() == "Alleles: 2 of 3"
    found = [row for row in candidates if row["allele"] != "HLA-A*29:02"]
    assert f"of {len(found):,} candidates" in watched.count

    page.locator("summary", has_text="Tiers").click()
    page.locator("details[open]").get_by_role("button", name="none").click()
    assert watched.count.startswith("No candidate matches")
    page.get_by_label("strong", exact=True).check()
    found = [row for row in found if row["tier"] == "strong"]
    assert watched.column("rank") == best(found)

    page.locator("#gene").fill(found[0]["gene"])
    found = [row for row in found if row["gene"].startswith(found[0]["gene"])]
    assert watched.column("rank") == best(found)

    page.get_by_role("button", name="Clear filters").click()
    assert watched.count == f"1–50 of {len(candidates):,} candidates"


def test_columns_can_be_chosen(watched: Watched, candidates: Table) -> None:
    """Any column of candidates.tsv can be shown, and any but the rank hidden."""
    watched.page.locator("summary", has_text="Columns").click()
    watched.page.get_by_label("Consequence", exact=True).check()
    watched.page.get_by_label("Gene expression", exact=True).uncheck()
    assert watched.column("consequence") == [row["consequence"] for row in candidates[:50]]
    assert watched.page.locator('th[data-key="gene_expression"]').count() == 0


def test_pages_turn(watched: Watched, candidates: Table) -> None:
    """The second fifty follow the first, and the first page has none before it."""
    assert watched.page.get_by_role("button", name="Previous").is_disabled()
    watched.page.get_by_role("button", name="Next").click()
    assert watched.column("rank") == best(candidates[50:])


@pytest.mark.parametrize("columns", ["shown", "all"])
def test_the_export_holds_the_cells_of_the_table(watched: Watched, candidates: Table, columns: str) -> None:
    """Rows are those of the selection in the order shown; each cell says what candidates.tsv says."""
    watched.page.locator("#gene").fill("TP53")
    watched.page.locator('th[data-key="affinity_nM"] button').click()
    watched.page.locator("#export-columns").select_option(columns)
    header, *rows = (line.split("\t") for line in watched.saved("Export as TSV").splitlines())
    found = [row for row in candidates if row["gene"] == "TP53"]
    found.sort(key=lambda row: (float(row["affinity_nM"]), int(row["rank"])))
    if columns == "all":
        assert header == [*candidates[0], "review", "review_note"]
    else:
        assert "gene" in header
        assert "gene_id" not in header
    assert len(rows) == len(found) > 0
    for cells, row in zip(rows, found, strict=True):
        told = dict(zip(header, cells, strict=True))
        assert (told.pop("review"), told.pop("review_note")) == ("NA", "NA")
        assert [name for name, cell in told.items() if not same(cell, row[name])] == []


# ---- everywhere


def test_every_control_has_a_name(shown: Watched) -> None:
    """Whatever can be focused says what it is: by its text, its label, or an ARIA label."""
    nameless = shown.page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, textarea, summary, a[href], [tabindex="0"]')]
          .filter(one => !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length))
          .map(one => one.outerHTML)"""
    )
    assert nameless == []
    heads = shown.page.locator("#table > thead th").evaluate_all("all => all.map(th => th.scope)")
    assert set(heads) == {"col"}


def test_printed_the_page_has_no_controls_but_its_cards(watched: Watched) -> None:
    """Buttons do nothing on paper."""
    watched.open_card(1)
    watched.page.emulate_media(media="print")
    for control in ("nav", "#controls form", ".pager", "#actions"):
        assert not watched.page.locator(control).is_visible()
    assert watched.page.locator("tr.detail article").is_visible()
    assert watched.page.locator("#count").is_visible()


@pytest.mark.parametrize("width", [1400, 800])
def test_the_page_is_no_wider_than_its_window(chromium: Browser, demo: Path, width: int) -> None:
    """Only the table may scroll sideways, inside its own frame; a card keeps within the window."""
    with opened(chromium, demo / "report.html", viewport={"width": width, "height": 900}) as one:
        box = one.open_card(1).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width
