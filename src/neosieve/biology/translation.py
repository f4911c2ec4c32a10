"""Proteins from sequence: edit the transcript, translate, compare."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON
from neosieve.biology.comparison import residue_edits
from neosieve.biology.consequences import describe
from neosieve.biology.coordinates import BaseEdit, SpliceHit, contradict, trimmed
from neosieve.biology.decay import decay_of_stop
from neosieve.biology.edits import shared
from neosieve.biology.splicededits import CarriedEdit, Combined, apply, combine, in_place
from neosieve.biology.splicing import alternatives
from neosieve.biology.transcripts import SplicedTranscript
from neosieve.model.annotation import TranscriptConsequence
from neosieve.model.genome import Interval
from neosieve.model.ledger import Outcome
from neosieve.model.protein import UNKNOWN, ProteinChange, ResidueEdit, Unresolved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.biology.reading import Reading
    from neosieve.biology.transcripts import Genome, Placed
    from neosieve.biology.translator import Pair
    from neosieve.model.genome import Transcript
    from neosieve.model.variant import Call, Variant

Fate = tuple[Outcome, str]
START_CODON = "ATG"
FAR = 16
"""Residues between two edits beyond which no peptide holds both: the longest has fifteen."""
OVER_EDGE = "the deletion reaches over an exon's edge: that the rest is spliced as annotated is an assumption"
NO_STOP = "no stop codon before the transcript's end: such transcripts decay, and what else is translated is not known"
SAME_BASES: Fate = (
    Outcome.PHASE_UNRESOLVED,
    "another variant on the same haplotype changes the same bases: as called, the two can't both be there",
)
BEHIND_UNKNOWN: Fate = (
    Outcome.PHASE_UNRESOLVED,
    "upstream on the same haplotype the transcript can't be known, so neither whether and how this variant is read",
)
NOT_TRANSLATED: Fate = (
    Outcome.NO_NOVEL_PEPTIDE,
    "a stop on the same haplotype ends translation before this variant",
)
START_LOST: Fate = (
    Outcome.START_LOST_UNMODELLED,
    "the start codon is lost; where translation starts instead is unknown",
)
GERMLINE_START = "a germline variant on the same haplotype takes the start codon"
CIS_START = "another variant on the same haplotype takes the start codon"


class Hypothesis(StrEnum):
    """What is made only when asked for."""

    SPLICE = "splice"
    """Exon skipping and intron retention where a canonical splice site is lost."""
    START = "start"
    """Translation from the next ATG where the start codon is lost (leaky scanning, Kozak 1989)."""


@dataclass(frozen=True, slots=True)
class _Alone:
    """What a call alone does to a transcript's protein."""

    alters: bool
    first: int | None
    """The first residue that differs; None if none does."""
    local: bool
    """Whether nothing but residues in its place differ."""


