"""Which models predict, and where they lie: ``auto``, ``embedded`` or a MHCflurry model directory."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from neosieve.binding.embedded import EmbeddedPredictor
from neosieve.binding.mhcflurry import NOT_MODELS, MhcflurryPredictor, is_model_directory
from neosieve.binding.mhcflurry import identity_of as mhcflurry_identity
from neosieve.binding.store import identity_of as embedded_identity
from neosieve.errors import ModelError
from neosieve.resources import REFERENCE

if TYPE_CHECKING:
    from neosieve.binding.predictor import BindingPredictor

AUTO, EMBEDDED = "auto", "embedded"
PRESENTATION_MODELS = Path("models_class1_presentation", "models")  # inside a MHCflurry download folder
MHCFLURRY_DATA_VERSION = "4"  # mhcflurry.downloads.configure(): user_data_dir("mhcflurry", version="4")


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The models that a run will use."""

    directory: Path | None
    """MHCflurry model directory; None for the embedded model."""
    reason: str
    """What was chosen and why, in words; without folders, so that it is the same on every machine."""

    def identity(self) -> str:
        """Name the models and their weights' checksum as the predictor does, without loading them.

        Raises
        ------
        ModelError
            They are missing.
        """
        return embedded_identity(REFERENCE) if self.directory is None else mhcflurry_identity(self.directory)

    def load(self) -> BindingPredictor:
        """Load the models.

        Raises
        ------
        ModelError
            They are missing, corrupted or not models.
        """
        return EmbeddedPredictor.load() if self.directory is None else MhcflurryPredictor.load(self.directory)


def choose_models(models: str) -> ModelChoice:
    """Decide which models to use, without loading them.

    Parameters
    ----------
    models
        ``auto`` (MHCflurry's official release if it has been fetched, else the embedded model), ``embedded``, or the
        path of a MHCflurry model directory.

    Raises
    ------
    ModelError
        The path doesn't exist or isn't a MHCflurry model directory, or an environment variable of MHCflurry's
        names a directory that isn't there.
    """
    if models == EMBEDDED:
        return ModelChoice(None, "embedded model, as asked")
    if models == AUTO:
        return _choose_automatically()
    directory = Path(models).expanduser()
    if not directory.exists():
        raise ModelError(
            f"{models}: no such model directory; pass a MHCflurry model directory, "
            "`--models embedded` or `--models auto`"
        )
    if not is_model_directory(directory):
        raise ModelError(f"{models}: {NOT_MODELS}")
    return ModelChoice(directory, "MHCflurry models, as asked")


def load_models(models: str) -> tuple[str, BindingPredictor]:
    """Choose models and load them.

    Returns
    -------
    tuple
        What was chosen and why, in words; and the predictor.

    Raises
    ------
    ModelError
        As for :func:`choose_models` and :meth:`ModelChoice.load`.
    """
    chosen = choose_models(models)
    return chosen.reason, chosen.load()


def _choose_automatically() -> ModelChoice:
    if find_spec("mhcflurry") is None:
        return ModelChoice(None, "embedded model: mhcflurry isn't installed")
    named = os.environ.get("MHCFLURRY_DEFAULT_CLASS1_PRESENTATION_MODELS_DIR")
    downloads = mhcflurry_downloads_folder()
    if named:
        directory = downloads / named
        if not is_model_directory(directory):
            raise ModelError(
                f"{directory}: no MHCflurry models here, though MHCFLURRY_DEFAULT_CLASS1_PRESENTATION_MODELS_DIR "
                "says so; correct or unset the variable, or pass `--models embedded`"
            )
        return ModelChoice(directory, "MHCflurry models, named by MHCFLURRY_DEFAULT_CLASS1_PRESENTATION_MODELS_DIR")
    directory = downloads / PRESENTATION_MODELS
    if is_model_directory(directory):
        return ModelChoice(directory, "MHCflurry's official release, which has been fetched")
    return ModelChoice(
        None,
        "embedded model: MHCflurry's official release hasn't been fetched "
        "(`mhcflurry-downloads fetch models_class1_presentation` fetches it)",
    )


def mhcflurry_downloads_folder() -> Path:
    """Where ``mhcflurry-downloads`` puts the current release, as ``mhcflurry.downloads.configure`` decides.

    Done here a second time because asking MHCflurry means importing torch, which takes seconds.
    """
    if folder := os.environ.get("MHCFLURRY_DOWNLOADS_DIR"):
        return Path(folder)
    data = os.environ.get("MHCFLURRY_DATA_DIR")
    root = Path(data) if data else _user_data_folder() / "mhcflurry" / MHCFLURRY_DATA_VERSION
    return root / (os.environ.get("MHCFLURRY_DOWNLOADS_CURRENT_RELEASE") or _current_release())


def _user_data_folder() -> Path:
    """Per-user data folder by the platform's custom, as appdirs (which MHCflurry uses) finds it."""
    if sys.platform == "darwin":
        return Path("~/Library/Application Support").expanduser()
    return Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share").expanduser()


def _current_release() -> str:
    """Release that the installed MHCflurry takes as current, read from its catalogue."""
    spec = find_spec("mhcflurry")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        catalogue = Path(folder) / "downloads.yml"
        if catalogue.is_file() and (found := re.search(r"(?m)^current-release:\s*(\S+)", catalogue.read_text())):
            return found[1]
    return "unknown"
