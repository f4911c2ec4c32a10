"""``neosieve cohort``: the sheet, its errors, and what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from neosieve.cli import main
from neosieve.cli.cohort import COLUMNS
from neosieve.cli.run import run
from tests.test_pipeline import FRAMESHIFT, HEADER, MISSENSE

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def cohort(sheet: Path, text: str, *options: str) -> Result:
    """Write a sheet and run it."""
    sheet.write_text(text)
    out = str(sheet.parent / "out")
    return CliRunner().invoke(main, ["cohort", str(sheet), "-o", out, "--models", "embedded", *options])


def test_cells_go_before_options_and_paths_start_at_the_sheet(tmp_path: Path) -> None:
    """One sample by the option's lengths, one by its own; VCF and HLA file lie beside the sheet. As run leaves them."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "t.vcf").write_text(f"{HEADER}{MISSENSE}\n{FRAMESHIFT}\n")
    (folder / "alleles.txt").write_text("A*02:01\n")
    text = 'sample,vcf,hla,lengths,hla-loh,also\nP1,t.vcf,"A0201,B0702",,,multiqc;fasta\n#\nP2,t.vcf,alleles.txt,9,,\n'
    done = cohort(folder / "sheet.csv", text, "--lengths", "8-9", "--workers", "1")
    assert done.exit_code == 0, done.output
    assert "2 samples done" in done.stderr
    for name, options in (
        ("P1", ["--hla", "A0201,B0702", "--lengths", "8-9", "--also", "multiqc,fasta"]),
        ("P2", ["--hla", str(folder / "alleles.txt"), "--lengths", "9"]),
    ):
        single = ["run", str(folder / "t.vcf"), *options, "--models", "embedded", "-o", str(tmp_path / name)]
        assert CliRunner().invoke(main, single).exit_code == 0
        written = {file.name: file.read_bytes() for file in (folder / "out" / name).iterdir()}
        assert written == {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}
    names = (folder / "out" / "samples.tsv").read_text().splitlines()[1:]
    assert [line.partition("\t")[0] for line in names] == ["P1", "P2"]


def test_the_sheets_columns_are_runs_options() -> None:
    """Every option of run that speaks of a sample has a column of its name; the Snakemake workflow uses some."""
    assert {
        "tumor",
        "normal",
        "germline",
        "expression",
        "rna_bam",
        "dna_bam",
        "segments",
        "purity",
        "sex",
        "hla_loh",
    } <= {*COLUMNS}
    assert {one.name for one in run.params} - {one.name for one in COLUMNS.values()} == {
        *("vcf", "hla", "out", "strict", "cache", "timings")
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no column 'sample'"),
        ("sample,vcf\nP1,t.vcf\n", "no column 'hla'"),
        ("sample,vcf,hla\n", "names no sample"),
        ("sample,vcf,hla,vcf\nP1,t.vcf,A0201,t.vcf\n", "two columns 'vcf'"),
        ("sample\tvcf\thla\nP1\tt.vcf\t\n", "sheet:2: sample P1 has no hla"),
        ("sample\tvcf\thla\n../P1\tt.vcf\tA0201\n", "sheet:2: '../P1' can't be a sample's name"),
        (
            "sample\tvcf\thla\nP1\tt.vcf\tA0201\np1\tt.vcf\tA0201\n",
            "sheet:3: sample 'p1' is called like 'P1' in line 2",
        ),
        ("sample,vcf,hla\nP1,t.vcf,A0201,B0702\n", "quote a list of alleles"),
        ("sample,vcf,hla,age\nP1,t.vcf,A0201,50\n", "no option for column 'age'"),
        ("sample,vcf,hla,purity\nP1,t.vcf,A0201,most\n", "sample P1, column purity: 'most' is not a valid float"),
        ("sample,vcf,hla,purity\nP1,t.vcf,A0201,7\n", "sheet:2: sample P1: --purity is the share"),
        ("sample,vcf,hla,lengths\nP1,t.vcf,A0201,long\n", "column lengths: 'long' is not a range"),
        ('sample,vcf,hla\nP1,"t.vcf,A0201\n', "not a row of a sample sheet"),
        ("sample,vcf,hla\nP1,nowhere.vcf,A0201\n", "P1: "),
        ("sample,vcf,hla\nP1,t\0.vcf,A0201\n", "sheet holds a null byte"),
        ("sample,vcf,hla\nP1,t.vcf,A0201\nP\u2028Q,t.vcf,A0201\n", r"sheet:3: 'P\u2028Q' can't be a sample's name"),
        ("sample,vcf,hla\nCohort.json,t.vcf,A0201\n", "'Cohort.json' can't be a sample's name: it is a file of the"),
        (f"sample,vcf,hla\n{'P' * 201},t.vcf,A0201\n", "can't be a sample's name: it is longer than 200 characters"),
        ("sample,vcf,hla,region,regions\nP1,t.vcf,A0201,R,S\n", "columns region and regions are one option"),
        ("sample,vcf,hla,,\nP1,t.vcf,A0201,x,\n", "sheet:2: 5 cells under 3 columns"),
    ],
)
def test_a_bad_sheet_is_one_clear_error(tmp_path: Path, text: str, told: str) -> None:
    """Where, what and how to mend it; exit code 1; nothing made."""
    (tmp_path / "t.vcf").write_text(f"{HEADER}{MISSENSE}\n")
    done = cohort(tmp_path / "sheet", text)
    assert done.exit_code == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_spreadsheets_habits_are_understood(tmp_path: Path) -> None:
    """A byte order mark, Windows line ends, comments, empty lines and empty columns behind the last one."""
    (tmp_path / "t.vcf").write_text(f"{HEADER}{MISSENSE}\n")
    text = "\ufeffsample,vcf,hla,,\r\n# one, two\r\n\r\nP1,t.vcf,A0201,,\r\n,,,,\r\n"
    done = cohort(tmp_path / "sheet", text, "--workers", "1", "--lengths", "9")
    assert done.exit_code == 0, done.output
    assert "1 samples done" in done.stderr


def test_a_sheet_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    """The message names it."""
    done = CliRunner().invoke(main, ["cohort", str(tmp_path / "none.tsv"), "-o", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "none.tsv: can't read the sample sheet" in done.stderr


def test_a_failed_sample_makes_the_exit_code_one(tmp_path: Path) -> None:
    """Its reason is told at the end and in failed.tsv; the other sample is done."""
    (tmp_path / "t.vcf").write_text(f"{HEADER}{MISSENSE}\n")
    (tmp_path / "bad.tsv").write_text("no\ttable\n")
    text = "sample,vcf,hla,expression\nP1,t.vcf,A0201,\nP2,t.vcf,A0201,bad.tsv\n"
    done = cohort(tmp_path / "sheet", text, "--workers", "1", "--lengths", "9")
    assert done.exit_code == 1
    assert "P2 failed" in done.stderr
    assert (tmp_path / "out" / "failed.tsv").read_text().startswith("sample\treason\nP2\t")
    assert (tmp_path / "out" / "P1" / "run.json").exists()
    assert not (tmp_path / "out" / "P2").exists()
