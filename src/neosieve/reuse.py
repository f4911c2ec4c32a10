"""What runs of one process share when they differ in the HLA type alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from neosieve.settings import RunSettings

Made = TypeVar("Made")


class Reuse:
    """Keeps what was made for the settings last seen, as far as it depends on neither the alleles nor the ranking."""

    def __init__(self) -> None:
        self._settings: object = None
        self._made: dict[str, object] = {}

    def of(self, what: str, settings: RunSettings, make: Callable[[], Made]) -> Made:
        """Return what was made under this name for such settings, or make it.

        Parameters
        ----------
        what
            A name for what is made; it must depend on the inputs' contents and these settings alone, but for the HLA
            type, models, policy, further files and the results' place.
        settings
            The run's.
        make
            Makes it.
        """
        relevant = settings.model_copy(update={"hla": "", "models": "", "policy": "", "also": (), "out": Path()})
        if relevant != self._settings:
            self._settings, self._made = relevant, {}
        if what not in self._made:
            self._made[what] = make()
        return cast("Made", self._made[what])
