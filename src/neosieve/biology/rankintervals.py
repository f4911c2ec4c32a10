"""In which places a case may stand: the order under draws of all scores, each off as far as its evidence lets it be."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from neosieve.threads import workers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from neosieve.biology.casecolumns import Array
    from neosieve.biology.score import Coefficients, Scores
    from neosieve.model.rankpolicy import Priors

DRAWS = 200
DRAWS_AT_ONCE = 8  # bounds the memory of their errors
TAIL = DRAWS // 20  # left out at either end
CASES_AT_ONCE = 4096  # whose places a core's cache holds
SEED = 20_240_517  # any number; fixed, so that the same candidates get the same intervals
MOST_KEPT = 4_000_000  # errors, 32 MB


class Draws:
    """Random numbers of the draws; kept from the second ranking on that needs the same ones, if they are few."""

    def __init__(self) -> None:
        self._needed: tuple[Coefficients, int] | None = None
        self._kept: tuple[Array, list[Array]] | None = None

    def of(self, coefficients: Coefficients, count: int) -> tuple[Array, Iterable[Array]]:
        """Return each draw's presentation share, and each draw's errors of so many cases, in standard deviations."""
        needed = coefficients, count
        if needed != self._needed:
            self._needed, self._kept = needed, None
            return _drawn(*needed)
        if DRAWS * count > MOST_KEPT:
            return _drawn(*needed)
        if self._kept is None:
            shares, errors = _drawn(*needed)
            self._kept = shares, list(errors)
        return self._kept


def _drawn(coefficients: Coefficients, count: int) -> tuple[Array, Iterable[Array]]:
    random = np.random.default_rng(SEED)
    shares = random.choice(np.array(coefficients.draws or (coefficients.presentation_share,)), DRAWS)
    return shares, (random.standard_normal(count) for _ in range(DRAWS))


def rank_intervals(
    scores: Scores,
    coefficients: Coefficients,
    priors: Priors,
    groups: Array | None = None,
    draws: Draws | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Estimate in which places each case may stand: 5th and 95th percentile of 200 draws of all scores.

    Each draw takes another bootstrap's coefficients, the same for all cases, and for each case an error of its own.

    Parameters
    ----------
    groups
        What the order goes by before the score, ascending, e.g. the tier's place; None where nothing does.
    draws
        What is kept of other rankings.
    """
    count = len(scores.spread)
    if not count:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    shares, errors_of_draws = (draws or Draws()).of(coefficients, count)
    total, difference = scores.total, scores.binding[:, 0] - scores.binding[:, 1]
    spans = _spans(groups, count)
    places = np.empty((DRAWS, count), dtype=np.int32)

    def draw(number: int, errors: Array) -> None:
        shift = priors.binding_per_decade * (shares[number] - coefficients.presentation_share)
        drawn = total + shift * difference + scores.spread * errors
        for begin, end in spans:
            places[number, begin + best_first(drawn[begin:end])] = np.arange(begin + 1, end + 1, dtype=np.int32)

    def tails(begin: int) -> NDArray[np.int32]:
        drawn = np.ascontiguousarray(places[:, begin : begin + CASES_AT_ONCE].T)
        drawn.partition(TAIL)  # one place after the other: numpy has vector instructions for one alone
        drawn[:, TAIL + 1 :].partition(DRAWS - 2 * (TAIL + 1))
        return drawn[:, (TAIL, DRAWS - 1 - TAIL)]

    with workers() as pool:
        under_way: deque[Future[None]] = deque()
        for number, errors in enumerate(errors_of_draws):
            under_way.append(pool.submit(draw, number, errors))
            if len(under_way) == DRAWS_AT_ONCE:
                under_way.popleft().result()
        for one in under_way:
            one.result()
        low, high = np.concatenate(list(pool.map(tails, range(0, count, CASES_AT_ONCE)))).astype(np.int64).T
    return low, high


def _spans(groups: Array | None, count: int) -> list[tuple[int, int]]:
    """Return the begin and end of each stretch of equal groups."""
    cuts = [] if groups is None else (np.flatnonzero(np.diff(groups)) + 1).tolist()
    return list(pairwise([0, *cuts, count]))


def best_first(values: Array) -> NDArray[np.intp]:
    """Return the order of finite values, highest first; equal ones keep their order.

    Two passes of a radix sort over 32 bits of the range leave the few to a merge sort that agree in these: a seventh of
    the time that a merge sort takes alone.
    """
    lowest, highest = values.min(), values.max()
    if lowest == highest:
        return np.arange(len(values))
    keys = ((highest - values) / (highest - lowest) * np.iinfo(np.uint32).max).astype(np.uint32)
    by_low_half = np.argsort(keys.astype(np.uint16), kind="stable")  # numpy sorts 16-bit integers by radix
    high_half = (keys >> 16).astype(np.uint16)[by_low_half]
    order = by_low_half[np.argsort(high_half, kind="stable")]
    found = keys[order]
    alike = found[1:] == found[:-1]
    places = np.flatnonzero(np.append(alike, False) | np.append(False, alike))
    tied = order[places]
    order[places] = tied[np.argsort(-values[tied], kind="stable")]
    return order
