"""The stretch of a mutant protein around a mutation, beside the normal one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call

FLANK = 20  # residues on either side: more than any class I peptide reaches
LONGEST = 400  # mutant residues; longer tails of frameshifts are cut, and the window says so
LOST_SHOWN = 20  # normal residues shown where the mutant has none or other ones in their place


@dataclass(frozen=True, slots=True)
class Segment:
    """Normal residues and the mutant ones in their place."""

    normal: str
    mutant: str
    changed: bool
    aligned: bool = True
    """Whether they stand for each other one to one; not in an indel or behind a frameshift."""


@dataclass(frozen=True, slots=True)
class ProteinWindow:
    """A window, in the mutant protein's coordinates."""

    start: int
    """0-based, in the mutant protein."""
    normal_start: int
    """0-based, in the normal protein."""
    segments: tuple[Segment, ...]
    begins: bool
    """Whether the window begins where the protein does."""
    ends: bool
    """Whether it ends where the mutant protein does."""
    lost: int
    """Normal residues that the mutant lacks and the window doesn't show."""

    @property
    def mutant(self) -> str:
        """The window's mutant residues."""
        return "".join(segment.mutant for segment in self.segments)


def protein_window(change: ProteinChange, calls: Sequence[Call]) -> ProteinWindow:
    """Cut out what some calls change, with its surroundings.

    Parameters
    ----------
    change
        The two proteins and the edits between them.
    calls
        Those whose edits the window is about; other edits show where they lie within it.
    """
    own = [edit.mutant for edit in change.edits if any(call in calls for call in edit.calls)]
    spans = own or [edit.mutant for edit in change.edits]
    first = min((span.start for span in spans), default=0)
    last = max((span.end for span in spans), default=0)
    start = max(0, first - FLANK)
    end = min(len(change.mutant), last + FLANK, start + LONGEST)
    segments: list[Segment] = []
    normal_start, lost = None, 0
    for normal_at, mutant_at, piece in _pieces(change):
        low, high = max(start, mutant_at), min(end, mutant_at + len(piece.mutant))
        # a deletion has no mutant residue; at the window's first one it lies before it, unless nothing does
        touches = low < high or (not piece.mutant and (start < mutant_at <= end or mutant_at == start == 0))
        if not touches:
            continue
        mutant = piece.mutant[low - mutant_at : high - mutant_at]
        if piece.changed:
            # a normal stretch is shown with the beginning of what replaced it
            normal = piece.normal if low == mutant_at else ""
            shown = normal[: max(len(mutant), LOST_SHOWN)]
            lost += len(normal) - len(shown)
            normal = shown
        else:
            normal = mutant
        if normal_start is None:
            normal_start = normal_at + (low - mutant_at if not piece.changed else 0)
        segments.append(Segment(normal, mutant, piece.changed, piece.aligned))
    return ProteinWindow(start, normal_start or 0, tuple(segments), start == 0, end == len(change.mutant), lost)


def _pieces(change: ProteinChange) -> Iterator[tuple[int, int, Segment]]:
    """Yield (normal start, mutant start, segment) over both whole proteins."""
    normal_at = mutant_at = 0
    for edit in change.edits:
        if edit.mutant.start > mutant_at:
            same = change.mutant[mutant_at : edit.mutant.start]
            yield normal_at, mutant_at, Segment(same, same, changed=False)
        yield (
            edit.normal.start,
            edit.mutant.start,
            Segment(
                change.normal[edit.normal.start : edit.normal.end],
                change.mutant[edit.mutant.start : edit.mutant.end],
                changed=True,
                aligned=edit.aligned,
            ),
        )
        normal_at, mutant_at = edit.normal.end, edit.mutant.end
    if mutant_at < len(change.mutant):
        same = change.mutant[mutant_at:]
        yield normal_at, mutant_at, Segment(same, same, changed=False)
