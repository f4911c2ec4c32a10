"""Trials: small changes of the recipe, each trained briefly and compared on the development part."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import benchmark, celllines, motif
from .completion import further_alleles
from .contaminants import contaminants
from .ensemble import joined_logits
from .evaluate import SEEDS
from .figures import auc, ppv
from .members import LOCUS_LOGIT, Job, cell_line_ligands, given_to_alleles, train, training_ligands
from .package import network
from .split import Part
from .train import Recipe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from neosieve.binding.motifs import Motifs
    from neosieve.binding.network import Network

    from .benchmark import Sample
    from .data import Data

BASE = Recipe(hidden=(256, 128), epochs=4, learning_rate=1e-3, decoys_per_ligand=4)
SEED, MOTIF_SEED = 41, 17
KINDS = ("simulated", "cell lines", "clean")


@dataclass(frozen=True, slots=True)
class Trial:
    """One line of the table."""

    name: str
    recipe: Recipe = BASE
    seeds: tuple[int, ...] = (SEED,)
    lines: str = "once"
    """Cell lines: ``no``, deconvolved ``once`` (by the first model), or ``twice`` (by a network trained with them)."""
    cleaned: float = 0.0
    """Training ligands that lose to more than this share of random peptides are dropped; 0 drops none."""
    motif_weight: float = motif.WEIGHT
    completed: float = 0.0
    """Training ligands are given to further alleles where the base's logit reaches this; 0 gives none."""
    locus_prior: bool = True

    def key(self, digest: str) -> str:
        """Name under which the result is kept."""
        settings = {name: value for name, value in asdict(self).items() if value != getattr(_PLAIN, name)}
        settings["name"] = ""
        return sha256(json.dumps([digest, settings]).encode()).hexdigest()[:16]


_PLAIN = Trial("")


def wide(**changes: object) -> Recipe:
    """Build the shipped width with changes."""
    return replace(BASE, hidden=(512, 96), **changes)  # type: ignore[arg-type]


def narrow(**changes: object) -> Recipe:
    """Build the base with changes."""
    return replace(BASE, **changes)  # type: ignore[arg-type]


TRIALS = (
    Trial("base: 256→128, 4 epochs, 4 decoys for each ligand"),
    Trial("base, another seed", seeds=(42,)),
    Trial("base, a third seed", seeds=(43,)),
    Trial("the three averaged", seeds=(41, 42, 43)),
    Trial("8 epochs", narrow(epochs=8)),
    Trial("learning rate 0.002", narrow(learning_rate=2e-3)),
    Trial("8 decoys for each ligand, 2 epochs", narrow(decoys_per_ligand=8, epochs=2)),
    Trial("512→96, 8 epochs", wide(epochs=8)),
    Trial("512→96, 8 epochs, learning rate 0.002", wide(epochs=8, learning_rate=2e-3, warmup_steps=300)),
    Trial("contaminants dropped (lose to 20 % of decoys)", cleaned=0.2),
    Trial("ligands given to further alleles, logit at least 4", completed=4.0),
    Trial("no locus prior", locus_prior=False),
    Trial("motif weight 0", motif_weight=0.0),
    Trial("motif weight 0.3", motif_weight=0.3),
    Trial("motif weight 0.8", motif_weight=0.8),
)


def samples(data: Data, cache: Path) -> dict[str, list[Sample]]:
    """Development samples, with decoys of even lengths only; the clean ones hold ligands of Abelin et al. 2019."""
    seed = SEEDS[Part.DEVELOPMENT]
    made = {
        "simulated": benchmark.simulated(data, Part.DEVELOPMENT, seed),
        "cell lines": benchmark.cell_lines(data, Part.DEVELOPMENT, seed),
        "clean": benchmark.clean(data, Part.DEVELOPMENT, seed, celllines.read_mono_allelic(cache)),
    }
    return {kind: [_without_matched(sample) for sample in rows] for kind, rows in made.items()}


