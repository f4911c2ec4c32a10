"""Processes that run the samples of a cohort; one that is killed takes no other sample with it."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Self

from neosieve.cohortworker import Ended, run_sample, start, unusable_alleles
from neosieve.errors import NeosieveError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from neosieve.settings import RunSettings

KILLED_ALONE = (
    "its process was killed, and again when it ran alone, perhaps for want of memory; start again where there is more"
)


@dataclass(frozen=True, slots=True)
class SampleRun:
    """One sample and what to do with it; its results lie in the cohort's folder, under its name."""

    name: str
    settings: RunSettings


class Processes:
    """Processes that run samples; where one is killed, others are started.

    Parameters
    ----------
    workers
        How many.
    cache
        The prediction cache's folder.
    lock
        The file that each of them locks as long as it lives.
    tell
        Told what happens.
    """

    def __init__(self, workers: int, cache: str, lock: Path, tell: Callable[[str], None]) -> None:
        self._workers, self._initargs, self._tell = workers, (cache, lock), tell
        self._pool = self._started(workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _started(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(workers, get_context("spawn"), initializer=start, initargs=self._initargs)

    def unusable(self, todo: Sequence[SampleRun]) -> dict[str, str]:
        """Say of each sample whose HLA type or lengths the models can't serve why.

        Raises
        ------
        NeosieveError
            A process was killed.
        """
        try:
            tasks = {one.name: self._pool.submit(unusable_alleles, one.settings) for one in todo}
            return {name: why for name, task in tasks.items() if (why := task.result())}
        except BrokenProcessPool as error:
            raise NeosieveError(
                "a process was killed before the first sample, perhaps for want of memory; start again, with fewer "
                "--workers"
            ) from error

    def run(self, todo: Sequence[SampleRun], wanted: Mapping[str, str]) -> Iterator[Ended]:
        """Run samples and yield how each ended, in the order in which they end.

        What is under way when a process is killed runs again when all else has ended, each sample by itself: only one
        whose process is killed then, too, has failed.

        Parameters
        ----------
        todo
            In the order in which they are begun.
        wanted
            Each one's fingerprint.
        """
        waiting, put_off = deque(todo), list[SampleRun]()
        while waiting:
            under_way = yield from self._through(waiting, wanted, self._workers)
            if under_way:
                names = ", ".join(one.name for one in under_way)
                self._tell(f"a process was killed, perhaps for want of memory; later, one by one, again: {names}")
            put_off += under_way
        if put_off:
            self._restart(1)
        for one in put_off:
            if (yield from self._through(deque([one]), wanted, 1)):
                yield Ended(one.name, trouble=KILLED_ALONE)

    def _through(
        self, waiting: deque[SampleRun], wanted: Mapping[str, str], workers: int
    ) -> Generator[Ended, None, list[SampleRun]]:
        """Run what waits, so many at a time; return what was under way when a process was killed."""
        under_way: dict[Future[Ended], SampleRun] = {}
        try:
            while waiting or under_way:
                while waiting and len(under_way) < workers:
                    one = waiting[0]
                    under_way[self._pool.submit(run_sample, one.name, one.settings, wanted[one.name])] = one
                    waiting.popleft()
                for task in wait(under_way, return_when=FIRST_COMPLETED).done:
                    ended = task.result()
                    del under_way[task]
                    yield ended
        except BrokenProcessPool:
            self._restart(workers)
        return list(under_way.values())

    def _restart(self, workers: int) -> None:
        self._pool.shutdown()
        self._pool = self._started(workers)
