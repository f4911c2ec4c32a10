"""From public tables to training examples; what is left out is counted, by reason.

Every value here was measured. No predictor's output is among the sources.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import AMINO_ACIDS, LENGTHS

if TYPE_CHECKING:
    from collections.abc import Container

    import pandas as pd

PEPTIDE = re.compile(rf"[{AMINO_ACIDS}]{{{LENGTHS[0]},{LENGTHS[-1]}}}")

# IEDB's qualitative results as MHCnuggets codes them (IC50 column) → the inequality they stand for. The bounds are
# those that MHCflurry's curation uses: O'Donnell et al. 2020, Cell Systems 11:42, section "Affinity data".
QUALITATIVE_UPPER_BOUND_NM = {
    1.0: 1.0,  # Kim 2014's "< 1 nM"
    50.0: 100.0,  # Positive-High
    100.0: 500.0,  # Positive
    500.0: 1000.0,  # Positive-Intermediate
    5000.0: 5000.0,  # Positive-Low
}
NEGATIVE_CODE_NM = 50_000.0  # the code of a plain "Negative"
NEGATIVE_LOWER_BOUND_NM = 5_000.0
# 39,008 of the "quantitative" human values are exactly 20,000 nM: the top of the assay's range, whose ">" was lost
# on the way. From there on a value is read as a lower bound.
ASSAY_CEILING_NM = 20_000.0


@dataclass(frozen=True, slots=True)
class Curated:
    """Examples that training and evaluation use."""

    ligands: pd.DataFrame
    """Columns peptide, allele."""
    affinities: pd.DataFrame
    """Columns peptide, allele, ic50 (nM), relation: ``=``, ``<`` (binds at least so well) or ``>``."""
    counts: dict[str, dict[str, int]]
    """Per source: rows read, dropped by reason, and kept."""


def allele_name(name: str) -> str:
    """Two-field name of an allele as MHCnuggets spells it: ``HLA-CW*04:01`` is HLA-C's old spelling."""
    return re.sub(r"^HLA-CW\*", "HLA-C*", name)


def _usable(rows: pd.DataFrame, known: Container[str], dropped: Counter[str]) -> pd.DataFrame:
    """Rows with a scorable peptide and an allele of known sequence."""
    length = rows["peptide"].str.len()
    peptide_ok = rows["peptide"].map(lambda peptide: PEPTIDE.fullmatch(peptide) is not None).astype(bool)
    allele_ok = rows["allele"].map(lambda allele: allele in known).astype(bool)
    in_range = length.between(LENGTHS[0], LENGTHS[-1])
    dropped["peptide shorter than 8 or longer than 15"] += int((~in_range).sum())
    dropped["peptide with a non-standard residue"] += int((in_range & ~peptide_ok).sum())
    dropped["allele without a known sequence"] += int((peptide_ok & ~allele_ok).sum())
    return rows[peptide_ok & allele_ok]


def curate_ligands(table: pd.DataFrame, known: Container[str]) -> tuple[pd.DataFrame, dict[str, int]]:
    """Mono-allelic mass-spectrometry ligands: each row is a peptide eluted from cells with this one allele."""
    dropped: Counter[str] = Counter()
    kept = _usable(table[["peptide", "allele"]], known, dropped)
    distinct = kept.drop_duplicates().sort_values(["allele", "peptide"], ignore_index=True)
    dropped["the same pair again"] += len(kept) - len(distinct)
    return distinct, {"read": len(table), **dropped, "kept": len(distinct)}


def _bound(value: float, kind: str) -> tuple[float, str]:
    """Interpret one measurement as an IC50 in nM and its relation."""
    if kind == "qualitative":
        if value in QUALITATIVE_UPPER_BOUND_NM:
            return QUALITATIVE_UPPER_BOUND_NM[value], "<"
        return (NEGATIVE_LOWER_BOUND_NM if value == NEGATIVE_CODE_NM else value), ">"
    return value, ">" if value >= ASSAY_CEILING_NM else "="


def curate_affinities(table: pd.DataFrame, known: Container[str]) -> tuple[pd.DataFrame, dict[str, int]]:
    """One IC50 or one inequality for each peptide and allele.

    Repeated measurements: exact values win over inequalities and are averaged geometrically; agreeing inequalities
    give their geometric mean; a pair reported both as binder and non-binder, with no exact value, is dropped.
    """
    dropped: Counter[str] = Counter()
    rows = table.rename(columns={"mhc": "allele", "IC50(nM)": "ic50"})
    human = rows["allele"].str.startswith("HLA-")
    dropped["not human"] += int((~human).sum())
    rows = rows[human].assign(allele=lambda frame: frame["allele"].map(allele_name))
    rows = _usable(rows, known, dropped)
    bounds = [_bound(value, kind) for value, kind in zip(rows["ic50"], rows["measurement_type"], strict=True)]
    rows = rows[["peptide", "allele"]].assign(
        log_ic50=np.log([value for value, _ in bounds]), relation=[relation for _, relation in bounds]
    )
    seen = rows.groupby(["allele", "peptide"])["relation"].transform(lambda values: "".join(sorted(set(values))))
    conflicting = seen == "<>"
    dropped["reported both as binder and non-binder"] += int(conflicting.sum())
    exact_wins = ~seen.str.contains("=") | (rows["relation"] == "=")
    used = rows[exact_wins & ~conflicting]
    means = used.groupby(["allele", "peptide", "relation"], as_index=False)["log_ic50"].mean()
    result = means.assign(ic50=np.exp(means["log_ic50"]))[["peptide", "allele", "ic50", "relation"]]
    dropped["folded into another measurement of the same pair"] += len(rows) - int(conflicting.sum()) - len(result)
    kinds = {f"kept, relation {relation}": int(n) for relation, n in result["relation"].value_counts().items()}
    return result, {"read": len(table), **dropped, "kept": len(result), **kinds}


def curate(ligands: pd.DataFrame, affinities: pd.DataFrame, known: Container[str]) -> Curated:
    """Curate both sources.

    Parameters
    ----------
    ligands
        immunotype's lookup table: peptide, allele, locus.
    affinities
        MHCnuggets' class I table: mhc, peptide, IC50(nM), measurement_type, …
    known
        Names of the alleles that have a pseudosequence.
    """
    kept_ligands, ligand_counts = curate_ligands(ligands, known)
    kept_affinities, affinity_counts = curate_affinities(affinities, known)
    return Curated(kept_ligands, kept_affinities, {"ligands": ligand_counts, "affinities": affinity_counts})
