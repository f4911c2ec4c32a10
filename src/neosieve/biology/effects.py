"""The mutant protein of one haplotype on one transcript.

The annotation speaks of each call alone. Calls in cis are composed here as far as that allows; where it doesn't, the
residues that can't be known become ``X``, so that every peptide touching them drops out and the others stay exact.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neosieve.biology.codons import STOP, translate
from neosieve.biology.decay import decay_as_annotated
from neosieve.biology.edits import PARTIAL_EXTENSION, Edit, read_edit, shared
from neosieve.model.genome import Interval
from neosieve.model.ledger import Outcome
from neosieve.model.protein import UNKNOWN, ProteinChange, ResidueEdit, Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.variant import Call, Variant

Fate = tuple[Outcome, str]
SAME_RESIDUES: Fate = (
    Outcome.PHASE_UNRESOLVED,
    "another variant on the same haplotype changes the same residues; the annotation can't combine the two",
)
IN_SHIFTED_FRAME: Fate = (
    Outcome.PHASE_UNRESOLVED,
    "a frameshift on the same haplotype reads this variant in another frame; that needs the transcript's sequence",
)
NOT_TRANSLATED: Fate = (
    Outcome.NO_NOVEL_PEPTIDE,
    "a stop on the same haplotype ends translation before this variant",
)
BEHIND_UNKNOWN: Fate = (
    Outcome.PHASE_UNRESOLVED,
    "upstream on the same haplotype the protein can't be known, so neither whether and how this variant is translated",
)
CUT_TAIL = "the new reading frame meets another variant on the same haplotype; the residues from there on are unknown"


def protein_changes(
    calls: Sequence[tuple[Call, TranscriptConsequence]],
) -> tuple[ProteinChange | Unresolved, ...]:
    """Build the mutant protein of a haplotype on one transcript.

    Parameters
    ----------
    calls
        The haplotype's calls, each with the annotation on this one transcript: silent ones too, since they matter in a
        shared codon or a shifted frame, and germline ones, which change the normal protein as well.

    Returns
    -------
    tuple
        At most one ProteinChange, and an Unresolved for each somatic call that gets no peptide.
    """
    normal = calls[0][1].normal_protein
    contig = calls[0][0].variant.chrom
    germline = [_germline(read_edit(*pair)) for pair in calls if pair[0].germline]
    somatic = [read_edit(*pair) for pair in calls if not pair[0].germline]
    ordered = sorted([*_joined(germline, normal, contig), *somatic], key=_place)
    edits, fates = _compose(ordered, normal, contig)
    consequences = {call.variant: consequence for call, consequence in calls}
    unresolved = tuple(
        Unresolved(consequences[call.variant], (call,), *fate) for call, fate in fates if not call.germline
    )
    change = _build(edits, normal, consequences)
    return unresolved if change is None else (change, *unresolved)


def _place(edit: Edit) -> tuple[Interval, Variant]:
    return edit.touched, edit.calls[0].variant


def _joined(germline: Sequence[Edit], normal: str, contig: str) -> list[Edit]:
    """Put germline edits into the codons that they share before any somatic edit can part them."""
    joined: list[Edit] = []
    for edit in sorted(germline, key=_place):
        if not joined or _apart(joined[-1], edit):
            joined.append(edit)
            continue
        shared_codons = _share_codons(joined[-1], edit, normal, contig)
        calls = (*joined[-1].calls, *edit.calls)
        joined[-1] = shared_codons or replace(_unknown_from(joined[-1], edit, normal), calls=calls)
    return joined


def _germline(edit: Edit) -> Edit:
    """Let an edit change the normal protein too; where it changes its length, both become unknown there."""
    if edit.ends or edit.fate is not None or len(edit.new) != len(edit.normal) or UNKNOWN in edit.new:
        span = Interval(min(edit.touched.start, edit.normal.start), edit.normal.end)
        return replace(edit, normal=span, new=UNKNOWN, old=UNKNOWN, codons=None, frameshift=False)
    return replace(edit, old=edit.new)


def _compose(ordered: Sequence[Edit], normal: str, contig: str) -> tuple[list[Edit], list[tuple[Call, Fate]]]:
    """Combine edits that share codons, and stop where translation does: disjoint edits, and calls without peptides."""
    composed: list[Edit] = []
    fates: list[tuple[Call, Fate]] = []
    for edit in ordered:
        last = composed[-1] if composed else None
        if last is None:
            composed.append(edit)
        elif last.frameshift:
            cut, fate = _meet(last, edit, normal)
            composed[-1] = _normal_only(cut, edit, normal)
            fates += ((call, edit.fate or fate) for call in edit.calls)
        elif last.ends and _apart(last, edit):
            beyond = BEHIND_UNKNOWN if UNKNOWN in last.new else NOT_TRANSLATED
            composed[-1] = _normal_only(last, edit, normal)
            fates += ((call, edit.fate or beyond) for call in edit.calls)
        elif _apart(last, edit):
            composed.append(edit)
        else:
            combined = _share_codons(last, edit, normal, contig)
            if combined is None:
                fates += ((call, part.fate or SAME_RESIDUES) for part in (last, edit) for call in part.calls)
                combined = _unknown_from(last, edit, normal)
            composed[-1] = combined
    fates += ((call, edit.fate) for edit in composed if edit.fate is not None for call in edit.calls)
    return composed, fates


def _apart(first: Edit, second: Edit) -> bool:
    """Whether two edits, in order, touch no common codon; insertions at one point have no known order."""
    if first.touched == second.touched and not len(first.touched):
        return not first.new or not second.new
    return first.touched.end <= second.touched.start


def _share_codons(first: Edit, second: Edit, normal: str, contig: str) -> Edit | None:
    """Put substitutions into their common codons; None where that can't be done."""
    if first.codons is None or second.codons is None or first.fate or second.fate:
        return None
    span = Interval(first.touched.start, max(first.touched.end, second.touched.end))
    codons = _overlay((edit.codons or (), edit.touched.start - span.start) for edit in (first, second))
    if codons is None:
        return None
    try:
        annotated, old, new = (translate(layer, contig=contig) for layer in codons)
    except ValueError:
        return None
    complete = normal + STOP
    if annotated != complete[span.start : span.end] or old.find(STOP) != annotated.find(STOP):
        return None
    residues, stop, _ = new.partition(STOP)
    closing = span.end > len(normal)
    reads_on, ends = closing and not stop, bool(stop) and not closing
    return Edit(
        (*first.calls, *second.calls),
        span,
        Interval(span.start, len(normal) if ends or closing else span.end),
        residues + UNKNOWN if reads_on else residues,
        old=old.removesuffix(STOP) + (normal[span.end :] if ends else ""),
        ends=ends,
        codons=codons,
        remark=PARTIAL_EXTENSION if reads_on else "",
    )


