"""``neosieve demo``: the main job on a bundled piece of a real tumour, or on known mutations without annotation."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from importlib.resources import as_file
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from neosieve.cli.console import reported_errors, say

if TYPE_CHECKING:
    from neosieve.model.run import RunResult

DEMO_VCF = "hcc1395_demo.vcf.gz"
DEMO_HLA = "A*29:02,B*45:01,B*82:02"
"""HCC1395's class I type as published with the example data of pVACtools 7.1.5."""
UNANNOTATED_VCF = "demo_unannotated.vcf"
UNANNOTATED_REFERENCE = "genes.ref"
UNANNOTATED_HLA = "A*02:01,A*03:01,B*07:02,B*44:02,C*05:01,C*07:02"
"""Common alleles in Europe, no patient's: the mutations are gathered from many tumours."""
TOP = 10


@click.command()
@click.option(
    "-o",
    "--out",
    default="neosieve-demo",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder for the results.",
)
@click.option(
    "--unannotated",
    is_flag=True,
    help="Known mutations of nine genes instead, without annotation, with a reference.",
)
def demo(*, out: Path, unannotated: bool) -> None:
    """Run on a bundled piece of HCC1395, a breast cancer cell line, and show the ten best candidates.

    It does what `neosieve run VCF --hla 'A*29:02,B*45:01,B*82:02' --include-filtered --models embedded -o OUT` does.

    With --unannotated, it runs on known cancer mutations of nine genes without any annotation, and does what
    `neosieve run VCF --reference REF --hla 'A*02:01,A*03:01,B*07:02,B*44:02,C*05:01,C*07:02' --models embedded -o OUT`
    does.
    """
    from neosieve.cli.run import execute, summarise  # noqa: PLC0415
    from neosieve.resources import REFERENCE  # noqa: PLC0415
    from neosieve.settings import RunSettings  # noqa: PLC0415

    with reported_errors(), ExitStack() as stack:
        if unannotated:
            vcf, reference = (
                stack.enter_context(as_file(REFERENCE / "genes" / name))
                for name in (UNANNOTATED_VCF, UNANNOTATED_REFERENCE)
            )
            settings = RunSettings(vcf=vcf, hla=UNANNOTATED_HLA, out=out, reference=reference, models="embedded")
        else:
            vcf = stack.enter_context(as_file(REFERENCE / "demo" / DEMO_VCF))
            settings = RunSettings(vcf=vcf, hla=DEMO_HLA, out=out, include_filtered=True, models="embedded")
        result = execute(settings)
    summarise(result, out)
    _show(result)
    say(f"open {out / 'report.html'} in a browser; every table is in {out}")


def _show(result: RunResult) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=f"The {TOP} best of {len(result.ranked):,} candidates")
    for heading in ("rank", "tier", "gene", "change", "peptide", "allele", "presentation %", "nM", "VAF", "TPM"):
        table.add_column(
            heading, justify="right" if heading in {"rank", "presentation %", "nM", "VAF", "TPM"} else "left"
        )
    for ranked in result.ranked[:TOP]:
        candidate = ranked.candidate
        table.add_row(
            str(ranked.rank),
            ranked.tier.value,
            candidate.change.transcript.gene,
            candidate.label,
            candidate.peptide.sequence,
            str(candidate.allele),
            _number(candidate.binding.presentation_percentile),
            _number(candidate.binding.affinity_nM),
            _number(candidate.call.tumor.vaf),
            _number(candidate.gene_expression),
        )
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def _number(value: float | None) -> str:
    return "NA" if value is None else f"{value:.3g}"
