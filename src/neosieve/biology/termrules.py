"""Sequence Ontology terms by the rules of Ensembl VEP 105: of introns by place, of codons by what becomes of them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON, STOP
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from neosieve.biology.coordinates import Layout
    from neosieve.model.annotation import ResidueChange
    from neosieve.model.genome import Interval

SPLICE_REGION_EXON = 3  # SO:0001630: 1–3 bases into the exon, 3–8 into the intron
POLYPYRIMIDINE = (-17, -3)  # SO:0002169, counted from the exon behind, -1 its last intron base
TINY_INTRON = 13  # Ensembl takes introns up to this length for frameshifts of the assembly: no splice sites


def intron_terms(span: Interval, layout: Layout) -> set[str]:
    """List what a variant is to the introns; positions within one count from its ends, as SO does."""
    exons, strand = layout.transcript.exons, layout.transcript.strand
    terms: set[str] = set()
    first = max(bisect_right(exons, span.start - SPLICE_REGION_EXON - 1, key=lambda exon: exon.end) - 1, 0)
    for left, right in zip(exons[first:], exons[first + 1 :], strict=False):
        if left.end - SPLICE_REGION_EXON > span.end:
            break
        length = right.start - left.end
        if length <= TINY_INTRON:
            if span.start < right.start and left.end < span.end:
                terms.add("intron_variant")
            continue
        # in the transcript's direction, from the intron's first base
        begin, end = span.start - left.end, span.end - left.end
        terms |= _splice_terms(*((begin, end) if strand > 0 else (length - end, length - begin)), length)
    return terms


def _splice_terms(begin: int, end: int, length: int) -> set[str]:
    """List the terms of bases ``begin ≤ x < end`` beside an intron of bases ``0 ≤ x < length``, 5′ to 3′."""

    def hit(start: int, stop: int) -> bool:
        return begin < stop and start < end

    point = begin == end
    terms = set()
    donor, acceptor = hit(0, 2), hit(length - 2, length)
    if donor:
        terms.add("splice_donor_variant")
    if acceptor:
        terms.add("splice_acceptor_variant")
    if hit(2, length - 2) or (point and begin in {2, length - 2}):
        terms.add("intron_variant")
    fifth, region = hit(4, 5), hit(2, 6)
    if fifth:
        terms.add("splice_donor_5th_base_variant")
    elif region:
        terms.add("splice_donor_region_variant")
    if hit(length + POLYPYRIMIDINE[0], length + POLYPYRIMIDINE[1] + 1):
        terms.add("splice_polypyrimidine_tract_variant")
    near = (
        hit(-SPLICE_REGION_EXON, 0)
        or hit(2, 8)
        or hit(length - 8, length - 2)
        or hit(length, length + SPLICE_REGION_EXON)
        or (point and begin in {0, 2, length - 2, length})
    )
    if near and not (donor or acceptor or fifth or region):
        terms.add("splice_region_variant")
    return terms


def coding_terms(change: ResidueChange, gain: int, told: frozenset[str] = frozenset()) -> set[str]:
    """List the terms of codons that become others.

    Parameters
    ----------
    change
        The codons, before and after.
    gain
        Coding bases gained, negative for lost: a frameshift unless a multiple of three.
    told
        Terms for the start and the stop that the whole proteins tell: ``start_lost``, ``start_retained_variant``,
        ``stop_retained_variant``.
    """
    old, new = change.reference, change.alternative
    terms = set(told)
    if gain % CODON:
        terms.add("frameshift_variant")
    if old == new and STOP in old:
        terms.add("stop_retained_variant")
    if "stop_retained_variant" not in terms:
        if STOP in new and STOP not in old:
            terms.add("stop_gained")
        elif STOP in old and STOP not in new:
            terms.add("stop_lost")
    if not gain % CODON:
        terms |= _in_frame_terms(change, terms)
    return terms or {"coding_sequence_variant"}


def _in_frame_terms(change: ResidueChange, told: set[str]) -> set[str]:
    """List the terms of a change that keeps the frame, beside those of the start and the stop."""
    old, new = change.reference, change.alternative
    before, after = change.reference_codons.upper(), change.alternative_codons.upper()
    if len(before) == len(after):
        if UNKNOWN in old + new:
            return set()
        if old == new:
            return set() if told else {"synonymous_variant"}
        return set() if told & {"start_lost", "stop_lost", "stop_gained"} else {"missense_variant"}
    if len(after) < len(before):
        # one stretch taken out, and nothing put in its place
        if _inside(after, before):
            return {"inframe_deletion"}
    elif "start_lost" not in told:
        protein, stop, _ = new.partition(STOP)
        if (protein + stop).startswith(old) or (protein + stop).endswith(old):
            return {"inframe_insertion"}
    return set() if told or STOP in old[:1] + new[:1] else {"protein_altering_variant"}


def _inside(short: str, long: str) -> bool:
    """Whether taking one stretch out of the longer text leaves the shorter one."""
    lead = 0
    while lead < len(short) and short[lead] == long[lead]:
        lead += 1
    return long.endswith(short[lead:])
