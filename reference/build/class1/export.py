"""The affinity head in MHCflurry's format: MHCflurry's own API runs it, an independent test of our inference."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import torch
from mhcflurry import Class1AffinityPredictor, Class1NeuralNetwork
from mhcflurry.allele_encoding import AlleleEncoding
from mhcflurry.amino_acid import get_vector_encoding_df

from neosieve.binding import store
from neosieve.binding.encoding import ALIGNMENTS, AMINO_ACIDS, N_SYMBOLS, SLOTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from numpy.typing import NDArray

    from neosieve.binding.network import Network

EMPTY = "X"  # MHCflurry's letter for an empty slot

log = logging.getLogger(__name__)


def encoding_matrix() -> NDArray[np.float64]:
    """MHCflurry's BLOSUM62 vectors of our 21 symbols, shape (21 symbols, 21 features); invertible."""
    table = get_vector_encoding_df("BLOSUM62")
    rows: NDArray[np.float64] = table.loc[[*AMINO_ACIDS, EMPTY]].to_numpy(dtype=np.float64)
    return rows


def first_layer(network: Network) -> NDArray[np.float64]:
    """Weights that turn MHCflurry's vectors into what our tables hold, shape (units, peptide and allele features).

    Our first layer is a table: what each symbol in each slot adds. With the symbols' vectors as the rows of an
    invertible matrix E, a slot's weights W solve E W = table.
    """
    units = network.first_bias.size
    scale = np.ldexp(1.0, -network.first_exponent)
    peptide = network.peptide_table.reshape(len(ALIGNMENTS) * SLOTS, N_SYMBOLS, units) * scale
    # No pseudosequence has an empty slot; any value would do.
    allele = np.pad(network.allele_table * scale, ((0, 0), (0, 1), (0, 0)))
    inverse = np.linalg.inv(encoding_matrix())
    return np.concatenate([inverse @ peptide, inverse @ allele]).reshape(-1, units).T


def weights(network: Network) -> dict[str, NDArray[np.float64]]:
    """Weights of the affinity head and what lies below it, by MHCflurry's parameter names."""
    bias_scale = np.ldexp(1.0, -network.first_exponent)
    second_scale = np.ldexp(1.0, -network.second_exponent)
    return {
        "dense_layers.0.weight": first_layer(network),
        "dense_layers.0.bias": network.first_bias * bias_scale,
        "dense_layers.1.weight": network.second_weights.T * second_scale,
        "dense_layers.1.bias": network.second_bias * bias_scale * second_scale,
        "output_layer.weight": network.head_weights[:, :1].T * np.ldexp(1.0, -network.head_exponent),
        "output_layer.bias": network.head_bias[:1],
    }


def neural_network(network: Network, groove: Mapping[str, str]) -> Class1NeuralNetwork:
    """Build MHCflurry's form of one member."""
    hyperparameters = {
        "peptide_encoding": {
            "vector_encoding_name": "BLOSUM62",
            "alignment_method": "left_pad_centered_right_pad",
            "max_length": SLOTS,
        },
        "allele_amino_acid_encoding": "BLOSUM62",
        "peptide_allele_merge_method": "concatenate",
        "layer_sizes": [network.first_bias.size, network.second_bias.size],
        "locally_connected_layers": [],
        "activation": "relu",
        "output_activation": "sigmoid",
        "dense_layer_l1_regularization": 0.0,
    }
    result = Class1NeuralNetwork(**hyperparameters)
    alleles = AlleleEncoding(sorted(groove), allele_to_sequence=dict(groove))
    _, representations = result.allele_encoding_to_network_input(alleles)
    architecture = result.network_hyperparameter_defaults.subselect(result.hyperparameters)
    module = result.make_network(allele_representations=representations, **architecture)
    parameters = dict(module.named_parameters())
    with torch.no_grad():
        for name, values in weights(network).items():
            parameters[name].copy_(torch.from_numpy(np.ascontiguousarray(values)))
    result._network = module  # noqa: SLF001 - MHCflurry's own fit() sets it so
    result.update_network_description()
    return result


def export(reference: Traversable, out: Path) -> None:
    """Write the shipped model's affinity head as a model directory for ``Class1AffinityPredictor.load``.

    Raises
    ------
    ModelError
        A file of the shipped model is missing or corrupted.
    """
    model = store.load(reference)
    predictor = Class1AffinityPredictor(
        class1_pan_allele_models=[neural_network(member, model.groove) for member in model.members],
        allele_to_sequence=dict(model.groove),
    )
    predictor.save(str(out))
