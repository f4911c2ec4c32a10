"""The mutant protein of one haplotype on one transcript.

The annotation speaks of each call alone. Calls in cis are composed here as far as that allows; where it doesn't, the
residues that can't be known become ``X``, so that every peptide touching them drops out and the others stay exact.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neosieve.biology.codons import STOP, translate
from neosieve.biology.edits import Edit, read_edit, trim
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
    read = (_germline(read_edit(*pair)) if pair[0].germline else read_edit(*pair) for pair in calls)
    ordered = sorted(read, key=lambda edit: (edit.touched, edit.calls[0].variant))
    edits, fates = _compose(ordered, normal, calls[0][0].variant.chrom)
    consequences = {call.variant: consequence for call, consequence in calls}
    unresolved = tuple(
        Unresolved(consequences[call.variant], (call,), *fate) for call, fate in fates if not call.germline
    )
    change = _build(edits, normal, consequences)
    return unresolved if change is None else (change, *unresolved)


def _germline(edit: Edit) -> Edit:
    """Let an edit change the normal protein too; where it changes its length, both become unknown there."""
    if edit.ends or edit.fate is not None or len(edit.new) != len(edit.normal) or UNKNOWN in edit.new:
        return replace(edit, new=UNKNOWN, old=UNKNOWN, codons=None, frameshift=False)
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
            composed[-1], fate = _meet(last, edit, normal)
            fates += ((call, edit.fate or fate) for call in edit.calls)
        elif last.ends:
            fates += ((call, edit.fate or NOT_TRANSLATED) for call in edit.calls)
        elif _apart(last, edit):
            composed.append(edit)
        else:
            combined = _share_codons(last, edit, normal, contig)
            if combined is None:
                fates += ((call, part.fate or SAME_RESIDUES) for part in (last, edit) for call in part.calls)
                combined = _both_unknown(last, edit)
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
    if annotated != normal[span.start : span.end] or STOP in old:
        return None
    before, stop, _ = new.partition(STOP)
    calls = (*first.calls, *second.calls)
    together = Edit(calls, span, span, before, old=old, ends=bool(stop), codons=codons)
    if stop:
        together = replace(together, old=old + normal[span.end :])
    return trim(together, normal)


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


def _both_unknown(first: Edit, second: Edit) -> Edit:
    germline = any(call.germline for edit in (first, second) for call in edit.calls)
    start = min(first.normal.start, second.normal.start, first.touched.start)
    end = max(first.normal.end, second.normal.end, first.touched.end, second.touched.end)
    span = Interval(start, end)
    # the calls' fates are told already, so the edit carries none
    return Edit((), span, span, UNKNOWN, old=UNKNOWN if germline else None, ends=second.ends, fate=SAME_RESIDUES)


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
    cut = mutant[:certain].removesuffix(UNKNOWN)
    start = min(frameshift.normal.start, len(cut))
    fate = (Outcome.PHASE_UNRESOLVED, CUT_TAIL) if len(cut) <= frameshift.normal.start else frameshift.fate
    span = Interval(start, len(normal))
    return replace(frameshift, normal=span, new=cut[start:] + UNKNOWN, fate=fate, remark=CUT_TAIL), IN_SHIFTED_FRAME


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
        old = normal[edit.normal.start : edit.normal.end] if edit.old is None else edit.old
        if old != edit.new or edit.ends:
            somatic = () if edit.fate else tuple(call for call in edit.calls if not call.germline)
            carried += somatic
            # calls without a fate of their own leave an edit that nobody carries, so that positions still map
            done.append(
                ResidueEdit(
                    Interval(len(before), len(before) + len(old)),
                    Interval(len(after), len(after) + len(edit.new)),
                    aligned=len(old) == len(edit.new) and not edit.ends,
                    calls=somatic,
                )
            )
        before += old
        after += edit.new
        if edit.ends:
            break
    else:
        before += normal[position:]
        after += normal[position:]
    if not carried:
        return None
    told = [consequences[call.variant] for call in carried]
    labels = [consequence.hgvs_p.rpartition(":")[2] for consequence in told if consequence.hgvs_p]
    return ProteinChange(
        transcript=told[0],
        normal=before,
        mutant=after,
        edits=tuple(done),
        label=labels[0] if len(labels) == 1 else f"p.[{';'.join(label.removeprefix('p.') for label in labels)}]",
        consequence="&".join(dict.fromkeys(term for consequence in told for term in consequence.terms)),
        remarks=tuple(dict.fromkeys(edit.remark for edit in edits if edit.remark)),
    )
