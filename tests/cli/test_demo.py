"""``neosieve demo`` as a newcomer runs it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

NEOSIEVE = Path(sys.executable).with_name("neosieve")


@pytest.mark.parametrize("options", [[], ["--unannotated"]])
def test_the_demo_prints_ten_candidates_and_where_the_results_lie(tmp_path: Path, options: list[str]) -> None:
    """The table's ten rows are the first ten of candidates.tsv, and the last line leads to the report."""
    out = tmp_path / "out"
    done = subprocess.run([NEOSIEVE, "demo", *options, "-o", out], capture_output=True, check=False, text=True)

    assert done.returncode == 0, done.stderr
    printed = [
        (int(match[1]), match[2], match[3])
        for match in re.finditer(r"^│ +(\d+) │.*│ ([A-Z]{8,11}) +│ (HLA-\S+) │", done.stdout, re.MULTILINE)
    ]
    header, *rows = (line.split("\t") for line in (out / "candidates.tsv").read_text(encoding="utf-8").splitlines())
    rank, peptide, allele = (header.index(name) for name in ("rank", "peptide", "allele"))
    assert printed == [(int(row[rank]), row[peptide], row[allele]) for row in rows[:10]]
    assert len(printed) == 10
    assert str(out / "report.html") in done.stderr.splitlines()[-1]
    assert (out / "report.html").stat().st_size > 0


def test_the_demo_is_the_main_job_on_the_bundled_vcf(tmp_path: Path, demo_vcf: Path) -> None:
    """What its help says it does, done by hand, gives the same table."""
    told = subprocess.run([NEOSIEVE, "demo", "--help"], capture_output=True, check=True, text=True).stdout
    assert "--hla 'A*29:02,B*45:01,B*82:02' --include-filtered" in " ".join(told.split())
    options = ["--hla", "A*29:02,B*45:01,B*82:02", "--include-filtered", "--models", "embedded"]
    _assert_same_tables(tmp_path, ["demo"], ["run", str(demo_vcf), *options])


def test_the_unannotated_demo_is_the_main_job_on_the_bundled_genes(tmp_path: Path) -> None:
    """What its help says it does, done by hand, gives the same table; the mutations' published names are in it."""
    told = subprocess.run([NEOSIEVE, "demo", "--help"], capture_output=True, check=True, text=True).stdout
    hla = "A*02:01,A*03:01,B*07:02,B*44:02,C*05:01,C*07:02"
    assert f"--reference REF --hla '{hla}' --models embedded" in " ".join(told.split())
    genes = Path(__file__).parents[2] / "reference" / "genes"
    options = ["--reference", str(genes / "genes.ref"), "--hla", hla, "--models", "embedded"]
    _assert_same_tables(tmp_path, ["demo", "--unannotated"], ["run", str(genes / "demo_unannotated.vcf"), *options])
    written = (tmp_path / "demo" / "candidates.tsv").read_text(encoding="utf-8")
    for name in ("p.Arg201His", "p.Arg201Cys", "p.Gly646TrpfsTer12", "p.Glu635ArgfsTer15", "p.Phe248Ser"):
        assert name in written


def _assert_same_tables(folder: Path, demo: Sequence[str], by_hand: Sequence[str]) -> None:
    for command, out in ((demo, folder / "demo"), (by_hand, folder / "run")):
        subprocess.run([NEOSIEVE, *command, "-o", out], check=True, capture_output=True)
    for name in ("candidates.tsv", "variants.tsv", "ledger.tsv", "excluded_peptides.tsv"):
        assert (folder / "demo" / name).read_bytes() == (folder / "run" / name).read_bytes()
