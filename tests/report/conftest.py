from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .builders import bare, ranked, run_result

if TYPE_CHECKING:
    from neosieve.model.run import RunResult


@pytest.fixture
def result() -> RunResult:
    """One full candidate and one of which nearly nothing is known."""
    return run_result(ranked(1), bare(2))
