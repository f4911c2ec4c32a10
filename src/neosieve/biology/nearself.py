"""Peptides that differ from a normal one in a single residue.

A T cell against such a neo-peptide may meet the normal peptide, too: it was deleted in the thymus, or it does harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from Bio.Align import substitution_matrices

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from neosieve.model.evidence import NormalLevel

    Codes = NDArray[np.uint8]
    Numbers = NDArray[np.int32]
    Places = NDArray[np.int64]

RESIDUES = "ACDEFGHIKLMNPQRSTUVWY"  # the standard twenty and selenocysteine; any other letter matches nothing
RADIX = len(RESIDUES)
UNKNOWN = np.uint8(RADIX)
SHORTEST = 8
SEEDS = (4, 5)  # 21^5 seeds index a table of 16 MB; of longer halves the first five residues are looked up
CHUNK = 1 << 18  # letters scanned at a time
PAIRS = 1 << 20  # possible matches compared at a time: 15 MB at 15 residues
NO, NEAR = "no", "near"

_CODE: Codes = np.full(256, UNKNOWN, np.uint8)
_CODE[np.frombuffer(RESIDUES.encode("ascii"), np.uint8)] = np.arange(RADIX, dtype=np.uint8)
_BLOSUM62 = substitution_matrices.load("BLOSUM62")  # type: ignore[no-untyped-call]  # Henikoff & Henikoff 1992, PNAS 89:10915


@dataclass(frozen=True, slots=True)
class NearSelf:
    """A normal peptide at one mismatch; immutable."""

    peptide: str
    """The normal peptide."""
    source: str
    """Name of the first protein, in the mapping's order, that holds it."""
    position: int
    """0-based position of the one residue that differs."""
    similarity: int
    """BLOSUM62 score of the two residues there, −4 to 3: the higher, the more alike. Selenocysteine counts as
    cysteine."""
    level: NormalLevel | None = None
    """How highly its genes are expressed in normal tissues; None where not known."""


def find_near(
    peptides: Iterable[str],
    proteins: Mapping[str, str],
    *,
    own: Mapping[str, Collection[str]] | None = None,
) -> dict[str, tuple[NearSelf, ...]]:
    """Find the normal peptides that differ from each peptide in exactly one residue.

    Two peptides with one mismatch share the first or the second half (pigeonhole principle: Baeza-Yates & Perleberg
    1996). So the proteins are scanned once for every half, and only where one is found are all residues compared.
    Memory is bounded: about 60 MB beside the queries and the answer.

    Parameters
    ----------
    peptides
        Eight residues or longer, of the twenty standard amino acids (or U).
    proteins
        Name → sequence. What isn't one of these letters (X, B, Z, J, O, ``*``) matches nothing.
    own
        peptide → its own aligned wild types, which are not counted: nearly every substitution has one, and how it
        compares is told by agretopicity and by where the change lies.

    Returns
    -------
    dict
        peptide → its normal neighbours, the most similar first, then in alphabetical order; without one, no entry.

    Raises
    ------
    ValueError
        A peptide is too short, or holds another letter.
    """
    queries = sorted(set(peptides))
    for peptide in queries:
        if len(peptide) < SHORTEST or not set(RESIDUES).issuperset(peptide):
            raise ValueError(f"{peptide!r} isn't of {SHORTEST} or more standard residues")
    if not queries or not proteins:
        return {}
    tables = [table for width in SEEDS if (table := _Table.of(queries, width)) is not None]
    names = list(proteins)
    not_counted = own or {}
    near: dict[str, list[NearSelf]] = {}
    for (query, normal), (owner, position) in sorted(_pairs(queries, tables, list(proteins.values())).items()):
        peptide = queries[query]
        if normal not in not_counted.get(peptide, ()):
            similarity = _similarity(peptide[position], normal[position])
            near.setdefault(peptide, []).append(NearSelf(normal, names[owner], position, similarity))
    return {peptide: tuple(sorted(some, key=lambda one: -one.similarity)) for peptide, some in near.items()}


def _pairs(
    queries: Sequence[str], tables: Sequence[_Table], sequences: Sequence[str]
) -> dict[tuple[int, str], tuple[int, int]]:
    """Return (query, normal peptide) → (the first sequence that holds it, the position that differs)."""
    pairs: dict[tuple[int, str], tuple[int, int]] = {}
    for begin, begins, text in _chunks(sequences):
        codes = _coded(text)
        for table in tables:
            for which, starts, positions in table.matches(codes):
                owners = np.searchsorted(begins, starts, side="right") - 1 + begin
                found = zip(which.tolist(), starts.tolist(), owners.tolist(), positions.tolist(), strict=True)
                for query, start, owner, position in found:
                    pair = query, text[start : start + len(queries[query])]
                    if pair not in pairs or owner < pairs[pair][0]:
                        pairs[pair] = owner, position
    return pairs


