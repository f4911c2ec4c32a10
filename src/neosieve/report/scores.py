"""The table of ``neosieve score``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.report.column import Column
from neosieve.report.tables import FLOAT_FORMAT, PLAIN_BELOW, format_cell, table_chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from neosieve.model.mhc import Binding, Scored


def _of(read: Callable[[Binding], float | None]) -> Callable[[Scored], float | None]:
    return lambda row: None if row.binding is None else read(row.binding)


SCORE_COLUMNS: tuple[Column[Scored], ...] = (
    Column("peptide", str, None, "As given, in upper case.", lambda row: row.peptide),
    Column("allele", str, None, "Two-field name; as given where it can't be read.", lambda row: row.allele),
    Column("affinity_nM", float, "nM", "Predicted IC50; lower binds stronger.", _of(lambda one: one.affinity_nM)),
    Column("affinity_low_nM", float, "nM", "Strong end of its interval.", _of(lambda one: one.affinity_low_nM)),
    Column("affinity_high_nM", float, "nM", "Weak end of its interval.", _of(lambda one: one.affinity_high_nM)),
    Column(
        "affinity_percentile",
        float,
        "%",
        "Share of the models' background peptides that bind this allele at least as well.",
        _of(lambda one: one.affinity_percentile),
    ),
    Column(
        "presentation_score",
        float,
        "0–1",
        "Likelihood of being a ligand of this allele.",
        _of(lambda one: one.presentation_score),
    ),
    Column(
        "presentation_percentile",
        float,
        "%",
        "Share of the models' background peptides with a presentation score at least as high.",
        _of(lambda one: one.presentation_percentile),
    ),
    Column(
        "model_support",
        str,
        None,
        "The trained allele nearest to this one, and how many groove residues differ; NA where the models don't tell.",
        lambda row: row.support,
    ),
)
"""Every column of the score table, in order."""


_NUMBERS = "\t".join([f"%{FLOAT_FORMAT}"] * 6)
_ROWS_AT_A_TIME = 10_000


def score_chunks(rows: Sequence[Scored]) -> Iterator[str]:
    """Yield the table's text in pieces: its header, then its rows; ``NA`` for what was not scored.

    Rows of plain numbers, nearly all of hundreds of thousands, are written in one go each.
    """
    yield from table_chunks(SCORE_COLUMNS, ())
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        yield "".join(map(_line, rows[start : start + _ROWS_AT_A_TIME]))


def _line(row: Scored) -> str:
    one = row.binding
    if one is not None:
        numbers = (
            one.affinity_nM,
            one.affinity_low_nM,
            one.affinity_high_nM,
            one.affinity_percentile,
            one.presentation_score,
            one.presentation_percentile,
        )
        if None not in numbers and one.affinity_nM < PLAIN_BELOW and row.peptide.isalpha():
            return f"{row.peptide}\t{row.allele}\t{_NUMBERS % numbers}\t{format_cell(row.support)}\n"
    return "\t".join(format_cell(column.get(row)) for column in SCORE_COLUMNS) + "\n"
