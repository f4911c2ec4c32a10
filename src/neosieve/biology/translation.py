"""Proteins from sequence: edit the transcript, translate, compare."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON
from neosieve.biology.comparison import residue_edits
from neosieve.biology.composition import NO_STOP, compose, fates_of, protein_of
from neosieve.biology.consequences import describe
from neosieve.biology.coordinates import BaseEdit, SpliceHit, trimmed
from neosieve.biology.decay import decay_of_stop
from neosieve.biology.edits import shared
from neosieve.biology.hgvs import protein_hgvs
from neosieve.biology.reach import Alone, QuickReach, around
from neosieve.biology.splicededits import CarriedEdit, in_place
from neosieve.biology.splicing import alternatives
from neosieve.biology.transcripts import SplicedTranscript
from neosieve.model.annotation import TranscriptConsequence
from neosieve.model.genome import Interval
from neosieve.model.protein import UNKNOWN, Doubt, ProteinChange, ResidueEdit, Unresolved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.biology.composition import Composed
    from neosieve.biology.reading import Reading
    from neosieve.biology.transcripts import Genome, Placed
    from neosieve.biology.translator import Pair, Reach
    from neosieve.model.genome import Transcript
    from neosieve.model.variant import Call, Variant

MOST_SPLICED = 8_192  # held at a time, about 8 kB each; a genome has eight times as many
START_CODON = "ATG"
OVER_EDGE = "the deletion reaches over an exon's edge: that the rest is spliced as annotated is an assumption"
NEXT_START = "hypothesis: with the start codon lost, translation starts at the next ATG"


class Hypothesis(StrEnum):
    """What is made only when asked for."""

    SPLICE = "splice"
    """Exon skipping and intron retention where a canonical splice site is lost."""
    START = "start"
    """Translation from the next ATG where the start codon is lost (leaky scanning, Kozak 1989)."""


class SequenceTranslator:
    """Applies calls to the bases of a transcript. See :class:`~neosieve.biology.translator.Translator`.

    Parameters
    ----------
    genome
        Transcripts and their bases.
    hypotheses
        Products to make beyond what the sequence proves; each is marked as a doubt.
    """

    def __init__(self, genome: Genome, hypotheses: frozenset[Hypothesis] = frozenset()) -> None:
        self._genome = genome
        self._hypotheses = hypotheses
        self._transcripts: dict[str, SplicedTranscript] = {}
        self._alone: dict[int, Alone] = {}
        self._read: dict[int, Reading] = {}
        """By consequence: what a call alone makes, from when it is labelled until it is translated."""
        self._spans: tuple[Sequence[Pair], list[tuple[int, float, Pair]]] = (), []
        """Of the calls that were last asked about: over which residues each can matter to another."""

    def annotate(self, call: Call) -> tuple[TranscriptConsequence, ...]:
        """Say what a call alone does to each transcript that it overlaps, for people and for the ledger."""
        variant = call.variant
        contig = self._genome.contig(variant.chrom)
        if contig is None:
            return ()
        at = Interval(variant.start, variant.start + len(variant.ref))
        return tuple(self._consequence(call, transcript) for transcript in self._genome.transcripts_at(contig, at))

    def forget(self, call: Call) -> None:
        """Drop what is held of a call's consequences, which are asked for no more."""
        for one in call.consequences:
            self._alone.pop(id(one), None)
            self._read.pop(id(one), None)  # another object may get its identity

    def concerns(self, variant: Variant) -> bool:
        """Whether a variant takes an exon's bases or a splice site of any transcript; quick, and nothing is kept."""
        contig = self._genome.contig(variant.chrom)
        if contig is None:
            return True  # to be told of
        at = Interval(variant.start, variant.start + len(variant.ref))
        return any(
            self._spliced(transcript.name).place(variant) is not None
            for transcript in self._genome.transcripts_at(contig, at)
        )

    def touches_coding(self, _call: Call, consequence: TranscriptConsequence) -> bool:
        """See :class:`~neosieve.biology.translator.Translator`: anything exonic from the start codon on counts."""
        match self._alone[id(consequence)].placed:
            case BaseEdit(span=span):
                return span.end >= self._spliced(consequence.transcript).transcript.cds.start
            case SpliceHit():
                return True
        return False

    def alters_protein(self, _call: Call, consequence: TranscriptConsequence) -> bool:
        """See :class:`~neosieve.biology.translator.Translator`."""
        return self._alone[id(consequence)].alters

    def changes(self, pairs: Sequence[Pair]) -> tuple[ProteinChange | Unresolved, ...]:
        """See :class:`~neosieve.biology.translator.Translator`."""
        told = dict(pairs)
        spliced = self._spliced(pairs[0][1].transcript)
        placed = [(self._alone[id(one)].placed, call) for call, one in pairs]
        read = [self._read.pop(id(one), None) for _, one in pairs]
        alone = len(pairs) == 1 and not pairs[0][0].germline
        haplotype = compose(spliced, placed, read[0] if alone else None)
        altering = self._altering(told)
        fates = fates_of(haplotype, placed, altering)
        found: list[ProteinChange] = []
        change = _change(haplotype, told, placed, altering)
        if change is not None:
            found.append(change)
        found += self._hypothetical(spliced, placed, told, haplotype)
        carried = {call for one in found for edit in one.edits for call in edit.calls}
        unresolved = tuple(
            Unresolved(told[call], (call,), *fate) for call, fate in fates.items() if call not in carried
        )
        return (*found, *unresolved)

    def near(self, change: ProteinChange, members: Sequence[Pair]) -> Sequence[Pair]:
        """See :class:`~neosieve.biology.translator.Translator`."""
        if change.inherited:  # its residues aren't where the reference has them
            return members
        if self._spans[0] is not members:  # a transcript's are asked for again and again
            alone = [(self._alone[id(pair[1])], pair) for pair in members]
            self._spans = members, [(one.codons.start, one.end, pair) for one, pair in alone]
        begin, end = around(change)
        return [pair for first, last, pair in self._spans[1] if first <= end and begin <= last]

    def reach(self, change: ProteinChange, pairs: Sequence[Pair]) -> Reach:
        """See :class:`~neosieve.biology.translator.Translator`: the residues that differ between both mutants."""
        quick = QuickReach(change, [self._alone[id(one)] for _, one in pairs], self._spliced(pairs[0][1].transcript))

        def of(neighbour: Pair) -> Interval | None:
            told = quick.of(self._alone[id(neighbour[1])])
            return self._joined_reach(change, (*pairs, neighbour)) if told is None else told[0]

        return of

    def _joined_reach(self, change: ProteinChange, pairs: Sequence[Pair]) -> Interval | None:
        """Translate a haplotype with a neighbour to see which residues differ."""
        spliced = self._spliced(pairs[0][1].transcript)
        joined = compose(spliced, [(self._alone[id(one)].placed, call) for call, one in pairs])
        old = change.mutant
        new = "" if joined.mutant is None else protein_of(joined.mutant, spliced)
        if new == old:
            return None
        lead = shared(old, new)
        end = len(old) - shared(old[lead:][::-1], new[lead:][::-1])
        # residues put in or taken out between two: every peptide over that point
        return Interval(lead, end) if lead < end else Interval(max(lead - 1, 0), min(lead + 1, len(old)))

    def _spliced(self, name: str) -> SplicedTranscript:
        found = self._transcripts.get(name)
        if found is None:
            transcript = self._genome.transcript(name)
            if transcript is None:
                raise KeyError(f"the reference holds no transcript {name}")
            if len(self._transcripts) == MOST_SPLICED:  # a sorted VCF is done with the first one
                del self._transcripts[next(iter(self._transcripts))]
            found = self._transcripts[name] = SplicedTranscript.of(transcript, self._genome)
        return found

    def _consequence(self, call: Call, transcript: Transcript) -> TranscriptConsequence:
        spliced = self._spliced(transcript.name)
        placed = spliced.place(call.variant)
        normal = spliced.normal
        mutant: Reading | None = normal
        if placed is not None:  # a genome's calls lie in introns, mostly
            mutant = compose(spliced, [(placed, replace(call, germline=False) if call.germline else call)]).mutant
        described = describe(
            call.variant,
            spliced.layout,
            placed,
            normal,
            None if isinstance(placed, SpliceHit) else mutant,
            lambda interval: self._genome.bases(transcript.contig, interval),
        )
        told = TranscriptConsequence(
            transcript=transcript.name,
            gene=transcript.gene,
            gene_id=transcript.gene_id,
            terms=described.terms,
            biotype=transcript.biotype,
            flags=transcript.flags,
            change=described.change,
            cds_position=described.cds_position,
            hgvs_c=described.hgvs_c,
            hgvs_p=described.hgvs_p,
            normal_protein=normal.protein,
            canonical=transcript.canonical,
            mane_select=transcript.mane_select,
            support_level=transcript.support_level,
            exon=described.exon,
            problem=transcript.problem,
        )
        own = self._alone[id(told)] = Alone.of(told, placed, spliced, mutant)
        if mutant is not None and own.first is not None:
            self._read[id(told)] = mutant
        return told

    def _altering(self, told: dict[Call, TranscriptConsequence]) -> set[Call]:
        return {call for call, one in told.items() if self.alters_protein(call, one)}

    def _hypothetical(
        self,
        spliced: SplicedTranscript,
        placed: Sequence[tuple[Placed, Call]],
        told: dict[Call, TranscriptConsequence],
        haplotype: Composed,
    ) -> list[ProteinChange]:
        found: list[ProteinChange] = []
        if not self._hypotheses:
            return found
        hits = [(one, call) for one, call in placed if isinstance(one, SpliceHit)]
        if Hypothesis.SPLICE in self._hypotheses and len(hits) == 1 and not hits[0][1].germline:
            ((hit, call),) = hits
            contig = spliced.transcript.contig
            for edit, words in alternatives(
                hit, trimmed(call.variant), spliced.layout, lambda interval: self._genome.bases(contig, interval)
            ):
                instead = [(edit if other is call else one, other) for one, other in placed]
                change = _change(compose(spliced, instead), told, instead, self._altering(told))
                if change is not None:
                    found.append(replace(change, doubts=(*change.doubts, Doubt(words, (call,)))))
        if Hypothesis.START in self._hypotheses and haplotype.mutant is None and haplotype.normal is not None:
            change = _from_next_start(haplotype, told, placed)
            if change is not None:
                found.append(change)
        return found