def _without_matched(sample: Sample) -> Sample:
    table = sample.table[sample.table["kind"] != benchmark.MATCHED]
    return replace(sample, table=table.reset_index(drop=True))


def score(
    networks: Sequence[Network],
    motifs: Motifs,
    groove: Mapping[str, str],
    sample: Sample,
    locus_logit: Mapping[str, float],
) -> list[float]:
    """AUC and PPV of a sample by the best presentation logit over its alleles, flanks unknown."""
    peptides = sample.table["peptide"].tolist()
    best = np.full(len(peptides), -np.inf)
    for allele in sample.alleles:
        logits = joined_logits(networks, motifs, groove, peptides, [allele] * len(peptides))
        best = np.maximum(best, logits + locus_logit[allele[4]])
    ranked = sample.figures_of(best, benchmark.FLAT, benchmark.FLAT_DECOYS)
    return [auc(*ranked), ppv(*ranked)]


def run(
    data: Data, once: pd.DataFrame, made: Mapping[str, Sequence[Sample]], trial: Trial, cache: Path
) -> dict[str, list[float]]:
    """Train a trial's networks, unless they are in the cache, and score them."""
    lines = None if trial.lines == "no" else once
    if trial.lines == "twice":
        lines, _ = given_to_alleles(data, train(data, Job(BASE, SEED, cell_lines=once), cache))
    if trial.completed:
        first = network(train(data, Job(BASE, SEED, cell_lines=lines), cache))
        lines = pd.concat([once, further_alleles(data, [first], trial.completed, ())]).drop_duplicates()
        print(f"{trial.name}: {len(lines) - len(once):,} pairs added", flush=True)
    dropped = contaminants(data, BASE, lines, cache, trial.cleaned) if trial.cleaned else None
    jobs = [Job(trial.recipe, seed, cell_lines=lines, dropped=dropped) for seed in trial.seeds]
    networks = [network(train(data, job, cache)) for job in jobs]
    motifs = motif.fit(data, training_ligands(data, jobs[0]), networks, MOTIF_SEED, trial.motif_weight)
    prior = LOCUS_LOGIT if trial.locus_prior else dict.fromkeys(LOCUS_LOGIT, 0.0)
    result = {}
    for kind, rows in made.items():
        figures = [score(networks, motifs, data.groove, sample, prior) for sample in rows]
        result[kind] = [round(float(value), 4) for value in np.mean(figures, axis=0)]
    return result


def run_all(data: Data, cache: Path, processes: int = 2) -> None:
    """Run every trial that isn't in the cache, side by side, one thread each; print the table."""
    once, _ = cell_line_ligands(data, cache)
    made = samples(data, cache)
    digest = sha256(json.dumps(data.counts).encode()).hexdigest()
    paths = [cache / f"trial-{trial.key(digest)}.json" for trial in TRIALS]
    missing = [(trial, path) for trial, path in zip(TRIALS, paths, strict=True) if not path.exists()]
    with ProcessPoolExecutor(processes, get_context("spawn"), _hold, (data, once, made, cache)) as pool:
        list(pool.map(_run_and_keep, *zip(*missing, strict=True)) if missing else ())
    print("| trial | " + " | ".join(KINDS) + " |\n|---|" + "---|" * len(KINDS))
    for trial, path in zip(TRIALS, paths, strict=True):
        result = json.loads(path.read_text())
        cells = [f"{result[kind][0]:.4f} / {result[kind][1]:.4f}" for kind in KINDS]
        print(f"| {trial.name} | " + " | ".join(cells) + " |")


_held: list[tuple[Data, pd.DataFrame, dict[str, list[Sample]], Path]] = []


def _hold(data: Data, once: pd.DataFrame, made: dict[str, list[Sample]], cache: Path) -> None:
    """Keep in a worker what every trial needs."""
    _held.append((data, once, made, cache))


def _run_and_keep(trial: Trial, path: Path) -> None:
    data, once, made, cache = _held[0]
    result = run(data, once, made, trial, cache)
    path.write_text(json.dumps(result) + "\n")
    print(f"{trial.name}: {result}", flush=True)
