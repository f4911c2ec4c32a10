"""The command line. Commands import what they need when they run, so that ``--help`` answers at once."""

from __future__ import annotations

import rich_click as click

from neosieve import __version__
from neosieve.cli.cache import cache
from neosieve.cli.cohort import cohort
from neosieve.cli.collect import collect
from neosieve.cli.columns import columns
from neosieve.cli.demo import demo
from neosieve.cli.models import models
from neosieve.cli.rank import explain, rank, rerank
from neosieve.cli.reference import reference
from neosieve.cli.run import run
from neosieve.cli.score import score
from neosieve.cli.vaccine import vaccine

EPILOG = "Research use only; not a medical device."


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="neosieve")
def main() -> None:
    """From a tumour's VCF and a patient's HLA type to ranked neoantigen candidates.

    Try it: `neosieve demo`
    """


main.add_command(run)
main.add_command(demo)
main.add_command(score)
main.add_command(rank)
main.add_command(rerank)
main.add_command(explain)
main.add_command(vaccine)
main.add_command(cohort)
main.add_command(collect)
main.add_command(models)
main.add_command(cache)
main.add_command(columns)
main.add_command(reference)
