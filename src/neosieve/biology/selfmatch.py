"""Peptides that a normal protein already holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    Letters = NDArray[np.uint8]
    Seeds = NDArray[np.uint64]
    Places = NDArray[np.int64]

SEED = 8
"""Length of the start by which peptides are looked up."""
BITS = 5  # one letter: A–Z fit 5 bits
CHUNK = 1 << 18  # letters scanned at a time: 2 MB of seeds, so that each step finds them in the processor's cache
SIEVE_BITS = 22  # a table of 4 MB: with 100,000 queries one seed in 40 passes by chance
SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: Fibonacci hashing (Knuth, vol. 3, 6.4)
BREAK = "\n"  # between two proteins; no peptide holds it


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
    found: dict[str, str] = {}
    for peptide, name in _holders(peptides, proteins):
        found.setdefault(peptide, name)
    return found


def find_sources(peptides: Iterable[str], proteins: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Find every protein that holds each peptide, as :func:`find_self` finds the first.

    Returns
    -------
    dict
        peptide → names of the proteins that hold it, in the mapping's order; without one, no entry.
    """
    found: dict[str, dict[str, None]] = {}
    for peptide, name in _holders(peptides, proteins):
        found.setdefault(peptide, {})[name] = None
    return {peptide: tuple(names) for peptide, names in found.items()}


def _holders(peptides: Iterable[str], proteins: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (peptide, protein that holds it), in the proteins' order."""
    queries = sorted(set(peptides))
    short = next((peptide for peptide in queries if len(peptide) < SEED), None)
    if short is not None:
        raise ValueError(f"{short!r} is shorter than {SEED} residues")
    if not queries or not proteins:
        return

    starts = _letters("".join(peptide[:SEED] for peptide in queries)).reshape(-1, SEED)
    own = _seeds(starts.ravel())[::SEED]
    order = np.argsort(own, kind="stable")
    own = own[order]
    wanted, first = np.unique(own, return_index=True)
    bounds = [*first.tolist(), len(queries)]
    by_seed = [queries[at] for at in order.tolist()]  # those of wanted[n] lie between bounds[n] and bounds[n + 1]
    sieve = np.zeros(1 << SIEVE_BITS, bool)
    sieve[_slots(wanted)] = True
    for names, text, begins in _chunks(proteins):
        seeds = _seeds(_letters(text))
        passed = np.flatnonzero(sieve[_slots(seeds)])
        place = np.searchsorted(wanted, seeds[passed])
        place[place == len(wanted)] = 0
        real = wanted[place] == seeds[passed]
        hits, place = passed[real], place[real]
        owners = np.searchsorted(begins, hits, side="right") - 1
        for hit, at, owner in zip(hits.tolist(), place.tolist(), owners.tolist(), strict=True):
            for peptide in by_seed[bounds[at] : bounds[at + 1]]:
                if text.startswith(peptide, hit):
                    yield peptide, names[owner]


def _chunks(proteins: Mapping[str, str]) -> Iterator[tuple[list[str], str, Places]]:
    """Yield whole proteins by the hundred thousand letters: their names, one text, and where in it each begins."""
    names: list[str] = []
    begins: list[int] = []
    length = 0
    for name, protein in proteins.items():
        names.append(name)
        begins.append(length)
        length += len(protein) + len(BREAK)
        if length >= CHUNK:
            yield names, BREAK.join(map(proteins.__getitem__, names)), np.array(begins)
            names, begins, length = [], [], 0
    yield names, BREAK.join(map(proteins.__getitem__, names)), np.array(begins, np.int64)


def _letters(text: str) -> Letters:
    """Return five bits of each letter."""
    return np.frombuffer(text.encode("ascii"), np.uint8) & np.uint8(2**BITS - 1)


def _seeds(letters: Letters) -> Seeds:
    """Spell each run of eight letters as a number, five bits a letter; shape (len(letters) - 7,).

    Two letters make a pair, two pairs a four, two fours an eight: three steps instead of seven, the first two on
    numbers of 16 and 32 bits.
    """
    if len(letters) < SEED:
        return np.empty(0, np.uint64)
    pairs = (letters[:-1].astype(np.uint16) << np.uint16(BITS)) | letters[1:]
    fours = (pairs[:-2].astype(np.uint32) << np.uint32(2 * BITS)) | pairs[2:]
    eights: Seeds = (fours[:-4].astype(np.uint64) << np.uint64(4 * BITS)) | fours[4:]
    return eights


def _slots(seeds: Seeds) -> Places:
    """Spread seeds evenly over the sieve's slots."""
    return ((seeds * SPREAD) >> np.uint64(64 - SIEVE_BITS)).view(np.int64)  # 22 bits: the sign bit is free
