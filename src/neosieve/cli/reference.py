"""``neosieve reference``: gene models and a genome as one file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

from neosieve.cli.console import progress, reported_errors, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EXAMPLE = """For example, where there is internet:

neosieve reference fetch --species human --release 110 -o ensembl

cd ensembl

neosieve reference build --gtf Homo_sapiens.GRCh38.110.gtf.gz --fasta Homo_sapiens.GRCh38.dna.primary_assembly.fa.gz
--proteome Homo_sapiens.GRCh38.pep.all.fa.gz -o human.ref"""


@click.group(epilog=EXAMPLE)
def reference() -> None:
    """Build, inspect or fetch the reference that unannotated VCFs need."""


@reference.command(epilog=EXAMPLE)
@click.option("--gtf", required=True, type=click.Path(path_type=Path), help="Gene models, GTF or GFF3, may be gzipped.")
@click.option(
    "--fasta",
    required=True,
    type=click.Path(path_type=Path),
    help="Genome: FASTA, may be (b)gzipped, or 2bit; or the transcripts' (cDNA) FASTA.",
)
@click.option("--proteome", type=click.Path(path_type=Path), help="FASTA of further normal proteins.")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="File to write.")
def build(*, gtf: Path, fasta: Path, proteome: Path | None, out: Path) -> None:
    """Build a reference from gene models and a genome, of Ensembl, GENCODE or RefSeq."""
    with reported_errors():
        from neosieve.building import build_reference  # noqa: PLC0415  kept out of --help

        with progress() as stages:
            built = build_reference(gtf, fasta, out, proteome=proteome, stages=stages)
        for line in _lines(built.info, ("counts", "skipped", "problems", "warnings")):
            say(line)
        say(f"reference: {out} ({built.identity})")


@reference.command()
@click.argument("ref", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def info(*, ref: Path, as_json: bool) -> None:
    """Show what a reference holds and what was left out, and verify its checksums."""
    with reported_errors():
        import json  # noqa: PLC0415

        from neosieve.io.reference import open_reference  # noqa: PLC0415

        opened = open_reference(ref)
        opened.verify()
        if as_json:
            click.echo(json.dumps({"identity": opened.identity, **opened.info}, indent=2, ensure_ascii=False))
            return
        click.echo(f"identity: {opened.identity}")
        for line in _lines(opened.info, tuple(opened.info)):
            click.echo(line)
        click.echo("checksums: all arrays match")


@reference.command()
@click.option("--species", default="human", show_default=True, help="human, mouse, or a name such as danio_rerio.")
@click.option("--release", required=True, type=click.IntRange(min=1), help="Ensembl release, e.g. 110.")
@click.option("--mirror", metavar="URL", help="Another server with Ensembl's folders.")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="Folder for the files.")
def fetch(*, species: str, release: int, mirror: str | None, out: Path) -> None:
    """Download Ensembl's gene models, genome and proteins; run again to resume."""
    with reported_errors():
        from neosieve.io.fetch import ENSEMBL, fetch_ensembl  # noqa: PLC0415
        from neosieve.report.atomic import prepare_folder  # noqa: PLC0415

        prepare_folder(out)
        with progress() as stages:
            got = fetch_ensembl(species, release, out, mirror=mirror or ENSEMBL, tell=stages.begin)
        for path in got:
            say(f"fetched: {path}")
        gtf, fasta, proteome = got
        say(f"next: neosieve reference build --gtf {gtf} --fasta {fasta} --proteome {proteome} -o {species}.ref")


def _lines(info: Mapping[str, object], keys: tuple[str, ...]) -> Iterator[str]:
    """Say what a reference tells about itself: one line a fact."""
    for key in keys:
        told: Any = info.get(key)
        if not told:
            continue
        if isinstance(told, str):
            yield f"{key}: {told}"
            continue
        yield f"{key}:"
        for entry in told.items() if isinstance(told, dict) else enumerate(told, start=1):
            yield f"  {_fact(*entry)}"


def _fact(name: object, value: Any) -> str:  # noqa: ANN401  whatever JSON holds
    match value:
        case int():
            return f"{value:>11,}  {name}"
        case {"count": count, "first": first}:
            return f"{count:>11,}  {name} (first: {first})"
        case {"name": file, "sha256": digest}:
            return f"{name}: {file} (sha256 {digest})"
        case _:
            return f"{name}: {value}"
