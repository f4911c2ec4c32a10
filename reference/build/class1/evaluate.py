"""How the packaged model does on what was held out; computes every figure of the model card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from neosieve.binding import store
from neosieve.binding.encoding import encode
from neosieve.model.mhc import Allele

from . import benchmark, matrix
from .celllines import ligand_logits
from .data import of_part
from .ensemble import pair_logits
from .figures import auc, lost, ppv, spearman
from .members import LOCUS_LOGIT
from .motif import residue_shares
from .split import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from neosieve.binding.embedded import EmbeddedPredictor
    from neosieve.binding.network import Network

    from .benchmark import Sample
    from .data import Data
    from .train import TwoHeaded

    Logits = NDArray[np.float32]
    Scorer = Callable[[Sample], NDArray[np.floating]]

SEEDS = {Part.DEVELOPMENT: 31, Part.TEST: 32}
LEFT_OUT_SEED = 33
LEFT_OUT_DECOYS = 10  # random human peptides of its length for each ligand
AUCS = ("auc", "auc_held_out_proteins", "auc_held_out_proteins_allele_trained")
MIN_PER_ALLELE = 50  # ligands, or exact affinities, that an allele needs for a figure of its own
BINDER_NM = 500.0  # the customary binder threshold: Sette et al. 1994, J Immunol 153:5586
TABLES = (("matched_20", benchmark.MATCHED, 20), ("matched_4", benchmark.MATCHED, 4), ("flat_4", benchmark.FLAT, 4))


def best_score(predictor: EmbeddedPredictor, sample: Sample, what: str) -> NDArray[np.float64]:
    """Best of a sample's alleles for each peptide: ``presentation``, ``flanked`` (presentation) or ``affinity``."""
    table, n = sample.table, len(sample.table)
    flanks = (table["n_flank"].tolist(), table["c_flank"].tolist()) if what == "flanked" else ()
    best = np.full(n, -np.inf)
    for allele in sample.alleles:
        scores = predictor.score(table["peptide"].tolist(), [Allele(allele)] * n, *flanks)
        best = np.maximum(best, -scores.affinity_nM if what == "affinity" else scores.presentation_score)
    return best


def matrix_score(matrices: Mapping[str, NDArray[np.float64]], sample: Sample) -> NDArray[np.float64]:
    """Best log-odds over a sample's alleles."""
    peptides = sample.table["peptide"].tolist()
    scores: NDArray[np.float64] = np.max([matrix.score(matrices[allele], peptides) for allele in sample.alleles], 0)
    return scores


def mean_logits(models: Sequence[TwoHeaded], data: Data, peptides: Sequence[str], alleles: Sequence[str]) -> Logits:
    """Mean ligand logits of networks that aren't packaged, shape (alleles, peptides)."""
    grooves = encode([data.groove[allele] for allele in alleles])
    logits: Logits = np.mean([ligand_logits(model, peptides, grooves) for model in models], axis=0)
    return logits


def network_score(models: Sequence[TwoHeaded], data: Data, sample: Sample) -> NDArray[np.floating]:
    """Best ligand logit over a sample's alleles, of networks that aren't packaged."""
    logits = mean_logits(models, data, sample.table["peptide"].tolist(), sample.alleles)
    prior = np.asarray([[LOCUS_LOGIT[allele[4]]] for allele in sample.alleles])
    scores: NDArray[np.floating] = (logits + prior).max(axis=0)
    return scores


def networks_alone(members: Sequence[Network], data: Data, sample: Sample) -> NDArray[np.float64]:
    """Best ligand logit of the packaged networks, without motifs, flanks and locus prior."""
    peptides = sample.table["peptide"].tolist()
    best = np.full(len(peptides), -np.inf)
    for allele in sample.alleles:
        logits = pair_logits(members, data.groove, peptides, [allele] * len(peptides))
        best = np.maximum(best, logits[:, :, 1].mean(axis=0))
    return best


def sample_figures(
    samples: Sequence[Sample], scorers: Mapping[str, Scorer], tables: Sequence[tuple[str, str, int]] = TABLES
) -> dict[str, object]:
    """AUC, PPV and share of lost ligands, mean over samples, for each scorer and each kind of decoys."""
    result: dict[str, object] = {
        "samples": len(samples),
        "ligands": sum(int((sample.table["kind"] == benchmark.LIGAND).sum()) for sample in samples),
    }
    for name, scorer in scorers.items():
        scores = [scorer(sample) for sample in samples]
        figures = {}
        for label, kind, per_ligand in tables:
            pairs = [sample.figures_of(one, kind, per_ligand) for sample, one in zip(samples, scores, strict=True)]
            figures[label] = {
                "auc": round(float(np.mean([auc(*pair) for pair in pairs])), 4),
                "ppv": round(float(np.mean([ppv(*pair) for pair in pairs])), 4),
                "lost_to_a_tenth": round(float(np.mean([lost(*pair) for pair in pairs])), 4),
            }
        result[name] = figures
    return result


