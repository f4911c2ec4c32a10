"""From calls to distinct neo-peptides, with an account of every call on every transcript."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from neosieve.biology.cutting import Cutter
from neosieve.biology.edits import PARTIAL_EXTENSION, PARTIAL_TAIL
from neosieve.biology.effects import CUT_TAIL
from neosieve.biology.haplotypes import Unphased, assumed_cis, complete_phase, in_cis, phase
from neosieve.biology.neighbours import REACH, unphased_neighbours
from neosieve.biology.policy import preference, refusal
from neosieve.biology.sources import Sources
from neosieve.biology.windows import Windows, new_windows
from neosieve.model.genome import Interval
from neosieve.model.ledger import Outcome
from neosieve.model.protein import UNKNOWN, ProteinChange, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.biology.translator import Pair, Translator
    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.variant import Call, Haplotype, Variant

CUT_SHORT = frozenset({CUT_TAIL, PARTIAL_TAIL, PARTIAL_EXTENSION})
"""Remarks on a protein of which residues are missing."""


@dataclass(slots=True)
class Account:
    """What became of one call on one transcript; filled as the run goes."""

    consequence: TranscriptConsequence
    refused: list[tuple[Outcome, str]] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    """Peptides that the transcript's own normal protein lacks."""
    unscorable: set[str] = field(default_factory=set)
    remarks: dict[str, None] = field(default_factory=dict)
    """An ordered set."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """All that the calls' proteins offer."""

    sources: Sources
    """(calls carried, peptide) → the transcripts that make it, the representative first."""
    accounts: dict[tuple[Variant, str], Account]
    """(variant, transcript) → account, for every transcript whose protein the annotation says may differ."""
    germline_proteins: dict[str, str]
    """``transcript with variant`` → what the patient's germline variants make of the normal protein."""


def assemble(
    calls: Sequence[Call],
    lengths: Iterable[int],
    translator: Translator,
    *,
    admit_incomplete: bool,
    unphased: Unphased = Unphased.TRANS,
    beside: frozenset[Variant] = frozenset(),
) -> Assembly:
    """Compose haplotypes on every transcript, translate them, and cut their new peptides.

    Parameters
    ----------
    calls
        Accepted calls, somatic and germline.
    lengths
        Peptide lengths, in residues.
    translator
        Makes proteins of calls.
    admit_incomplete
        Whether transcripts with an incomplete CDS may give mutant proteins.
    unphased
        What to make of neighbours whose phase is unknown.
    beside
        Further accepted calls, which touch no coding sequence, as far as phase sets are named after them.
    """
    assembly = Assembly(Sources(), {}, {})
    calls = complete_phase(calls)
    cutter = Cutter(beside.union(call.variant for call in calls))
    by_transcript = _by_transcript(calls, translator)
    # the representative of a peptide's transcripts first
    for transcript, members in sorted(by_transcript.items(), key=lambda item: preference(item[1][0][1])):
        agreed = len({consequence.normal_protein for _, consequence in members}) == 1
        for call, consequence in members:
            if not call.germline and translator.alters_protein(call, consequence):
                account = Account(consequence)
                refused = refusal(consequence, admit_incomplete=admit_incomplete)
                if refused is None and not agreed:
                    refused = (
                        Outcome.ANNOTATION_MISMATCH,
                        "the records state different normal proteins for the transcript",
                    )
                if refused is not None:
                    account.refused.append(refused)
                assembly.accounts[call.variant, transcript] = account
        _add_germline_proteins(assembly, transcript, members, translator)
        members = sorted((pair for pair in members if pair[0].in_tumor), key=_place)  # noqa: PLW2901
        if not members or not agreed or refusal(members[0][1], admit_incomplete=admit_incomplete) is not None:
            continue
        work = _Transcript(assembly, transcript, members, translator, cutter, tuple(lengths), unphased)
        for haplotype in phase(call for call, _ in members):
            alters = len(haplotype.calls) > 1 or translator.alters_protein(*work.pairs(haplotype)[0])
            if not alters or not work.translate(haplotype):
                work.assume_beside_silent(haplotype)
    return assembly


def _by_transcript(calls: Iterable[Call], translator: Translator) -> dict[str, list[Pair]]:
    grouped: dict[str, list[Pair]] = defaultdict(list)
    for call in calls:
        for consequence in call.consequences:
            if consequence.transcript and translator.touches_coding(call, consequence):
                grouped[consequence.transcript].append((call, consequence))
    return grouped