def _overlay(parts: Iterable[tuple[Sequence[str], int]]) -> tuple[str, str, str] | None:
    """Lay (annotated, normal, mutant) codons over one another, each at its residue; None if two disagree on a base."""
    bases: dict[int, list[str]] = {}
    for codons, residue in parts:
        for position, (reference, *own) in enumerate(zip(*codons, strict=True), start=3 * residue):
            there = bases.setdefault(position, [reference] * 3)
            if there[0] != reference:
                return None
            for layer, base in enumerate(own, start=1):
                if there[layer] != reference != base != there[layer]:
                    return None
                if base != reference:
                    there[layer] = base
    annotated, normal, mutant = ("".join(bases[at][layer] for at in sorted(bases)) for layer in range(3))
    return annotated, normal, mutant


def _unknown_from(first: Edit, second: Edit, normal: str) -> Edit:
    """Give up on the protein from the two edits on: together they may make a stop, or shift the frame."""
    germline = any(call.germline for edit in (first, second) for call in edit.calls) or first.old == UNKNOWN
    start = min(first.normal.start, second.normal.start, first.touched.start)
    touched = Interval(start, max(first.touched.end, second.touched.end))
    # the calls' fates are told already, so the edit carries none
    return Edit(
        (),
        touched,
        Interval(start, len(normal)),
        UNKNOWN,
        old=UNKNOWN if germline else None,
        ends=True,
        fate=SAME_RESIDUES,
    )


