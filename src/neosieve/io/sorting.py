"""Lines in order, however many: sorted in pieces on disk, then merged."""

from __future__ import annotations

import heapq
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CHARACTERS = 16_000_000  # held in memory before they go to disk: about 50 MB of Python's strings
MOST_FILES = 64  # merged at a time; a process may open 256 (macOS) or 1,024 (Linux) by default


class SortedLines:
    """A bag of lines that gives them back in the order of their characters, equal ones as often as they came.

    Parameters
    ----------
    folder
        Where pieces are put; the caller's to remove.
    name
        What the pieces' names begin with.
    characters
        How much is held in memory at a time.
    """

    def __init__(self, folder: Path, name: str, *, characters: int = CHARACTERS) -> None:
        self._folder, self._name, self._most = folder, name, characters
        self._held: list[str] = []
        self._size = 0
        self._pieces: list[Path] = []
        self._made = 0

    def add(self, line: str) -> None:
        """Put a line in; it holds no line break."""
        self._held.append(line)
        self._size += len(line)
        if self._size >= self._most:
            self._spill()

    def take(self, path: Path) -> None:
        """Put in the lines of a file, which are in order; it is removed in the end."""
        self._pieces.append(path)

    def __iter__(self) -> Iterator[str]:
        """Yield every line, once; the bag is empty then."""
        while len(self._pieces) > MOST_FILES:
            several, self._pieces = self._pieces[:MOST_FILES], self._pieces[MOST_FILES:]
            self._write(self._merged(several))
        held, self._held, self._size = sorted(self._held), [], 0
        pieces, self._pieces = self._pieces, []
        yield from heapq.merge(held, self._merged(pieces)) if pieces else held

    def _spill(self) -> None:
        self._write(sorted(self._held))
        self._held, self._size = [], 0

    def _write(self, ordered: Iterable[str]) -> None:
        path = self._folder / f"{self._name}.{self._made}"
        self._made += 1
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in ordered)
        self._pieces.append(path)

    @staticmethod
    def _merged(pieces: Iterable[Path]) -> Iterator[str]:
        with ExitStack() as stack:
            files = [stack.enter_context(path.open(encoding="utf-8", newline="\n")) for path in pieces]
            yield from heapq.merge(*[(line[:-1] for line in file) for file in files])
        for path in pieces:
            path.unlink()
