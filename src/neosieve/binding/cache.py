"""A predictor that remembers: it asks another one only for what no earlier run on this cache has asked."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from neosieve import __version__
from neosieve.binding.cachefile import DAMAGE, CacheFile, DamagedCacheError
from neosieve.binding.mhcflurry import MhcflurryPredictor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.binding.support import AlleleSupport
    from neosieve.model.mhc import Allele, Binding, Query

QUERIES_PER_CHUNK = 1 << 15  # what a killed run loses at most: some seconds of MHCflurry's eight networks …
EMBEDDED_QUERIES_PER_CHUNK = 1 << 17  # … and of the embedded model, which is quickest with all alleles at once
ALLELES_PER_CHUNK = 64  # and so of locked, open files
FORMAT = "1"
TROUBLE = (*DAMAGE, OSError, DamagedCacheError)


@dataclass(slots=True)
class CacheCounts:
    """What became of the distinct queries of each call."""

    asked: int = 0
    scored: int = 0
    """By the predictor itself."""
    remembered: int = 0
    """In this process's memory."""

    @property
    def found(self) -> int:
        """In the cache's files."""
        return self.asked - self.scored - self.remembered


class CachedPredictor:
    """Answers from a folder of earlier answers, and adds to it; the numbers are those of the predictor it wraps.

    Predictors answer a query with the same bits whatever is asked beside it, so where an answer comes from can't be
    seen in it. Answers are kept apart by everything that shapes them: see :func:`namespace`.

    Each missing query is scored under a lock on its allele's file, so that of several processes that ask at once one
    scores and the others read. What can't be read, written or trusted is told once, and from then on the predictor is
    asked as if there were no cache.
    """

    def __init__(
        self,
        inner: BindingPredictor,
        folder: Path,
        *,
        tell: Callable[[str], None],
        most_remembered: int = 0,
    ) -> None:
        """Wrap a predictor.

        Parameters
        ----------
        inner
            Scores what isn't known.
        folder
            The cache's; made if it isn't there.
        tell
            Told, once, why the cache isn't used any more.
        most_remembered
            How many answers to keep in memory, too: for a process that ranks several samples.
        """
        self._inner = inner
        self._root = folder
        self._name = namespace(inner)
        self._folder = folder / f"v{FORMAT}" / self._name[:16]
        self._tell = tell
        self._off = self._readonly = False
        self._files: dict[Allele, CacheFile] = {}
        self._memory: dict[Query, Binding] = {}
        self._most_remembered = most_remembered
        embedded = inner.identity.startswith("embedded")
        self._chunk = EMBEDDED_QUERIES_PER_CHUNK if embedded else QUERIES_PER_CHUNK
        self.counts = CacheCounts()

    @property
    def identity(self) -> str:
        """The wrapped predictor's."""
        return self._inner.identity

    @property
    def percentile_background(self) -> str:
        """The wrapped predictor's."""
        return self._inner.percentile_background

    @property
    def lengths(self) -> range:
        """The wrapped predictor's."""
        return self._inner.lengths

    def supported(self) -> frozenset[Allele]:
        """Every allele that the wrapped predictor can score."""
        return self._inner.supported()

    def support(self, allele: Allele) -> AlleleSupport | None:
        """How near an allele is to those that the wrapped predictor was trained on."""
        return self._inner.support(allele)

    def predict(self, queries: Sequence[Query]) -> Sequence[Binding]:
        """Answer each query, in order.

        Raises
        ------
        ValueError
            As the wrapped predictor does.
        """
        distinct = dict.fromkeys(queries)
        self.counts.asked += len(distinct)
        answers = {query: self._memory[query] for query in distinct if query in self._memory}
        self.counts.remembered += len(answers)
        new = [query for query in distinct if query not in answers]
        answers |= self._answers(new)
        if self._most_remembered:
            if len(self._memory) + len(new) > self._most_remembered:
                self._memory.clear()
            self._memory |= {query: answers[query] for query in new[: self._most_remembered]}
        return tuple(map(answers.__getitem__, queries))

    def close(self) -> None:
        """Close the files; the next query opens them again."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _answers(self, queries: Sequence[Query]) -> dict[Query, Binding]:
        """Look up distinct queries, and score and store what isn't there, chunk by chunk."""
        found: dict[Query, Binding] = {}
        versions: dict[Allele, int] = {}
        by_allele = _by_allele(queries)
        for allele in sorted(by_allele):
            versions[allele] = self._version(allele)
            found |= self._fetch(allele, by_allele[allele])
        for chunk in _chunks([query for query in queries if query not in found], self._chunk):
            found |= self._scored(chunk, versions)
        return found

    def _scored(self, missing: Sequence[Query], versions: dict[Allele, int]) -> dict[Query, Binding]:
        """Score queries while holding their alleles' locks, but for those that another process has stored since."""
        by_allele = _by_allele(missing)
        locked: list[CacheFile] = []
        try:
            found: dict[Query, Binding] = {}
            for allele in sorted(by_allele):  # as everyone locks them: nobody waits in a circle
                # since the look-up; what this process itself has written since doesn't count
                if self._lock(allele, locked) and self._version(allele) != versions[allele]:
                    found |= self._fetch(allele, by_allele[allele])
            rest = [query for query in missing if query not in found]
            scored = dict(zip(rest, self._inner.predict(rest), strict=True)) if rest else {}
            self.counts.scored += len(scored)
            for allele, asked in by_allele.items():
                self._store(allele, {query: scored[query] for query in asked if query in scored}, locked)
        finally:
            for file in locked:
                file.unlock()
        return found | scored

    def _file(self, allele: Allele) -> CacheFile:
        if allele not in self._files:
            for other in [one for one, file in self._files.items() if not file.locked][ALLELES_PER_CHUNK:]:
                self._files.pop(other).close()
            self._files[allele] = CacheFile(self._folder, self._name, allele, self._inner.identity)
        return self._files[allele]

    def _version(self, allele: Allele) -> int:
        """Return a number that changes when another process writes to the allele's file."""
        if not self._off:
            try:
                return self._file(allele).version()
            except TROUBLE as error:
                self._give_up(error)
        return 0

    def _fetch(self, allele: Allele, queries: Sequence[Query]) -> dict[Query, Binding]:
        if not self._off:
            try:
                return self._file(allele).fetch(queries)
            except TROUBLE as error:
                self._give_up(error)
        return {}

    def _lock(self, allele: Allele, locked: list[CacheFile]) -> bool:
        if self._off or self._readonly:
            return False
        try:
            file = self._file(allele)
            file.lock()
        except (sqlite3.OperationalError, OSError) as error:
            self._tell(f"nothing is added to the prediction cache {self._root}, as it can't be written: {error}")
            self._readonly = True
            return False
        except TROUBLE as error:
            self._give_up(error)
            return False
        locked.append(file)
        return True

    def _store(self, allele: Allele, answers: dict[Query, Binding], locked: Sequence[CacheFile]) -> None:
        file = self._files.get(allele)
        if answers and not self._off and file is not None and file in locked:
            try:
                file.store(answers)
            except TROUBLE as error:
                self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Say what is wrong, once, and use the cache no more."""
        if not self._off:
            self._tell(
                f"the prediction cache {self._root} is not used, and everything is scored anew: {error}; "
                "`neosieve cache clear` empties it, --cache names another one, --cache off does without"
            )
        self._off = True


def _by_allele(queries: Sequence[Query]) -> dict[Allele, list[Query]]:
    groups: dict[Allele, list[Query]] = {}
    for query in queries:
        groups.setdefault(query.allele, []).append(query)
    return groups


def namespace(predictor: BindingPredictor) -> str:
    """Return a checksum of everything that shapes an answer besides the query.

    That is the predictor with its weights (and in them the alleles' sequences), the background of its percentiles, the
    code that scores, and the libraries whose last bits might differ.
    """
    parts = [FORMAT, predictor.identity, predictor.percentile_background, f"numpy {np.__version__}", _code()]
    if isinstance(predictor, MhcflurryPredictor):
        parts.append(predictor.numerics)
    return sha256("\n".join(parts).encode()).hexdigest()


def _code() -> str:
    """Checksum the modules that make and store predictions; only their version where there are no sources."""
    digest = sha256(__version__.encode())
    modules = files("neosieve.binding")
    for module in sorted(item.name for item in modules.iterdir() if item.name.endswith(".py")):
        digest.update(module.encode() + b"\0" + sha256(modules.joinpath(module).read_bytes()).digest())
    return digest.hexdigest()


def _chunks(queries: Sequence[Query], size: int) -> Iterator[list[Query]]:
    """Cut queries into pieces of at most so many, with at most :data:`ALLELES_PER_CHUNK` alleles.

    A peptide's alleles stay together, since MHCflurry shares work between them.
    """
    alleles = sorted({query.allele for query in queries})
    for begin in range(0, len(alleles), ALLELES_PER_CHUNK):
        some = set(alleles[begin : begin + ALLELES_PER_CHUNK])
        chosen = sorted((query for query in queries if query.allele in some), key=lambda query: query.peptide)
        yield from (chosen[first : first + size] for first in range(0, len(chosen), size))
