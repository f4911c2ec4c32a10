"""Tables with a header line, as other tools write them: tab- or comma-separated, plain or gzipped."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.errors import InputError
from neosieve.io.textfile import lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

MISSING = frozenset({"", ".", "-", "na", "n/a", "nan", "-nan", "+nan", "null", "none"})
"""What stands for an unknown value, in lower case; R and C write NaN where nothing could be computed."""
LONGEST_MISSING = max(map(len, MISSING))
SHOWN = 8  # columns of an unknown table that an error shows
_SPACING = re.compile(r"[\s.\-]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    line: int
    """1-based line in the file."""
    cells: Sequence[str]
    places: Mapping[str, int]
    """Column, as :func:`plain_name` gives it → its place in the cells."""

    def get(self, column: str | None) -> str:
        """Return a cell's text; empty where it says that the value is missing, or where there is no such column."""
        place = None if column is None else self.places.get(column)
        text = "" if place is None else self.cells[place].strip()
        return "" if len(text) <= LONGEST_MISSING and text.lower() in MISSING else text

    def number(self, column: str | None) -> float | None:
        """Return a finite number; None where missing.

        Raises
        ------
        ValueError
            The cell holds something else.
        """
        text = self.get(column)
        if not text:
            return None
        value = float(text)
        if not math.isfinite(value):
            raise ValueError(f"{text!r} is not finite")
        return value


@dataclass(frozen=True, slots=True)
class HeadedTable:
    """A table whose header has been read."""

    path: Path
    columns: tuple[str, ...]
    """Names as :func:`plain_name` gives them, in file order."""
    line: int
    """1-based line of the header; 0 in an empty file."""
    delimiter: str
    first_named: bool = True
    """False where each row begins with a row name that the header lacks, as R's ``write.table`` writes it."""

    def has(self, *names: str) -> bool:
        """Whether there are columns of all these names."""
        return all(name in self.columns for name in names)

    def first(self, *names: str) -> str | None:
        """Return the first of these names that is a column; None if none is."""
        return next((name for name in names if name in self.columns), None)

    def unrecognised(self, what: str, understood: str) -> InputError:
        """Make the error for a header that tells no known kind of table.

        Parameters
        ----------
        what
            The kind of table that was asked for: ``an expression table``.
        understood
            What can be given instead.
        """
        shown = ", ".join(self.columns[:SHOWN]) or "an empty file"
        return InputError(f"{self.path}: not {what} that can be read (its header: {shown}); give {understood}")

    def rows(self) -> Iterator[Row]:
        """Yield the lines below the header.

        Raises
        ------
        InputError
            A row has more or fewer cells than the header, or the file breaks off.
        """
        skipped = 0 if self.first_named else 1
        width = len(self.columns) + skipped
        places = {name: place for place, name in reversed(list(enumerate(self.columns, start=skipped)))}
        for line, text in lines(self.path):
            if line <= self.line or not text.strip() or text.startswith("##"):
                continue
            cells = _cells(text, self.delimiter)
            if len(cells) != width:
                raise InputError(
                    f"{self.path}:{line} has {len(cells)} cells where {width} are due; is the file cut off, "
                    "or does a name hold its separator?"
                )
            yield Row(line, cells, places)


def plain_name(text: str) -> str:
    """Reduce a column's name to what its spellings share: lower case, ``_`` for blanks, dots and dashes."""
    return _SPACING.sub("_", text.strip().lstrip("#").strip().lower())


def open_table(path: Path) -> HeadedTable:
    """Read a table's header: the first line that is no comment.

    A line that begins with ``#`` is a comment unless tabs part it, as in ``#chrom⇥start⇥end``.

    Raises
    ------
    InputError
        The file is missing, unreadable or not text.
    """
    content = ((line, text) for line, text in lines(path) if text.strip())
    for line, text in content:
        if text.startswith("##") or (text.startswith("#") and "\t" not in text):
            continue
        delimiter = "\t" if "\t" in text else ","
        columns = tuple(plain_name(cell) for cell in _cells(text, delimiter))
        following = next((_cells(row, delimiter) for _, row in content), [])
        return HeadedTable(path, columns, line, delimiter, len(following) != len(columns) + 1)
    return HeadedTable(path, (), 0, "\t")


def _cells(text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return text.split(delimiter)
    return next(csv.reader([text], delimiter=delimiter))
