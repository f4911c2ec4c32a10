from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.biology.accounts import ledger_of
from neosieve.biology.assembly import Account
from neosieve.model.ledger import LedgerEntry, Outcome

from .helpers import call, told

if TYPE_CHECKING:
    from neosieve.model.annotation import TranscriptConsequence

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
TOLD = told(KRAS, "missense_variant", "12", "G/D")
HIT = call("chr1:135:G>A", TOLD)
NEW = {"KLVVVGAD", "LVVVGADG"}
REFUSED = (Outcome.PHASE_UNRESOLVED, "not known")


def entry(account: Account, *in_self: str) -> LedgerEntry:
    """Write the row of one account."""
    (row,) = ledger_of([HIT], {(HIT.variant, "ENST1.1"): account}, set(in_self))
    return row


@pytest.mark.parametrize(
    ("account", "in_self", "outcome", "count", "words"),
    [
        pytest.param(Account(TOLD, new=set(NEW)), (), Outcome.CANDIDATES, 2, [], id="all new"),
        pytest.param(
            Account(TOLD, new=set(NEW)), ("KLVVVGAD",), Outcome.CANDIDATES, 1, ["1 new peptides occur in other"],
            id="one of two is self",
        ),
        pytest.param(Account(TOLD, new=set(NEW)), tuple(NEW), Outcome.SELF_PEPTIDES_ONLY, 0, ["2 new"], id="all self"),
        pytest.param(
            Account(TOLD, unscorable={"LVVVXADG"}), (), Outcome.UNSCORABLE_RESIDUES, 0, ["1 hold unknown"],
            id="none can be scored",
        ),
        pytest.param(
            Account(TOLD, new=set(NEW), unscorable={"LVVVXADG"}), (), Outcome.CANDIDATES, 2, ["1 hold unknown"],
            id="some can't be scored",
        ),
        pytest.param(
            Account(TOLD, new=set(NEW), unscorable={"LVVVXADG"}), tuple(NEW), Outcome.SELF_PEPTIDES_ONLY, 0,
            ["2 new", "1 hold unknown"], id="self, and what can't be scored",
        ),
        pytest.param(Account(TOLD, refused=[REFUSED]), (), Outcome.PHASE_UNRESOLVED, 0, ["not known"], id="refused"),
        pytest.param(
            Account(TOLD, refused=[REFUSED], new=set(NEW)), (), Outcome.CANDIDATES, 2, ["not known"],
            id="refused on one haplotype, not on the other",
        ),
        pytest.param(
            Account(TOLD, refused=[REFUSED], new=set(NEW)), tuple(NEW), Outcome.PHASE_UNRESOLVED, 0,
            ["not known", "2 new"], id="refused, and the rest is self",
        ),
        pytest.param(Account(TOLD), (), Outcome.NO_NOVEL_PEPTIDE, 0, ["no peptide of these"], id="nothing new"),
    ],
)  # fmt: skip
def test_the_outcome_is_candidates_or_what_took_them_all(
    account: Account, in_self: tuple[str, ...], outcome: Outcome, count: int, words: list[str]
) -> None:
    """One row: the outcome, the number that went on to be scored, and whatever else happened in words."""
    row = entry(account, *in_self)
    assert (row.outcome, row.n_peptides) == (outcome, count)
    assert all(word in row.detail for word in words)
    assert (row.variant, row.gene, row.transcript, row.consequence) == (
        "chr1:135:G>A",
        "TOY",
        "ENST1.1",
        "missense_variant",
    )


def test_a_reason_is_said_once() -> None:
    """Refused on two haplotypes for the same reason, which is a remark besides."""
    account = Account(TOLD, refused=[REFUSED, REFUSED], remarks={"not known": None})
    assert entry(account).detail == "not known"


def test_rows_come_in_the_order_of_the_records() -> None:
    """What the reader rejected stays between the calls; each account of a call has a row."""
    rejected = LedgerEntry("chr1:1:A>C", None, None, None, Outcome.FILTERED, "FILTER is x", 0)
    other = call("chr9:5:A>C", told(KRAS, "missense_variant", transcript="ENST1.1"), TOLD)
    accounts = {
        (other.variant, "ENST1.1"): Account(other.consequences[0]),
        (HIT.variant, "ENST1.1"): Account(TOLD),
        (other.variant, "ENST2.1"): Account(told(KRAS, "missense_variant", transcript="ENST2.1")),
    }
    rows = ledger_of([other, rejected, HIT], accounts, set())
    assert [(row.variant, row.transcript) for row in rows] == [
        ("chr9:5:A>C", "ENST1.1"),
        ("chr9:5:A>C", "ENST2.1"),
        ("chr1:1:A>C", None),
        ("chr1:135:G>A", "ENST1.1"),
    ]


