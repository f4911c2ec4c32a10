"""The registry of every table that neosieve writes, with its columns, from which their documentation is made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from neosieve.report.annotatedvcf import FIELDS, OUTCOME, OUTCOME_DOC
from neosieve.report.annotatedvcf import NAME as VCF_NAME
from neosieve.report.cases import LEADING, PREDICTED, TRAILING
from neosieve.report.cohortcolumns import SHARED_COLUMNS, sample_columns
from neosieve.report.column import Column
from neosieve.report.columns import CANDIDATE_COLUMNS
from neosieve.report.constructcolumns import (
    JUNCTION_COLUMNS,
    LEFT_OUT_COLUMNS,
    SEGMENT_COLUMNS,
    SHEET_COLUMNS,
    STRATEGY_COLUMNS,
)
from neosieve.report.ledgercolumns import EXCLUDED_COLUMNS, LEDGER_COLUMNS
from neosieve.report.proteins import PROTEIN_COLUMNS
from neosieve.report.pvacseq.aggregatedcolumns import aggregated_columns
from neosieve.report.pvacseq.columns import epitope_columns
from neosieve.report.pvacseq.selection import Told
from neosieve.report.scores import SCORE_COLUMNS
from neosieve.report.tables import table_chunks
from neosieve.report.variantcolumns import VARIANT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Table:
    """One table."""

    name: str
    """File name; what differs from run to run stands in angle brackets."""
    written_by: str
    """The command that writes it."""
    doc: str
    """What a row is."""
    columns: tuple[Column[Any], ...]


@dataclass(frozen=True, slots=True)
class DocumentedColumn:
    """One column of one table; immutable."""

    table: Table
    column: Column[Any]

    @property
    def type(self) -> str:
        """What its cells hold, in a word."""
        return {str: "text", int: "integer", float: "number"}[self.column.type]


_TOLD = Told(canonical=True, mane_select=True)
_EPITOPES = epitope_columns("", _TOLD)
_CANDIDATES = {column.name: column for column in CANDIDATE_COLUMNS}
RUN, ALSO_PVACSEQ = "neosieve run", "neosieve run --also pvacseq"
COLLECT = "neosieve collect"
VACCINE, CASSETTE = "neosieve vaccine", "neosieve vaccine --format mrna"
TABLES: tuple[Table, ...] = (
    Table("candidates.tsv", RUN, "A scored variant × peptide × allele; best first.", CANDIDATE_COLUMNS),
    Table("variants.tsv", RUN, "A variant that has candidates, told by its best one.", VARIANT_COLUMNS),
    Table("ledger.tsv", RUN, "What became of an ALT, per transcript where it differs.", LEDGER_COLUMNS),
    Table("excluded_peptides.tsv", RUN, "A new peptide that another normal protein holds.", EXCLUDED_COLUMNS),
    Table("proteins.tsv", RUN, "A mutant protein that candidates lie in, beside its normal one.", PROTEIN_COLUMNS),
    Table(
        "candidates.parquet",
        "neosieve run --also parquet",
        "As in candidates.tsv, with types; what is missing is null.",
        CANDIDATE_COLUMNS,
    ),
    Table(
        "<sample>.MHC_I.all_epitopes.tsv",
        ALSO_PVACSEQ,
        "A variant × transcript × peptide × allele. With MHCflurry's models, neosieve's columns are MHCflurry's.",
        _EPITOPES,
    ),
    Table(
        "<sample>.MHC_I.filtered.tsv",
        ALSO_PVACSEQ,
        "The best row of each variant that passes pVACseq's default filters; what is missing doesn't pass.",
        _EPITOPES,
    ),
    Table(
        "<sample>.MHC_I.all_epitopes.aggregated.tsv",
        ALSO_PVACSEQ,
        "A variant, told by its best epitope by pVACseq's rules.",
        aggregated_columns(("<allele>",), "", _TOLD),
    ),
    Table(
        f"{VCF_NAME} INFO",
        "neosieve run --also vcf",
        "A value for each ALT.",
        (
            *(Column(name, column.type, column.unit, column.doc, column.get) for name, column in FIELDS),
            Column(OUTCOME, str, None, OUTCOME_DOC, lambda _: None),
        ),
    ),
    Table("scores", "neosieve score", "A peptide and an allele.", SCORE_COLUMNS),
    Table(
        "ranking",
        "neosieve rank, neosieve rerank",
        "A candidate of the given table, whose other columns stand between these.",
        (*LEADING, *(_CANDIDATES[name] for name in PREDICTED), *TRAILING),
    ),
    Table("slp.tsv", f"{VACCINE} --format slp", "A synthetic long peptide to order.", SHEET_COLUMNS),
    Table("minimal.tsv", f"{VACCINE} --format minimal", "An epitope to order, as it is.", SHEET_COLUMNS),
    Table("mrna.tsv", CASSETTE, "A segment of the cassette, in its order.", SEGMENT_COLUMNS),
    Table("mrna_junctions.tsv", CASSETTE, "A seam, before and after the design.", JUNCTION_COLUMNS),
    Table("mrna_designs.tsv", CASSETTE, "A way to choose order and linkers, to compare with.", STRATEGY_COLUMNS),
    *(
        Table(f"{kind}_left_out.tsv", f"{VACCINE} --format {kind}", "A candidate that isn't in it.", LEFT_OUT_COLUMNS)
        for kind in ("slp", "minimal", "mrna")
    ),
    Table("samples.tsv", COLLECT, "A sample of a cohort, in name order.", sample_columns(("<tier>",))),
    Table(
        "shared.tsv", COLLECT, "A neoantigen of two samples or more; presented in most samples first.", SHARED_COLUMNS
    ),
)
"""In the order in which they are documented."""

DOCUMENTATION: tuple[Column[DocumentedColumn], ...] = (
    Column("table", str, None, "File that holds the column.", lambda one: one.table.name),
    Column("column", str, None, "Its header.", lambda one: one.column.name),
    Column("type", str, None, "text, integer or number.", lambda one: one.type),
    Column("unit", str, None, "Unit of a number, or notation of a text.", lambda one: one.column.unit),
    Column("meaning", str, None, "What it is, and what NA means.", lambda one: one.column.doc),
)
"""The table that ``neosieve columns`` prints."""


def tsv(tables: Sequence[Table]) -> Iterator[str]:
    """Yield the columns of tables as one table."""
    return table_chunks(
        DOCUMENTATION, [DocumentedColumn(table, column) for table in tables for column in table.columns]
    )


def markdown(tables: Sequence[Table]) -> Iterator[str]:
    """Yield a section with a table for each."""
    for number, table in enumerate(tables):
        yield "\n" if number else ""
        yield f"## {_plain(table.name)}\n\nWritten by `{table.written_by}`. {table.doc}\n\n"
        yield "| column | type | unit | meaning |\n| --- | --- | --- | --- |\n"
        for column in table.columns:
            one = DocumentedColumn(table, column)
            yield f"| `{column.name}` | {one.type} | {_plain(column.unit or '')} | {_plain(column.doc)} |\n"


def _plain(text: str) -> str:
    """Keep a text from being read as a table's border or as HTML."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")


def as_json(tables: Sequence[Table]) -> Iterator[str]:
    """Yield a list of tables with their columns."""
    document = [
        {
            "table": table.name,
            "written_by": table.written_by,
            "row": table.doc,
            "columns": [
                {
                    "name": column.name,
                    "type": DocumentedColumn(table, column).type,
                    "unit": column.unit,
                    "meaning": column.doc,
                }
                for column in table.columns
            ],
        }
        for table in tables
    ]
    yield json.dumps(document, indent=2, ensure_ascii=False) + "\n"