def evaluate_samples(predictor: EmbeddedPredictor, data: Data, reference: Path) -> dict[str, object]:
    """Rank simulated samples and cell lines, development and test part."""
    trained = matrix.matrices(of_part(data.ligands, Part.TRAINING), residue_shares(data.proteome))
    members = store.load(reference).members
    scorers: dict[str, Scorer] = {
        "presentation_score": lambda sample: best_score(predictor, sample, "presentation"),
        "presentation_score_with_flanks": lambda sample: best_score(predictor, sample, "flanked"),
        "networks_alone": lambda sample: networks_alone(members, data, sample),
        "affinity": lambda sample: best_score(predictor, sample, "affinity"),
        "weight_matrix": lambda sample: matrix_score(trained, sample),
    }
    return {
        f"{kind}_{part}": sample_figures(make(data, part, seed), scorers)
        for part, seed in SEEDS.items()
        for kind, make in (("simulated", benchmark.simulated), ("cell_lines", benchmark.cell_lines))
    }


def evaluate_left_out(
    models: Sequence[TwoHeaded],
    unseen: Sequence[str],
    data: Data,
    predictor: EmbeddedPredictor,
    members: Sequence[Network],
) -> dict[str, object]:
    """Alleles that networks were trained without: samples of them, and each alone with all its ligands.

    Such an allele has no motif, and what stands in for it doesn't change the order of one allele's peptides. Beside
    it, on the ligands of held-out proteins, the packaged networks, which were trained on the allele's other ligands.
    """
    samples = benchmark.simulated(data, Part.TEST, LEFT_OUT_SEED, unseen)
    result: dict[str, object] = {
        "networks": f"{len(models)}, trained without these alleles, no motif",
        "samples": sample_figures(samples, {"presentation_score": lambda sample: network_score(models, data, sample)}),
    }
    rng = np.random.default_rng(LEFT_OUT_SEED)
    windows = data.windows()
    alleles: list[dict[str, object]] = []
    figures: list[tuple[float, float, float]] = []
    trained = sorted(set(of_part(data.ligands, Part.TRAINING)["allele"]) - set(unseen))
    trained = [name for name in trained if predictor.support(Allele(name)).nearest.name == name]
    for allele in unseen:
        rows = data.ligands[data.ligands["allele"] == allele]
        lengths = np.repeat(rows["peptide"].str.len().to_numpy().astype(np.intp), LEFT_OUT_DECOYS)
        places = windows.places(lengths, rng)
        decoys = [windows.peptide(place, n) for place, n in zip(places.tolist(), lengths.tolist(), strict=True)]
        peptides = [*decoys, *rows["peptide"]]
        positive = np.arange(len(peptides)) >= len(decoys)
        held_out = rows["part"].isin([Part.DEVELOPMENT, Part.TEST]).to_numpy()
        held_out = np.concatenate([np.repeat(held_out, LEFT_OUT_DECOYS), held_out])
        without = mean_logits(models, data, peptides, [allele])[0]
        having = pair_logits(members, data.groove, peptides, [allele] * len(peptides))[:, :, 1].mean(axis=0)
        figures.append(
            (
                round(auc(without, positive), 4),
                round(auc(without[held_out], positive[held_out]), 4),
                round(auc(having[held_out], positive[held_out]), 4),
            )
        )
        distances = (encode([data.groove[name] for name in trained]) != encode([data.groove[allele]])).sum(axis=1)
        nearest = {"nearest": trained[int(distances.argmin())], "differing_residues": int(distances.min())}
        alleles.append({"allele": allele, "ligands": len(rows), **nearest, **dict(zip(AUCS, figures[-1], strict=True))})
    means = np.mean(figures, axis=0).round(4).tolist()
    return {**result, **{f"mean_{name}": value for name, value in zip(AUCS, means, strict=True)}, "alleles": alleles}


def evaluate_affinities(predictor: EmbeddedPredictor, data: Data) -> dict[str, object]:
    """Rank correlation on exact IC50 values, AUC at 500 nM, and how often the interval covers a measurement."""
    affinities = of_part(data.affinities, Part.TEST)
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
    covered = exact["ic50"].between(exact["low"], exact["high"])
    ranges = pd.cut(exact["predicted"], [0, 50, 500, 5_000, 50_001], labels=["<50", "50-500", "500-5000", ">5000"])
    above = table[table["relation"] == ">"]
    width = exact["high"] / exact["low"]
    return {
        "pairs": len(table),
        "exact": len(exact),
        "spearman_pooled": round(spearman(exact["predicted"].to_numpy(), exact["ic50"].to_numpy()), 4),
        "spearman_mean_over_alleles": round(float(np.mean(per_allele)), 4),
        "alleles": len(per_allele),
        "auc_500nM": round(auc(-sided["predicted"].to_numpy(), (sided["ic50"] <= BINDER_NM).to_numpy()), 4),
        "sided": len(sided),
        "median_fold_error": round(float(10 ** np.median(error)), 3),
        "interval_coverage": round(float(covered.mean()), 4),
        "interval_coverage_by_predicted_nM": {
            str(name): [round(float(rows.mean()), 4), len(rows)]
            for name, rows in covered.groupby(ranges, observed=True)
        },
        "interval_median_width_fold": round(float(width.median()), 1),
        "lower_bounds_within_reach": round(float((above["high"] >= above["ic50"]).mean()), 4),
    }
