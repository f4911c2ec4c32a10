"""Score the model card's samples with MHCnuggets, for the row beside ours.

MHCnuggets needs Keras 2, so it lives in an environment of its own, with the Keras 2 that TensorFlow still publishes:

    python3.11 -m venv nuggets && nuggets/bin/pip install tensorflow-cpu tf_keras mhcnuggets==2.4.1
    .venv/bin/python -m tests.benchmarks.mhcnuggets nuggets/bin/python --proteome human_swissprot.fasta.xz

It first asks for two well-known epitopes of HLA-A*02:01, then prints AUC and PPV at the number of ligands for the same
samples of the test part, four decoys for each ligand and best-over-alleles rule as ``reference.build.class1 evaluate``.
Run on demand; nothing is asserted.
"""
# ruff: noqa: T201 - a script: it prints what it measured

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from reference.build.class1 import benchmark
from reference.build.class1.data import gather
from reference.build.class1.evaluate import SEEDS, TABLES, sample_figures
from reference.build.class1.split import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from numpy.typing import NDArray
    from reference.build.class1.benchmark import Sample

EPITOPES = ("GILGFVFTL", "NLVPMVATV")  # influenza M1 58-66, CMV pp65 495-503: strong binders of HLA-A*02:01
FEW = 4  # decoys for each ligand: its networks are slow
MODELS = {"MHCnuggets": "default", "MHCnuggets, affinity models": "ba"}
# Runs in MHCnuggets' environment, in a folder of <allele>.txt files. Keras 2 takes the place of Keras 3; a model that
# is asked for in vain falls back to MHCnuggets' own closest allele, whose name is written beside the answers.
WORKER = """
import importlib, json, pathlib, sys
import tensorflow as tf
import tf_keras
tf.config.threading.set_intra_op_parallelism_threads(2)
sys.modules["keras"] = tf_keras
for name in ("models", "layers", "optimizers", "backend", "metrics"):
    sys.modules["keras." + name] = importlib.import_module("tf_keras." + name)
from mhcnuggets.src import predict
def in_blocks(peptides, model, *rest):
    scores = model.predict(peptides, batch_size=4096, verbose=0)  # the same numbers as in batches of 500, sooner
    return [0 if score < 0 else score for score in scores], None
predict.get_predictions = in_blocks
closest = {}
for path in sorted(pathlib.Path().glob("*.txt")):
    closest[path.stem] = predict.closest_mhcI(path.stem, "data/production/examples_per_allele.pkl")
    for kind in sys.argv[1:]:
        predict.predict("I", str(path), path.stem, output=f"{path.stem}.{kind}.csv", ba_models=kind == "ba")
pathlib.Path("closest.json").write_text(json.dumps(closest))
"""


def ask(python: Path, peptides: Mapping[str, Collection[str]]) -> dict[str, dict[str, dict[str, float]]]:
    """IC50 in nM by kind of model, allele and peptide."""
    with tempfile.TemporaryDirectory() as folder:
        for allele, wanted in peptides.items():
            Path(folder, f"{_their_name(allele)}.txt").write_text("\n".join(sorted(wanted)) + "\n", encoding="utf-8")
        command = [str(python), "-c", WORKER, *MODELS.values()]
        environment = {**os.environ, "TF_USE_LEGACY_KERAS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"MHCnuggets failed:\n{done.stderr[-2000:]}")
        closest = json.loads(Path(folder, "closest.json").read_text())
        other = {name: found for name, found in closest.items() if name != found}
        print(f"alleles asked for: {len(closest)}; answered by another allele's model: {other or 'none'}")
        return {
            kind: {allele: _read(Path(folder, f"{_their_name(allele)}.{kind}.csv")) for allele in peptides}
            for kind in MODELS.values()
        }


def _their_name(allele: str) -> str:
    return allele.replace("*", "")


def _read(path: Path) -> dict[str, float]:
    with path.open() as handle:
        return {row["peptide"]: float(row["ic50"]) for row in csv.DictReader(handle)}


def main() -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("python", type=Path, help="the Python of an environment with MHCnuggets and tf_keras")
    parser.add_argument("--proteome", type=Path, required=True, help="human proteins, FASTA or FASTA.xz")
    parser.add_argument("--cache", type=Path, default=Path(".data"), help="where the wheels lie [.data]")
    options = parser.parse_args()
    python = options.python.absolute()
    for kind, found in ask(python, {"HLA-A*02:01": EPITOPES}).items():
        print(f"HLA-A*02:01, {kind} models, nM: {found['HLA-A*02:01']}")

    data = gather(options.proteome, options.cache)
    makers: dict[str, Callable[..., list[Sample]]]
    makers = {"simulated_test": benchmark.simulated, "cell_lines_test": benchmark.cell_lines}
    made = {
        name: [benchmark.thinned(sample, FEW) for sample in make(data, Part.TEST, SEEDS[Part.TEST])]
        for name, make in makers.items()
    }
    wanted: dict[str, set[str]] = {}
    for sample in (sample for samples in made.values() for sample in samples):
        for allele in sample.alleles:
            wanted.setdefault(allele, set()).update(sample.table["peptide"])
    started = time.monotonic()
    answers = ask(python, wanted)
    print(f"{sum(map(len, wanted.values())):,} pairs, two models each, {time.monotonic() - started:.0f} s")

    def best(sample: Sample, kind: str) -> NDArray[np.float64]:
        rows = [[answers[kind][allele][peptide] for peptide in sample.table["peptide"]] for allele in sample.alleles]
        scores: NDArray[np.float64] = -np.min(rows, axis=0)
        return scores

    scorers = {name: lambda sample, kind=kind: best(sample, kind) for name, kind in MODELS.items()}
    tables = [table for table in TABLES if table[2] == FEW]
    print(json.dumps({name: sample_figures(samples, scorers, tables) for name, samples in made.items()}, indent=2))


if __name__ == "__main__":
    main()
