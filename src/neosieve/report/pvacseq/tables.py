"""The tables that pVACseq writes, made of a run's candidates, for tools that read those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.report.atomic import file_stem, replacing, write_chunks
from neosieve.report.pvacseq.aggregatedcolumns import aggregated_columns
from neosieve.report.pvacseq.columns import epitope_columns
from neosieve.report.pvacseq.rows import epitope_rows
from neosieve.report.pvacseq.selection import aggregated, filtered
from neosieve.report.tables import OutputFile, table_chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from neosieve.model.case import Case, RankedCase
    from neosieve.model.run import RunResult
    from neosieve.report.pvacseq.selection import Told


def write_pvacseq(
    result: RunResult, folder: Path, told: Told, judge: Callable[[Sequence[Case]], Sequence[RankedCase]]
) -> tuple[OutputFile, ...]:
    """Write ``<sample>.MHC_I.all_epitopes.tsv``, ``….filtered.tsv`` and ``….all_epitopes.aggregated.tsv``.

    Parameters
    ----------
    result
        The finished run.
    folder
        Where they go; it is there.
    told
        What the annotation tells of transcripts.
    judge
        Ranks the variants' best rows by pVACseq's tiers.

    Raises
    ------
    OutputError
        A file can't be written.
    """
    rows = epitope_rows(result.ranked)
    passing = filtered(rows, told)
    summaries = aggregated(rows, told, judge)
    columns = epitope_columns(result.predictor, told)
    alleles = sorted({row.candidate.allele.name for row in rows})
    summary_columns = aggregated_columns(alleles, result.predictor, told)
    tables = (
        ("all_epitopes", table_chunks(columns, rows), len(rows)),
        ("filtered", table_chunks(columns, passing), len(passing)),
        ("all_epitopes.aggregated", table_chunks(summary_columns, summaries), len(summaries)),
    )
    written = []
    for kind, chunks, n_rows in tables:
        name = f"{file_stem(result.samples.tumor)}.MHC_I.{kind}.tsv"
        with replacing(folder / name) as path:
            written.append(OutputFile(name, write_chunks(path, chunks), n_rows))
    return tuple(written)