@dataclass(frozen=True, slots=True)
class _Haplotype:
    """A haplotype's two proteins on one transcript, and what lies between them."""

    spliced: SplicedTranscript
    normal: Reading | None
    """With the germline calls; None where they take the start codon."""
    mutant: Reading | None
    """With all calls; None where the start codon is lost or unknown."""
    mutant_bases: str
    edits: tuple[CarriedEdit, ...]
    """Somatic ones, in offsets of the normal transcript."""
    combined: Combined


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
        self._placed: dict[tuple[Variant, str], Placed] = {}
        self._alone: dict[tuple[Variant, str], _Alone] = {}

    def annotate(self, call: Call) -> tuple[TranscriptConsequence, ...]:
        """Say what a call alone does to each transcript that it overlaps, for people and for the ledger."""
        variant = call.variant
        contig = self._genome.contig(variant.chrom)
        if contig is None:
            return ()
        at = Interval(variant.start, variant.start + len(variant.ref))
        return tuple(self._consequence(call, transcript) for transcript in self._genome.transcripts_at(contig, at))

    def touches_coding(self, call: Call, consequence: TranscriptConsequence) -> bool:
        """See :class:`~neosieve.biology.translator.Translator`: anything exonic from the start codon on counts."""
        transcript = self._spliced(consequence.transcript).transcript
        match self._place(call.variant, transcript):
            case BaseEdit(span=span):
                return span.end >= transcript.cds.start
            case SpliceHit():
                return True
        return False

    def alters_protein(self, call: Call, consequence: TranscriptConsequence) -> bool:
        """See :class:`~neosieve.biology.translator.Translator`."""
        return self._alone[call.variant, consequence.transcript].alters

    def changes(self, pairs: Sequence[Pair]) -> tuple[ProteinChange | Unresolved, ...]:
        """See :class:`~neosieve.biology.translator.Translator`."""
        told = dict(pairs)
        spliced = self._spliced(pairs[0][1].transcript)
        placed = [(self._place(call.variant, spliced.transcript), call) for call in told]
        haplotype = _compose(spliced, placed)
        fates = _fates(haplotype, placed, {call for call, one in pairs if self.alters_protein(call, one)})
        found: list[ProteinChange] = []
        change = _change(haplotype, told, placed)
        if change is not None:
            found.append(change)
        found += self._hypothetical(spliced, placed, told, haplotype)
        carried = {call for one in found for edit in one.edits for call in edit.calls}
        unresolved = tuple(
            Unresolved(told[call], (call,), *fate) for call, fate in fates.items() if call not in carried
        )
        return (*found, *unresolved)

    def reach(self, change: ProteinChange, pairs: Sequence[Pair], neighbour: Pair) -> Interval | None:
        """See :class:`~neosieve.biology.translator.Translator`: the residues that differ between both mutants."""
        spliced = self._spliced(neighbour[1].transcript)
        if change.edits and (quick := self._quick_reach(change, neighbour, spliced)) is not None:
            return quick[0]
        placed = [(self._place(call.variant, spliced.transcript), call) for call, _ in (*pairs, neighbour)]
        joined = _compose(spliced, placed)
        old = change.mutant
        new = "" if joined.mutant is None else _protein(joined.mutant, spliced)
        if new == old:
            return None
        lead = shared(old, new)
        end = len(old) - shared(old[lead:][::-1], new[lead:][::-1])
        # residues put in or taken out between two: every peptide over that point
        return Interval(lead, end) if lead < end else Interval(max(lead - 1, 0), min(lead + 1, len(old)))

    def _quick_reach(
        self, change: ProteinChange, neighbour: Pair, spliced: SplicedTranscript
    ) -> tuple[Interval | None] | None:
        """Answer for a neighbour that lies apart from a haplotype's edits without translating both; None if near."""
        call, told = neighbour
        placed = self._place(call.variant, spliced.transcript)
        alone = self._alone[call.variant, told.transcript]
        if not isinstance(placed, BaseEdit):
            return None
        at = (placed.span.start - spliced.start) // CODON
        first, last = change.edits[0], change.edits[-1]
        behind = at + len(placed.span) // CODON + 1
        if max(behind, alone.first or 0) + FAR < first.normal.start:
            return (None,) if alone.local or alone.first is None else (Interval(alone.first, len(change.mutant)),)
        end = last.normal.end
        if not last.aligned and end == len(change.normal):  # read in another frame up to a stop of its own
            end = first.normal.start + len(change.mutant) - first.mutant.start
        return (None,) if at > end + FAR else None

    def _spliced(self, name: str) -> SplicedTranscript:
        found = self._transcripts.get(name)
        if found is None:
            transcript = self._genome.transcript(name)
            if transcript is None:
                raise KeyError(f"the reference holds no transcript {name}")
            found = self._transcripts[name] = SplicedTranscript.of(transcript, self._genome)
        return found

    def _place(self, variant: Variant, transcript: Transcript) -> Placed:
        key = variant, transcript.name
        if key not in self._placed:
            self._placed[key] = self._spliced(transcript.name).place(variant)
        return self._placed[key]

    def _consequence(self, call: Call, transcript: Transcript) -> TranscriptConsequence:
        spliced = self._spliced(transcript.name)
        placed = self._place(call.variant, transcript)
        alone = _compose(spliced, [(placed, replace(call, germline=False))])
        normal, mutant = spliced.normal, alone.mutant
        silent = mutant is not None and _protein(mutant, spliced) == _protein(normal, spliced)
        self._alone[call.variant, transcript.name] = _Alone(
            alters=not silent,
            first=None if silent else 0 if mutant is None else shared(normal.protein, mutant.protein),
            local=mutant is not None and mutant.stop == normal.stop and len(mutant.bases) == len(normal.bases),
        )
        told = describe(
            call.variant,
            spliced.layout,
            placed,
            normal,
            None if isinstance(placed, SpliceHit) else mutant,
            lambda interval: self._genome.bases(transcript.contig, interval),
        )
        return TranscriptConsequence(
            transcript=transcript.name,
            gene=transcript.gene,
            gene_id=transcript.gene_id,
            terms=told.terms,
            biotype=transcript.biotype,
            flags=transcript.flags,
            change=told.change,
            cds_position=told.cds_position,
            hgvs_c=told.hgvs_c,
            hgvs_p=told.hgvs_p,
            normal_protein=normal.protein,
            canonical=transcript.canonical,
            mane_select=transcript.mane_select,
            support_level=transcript.support_level,
            exon=told.exon,
            problem=transcript.problem,
        )

    def _hypothetical(
        self,
        spliced: SplicedTranscript,
        placed: Sequence[tuple[Placed, Call]],
        told: dict[Call, TranscriptConsequence],
        haplotype: _Haplotype,
    ) -> list[ProteinChange]:
        found: list[ProteinChange] = []
        hits = [(one, call) for one, call in placed if isinstance(one, SpliceHit)]
        if Hypothesis.SPLICE in self._hypotheses and len(hits) == 1 and not hits[0][1].germline:
            ((hit, call),) = hits
            contig = spliced.transcript.contig
            for edit, words in alternatives(
                hit, trimmed(call.variant), spliced.layout, lambda interval: self._genome.bases(contig, interval)
            ):
                instead = [(edit if other is call else one, other) for one, other in placed]
                change = _change(_compose(spliced, instead), told, instead)
                if change is not None:
                    found.append(replace(change, doubts=(*change.doubts, words)))
        if Hypothesis.START in self._hypotheses and haplotype.mutant is None and haplotype.normal is not None:
            change = _from_next_start(haplotype, told)
            if change is not None:
                found.append(change)
        return found


