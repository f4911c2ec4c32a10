"""The embedded model's files: found in ``reference/``, checked against their manifest, read without pickle."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.network import Network, check_exactness, from_arrays
from neosieve.binding.percentiles import PercentileTable
from neosieve.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from numpy.typing import NDArray

MANIFEST = "models/embedded/manifest.json"
PERCENTILES = "models/embedded/percentiles.npz"
PSEUDOSEQUENCES = "hla/pseudosequences.tsv"
MEMBER_PREFIX = "models/embedded/member-"
REMEDY = "reinstall neosieve, or rebuild the model with `python -m reference.build.class1 build`"


@dataclass(frozen=True)
class EmbeddedModel:
    """Everything the embedded predictor needs; immutable."""

    version: str
    checksum: str
    """SHA-256 of the manifest, which holds the SHA-256 of every file: one number for all weights."""
    background: str
    """The peptides that percentiles are ranks among, in words."""
    members: tuple[Network, ...]
    groove: Mapping[str, str]
    """34-residue pseudosequence by allele name."""
    calibrated: Mapping[str, int]
    """Row of the percentile tables by pseudosequence."""
    affinity_table: PercentileTable
    """Of the ensemble's 1 - log50000(IC50)."""
    ligand_table: PercentileTable
    """Of the ensemble's ligand logit."""


def load(reference: Traversable) -> EmbeddedModel:
    """Read and verify the embedded model.

    Parameters
    ----------
    reference
        The ``reference/`` folder or its packaged copy.

    Raises
    ------
    ModelError
        A file is missing, unreadable or not the one that the manifest describes.
    """
    manifest_bytes = _read(reference, MANIFEST)
    try:
        manifest = json.loads(manifest_bytes)
        checksums: dict[str, str] = dict(manifest["files"])
        version, background = str(manifest["version"]), str(manifest["percentile_background"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{MANIFEST}: not a manifest of the embedded model ({error!r}); {REMEDY}") from error
    contents = {name: _verified(reference, name, checksum) for name, checksum in sorted(checksums.items())}
    for name in (PERCENTILES, PSEUDOSEQUENCES):
        if name not in contents:
            raise ModelError(f"{MANIFEST}: lists no {name}; {REMEDY}")
    members = tuple(_network(name, data) for name, data in contents.items() if name.startswith(MEMBER_PREFIX))
    if not members:
        raise ModelError(f"{MANIFEST}: lists no network ({MEMBER_PREFIX}*.npz); {REMEDY}")
    calibration = _arrays(PERCENTILES, contents[PERCENTILES])
    try:
        percentiles = calibration["percentiles"].astype(np.float64)
        calibrated = {str(residues): row for row, residues in enumerate(calibration["pseudosequences"].tolist())}
        affinity_table = PercentileTable(percentiles, calibration["affinity"].astype(np.float32))
        ligand_table = PercentileTable(percentiles, calibration["ligand"].astype(np.float32))
    except KeyError as error:
        raise ModelError(f"{PERCENTILES}: no array {error}; {REMEDY}") from error
    return EmbeddedModel(
        version=version,
        checksum=sha256(manifest_bytes).hexdigest(),
        background=background,
        members=members,
        groove=_pseudosequences(contents[PSEUDOSEQUENCES]),
        calibrated=calibrated,
        affinity_table=affinity_table,
        ligand_table=ligand_table,
    )


def _read(reference: Traversable, name: str) -> bytes:
    try:
        return reference.joinpath(*name.split("/")).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ModelError(
            f"{reference}/{name}: can't read this file of the embedded model ({reason}); {REMEDY}"
        ) from error


def _verified(reference: Traversable, name: str, checksum: str) -> bytes:
    data = _read(reference, name)
    found = sha256(data).hexdigest()
    if found != checksum:
        raise ModelError(
            f"{reference}/{name}: corrupted file of the embedded model: its SHA-256 is {found[:12]}… but the manifest "
            f"says {checksum[:12]}…; {REMEDY}"
        )
    return data


def _arrays(name: str, data: bytes) -> dict[str, NDArray[np.generic]]:
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except (ValueError, OSError, zipfile.BadZipFile, AttributeError) as error:
        raise ModelError(f"{name}: not an archive of plain arrays ({error}); {REMEDY}") from error


def _network(name: str, data: bytes) -> Network:
    try:
        network = from_arrays(_arrays(name, data))
        check_exactness(network)
    except ValueError as error:
        raise ModelError(f"{name}: not a network that this version of neosieve can run ({error}); {REMEDY}") from error
    return network


def _pseudosequences(data: bytes) -> dict[str, str]:
    rows = [line.split("\t") for line in data.decode("utf-8").splitlines() if not line.startswith("#")]
    return dict(sorted((allele, residues) for allele, residues in rows[1:]))
