"""Predictors under test: ours, and MHCflurry on a tiny model directory made through MHCflurry's own API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from neosieve.binding.embedded import EmbeddedPredictor
from neosieve.binding.mhcflurry import MhcflurryPredictor
from neosieve.resources import REFERENCE

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.binding.predictor import BindingPredictor

# Calibrated, and known to the tiny models without calibration.
TINY_GROOVES = {
    "HLA-A*02:01": "YFAMYGEKVAHTHVDTLYVRYHYYTWAVLAYTWY",
    "HLA-B*07:02": "YYSEYRNIYAQTDESNLYLSYDYYTWAERAYEWY",
    "HLA-A*01:01": "YFAMYQENMAHTDANTLYIIYRDYTWVARVYRGY",
    "HLA-B*08:01": "YDSEYRNIFTNTDESNLYLSYNYYTWAVDAYTWY",
    "HLA-C*07:02": "YDSGYREKYRQADVSNLYLRSDSYTLAALAYTWY",
}


@pytest.fixture(scope="session")
def embedded() -> EmbeddedPredictor:
    """Our shipped model."""
    return EmbeddedPredictor.load()


@pytest.fixture(scope="session")
def reference_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of the embedded model, to be spoilt; copy again before changing one."""
    root = tmp_path_factory.mktemp("reference")
    for folder in ("models/embedded", "hla"):
        (root / folder).mkdir(parents=True)
        for item in REFERENCE.joinpath(*folder.split("/")).iterdir():
            if item.is_file():
                (root / folder / item.name).write_bytes(item.read_bytes())
    return root


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with MHCflurry model directories: two networks of 8 units each.

    ``affinity`` and ``presentation`` have MHCflurry's released architecture, ``convolved`` another one.
    """
    from mhcflurry import (  # noqa: PLC0415 - imports torch
        Class1AffinityPredictor,
        Class1NeuralNetwork,
        Class1PresentationPredictor,
        Class1ProcessingPredictor,
    )
    from mhcflurry.allele_encoding import AlleleEncoding  # noqa: PLC0415
    from mhcflurry.class1_processing_neural_network import Class1ProcessingNeuralNetwork  # noqa: PLC0415
    from mhcflurry.flanking_encoding import FlankingEncoding  # noqa: PLC0415

    out = tmp_path_factory.mktemp("mhcflurry")
    chance = np.random.default_rng(0)
    letters = list("ACDEFGHIKLMNPQRSTVWY")
    peptides = ["".join(chance.choice(letters, chance.integers(8, 13))) for _ in range(64)]
    alleles = AlleleEncoding([*[*TINY_GROOVES][:2]] * 32, allele_to_sequence=TINY_GROOVES)
    ic50 = 10 ** chance.uniform(1, 4.5, len(peptides))
    networks = []
    for _ in range(2):
        network = Class1NeuralNetwork(
            layer_sizes=[8],
            locally_connected_layers=[],
            peptide_encoding={
                "vector_encoding_name": "BLOSUM62",
                "alignment_method": "left_pad_centered_right_pad",
                "max_length": 15,
            },
            peptide_allele_merge_method="concatenate",
            max_epochs=2,
            random_negative_rate=0.0,
            random_negative_constant=0,
        )
        network.fit(peptides, ic50, allele_encoding=alleles, verbose=0)
        networks.append(network)
    affinity = Class1AffinityPredictor(class1_pan_allele_models=networks, allele_to_sequence=TINY_GROOVES)
    affinity.calibrate_percentile_ranks(peptides=peptides, alleles=["HLA-A*02:01"])
    affinity.save(str(out / "affinity"))

    _, representations = networks[0].allele_encoding_to_network_input(alleles)
    others = []
    for _ in range(2):
        network = Class1NeuralNetwork(layer_sizes=[8], peptide_allele_merge_method="concatenate")
        shape = network.network_hyperparameter_defaults.subselect(network.hyperparameters)
        network._network = network.make_network(allele_representations=representations, **shape)
        others.append(network)
    convolved = Class1AffinityPredictor(class1_pan_allele_models=others, allele_to_sequence=TINY_GROOVES)
    convolved.calibrate_percentile_ranks(peptides=peptides, alleles=["HLA-A*02:01"])
    convolved.save(str(out / "convolved"))

    processing = []
    for flank in (5, 0):
        cleavage = Class1ProcessingNeuralNetwork(
            n_flank_length=flank,
            c_flank_length=flank,
            max_epochs=1,
            convolutional_filters=2,
            convolutional_kernel_size=3,
        )
        flanked = FlankingEncoding(peptides, ["AAAAA"] * len(peptides), ["GGGGG"] * len(peptides))
        cleavage.fit(flanked, np.resize([0.0, 1.0], len(peptides)), verbose=0)
        processing.append(Class1ProcessingPredictor([cleavage]))
    weights = {"intercept": [-2.0, -1.5], "affinity_score": [5.0, 5.0], "processing_score": [3.0, 2.0]}
    presentation = Class1PresentationPredictor(
        affinity, *processing, weights_dataframe=pd.DataFrame(weights, index=["with_flanks", "without_flanks"])
    )
    presentation.calibrate_percentile_ranks(np.linspace(0.01, 0.99, 1000))
    presentation.save(str(out / "presentation"))
    return out


@pytest.fixture(
    scope="session", params=["embedded", *(f"mhcflurry {one}" for one in ("affinity", "convolved", "presentation"))]
)
def predictor(request: pytest.FixtureRequest) -> BindingPredictor:
    """Each predictor in turn: what it must do is in ``test_predictor.py``."""
    if request.param == "embedded":
        chosen: BindingPredictor = request.getfixturevalue("embedded")
        return chosen
    tiny: Path = request.getfixturevalue("tiny_models")
    return MhcflurryPredictor.load(tiny / str(request.param).split()[-1])
