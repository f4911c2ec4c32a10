"""The embedded model: known biology, an independent forward pass, and files that may be spoilt."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from math import exp, ldexp, log
from typing import TYPE_CHECKING

import numpy as np
import pytest

from neosieve.binding import store
from neosieve.binding.embedded import EmbeddedPredictor
from neosieve.binding.encoding import AMINO_ACIDS, encode
from neosieve.binding.rounding import round_significant
from neosieve.errors import ModelError
from neosieve.model.mhc import Allele, Query
from neosieve.resources import REFERENCE

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.binding.network import Network


@pytest.mark.parametrize(
    ("peptide", "allele"),
    [
        ("NLVPMVATV", "HLA-A*02:01"),  # cytomegalovirus pp65 495-503
        ("GILGFVFTL", "HLA-A*02:01"),  # influenza A matrix 58-66
        ("KRWIILGLNK", "HLA-B*27:05"),  # HIV-1 gag 263-272
        ("RPHERNGFTVL", "HLA-B*07:02"),  # cytomegalovirus pp65 265-275
        ("FLRGRAYGL", "HLA-B*08:01"),  # Epstein-Barr virus EBNA3A 193-201
        ("VTEHDTLLY", "HLA-A*01:01"),  # cytomegalovirus pp50 245-253
        ("QYDPVAALF", "HLA-A*24:02"),  # cytomegalovirus pp65 341-349
    ],
)
def test_a_famous_epitope_ranks_among_the_best_percent(embedded: EmbeddedPredictor, peptide: str, allele: str) -> None:
    """Textbook epitopes rank within the best 1 % of natural peptides by both scores, and bind under 500 nM."""
    answer = embedded.predict([Query(peptide, Allele(allele))])[0]
    assert answer.affinity_nM < 500
    assert answer.affinity_percentile is not None
    assert answer.affinity_percentile < 1
    assert answer.presentation_percentile is not None
    assert answer.presentation_percentile < 1


@pytest.mark.parametrize("allele", ["HLA-A*02:01", "HLA-A*24:02", "HLA-B*07:02"])
def test_a_charged_peptide_without_anchors_ranks_nowhere(embedded: EmbeddedPredictor, allele: str) -> None:
    """KKDEEKKDE has no residue that these pockets take."""
    answer = embedded.predict([Query("KKDEEKKDE", Allele(allele))])[0]
    assert answer.affinity_nM > 5_000
    assert answer.affinity_percentile is not None
    assert answer.affinity_percentile > 10
    assert answer.presentation_percentile is not None
    assert answer.presentation_percentile > 10


def test_every_allele_has_percentiles(embedded: EmbeddedPredictor) -> None:
    """All alleles with a pseudosequence are calibrated; there are thousands, non-classical E and G among them."""
    alleles = sorted(embedded.supported())
    assert len(alleles) > 3_000
    assert {allele.gene for allele in alleles} == {"A", "B", "C", "E", "G"}
    for answer in embedded.predict([Query("SLYNTVATL", allele) for allele in alleles]):
        assert answer.affinity_percentile is not None
        assert answer.presentation_percentile is not None


def test_alleles_with_one_groove_get_one_answer(embedded: EmbeddedPredictor) -> None:
    """HLA-E*01:01 and E*01:03 differ outside the groove only."""
    first, second = embedded.predict([Query("VMAPRTLLL", Allele(f"HLA-E*01:0{n}")) for n in (1, 3)])
    assert first == second


def _logits_in_whole_numbers(network: Network, peptide: str, groove: str) -> list[float]:
    """Forward pass from its definition, one pair, one unit at a time, in Python's integers: they can't round."""
    codes = [AMINO_ACIDS.index(residue) for residue in peptide]
    room = 15 - len(codes)
    layouts = [[20] * start + codes + [20] * (room - start) for start in (0, room // 2, room)]
    first = [int(value) for value in network.first_bias]
    for unit in range(len(first)):
        for alignment, layout in enumerate(layouts):
            first[unit] += sum(
                int(network.peptide_table[alignment, slot, code, unit]) for slot, code in enumerate(layout)
            )
        first[unit] += sum(
            int(network.allele_table[position, AMINO_ACIDS.index(residue), unit])
            for position, residue in enumerate(groove)
        )
    second = [int(value) for value in network.second_bias]
    for unit in range(len(second)):
        second[unit] += sum(max(value, 0) * int(network.second_weights[i, unit]) for i, value in enumerate(first))
    heads = [sum(max(value, 0) * int(network.head_weights[i, h]) for i, value in enumerate(second)) for h in (0, 1)]
    exponent = network.first_exponent + network.second_exponent + network.head_exponent
    return [ldexp(head, -exponent) + float(bias) for head, bias in zip(heads, network.head_bias, strict=True)]


@pytest.mark.parametrize("peptide", ["GILGFVFT", "GILGFVFTL", "AAAWYYYPPP", "KRWIILGLNKIVRMY"])
def test_the_vectorised_pass_equals_whole_number_arithmetic(embedded: EmbeddedPredictor, peptide: str) -> None:
    """Our claim that no sum of the forward pass rounds: a loop over Python integers gives the very same logits."""
    model = embedded._model
    groove = model.groove["HLA-B*27:05"]
    transformed, ligand = [], []
    for network in model.members:
        expected = _logits_in_whole_numbers(network, peptide, groove)
        parts = network.peptide_part(encode([peptide])) + network.allele_part(encode([groove]))
        assert network.logits(parts)[0].tolist() == expected
        transformed.append(1 / (1 + exp(-expected[0])))
        ligand.append(expected[1])
    answer = embedded.predict([Query(peptide, Allele("HLA-B*27:05"))])[0]
    strength = sum(transformed) / len(transformed)
    assert answer.affinity_nM == pytest.approx(exp((1 - strength) * log(50_000)), rel=1e-5)
    motifs, row = model.motifs, model.motifs.row[groove]
    ends = [AMINO_ACIDS.index(residue) for residue in peptide[:5] + peptide[-4:]]
    odds = sum(int(motifs.residues[row, position, code]) for position, code in enumerate(ends))
    odds += int(motifs.lengths[row, len(peptide)])
    logit = motifs.scale * (sum(ligand) / len(ligand) + motifs.weight * odds / 1024) + motifs.offset
    assert answer.presentation_score == pytest.approx(1 / (1 + exp(-logit)), rel=1e-5)


def test_score_and_predict_agree(embedded: EmbeddedPredictor) -> None:
    """The array interface is the object interface without the objects."""
    peptides, alleles = ["GILGFVFTL", "NLVPMVATVQG"], [Allele("HLA-A*02:01"), Allele("HLA-C*07:01")]
    scores = embedded.score(peptides, alleles)
    answers = embedded.predict([Query(*pair) for pair in zip(peptides, alleles, strict=True)])
    assert scores.affinity_nM.tolist() == [answer.affinity_nM for answer in answers]
    assert scores.presentation_percentile.tolist() == [answer.presentation_percentile for answer in answers]


def test_a_known_flank_changes_presentation_only(embedded: EmbeddedPredictor) -> None:
    """A proline right after the peptide hinders its cutting; affinity is the groove's and the peptide's alone."""
    allele = Allele("HLA-A*02:01")
    plain, favoured, hindered = embedded.predict(
        [Query("GILGFVFTL", allele), *(Query("GILGFVFTL", allele, "SPLTK", after) for after in ("KVPS", "PVPS"))]
    )
    assert plain.affinity_nM == favoured.affinity_nM == hindered.affinity_nM
    assert plain.affinity_percentile == favoured.affinity_percentile
    assert (favoured.presentation_score or 0) > (hindered.presentation_score or 1)
    assert (favoured.presentation_percentile or 0) <= (hindered.presentation_percentile or 0)


def test_unknown_flanks_are_no_flanks(embedded: EmbeddedPredictor) -> None:
    """None on both sides is the same as not saying anything."""
    peptides, alleles = ["GILGFVFTL"] * 2, [Allele("HLA-A*02:01"), Allele("HLA-C*07:01")]
    plain, none = embedded.score(peptides, alleles), embedded.score(peptides, alleles, [None] * 2, [None] * 2)
    assert plain.presentation_score.tolist() == none.presentation_score.tolist()
    assert plain.presentation_percentile.tolist() == none.presentation_percentile.tolist()


def test_no_percentile_is_zero(embedded: EmbeddedPredictor) -> None:
    """What beats the whole background ranks at the background's resolution: nobody knows it better."""
    answers = embedded.predict([Query("NLVPMVATV", Allele("HLA-A*02:01")), Query("SIINFEKL", Allele("HLA-B*07:02"))])
    for answer in answers:
        assert answer.affinity_percentile is not None
        assert answer.affinity_percentile >= 0.002
        assert answer.presentation_percentile is not None
        assert answer.presentation_percentile >= 0.002


