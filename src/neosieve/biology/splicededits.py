"""Edits of one spliced transcript, put together: what they leave of its bases, and where each base went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.biology.coordinates import BaseEdit
    from neosieve.model.variant import Call

UNKNOWN_BASE = "N"


@dataclass(frozen=True, slots=True)
class CarriedEdit:
    """Bases of a spliced transcript, what stands in their place, and the calls that say so."""

    span: Interval
    """Offsets in the spliced transcript; a point for an insertion."""
    bases: str
    calls: tuple[Call, ...]

    @property
    def gain(self) -> int:
        """Bases gained, negative for lost."""
        return len(self.bases) - len(self.span)


@dataclass(frozen=True, slots=True)
class Combined:
    """Edits that can stand together."""

    edits: tuple[CarriedEdit, ...]
    """In order, disjoint; what can't be known is replaced by ``N``."""
    conflicting: tuple[Call, ...] = ()
    """Calls that change the same bases in different ways: they can't be on one copy as called."""
    unknown_from: int | None = None
    """Offset from which on nothing is known; None where all is."""


def combine(
    placed: Iterable[tuple[BaseEdit, Call]],
    bases: str,
    unknown: Sequence[tuple[int, Call]] = (),
) -> Combined:
    """Put edits on one copy of a transcript together.

    A substitution is taken base by base, so that an MNV and its own SNVs agree. Where calls contradict one another all
    that they say is unknown or, if one of them is an indel, all from there on: its frame can't be known.

    Parameters
    ----------
    placed
        Edits with their calls, in any order.
    bases
        The spliced transcript.
    unknown
        (offset, call) from which on a call leaves nothing known.
    """
    given = list(placed)
    if len(given) <= 1 and not unknown:
        return Combined(tuple(part for edit, call in given for part in _parts(edit, call, bases)))
    whole = {call: edit.span for edit, call in given}
    parts = sorted(
        (part for edit, call in given for part in _parts(edit, call, bases)),
        key=lambda one: (one.span, one.bases, one.calls[0].variant),
    )
    limits = list(unknown)
    blurred: list[Call] = []
    for edit, call in given:
        if len(edit.bases) == len(edit.span) > 1:
            inside = [
                other for other, span in whole.items() if not len(span) and edit.span.start < span.start < edit.span.end
            ]
            limits += [(edit.span.start, one) for one in (call, *inside) if inside]
    kept: list[CarriedEdit] = []
    for part in parts:
        last = kept[-1] if kept else None
        if last is None or _apart(last, part):
            kept.append(part)
            continue
        calls = tuple(dict.fromkeys((*last.calls, *part.calls)))
        single = len(last.span) == len(last.bases) == len(part.span) == len(part.bases) == 1
        if single:
            blurred += calls if last.bases != part.bases else ()
            kept[-1] = CarriedEdit(last.span, part.bases, calls)
        else:
            limits += [(min(whole[one].start for one in calls), one) for one in calls]
            if part.span.end > last.span.end:
                kept[-1] = part
    conflicting = dict.fromkeys((*blurred, *(call for _, call in limits[len(unknown) :])))
    kept = [
        CarriedEdit(one.span, UNKNOWN_BASE * len(one.bases), one.calls) if conflicting.keys() & one.calls else one
        for one in kept
    ]
    limit = min((offset for offset, _ in limits), default=None)
    if limit is not None:
        causes = tuple(dict.fromkeys(call for offset, call in limits if offset == limit))
        kept = [one for one in kept if one.span.end <= limit]
        kept.append(CarriedEdit(Interval(limit, len(bases)), UNKNOWN_BASE * (len(bases) - limit), causes))
    return Combined(tuple(kept), tuple(conflicting), limit)


def _parts(edit: BaseEdit, call: Call, bases: str) -> list[CarriedEdit]:
    """Split a substitution into its bases; anything else stays whole."""
    if len(edit.bases) != len(edit.span):
        return [CarriedEdit(edit.span, edit.bases, (call,))]
    if len(edit.span) == 1:
        return [CarriedEdit(edit.span, edit.bases, (call,))]
    return [
        CarriedEdit(Interval(offset, offset + 1), base, (call,))
        for offset, base in enumerate(edit.bases, start=edit.span.start)
        if base != bases[offset]
    ]


def _apart(first: CarriedEdit, second: CarriedEdit) -> bool:
    """Whether two edits, in order, can both be made; two insertions at one point have no known order."""
    if not len(first.span) and not len(second.span):
        return first.span.start < second.span.start
    return first.span.end <= second.span.start


def apply(bases: str, edits: Iterable[CarriedEdit]) -> str:
    """Write the edited transcript."""
    parts, position = [], 0
    for edit in edits:
        parts += [bases[position : edit.span.start], edit.bases]
        position = edit.span.end
    return "".join((*parts, bases[position:]))


def moved(offset: int, edits: Iterable[CarriedEdit]) -> int | None:
    """Follow a base to its offset behind the edits; None if it is replaced together with others, or deleted."""
    shift = 0
    for edit in edits:
        if edit.span.end <= offset:
            shift += edit.gain
        elif edit.span.start <= offset and edit.gain:
            return None
    return offset + shift


def start_after(edits: Sequence[CarriedEdit], bases: str, edited: str, start: int) -> int | None:
    """Find the start codon behind the edits; None if it is lost.

    It is kept where the bases that stand at its place, or those right before what followed it, still are the annotated
    start codon.

    Parameters
    ----------
    edits
        In order, disjoint.
    bases, edited
        The spliced transcript without and with the edits.
    start
        Offset of the start codon in ``bases``.
    """
    codon = bases[start : start + CODON]
    left = in_place(start, edits)
    if edited[left : left + CODON] == codon:
        return left
    following = moved(start + CODON, edits)
    if following is not None and following >= CODON and edited[following - CODON : following] == codon:
        return following - CODON
    return None


def in_place(offset: int, edits: Iterable[CarriedEdit]) -> int:
    """Follow a base to its offset behind the edits, or to what stands in its place if it is replaced or deleted."""
    shift = 0
    for edit in edits:
        if edit.span.end <= offset:
            shift += edit.gain
        elif edit.span.start == offset:
            break
        elif edit.span.start < offset:
            shift += edit.span.start + len(edit.bases) - offset
            break
    return offset + shift
