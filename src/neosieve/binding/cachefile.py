"""One file of the prediction cache: the answers of one predictor for one allele, in SQLite.

SQLite with its rollback journal, because a look-up costs the same however much is stored (3 to 5 µs of CPU a query,
and as much to store one, against 13 to 20 for the embedded model and some hundred for MHCflurry's): files of answers
that are read whole cost 1 µs while they are small, but 160 at two million answers. No write-ahead log: its shared
memory doesn't work on network file systems. SQLite has no checksums of its own, so each row carries one over its key,
its value and what the file is about.
"""

from __future__ import annotations

import json
import math
import os
import sqlite3
import struct
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from neosieve.model.mhc import Binding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from neosieve.model.mhc import Allele, Query

SUFFIX = ".sqlite"
WAIT_S = 300.0  # for another process that is scoring one chunk of this allele
APPLICATION_ID = 0x6E656F73  # "neos"
SCHEMA = """
PRAGMA application_id = {application};
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE answers (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
"""
# CROSS JOIN: SQLite must go through what is asked and look each up, never through all that is stored
LOOK_UP = "SELECT a.key, a.value FROM json_each(?) AS asked CROSS JOIN answers AS a ON a.key = asked.value"
_VALUE = struct.Struct("<6d")
_CHECK = struct.Struct("<6dI")


DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file raises: SQLite quotes its names in messages, and Python may fail to decode these."""


class DamagedCacheError(Exception):
    """A file of the cache that isn't what it should be."""


class CacheFile:
    """Answers for one allele; the file is made when something is first stored."""

    def __init__(self, folder: Path, namespace: str, allele: Allele, identity: str) -> None:
        self.path = folder / (allele.name.replace("*", "-").replace(":", "-") + SUFFIX)
        self._about = {"namespace": namespace, "allele": allele.name, "predictor": identity}
        self._seed = zlib.crc32(f"{namespace}\n{allele.name}".encode())
        self._db: sqlite3.Connection | None = None

    def fetch(self, queries: Sequence[Query]) -> dict[Query, Binding]:
        """Return the answers that are known.

        Raises
        ------
        DamagedCacheError
            An answer doesn't fit its checksum, or the file is of something else.
        sqlite3.Error
            The file can't be read.
        OSError
            The same.
        """
        db = self._open(make=False)
        if db is None:
            return {}
        asked = {_key(query): query for query in queries}
        rows = db.execute(LOOK_UP, (json.dumps(sorted(asked)),)).fetchall()
        return {asked[key]: self._decoded(key, value) for key, value in rows}

    def version(self) -> int:
        """Return a number that changes when another process has written to the file.

        Raises
        ------
        sqlite3.Error, OSError, DamagedCacheError
            As for :meth:`fetch`.
        """
        db = self._open(make=False)
        return -1 if db is None else int(db.execute("PRAGMA data_version").fetchone()[0])

    def lock(self) -> None:
        """Keep other processes from locking and storing until :meth:`unlock`; they can go on reading.

        Raises
        ------
        sqlite3.Error, OSError, DamagedCacheError
            As for :meth:`fetch`.
        """
        db = self._open(make=True)
        assert db is not None
        db.execute("BEGIN IMMEDIATE")

    def store(self, answers: Mapping[Query, Binding]) -> None:
        """Add answers and let go of the lock.

        Raises
        ------
        sqlite3.Error, OSError
            As for :meth:`fetch`.
        """
        assert self._db is not None
        rows = sorted((key, self._encoded(key, answer)) for key, answer in _keyed(answers))
        self._db.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", rows)
        self._db.execute("COMMIT")

    def unlock(self) -> None:
        """Let go of the lock, if it is still held."""
        if self._db is not None and self.locked:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")

    @property
    def locked(self) -> bool:
        """Whether this process holds the file's lock."""
        return self._db is not None and self._db.in_transaction

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _open(self, *, make: bool) -> sqlite3.Connection | None:
        if self._db is not None:
            return self._db
        if make:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        elif not self.path.exists():
            return None
        writable = make or os.access(self.path, os.W_OK)
        mode = "rwc" if make else "rw" if writable else "ro"
        db = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", WAIT_S, isolation_level=None, uri=True)
        try:
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA cache_size = -16384")  # KiB
            if make:
                self._make(db)
            elif _laid_out(db):
                self._check(db)
            else:  # another process is at it, or was killed
                db.close()
                return None
        except BaseException:
            db.close()
            raise
        self._db = db
        with suppress(OSError):
            os.utime(self.path)  # the least recently used files go first
        return db

    def _make(self, db: sqlite3.Connection) -> None:
        """Lay out a new file, unless another process has just done so."""
        db.execute("BEGIN IMMEDIATE")
        if not _laid_out(db):
            for statement in SCHEMA.format(application=APPLICATION_ID).split(";"):
                db.execute(statement)
            db.executemany("INSERT INTO about VALUES (?, ?)", self._about.items())
        db.execute("COMMIT")
        self._check(db)

    def _check(self, db: sqlite3.Connection) -> None:
        if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise DamagedCacheError(f"{self.path} is not a file of neosieve's prediction cache")
        if dict(db.execute("SELECT name, value FROM about")) != self._about:
            raise DamagedCacheError(f"{self.path} is of another predictor or allele than its name says")

    def _encoded(self, key: str, answer: Binding) -> bytes:
        value = _VALUE.pack(
            answer.affinity_nM,
            *(
                math.nan if number is None else number
                for number in (
                    answer.affinity_low_nM,
                    answer.affinity_high_nM,
                    answer.affinity_percentile,
                    answer.presentation_score,
                    answer.presentation_percentile,
                )
            ),
        )
        return value + self._sum(key, value).to_bytes(4, "little")

    def _decoded(self, key: str, data: bytes) -> Binding:
        if len(data) != _CHECK.size:
            raise DamagedCacheError(f"{self.path} is damaged: the answer for {key} has {len(data)} bytes")
        *numbers, told = _CHECK.unpack(data)
        if self._sum(key, data[: _VALUE.size]) != told:
            raise DamagedCacheError(f"{self.path} is damaged: the answer for {key} doesn't fit its checksum")
        affinity, *others = numbers
        return Binding(affinity, *(None if number != number else number for number in others))  # noqa: PLR0124 - NaN

    def _sum(self, key: str, value: bytes) -> int:
        return zlib.crc32(value, zlib.crc32(key.encode(), self._seed))


def _laid_out(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _key(query: Query) -> str:
    """Spell a query; no two have one spelling, as residues are letters."""
    n_flank = "-" if query.n_flank is None else query.n_flank
    c_flank = "-" if query.c_flank is None else query.c_flank
    return f"{query.peptide}/{n_flank}/{c_flank}"


def _keyed(answers: Mapping[Query, Binding]) -> list[tuple[str, Binding]]:
    return [(_key(query), answer) for query, answer in answers.items()]


def empty(path: Path) -> bool:
    """Take everything out of a file that nobody is using; tell whether it could be done.

    The file stays: another process may have it open, and a new one of the same name would share its journal.
    """
    db = sqlite3.connect(path, 0.0, isolation_level=None)
    try:
        db.execute("DELETE FROM answers")
        db.execute("VACUUM")
    except DAMAGE:
        return False
    finally:
        db.close()
    return True
