"""The tab-separated tables of a run.

A cell is UTF-8 text without control characters, line breaks or double quotes, so that every reader of TSV, quoting or
not, sees the same cells. ``NA`` stands for whatever is missing, and an empty cell stands for an empty flank alone. Text
that a spreadsheet would run as a formula has an apostrophe in front (:mod:`neosieve.cells`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, groupby, islice
from math import isfinite
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from neosieve.cells import guarded
from neosieve.report.atomic import encoded, prepare_folder, replacing, write_chunks
from neosieve.report.column import Column, Parts
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.kept import Kept
from neosieve.report.ledgercolumns import EXCLUDED_COLUMNS, LEDGER_COLUMNS
from neosieve.report.proteins import PROTEIN_COLUMNS, distinct_proteins
from neosieve.report.variantcolumns import VARIANT_COLUMNS
from neosieve.report.variants import summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from neosieve.model.candidate import Ranked
    from neosieve.model.run import RunResult
    from neosieve.report.column import Cell
    from neosieve.report.variants import VariantSummary

Row = TypeVar("Row")

MISSING = "NA"
SIGNIFICANT_DIGITS = 5  # of every float: what a float32 network holds whatever the batch and the number of threads
FLOAT_FORMAT = f".{SIGNIFICANT_DIGITS}g"
_SHORT = f"%{FLOAT_FORMAT}"
_UNSAFE = (
    *map(chr, range(32)),
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
)  # control characters and what ends a line somewhere
_SAFE = str.maketrans({**dict.fromkeys(_UNSAFE, " "), '"': "'"})
PLAIN_BELOW = 10**SIGNIFICANT_DIGITS  # from here on, "g" would write an exponent
_OF_RANK = 2  # columns that go first and depend on the sample's other candidates
_ROWS_AT_A_TIME = 500  # as many as a processor's cache holds: more take longer


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


def number_cells(values: Iterable[Cell]) -> list[str]:
    """Write numbers as :func:`format_cell` does, without a call for each."""
    return [
        MISSING
        if value is None
        else _SHORT % value
        if type(value) is float and -PLAIN_BELOW < value < PLAIN_BELOW
        else format_cell(value)
        for value in values
    ]


def _cells(column: Column[Row], rows: Sequence[Row]) -> list[str]:
    values = list(map(column.get, rows))
    if column.type is float:  # hardly two are equal
        return number_cells(values)
    if column.type is int and not column.empty_is_a_value:
        return [str(value) if type(value) is int else format_cell(value) for value in values]
    known = {value: format_cell(value) for value in set(values)}  # a text may come again and again
    if column.empty_is_a_value:
        known[""] = ""
    return list(map(known.__getitem__, values))


class _Lines(Generic[Row]):
    """Neighbouring columns of a table, of whose cells it makes lines; what many rows share is made once."""

    def __init__(self, columns: Iterable[Column[Row]]) -> None:
        self._runs: list[Column[Row] | _SharedLines[Row]] = []
        parts: dict[Callable[[Row], tuple[Any, ...]], Parts[Row]] = {}
        for part, run in groupby(columns, key=lambda one: one.shared and one.shared.part):
            if part is None:
                self._runs += run
            else:
                shared = [one.shared.column for one in run if one.shared]
                self._runs.append(_SharedLines(parts.setdefault(part, Parts(part)), _Lines(shared)))
        self._parts = tuple(parts.values())

    def of(self, rows: Sequence[Row]) -> list[str]:
        """Join the cells of each row by tabs."""
        places = {parts: parts.places(rows) for parts in self._parts}
        cells = [_cells(run, rows) if isinstance(run, Column) else run.of(places[run.parts]) for run in self._runs]
        return list(map("\t".join, zip(*cells, strict=True)))


class _SharedLines(Generic[Row]):
    """Neighbouring columns of one part of the rows."""

    def __init__(self, parts: Parts[Row], lines: _Lines[Any]) -> None:
        self.parts = parts
        self._lines = lines
        self._known: list[str] = []

    def of(self, places: Sequence[int]) -> list[str]:
        """Join the cells of each row's part by tabs."""
        self._known += self._lines.of(self.parts.distinct[len(self._known) :])
        return list(map(self._known.__getitem__, places))


def table_chunks(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[str]:
    """Yield a table's header, then its rows, hundreds at a time.

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
    lines = _Lines(columns)
    remaining = iter(rows)
    while block := tuple(islice(remaining, _ROWS_AT_A_TIME)):
        yield "\n".join(lines.of(block)) + "\n"


class CandidateTexts:
    """Cells of candidates, which the next sample of a process may have, too: all but those of the rank.

    Parameters
    ----------
    most
        Of how many candidates they are kept, about a kilobyte each; those of the alleles used last, and of all that
        one sample has.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = Kept[bytes]()
        self._lines = _Lines(CANDIDATE_COLUMNS[_OF_RANK:])

    def chunks(self, ranked: Sequence[Ranked]) -> Iterator[str | bytes]:
        """Yield ``candidates.tsv`` as :func:`table_chunks` does."""
        yield "\t".join([column.name for column in CANDIDATE_COLUMNS]) + "\n"
        ranks = _Lines(CANDIDATE_COLUMNS[:_OF_RANK])
        for begin in range(0, len(ranked), _ROWS_AT_A_TIME):
            block = ranked[begin : begin + _ROWS_AT_A_TIME]
            first = "\n".join(ranks.of(block)).encode().split(b"\n")
            yield b"".join(chain.from_iterable(zip(first, self._kept.of(block, self._made), strict=True)))
        if self._kept.keep(self._most, ranked):
            self._lines = _Lines(CANDIDATE_COLUMNS[_OF_RANK:])  # it holds what rows share

    def _made(self, rows: Sequence[Ranked]) -> Iterator[bytes]:
        """Yield what follows the rank in each row, from the tab to the end of the line."""
        return (encoded(f"\t{line}\n") for line in self._lines.of(rows))


def write_tables(
    result: RunResult,
    folder: Path,
    texts: CandidateTexts | None = None,
    variants: Sequence[VariantSummary] | None = None,
) -> tuple[OutputFile, ...]:
    """Write ``candidates.tsv``, ``variants.tsv``, ``ledger.tsv``, ``excluded_peptides.tsv`` and ``proteins.tsv``.

    Parameters
    ----------
    result
        Its rows are written in the order they come in.
    folder
        Made if it isn't there.
    texts
        What is kept of other samples.
    variants
        Those with candidates, as of :func:`summarise`; None if they aren't gathered yet.

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
    variants = summarise(result.ranked) if variants is None else variants
    proteins = distinct_proteins(result.ranked)
    candidates = table_chunks(CANDIDATE_COLUMNS, result.ranked) if texts is None else texts.chunks(result.ranked)
    tables: tuple[tuple[str, Iterable[str | bytes], int], ...] = (
        ("candidates.tsv", candidates, len(result.ranked)),
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
