"""What a finished run knows of itself and hands to the writers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neosieve.model.candidate import Ranked
    from neosieve.model.evidence import Finding
    from neosieve.model.ledger import LedgerEntry
    from neosieve.model.patient import HlaType, Samples


@dataclass(frozen=True, slots=True)
class ExcludedPeptide:
    """A new peptide of one transcript that a normal protein elsewhere holds: not a neo-peptide."""

    variant: str
    """``chrom:pos:ref>alt`` as in the VCF, 1-based."""
    gene: str
    transcript: str
    peptide: str
    source: str
    """The normal protein that holds it: transcript or protein id."""


@dataclass(frozen=True, slots=True)
class FunnelStage:
    """One step of the way from records to candidates."""

    label: str
    count: int
    unit: str
    """What is counted: ``ALT alleles``, ``peptides``, ``peptide–allele pairs``."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that the run read."""

    role: str
    """``vcf``, ``hla``, ``proteome`` …"""
    name: str
    """File name without its folder, so that results don't depend on where the input lay."""
    sha256: str
    """Of the whole file; of aligned reads, of their header and index."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """All that a run found, ready to be written."""

    version: str
    """Of neosieve."""
    samples: Samples
    hla: HlaType
    predictor: str
    """Identity of the predictor: name, version, checksum."""
    predictor_choice: str
    """Why this predictor was taken, in words."""
    percentile_background: str
    inputs: tuple[InputFile, ...]
    reference: str
    """The reference whose sequences decided, in words: identity, assembly, gene models; empty without one."""
    settings: tuple[tuple[str, str], ...]
    """(option, value) as effective, defaults included."""
    warnings: tuple[str, ...]
    funnel: tuple[FunnelStage, ...]
    """Counts that reconcile with the ledger."""
    ranked: tuple[Ranked, ...]
    """Best first."""
    ledger: Sequence[LedgerEntry]
    """In VCF order."""
    excluded: tuple[ExcludedPeptide, ...]
    findings: tuple[Finding, ...] = ()
    """What the tumour's calls say of its presentation of antigens."""
    evidence: tuple[tuple[str, Mapping[str, str | int]], ...] = ()
    """(table, what it is and how far it could be joined) of each evidence table."""
    ranking: str = ""
    """What the candidates are ranked by, in words."""
    genes_without_models: tuple[str, ...] = ()
    """Genes of antigen presentation that the reference lacks, so that nothing is known of their loss."""
    tiers: tuple[tuple[str, str], ...] = ()
    """(tier, its rule in words), best first, of a policy other than the default one; empty for that."""
