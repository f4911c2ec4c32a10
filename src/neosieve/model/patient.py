"""Who the sample comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neosieve.model.mhc import Allele


@dataclass(frozen=True, slots=True)
class HlaType:
    """A patient's class I alleles, and in words what was left out of the given type."""

    alleles: tuple[Allele, ...]
    """Distinct, in name order."""
    remarks: tuple[str, ...] = ()
    """One sentence per entry that was merged, renamed or left out."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The VCF's sample columns that are read."""

    tumor: str
    normal: str | None
    remarks: tuple[str, ...] = ()
    """How each was told, in words."""
    warning: str | None = None
    """What follows from a missing normal, in words; None with one."""
