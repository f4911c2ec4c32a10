"""Build the embedded class I model, or print its figures.

``python -m reference.build.class1 build --proteome human.fasta.xz`` makes what ``reference/models`` and
``reference/hla`` hold; ``… evaluate …`` prints the figures of the model card from what is there.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import torch

from neosieve.binding.embedded import EmbeddedPredictor
from neosieve.binding.encoding import encode

from . import calibrate, fetch, package
from .curate import Curated, curate
from .evaluate import evaluate_affinities, evaluate_ligands
from .groove import pseudosequences
from .proteome import Windows, read_proteome
from .split import held_out
from .train import Recipe, examples, train_member

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = "1"
MEMBER_SEEDS = (1, 2)
SPLIT_SEED, CALIBRATION_SEED, EVALUATION_SEED = 11, 12, 13
HELD_OUT_FRACTION = 0.05
THREADS = 2  # fixed: the sums inside training depend on it, and so do the weights' last bits


@dataclass(frozen=True, slots=True)
class Data:
    """Everything read and curated, before any training."""

    groove: dict[str, str]
    curated: Curated
    windows: Windows
    held_out: frozenset[str]
    counts: dict[str, object]
    """What was read, dropped and kept, for the model card."""

    def part(self, table: pd.DataFrame, *, held_out: bool) -> pd.DataFrame:
        """Rows whose peptide is held out, or the others."""
        return table[table["peptide"].isin(list(self.held_out)) == held_out]


def gather(proteome_path: Path, cache: Path) -> Data:
    """Fetch, curate and split."""
    proteome = read_proteome(proteome_path)
    sequences = fetch.read_table(fetch.IMMUNOTYPE, fetch.HLA_SEQUENCES, cache)
    dropped: Counter[str] = Counter()
    groove = pseudosequences(zip(sequences["allele"], sequences["sequence"], strict=True), proteome, dropped)
    curated = curate(
        fetch.read_table(fetch.IMMUNOTYPE, fetch.LIGANDS, cache),
        fetch.read_table(fetch.MHCNUGGETS, fetch.AFFINITIES, cache),
        groove,
    )
    peptides = pd.concat([curated.ligands["peptide"], curated.affinities["peptide"]])
    out = held_out(peptides, HELD_OUT_FRACTION, SPLIT_SEED)
    wheels = {
        f"{wheel.name} {wheel.version}": {
            "licence": wheel.licence,
            "sha256": fetch.file_sha256(fetch.wheel_path(wheel, cache)),
        }
        for wheel in (fetch.IMMUNOTYPE, fetch.MHCNUGGETS)
    }
    alleles = {"read": len(sequences), **dropped, "kept": len(groove), "distinct": len(set(groove.values()))}
    counts: dict[str, object] = {
        "sources": {
            **wheels,
            "proteome": {"licence": "CC BY 4.0 (UniProt)", "sha256": fetch.file_sha256(proteome_path)},
        },
        "alleles": alleles,
        **curated.counts,
        "held_out_peptides": len(out),
        "distinct_peptides": int(peptides.nunique()),
    }
    return Data(groove, curated, Windows.of(proteome), out, counts)


def build(data: Data, out: Path, recipe: Recipe) -> None:
    """Train, calibrate and package."""
    ligands = data.part(data.curated.ligands, held_out=False)
    affinities = data.part(data.curated.affinities, held_out=False)
    names = sorted({*ligands["allele"], *affinities["allele"]})
    rows = examples(ligands, affinities, {name: index for index, name in enumerate(names)})
    groove_codes = encode([data.groove[name] for name in names])
    models = [train_member(rows, groove_codes, data.windows, recipe, seed) for seed in MEMBER_SEEDS]
    package.write_pseudosequences(out, data.groove)
    package.write_members(out, models)
    grooves = sorted(set(data.groove.values()))
    networks = [package.network(model) for model in models]
    calibrate.write_tables(out, networks, data.windows, grooves, CALIBRATION_SEED)
    settings = {**asdict(recipe), "member_seeds": MEMBER_SEEDS, "trained_alleles": len(names)}
    package.write_manifest(out, VERSION, calibrate.BACKGROUND, settings)


def evaluate(data: Data, out: Path) -> None:
    """Score the held-out part with the packaged model; print and keep the figures."""
    predictor = EmbeddedPredictor.load(out)
    ligands = data.part(data.curated.ligands, held_out=True)
    affinities = data.part(data.curated.affinities, held_out=True)
    metrics = {
        "identity": predictor.identity,
        "ligands": evaluate_ligands(predictor, ligands, data.windows, EVALUATION_SEED),
        "affinities": evaluate_affinities(predictor, affinities),
    }
    print(json.dumps(metrics, indent=2))
    write_json(out / "models/embedded/metrics.json", metrics)
    write_json(out / "models/embedded/curation.json", data.counts)


def write_json(path: Path, value: object) -> None:
    """Write indented JSON with a final newline."""
    path.write_text(json.dumps(value, indent=2) + "\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m reference.build.class1", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("task", choices=["build", "evaluate"], help="build ends with evaluate")
    parser.add_argument("--proteome", type=Path, required=True, help="human proteins, FASTA or FASTA.xz")
    parser.add_argument("--cache", type=Path, default=Path(".data"), help="where downloaded wheels lie [.data]")
    parser.add_argument("--out", type=Path, default=Path("reference"), help="the reference folder [reference]")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs, help="training epochs, for trials")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)  # else gradients of shared rows add up in any order
    data = gather(chosen.proteome, chosen.cache)
    print(json.dumps(data.counts, indent=2))
    if chosen.task == "build":
        build(data, chosen.out, replace(Recipe(), epochs=chosen.epochs))
    evaluate(data, chosen.out)


if __name__ == "__main__":
    main()
