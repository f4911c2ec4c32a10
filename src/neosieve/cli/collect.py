"""``neosieve collect``: finished runs of many samples, gathered."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from neosieve.cli.console import progress, reported_errors, say

EXAMPLE = """For example, of the runs in results:

neosieve collect results/*/ -o cohort

Results: samples.tsv (counts per sample), shared.tsv (neoantigens of two samples or more: by variant, by protein change,
by peptide and allele), cohort.html, cohort.json."""


@click.command(epilog=EXAMPLE)
@click.argument("runs", nargs=-1, required=True, metavar="RUN_DIR...", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="Folder for the results.")
@click.option(
    "--names",
    type=click.Choice(["tumor", "folder"]),
    default="tumor",
    show_default=True,
    help="Call samples as their tumour in the VCF (as their folder if several have the same), or all as their folder.",
)
def collect(*, runs: tuple[Path, ...], out: Path, names: str) -> None:
    """Gather finished runs: counts per sample, and the neoantigens that samples share."""
    if str(out) == "-":
        raise click.UsageError("a cohort is a folder of files, so -o can't be standard output; name a folder")
    with reported_errors():
        from neosieve.collecting import collect as gather  # noqa: PLC0415  kept out of --help
        from neosieve.threads import available  # noqa: PLC0415  likewise

        with progress() as stages:
            cohort = gather(runs, out, stages, by_folder=names == "folder", workers=available())
    for warning in cohort.warnings:
        say(f"note: {warning}")
    say(f"{len(cohort.samples):,} samples; results: {out}")
