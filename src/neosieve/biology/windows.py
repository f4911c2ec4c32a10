"""Peptide windows: the k-mers of a mutant protein that its normal protein lacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple

from neosieve.model.peptide import Peptide
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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


_window: Callable[[tuple[str, int, tuple[Call, ...]]], Window] = partial(tuple.__new__, Window)
"""Makes a window of its fields, as ``Window._make``, without a call into Python for each of millions."""


@dataclass(frozen=True, slots=True)
class Windows:
    """What a mutant protein offers; each by length, then offset."""

    new: tuple[Window, ...]
    """K-mers that can be scored."""
    unscorable: tuple[Window, ...]
    """K-mers with a residue outside the standard twenty."""


def neo_peptides(change: ProteinChange, lengths: Iterable[int]) -> tuple[Peptide, ...]:
    """Cut the new k-mers that can be scored, with flanks and aligned wild types."""
    return tuple(peptide_at(change, window) for window in new_windows(change, lengths).new)


def new_windows(change: ProteinChange, lengths: Iterable[int]) -> Windows:
    """Find the k-mers of the mutant protein that touch an edit and that its own normal protein lacks.

    Parameters
    ----------
    change
        The pair of proteins.
    lengths
        Peptide lengths, in residues.
    """
    new: list[Window] = []
    unscorable: list[Window] = []
    mutant, normal, edits = change.mutant, change.normal, change.edits
    sound = not mutant.encode().translate(None, delete=_STANDARD)
    only = edits[0].calls if len(edits) == 1 else None
    shorter, known = 0, set[int]()
    for length in sorted(set(lengths)):
        gain, lacking = length - shorter, set[int]()
        for starts in _starts(change, length):
            # what holds a shorter one that the normal protein lacks, it lacks as well
            fresh = [
                start
                for start in starts
                if start in known or start + gain in known or mutant[start : start + length] not in normal
            ]
            lacking.update(fresh)
            sequences = [mutant[start : start + length] for start in fresh]
            carried = repeat(only) if only is not None else [_carried(edits, start, start + length) for start in fresh]
            windows = map(_window, zip(sequences, fresh, carried, strict=False))
            if sound and only:
                new += windows
                continue
            for window in windows:
                if window.calls:
                    (new if sound or STANDARD.issuperset(window.sequence) else unscorable).append(window)
        shorter, known = length, lacking
    return Windows(tuple(new), tuple(unscorable))


def _carried(edits: Iterable[ResidueEdit], start: int, end: int) -> tuple[Call, ...]:
    within = (edit.calls for edit in edits if _spans(edit, start, end))
    return tuple(dict.fromkeys(chain.from_iterable(within)))


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
    if len(edit.mutant):
        return edit.mutant.start < end and start < edit.mutant.end
    return start < edit.mutant.start < end


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
