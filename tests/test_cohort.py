"""A cohort: each sample as a run of its own leaves it, whatever is shared, changed, damaged or killed in between."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from neosieve import cohortrecords
from neosieve.binding.cachefolder import info
from neosieve.cli.run import execute
from neosieve.cohort import CohortResult, run_cohort
from neosieve.cohortprocesses import SampleRun
from neosieve.cohortrecords import Records, fingerprint
from neosieve.errors import InputError, NeosieveError, OutputError
from neosieve.settings import Region, RunSettings

from .test_pipeline import FRAMESHIFT, GERMLINE, HEADER, MISSENSE, NEIGHBOUR, SILENT

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES = {"P1": "A*02:01,B*07:02", "P2": "A*02:01", "P3": "B*07:02,C*07:02"}


def contents(folder: Path) -> dict[str, bytes]:
    """Read a folder and those in it, but for the cohort's own notes."""
    files = (file for file in folder.rglob("*") if file.is_file() and ".neosieve" not in file.parts)
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def world(folder: Path) -> tuple[Path, Path]:
    """Write two VCFs."""
    first, second = folder / "first.vcf", folder / "second.vcf"
    first.write_text(f"{HEADER}{MISSENSE}\n{NEIGHBOUR}\n{FRAMESHIFT}\n{SILENT}\n{GERMLINE}\n")
    second.write_text(f"{HEADER}{MISSENSE}\n{FRAMESHIFT}\n")
    return first, second


def samples(folder: Path, out: Path, **changed: Mapping[str, object]) -> list[SampleRun]:
    """Make three samples: two of one VCF with other HLA types, and one of another VCF."""
    vcfs = {"P1": "first.vcf", "P2": "first.vcf", "P3": "second.vcf"}
    return [
        SampleRun(
            name,
            RunSettings.model_validate(
                {"vcf": folder / vcfs[name], "hla": hla, "out": out / name, "models": "embedded", "lengths": (8, 9)}
                | dict(changed.get(name, {}))
            ),
        )
        for name, hla in TYPES.items()
    ]


def cohort(runs: list[SampleRun], out: Path, workers: int = 1) -> CohortResult:
    """Run a cohort quietly."""
    return run_cohort(runs, out, workers=workers, cache=None, tell=lambda _: None)


