"""How large a report is and how long a browser takes to open it: the median of some runs.

Usage: ``python tests/benchmarks/report_page.py results/report.html``
"""

# ruff: noqa: T201 - a script: it prints what it measured

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

RUNS = 7


def milliseconds(browser: Browser, report: Path) -> tuple[float, float]:
    """Open the report in a fresh context; return when it could be used, and how long a sort by a column took."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.goto(report.resolve().as_uri())
    opened = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    sort = "th[data-key='affinity_nM'] button"
    took = page.evaluate(
        f'() => {{ const begin = performance.now(); document.querySelector("{sort}").click();'
        " document.body.offsetHeight; return performance.now() - begin; }"
    )
    context.close()
    return opened, took


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    report = parser.parse_args().report
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"))
        times = [milliseconds(browser, report) for _ in range(RUNS)]
        version = browser.version
    opened, sorting = (median(column) for column in zip(*times, strict=True))
    print(f"{report.stat().st_size:,} bytes; Chromium {version}: {opened:.0f} ms to open, {sorting:.0f} ms to sort")


if __name__ == "__main__":
    main()
