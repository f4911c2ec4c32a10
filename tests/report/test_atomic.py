from __future__ import annotations

import errno
import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from neosieve.errors import OutputError
from neosieve.report.atomic import prepare_folder, replacing, staged, write_chunks


def write_and_fail(target: Path, error: BaseException) -> None:
    """Break off in the middle of a file."""
    with replacing(target) as path:
        path.write_text("half")
        raise error


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    """Half of a file never appears, and no temporary file stays behind."""
    target = tmp_path / "table.tsv"
    target.write_text("old")
    with pytest.raises(error):
        write_and_fail(target, error())
    assert [entry.name for entry in tmp_path.iterdir()] == ["table.tsv"]
    assert target.read_text() == "old"


def test_a_write_that_ends_well_takes_the_files_place(tmp_path: Path) -> None:
    """The text replaces the old one whole; its checksum is that of the file's bytes."""
    target = tmp_path / "table.tsv"
    target.write_text("old")
    with replacing(target) as path:
        digest = write_chunks(path, ["µ", "\n"])
    assert target.read_bytes() == "µ\n".encode()
    assert digest == hashlib.sha256("µ\n".encode()).hexdigest()


def test_a_full_disk_is_told_with_its_remedy(tmp_path: Path) -> None:
    """The message says where, why and how to mend it."""
    target = tmp_path / "table.tsv"
    with pytest.raises(OutputError, match=r"table\.tsv can't be written: no space left.*free some space"):
        write_and_fail(target, OSError(errno.ENOSPC, "No space left on device"))
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    """A folder named like the table is neither emptied nor replaced."""
    (tmp_path / "table.tsv").mkdir()
    with (
        pytest.raises(OutputError, match="a folder lies where the file should go"),
        replacing(tmp_path / "table.tsv") as path,
    ):
        path.write_text("")
    assert (tmp_path / "table.tsv").is_dir()


def test_a_folder_below_a_file_is_told(tmp_path: Path) -> None:
    """A file on the way to the folder is named as the cause."""
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="a file lies where a folder is needed"):
        prepare_folder(tmp_path / "file" / "out")


def test_a_folder_that_forbids_writing_is_told_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permission is tried out, not read off the mode bits, which say little to an administrator or on a share."""

    def refuse(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(OutputError, match="permission denied; make the folder writable"):
        prepare_folder(tmp_path)


def test_a_prepared_folder_is_left_empty(tmp_path: Path) -> None:
    """Parents are made; the probe is gone."""
    prepare_folder(tmp_path / "a" / "b")
    assert not list((tmp_path / "a" / "b").iterdir())


def test_what_a_killed_run_of_this_machine_left_goes_and_nobody_elses(tmp_path: Path) -> None:
    """A hidden folder of a process that is gone is removed; one of a living process, or of another machine, stays."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    host = socket.gethostname()
    left, living, elsewhere = (
        tmp_path / f".neosieve.{machine}.{process}.part"
        for machine, process in ((host, gone.pid), (host, os.getppid()), (f"not-{host}", gone.pid))
    )
    for folder in (left, living, elsewhere):
        folder.mkdir()
        (folder / "candidates.tsv").write_text("half")
    with staged(tmp_path, last="run.json") as stage:
        (stage / "run.json").write_text("{}")
    assert sorted(tmp_path.iterdir()) == sorted([living, elsewhere, tmp_path / "run.json"])