def done(result: CohortResult) -> list[str]:
    """Name the samples that were run."""
    return sorted(one.name for one in result.done)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two VCFs and a finished cohort, ``out``; copy it before changing anything."""
    folder = tmp_path_factory.mktemp("finished")
    world(folder)
    result = cohort(samples(folder, folder / "out"), folder / "out", workers=2)
    assert done(result) == ["P1", "P2", "P3"]
    return folder


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    """Return a copy of the finished cohort and its inputs, which may be spoilt."""
    return shutil.copytree(finished, tmp_path / "copy")


def test_each_sample_is_as_a_run_of_its_own_leaves_it(finished: Path, tmp_path: Path) -> None:
    """Byte for byte, all files and no other; and beside them the summary."""
    for one in samples(finished, tmp_path):
        execute(one.settings)
        assert contents(tmp_path / one.name) == contents(finished / "out" / one.name)
    told = {path.name for path in (finished / "out").iterdir()}
    assert told == {*TYPES, ".neosieve", "samples.tsv", "shared.tsv", "cohort.html", "cohort.json"}


def test_each_prediction_is_made_once(tmp_path: Path) -> None:
    """Two processes, shared peptides and alleles: as many predictions are made as there are rows in the cache's tables.

    P1 and P2 ask for the same peptides on A*02:01, so that fewer are made than asked for.
    """
    world(tmp_path)
    result = cohort(samples(tmp_path, tmp_path / "out"), tmp_path / "out", workers=2)
    stored = sum(one.answers for one in info(tmp_path / "out" / ".neosieve" / "predictions"))
    assert result.scored == stored < result.asked


def test_what_is_finished_is_not_done_again(copy: Path) -> None:
    """Nothing changed: nothing is run, and every byte stays."""
    before = contents(copy / "out")
    result = cohort(samples(copy, copy / "out"), copy / "out")
    assert (done(result), result.kept) == ([], ["P1", "P2", "P3"])
    assert contents(copy / "out") == before


def _vcf(folder: Path) -> dict[str, dict[str, object]]:
    (folder / "second.vcf").write_text((folder / "second.vcf").read_text() + NEIGHBOUR + "\n")
    return {}


def _hla(folder: Path) -> dict[str, dict[str, object]]:
    del folder
    return {"P2": {"hla": "A*03:01"}}


def _setting(folder: Path) -> dict[str, dict[str, object]]:
    del folder
    return {"P1": {"purity": 0.5}}


def _policy(folder: Path) -> dict[str, dict[str, object]]:
    del folder
    return {name: {"policy": "affinity"} for name in TYPES}


def _touched(folder: Path) -> dict[str, dict[str, object]]:
    os.utime(folder / "first.vcf", (1, 1))
    return {}


def _edited(folder: Path) -> dict[str, dict[str, object]]:
    with (folder / "out" / "P1" / "candidates.tsv").open("a") as table:
        table.write("\n")
    return {}


def _removed(folder: Path) -> dict[str, dict[str, object]]:
    (folder / "out" / "P3" / "report.html").unlink()
    return {}


def _record_spoilt(folder: Path) -> dict[str, dict[str, object]]:
    (folder / "out" / ".neosieve" / "records" / "P2.json").write_text('{"fingerprint": 3')
    return {}


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (_vcf, ["P3"]),
        (_hla, ["P2"]),
        (_setting, ["P1"]),
        (_policy, ["P1", "P2", "P3"]),
        (_touched, []),
        (_edited, ["P1"]),
        (_removed, ["P3"]),
        (_record_spoilt, ["P2"]),
    ],
)
def test_a_change_runs_what_depends_on_it_again_and_nothing_else(
    copy: Path, tmp_path: Path, change: object, again: list[str]
) -> None:
    """A VCF's content, an HLA type, a setting, a policy, a damaged output: exactly those, and a fresh one's bytes."""
    changed = change(copy)  # type: ignore[operator]
    assert done(cohort(samples(copy, copy / "out", **changed), copy / "out")) == again
    cohort(samples(copy, tmp_path / "fresh", **changed), tmp_path / "fresh")
    assert contents(copy / "out") == contents(tmp_path / "fresh")


def test_models_version_code_reads_and_reference_are_part_of_the_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each changes the checksum; the results' place doesn't."""
    first, _ = world(tmp_path)
    fasta = tmp_path / "proteome.fa"
    fasta.write_text(">A\nMKT\n")
    settings = RunSettings(vcf=first, hla="A0201", out=tmp_path / "out", proteome=fasta)
    told = [fingerprint(settings, "models 1"), fingerprint(settings, "models 2")]
    assert fingerprint(settings.model_copy(update={"out": tmp_path / "other"}), "models 1") == told[0]
    fasta.write_text(">A\nMKTT\n")
    told.append(fingerprint(settings, "models 1"))
    bam = tmp_path / "genome.fa"
    bam.write_text(">1\nACGT\n")
    with_reads = settings.model_copy(update={"reads_fasta": bam})
    told.append(fingerprint(with_reads, "models 1"))
    os.utime(bam, (1, 1))
    told.append(fingerprint(with_reads, "models 1"))
    monkeypatch.setattr(cohortrecords, "_code", lambda: "another version")
    told.append(fingerprint(settings, "models 1"))
    assert len(set(told)) == len(told)


def test_files_that_a_changed_setting_no_longer_makes_go(copy: Path, tmp_path: Path) -> None:
    """With --also multiqc and then without: the further files go, unless they were edited; a stranger's file stays."""
    also = {"P1": {"also": ("multiqc", "fasta")}}
    cohort(samples(copy, copy / "out", **also), copy / "out")
    assert (copy / "out" / "P1" / "windows.fasta").exists()
    (copy / "out" / "P1" / "notes.txt").write_text("mine")
    cohort(samples(copy, copy / "out"), copy / "out")
    (copy / "out" / "P1" / "notes.txt").unlink()
    cohort(samples(copy, tmp_path / "fresh"), tmp_path / "fresh")
    assert contents(copy / "out") == contents(tmp_path / "fresh")


def test_a_sample_that_left_the_sheet_is_told_and_stays(copy: Path) -> None:
    """Its folder isn't touched; the summary is of the others."""
    before = contents(copy / "out" / "P3")
    result = cohort(samples(copy, copy / "out")[:2], copy / "out")
    assert (result.left, done(result)) == (["P3"], [])
    assert contents(copy / "out" / "P3") == before
    assert "P3" not in (copy / "out" / "samples.tsv").read_text()


