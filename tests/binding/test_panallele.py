"""Our forward pass of MHCflurry's networks: its answers, the same bits however batched, and only of what it can do."""

from __future__ import annotations

import copy
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from neosieve.binding.panallele import ensemble_of
from tests.benchmarks.mhcflurry_pairs import ARCHITECTURE
from tests.binding.conftest import TINY_GROOVES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from neosieve.binding.ensemble import Ensemble

ALLELES = sorted(TINY_GROOVES)
SKIPPING = "with-skip-connections"


def random_peptides(lengths: Sequence[int], each: int, seed: int = 0) -> list[str]:
    """Distinct peptides of these lengths."""
    chance = np.random.default_rng(seed)
    letters = list("ACDEFGHIKLMNPQRSTVWY")
    return sorted({"".join(chance.choice(letters, length)) for length in lengths for _ in range(each)})


def random_models(other: dict[str, object], members: int = 3) -> Any:  # noqa: ANN401 - mhcflurry is untyped
    """Make an affinity predictor of MHCflurry's released architecture, or another one, with random weights."""
    import torch  # noqa: PLC0415 - takes seconds
    from mhcflurry import Class1AffinityPredictor, Class1NeuralNetwork  # noqa: PLC0415
    from mhcflurry.allele_encoding import AlleleEncoding  # noqa: PLC0415

    torch.manual_seed(1)
    predictor = Class1AffinityPredictor(allele_to_sequence=TINY_GROOVES)
    alleles = AlleleEncoding(ALLELES, allele_to_sequence=TINY_GROOVES)
    for _ in range(members):
        model = Class1NeuralNetwork(**{**ARCHITECTURE, **other})
        _, representations = model.allele_encoding_to_network_input(alleles)
        shape = model.network_hyperparameter_defaults.subselect(model.hyperparameters)
        network = model.make_network(allele_representations=representations, **shape)
        with torch.no_grad():
            for bias in (one for one in network.parameters() if one.dim() == 1):  # they start at zero
                bias.copy_(0.1 * torch.randn_like(bias))
        model._network = network
        predictor.add_pan_allele_model(model)
    return predictor


def in_double_precision(predictor: Any, peptides: Sequence[str], allele: str) -> NDArray[np.float64]:  # noqa: ANN401
    """Let MHCflurry's own networks work in double precision; logarithm of IC50, shape (members, peptides)."""
    import torch  # noqa: PLC0415
    from mhcflurry.allele_encoding import AlleleEncoding  # noqa: PLC0415

    alone = AlleleEncoding([allele] * len(peptides), borrow_from=predictor.master_allele_encoding)
    outputs = []
    for model in predictor.class1_pan_allele_models:
        indices, representations = model.allele_encoding_to_network_input(alone)
        model.set_allele_representations(representations)
        network = copy.deepcopy(model.network()).double().eval()
        inputs = {
            "peptide": torch.from_numpy(model.peptides_to_network_input(peptides).copy()),
            "allele": torch.from_numpy(np.array(indices)),
        }
        with torch.no_grad():
            outputs.append(network(inputs).numpy())
    logs: NDArray[np.float64] = (1 - np.concatenate(outputs, axis=1).T) * np.log(50_000)
    return logs


def logs_of(ensemble: Ensemble, peptides: Sequence[str], alleles: Sequence[str]) -> NDArray[np.float64]:
    """Logarithms of IC50 of every peptide with every allele, shape (members, peptides, alleles)."""
    peptide, allele = np.indices((len(peptides), len(alleles))).reshape(2, -1)
    return ensemble.log_ic50(peptides, alleles, peptide, allele).reshape(-1, len(peptides), len(alleles))


@pytest.mark.parametrize("merged", [False, True], ids=["apart", "merged"])
@pytest.mark.parametrize(
    "other",
    [
        pytest.param({}, id="512,256"),
        pytest.param({"layer_sizes": [1024, 1024]}, id="1024,1024"),
        pytest.param({"layer_sizes": [8]}, id="one layer"),
        pytest.param({"layer_sizes": [256, 512], "topology": SKIPPING}, id="256,512 skipping"),
        pytest.param({"layer_sizes": [256, 512, 512], "topology": SKIPPING}, id="256,512,512 skipping"),
        pytest.param({"layer_sizes": [32, 24, 16, 8], "topology": SKIPPING}, id="four layers skipping"),
        pytest.param({"layer_sizes": [64, 32], "activation": "relu"}, id="relu"),
        pytest.param(
            {
                "layer_sizes": [64, 32],
                "peptide_encoding": {
                    "vector_encoding_name": "BLOSUM62",
                    "alignment_method": "pad_middle",
                    "left_edge": 4,
                    "right_edge": 4,
                    "max_length": 15,
                },
            },
            id="padded in the middle",
        ),
    ],
)
def test_answers_are_mhcflurrys(other: dict[str, object], *, merged: bool) -> None:
    """Each member is within single precision of its network run in double precision, and the mean of MHCflurry's mean.

    An IC50 is 50000 to the power of a single-precision number: MHCflurry's own values are 2e-6 of themselves (4e-6 for
    a member) off those of double precision.
    """
    predictor = random_models(other)
    if merged:
        assert predictor.optimize()
    ensemble = ensemble_of(predictor, ALLELES[0])
    assert ensemble is not None
    peptides = random_peptides(range(8, 16), 20)
    found = logs_of(ensemble, peptides, ALLELES[:2])
    for column, allele in enumerate(ALLELES[:2]):
        exact = in_double_precision(predictor, peptides, allele)
        assert np.ptp(exact, axis=1).min() > 0.5  # a test of something: IC50 differ
        np.testing.assert_allclose(np.exp(found[:, :, column]), np.exp(exact), rtol=8e-6)
        theirs = predictor.predict(peptides, allele=allele)
        np.testing.assert_allclose(np.exp(found[:, :, column].mean(axis=0)), theirs, rtol=5e-6)


