"""What a cohort remembers of its finished samples, so that it does again only what has to be done again."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neosieve import __version__
from neosieve.inputs import input_files
from neosieve.io.hla import hla_file
from neosieve.io.rankpolicies import policy_file
from neosieve.report.atomic import file_sha256, replacing, write_chunks
from neosieve.report.runjson import NAME as RUN_JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neosieve.settings import RunSettings

FOLDER = ".neosieve"
"""Inside a cohort's folder: records, locks and, unless another place is named, predictions."""


def fingerprint(settings: RunSettings, models: str) -> str:
    """Return a checksum of all that a sample's results depend on.

    That is the content and name of every file that is read, every setting, the models and why they were chosen, and
    neosieve's version and code, with numpy's version. Of aligned reads, and of the genome that CRAM needs, which take
    minutes to read, it is the header and index, the size and the time of change.

    Parameters
    ----------
    settings
        The sample's.
    models
        The models' identity and the reason for their choice.

    Raises
    ------
    InputError
        A file can't be read.
    """
    told: dict[str, Any] = {
        name: value.name if isinstance(value, Path) else value
        for name, value in settings.model_dump().items()
        if name not in {"out", "models"}
    }
    told["regions"] = [(region.name, region.vcf and region.vcf.name) for region in settings.regions]
    for name, file in (("hla", hla_file(settings.hla)), ("policy", policy_file(settings.policy))):
        if file is not None:
            told[name] = file.name
    told["files"] = [(file.role, file.name, file.sha256) for file in input_files(settings)]
    large = (settings.rna_bam, settings.dna_bam, settings.reads_fasta)
    told["reads"] = [None if file is None else _stamp(file) for file in large]
    told["models"], told["code"], told["numpy"] = models, _code(), version("numpy")
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _stamp(path: Path) -> tuple[int, int]:
    with suppress(OSError):
        status = path.stat()
        return status.st_size, status.st_mtime_ns
    return -1, -1


@cache
def _code() -> str:
    """Checksum neosieve's modules and what ships with them, so that a changed one is noticed between releases, too."""
    digest = sha256(__version__.encode())
    for package in ("", ".binding", ".biology", ".io", ".model", ".report", ".report.pvacseq", ".report.templates"):
        folder = files("neosieve") if not package else files("neosieve").joinpath(*package.split(".")[1:])
        for item in sorted(folder.iterdir(), key=lambda one: one.name):
            if item.is_file():
                digest.update(f"{package}/{item.name}\0".encode() + sha256(item.read_bytes()).digest())
    return digest.hexdigest()


@dataclass(slots=True)
class Record:
    """What is known of a sample's folder."""

    fingerprint: str = ""
    """Of the run that finished; empty while none has."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """File → SHA-256, of all that the finished run wrote; of all earlier ones while none has."""


class Records:
    """The records of a cohort's samples, one file each, written last."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._folder = out / FOLDER / "records"

    def names(self) -> list[str]:
        """Name every sample that there is a record of."""
        return sorted(path.name.removesuffix(".json") for path in self._folder.glob("*.json"))

    def read(self, name: str) -> Record:
        """Read a sample's record; an empty one where there is none, or it can't be read."""
        try:
            told = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
            return Record(str(told["fingerprint"]), {str(key): str(value) for key, value in told["outputs"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Record()

    def finished(self, name: str, wanted: str) -> bool:
        """Tell whether a sample's results are those of this fingerprint, every file as it was written."""
        record = self.read(name)
        folder = self._out / name
        return (
            record.fingerprint == wanted
            and RUN_JSON in record.outputs
            and all(_is(folder / file, digest) for file, digest in record.outputs.items())
        )

    def begin(self, name: str) -> None:
        """Note that a sample's results are about to change."""
        self._write(name, Record("", self.read(name).outputs))

    def finish(self, name: str, wanted: str) -> None:
        """Note that a sample is finished; files of earlier runs that it didn't write again go, if they are unchanged.

        Raises
        ------
        OutputError
            The record can't be written.
        """
        folder = self._out / name
        told = json.loads((folder / RUN_JSON).read_text(encoding="utf-8"))
        outputs = {one["name"]: one["sha256"] for one in told["outputs"]}
        outputs[RUN_JSON] = file_sha256(folder / RUN_JSON)
        for file, digest in self.read(name).outputs.items():
            if file not in outputs and _is(folder / file, digest):
                (folder / file).unlink()
        self._write(name, Record(wanted, outputs))

    def _write(self, name: str, record: Record) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        told = {"fingerprint": record.fingerprint, "outputs": dict(record.outputs)}
        with replacing(self._folder / f"{name}.json") as temporary:
            write_chunks(temporary, [json.dumps(told, indent=1), "\n"])


def _is(path: Path, digest: str) -> bool:
    try:
        return file_sha256(path) == digest
    except OSError:
        return False