def test_what_can_be_checked_is_checked_before_any_work(tmp_path: Path) -> None:
    """A missing VCF, an HLA type that can't be read and one that the models don't know: all named, nothing made."""
    world(tmp_path)
    bad = samples(tmp_path, tmp_path / "out", P1={"vcf": tmp_path / "none.vcf"}, P3={"hla": "nonsense"})
    with pytest.raises(InputError, match=r"2 of 3 samples can't be run(?s:.*)P1: .*none\.vcf(?s:.*)P3: .*nonsense"):
        cohort(bad, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    unknown = samples(tmp_path, tmp_path / "out", P2={"hla": "A*02:9999"})
    with pytest.raises(InputError, match=r"1 of 3 samples(?s:.*)P2: .*supports none of HLA-A\*02:9999"):
        cohort(unknown, tmp_path / "out")
    assert not (tmp_path / "out" / "P1").exists()


def test_samples_of_one_vcf_are_checked_each(tmp_path: Path) -> None:
    """A VCF that can't be read is told for each of its samples; one of a good VCF that it doesn't hold, too.

    NORMAL and TUMOR are its columns: with TUMOR as a further region none is left to be the tumour.
    """
    world(tmp_path)
    (tmp_path / "second.vcf").write_text("nonsense\n")
    spoilt = {"vcf": tmp_path / "second.vcf"}
    with pytest.raises(InputError, match=r"2 of 3 samples(?s:.*)P2: .*second\.vcf(?s:.*)P3: .*second\.vcf"):
        cohort(samples(tmp_path, tmp_path / "out", P2=spoilt), tmp_path / "out")
    good: dict[str, object] = {"vcf": tmp_path / "first.vcf"}
    for changed in ({"tumor": "nobody"}, {"normal": "nobody"}, {"regions": (Region(name="TUMOR"),)}):
        with pytest.raises(InputError, match=r"1 of 3 samples can't be run(?s:.*)P2: "):
            cohort(samples(tmp_path, tmp_path / "out", P2=changed, P3=good), tmp_path / "out")


def test_a_refused_cohort_leaves_the_earlier_one_as_it_was(copy: Path) -> None:
    """An HLA type that only the models turn out not to know: no file goes, none is touched."""
    before = contents(copy / "out")
    with pytest.raises(InputError, match=r"supports none of HLA-A\*02:9999"):
        cohort(samples(copy, copy / "out", P2={"hla": "A*02:9999"}), copy / "out")
    assert contents(copy / "out") == before


def test_what_a_kill_leaves_anywhere_goes(copy: Path, finished: Path) -> None:
    """Folders, files and probes that were about to be moved or removed, in the cohort's and in a sample's folder."""
    out = copy / "out"
    for place in (out, out / "P1"):
        (place / ".neosieve.4194305.part").touch()
    (out / ".failed.tsv.4194305.part").touch()
    (out / "P1" / "run.json").unlink()
    cohort(samples(copy, out), out)
    assert not list(out.glob("**/*.part"))
    assert contents(out) == contents(finished / "out")


def test_a_sample_that_fails_is_told_and_the_others_go_on(copy: Path) -> None:
    """A table that turns out bad: failed.tsv and the summary say so; once mended, only that sample is run."""
    table = copy / "expression.tsv"
    table.write_text("neither\tthis\nnor\tthat\n")
    changed = {"P2": {"expression": table}}
    result = cohort(samples(copy, copy / "out", **changed), copy / "out")
    assert [one.name for one in result.failed] == ["P2"]
    told = (copy / "out" / "failed.tsv").read_text()
    assert "expression.tsv" in told
    assert "its folder still holds an earlier run's results" in told
    assert "P2 is missing" in (copy / "out" / "cohort.json").read_text()
    assert "P2" not in (copy / "out" / "samples.tsv").read_text()
    table.write_text("gene\tTPM\nKRAS\t7\n")
    assert done(cohort(samples(copy, copy / "out", **changed), copy / "out")) == ["P2"]
    assert not (copy / "out" / "failed.tsv").exists()
    assert "missing" not in (copy / "out" / "cohort.json").read_text()


def test_two_cohorts_do_not_work_in_one_folder(copy: Path) -> None:
    """The second is refused while the first holds the folder."""
    code = (
        "import fcntl, sys, time; file = open(sys.argv[1], 'ab'); fcntl.flock(file, fcntl.LOCK_EX);"
        "print('locked', flush=True); time.sleep(60)"
    )
    lock = copy / "out" / ".neosieve" / "lock"
    with subprocess.Popen([sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(OutputError, match="another neosieve cohort works here"):
            cohort(samples(copy, copy / "out"), copy / "out")
        holder.kill()


class Fatal(RunSettings):
    """Settings that kill the processes that they reach, at the first, second, … of which is told."""

    marks: ClassVar[Path]
    fatal: ClassVar[frozenset[int]]

    def __reduce__(self) -> tuple[object, ...]:
        return arrive, (dict(self), self.marks, self.fatal)


def arrive(settings: dict[str, object], marks: Path, fatal: frozenset[int]) -> RunSettings:
    """Reach a process: at first for a look at the HLA type, then to be run."""
    time_of_arrival = len(list(marks.iterdir())) + 1
    (marks / str(time_of_arrival)).touch()
    if time_of_arrival in fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    return RunSettings.model_validate(settings)


def with_a_fatal_one(folder: Path, *fatal: int) -> list[SampleRun]:
    """Make the three samples, of which P2 kills processes."""
    Fatal.marks, Fatal.fatal = folder / "marks", frozenset(fatal)
    Fatal.marks.mkdir()
    return [
        SampleRun(one.name, Fatal.model_validate(dict(one.settings))) if one.name == "P2" else one
        for one in samples(folder, folder / "out")
    ]


@pytest.mark.parametrize("workers", [1, 3])
def test_a_killed_process_takes_no_sample_with_it(tmp_path: Path, finished: Path, workers: int) -> None:
    """What was under way with it runs again, and every byte is as if nothing had been killed."""
    world(tmp_path)
    told: list[str] = []
    runs, out = with_a_fatal_one(tmp_path, 2), tmp_path / "out"
    result = run_cohort(runs, out, workers=workers, cache=None, tell=told.append)
    assert (done(result), result.failed) == (["P1", "P2", "P3"], [])
    assert contents(out) == contents(finished / "out")
    assert sum("a process was killed" in one and "P2" in one for one in told) == 1
    assert [one.partition("]")[0] for one in told if one.startswith("[")] == ["[1/3", "[2/3", "[3/3"]


def test_a_sample_whose_process_is_killed_again_when_it_runs_alone_has_failed(tmp_path: Path, finished: Path) -> None:
    """The others are done, and the next start does it."""
    world(tmp_path)
    result = cohort(with_a_fatal_one(tmp_path, 2, 3), tmp_path / "out", workers=2)
    assert (done(result), [one.name for one in result.failed]) == (["P1", "P3"], ["P2"])
    assert "P2\tits process was killed, and again when it ran alone" in (tmp_path / "out" / "failed.tsv").read_text()
    result = cohort(samples(tmp_path, tmp_path / "out"), tmp_path / "out")
    assert done(result) == ["P2"]
    assert contents(tmp_path / "out") == contents(finished / "out")


def test_a_process_that_is_killed_before_the_first_sample_ends_the_cohort(tmp_path: Path) -> None:
    """With one error, and nothing was run."""
    world(tmp_path)
    with pytest.raises(NeosieveError, match="a process was killed before the first sample"):
        cohort(with_a_fatal_one(tmp_path, 1), tmp_path / "out")
    assert not contents(tmp_path / "out")


SCRIPT = """
import sys
from pathlib import Path
from tests.test_cohort import *
if __name__ == "__main__":
    folder = Path(sys.argv[1])
    cohort(samples(folder, folder / "out"), folder / "out", workers=2)
"""


def _killed(folder: Path, after: float) -> bool:
    """Start a cohort in a process of its own and kill it -9; tell whether it was still running."""
    script = folder / "start.py"
    script.write_text(SCRIPT)
    root = Path(__file__).parents[1]
    process = subprocess.Popen([sys.executable, script, folder], cwd=root, env={**os.environ, "PYTHONPATH": str(root)})
    time.sleep(after)
    running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return running


def _survives(folder: Path, finished: Path, moments: list[float]) -> None:
    world(folder)
    for moment in moments:
        _killed(folder, moment)
    cohort(samples(folder, folder / "out"), folder / "out", workers=2)
    assert contents(folder / "out") == contents(finished / "out")
    assert not list((folder / "out").rglob("*.part"))  # contents() has left out the cohort's own


@pytest.mark.parametrize("moments", [[3.0], [1.5, 2.5, 4.0]])
def test_a_killed_cohort_ends_with_the_same_bytes(tmp_path: Path, finished: Path, moments: list[float]) -> None:
    """Kill -9, once or several times, and start again: every byte as if never killed, and no temporary file is left."""
    _survives(tmp_path, finished, moments)


@pytest.mark.slow
def test_ten_random_kills(tmp_path: Path, finished: Path) -> None:
    """The same at ten random moments, from before the first process is up to after the last sample."""
    chance = random.Random()  # noqa: S311 - another ten each time
    _survives(tmp_path, finished, [chance.uniform(0.5, 8) for _ in range(10)])


def test_records_survive_what_cannot_be_read(tmp_path: Path) -> None:
    """No record, half a record or another thing: not finished."""
    records = Records(tmp_path)
    (tmp_path / ".neosieve" / "records").mkdir(parents=True)
    for text in (None, "", "[]", '{"fingerprint": "x"}', '{"fingerprint": "x", "outputs": []}'):
        if text is not None:
            (tmp_path / ".neosieve" / "records" / "P.json").write_text(text)
        assert not records.finished("P", "x")
