"""The WDL workflow: valid, complete, and, where podman has the image, of the same bytes as the command line."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from neosieve.cli.run import run

ROOT = Path(__file__).parents[2]
WDL = ROOT / "workflows" / "wdl"
TEXT = (WDL / "neosieve.wdl").read_text(encoding="utf-8")
TASK = TEXT[TEXT.index("task run {") : TEXT.index("task collect {")]
NEOSIEVE = Path(sys.executable).with_name("neosieve")
IMAGE = "neosieve:0.1.0"


@pytest.fixture(scope="module")
def miniwdl() -> str:
    """Return the runner; skip the test where there is none."""
    found = shutil.which("miniwdl")
    if found is None:
        pytest.skip("miniwdl isn't on the path: pip install miniwdl, in an environment of its own")
    return found


def test_every_option_of_the_command_line_can_be_given() -> None:
    """Each option of `neosieve run` stands in the task's command, and no other."""
    command = TASK[TASK.index("neosieve run") : TASK.index(">>>")] + TASK[TASK.index("regions=") :]
    options = {max(one.opts, key=len) for one in run.params if one.param_type_name == "option"}
    assert set(re.findall(r"--[a-z][a-z-]+", command)) == options


def test_the_workflow_hands_every_input_on() -> None:
    """Each input of the task is given by the call; but the timings and the memory, which are for one run."""
    inputs = set(
        re.findall(r"^        (?:\w+(?:\[\w+\])?)\??\+? (\w+)(?: =.*)?$", TASK.split("command <<<")[0], re.MULTILINE)
    )
    call = TEXT[TEXT.index("call run {") : TEXT.index("call collect {")]
    assert set(re.findall(r"^                (\w+) = ", call, re.MULTILINE)) == inputs - {"timings", "memory"}


def test_it_is_valid(miniwdl: str) -> None:
    """By miniwdl's own check, strictly: no lint either (with shellcheck on the path, of the commands too)."""
    done = subprocess.run(
        [miniwdl, "check", "--strict", WDL / "neosieve.wdl"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_demo_gives_the_bytes_of_the_command_line(miniwdl: str, tmp_path: Path) -> None:
    """Two samples and their cohort, by miniwdl with podman and the image that the Dockerfile makes."""
    podman = shutil.which("podman")
    if podman is None or subprocess.run([podman, "image", "exists", IMAGE], check=False).returncode:
        pytest.skip(f"podman isn't on the path, or has no image {IMAGE}: podman build -t {IMAGE} .")
    local = tmp_path / "podman"  # miniwdl pulls each image, and this one is in no registry
    local.write_text(f'#!/bin/sh\n[ "$1" = pull ] || exec {shlex.quote(podman)} "$@"\n', encoding="utf-8")
    local.chmod(0o755)
    environment = {
        **os.environ,
        "MINIWDL__SCHEDULER__CONTAINER_BACKEND": "podman",
        "MINIWDL__PODMAN__EXE": json.dumps([str(local)]),
    }
    files = [str(WDL / "neosieve.wdl"), "-i", str(WDL / "demo.json"), "-d", f"{tmp_path}/wdl/."]
    command = [miniwdl, "run", *files, "--as-me", "--no-color"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    outputs = json.loads((tmp_path / "wdl" / "outputs.json").read_text(encoding="utf-8"))
    vcf = ROOT / "reference" / "demo" / "hcc1395_demo.vcf.gz"
    common = ["--include-filtered", "--models", "embedded", "--lengths", "8-9"]
    samples = [("own", "A*29:02,B*45:01,B*82:02"), ("other", "A*29:02,B*07:02", "--tumor", "HCC1395_TUMOR_DNA")]
    for (name, hla, *rest), results in zip(samples, outputs["neosieve.results"], strict=True):
        direct = [str(NEOSIEVE), "run", str(vcf), "--hla", hla, "-o", str(tmp_path / name), *common, *rest]
        subprocess.run(direct, check=True, capture_output=True)
        assert {Path(one).name for one in results} == {path.name for path in (tmp_path / name).iterdir()}
        for one in results:
            assert Path(one).read_bytes() == (tmp_path / name / Path(one).name).read_bytes(), one
    runs, cohort = [str(tmp_path / name) for name, *_ in samples], tmp_path / "cohort"
    gathered = [str(NEOSIEVE), "collect", *runs, "-o", str(cohort), "--names", "folder"]
    subprocess.run(gathered, check=True, capture_output=True)
    assert len(outputs["neosieve.cohort"]) == 4
    for one in outputs["neosieve.cohort"]:
        assert Path(one).read_bytes() == (cohort / Path(one).name).read_bytes(), one
