"""Public wheels that carry the training data: downloaded once, read in place."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wheel:
    """A release on the Python package index whose files we read; nothing of it is installed."""

    name: str
    version: str
    licence: str
    """As the release states it; see the model card."""


MHCNUGGETS = Wheel("mhcnuggets", "2.4.1", "metadata: Apache License; LICENSE file: JHU Academic Software License")
IMMUNOTYPE = Wheel("immunotype", "1.0.5", "MIT")
HITLIST = Wheel("hitlist", "2.0.40", "Apache-2.0")

AFFINITIES = "mhcnuggets/data/production/mhcI/curated_training_data.csv"
LIGANDS = "immunotype/data/lookup_db.csv"
HLA_SEQUENCES = "immunotype/data/mhc_sequences.csv"


def wheel_path(wheel: Wheel, cache: Path) -> Path:
    """Path of the wheel in the cache folder, downloaded with pip if it isn't there yet."""
    pattern = f"{wheel.name}-{wheel.version}-*.whl"
    if not any(cache.glob(pattern)):
        cache.mkdir(parents=True, exist_ok=True)
        requirement = f"{wheel.name}=={wheel.version}"
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(cache), requirement]
        subprocess.run(command, check=True)  # noqa: S603 - our own interpreter, fixed arguments
    return next(iter(sorted(cache.glob(pattern))))


def read_table(wheel: Wheel, member: str, cache: Path) -> pd.DataFrame:
    """Read a CSV file inside a wheel."""
    with zipfile.ZipFile(wheel_path(wheel, cache)) as archive:
        text = archive.read(member).decode("utf-8")
    return pd.read_csv(StringIO(text), low_memory=False)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    return sha256(path.read_bytes()).hexdigest()
