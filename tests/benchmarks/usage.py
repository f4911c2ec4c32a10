"""What a command takes: wall time, CPU time, and the memory of all its processes together."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY_S = 0.05  # between two looks at the memory
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command and its descendants took."""

    wall_s: float
    cpu_s: float
    """User and system time."""
    peak_mb: float
    """Resident memory, summed over the processes that live at one time; what they share counts in each."""
    finished: bool = True
    """Whether it came to its end before the limit."""


def run(command: Sequence[str | Path], scratch: Path, *, limit_s: float | None = None) -> Usage:
    """Run a command to its end, or to a limit, and measure it; a failure shows what the command said, and exits.

    Linux alone: memory is read from /proc.
    """
    said = scratch / "said.txt"
    with said.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
        watch = _Watch(process.pid)
        stopper = None if limit_s is None else _Stopper(limit_s, process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    finished = stopper is None or not stopper.went_off
    if stopper is not None:
        stopper.cancel()
    if process.returncode != 0 and finished:
        sys.exit(f"{' '.join(map(str, command))}\nexit code {process.returncode}\n{said.read_text(errors='replace')}")
    return Usage(wall, usage.ru_utime + usage.ru_stime, watch.stop(), finished)


def middle(usages: Sequence[Usage]) -> Usage:
    """Return the median of each figure."""
    return Usage(
        median(usage.wall_s for usage in usages),
        median(usage.cpu_s for usage in usages),
        median(usage.peak_mb for usage in usages),
        all(usage.finished for usage in usages),
    )


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0))


class _Watch:
    """Looks at the memory of a process and its descendants until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid, self._done, self._peak = pid, Event(), 0.0
        self._thread = Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Return the peak, in MB."""
        self._done.set()
        self._thread.join()
        return self._peak

    def _look(self) -> None:
        while not self._done.wait(EVERY_S):
            self._peak = max(self._peak, sum(map(_resident_mb, _with_descendants(self._pid))))


def _with_descendants(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                found.extend(map(int, children.read_text().split()))
    return found


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_MB
    except (OSError, IndexError):
        return 0.0


class _Stopper:
    """Ends a process group after a time, unless it is cancelled."""

    def __init__(self, seconds: float, group: int) -> None:
        self.went_off, self._cancelled = False, Event()
        self._thread = Thread(target=self._wait, args=(seconds, group), daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Let the process be."""
        self._cancelled.set()
        self._thread.join()

    def _wait(self, seconds: float, group: int) -> None:
        if not self._cancelled.wait(seconds):
            self.went_off = True
            with suppress(ProcessLookupError):
                os.killpg(group, 9)