def most_alike(neighbours: Iterable[NearSelf], anchors: Collection[int] = ()) -> NearSelf | None:
    """Return the normal peptide that looks most like the neo-peptide to a T cell; None of none.

    One that differs at an anchor, which lies in the groove, shows the T cell the same face; else the more similar the
    residues are, the likelier is cross-reaction (Frankild 2008, PLoS ONE 3:e1831). The alphabet decides last.

    Parameters
    ----------
    anchors
        0-based positions of the allele's anchors.
    """
    ordered = sorted(neighbours, key=lambda one: (one.position not in anchors, -one.similarity, one.peptide))
    return ordered[0] if ordered else None


def _similarity(one: str, other: str) -> int:
    pair = ("C" if letter == "U" else letter for letter in (one, other))
    return int(_BLOSUM62[tuple(pair)])


def _chunks(sequences: Sequence[str]) -> Iterator[tuple[int, Places, str]]:
    """Yield whole proteins by the hundred thousand letters: the first's number, where each begins, and one text."""
    begin, begins, length = 0, list[int](), 0
    for number, sequence in enumerate(sequences):
        begins.append(length)
        length += len(sequence) + 1
        if length >= CHUNK or number + 1 == len(sequences):
            yield begin, np.array(begins, np.int64), "\n".join(sequences[begin : number + 1])
            begin, begins, length = number + 1, [], 0


def _coded(text: str) -> Codes:
    """Return each residue's number; any other letter is unknown, and so are the line breaks between proteins."""
    return _CODE[np.frombuffer(text.encode("latin-1", errors="replace"), np.uint8)]


def _numbers(codes: Codes, width: int) -> Numbers:
    """Spell each run of `width` residues as a number; RADIX ** width where one is unknown."""
    size = len(codes) - width + 1
    numbers, unknown = np.zeros(max(size, 0), np.int32), np.zeros(max(size, 0), np.bool_)
    for at in range(width if size > 0 else 0):
        letters = codes[at : at + size]
        numbers = numbers * np.int32(RADIX) + letters
        unknown |= letters == UNKNOWN
    numbers[unknown] = RADIX**width
    return numbers


@dataclass(frozen=True, slots=True)
class _Table:
    """The halves of all queries that are looked up by seeds of one width, in order of their seeds."""

    width: int
    bounds: Numbers
    """Entries with seed n lie between bounds[n] and bounds[n + 1]; shape (RADIX ** width + 2,)."""
    query: Places
    offset: Places
    """Of the half in its query."""
    length: Places
    row: Places
    """Of the query among those of its length."""
    rows: Mapping[int, Codes]
    """Residues of the queries by length; shape (queries, length)."""

    @classmethod
    def of(cls, queries: Sequence[str], width: int) -> _Table | None:
        """Take those halves of the queries; None where there is none."""
        by_length: dict[int, list[int]] = {}
        for query, peptide in enumerate(queries):
            by_length.setdefault(len(peptide), []).append(query)
        rows: dict[int, Codes] = {}
        parts: list[Places] = []
        seeds: list[Numbers] = []
        for length, members in by_length.items():
            rows[length] = _coded("".join(queries[query] for query in members)).reshape(-1, length)
            half = length // 2
            for offset, size in ((0, half), (half, length - half)):
                if min(size, SEEDS[-1]) == width:
                    seeds.append(_numbers(rows[length].ravel(), width)[offset::length])
                    count = len(members)
                    columns = (members, [offset] * count, [length] * count, range(count))
                    parts.append(np.array([list(column) for column in columns], np.int64))
        if not parts:
            return None
        numbers = np.concatenate(seeds)
        order = np.argsort(numbers, kind="stable")
        bounds = np.zeros(RADIX**width + 2, np.int32)
        np.cumsum(np.bincount(numbers, minlength=RADIX**width + 1), out=bounds[1:])
        query, offset_of, length_of, row = np.concatenate(parts, axis=1)[:, order]
        return cls(width, bounds, query, offset_of, length_of, row, rows)

    def matches(self, codes: Codes) -> Iterator[tuple[Places, Places, Places]]:
        """Yield the queries at one mismatch to a text: their numbers, where they begin, and which residue differs."""
        numbers = _numbers(codes, self.width)
        counts = self.bounds[numbers + 1] - self.bounds[numbers]
        hits = np.flatnonzero(counts)
        total = np.cumsum(counts[hits], dtype=np.int64)
        begin = 0
        while begin < len(hits):
            before = int(total[begin - 1]) if begin else 0
            end = max(begin + 1, int(np.searchsorted(total, before + PAIRS, side="right")))
            some = hits[begin:end]
            each = counts[some]
            within = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
            entry = np.repeat(self.bounds[numbers[some]], each) + within
            start = np.repeat(some, each) - self.offset[entry]
            lengths = self.length[entry]
            inside = (start >= 0) & (start + lengths <= len(codes))
            for length, rows in self.rows.items():
                chosen = np.flatnonzero(inside & (lengths == length))
                if chosen.size:
                    window = np.lib.stride_tricks.sliding_window_view(codes, length)[start[chosen]]
                    differs = window != rows[self.row[entry[chosen]]]
                    one = np.flatnonzero(differs.sum(axis=1, dtype=np.uint8) == 1)
                    position = differs[one].argmax(axis=1)
                    known = window[one, position] != UNKNOWN
                    kept = chosen[one[known]]
                    yield self.query[entry[kept]], start[kept], position[known]
            begin = end