def _add_germline_proteins(
    assembly: Assembly, transcript: str, members: Sequence[Pair], translator: Translator
) -> None:
    """Add what germline calls make of the normal protein: each by itself, and those in cis together."""
    own = {replace(call, germline=False): told for call, told in members if call.germline}
    haplotypes: list[tuple[Call, ...]] = [(call,) for call in own]
    haplotypes += [one.calls for one in phase(own) if len(one.calls) > 1]
    for calls in haplotypes:
        pairs = [(call, own[call]) for call in calls]
        if len(pairs) > 1 or translator.alters_protein(*pairs[0]):
            for change in translator.changes(pairs):
                if isinstance(change, ProteinChange) and not change.doubts:
                    name = f"{transcript} with {'+'.join(str(call.variant) for call in calls)}"
                    assembly.germline_proteins.setdefault(name, change.mutant)


@dataclass(frozen=True)
class _Transcript:
    """One transcript's calls on the way to peptides."""

    assembly: Assembly
    name: str
    members: Sequence[Pair]
    translator: Translator
    cutter: Cutter
    lengths: tuple[int, ...]
    unphased: Unphased

    @cached_property
    def told(self) -> dict[Call, TranscriptConsequence]:
        return dict(self.members)

    @cached_property
    def longer(self) -> list[Call]:
        """Calls of several bases, which may tell others as well."""
        return [call for call, _ in self.members if len(call.variant.ref) == len(call.variant.alt) > 1]

    def pairs(self, haplotype: Haplotype) -> list[Pair]:
        return [(call, self.told[call]) for call in haplotype.calls]

    def translate(self, haplotype: Haplotype) -> bool:
        """Make a haplotype's peptides, and those that it would make with neighbours of unknown phase.

        Returns whether there is anything to tell: a silent haplotype has nothing.
        """
        changes = self.translator.changes(self.pairs(haplotype))
        for change in changes:
            match change:
                case Unresolved():
                    self._refuse(change)
                case ProteinChange():
                    self._add_germline(change, haplotype)
                    windows = new_windows(change, self.lengths)
                    wanted = windows.new or self.unphased is not Unphased.TRANS
                    on_both = all(call.homozygous for call in haplotype.calls)
                    wanted = wanted and not (on_both and self.unphased is Unphased.CIS)
                    neighbours = self._neighbours(change, haplotype) if wanted else []
                    change = _with_unphased(change, neighbours)  # noqa: PLW2901
                    joined: list[Haplotype] = []
                    if self.unphased is not Unphased.TRANS and not on_both:
                        near = [call for span, (call, _) in neighbours if self._within_reach(change, span)]
                        joined = assumed_cis(haplotype, self._with_mates(near), self.unphased)
                    made = [self._translate_joined(one, haplotype, change) for one in joined]
                    # where an assumption leaves nothing known, what is known without it stays, flagged
                    if not any(made) or self.unphased is Unphased.BOTH:
                        self._cut(change, haplotype, neighbours, windows)
        return len(changes) > 0

    def assume_beside_silent(self, haplotype: Haplotype) -> None:
        """Make what a silent haplotype makes with neighbours of unknown phase, if such are to be assumed in cis."""
        if self.unphased is Unphased.TRANS or all(call.homozygous for call in haplotype.calls):
            return

        def beside(pair: Pair) -> Interval | None:
            place = pair[0].variant.start
            near = any(abs(call.variant.start - place) <= REACH for call in haplotype.calls)
            return Interval(place, place + 1) if near else None

        near = [call for _, (call, _) in unphased_neighbours(haplotype, self.members, beside)]
        for joined in assumed_cis(haplotype, self._with_mates(near), self.unphased):
            self._translate_joined(joined, haplotype, None)

    def _with_mates(self, calls: Sequence[Call]) -> list[Call]:
        """Add the calls that phase puts on the same copy, silent and distant ones included."""
        return [call for call, _ in self.members if any(call is one or in_cis(call, one) for one in calls)]

    def _translate_joined(self, joined: Haplotype, haplotype: Haplotype, alone: ProteinChange | None) -> bool:
        """Make what a haplotype and neighbours make; what the neighbours make without it is left to their own.

        What an assumption would make unknown is no finding. Returns whether anything is made.
        """
        made = False
        for change in self.translator.changes(self.pairs(joined)):
            if isinstance(change, ProteinChange):
                self._add_germline(change, joined)
                found = new_windows(change, self.lengths)
                new, unscorable = (
                    tuple(one for one in stretches if any(call in haplotype.calls for call in one.calls))
                    for stretches in (found.new, found.unscorable)
                )
                made = made or bool(new)
                if alone is not None and self.unphased is Unphased.BOTH:
                    # what needs no assumption is made without one, and flagged
                    new = tuple(part for one in new for part in one.absent_from(alone.mutant))
                neighbours = self._neighbours(change, joined)
                change = _with_unphased(change, neighbours)  # noqa: PLW2901
                without = None if alone is None else (alone, haplotype.evidence)
                self._cut(change, joined, neighbours, Windows(new, unscorable), without)
        return made

    def _neighbours(self, change: ProteinChange, haplotype: Haplotype) -> list[tuple[Interval, Pair]]:
        own = self.pairs(haplotype)
        near = self.translator.near(change, self.members)
        return unphased_neighbours(haplotype, near, self.translator.reach(change, own))

    def _within_reach(self, change: ProteinChange, span: Interval) -> bool:
        """Whether one peptide can hold an edit and a residue of the span."""
        longest = max(self.lengths) - 1
        return any(
            span.start < edit.mutant.end + longest and edit.mutant.start - longest < span.end for edit in change.edits
        )

    def _refuse(self, unresolved: Unresolved) -> None:
        for call in unresolved.calls:
            account = self.assembly.accounts.setdefault((call.variant, self.name), Account(unresolved.transcript))
            account.refused.append((unresolved.reason, unresolved.detail))

    def _add_germline(self, change: ProteinChange, haplotype: Haplotype) -> None:
        if change.normal != change.transcript.normal_protein:
            germline = "+".join(str(call.variant) for call in haplotype.calls if call.germline)
            self.assembly.germline_proteins.setdefault(f"{self.name} with {germline}", change.normal)

    def _cut(
        self,
        change: ProteinChange,
        haplotype: Haplotype,
        neighbours: Sequence[tuple[Interval, Pair]],
        windows: Windows,
        alone: tuple[ProteinChange, str] | None = None,
    ) -> None:
        """Keep a change's peptides; ``alone``: what is made without the neighbours assumed in cis, and its phase."""
        self._account_unknown(change, windows)
        if not windows.new:
            return
        cut, shift = self.cutter.cut(change, haplotype, neighbours, windows.new, self.longer, alone)
        self.assembly.sources.add(change, cut, shift)
        for call, noted in cut.of_calls.items():
            account = self._account(call, change)
            account.new |= noted.sequences
            account.remarks |= noted.remarks

    def _account_unknown(self, change: ProteinChange, windows: Windows) -> None:
        """Tell the calls' accounts what of the protein is not known."""
        for stretch in windows.unscorable:
            for call in stretch.calls:
                self._account(call, change).unscorable.update(stretch.sequences)
        # what is cut short is no neutral result, even where too few residues are left for a single window
        reasons = [
            (Outcome.PHASE_UNRESOLVED if remark == CUT_TAIL else Outcome.SEQUENCE_NEEDED, remark)
            for remark in change.remarks
            if remark in CUT_SHORT
        ]
        for edit in change.edits:
            if reasons and UNKNOWN in change.mutant[edit.mutant.start : edit.mutant.end]:
                for call in edit.calls:
                    self._account(call, change).refused += reasons

    def _account(self, call: Call, change: ProteinChange) -> Account:
        key = call.variant, self.name
        account = self.assembly.accounts.get(key)
        if account is None:
            account = self.assembly.accounts[key] = Account(change.transcript)
        return account


def _place(pair: Pair) -> Variant:
    return pair[0].variant


def _with_unphased(change: ProteinChange, neighbours: Sequence[tuple[Interval, Pair]]) -> ProteinChange:
    """Note on a protein what of it calls of unknown phase would change: a construct holds more than one peptide."""
    if not neighbours:
        return change
    return replace(change, unphased=tuple((span, call) for span, (call, _) in neighbours))
