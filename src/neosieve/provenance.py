"""Where a run's results come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel


def effective_settings(settings: BaseModel, *, without: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """List (option, value) of settings as effective, defaults included, in the order of their declaration.

    Parameters
    ----------
    settings
        The settings.
    without
        Options that don't change results or name a place on one machine.
    """
    values = settings.model_dump(mode="json")
    return tuple((name, _text(value)) for name, value in values.items() if name not in without)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
