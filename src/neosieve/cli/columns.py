"""``neosieve columns``: what every column of every table means."""

from __future__ import annotations

import rich_click as click

FORMATS = ("tsv", "markdown", "json")
EXAMPLE = """For example:

neosieve columns candidates.tsv --format markdown"""


@click.command(epilog=EXAMPLE)
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="tsv", show_default=True, help="How to print the list."
)
def columns(*, tables: tuple[str, ...], form: str) -> None:
    """List the columns of every table that neosieve writes, or of those named: type, unit, meaning."""
    from neosieve.report.registry import TABLES, as_json, markdown, tsv  # noqa: PLC0415  kept out of --help

    unknown = [name for name in tables if not any(_is(name, table.name) for table in TABLES)]
    if unknown:
        known = ", ".join(table.name for table in TABLES)
        raise click.BadParameter(f"{unknown[0]!r} is no table of neosieve's; there are {known}", param_hint="TABLE")
    chosen = [table for table in TABLES if not tables or any(_is(name, table.name) for name in tables)]
    write = {"tsv": tsv, "markdown": markdown, "json": as_json}[form]
    for chunk in write(chosen):
        click.echo(chunk, nl=False)


def _is(given: str, name: str) -> bool:
    """Whether a table is meant: by its name, or by one that it has in some run."""
    return given == name or ("<sample>" in name and given.endswith(name.removeprefix("<sample>")))
