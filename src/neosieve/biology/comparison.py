"""Two readings of one transcript compared: which residues differ, and which calls each difference carries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON, STOP, translate
from neosieve.biology.edits import shared
from neosieve.model.genome import Interval
from neosieve.model.protein import ResidueEdit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    takes_stop: bool
    """Whether a stop would be read in its place, in the frame of what comes before it."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Codons that stand for each other in both transcripts, base by base and in frame."""

    mutant: Interval
    normal: Interval


def residue_edits(normal: Reading, mutant: Reading, edits: Sequence[CarriedEdit]) -> tuple[ResidueEdit, ...]:
    """List where two proteins differ.

    Codons that stand for each other in frame are the same residue or a substitution, an edit for each; of what lies
    between them, each stretch that carries the same calls is one edit. A codon carries the calls that change its bases
    and those that shift its frame; beyond the normal stop, those that took that stop. A deletion between two codons is
    carried by what holds both: where it mends the frame, that is an edit without residues.

    Parameters
    ----------
    normal, mutant
        Readings of the normal and of the edited transcript.
    edits
        In order, disjoint, in offsets of the normal transcript.
    """
    same = normal.stop is not None and (normal.start, normal.stop) == (mutant.start, mutant.stop)
    if same and not any(edit.gain for edit in edits):
        return _exchanged(normal, mutant, edits)
    placed = _place(edits, normal, mutant)
    runs = _shared_runs(placed, normal, mutant)
    stop_calls = _stop_calls(placed, normal)
    found: list[ResidueEdit] = []
    mutant_at = normal_at = 0
    for run in (*runs, None):
        mutant_to, normal_to = (
            (run.mutant.start, run.normal.start) if run else (len(mutant.protein), len(normal.protein))
        )
        if mutant_at < mutant_to or normal_at < normal_to:
            m, n = Interval(mutant_at, mutant_to), Interval(normal_at, normal_to)
            found += _block(m, n, normal, mutant, placed, stop_calls, last=run is None)
        if run:
            turn = run.mutant.start - run.normal.start
            found += [
                ResidueEdit(
                    Interval(a - turn, a - turn + 1),
                    Interval(a, a + 1),
                    aligned=True,
                    calls=_carried(a, normal, mutant, placed),
                )
                for a in _differing(mutant.protein, normal.protein, run)
            ]
            mutant_at, normal_at = run.mutant.end, run.normal.end
    return _with_joints(found, placed, mutant)


