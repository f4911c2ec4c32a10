"""A toy gene whose variants are applied to the nucleotides: the truth that the annotation-based engine must meet.

Each variant is annotated ALONE, as VEP with the plugins Wildtype and Frameshift does
(ensembl-variation: TranscriptVariationAllele.pm ``codon``, ``peptide``, ``pep_allele_string``, VariationEffect.pm):

- equal lengths are left as they are; otherwise one shared first base is cut off, nothing more;
- ``CDS_position`` and ``Protein_position`` are 1-based and inclusive; an insertion names the bases on both sides;
- ``Codons`` are all whole codons that the trimmed variant touches, none for an insertion between two codons;
- ``Amino_acids`` translates them; an incomplete codon is ``X``; nothing is ``-``; equal ones are written once.

Translation here is Biopython's, not neosieve's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from Bio.Seq import Seq

from neosieve.io.annotation import consequence
from neosieve.model.variant import AlleleCounts, Call, PhaseSet, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.model.annotation import TranscriptConsequence

CHROM = "chr1"
ONE_COPY = PhaseSet("PS", "1", 0)
THREE_LETTERS = dict(
    zip(
        "ARNDCQEGHILKMFPSTWYV",
        re.findall("...", "AlaArgAsnAspCysGlnGluGlyHisIleLeuLysMetPheProSerThrTrpTyrVal"),
        strict=True,
    )
)


def to_stop(bases: str) -> str:
    """Translate from the first base to the first stop, or as far as whole codons go."""
    whole = bases[: len(bases) // 3 * 3]
    return str(Seq(whole).translate(to_stop=True))  # type: ignore[no-untyped-call]


def reversed_complement(bases: str) -> str:
    """Read the other strand."""
    return str(Seq(bases).reverse_complement())  # type: ignore[no-untyped-call]


def codewise(bases: str) -> str:
    """Translate as VEP's ``peptide`` does: whole codons, then X for an incomplete one unless all is a stop."""
    whole = bases[: len(bases) // 3 * 3]
    protein = str(Seq(whole).translate())  # type: ignore[no-untyped-call]
    return protein + "X" if len(bases) % 3 and protein != "*" else protein


@dataclass(frozen=True)
class Change:
    """Bases of the transcript, 0-based half-open, and what stands in their place: reads in the transcript's sense."""

    start: int
    end: int
    new: str

    def clashes(self, other: Change) -> bool:
        """Whether both can't be applied to one copy: they share a base, or insert at one place."""
        if self.start == self.end and other.start == other.end:
            return self.start == other.start
        return self.start < other.end and other.start < self.end


def _terms(old: str, new: str, shift: int, *, lost: bool, starts: bool) -> list[str]:
    """Name the consequences of residues ``old`` turned into ``new`` with ``shift`` bases gained."""
    terms = ["start_lost"] if lost else ["start_retained_variant"] if starts else []
    if "*" in old:
        terms.append("stop_retained_variant" if "*" in new else "stop_lost")
    elif "*" in new:
        terms.append("stop_gained")
    if shift % 3:
        terms.append("frameshift_variant")
    elif shift:
        terms.append("inframe_insertion" if shift > 0 else "inframe_deletion")
    elif old == new:
        terms.append("synonymous_variant")
    elif "*" not in old + new:
        terms.append("missense_variant")
    return terms


@dataclass(frozen=True)
class ToyGene:
    """One exon: 5′ UTR, CDS with its stop, 3′ UTR, on either strand."""

    utr5: str
    cds: str
    utr3: str
    strand: int = 1

    @cached_property
    def transcript(self) -> str:
        """The whole transcript, 5′ to 3′."""
        return self.utr5 + self.cds + self.utr3

    @cached_property
    def protein(self) -> str:
        """The normal protein."""
        return to_stop(self.cds)

    def mutant_transcript(self, changes: Iterable[Change]) -> str:
        """Apply changes to one copy, the last first so that positions hold."""
        bases = self.transcript
        for change in sorted(changes, key=lambda one: (one.start, one.end), reverse=True):
            bases = bases[: change.start] + change.new + bases[change.end :]
        return bases

    def mutant(self, changes: Sequence[Change]) -> str | None:
        """Translate the copy with all changes; None if its start codon is lost."""
        if any(change.start < len(self.utr5) for change in changes):
            raise ValueError("toy variants lie behind the 5′ UTR")
        bases = self.mutant_transcript(changes)[len(self.utr5) :]
        return to_stop(bases) if bases.startswith("ATG") else None

    def vcf(self, change: Change) -> Variant:
        """Write a change as a VCF does: on the plus strand, with the base before it where an allele would be empty."""
        old = self.transcript[change.start : change.end]
        start, new, genome = change.start, change.new, self.transcript
        if self.strand < 0:
            start, old, new = len(genome) - change.end, reversed_complement(old), reversed_complement(new)
            genome = reversed_complement(genome)
        if not old or not new:
            anchor = genome[start - 1]
            start, old, new = start - 1, anchor + old, anchor + new
        return Variant(CHROM, start, old, new)

    def _as_vep_sees_it(self, change: Change) -> Change:
        """Cut off the one shared first base (plus strand) of alleles of unequal lengths."""
        vcf = self.vcf(change)
        ref, alt, start = vcf.ref, vcf.alt, vcf.start
        if len(ref) != len(alt) and ref[0] == alt[0]:
            ref, alt, start = ref[1:], alt[1:], start + 1
        if self.strand > 0:
            return Change(start, start + len(ref), alt)
        size = len(self.transcript)
        return Change(size - start - len(ref), size - start, reversed_complement(alt))

    def annotate(self, change: Change, *, sequence: bool = True, hgvs: bool = True) -> TranscriptConsequence:
        """Say what VEP says of one change alone; ``sequence``: whether the Frameshift plugin gave its protein."""
        seen = self._as_vep_sees_it(change)
        first, last = len(self.utr5), len(self.utr5) + len(self.cds)
        entry = {
            "Feature": "ENST1.1",
            "SYMBOL": "TOY",
            "Gene": "ENSG1",
            "BIOTYPE": "protein_coding",
            "WildtypeProtein": self.protein,
        }
        if seen.start >= last:
            return consequence(entry | {"Consequence": "3_prime_UTR_variant"})
        start, end = seen.start - first, seen.end - first
        if end > len(self.cds):
            crossing = {"Consequence": "stop_lost&3_prime_UTR_variant"}
            return consequence(
                entry | crossing | {"CDS_position": f"{start + 1}-?", "Protein_position": f"{start // 3 + 1}-?"}
            )
        # an insertion between bases start-1 and start touches both in VEP's coordinates
        low, high = (start, end - 1) if end > start else (start - 1, start)
        one, other = low // 3, high // 3
        insertion = start == end
        between = insertion and one != other
        window = (start, start) if between else (3 * one, 3 * other + 3)
        before = self.cds[window[0] : window[1]]
        after = self.cds[window[0] : start] + seen.new + self.cds[end : window[1]]
        old, new = codewise(before) or "-", codewise(after) or "-"
        shift = len(seen.new) - (end - start)
        mutant = self.mutant([change])
        entry |= {
            "Consequence": "&".join(_terms(old, new, shift, lost=mutant is None, starts=one == 0)),
            "CDS_position": f"{low + 1}-{high + 1}" if low != high else f"{low + 1}",
            "Protein_position": f"{one + 1}-{other + 1}" if one != other else f"{one + 1}",
            "Amino_acids": f"{old}/{new}" if old != new else old,
            "Codons": f"{before or '-'}/{after or '-'}",
        }
        if shift % 3 and mutant is not None:
            entry["FrameshiftSequence"] = mutant if sequence else ""
            entry["HGVSp"] = f"ENSP1.1:{self._hgvs_frameshift(mutant)}" if hgvs else ""
        return consequence(entry)

    def _hgvs_frameshift(self, mutant: str) -> str:
        """Name a frameshift by the first residue that differs."""
        for at, (old, new) in enumerate(zip(self.protein, mutant, strict=False)):
            if old != new:
                return f"p.{THREE_LETTERS[old]}{at + 1}{THREE_LETTERS[new]}fsTer{len(mutant) - at + 1}"
        at = min(len(mutant), len(self.protein))
        return f"p.{THREE_LETTERS[self.protein[at]]}{at + 1}Ter" if at < len(self.protein) else "p.?"

    def call(self, change: Change, *, germline: bool = False) -> Call:
        """Call a change on the one copy of this gene."""
        return Call(self.vcf(change), 1, (), AlleleCounts(), germline=germline, phase=ONE_COPY)
