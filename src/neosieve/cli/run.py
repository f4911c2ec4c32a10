"""``neosieve run``: the main job."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from neosieve.cli.console import STRICT_VIOLATION, progress, reported_errors, say
from neosieve.errors import OutputError

if TYPE_CHECKING:
    from neosieve.model.run import RunResult
    from neosieve.report.outputs import Writer
    from neosieve.settings import RunSettings

EXAMPLE = """In a checkout of neosieve, for example (some shells take a bare * for themselves, so quote it):

neosieve run reference/demo/hcc1395_demo.vcf.gz --hla 'A*29:02,B*45:01' -o out

Without annotation, in its folder reference/genes:

neosieve run demo_unannotated.vcf --reference genes.ref --hla A0201 -o ~/out

Results: candidates.tsv, variants.tsv, ledger.tsv, excluded_peptides.tsv, proteins.tsv, report.html, run.json, and what
--also names.

Exit codes: 0 done, 1 bad input, 2 wrong usage, 3 a --strict violation."""

HYPOTHESES = ("splice", "start")
ALSO = ("pvacseq", "multiqc", "vcf", "fasta", "parquet")
MOST_LENGTHS = 100  # of one range: more than there can be, but little enough to list


def parse_lengths(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, ...]:
    """Read ``8-11``, ``9`` or ``8,9,11``."""
    lengths: list[int] = []
    try:
        for part in text.split(","):
            first, dash, last = part.strip().partition("-")
            low, high = int(first), int(last if dash else first)
            lengths.extend(range(low, min(high, low + MOST_LENGTHS) + 1))  # the settings say which are too long
    except ValueError:
        lengths = []
    if not lengths:
        raise click.BadParameter(f"{text!r} is not a range of lengths; write e.g. 8-11 or 9,10")
    return tuple(lengths)


def parse_hypotheses(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[str, ...]:
    """Read a comma list of hypotheses."""
    asked = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [name for name in asked if name not in HYPOTHESES]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(HYPOTHESES)}; write e.g. splice,start")
    return asked


def parse_regions(
    _context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]
) -> list[dict[str, str | None]]:
    """Read ``NAME`` or ``NAME=VCF``."""
    regions: list[dict[str, str | None]] = []
    for text in texts:
        name, equals, vcf = text.partition("=")
        if not name or (equals and not vcf):
            raise click.BadParameter(f"{text!r} is no region; write the sample's name, or NAME=VCF")
        regions.append({"name": name, "vcf": vcf or None})
    return regions


def parse_also(_context: click.Context, _parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Read comma lists of further files, in any order and number."""
    asked = {part.strip() for text in texts for part in text.split(",") if part.strip()}
    if unknown := sorted(asked.difference(ALSO)):
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(ALSO)}; write e.g. pvacseq,vcf")
    return tuple(name for name in ALSO if name in asked)


