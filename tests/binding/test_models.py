"""Which models are chosen, and what is said about it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from neosieve.binding.embedded import EmbeddedPredictor
from neosieve.binding.models import PRESENTATION_MODELS, choose_models
from neosieve.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

VARIABLES = (
    "MHCFLURRY_DATA_DIR",
    "MHCFLURRY_DOWNLOADS_CURRENT_RELEASE",
    "MHCFLURRY_DOWNLOADS_DIR",
    "MHCFLURRY_DEFAULT_CLASS1_PRESENTATION_MODELS_DIR",
    "XDG_DATA_HOME",
)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No download of the developer's own is seen."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def looks_like_presentation_models(directory: Path) -> Path:
    """Make the two files by which a presentation predictor is recognised."""
    (directory / "affinity_predictor").mkdir(parents=True)
    (directory / "affinity_predictor" / "manifest.csv").touch()
    (directory / "weights.csv").touch()
    return directory


def test_auto_without_a_download_is_embedded_and_says_where_it_looked() -> None:
    """The reason names the command that fetches the release, and no folder: it is the same on every machine."""
    choice = choose_models("auto")
    assert choice.directory is None
    assert "hasn't been fetched" in choice.reason
    assert "mhcflurry-downloads fetch models_class1_presentation" in choice.reason
    assert "/" not in choice.reason


def test_auto_takes_the_official_release_once_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fetched release wins over the embedded model."""
    monkeypatch.setenv("MHCFLURRY_DOWNLOADS_DIR", str(tmp_path))
    directory = looks_like_presentation_models(tmp_path / PRESENTATION_MODELS)
    choice = choose_models("auto")
    assert choice.directory == directory
    assert "official release" in choice.reason


def test_auto_honours_mhcflurrys_own_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MHCFLURRY_DEFAULT_CLASS1_PRESENTATION_MODELS_DIR names the models, and an error if they aren't there."""
    monkeypatch.setenv("MHCFLURRY_DEFAULT_CLASS1_PRESENTATION_MODELS_DIR", str(tmp_path / "mine"))
    with pytest.raises(ModelError, match=r"mine: no MHCflurry models here.*unset the variable"):
        choose_models("auto")
    looks_like_presentation_models(tmp_path / "mine")
    assert choose_models("auto").directory == tmp_path / "mine"


def test_embedded_is_embedded_whatever_was_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An explicit word wins."""
    monkeypatch.setenv("MHCFLURRY_DOWNLOADS_DIR", str(tmp_path))
    looks_like_presentation_models(tmp_path / PRESENTATION_MODELS)
    assert isinstance(choose_models("embedded").load(), EmbeddedPredictor)


def test_a_path_that_does_not_exist_is_refused() -> None:
    """A typing error is not answered with the embedded model."""
    with pytest.raises(ModelError, match=r"no/such/folder: no such model directory.*--models embedded"):
        choose_models("no/such/folder")


def test_a_path_that_holds_no_models_is_refused(tmp_path: Path) -> None:
    """The message says what a model directory holds."""
    with pytest.raises(ModelError, match=r"not a MHCflurry model directory.*weights\.csv"):
        choose_models(str(tmp_path))


def test_a_path_with_models_is_taken(tmp_path: Path) -> None:
    """Recognised without importing MHCflurry."""
    choice = choose_models(str(looks_like_presentation_models(tmp_path / "models")))
    assert choice.directory == tmp_path / "models"
    assert "as asked" in choice.reason


def test_mhcflurry_agrees_where_its_downloads_lie(tmp_path: Path) -> None:
    """The folder that we work out is the one that mhcflurry.downloads reports, under each of its variables."""
    settings: list[dict[str, str]] = [
        {},
        {"XDG_DATA_HOME": str(tmp_path / "xdg")},
        {"MHCFLURRY_DATA_DIR": str(tmp_path / "data")},
        {"MHCFLURRY_DATA_DIR": str(tmp_path / "data"), "MHCFLURRY_DOWNLOADS_CURRENT_RELEASE": "2.2.0"},
        {"MHCFLURRY_DOWNLOADS_DIR": str(tmp_path / "all")},
    ]
    code = (
        "import json, os, sys\n"
        "from mhcflurry import downloads\n"
        "from neosieve.binding.models import mhcflurry_downloads_folder\n"
        "for setting in json.loads(sys.argv[1]):\n"
        "    for name in json.loads(sys.argv[2]): os.environ.pop(name, None)\n"
        "    os.environ.update(setting); downloads.configure()\n"
        "    print(downloads.get_downloads_dir() == str(mhcflurry_downloads_folder()))\n"
    )
    arguments = [sys.executable, "-c", code, json.dumps(settings), json.dumps(VARIABLES)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, env=dict(os.environ))
    assert done.stdout.split() == ["True"] * len(settings)
