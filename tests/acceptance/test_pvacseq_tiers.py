from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from neosieve.biology.caseranking import rank_cases
from neosieve.io.rankpolicies import read_coefficients, read_policy
from neosieve.model.case import Case

AGGREGATED = Path(__file__).parents[3] / "shared" / "hcc1395" / "pvacseq_aggregated.tsv"
NUMBERS = {
    "affinity_nM": "IC50 MT",
    "wildtype_affinity_nM": "IC50 WT",
    "combined_percentile": "%ile MT",
    "affinity_percentile": "IC50 %ile MT",
    "immunogenicity_percentile": "IM %ile MT",
    "presentation_percentile": "Pres %ile MT",
    "gene_expression": "RNA Expr",
    "tumor_rna_vaf": "RNA VAF",
    "tumor_dna_vaf": "DNA VAF",
    "transcript_support_level": "TSL",
}


@pytest.mark.skipif(not AGGREGATED.is_file(), reason=f"{AGGREGATED} is absent: pVACseq's tiers of HCC1395")
def test_pvacseqs_tiers_and_order_of_hcc1395_are_reproduced() -> None:
    """Its own columns through our policy: all 358 tiers, without exception, and its order within each tier."""
    table = pd.read_csv(AGGREGATED, sep="\t")
    cases = [
        Case(
            peptide=row["Best Peptide"],
            allele=row["Allele"],
            mutant_positions=None if pd.isna(row["Pos"]) else tuple(int(x) - 1 for x in str(row["Pos"]).split(",")),
            canonical=bool(row["Canonical"]),
            mane_select=bool(row["MANE Select"]),
            **{name: None if pd.isna(row[column]) else float(row[column]) for name, column in NUMBERS.items()},  # type: ignore[arg-type]  # all of NUMBERS are numbers
        )
        for _, row in table.iterrows()
    ]
    ranked = sorted(rank_cases(cases, read_policy("pvacseq"), read_coefficients()), key=lambda one: one.number)
    assert len(ranked) == 358
    assert [one.tier for one in ranked] == list(table["Tier"])
    # the order goes by its own product of expression and VAF, which it rounds
    products = [None if pd.isna(value) else float(value) for value in table["Allele Expr"]]
    given = [case._replace(gene_expression=one, tumor_rna_vaf=1.0) for case, one in zip(cases, products, strict=True)]
    ranked = sorted(rank_cases(given, read_policy("pvacseq"), read_coefficients()), key=lambda one: one.number)
    # pVACseq leaves ties open; within a tier its rows never go from a worse sum of ranks to a better one
    assert all(one.score >= other.score for one, other in pairwise(ranked) if one.tier == other.tier)
