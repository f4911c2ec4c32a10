"""Which transcripts make a peptide; what transcripts of a gene share is held once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from neosieve.biology.windows import Window, peptide_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from neosieve.biology.windows import Stretch
    from neosieve.model.peptide import Peptide
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call

Calls = tuple["Call", ...]


class Source(NamedTuple):
    """One transcript's way to a peptide."""

    change: ProteinChange
    window: Window
    phase: str
    """What phases a compound; ``single``; ``unphased_neighbour`` where a call of unknown phase may change it."""
    remarks: tuple[str, ...]

    @property
    def peptide(self) -> Peptide:
        """The peptide as it lies in this transcript's protein; made anew at each call."""
        return peptide_at(self.change, self.window)


class Told(NamedTuple):
    """Windows of which the same is to be told."""

    stretch: Stretch
    sequences: list[str]
    """Of its windows."""
    phase: str
    """See :class:`Source`."""
    remarks: tuple[str, ...]


class Maker(NamedTuple):
    """A transcript's protein that offers what a cut holds."""

    turn: int
    """How many were added before it."""
    change: ProteinChange
    shift: int
    """Residues from where the cut's windows start to where they do in this protein."""


class Noted(NamedTuple):
    """What a cut holds of one call."""

    sequences: set[str]
    remarks: dict[str, None]
    """An ordered set."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """What one haplotype offers, with the transcripts on which it does."""

    told: list[Told] = field(default_factory=list)
    """As they lie in the first of the proteins."""
    of_calls: dict[Call, Noted] = field(default_factory=dict)
    makers: list[Maker] = field(default_factory=list)
    """One for each transcript."""

    def add(self, told: Told, doubts: Iterable[str]) -> None:
        """Add windows; ``doubts``: what else is to be remarked on the calls that they carry."""
        self.told.append(told)
        remarks = dict.fromkeys((*doubts, *told.remarks))
        for call in told.stretch.calls:
            noted = self.of_calls.get(call)
            if noted is None:
                noted = self.of_calls[call] = Noted(set(), {})
            noted.sequences.update(told.sequences)
            noted.remarks.update(remarks)


Place = tuple[Cut, Told]
"""A cut, and those of its windows among which a peptide is."""


class Sources(Mapping[tuple[Calls, str], list[Source]]):
    """(calls carried, peptide) → the transcripts that make it, in the order in which they were added.

    Most transcripts of a gene offer the same. So what is held is cuts with their transcripts, and the places of a
    peptide in them; its sources are made whenever they are asked for.
    """

    def __init__(self) -> None:
        self._places: dict[Calls, dict[str, tuple[Place, ...]]] = {}
        """By calls, then peptide: mostly a single one."""
        self._added = 0

    def add(self, change: ProteinChange, cut: Cut, shift: int = 0) -> None:
        """Add a transcript that makes a cut's windows, after all of the transcripts before it.

        Parameters
        ----------
        change
            The transcript's protein.
        cut
            Its windows.
        shift
            Residues from where they start in the first protein that makes them to where they start in this one.
        """
        makers, own = cut.makers, change.transcript.transcript
        if not makers:
            for told in cut.told:
                self._place(cut, told)
        # what occurs twice in one protein counts once, at its first place
        if not makers or makers[-1].change.transcript.transcript != own:
            makers.append(Maker(self._added, change, shift))
            self._added += 1

    def _place(self, cut: Cut, told: Told) -> None:
        places = self._places.setdefault(told.stretch.calls, {})
        own = ((cut, told),)  # one for all
        fresh = dict.fromkeys(told.sequences, own)
        if places.keys().isdisjoint(fresh):
            places.update(fresh)
        else:
            for sequence in fresh:
                places[sequence] = places.get(sequence, ()) + own

    def __getitem__(self, key: tuple[Calls, str]) -> list[Source]:
        calls, sequence = key
        places = self._places[calls][sequence]
        made = [(maker, told) for cut, told in places for maker in cut.makers]
        if len(places) > 1:
            firsts: dict[str, tuple[Maker, Told]] = {}
            for one in sorted(made, key=lambda one: one[0].turn):
                firsts.setdefault(one[0].change.transcript.transcript, one)
            made = list(firsts.values())
        return [
            Source(
                maker.change,
                Window(sequence, told.stretch.offset + told.sequences.index(sequence) + maker.shift, calls),
                told.phase,
                told.remarks,
            )
            for maker, told in made
        ]

    def __iter__(self) -> Iterator[tuple[Calls, str]]:
        return ((calls, sequence) for calls, places in self._places.items() for sequence in places)

    def __len__(self) -> int:
        return sum(map(len, self._places.values()))
