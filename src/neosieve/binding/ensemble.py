"""The forward pass of pan-allele networks in MHCflurry's architecture, in numpy.

What enters the first layer is a peptide's encoding beside an allele's, so the layer's sums are a peptide's part plus an
allele's: each is computed once, not for every pair. All else is the same network, in single precision like MHCflurry's.

Every matrix product has one shape, and a row's place in it is its own (:mod:`neosieve.binding.placing`); linear algebra
keeps to one thread, and the rest goes element by element. So a pair's answer is the same bits whatever else is asked,
on any number of threads.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neosieve.binding.encoding import encode
from neosieve.binding.placing import PERIOD, homes, placed
from neosieve.threads import workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

BLOCK = 256  # rows of a product: as quick as more, and a core's cache holds the hidden units of so many pairs
PEPTIDES_AT_ONCE = 1 << 14  # bound the memory: 34 MB of a network's first layer of 512 units
MAX_IC50_NM = 50_000.0  # networks predict 1 - log50000(IC50): MHCflurry's regression_target.to_ic50
ACTIVATIONS: dict[str, Callable[[NDArray[np.float32]], object]] = {
    "tanh": lambda hidden: np.tanh(hidden, out=hidden),
    "relu": lambda hidden: np.maximum(hidden, 0, out=hidden),
}
"""What may follow a hidden layer; in place."""


class Encoding(NamedTuple):
    """How peptides of one length are laid out for the networks: a sum over their residues."""

    base: NDArray[np.float32]
    """Of a peptide of alanines, shape (inputs,)."""
    change: NDArray[np.float32]
    """What each residue at each position changes in that, shape (length x 20, inputs)."""


class Layer(NamedTuple):
    """A hidden layer."""

    sources: tuple[tuple[int, NDArray[np.float32]], ...]
    """Earlier hidden layers that it sees, by number, with their weights of shape (units of the source, units)."""
    entry: slice | None
    """Its units among those that peptides and alleles reach directly; None if it sees hidden layers alone."""
    bias: NDArray[np.float32]
    """Shape (units,); zero where peptides and alleles bring it."""


@dataclass(frozen=True)
class Member:
    """A network; immutable."""

    peptide_weights: NDArray[np.float32]
    """From a peptide's encoding to the units that it reaches, shape (inputs, entry units)."""
    allele_weights: NDArray[np.float32]
    """From an allele's encoding to the same units, shape (inputs, entry units)."""
    entry_bias: NDArray[np.float32]
    """Shape (entry units,)."""
    layers: tuple[Layer, ...]
    activation: str
    """Of each hidden layer, a name in :data:`ACTIVATIONS`."""
    output_weights: NDArray[np.float32]
    """Shape (units of the last layer,)."""
    output_bias: float
    sigmoid: bool
    """Whether the output is squeezed between 0 and 1."""
    _tables: dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]] = field(default_factory=dict)

    def table(
        self, length: int, encoding: Callable[[int], Encoding]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Fold a length's encoding into the weights; remembered.

        Returns
        -------
        What each residue at each position adds to the entry units, shape (length x 20, entry units); and what every
        peptide of that length adds, the bias among it, shape (entry units,).
        """
        if length not in self._tables:
            weights = self.peptide_weights.astype(np.float64)
            base, change = (each.astype(np.float64) @ weights for each in encoding(length))
            self._tables[length] = change.astype(np.float32), (base + self.entry_bias).astype(np.float32)
        return self._tables[length]

    def of_alleles(self, encoded: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return the alleles' parts of the entry units, each by itself; shape (alleles, entry units)."""
        return np.stack([one @ self.allele_weights for one in encoded])

    def of_pairs(
        self,
        peptides: NDArray[np.float32],
        alleles: NDArray[np.float32],
        rows: tuple[NDArray[np.intp], NDArray[np.intp]],
    ) -> NDArray[np.float32]:
        """Return the output of one block of pairs, before its activation; shape (pairs,).

        Parameters
        ----------
        peptides, alleles
            Their parts of the entry units.
        rows
            Of each pair: its peptide, its allele.
        """
        entry = peptides[rows[0]]
        entry += alleles[rows[1]]
        activate = ACTIVATIONS[self.activation]
        seen: list[NDArray[np.float32]] = []
        for layer in self.layers:
            sums = [seen[source] @ weights for source, weights in layer.sources]
            sums += [] if layer.entry is None else [entry[:, layer.entry]]
            hidden = sums[0]
            for more in sums[1:]:
                hidden += more
            if layer.entry is None:
                hidden += layer.bias
            activate(hidden)
            seen.append(hidden)
        output: NDArray[np.float32] = seen[-1] @ self.output_weights
        return output


class Ensemble:
    """Networks that share their encodings."""

    def __init__(
        self,
        members: Sequence[Member],
        encoding: Callable[[int], Encoding],
        grooves: Callable[[Sequence[str]], Sequence[NDArray[np.float32]]],
    ) -> None:
        """Join networks.

        Parameters
        ----------
        encoding
            Of peptides of a length.
        grooves
            Of alleles, by name, each of shape (inputs,).
        """
        self._members = tuple(members)
        self._encoding = cache(encoding)
        self._grooves = grooves
        self._known_grooves: dict[str, NDArray[np.float32]] = {}

    def log_ic50(
        self,
        peptides: Sequence[str],
        alleles: Sequence[str],
        peptide_of_pair: NDArray[np.intp],
        allele_of_pair: NDArray[np.intp],
    ) -> NDArray[np.float64]:
        """Predict pairs of distinct peptides and alleles.

        Returns
        -------
        Natural logarithm of IC50 in nM, shape (members, pairs).
        """
        outputs = np.empty((len(self._members), len(peptide_of_pair)))
        if new := [name for name in alleles if name not in self._known_grooves]:
            self._known_grooves.update(zip(new, self._grooves(new), strict=True))
        encoded = [self._known_grooves[name] for name in alleles]
        at_home = homes(peptides), homes(alleles)
        order = np.argsort(peptide_of_pair, kind="stable")
        ordered = peptide_of_pair[order]
        with workers() as pool:
            grooves = [member.of_alleles(encoded) for member in self._members]
            for start in range(0, len(peptides), PEPTIDES_AT_ONCE):
                some = peptides[start : start + PEPTIDES_AT_ONCE]
                first, last = np.searchsorted(ordered, [start, start + len(some)])
                pairs = order[first:last]
                peptide, allele = peptide_of_pair[pairs], allele_of_pair[pairs]
                filled, places = placed((at_home[0][peptide] + at_home[1][allele]) % PERIOD, BLOCK)
                blocks = [
                    (peptide[filled[at : at + BLOCK]] - start, allele[filled[at : at + BLOCK]])
                    for at in range(0, len(filled), BLOCK)
                ]
                one_hot = list(_one_hot(some, at_home[0][start : start + len(some)]))
                for member, of_alleles, output in zip(self._members, grooves, outputs, strict=True):
                    of_peptides = self._of_peptides(member, one_hot, len(some), pool)
                    found = np.concatenate(list(pool.map(partial(member.of_pairs, of_peptides, of_alleles), blocks)))
                    output[pairs] = found[places]
        for row, member in enumerate(self._members):
            outputs[row] += member.output_bias
            if member.sigmoid:
                with np.errstate(over="ignore"):
                    outputs[row] = 1 / (1 + np.exp(-outputs[row]))
        result: NDArray[np.float64] = (1 - outputs) * math.log(MAX_IC50_NM)
        return result

    def _of_peptides(
        self,
        member: Member,
        one_hot: Sequence[tuple[int, NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]],
        peptides: int,
        pool: Executor,
    ) -> NDArray[np.float32]:
        """Return the peptides' parts of a network's entry units, shape (peptides, entry units)."""
        parts = np.empty((peptides, member.entry_bias.size), dtype=np.float32)
        tables = {length: member.table(length, self._encoding) for length, *_ in one_hot}

        def fill(block: tuple[int, NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]) -> None:
            length, rows, places, inputs = block
            change, base = tables[length]
            parts[rows] = (inputs @ change)[places] + base

        list(pool.map(fill, one_hot))
        return parts


def _one_hot(
    peptides: Sequence[str], home: NDArray[np.intp]
) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]]:
    """Cut peptides into blocks of one length.

    Yields
    ------
    The length; rows of peptides; their places in the block; and the block, shape (BLOCK, length x 20).
    """
    lengths = np.fromiter(map(len, peptides), np.intp, len(peptides))
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        codes = encode([peptides[row] for row in rows.tolist()]) + np.arange(length) * 20
        filled, places = placed(home[rows], BLOCK)
        for at in range(0, len(filled), BLOCK):
            inputs = np.zeros((BLOCK, length * 20), dtype=np.float32)
            inputs[np.arange(BLOCK)[:, None], codes[filled[at : at + BLOCK]]] = 1
            here = np.flatnonzero(places // BLOCK == at // BLOCK)
            yield length, rows[here], places[here] - at, inputs