def _closed(reading: Reading, spliced: SplicedTranscript) -> Reading:
    """Mark an end that is not known."""
    protein = protein_of(reading, spliced)
    return reading if protein == reading.protein else replace(reading, protein=protein)


def _change(
    haplotype: Composed,
    told: dict[Call, TranscriptConsequence],
    placed: Sequence[tuple[Placed, Call]],
    altering: set[Call],
) -> ProteinChange | None:
    """Compare the two proteins; None where they are the same, or one can't be known."""
    spliced, normal, mutant = haplotype.spliced, haplotype.normal, haplotype.mutant
    if normal is None or mutant is None:
        return None
    normal = _closed(normal, spliced)
    told_mutant = _closed(mutant, spliced)
    open_end = told_mutant.protein
    if open_end == normal.protein:
        return None
    edits = residue_edits(normal, told_mutant, haplotype.edits)
    if UNKNOWN in open_end:
        edits = tuple(
            # residues that nobody knows are no call's work
            replace(edit, calls=()) if set(open_end[edit.mutant.start : edit.mutant.end]) == {UNKNOWN} else edit
            for edit in edits
        )
    carried = tuple(dict.fromkeys(call for edit in edits for call in edit.calls))
    if not carried:
        return None
    over_edge = tuple(call for one, call in placed if isinstance(one, BaseEdit) and one.over_edge and call in carried)
    return ProteinChange(
        transcript=told[carried[0]],
        normal=normal.protein,
        mutant=open_end,
        edits=edits,
        label=_label([told[call] for call in carried], normal, mutant, edits, haplotype.edits),
        consequence="&".join(dict.fromkeys(term for call in carried for term in told[call].terms)),
        remarks=(NO_STOP,) if open_end != mutant.protein else (),
        doubts=(Doubt(OVER_EDGE, over_edge),) if over_edge else (),
        told=tuple((call, told[call]) for call in carried),
        inherited=_inherited(haplotype, mutant, altering),
        nmd=_decay(haplotype, normal, mutant),
    )


