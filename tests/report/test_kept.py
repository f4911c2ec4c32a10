"""What is made of candidates and kept: it is what would be made anew, and no more is kept than is to be."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import ref

import pytest

from neosieve.model.mhc import Allele
from neosieve.report.kept import Kept
from neosieve.report.outputs import CellMemory

from .builders import A0201, B0702, ranked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neosieve.model.candidate import Ranked

C0702 = Allele("HLA-C*07:02")


def sample(*alleles: Allele) -> list[Ranked]:
    """Build two candidates of each allele, which are no other sample's though they equal them."""
    return [ranked(rank, allele=allele) for allele in alleles for rank in (1, 2)]


class Ranks:
    """Makes a candidate's rank of it, and counts."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, rows: Sequence[Ranked]) -> list[int]:
        """Return their ranks."""
        self.made += len(rows)
        return [row.rank for row in rows]


def made(kept: Kept[int], rows: Sequence[Ranked]) -> int:
    """Return of how many rows something had to be made."""
    make = Ranks()
    assert len(kept.of(rows, make)) == len(rows)
    return make.made


def test_what_is_said_anew_is_made_anew() -> None:
    """The same candidate at another rank is known; with another tier, score, part, reason or doubt it isn't."""
    kept, make, (row, _) = Kept[int](), Ranks(), sample(A0201)
    assert kept.of([row], make) == [1]
    assert kept.of([row._replace(rank=7, rank_low=1, rank_high=9)], make) == [1]
    changes: tuple[dict[str, object], ...] = (
        {"tier": "x"},
        {"score": 0.0},
        {"parts": ("x",)},
        {"contributions": (None,)},
        {"reasons": ()},
        {"doubts": ("x",)},
    )
    for change in changes:
        assert kept.of([row._replace(rank=8, **change)], make) == [8]  # type: ignore[arg-type]  # any field's


def test_an_equal_candidate_is_another_one() -> None:
    """They go by identity: of another VCF, say."""
    kept = Kept[int]()
    assert made(kept, sample(A0201)) == 2
    assert made(kept, sample(A0201)) == 2


def test_the_allele_used_longest_ago_goes_first() -> None:
    """Four candidates are kept: those of A in use, then B's as the ones used last."""
    kept, first, second = Kept[int](), sample(B0702), sample(A0201)
    third = [row._replace(candidate=row.candidate._replace(allele=C0702)) for row in sample(A0201)]
    for rows in (first, second, first, third):
        kept.of(rows, Ranks())
        gone = kept.keep(4, rows)
        assert gone is (rows is third)
    assert (made(kept, third), made(kept, first), made(kept, second)) == (0, 0, 2)


def test_what_is_in_use_stays_and_other_samples_of_its_alleles_go() -> None:
    """However many samples of other VCFs have the same alleles, and even if one has more than is to be kept."""
    kept, samples = Kept[int](), [sample(A0201, B0702) for _ in range(4)]
    for number, rows in enumerate(samples):
        kept.of(rows, Ranks())
        assert kept.keep(3, rows) is (number > 0)
        assert made(kept, rows) == 0
    assert not kept.keep(3, samples[-1])
    assert made(kept, samples[0]) == 4


def test_nothing_goes_as_long_as_it_fits() -> None:
    """Eight candidates of two samples with the same alleles."""
    kept, first, second = Kept[int](), sample(A0201, B0702), sample(A0201, B0702)
    for rows in (first, second):
        kept.of(rows, Ranks())
        assert not kept.keep(8, rows)
    assert made(kept, first) == made(kept, second) == 0


class Phase(str):
    """A text of which one can tell whether anything still holds it."""

    __slots__ = ("__weakref__",)


def of_table(memory: CellMemory, rows: Sequence[Ranked]) -> None:
    """Write a sample's table."""
    assert list(memory.texts.chunks(rows))


def on_page(memory: CellMemory, rows: Sequence[Ranked]) -> None:
    """Write a sample's cells on the page."""
    assert memory.cells.of(rows).own


@pytest.mark.parametrize("write", [of_table, on_page])
def test_nothing_holds_what_was_let_go(write: Callable[[CellMemory, Sequence[Ranked]], None]) -> None:
    """What many rows share goes with them: a process that runs thousands of samples would fill the memory."""
    memory, phase = CellMemory(0), Phase("single")
    held, row = ref(phase), ranked()
    write(memory, [row._replace(candidate=row.candidate._replace(phase=phase))])
    del phase
    assert held() == "single"
    write(memory, [ranked(allele=B0702)])
    assert held() is None
