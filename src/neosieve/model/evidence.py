"""What supports a candidate besides its sequence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression value for one gene or transcript."""

    feature: str
    """Gene symbol, gene id or transcript id, as in the source."""
    value: float
    """Abundance in the source's unit, usually TPM."""
