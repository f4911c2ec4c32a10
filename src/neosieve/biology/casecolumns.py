"""Cases by column, so that what the alleles of a peptide have in common is worked out once."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

import numpy as np

from neosieve.model.case import OF_ALLELE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

    from neosieve.model.case import Case

Array: TypeAlias = "NDArray[np.float64]"
Made = TypeVar("Made")


class Cases:
    """Some cases, and what was made of them.

    Parameters
    ----------
    rows
        The cases.
    like
        Those of the same peptides, in the same order, with another allele: what depends on the peptides alone is made
        of these.
    """

    def __init__(self, rows: Sequence[Case], like: Cases | None = None) -> None:
        self.rows = rows
        self._like = like
        self._made: dict[Hashable, object] = {}

    def __len__(self) -> int:
        """Return how many they are."""
        return len(self.rows)

    def once(self, name: Hashable, make: Callable[[Cases], Made], *, of_allele: bool) -> Made:
        """Return what is made of the cases, which is kept under a name.

        Parameters
        ----------
        of_allele
            Whether it may differ between alleles.
        """
        if self._like is not None and not of_allele:
            return self._like.once(name, make, of_allele=False)
        if name not in self._made:
            self._made[name] = make(self)
        return cast("Made", self._made[name])

    def numbers(self, name: str, read: Callable[[Case], float | None] | None = None) -> Array:
        """Return a value of each case as a number; not a number where it isn't known.

        Parameters
        ----------
        name
            Of the value.
        read
            Tells it; None for an attribute of that name.
        """
        get = attrgetter(name) if read is None else read
        return self.once(
            name, lambda cases: np.array(list(map(get, cases.rows)), np.float64), of_allele=name in OF_ALLELE
        )
