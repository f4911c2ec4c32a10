from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.model import ledgerrows
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.ledgerrows import ROWS_TOGETHER, Ledger, PackedRows, packed_row, tally_of

NAMES = st.sampled_from(["chr1:1:A>C", "chr1:1:A>G", "chr2:7:G>T", "X (line 3)", "chrÄ:5:G>GA"])
ENTRIES = st.builds(
    LedgerEntry,
    variant=NAMES,
    gene=st.none() | st.text(max_size=3),
    transcript=st.none() | st.just("ENST1.1"),
    consequence=st.none() | st.just("intron_variant"),
    outcome=st.sampled_from([Outcome.CANDIDATES, Outcome.FILTERED, Outcome.DUPLICATE_RECORD, Outcome.NO_NOVEL_PEPTIDE]),
    detail=st.text(max_size=5),
    n_peptides=st.integers(0, 99),
)
PLAIN = LedgerEntry("chr1:1:A>C", None, None, None, Outcome.FILTERED, "FILTER is q10", 0)


@given(st.lists(ENTRIES))
def test_a_ledger_gives_back_what_it_was_given(entries: list[LedgerEntry]) -> None:
    """In order, each field as it was, from either end."""
    ledger = Ledger.of(entries)
    assert list(ledger) == entries
    assert len(ledger) == len(entries)
    assert [ledger[place] for place in range(-len(entries), len(entries))] == entries * 2
    assert list(ledger[1:]) == entries[1:]


@given(st.lists(ENTRIES))
@pytest.mark.parametrize("alike", [False, True])
def test_a_tally_counts_as_sets_of_names_do(alike: bool, entries: list[LedgerEntry]) -> None:  # noqa: FBT001
    """By definition, spelled out; also where all names have one hash."""
    outcomes: dict[str, list[Outcome]] = {}
    for one in entries:
        outcomes.setdefault(one.variant, []).append(one.outcome)
    with pytest.MonkeyPatch.context() as patch:
        if alike:
            patch.setattr(ledgerrows, "hash", lambda _: 7, raising=False)
        tally = tally_of(entries)
    assert tally.variants == len(outcomes)
    assert tally.rows == Counter(one.outcome for one in entries)
    assert tally.variants_with == Counter(outcome for own in outcomes.values() for outcome in set(own))
    first = Counter(Outcome.CANDIDATES if Outcome.CANDIDATES in own else own[0] for own in outcomes.values())
    assert tally.variants_by_first == first
    assert all(set(outcomes[name]) == set(own) for name, own in tally.repeated.items())
    assert {name for name, own in outcomes.items() if len(own) > 1} <= tally.repeated.keys()


def test_places_are_filled_in_order_and_more_comes_last() -> None:
    """Row, two rows of the first call, row, none of the second call, then what is added."""
    rows = PackedRows()
    for row in (packed_row(PLAIN), None, packed_row(PLAIN), None):
        rows.append(row)
    one, other, last = (replace(PLAIN, variant=name) for name in ("one", "other", "last"))
    ledger = Ledger(rows, [[one, other], []], [last])
    assert list(ledger) == [PLAIN, one, other, PLAIN, last]
    assert len(ledger) == 5
    assert ledger.tally.variants == 4


def test_rows_beyond_a_block_are_packed_small() -> None:
    """Ten blocks of rows that differ by their position: in order, and far smaller than as objects (100 bytes each)."""
    rows = PackedRows()
    for number in range(10 * ROWS_TOGETHER):
        rows.append(packed_row(replace(PLAIN, variant=f"chr1:{number}:A>C")))
    assert [row[0] for row in rows if row] == [f"chr1:{number}:A>C" for number in range(10 * ROWS_TOGETHER)]
    assert sum(map(len, rows._blocks)) < 20 * len(rows)
