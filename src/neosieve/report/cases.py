"""The table and the text of ranked cases."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf
from typing import TYPE_CHECKING

from neosieve.report.column import Column, contributions_in_words, joined
from neosieve.report.tables import format_cell
from neosieve.report.words import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from neosieve.model.case import Case, RankedCase

PREDICTED = (
    "affinity_nM",
    "affinity_low_nM",
    "affinity_high_nM",
    "affinity_percentile",
    "wildtype_affinity_nM",
    "wildtype_affinity_percentile",
    "agretopicity",
    "presentation_score",
    "presentation_percentile",
)


FLANKS = frozenset({"n_flank", "c_flank"})
TOLD = (
    *("sample", "gene", "variant", "haplotype", "protein_change", "consequence", "transcript", "wildtype_peptide"),
    *(
        "mutation_site",
        "hotspot",
        "near_self_peptide",
        "near_self_source",
        "near_self_tissue",
        "regions",
        "nmd",
        "phase",
        "synthesis",
        "remarks",
    ),
)
"""Columns that an explanation repeats where they say something."""
EVIDENCE: tuple[tuple[str, str], ...] = (
    ("presentation_percentile", "%"),
    ("affinity_nM", "nM"),
    ("wildtype_affinity_nM", "nM"),
    ("gene_expression", "TPM"),
    ("transcript_expression", "TPM"),
    ("tumor_dna_vaf", ""),
    ("tumor_rna_vaf", ""),
    ("ccf", ""),
    ("hla_loss", ""),
)
"""(column, unit) of what was measured or predicted, which an explanation gives, known or not."""
OF_SOME = (("near_self_expression", "TPM"),)
"""The same of what not every candidate has."""
BESIDE = {
    "affinity_nM": ("affinity_low_nM", "affinity_high_nM"),
    "ccf": ("ccf_low", "ccf_high"),
    "tumor_dna_vaf": ("tumor_dna_depth",),
    "tumor_rna_vaf": ("tumor_rna_depth",),
}
"""Column → the ends of its interval, or its depth."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row of the table."""

    ranked: RankedCase
    case: Case
    cells: dict[str, str]
    """Cells of the input, by column."""


def interval(ranked: RankedCase) -> str | None:
    """Write a rank's interval: ``2–7``; None where it isn't estimated."""
    return None if ranked.rank_low is None else f"{ranked.rank_low}–{ranked.rank_high}"


LEADING: tuple[Column[CaseRow], ...] = (
    Column("rank", int, None, "Place among the sample's candidates; 1 is best.", lambda row: row.ranked.rank),
    Column(
        "rank_interval",
        str,
        None,
        "Places that 90 % of draws stay within; NA if not estimated.",
        lambda row: interval(row.ranked),
    ),
    Column("tier", str, None, "Group, by the policy's checks.", lambda row: row.ranked.tier),
    Column("score", float, None, "The policy's score; higher is better.", lambda row: row.ranked.score),
)
TRAILING: tuple[Column[CaseRow], ...] = (
    Column(
        "contributions",
        str,
        "log-odds",
        "The score's parts.",
        lambda row: contributions_in_words(*zip(*row.ranked.contributions, strict=True)),
    ),
    Column("reasons", str, None, "The case in words, joined by semicolons.", lambda r: joined(r.ranked.reasons, "; ")),
)


def case_chunks(columns: Sequence[str], rows: Sequence[CaseRow]) -> Iterator[str]:
    """Yield the table: rank, tier and score, the input's columns, what was predicted, then the case for the rank.

    Parameters
    ----------
    columns
        The input's.
    rows
        In the table's order.
    """
    ours = {column.name for column in (*LEADING, *TRAILING)}
    carried = [name for name in columns if name not in ours and name not in PREDICTED]
    names = (*(one.name for one in LEADING), *carried, *PREDICTED, *(one.name for one in TRAILING))
    yield "\t".join(map(format_cell, names)) + "\n"
    for row in rows:
        cells = [
            *(format_cell(column.get(row)) for column in LEADING),
            *(_carried(name, row.cells[name].strip()) for name in carried),
            *(format_cell(getattr(row.case, name)) for name in PREDICTED),
            *(format_cell(column.get(row)) for column in TRAILING),
        ]
        yield "\t".join(cells) + "\n"


def _carried(name: str, cell: str) -> str:
    """Write a cell of the input; an empty flank is one, at a protein's end, and not a missing one."""
    return "" if name in FLANKS and not cell else format_cell(cell)


def explanation(row: CaseRow, total: int) -> str:
    """Write the whole case for one candidate, for a terminal."""
    ranked, case = row.ranked, row.case
    name = " on ".join(filter(None, (case.peptide, case.allele))) or "a candidate without a peptide"
    places = f" ({interval(ranked)})" if interval(ranked) else ""
    out = [f"Rank {ranked.rank}{places} of {total:,}: {name}", f"Tier: {ranked.tier.replace('_', ' ')}"]
    out += [f"  {label(column)}: {cell}" for column in TOLD if (cell := _known(row, column)) is not None]
    measured = [one for one in EVIDENCE if one[0] in row.cells]
    measured += [one for one in OF_SOME if _known(row, one[0]) is not None]
    out += ["Evidence:", *(_measured(row, *one) for one in measured)]
    out.append(
        ("Score not assessed" if isinf(ranked.score) else f"Score {ranked.score:.3f}, higher is better")
        + (", the sum of:" if ranked.contributions else "")
    )
    for part, value in ranked.contributions:
        bar = "" if value is None else ("+" if value > 0 else "−") * min(40, round(abs(value) * 8))
        out.append(f"  {part:<13} {'not assessed' if value is None else format(value, '+.2f'):>12}  {bar}".rstrip())
    out.append("Because:")
    out += [f"  {reason}" for reason in ranked.reasons if reason not in case.doubts]
    if case.doubts:
        out += ["It may not exist:", *(f"  {doubt}" for doubt in case.doubts)]
    return "\n".join(out) + "\n"


def _known(row: CaseRow, column: str) -> str | None:
    cell = row.cells.get(column, "").strip()
    return None if cell in {"", "NA"} else cell


def _measured(row: CaseRow, column: str, unit: str) -> str:
    """Write one value with its interval, or its depth; or that it isn't known."""
    cell = _known(row, column)
    name = label(column.removesuffix(f"_{unit}") if unit else column)
    if cell is None:
        return f"  {name}: not assessed"
    beside = [_known(row, other) for other in BESIDE.get(column, ())]
    known = "" if not beside or None in beside else "–".join(filter(None, beside))
    words = f" ({known}{' reads' if len(beside) == 1 else ''})" if known else ""
    return f"  {name}: {cell}{f' {unit}' if unit else ''}{words}"
