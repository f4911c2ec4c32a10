"""Where the prediction cache lies, how large it may get, and models that use it."""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from neosieve.binding.cache import CachedPredictor
from neosieve.binding.cachefile import APPLICATION_ID, DAMAGE, SUFFIX, empty
from neosieve.binding.models import load_models
from neosieve.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from neosieve.binding.predictor import BindingPredictor

VARIABLE, LIMIT_VARIABLE = "NEOSIEVE_CACHE", "NEOSIEVE_CACHE_LIMIT"
OFF = "off"
DEFAULT_LIMIT = "2G"  # some 20 million predictions, a thousand patients with six alleles each
KEPT_SHARE = 0.8  # of the limit, once it is passed, so that not every run has to tidy up
EMPTY_FILE = 1 << 15  # bytes: nothing to be gained by emptying a smaller one
_FILES = f"v*/*/*{SUFFIX}"
_SIZE = re.compile(r"(\d+)\s*([KMGT]?)I?B?", re.IGNORECASE)


class CachedModels:
    """Loads models behind a cache, if there is to be one; a context that tidies up and says what the cache gave."""

    def __init__(self, asked: str | None, *, tell: Callable[[str], None], most_remembered: int = 0) -> None:
        """Decide about the cache.

        Parameters
        ----------
        asked
            Its folder, or ``off``; None to go by the environment and, without a word there, by the models.
        tell
            Told what a user should know.
        most_remembered
            As for :class:`CachedPredictor`.

        Raises
        ------
        InputError
            The environment gives a limit that isn't a size.
        """
        self._asked = asked or os.environ.get(VARIABLE) or None
        self._limit = size_limit()
        self._tell = tell
        self._most_remembered = most_remembered
        self.folder: Path | None = None
        """The cache's, once models that use it are loaded."""
        self.predictor: CachedPredictor | None = None
        """What looks up in it."""

    def load(self, models: str) -> tuple[str, BindingPredictor]:
        """Choose and load models.

        Raises
        ------
        ModelError
            As for :func:`load_models`.
        """
        reason, predictor = load_models(models)
        self.folder = _folder(self._asked, embedded=predictor.identity.startswith("embedded"))
        if self.folder is None:
            return reason, predictor
        self.predictor = CachedPredictor(predictor, self.folder, tell=self._tell, most_remembered=self._most_remembered)
        return reason, self.predictor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.predictor is None or self.folder is None:
            return
        self.predictor.close()
        trim(self.folder, self._limit)
        counts = self.predictor.counts
        if error is None:
            self._tell(f"prediction cache {self.folder}: {counts.found:,} of {counts.asked:,} predictions were there")


def _folder(asked: str | None, *, embedded: bool) -> Path | None:
    """Return the cache's folder; None without one.

    The embedded model scores a pair in 13 to 20 µs, which a look-up, and even more so storing, wouldn't shorten by
    much: there a cache is used only if asked for.
    """
    if asked is not None:
        return None if asked.lower() == OFF else Path(asked).expanduser()
    return None if embedded else default_folder()


def default_folder() -> Path:
    """Return the cache's place by the platform's custom, whether or not there is one."""
    if sys.platform == "darwin":
        return Path("~/Library/Caches/neosieve/predictions").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "neosieve" / "predictions"


def named_folder(asked: str | None) -> Path:
    """Return the folder that a user means: named, by the environment, or the default one."""
    named = asked or os.environ.get(VARIABLE)
    return default_folder() if not named or named.lower() == OFF else Path(named).expanduser()


def size_limit() -> int:
    """Return how many bytes the cache may take.

    Raises
    ------
    InputError
        ``NEOSIEVE_CACHE_LIMIT`` isn't a size.
    """
    text = os.environ.get(LIMIT_VARIABLE) or DEFAULT_LIMIT
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise InputError(f"{LIMIT_VARIABLE} is {text!r}, which is no size; write e.g. 500M or 2G")
    return int(match[1]) << 10 * " KMGT".index(match[2].upper() or " ")


def trim(folder: Path, limit: int) -> int:
    """Empty whole files, the least recently used first, while the cache is larger than it may be.

    Returns
    -------
    The number of bytes it takes then.
    """
    sizes: dict[Path, tuple[float, int]] = {}
    for path in folder.glob(_FILES):
        with suppress(OSError):
            status = path.stat()
            sizes[path] = status.st_mtime, status.st_size
    total = sum(size for _, size in sizes.values())
    if total <= limit:
        return total
    for path, (_, size) in sorted(sizes.items(), key=lambda item: (item[1], item[0])):
        if total <= limit * KEPT_SHARE:
            break
        if size > EMPTY_FILE and empty(path):
            with suppress(OSError):
                total += path.stat().st_size - size
    return total


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What a cache holds of one predictor."""

    predictor: str
    """Its identity; told to be unreadable where it is."""
    alleles: int
    answers: int
    size: int
    """Bytes."""


def info(folder: Path) -> list[CacheInfo]:
    """Count what a cache holds, by predictor and by the code and libraries that scored."""
    told: list[CacheInfo] = []
    for namespace in sorted(folder.glob("v*/*")):
        answers = size = alleles = 0
        predictor = "unreadable"
        for path in sorted(namespace.glob(f"*{SUFFIX}")):
            with suppress(*DAMAGE, OSError):
                size += path.stat().st_size
                database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
                try:
                    predictor = str(database.execute("SELECT value FROM about WHERE name = 'predictor'").fetchone()[0])
                    answers += int(database.execute("SELECT count(*) FROM answers").fetchone()[0])
                    alleles += 1
                finally:
                    database.close()
        told.append(CacheInfo(predictor, alleles, answers, size))
    return told


def clear(folder: Path) -> tuple[int, list[Path]]:
    """Remove a cache's files, and what is damaged among them, but for those that a run is writing to.

    Returns
    -------
    How many were removed, and which are in use.

    Raises
    ------
    OutputError
        A file can't be removed.
    """
    removed, busy = 0, []
    for path in sorted(folder.glob(_FILES)):
        if _is_written(path):
            busy.append(path)
            continue
        try:
            for file in (path, path.with_name(f"{path.name}-journal")):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(
                f"{path} can't be removed: {(error.strerror or str(error)).lower()}; let the owner of the cache clear "
                "it, or name another one with --cache"
            ) from error
        removed += 1
    for place in sorted(folder.glob("v*/*"), reverse=True):
        with suppress(OSError):
            place.rmdir()
    return removed, busy


def _is_written(path: Path) -> bool:
    try:
        database = sqlite3.connect(path, 0.0, isolation_level=None)
    except sqlite3.Error:
        return False  # it can't even be opened
    try:
        if database.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID:
            database.execute("BEGIN EXCLUSIVE")
            database.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    except DAMAGE:
        return False
    finally:
        database.close()
    return False
