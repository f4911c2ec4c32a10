"""Two readings of one transcript compared: which residues differ, and which calls each difference carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON
from neosieve.biology.edits import shared
from neosieve.model.genome import Interval
from neosieve.model.protein import ResidueEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.biology.reading import Reading
    from neosieve.biology.splicededits import CarriedEdit
    from neosieve.model.variant import Call

Calls = tuple["Call", ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """An edit with the bases that it fills in the mutant transcript, and the frame behind it."""

    edit: CarriedEdit
    first: int
    end: int
    """``first == end`` for a deletion."""
    opens: Calls
    """Calls that keep the reading frame shifted behind this edit; empty where it is the normal one."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Codons that both transcripts share, base by base and in frame."""

    mutant: Interval
    normal: Interval


def residue_edits(normal: Reading, mutant: Reading, edits: Sequence[CarriedEdit]) -> tuple[ResidueEdit, ...]:
    """List where two proteins differ.

    Codons that both transcripts share in frame are the same residue; between them lie the edits. A substitution is an
    edit for each residue it changes; of the rest, each stretch that carries the same calls is one. A codon carries the
    calls that change its bases and those that shift its frame; beyond the normal stop, those that took that stop.

    Parameters
    ----------
    normal, mutant
        Readings of the normal and of the edited transcript.
    edits
        In order, disjoint, in offsets of the normal transcript.
    """
    placed = _place(edits, normal, mutant)
    runs = _shared_runs(placed, normal, mutant)
    stop_calls = _stop_calls(placed, normal)
    found: list[ResidueEdit] = []
    mutant_at = normal_at = 0
    for run in (*runs, None):
        m = Interval(mutant_at, run.mutant.start if run else len(mutant.protein))
        n = Interval(normal_at, run.normal.start if run else len(normal.protein))
        if len(m) or len(n):
            found += _block(m, n, normal, mutant, placed, stop_calls, last=run is None)
        if run:
            mutant_at, normal_at = run.mutant.end, run.normal.end
    return tuple(found)


def _place(edits: Sequence[CarriedEdit], normal: Reading, mutant: Reading) -> list[_Placed]:
    placed, shift, opens = [], 0, Calls()
    for edit in edits:
        first = edit.span.start + shift
        shift += edit.gain
        in_frame = (shift - (mutant.start - normal.start)) % CODON == 0
        before_start = first + len(edit.bases) <= mutant.start
        if in_frame or before_start:
            opens = ()
        elif edit.gain % CODON:
            opens = (*opens, *edit.calls)
        placed.append(_Placed(edit, first, first + len(edit.bases), opens))
    return placed


def _shared_runs(placed: Sequence[_Placed], normal: Reading, mutant: Reading) -> list[_Run]:
    runs = []
    # the first codon of an incomplete CDS may begin before the transcript
    begin, shift = min(0, mutant.start), 0
    for one in (*placed, None):
        end = one.first if one else len(mutant.bases)
        turn, odd = divmod(shift - (mutant.start - normal.start), CODON)
        if not odd:
            first = max(0, -((mutant.start - begin) // CODON), turn)
            last = min((end - mutant.start) // CODON, len(mutant.protein), len(normal.protein) + turn)
            if first < last:
                runs.append(_Run(Interval(first, last), Interval(first - turn, last - turn)))
        if one:
            begin, shift = one.end, shift + one.edit.gain
    return runs


def _stop_calls(placed: Sequence[_Placed], normal: Reading) -> Calls:
    """Find the calls after which the normal stop codon is no longer read."""
    if normal.stop is None:
        return ()
    calls: list[Call] = []
    opens: Calls = ()
    for one in placed:
        span = one.edit.span
        if span.start >= normal.stop + CODON:
            break
        if span.end > normal.stop:
            calls += one.edit.calls
        else:
            opens = one.opens
    return opens or tuple(dict.fromkeys(calls))


def _block(
    m: Interval,
    n: Interval,
    normal: Reading,
    mutant: Reading,
    placed: Sequence[_Placed],
    stop_calls: Calls,
    *,
    last: bool,
) -> list[ResidueEdit]:
    """Make the edits between two shared runs."""
    own = [
        one
        for one in placed
        if mutant.start + CODON * m.start <= one.end and one.first <= mutant.start + CODON * (m.end + last)
    ]
    carried = [_carried(i, normal, mutant, placed, stop_calls, last=last) for i in range(m.start, m.end + last)]
    if len(m) == len(n) and all(one.edit.gain == 0 for one in own) and all(not one.opens for one in own):
        return [
            ResidueEdit(Interval(b, b + 1), Interval(a, a + 1), aligned=True, calls=carried[a - m.start])
            for a, b in zip(range(m.start, m.end), range(n.start, n.end), strict=True)
            if mutant.protein[a] != normal.protein[b]
        ]
    lead = shared(normal.protein[n.start : n.end], mutant.protein[m.start : m.end])
    tail = 0
    if not last:
        tail = shared(normal.protein[n.start + lead : n.end][::-1], mutant.protein[m.start + lead : m.end][::-1])
    begin, end = m.start + lead, m.end - tail
    rest = Interval(n.start + lead, n.end - tail)
    union = tuple(dict.fromkeys(call for calls in carried for call in calls)) or tuple(
        dict.fromkeys(call for one in own for call in one.edit.calls)
    )
    if begin == end:
        return [ResidueEdit(rest, Interval(begin, end), aligned=False, calls=union)] if len(rest) else []
    edits: list[ResidueEdit] = []
    start = begin
    for i in range(begin + 1, end + 1):
        if i == end or carried[i - m.start] != carried[start - m.start]:
            old = rest if not edits else Interval(rest.end, rest.end)
            calls = carried[start - m.start] or union
            edits.append(ResidueEdit(old, Interval(start, i), aligned=False, calls=calls))
            start = i
    return edits


def _carried(
    codon: int, normal: Reading, mutant: Reading, placed: Sequence[_Placed], stop_calls: Calls, *, last: bool
) -> Calls:
    """List the calls without which a mutant codon would be another."""
    first = mutant.start + CODON * codon
    end = first + CODON
    calls: list[Call] = []
    opens: Calls = ()
    shift = 0
    for one in placed:
        if one.first >= end:
            break
        if one.end <= first:
            opens, shift = one.opens, shift + one.edit.gain
            continue
        calls += one.edit.calls
    # where translation reads past the place of the normal stop
    beyond = last and normal.stop is not None and first - shift >= normal.stop
    return tuple(dict.fromkeys((*opens, *(stop_calls if beyond else ()), *calls)))
