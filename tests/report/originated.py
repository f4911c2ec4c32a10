"""Candidates that know their transcripts, made by hand of KRAS G12D and the like."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neosieve.model.annotation import ResidueChange
from neosieve.model.candidate import Candidate, Origin, Ranked, Tier
from neosieve.model.genome import Interval
from neosieve.model.peptide import Peptide
from neosieve.model.protein import ProteinChange, ResidueEdit
from neosieve.model.variant import AlleleCounts, Call, Variant

from .builders import A0201, NORMAL, binding, ranked, substitution

if TYPE_CHECKING:
    from neosieve.model.mhc import Allele

G12D = ResidueChange(Interval(11, 12), "G", "D", "gGt", "gAt")


def kras(
    rank: int = 1,
    *,
    transcripts: tuple[str, ...] = ("ENST00000256078.10",),
    allele: Allele = A0201,
    nM: float = 100.0,
    percentile: float | None = 1.0,
    call: Call | None = None,
    expression: float | None = 9.75,
    canonical: bool = True,
) -> Ranked:
    """Build KRAS G12D's KLVVVGADGV, made by each of the transcripts alike."""
    row = ranked(rank, allele=allele, call=call)
    change, _ = substitution(call=row.candidate.call)
    changes = [
        replace(
            change,
            transcript=replace(
                change.transcript,
                transcript=name,
                change=G12D,
                hgvs_c=f"{name}:c.35G>A",
                hgvs_p="ENSP00000256078.5:p.Gly12Asp",
                canonical=canonical,
                support_level=2,
            ),
        )
        for name in transcripts
    ]
    candidate = row.candidate._replace(
        change=changes[0],
        transcripts=transcripts,
        binding=binding(nM)._replace(affinity_percentile=percentile, presentation_percentile=percentile),
        origins=tuple(Origin(one, 4, expression, row.candidate.gene_expression) for one in changes),
    )
    return row._replace(candidate=candidate)


def frameshift(rank: int = 1) -> Ranked:
    """Build a base put in after codon 10: the protein goes on as ``…GALLWSKH`` and has no wild type to compare with."""
    call = Call(
        Variant("chr12", 25245352, "A", "AC"),
        line=9,
        filters=(),
        tumor=AlleleCounts(100, 40, 0.4),
        normal=AlleleCounts(80, 0, 0.0),
        rna=AlleleCounts(50, 20, 0.4),
    )
    base = kras(rank, call=call)
    consequence = replace(
        base.candidate.change.transcript,
        terms=("frameshift_variant",),
        change=ResidueChange(Interval(10, 11), "A", "AX", "gct", "gcCt"),
        hgvs_p="ENSP00000256078.5:p.Gly12LeufsTer7",
    )
    edit = ResidueEdit(Interval(11, len(NORMAL)), Interval(11, 17), aligned=False, calls=(call,))
    change = ProteinChange(
        consequence, NORMAL, NORMAL[:11] + "LLWSKH", (edit,), "p.Gly12LeufsTer7", "frameshift_variant"
    )
    peptide = Peptide(
        sequence="GALLWSKH",
        offset=9,
        altered=frozenset(range(2, 8)),
        n_flank="MTEYKLVVV",
        c_flank="",
        wildtype=None,
        wildtype_n_flank=None,
        wildtype_c_flank=None,
        calls=(call,),
    )
    candidate: Candidate = base.candidate._replace(
        call=call,
        change=change,
        peptide=peptide,
        wildtype_binding=None,
        origins=(Origin(change, 9, 9.75, 12.5),),
    )
    return base._replace(candidate=candidate, tier=Tier.STRONG)
