"""``neosieve models``: which prediction models there are, and what they can do."""

from __future__ import annotations

import rich_click as click

from neosieve.cli.console import reported_errors


@click.group()
def models() -> None:
    """Tell which prediction models there are."""


@models.command("list")
def list_models() -> None:
    """List what --models can name here."""
    with reported_errors():
        from neosieve.binding.models import AUTO, EMBEDDED, choose_models  # noqa: PLC0415  kept out of --help

        chosen = choose_models(AUTO)
        official = "not fetched" if chosen.directory is None else str(chosen.directory)
        click.echo(f"{EMBEDDED}\tships with neosieve, needs no download")
        click.echo(f"mhcflurry\tMHCflurry's official release: {official}")
        click.echo("DIR\tany directory of MHCflurry class I models")
        click.echo(f"{AUTO}\ttoday: {chosen.reason}")


@models.command()
@click.argument("name", default="auto", metavar="[auto|embedded|DIR]")
def info(name: str) -> None:
    """Show a model's identity, lengths, alleles and percentile background."""
    with reported_errors():
        from neosieve.binding.models import choose_models  # noqa: PLC0415

        chosen = choose_models(name)
        predictor = chosen.load()
        by_gene: dict[str, int] = {}
        for allele in sorted(predictor.supported()):
            by_gene[allele.gene] = by_gene.get(allele.gene, 0) + 1
        click.echo(f"choice\t{chosen.reason}")
        click.echo(f"identity\t{predictor.identity}")
        click.echo(f"lengths\t{predictor.lengths[0]}-{predictor.lengths[-1]}")
        click.echo(f"alleles\t{', '.join(f'{count} HLA-{gene}' for gene, count in by_gene.items())}")
        click.echo(f"percentiles\t{predictor.percentile_background}")
