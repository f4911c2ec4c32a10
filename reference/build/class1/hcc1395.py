"""A look at a real tumour's peptides beside official MHCflurry: reported, never trained, selected or calibrated on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from neosieve.model.mhc import Allele

from .figures import spearman

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.binding.embedded import EmbeddedPredictor

OURS, THEIRS = 100, 200  # of our best peptides, how many are among their best
CALLED_NM = 5_000.0  # peptides that either calls under this enter the rank correlation


def compare(predictor: EmbeddedPredictor, epitopes: Path) -> dict[str, object]:
    """Compare with pVACseq's table of MHCflurry's answers, for each allele.

    Parameters
    ----------
    epitopes
        pVACseq's ``all_epitopes`` table, which holds MHCflurry's IC50 and percentile.
    """
    theirs = {"IC50": "MHCflurry MT IC50 Score", "percentile": "MHCflurry MT Percentile"}
    columns = ["MT Epitope Seq", "HLA Allele", *theirs.values()]
    table = pd.read_csv(epitopes, sep="\t", usecols=columns, low_memory=False).dropna()
    table = table.drop_duplicates(["MT Epitope Seq", "HLA Allele"])
    result: dict[str, object] = {}
    for allele, rows in table.groupby("HLA Allele"):
        scores = predictor.score(rows["MT Epitope Seq"].tolist(), [Allele(str(allele))] * len(rows))
        # Equal percentiles are ordered by IC50, ours and theirs alike.
        ours = np.lexsort((scores.affinity_nM, scores.affinity_percentile))[:OURS]
        mhcflurry = rows[theirs["IC50"]].to_numpy()
        best = np.lexsort((mhcflurry, rows[theirs["percentile"]].to_numpy()))[:THEIRS]
        called = (scores.affinity_nM < CALLED_NM) | (mhcflurry < CALLED_NM)
        result[str(allele)] = {
            "peptides": len(rows),
            f"of_our_best_{OURS}_among_their_best_{THEIRS}": len(set(ours.tolist()) & set(best.tolist())),
            "spearman_of_called": round(spearman(scores.affinity_nM[called], mhcflurry[called]), 4),
            "called": int(called.sum()),
        }
    return result
