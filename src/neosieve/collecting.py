"""Finished runs of many samples, gathered: counts per sample, and the neoantigens that samples share.

Runs are read one after another, row by row. What each tells of a neoantigen goes to disk and is joined part by part
(:mod:`neosieve.sharing`), so that memory doesn't grow with the number of runs, nor with what they share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from neosieve import __version__
from neosieve.biology.comparability import differences_of, warnings_of
from neosieve.child import end_with_parent
from neosieve.errors import InputError, NeosieveError
from neosieve.io.runrecord import read_record
from neosieve.model.candidate import Tier
from neosieve.model.cohort import Cohort, Sample
from neosieve.report.atomic import prepared_folder, staged
from neosieve.report.cohort import LAST, write_cohort
from neosieve.report.runjson import SCHEMA_VERSION
from neosieve.sharing import join_part, rows_of, summary_of, tell_run
from neosieve.timing import Stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from neosieve.model.cohort import RunRecord

FEW_RUNS = 8  # for which another process isn't worth its start
PART_BYTES = 200_000_000  # of tables, of whose tenth a part is made: it fits into memory


def collect(
    folders: Sequence[Path],
    out: Path,
    stages: Stages | None = None,
    *,
    by_folder: bool = False,
    remarks: Sequence[str] = (),
    workers: int = 1,
) -> Cohort:
    """Gather finished runs and write ``samples.tsv``, ``shared.tsv``, ``cohort.html`` and ``cohort.json``.

    Parameters
    ----------
    folders
        Of finished runs, one for each sample, in any order.
    out
        Where to write; made if it isn't there. It may hold the runs' folders, but be none of them.
    stages
        Told what is done.
    by_folder
        Call every sample as its folder, rather than as its tumour sample.
    remarks
        What a reader must know beside what the runs tell: which samples are missing, say.
    workers
        How many processes read the runs.

    Returns
    -------
    Cohort
        What was written of the samples, with warnings for the user.

    Raises
    ------
    InputError
        There is no run, a folder holds no finished one or is given twice, or a table isn't as its run wrote it.
    OutputError
        A file can't be written. Nothing is half-written then.
    NeosieveError
        A process was killed; likewise.
    """
    stages = stages or Stages()
    records = [read_record(folder) for folder in folders]
    _check(records, out)
    names = sample_names(records, by_folder=by_folder)
    order = sorted(range(len(records)), key=names.__getitem__)
    tiers, comparable = _tiers(records)
    tables = [table for one in records if (table := one.folder / "candidates.tsv").is_file()]
    parts = 1 + sum(table.stat().st_size for table in tables) // PART_BYTES
    with (
        prepared_folder(out),
        staged(out, last=LAST) as stage,
        TemporaryDirectory(".part", ".neosieve.", out) as scratch,
    ):
        place = Path(scratch)
        with stages.stage("reading runs"), _mapping(min(workers, len(records) // FEW_RUNS)) as each:
            told = [(records[index], number, tiers, place, parts) for number, index in enumerate(order)]
            presented = list(each(tell_run, *zip(*told, strict=True)))
            ranked = tiers if comparable else ()
            shared = summary_of(each(join_part, range(parts), repeat(sorted(names)), repeat(ranked), repeat(place)))
        samples = [Sample(names[index], records[index], count) for index, count in zip(order, presented, strict=True)]
        differences = tuple(differences_of(samples))
        cohort = Cohort(
            version=__version__,
            samples=tuple(samples),
            tiers=tiers,
            differences=differences,
            warnings=(*remarks, *warnings_of(samples, differences)),
        )
        with stages.stage("writing"):
            write_cohort(cohort, shared, rows_of(place), stage)
    return cohort


def _check(records: Sequence[RunRecord], out: Path) -> None:
    if not records:
        raise InputError("there is no run to collect; give the folders of finished runs")
    seen: set[Path] = set()
    for record in records:
        place = record.folder.resolve()
        if place in seen:
            raise InputError(f"{record.folder} is given twice; give each run once")
        if place == out.resolve():
            raise InputError(f"{out} is one of the runs; choose another folder for the cohort with -o")
        seen.add(place)
        if record.schema_version != SCHEMA_VERSION:
            raise InputError(
                f"{record.folder / 'run.json'} follows version {record.schema_version} of its schema, and this "
                f"neosieve reads version {SCHEMA_VERSION}; run `neosieve run` again with one version for all"
            )


def sample_names(records: Sequence[RunRecord], *, by_folder: bool = False) -> list[str]:
    """Name each run: by its tumour sample, or by its folder where several have the same one, or if that is asked for.

    Folders of one name get as much of the path before it as tells them apart: ``patient1/out`` and ``patient2/out``.

    Raises
    ------
    InputError
        A folder is named as another run's tumour sample, or a name holds a comma.
    """
    clashing = defaultdict(list)
    for index, record in enumerate(records):
        clashing["" if by_folder else record.tumor].append(index)
    names = [record.tumor for record in records]
    for indices in clashing.values():
        if len(indices) == 1 and not by_folder:
            continue
        parts = {index: records[index].place.parts for index in indices}
        depth = 1
        while len({parts[index][-depth:] for index in indices}) < len(indices):
            depth += 1
        for index in indices:
            names[index] = "/".join(parts[index][-depth:])
    for name, count in Counter(names).items():
        if count > 1:
            first, second = (records[index].folder for index, other in enumerate(names) if other == name)
            raise InputError(f"{first} and {second} would both be called {name!r}; rename the folder of that name")
        if "," in name:
            folder = records[names.index(name)].folder
            raise InputError(
                f"{folder} would be called {name!r}, and commas part the samples in shared.tsv; "
                f"{'rename the folder' if by_folder else 'call the samples as their folders with --names folder'}"
            )
    return names


def _tiers(records: Sequence[RunRecord]) -> tuple[tuple[str, ...], bool]:
    """Return all tiers, and whether every run has the same ones, so that they have an order."""
    lists = {tuple(record.tiers) for record in records}
    if len(lists) == 1:
        return lists.pop(), True
    met = {tier for one in lists for tier in one}
    ours = [tier.value for tier in Tier if tier.value in met]
    return (*ours, *sorted(met.difference(ours))), False


@contextmanager
def _mapping(workers: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """Yield what applies a function to several arguments, one after another or in so many processes."""
    if workers < 2:  # noqa: PLR2004 - one is this process
        yield map
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=end_with_parent) as pool:
        try:
            yield pool.map
        except BrokenProcessPool as error:
            raise NeosieveError(
                "a process that read runs was killed, perhaps for want of memory; start again, or in one process "
                "(OMP_NUM_THREADS=1)"
            ) from error
