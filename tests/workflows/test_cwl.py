"""The CWL tools and workflow: valid, complete, and of the same bytes as the command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pysam
import pytest
import yaml

from neosieve.cli.collect import collect
from neosieve.cli.run import run

ROOT = Path(__file__).parents[2]
CWL = ROOT / "workflows" / "cwl"
GENES = ROOT / "reference" / "genes"
FILES = ("neosieve-run.cwl", "neosieve-collect.cwl", "neosieve-cohort.cwl")
NEOSIEVE = Path(sys.executable).with_name("neosieve")
TABLES = (
    "candidates.tsv",
    "excluded_peptides.tsv",
    "ledger.tsv",
    "proteins.tsv",
    "report.html",
    "run.json",
    "variants.tsv",
)


def document(name: str) -> dict[str, Any]:
    """Read a CWL file."""
    read: dict[str, Any] = yaml.safe_load((CWL / name).read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def cwltool() -> str:
    """Return the runner; skip the test where there is none."""
    found = shutil.which("cwltool")
    if found is None:
        pytest.skip("cwltool isn't on the path: pip install cwltool, in an environment of its own")
    return found


def said(*command: object, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command with this neosieve on the path."""
    path = f"{NEOSIEVE.parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(one) for one in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PATH": path},
    )


def test_every_option_of_the_command_line_can_be_given() -> None:
    """Each option of `neosieve run` and `collect` is an input of its tool, and no input is another option."""
    for name, command in (("neosieve-run.cwl", run), ("neosieve-collect.cwl", collect)):
        inputs = document(name)["inputs"].values()
        bound = [one.get("inputBinding") or one["type"][1]["inputBinding"] for one in inputs]
        given = {one["prefix"] for one in bound if "prefix" in one}
        options = {max(one.opts, key=len) for one in command.params if one.param_type_name == "option"}
        assert given == options, name


def test_the_workflow_gives_every_input_of_the_tool() -> None:
    """From the sample's record, or for all samples; but the timings, which are for measuring one run."""
    step = document("neosieve-cohort.cwl")["steps"]["run"]["in"]
    assert step.keys() - {"sample"} == document("neosieve-run.cwl")["inputs"].keys() - {"timings"}
    (types,) = (
        one for one in yaml.safe_load((CWL / "types.yml").read_text(encoding="utf-8")) if one["name"] == "sample"
    )
    fields = {field["name"] for field in types["fields"]}
    taken = {one["valueFrom"].split(".")[2].rstrip(")") for one in step.values() if isinstance(one, dict)}
    assert taken == fields


def test_choices_are_those_of_the_command_line() -> None:
    """Symbols of the shared types."""
    from neosieve.cli.run import ALSO, HYPOTHESES  # noqa: PLC0415  names the lists' home

    types = {one["name"]: one for one in yaml.safe_load((CWL / "types.yml").read_text(encoding="utf-8"))}
    choices = {one.name: list(one.type.choices) for one in run.params if hasattr(one.type, "choices")}
    assert types["unphased"]["symbols"] == choices["unphased"]
    assert types["sex"]["symbols"] == choices["sex"]
    names = next(list(one.type.choices) for one in collect.params if hasattr(one.type, "choices"))
    assert types["names"]["symbols"] == names
    assert types["further"]["symbols"] == list(ALSO)
    assert types["hypothesis"]["symbols"] == list(HYPOTHESES)


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_valid(cwltool: str, name: str) -> None:
    """By cwltool's own check, without a warning."""
    done = said(cwltool, "--disable-color", "--validate", CWL / name)
    assert done.returncode == 0, done.stderr
    assert "is valid CWL" in done.stdout + done.stderr
    assert "WARNING" not in done.stderr


def test_the_demo_gives_the_bytes_of_the_command_line(cwltool: str, tmp_path: Path) -> None:
    """Two samples and their cohort: every file equals that of `neosieve run` and `neosieve collect`."""
    out = tmp_path / "cwl"
    done = said(cwltool, "--no-container", "--outdir", out, CWL / "neosieve-cohort.cwl", CWL / "demo.yml")
    assert done.returncode == 0, done.stderr
    vcf = ROOT / "reference" / "demo" / "hcc1395_demo.vcf.gz"
    common = ("--include-filtered", "--models", "embedded", "--lengths", "8-9")
    own = ("own", "A*29:02,B*45:01,B*82:02")
    other = ("other", "A*29:02,B*07:02", "--tumor", "HCC1395_TUMOR_DNA")
    for name, hla, *rest in (own, other):
        direct = said(NEOSIEVE, "run", vcf, "--hla", hla, "-o", tmp_path / name, *common, *rest)
        assert direct.returncode == 0, direct.stderr
        assert sorted(path.name for path in (out / name).iterdir()) == list(TABLES)
        for file in TABLES:
            assert (out / name / file).read_bytes() == (tmp_path / name / file).read_bytes(), file
        assert "candidates variant × peptide × allele" in (out / f"{name}.log").read_text(encoding="utf-8")
    direct = said(
        NEOSIEVE, "collect", tmp_path / "own", tmp_path / "other", "-o", tmp_path / "cohort", "--names", "folder"
    )
    assert direct.returncode == 0, direct.stderr
    for path in (tmp_path / "cohort").iterdir():
        assert (out / "cohort" / path.name).read_bytes() == path.read_bytes(), path.name