@pytest.mark.parametrize(
    "other",
    [
        {"locally_connected_layers": [{"filters": 8, "activation": "tanh", "kernel_size": 3}]},
        {"peptide_dense_layer_sizes": [16]},
        {"allele_dense_layer_sizes": [16]},
        {
            "peptide_dense_layer_sizes": [16],
            "allele_dense_layer_sizes": [16],
            "peptide_allele_merge_method": "multiply",
        },
        {"peptide_allele_merge_activation": "tanh"},
        {"batch_normalization": True},
        {"normalization": "layer"},
        {"activation": "gelu"},
        {"output_activation": "tanh"},
        {"num_outputs": 2},
    ],
    ids=str,
)
def test_other_architectures_are_left_to_mhcflurry(other: dict[str, object]) -> None:
    """What our forward pass doesn't do, it doesn't take."""
    assert ensemble_of(random_models({"layer_sizes": [8], **other}), ALLELES[0]) is None


def test_allele_specific_networks_are_left_to_mhcflurry() -> None:
    """Their answers count, too, where there are any."""
    predictor = random_models({"layer_sizes": [8]})
    assert ensemble_of(predictor, ALLELES[0]) is not None
    predictor.allele_to_allele_specific_models[ALLELES[0]] = [predictor.class1_pan_allele_models[0]]
    assert ensemble_of(predictor, ALLELES[0]) is None


def test_networks_that_would_give_another_answer_are_left_to_mhcflurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A MHCflurry whose networks do what we can't see is found out by its answers."""
    predictor = random_models({"layer_sizes": [8]})
    predict = predictor.predict
    monkeypatch.setattr(predictor, "predict", lambda *args, **named: predict(*args, **named) * 1.001)
    assert ensemble_of(predictor, ALLELES[0]) is None


@pytest.mark.parametrize(
    "other", [{}, {"layer_sizes": [8, 8]}, {"layer_sizes": [50, 30, 20], "topology": SKIPPING}], ids=str
)
def test_bits_depend_on_nothing_else_asked(other: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Unrounded values: of some pairs, in any order, or of all peptides and alleles, on any number of threads."""
    ensemble = ensemble_of(random_models(other), ALLELES[0])
    assert ensemble is not None
    peptides = random_peptides(range(8, 12), 200)
    whole = logs_of(ensemble, peptides, ALLELES)
    monkeypatch.setitem(os.environ, "OMP_NUM_THREADS", "3")
    chance = np.random.default_rng(2)
    for n in (1, 2, 17, 300, 700):
        rows, columns = chance.permutation(len(peptides))[:n], chance.permutation(len(ALLELES))[: 1 + n % 5]
        chosen = chance.random((n, len(columns))) < 0.7
        chosen[0, 0] = True
        peptide, allele = np.nonzero(chosen)
        order = chance.permutation(len(peptide))
        some, by = [peptides[row] for row in rows], [ALLELES[column] for column in columns]
        found = ensemble.log_ic50(some, by, peptide[order], allele[order])
        assert np.array_equal(found, whole[:, rows[peptide[order]], columns[allele[order]]])


def test_numerics_name_linear_algebra_and_processor(tiny_models: Path) -> None:
    """What our own forward pass depends on is told where it is used, and only there."""
    import torch  # noqa: PLC0415

    from neosieve.binding.mhcflurry import MhcflurryPredictor  # noqa: PLC0415

    ours, theirs = (MhcflurryPredictor.load(tiny_models / name).numerics for name in ("affinity", "convolved"))
    assert ours.startswith(f"torch {torch.__version__} ")
    assert theirs.startswith(f"torch {torch.__version__} ")
    assert ours.startswith(theirs)
    assert len(ours) > len(theirs)
