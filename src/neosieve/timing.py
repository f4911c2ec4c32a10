"""How long each stage of a run took."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def _silent(_stage: str) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Stages:
    """Times stages by the wall clock and tells a listener when each begins."""

    begin: Callable[[str], None] = _silent
    """Called with a stage's name as it begins."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Stage → wall seconds, in order of the run."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time the block."""
        self.begin(name)
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started
