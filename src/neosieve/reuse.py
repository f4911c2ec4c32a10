"""What runs of one process share when they differ in the HLA type alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from neosieve.io.rankpolicies import read_coefficients
from neosieve.pairs import Pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.biology.candidates import Known
    from neosieve.model.rankpolicy import RankPolicy
    from neosieve.settings import RunSettings

Made = TypeVar("Made")


class Reuse:
    """Keeps what was made for the settings last seen, as far as it depends on neither the alleles nor the ranking."""

    def __init__(self) -> None:
        self._settings: object = None
        self._made: dict[str, object] = {}
        self._pairs: Pairs | None = None
        self._spared = 0

    @property
    def spared(self) -> int:
        """How many predictions weren't asked for again, as their candidates were kept."""
        return self._spared + (0 if self._pairs is None else self._pairs.spared)

    @property
    def pairs_kept(self) -> Pairs | None:
        """Whose candidates the next run may take; None where none are kept for it."""
        return self._pairs if self._pairs is not None and self._pairs.apart else None

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

    def pairs(self, peptides: Sequence[Known], predictor: BindingPredictor, policy: RankPolicy) -> Pairs:
        """Return what was made of these peptides with alleles, if it was by the same predictor and policy."""
        kept = self._pairs
        if kept is None or peptides is not kept.peptides or predictor is not kept.predictor or policy != kept.policy:
            self._spared = self.spared
            kept = self._pairs = Pairs(peptides, predictor, policy, read_coefficients())
        return kept
