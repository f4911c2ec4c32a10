"""The prediction cache: the numbers of the predictor behind it, whatever befalls its files."""
# ruff: noqa: S311 - chance that can be repeated is what these tests want

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from neosieve.binding import cache as module
from neosieve.binding.cache import CachedPredictor, namespace
from neosieve.binding.cachefolder import CachedModels, clear, default_folder, info, size_limit, trim
from neosieve.binding.mhcflurry import MhcflurryPredictor
from neosieve.errors import InputError
from neosieve.model.mhc import Allele, Binding, Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.binding.embedded import EmbeddedPredictor
    from neosieve.binding.predictor import BindingPredictor

LETTERS = "ACDEFGHIKLMNPQRSTVWY"
ALLELES = [Allele("HLA-A*02:01"), Allele("HLA-B*07:02")]
FLANK = st.none() | st.text(LETTERS, max_size=2)
QUERY = st.builds(
    Query, st.sampled_from(["SIINFEKL", "GILGFVFTL", "NLVPMVATV"]), st.sampled_from(ALLELES), FLANK, FLANK
)


class Recorder:
    """A predictor whose answers are made of the query, with every kind of unknown; it remembers what it was asked."""

    percentile_background = "peptides made up"
    lengths = range(8, 16)

    def __init__(self, identity: str = "recorder 1 sha256:0", pause: float = 0.0) -> None:
        self.identity = identity
        self.pause = pause
        self.asked: list[Query] = []

    def supported(self) -> frozenset[Allele]:
        """Return the two."""
        return frozenset(ALLELES)

    def support(self, allele: Allele) -> None:
        """Tell nothing."""

    def predict(self, queries: Sequence[Query]) -> Sequence[Binding]:
        """Draw an answer for each query, seeded by the query."""
        self.asked += queries
        time.sleep(self.pause)
        return tuple(map(answer_to, queries))


def answer_to(query: Query) -> Binding:
    """Draw numbers with all their bits in use, one in three of them unknown."""
    draw = Random(repr(query))
    unknown = [draw.random() ** 9 * 1e5 if draw.random() < 0.7 else None for _ in range(5)]
    return Binding(draw.random() * 50_000, *unknown)


def silent(text: str) -> None:
    """Fail if there is anything to tell."""
    raise AssertionError(text)


def some_queries(count: int, seed: int = 0) -> list[Query]:
    """Draw queries, some with flanks."""
    draw = Random(seed)
    return [
        Query(
            "".join(draw.choices(LETTERS, k=9)),
            draw.choice(ALLELES),
            *(("".join(draw.choices(LETTERS, k=draw.randrange(4))), None) if draw.random() < 0.5 else ()),
        )
        for _ in range(count)
    ]


