"""The bioconda recipe says what pyproject.toml says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, StrictUndefined

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def recipe() -> dict[str, Any]:
    """Render the recipe as conda-build does, and read it."""
    text = (ROOT / "workflows" / "bioconda" / "meta.yaml").read_text(encoding="utf-8")
    template = Environment(undefined=StrictUndefined, autoescape=False).from_string(text)  # noqa: S701  it is YAML
    rendered = template.render(PYTHON="python", pin_subpackage=lambda name, max_pin: f"{name} {max_pin}")
    document: dict[str, Any] = yaml.safe_load(rendered)
    return document


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def spelled(requirements: list[str]) -> set[tuple[str, str]]:
    """Split requirements into name and bound, however they are spaced."""
    split = (re.fullmatch(r"([A-Za-z0-9_.-]+) *(.*)", one) for one in requirements)
    return {(found[1].lower(), found[2]) for found in split if found is not None}


def test_version_licence_and_command_are_the_projects(recipe: dict[str, Any], project: dict[str, Any]) -> None:
    """All stand in pyproject.toml, and a release changes them there first."""
    stated = project["project"]
    assert recipe["package"] == {"name": stated["name"], "version": stated["version"]}
    assert recipe["source"]["url"].endswith(f"/n/neosieve/neosieve-{stated['version']}.tar.gz")
    assert recipe["about"]["license"] == stated["license"]
    assert recipe["about"]["license_file"] == stated["license-files"]
    assert recipe["about"]["summary"] == stated["description"]
    assert recipe["build"]["entry_points"] == [f"{name} = {target}" for name, target in stated["scripts"].items()]


def test_the_requirements_are_the_projects(recipe: dict[str, Any], project: dict[str, Any]) -> None:
    """Every dependency with its bound, Python's own, the extra as a bound alone, and the build backend."""
    stated = project["project"]
    python = f"python {stated['requires-python']}"
    assert spelled(recipe["requirements"]["run"]) == spelled([python, *stated["dependencies"]])
    extras = [one for group in stated["optional-dependencies"].values() for one in group]
    assert spelled(recipe["requirements"]["run_constrained"]) == spelled(extras)
    assert spelled(recipe["requirements"]["host"]) == spelled([python, "pip", *project["build-system"]["requires"]])


def test_it_follows_biocondas_conventions(recipe: dict[str, Any]) -> None:
    """Pure Python is noarch, a package exports its own pin, and it is tested, described and licensed by files."""
    assert recipe["build"]["noarch"] == "python"
    assert recipe["build"]["number"] == 0
    assert recipe["build"]["run_exports"] == ["neosieve x.x"]
    assert "--no-deps --no-build-isolation" in recipe["build"]["script"]
    assert recipe["test"]["commands"]
    assert {"home", "license", "license_file", "summary"} <= recipe["about"].keys()
    assert all((ROOT / name).is_file() for name in recipe["about"]["license_file"])
    assert re.fullmatch(r"[0-9a-f]{64}", recipe["source"]["sha256"])
