"""Peptide windows: the k-mers of a mutant protein that its normal protein lacks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from neosieve.model.peptide import Peptide
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from neosieve.model.protein import ProteinChange, ResidueEdit
    from neosieve.model.variant import Call

STANDARD = frozenset("ACDEFGHIKLMNPQRSTVWY")
_STANDARD = "".join(sorted(STANDARD)).encode()  # deleting bytes is the quickest way to look for others
FLANK = 15
"""Residues kept on each side of a peptide: what MHCflurry's processing models read (O'Donnell 2020)."""


class Window(NamedTuple):
    """A k-mer of a mutant protein."""

    sequence: str
    offset: int
    """0-based start in the mutant protein."""
    calls: tuple[Call, ...]
    """The calls whose edits it carries."""


class Stretch(NamedTuple):
    """Windows of one length that start one behind the other and carry the same calls.

    There are millions of windows, and mostly what holds for one of a stretch holds for all.
    """

    residues: str
    """From the first window's begin to the last one's end."""
    offset: int
    """0-based start of the first in the mutant protein."""
    length: int
    """Residues of each window."""
    calls: tuple[Call, ...]
    """The calls whose edits each of them carries."""

    @property
    def starts(self) -> range:
        """Where the windows start in the mutant protein."""
        return range(self.offset, self.offset + len(self.residues) - self.length + 1)

    @property
    def sequences(self) -> list[str]:
        """The windows' residues, in order."""
        residues, length = self.residues, self.length
        return [residues[at : at + length] for at in range(len(residues) - length + 1)]

    @property
    def windows(self) -> list[Window]:
        """The windows, in order."""
        return [Window(sequence, at, self.calls) for at, sequence in zip(self.starts, self.sequences, strict=True)]

    def part(self, first: int, behind: int) -> Stretch:
        """Return those of its windows that start at ``first ≤ x < behind``."""
        lead = first - self.offset
        return Stretch(self.residues[lead : behind - self.offset + self.length - 1], first, self.length, self.calls)

    def where(self, holds: Callable[[str], bool]) -> list[Stretch]:
        """Return the windows of whose residues something holds."""
        return [self.part(run.start, run.stop) for run in _runs(one.offset for one in self.windows if holds(one[0]))]

    def absent_from(self, protein: str) -> list[Stretch]:
        """Return the windows that a protein doesn't hold."""
        return self.where(lambda sequence: sequence not in protein)


@dataclass(frozen=True, slots=True)
class Windows:
    """What a mutant protein offers; each by length, then offset."""

    new: tuple[Stretch, ...]
    """K-mers that can be scored."""
    unscorable: tuple[Stretch, ...]
    """K-mers with a residue outside the standard twenty."""


def neo_peptides(change: ProteinChange, lengths: Iterable[int]) -> tuple[Peptide, ...]:
    """Cut the new k-mers that can be scored, with flanks and aligned wild types."""
    return tuple(
        peptide_at(change, window) for stretch in new_windows(change, lengths).new for window in stretch.windows
    )


def new_windows(change: ProteinChange, lengths: Iterable[int]) -> Windows:
    """Find the k-mers of the mutant protein that touch an edit and that its own normal protein lacks.

    Parameters
    ----------
    change
        The pair of proteins.
    lengths
        Peptide lengths, in residues.
    """
    new: list[Stretch] = []
    unscorable: list[Stretch] = []
    shorter, lacking = 0, list[range]()
    for length in sorted(set(lengths)):
        # what holds a shorter one that the normal protein lacks, it lacks as well
        sure = [range(run.start - (length - shorter), run.stop) for run in lacking]
        lacking = []
        for starts in _starts(change, length):
            lacking += _lacking(change, starts, length, sure)
        for run in lacking:
            for stretch in _carrying(change, run, length):
                if _scorable(stretch.residues):
                    new.append(stretch)
                else:
                    new += stretch.where(_scorable)
                    unscorable += stretch.where(_unscorable)
        shorter = length
    return Windows(tuple(new), tuple(unscorable))


def _scorable(residues: str) -> bool:
    return not residues.encode().translate(None, delete=_STANDARD)


def _unscorable(residues: str) -> bool:
    return not _scorable(residues)


