"""From calls to distinct neo-peptides, with an account of every call on every transcript."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from neosieve.biology.effects import CUT_TAIL, protein_changes
from neosieve.biology.haplotypes import SINGLE, complete_phase, phase
from neosieve.biology.neighbours import absent_phase_partner, longer_call, unphased_neighbours
from neosieve.biology.policy import alters_protein, preference, refusal, touches_coding
from neosieve.biology.terms import POLYMORPHIC_LOCUS
from neosieve.biology.windows import neo_peptides
from neosieve.model.ledger import Outcome
from neosieve.model.protein import UNKNOWN, ProteinChange, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.peptide import Peptide
    from neosieve.model.variant import Call, Haplotype, Variant

UNPHASED = "unphased_neighbour"
PART_OF_LONGER = "part_of_longer_call"


@dataclass(frozen=True, slots=True)
class Source:
    """One transcript's way to a peptide."""

    change: ProteinChange
    peptide: Peptide
    phase: str
    """What phases a compound; ``single``; ``unphased_neighbour`` where a call of unknown phase may change it."""
    remarks: tuple[str, ...]


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

    sources: dict[tuple[tuple[Call, ...], str], list[Source]]
    """(calls carried, peptide) → the transcripts that make it, the representative first."""
    accounts: dict[tuple[Variant, str], Account]
    """(variant, transcript) → account, for every transcript whose protein the annotation says may differ."""
    germline_proteins: dict[str, str]
    """``transcript with variant`` → what the patient's germline variants make of the normal protein."""


def assemble(calls: Sequence[Call], lengths: Iterable[int], *, admit_incomplete: bool) -> Assembly:
    """Compose haplotypes on every transcript, translate them, and cut their new peptides.

    Parameters
    ----------
    calls
        Accepted calls, somatic and germline.
    lengths
        Peptide lengths, in residues.
    admit_incomplete
        Whether transcripts with an incomplete CDS may give mutant proteins.
    """
    assembly = Assembly({}, {}, {})
    calls = complete_phase(calls)
    used = frozenset(call.variant for call in calls)
    for transcript, members in _by_transcript(calls).items():
        agreed = len({consequence.normal_protein for _, consequence in members}) == 1
        for call, consequence in members:
            if alters_protein(consequence) and not call.germline:
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
        _add_germline_proteins(assembly, transcript, members)
        if not agreed or refusal(members[0][1], admit_incomplete=admit_incomplete) is not None:
            continue
        consequences = dict(members)
        for haplotype in phase(consequences):
            pairs = [(call, consequences[call]) for call in haplotype.calls]
            if len(pairs) > 1 or alters_protein(pairs[0][1]):
                _translate(assembly, transcript, haplotype, members, used, lengths)
    for sources in assembly.sources.values():
        sources.sort(key=lambda source: preference(source.change.transcript))
    return assembly


def _by_transcript(calls: Iterable[Call]) -> dict[str, list[tuple[Call, TranscriptConsequence]]]:
    grouped: dict[str, list[tuple[Call, TranscriptConsequence]]] = defaultdict(list)
    for call in calls:
        for consequence in call.consequences:
            if consequence.transcript and touches_coding(consequence):
                grouped[consequence.transcript].append((call, consequence))
    return grouped


def _add_germline_proteins(
    assembly: Assembly, transcript: str, members: Sequence[tuple[Call, TranscriptConsequence]]
) -> None:
    """Add what each germline call makes of the normal protein: the patient has it, on whichever copy."""
    for call, consequence in members:
        if call.germline and alters_protein(consequence):
            for change in protein_changes([(replace(call, germline=False), consequence)]):
                if isinstance(change, ProteinChange):
                    assembly.germline_proteins.setdefault(f"{transcript} with {call.variant}", change.mutant)


