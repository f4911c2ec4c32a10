"""Ligands given to further alleles: a table that lists each peptide once lacks what several alleles present."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from neosieve.binding.encoding import encode
from neosieve.binding.support import MIN_EXAMPLES

from .data import of_part
from .split import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.binding.network import Network

    from .data import Data

BLOCK = 4096


def further_alleles(data: Data, networks: Sequence[Network], min_logit: float, left_out: Sequence[str]) -> pd.DataFrame:
    """Training ligands under other alleles, where the networks' mean ligand logit reaches a bound.

    A peptide that one allele presented was there to be presented; where another allele of the mono-allelic sets
    would take it as readily as its best ligands, its absence under that allele is the table's doing.

    Returns
    -------
    Columns peptide, allele.
    """
    ligands = of_part(data.ligands, Part.TRAINING)
    ligands = ligands[~ligands["allele"].isin(left_out)]
    counts = ligands["allele"].value_counts()
    alleles = sorted(str(name) for name in counts[counts >= MIN_EXAMPLES].index)
    known = set(zip(ligands["peptide"], ligands["allele"], strict=True))
    peptides = sorted(set(ligands["peptide"]), key=lambda peptide: (len(peptide), peptide))
    lengths = np.asarray([len(peptide) for peptide in peptides])
    parts = [network.allele_part(encode([data.groove[name] for name in alleles])) for network in networks]
    found: list[tuple[str, str]] = []
    for length in np.unique(lengths).tolist():
        of_length = np.flatnonzero(lengths == length)
        for start in range(0, len(of_length), BLOCK):
            block = [peptides[row] for row in of_length[start : start + BLOCK].tolist()]
            first = [network.peptide_part(encode(block)) for network in networks]
            for row, allele in enumerate(alleles):
                logits = np.mean(
                    [
                        network.logits(peptide + part[row])[:, 1]
                        for network, peptide, part in zip(networks, first, parts, strict=True)
                    ],
                    axis=0,
                )
                found += [(block[index], allele) for index in np.flatnonzero(logits >= min_logit).tolist()]
    return pd.DataFrame([pair for pair in found if pair not in known], columns=["peptide", "allele"])