def _lacking(change: ProteinChange, starts: range, length: int, sure: Sequence[range]) -> list[range]:
    """Find the windows that the normal protein lacks; of some that is sure."""
    for run in sure:
        if run.start <= starts.start and starts.stop <= run.stop:
            return [starts]
    mutant, normal = change.mutant, change.normal
    found = [start for start in starts if mutant[start : start + length] not in normal]
    return [starts] if len(found) == len(starts) else _runs(found)


def _carrying(change: ProteinChange, starts: range, length: int) -> list[Stretch]:
    """Part windows by the calls that they carry; those of an edit that nobody carries are left out."""
    mutant, edits = change.mutant, change.edits
    if len(edits) == 1:
        calls = edits[0].calls
        return [Stretch(mutant[starts.start : starts.stop + length - 1], starts.start, length, calls)] if calls else []
    edges = chain.from_iterable((edit.mutant.start - length + 1, edit.mutant.end) for edit in edits)
    cuts = sorted({starts.start, starts.stop, *(edge for edge in edges if edge in starts)})
    return [
        Stretch(mutant[first : behind + length - 1], first, length, calls)
        for first, behind in pairwise(cuts)
        if (calls := _carried(edits, first, first + length))
    ]


def _carried(edits: Iterable[ResidueEdit], start: int, end: int) -> tuple[Call, ...]:
    within = (edit.calls for edit in edits if _spans(edit, start, end))
    return tuple(dict.fromkeys(chain.from_iterable(within)))


def _runs(starts: Iterable[int]) -> list[range]:
    """Join ascending numbers that follow one another."""
    runs: list[range] = []
    for start in starts:
        if runs and runs[-1].stop == start:
            runs[-1] = range(runs[-1].start, start + 1)
        else:
            runs.append(range(start, start + 1))
    return runs


def _starts(change: ProteinChange, length: int) -> Iterator[range]:
    """Yield the starts of windows that span an edit, each once, in order."""
    behind = len(change.mutant) - length + 1
    following = 0
    for edit in change.edits:
        # a deletion is spanned by windows that hold residues of both its sides
        stop = edit.mutant.end if len(edit.mutant) else edit.mutant.start
        starts = range(max(following, edit.mutant.start - length + 1), min(stop, behind))
        if starts:
            yield starts
            following = starts.stop


def _spans(edit: ResidueEdit, start: int, end: int) -> bool:
    """Whether a window holds residues of an edit, or both sides of a deletion."""
    return edit.mutant.start < end and start < edit.mutant.end


def peptide_at(change: ProteinChange, window: Window) -> Peptide:
    """Look up a window's flanks, its aligned wild type and the positions that differ from it."""
    sequence, start, calls = window
    end = start + len(sequence)
    within = [edit for edit in change.edits if _spans(edit, start, end)]
    wildtype = wildtype_n = wildtype_c = None
    if all(edit.aligned for edit in within):
        passed = (edit for edit in change.edits if edit not in within and edit.mutant.end <= start)
        normal_start = start + sum(len(edit.normal) - len(edit.mutant) for edit in passed)
        normal_end = normal_start + len(sequence)
        aligned = change.normal[normal_start:normal_end]
        if STANDARD.issuperset(aligned):
            wildtype = aligned
            wildtype_n, wildtype_c = _flanks(change.normal, normal_start, normal_end, change)
    altered = frozenset(
        position - start
        for edit in within
        for position in range(max(start, edit.mutant.start), min(end, edit.mutant.end))
        if wildtype is None or wildtype[position - start] != change.mutant[position]
    )
    n_flank, c_flank = _flanks(change.mutant, start, end, change)
    return Peptide(sequence, start, altered, n_flank, c_flank, wildtype, wildtype_n, wildtype_c, calls)


def _flanks(protein: str, start: int, end: int, change: ProteinChange) -> tuple[str | None, str | None]:
    """Return both flanks: short at a protein's end, None where residues are unknown or the CDS is incomplete there."""
    n_flank: str | None = protein[max(0, start - FLANK) : start]
    c_flank: str | None = protein[end : end + FLANK]
    if UNKNOWN in (n_flank or "") or (start < FLANK and "cds_start_NF" in change.transcript.flags):
        n_flank = None
    if UNKNOWN in (c_flank or "") or (end + FLANK > len(protein) and "cds_end_NF" in change.transcript.flags):
        c_flank = None
    return n_flank, c_flank
