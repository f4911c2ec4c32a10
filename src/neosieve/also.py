"""The further files of ``--also``: a run's results in the shapes that other tools read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neosieve.biology.caseranking import rank_cases
from neosieve.io.rankpolicies import read_coefficients, read_policy
from neosieve.io.textfile import blocks
from neosieve.io.vcf import read_header
from neosieve.report.annotatedvcf import write_annotated_vcf
from neosieve.report.multiqc import write_multiqc
from neosieve.report.parquet import require_pyarrow, write_parquet
from neosieve.report.pvacseq.selection import Told
from neosieve.report.pvacseq.tables import write_pvacseq
from neosieve.report.windowfasta import write_window_fasta

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from neosieve.model.case import Case, RankedCase
    from neosieve.model.run import RunResult
    from neosieve.report.outputs import Writer
    from neosieve.report.tables import OutputFile
    from neosieve.settings import RunSettings

BOM = b"\xef\xbb\xbf"


def writers(settings: RunSettings) -> list[Writer]:
    """Return what writes the files that were asked for.

    Raises
    ------
    OutputError
        A library that one of them needs isn't installed.
    """
    return [_writer(name, settings) for name in settings.also]


def _writer(name: str, settings: RunSettings) -> Writer:
    match name:
        case "pvacseq":
            return lambda result, folder: (_pvacseq(result, folder, settings), ())
        case "multiqc":
            return lambda result, folder: (write_multiqc(result, folder), ())
        case "vcf":
            return lambda result, folder: write_annotated_vcf(result, folder, raw_lines(settings.vcf))
        case "fasta":
            return lambda result, folder: ((write_window_fasta(result, folder),), ())
        case "parquet":
            require_pyarrow()
            return lambda result, folder: ((write_parquet(result, folder),), ())
        case _:
            raise ValueError(f"{name} is no kind of further files")


def _pvacseq(result: RunResult, folder: Path, settings: RunSettings) -> tuple[OutputFile, ...]:
    policy = replace(read_policy("pvacseq"), purity=settings.purity)

    def judge(cases: Sequence[Case]) -> tuple[RankedCase, ...]:
        return rank_cases(cases, policy, read_coefficients())

    return write_pvacseq(result, folder, _told(result, settings), judge)


def _told(result: RunResult, settings: RunSettings) -> Told:
    """Say what the annotation tells of transcripts: a VCF's by its fields, a reference's by whether any has it."""
    if settings.reference is None:
        fields = read_header(settings.vcf).info.get("CSQ", "").rpartition("Format: ")[2].split("|")
        return Told(canonical="CANONICAL" in fields, mane_select="MANE_SELECT" in fields)
    told = {origin.change.transcript for row in result.ranked for origin in row.candidate.origins}
    return Told(canonical=any(one.canonical for one in told), mane_select=any(one.mane_select for one in told))


def raw_lines(path: Path) -> Iterator[bytes]:
    """Yield a file's lines as they are, decompressed, line ends included.

    Raises
    ------
    InputError
        The file is missing, unreadable or truncated.
    """
    rest = b""
    for number, block in enumerate(blocks(path)):
        *whole, rest = (rest + (block.removeprefix(BOM) if number == 0 else block)).split(b"\n")
        yield from (line + b"\n" for line in whole)
    if rest:
        yield rest
