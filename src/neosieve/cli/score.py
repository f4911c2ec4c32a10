"""``neosieve score``: peptides without a tumour."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from neosieve.cli.console import reported_errors, say
from neosieve.cli.run import parse_lengths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.mhc import Scored

EXAMPLE = """For example:

neosieve score --peptides peptides.txt --hla 'A*02:01,B*07:02' -o scores.tsv

neosieve score --pairs pairs.tsv -o scores.tsv"""


@click.command(epilog=EXAMPLE)
@click.option(
    "--peptides",
    type=click.Path(path_type=Path),
    help="One peptide a line; or CSV/TSV with peptide[, n_flank, c_flank]; or protein FASTA, cut into k-mers.",
)
@click.option("--pairs", type=click.Path(path_type=Path), help="CSV/TSV with columns peptide and allele.")
@click.option("--hla", metavar="ALLELES|FILE", help="Class I alleles for --peptides, or a file of them.")
@click.option("--lengths", default="8-11", show_default=True, callback=parse_lengths, help="K-mer lengths for FASTA.")
@click.option("--models", default="auto", show_default=True, metavar="auto|embedded|DIR", help="As for `neosieve run`.")
@click.option("--cache", metavar="DIR|off", help="As for `neosieve run`.")
@click.option("-o", "--out", default="-", show_default=True, help="TSV file to write; - for standard output.")
def score(
    *,
    peptides: Path | None,
    pairs: Path | None,
    hla: str | None,
    lengths: Sequence[int],
    models: str,
    cache: str | None,
    out: str,
) -> None:
    """Predict affinity and presentation of peptides, one row per peptide and allele."""
    if (peptides is None) == (pairs is None):
        raise click.UsageError("give either --peptides with --hla, or --pairs")
    if (peptides is not None) != (hla is not None):
        raise click.UsageError("--hla goes with --peptides; the rows of --pairs name their own alleles")
    with reported_errors():
        from neosieve.binding.cachefolder import CachedModels  # noqa: PLC0415  kept out of --help
        from neosieve.binding.models import choose_models  # noqa: PLC0415
        from neosieve.io.hla import read_hla  # noqa: PLC0415
        from neosieve.io.peptides import read_pairs, read_peptides  # noqa: PLC0415
        from neosieve.scoring import score_pairs, score_peptides  # noqa: PLC0415

        choose_models(models)  # fails now rather than after reading
        if peptides is not None and hla is not None:
            table, patient = read_peptides(peptides, lengths), read_hla(hla)
            with CachedModels(cache, tell=say) as cached:
                reason, predictor = cached.load(models)
                rows, remarks = score_peptides(table, patient, predictor)
        elif pairs is not None:
            table = read_pairs(pairs)
            with CachedModels(cache, tell=say) as cached:
                reason, predictor = cached.load(models)
                rows, remarks = score_pairs(table, predictor)
        _write(rows, out)
    for remark in remarks:
        say(f"note: {remark}")
    say(f"{reason}; {predictor.identity}")


def _write(rows: Sequence[Scored], out: str) -> None:
    from neosieve.report.atomic import replacing, write_chunks  # noqa: PLC0415
    from neosieve.report.scores import score_chunks  # noqa: PLC0415

    if out == "-":
        sys.stdout.writelines(score_chunks(rows))
        return
    with replacing(Path(out)) as temporary:
        write_chunks(temporary, score_chunks(rows))
