"""Coordinates. Inside neosieve every interval is 0-based and half-open."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A stretch ``start ≤ x < end`` of a sequence, 0-based, half-open; ``start == end`` is a point between residues."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not an interval: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        """Whether both share at least one position; a point overlaps nothing."""
        return self.start < other.end and other.start < self.end and len(self) > 0 and len(other) > 0
