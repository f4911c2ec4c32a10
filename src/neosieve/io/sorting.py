"""Lines in order, however many: files, each in order, are merged."""

from __future__ import annotations

import heapq
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MOST_FILES = 64  # merged at a time; a process may open 256 (macOS) or 1,024 (Linux) by default


def in_order(files: Sequence[Path]) -> Iterator[bytes]:
    """Yield the lines of several files in the order of their bytes, equal ones as often as they come; remove the files.

    Parameters
    ----------
    files
        Of lines in order, each with its line end.
    """
    while len(files) > MOST_FILES:
        several, files = files[:MOST_FILES], files[MOST_FILES:]
        merged = several[0].with_name(f"{several[0].name}.merged")
        with merged.open("wb") as file:
            file.writelines(in_order(several))
        files = [*files, merged]
    with ExitStack() as stack:
        yield from heapq.merge(*[stack.enter_context(path.open("rb")) for path in files])
    for path in files:
        path.unlink()
