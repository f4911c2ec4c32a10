"""Score (peptide, allele) pairs with MHCflurry and time it; the part of ``hcc1395.py`` that runs in its own process.

    python mhcflurry_pairs.py make-models PAIRS.tsv MODELS
    python mhcflurry_pairs.py score PAIRS.tsv MODELS TIMES.json RUNS

The models have MHCflurry's own pan-allele architecture and random weights: what they predict is meaningless, how long
they take is not.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from statistics import median

NETWORKS = 8
PSEUDOSEQUENCE_LENGTH = 37  # as in MHCflurry 2's released allele_sequences.csv
AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
ARCHITECTURE: dict[str, object] = {
    # MHCflurry's downloads-generation/models_class1_pan/generate_hyperparameters.py, with the smallest layers of its
    # grid, so that the time is a lower bound for a released ensemble of as many networks.
    "activation": "tanh",
    "allele_dense_layer_sizes": [],
    "batch_normalization": False,
    "data_dependent_initialization_method": None,
    "dense_layer_l1_regularization": 0.0,
    "dense_layer_l2_regularization": 0.0,
    "dropout_probability": 0.5,
    "init": "glorot_uniform",
    "layer_sizes": [512, 256],
    "locally_connected_layers": [],
    "output_activation": "sigmoid",
    "peptide_allele_merge_activation": "",
    "peptide_allele_merge_method": "concatenate",
    "peptide_dense_layer_sizes": [],
    "peptide_encoding": {
        "alignment_method": "left_pad_centered_right_pad",
        "max_length": 15,
        "vector_encoding_name": "BLOSUM62",
    },
}


def main() -> None:
    """Run the step that the first argument names."""
    match sys.argv[1:]:
        case ["make-models", pairs, models]:
            make_models(Path(pairs), Path(models))
        case ["score", pairs, models, times, runs]:
            score(Path(pairs), Path(models), Path(times), int(runs))
        case _:
            sys.exit(__doc__)


def make_models(pairs: Path, models: Path) -> None:
    """Save an ensemble of untrained networks for the alleles of the pairs, through MHCflurry's API."""
    from mhcflurry import Class1AffinityPredictor, Class1NeuralNetwork  # noqa: PLC0415 - torch takes seconds
    from mhcflurry.allele_encoding import AlleleEncoding  # noqa: PLC0415

    generator = random.Random(0)  # noqa: S311 - a reproducible filler, no secret
    _, alleles = _read(pairs)
    sequences = {
        allele: "".join(generator.choices(AMINO_ACIDS, k=PSEUDOSEQUENCE_LENGTH)) for allele in sorted(set(alleles))
    }
    predictor = Class1AffinityPredictor(allele_to_sequence=sequences)
    encoding = AlleleEncoding(list(sequences), allele_to_sequence=sequences)
    for _ in range(NETWORKS):
        model = Class1NeuralNetwork(**ARCHITECTURE)
        _, representations = model.allele_encoding_to_network_input(encoding)
        # As fit() does before its first epoch.
        model._network = model.make_network(
            allele_representations=representations,
            **model.network_hyperparameter_defaults.subselect(model.hyperparameters),
        )
        predictor.add_pan_allele_model(model)
    predictor.save(str(models))


def score(pairs: Path, models: Path, times: Path, runs: int) -> None:
    """Load once, predict ``1 + runs`` times, write the seconds of each part."""
    peptides, alleles = _read(pairs)
    start = time.perf_counter()
    from mhcflurry import Class1AffinityPredictor  # noqa: PLC0415 - its import is a part of what is timed

    imported = time.perf_counter()
    predictor = Class1AffinityPredictor.load(str(models))
    loaded = time.perf_counter()
    predictor.predict(peptides=peptides, alleles=alleles)
    first = time.perf_counter()
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        predictor.predict(peptides=peptides, alleles=alleles)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    numbers = {
        "networks": NETWORKS,
        "import_s": imported - start,
        "load_s": loaded - imported,
        "first_predict_s": first - loaded,
        "predict_s": median(walls),
        "predict_cpu_s": median(cpus),
    }
    times.write_text(json.dumps(numbers), encoding="utf-8")


def _read(pairs: Path) -> tuple[list[str], list[str]]:
    """Peptides and alleles, line by line."""
    rows = [line.split("\t") for line in pairs.read_text(encoding="utf-8").splitlines()]
    return [peptide for peptide, _ in rows], [allele for _, allele in rows]


if __name__ == "__main__":
    main()
