"""``neosieve vaccine``: order sheets and cassettes of a finished run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click
from click import get_current_context
from click.core import ParameterSource

from neosieve.cli.console import progress, reported_errors, say

if TYPE_CHECKING:
    from neosieve.model.construct import Vaccine

EXAMPLE = """For example, of a run in out:

neosieve vaccine out --format slp

neosieve vaccine out --format mrna --count 15 --signal hla --mitd hla --review review.json -o cassette

slp: synthetic long peptides as an order sheet (TSV, FASTA). minimal: the best epitopes themselves. mrna: a cassette, as
protein, DNA and RNA, with a report on its junctions.

Research use only: nothing here is fit to be given to anyone before people who answer for it have checked it."""
ONLY_FOR = {
    "slp": {"lengths": "--length"},
    "mrna": {
        name: f"--{name.replace('_', '-')}"
        for name in ("signal", "mitd", "linkers", "avoid", "max_length", "proteome", "reference", "models")
    },
}
"""Format → its own options."""
SHORTEST, LONGEST = 15, 50  # what is called a long peptide


def parse_span(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, int]:
    """Read ``25-33``."""
    found = re.fullmatch(r"(\d+)-(\d+)", text.strip())
    if found is None or not SHORTEST <= int(found[1]) <= int(found[2]) <= LONGEST:
        raise click.BadParameter(f"{text!r} is no range within {SHORTEST}-{LONGEST}; write e.g. 25-33")
    return int(found[1]), int(found[2])


def parse_names(_context: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    """Read a comma list; ``none`` alone is an empty one."""
    if text is None:
        return None
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    return () if names == ("none",) else names


def parse_linkers(_context: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    """Read a comma list of linkers, ``none`` among them for no linker."""
    if text is None:
        return None
    linkers = tuple(dict.fromkeys("" if one.strip() == "none" else one.strip().upper() for one in text.split(",")))
    for linker in linkers:
        if not set(linker) <= set("ACDEFGHIKLMNPQRSTVWY"):
            raise click.BadParameter(f"{linker!r} is no linker of the twenty amino acids; write e.g. none,AAY,GPGPG")
    if "" in (part.strip() for part in text.split(",")):
        raise click.BadParameter("an empty linker is written none")
    return linkers


def check_options(kind: str) -> None:
    """Refuse an option that the format has no use for.

    Raises
    ------
    click.UsageError
        There is one.
    """
    context = get_current_context()
    for other, names in ONLY_FOR.items():
        for name, option in names.items():
            if other != kind and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
                raise click.UsageError(f"{option} is for --format {other}, and {kind} was asked for; leave it out")


@click.command(epilog=EXAMPLE)
@click.argument("run", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--format", "kind", required=True, type=click.Choice(["slp", "mrna", "minimal"]), help="What to make; see below."
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Folder for the files; OUT/vaccine if not given.")
@click.option("--count", type=click.IntRange(min=1), default=10, show_default=True, help="How many items at most.")
@click.option(
    "--tiers", callback=parse_names, metavar="LIST", help="Tiers that may enter; else those the run's policy names."
)
@click.option("--doubtful", is_flag=True, help="Let candidates in doubt enter, too: see their reasons first.")
@click.option("--review", type=click.Path(path_type=Path), help="Marks exported from report.html.")
@click.option(
    "--length", "lengths", default="25-33", show_default=True, callback=parse_span, help="slp: residues of a peptide."
)
@click.option(
    "--signal", default="none", show_default=True, metavar="none|hla|FASTA", help="mrna: signal peptide at its start."
)
@click.option(
    "--mitd", default="none", show_default=True, metavar="none|hla|FASTA", help="mrna: trafficking domain at its end."
)
@click.option(
    "--linkers", callback=parse_linkers, metavar="LIST", help="mrna: linkers to choose from; else pVACvector's 13."
)
@click.option(
    "--avoid",
    callback=parse_names,
    metavar="LIST|none",
    help="mrna: enzymes whose sites to avoid; else eight common ones.",
)
@click.option(
    "--max-length", type=click.IntRange(min=30), default=1000, show_default=True, help="mrna: residues at most."
)
@click.option("--proteome", type=click.Path(path_type=Path), help="mrna: FASTA of normal proteins, as in the run.")
@click.option("--reference", type=click.Path(path_type=Path), help="mrna: the run's reference, for normal proteins.")
@click.option(
    "--models", default="auto", show_default=True, metavar="auto|embedded|DIR", help="mrna: the models of the run."
)
def vaccine(
    *,
    run: Path,
    kind: str,
    out: Path | None,
    count: int,
    tiers: tuple[str, ...] | None,
    doubtful: bool,
    review: Path | None,
    lengths: tuple[int, int],
    linkers: tuple[str, ...] | None,
    avoid: tuple[str, ...] | None,
    **cassette: object,
) -> None:
    """Design a vaccine of a finished run: peptides to order, or an mRNA cassette."""
    check_options(kind)
    with reported_errors():
        from neosieve.cassette import CassetteSettings  # noqa: PLC0415  kept out of --help
        from neosieve.report.atomic import prepare_folder  # noqa: PLC0415
        from neosieve.report.constructs import write_vaccine  # noqa: PLC0415
        from neosieve.vaccine import VaccineSettings, design  # noqa: PLC0415

        given = {name: value for name, value in (("linkers", linkers), ("avoid", avoid)) if value is not None}
        settings = VaccineSettings(
            run=run,
            format=kind,
            count=count,
            tiers=tiers or (),
            doubtful=doubtful,
            review=review,
            lengths=lengths,
            cassette=CassetteSettings(**given, **cassette),  # type: ignore[arg-type]  # click checked them
        )
        folder = run / "vaccine" if out is None else out
        with progress() as stages:
            made = design(settings, stages)
            prepare_folder(folder)
            names = write_vaccine(made, folder)
    _summarise(made)
    say(f"results: {', '.join(names)} in {folder}")


def _summarise(made: Vaccine) -> None:
    from neosieve.cassette import goal_in_words  # noqa: PLC0415

    for warning in made.warnings:
        say(f"note: {warning}")
    say(f"admitted: {made.rule}")
    best = made.portfolio
    proof = "proved best" if best.exact else f"at most {best.bound - best.value:.2f} of {best.bound:.2f} from the best"
    say(
        f"{len(made.items)} chosen to cover alleles, clones and genes ({proof}); "
        f"{len(made.left_out)} left out are listed with their reasons"
    )
    if (cassette := made.cassette) is not None:
        say(f"as ranked, without linkers: {goal_in_words(cassette.before)}")
        say(f"as designed: {goal_in_words(cassette.after)}")
        say(f"order and linkers by {cassette.optimiser}")
        say(
            f"{len(cassette.after.protein)} residues, {len(cassette.dna):,} bases; GC {cassette.gc:.0%}, codon "
            f"adaptation index {cassette.adaptation:.2f}"
        )
        for remark in cassette.codon_remarks:
            say(f"note: {remark}")
