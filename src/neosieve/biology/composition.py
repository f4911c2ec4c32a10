"""A haplotype on one transcript: its two readings, and why a call of it may get no peptide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON
from neosieve.biology.coordinates import BaseEdit, SpliceHit, contradict, trimmed
from neosieve.biology.splicededits import UNKNOWN_BASE, CarriedEdit, Combined, apply, combine
from neosieve.model.genome import Interval
from neosieve.model.ledger import Outcome
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.biology.reading import Reading
    from neosieve.biology.transcripts import Placed, SplicedTranscript
    from neosieve.model.genome import Transcript
    from neosieve.model.variant import Call, Variant

Fate = tuple[Outcome, str]
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
UNKNOWN_CODON: Fate = (
    Outcome.UNSCORABLE_RESIDUES,
    "the reference has an unknown base in the codon",
)
NO_STOP = "no stop codon before the transcript's end: such transcripts decay, and what else is translated is not known"
ABLATED: Fate = (Outcome.NO_NOVEL_PEPTIDE, "the whole transcript is deleted: this copy makes nothing")
GERMLINE_START = "a germline variant on the same haplotype takes the start codon"
CIS_START = "another variant on the same haplotype takes the start codon"


@dataclass(frozen=True, slots=True)
class Composed:
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


def compose(spliced: SplicedTranscript, placed: Sequence[tuple[Placed, Call]], read: Reading | None = None) -> Composed:
    """Apply germline calls to the transcript, and somatic ones to that.

    Parameters
    ----------
    spliced, placed
        The transcript, and where each call of the haplotype lies on it.
    read
        What a somatic call alone makes, where that is known already.
    """
    combined = _combine(spliced, placed)
    if read is not None:
        return Composed(spliced, spliced.normal, read, read.bases, combined.edits, combined)
    inherited = [(one, call) for one, call in placed if call.germline]
    normal: Reading | None
    if inherited:
        germline = _combine(spliced, inherited)
        normal_bases = apply(spliced.bases, germline.edits)
        normal_start = spliced.begin_of(germline.edits, spliced.bases, normal_bases, spliced.start)
        somatic = _on_normal(combined, germline, len(normal_bases))
        if _begin_unknown(spliced, inherited):
            normal_start = None
        normal = None if normal_start is None else spliced.read(normal_bases, normal_start, germline.edits)
    else:
        normal_bases, normal_start, somatic, normal = spliced.bases, spliced.start, combined.edits, spliced.normal
        if not somatic:
            return Composed(spliced, normal, normal, normal_bases, (), combined)
    mutant_bases = apply(normal_bases, somatic)
    mutant = None
    if normal_start is not None and not _begin_unknown(spliced, placed):
        start = spliced.begin_of(somatic, normal_bases, mutant_bases, normal_start)
        if start is not None:
            mutant = spliced.read(mutant_bases, start, combined.edits)
    return Composed(spliced, normal, mutant, mutant_bases, somatic, combined)


def _begin_unknown(spliced: SplicedTranscript, placed: Sequence[tuple[Placed, Call]]) -> bool:
    """Whether bases on both sides of where an incomplete CDS begins change: in what frame it goes on can't be known."""
    first = spliced.transcript.cds.start
    return not spliced.begins and any(
        isinstance(one, BaseEdit)
        and one.span.start <= first < one.span.end
        and (one.span.start < first or _reaches_before(call.variant, spliced.transcript))
        for one, call in placed
    )


def _reaches_before(variant: Variant, transcript: Transcript) -> bool:
    """Whether a variant changes bases upstream of a transcript."""
    span, whole = trimmed(variant)[0], transcript.span
    return span.start < whole.start if transcript.strand > 0 else span.end > whole.end


def _combine(spliced: SplicedTranscript, placed: Sequence[tuple[Placed, Call]]) -> Combined:
    edits = [(one, call) for one, call in placed if isinstance(one, BaseEdit)]
    if len(placed) == len(edits) == 1:
        return combine(edits, spliced.bases)
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
    if not disputed:
        return combined
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
            edits.append(CarriedEdit(Interval(start, length), UNKNOWN_BASE * (length - start), calls))
        else:
            edits.append(CarriedEdit(Interval(start, start + len(edit.span)), edit.bases, calls))
    return tuple(edits)


def _shifted(offset: int, germline: Combined) -> int:
    return offset + sum(edit.gain for edit in germline.edits if edit.span.end <= offset)


def protein_of(reading: Reading, spliced: SplicedTranscript) -> str:
    """Return a protein whose end is marked as unknown where a stop is missing that the transcript should have."""
    open_end = reading.stop is None and spliced.normal.stop is not None
    return reading.protein + UNKNOWN if open_end and not reading.protein.endswith(UNKNOWN) else reading.protein


def fates_of(haplotype: Composed, placed: Sequence[tuple[Placed, Call]], altering: set[Call]) -> dict[Call, Fate]:
    """Say of each somatic call why it would get no peptide; those that do get some are taken out by the caller."""
    fates = {
        call: _fate(one, call, haplotype, alone=len(placed) == 1, alters=call in altering)
        for one, call in placed
        if one is not None and not call.germline
    }
    return {call: fate for call, fate in fates.items() if fate is not None}


def _fate(one: BaseEdit | SpliceHit, call: Call, haplotype: Composed, *, alone: bool, alters: bool) -> Fate | None:
    normal, mutant, unknown = haplotype.normal, haplotype.mutant, haplotype.combined.unknown_from
    own = [edit for edit in haplotype.edits if call in edit.calls]
    if isinstance(one, SpliceHit):
        where = f"{'edge' if one.site == 'boundary' else one.site} of intron {one.junction + 1}"
        return Outcome.SPLICE_UNMODELLED, f"the {where} is hit: how the transcript is spliced instead is unknown"
    if call in haplotype.combined.conflicting:
        return SAME_BASES
    if normal is None:
        return Outcome.PHASE_UNRESOLVED, GERMLINE_START
    if len(one.span) == len(haplotype.spliced.bases):
        return ABLATED
    first_codon = Interval(max(normal.start, 0), normal.start + CODON)
    if unknown is not None and (one.span.end > unknown or (mutant is None and unknown < first_codon.end)):
        return BEHIND_UNKNOWN
    if mutant is None:
        takes = any(edit.span.start < first_codon.end and edit.span.end >= first_codon.start for edit in own)
        return START_LOST if takes else (Outcome.PHASE_UNRESOLVED, CIS_START)
    if blurred(one, normal):
        return UNKNOWN_CODON
    if not alone and alters and mutant.stop is not None:
        behind = all(_shift(edit, haplotype.edits) + edit.span.start > mutant.stop for edit in own)
        return NOT_TRANSLATED if behind else None
    no_stop = alters and unknown is None and mutant.stop is None and normal.stop is not None
    return (Outcome.NO_NOVEL_PEPTIDE, NO_STOP) if no_stop else None


def blurred(edit: BaseEdit, normal: Reading | None) -> bool:
    """Whether an edit lies in a codon whose residue the reference doesn't tell."""
    if normal is None:
        return False
    first = (edit.span.start - normal.start) // CODON
    last = (max(edit.span.end - 1, edit.span.start) - normal.start) // CODON
    return UNKNOWN in normal.protein[max(first, 0) : last + 1]


def _shift(edit: CarriedEdit, edits: Sequence[CarriedEdit]) -> int:
    """Bases gained before an edit."""
    return sum(one.gain for one in edits if one.span.end <= edit.span.start and one is not edit)
