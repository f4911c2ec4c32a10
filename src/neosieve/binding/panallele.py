"""From the networks that MHCflurry loads to our own forward pass: :mod:`neosieve.binding.ensemble`.

It takes pan-allele networks as MHCflurry 2 releases them: peptide and allele encodings side by side, fully connected
layers, each behind the one before, or with connections that skip one. Whatever else there is stays with MHCflurry.
Beyond MHCflurry's documented interface this leans on its torch modules: see :data:`_READ`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neosieve.binding.encoding import AMINO_ACIDS
from neosieve.binding.ensemble import ACTIVATIONS, Encoding, Ensemble, Layer, Member

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SKIPPING = "with-skip-connections"
_TOPOLOGIES = ("feedforward", SKIPPING)
_SQUEEZED = {"sigmoid": True, "linear": False, "": False}
_PROBES = 4  # peptides of some lengths that must get MHCflurry's own answer …
_TOLERANCE = 1e-4  # … within this of the IC50: single precision is off by 1e-6, a layer misread by much more
_READ = (  # of MHCflurry's Class1NeuralNetworkModel
    *("peptide_embedding_table", "lc_layers", "peptide_dense_layers", "batch_norm_early", "layer_norm_early"),
    *("allele_embedding", "allele_dense_layers", "peptide_allele_merge_method", "merge_activation", "topology"),
    *("dense_layers", "batch_norms", "layer_norms", "activation_name"),
    *("output_layer", "output_activation_name", "num_outputs"),
)


def ensemble_of(affinity: Any, allele: str) -> Ensemble | None:  # noqa: ANN401 - mhcflurry is untyped
    """Make an ensemble of a ``Class1AffinityPredictor``'s networks.

    Parameters
    ----------
    allele
        One that it supports, to compare answers.

    Returns
    -------
    None if there is a network among them that :class:`Ensemble` doesn't do, or it gives another answer.
    """
    models = affinity.class1_pan_allele_models
    if not models or affinity.allele_to_allele_specific_models:
        return None
    networks = [network for model in models for network in _parts(model.network())]
    if not all(map(_is_plain, networks)):
        return None
    vectors = _array(networks[0].peptide_embedding_table)
    shared = ("peptide_encoding", "allele_amino_acid_encoding")
    encodings = [[model.hyperparameters.get(name) for name in shared] for model in models]
    if any(one != encodings[0] or None in one for one in encodings):
        return None
    if not all(np.array_equal(vectors, _array(network.peptide_embedding_table)) for network in networks):
        return None
    if len({len(sequence) for sequence in affinity.allele_to_sequence.values()}) != 1:
        return None  # MHCflurry pads sequences to the longest of those that it encodes together

    def encoded(peptides: Sequence[str]) -> NDArray[np.float32]:
        rows: NDArray[np.float32] = vectors[models[0].peptides_to_network_input(peptides)]
        return rows.reshape(len(peptides), -1)

    def encoding(length: int) -> Encoding:
        first = AMINO_ACIDS[0]
        base = encoded([first * length])[0]
        each = [first * at + letter + first * (length - at - 1) for at in range(length) for letter in AMINO_ACIDS]
        return Encoding(base, encoded(each) - base)

    def grooves(names: Sequence[str]) -> list[NDArray[np.float32]]:
        from mhcflurry.allele_encoding import AlleleEncoding  # noqa: PLC0415 - torch is slow

        canonical = [affinity.canonicalize_allele_name(name) for name in names]
        # As predict_to_dataframe does: no other allele's sequence is encoded.
        alone = AlleleEncoding(canonical, borrow_from=affinity.master_allele_encoding).compact()
        rows, known = models[0].allele_encoding_to_network_input(alone)
        return [known[row].reshape(-1).astype(np.float32) for row in rows]

    inputs = encoded([AMINO_ACIDS[0] * affinity.supported_peptide_lengths[0]]).shape[1]
    ensemble = Ensemble([_member(network, inputs) for network in networks], encoding, grooves)
    return ensemble if _agrees(ensemble, affinity, allele) else None


def _parts(network: Any) -> list[Any]:  # noqa: ANN401
    """Networks that MHCflurry merged into one; itself if it isn't merged."""
    merged = hasattr(network, "networks") and getattr(network, "merge_method", None) == "concatenate"
    return list(network.networks) if merged else [network]


