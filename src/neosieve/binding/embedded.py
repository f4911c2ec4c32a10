"""The predictor that ships with the tool: our weights, a forward pass in numpy, nothing to download."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import count, repeat
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding import store
from neosieve.binding.encoding import LENGTHS, encode
from neosieve.binding.motifs import ends
from neosieve.binding.network import Network
from neosieve.binding.rounding import round_significant
from neosieve.model.mhc import Allele, Binding
from neosieve.resources import REFERENCE
from neosieve.threads import workers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from importlib.resources.abc import Traversable

    from numpy.typing import NDArray

    from neosieve.binding.store import EmbeddedModel
    from neosieve.binding.support import AlleleSupport
    from neosieve.model.mhc import Query

MAX_IC50_NM = 50_000.0  # the scale 1 - log50000(IC50) that the affinity head learned: Nielsen et al. 2003
PEPTIDES_PER_BLOCK = 8192  # bound the memory: 16 MB of first-layer parts for each member …
PAIRS_PER_BLOCK = 1024  # … and 6 MB of hidden units, which a core's cache holds: a fifth faster than 4096


@dataclass(frozen=True, slots=True)
class Scores:
    """Predictions for many pairs, in the order asked; each array has shape (pairs,)."""

    affinity_nM: NDArray[np.float64]
    """Ensemble IC50: the members' mean of 1 - log50000(IC50), that is the geometric mean of their IC50."""
    affinity_low_nM: NDArray[np.float64]
    """Lower end (strongest binding) of the interval that covers nine of ten held-out measurements."""
    affinity_high_nM: NDArray[np.float64]
    """Upper end (weakest binding) of that interval."""
    affinity_percentile: NDArray[np.float64]
    """0–100, of the affinity."""
    presentation_score: NDArray[np.float64]
    """0–1: logistic of the ligand logit (networks and motif), the locus' prior and, where known, the flanks' term."""
    presentation_percentile: NDArray[np.float64]
    """0–100, of the presentation score; among background peptides with their flanks where a flank is known."""


