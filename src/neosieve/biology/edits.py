"""One call's edit of a normal protein, read off the annotation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.codons import STOP
from neosieve.biology.terms import PROTEIN_ALTERING, SPLICE_SITE, START_LOST
from neosieve.model.genome import Interval
from neosieve.model.ledger import Outcome
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.variant import Call

HGVS_FRAMESHIFT = re.compile(r"p\.\(?([A-Z][a-z]{2})(\d+)([A-Z][a-z]{2})fs")
ONE_LETTER = {
    "Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q", "Glu": "E", "Gly": "G", "His": "H",
    "Ile": "I", "Leu": "L", "Lys": "K", "Met": "M", "Phe": "F", "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W",
    "Tyr": "Y", "Val": "V", "Sec": "U",
}  # fmt: skip
PARTIAL_TAIL = "only the first new residues are annotated; the rest of the new reading frame needs the sequence"
PARTIAL_EXTENSION = "only the first residues beyond the lost stop are annotated; the rest needs the sequence"


@dataclass(frozen=True, slots=True)
class Edit:
    """Residues of a normal protein and what stands in their place on one haplotype."""

    calls: tuple[Call, ...]
    touched: Interval
    """Codons touched, by residue; a point where codons are inserted between two. The stop codon counts as a residue."""
    normal: Interval
    """Residues exchanged, not all of which need differ; within ``touched`` unless the edit ends the protein."""
    new: str
    """Mutant residues. ``X`` where they can't be known."""
    old: str | None = None
    """The patient's normal residues, where a germline call changes them too; else None: as annotated."""
    ends: bool = False
    """The mutant protein ends after ``new``; ``normal`` then reaches to the normal protein's end."""
    frameshift: bool = False
    codons: tuple[str, str, str] | None = None
    """Codons of ``touched``: annotated, the patient's normal ones, mutant; equally long, upper case; else None."""
    coding_start: int | None = None
    """First coding base changed, 0-based in the CDS; None if not known."""
    length_change: int = 0
    """Coding bases gained, negative for lost."""
    fate: tuple[Outcome, str] | None = None
    """Why the calls get no peptide; None if they may."""
    remark: str = ""


def read_edit(call: Call, consequence: TranscriptConsequence) -> Edit:
    """Read one call's edit; where the annotation doesn't suffice, an edit to ``X`` that says why."""
    terms, normal, change = frozenset(consequence.terms), consequence.normal_protein, consequence.change
    whole = Interval(0, len(normal))
    if STOP in normal:
        why = f"the annotated normal protein holds a stop at residue {normal.index(STOP) + 1}"
        return _unknown(call, whole, Outcome.ANNOTATION_MISMATCH, why)
    if terms & START_LOST:
        why = "the start codon is lost; where translation starts instead is unknown"
        return _unknown(call, whole, Outcome.START_LOST_UNMODELLED, why)
    if terms & SPLICE_SITE or "transcript_ablation" in terms:
        why = "a splice site is lost; how the transcript is spliced instead is unknown"
        return _unknown(call, whole, Outcome.SPLICE_UNMODELLED, why)
    if "frameshift_variant" in terms:
        return _frameshift(call, consequence)
    if change is None and "3_prime_UTR_variant" in terms and not terms & PROTEIN_ALTERING:
        utr = len(normal) + 1  # behind the stop codon
        return Edit((call,), Interval(utr, utr), Interval(len(normal), len(normal)), "", coding_start=3 * utr)
    if change is None:
        lost = "the stop is lost, and " if "stop_lost" in terms else ""
        why = f"{lost}the annotation doesn't state the new residues; they need the transcript's sequence"
        return _unknown(call, whole, Outcome.SEQUENCE_NEEDED, why)

    stop_hit = change.reference.endswith(STOP)
    end = change.position.end - int(stop_hit)
    if end < change.position.start or not _fits(normal, change.position.start, end, change.reference):
        found = normal[change.position.start : end] or "nothing"
        why = (
            f"the annotation replaces {change.reference or 'nothing'} at residue {change.position.start + 1}, "
            f"but its normal protein of {len(normal)} residues has {found} there"
        )
        return _unknown(call, whole, Outcome.ANNOTATION_MISMATCH, why)
    new, stop, _ = change.alternative.partition(STOP)
    reads_on = stop_hit and not stop
    ends = bool(stop) and not stop_hit
    before, after = change.reference_codons.upper(), change.alternative_codons.upper()
    codons = (after if call.germline else before, after)
    return Edit(
        (call,),
        change.position,
        Interval(change.position.start, len(normal) if ends else end),
        new + UNKNOWN if reads_on else new,
        ends=ends,
        codons=(before, *codons) if len(before) == len(after) == 3 * len(change.position) else None,
        coding_start=_coding_start(call, consequence),
        length_change=len(call.variant.alt) - len(call.variant.ref),
        remark=PARTIAL_EXTENSION if reads_on else "",
    )


