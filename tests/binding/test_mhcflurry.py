"""MHCflurry behind our protocol: the same numbers that its own interface gives, and None where it has none."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from neosieve.binding.mhcflurry import MhcflurryPredictor
from neosieve.errors import ModelError
from neosieve.model.mhc import Allele, Query

if TYPE_CHECKING:
    from pathlib import Path

A2, B7 = Allele("HLA-A*02:01"), Allele("HLA-B*07:02")
PEPTIDES = ["GILGFVFTL", "NLVPMVATV", "KRWIILGLNK", "SIINFEKL"]


def test_importing_our_module_imports_neither_mhcflurry_nor_torch() -> None:
    """``--help`` and the embedded model must not wait for torch."""
    code = "import sys, neosieve.binding.mhcflurry; print({'torch', 'mhcflurry'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("models", ["affinity", "convolved"])
def test_affinities_are_mhcflurrys_own(tiny_models: Path, models: str) -> None:
    """IC50, members and percentile agree with Class1AffinityPredictor.predict_to_dataframe."""
    from mhcflurry import Class1AffinityPredictor  # noqa: PLC0415 - imports torch

    theirs = Class1AffinityPredictor.load(str(tiny_models / models)).predict_to_dataframe(
        PEPTIDES, allele=A2.name, include_individual_model_predictions=True
    )
    ours = MhcflurryPredictor.load(tiny_models / models).predict([Query(peptide, A2) for peptide in PEPTIDES])
    members = theirs[["model_pan_0", "model_pan_1"]]
    assert [answer.affinity_nM for answer in ours] == pytest.approx(theirs["prediction"].tolist(), rel=1e-4)
    assert [answer.affinity_low_nM for answer in ours] == pytest.approx(members.min(axis=1).tolist(), rel=1e-4)
    assert [answer.affinity_high_nM for answer in ours] == pytest.approx(members.max(axis=1).tolist(), rel=1e-4)
    percentiles = theirs["prediction_percentile"].tolist()
    assert [answer.affinity_percentile for answer in ours] == pytest.approx(percentiles, abs=0.01)


@pytest.mark.parametrize("flanks", [("MKTAY", "GSHLM"), (None, None)])
def test_presentation_is_mhcflurrys_own(tiny_models: Path, flanks: tuple[str, str] | tuple[None, None]) -> None:
    """Presentation agrees with Class1PresentationPredictor.predict, with flanks and without."""
    from mhcflurry import Class1PresentationPredictor  # noqa: PLC0415 - imports torch

    directory = tiny_models / "presentation"
    theirs = Class1PresentationPredictor.load(str(directory)).predict(
        PEPTIDES,
        [A2.name],
        n_flanks=[flanks[0]] * len(PEPTIDES) if flanks[0] else None,
        c_flanks=[flanks[1]] * len(PEPTIDES) if flanks[1] else None,
        verbose=0,
    )
    ours = MhcflurryPredictor.load(directory).predict([Query(peptide, A2, *flanks) for peptide in PEPTIDES])
    scores, percentiles = theirs["presentation_score"].tolist(), theirs["presentation_percentile"].tolist()
    assert [answer.presentation_score for answer in ours] == pytest.approx(scores, rel=1e-4)
    assert [answer.presentation_percentile for answer in ours] == pytest.approx(percentiles, abs=0.01)


def test_flanks_change_presentation_but_not_affinity(tiny_models: Path) -> None:
    """Processing looks at the flanks; one flank alone can't be used and counts as none."""
    predictor = MhcflurryPredictor.load(tiny_models / "presentation")
    bare, one, both, edge = predictor.predict(
        [Query("GILGFVFTL", A2, *flanks) for flanks in ((), ("MKTAY", None), ("MKTAY", "GSHLM"), ("", ""))]
    )
    assert bare == one
    assert bare.affinity_nM == both.affinity_nM == edge.affinity_nM
    assert len({bare.presentation_score, both.presentation_score, edge.presentation_score}) == 3


def test_what_the_models_lack_is_none(tiny_models: Path) -> None:
    """No calibration for an allele: no percentile; no processing models: no presentation."""
    calibrated, uncalibrated = MhcflurryPredictor.load(tiny_models / "affinity").predict(
        [Query("GILGFVFTL", A2), Query("GILGFVFTL", B7)]
    )
    assert calibrated.affinity_percentile is not None
    assert uncalibrated.affinity_percentile is None
    assert calibrated.presentation_score is None
    assert calibrated.presentation_percentile is None


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """The message says what is missing."""
    with pytest.raises(ModelError, match=r"not a MHCflurry model directory.*manifest\.csv"):
        MhcflurryPredictor.load(tmp_path)


def test_a_damaged_model_is_refused_in_one_line(tmp_path: Path) -> None:
    """Whatever MHCflurry raises on a broken manifest becomes a ModelError that names the folder."""
    (tmp_path / "manifest.csv").write_text("not,a,manifest\n1,2,3\n")
    with pytest.raises(ModelError, match=rf"{tmp_path}: MHCflurry can't load"):
        MhcflurryPredictor.load(tmp_path)
