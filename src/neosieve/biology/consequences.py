"""What one variant does to one transcript, in Sequence Ontology terms; for people, never to decide a peptide.

The terms follow Ensembl VEP 105: where a variant lies gives some (introns, splice sites, UTRs), the codons that it
touches the others.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.biology.codons import CODON, STOP, translate
from neosieve.biology.coordinates import BaseEdit, Layout, SpliceHit, reverse_complement, trimmed
from neosieve.biology.hgvs import Bases, coding_hgvs, protein_hgvs
from neosieve.biology.termrules import coding_terms, intron_terms
from neosieve.biology.terms import severity
from neosieve.model.annotation import ResidueChange
from neosieve.model.genome import Interval
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from neosieve.biology.reading import Reading
    from neosieve.model.variant import Variant


@dataclass(frozen=True, slots=True)
class Description:
    """One variant on one transcript, as an annotator would tell it."""

    terms: tuple[str, ...]
    """Sequence Ontology terms, most severe first."""
    change: ResidueChange | None
    """Codons touched, before and after; None outside the coding sequence and where only part of it lies inside."""
    cds_position: Interval | None
    """Coding bases touched, 0-based; a point for an insertion. Counts the bases that an incomplete CDS lacks."""
    hgvs_c: str
    hgvs_p: str
    exon: tuple[int, int] | None
    """(number of the first exon touched, exons in all), 1-based."""


@dataclass(frozen=True, slots=True)
class _Site:
    """A variant on the spliced transcript."""

    span: Interval | None
    """Exon bases touched, as offsets; a point for an insertion; None if none are."""
    new: str
    """New bases in the transcript's direction."""
    whole: bool
    """Whether no other base is touched, and all of these lie in one exon."""
    exon: int | None
    """1-based number of the first exon touched."""


@dataclass(frozen=True, slots=True)
class _Codons:
    """Codons touched, and what becomes of them."""

    change: ResidueChange
    gain: int
    partial: bool
    """Whether the first of them is the incomplete one at the end of an incomplete CDS."""


def describe(
    variant: Variant,
    layout: Layout,
    edit: BaseEdit | SpliceHit | None,
    normal: Reading,
    mutant: Reading | None,
    bases: Bases,
) -> Description:
    """Describe a variant alone on a transcript.

    Parameters
    ----------
    variant, layout
        The variant and the transcript.
    edit
        Where :func:`~neosieve.biology.coordinates.place` puts it.
    normal, mutant
        Readings of the transcript without and with the variant; the mutant one is None where the start codon is lost
        or splicing is hit.
    bases
        Plus-strand bases of the transcript's contig.
    """
    transcript = layout.transcript
    span, new = trimmed(variant)
    whole = layout.span
    if span.start <= whole.start and whole.end <= span.end:
        return Description(("transcript_ablation",), None, None, "", "", None)
    site = _site(span, new, layout)
    terms = intron_terms(span, layout)
    codons = None
    hgvs_p = ""
    cds_position = None
    if site.span is not None:
        begin, end = transcript.cds.start, layout.coding_end
        # an insertion at either end of the coding bases lies in the UTR
        if site.span.start < begin or (not len(site.span) and site.span.start == begin):
            terms.add("5_prime_UTR_variant")
        if site.span.end > end or (not len(site.span) and site.span.start == end):
            terms.add("3_prime_UTR_variant")
        if _touches(site.span, begin, end):
            if site.whole and begin <= site.span.start and site.span.end <= end:
                lead = transcript.missing - begin
                cds_position = Interval(site.span.start + lead, site.span.end + lead)
                codons = _codons(site, normal, mutant, layout)
                if codons.partial:
                    terms |= {"incomplete_terminal_codon_variant", "coding_sequence_variant"}
                else:
                    told = _start_and_stop(site.span, codons, normal, mutant, layout)
                    terms |= coding_terms(codons.change, codons.gain, frozenset(told))
                hgvs_p = _protein_name(site.span, codons, normal, mutant, edit, layout)
            else:
                terms |= _edge_terms(site.span, normal, mutant, edit, layout)
    if not terms:
        upstream = (span.start < whole.start) == (transcript.strand > 0)
        terms.add("upstream_gene_variant" if upstream else "downstream_gene_variant")
    if transcript.biotype == "nonsense_mediated_decay":
        terms.add("NMD_transcript_variant")
    return Description(
        terms=tuple(sorted(terms, key=severity)),
        change=None if codons is None else codons.change,
        cds_position=cds_position,
        hgvs_c=coding_hgvs(variant, layout, bases),
        hgvs_p=hgvs_p,
        exon=None if site.exon is None else (site.exon, len(transcript.exons)),
    )


def _touches(span: Interval, begin: int, end: int) -> bool:
    """Whether bases lie in a stretch, or a point strictly inside it."""
    return span.start < end and begin < span.end


