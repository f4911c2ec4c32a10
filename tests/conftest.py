"""Fixtures for every test."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# in CI the same examples each time: a failure there is one's own change
settings.register_profile("ci", derandomize=True, deadline=None)
if "CI" in os.environ:
    settings.load_profile("ci")

os.environ["NEOSIEVE_CACHE"] = "off"  # a test's predictions are its own

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data beside the checkout; skip the test where there is none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: it lies beside the checkout, not in it")
    return folder


@pytest.fixture(scope="session")
def demo_vcf() -> Path:
    """Return the VCF that ships for `neosieve demo`."""
    return ROOT / "reference" / "demo" / "hcc1395_demo.vcf.gz"


CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium without a window; skip the test where there is none."""
    reason = "playwright isn't installed: it comes with the dev group"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if found is None:
        pytest.skip(f"no Chromium on the path: none of {', '.join(CHROMIUMS)}")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found)
        yield browser
        browser.close()
