"""Places in blocks of one size, so that a row's sums don't depend on what else is asked.

A linear algebra library adds up floating-point numbers in an order that depends on how many rows a product has and on
where a row stands in it. So products always have as many rows, and a row's place in them, modulo :data:`PERIOD`, is a
matter of its name alone.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

PERIOD = 16  # on x86 bits depend on the place modulo 4 for narrow networks; a multiple costs little


def homes(names: Iterable[str]) -> NDArray[np.intp]:
    """Place of each name modulo :data:`PERIOD`."""
    return np.fromiter((zlib.crc32(name.encode()) % PERIOD for name in names), np.intp)


def placed(home: NDArray[np.intp], block: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give each row a place in whole blocks.

    Parameters
    ----------
    home
        Of each row: its place modulo :data:`PERIOD`.
    block
        Rows of a block, a multiple of :data:`PERIOD`.

    Returns
    -------
    The row at each place of the blocks, the first row where none stands; and the place of each row.

    Examples
    --------
    >>> filled, places = placed(np.asarray([3, 0, 3]), 32)
    >>> places.tolist(), filled[places].tolist(), len(filled)
    ([3, 0, 19], [0, 1, 2], 32)
    """
    taken = np.bincount(home, minlength=PERIOD)
    order = np.argsort(home, kind="stable")
    rank = np.empty_like(home)
    rank[order] = np.arange(len(home)) - np.repeat(np.cumsum(taken) - taken, taken)
    places = home + PERIOD * rank
    filled = np.zeros(-(-PERIOD * int(taken.max()) // block) * block, dtype=np.intp)
    filled[places] = np.arange(len(home))
    return filled, places
