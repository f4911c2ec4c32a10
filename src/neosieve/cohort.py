"""Many samples in one go: each as a run of its own would do it, with what they share done once; then the summary."""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING

from neosieve.binding.cachefolder import OFF, size_limit, trim
from neosieve.binding.models import choose_models
from neosieve.cohortprocesses import Processes, SampleRun
from neosieve.cohortrecords import FOLDER, Records, fingerprint
from neosieve.collecting import collect
from neosieve.errors import InputError, NeosieveError, OutputError
from neosieve.inputs import read_samples
from neosieve.io.hla import read_hla
from neosieve.io.rankpolicies import read_policy
from neosieve.io.reference import open_reference
from neosieve.report.atomic import file_sha256, prepare_folder, remove_parts, replacing, write_chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from neosieve.cohortworker import Ended

SUMMARY = ("samples.tsv", "shared.tsv", "cohort.html", "cohort.json")
FAILED = "failed.tsv"
WAIT_FOR_WORKERS_S = 60.0  # of a killed cohort, which end by themselves at once
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(slots=True)
class CohortResult:
    """How a cohort ended."""

    done: list[Ended] = field(default_factory=list)
    """In the order in which they ended."""
    kept: list[str] = field(default_factory=list)
    """Samples that were finished before."""
    failed: list[Ended] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Folders of samples that the sheet doesn't name any more."""
    warnings: tuple[str, ...] = ()
    """Of the summary."""

    @property
    def asked(self) -> int:
        """Predictions that the samples needed, each sample's distinct ones."""
        return sum(one.asked for one in self.done)

    @property
    def scored(self) -> int:
        """Predictions that were made."""
        return sum(one.scored for one in self.done)


def run_cohort(
    samples: Sequence[SampleRun], out: Path, *, workers: int, cache: str | None, tell: Callable[[str], None]
) -> CohortResult:
    """Run what isn't finished, then gather all.

    Everything that can be checked is checked for all samples before any work. A sample that fails later doesn't end the
    others.

    Parameters
    ----------
    samples
        With names of their own; each one's results go to ``out / name``.
    out
        The cohort's folder.
    workers
        How many processes.
    cache
        The prediction cache's folder; None for one inside the cohort's folder.
    tell
        Told what happens.

    Raises
    ------
    NeosieveError
        A sample can't be run, or the results can't be written; then nothing was done.
    """
    size_limit()
    wanted = _checked(samples)
    prepare_folder(out)
    with _alone(out) as lock:
        remove_parts(out)
        records = Records(out)
        result = CohortResult(left=[name for name in records.names() if name not in wanted and (out / name).is_dir()])
        todo = [one for one in samples if not records.finished(one.name, wanted[one.name])]
        result.kept = [one.name for one in samples if one not in todo]
        if todo:
            folder = str(out / FOLDER / "predictions") if cache is None else cache
            _run(todo, wanted, result, min(workers, len(todo)), folder, lock, tell)
            if folder != OFF:
                trim(Path(folder), size_limit())
        _summarise(samples, result, out, workers)
    return result


def _checked(samples: Sequence[SampleRun]) -> dict[str, str]:
    """Check all samples and return their fingerprints.

    Raises
    ------
    InputError
        Some can't be run; the message names all of them.
    """
    wanted: dict[str, str] = {}
    trouble: dict[str, str] = {}
    opened: set[Path] = set()
    told_apart: set[tuple[object, ...]] = set()
    for one in samples:
        settings = one.settings
        try:
            read_policy(settings.policy)
            read_hla(settings.hla)
            chosen = choose_models(settings.models)
            wanted[one.name] = fingerprint(settings, f"{chosen.reason}; {chosen.identity()}")
            asked = settings.vcf, settings.tumor, settings.normal, settings.regions
            if asked not in told_apart:
                read_samples(settings)
                told_apart.add(asked)
            if settings.reference is not None and settings.reference not in opened:
                open_reference(settings.reference)
                opened.add(settings.reference)
        except NeosieveError as error:
            trouble[one.name] = str(error)
    _refuse(trouble, len(samples))
    return wanted


def _refuse(trouble: dict[str, str], count: int) -> None:
    if trouble:
        listed = "".join(f"\n  {name}: {why}" for name, why in trouble.items())
        raise InputError(f"{len(trouble):,} of {count:,} samples can't be run, so none was:{listed}")


