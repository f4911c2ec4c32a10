"""How the packaged model does on held-out peptides; prints every figure of the model card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from neosieve.binding.encoding import AMINO_ACIDS
from neosieve.model.mhc import Allele

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from neosieve.binding.embedded import EmbeddedPredictor

    from .proteome import Windows

DECOYS_PER_LIGAND = 99  # one ligand in a hundred peptides: the convention of ligand benchmarks (PPV at 1 %)
MIN_PER_ALLELE = 50  # held-out ligands, or exact affinities, that an allele needs for a figure of its own
BINDER_NM = 500.0  # the customary binder threshold: Sette et al. 1994, J Immunol 153:5586


def auc(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: the chance that a positive outscores a negative, ties counting half."""
    ranks = pd.Series(scores).rank().to_numpy()
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    return float((ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def ppv(scores: NDArray[np.floating], positive: NDArray[np.bool_]) -> float:
    """Share of positives among as many top-scored items as there are positives."""
    n_positive = int(positive.sum())
    top = np.argsort(-scores, kind="stable")[:n_positive]
    return float(positive[top].mean())


def spearman(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """Rank correlation."""
    return float(np.corrcoef(pd.Series(first).rank(), pd.Series(second).rank())[0, 1])


def ligand_sets(
    ligands: pd.DataFrame, windows: Windows, seed: int
) -> Iterator[tuple[str, list[str], NDArray[np.bool_]]]:
    """Held-out ligands of each allele among 99 times as many random human peptides of the same lengths."""
    rng = np.random.default_rng(seed)
    for allele, rows in ligands.groupby("allele", sort=True):
        if len(rows) < MIN_PER_ALLELE:
            continue
        peptides = rows["peptide"].tolist()
        lengths = np.repeat([len(peptide) for peptide in peptides], DECOYS_PER_LIGAND)
        letters = np.frombuffer(AMINO_ACIDS.encode(), dtype=np.uint8)
        drawn = windows.draw(lengths, rng)
        decoys = [letters[row[:n]].tobytes().decode() for row, n in zip(drawn, lengths, strict=True)]
        mixed = decoys + peptides  # decoys first, so that ties count against us
        yield str(allele), mixed, np.arange(len(mixed)) >= len(decoys)


def evaluate_ligands(
    predictor: EmbeddedPredictor, ligands: pd.DataFrame, windows: Windows, seed: int
) -> dict[str, object]:
    """AUC and PPV of both heads, averaged over alleles."""
    figures = []
    for allele, peptides, positive in ligand_sets(ligands, windows, seed):
        scores = predictor.score(peptides, [Allele(allele)] * len(peptides))
        figures.append(
            {
                "allele": allele,
                "ligands": int(positive.sum()),
                "auc": auc(scores.presentation_score, positive),
                "ppv": ppv(scores.presentation_score, positive),
                "auc_affinity": auc(-scores.affinity_nM, positive),
                "ppv_affinity": ppv(-scores.affinity_nM, positive),
            }
        )
    table = pd.DataFrame(figures)
    means = {name: round(float(table[name].mean()), 4) for name in ("auc", "ppv", "auc_affinity", "ppv_affinity")}
    worst = table.nsmallest(5, "auc")[["allele", "ligands", "auc", "ppv"]].round(4).to_dict("records")
    return {"alleles": len(table), "ligands": int(table["ligands"].sum()), **means, "lowest_auc": worst}


def evaluate_affinities(predictor: EmbeddedPredictor, affinities: pd.DataFrame) -> dict[str, object]:
    """Rank correlation on exact IC50 values, and AUC at 500 nM on all that fall on a known side of it."""
    scores = predictor.score(affinities["peptide"].tolist(), [Allele(name) for name in affinities["allele"]])
    table = affinities.assign(predicted=scores.affinity_nM, low=scores.affinity_low_nM, high=scores.affinity_high_nM)
    exact = table[table["relation"] == "="]
    sided = table[
        (table["relation"] == "=")
        | ((table["relation"] == "<") & (table["ic50"] <= BINDER_NM))
        | ((table["relation"] == ">") & (table["ic50"] >= BINDER_NM))
    ]
    per_allele = [
        spearman(rows["predicted"].to_numpy(), rows["ic50"].to_numpy())
        for _, rows in exact.groupby("allele")
        if len(rows) >= MIN_PER_ALLELE
    ]
    error = np.abs(np.log10(exact["predicted"].to_numpy() / exact["ic50"].to_numpy()))
    return {
        "pairs": len(table),
        "exact": len(exact),
        "spearman_pooled": round(spearman(exact["predicted"].to_numpy(), exact["ic50"].to_numpy()), 4),
        "spearman_mean_over_alleles": round(float(np.mean(per_allele)), 4),
        "alleles": len(per_allele),
        "auc_500nM": round(auc(-sided["predicted"].to_numpy(), (sided["ic50"] <= BINDER_NM).to_numpy()), 4),
        "sided": len(sided),
        "median_fold_error": round(float(10 ** np.median(error)), 3),
        "exact_within_member_range": round(float(exact["ic50"].between(exact["low"], exact["high"]).mean()), 4),
    }
