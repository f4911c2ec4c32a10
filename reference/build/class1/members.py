"""Train the networks that ship, and the ones that only the evaluation needs; each once, then kept in the cache."""

from __future__ import annotations

import json
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from multiprocessing import get_context
from typing import TYPE_CHECKING

import pandas as pd
import torch

from neosieve.binding.encoding import encode

from .celllines import deconvolve
from .data import of_part
from .split import Part
from .train import Recipe, TwoHeaded, examples, train_member

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from .data import Data

FIRST_RECIPE = Recipe(hidden=(256, 128), epochs=4)  # sorts the cell lines' peptides by allele
FIRST_SEED = 1
FOLDS = 2
MEMBER_SEEDS = (11, 12)
LEFT_OUT_SEEDS = (21, 22)
# HLA-C is expressed several times less than HLA-A and -B (McCutcheon et al. 1995, J Exp Med 181:2077: a tenth on the
# cell surface; Apps et al. 2015, PLoS Pathog 11:e1005052) and yields 10-20 % of a tissue's ligands. In training every
# allele has equally many decoys for each ligand, so the prior has to be added: e**-1, a bit more than a third. The
# non-classical ones are rarer still; nothing was measured, they get the same.
LOCUS_LOGIT = {"A": 0.0, "B": 0.0, "C": -1.0, "E": -1.0, "G": -1.0}

# Left out whole for one evaluation, with their ligands and affinities: by name, every fifth of the alleles that have
# enough ligands for a sharp figure and a groove that no other trained allele has.
LEFT_OUT_EVERY, LEFT_OUT_MIN_LIGANDS = 5, 500


@dataclass(frozen=True, slots=True)
class Job:
    """One network to train."""

    recipe: Recipe
    seed: int
    left_out: tuple[str, ...] = ()
    """Alleles that it must not see."""
    cell_lines: pd.DataFrame | None = None
    """Deconvolved ligands: columns peptide, allele."""
    dropped: pd.DataFrame | None = None
    """Ligands to leave out as contaminants: columns peptide, allele."""
    without_fold: int | None = None
    """A fold of the proteins whose ligands are left out."""

    def key(self, data_digest: str) -> str:
        """Name under which the trained network is kept."""
        tables = ["" if table is None else table.to_csv(index=False) for table in (self.cell_lines, self.dropped)]
        text = json.dumps([data_digest, asdict(self.recipe), self.seed, self.left_out, *tables, self.without_fold])
        return sha256(text.encode()).hexdigest()[:16]


def training_ligands(data: Data, job: Job) -> pd.DataFrame:
    """Ligands of the training proteins, those of cell lines included: columns peptide, allele, protein."""
    ligands = of_part(data.ligands, Part.TRAINING)[["peptide", "allele", "protein"]]
    if job.cell_lines is not None:
        known = pd.concat([data.lines[["peptide", "protein"]], data.ligands[["peptide", "protein"]]])
        protein = known.drop_duplicates("peptide").set_index("peptide")["protein"]
        lines = job.cell_lines.assign(protein=job.cell_lines["peptide"].map(protein))
        ligands = pd.concat([ligands, lines]).drop_duplicates(["peptide", "allele"])
    if job.dropped is not None:
        pairs = pd.MultiIndex.from_frame(job.dropped)
        ligands = ligands[~pd.MultiIndex.from_frame(ligands[["peptide", "allele"]]).isin(pairs)]
    if job.without_fold is not None:
        ligands = ligands[fold_of(ligands) != job.without_fold]
    return ligands[~ligands["allele"].isin(job.left_out)].reset_index(drop=True)


def fold_of(ligands: pd.DataFrame) -> NDArray[np.intp]:
    """Fold of each ligand: by its protein, or by itself where that is unknown."""
    names = ligands["protein"].fillna(ligands["peptide"])
    return names.map(lambda name: int(sha256(name.encode()).hexdigest()[:8], 16) % FOLDS).to_numpy().astype("intp")


def training_affinities(data: Data, job: Job) -> pd.DataFrame:
    """Affinities of the training peptides."""
    affinities = of_part(data.affinities, Part.TRAINING)
    return affinities[~affinities["allele"].isin(job.left_out)].reset_index(drop=True)


def train(data: Data, job: Job, cache: Path) -> TwoHeaded:
    """Train a network, or read it from the cache."""
    digest = sha256(json.dumps(data.counts).encode()).hexdigest()
    path = cache / f"class1-{job.key(digest)}.pt"
    if path.exists():
        model = TwoHeaded(job.recipe.hidden)
        model.load_state_dict(torch.load(path, weights_only=True))
        return model.eval()
    torch.set_num_threads(1)  # fixed, since sums depend on it; two networks at a time use two cores better than one
    torch.use_deterministic_algorithms(mode=True)
    ligands, affinities = training_ligands(data, job), training_affinities(data, job)
    names = sorted({*ligands["allele"], *affinities["allele"]})
    windows = data.windows(Part.TRAINING)
    rows = examples(ligands, affinities, {name: index for index, name in enumerate(names)}, windows)
    model = train_member(rows, encode([data.groove[name] for name in names]), windows, job.recipe, job.seed)
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    torch.save(model.state_dict(), unfinished)
    unfinished.replace(path)
    return model


def train_all(data: Data, jobs: Sequence[Job], cache: Path, processes: int = 2) -> list[TwoHeaded]:
    """Train networks side by side, one thread each."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return list(pool.map(train, [data] * len(jobs), jobs, [cache] * len(jobs)))


def cell_line_ligands(data: Data, cache: Path) -> tuple[pd.DataFrame, dict[str, int]]:
    """Deconvolve the training part of the cell lines with a first model, which has seen none of them."""
    return given_to_alleles(data, train(data, Job(FIRST_RECIPE, FIRST_SEED), cache))


def given_to_alleles(data: Data, model: TwoHeaded) -> tuple[pd.DataFrame, dict[str, int]]:
    """Deconvolve the training part of the cell lines with a model."""
    lines = of_part(data.lines, Part.TRAINING)
    peptides = {str(line): rows["peptide"].tolist() for line, rows in lines.groupby("line", sort=False)}
    return deconvolve(model, peptides, data.groove, LOCUS_LOGIT)


def shipped_jobs(recipe: Recipe, cell_lines: pd.DataFrame) -> list[Job]:
    """List the members of the ensemble."""
    return [Job(recipe, seed, cell_lines=cell_lines) for seed in MEMBER_SEEDS]


def left_out_alleles(data: Data) -> tuple[str, ...]:
    """Alleles to leave out for one evaluation; their choice knows names, numbers of ligands and grooves alone."""
    trained = {*of_part(data.ligands, Part.TRAINING)["allele"], *of_part(data.affinities, Part.TRAINING)["allele"]}
    shared = Counter(data.groove[name] for name in trained)
    counts = data.ligands["allele"].value_counts()
    enough = sorted(str(name) for name in counts[counts >= LEFT_OUT_MIN_LIGANDS].index)
    alone = [name for name in enough if shared[data.groove[name]] == 1]
    return tuple(alone[LEFT_OUT_EVERY - 1 :: LEFT_OUT_EVERY])


def left_out_jobs(recipe: Recipe, unseen: tuple[str, ...], cell_lines: pd.DataFrame) -> list[Job]:
    """List an ensemble like the shipped one, trained without some whole alleles."""
    return [Job(recipe, seed, unseen, cell_lines) for seed in LEFT_OUT_SEEDS]