def _is_plain(network: Any) -> bool:  # noqa: ANN401
    """Tell whether a network is one that :class:`Member` can stand for."""
    if not all(hasattr(network, name) for name in _READ):
        return False
    bare = (network.lc_layers, network.peptide_dense_layers, network.allele_dense_layers)
    none = (network.batch_norm_early, network.layer_norm_early, network.merge_activation)
    return (
        not any(map(len, bare))
        and all(one is None for one in (*none, *network.batch_norms, *network.layer_norms))
        and network.allele_embedding is not None
        and network.peptide_allele_merge_method == "concatenate"
        and network.topology in _TOPOLOGIES
        and len(network.dense_layers) > 0
        and network.activation_name in ACTIVATIONS
        and network.output_activation_name in _SQUEEZED
        and network.num_outputs == 1
    )


def _member(network: Any, inputs: int) -> Member:  # noqa: ANN401
    """Read a network's weights.

    Parameters
    ----------
    inputs
        Numbers that encode a peptide; those after them encode the allele.
    """
    skipping = network.topology == SKIPPING
    directly: list[NDArray[np.float32]] = []
    biases: list[NDArray[np.float32]] = []
    layers: list[Layer] = []
    merged = network.dense_layers[0].in_features
    for index, dense in enumerate(network.dense_layers):
        weights, bias = _array(dense.weight).T, _array(dense.bias)
        if index == 0:
            sources: tuple[tuple[int, NDArray[np.float32]], ...] = ()
        elif not skipping:
            sources = ((index - 1, weights),)
        elif index == 1:
            sources = ((0, weights[merged:]),)
        else:
            before = network.dense_layers[index - 2].out_features
            sources = ((index - 2, weights[:before]), (index - 1, weights[before:]))
        entry = None
        if index == 0 or (skipping and index == 1):
            start = sum(map(len, biases))
            entry = slice(start, start + len(bias))
            directly.append(weights[:merged])
            biases.append(bias)
        layers.append(
            Layer(tuple((source, np.ascontiguousarray(some)) for source, some in sources), entry, bias),
        )
    reached = np.concatenate(directly, axis=1)
    return Member(
        peptide_weights=np.ascontiguousarray(reached[:inputs]),
        allele_weights=np.ascontiguousarray(reached[inputs:]),
        entry_bias=np.concatenate(biases),
        layers=tuple(layers),
        activation=network.activation_name,
        output_weights=_array(network.output_layer.weight)[0].copy(),
        output_bias=float(_array(network.output_layer.bias)[0]),
        sigmoid=_SQUEEZED[network.output_activation_name],
    )


def _agrees(ensemble: Ensemble, affinity: Any, allele: str) -> bool:  # noqa: ANN401
    """Tell whether MHCflurry gives the same answers for some peptides: another version may do what we can't see."""
    shortest, longest = affinity.supported_peptide_lengths
    letters = AMINO_ACIDS * (2 + longest // len(AMINO_ACIDS))
    peptides = [
        letters[first : first + length]
        for length in sorted({shortest, (shortest + longest) // 2, longest})
        for first in range(0, len(AMINO_ACIDS), len(AMINO_ACIDS) // _PROBES)
    ]
    theirs = affinity.predict(peptides, allele=allele)
    rows = np.arange(len(peptides))
    ours = np.exp(ensemble.log_ic50(peptides, [allele], rows, np.zeros_like(rows)).mean(axis=0))
    return bool(np.allclose(ours, theirs, rtol=_TOLERANCE, atol=0))


def _array(tensor: Any) -> NDArray[np.float32]:  # noqa: ANN401
    array: NDArray[np.float32] = tensor.detach().cpu().numpy()
    return array