def test_support_names_the_nearest_trained_allele(embedded: EmbeddedPredictor) -> None:
    """A trained allele is its own; an untrained one is as far as its groove; unknown ones are refused."""
    trained = embedded.support(Allele("HLA-A*02:01"))
    assert trained.nearest == Allele("HLA-A*02:01")
    assert trained.differing_residues == 0
    assert trained.ligands > 10_000
    assert str(trained) == "HLA-A*02:01"
    odd = embedded.support(Allele("HLA-G*01:01"))
    assert odd.differing_residues > 5
    assert str(odd) == f"{odd.nearest} {odd.differing_residues}/34"
    with pytest.raises(ValueError, match=r"HLA-A\*99:99 is not among"):
        embedded.support(Allele("HLA-A*99:99"))


def test_the_interval_widens_with_the_distance_to_trained_alleles(embedded: EmbeddedPredictor) -> None:
    """The same prediction with the same spread is less certain farther away; it never leaves the scale."""
    interval = embedded._model.interval
    near, far = (
        interval.around(np.asarray([0.5]), np.asarray([0.02]), np.asarray([distance])) for distance in (0.0, 8.0)
    )
    assert 0 <= far[0] < near[0] < 0.5 < near[1] < far[1] <= 1


def test_rounding_keeps_six_significant_digits() -> None:
    """Values across magnitudes, zero included."""
    rounded = round_significant(np.asarray([12345.6789, 1.23456789, 0.000123456789, 0.0]))
    assert rounded.tolist() == [12345.7, 1.23457, 0.000123457, 0.0]


