"""A process that runs one sample of a cohort after another, and keeps for the next what both share."""

from __future__ import annotations

import atexit
import fcntl
import gc
import os
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neosieve import pipeline
from neosieve.also import writers
from neosieve.binding.cachefolder import CachedModels
from neosieve.child import end_with_parent
from neosieve.cohortrecords import Records
from neosieve.errors import NeosieveError
from neosieve.io.hla import read_hla
from neosieve.model.ledger import Outcome
from neosieve.pairs import MOST_KEPT
from neosieve.report.atomic import prepared_folder, remove_parts
from neosieve.report.outputs import CellMemory, write_outputs
from neosieve.reuse import Reuse

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.pairs import Pairs
    from neosieve.settings import RunSettings

REMEMBERED = 100_000  # answers kept in memory, some 30 MB, beside those of the candidates that are kept
BAD_RECORDS = frozenset({Outcome.MALFORMED_RECORD, Outcome.ANNOTATION_MISMATCH})


@dataclass(frozen=True, slots=True)
class Ended:
    """How one sample's run ended."""

    name: str
    trouble: str = ""
    """Why it failed; empty if it didn't."""
    defect: str = ""
    """The traceback, if the failure is neosieve's own."""
    variants: int = 0
    """With candidates."""
    candidates: int = 0
    bad_records: int = 0
    """What `--strict` minds."""
    said: tuple[str, ...] = ()
    """Of the prediction cache."""
    asked: int = 0
    """Distinct predictions that the sample needs."""
    scored: int = 0


@dataclass(slots=True)
class _Worker:
    """What a process keeps between samples."""

    cache: str
    lock: IO[bytes]
    said: list[str] = field(default_factory=list)
    models: dict[str, tuple[CachedModels, tuple[str, BindingPredictor]]] = field(default_factory=dict)
    reuse: Reuse = field(default_factory=Reuse)
    cells: tuple[Pairs | None, CellMemory | None] = (None, None)
    """Those of the candidates that are kept."""

    def load(self, models: str) -> tuple[str, BindingPredictor]:
        """Load models once."""
        if models not in self.models:
            cached = CachedModels(self.cache, tell=self.said.append, most_remembered=REMEMBERED)
            self.models[models] = cached, cached.load(models)
        return self.models[models][1]

    def memory(self) -> CellMemory | None:
        """Return what was written of the candidates that are kept; None where none are."""
        kept = self.reuse.pairs_kept
        if kept is not self.cells[0]:
            self.cells = kept, None if kept is None else CellMemory(MOST_KEPT)
        return self.cells[1]

    def counts(self) -> tuple[int, int]:
        """Count the predictions asked for and scored so far."""
        all_of = [cached.predictor.counts for cached, _ in self.models.values() if cached.predictor is not None]
        return sum(one.asked for one in all_of) + self.reuse.spared, sum(one.scored for one in all_of)


_here: list[_Worker] = []


def start(cache: str, lock: Path) -> None:
    """Prepare a process: it ends with its parent, and holds the lock that says that someone still works here."""
    end_with_parent()
    gc.disable()  # as for a single run
    file = lock.open("ab")
    shared_lock(file)
    _here.append(_Worker(cache, file))
    atexit.register(_leave)


def _leave() -> None:
    """End at once: to let go of a million objects one by one takes seconds, and the process's memory goes with it."""
    for cached, _ in _here[0].models.values():
        if cached.predictor is not None:
            cached.predictor.close()
    os._exit(0)


def shared_lock(file: IO[bytes]) -> None:
    """Lock a file together with others; where the file system has no locks, do without."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH)
    except OSError:
        return


def unusable_alleles(settings: RunSettings) -> str:
    """Say why the models can't serve a sample's HLA type and lengths; empty if they can."""
    try:
        _, predictor = _here[0].load(settings.models)
        pipeline.scorable(read_hla(settings.hla), predictor, settings.lengths)
    except NeosieveError as error:
        return str(error)
    return ""


def run_sample(name: str, settings: RunSettings, wanted: str) -> Ended:
    """Run one sample as `neosieve run` does, and note that it is finished."""
    worker = _here[0]
    before = worker.counts()
    try:
        records = Records(settings.out.parent)
        records.begin(name)
        remove_parts(settings.out)
        with prepared_folder(settings.out):
            also = writers(settings)
            result = pipeline.run(settings, load=worker.load, reuse=worker.reuse)
            write_outputs(result, settings.out, also, worker.memory())
        records.finish(name, wanted)
        bad = len({entry.variant for entry in result.ledger if entry.outcome in BAD_RECORDS})
        variants = len({entry.variant for entry in result.ledger if entry.outcome is Outcome.CANDIDATES})
        asked, scored = (after - earlier for after, earlier in zip(worker.counts(), before, strict=True))
        ended = Ended(
            name,
            variants=variants,
            candidates=len(result.ranked),
            bad_records=bad,
            said=tuple(worker.said),
            asked=asked,
            scored=scored,
        )
    except NeosieveError as error:
        ended = Ended(name, trouble=str(error), said=tuple(worker.said))
    except Exception as error:  # noqa: BLE001 - one sample's failure is not the others'
        told = f"a defect of neosieve: {type(error).__name__}: {error}"
        ended = Ended(name, trouble=told, defect=traceback.format_exc(), said=tuple(worker.said))
    worker.said.clear()
    return ended
