"""Score (peptide, allele) pairs with MHCflurry and time it; the part of ``hcc1395.py`` that runs in its own process.

    python mhcflurry_pairs.py make-models PAIRS.csv MODELS
    python mhcflurry_pairs.py fastest PAIRS.csv MODELS TIMES.json

The models have MHCflurry's own pan-allele architecture and random weights: what they predict is meaningless, how long
they take is not.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

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
        case ["fastest", pairs, models, times]:
            fastest(Path(pairs), Path(models), Path(times))
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


def fastest(pairs: Path, models: Path, times: Path) -> None:
    """Predict all peptides with all alleles, by the path that shares a peptide's work between them; write seconds."""
    start = time.perf_counter()
    from mhcflurry import Class1AffinityPredictor  # noqa: PLC0415 - its import is a part of what is timed

    predictor = Class1AffinityPredictor.load(str(models))
    loaded, cpu = time.perf_counter(), time.process_time()
    peptides, alleles = _read(pairs)
    found = predictor.predict_cartesian_pan_allele(sorted(set(peptides)), sorted(set(alleles)))
    if found is None:
        sys.exit(f"{models}: not one merged pan-allele model, so MHCflurry has no fast path for it")
    numbers = {
        "load_s": loaded - start,
        "predict_s": time.perf_counter() - loaded,
        "predict_cpu_s": time.process_time() - cpu,
    }
    times.write_text(json.dumps(numbers), encoding="utf-8")


def _read(pairs: Path) -> tuple[list[str], list[str]]:
    """Peptides and alleles, line by line."""
    rows = [line.split(",") for line in pairs.read_text(encoding="utf-8").splitlines()[1:]]
    return [peptide for peptide, _ in rows], [allele for _, allele in rows]


if __name__ == "__main__":
    main()
