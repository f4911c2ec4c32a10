"""Which variants were read, and from which line: a genome's millions of calls in few bytes each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neosieve.model.variant import Variant

_CODE = {ref + alt: code for code, (ref, alt) in enumerate((ref, alt) for ref in "ACGT" for alt in "ACGT")}
_CODES = len(_CODE)


class SeenVariants:
    """Variant → line. Single-base changes in ascending order, as a sorted VCF has them, take sixteen bytes each."""

    def __init__(self) -> None:
        self._ascending: dict[str, tuple[array[int], array[int]]] = {}
        self._others: dict[Variant, int] = {}

    def line_of(self, variant: Variant) -> int | None:
        """Return the line that a variant was read from; None if it wasn't."""
        code = _CODE.get(variant.ref + variant.alt) if len(variant.ref) == 1 else None
        if code is not None and variant.chrom in self._ascending:
            keys, lines = self._ascending[variant.chrom]
            key = variant.start * _CODES + code
            if key > keys[-1]:
                return self._others.get(variant)
            place = bisect_left(keys, key)
            if keys[place] == key:
                return lines[place]
        return self._others.get(variant)

    def add(self, variant: Variant, line: int) -> None:
        """Take a variant that wasn't read before."""
        code = _CODE.get(variant.ref + variant.alt) if len(variant.ref) == 1 else None
        if code is not None:
            keys, lines = self._ascending.setdefault(variant.chrom, (array("q"), array("q")))
            key = variant.start * _CODES + code
            if not keys or key > keys[-1]:
                keys.append(key)
                lines.append(line)
                return
        self._others[variant] = line
