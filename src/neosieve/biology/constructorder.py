"""The order of a cassette's segments and the linkers between them: a shortest path through all of them.

The cost of a seam is told by counts, compared one after the other: peptide–allele pairs presented at 0.5 % or better,
peptides that are self, pairs flagged at 2 %, linker residues. A seam's cost depends on nothing but the two parts and
the linker between them, as every part is too long for a peptide to reach over it. So each seam's best linker is found
by itself, and the order is a travelling-salesman path. Up to :data:`EXACT_UP_TO` segments it is solved
exactly by dynamic programming over sets (Held & Karp 1962, J SIAM 10:196); above, by moving and exchanging runs of
segments from several starts (Or 1976's moves), with a lower bound: the sum of the cheapest ways into each segment.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

EXACT_UP_TO = 18  # segments: 2^18 sets, a second and 50 MB
KICKS = 400  # of the heuristic: starts from an exchange of three runs of its best order
SEED = 1962  # any will do; the same inputs must give the same order
Counts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An order of segments."""

    segments: tuple[int, ...]
    """Numbers of the segments, first to last."""
    cost: Counts
    exact: bool
    """Whether no other order costs less: proved by the search itself, or by the bound."""


def best_order(between: Sequence[Sequence[Counts]], first: Sequence[Counts], last: Sequence[Counts]) -> Order:
    """Order segments at the least cost, counts compared one after the other.

    Parameters
    ----------
    between
        ``between[i][j]`` is the cost of j right behind i; the diagonal isn't read.
    first, last
        The cost of a segment at the beginning and at the end.
    """
    size = len(first)
    if size == 0:
        return Order((), (), exact=True)
    matrix, starts, stops, unpack = _packed(between, first, last)
    if size <= EXACT_UP_TO:
        order = _held_karp(matrix, starts, stops)
        return Order(tuple(order), unpack(_length(order, matrix, starts, stops)), exact=True)
    order = _local_search(matrix, starts, stops)
    length = _length(order, matrix, starts, stops)
    return Order(tuple(order), unpack(length), exact=length == _bound(matrix, starts, stops))


class _Unpack:
    """Turns a number back into counts."""

    def __init__(self, bases: Sequence[int]) -> None:
        self._bases = bases

    def __call__(self, number: int) -> Counts:
        counts = []
        for base in reversed(self._bases):
            number, count = divmod(number, base)
            counts.append(count)
        return tuple(reversed(counts))


def _packed(
    between: Sequence[Sequence[Counts]], first: Sequence[Counts], last: Sequence[Counts]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], _Unpack]:
    """Write counts as one number each, so that sums compare as the counts do one after the other."""
    size = len(first)
    seams = [between[i][j] for i in range(size) for j in range(size) if i != j]
    most = [max(counts) for counts in zip(*seams, *first, *last, strict=True)]
    bases = [(size + 1) * value + 1 for value in most]  # no sum over a path reaches the next digit
    if np.prod([float(base) for base in bases]) >= 2.0**62:
        raise ValueError(f"the counts {most} are too large to compare over {size} segments")

    def pack(counts: Counts) -> int:
        number = 0
        for count, base in zip(counts, bases, strict=True):
            number = number * base + count
        return number

    matrix = np.array(
        [[0 if i == j else pack(between[i][j]) for j in range(size)] for i in range(size)], dtype=np.int64
    )
    starts, stops = (np.array(list(map(pack, ends)), dtype=np.int64) for ends in (first, last))
    return matrix, starts, stops, _Unpack(bases)


def _length(
    order: Sequence[int], matrix: NDArray[np.int64], starts: NDArray[np.int64], stops: NDArray[np.int64]
) -> int:
    return int(starts[order[0]]) + sum(int(matrix[i, j]) for i, j in pairwise(order)) + int(stops[order[-1]])


def _held_karp(matrix: NDArray[np.int64], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> list[int]:
    """Find the cheapest path; of several, the one whose segments from the end backwards come first."""
    size = len(starts)
    far = np.int64(2**62)
    cost = np.full((1 << size, size), far, dtype=np.int64)
    cost[1 << np.arange(size), np.arange(size)] = starts
    members = np.array([number.bit_count() for number in range(1 << size)])
    for count in range(1, size):
        sets = np.flatnonzero(members == count)
        for new in range(size):
            without = sets[(sets >> new) & 1 == 0]
            # far + a seam stays under 2^63: seams were checked to sum to less than 2^62
            cost[without | (1 << new), new] = (cost[without] + matrix[:, new]).min(axis=1)
    everything = (1 << size) - 1
    order = [int(np.argmin(cost[everything] + stops))]
    inside = everything
    while inside.bit_count() > 1:
        last = order[-1]
        before = inside & ~(1 << last)
        reached = cost[before] + matrix[:, last]
        order.append(int(np.argmin(reached)))
        inside = before
    return order[::-1]


def _bound(matrix: NDArray[np.int64], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> int:
    """Sum the cheapest way into each segment, one of them the start, and the cheapest end."""
    into = matrix.copy()
    np.fill_diagonal(into, np.iinfo(np.int64).max)
    cheapest = np.minimum(into.min(axis=0), starts)
    return int(cheapest.sum() + stops.min())


def _local_search(matrix: NDArray[np.int64], starts: NDArray[np.int64], stops: NDArray[np.int64]) -> list[int]:
    size = len(starts)
    # one square with the two ends as one more node, so that every move is between neighbours
    whole = np.zeros((size + 1, size + 1), dtype=np.int64)
    whole[:size, :size], whole[size, :size], whole[:size, size] = matrix, starts, stops
    table = [[int(value) for value in row] for row in whole]
    chance = random.Random(SEED)  # noqa: S311 - no secret
    best = _improved(_nearest(table, size), table)
    least = _tour(best, table)
    floor = _bound(matrix, starts, stops)
    for _ in range(KICKS):
        if least == floor:
            break
        one, two, three = sorted(chance.sample(range(1, size + 1), 3))
        kicked = best[:one] + best[two:three] + best[one:two] + best[three:]
        found = _improved(kicked, table)
        if (length := _tour(found, table)) < least:
            best, least = found, length
    return best[1:]


def _nearest(table: Sequence[Sequence[int]], size: int) -> list[int]:
    tour, left = [size], set(range(size))
    while left:
        following = min(left, key=lambda number: (table[tour[-1]][number], number))
        tour.append(following)
        left.remove(following)
    return tour


def _tour(tour: Sequence[int], table: Sequence[Sequence[int]]) -> int:
    return sum(table[i][j] for i, j in pairwise((*tour, tour[0])))


def _improved(tour: list[int], table: Sequence[Sequence[int]]) -> list[int]:
    """Move runs of one to three segments elsewhere as long as that helps; the first of the tour, the ends, stays."""
    size = len(tour)
    improved = True
    while improved:
        improved = False
        for length in (1, 2, 3):
            for start in range(1, size - length + 1):
                run, rest = tour[start : start + length], tour[:start] + tour[start + length :]
                before, behind = tour[start - 1], tour[(start + length) % size]
                saved = table[before][run[0]] + table[run[-1]][behind] - table[before][behind]
                for place in range(1, len(rest) + 1):
                    left, right = rest[place - 1], rest[place % len(rest)]
                    if table[left][run[0]] + table[run[-1]][right] - table[left][right] < saved:
                        tour = rest[:place] + run + rest[place:]
                        improved = True
                        break
                if improved:
                    break
            if improved:
                break
    return tour
