"""What a column is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from neosieve.model.variant import AlleleCounts

Row = TypeVar("Row")
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column of one table."""

    name: str
    """Header, as others rely on it."""
    type: type[str | int | float]
    """What a cell holds when it isn't missing."""
    unit: str | None
    """Unit of a number or notation of a text, where it has one."""
    doc: str
    """One sentence for people: what it is, and what a missing value means where that isn't plain."""
    get: Callable[[Row], Cell]
    """The cell of a row; None where missing."""
    empty_is_a_value: bool = False
    """Whether an empty text says something; elsewhere it is missing."""


def joined(values: Iterable[str], separator: str) -> str | None:
    """Join texts into one cell, which is missing where there are none."""
    return separator.join(values) or None


def contributions_in_words(parts: Iterable[tuple[str, float | None]]) -> str | None:
    """Write a score's parts: ``presentation +0.52; expression not assessed``."""
    # 0.0 is added because a negative value that rounds to zero has no side
    told = [(name, "not assessed" if value is None else format(round(value, 2) + 0.0, "+.2f")) for name, value in parts]
    return joined([f"{name} {words}" for name, words in told], "; ")


def count_columns(
    get: Callable[[Row], AlleleCounts | None], sample: str, prefix: str
) -> tuple[Column[Row], Column[Row], Column[Row]]:
    """Declare VAF, depth and alternate reads of one sample.

    Parameters
    ----------
    get
        The sample's counts in a row; None where there are none.
    sample
        The sample in words.
    prefix
        What the columns' names begin with.
    """

    def vaf(row: Row) -> Cell:
        counts = get(row)
        return None if counts is None else counts.vaf

    def depth(row: Row) -> Cell:
        counts = get(row)
        return None if counts is None else counts.depth

    def alt_reads(row: Row) -> Cell:
        counts = get(row)
        return None if counts is None else counts.alt_reads

    return (
        Column(f"{prefix}_vaf", float, "fraction", f"Variant allele frequency in {sample}; NA at depth 0.", vaf),
        Column(f"{prefix}_depth", int, "reads", f"Reads that cover the variant in {sample}.", depth),
        Column(f"{prefix}_alt_reads", int, "reads", f"Reads that carry the variant in {sample}.", alt_reads),
    )
