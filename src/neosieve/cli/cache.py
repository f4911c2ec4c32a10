"""``neosieve cache``: what the prediction cache holds, and how to be rid of it."""

from __future__ import annotations

import sys

import rich_click as click

from neosieve.cli.console import BAD_INPUT, reported_errors, say

OPTION = click.option(
    "--cache", metavar="DIR", help="The cache's folder. Default: $NEOSIEVE_CACHE, else the user's cache folder."
)


@click.group(epilog="For example:\n\nneosieve cache info")
def cache() -> None:
    """Predictions kept between runs: `run`, `score` and `cohort` look them up instead of scoring again.

    $NEOSIEVE_CACHE names the folder, or says off; $NEOSIEVE_CACHE_LIMIT how large it may get (2G if not set).
    """


@cache.command(name="info")
@OPTION
def info(cache: str | None) -> None:
    """Say where the cache lies and what it holds."""
    with reported_errors():
        from neosieve.binding.cachefolder import info as held  # noqa: PLC0415  kept out of --help
        from neosieve.binding.cachefolder import named_folder, size_limit  # noqa: PLC0415

        folder, limit = named_folder(cache), size_limit()
        models = held(folder)
    print(f"{folder}: {sum(one.size for one in models) / 1e6:,.1f} of {limit / 1e6:,.0f} MB")  # noqa: T201
    for one in models:
        print(f"{one.answers:>12,} predictions, {one.alleles:,} alleles, {one.predictor}")  # noqa: T201


@cache.command(name="clear")
@OPTION
def clear(cache: str | None) -> None:
    """Remove every prediction; files that a run is writing to stay."""
    with reported_errors():
        from neosieve.binding.cachefolder import clear as remove  # noqa: PLC0415  kept out of --help
        from neosieve.binding.cachefolder import named_folder  # noqa: PLC0415

        folder = named_folder(cache)
        removed, busy = remove(folder)
    say(f"{folder}: {removed:,} files removed")
    if busy:
        say(f"neosieve: {len(busy):,} files are in use by a run and stay; try again when it has ended")
        sys.exit(BAD_INPUT)
