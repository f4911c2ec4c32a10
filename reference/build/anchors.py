"""Scan every allele's anchors with the embedded model, so that no run has to.

    python reference/build/anchors.py --out reference/models

For each allele of the embedded model and each length from 8 to 11, ``neosieve.binding.anchors`` asks the model for
every residue at every position of 16 peptides and reads off each position's information. Alleles of one groove and
locus are scanned once. ``anchors.npz`` holds the rows, in millionths of a bit, and the model's identity; the same model
gives the same bytes. On one core it takes some minutes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neosieve.binding.anchors import LENGTHS, MICROBITS, AnchorScan
from neosieve.binding.embedded import EmbeddedPredictor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.mhc import Allele

AT_ONCE = 24  # alleles: 84,000 pairs of the longest peptides


def main(argv: Sequence[str] | None = None) -> None:
    """Write ``anchors.npz`` into ``--out``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for anchors.npz")
    options = parser.parse_args(argv)

    predictor = EmbeddedPredictor.load()
    row_of: dict[tuple[str, str], int] = {}
    alleles = sorted(predictor.supported())
    rows = [row_of.setdefault((predictor.groove(allele), allele.gene), len(row_of)) for allele in alleles]
    first = {row: allele for allele, row in zip(reversed(alleles), reversed(rows), strict=True)}
    scanned = [first[row] for row in range(len(first))]
    weights = np.zeros((len(scanned), sum(LENGTHS)), dtype=np.int32)
    for begin in range(0, len(scanned), AT_ONCE):
        weights[begin : begin + AT_ONCE] = _scan(predictor, scanned[begin : begin + AT_ONCE])
        print(f"{min(begin + AT_ONCE, len(scanned)):,} of {len(scanned):,} grooves", flush=True)
    target = options.out / "anchors.npz"
    np.savez_compressed(
        target,
        identity=np.array(predictor.identity),
        alleles=np.array([allele.name for allele in alleles]),
        rows=np.array(rows, dtype=np.int16),
        weights=weights,
    )
    print(f"{target}: {len(alleles):,} alleles, {len(scanned):,} grooves, {target.stat().st_size:,} bytes")


def _scan(predictor: EmbeddedPredictor, alleles: Sequence[Allele]) -> list[list[int]]:
    """Return each allele's row: the weights of all lengths, one after another."""
    found = []
    for length in LENGTHS:
        scan = AnchorScan(predictor)
        scan.learn([(allele, length) for allele in alleles])
        found.append([scan.of(allele, length).weights for allele in alleles])
    return [[round(bits * MICROBITS) for weights in row for bits in weights] for row in zip(*found, strict=True)]


if __name__ == "__main__":
    main()
