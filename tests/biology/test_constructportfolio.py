from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.biology.constructportfolio import Option, choose, worth


def option(value: float, alleles: str = "a", gene: str = "g", clones: str = "", *, forced: bool = False) -> Option:
    """Make an option; alleles and clones are single letters."""
    return Option(value, frozenset(alleles), gene, frozenset(clones), forced)


def test_the_worth_of_a_choice_is_added_up() -> None:
    """0.9 + 0.8 for themselves; allele a 1 + ½, b 1; two genes 2; clone x 1: 7.2."""
    options = [option(0.9, "ab", "g", "x"), option(0.8, "a", "h")]
    assert worth(options, (0, 1)) == pytest.approx(0.9 + 0.8 + 1.5 + 1 + 2 + 1)
    assert worth(options, (0,)) == pytest.approx(0.9 + 2 + 1 + 1)


def test_an_allele_that_nothing_else_serves_comes_before_a_better_score() -> None:
    """Of three for two places, the two best serve the same allele: the second gains 0.9 + ½, the third 0.1 + 1."""
    options = [option(0.9, "a", "g"), option(0.59, "a", "h"), option(0.1, "b", "i")]
    assert choose(options, 2).chosen == (0, 2)
    options[2] = option(0.08, "b", "i")
    assert choose(options, 2).chosen == (0, 1)


def test_the_second_item_of_a_gene_waits() -> None:
    """The same allele everywhere: another gene's 0.1 + 1 comes before the same one's 0.9."""
    assert choose([option(0.95, gene="g"), option(0.9, gene="g"), option(0.1, gene="h")], 2).chosen == (0, 2)


def test_forced_options_are_always_chosen_even_beyond_the_count() -> None:
    """Two accepted ones for one place, and a better one that stays out."""
    options = [option(0.99, "abc", "g"), option(0.1, forced=True), option(0.2, gene="h", forced=True)]
    assert choose(options, 1).chosen == (1, 2)


def test_nothing_to_choose_from() -> None:
    """An empty choice is worth nothing and is the best."""
    chosen = choose([], 5)
    assert (chosen.chosen, chosen.value, chosen.bound, chosen.exact) == ((), 0, 0, True)


choices = st.builds(
    option,
    st.floats(0.01, 0.99).map(lambda value: round(value, 2)),
    st.text("abc", min_size=1, max_size=3),
    st.sampled_from("ghijk"),
    st.text("xy", max_size=1),
    forced=st.sampled_from([False, False, False, True]),
)


@given(st.lists(choices, min_size=1, max_size=9), st.integers(1, 6))
def test_the_search_finds_what_trying_all_finds(options: list[Option], size: int) -> None:
    """Against every choice of that size which holds the forced ones; the bound closes."""
    forced = {number for number, one in enumerate(options) if one.forced}
    size = min(max(size, len(forced)), len(options))
    best = max(worth(options, chosen) for chosen in combinations(range(len(options)), size) if forced.issubset(chosen))
    found = choose(options, size)
    assert len(found.chosen) == size
    assert forced.issubset(found.chosen)
    assert found.exact
    assert found.value == pytest.approx(best)
    assert worth(options, found.chosen) == pytest.approx(found.value)


@given(st.lists(choices, min_size=4, max_size=9))
def test_a_search_that_is_cut_short_still_bounds_the_best(options: list[Option]) -> None:
    """After one step: what is found is no more than the best, and the bound no less."""
    found = choose(options, 3, most_steps=1)
    best = choose(options, 3)
    assert found.value <= best.value + 1e-9
    assert found.bound >= best.value - 1e-9
