"""The ledger: at least one row for every ALT that was read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neosieve.biology.policy import most_severe
from neosieve.biology.terms import NEAR_SPLICE_SITE
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.ledgerrows import Ledger
from neosieve.model.records import Records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from neosieve.biology.assembly import Account
    from neosieve.model.variant import Call, Variant


GERMLINE_DETAIL = "the matched normal or the germline VCF carries it: it belongs to the normal proteins"
PRECEDENCE = {outcome: place for place, outcome in enumerate(Outcome)}


def ledger_of(
    records: Iterable[Call | LedgerEntry],
    accounts: Mapping[tuple[Variant, str], Account],
    found_in_self: Collection[str],
    more: Sequence[LedgerEntry] = (),
) -> Ledger:
    """Write the ledger, in the order of the records and then of their transcripts.

    Parameters
    ----------
    records
        What the reader made of every ALT.
    accounts
        (variant, transcript) → what became of it.
    found_in_self
        Peptides that a normal protein elsewhere holds.
    more
        What comes last.
    """
    records = records if isinstance(records, Records) else Records(records)
    by_variant: dict[Variant, list[Account]] = {}
    for (variant, _), account in accounts.items():
        by_variant.setdefault(variant, []).append(account)
    of_calls = [
        [germline_entry(call)]
        if call.germline
        else [_entry(call, account, found_in_self) for account in by_variant[call.variant]]
        if call.variant in by_variant
        else [unchanged_entry(call)]
        for call in records.calls
    ]
    return Ledger(records.rows, of_calls, more)


def germline_entry(call: Call) -> LedgerEntry:
    """Write the row of a call that is the patient's own."""
    told = most_severe(call.consequences)
    return LedgerEntry(
        str(call.variant),
        told.gene or None if told else None,
        None,
        "&".join(told.terms) if told else None,
        Outcome.GERMLINE,
        GERMLINE_DETAIL,
        0,
    )


def as_germline(record: Call | LedgerEntry) -> Call | LedgerEntry:
    """Take a call for the patient's own; of one that is a row already, what the row says."""
    if not isinstance(record, LedgerEntry):
        return replace(record, germline=True)
    if record.outcome is not Outcome.NO_PROTEIN_CHANGE:
        return record
    return replace(record, transcript=None, outcome=Outcome.GERMLINE, detail=GERMLINE_DETAIL)


def unchanged_entry(call: Call) -> LedgerEntry:
    """Write the row of a somatic call that changes no protein."""
    told = most_severe(call.consequences)
    if told is None:
        detail = "no transcript overlaps it"
        return LedgerEntry(str(call.variant), None, None, None, Outcome.NO_PROTEIN_CHANGE, detail, 0)
    near_splice = any(NEAR_SPLICE_SITE.intersection(one.terms) for one in call.consequences)
    detail = (
        "near a splice site: an effect on splicing is not modelled"
        if near_splice
        else "silent or outside coding sequence on every annotated transcript"
    )
    return LedgerEntry(
        str(call.variant),
        told.gene or None,
        told.transcript or None,
        "&".join(told.terms),
        Outcome.NO_PROTEIN_CHANGE,
        detail,
        0,
    )


def _entry(call: Call, account: Account, found_in_self: Collection[str]) -> LedgerEntry:
    consequence = account.consequence
    kept = [peptide for peptide in account.new if peptide not in found_in_self]
    outcome, detail = _outcome(account, len(kept))
    return LedgerEntry(
        str(call.variant),
        consequence.gene or None,
        consequence.transcript,
        "&".join(consequence.terms),
        outcome,
        detail,
        len(kept),
    )


def _outcome(account: Account, kept: int) -> tuple[Outcome, str]:
    """Say what became of a call on a transcript: candidates, else the first reason that took them all."""
    in_self = len(account.new) - kept
    notes = [f"{in_self} new peptides occur in other normal proteins"] if in_self else []
    notes += [f"{len(account.unscorable)} hold unknown or non-standard residues"] if account.unscorable else []
    notes += account.remarks
    # by a fixed precedence, so that the order in which haplotypes were looked at doesn't show
    reasons = sorted(account.refused, key=lambda one: (PRECEDENCE[one[0]], one[1]))
    refused = [detail for _, detail in reasons]
    if kept:
        return Outcome.CANDIDATES, "; ".join(dict.fromkeys([*notes, *refused]))
    if account.refused:
        return reasons[0][0], "; ".join(dict.fromkeys([*refused, *notes]))
    if in_self:
        return Outcome.SELF_PEPTIDES_ONLY, "; ".join(notes)
    if account.unscorable:
        return Outcome.UNSCORABLE_RESIDUES, "; ".join(notes)
    if "stop_gained" in account.consequence.terms:
        return Outcome.NO_NOVEL_PEPTIDE, "no peptide of these lengths is new: a stop makes no new residues"
    why = "the changed stretch also occurs elsewhere in the same protein, or translation stops at once"
    return Outcome.NO_NOVEL_PEPTIDE, f"no peptide of these lengths is new: {why}"
