"""The built reference as one file: named arrays (safetensors) with a versioned, checksummed description."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from neosieve.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = 1
"""Raised whenever an older neosieve could misread what is written."""
KEY = "neosieve"
"""The one entry of safetensors' metadata: JSON text. More than one would come in random order."""
REBUILD = "build it again with `neosieve reference build`"


class Store(Protocol):
    """Named arrays, in a file or in memory."""

    def table(self, name: str) -> NDArray[Any]:
        """Return a whole array."""

    def part(self, name: str, begin: int, end: int) -> NDArray[Any]:
        """Return a slice of a one-dimensional array of bytes."""


class MemoryStore:
    """Arrays in memory."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = arrays

    def table(self, name: str) -> NDArray[Any]:
        """Return a whole array."""
        return self._arrays[name]

    def part(self, name: str, begin: int, end: int) -> NDArray[Any]:
        """Return a slice of a one-dimensional array of bytes."""
        return self._arrays[name][begin:end]


class FileStore:
    """Arrays of a file, memory-mapped: a slice reads no more than its pages."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb"):
                pass  # says more plainly than the library why a file can't be read
            opened: Any = safe_open(path, framework="numpy")
            metadata = opened.metadata() or {}
        except FileNotFoundError as error:
            raise InputError(f"{path}: there is no such file; build one with `neosieve reference build`") from error
        except OSError as error:
            raise InputError(f"{path}: can't be read ({error.strerror}); check that it is a file") from error
        except SafetensorError as error:
            raise InputError(
                f"{path} is no reference of neosieve (FASTA and GTF must be built into one), or it is damaged or "
                f"incomplete ({error}); {REBUILD}"
            ) from error
        self._file = opened
        self._mapped: dict[str, NDArray[np.uint8]] = {}
        self.description = _description(path, metadata.get(KEY))
        missing = set(self.description["arrays"]) ^ set(self._file.keys())
        if missing:
            raise InputError(f"{path} is damaged: {min(missing)} is missing or foreign; {REBUILD}")

    def table(self, name: str) -> NDArray[Any]:
        """Return a whole array after checking its SHA-256.

        Raises
        ------
        InputError
            The file is damaged.
        """
        array: NDArray[Any] = self._file.get_tensor(name)
        if _digest(array) != self.description["arrays"][name]:
            raise InputError(f"{self.path} is damaged: {name} doesn't match its checksum; {REBUILD}")
        return array

    def part(self, name: str, begin: int, end: int) -> NDArray[Any]:
        """Return a slice of a one-dimensional array of bytes, unchecked."""
        mapped = self._mapped.get(name)
        if mapped is None:
            mapped = self._mapped[name] = self._map(name)
        return mapped[begin:end]

    def _map(self, name: str) -> NDArray[np.uint8]:
        """Map an array's bytes: a slice of the library's own costs fifty times a slice of these."""
        with self.path.open("rb") as stream:
            size = int.from_bytes(stream.read(8), "little")
            begin, end = json.loads(stream.read(size))[name]["data_offsets"]
        if begin == end:
            return np.empty(0, dtype=np.uint8)
        whole = np.memmap(self.path, dtype=np.uint8, mode="r", offset=8 + size + begin, shape=(end - begin,))
        return whole.view(np.ndarray)  # without memmap's own bookkeeping at each slice

    def verify(self) -> None:
        """Check every array against its SHA-256.

        Raises
        ------
        InputError
            The file is damaged.
        """
        for name in self.description["arrays"]:
            self.table(name)


def describe(arrays: Mapping[str, NDArray[Any]], info: Mapping[str, object]) -> dict[str, Any]:
    """Describe a reference: its format, checksums of all arrays, `info`, and a digest of all of these."""
    content = {
        "format": FORMAT,
        "arrays": {name: _digest(array) for name, array in sorted(arrays.items())},
        "info": dict(info),
    }
    return content | {"digest": _fingerprint(content)}


def write_container(path: Path, arrays: Mapping[str, NDArray[Any]], description: Mapping[str, Any]) -> None:
    """Write arrays and their description; the same ones give the same bytes."""
    contiguous = {name: np.ascontiguousarray(arrays[name]) for name in sorted(arrays)}
    path.touch()  # the library makes a new file readable by its owner only
    mode = path.stat().st_mode
    save_file(contiguous, path, metadata={KEY: json.dumps(description, ensure_ascii=False)})
    path.chmod(mode)


def strings(texts: Iterable[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Join texts into one blob, and the offsets that part them again."""
    encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in encoded], out=offsets[1:])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets


def parted(blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> list[str]:
    """Undo :func:`strings`."""
    data, bounds = blob.tobytes(), offsets.tolist()
    return [data[begin:end].decode() for begin, end in pairwise(bounds)]


def _description(path: Path, text: str | None) -> dict[str, Any]:
    try:
        content = json.loads(text or "")
        told = content.pop("digest")
        version = content["format"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is no reference of neosieve; {REBUILD}") from error
    if version != FORMAT:
        by = "a newer" if isinstance(version, int) and version > FORMAT else "another"
        raise InputError(
            f"{path} was built by {by} neosieve (format {version}; this one reads {FORMAT}); "
            f"update neosieve, or {REBUILD}"
        )
    if told != _fingerprint(content):
        raise InputError(f"{path} is damaged: its description doesn't match its checksum; {REBUILD}")
    return {**content, "digest": told}


def _digest(array: NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).view(np.uint8).data).hexdigest() if array.size else ""


def _fingerprint(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
