"""Candidates as pVACseq's tables have them: one row per variant × transcript × peptide × allele.

The conventions are those of pVACtools 7.1.5: 0-based, half-open coordinates without the base that a VCF repeats before
an indel; VEP's numbers and residues for the protein; the place of a peptide counted from the start of the window that
pVACseq cuts around the change for each peptide length.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from neosieve.biology.codons import STOP
from neosieve.biology.windows import Window, peptide_at
from neosieve.model.annotation import ResidueChange
from neosieve.model.genome import Interval
from neosieve.model.protein import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.candidate import Candidate, Origin, Ranked
    from neosieve.model.mhc import Binding
    from neosieve.model.peptide import Peptide
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call, Variant

FRAMESHIFT = "FS"
VARIANT_TYPES = (
    ("frameshift_variant", FRAMESHIFT),
    ("missense_variant", "missense"),
    ("inframe_insertion", "inframe_ins"),
    ("inframe_deletion", "inframe_del"),
)
"""Sequence Ontology term → pVACseq's word, the first that applies."""
CODON = 3


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """One variant on one transcript."""

    call: Call
    change: ProteinChange
    consequence: TranscriptConsequence
    """What is said of this variant on the transcript."""
    number: int
    """1-based, in the order of the VCF; the first part of the index."""

    @property
    def variant_type(self) -> str:
        """One of pVACseq's four types; for others, which pVACseq leaves out, the Sequence Ontology term."""
        terms = self.consequence.terms
        for term, name in VARIANT_TYPES:
            if term in terms:
                return name
        longer = len(self.call.variant.alt) - len(self.call.variant.ref)
        if "protein_altering_variant" in terms and longer and longer % CODON == 0:
            return "inframe_ins" if longer > 0 else "inframe_del"
        return terms[0] if terms else "unknown"

    @property
    def residues(self) -> ResidueChange:
        """Residues before and after as the annotator has them, else as they are in the proteins.

        A changed tail is then told by its first residue and ``X``, as VEP tells a frameshift.
        """
        if self.consequence.change is not None:
            return self.consequence.change
        change = self.change
        edit = next((one for one in change.edits if self.call in one.calls), change.edits[0])
        if not edit.aligned and edit.normal.end == len(change.normal) and edit.mutant.end == len(change.mutant):
            start = edit.normal.start
            end = min(start + 1, len(change.normal))
            return ResidueChange(Interval(start, end), change.normal[start:end] or STOP, UNKNOWN)
        return ResidueChange(
            edit.normal,
            change.normal[edit.normal.start : edit.normal.end],
            change.mutant[edit.mutant.start : edit.mutant.end],
        )

    @property
    def protein_position(self) -> str:
        """VEP's Protein_position: ``58``, ``662-665``; the residues on both sides of an insertion."""
        place = self.residues.position
        first, last = place.start + 1, place.end  # 0-based, half-open → 1-based, inclusive
        if first > last:
            first, last = last, first
        return str(first) if first == last else f"{first}-{last}"

    @property
    def mutation(self) -> str:
        """VEP's Amino_acids: ``P/A``; ``-`` for no residue."""
        return f"{self.residues.reference or '-'}/{self.residues.alternative or '-'}"

    @property
    def index(self) -> str:
        """``<number>.<gene>.<transcript>.<type>.<position><residues>``; of a frameshift, its REF and ALT instead."""
        consequence, kind, variant = self.consequence, self.variant_type, self.call.variant
        residues = f"{variant.ref}/{variant.alt}" if kind == FRAMESHIFT else self.mutation
        return f"{self.number}.{consequence.gene}.{consequence.transcript}.{kind}.{self.protein_position}{residues}"


@dataclass(frozen=True, slots=True, eq=False)
class Epitope:
    """A peptide that a variant makes on one transcript."""

    site: Site
    peptide: Peptide
    """As it lies in this transcript's protein."""
    position: int
    """1-based, in the window around the variant that pVACseq cuts for this length."""
    expression: float | None
    """The transcript's own."""
    gene_expression: float | None
    """Of the transcript's gene."""


@dataclass(frozen=True, slots=True, eq=False)
class EpitopeRow:
    """One row of ``all_epitopes.tsv``."""

    epitope: Epitope
    candidate: Candidate

    @property
    def site(self) -> Site:
        """Its variant on its transcript."""
        return self.epitope.site

    @property
    def binding(self) -> Binding:
        """The prediction for the mutant peptide."""
        return self.candidate.binding

    @property
    def wildtype(self) -> str | None:
        """The aligned normal peptide of this transcript."""
        return self.epitope.peptide.wildtype

    @property
    def wildtype_binding(self) -> Binding | None:
        """The prediction for it; None where this transcript's normal peptide is not the one that was scored."""
        scored = self.candidate.peptide.wildtype
        return self.candidate.wildtype_binding if scored is not None and scored == self.wildtype else None

    @property
    def mutation_positions(self) -> tuple[int, ...]:
        """1-based."""
        return tuple(position + 1 for position in sorted(self.epitope.peptide.altered))