def _frameshift(call: Call, consequence: TranscriptConsequence) -> Edit:
    normal, mutant, change = consequence.normal_protein, consequence.frameshift_protein, consequence.change
    remark = ""
    if not mutant:
        known = _certain_start(consequence)
        if known is None:
            start = 0 if change is None else min(change.position.start, len(normal))
            why = "a frameshift without FrameshiftSequence: its new residues need the transcript's sequence"
            return _unknown(call, Interval(start, len(normal)), Outcome.SEQUENCE_NEEDED, why, ends=True)
        mutant, stop, _ = known.partition(STOP)
        if not stop:
            mutant, remark = known + UNKNOWN, PARTIAL_TAIL
    first = shared(normal, mutant)
    start = first if change is None else change.position.start
    if first < start:
        why = (
            f"the annotated frameshift protein departs from the normal one at residue {first + 1}, "
            f"before the variant's own residue {start + 1}"
        )
        return _unknown(call, Interval(0, len(normal)), Outcome.ANNOTATION_MISMATCH, why)
    return Edit(
        (call,),
        Interval(0, first) if change is None else change.position,
        Interval(first, len(normal)),
        mutant[first:],
        ends=True,
        frameshift=True,
        coding_start=_coding_start(call, consequence),
        length_change=len(call.variant.alt) - len(call.variant.ref),
        remark=remark,
    )


def _certain_start(consequence: TranscriptConsequence) -> str | None:
    """Return a frameshifted protein's certain start, its first new residues included; None without a new residue."""
    normal, change = consequence.normal_protein, consequence.change
    starts = [""]
    if change is not None and _fits(normal, change.position.start, change.position.end, change.reference):
        starts.append(normal[: change.position.start] + change.alternative.partition(UNKNOWN)[0])
    match = HGVS_FRAMESHIFT.search(consequence.hgvs_p)
    if match is not None and match[3] in ONE_LETTER:
        at = int(match[2]) - 1
        if normal[at : at + 1] == ONE_LETTER.get(match[1]):
            starts.append(normal[:at] + ONE_LETTER[match[3]])
    longest = max(starts, key=len)
    if not all(longest.startswith(start) for start in starts) or normal.startswith(longest):
        return None
    return longest


def _unknown(call: Call, span: Interval, reason: Outcome, detail: str, *, ends: bool = False) -> Edit:
    return Edit((call,), Interval(span.start, span.end + 1), span, UNKNOWN, ends=ends, fate=(reason, detail))


def _fits(normal: str, start: int, end: int, reference: str) -> bool:
    """Whether the annotated reference residues are those of the normal protein, a stop being just beyond its end."""
    residues = reference.removesuffix(STOP)
    stops = reference.endswith(STOP)
    return start <= len(normal) and normal[start:end] == residues and (not stops or end == len(normal))


def _coding_start(call: Call, consequence: TranscriptConsequence) -> int | None:
    if consequence.cds_position is None:
        return None
    inserts = len(call.variant.ref) == 1 < len(call.variant.alt)
    # VEP's CDS_position 29-30 of an insertion names the bases on both sides: the first new base is at 29 (0-based)
    return consequence.cds_position.start + (inserts and len(consequence.cds_position) == 2)  # noqa: PLR2004


def shared(first: str, second: str) -> int:
    """Length of the common start, found by halving."""
    low, high = 0, min(len(first), len(second))
    if first[:high] == second[:high]:
        return high
    while low + 1 < high:
        middle = (low + high) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle
    return low
