"""``neosieve cohort``: many samples in one go."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from neosieve.cli.console import BAD_INPUT, STRICT_VIOLATION, reported_errors, say
from neosieve.cli.run import run

if TYPE_CHECKING:
    from neosieve.cohort import CohortResult
    from neosieve.cohortprocesses import SampleRun
    from neosieve.io.samplesheet import SheetRow

EXAMPLE = """In a checkout of neosieve, for example:

printf 'sample,vcf,hla\\nP1,demo.vcf.gz,A0201\\nP2,demo.vcf.gz,"A2902,B4501"\\n' > sheet.csv

cp reference/demo/hcc1395_demo.vcf.gz demo.vcf.gz

neosieve cohort sheet.csv -o cohort

The sheet is a table (TSV or CSV) with the columns sample, vcf and hla, and any of run's options (tumor, expression,
purity, hla_loh …); a filled cell goes before the option here. Its paths start at the sheet's folder. Cells with several
values (region, also) separate them by semicolons.

Started again after whatever stopped it, it does what isn't finished, or has changed, and ends with the same bytes.

Results: a folder for each sample, as `neosieve run` writes it; samples.tsv, shared.tsv, cohort.html, cohort.json; and
failed.tsv, if a sample failed.

Exit codes: 0 done, 1 bad input or a failed sample, 2 wrong usage, 3 a --strict violation."""

OWN = frozenset({"vcf", "hla", "out", "strict", "cache", "timings"})
DEFAULTS = {parameter.name: parameter for parameter in run.params if parameter.name and parameter.name not in OWN}
COLUMNS = {option.lstrip("-").replace("-", "_"): one for one in DEFAULTS.values() for option in one.opts}


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@click.command(epilog=EXAMPLE)
@click.argument("sheet", type=click.Path(path_type=Path))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="Folder for all samples' folders.")
@click.option("--workers", type=click.IntRange(1), help="Processes; as many as cores if not given.")
@click.option(
    "--cache",
    metavar="DIR|off",
    help="Prediction cache; one inside the results' folder if not given, as by run's rules.",
)
@click.option("--strict", is_flag=True, help="Exit with 3 if a record of any sample can't be read.")
@click.pass_context
def cohort(
    context: click.Context,
    /,
    *,
    sheet: Path,
    out: Path,
    workers: int | None,
    cache: str | None,
    strict: bool,
    **options: object,
) -> None:
    """Run every sample of a sheet, what they share once, and gather the results; resumes where it stopped."""
    if str(out) == "-":
        raise click.UsageError("a cohort is a folder of files, so -o can't be standard output; name a folder")
    with reported_errors():
        from neosieve.cohort import run_cohort  # noqa: PLC0415  kept out of --help
        from neosieve.io.samplesheet import read_samplesheet  # noqa: PLC0415

        samples = [_sample(row, sheet, out, options, context) for row in read_samplesheet(sheet)]
        result = run_cohort(
            samples, out, workers=workers or _cores(), cache=cache or os.environ.get("NEOSIEVE_CACHE"), tell=say
        )
    _tell(result, out)
    if result.failed:
        sys.exit(BAD_INPUT)
    if strict and (bad := sum(one.bad_records for one in result.done)):
        say(f"neosieve: --strict: {bad} records are malformed or contradict themselves; see the samples' ledger.tsv")
        sys.exit(STRICT_VIOLATION)


def _sample(row: SheetRow, sheet: Path, out: Path, defaults: dict[str, object], context: click.Context) -> SampleRun:
    """Make a sample's settings of its row and the options."""
    from pydantic import ValidationError  # noqa: PLC0415  kept out of --help

    from neosieve.cohortprocesses import SampleRun  # noqa: PLC0415
    from neosieve.errors import InputError  # noqa: PLC0415
    from neosieve.io.hla import hla_file  # noqa: PLC0415
    from neosieve.settings import RunSettings  # noqa: PLC0415

    where = f"{sheet}:{row.line}: sample {row.name}"
    options = {**defaults, "out": out / row.name, "vcf": sheet.parent / row.cells["vcf"]}
    named = sheet.parent / row.cells["hla"]
    given_by: dict[str, str] = {}
    options["hla"] = str(named) if hla_file(str(named)) is not None else row.cells["hla"]
    for column, text in row.cells.items():
        if column in {"vcf", "hla"}:
            continue
        option = COLUMNS.get(column) or DEFAULTS.get(column)
        if option is None or option.name is None:
            known = ", ".join(sorted({"sample", "vcf", "hla", *COLUMNS}))
            raise InputError(f"{where}: there is no option for column {column!r}; the columns are {known}")
        if (other := given_by.setdefault(option.name, column)) != column:
            raise InputError(f"{where}: columns {other} and {column} are one option; leave one out")
        given = [part.strip() for part in text.split(";")] if option.multiple else text
        try:
            value = option.process_value(context, given)
        except click.BadParameter as error:
            raise InputError(f"{where}, column {column}: {error.message}") from error
        options[option.name] = _placed(option.name, value, sheet.parent)
    try:
        return SampleRun(row.name, RunSettings.model_validate(options))
    except ValidationError as error:
        reasons = "; ".join(str(one["msg"]).removeprefix("Value error, ") for one in error.errors())
        raise InputError(f"{where}: {reasons}") from error


def _placed(name: str, value: object, folder: Path) -> object:
    """Let a path of the sheet start at the sheet's folder."""
    if isinstance(value, Path):
        return folder / value
    if name == "regions" and isinstance(value, list):
        return [{**one, "vcf": None if one["vcf"] is None else folder / one["vcf"]} for one in value]
    if name in {"models", "policy"} and (folder / str(value)).exists():
        return str(folder / str(value))
    return value


cohort.params.extend(DEFAULTS.values())


def _tell(result: CohortResult, out: Path) -> None:
    for name in result.left:
        say(f"note: {out / name} is of a sample that isn't in the sheet any more; it stays, and is left out here")
    for warning in result.warnings:
        say(f"note: {warning}")
    if result.kept:
        say(f"{len(result.kept):,} samples were finished before, and nothing that they depend on has changed")
    if result.done:
        say(
            f"{len(result.done):,} samples done; they asked for {result.asked:,} predictions, of which "
            f"{result.scored:,} had to be made"
        )
    for one in result.failed:
        say(f"neosieve: {one.name} failed: {one.trouble}")
    if result.failed:
        say(f"neosieve: {len(result.failed):,} samples failed: see {out / 'failed.tsv'}")
    say(f"results: {out}")
