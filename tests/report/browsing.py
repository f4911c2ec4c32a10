"""A report in a browser that is watched for errors and requests."""

from __future__ import annotations

import csv
import math
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Locator, Page

DEMO_ALLELES = ("HLA-A*29:02", "HLA-B*45:01", "HLA-B*82:02")
DEMO_SAMPLE = "HCC1395_TUMOR_DNA"
Table = list[dict[str, str]]
INSIDE = ("blob:", "data:")
"""Addresses that lead nowhere: what the page itself made."""


@dataclass
class Watched:
    """An open report and what it did that it shouldn't."""

    page: Page
    problems: list[str] = field(default_factory=list)

    @property
    def count(self) -> str:
        """What the page says of the rows that it shows."""
        return self.page.locator("#count").inner_text()

    def column(self, name: str) -> list[str]:
        """Return the texts of a column that is shown, row by row."""
        keys = self.page.locator("#table thead th").evaluate_all("all => all.map(th => th.dataset.key)")
        cells = self.page.locator(f"#table tr.row > td:nth-child({keys.index(name) + 1})")
        return [text.strip() for text in cells.all_inner_texts()]

    def open_card(self, rank: int) -> Locator:
        """Open the card of a candidate on the page that is shown."""
        self.page.locator(f"#candidate-{rank} .opener").click()
        return self.page.locator(f"#candidate-{rank} + tr.detail article")

    def saved(self, button: str) -> str:
        """Press a button that saves a file, and return what it holds."""
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name=button).click()
        return download.value.path().read_text(encoding="utf-8")


@contextmanager
def opened(browser: Browser, path: Path, *, at: str = "", before: str = "", **options: Any) -> Iterator[Watched]:  # noqa: ANN401
    """Open a report without a network; whatever goes wrong while it is open fails the test in the end.

    Parameters
    ----------
    browser
        Any.
    path
        The report.
    at
        What follows its address: ``#candidate-3``.
    before
        A script to run before the page's own.
    options
        Of the browser's context.
    """
    context = browser.new_context(offline=True, **options)
    context.set_default_timeout(10_000)
    if before:
        context.add_init_script(before)
    page = context.new_page()
    watched = Watched(page)
    address = path.resolve().as_uri()

    def requested(url: str) -> None:
        if url.partition("#")[0] != address and not url.startswith(INSIDE):
            watched.problems.append(f"request of {url}")

    def opened_dialog(dialog: Dialog) -> None:
        watched.problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", lambda told: watched.problems.append(f"console {told.type}: {told.text}"))
    page.on("pageerror", lambda error: watched.problems.append(f"error: {error}"))
    page.on("request", lambda request: requested(request.url))
    page.on("dialog", opened_dialog)
    try:
        page.goto(address + at)
        yield watched
        assert watched.problems == []
    finally:
        context.close()


def table(path: Path) -> Table:
    """Read a TSV as it stands."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def same(shown: str, written: str) -> bool:
    """Compare cells of two tables; numbers by value: the page writes 0.00001 where the table says 1e-05."""
    try:
        return math.isclose(float(shown), float(written), rel_tol=1e-12)
    except ValueError:
        return shown == written


def best(found: Table, count: int = 50) -> list[str]:
    """Return the first ranks, as the page writes them."""
    return [f"{row['rank']} ({row['rank_interval']})" for row in found[:count]]
