"""Choosing N of many: what covers alleles, genes and clones best, rather than the N best alone.

The value of a choice is the sum of

- the items' own values: the logistic of the best candidate's score, so between 0 and 1;
- for each allele and each clone 1 for the first item that serves it, ½ for the second, ¼ for the third, and so on;
- for each gene 1, however many items come from it.

So an allele, gene or clone that nothing else serves counts more than any difference in score, and the third item for
one allele less than many a difference.

The search is branch and bound, so exact. No way to fill up a partial choice is worth more than the best own values and
genes together with the largest steps that alleles and clones have left, as many as the fullest options serve; nor than
the largest single gains together, as each added item gains the less the more is there (the value is submodular:
Nemhauser 1978, Math Program 14:265). It starts from what greedy steps and exchanges find. Where it would take too many
steps, the best choice so far is returned with the bound that holds for every other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from neosieve.model.construct import Portfolio

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_STEPS = 4_000  # of branch and bound: a few seconds
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Option:
    """One item to choose or not."""

    value: float
    """By itself, 0–1."""
    alleles: frozenset[str]
    gene: str
    clones: frozenset[str]
    forced: bool = False
    """Whether it must be chosen."""
    groups: tuple[tuple[str, str], ...] = field(init=False, repr=False, compare=False)
    """What it covers."""

    def __post_init__(self) -> None:
        groups = (
            *(("allele", name) for name in sorted(self.alleles)),
            *(("clone", name) for name in sorted(self.clones)),
            ("gene", self.gene),
        )
        object.__setattr__(self, "groups", groups)  # once: the search asks for it again and again


def worth(options: Sequence[Option], chosen: Sequence[int]) -> float:
    """Value a choice."""
    counts: Counter[tuple[str, str]] = Counter()
    total = 0.0
    for number in sorted(chosen):
        total += _gain(options[number], counts)
        counts.update(options[number].groups)
    return total


def _gain(option: Option, counts: Counter[tuple[str, str]]) -> float:
    gain = option.value
    for group in option.groups:
        here = counts[group]
        gain += (here == 0) if group[0] == "gene" else 0.5**here
    return gain


def choose(options: Sequence[Option], size: int, *, most_steps: int = MOST_STEPS) -> Portfolio:
    """Choose at most `size` options, the forced ones among them (all, even if they are more).

    Parameters
    ----------
    options
        In the order that breaks ties: earlier ones first.
    size
        How many.
    most_steps
        After how many steps the search stops.
    """
    forced = [number for number, one in enumerate(options) if one.forced]
    size = min(max(size, len(forced)), len(options))
    best = _greedy(options, forced, size)
    best = _swapped(options, best, frozenset(forced))
    best_worth = worth(options, best)
    steps = count(1)
    exact = True
    bound = best_worth
    # each branch: what is chosen, and from which option on more may be taken
    free = _useful(options, size)
    stack: list[tuple[tuple[int, ...], tuple[int, ...]]] = [(tuple(forced), tuple(free))]
    while stack:
        chosen, rest = stack.pop()
        counts: Counter[tuple[str, str]] = Counter()
        for number in chosen:
            counts.update(options[number].groups)
        own, room = worth(options, chosen), size - len(chosen)
        reachable = own + _most(options, rest, counts, room)
        if reachable <= best_worth + ROUNDING:
            continue
        if next(steps) > most_steps:
            exact = False
            bound = max(bound, reachable)
            continue  # the rest of the stack only widens the bound
        if room == 0 or not rest:
            best, best_worth = chosen, own  # worth more than the best so far, or the bound had cut it
            continue
        first = max(rest, key=lambda number: (_gain(options[number], counts), -number))
        others = tuple(number for number in rest if number != first)
        stack.append((chosen, others))
        stack.append(((*chosen, first), others))
    return Portfolio(tuple(sorted(best)), best_worth, max(bound, best_worth), exact)


def _most(options: Sequence[Option], rest: Sequence[int], counts: Counter[tuple[str, str]], room: int) -> float:
    """Bound what at most `room` of the rest can add."""
    seen = {name for kind, name in counts if kind == "gene"}
    alone = []
    for number in sorted(rest, key=lambda number: -options[number].value):
        gene = options[number].gene
        alone.append(options[number].value + (gene not in seen))  # a gene counts with the best of its items
        seen.add(gene)
    alone.sort(reverse=True)
    offered = Counter(group for number in rest for group in options[number].groups if group[0] != "gene")
    # each option serves so many alleles and clones, no more; and the first to serve one gains most
    terms = sorted(
        (0.5 ** (counts[one] + more) for one in offered for more in range(min(room, offered[one]))), reverse=True
    )
    served = sorted((len(options[number].alleles) + len(options[number].clones) for number in rest), reverse=True)
    shared = sum(terms[: sum(served[:room])])
    gains = sorted((_gain(options[number], counts) for number in rest), reverse=True)
    return min(sum(alone[:room]) + shared, sum(gains[:room]))


def _useful(options: Sequence[Option], size: int) -> list[int]:
    """List those that a best choice may need.

    Of options that serve the same alleles and clones, `size` of different genes are enough, the best ones: whatever
    else is chosen leaves one of them, and its gene, free to take a worse one's place.
    """
    genes: dict[tuple[frozenset[str], frozenset[str]], set[str]] = {}
    kept = []
    for number in sorted(range(len(options)), key=lambda number: (-options[number].value, number)):
        one = options[number]
        seen = genes.setdefault((one.alleles, one.clones), set())
        if not one.forced and (len(seen) < size or one.gene in seen):
            kept.append(number)
            seen.add(one.gene)
    return sorted(kept)


def _greedy(options: Sequence[Option], forced: Sequence[int], size: int) -> tuple[int, ...]:
    chosen = list(forced)
    counts: Counter[tuple[str, str]] = Counter()
    for number in chosen:
        counts.update(options[number].groups)
    while len(chosen) < size:
        left = (number for number in range(len(options)) if number not in chosen)
        best = max(left, key=lambda number: (_gain(options[number], counts), -number))
        counts.update(options[best].groups)
        chosen.append(best)
    return tuple(chosen)


def _swapped(options: Sequence[Option], chosen: tuple[int, ...], forced: frozenset[int]) -> tuple[int, ...]:
    """Exchange one for another as long as that helps."""
    current, value = chosen, worth(options, chosen)
    improved = True
    while improved:
        improved = False
        for out in sorted(set(current) - forced):
            base = tuple(number for number in current if number != out)
            counts: Counter[tuple[str, str]] = Counter()
            for number in base:
                counts.update(options[number].groups)
            own = worth(options, base)
            for other in range(len(options)):
                if other not in current and own + _gain(options[other], counts) > value + ROUNDING:
                    current, value, improved = (*base, other), worth(options, (*base, other)), True
                    break
            if improved:
                break
    return current
