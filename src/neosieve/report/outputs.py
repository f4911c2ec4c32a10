"""Everything that a run leaves in its folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from neosieve.report.atomic import file_sha256, replacing, staged, write_chunks
from neosieve.report.html import write_report
from neosieve.report.overview import Overview
from neosieve.report.pagecandidates import candidate_cells
from neosieve.report.runjson import NAME as RUN_JSON
from neosieve.report.runjson import validate, write_run_json
from neosieve.report.tables import CandidateTexts, write_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from neosieve.model.run import RunResult
    from neosieve.report.tables import OutputFile

    Writer = Callable[[RunResult, Path], tuple[Iterable[OutputFile], Iterable[str]]]
    """Writes files into a folder; returns them, and what a user must know of them."""


class CellMemory:
    """Cells of candidates, which the next sample of a process may have, too.

    Parameters
    ----------
    most
        Of how many candidates they are kept, some two kilobytes each.
    """

    def __init__(self, most: int) -> None:
        self.texts = CandidateTexts(most)
        self.cells = candidate_cells(most)


def write_outputs(
    result: RunResult, folder: Path, also: Sequence[Writer] = (), memory: CellMemory | None = None
) -> tuple[str, ...]:
    """Write the tables, the report and ``run.json``, whose presence says that all are complete; all of them or none.

    Files of an earlier run that this one doesn't write again go, if they are still as that run left them: they would
    speak of other results. What this run has read stays, with its index.

    Parameters
    ----------
    result
        The finished run.
    folder
        Made if it isn't there.
    also
        Writers of further files.
    memory
        What is kept of other samples.

    Returns
    -------
    tuple of str
        What a user must know of the further files.

    Raises
    ------
    OutputError
        A file can't be written.
    """
    earlier = _earlier_files(folder)
    with staged(folder, last=RUN_JSON) as stage:
        texts, cells = (None, None) if memory is None else (memory.texts, memory.cells)
        overview = Overview(result.ranked)
        files = [
            *write_tables(result, stage, texts, overview.variants),
            write_report(result, stage, overview, cells),
        ]
        remarks: list[str] = []
        for write in also:
            written, said = write(result, stage)
            files.extend(written)
            remarks.extend(said)
        write_run_json(result, stage, files)
    read = {file.sha256 for file in result.inputs}
    kept = {other for name, digest in earlier.items() if digest in read for other in (name, f"{name}.tbi")}
    for name in earlier.keys() - {file.name for file in files} - kept:
        outdated = folder / name
        if outdated.is_file() and file_sha256(outdated) == earlier[name]:
            outdated.unlink()
    return tuple(remarks)


def _earlier_files(folder: Path) -> dict[str, str]:
    """Read which files an earlier run left in the folder, with their checksums; none where its record can't be read."""
    try:
        record = json.loads((folder / RUN_JSON).read_text(encoding="utf-8"))
        validate(record)
    except (OSError, ValueError):
        return {}
    return {output["name"]: output["sha256"] for output in record["outputs"]}


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