def _meet(frameshift: Edit, later: Edit, normal: str) -> tuple[Edit, Fate]:
    """Cut a frameshift's new residues where they reach another variant, unless translation stops before it.

    The codon that holds the later variant's first base is the first that can't be known: with the base at CDS position
    p and d bases gained by the frameshift, codons 0 … (p + d) // 3 - 1 are certain.
    """
    mutant = normal[: frameshift.normal.start] + frameshift.new
    certain = frameshift.touched.start
    if frameshift.coding_start is not None and later.coding_start is not None:
        beyond = later.coding_start > frameshift.coding_start
        certain = (later.coding_start + (frameshift.length_change if beyond else 0)) // 3
    if not mutant.endswith(UNKNOWN) and certain > len(mutant):
        return frameshift, NOT_TRANSLATED
    cut = mutant[: max(certain, frameshift.touched.start)].removesuffix(UNKNOWN)
    start = min(frameshift.normal.start, len(cut))
    fate = (Outcome.PHASE_UNRESOLVED, CUT_TAIL) if len(cut) <= frameshift.normal.start else frameshift.fate
    span = Interval(start, len(normal))
    return replace(frameshift, normal=span, new=cut[start:] + UNKNOWN, fate=fate, remark=CUT_TAIL), IN_SHIFTED_FRAME


def _normal_only(last: Edit, beyond: Edit, normal: str) -> Edit:
    """Put a germline edit into the normal protein alone: the mutant one ends, or is unknown, before it."""
    if beyond.old is None:
        return last
    start = min(last.normal.start, beyond.normal.start)
    lead = normal[start : last.normal.start]
    old = lead + (normal[last.normal.start :] if last.old is None else last.old)
    at = beyond.normal.start - start
    if UNKNOWN in old[: at + 1]:
        return last
    known = UNKNOWN not in beyond.old
    old = old[:at] + beyond.old + (old[at + len(beyond.old) :] if known else "")
    return replace(last, normal=Interval(start, len(normal)), old=old, new=lead + last.new)


def _build(
    edits: Sequence[Edit], normal: str, consequences: dict[Variant, TranscriptConsequence]
) -> ProteinChange | None:
    """Write out both proteins; None where no somatic call changes a known residue."""
    before, after, position = "", "", 0
    done: list[ResidueEdit] = []
    carried: list[Call] = []
    for edit in edits:
        before += normal[position : edit.normal.start]
        after += normal[position : edit.normal.start]
        position = edit.normal.end
        old, new = edit.old if edit.old is not None else normal[edit.normal.start : edit.normal.end], edit.new
        # the first residue that differs is not always the affected codon's, nor is the last
        lead = shared(old, new)
        tail = 0 if edit.ends else shared(old[lead:][::-1], new[lead:][::-1])
        before, after = before + old[:lead], after + new[:lead]
        same = old[len(old) - tail :]
        old, new = old[lead : len(old) - tail], new[lead : len(new) - tail]
        if old != new or edit.ends:
            somatic = () if edit.fate else tuple(call for call in edit.calls if not call.germline)
            carried += somatic
            # calls without a fate of their own leave an edit that nobody carries, so that positions still map
            done.append(
                ResidueEdit(
                    Interval(len(before), len(before) + len(old)),
                    Interval(len(after), len(after) + len(new)),
                    aligned=len(old) == len(new) and not edit.ends,
                    calls=somatic,
                )
            )
        before, after = before + old + same, after + new + same
        if edit.ends:
            break
    else:
        before += normal[position:]
        after += normal[position:]
    if not carried:
        return None
    told = [consequences[call.variant] for call in carried]
    labels = [consequence.hgvs_p.rpartition(":")[2] for consequence in told if consequence.hgvs_p] or [""]
    change = ProteinChange(
        transcript=told[0],
        normal=before,
        mutant=after,
        edits=tuple(done),
        label=labels[0] if len(labels) == 1 else f"p.[{';'.join(label.removeprefix('p.') for label in labels)}]",
        consequence="&".join(dict.fromkeys(term for consequence in told for term in consequence.terms)),
        remarks=tuple(dict.fromkeys(edit.remark for edit in edits if edit.remark)),
        told=tuple((call, consequences[call.variant]) for call in dict.fromkeys(carried)),
    )
    return replace(change, nmd=decay_as_annotated(change))
