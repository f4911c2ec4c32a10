"""UCSC's 2bit genomes, read by the piece (format: https://genome.ucsc.edu/FAQ/FAQformat.html#format7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neosieve.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.genome import Interval

_SIGNATURE = 0x1A412743
_BASES = np.frombuffer(b"TCAG", dtype=np.uint8)
_QUADS = _BASES[np.arange(256)[:, None] >> np.array([6, 4, 2, 0]) & 3]
"""The four bases of each byte, the first one in its highest bits."""


def is_two_bit(head: bytes) -> bool:
    """Whether a file that begins so is 2bit, of either byte order."""
    return _SIGNATURE.to_bytes(4, "little") == head[:4] or _SIGNATURE.to_bytes(4, "big") == head[:4]


class TwoBit:
    """A 2bit file, memory-mapped.

    Raises
    ------
    InputError
        The file is damaged or of an unknown version; from any method.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._data = np.memmap(path, dtype=np.uint8, mode="r")
        self._order = "<" if self._data[:4].tobytes() == _SIGNATURE.to_bytes(4, "little") else ">"
        version, count = (int(number) for number in self._numbers(4, 2))
        if version > 1:
            raise InputError(f"{path} is 2bit of version {version}, which isn't known; give the genome as FASTA")
        self._places: dict[str, int] = {}
        position, width = 16, 8 if version else 4  # version 1 has 64-bit offsets
        for _ in range(count):
            length = int(self._bytes(position, 1)[0])
            name = self._bytes(position + 1, length).tobytes().decode("latin-1")
            position += 1 + length
            self._places[name] = int(self._bytes(position, width).view(f"{self._order}u{width}")[0])
            position += width

    @property
    def names(self) -> tuple[str, ...]:
        """The contigs."""
        return tuple(self._places)

    def length(self, name: str) -> int:
        """Bases of a contig."""
        return int(self._numbers(self._places[name], 1)[0])

    def bases(self, name: str, interval: Interval) -> bytes:
        """Upper-case bases of an interval within a contig; N where unknown. Masking is ignored."""
        position = self._places[name]
        _, unknown = (int(number) for number in self._numbers(position, 2))
        starts = self._numbers(position + 8, unknown).astype(np.int64)
        sizes = self._numbers(position + 8 + 4 * unknown, unknown).astype(np.int64)
        position += 8 + 8 * unknown
        masked = int(self._numbers(position, 1)[0])
        position += 4 + 8 * masked + 4  # mask count, mask starts and sizes, a reserved word
        first = interval.start // 4
        packed = self._bytes(position + first, -(-interval.end // 4) - first)
        begin = interval.start - first * 4
        bases = _QUADS[packed].reshape(-1)[begin : begin + len(interval)].copy()
        for hit in np.flatnonzero((starts < interval.end) & (starts + sizes > interval.start)):
            left = max(int(starts[hit]) - interval.start, 0)
            bases[left : int(starts[hit] + sizes[hit]) - interval.start] = ord("N")
        return bytes(bases)

    def _numbers(self, position: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        return self._bytes(position, 4 * count).view(f"{self._order}u4")

    def _bytes(self, position: int, count: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        part = np.array(self._data[position : position + count])
        if len(part) != count:
            raise InputError(f"{self._path}: the 2bit file breaks off; copy or download it again")
        return part
