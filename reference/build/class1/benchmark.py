"""A stand-in for a benchmark of tissue samples: held-out ligands of several alleles among decoys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .celllines import LINES
from .data import of_part

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from .data import Data
    from .proteome import Windows
    from .split import Part

SAMPLES, CLEAN_SAMPLES = 20, 3
MIN_LIGANDS = 30  # held-out ligands that an allele needs to enter a sample
MAX_LIGANDS = 100  # of one allele in one sample
HLA_C_SHARE = 0.15  # HLA-C's ligands for each one of HLA-A and -B: see LOCUS_LOGIT
MATCHED_DECOYS, FLAT_DECOYS = 20, 4  # for each ligand
FLAT_LENGTHS = range(8, 15)
LIGAND, MATCHED, FLAT = "ligand", "matched", "flat"


@dataclass(frozen=True, slots=True)
class Sample:
    """Peptides to be ranked by their best score over a sample's alleles."""

    name: str
    alleles: tuple[str, ...]
    table: pd.DataFrame
    """Columns peptide, n_flank, c_flank, kind; decoys before ligands, so that ties count against the predictor."""

    def figures_of(
        self, scores: NDArray[np.floating], decoys: str, per_ligand: int
    ) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
        """Scores of the ligands and of so many decoys of one kind for each; and which are ligands."""
        kind = self.table["kind"].to_numpy()
        ligands, others = np.flatnonzero(kind == LIGAND), np.flatnonzero(kind == decoys)
        others = others[np.arange(len(others)) % max(round(len(others) / len(ligands)), 1) < per_ligand]
        chosen = np.concatenate([others, ligands])
        return scores[chosen], np.arange(len(chosen)) >= len(others)


def with_decoys(
    ligands: Mapping[str, str], data: Data, windows: Windows, known: Collection[str], rng: np.random.Generator
) -> pd.DataFrame:
    """Ligands among decoys from their own proteins and lengths, and among decoys of even lengths from anywhere.

    Parameters
    ----------
    ligands
        Protein by peptide.
    windows
        Of the held-out proteins.
    known
        Peptides that can't be decoys: all known ligands.
    """
    rows = []
    lengths = np.asarray([len(peptide) for peptide in ligands], dtype=np.intp)
    proteins = np.asarray([windows.index[protein] for protein in ligands.values()], dtype=np.intp)
    matched = np.repeat(lengths, MATCHED_DECOYS)
    flat = rng.choice(np.asarray(FLAT_LENGTHS, dtype=np.intp), len(ligands) * FLAT_DECOYS)
    for kind, wanted, sources in ((MATCHED, matched, np.repeat(proteins, MATCHED_DECOYS)), (FLAT, flat, None)):
        places = windows.places(wanted, rng, sources)
        for place, length in zip(places.tolist(), wanted.tolist(), strict=True):
            peptide = windows.peptide(place, length)
            if peptide not in known:
                rows.append((peptide, *windows.flanks(place, length), kind))
    for (peptide, protein), row in zip(ligands.items(), proteins.tolist(), strict=True):
        place = int(windows.starts[row]) + data.proteome[protein].index(peptide)
        rows.append((peptide, *windows.flanks(place, len(peptide)), LIGAND))
    return pd.DataFrame(rows, columns=["peptide", "n_flank", "c_flank", "kind"])


def simulated(data: Data, part: Part, seed: int, only: Sequence[str] | None = None) -> list[Sample]:
    """Make samples of two alleles of each locus, with the mono-allelic ligands of held-out proteins.

    Parameters
    ----------
    only
        Alleles to choose from; all by default.
    """
    rng = np.random.default_rng(seed)
    ligands = of_part(data.ligands, part).dropna(subset=["protein"])
    counts = ligands["allele"].value_counts()
    counts = counts[counts >= MIN_LIGANDS].sort_index()
    known = {*data.ligands["peptide"], *data.lines["peptide"]}
    windows = data.windows(part)
    samples = []
    for number in range(1, SAMPLES + 1):
        alleles: list[str] = []
        for locus in "ABC":
            pool = [name for name in counts.index if name[4] == locus and (only is None or name in only)]
            chance = np.sqrt(counts[pool].to_numpy(dtype=np.float64))
            alleles += sorted(str(name) for name in rng.choice(pool, 2, replace=False, p=chance / chance.sum()))
        chosen: dict[str, str] = {}
        for allele in alleles:
            rows = ligands[ligands["allele"] == allele]
            most = MAX_LIGANDS if allele[4] != "C" else round(len(chosen) * HLA_C_SHARE / 2)
            picked = rows.iloc[rng.permutation(len(rows))[:most]]
            chosen.update(zip(picked["peptide"], picked["protein"], strict=True))
        samples.append(Sample(f"{number}", tuple(alleles), with_decoys(chosen, data, windows, known, rng)))
    return samples


def thinned(sample: Sample, per_ligand: int) -> Sample:
    """Keep so many decoys of each kind for each ligand: those that :meth:`Sample.figures_of` would choose."""
    rows = np.arange(len(sample.table), dtype=np.float64)
    kept = np.unique(np.concatenate([sample.figures_of(rows, kind, per_ligand)[0] for kind in (MATCHED, FLAT)]))
    return replace(sample, table=sample.table.iloc[kept.astype(np.intp)].reset_index(drop=True))


def clean(data: Data, part: Part, seed: int, pairs: pd.DataFrame) -> list[Sample]:
    """Make samples of all alleles of a mono-allelic set, each with every third ligand."""
    rng = np.random.default_rng(seed)
    ligands = of_part(data.ligands, part).dropna(subset=["protein"])
    ligands = ligands.merge(pairs.drop_duplicates(), on=["peptide", "allele"])
    ligands = ligands.drop_duplicates("peptide").reset_index(drop=True)
    alleles = tuple(sorted(set(ligands["allele"])))
    known = {*data.ligands["peptide"], *data.lines["peptide"]}
    windows = data.windows(part)
    samples = []
    for number in range(CLEAN_SAMPLES):
        rows = ligands[ligands.index % CLEAN_SAMPLES == number]
        chosen = dict(zip(rows["peptide"], rows["protein"], strict=True))
        samples.append(Sample(f"clean {number + 1}", alleles, with_decoys(chosen, data, windows, known, rng)))
    return samples


def cell_lines(data: Data, part: Part, seed: int) -> list[Sample]:
    """Ligands of the multi-allelic cell lines that are of held-out proteins, contaminants and all."""
    rng = np.random.default_rng(seed)
    known = {*data.ligands["peptide"], *data.lines["peptide"]}
    windows = data.windows(part)
    samples = []
    for line, (_, alleles) in LINES.items():
        rows = of_part(data.lines, part)
        rows = rows[rows["line"] == line].dropna(subset=["protein"])
        ligands = dict(zip(rows["peptide"], rows["protein"], strict=True))
        samples.append(Sample(line, alleles, with_decoys(ligands, data, windows, known, rng)))
    return samples