class EmbeddedPredictor:
    """Affinity and ligand likelihood of 8–15-mers for every HLA-A, -B and -C protein of known sequence.

    The presentation score uses flanks where they are known; affinity doesn't depend on them. Answers are the same
    bits however queries are batched: see :mod:`neosieve.binding.network`.
    """

    def __init__(self, model: EmbeddedModel) -> None:
        self._model = model
        self._alleles = frozenset(Allele(name) for name in model.groove)

    @classmethod
    def load(cls, reference: Traversable = REFERENCE) -> EmbeddedPredictor:
        """Load the weights in ``reference/``.

        Raises
        ------
        ModelError
            A file is missing or corrupted.
        """
        return cls(store.load(reference))

    @property
    def identity(self) -> str:
        """Name, version and checksum, e.g. ``embedded 1 sha256:0f3a…``."""
        return f"embedded {self._model.version} sha256:{self._model.checksum}"

    @property
    def percentile_background(self) -> str:
        """The peptides that percentiles are ranks among, in words."""
        return self._model.background

    @property
    def lengths(self) -> range:
        """8 to 15 residues."""
        return LENGTHS

    def supported(self) -> frozenset[Allele]:
        """Every allele with a pseudosequence."""
        return self._alleles

    def predict(self, queries: Sequence[Query]) -> Sequence[Binding]:
        """Answer each query, in order; :meth:`score` is the same without an object for each answer.

        Raises
        ------
        ValueError
            A query's allele or length is not supported, or its peptide holds a letter outside the standard twenty.
        """
        scores = self.score(
            [query.peptide for query in queries],
            [query.allele for query in queries],
            [query.n_flank for query in queries],
            [query.c_flank for query in queries],
        )
        columns = (
            scores.affinity_nM,
            scores.affinity_low_nM,
            scores.affinity_high_nM,
            scores.affinity_percentile,
            scores.presentation_score,
            scores.presentation_percentile,
        )
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return tuple(map(partial(tuple.__new__, Binding), rows))

    def groove(self, allele: Allele) -> str:
        """Return an allele's pseudosequence.

        Raises
        ------
        ValueError
            The allele is not supported.
        """
        if allele not in self._alleles:
            raise ValueError(self._unsupported(allele))
        return self._model.groove[allele.name]

    def support(self, allele: Allele) -> AlleleSupport:
        """How near an allele is to the ones that the model was trained on.

        Raises
        ------
        ValueError
            The allele is not supported.
        """
        if allele not in self._alleles:
            raise ValueError(self._unsupported(allele))
        return self._model.support.of(allele)

    def score(
        self,
        peptides: Sequence[str],
        alleles: Sequence[Allele],
        n_flanks: Sequence[str | None] | None = None,
        c_flanks: Sequence[str | None] | None = None,
    ) -> Scores:
        """Score pairs: the first peptide with the first allele, and so on.

        Parameters
        ----------
        n_flanks, c_flanks
            Residues before and after each peptide in its protein; empty at the protein's end, None where unknown.

        Raises
        ------
        ValueError
            As for :meth:`predict`.
        """
        distinct_alleles = {allele: row for row, allele in enumerate(dict.fromkeys(alleles))}
        allele_of_pair = np.fromiter(map(distinct_alleles.__getitem__, alleles), np.intp, len(alleles))
        grooves, groove_of_allele = self._grooves(distinct_alleles)
        groove_of_pair = groove_of_allele[allele_of_pair]
        distinct = dict.fromkeys(peptides, 0)
        by_length = sorted(distinct, key=len)
        _check_lengths(by_length)
        distinct.update(zip(by_length, count(), strict=False))
        peptide_of_pair = np.fromiter(map(distinct.__getitem__, peptides), np.intp, len(peptides))

        members = len(self._model.members)
        transformed = np.empty((members, len(peptides)))
        ligand = np.empty((members, len(peptides)))
        for pairs, logits in self._logits(by_length, peptide_of_pair, grooves, groove_of_pair):
            transformed[:, pairs] = _logistic(logits[:, :, 0])
            ligand[:, pairs] = logits[:, :, 1]
        strength = transformed.mean(axis=0)
        prior = np.asarray([self._model.locus_logit[allele.gene] for allele in distinct_alleles])
        differing = np.asarray([float(self.support(allele).differing_residues) for allele in distinct_alleles])
        likelihood = ligand.mean(axis=0)
        by_groove = np.argsort(groove_of_pair, kind="stable")
        bounds = np.searchsorted(groove_of_pair[by_groove], np.arange(len(grooves) + 1))
        pairs_of_groove = [by_groove[bounds[index] : bounds[index + 1]] for index in range(len(grooves))]
        codes, lengths = ends(by_length)
        for residues, pairs in zip(grooves, pairs_of_groove, strict=True):
            of_pair = peptide_of_pair[pairs]
            likelihood[pairs] = self._model.motifs.join(likelihood[pairs], residues, codes[of_pair], lengths[of_pair])
        flanked = np.zeros(len(peptides), dtype=np.bool_)
        if n_flanks is not None or c_flanks is not None:
            unknown = [None] * len(peptides)
            before, after = n_flanks or unknown, c_flanks or unknown
            likelihood += self._model.flanks.of(before, after)
            known = (n is not None or c is not None for n, c in zip(before, after, strict=True))
            flanked = np.fromiter(known, np.bool_, len(peptides))
        affinity_percentile, presentation_percentile = np.empty(len(peptides)), np.empty(len(peptides))
        for residues, pairs in zip(grooves, pairs_of_groove, strict=True):
            row = self._model.calibrated[residues]
            affinity_percentile[pairs] = self._model.affinity_table.rank(strength[pairs], row)
            for table, chosen in (
                (self._model.ligand_table, pairs[~flanked[pairs]]),
                (self._model.flanked_table, pairs[flanked[pairs]]),
            ):
                presentation_percentile[chosen] = table.rank(likelihood[chosen], row)
        weakest, strongest = self._model.interval.around(strength, transformed.std(axis=0), differing[allele_of_pair])
        return Scores(
            affinity_nM=_ic50(strength),
            affinity_low_nM=_ic50(strongest),
            affinity_high_nM=_ic50(weakest),
            affinity_percentile=affinity_percentile,
            presentation_score=round_significant(_logistic(likelihood + prior[allele_of_pair])),
            presentation_percentile=presentation_percentile,
        )

    def _unsupported(self, allele: Allele) -> str:
        return f"{allele} is not among the {len(self._alleles)} alleles of the embedded model"

    def _grooves(self, alleles: Iterable[Allele]) -> tuple[list[str], NDArray[np.intp]]:
        """Distinct pseudosequences of distinct alleles, and each allele's index into them."""
        index_of: dict[str, int] = {}
        rows = []
        for allele in alleles:
            residues = self._model.groove.get(allele.name)
            if residues is None:
                raise ValueError(self._unsupported(allele))
            rows.append(index_of.setdefault(residues, len(index_of)))
        return list(index_of), np.asarray(rows, dtype=np.intp)

    def _logits(
        self,
        peptides: Sequence[str],
        peptide_of_pair: NDArray[np.intp],
        grooves: Sequence[str],
        groove_of_pair: NDArray[np.intp],
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float64]]]:
        """Go through the pairs in blocks of bounded size.

        Parameters
        ----------
        peptides
            Distinct, sorted by length.

        Yields
        ------
        Indices of some pairs, and their logits of shape (members, pairs, 2).
        """
        members = self._model.members
        allele_parts = [member.allele_part(encode(grooves)) for member in members] if grooves else []
        order = np.argsort(peptide_of_pair, kind="stable")
        ordered = peptide_of_pair[order]
        with workers() as pool:
            for start, block in _blocks(peptides):
                peptide_parts = pool.map(Network.peptide_part, members, repeat(encode(block)))
                parts = list(zip(members, peptide_parts, allele_parts, strict=True))
                first, last = np.searchsorted(ordered, [start, start + len(block)])
                chunks = [order[at : min(at + PAIRS_PER_BLOCK, last)] for at in range(first, last, PAIRS_PER_BLOCK)]
                yield from zip(
                    chunks,
                    pool.map(
                        lambda pairs, start=start, parts=parts: _logits_of(
                            parts, peptide_of_pair[pairs] - start, groove_of_pair[pairs]
                        ),
                        chunks,
                    ),
                    strict=True,
                )