def _site(span: Interval, new: str, layout: Layout) -> _Site:
    """Find the exon bases that a variant touches; bases put between an exon and an intron are the exon's."""
    transcript = layout.transcript
    own = new if transcript.strand > 0 else reverse_complement(new)
    if len(span):
        touched = layout.exons_of(span)
        if not touched:
            return _Site(None, own, whole=False, exon=None)
        taken = layout.spliced(span, touched)
        number = layout.exon_number(touched[0] if transcript.strand > 0 else touched[-1])
        return _Site(taken, own, whole=len(touched) == 1 and len(taken) == len(span), exon=number)
    point = span.start
    before = bisect_right(layout.begins, point)
    # exons that abut one another share a point
    beside = [index for index in range(max(before - 2, 0), before) if transcript.exons[index].end >= point]
    if not beside:
        return _Site(None, own, whole=False, exon=None)
    number = min(layout.exon_number(index) for index in beside)
    left = transcript.exons[beside[0]]
    after = layout.starts[beside[0]] + (point - left.start if transcript.strand > 0 else left.end - point)
    return _Site(Interval(after, after), own, whole=True, exon=number)


def _codons(site: _Site, normal: Reading, mutant: Reading | None, layout: Layout) -> _Codons:
    """Spell the codons touched, as VEP does: changed bases in upper case, the others in lower case."""
    span, start = site.span, normal.start
    assert span is not None  # asked for coding bases only
    end = layout.coding_end
    first = (span.start - start) // CODON
    between = not len(span) and (span.start - start) % CODON == 0
    last = first if between else (max(span.end - 1, span.start) - start) // CODON + 1
    begin = max(start + CODON * first, 0)
    stop = max(min(start + CODON * last, end), begin)
    head, tail = normal.bases[begin : span.start].lower(), normal.bases[span.end : stop].lower()
    before = head + normal.bases[span.start : span.end] + tail
    after = head + site.new + tail
    lead = UNKNOWN if start + CODON * first < 0 else ""
    protein = normal.protein + (STOP if normal.stop is not None else "")
    reference = protein[first:last]
    if len(reference) < last - first:
        reference += UNKNOWN  # the incomplete last codon
    coding = after[start + CODON * (first + 1) :] if lead else after  # behind the incomplete first codon
    whole = len(coding) // CODON * CODON
    residues = whole // CODON + len(lead)
    # the mutant's own reading knows selenocysteine and the initiator's methionine
    alternative = mutant.protein[first : first + residues] if mutant is not None and mutant.start == start else ""
    if len(alternative) < residues:
        told = lead + translate(coding[:whole], contig=layout.transcript.contig)
        alternative += told[len(alternative) :]
    if len(coding) > whole:
        alternative += UNKNOWN
    return _Codons(
        ResidueChange(Interval(first, last), reference, alternative, before, after),
        gain=len(site.new) - len(span),
        partial=start + CODON * (first + 1) > end,
    )


def _start_and_stop(
    span: Interval, codons: _Codons, normal: Reading, mutant: Reading | None, layout: Layout
) -> set[str]:
    """List the terms of the start and the stop codon that take the whole protein to tell."""
    terms = set()
    if _at_start(span, layout) and mutant is None:
        terms.add("start_lost")
    elif _at_start(span, layout) and codons.gain:
        terms.add("start_retained_variant")
    # a stop put in right before the stop is no new one
    if _at_stop(span, normal) or STOP in codons.change.alternative:
        terms |= _retained(normal, mutant)
    return terms


def _at_start(span: Interval, layout: Layout) -> bool:
    begin = layout.transcript.cds.start
    return "cds_start_NF" not in layout.transcript.flags and _touches(span, begin, begin + CODON)


def _at_stop(span: Interval, normal: Reading) -> bool:
    return normal.stop is not None and _touches(span, normal.stop, normal.stop + CODON)


def _retained(normal: Reading, mutant: Reading | None) -> set[str]:
    """Tell whether the protein is the same, stop included."""
    stops = normal.stop is not None and mutant is not None and mutant.stop is not None
    return {"stop_retained_variant"} if stops and mutant and mutant.protein == normal.protein else set()


def _edge_terms(
    span: Interval,
    normal: Reading,
    mutant: Reading | None,
    edit: BaseEdit | SpliceHit | None,
    layout: Layout,
) -> set[str]:
    """List the terms of a change that reaches over an end of the coding sequence, or of an exon."""
    if not isinstance(edit, BaseEdit) or edit.over_edge:
        return {"coding_sequence_variant"}
    terms = set()
    if _at_start(span, layout):
        terms.add("start_lost" if mutant is None else "start_retained_variant")
    if _at_stop(span, normal):
        terms |= _retained(normal, mutant) or {"stop_lost"}
    return terms or {"coding_sequence_variant"}


def _protein_name(
    span: Interval,
    codons: _Codons,
    normal: Reading,
    mutant: Reading | None,
    edit: BaseEdit | SpliceHit | None,
    layout: Layout,
) -> str:
    if codons.partial or not isinstance(edit, BaseEdit):
        return ""
    if mutant is None and not _at_start(span, layout):
        return ""
    if mutant is not None and mutant.start != normal.start:
        # the start codon has moved, so the codons touched aren't where they were
        return "p.Met1=" if mutant.protein == normal.protein else "p.?"
    return protein_hgvs(
        normal.protein,
        None if mutant is None else mutant.protein,
        at=codons.change.position,
        gain=codons.gain,
        complete=normal.stop is not None,
        stops=mutant is not None and mutant.stop is not None,
    )
