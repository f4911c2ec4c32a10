"""Fixtures for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# in CI the same examples each time: a failure there is one's own change
settings.register_profile("ci", derandomize=True, deadline=None)
if "CI" in os.environ:
    settings.load_profile("ci")

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
