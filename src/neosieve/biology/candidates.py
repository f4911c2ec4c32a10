"""Candidates of one peptide: what is asked of a predictor, and its answers joined with the evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from neosieve.biology.nearself import most_alike
from neosieve.model.candidate import Candidate, Origin
from neosieve.model.mhc import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from neosieve.biology.anchors import Anchors
    from neosieve.biology.assembly import Source
    from neosieve.biology.nearself import NearSelf
    from neosieve.model.evidence import CancerCellFraction, Expression, HlaLossTable, RegionCount
    from neosieve.model.mhc import Allele, Binding
    from neosieve.model.peptide import Peptide
    from neosieve.model.variant import Call

VERSIONED = re.compile(r"ENS[A-Z]*\d+\.|[NX][MR]_\d+\.")
"""Ensembl and RefSeq ids, whose version follows a dot; in a symbol such as AC004556.3 the dot is part of the name."""
PRESENTED_PERCENTILE = 2.0  # NetMHCpan 4.1 EL convention for weak binders (Reynisson 2020)


@dataclass(frozen=True, slots=True)
class Support:
    """What is known of a peptide besides its sequence and its binding; None where not assessed."""

    gene_expression: float | None = None
    transcript_expression: float | None = None
    ccf: CancerCellFraction | None = None
    losses: HlaLossTable | None = None
    self_match: str | None = None
    """``no`` or ``near``."""
    near: tuple[NearSelf, ...] = ()
    """The normal peptides at one mismatch."""
    hotspot: str | None = None
    """In words."""
    regions: RegionCount | None = None
    of_sources: tuple[tuple[float | None, float | None], ...] | None = None
    """Expression of each source's transcript and of its gene, in their order; None where none is known."""


@dataclass(frozen=True, slots=True)
class Representative:
    """A peptide as the representative transcript makes it."""

    source: Source
    peptide: Peptide
    transcripts: tuple[str, ...]
    """All that make it, in name order."""
    sources: tuple[Source, ...]
    """Likewise, this one first."""

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Representative:
        """Take the first of a peptide's sources."""
        transcripts = tuple(sorted(one.change.transcript.transcript for one in sources))
        return cls(sources[0], sources[0].peptide, transcripts, tuple(sources))

    def mutant_queries(self, alleles: Sequence[Allele]) -> list[Query]:
        """List the questions about the peptide, one for each allele."""
        peptide = self.peptide
        return [Query(peptide.sequence, allele, peptide.n_flank, peptide.c_flank) for allele in alleles]

    def wildtype_queries(self, alleles: Sequence[Allele]) -> list[Query]:
        """List the questions about the aligned normal peptide; none where there is no such."""
        peptide = self.peptide
        if peptide.wildtype is None:
            return []
        return [
            Query(peptide.wildtype, allele, peptide.wildtype_n_flank, peptide.wildtype_c_flank) for allele in alleles
        ]

    def candidates(
        self,
        alleles: Sequence[Allele],
        mutant: Sequence[Binding],
        wildtype: Sequence[Binding],
        support: Support | None = None,
        anchors: Mapping[tuple[Allele, int], Anchors] | None = None,
        origins: tuple[Origin, ...] | None = None,
    ) -> list[Candidate]:
        """Join the answers, one for each allele, with the evidence.

        Parameters
        ----------
        alleles, mutant, wildtype
            The alleles, and the answers for each; no answers on the wild type where there is none.
        support
            The evidence; None to take the expression that the VCF states.
        anchors
            By allele and length.
        origins
            Where they are known already.
        """
        peptide = self.peptide
        if support is None:
            support = self.support_in_vcf()
        ccf = support.ccf
        remarks = (*self.source.remarks, *_from_elsewhere(peptide.calls))
        if origins is None:
            origins = self.origins(support)
        made = []
        for place, (allele, binding) in enumerate(zip(alleles, mutant, strict=True)):
            held = anchors.get((allele, len(peptide.sequence))) if anchors else None
            positions = None if held is None else _positions(held)
            near = most_alike(support.near, positions or ()) if support.near else None
            made.append(
                Candidate(
                    call=peptide.calls[0],
                    change=self.source.change,
                    transcripts=self.transcripts,
                    peptide=peptide,
                    allele=allele,
                    binding=binding,
                    wildtype_binding=wildtype[place] if wildtype else None,
                    phase=self.source.phase,
                    gene_expression=support.gene_expression,
                    transcript_expression=support.transcript_expression,
                    nmd=self.source.change.nmd,
                    self_match=support.self_match,
                    remarks=remarks,
                    ccf=None if ccf is None else ccf.estimate,
                    ccf_low=None if ccf is None else ccf.low,
                    ccf_high=None if ccf is None else ccf.high,
                    hla_loss=None if support.losses is None else support.losses.lost_share(allele),
                    anchor_positions=positions,
                    mutation_site=None if held is None else _site(held, peptide.altered),
                    near_self_peptide=None if near is None else near.peptide,
                    near_self_source=None if near is None else near.source,
                    near_self_level=None if near is None else near.level,
                    hotspot=support.hotspot,
                    regions=support.regions,
                    origins=origins,
                )
            )
        return made

    def origins(self, support: Support) -> tuple[Origin, ...]:
        """List where the peptide comes from, with the expression of each."""
        told = support.of_sources or ((None, None),) * len(self.sources)
        return tuple(
            Origin(source.change, source.window.offset, of_transcript, of_gene)
            for source, (of_transcript, of_gene) in zip(self.sources, told, strict=True)
        )

    def support_in_vcf(self) -> Support:
        """Look up the gene's expression, and that of the transcripts that make the peptide, in the VCF's own words."""
        call = self.peptide.calls[0]
        each = {name: _expression(call.transcript_expression, (name,)) for name in self.transcripts}
        known = [value for value in each.values() if value is not None]
        consequences = [source.change.transcript for source in self.sources]
        names = dict.fromkeys((one.gene, one.gene_id) for one in consequences)
        genes = {gene: _expression(call.gene_expression, gene) for gene in names}
        first = consequences[0]
        return Support(
            gene_expression=genes[first.gene, first.gene_id],
            transcript_expression=sum(known) if len(known) == len(each) else None,
            of_sources=tuple((each[one.transcript], genes[one.gene, one.gene_id]) for one in consequences),
        )


def _from_elsewhere(calls: Iterable[Call]) -> list[str]:
    return [
        f"{call.variant} is not called in the first sample: its reads, genotype and phase are those of {call.region}"
        for call in calls
        if call.region is not None and not call.germline
    ]


@lru_cache(maxsize=1024)
def _positions(anchors: Anchors) -> tuple[int, ...]:
    return tuple(sorted(anchors.positions))


@lru_cache(maxsize=4096)
def _site(anchors: Anchors, altered: frozenset[int]) -> str | None:
    site = anchors.site(altered)
    return None if site is None else site.value


def _expression(values: Sequence[Expression], names: Sequence[str]) -> float | None:
    """Look up a value by any of its names; ids may lack their version, symbols are taken as they are."""
    for name in names:
        for same in (str, _without_version):
            for one in values:
                if name and same(one.feature) == same(name):
                    return one.value
    return None


def _without_version(name: str) -> str:
    return name.partition(".")[0] if VERSIONED.match(name) else name
