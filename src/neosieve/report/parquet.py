"""``candidates.parquet``: the candidates with typed columns, for those who compute with them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from neosieve.errors import OutputError
from neosieve.report.atomic import file_sha256, replacing
from neosieve.report.column import column_values
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.tables import MISSING, OutputFile, format_cell

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.candidate import Ranked
    from neosieve.model.run import RunResult
    from neosieve.report.column import Cell, Column

NAME = "candidates.parquet"


def require_pyarrow() -> None:
    """Check that the optional library is there.

    Raises
    ------
    OutputError
        It isn't; the message says how to get it.
    """
    if find_spec("pyarrow") is None:
        raise OutputError(f"{NAME} needs pyarrow, which is not installed: pip install 'neosieve[parquet]'")


def _value(column: Column[Ranked], value: Cell) -> Cell:
    """Return a cell as the TSV has it, but typed: floats of five digits, null for NA, no guard against spreadsheets."""
    if value == "":
        return "" if column.empty_is_a_value else None
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()  # a stray byte of the input must not end the run
    if isinstance(value, float):
        cell = format_cell(value)
        return None if cell == MISSING else float(cell)
    return value


def write_parquet(result: RunResult, folder: Path) -> OutputFile:
    """Write ``candidates.parquet``: each field carries its unit and meaning as metadata.

    Raises
    ------
    OutputError
        pyarrow isn't installed, or the file can't be written.
    """
    require_pyarrow()
    import pyarrow as pa  # noqa: PLC0415 - an optional library that only this needs
    from pyarrow import parquet  # noqa: PLC0415

    types = {str: pa.string(), int: pa.int64(), float: pa.float64()}
    schema = pa.schema(
        [
            pa.field(
                column.name,
                types[column.type],
                metadata={"unit": column.unit or "", "meaning": column.doc},
            )
            for column in CANDIDATE_COLUMNS
        ]
    )
    arrays = [
        pa.array([_value(column, value) for value in values], type=types[column.type])
        for column, values in zip(CANDIDATE_COLUMNS, column_values(CANDIDATE_COLUMNS, result.ranked), strict=True)
    ]
    with replacing(folder / NAME) as path:
        parquet.write_table(pa.Table.from_arrays(arrays, schema=schema), path, compression="zstd")
        return OutputFile(NAME, file_sha256(path), len(result.ranked))
