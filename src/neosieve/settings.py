"""What a run can be told. One frozen model, validated once, with precise errors."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  pydantic resolves the annotations at run time

from pydantic import BaseModel, ConfigDict, Field, field_validator

DEFAULT_LENGTHS = (8, 9, 10, 11)
"""Most class I ligands are 8–11 residues long (Trolle 2016)."""
SHORTEST, LONGEST = 8, 15


class RunSettings(BaseModel):
    """Settings of ``neosieve run``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vcf: Path
    """VEP-annotated VCF, plain or gzipped."""
    hla: str
    """Comma list of alleles, or a file of them."""
    out: Path
    """Folder for the results; made if there is none."""
    tumor: str | None = None
    """Tumour sample; None to tell it from the VCF."""
    normal: str | None = None
    """Matched normal sample; None to tell it from the VCF."""
    lengths: tuple[int, ...] = Field(default=DEFAULT_LENGTHS, min_length=1)
    """Peptide lengths, in residues."""
    include_filtered: bool = False
    """Read records whose FILTER is neither PASS nor '.' too."""
    incomplete_transcripts: bool = False
    """Admit transcripts whose CDS is annotated as incomplete."""
    models: str = "auto"
    """``auto``, ``embedded``, or a MHCflurry model directory."""
    proteome: Path | None = None
    """FASTA of further normal proteins to exclude peptides by."""

    @field_validator("lengths")
    @classmethod
    def _lengths_in_range(cls, lengths: tuple[int, ...]) -> tuple[int, ...]:
        wrong = [length for length in lengths if not SHORTEST <= length <= LONGEST]
        if wrong:
            raise ValueError(f"peptide lengths lie between {SHORTEST} and {LONGEST}, not {wrong[0]}")
        return tuple(sorted(set(lengths)))
