"""Learns an allele's anchors from any predictor: every residue at every position of a fixed set of peptides."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from neosieve.biology.anchors import ABUNDANCE, RESIDUES, Anchors, anchors_of
from neosieve.model.mhc import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.model.mhc import Allele, Binding

PEPTIDES = 32  # information within 0.1 bits of that from 200 wherever it is below 1, at a sixth of the cost
SEED = 1999
CERTAIN = 1e-6  # scores are taken as this far from 0 and 1 at least, so that their logit is finite


class AnchorScan:
    """Anchors by allele and length, learned on demand and kept."""

    def __init__(self, predictor: BindingPredictor, *, peptides: int = PEPTIDES) -> None:
        self._predictor = predictor
        self._peptides = peptides
        self._known: dict[tuple[Allele, int], Anchors] = {}

    def of(self, allele: Allele, length: int) -> Anchors:
        """Return an allele's anchors in peptides of a length.

        Raises
        ------
        ValueError
            The predictor doesn't support the allele or the length.
        """
        self.learn([(allele, length)])
        return self._known[allele, length]

    def learn(self, wanted: Iterable[tuple[Allele, int]]) -> None:
        """Learn several alleles and lengths in one batch, which is faster than one by one.

        Raises
        ------
        ValueError
            As for :meth:`of`.
        """
        missing = [pair for pair in dict.fromkeys(wanted) if pair not in self._known]
        variants = {length: substituted(length, self._peptides) for length in {length for _, length in missing}}
        queries = [Query(peptide, allele) for allele, length in missing for peptide in variants[length]]
        if not queries:
            return
        answers = self._predictor.predict(queries)
        begin = 0
        for allele, length in missing:
            end = begin + len(variants[length])
            values = np.array([_log_odds(answer) for answer in answers[begin:end]])
            effects = values.reshape(self._peptides, length, len(RESIDUES)).mean(axis=0)
            self._known[allele, length] = anchors_of(effects)
            begin = end


def substituted(length: int, count: int = PEPTIDES) -> Sequence[str]:
    """Return random peptides of natural composition, each with every residue at every position in turn.

    Returns
    -------
    ``count × length × 20`` peptides, peptide by peptide, position by position, in the order of ``RESIDUES``.
    """
    draw = Random(f"{SEED} {length}")  # noqa: S311 - nothing secret, and always the same
    bounds = list(accumulate(ABUNDANCE))
    peptides = [
        "".join(RESIDUES[min(bisect_right(bounds, draw.random()), len(RESIDUES) - 1)] for _ in range(length))
        for _ in range(count)
    ]
    return [
        peptide[:at] + residue + peptide[at + 1 :]
        for peptide in peptides
        for at in range(length)
        for residue in RESIDUES
    ]


def _log_odds(answer: Binding) -> float:
    """Return the logit of being presented; −ln IC50, which is as proportional to free energy, without one."""
    if answer.presentation_score is None:
        return -math.log(answer.affinity_nM)
    score = min(max(answer.presentation_score, CERTAIN), 1 - CERTAIN)
    return math.log(score / (1 - score))