def _compose(spliced: SplicedTranscript, placed: Sequence[tuple[Placed, Call]]) -> _Haplotype:
    """Apply germline calls to the transcript, and somatic ones to that."""
    germline = _combine(spliced, [(one, call) for one, call in placed if call.germline])
    combined = _combine(spliced, placed)
    normal_bases = apply(spliced.bases, germline.edits)
    normal_start = spliced.begin_of(germline.edits, spliced.bases, normal_bases, spliced.start)
    somatic = _on_normal(combined, germline, len(normal_bases))
    mutant_bases = apply(normal_bases, somatic)
    normal = mutant = None
    if normal_start is not None:
        normal = spliced.read(normal_bases, normal_start, germline.edits) if germline.edits else spliced.normal
        start = spliced.begin_of(somatic, normal_bases, mutant_bases, normal_start)
        if start is not None:
            mutant = spliced.read(mutant_bases, start, (*combined.edits,))
    return _Haplotype(spliced, normal, mutant, mutant_bases, somatic, combined)


def _combine(spliced: SplicedTranscript, placed: Sequence[tuple[Placed, Call]]) -> Combined:
    edits = [(one, call) for one, call in placed if isinstance(one, BaseEdit)]
    edges = (0, *spliced.layout.junctions)
    # skipping the exon before the junction would take its bases, too
    unknown = [
        (edges[one.junction + (one.site == "acceptor")], call) for one, call in placed if isinstance(one, SpliceHit)
    ]
    # what a deletion over an exon's edge takes of an intron can't be changed there as well
    beside = [call.variant for one, call in placed if one is None]
    disputed = [
        (one.span.start, call)
        for one, call in edits
        if one.over_edge and any(contradict(call.variant, other) for other in beside)
    ]
    combined = combine(edits, spliced.bases, (*unknown, *disputed))
    return replace(combined, conflicting=(*combined.conflicting, *(call for _, call in disputed)))


def _on_normal(combined: Combined, germline: Combined, length: int) -> tuple[CarriedEdit, ...]:
    """Carry the somatic edits over to the normal transcript, which holds the germline ones."""
    edits = []
    for edit in combined.edits:
        calls = tuple(call for call in edit.calls if not call.germline)
        if not calls:
            continue
        start = _shifted(edit.span.start, germline)
        if combined.unknown_from is not None and edit is combined.edits[-1]:
            edits.append(CarriedEdit(Interval(start, length), "N" * (length - start), calls))
        else:
            edits.append(CarriedEdit(Interval(start, start + len(edit.span)), edit.bases, calls))
    return tuple(edits)


def _shifted(offset: int, germline: Combined) -> int:
    return offset + sum(edit.gain for edit in germline.edits if edit.span.end <= offset)


def _protein(reading: Reading, spliced: SplicedTranscript) -> str:
    """Return a protein whose end is marked as unknown where a stop is missing that the transcript should have."""
    open_end = reading.stop is None and spliced.normal.stop is not None
    return reading.protein + UNKNOWN if open_end and not reading.protein.endswith(UNKNOWN) else reading.protein