def test_predicting_imports_neither_torch_nor_mhcflurry() -> None:
    """The embedded model is numpy only, also when chosen through the models module."""
    code = (
        "import sys; from neosieve.binding.models import choose_models; from neosieve.model.mhc import Allele, Query\n"
        "choose_models('embedded').load().predict([Query('GILGFVFTL', Allele('HLA-A*02:01'))])\n"
        "print({'torch', 'mhcflurry', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.fixture
def spoilt(reference_copy: Path, tmp_path: Path) -> Path:
    """Copy the model files, to be changed."""
    return shutil.copytree(reference_copy, tmp_path / "reference")


@pytest.mark.parametrize(
    "name",
    [
        "models/embedded/member-1.npz",
        store.PERCENTILES,
        store.PSEUDOSEQUENCES,
        store.TRAINING,
        store.TERMS,
        store.MOTIFS,
    ],
)
def test_a_corrupted_file_is_named(spoilt: Path, name: str) -> None:
    """One flipped byte anywhere is noticed at loading, and the message says which file and how to mend it."""
    path = spoilt / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ModelError, match=rf"{name}: corrupted .* SHA-256 .* reinstall neosieve"):
        EmbeddedPredictor.load(spoilt)


@pytest.mark.parametrize("name", ["models/embedded/member-2.npz", store.MANIFEST, store.PERCENTILES])
def test_a_missing_file_is_named(spoilt: Path, name: str) -> None:
    """Gone is said to be gone, with the remedy."""
    (spoilt / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}: can't read .*No such file.*reinstall neosieve"):
        EmbeddedPredictor.load(spoilt)


@pytest.mark.parametrize("text", ["", "[]", '{"files": {}}', '{"version": "1"}'])
def test_a_manifest_that_is_none_is_named(spoilt: Path, text: str) -> None:
    """Truncated or foreign JSON."""
    (spoilt / store.MANIFEST).write_text(text)
    with pytest.raises(ModelError, match=r"manifest\.json: not a manifest"):
        EmbeddedPredictor.load(spoilt)


def test_weights_that_would_round_are_refused(spoilt: Path) -> None:
    """Sums that may outgrow the floating-point mantissa would break the promise of equal bits."""
    name = "models/embedded/member-1.npz"
    with np.load(spoilt / name) as archive:
        arrays = dict(archive)
    arrays["first_bias"][:] = 2**30
    np.savez_compressed(spoilt / name, allow_pickle=False, **arrays)
    manifest = json.loads((spoilt / store.MANIFEST).read_text())
    manifest["files"][name] = sha256((spoilt / name).read_bytes()).hexdigest()
    (spoilt / store.MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=r"member-1\.npz: not a network .* first layer may need 31 bits"):
        EmbeddedPredictor.load(spoilt)


@pytest.mark.parametrize("text", ["", "[]", '{"flanks": []}', '{"flanks": [[1]], "locus_logit": {}, "interval": {}}'])
def test_terms_that_are_none_are_named(spoilt: Path, text: str) -> None:
    """JSON of another kind, though its checksum fits."""
    (spoilt / store.TERMS).write_text(text)
    manifest = json.loads((spoilt / store.MANIFEST).read_text())
    manifest["files"][store.TERMS] = sha256(text.encode()).hexdigest()
    (spoilt / store.MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=r"terms\.json: not the terms"):
        EmbeddedPredictor.load(spoilt)


def test_the_shipped_files_are_small() -> None:
    """Everything that the embedded model reads is well under 10 MB."""
    files = [REFERENCE.joinpath(*folder.split("/")) for folder in ("models/embedded", "hla")]
    assert sum(len(item.read_bytes()) for folder in files for item in folder.iterdir() if item.is_file()) < 10_000_000
