"""How many threads a computation may take."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = "OMP_NUM_THREADS"
"""OpenMP's variable, which workflow engines and clusters set to what a job was given."""


def available() -> int:
    """Return the number of threads to use: what :data:`LIMIT` says, else the cores that this process may run on."""
    asked = os.environ.get(LIMIT, "").partition(",")[0]
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def workers() -> Iterator[ThreadPoolExecutor]:
    """Yield threads for numpy's work, and keep linear algebra to one thread in each.

    A BLAS library's own threads wait for one another at every product; on small blocks that costs more than it gains.
    """
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(available()) as pool:
        yield pool