@contextmanager
def _alone(out: Path) -> Iterator[Path]:
    """Hold the cohort's folder; yield the file that each worker locks as long as it lives.

    Raises
    ------
    OutputError
        Another process works there.
    """
    place = out / FOLDER
    try:
        place.mkdir(exist_ok=True)
        mine, workers = (place / "lock").open("ab"), place / "workers"
        with mine, workers.open("ab") as others:
            if not _locked(mine, 0.0) or not _locked(others, WAIT_FOR_WORKERS_S):
                raise OutputError(f"{out}: another neosieve cohort works here; wait for it, or choose another -o")
            fcntl.flock(others, fcntl.LOCK_UN)
            yield workers
    except OSError as error:
        raise OutputError(f"{place} can't be written: {error.strerror}; choose another folder with -o") from error


def _locked(file: IO[bytes], wait: float) -> bool:
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        except OSError:
            return True  # this file system has no locks
        else:
            return True


def _run(
    todo: Sequence[SampleRun],
    wanted: dict[str, str],
    result: CohortResult,
    workers: int,
    cache: str,
    lock: Path,
    tell: Callable[[str], None],
) -> None:
    said: set[str] = set()
    with _threads_each(workers), Processes(workers, cache, lock, tell) as processes:
        _refuse(processes.unusable(todo), len(todo))
        for name in ("cohort.json", FAILED):  # they speak of what is about to change
            (todo[0].settings.out.parent / name).unlink(missing_ok=True)
        for number, ended in enumerate(processes.run(_near(todo), wanted), 1):
            for text in ended.said:
                if text not in said:
                    tell(f"note: {text}")
                    said.add(text)
            (result.failed if ended.trouble else result.done).append(ended)
            tell(f"[{number:,}/{len(todo):,}] {ended.name}: {_words(ended)}")
            if ended.defect:
                tell(ended.defect)


def _near(todo: Sequence[SampleRun]) -> list[SampleRun]:
    """Put samples of one VCF, and those that share alleles, one after another: a worker keeps what they share."""
    first: dict[Path, int] = {}
    for place, one in enumerate(todo):
        first.setdefault(one.settings.vcf, place)
    return sorted(todo, key=lambda one: (first[one.settings.vcf], one.settings.hla))


def _words(ended: Ended) -> str:
    return ended.trouble or f"{ended.variants:,} variants give {ended.candidates:,} candidates"


def _why(failed: Ended, folder: Path) -> str:
    left = (folder / "run.json").is_file()
    return f"{failed.trouble}; its folder still holds an earlier run's results" if left else failed.trouble


@contextmanager
def _threads_each(workers: int) -> Iterator[None]:
    """Share the cores out: each process's matrix library would otherwise use all of them."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update({name: str(max(1, cores // workers)) for name, value in before.items() if value is None})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)


def _summarise(samples: Sequence[SampleRun], result: CohortResult, out: Path, workers: int) -> None:
    """Gather the finished samples, unless that has been done, and list the failed ones."""
    failed = {one.name: _why(one, out / one.name) for one in result.failed}
    finished = [out / one.name for one in samples if one.name not in failed]
    (out / FAILED).unlink(missing_ok=True)
    if failed:
        with replacing(out / FAILED) as temporary:
            rows = (f"{one.name}\t{' '.join(failed[one.name].split())}\n" for one in samples if one.name in failed)
            write_chunks(temporary, ["sample\treason\n", *rows])
    if not finished:
        for name in SUMMARY:
            (out / name).unlink(missing_ok=True)
        return
    remarks = tuple(f"{name} is missing: it failed ({why})" for name, why in failed.items())
    record = out / FOLDER / "summary.json"
    gathered = sha256(
        "\n".join([*remarks, *(f"{one.name} {file_sha256(one / 'run.json')}" for one in finished)]).encode()
    )
    try:
        told = json.loads(record.read_text(encoding="utf-8"))
        files = {name: file_sha256(out / name) for name in SUMMARY}
        if told["of"] == gathered.hexdigest() and told["files"] == files:
            result.warnings = tuple(told["warnings"])
            return
    except (OSError, ValueError, KeyError, TypeError):
        pass
    result.warnings = collect(finished, out, by_folder=True, remarks=remarks, workers=workers).warnings
    with replacing(record) as temporary:
        files = {name: file_sha256(out / name) for name in SUMMARY}
        told = {"of": gathered.hexdigest(), "files": files, "warnings": result.warnings}
        write_chunks(temporary, [json.dumps(told, indent=1), "\n"])
