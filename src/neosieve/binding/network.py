"""One trained network and its forward pass, in arithmetic that is exact.

Weights are fixed-point numbers: whole multiples of a power of two. With rectified-linear units every product and sum
of the forward pass is then a whole multiple of a (smaller) power of two too, and as long as it fits the mantissa of
the floating-point type no operation rounds. So the order in which a BLAS library adds things up can't matter: a pair
scores the same bits alone or among millions, in any order, on any number of threads and on any machine.
:func:`check_exactness` proves the fit from the weights' magnitudes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.encoding import ALIGNMENTS, N_SYMBOLS, PAD, SLOTS, first_slots

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FLOAT32_BITS = 24  # mantissa of IEEE 754 single precision, the implicit bit included
FLOAT64_BITS = 53
GROOVE_RESIDUES = 34


@dataclass(frozen=True)
class Network:
    """A two-headed network; immutable.

    Arrays of integers are fixed-point numbers: a value is the integer over two to the power of its exponent.
    """

    peptide_table: NDArray[np.int16]
    """What each symbol in each slot adds to the hidden units, shape (3, 15, 21, units)."""
    allele_table: NDArray[np.int16]
    """What each residue at each groove position adds to the hidden units, shape (34, 20, units)."""
    first_bias: NDArray[np.int32]
    """Shape (units,)."""
    first_exponent: int
    """Of the three arrays above."""
    second_weights: NDArray[np.int16]
    """Shape (units, second units)."""
    second_exponent: int
    second_bias: NDArray[np.int32]
    """Shape (second units,); its exponent is the second layer's output's, first_exponent + second_exponent."""
    head_weights: NDArray[np.int16]
    """Shape (second units, 2): affinity logit, ligand logit."""
    head_exponent: int
    head_bias: NDArray[np.float64]
    """Shape (2,); added last, once, so it needs no fixed point."""

    @cached_property
    def _first_scale(self) -> float:
        return math.ldexp(1.0, -self.first_exponent)

    @cached_property
    def _second(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights and bias of the second layer as numbers."""
        weights = np.ldexp(self.second_weights.astype(np.float64), -self.second_exponent)
        return weights, np.ldexp(self.second_bias.astype(np.float64), -self.first_exponent - self.second_exponent)

    @cached_property
    def _heads(self) -> NDArray[np.float64]:
        return np.ldexp(self.head_weights.astype(np.float64), -self.head_exponent)

    @cached_property
    def _length_tables(self) -> dict[int, tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Per peptide length, filled on demand: see :meth:`_length_table`."""
        return {}

    def _length_table(self, length: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Fold the three alignments into one table for peptides of one length.

        Returns
        -------
        What each residue at each position adds, shape (length x 20, units); and what the empty slots and the bias
        add to every peptide, shape (units,).
        """
        if length not in self._length_tables:
            table = np.zeros((length, 20, self.first_bias.size), dtype=np.int64)
            constant = self.first_bias.astype(np.int64)
            for alignment, start in enumerate(first_slots(length)):
                slots = self.peptide_table[alignment].astype(np.int64)
                table += slots[start : start + length, :PAD]
                empty = [slot for slot in range(SLOTS) if not start <= slot < start + length]
                constant += slots[empty, PAD].sum(axis=0)
            scaled = (table.reshape(length * 20, -1) * self._first_scale).astype(np.float32)
            self._length_tables[length] = scaled, (constant * self._first_scale).astype(np.float32)
        return self._length_tables[length]

    def peptide_part(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Part of the first layer that a peptide brings, bias included.

        Parameters
        ----------
        codes
            Residue codes of peptides of one length, shape (peptides, length).

        Returns
        -------
        Shape (peptides, units).
        """
        n, length = codes.shape
        table, constant = self._length_table(length)
        one_hot = np.zeros((n, length * 20), dtype=np.float32)
        one_hot[np.arange(n)[:, None], codes + np.arange(length) * 20] = 1
        part: NDArray[np.float32] = one_hot @ table
        part += constant
        return part

    def allele_part(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Part of the first layer that an allele brings.

        Parameters
        ----------
        codes
            Residue codes of pseudosequences, shape (alleles, 34).

        Returns
        -------
        Shape (alleles, units).
        """
        summed = self.allele_table[np.arange(GROOVE_RESIDUES), codes].sum(axis=1, dtype=np.int64)
        part: NDArray[np.float32] = (summed * self._first_scale).astype(np.float32)
        return part

    def logits(self, first_layer: NDArray[np.float32]) -> NDArray[np.float64]:
        """Both heads' logits.

        Parameters
        ----------
        first_layer
            Sum of a peptide's and an allele's part, shape (pairs, units). Overwritten.

        Returns
        -------
        Shape (pairs, 2): affinity (logit of 1 - log50000 IC50) and ligand.
        """
        np.maximum(first_layer, 0, out=first_layer)
        weights, bias = self._second
        hidden = first_layer.astype(np.float64) @ weights
        hidden += bias
        np.maximum(hidden, 0, out=hidden)
        result: NDArray[np.float64] = hidden @ self._heads
        result += self.head_bias
        return result


def check_exactness(network: Network) -> None:
    """Prove that no input can make the forward pass round.

    Raises
    ------
    ValueError
        Magnitudes leave too few bits; the weights need a coarser fixed point.
    """
    # Largest magnitude that any partial sum may reach, as whole multiples of the layer's unit. Python's integers
    # don't overflow, so the proof is itself exact.
    slots = np.abs(network.peptide_table.astype(np.int64)).max(axis=2).sum(axis=(0, 1))
    residues = np.abs(network.allele_table.astype(np.int64)).max(axis=1).sum(axis=0)
    first = (slots + residues + np.abs(network.first_bias.astype(np.int64))).tolist()
    second = [
        max(_one_sided(first, column, +1), _one_sided(first, column, -1)) + abs(bias)
        for column, bias in zip(network.second_weights.T.tolist(), network.second_bias.tolist(), strict=True)
    ]
    heads = [
        max(_one_sided(second, column, +1), _one_sided(second, column, -1))
        for column in network.head_weights.T.tolist()
    ]
    for layer, largest, bits in (
        ("first", max(first), FLOAT32_BITS),
        ("second", max(second), FLOAT64_BITS),
        ("head", max(heads), FLOAT64_BITS),
    ):
        if largest >= 2**bits:
            raise ValueError(f"sums of the {layer} layer may need {largest.bit_length()} bits, {bits} are exact")


def _one_sided(inputs: list[int], weights: list[int], sign: int) -> int:
    """Largest magnitude of a sum over weights of one sign: inputs are rectified, so the other sign only lessens it."""
    return sum(value * abs(weight) for value, weight in zip(inputs, weights, strict=True) if weight * sign > 0)


def from_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> Network:
    """Build a network from named arrays.

    Raises
    ------
    ValueError
        An array is missing, or its shape or type isn't what the network needs.
    """
    units = arrays["first_bias"].size if "first_bias" in arrays else 0
    second = arrays["second_bias"].size if "second_bias" in arrays else 0
    expected: dict[str, tuple[tuple[int, ...], type[np.generic]]] = {
        "peptide_table": ((len(ALIGNMENTS), SLOTS, N_SYMBOLS, units), np.int16),
        "allele_table": ((GROOVE_RESIDUES, 20, units), np.int16),
        "first_bias": ((units,), np.int32),
        "second_weights": ((units, second), np.int16),
        "second_bias": ((second,), np.int32),
        "head_weights": ((second, 2), np.int16),
        "head_bias": ((2,), np.float64),
        "exponents": ((3,), np.int64),
    }
    for name, (shape, kind) in expected.items():
        if name not in arrays:
            raise ValueError(f"no array {name!r}")
        if arrays[name].shape != shape or arrays[name].dtype != kind:
            found = arrays[name]
            raise ValueError(f"array {name!r} is {found.dtype} {found.shape}, expected {np.dtype(kind)} {shape}")
    first_exponent, second_exponent, head_exponent = (int(value) for value in arrays["exponents"].tolist())
    fields = {name: arrays[name] for name in expected if name != "exponents"}
    return Network(
        **fields,  # type: ignore[arg-type]  # shapes and types were checked above
        first_exponent=first_exponent,
        second_exponent=second_exponent,
        head_exponent=head_exponent,
    )
