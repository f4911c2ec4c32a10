"""Candidates of peptides: what is asked of a predictor, and its answers joined with the evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from neosieve.biology.nearself import most_alike
from neosieve.model.candidate import Candidate, Origin
from neosieve.model.mhc import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from neosieve.biology.anchors import Anchors
    from neosieve.biology.nearself import NearSelf
    from neosieve.biology.sources import Source
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


class Known(NamedTuple):
    """A new peptide and what is known of it, whatever the alleles."""

    peptide: Peptide
    support: Support
    common: tuple[object, ...]
    """Its candidates' fields from ``call`` to ``origins``."""

    @classmethod
    def of(cls, one: Representative, support: Support | None = None) -> Known:
        """Join a peptide with the evidence; with None, with the expression that the VCF states."""
        if support is None:
            support = one.support_in_vcf()
        peptide, change, ccf = one.peptide, one.source.change, support.ccf
        common = (
            peptide.calls[0],
            change,
            one.transcripts,
            peptide,
            one.source.phase,
            support.gene_expression,
            support.transcript_expression,
            change.nmd,
            support.self_match,
            (*one.source.remarks, *_from_elsewhere(peptide.calls)),
            None if ccf is None else ccf.estimate,
            None if ccf is None else ccf.low,
            None if ccf is None else ccf.high,
            support.hotspot,
            support.regions,
            one.origins(support),
        )
        return cls(peptide, support, common)


class Questions:
    """What is asked of a predictor about peptides and their wild types, once each, whatever the alleles."""

    def __init__(self, peptides: Sequence[Peptide]) -> None:
        mutant = [(one.sequence, one.n_flank, one.c_flank) for one in peptides]
        wildtype = [
            None if one.wildtype is None else (one.wildtype, one.wildtype_n_flank, one.wildtype_c_flank)
            for one in peptides
        ]
        asked = (one for both in zip(mutant, wildtype, strict=True) for one in both if one is not None)
        self._places = {one: place for place, one in enumerate(dict.fromkeys(asked))}
        self._mutant = [self._places[one] for one in mutant]
        self._wildtype = [None if one is None else self._places[one] for one in wildtype]

    def __len__(self) -> int:
        """Return how many an allele has."""
        return len(self._places)

    def about(self, allele: Allele) -> list[Query]:
        """List an allele's."""
        peptides, n_flanks, c_flanks = zip(*self._places, strict=True) if self._places else ((), (), ())
        return list(map(partial(tuple.__new__, Query), zip(peptides, repeat(allele), n_flanks, c_flanks, strict=False)))

    def told(self, answers: Sequence[Binding]) -> tuple[list[Binding], list[Binding | None]]:
        """Return what an allele's answers, in the order of its questions, say of each peptide and its wild type."""
        mutant = [answers[place] for place in self._mutant]
        return mutant, [None if place is None else answers[place] for place in self._wildtype]


def candidates(
    known: Sequence[Known],
    allele: Allele,
    mutant: Sequence[Binding],
    wildtype: Sequence[Binding | None],
    anchors: Mapping[int, Anchors] | None = None,
) -> list[Candidate]:
    """Join the answers about one allele with the evidence.

    Parameters
    ----------
    known, mutant, wildtype
        The peptides, and the answer on each and on its wild type; None where there is no such.
    anchors
        Of the allele, by length.
    """
    grips = {length: _Grip(held) for length, held in (anchors or {}).items()}
    made = []
    for (peptide, support, common), binding, normal in zip(known, mutant, wildtype, strict=True):
        loss = None if support.losses is None else support.losses.lost_share(allele)
        positions = site = alike = source = level = None
        grip = grips.get(len(peptide.sequence))
        if grip is not None:
            positions, site = grip.positions, grip[peptide.altered]
        if (near := most_alike(support.near, positions or ()) if support.near else None) is not None:
            alike, source, level = near.peptide, near.source, near.level
        fields = (allele, binding, normal, *common, loss, positions, site, alike, source, level)
        made.append(tuple.__new__(Candidate, fields))
    return made


class _Grip(dict[frozenset[int], str | None]):
    """How an allele holds peptides of one length: where altered residues lie, each answer found once."""

    def __init__(self, anchors: Anchors) -> None:
        super().__init__()
        self.positions = tuple(sorted(anchors.positions))
        self._anchors = anchors

    def __missing__(self, altered: frozenset[int]) -> str | None:
        site = self._anchors.site(altered)
        self[altered] = None if site is None else site.value
        return self[altered]


def _from_elsewhere(calls: Iterable[Call]) -> list[str]:
    return [
        f"{call.variant} is not called in the first sample: its reads, genotype and phase are those of {call.region}"
        for call in calls
        if call.region is not None and not call.germline
    ]


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