@given(calls=st.lists(st.lists(QUERY, max_size=8), max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
def test_answers_are_the_predictors_own_and_each_is_asked_once(
    tmp_path_factory: pytest.TempPathFactory, calls: list[list[Query]]
) -> None:
    """Whatever is asked, in however many runs: every bit and every None as without a cache; each query scored once."""
    folder, inner = tmp_path_factory.mktemp("cache"), Recorder()
    for queries in calls:
        cached = CachedPredictor(inner, folder, tell=silent)
        assert cached.predict(queries) == tuple(map(answer_to, queries))
        cached.close()
    assert len(inner.asked) == len(set(inner.asked)) == len({query for queries in calls for query in queries})


def test_shipped_and_mhcflurrys_predictions_survive_to_the_last_bit(
    tmp_path: Path, predictor: BindingPredictor
) -> None:
    """A part asked first, then all: what is looked up equals what one call without a cache gives, bit for bit."""
    queries = some_queries(300)
    expected = tuple(predictor.predict(queries))
    for asked in (queries[50:90], queries[::-2], queries):
        cached = CachedPredictor(predictor, tmp_path, tell=silent)
        answers = cached.predict(asked)
        cached.close()
    assert answers == expected
    assert cached.counts.found > 0


def test_what_is_remembered_is_not_looked_up(tmp_path: Path) -> None:
    """With a memory for four answers, the same two are found there; a file that is gone doesn't matter."""
    inner = Recorder()
    cached = CachedPredictor(inner, tmp_path, tell=silent, most_remembered=4)
    queries = some_queries(2)
    cached.predict(queries)
    assert cached.predict(queries) == tuple(map(answer_to, queries))
    assert (cached.counts.asked, cached.counts.scored, cached.counts.remembered) == (4, 2, 2)
    assert cached.predict(some_queries(9)) == tuple(map(answer_to, some_queries(9)))
    assert len(cached._memory) <= 4


def test_what_shapes_an_answer_keeps_answers_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_models: Path
) -> None:
    """Other weights, another background, other code or another library: other places. MHCflurry's torch counts too."""
    first = Recorder()
    names = [namespace(first), namespace(Recorder("recorder 1 sha256:1"))]
    other = Recorder()
    other.percentile_background = "other peptides"
    names.append(namespace(other))
    with monkeypatch.context() as patch:
        patch.setattr(module, "_code", lambda: "changed")
        names.append(namespace(first))
    with monkeypatch.context() as patch:
        patch.setattr(np, "__version__", "0.0")
        names.append(namespace(first))
    real = MhcflurryPredictor.load(tiny_models / "affinity")
    names.append(namespace(real))
    with monkeypatch.context() as patch:
        patch.setattr(MhcflurryPredictor, "numerics", "torch of another processor")
        names.append(namespace(real))
    assert len(set(names)) == len(names)
    assert namespace(first) == names[0]
    for predictor in (first, Recorder("recorder 1 sha256:1")):
        cached = CachedPredictor(predictor, tmp_path, tell=silent)
        cached.predict(some_queries(3))
        assert cached.counts.scored == 3


def fill(folder: Path, queries: Sequence[Query]) -> list[Path]:
    """Store answers; return the cache's files."""
    cached = CachedPredictor(Recorder(), folder, tell=silent)
    cached.predict(queries)
    cached.close()
    return sorted(folder.glob("v*/*/*"))


def _truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def _foreign(file: Path) -> None:
    file.unlink()
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE answers (key, value)")
    database.commit()
    database.close()


def _no_database(file: Path) -> None:
    file.write_text("not a database\n" * 500)


def _of_another_allele(file: Path) -> None:
    file.write_bytes(next(other for other in file.parent.iterdir() if other != file).read_bytes())


def _one_answer_changed(file: Path) -> None:
    database = sqlite3.connect(file)
    database.execute("UPDATE answers SET value = (SELECT value FROM answers ORDER BY key DESC LIMIT 1)")
    database.commit()
    database.close()


def _short_answers(file: Path) -> None:
    database = sqlite3.connect(file)
    database.execute("UPDATE answers SET value = x'00'")
    database.commit()
    database.close()


@pytest.mark.parametrize(
    "spoil", [_truncated, _foreign, _no_database, _of_another_allele, _one_answer_changed, _short_answers]
)
def test_a_spoilt_cache_is_told_once_and_gives_no_wrong_number(tmp_path: Path, spoil: object) -> None:
    """Truncated, foreign, of another allele, with swapped or cut answers: one message, and the predictor's numbers."""
    queries = some_queries(200)
    for file in fill(tmp_path, queries)[:1]:
        spoil(file)  # type: ignore[operator]
    told: list[str] = []
    cached = CachedPredictor(Recorder(), tmp_path, tell=told.append)
    for _ in range(2):
        assert cached.predict(queries) == tuple(map(answer_to, queries))
    assert len(told) == 1
    assert "prediction cache" in told[0]
    assert "everything is scored anew" in told[0]


@given(seed=st.integers(0, 10**6))
@example(seed=257_456)  # a name in the file's schema that is no text any more
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_no_flipped_bit_makes_a_wrong_number(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Any bit of a file may flip, on a disk or in a copy: answers stay the predictor's."""
    folder = tmp_path_factory.mktemp("cache")
    queries = some_queries(60)
    draw = Random(seed)
    file = draw.choice(fill(folder, queries))
    data = bytearray(file.read_bytes())
    for _ in range(draw.choice([1, 1, 8])):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    file.write_bytes(data)
    told: list[str] = []
    for _ in range(2):
        cached = CachedPredictor(Recorder(), folder, tell=told.append)
        assert cached.predict(queries) == tuple(map(answer_to, queries))
        cached.close()
    assert len(told) <= 2


def test_a_place_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    """A file where the folder should be: nothing is stored, one message, the same numbers."""
    place = tmp_path / "file"
    place.write_text("")
    told: list[str] = []
    cached = CachedPredictor(Recorder(), place, tell=told.append)
    for _ in range(2):
        assert cached.predict(some_queries(5)) == tuple(map(answer_to, some_queries(5)))
    assert len(told) == 1
    assert "can't be written" in told[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_cache_is_still_read(tmp_path: Path) -> None:
    """What an institute offers read-only is looked up; what it lacks is scored, and told once."""
    queries = some_queries(20)
    files = fill(tmp_path, queries[:10])
    for path in (*files, files[0].parent):
        path.chmod(0o555 if path.is_dir() else 0o444)
    told: list[str] = []
    cached = CachedPredictor(Recorder(), tmp_path, tell=told.append)
    assert cached.predict(queries) == tuple(map(answer_to, queries))
    assert cached.counts.found == 10
    assert len(told) == 1
    files[0].parent.chmod(0o755)


def test_a_file_that_stays_locked_is_not_waited_for_forever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process stopped while it held a lock: after the time-out, answers are scored and not stored."""
    monkeypatch.setattr("neosieve.binding.cachefile.WAIT_S", 0.05)
    files = fill(tmp_path, some_queries(10))
    holder = sqlite3.connect(files[0], isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    told: list[str] = []
    queries = some_queries(30)
    assert CachedPredictor(Recorder(), tmp_path, tell=told.append).predict(queries) == tuple(map(answer_to, queries))
    assert len(told) == 1
    holder.close()


def _ask(folder: Path, seed: int) -> tuple[bool, int]:
    """Ask in a process of its own, in an order of its own."""
    queries = some_queries(400)
    Random(seed).shuffle(queries)
    inner = Recorder(pause=0.01)
    cached = CachedPredictor(inner, folder, tell=silent)
    cached._chunk = 50
    return cached.predict(queries) == tuple(map(answer_to, queries)), len(inner.asked)


def test_many_writers_score_each_query_once_between_them(tmp_path: Path) -> None:
    """Four processes ask for the same 400 at once: all get the right answers, and 400 are scored in sum."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(_ask, [tmp_path] * 4, range(4)))
    assert all(right for right, _ in results)
    assert sum(scored for _, scored in results) == len(set(some_queries(400)))


KILLED = """
import sys
from pathlib import Path
from tests.binding.test_cache import *
class Telling(Recorder):
    def predict(self, queries):
        print("asked", flush=True)
        return super().predict(queries)
cached = CachedPredictor(Telling(pause=0.005), Path(sys.argv[1]), tell=silent)
cached._chunk = 20
cached.predict(some_queries(2000))
"""


@pytest.mark.parametrize(("chunks", "then"), [(1, 0.0), (2, 0.003), (7, 0.006), (12, 0.009)])
def test_a_killed_run_leaves_a_cache_that_the_next_one_continues(tmp_path: Path, chunks: int, then: float) -> None:
    """Kill -9 while scoring chunk by chunk: the next run asks only for what wasn't stored, and is right.

    When a chunk is asked for, all those before it have been stored.
    """
    script = [sys.executable, "-c", KILLED, str(tmp_path)]
    process = subprocess.Popen(script, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    for _ in range(chunks):
        assert process.stdout.readline() == b"asked\n"
    time.sleep(then)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    cached = CachedPredictor(Recorder(), tmp_path, tell=silent)
    assert cached.predict(some_queries(2000)) == tuple(map(answer_to, some_queries(2000)))
    assert cached.counts.scored <= len(set(some_queries(2000))) - 20 * (chunks - 1)


def test_the_least_recently_used_files_are_emptied_first(tmp_path: Path) -> None:
    """Over the limit: the file that was used longest ago is emptied, the other one stays; both can be used again."""
    old, new = fill(tmp_path, some_queries(4000))
    os.utime(old, (1, 1))
    limit = old.stat().st_size + new.stat().st_size - 1
    assert trim(tmp_path, limit + 1) == limit + 1
    assert trim(tmp_path, limit) <= limit * 0.8
    assert old.stat().st_size < 1 << 15 < new.stat().st_size
    cached = CachedPredictor(Recorder(), tmp_path, tell=silent)
    assert cached.predict(some_queries(4000)) == tuple(map(answer_to, some_queries(4000)))
    assert 0 < cached.counts.scored < 4000


def test_a_cache_can_be_looked_at_and_cleared(tmp_path: Path) -> None:
    """Counts per predictor; a file that is written to stays, the others go, damaged ones too."""
    first, second = fill(tmp_path, some_queries(50))
    assert [(one.predictor, one.alleles, one.answers) for one in info(tmp_path)] == [("recorder 1 sha256:0", 2, 50)]
    first.write_text("damaged " * 1000)
    holder = sqlite3.connect(second, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert clear(tmp_path) == (1, [second])
    holder.close()
    assert clear(tmp_path) == (1, [])
    assert list(tmp_path.rglob("*.sqlite")) == []
    assert info(tmp_path) == []


def test_the_embedded_model_has_a_cache_only_if_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedded: EmbeddedPredictor, tiny_models: Path
) -> None:
    """A look-up gains little there. MHCflurry's models have one in the user's cache folder, unless switched off."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    if sys.platform != "darwin":
        assert default_folder() == tmp_path / "xdg" / "neosieve" / "predictions"

    def folder(asked: str | None, models: str) -> Path | None:
        with CachedModels(asked, tell=lambda _: None) as chosen:
            _, predictor = chosen.load(models)
            if models == "embedded":
                assert predictor.identity == embedded.identity
            return chosen.folder

    mhcflurry = str(tiny_models / "affinity")
    monkeypatch.delenv("NEOSIEVE_CACHE", raising=False)
    assert folder(None, "embedded") is None
    assert folder(None, mhcflurry) == default_folder()
    assert folder("off", mhcflurry) is None
    assert folder(str(tmp_path / "here"), "embedded") == tmp_path / "here"
    monkeypatch.setenv("NEOSIEVE_CACHE", "off")
    assert folder(None, mhcflurry) is None
    monkeypatch.setenv("NEOSIEVE_CACHE", str(tmp_path / "there"))
    assert folder(None, "embedded") == tmp_path / "there"


@pytest.mark.parametrize(("text", "size"), [("", 2 << 30), ("500M", 500 << 20), ("1 GiB", 1 << 30), ("123", 123)])
def test_the_limit_is_a_size(monkeypatch: pytest.MonkeyPatch, text: str, size: int) -> None:
    """In powers of 1024, two gigabytes unless set."""
    monkeypatch.setenv("NEOSIEVE_CACHE_LIMIT", text)
    assert size_limit() == size


def test_a_limit_that_is_no_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable and shows how to write it."""
    monkeypatch.setenv("NEOSIEVE_CACHE_LIMIT", "much")
    with pytest.raises(InputError, match=r"NEOSIEVE_CACHE_LIMIT is 'much'.*500M"):
        size_limit()
