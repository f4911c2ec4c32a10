"""Calls and annotations made by hand, from a compact description in VEP's own spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from neosieve.biology.effects import protein_changes
from neosieve.biology.windows import neo_peptides
from neosieve.io.annotation import consequence
from neosieve.model.protein import ProteinChange, Unresolved
from neosieve.model.variant import AlleleCounts, Call, PhaseSet, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.biology.windows import Stretch, Window
    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.evidence import Expression
    from neosieve.model.ledger import Outcome

Pair = tuple[Call, "TranscriptConsequence"]

PHASED = PhaseSet("PGT/PID", "100_A_G", 1)


def variant(text: str) -> Variant:
    """Read ``chrom:pos:ref>alt``, 1-based as in a VCF."""
    match = re.fullmatch(r"(.+):(\d+):([^>]+)>(.+)", text)
    assert match is not None
    return Variant(match[1], int(match[2]) - 1, match[3], match[4])


def call(
    text: str = "chr1:100:A>G",
    *told: TranscriptConsequence,
    phase: PhaseSet | None = None,
    homozygous: bool = False,
    germline: bool = False,
    vaf: float | None = 0.4,
    rna: AlleleCounts | None = None,
    expression: tuple[Expression, ...] = (),
) -> Call:
    """Make a call of ``chrom:pos:ref>alt``."""
    return Call(
        variant(text),
        line=1,
        filters=(),
        tumor=AlleleCounts(100, None if vaf is None else round(100 * vaf), vaf),
        rna=rna,
        homozygous=homozygous,
        germline=germline,
        phase=phase,
        gene_expression=expression,
        consequences=told,
    )


def told(
    normal: str,
    terms: str,
    at: str = "",
    residues: str = "",
    codons: str = "",
    cds: str = "",
    *,
    transcript: str = "ENST1.1",
    **csq: str,
) -> TranscriptConsequence:
    """Read an annotation as VEP writes it: ``told(protein, "missense_variant", "12", "G/D", "gGt/gAt", "35")``."""
    entry = {
        "Feature": transcript,
        "SYMBOL": "TOY",
        "Gene": "ENSG1",
        "BIOTYPE": "protein_coding",
        "Consequence": terms,
        "Protein_position": at,
        "Amino_acids": residues,
        "Codons": codons,
        "CDS_position": cds,
        "WildtypeProtein": normal,
    }
    return consequence(entry | csq)


def change_of(*pairs: Pair) -> ProteinChange:
    """Build the one protein change that these calls in cis make."""
    (change,) = (one for one in protein_changes(pairs) if isinstance(one, ProteinChange))
    return change


def reasons(*pairs: Pair) -> list[tuple[str, Outcome]]:
    """List (variant, reason) of the calls in cis that get no peptide."""
    return sorted(
        (str(one.calls[0].variant), one.reason) for one in protein_changes(pairs) if isinstance(one, Unresolved)
    )


def peptides(pairs: Sequence[Pair], lengths: Iterable[int] = (8,)) -> set[str]:
    """All peptides that these calls in cis yield."""
    found: set[str] = set()
    for one in protein_changes(pairs):
        if isinstance(one, ProteinChange):
            found.update(peptide.sequence for peptide in neo_peptides(one, lengths))
    return found


def kmers(protein: str, length: int) -> set[str]:
    """All stretches of a protein."""
    return {protein[start : start + length] for start in range(len(protein) - length + 1)}


def each(stretches: Iterable[Stretch]) -> list[Window]:
    """List the windows of stretches."""
    return [window for stretch in stretches for window in stretch.windows]
