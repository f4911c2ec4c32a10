"""All files of a run appear together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from neosieve.errors import OutputError
from neosieve.model.run import InputFile
from neosieve.report.atomic import file_sha256, prepared_folder
from neosieve.report.outputs import write_outputs, write_timings
from neosieve.report.tables import OutputFile

from .builders import ranked, run_result

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.run import RunResult


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones included."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_run_leaves_its_seven_files(tmp_path: Path, result: RunResult) -> None:
    """The five tables, the report and run.json, and nothing temporary."""
    write_outputs(result, tmp_path)
    tables = {"candidates.tsv", "variants.tsv", "ledger.tsv", "excluded_peptides.tsv", "proteins.tsv"}
    assert contents(tmp_path).keys() == tables | {"report.html", "run.json"}


def test_a_failure_leaves_the_earlier_run_whole(tmp_path: Path, result: RunResult) -> None:
    """No file of a failed run replaces one of the run before: they belong together."""
    write_outputs(result, tmp_path)
    before = contents(tmp_path)
    broken = replace(run_result(ranked()), excluded=(None,))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        write_outputs(broken, tmp_path)
    assert contents(tmp_path) == before


def test_what_a_run_reads_stays_though_an_earlier_run_made_it(tmp_path: Path, result: RunResult) -> None:
    """A run on the annotated VCF of its own folder, without --also vcf, doesn't delete its input."""
    vcf, index = tmp_path / "annotated.vcf.gz", tmp_path / "annotated.vcf.gz.tbi"

    def further(_: RunResult, folder: Path) -> tuple[list[OutputFile], list[str]]:
        written = []
        for path in (vcf, index):
            (folder / path.name).write_text(path.name, encoding="utf-8")
            written.append(OutputFile(path.name, file_sha256(folder / path.name), None))
        return written, []

    write_outputs(result, tmp_path, [further])
    write_outputs(replace(result, inputs=(InputFile("vcf", vcf.name, file_sha256(vcf)),)), tmp_path)
    assert vcf.is_file()
    assert index.is_file()
    write_outputs(result, tmp_path, [further])
    write_outputs(result, tmp_path)
    assert not vcf.exists()


def test_a_folder_made_for_a_run_that_fails_goes_again(tmp_path: Path) -> None:
    """With the folders above it that were made, too; one that was there before stays."""
    with pytest.raises(ValueError, match="x"), prepared_folder(tmp_path / "new" / "out"):
        raise ValueError("x")
    assert not list(tmp_path.iterdir())
    (tmp_path / "new").mkdir()
    with pytest.raises(ValueError, match="x"), prepared_folder(tmp_path / "new"):
        raise ValueError("x")
    assert [path.name for path in tmp_path.rglob("*")] == ["new"]


def test_a_folder_in_a_tables_place_is_told_and_nothing_moves(tmp_path: Path, result: RunResult) -> None:
    """A folder called report.html can't be replaced: the message names it, and no table is left beside it."""
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OutputError, match=r"report\.html can't be written"):
        write_outputs(result, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_timings_that_cannot_be_written_are_an_output_error(tmp_path: Path) -> None:
    """A missing folder is the user's to mend, not a traceback."""
    with pytest.raises(OutputError, match="can't be written"):
        write_timings(tmp_path / "missing" / "timings.json", {"reading": 0.5})