def test_options_and_index_files_reach_the_command(cwltool: str, tmp_path: Path) -> None:
    """A run with a reference and most options: its record holds what was asked, and further files come back."""
    bam = tmp_path / "rna.bam"
    header = {"HD": {"VN": "1.6", "SO": "coordinate"}, "SQ": [{"SN": "20", "LN": 63025520}]}
    pysam.AlignmentFile(str(bam), "wb", header=header).close()
    pysam.index(str(bam))
    (tmp_path / "hla.txt").write_text("A*02:01\n", encoding="utf-8")
    (tmp_path / "loh.tsv").write_text("allele\tlost\nA*02:01\tno\n", encoding="utf-8")
    job: dict[str, Any] = {
        "vcf": {"class": "File", "path": str(GENES / "demo_unannotated.vcf")},
        "hla": {"class": "File", "path": str(tmp_path / "hla.txt")},
        "reference": {"class": "File", "path": str(GENES / "genes.ref")},
        "rna_bam": {"class": "File", "path": str(bam), "secondaryFiles": [{"class": "File", "path": f"{bam}.bai"}]},
        "hla_loh": {"class": "File", "path": str(tmp_path / "loh.tsv")},
        "policy": {"class": "File", "path": str(ROOT / "reference" / "policies" / "vaxrank.toml")},
        "models": "embedded",
        "out": "sample 1",
        "lengths": "9",
        "unphased": "both",
        "hypotheses": ["splice", "start"],
        "sex": "female",
        "also": ["vcf", "multiqc", "fasta", "pvacseq"],
        "timings": "seconds.json",
        "strict": True,
    }
    (tmp_path / "job.json").write_text(json.dumps(job), encoding="utf-8")
    out = tmp_path / "out"
    done = said(cwltool, "--no-container", "--outdir", out, CWL / "neosieve-run.cwl", tmp_path / "job.json")
    assert done.returncode == 0, done.stderr
    outputs = json.loads(done.stdout)
    record = json.loads((out / "sample 1" / "run.json").read_text(encoding="utf-8"))
    asked = {
        "lengths": "9",
        "unphased": "both",
        "hypotheses": "splice,start",
        "sex": "female",
        "policy": "vaxrank.toml",
    }
    assert {name: Path(record["settings"][name]).name for name in asked} == asked
    roles = {one["role"] for one in record["inputs"]}
    assert roles == {"vcf", "hla", "reference", "rna_bam", "hla_loh", "policy"}
    assert len(outputs["pvacseq_tables"]) == 3
    assert len(outputs["multiqc_content"]) == 3
    assert outputs["annotated_vcf"]["secondaryFiles"][0]["basename"] == "annotated.vcf.gz.tbi"
    assert outputs["windows"]["format"] == "http://edamontology.org/format_1929"
    assert outputs["stage_seconds"]["basename"] == "seconds.json"
    assert outputs["parquet"] is None


def test_bad_input_is_a_permanent_failure_whose_reason_is_logged(cwltool: str, tmp_path: Path) -> None:
    """Exit code 1, and `--log-dir` keeps what neosieve said."""
    (tmp_path / "x.vcf").write_text("no VCF\n", encoding="utf-8")
    (tmp_path / "job.yml").write_text("vcf: {class: File, path: x.vcf}\nhla: A*02:01\n", encoding="utf-8")
    logs = tmp_path / "logs"
    done = said(
        cwltool, "--disable-color", "--no-container", "--log-dir", logs, CWL / "neosieve-run.cwl", tmp_path / "job.yml",
        folder=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert "exited with status: 1" in done.stderr
    assert "completed permanentFail" in done.stderr
    (log,) = logs.rglob("neosieve.log")
    assert "x.vcf is not a VCF" in log.read_text(encoding="utf-8")
