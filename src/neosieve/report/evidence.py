"""What candidates have in common: those of a peptide, whatever the allele, and those of a mutation."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from neosieve.model.candidate import Candidate

if TYPE_CHECKING:
    from neosieve.model.candidate import Ranked
    from neosieve.model.evidence import NormalLevel, RegionCount
    from neosieve.model.peptide import Peptide
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call


class PeptideEvidence(NamedTuple):
    """What a candidate is beside its allele and its bindings; each field as of :class:`Candidate`."""

    peptide: Peptide
    call: Call
    change: ProteinChange
    transcripts: tuple[str, ...]
    phase: str
    gene_expression: float | None
    transcript_expression: float | None
    nmd: str | None
    self_match: str | None
    remarks: tuple[str, ...]
    ccf: float | None
    ccf_low: float | None
    ccf_high: float | None
    near_self_peptide: str | None
    near_self_source: str | None
    near_self_level: NormalLevel | None
    hotspot: str | None
    regions: RegionCount | None


_fields = itemgetter(*map(Candidate._fields.index, PeptideEvidence._fields))  # far faster than by name
_new = tuple.__new__  # as _make does, without its checks


def peptide_evidence(row: Ranked) -> PeptideEvidence:
    """Take of a candidate what doesn't depend on the allele."""
    return _new(PeptideEvidence, _fields(row.candidate))


class Mutation(NamedTuple):
    """The calls that a peptide carries, and their protein; each field as of :class:`Candidate` and its peptide."""

    change: ProteinChange
    call: Call
    calls: tuple[Call, ...]

    @property
    def named(self) -> tuple[str, str]:
        """Label and consequence of what the calls do."""
        return self.change.named(self.calls)


def mutation(one: PeptideEvidence) -> Mutation:
    """Take what doesn't depend on the peptide."""
    return Mutation(one.change, one.call, one.peptide.calls)