def _fates(haplotype: _Haplotype, placed: Sequence[tuple[Placed, Call]], altering: set[Call]) -> dict[Call, Fate]:
    """Say of each somatic call why it would get no peptide; those that do get some are taken out by the caller."""
    fates: dict[Call, Fate] = {}
    normal, mutant, unknown = haplotype.normal, haplotype.mutant, haplotype.combined.unknown_from
    first_codon = None if normal is None else Interval(max(normal.start, 0), normal.start + CODON)
    for one, call in placed:
        if call.germline or one is None:
            continue
        own = [edit for edit in haplotype.edits if call in edit.calls]
        if isinstance(one, SpliceHit):
            where = (
                f"{one.site} of intron {one.junction + 1}"
                if one.site != "boundary"
                else f"edge of intron {one.junction + 1}"
            )
            fates[call] = (
                Outcome.SPLICE_UNMODELLED,
                f"the {where} is hit: how the transcript is spliced instead is unknown",
            )
        elif call in haplotype.combined.conflicting:
            fates[call] = SAME_BASES
        elif first_codon is None:
            fates[call] = Outcome.PHASE_UNRESOLVED, GERMLINE_START
        elif (unknown is not None and one.span.end > unknown) or (
            mutant is None and unknown is not None and unknown < first_codon.end
        ):
            fates[call] = BEHIND_UNKNOWN
        elif mutant is None:
            takes = any(edit.span.start < first_codon.end and edit.span.end >= first_codon.start for edit in own)
            fates[call] = START_LOST if takes else (Outcome.PHASE_UNRESOLVED, CIS_START)
        elif len(placed) > 1 and call in altering and mutant.stop is not None:
            behind = all(_shift(edit, haplotype.edits) + edit.span.start > mutant.stop for edit in own)
            if behind:
                fates[call] = NOT_TRANSLATED
    return fates


def _shift(edit: CarriedEdit, edits: Sequence[CarriedEdit]) -> int:
    """Bases gained before an edit."""
    return sum(one.gain for one in edits if one.span.end <= edit.span.start and one is not edit)


def _change(
    haplotype: _Haplotype, told: dict[Call, TranscriptConsequence], placed: Sequence[tuple[Placed, Call]]
) -> ProteinChange | None:
    """Compare the two proteins; None where they are the same, or one can't be known."""
    spliced, normal, mutant = haplotype.spliced, haplotype.normal, haplotype.mutant
    if normal is None or mutant is None:
        return None
    normal = replace(normal, protein=_protein(normal, spliced))
    open_end = _protein(mutant, spliced)
    edits = residue_edits(normal, replace(mutant, protein=open_end), haplotype.edits)
    carried = tuple(dict.fromkeys(call for edit in edits for call in edit.calls))
    if not carried:
        return None
    over_edge = any(isinstance(one, BaseEdit) and one.over_edge for one, call in placed if call in carried)
    return ProteinChange(
        transcript=told[carried[0]],
        normal=normal.protein,
        mutant=open_end,
        edits=edits,
        label=_label([told[call] for call in carried]),
        consequence="&".join(dict.fromkeys(term for call in carried for term in told[call].terms)),
        remarks=(NO_STOP,) if open_end != mutant.protein else (),
        doubts=(OVER_EDGE,) if over_edge else (),
        nmd=_decay(haplotype, normal, mutant),
    )


def _label(told: Sequence[TranscriptConsequence]) -> str:
    labels = [one.hgvs_p.rpartition(":")[2] for one in told if one.hgvs_p] or [""]
    return labels[0] if len(labels) == 1 else f"p.[{';'.join(label.removeprefix('p.') for label in labels)}]"


def _decay(haplotype: _Haplotype, normal: Reading, mutant: Reading) -> str | None:
    """Judge decay where the mutant's stop comes before the normal one's place."""
    if mutant.stop is None or normal.stop is None or mutant.stop >= in_place(normal.stop, haplotype.edits):
        return None
    junctions = [in_place(offset, haplotype.combined.edits) for offset in haplotype.spliced.layout.junctions]
    return decay_of_stop(mutant.stop, mutant.start, junctions, len(haplotype.mutant_bases))


def _from_next_start(haplotype: _Haplotype, told: dict[Call, TranscriptConsequence]) -> ProteinChange | None:
    """Read from the first ATG behind a lost start codon; None where that makes nothing new."""
    normal, bases = haplotype.normal, haplotype.mutant_bases
    if normal is None or haplotype.combined.unknown_from is not None:
        return None
    start = bases.find(START_CODON, in_place(normal.start, haplotype.edits))
    if start < 0:
        return None
    spliced = haplotype.spliced
    mutant = _protein(spliced.read(bases, start, haplotype.combined.edits), spliced)
    if mutant in normal.protein:
        return None
    calls = tuple(dict.fromkeys(call for edit in haplotype.edits for call in edit.calls))
    whole = ResidueEdit(Interval(0, len(normal.protein)), Interval(0, len(mutant)), aligned=False, calls=calls)
    return ProteinChange(
        transcript=told[calls[0]],
        normal=normal.protein,
        mutant=mutant,
        edits=(whole,),
        label="p.Met1?",
        consequence="&".join(dict.fromkeys(term for call in calls for term in told[call].terms)),
        doubts=("hypothesis: with the start codon lost, translation starts at the next ATG",),
    )
