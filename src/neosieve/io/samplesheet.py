"""Sample sheets: one row per sample, one column per option, as TSV or CSV."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAME = "sample"
REQUIRED = (NAME, "vcf", "hla")
_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")  # on every file system, and in every shell
LONGEST_NAME = 200  # characters: names of files that are made of it are longer, and end at 255
TAKEN = frozenset({"samples.tsv", "shared.tsv", "cohort.html", "cohort.json", "failed.tsv"})  # beside the folders


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One sample, as the sheet spells it."""

    line: int
    """Where the row begins, 1-based."""
    name: str
    cells: Mapping[str, str]
    """Column → text of every filled cell but the name's; dashes in a column's name are underscores."""


def read_samplesheet(path: Path) -> list[SheetRow]:
    """Read a sample sheet; a tab in the first line makes it TSV, else it is CSV.

    Raises
    ------
    InputError
        It can't be read, lacks a column, holds no sample, or a sample's name is missing, unusable or given twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: can't read the sample sheet: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a text file in UTF-8; save the sample sheet as TSV or CSV") from error
    if "\0" in text:
        raise InputError(f"{path} holds a null byte, as no text does; save the sample sheet as TSV or CSV in UTF-8")
    # str.splitlines would end a line at further characters, too
    lines = ["\n" if line.startswith("#") else line for line in io.StringIO(text)]  # and keep count
    header = next(filter(str.strip, lines), "")
    reader = csv.reader(lines, delimiter="\t" if "\t" in header else ",", strict=True)
    rows: list[SheetRow] = []
    try:
        columns = [name.strip().replace("-", "_") for name in next(filter(any, reader), [])]
        while columns and not columns[-1]:  # a spreadsheet's empty columns
            columns.pop()
        _check_columns(columns, path)
        rows.extend(
            _row(reader.line_num, columns, cells, path) for cells in reader if any(cell.strip() for cell in cells)
        )
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}: not a row of a sample sheet: {error}") from error
    if not rows:
        raise InputError(f"{path} names no sample; give a row for each, below a header with {', '.join(REQUIRED)}")
    seen: dict[str, SheetRow] = {}
    for row in rows:
        other = seen.setdefault(row.name.casefold(), row)
        if other is not row:
            raise InputError(
                f"{path}:{row.line}: sample {row.name!r} is called like {other.name!r} in line {other.line}, and "
                "their results would share a folder; give each sample a name of its own"
            )
    return rows


def _check_columns(columns: list[str], path: Path) -> None:
    if lacking := [name for name in REQUIRED if name not in columns]:
        raise InputError(
            f"{path} has no column {lacking[0]!r}; a sample sheet needs {', '.join(REQUIRED)}, separated by tabs or "
            "commas"
        )
    if repeated := [name for name in columns if columns.count(name) > 1]:
        raise InputError(f"{path} has two columns {repeated[0]!r}; leave one out")


def _row(line: int, columns: list[str], cells: list[str], path: Path) -> SheetRow:
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        raise InputError(
            f"{path}:{line}: {len(cells)} cells under {len(columns)} columns; in CSV, quote a list of alleles"
        )
    filled = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
    name = filled.pop(NAME, "")
    if not _FOLDER_NAME.fullmatch(name):
        raise InputError(
            f"{path}:{line}: {name!r} can't be a sample's name, which is its folder's, too; use letters, digits and "
            ". _ + -, a letter or digit first"
        )
    if len(name) > LONGEST_NAME or name.lower() in TAKEN:
        why = f"longer than {LONGEST_NAME} characters" if len(name) > LONGEST_NAME else "a file of the cohort's summary"
        raise InputError(f"{path}:{line}: {name!r} can't be a sample's name: it is {why}; give it another one")
    for needed in REQUIRED[1:]:
        if needed not in filled:
            raise InputError(f"{path}:{line}: sample {name} has no {needed}; fill in the cell")
    return SheetRow(line, name, filled)