def _logits_of(
    parts: Sequence[tuple[Network, NDArray[np.float32], NDArray[np.float32]]],
    peptide: NDArray[np.intp],
    groove: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Return the logits of pairs, shape (members, pairs, 2).

    Parameters
    ----------
    parts
        Of each member: itself, and what peptides and grooves bring to its first layer.
    peptide, groove
        Of each pair, its rows in these.
    """
    logits = np.empty((len(parts), len(peptide), 2))
    for index, (member, of_peptides, of_grooves) in enumerate(parts):
        first_layer = of_peptides[peptide]
        first_layer += of_grooves[groove]
        logits[index] = member.logits(first_layer)
    return logits


def _blocks(peptides: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Cut length-sorted peptides into blocks of one length, each with its start."""
    start = 0
    while start < len(peptides):
        length = len(peptides[start])
        end = start + 1
        while end < len(peptides) and end - start < PEPTIDES_PER_BLOCK and len(peptides[end]) == length:
            end += 1
        yield start, peptides[start:end]
        start = end


def _check_lengths(by_length: Sequence[str]) -> None:
    for peptide in (*by_length[:1], *by_length[-1:]):
        if len(peptide) not in LENGTHS:
            raise ValueError(
                f"{peptide!r} has {len(peptide)} residues; the embedded model scores {LENGTHS[0]} to {LENGTHS[-1]}"
            )


def _logistic(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = 1 / (1 + np.exp(-logits))
    return result


def _ic50(transformed: NDArray[np.float64]) -> NDArray[np.float64]:
    """IC50 in nM of 1 - log50000(IC50)."""
    return round_significant(np.exp((1 - transformed) * np.log(MAX_IC50_NM)))
