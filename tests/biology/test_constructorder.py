from __future__ import annotations

import random
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.biology.constructorder import EXACT_UP_TO, Counts, best_order

Costs = tuple[list[list[Counts]], list[Counts], list[Counts]]


def cost_of(order: tuple[int, ...], costs: Costs) -> Counts:
    """Add up a path's counts, one by one."""
    between, first, last = costs
    steps = [first[order[0]], *(between[i][j] for i, j in pairwise(order)), last[order[-1]]]
    return tuple(map(sum, zip(*steps, strict=True)))


@st.composite
def cost_tables(draw: st.DrawFn) -> Costs:
    """Draw costs between up to six segments."""
    size = draw(st.integers(1, 6))
    counts: st.SearchStrategy[Counts] = st.tuples(
        st.integers(0, 3), st.integers(0, 2), st.integers(0, 9), st.integers(0, 5)
    )
    row = st.lists(counts, min_size=size, max_size=size)
    return draw(st.lists(row, min_size=size, max_size=size)), draw(row), draw(row)


@given(cost_tables())
def test_the_order_is_the_best_of_all(costs: Costs) -> None:
    """Against every permutation; counts compare one after the other, so no sum of later ones outweighs an earlier."""
    found = best_order(*costs)
    least = min(cost_of(order, costs) for order in permutations(range(len(costs[1]))))
    assert found.exact
    assert found.cost == least == cost_of(found.segments, costs)


def test_one_presented_peptide_outweighs_any_number_of_flagged_ones() -> None:
    """0 before 1 costs 999 flagged, 1 before 0 costs one presented."""
    nothing = (0, 0, 0, 0)
    between = [[nothing, (0, 0, 999, 5)], [(1, 0, 0, 0), nothing]]
    assert best_order(between, [nothing] * 2, [nothing] * 2).segments == (0, 1)


def test_no_segments_and_one() -> None:
    """There is nothing to order."""
    assert best_order([], [], []).segments == ()
    assert best_order([[(0, 0, 0, 0)]], [(0, 1, 0, 0)], [(0, 2, 0, 0)]).cost == (0, 3, 0, 0)


def test_many_segments_are_ordered_by_a_heuristic_that_may_prove_itself() -> None:
    """A path of no cost is hidden among 30 segments: the bound of 0 is met, so it is proved best."""
    size = EXACT_UP_TO + 12
    chance = random.Random(1)  # noqa: S311 - no secret
    hidden = chance.sample(range(size), size)
    follows = set(pairwise(hidden))
    between = [
        [(0, 0, 0, 0) if (i, j) in follows else (chance.randint(0, 1), 0, chance.randint(1, 9), 0) for j in range(size)]
        for i in range(size)
    ]
    ends = [(0, 0, 0, 0)] * size
    found = best_order(between, ends, ends)
    assert found.exact
    assert found.cost == (0, 0, 0, 0)
    assert found.segments == tuple(hidden)
    assert best_order(between, ends, ends) == found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_heuristic_is_near_the_exact_order(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """On 12 random segments, where both can be had, the heuristic finds an order as good in the first count."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    size = 12
    between = [[(chance.randint(0, 3), 0, chance.randint(0, 9), 0) for _ in range(size)] for _ in range(size)]
    ends = [(chance.randint(0, 3), 0, 0, 0) for _ in range(size)]
    exact = best_order(between, ends, ends)
    monkeypatch.setattr("neosieve.biology.constructorder.EXACT_UP_TO", 2)
    near = best_order(between, ends, ends)
    assert near.cost[0] == exact.cost[0]
    assert near.cost >= exact.cost
    assert sorted(near.segments) == list(range(size))
