"""The tab-separated tables of a run.

A cell is UTF-8 text without control characters, line breaks or double quotes, so that every reader of TSV, quoting or
not, sees the same cells. ``NA`` stands for whatever is missing, and an empty cell stands for an empty flank alone. Text
that a spreadsheet would run as a formula has an apostrophe in front (:mod:`neosieve.cells`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, TypeVar

from neosieve.cells import guarded
from neosieve.report.atomic import prepare_folder, replacing, write_chunks
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.ledgercolumns import EXCLUDED_COLUMNS, LEDGER_COLUMNS
from neosieve.report.proteins import PROTEIN_COLUMNS, distinct_proteins
from neosieve.report.variantcolumns import VARIANT_COLUMNS
from neosieve.report.variants import summarise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from neosieve.model.run import RunResult
    from neosieve.report.column import Cell, Column

Row = TypeVar("Row")

MISSING = "NA"
SIGNIFICANT_DIGITS = 5  # of every float: what a float32 network holds whatever the batch and the number of threads
FLOAT_FORMAT = f".{SIGNIFICANT_DIGITS}g"
_UNSAFE = (
    *map(chr, range(32)),
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
)  # control characters and what ends a line somewhere
_SAFE = str.maketrans({**dict.fromkeys(_UNSAFE, " "), '"': "'"})
PLAIN_BELOW = 10**SIGNIFICANT_DIGITS  # from here on, "g" would write an exponent
_ROWS_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that was written, as ``run.json`` records it."""

    name: str
    sha256: str
    rows: int | None
    """Rows below the header; None for a file that is no table."""


def format_cell(value: Cell) -> str:
    """Write one value as a table's cell.

    Parameters
    ----------
    value
        None is missing, and so are an empty text and a float that is no number.

    Returns
    -------
    str
        Floats with five significant digits; text without what would break a row or run as a formula.
    """
    if value is None or value == "":
        return MISSING
    if isinstance(value, str):
        # isprintable is False for every unsafe character but the quote, and far faster than translating
        return guarded(value if value.isprintable() and '"' not in value else value.translate(_SAFE))
    if isinstance(value, int):
        return str(value)
    if not isfinite(value):
        return MISSING
    return format(value, FLOAT_FORMAT if abs(value) < PLAIN_BELOW else ".0f")


def _cells(column: Column[Row], rows: Sequence[Row]) -> list[str]:
    known: dict[Cell, str] = {None: MISSING, "": "" if column.empty_is_a_value else MISSING}
    cells = []
    for value in map(column.get, rows):
        cell = known.get(value)
        if cell is None:  # most texts and counts come again and again, and each is formatted once
            cell = known[value] = format_cell(value)
        cells.append(cell)
    return cells


def table_chunks(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[str]:
    """Yield a table's header, then its rows, thousands at a time.

    Parameters
    ----------
    columns
        In the table's order.
    rows
        In the table's order; read once.

    Yields
    ------
    str
        Whole lines, each ended by a newline.
    """
    yield "\t".join([column.name for column in columns]) + "\n"
    remaining = iter(rows)
    while block := tuple(islice(remaining, _ROWS_AT_A_TIME)):
        by_row = zip(*[_cells(column, block) for column in columns], strict=True)
        yield "\n".join(["\t".join(cells) for cells in by_row]) + "\n"


def write_tables(result: RunResult, folder: Path) -> tuple[OutputFile, ...]:
    """Write ``candidates.tsv``, ``variants.tsv``, ``ledger.tsv``, ``excluded_peptides.tsv`` and ``proteins.tsv``.

    Parameters
    ----------
    result
        Its rows are written in the order they come in.
    folder
        Made if it isn't there.

    Returns
    -------
    tuple of OutputFile
        In the order named above.

    Raises
    ------
    OutputError
        The folder or a file in it can't be written.
    """
    prepare_folder(folder)
    variants = summarise(result.ranked)
    proteins = distinct_proteins(result.ranked)
    tables = (
        ("candidates.tsv", table_chunks(CANDIDATE_COLUMNS, result.ranked), len(result.ranked)),
        ("variants.tsv", table_chunks(VARIANT_COLUMNS, variants), len(variants)),
        ("ledger.tsv", table_chunks(LEDGER_COLUMNS, result.ledger), len(result.ledger)),
        ("excluded_peptides.tsv", table_chunks(EXCLUDED_COLUMNS, result.excluded), len(result.excluded)),
        ("proteins.tsv", table_chunks(PROTEIN_COLUMNS, proteins), len(proteins)),
    )
    written = []
    for name, chunks, n_rows in tables:
        with replacing(folder / name) as temporary:
            written.append(OutputFile(name, write_chunks(temporary, chunks), n_rows))
    return tuple(written)