def _exchanged(normal: Reading, mutant: Reading, edits: Sequence[CarriedEdit]) -> tuple[ResidueEdit, ...]:
    """List the residues that differ where bases do, each in its place: mostly there is but one."""
    start, length = normal.start, len(normal.protein)
    codons = {
        codon
        for edit in edits
        for codon in range((edit.span.start - start) // CODON, (edit.span.end - 1 - start) // CODON + 1)
    }
    found = []
    for codon in sorted(codons):
        if 0 <= codon < length and normal.protein[codon] != mutant.protein[codon]:
            first = start + CODON * codon
            own = (edit.calls for edit in edits if edit.span.start < first + CODON and first < edit.span.end)
            at = Interval(codon, codon + 1)
            found.append(ResidueEdit(at, at, aligned=True, calls=tuple(dict.fromkeys(chain.from_iterable(own)))))
    return tuple(found)


def _differing(mutant: str, normal: str, run: _Run) -> Iterator[int]:
    """Yield the mutant residues of a run that differ, without looking at each of the others."""
    ours = mutant[run.mutant.start : run.mutant.end]
    theirs = normal[run.normal.start : run.normal.end]
    at = shared(ours, theirs)
    while at < len(ours):
        yield run.mutant.start + at
        at += 1
        at += shared(ours[at:], theirs[at:])


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
        placed.append(_Placed(edit, first, first + len(edit.bases), opens, _takes_stop(edit, first, normal, mutant)))
    return placed


def _takes_stop(edit: CarriedEdit, first: int, normal: Reading, mutant: Reading) -> bool:
    """Whether the codons that an edit changes would hold a stop without it."""
    lead = (first - mutant.start) % CODON
    codons = -(-(lead + len(edit.span)) // CODON)
    begin = max(first - lead, 0)
    there = mutant.bases[begin:first] + normal.bases[edit.span.start : edit.span.start - lead + CODON * codons]
    return first >= mutant.start and STOP in translate(there[: len(there) // CODON * CODON], contig=normal.contig)


def _shared_runs(placed: Sequence[_Placed], normal: Reading, mutant: Reading) -> list[_Run]:
    runs = []
    # the first codon of an incomplete CDS may begin before the transcript
    begin, shift = min(0, mutant.start), 0
    for one in (*(one for one in placed if one.edit.gain), None):
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
        if one.edit.gain
        and mutant.start + CODON * m.start <= one.end
        and one.first <= mutant.start + CODON * (m.end + last)
    ]
    behind = stop_calls if last else ()
    carried = [_carried(i, normal, mutant, placed, behind) for i in range(m.start, m.end + last)]
    lead = _trimmed(shared(normal.protein[n.start : n.end], mutant.protein[m.start : m.end]), carried)
    tail = 0
    if not last:
        tail = shared(normal.protein[n.start + lead : n.end][::-1], mutant.protein[m.start + lead : m.end][::-1])
        tail = _trimmed(tail, carried[lead:][::-1])
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


def _trimmed(equal: int, carried: Sequence[Calls]) -> int:
    """Of so many codons with equal residues, count those before the first that owes this to a call of its own."""
    if equal == len(carried):
        return equal
    others = set(carried[equal])
    return next((at for at in range(equal) if not others.issuperset(carried[at])), equal)


def _carried(codon: int, normal: Reading, mutant: Reading, placed: Sequence[_Placed], stop_calls: Calls = ()) -> Calls:
    """List the calls without which a mutant codon would be another."""
    first = mutant.start + CODON * codon
    end = first + CODON
    calls: list[Call] = []
    opens: Calls = ()
    passed: list[Call] = []
    shift = 0
    for one in placed:
        if one.first >= end:
            break
        if one.end <= first:
            opens, shift = one.opens, shift + one.edit.gain
            shifts = normal.stop is not None and one.edit.span.end > normal.stop and one.edit.gain % CODON
            passed += one.edit.calls if one.takes_stop or shifts else ()
            continue
        calls += one.edit.calls
    if codon == 0 and shift != mutant.start - normal.start:
        # another codon stands first, and reads as methionine for it: owed to those that took the codons before it
        calls += [
            call for one in placed if one.end <= first and one.edit.span.end > normal.start for call in one.edit.calls
        ]
    # where translation reads past the place of the normal stop
    beyond = normal.stop is not None and first - shift >= normal.stop
    # in another frame, or beyond that place, all depends on each stop that was taken, and each shift there
    passed = passed if opens or beyond else []
    return tuple(dict.fromkeys((*opens, *(stop_calls if beyond else ()), *passed, *calls)))


def _with_joints(found: Sequence[ResidueEdit], placed: Sequence[_Placed], mutant: Reading) -> tuple[ResidueEdit, ...]:
    """Let what holds both codons beside a deletion carry it, with the calls whose shift of the frame it mends."""
    edits = list(found)
    opens: Calls = ()
    for one in placed:
        before, opens = opens, one.opens
        joint, within = divmod(one.first - mutant.start, CODON)
        carried = one.first < one.end or set(one.edit.calls) <= set(opens)
        if carried or within or not 0 < joint < len(mutant.protein):
            continue
        calls = tuple(dict.fromkeys((*before, *one.edit.calls)))
        index = sum(edit.mutant.end <= joint for edit in edits)
        last = edits[index - 1] if index else None
        following = edits[index] if index < len(edits) else None
        if last is not None and last.mutant.start == joint:
            edits[index - 1] = replace(last, calls=tuple(dict.fromkeys((*calls, *last.calls))))
        elif following is not None and following.mutant.start < joint:
            at = Interval(following.normal.end, following.normal.end)
            edits[index : index + 1] = [
                replace(following, mutant=Interval(following.mutant.start, joint)),
                ResidueEdit(at, Interval(joint, joint), aligned=False, calls=calls),
                replace(following, normal=at, mutant=Interval(joint, following.mutant.end)),
            ]
        elif following is None or following.mutant.start > joint or not set(calls) <= set(following.calls):
            place = joint + (last.normal.end - last.mutant.end if last is not None else 0)
            at = Interval(place, place)
            edits.insert(index, ResidueEdit(at, Interval(joint, joint), aligned=False, calls=calls))
    return tuple(edits)