def percentiles(binding: Binding | None) -> tuple[float, ...]:
    """List the percentiles that there are: of affinity, of presentation."""
    if binding is None:
        return ()
    given = (binding.affinity_percentile, binding.presentation_percentile)
    return tuple(value for value in given if value is not None)


def combined_percentile(binding: Binding | None) -> float | None:
    """Return pVACseq's ``Median MT Percentile``: the median over all percentiles, here of two predictions at most."""
    values = percentiles(binding)
    return median(values) if values else None


def genomic_span(variant: Variant) -> tuple[int, int]:
    """Return pVACseq's Start and Stop: 0-based, half-open, past the first base where the lengths differ."""
    end = variant.start + len(variant.ref)
    return (variant.start if len(variant.ref) == len(variant.alt) else variant.start + 1), end


def variant_id(variant: Variant) -> str:
    """Return the aggregated table's ID: ``chr-start-stop-ref-alt``."""
    start, end = genomic_span(variant)
    return f"{variant.chrom}-{start}-{end}-{variant.ref}-{variant.alt}"


def epitope_rows(ranked: Iterable[Ranked]) -> list[EpitopeRow]:
    """Spread candidates out over the variants that they carry and the transcripts that make them.

    Parameters
    ----------
    ranked
        Candidates of one run.

    Returns
    -------
    list of EpitopeRow
        By variant in the order of the VCF, transcript, allele, length, place.
    """
    found: dict[tuple[Variant, str], tuple[Call, Origin]] = {}
    spread: dict[tuple[Variant, str, str, int, str], tuple[Origin, Candidate, Call]] = {}
    for row in ranked:
        candidate = row.candidate
        for call in candidate.peptide.calls:
            for origin in candidate.origins:
                transcript = origin.change.transcript.transcript
                found.setdefault((call.variant, transcript), (call, origin))
                # a peptide that a variant makes both alone and in a compound stands once, as its best candidate has it
                key = (call.variant, transcript, candidate.peptide.sequence, origin.offset, candidate.allele.name)
                spread.setdefault(key, (origin, candidate, call))
    sites = {(site.call.variant, site.change.transcript.transcript): site for site in _sites(found.values())}
    epitopes: dict[tuple[object, ...], Epitope] = {}
    rows = []
    for (variant, transcript, sequence, offset, _), (origin, candidate, call) in spread.items():
        made = (variant, transcript, sequence, offset, candidate.peptide.calls)
        epitope = epitopes.get(made)
        if epitope is None:
            window = Window(sequence, offset, candidate.peptide.calls)
            site = _as_on(sites[variant, transcript], origin.change)
            peptide = peptide_at(origin.change, window)
            position = _position(site, call, peptide)
            epitope = epitopes[made] = Epitope(site, peptide, position, origin.expression, origin.gene_expression)
        rows.append(EpitopeRow(epitope, candidate))
    return sorted(rows, key=_order)


def _as_on(site: Site, change: ProteinChange) -> Site:
    """Return the site on the protein of another haplotype."""
    return site if site.change is change else Site(site.call, change, site.consequence, site.number)


def _sites(found: Iterable[tuple[Call, Origin]]) -> Iterator[Site]:
    def order(one: tuple[Call, Origin]) -> tuple[int, str, str]:
        call, origin = one
        return call.line, call.variant.alt, origin.change.transcript.transcript

    for number, (call, origin) in enumerate(sorted(found, key=order), start=1):
        told = [consequence for member, consequence in origin.change.told if member is call]
        yield Site(call, origin.change, told[0] if told else origin.change.transcript, number)


def _order(row: EpitopeRow) -> tuple[int, str, int, int, str]:
    peptide = row.epitope.peptide
    return row.site.number, row.candidate.allele.name, len(peptide.sequence), peptide.offset, peptide.sequence


def _position(site: Site, call: Call, peptide: Peptide) -> int:
    """Count from the window's start: a peptide's length less one before the change, as far as the protein goes."""
    change, flank = site.change, len(peptide.sequence) - 1
    told = site.residues
    edit = next((one for one in change.edits if call in one.calls), change.edits[0])
    place = told.position.start
    frameshift = site.variant_type == FRAMESHIFT
    if frameshift and not len(told.position):
        place -= 1  # between two residues, pVACseq takes the first for the place
    start = max(0, place - flank)
    if not frameshift and len(change.normal) - 1 - place < flank <= place:
        # near the protein's end pVACseq moves the window back, so that it stays as long as elsewhere
        start = len(change.normal) - min(2 * flank + len(told.reference.partition(STOP)[0]), len(change.normal))
    shift = edit.mutant.start - edit.normal.start  # what indels of the same haplotype put in before
    return peptide.offset - (start + shift) + 1