def _translate(
    assembly: Assembly,
    transcript: str,
    haplotype: Haplotype,
    members: Sequence[tuple[Call, TranscriptConsequence]],
    used: frozenset[Variant],
    lengths: Iterable[int],
) -> None:
    consequences = dict(members)
    for change in protein_changes([(call, consequences[call]) for call in haplotype.calls]):
        match change:
            case Unresolved():
                for call in change.calls:
                    account = assembly.accounts.setdefault((call.variant, transcript), Account(change.transcript))
                    account.refused.append((change.reason, change.detail))
            case ProteinChange():
                if change.normal != change.transcript.normal_protein:
                    germline = "+".join(str(call.variant) for call in haplotype.calls if call.germline)
                    assembly.germline_proteins.setdefault(f"{transcript} with {germline}", change.normal)
                _cut(assembly, transcript, change, haplotype, members, used, lengths)


def _cut(
    assembly: Assembly,
    transcript: str,
    change: ProteinChange,
    haplotype: Haplotype,
    members: Sequence[tuple[Call, TranscriptConsequence]],
    used: frozenset[Variant],
    lengths: Iterable[int],
) -> None:
    others = [call for call, _ in members]
    parts = {call: longer for call in haplotype.calls if (longer := longer_call(call, others)) is not None}
    neighbours = unphased_neighbours(change, haplotype, members)
    windows = neo_peptides(change, lengths)
    general = (*change.remarks, *_transcript_remarks(change.transcript))
    for sequence, calls in windows.unscorable:
        for call in calls:
            _account(assembly, call, transcript, change).unscorable.add(sequence)
    # what is cut short is no neutral result, even where too few residues are left for a single window
    reasons = [
        (Outcome.PHASE_UNRESOLVED if remark == CUT_TAIL else Outcome.SEQUENCE_NEEDED, remark)
        for remark in change.remarks
    ]
    for edit in change.edits:
        if UNKNOWN in change.mutant[edit.mutant.start : edit.mutant.end]:
            for call in edit.calls:
                _account(assembly, call, transcript, change).refused += reasons
    for peptide in windows.peptides:
        end = peptide.offset + len(peptide.sequence)
        near = [call for span, call in neighbours if span.start < end and peptide.offset < span.end]
        remarks = [*general]
        remarks += [f"the phase of {call.variant} is unknown: in cis it would change this peptide" for call in near]
        remarks += [
            f"{parts[call].variant} calls the bases of {call.variant} with their neighbours, and the reads agree: "
            "this peptide probably doesn't exist"
            for call in peptide.calls
            if call in parts
        ]
        for call in peptide.calls:
            partner = absent_phase_partner(call, used)
            if partner is not None:
                remarks.append(f"the caller phased {call.variant} with {partner}, which is not among the calls used")
            account = _account(assembly, call, transcript, change)
            account.new.add(peptide.sequence)
            account.remarks.update(dict.fromkeys(remarks))
        words = [haplotype.evidence] if len(peptide.calls) > 1 else []
        words += [UNPHASED] if near else []
        words += [PART_OF_LONGER] if any(call in parts for call in peptide.calls) else []
        source = Source(change, peptide, ";".join(words) or SINGLE, tuple(remarks))
        sources = assembly.sources.setdefault((peptide.calls, peptide.sequence), [])
        # a peptide that occurs twice in one protein counts once, at its first place
        if all(other.change.transcript.transcript != transcript for other in sources):
            sources.append(source)


def _account(assembly: Assembly, call: Call, transcript: str, change: ProteinChange) -> Account:
    return assembly.accounts.setdefault((call.variant, transcript), Account(change.transcript))


def _transcript_remarks(consequence: TranscriptConsequence) -> list[str]:
    remarks = []
    if POLYMORPHIC_LOCUS.match(consequence.gene):
        remarks.append("polymorphic_locus: germline differences and paralogues mimic somatic variants in this gene")
    if "splice_region_variant" in consequence.terms:
        remarks.append("lies in a splice region: splicing may change too")
    if consequence.flags:
        remarks.append(f"the transcript's CDS is incomplete ({', '.join(sorted(consequence.flags))})")
    return remarks
