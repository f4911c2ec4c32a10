"""``neosieve score`` and ``neosieve models`` as a user runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

NEOSIEVE = Path(sys.executable).with_name("neosieve")
HEADER = [
    "peptide", "allele", "affinity_nM", "affinity_low_nM", "affinity_high_nM", "affinity_percentile",
    "presentation_score", "presentation_percentile", "model_support",
]  # fmt: skip


def called(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    return subprocess.run([NEOSIEVE, *arguments], capture_output=True, check=False, text=True)


def table(text: str) -> list[dict[str, str]]:
    """Read a TSV."""
    header, *rows = (line.split("\t") for line in text.splitlines())
    assert header == HEADER
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_peptides_against_alleles(tmp_path: Path) -> None:
    """Two epitopes × two alleles: each is presented by its own allele (CMV pp65 by A*02:01, HIV gag by B*27:05)."""
    peptides, out = tmp_path / "peptides.txt", tmp_path / "scores.tsv"
    peptides.write_text("NLVPMVATV\nKRWIILGLNK\n", encoding="utf-8")
    done = called("score", "--peptides", peptides, "--hla", "A*02:01,B*27:05", "--models", "embedded", "-o", out)
    assert done.returncode == 0, done.stderr
    rows = table(out.read_text(encoding="utf-8"))
    best = {row["peptide"]: row["allele"] for row in rows if float(row["presentation_percentile"]) <= 0.5}
    assert best == {"NLVPMVATV": "HLA-A*02:01", "KRWIILGLNK": "HLA-B*27:05"}
    assert all(float(row["affinity_low_nM"]) <= float(row["affinity_nM"]) for row in rows)
    assert all(float(row["affinity_nM"]) <= float(row["affinity_high_nM"]) for row in rows)


def test_pairs_to_standard_output(tmp_path: Path) -> None:
    """One row for each row given; what can't be scored is NA in its row and told on stderr."""
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("peptide,allele\nNLVPMVATV,A0201\nNLVPXVATV,A0201\nNLVPMVATV,DRB1*15:01\n", encoding="utf-8")
    done = called("score", "--pairs", pairs, "--models", "embedded")
    assert done.returncode == 0
    scored, *unscored = table(done.stdout)
    assert (scored["allele"], scored["model_support"]) == ("HLA-A*02:01", "HLA-A*02:01")
    assert [set(row.values()) - {row["peptide"], row["allele"]} for row in unscored] == [{"NA"}, {"NA"}]
    assert "1 rows not scored: peptides with a residue outside the standard twenty" in done.stderr
    assert "class II" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--peptides", "missing.txt", "--hla", "A*02:01"], 1, "there is no such file"),
        (["--pairs", "missing.tsv"], 1, "there is no such file"),
        (["--peptides", "missing.txt"], 2, "--hla goes with --peptides"),
        (["--hla", "A*02:01"], 2, "give either --peptides"),
        (["--pairs", "missing.tsv", "--models", "nowhere"], 1, "no such model directory"),
    ],
)
def test_what_is_wrong_is_told(arguments: list[str], code: int, message: str) -> None:
    """Bad input is exit code 1 and one line, wrong usage 2; no traceback."""
    done = called("score", *arguments)
    assert done.returncode == code
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_models_are_listed_and_described() -> None:
    """The embedded model is always there, with its identity and what it covers."""
    assert "embedded\tships with neosieve" in called("models", "list").stdout
    described = called("models", "info", "embedded").stdout
    assert "identity\tembedded " in described
    assert "lengths\t8-15" in described
    assert "HLA-A, " in described
