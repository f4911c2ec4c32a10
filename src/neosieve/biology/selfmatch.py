"""Peptides that a normal protein already holds."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    Seeds = NDArray[np.uint64]

SEED = 8
"""Length of the start by which peptides are looked up; twelve letters of five bits would still fit 64."""
BITS = 5  # one letter: A–Z fit 5 bits
CHUNK = 2_000_000  # letters scanned at a time: 16 MB for each array of seeds, whatever the proteome's size
SIEVE_BITS = 22  # a table of 4 MB: with 10,000 queries one seed in 400 passes by chance
SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: Fibonacci hashing (Knuth, vol. 3, 6.4)


def find_self(peptides: Iterable[str], proteins: Mapping[str, str]) -> dict[str, str]:
    """Find the peptides that occur in any protein.

    The proteins are scanned once against the set of queries, each known by the number that its first eight letters
    spell; only where a number fits are all letters compared. So a proteome needs no index.

    Parameters
    ----------
    peptides
        Query peptides, eight residues or longer, upper case.
    proteins
        Name → sequence. Unknown residues (X) match nothing but themselves.

    Returns
    -------
    dict
        peptide → name of the first protein, in the mapping's order, that holds it.

    Raises
    ------
    ValueError
        A peptide is shorter than eight residues.
    """
    by_seed: dict[int, list[str]] = {}
    for peptide in set(peptides):
        if len(peptide) < SEED:
            raise ValueError(f"{peptide!r} is shorter than {SEED} residues")
        by_seed.setdefault(int(_seeds(peptide[:SEED])[0]), []).append(peptide)
    if not by_seed or not proteins:
        return {}

    wanted = np.fromiter(by_seed, np.uint64, len(by_seed))
    sieve = np.zeros(1 << SIEVE_BITS, bool)
    sieve[_slots(wanted)] = True
    found: dict[str, str] = {}
    for names, text, starts in _chunks(proteins):
        seeds = _seeds(text)
        hits = np.flatnonzero(sieve[_slots(seeds)])
        hits = hits[np.isin(seeds[hits], wanted)]
        for position, seed in zip(hits.tolist(), seeds[hits].tolist(), strict=True):
            for peptide in by_seed[seed]:
                if peptide not in found and text.startswith(peptide, position):
                    found[peptide] = names[bisect_right(starts, position) - 1]
    return found


def _chunks(proteins: Mapping[str, str]) -> Iterator[tuple[list[str], str, list[int]]]:
    """Yield whole proteins by the million letters: their names, one text, and where in it each begins."""
    names: list[str] = []
    starts: list[int] = []
    length = 0
    for name, protein in proteins.items():
        names.append(name)
        starts.append(length)
        length += len(protein) + 1
        if length >= CHUNK:
            yield names, "\n".join(proteins[one] for one in names), starts
            names, starts, length = [], [], 0
    yield names, "\n".join(proteins[one] for one in names), starts


def _seeds(text: str) -> Seeds:
    """Spell each run of eight letters as a number, five bits a letter; shape (len(text) - 7,)."""
    letters = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.uint64) & np.uint64(2**BITS - 1)
    count = len(letters) - SEED + 1
    if count < 1:
        return np.empty(0, np.uint64)
    seeds: Seeds = np.zeros(count, np.uint64)
    for offset in range(SEED):
        seeds = (seeds << np.uint64(BITS)) | letters[offset : offset + count]
    return seeds


def _slots(seeds: Seeds) -> Seeds:
    """Spread seeds evenly over the sieve's slots."""
    return (seeds * SPREAD) >> np.uint64(64 - SIEVE_BITS)
