"""The affinity head as a model of MHCflurry: an independent forward pass over the same weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from neosieve.resources import REFERENCE

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.binding.embedded import EmbeddedPredictor


@pytest.mark.slow
def test_mhcflurry_runs_our_weights_to_the_same_ic50(embedded: EmbeddedPredictor, tmp_path: Path) -> None:
    """MHCflurry's plain API on the export and our inference agree to 1e-4 for random peptides and alleles."""
    from mhcflurry import Class1AffinityPredictor  # noqa: PLC0415 - imports torch
    from reference.build.class1.export import export  # noqa: PLC0415 - imports torch

    export(REFERENCE, tmp_path / "export")
    theirs = Class1AffinityPredictor.load(str(tmp_path / "export"))
    chance = np.random.default_rng(7)
    names = sorted(embedded.supported())
    alleles = [names[index] for index in chance.integers(0, len(names), 1000)]
    letters = list("ACDEFGHIKLMNPQRSTVWY")
    peptides = ["".join(chance.choice(letters, chance.integers(8, 16))) for _ in alleles]
    found = theirs.predict(peptides, alleles=[allele.name for allele in alleles])
    assert found == pytest.approx(embedded.score(peptides, alleles).affinity_nM, rel=1e-4)