@click.command(epilog=EXAMPLE)
@click.argument("vcf", type=click.Path(path_type=Path))
@click.option(
    "--hla", required=True, metavar="ALLELES|FILE", help="Class I alleles, comma-separated, or a file of them."
)
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="Folder for the results.")
@click.option("--tumor", metavar="NAME", help="Tumour sample; told from the VCF if not given.")
@click.option("--normal", metavar="NAME", help="Matched normal sample; told from the VCF if not given.")
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="NAME[=VCF]",
    callback=parse_regions,
    help="A further region of the tumour: another sample of the VCF, or another VCF. May be repeated.",
)
@click.option("--lengths", default="8-11", show_default=True, callback=parse_lengths, help="Peptide lengths.")
@click.option("--include-filtered", is_flag=True, help="Use records whose FILTER is neither PASS nor '.' too.")
@click.option("--incomplete-transcripts", is_flag=True, help="Admit transcripts with an incomplete CDS.")
@click.option(
    "--models",
    default="auto",
    show_default=True,
    metavar="auto|embedded|DIR",
    help="MHCflurry's release if you fetched it, else the embedded one; or a MHCflurry model directory.",
)
@click.option(
    "--policy",
    default="default",
    show_default=True,
    metavar="NAME|FILE",
    help="Ranking: default, pvacseq, vaxrank, mupexi, affinity, presentation, or a TOML file.",
)
@click.option("--proteome", type=click.Path(path_type=Path), help="FASTA of normal proteins to exclude peptides by.")
@click.option(
    "--reference", type=click.Path(path_type=Path), help="Built reference: no annotation needed, the sequence decides."
)
@click.option("--germline", type=click.Path(path_type=Path), help="VCF of the patient's germline variants.")
@click.option("--germline-sample", metavar="NAME", help="The patient's sample in it, if it has several.")
@click.option(
    "--unphased",
    type=click.Choice(["trans", "cis", "both"]),
    default="trans",
    show_default=True,
    help="Neighbours of unknown phase: flagged, applied together, or every combination.",
)
@click.option(
    "--hypotheses",
    metavar="splice,start",
    default="",
    callback=parse_hypotheses,
    help="Also make products of lost splice sites (splice) and lost starts (start), marked as doubtful.",
)
@click.option(
    "--expression",
    type=click.Path(path_type=Path),
    help="Expression table: salmon, kallisto, RSEM, StringTie, featureCounts or plain.",
)
@click.option(
    "--normal-expression",
    type=click.Path(path_type=Path),
    help="Expression in normal tissues, of what candidates resemble: GTEx's gene medians, or genes by tissues.",
)
@click.option("--rna-bam", type=click.Path(path_type=Path), help="The tumour's RNA reads: counts and phase.")
@click.option("--dna-bam", type=click.Path(path_type=Path), help="Its DNA reads: phase, and counts that the VCF lacks.")
@click.option("--reads-fasta", type=click.Path(path_type=Path), help="The genome, if the reads are in CRAM.")
@click.option("--purity", type=float, metavar="SHARE", help="Tumour cells in the DNA sample, above 0 and up to 1.")
@click.option(
    "--segments",
    type=click.Path(path_type=Path),
    help="Copy numbers: FACETS, Sequenza, ASCAT, PURPLE or plain. With the purity: cancer cell fractions.",
)
@click.option("--segments-sample", metavar="NAME", help="The tumour's sample in it, if it has several.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="The patient's, for copy numbers of X and Y.")
@click.option(
    "--hla-loh", type=click.Path(path_type=Path), help="HLA alleles that the tumour lost: LOHHLA, SpecHLA or plain."
)
@click.option(
    "--also",
    multiple=True,
    metavar="LIST",
    callback=parse_also,
    help="Further files for other tools: pvacseq (its tables), multiqc, vcf (annotated), fasta (windows), parquet.",
)
@click.option(
    "--strict", is_flag=True, help="Exit with 3 if a record can't be read or its annotation contradicts itself."
)
@click.option(
    "--cache",
    metavar="DIR|off",
    help="Predictions of earlier runs are looked up here, new ones added; results are the same. "
    "Default: $NEOSIEVE_CACHE, else the user's cache folder with MHCflurry's models and off with the embedded one.",
)
@click.option("--timings", type=click.Path(path_type=Path), help="Write each stage's seconds to this JSON file.")
def run(*, strict: bool, timings: Path | None, cache: str | None, **options: object) -> None:
    """Rank neoantigen candidates of one tumour from its VCF: annotated by VEP, or any with a --reference."""
    if str(options["out"]) == "-":
        raise click.UsageError("a run leaves a folder of files, so -o can't be standard output; name a folder")
    with reported_errors():
        from pydantic import ValidationError  # noqa: PLC0415  kept out of --help

        from neosieve.settings import RunSettings  # noqa: PLC0415

        try:
            settings = RunSettings.model_validate(options)
        except ValidationError as error:
            reasons = (str(one["msg"]).removeprefix("Value error, ") for one in error.errors())
            raise click.UsageError("; ".join(reasons)) from error
        result = execute(settings, timings=timings, cache=cache)
    summarise(result, settings.out)
    if strict and _violations(result):
        say(f"neosieve: --strict: {_violations(result)} records are malformed or contradict themselves; see ledger.tsv")
        sys.exit(STRICT_VIOLATION)


def execute(settings: RunSettings, *, timings: Path | None = None, cache: str | None = None) -> RunResult:
    """Run the main job and write its results.

    Parameters
    ----------
    settings
        What to do.
    timings
        Where to write each stage's seconds.
    cache
        The prediction cache's folder, or ``off``; None for the default.

    Raises
    ------
    NeosieveError
        An input can't be used, or the results can't be written.
    """
    from neosieve import pipeline  # noqa: PLC0415
    from neosieve.binding.cachefolder import CachedModels  # noqa: PLC0415
    from neosieve.report.atomic import prepared_folder  # noqa: PLC0415
    from neosieve.report.outputs import write_outputs, write_timings  # noqa: PLC0415

    gc.disable()  # a run makes millions of small objects and hardly a cycle: looking for some takes a fifth of the time
    if timings is not None and not timings.absolute().parent.is_dir():
        raise OutputError(f"{timings} can't be written: its folder doesn't exist; choose another place with --timings")
    models = CachedModels(cache, tell=say)
    with progress() as stages, prepared_folder(settings.out), models:  # fails now rather than after the work
        also = _also(settings)
        result = pipeline.run(settings, load=models.load, stages=stages)
        with stages.stage("writing"):
            remarks = write_outputs(result, settings.out, also)
    for remark in remarks:
        say(f"note: {remark}")
    if timings is not None:
        write_timings(timings, stages.seconds)
    return result


def _also(settings: RunSettings) -> list[Writer]:
    """Return what writes the further files; fails now rather than after the work."""
    if not settings.also:
        return []
    from neosieve.also import writers  # noqa: PLC0415

    return writers(settings)


def summarise(result: RunResult, out: Path) -> None:
    """Say on stderr what was done, with every warning."""
    for remark in (*result.samples.remarks, *result.hla.remarks, *result.warnings):
        say(f"note: {remark}")
    for finding in result.findings:
        say(f"finding{' (escape)' if finding.escape else ''}: {finding.words}")
    say(f"{result.predictor_choice}; {result.predictor}")
    say(f"ranked by {result.ranking}")
    for stage in result.funnel:
        say(f"{stage.count:>9,} {stage.unit} {stage.label}")
    say(f"results: {out}")


def _violations(result: RunResult) -> int:
    from neosieve.model.ledger import Outcome  # noqa: PLC0415

    bad = {Outcome.MALFORMED_RECORD, Outcome.ANNOTATION_MISMATCH}
    return len({entry.variant for entry in result.ledger if entry.outcome in bad})
