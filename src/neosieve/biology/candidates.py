"""Candidates of one peptide: what is asked of a predictor, and its answers joined with the evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.model.candidate import Candidate
from neosieve.model.mhc import Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.biology.assembly import Source
    from neosieve.model.evidence import Expression
    from neosieve.model.mhc import Allele, Binding
    from neosieve.model.peptide import Peptide

VERSIONED = re.compile(r"ENS[A-Z]*\d+\.|[NX][MR]_\d+\.")
"""Ensembl and RefSeq ids, whose version follows a dot; in a symbol such as AC004556.3 the dot is part of the name."""


@dataclass(frozen=True, slots=True)
class Representative:
    """A peptide as the representative transcript makes it."""

    source: Source
    peptide: Peptide
    transcripts: tuple[str, ...]
    """All that make it, in name order."""

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Representative:
        """Take the first of a peptide's sources."""
        transcripts = tuple(sorted(one.change.transcript.transcript for one in sources))
        return cls(sources[0], sources[0].peptide, transcripts)

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
        self, alleles: Sequence[Allele], mutant: Sequence[Binding], wildtype: Sequence[Binding]
    ) -> list[Candidate]:
        """Join the answers, one for each allele, with the evidence."""
        call, consequence = self.peptide.calls[0], self.source.change.transcript
        values = [
            value
            for transcript in self.transcripts
            if (value := _expression(call.transcript_expression, (transcript,))) is not None
        ]
        gene_value = _expression(call.gene_expression, (consequence.gene, consequence.gene_id))
        return [
            Candidate(
                call=call,
                change=self.source.change,
                transcripts=self.transcripts,
                peptide=self.peptide,
                allele=allele,
                binding=binding,
                wildtype_binding=wildtype[place] if wildtype else None,
                phase=self.source.phase,
                gene_expression=gene_value,
                transcript_expression=sum(values) if len(values) == len(self.transcripts) else None,
                nmd=self.source.change.nmd,
                self_match=None,
                remarks=self.source.remarks,
            )
            for place, (allele, binding) in enumerate(zip(alleles, mutant, strict=True))
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
