"""Train the networks that ship, and the ones that only the evaluation needs; each once, then kept in the cache."""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
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

    from .data import Data

FIRST_RECIPE = Recipe(hidden=(256, 128), epochs=4)  # sorts the cell lines' peptides by allele
FIRST_SEED = 1
MEMBER_SEEDS = (11, 12)
LEFT_OUT_SEED = 21
# HLA-C is expressed several times less than HLA-A and -B (McCutcheon et al. 1995, J Exp Med 181:2077: a tenth on the
# cell surface; Apps et al. 2015, PLoS Pathog 11:e1005052) and yields 10-20 % of a tissue's ligands. In training every
# allele has equally many decoys for each ligand, so the prior has to be added: e**-1, a bit more than a third. The
# non-classical ones are rarer still; nothing was measured, they get the same.
LOCUS_LOGIT = {"A": 0.0, "B": 0.0, "C": -1.0, "E": -1.0, "G": -1.0}

# Left out whole for one evaluation, with their ligands and affinities: common ones with a near relative in training,
# odd ones (B*73:01, A*30:01), and two that share their groove with a rarer allele that stays (B*18:01, C*14:02).
LEFT_OUT = (
    "HLA-A*02:07", "HLA-A*25:01", "HLA-A*30:01", "HLA-A*31:01", "HLA-A*68:02",
    "HLA-B*13:02", "HLA-B*15:02", "HLA-B*18:01", "HLA-B*39:06", "HLA-B*57:03", "HLA-B*73:01",
    "HLA-C*05:01", "HLA-C*12:03", "HLA-C*14:02",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """One network to train."""

    recipe: Recipe
    seed: int
    left_out: tuple[str, ...] = ()
    """Alleles that it must not see."""
    cell_lines: pd.DataFrame | None = None
    """Deconvolved ligands: columns peptide, allele."""

    def key(self, data_digest: str) -> str:
        """Name under which the trained network is kept."""
        lines = "" if self.cell_lines is None else self.cell_lines.to_csv(index=False)
        text = json.dumps([data_digest, asdict(self.recipe), self.seed, self.left_out, lines])
        return sha256(text.encode()).hexdigest()[:16]


def training_ligands(data: Data, job: Job) -> pd.DataFrame:
    """Ligands of the training proteins, those of cell lines included: columns peptide, allele, protein."""
    ligands = of_part(data.ligands, Part.TRAINING)[["peptide", "allele", "protein"]]
    if job.cell_lines is not None:
        protein = data.lines.drop_duplicates("peptide").set_index("peptide")["protein"]
        lines = job.cell_lines.assign(protein=job.cell_lines["peptide"].map(protein))
        ligands = pd.concat([ligands, lines]).drop_duplicates(["peptide", "allele"])
    return ligands[~ligands["allele"].isin(job.left_out)].reset_index(drop=True)


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
    torch.save(model.state_dict(), path)
    return model


def train_all(data: Data, jobs: Sequence[Job], cache: Path, processes: int = 2) -> list[TwoHeaded]:
    """Train networks side by side, one thread each."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return list(pool.map(train, [data] * len(jobs), jobs, [cache] * len(jobs)))


def cell_line_ligands(data: Data, cache: Path) -> tuple[pd.DataFrame, dict[str, int]]:
    """Deconvolve the training part of the cell lines with a first model, which has seen none of them."""
    first = train(data, Job(FIRST_RECIPE, FIRST_SEED), cache)
    lines = of_part(data.lines, Part.TRAINING)
    peptides = {str(line): rows["peptide"].tolist() for line, rows in lines.groupby("line", sort=False)}
    return deconvolve(first, peptides, data.groove, LOCUS_LOGIT)


def shipped_jobs(recipe: Recipe, cell_lines: pd.DataFrame) -> list[Job]:
    """List the members of the ensemble."""
    return [Job(recipe, seed, cell_lines=cell_lines) for seed in MEMBER_SEEDS]


def left_out_job(recipe: Recipe, cell_lines: pd.DataFrame) -> Job:
    """One member trained without some whole alleles."""
    return Job(replace(recipe, epochs=min(recipe.epochs, 4)), LEFT_OUT_SEED, LEFT_OUT, cell_lines)