def test_a_call_without_an_account_changes_no_protein() -> None:
    """Its most severe consequence is named, whatever the order of the annotation."""
    intron, silent = (
        told("", terms, transcript=name) for terms, name in (("intron_variant", "T1"), ("synonymous_variant", "T2"))
    )
    for order in ((intron, silent), (silent, intron)):
        (row,) = ledger_of([call("chr1:1:A>C", *order)], {}, set())
        assert (row.outcome, row.consequence, row.transcript) == (Outcome.NO_PROTEIN_CHANGE, "synonymous_variant", "T2")


def test_a_call_on_no_transcript_has_its_row() -> None:
    """Intergenic, or on a regulatory feature only."""
    (row,) = ledger_of([call("chr1:1:A>C")], {}, set())
    assert (row.outcome, row.gene, row.n_peptides) == (Outcome.NO_PROTEIN_CHANGE, None, 0)
    assert row.detail


def test_a_germline_call_has_one_row_whatever_it_does() -> None:
    """It never gives candidates; what it hits is named."""
    germline = call("chr1:135:G>A", TOLD, told(KRAS, "synonymous_variant", transcript="ENST2.1"), germline=True)
    (row,) = ledger_of([germline], {}, set())
    assert (row.outcome, row.gene, row.consequence) == (Outcome.GERMLINE, "TOY", "missense_variant")


@pytest.mark.parametrize(
    ("account", "in_self", "detail"),
    [
        pytest.param(
            Account(TOLD, [REFUSED], new=set(NEW), unscorable={"LVVVXADG"}, remarks={"so": None, "and so": None}),
            ("KLVVVGAD",),
            "1 new peptides occur in other normal proteins; 1 hold unknown or non-standard residues; so; and so; "
            "not known",
            id="some candidates",
        ),
        pytest.param(
            Account(TOLD, unscorable={"LVVVXADG"}, refused=[REFUSED, (Outcome.PHASE_UNRESOLVED, "nor this")]),
            (),
            "nor this; not known; 1 hold unknown or non-standard residues",
            id="refused",
        ),
        pytest.param(
            Account(TOLD, new=set(NEW), unscorable={"LVVVXADG"}),
            tuple(NEW),
            "2 new peptides occur in other normal proteins; 1 hold unknown or non-standard residues",
            id="self",
        ),
        pytest.param(
            Account(TOLD, unscorable={"LVVVXADG"}, remarks={"so": None}),
            (),
            "1 hold unknown or non-standard residues; so",
            id="unscorable",
        ),
        pytest.param(
            Account(told(KRAS, "stop_gained", "12", "G/*")),
            (),
            "no peptide of these lengths is new: a stop makes no new residues",
            id="a stop",
        ),
        pytest.param(
            Account(TOLD),
            (),
            "no peptide of these lengths is new: the changed stretch also occurs elsewhere in the same protein, or "
            "translation stops at once",
            id="nothing new",
        ),
    ],
)  # fmt: skip
def test_all_reasons_are_told_in_order(account: Account, in_self: tuple[str, ...], detail: str) -> None:
    """What took peptides away, then remarks, then refusals; a refusal that decides comes first."""
    assert entry(account, *in_self).detail == detail


def row_of(*consequences: TranscriptConsequence, germline: bool = False) -> LedgerEntry:
    """Write the row of a call without an account."""
    (row,) = ledger_of([call("chr1:1:A>C", *consequences, germline=germline)], {}, set())
    return row


def test_rows_of_calls_without_an_account_are_complete() -> None:
    """Variant, gene, transcript, terms, outcome and reason; what isn't known is None."""
    silent = told("", "splice_region_variant&synonymous_variant", transcript="T1")
    intron = told("", "intron_variant", transcript="", SYMBOL="", Gene="")
    unchanged, inherited = Outcome.NO_PROTEIN_CHANGE, Outcome.GERMLINE
    why = "the matched normal or the germline VCF carries it: it belongs to the normal proteins"
    far = "silent or outside coding sequence on every annotated transcript"
    near = "near a splice site: an effect on splicing is not modelled"
    terms = "splice_region_variant&synonymous_variant"
    assert row_of() == LedgerEntry("chr1:1:A>C", None, None, None, unchanged, "no transcript overlaps it", 0)
    assert row_of(intron) == LedgerEntry("chr1:1:A>C", None, None, "intron_variant", unchanged, far, 0)
    assert row_of(silent, intron) == LedgerEntry("chr1:1:A>C", "TOY", "T1", terms, unchanged, near, 0)
    assert row_of(germline=True) == LedgerEntry("chr1:1:A>C", None, None, None, inherited, why, 0)
    assert row_of(intron, germline=True) == LedgerEntry("chr1:1:A>C", None, None, "intron_variant", inherited, why, 0)
    assert row_of(silent, germline=True) == LedgerEntry("chr1:1:A>C", "TOY", None, terms, inherited, why, 0)


def test_all_terms_are_told() -> None:
    """Joined as VEP joins them."""
    both = told(KRAS, "missense_variant&splice_region_variant", "12", "G/D")
    assert entry(Account(both)).consequence == "missense_variant&splice_region_variant"
