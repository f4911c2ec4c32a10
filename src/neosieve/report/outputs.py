"""Everything that a run leaves in its folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from neosieve.report.atomic import replacing, staged, write_chunks
from neosieve.report.html import write_report
from neosieve.report.runjson import write_run_json
from neosieve.report.tables import write_tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from neosieve.model.run import RunResult


def write_outputs(result: RunResult, folder: Path) -> None:
    """Write the tables, the report and ``run.json``, whose presence says that all are complete; all of them or none.

    Raises
    ------
    OutputError
        A file can't be written.
    """
    with staged(folder, last="run.json") as stage:
        tables = write_tables(result, stage)
        report = write_report(result, stage)
        write_run_json(result, stage, (*tables, report))


def write_timings(path: Path, seconds: Mapping[str, float]) -> None:
    """Write how long each stage took.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    stages = [{"name": name, "seconds": round(value, 4)} for name, value in seconds.items()]
    with replacing(path) as temporary:
        write_chunks(temporary, [json.dumps({"stages": stages}, indent=1), "\n"])
