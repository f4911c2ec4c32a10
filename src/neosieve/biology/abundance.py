"""What can be asked of an expression table: sums over a gene's transcripts, and what joined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neosieve.model.evidence import JoinReport, stable_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from neosieve.model.evidence import ExpressionTable

EXAMPLES = 5  # names of features without a row that a report shows


def gene_level(table: ExpressionTable, genes: Mapping[str, tuple[str, ...]] | None = None) -> ExpressionTable | None:
    """Sum a table of transcripts over their genes.

    Parameters
    ----------
    table
        Of transcripts; one of genes is returned as it is.
    genes
        Transcript, with or without its version → names of its gene, the surest (an id) first. None to take what the
        table itself tells (salmon on GENCODE's FASTA, RSEM, a plain table with both columns).

    Returns
    -------
    ExpressionTable or None
        In the same unit: abundances add up over the transcripts of a gene (TPM and FPKM alike; Li 2010, Bioinformatics
        26:493). A gene of whose transcripts in the table one has no value has none, either. None where nothing tells
        which gene a transcript belongs to.
    """
    if table.level == "gene":
        return table
    told = table.genes if genes is None else {stable_name(name): names for name, names in genes.items()}
    values: dict[str, float | None] = {}
    aliases: dict[str, dict[str, None]] = {}
    for transcript, value in table.values.items():
        names = tuple(stable_name(name) for name in told.get(transcript, ()) if name)
        if not names:
            continue
        key, *others = names
        before = values.get(key, 0.0)
        values[key] = None if before is None or value is None else before + value
        for other in others:
            aliases.setdefault(other, {})[key] = None
    if not values:
        return None
    return replace(
        table,
        level="gene",
        values=values,
        aliases={name: tuple(keys) for name, keys in aliases.items() if name not in values},
        genes={},
    )


def join_report(table: ExpressionTable, features: Iterable[tuple[str, ...]]) -> JoinReport:
    """Count which features a table knows.

    Parameters
    ----------
    table
        Of the features' own level.
    features
        The names of each gene or transcript asked for, as they are given to :meth:`ExpressionTable.value`; the same
        names count once.
    """
    asked = sorted(set(features))
    joined = [names for names in asked if table.value(*names) is not None]
    held = [names for names in asked if table.holds(*names)]
    known = set(held)
    unknown = [names for names in asked if names not in known]
    examples = tuple(next((name for name in names if name), "") for names in unknown[:EXAMPLES])
    return JoinReport(len(asked), len(joined), len(held) - len(joined), len(unknown), examples)
