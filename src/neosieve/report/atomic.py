"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from neosieve.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_REMEDIES = {
    errno.EACCES: "make the folder writable or choose another one with -o",
    errno.EPERM: "make the folder writable or choose another one with -o",
    errno.EROFS: "the file system is read-only: choose another folder with -o",
    errno.ENOSPC: "free some space or choose another folder with -o",
    errno.EDQUOT: "free some of your quota or choose another folder with -o",
    errno.ENOTDIR: "a file lies where a folder is needed: choose another folder with -o",
    errno.EEXIST: "a file lies where a folder is needed: choose another folder with -o",
    errno.EISDIR: "a folder lies where the file should go: move it or choose another folder with -o",
    errno.ENAMETOOLONG: "choose a folder with a shorter name with -o",
}


_UNUSUAL = re.compile(r"[^A-Za-z0-9_.+-]+")


def _output_error(path: Path, error: OSError) -> OutputError:
    reason = (error.strerror or str(error)).lower()
    remedy = _REMEDIES.get(error.errno or 0, "choose another folder with -o")
    return OutputError(f"{path} can't be written: {reason}; {remedy}")


def prepare_folder(folder: Path) -> None:
    """Make the folder if need be and prove that files can be made in it, before a long run relies on it.

    Raises
    ------
    OutputError
        The folder can't be made or written to.
    """
    probe = folder / f".neosieve.{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _output_error(folder, error) from error


@contextmanager
def prepared_folder(folder: Path) -> Iterator[None]:
    """Make the folder, as :func:`prepare_folder` does; if the block fails, what was made and is still empty goes again.

    Raises
    ------
    OutputError
        The folder can't be made or written to.
    """
    made = [one for one in (folder, *folder.parents) if not os.path.lexists(one)]
    try:
        prepare_folder(folder)
        yield
    except BaseException:
        for one in made:
            with suppress(OSError):
                one.rmdir()
        raise


@contextmanager
def staged(folder: Path, *, last: str) -> Iterator[Path]:
    """Lend a hidden folder inside `folder`; its files move out together, only if the block ends well.

    Parameters
    ----------
    folder
        Where the files belong; made if it isn't there.
    last
        The file whose presence says that all others are complete: an old one goes first, the new one comes last.

    Yields
    ------
    Path
        Where to write.

    Raises
    ------
    OutputError
        A file can't be written or put in place.
    """
    prepare_folder(folder)
    _remove_abandoned(folder)
    stage = folder / f".neosieve.{_host()}.{os.getpid()}.part"
    try:
        stage.mkdir()
        yield stage
        files = sorted(stage.iterdir(), key=lambda file: (file.name == last, file.name))
        for file in files:
            if (folder / file.name).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / file.name))
        (folder / last).unlink(missing_ok=True)
        for file in files:
            file.replace(folder / file.name)
    except OSError as error:
        raise _output_error(folder if error.filename is None else type(folder)(error.filename), error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _host() -> str:
    return _UNUSUAL.sub("_", socket.gethostname()) or "host"


def _remove_abandoned(folder: Path) -> None:
    """Remove what a killed run of this machine has left; of another machine's, nobody can tell whether it lives."""
    for left in folder.glob(f".neosieve.{_host()}.*.part"):
        process = left.name.removesuffix(".part").rpartition(".")[2]
        if process.isdigit() and not _lives(int(process)):
            shutil.rmtree(left, ignore_errors=True)


def remove_parts(folder: Path) -> None:
    """Remove all that killed processes have left half-done in a folder where nobody else works."""
    for left in (*folder.glob(".neosieve.*.part"), *folder.glob(".*.tsv.*.part")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            with suppress(OSError):
                left.unlink()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass  # another user's
    return True


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Lend a temporary path beside `path`; it takes the place of `path` only if the block ends well.

    Parameters
    ----------
    path
        The file to make or to replace.

    Yields
    ------
    Path
        Where to write, in the same folder, so that the final rename is atomic.

    Raises
    ------
    OutputError
        The file can't be written. Whatever ended the block, no temporary file is left.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise _output_error(path, error) from error
    finally:
        # a rename that succeeded has left nothing to remove; a folder that isn't one holds nothing either
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def encoded(text: str) -> bytes:
    """Write text as UTF-8."""
    return text.encode(errors="backslashreplace")  # a stray byte of the input must not end the run


def write_chunks(path: Path, chunks: Iterable[str | bytes]) -> str:
    """Write text as UTF-8 and return its SHA-256.

    `path` is meant to be one lent by :func:`replacing`, which also turns a failure into an :class:`OutputError`.

    Parameters
    ----------
    path
        The file to write.
    chunks
        The text, or its bytes, in pieces, in order; newlines are written as they are.

    Returns
    -------
    str
        SHA-256 of the file's bytes, in hexadecimal.
    """
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            data = chunk if isinstance(chunk, bytes) else encoded(chunk)
            digest.update(data)
            file.write(data)
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def file_stem(sample: str) -> str:
    """Return a sample's name as part of a file name: what is unusual there becomes ``_``."""
    return _UNUSUAL.sub("_", sample).lstrip(".") or "sample"
