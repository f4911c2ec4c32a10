from __future__ import annotations

import math
from dataclasses import replace

import pytest

from neosieve.biology.constructselection import admit, clones, minimal_items, options, without_repeats
from neosieve.model.construct import Epitope, Item, Mark

from .constructparts import VARIANT, epitope, substituted

PROTEIN = substituted(35)
TIERS = ("strong", "good")


def mark(one: Epitope, word: str, note: str = "") -> Mark:
    """Mark a candidate."""
    return Mark(*one.key, word, note)


@pytest.mark.parametrize(
    ("tier", "in_doubt", "allowed", "reason"),
    [
        ("strong", False, False, None),
        ("good", False, False, None),
        ("low_expression", False, True, "tier low_expression"),
        ("uncertain", False, False, "tier uncertain, in doubt; --doubtful lets such candidates in"),
        ("uncertain", False, True, None),
        ("strong", True, False, "tier strong, in doubt; --doubtful lets such candidates in"),
        ("strong", True, True, None),
        ("poor_binder", True, True, "tier poor_binder"),
    ],
)
def test_tiers_and_doubt_decide(tier: str, *, in_doubt: bool, allowed: bool, reason: str | None) -> None:
    """Only tiers that are worth ordering enter; what is in doubt only if asked for, and then only of those tiers."""
    one = epitope(PROTEIN, 30, tier=tier, doubtful=in_doubt)
    found = admit([one], TIERS, doubtful=allowed)
    assert [left.reason for left in found.left_out] == ([] if reason is None else [reason])
    assert found.admitted == ((one,) if reason is None else ())


def test_a_rejected_candidate_never_enters_and_takes_its_peptide_with_it() -> None:
    """With another allele the peptide would be the same."""
    one, other = epitope(PROTEIN, 30), epitope(PROTEIN, 30, rank=2, allele="HLA-B*07:02")
    found = admit([one, other], TIERS, doubtful=False, marks=[mark(one, "reject", "bad")])
    assert found.admitted == ()
    assert found.rejected == {one.peptide}
    assert [left.reason for left in found.left_out] == [
        "rejected by the review: bad",
        "the review rejects this peptide with another allele or variant",
    ]


def test_an_accepted_candidate_always_enters() -> None:
    """Whatever its tier; and its peptide is then not refused because of another allele."""
    one = epitope(PROTEIN, 30, tier="poor_binder", doubtful=True)
    other = epitope(PROTEIN, 30, rank=2, allele="HLA-B*07:02")
    found = admit([one, other], TIERS, doubtful=False, marks=[mark(one, "accept"), mark(other, "reject")])
    assert found.admitted == (one,)
    assert found.accepted == {one}
    assert found.rejected == frozenset()


def test_a_mark_to_review_changes_nothing() -> None:
    """It is carried along."""
    one = epitope(PROTEIN, 30)
    assert admit([one], TIERS, doubtful=False, marks=[mark(one, "review")]).admitted == (one,)


def test_a_peptide_is_ordered_once_with_all_its_alleles() -> None:
    """Minimal epitopes: two alleles of one peptide, and another peptide."""
    one, two = epitope(PROTEIN, 30), epitope(PROTEIN, 30, rank=2, allele="HLA-B*07:02")
    three = epitope(PROTEIN, 31, rank=3)
    items = minimal_items([one, two, three], {PROTEIN.name: PROTEIN})
    assert [item.epitopes for item in items] == [(one, two), (three,)]
    assert [item.altered for item in items] == [(5,), (4,)]


def test_an_item_that_another_one_holds_is_dropped_unless_accepted() -> None:
    """Two transcripts, one peptide: the better item stands for both; an accepted one gives way to none."""
    other = replace(PROTEIN, name="T2/1", transcript="T2")
    first, second = epitope(PROTEIN, 30), epitope(other, 30, rank=5)
    items = [
        Item(PROTEIN, 22, PROTEIN.mutant[22:49], (first,)),
        Item(other, 25, other.mutant[25:52], (second,)),
    ]
    kept, left = without_repeats(items)
    assert kept == items[:1]
    assert [(one.epitope, one.reason) for one in left] == [
        (second, "its peptide is part of an item that stands for GENE p.X")
    ]
    kept, _ = without_repeats(items, accepted={second})
    assert kept == items[1:]


def test_clones_are_told_apart_where_no_interval_joins_them() -> None:
    """0.1–0.3 and 0.25–0.4 share points, 0.9–1.0 none with them; an unknown fraction is in no clone."""
    intervals = [(0.9, 1.0), (0.1, 0.3), None, (0.25, 0.4)]
    told = clones(epitope(PROTEIN, 30, rank=rank, clonal=one) for rank, one in enumerate(intervals, start=1))
    assert told == {(0.1, 0.3): "clone 1", (0.25, 0.4): "clone 1", (0.9, 1.0): "clone 2"}


def test_what_an_item_is_worth() -> None:
    """The logistic of its best score: e^0 gives ½; all alleles inside; forced if one of its candidates is accepted."""
    one = epitope(PROTEIN, 30, score=0.0, clonal=(0.5, 0.6))
    two = epitope(PROTEIN, 31, rank=2, allele="HLA-B*07:02")
    (told,) = options([Item(PROTEIN, 22, PROTEIN.mutant[22:49], (one, two))], {two})
    assert told.value == pytest.approx(1 / (1 + math.exp(0)))
    assert told.alleles == {"HLA-A*02:01", "HLA-B*07:02"}
    assert told.clones == {"clone 1"}
    assert told.forced
    assert VARIANT in one.haplotype
