"""A haplotype's protein cut into peptides, with what is to be told of each; once for transcripts that agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.biology.haplotypes import ASSUMED_CIS, SINGLE
from neosieve.biology.neighbours import absent_phase_partner, longer_call
from neosieve.biology.sources import Cut, Told
from neosieve.biology.terms import POLYMORPHIC_LOCUS
from neosieve.biology.windowcontext import WindowContext

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Sequence

    from neosieve.biology.neighbours import Pair
    from neosieve.biology.windowcontext import Context
    from neosieve.biology.windows import Stretch
    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.genome import Interval
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call, Haplotype, Variant

    Alone = tuple[ProteinChange, str]
    Parts = dict[Call, Call]

UNPHASED = "unphased_neighbour"
PART_OF_LONGER = "part_of_longer_call"


class Cutter:
    """Cuts proteins, and finds again what it cut for another transcript.

    Parameters
    ----------
    used
        All variants that phase sets may be named after.
    """

    def __init__(self, used: Collection[Variant]) -> None:
        self._used = used
        self._cuts: dict[Hashable, Cut] = {}

    def cut(
        self,
        change: ProteinChange,
        haplotype: Haplotype,
        neighbours: Sequence[tuple[Interval, Pair]],
        stretches: Sequence[Stretch],
        longer: Iterable[Call],
        alone: Alone | None,
    ) -> tuple[Cut, int]:
        """Tell what a haplotype offers on a transcript.

        Parameters
        ----------
        change, haplotype
            The protein, and the calls that make it.
        neighbours
            Residues that calls of unknown phase would change in cis, and those calls.
        stretches
            The windows, at least one.
        longer
            Calls on the transcript that may tell others as well.
        alone
            What the haplotype makes without the neighbours that are assumed in cis, and its phase; None without such.

        Returns
        -------
        tuple
            The cut, and by how many residues its windows lie further on in this protein.
        """
        first = stretches[0].offset
        parts = {call: whole for call in haplotype.calls if (whole := longer_call(call, longer)) is not None}
        general = (*change.remarks, *_transcript_remarks(change.transcript))
        near = [(span, call) for span, (call, _) in neighbours]
        if alone is not None:  # what is made without the neighbours is another protein on each transcript
            return self._made(change, haplotype, near, stretches, (parts, general), alone), 0
        begin, end = min(one.offset for one in stretches), max(one.offset + len(one.residues) for one in stretches)
        same = (
            haplotype,
            general,
            change.doubts,
            tuple(parts.items()),
            tuple([(one.residues, one.length, one.calls, one.offset - first) for one in stretches]),
            _within(near, begin, end),
            _within(change.inherited, begin, end),
        )
        cut = self._cuts.get(same)
        if cut is None:
            cut = self._cuts[same] = self._made(change, haplotype, near, stretches, (parts, general), None)
        return cut, first - cut.told[0].stretch.offset

    def _made(
        self,
        change: ProteinChange,
        haplotype: Haplotype,
        near: Sequence[tuple[Interval, Call]],
        stretches: Sequence[Stretch],
        known: tuple[Parts, Sequence[str]],
        alone: Alone | None,
    ) -> Cut:
        context = WindowContext(change, haplotype, near, alone)
        words: dict[Context, tuple[str, tuple[str, ...]]] = {}
        cut = Cut()
        for found, stretch in context.parts(stretches):
            if found not in words:
                words[found] = self._words(found, *known)
            cut.add(Told(stretch, stretch.sequences, *words[found]), change.doubted(stretch.calls))
        return cut

    def _words(self, found: Context, parts: Parts, general: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        """Tell a window's phase, and what is remarked on it."""
        calls, near, evidence, inherited = found
        partly = {call: parts[call] for call in calls if call in parts and parts[call] not in calls}
        phased = [evidence] if len(calls) + len(inherited) > 1 or evidence == ASSUMED_CIS else []
        phased += [UNPHASED] if near else []
        phased += [PART_OF_LONGER] if partly else []
        return ";".join(phased) or SINGLE, (*general, *self._remarks(calls, near, partly, inherited))

    def _remarks(
        self, calls: Iterable[Call], near: Iterable[Call], partly: Parts, inherited: Iterable[Call]
    ) -> list[str]:
        remarks = [f"the germline variant {call.variant} on the same copy is in both peptides" for call in inherited]
        remarks += [f"the phase of {call.variant} is unknown: in cis it would change this peptide" for call in near]
        for call in calls:
            if call in partly:
                remarks.append(
                    f"{partly[call].variant} calls the bases of {call.variant} with their neighbours, and the reads "
                    "agree: this peptide probably doesn't exist"
                )
            partner = absent_phase_partner(call, self._used)
            if partner is not None:
                remarks.append(f"the caller phased {call.variant} with {partner}, which is not among the calls used")
        return remarks


def _within(spans: Iterable[tuple[Interval, Call]], begin: int, end: int) -> tuple[tuple[int, int, Call], ...]:
    """List the spans, as far as they lie in a stretch, by their distance from its begin."""
    return tuple(
        [
            (max(span.start, begin) - begin, min(span.end, end) - begin, call)
            for span, call in spans
            if span.start < end and begin < span.end
        ]
    )


def _transcript_remarks(consequence: TranscriptConsequence) -> list[str]:
    remarks = []
    if POLYMORPHIC_LOCUS.match(consequence.gene):
        remarks.append("polymorphic_locus: germline differences and paralogues mimic somatic variants in this gene")
    if "splice_region_variant" in consequence.terms:
        remarks.append("lies in a splice region: splicing may change too")
    if consequence.flags:
        remarks.append(f"the transcript's CDS is incomplete ({', '.join(sorted(consequence.flags))})")
    return remarks
