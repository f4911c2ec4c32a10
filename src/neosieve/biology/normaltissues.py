"""Where in the body the normal peptides that candidates resemble are made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neosieve.biology.nearself import NearSelf
    from neosieve.model.evidence import NormalTissues

    NearMatches = dict[str, tuple[NearSelf, ...]]
    Genes = tuple[tuple[str, str], ...]
    """(id, symbol) of each."""


def with_levels(
    near: NearMatches, sources: Mapping[str, tuple[str, ...]], genes: Mapping[str, Genes], tissues: NormalTissues
) -> NearMatches:
    """Tell of each normal peptide how highly any gene that makes it is expressed in any normal tissue.

    The highest counts, of all genes and tissues: a T cell needs but one of them to do harm.

    Parameters
    ----------
    near
        Neo-peptide → the normal peptides at one mismatch.
    sources
        Normal peptide → names of all normal proteins that hold it.
    genes
        Name of a protein → the genes that make it; one that isn't known has no entry.
    tissues
        The table.
    """

    def told(one: NearSelf) -> NearSelf:
        makers = {gene for name in sources.get(one.peptide, ()) for gene in genes.get(name, ())}
        levels = [level for gene in sorted(makers) if (level := tissues.level(*gene)) is not None]
        return replace(one, level=max(levels, key=lambda level: level.value)) if levels else one

    return {peptide: tuple(told(one) for one in some) for peptide, some in near.items()}


def level_facts(tissues: NormalTissues, near: NearMatches) -> dict[str, str | int]:
    """Say what the table is, and of how many near-self peptides it knows a gene, for a run's record."""
    alike = {one.peptide: one.level for some in near.values() for one in some}
    return {
        "tool": tissues.tool,
        "unit": tissues.unit,
        "tissues": tissues.tissues,
        "near_self_peptides": len(alike),
        "joined": sum(level is not None for level in alike.values()),
    }
