"""Finished runs of several samples, and what they have in common."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from neosieve.model.run import FunnelStage, InputFile


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a finished run says of itself in ``run.json``; immutable."""

    folder: Path
    sha256: str
    """Of ``run.json`` itself."""
    schema_version: int
    version: str
    """Of neosieve."""
    tumor: str
    """Name of the tumour sample."""
    normal: str | None
    """Name of the normal sample; None for a tumour-only run."""
    alleles: tuple[str, ...]
    """Two-field names of the patient's class I alleles."""
    predictor: str
    """Identity of the models that scored."""
    inputs: tuple[InputFile, ...]
    settings: Mapping[str, str]
    """Options as effective, defaults included."""
    warnings: tuple[str, ...]
    funnel: tuple[FunnelStage, ...]
    outcomes: Mapping[str, int]
    """Outcome → rows of the ledger."""
    tiers: Mapping[str, int]
    """Tier of the policy, best first → candidates."""
    outputs: Mapping[str, str]
    """Name of each file that the run wrote → SHA-256."""

    @property
    def place(self) -> Path:
        """The folder's absolute path as it was named, links and all: a link to another disk keeps its name."""
        return type(self.folder)(os.path.abspath(self.folder))  # noqa: PTH100 - Path.resolve follows links

    def checksum(self, role: str) -> str | None:
        """Return the SHA-256 of the input of that role; None if the run read none."""
        return next((file.sha256 for file in self.inputs if file.role == role), None)


class Cause(NamedTuple):
    """What made a candidate's peptide, in the words of ``candidates.tsv``: many rows have it in common."""

    gene: str
    """Symbol, else identifier; empty where neither is known."""
    change: str
    """HGVS p.; empty where unknown."""
    haplotype: tuple[str, ...]
    """All somatic variants that the peptide carries."""


class SharedBy(StrEnum):
    """What two samples can have in common; in the order of ``shared.tsv``."""

    VARIANT = "variant"
    """The same change of the genome."""
    PROTEIN_CHANGE = "protein_change"
    """The same change of a gene's protein, by whichever change of the genome."""
    PEPTIDE = "peptide"
    """The same peptide on the same allele."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A neoantigen of more than one sample; immutable."""

    by: SharedBy
    samples: tuple[str, ...]
    """In name order."""
    presented_in: tuple[str, ...]
    """Those of them with a candidate at a percentile of 2 or below."""
    genes: tuple[str, ...]
    changes: tuple[str, ...]
    variants: tuple[str, ...]
    """Haplotypes: variants joined by ``+``."""
    peptides: tuple[str, ...]
    """The peptide; of a variant or a protein change, those presented in any sample."""
    alleles: tuple[str, ...]
    """The allele; of a variant or a protein change, those that present it in any sample."""
    tier: str | None
    """Best of any sample; None where the samples' policies have other tiers."""
    percentile: float | None
    """Lowest of any sample."""


@dataclass(frozen=True, slots=True)
class SharedSummary:
    """What a page tells of the neoantigens of more than one sample; immutable."""

    counts: Counter[SharedBy]
    presented: Counter[SharedBy]
    """Those with a candidate at a percentile of 2 or below in any sample."""
    first: Sequence[Shared]
    """The first of those of each kind, in the order of ``shared.tsv``."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A run as a cohort knows it; immutable."""

    name: str
    """Unique in the cohort: the tumour sample's, or the folder's where several runs have the same tumour sample."""
    record: RunRecord
    presented: int
    """Distinct peptide × allele at a percentile of 2 or below, of presentation, else of affinity."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that should be equal in runs that are compared, and isn't; immutable."""

    what: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    """(value, samples that have it), the most frequent first."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Several runs, ready to be written; immutable."""

    version: str
    """Of the neosieve that gathered them."""
    samples: tuple[Sample, ...]
    """In name order."""
    tiers: tuple[str, ...]
    """Every tier of the runs' policies; best first if all have the same."""
    differences: tuple[Difference, ...]
    warnings: tuple[str, ...]
    """Why the runs may not be comparable, in words."""
