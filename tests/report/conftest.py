from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.pipeline import run
from neosieve.report.outputs import write_outputs
from neosieve.settings import RunSettings

from .browsing import DEMO_ALLELES, opened, table
from .builders import bare, ranked, run_result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

    from neosieve.model.run import RunResult

    from .browsing import Table, Watched


@pytest.fixture
def result() -> RunResult:
    """One full candidate and one of which nearly nothing is known."""
    return run_result(ranked(1), bare(2))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, demo_vcf: Path) -> Path:
    """Run the demo with 9-mers alone, and return its folder."""
    out = tmp_path_factory.mktemp("demo")
    settings = RunSettings(
        vcf=demo_vcf, hla=",".join(DEMO_ALLELES), out=out, lengths=(9,), include_filtered=True, models="embedded"
    )
    write_outputs(run(settings), out)
    return out


@pytest.fixture(scope="session")
def candidates(demo: Path) -> Table:
    """Read the demo's candidates.tsv."""
    return table(demo / "candidates.tsv")


@pytest.fixture
def watched(chromium: Browser, demo: Path) -> Iterator[Watched]:
    """Open the demo's report."""
    with opened(chromium, demo / "report.html", viewport={"width": 1400, "height": 1000}) as one:
        yield one


@pytest.fixture(scope="module")
def shown(chromium: Browser, demo: Path) -> Iterator[Watched]:
    """Open the demo's report once, with the card of its best candidate, for those who only look."""
    with opened(chromium, demo / "report.html", at="#candidate-1", viewport={"width": 1400, "height": 1000}) as one:
        yield one


@pytest.fixture
def card(shown: Watched) -> Locator:
    """Return the best candidate's card."""
    return shown.page.locator("#candidate-1 + tr.detail article")
