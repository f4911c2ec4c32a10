from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from neosieve.cli import main
from tests.io.annotationtext import fasta, write
from tests.io.ensemblserver import DNA, GTF, PEP, serving
from tests.test_building import GENE, genes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return a reference that the command line built from one gene."""
    models = write(tmp_path / "a.gff3", genes(1, stop_inside=True))
    genome = fasta(tmp_path / "a.fa", {"1": GENE})
    out = tmp_path / "sub" / "a.ref"
    result = CliRunner().invoke(
        main, ["reference", "build", "--gtf", str(models), "--fasta", str(genome), "-o", str(out)]
    )
    assert result.exit_code == 0, result.output
    assert "1  transcripts\n" in result.stderr
    return out


def test_info_tells_counts_and_checksums(built: Path) -> None:
    """For people by default."""
    result = CliRunner().invoke(main, ["reference", "info", str(built)])
    assert result.exit_code == 0
    assert "gene models: a.gff3 (sha256 " in result.stdout
    assert "          1  transcripts\n" in result.stdout
    assert result.stdout.endswith("checksums: all arrays match\n")


def test_info_as_json(built: Path) -> None:
    """For programs on demand."""
    told = json.loads(CliRunner().invoke(main, ["reference", "info", str(built), "--json"]).stdout)
    assert told["counts"]["transcripts"] == 1
    assert told["identity"].startswith("a.ref, format 1, sha256 ")


def test_info_finds_damage_that_opening_does_not_see(built: Path) -> None:
    """Whichever array the last byte of the file belongs to: exit code 1."""
    data = bytearray(built.read_bytes())
    data[-1] ^= 1
    built.write_bytes(data)
    result = CliRunner().invoke(main, ["reference", "info", str(built)])
    assert result.exit_code == 1
    assert "is damaged" in result.stderr


def test_bad_input_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    """No traceback; no file left."""
    out = tmp_path / "a.ref"
    arguments = ["reference", "build", "--gtf", str(tmp_path / "no.gtf"), "--fasta", "no.fa", "-o", str(out)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert result.stderr == f"neosieve: {tmp_path / 'no.gtf'}: there is no such file; check the path\n"
    assert not out.exists()


def test_fetch_says_what_comes_next(tmp_path: Path) -> None:
    """The files are named, then the command that uses them."""
    with serving() as ensembl:
        result = CliRunner().invoke(
            main, ["reference", "fetch", "--release", "110", "--mirror", ensembl.url, "-o", str(tmp_path / "e")]
        )
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "e").iterdir()) == sorted([GTF, DNA, PEP])
    assert f"reference build --gtf {tmp_path / 'e' / GTF}" in result.stderr


def test_help_answers_without_loading_the_readers() -> None:
    """Nothing heavy is imported for --help."""
    script = (
        "import sys; from neosieve.cli import main; main(['reference', 'build', '--help'], standalone_mode=False); "
        "print(sorted({'numpy', 'safetensors', 'Bio'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.endswith("[]\n")