def _inherited(haplotype: Composed, mutant: Reading, altering: set[Call]) -> tuple[tuple[Interval, Call], ...]:
    """Find the residues of the mutant protein that germline calls change; all behind one that shifts the frame."""
    if not any(call.germline for call in altering):
        return ()
    found, shift, length = [], 0, len(mutant.protein)
    for edit in haplotype.combined.edits:
        begin = edit.span.start + shift - mutant.start
        first, last = begin // CODON, (begin + max(len(edit.bases) - 1, 0)) // CODON
        end = length if edit.gain % CODON else min(last + 1, length)
        own = [call for call in edit.calls if call.germline and call in altering]
        if own and 0 <= first < end:
            found += [(Interval(first, end), call) for call in own]
        shift += edit.gain
    return tuple(found)


def _label(
    told: Sequence[TranscriptConsequence],
    normal: Reading,
    mutant: Reading,
    edits: Sequence[ResidueEdit],
    made: Sequence[CarriedEdit],
) -> str:
    """Name a change: calls that share a codon or a frame by what they make together, others one by one."""
    edits = [edit for edit in edits if len(edit.normal) or len(edit.mutant)]
    together = all(one.mutant.end == other.mutant.start for one, other in pairwise(edits))
    if len(told) > 1 and edits and together:
        at = Interval(edits[0].normal.start, max(edit.normal.end for edit in edits))
        gain = sum(edit.gain for edit in made)
        whole = normal.stop is not None
        return protein_hgvs(
            normal.protein, mutant.protein, at=at, gain=gain, complete=whole, stops=mutant.stop is not None
        )
    labels = [one.hgvs_p.rpartition(":")[2] for one in told if one.hgvs_p] or [""]
    return labels[0] if len(labels) == 1 else f"p.[{';'.join(label.removeprefix('p.') for label in labels)}]"


