"""``neosieve rank``, ``rerank`` and ``explain``: candidates in tables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from neosieve.cli.console import reported_errors, say
from neosieve.errors import InputError

if TYPE_CHECKING:
    from neosieve.model.rankpolicy import RankPolicy
    from neosieve.report.cases import CaseRow

EXAMPLE = """For example, with columns peptide, allele and gene_expression:

neosieve rank candidates.csv -o ranked.tsv

Other columns that count: wildtype_peptide, tumor_dna_vaf, tumor_rna_vaf, tumor_rna_depth, ccf, hla_loss, self_match,
doubts, regions_with and regions_assessed, and those of candidates.tsv that hold predictions, which are then not made
anew. Rows of one `sample` are ranked together."""

MOST_REMARKS = 20

POLICY = click.option(
    "--policy",
    default="default",
    show_default=True,
    metavar="NAME|FILE",
    help="default, pvacseq, vaxrank, mupexi, affinity, presentation, or a TOML file.",
)
MODELS = click.option(
    "--models", default="auto", show_default=True, metavar="auto|embedded|DIR", help="As for `neosieve run`."
)


def _rows(table_path: Path, policy: RankPolicy, models: str | None) -> tuple[tuple[str, ...], list[CaseRow]]:
    from neosieve.caseranking import predict_missing, rank_table  # noqa: PLC0415  kept out of --help
    from neosieve.io.casetables import read_cases  # noqa: PLC0415
    from neosieve.io.rankpolicies import read_coefficients  # noqa: PLC0415
    from neosieve.report.cases import CaseRow  # noqa: PLC0415

    table = read_cases(table_path)
    cases = list(table.cases)
    if models is not None:
        from neosieve.binding.models import choose_models  # noqa: PLC0415

        chosen = choose_models(models)
        predictor = chosen.load()
        cases, remarks = predict_missing(cases, predictor)
        for remark in (*table.remarks[:MOST_REMARKS], *remarks):
            say(f"note: {remark}")
        if (more := len(table.remarks) - MOST_REMARKS) > 0:
            say(f"note: … and {more:,} more of that kind")
        say(f"{chosen.reason}; {predictor.identity}")
    coefficients = read_coefficients()
    ranked = rank_table(table, cases, policy, coefficients)
    rows = [
        CaseRow(one, cases[one.number], dict(zip(table.columns, table.rows[one.number], strict=True)))
        for _, one in ranked
    ]
    return table.columns, rows


def _write(columns: tuple[str, ...], rows: list[CaseRow], out: str) -> None:
    from neosieve.report.atomic import replacing, write_chunks  # noqa: PLC0415
    from neosieve.report.cases import case_chunks  # noqa: PLC0415

    if out == "-":
        sys.stdout.writelines(case_chunks(columns, rows))
        return
    with replacing(Path(out)) as temporary:
        write_chunks(temporary, case_chunks(columns, rows))


@click.command(epilog=EXAMPLE)
@click.argument("table", type=click.Path(path_type=Path))
@POLICY
@MODELS
@click.option("-o", "--out", default="-", show_default=True, help="TSV file to write; - for standard output.")
def rank(*, table: Path, policy: str, models: str, out: str) -> None:
    """Rank candidates of a CSV or TSV table, from anywhere, by the same features and rules as in a run."""
    with reported_errors():
        from neosieve.io.rankpolicies import read_policy  # noqa: PLC0415

        chosen = read_policy(policy)
        columns, rows = _rows(table, chosen, models)
        _write(columns, rows, out)
    say(f"ranked by {chosen.title}")


def _finished(out: Path) -> Path:
    path = out / "candidates.tsv" if out.is_dir() else out
    if not path.is_file():
        raise InputError(f"{out} holds no candidates.tsv; give the folder of a finished run, or a table")
    return path


@click.command(epilog="For example: neosieve rerank out --policy mupexi -o reranked.tsv")
@click.argument("run", metavar="OUT", type=click.Path(path_type=Path))
@POLICY
@click.option("-o", "--out", default="-", show_default=True, help="TSV file to write; - for standard output.")
def rerank(*, run: Path, policy: str, out: str) -> None:
    """Rank a finished run anew by another policy, without predicting anything again."""
    with reported_errors():
        from neosieve.io.rankpolicies import read_policy  # noqa: PLC0415

        chosen = read_policy(policy)
        columns, rows = _rows(_finished(run), chosen, None)
        _write(columns, rows, out)
    say(f"ranked by {chosen.title}")


@click.command(epilog="For example: neosieve explain out 3")
@click.argument("run", metavar="OUT", type=click.Path(path_type=Path))
@click.argument("place", metavar="RANK", type=click.IntRange(min=1))
@click.option("--sample", help="Of a table of several samples, the one to look in.")
def explain(*, run: Path, place: int, sample: str | None) -> None:
    """Print the whole case for one candidate of a finished run, or of a ranked table."""
    with reported_errors():
        from neosieve.io.casetables import read_ranked  # noqa: PLC0415
        from neosieve.report.cases import CaseRow, explanation  # noqa: PLC0415

        rows = [CaseRow(*one) for one in read_ranked(_finished(run))]
        rows = [row for row in rows if sample is None or row.cells.get("sample", "").strip() == sample]
        found = [row for row in rows if row.ranked.rank == place]
        if not found:
            raise InputError(f"{run} has {len(rows):,} candidates, none of rank {place}; give a rank that it has")
        if len(found) > 1:
            raise InputError(f"{run} has several samples; name one with --sample")
        sys.stdout.write(explanation(found[0], len(rows)))
