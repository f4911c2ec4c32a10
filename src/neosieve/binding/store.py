"""The embedded model's files: found in ``reference/``, checked against their manifest, read without pickle."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neosieve.binding import flanks, motifs
from neosieve.binding.interval import Interval
from neosieve.binding.network import Network, check_exactness, from_arrays
from neosieve.binding.percentiles import PercentileTable
from neosieve.binding.support import Examples, SupportTable
from neosieve.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from numpy.typing import NDArray

MANIFEST = "models/embedded/manifest.json"
PERCENTILES = "models/embedded/percentiles.npz"
PSEUDOSEQUENCES = "hla/pseudosequences.tsv"
TRAINING = "hla/training.tsv"
TERMS = "models/embedded/terms.json"
MOTIFS = "models/embedded/motifs.npz"
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
    """Of the ensemble's ligand logit, flanks unknown."""
    flanked_table: PercentileTable
    """Of the ensemble's ligand logit with the flank term, each background peptide with its own flanks."""
    motifs: motifs.Motifs
    """Joined with the networks' ligand logit."""
    flanks: flanks.FlankTerm
    """Added to the ligand logit where flanks are known."""
    locus_logit: Mapping[str, float]
    """Added to the ligand logit by locus: how rarely the locus presents, compared with HLA-A and -B."""
    interval: Interval
    """Around the ensemble's 1 - log50000(IC50)."""
    support: SupportTable
    """What was trained on, by allele."""


def identity_of(reference: Traversable) -> str:
    """Name the embedded model, its version and its manifest's checksum, without reading its weights.

    Raises
    ------
    ModelError
        The manifest is missing or damaged.
    """
    data = _read(reference, MANIFEST)
    try:
        return f"embedded {json.loads(data)['version']} sha256:{sha256(data).hexdigest()}"
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{MANIFEST}: not a manifest of the embedded model ({error!r}); {REMEDY}") from error


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
    for name in (PERCENTILES, PSEUDOSEQUENCES, TRAINING, TERMS, MOTIFS):
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
        flanked_table = PercentileTable(percentiles, calibration["ligand_flanked"].astype(np.float32))
    except KeyError as error:
        raise ModelError(f"{PERCENTILES}: no array {error}; {REMEDY}") from error
    groove = dict(_pairs(contents[PSEUDOSEQUENCES]))
    terms = _terms(contents[TERMS])
    return EmbeddedModel(
        version=version,
        checksum=sha256(manifest_bytes).hexdigest(),
        background=background,
        members=members,
        groove=groove,
        calibrated=calibrated,
        affinity_table=affinity_table,
        ligand_table=ligand_table,
        flanked_table=flanked_table,
        motifs=_motifs(contents[MOTIFS], terms.motif),
        flanks=terms.flanks,
        locus_logit=terms.locus_logit,
        interval=terms.interval,
        support=SupportTable(groove, _training(contents[TRAINING])),
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


def _rows(data: bytes) -> list[list[str]]:
    """Rows of a TSV file below its header, sorted; ``#`` starts a comment."""
    rows = [line.split("\t") for line in data.decode("utf-8").splitlines() if not line.startswith("#")]
    return sorted(rows[1:])


def _pairs(data: bytes) -> list[tuple[str, str]]:
    return [(first, second) for first, second in _rows(data)]


def _training(data: bytes) -> dict[str, Examples]:
    return {allele: Examples(int(ligands), int(affinities)) for allele, ligands, affinities in _rows(data)}


class _Terms(NamedTuple):
    flanks: flanks.FlankTerm
    locus_logit: dict[str, float]
    interval: Interval
    motif: dict[str, object]


def _terms(data: bytes) -> _Terms:
    try:
        terms = json.loads(data)
        interval = terms["interval"]
        return _Terms(
            flanks.from_weights(np.asarray(terms["flanks"], dtype=np.int16)),
            {str(locus): float(logit) for locus, logit in terms["locus_logit"].items()},
            Interval(tuple(interval["coefficients"]), interval["below"], interval["above"]),
            dict(terms["motif"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{TERMS}: not the terms of the embedded model ({error!r}); {REMEDY}") from error


def _motifs(data: bytes, constants: Mapping[str, object]) -> motifs.Motifs:
    try:
        return motifs.from_arrays(_arrays(MOTIFS, data), constants)
    except (ValueError, KeyError) as error:
        raise ModelError(f"{MOTIFS}: not the motifs of the embedded model ({error}); {REMEDY}") from error