def _decay(haplotype: Composed, normal: Reading, mutant: Reading) -> str | None:
    """Judge decay where the mutant's stop comes before the normal one's place."""
    if mutant.stop is None or normal.stop is None or mutant.stop >= in_place(normal.stop, haplotype.edits):
        return None
    edits = haplotype.combined.edits
    # a deletion over a junction joins its exons, and so does a retained intron
    kept = {
        in_place(offset, edits)
        for offset in haplotype.spliced.layout.junctions
        if not any(one.span.start < offset < one.span.end or one.span == Interval(offset, offset) for one in edits)
    }
    return decay_of_stop(mutant.stop, mutant.start, sorted(kept), len(haplotype.mutant_bases))


def _from_next_start(
    haplotype: Composed, told: dict[Call, TranscriptConsequence], placed: Sequence[tuple[Placed, Call]]
) -> ProteinChange | None:
    """Read from the first ATG behind a lost start codon; None where that makes nothing new, or the 5′ end is gone."""
    normal, bases = haplotype.normal, haplotype.mutant_bases
    over_edge = [one for one, _ in placed if isinstance(one, BaseEdit) and one.over_edge]
    if normal is None or haplotype.combined.unknown_from is not None or any(one.span.start == 0 for one in over_edge):
        return None
    start = bases.find(START_CODON, in_place(normal.start, haplotype.edits))
    if start < 0:
        return None
    spliced = haplotype.spliced
    reading = spliced.read(bases, start, haplotype.combined.edits)
    mutant = protein_of(reading, spliced)
    if mutant in normal.protein:
        return None
    # those that take the start codon, and those that the new reading meets
    shift = 0
    calls: dict[Call, None] = {}
    for edit in haplotype.edits:
        begin = edit.span.start + shift
        takes = edit.span.start < normal.start + CODON and edit.span.end >= normal.start
        if takes or start <= begin < (len(bases) if reading.stop is None else reading.stop + CODON):
            calls |= dict.fromkeys(edit.calls)
        shift += edit.gain
    own = tuple(calls)
    whole = ResidueEdit(Interval(0, len(normal.protein)), Interval(0, len(mutant)), aligned=False, calls=own)
    words = [NEXT_START, *([OVER_EDGE] if over_edge else [])]
    return ProteinChange(
        transcript=told[own[0]],
        normal=normal.protein,
        mutant=mutant,
        edits=(whole,),
        label="p.Met1?",
        consequence="&".join(dict.fromkeys(term for call in own for term in told[call].terms)),
        doubts=tuple(Doubt(one, own) for one in words),
    )
