"""What a run can be told. One frozen model, validated once, with precise errors."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  pydantic resolves the annotations at run time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

DEFAULT_LENGTHS = (8, 9, 10, 11)
"""Most class I ligands are 8–11 residues long (Trolle 2016)."""
SHORTEST, LONGEST = 8, 15


class Region(BaseModel):
    """A further region of the tumour."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    """Its sample's name, or what its VCF is called by."""
    vcf: Path | None = None
    """Its VCF; None for a further sample of the main one."""


class RunSettings(BaseModel):
    """Settings of ``neosieve run``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vcf: Path
    """VCF, plain or gzipped; annotated by VEP unless there is a reference."""
    hla: str
    """Comma list of alleles, or a file of them."""
    out: Path
    """Folder for the results; made if there is none."""
    tumor: str | None = None
    """Tumour sample; None to tell it from the VCF."""
    normal: str | None = None
    """Matched normal sample; None to tell it from the VCF."""
    regions: tuple[Region, ...] = ()
    """Further regions of the same tumour."""
    lengths: tuple[int, ...] = Field(default=DEFAULT_LENGTHS, min_length=1)
    """Peptide lengths, in residues."""
    include_filtered: bool = False
    """Read records whose FILTER is neither PASS nor '.' too."""
    incomplete_transcripts: bool = False
    """Admit transcripts whose CDS is annotated as incomplete."""
    models: str = "auto"
    """``auto``, ``embedded``, or a MHCflurry model directory."""
    policy: str = "default"
    """Ranking policy: a shipped one's name, or a TOML file."""
    proteome: Path | None = None
    """FASTA of further normal proteins to exclude peptides by."""
    reference: Path | None = None
    """Built reference, whose sequences then decide; None to trust the VCF's annotation."""
    germline: Path | None = None
    """VCF of the patient's germline variants, for the normal proteins."""
    germline_sample: str | None = None
    """The patient's sample in it; None for the only one, or the one called like the normal."""
    unphased: Literal["trans", "cis", "both"] = "trans"
    """What to make of neighbours whose phase is unknown."""
    hypotheses: tuple[Literal["splice", "start"], ...] = ()
    """Products to make beyond what the sequence proves; they need a reference."""
    expression: Path | None = None
    """Table of gene or transcript abundances; it replaces what the VCF says."""
    normal_expression: Path | None = None
    """Table of gene expression in normal tissues, for what candidates resemble."""
    purity: float | None = None
    """Share of tumour cells in the tumour's DNA sample."""
    segments: Path | None = None
    """Copy-number segments of the tumour."""
    segments_sample: str | None = None
    """Which sample of it, if it holds several."""
    sex: Literal["female", "male"] | None = None
    """Tells how many copies of X and Y normal cells hold."""
    hla_loh: Path | None = None
    """Table of HLA alleles that the tumour lost."""
    rna_bam: Path | None = None
    """Aligned RNA reads of the tumour; they replace the VCF's RNA counts."""
    dna_bam: Path | None = None
    """Aligned DNA reads of the tumour, for calls without read counts."""
    reads_fasta: Path | None = None
    """The genome of reads in CRAM."""
    also: tuple[Literal["pvacseq", "multiqc", "vcf", "fasta", "parquet"], ...] = ()
    """Further files to write, for other tools."""

    @field_validator("lengths")
    @classmethod
    def _lengths_in_range(cls, lengths: tuple[int, ...]) -> tuple[int, ...]:
        wrong = [length for length in lengths if not SHORTEST <= length <= LONGEST]
        if wrong:
            raise ValueError(f"peptide lengths lie between {SHORTEST} and {LONGEST}, not {wrong[0]}")
        return tuple(sorted(set(lengths)))

    @field_validator("regions")
    @classmethod
    def _regions_are_named_once(cls, regions: tuple[Region, ...]) -> tuple[Region, ...]:
        names = [region.name for region in regions]
        repeated = next((name for name in names if names.count(name) > 1), None)
        if repeated is not None:
            raise ValueError(f"--region names {repeated!r} twice; give each region a name of its own")
        return regions

    @field_validator("purity")
    @classmethod
    def _purity_is_a_share(cls, purity: float | None) -> float | None:
        if purity is not None and not 0 < purity <= 1:
            raise ValueError(
                f"--purity is the share of tumour cells in the sample, above 0 and up to 1, not {purity:g}"
            )
        return purity

    @model_validator(mode="after")
    def _hypotheses_need_a_reference(self) -> RunSettings:
        if self.hypotheses and self.reference is None:
            raise ValueError("--hypotheses need the transcripts' sequence: give --reference too")
        return self

    @model_validator(mode="after")
    def _segments_sample_needs_its_file(self) -> RunSettings:
        if self.segments_sample is not None and self.segments is None:
            raise ValueError("--segments-sample names a sample of --segments: give that table too")
        return self

    @model_validator(mode="after")
    def _reads_fasta_needs_reads(self) -> RunSettings:
        if self.reads_fasta is not None and self.rna_bam is None and self.dna_bam is None:
            raise ValueError("--reads-fasta is the genome of reads in CRAM: give --rna-bam or --dna-bam too")
        return self

    @model_validator(mode="after")
    def _germline_sample_needs_its_file(self) -> RunSettings:
        if self.germline_sample is not None and self.germline is None:
            raise ValueError("--germline-sample names a sample of --germline: give that VCF too")
        return self
