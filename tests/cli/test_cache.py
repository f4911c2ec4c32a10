"""``--cache`` and ``neosieve cache``: results are the same bytes, and what the cache holds is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from neosieve.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_run_leaves_the_same_bytes_with_a_cache(demo_vcf: Path, tmp_path: Path) -> None:
    """Without, with an empty and with a full cache; the second look-up finds all, and only stderr says so."""
    said = []
    for name, cache in (("without", "off"), ("empty", str(tmp_path / "c")), ("full", str(tmp_path / "c"))):
        options = ["--hla", "A*02:01,B*07:02", "--lengths", "9", "--models", "embedded", "--cache", cache]
        done = CliRunner().invoke(main, ["run", str(demo_vcf), *options, "-o", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        said.append([line for line in done.stderr.splitlines() if line.startswith("prediction cache")])
    assert contents(tmp_path / "without") == contents(tmp_path / "empty") == contents(tmp_path / "full")
    asked = said[2][0].partition(": ")[2].split()
    assert said[0] == []
    assert asked[0] == asked[2] != "0"


def test_peptide_scores_are_the_same_with_a_cache(tmp_path: Path) -> None:
    """`neosieve score` looks up, too; the second time everything is there."""
    (tmp_path / "peptides.txt").write_text("GILGFVFTL\nNLVPMVATV\n")
    asked = ["score", "--peptides", str(tmp_path / "peptides.txt"), "--hla", "A0201", "--models", "embedded"]
    without = CliRunner().invoke(main, asked)
    for found in (0, 2):
        cached = CliRunner().invoke(main, [*asked, "--cache", str(tmp_path / "c")])
        assert cached.stdout == without.stdout
        assert f"{found} of 2 predictions were there" in cached.stderr


def test_the_cache_tells_what_it_holds_and_can_be_emptied(tmp_path: Path) -> None:
    """Two predictions of one allele; after clearing, none; a cache that there isn't is no error."""
    (tmp_path / "peptides.txt").write_text("GILGFVFTL\nNLVPMVATV\n")
    cache = str(tmp_path / "c")
    asked = ["score", "--peptides", str(tmp_path / "peptides.txt"), "--hla", "A0201", "--models", "embedded"]
    CliRunner().invoke(main, [*asked, "--cache", cache])
    assert "2 predictions, 1 alleles, embedded" in CliRunner().invoke(main, ["cache", "info", "--cache", cache]).stdout
    assert "1 files removed" in CliRunner().invoke(main, ["cache", "clear", "--cache", cache]).stderr
    for command in ("info", "clear"):
        done = CliRunner().invoke(main, ["cache", command, "--cache", cache])
        assert done.exit_code == 0
        assert "predictions," not in done.stdout


def test_a_file_that_cannot_be_removed_is_one_clear_error(tmp_path: Path) -> None:
    """A folder lies where a file should; so does a file in another user's cache behave."""
    (tmp_path / "v1" / "0" / "HLA-A-02-01.sqlite").mkdir(parents=True)
    done = CliRunner().invoke(main, ["cache", "clear", "--cache", str(tmp_path)])
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1), done.output
    assert "HLA-A-02-01.sqlite can't be removed" in done.stderr
