"""An allele's anchors: from the table that ships, else learned from any predictor.

Learning asks for every residue at every position of a fixed set of peptides, as many predictions as a small tumour
needs; so ``reference/build/anchors.py`` has done it, with the embedded model, for all alleles and the usual lengths.
"""

from __future__ import annotations

import io
import math
import zipfile
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from neosieve.biology.anchors import ABUNDANCE, RESIDUES, Anchors, anchors_of
from neosieve.errors import ModelError
from neosieve.model.mhc import Query
from neosieve.resources import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from numpy.typing import NDArray

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.model.mhc import Allele, Binding

PEPTIDES = 16  # the same anchors but for borderline ones as with 32, whose information is within 0.1 bits of 200's
SEED = 1999
LENGTHS = range(8, 12)  # of the table: those of most ligands, and of a run unless others are asked for
MICROBITS = 10**6  # to a bit: the table's unit
TABLE = "models/anchors.npz"
CERTAIN = 1e-6  # scores are taken as this far from 0 and 1 at least, so that their logit is finite


@dataclass(frozen=True)
class AnchorTable:
    """The anchors that ship; immutable."""

    identity: str
    """Of the model that they were learned from."""
    row: Mapping[str, int]
    """By allele name."""
    weights: NDArray[np.int32]
    """Each position's information, in millionths of a bit, one length after another; shape (rows, sum of
    :data:`LENGTHS`)."""

    def of(self, allele: Allele, length: int) -> Anchors | None:
        """Return an allele's anchors in peptides of a length; None where the table has none."""
        row = self.row.get(allele.name)
        if row is None or length not in LENGTHS:
            return None
        begin = sum(range(LENGTHS[0], length))
        return Anchors(tuple(value / MICROBITS for value in self.weights[row, begin : begin + length].tolist()))


@cache
def shipped(reference: Traversable = REFERENCE) -> AnchorTable:
    """Read the table that ships.

    Raises
    ------
    ModelError
        It is missing or corrupted.
    """
    try:
        data = reference.joinpath(*TABLE.split("/")).read_bytes()
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            rows = dict(zip(held["alleles"].tolist(), held["rows"].tolist(), strict=True))
            return AnchorTable(str(held["identity"]), rows, held["weights"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"reference/{TABLE}: can't read the alleles' anchors ({error}); reinstall neosieve") from error


class AnchorScan:
    """Anchors by allele and length, looked up or learned on demand, and kept.

    Parameters
    ----------
    predictor
        To learn from.
    table
        To look up first; None to learn all.
    """

    def __init__(
        self, predictor: BindingPredictor, *, table: AnchorTable | None = None, peptides: int = PEPTIDES
    ) -> None:
        self._predictor = predictor
        self._table = table
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
        """Look up several alleles and lengths, and learn what lacks in one batch, which is faster than one by one.

        Raises
        ------
        ValueError
            As for :meth:`of`.
        """
        wanted = [pair for pair in dict.fromkeys(wanted) if pair not in self._known]
        if self._table is not None:
            self._known |= {pair: held for pair in wanted if (held := self._table.of(*pair)) is not None}
        missing = [pair for pair in wanted if pair not in self._known]
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
