"""Transcripts, sequence and proteins as columns of numbers, and back."""

from __future__ import annotations

import zlib
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from neosieve.biology.normal import END_NF, NIBBLES, START_NF
from neosieve.io.container import strings
from neosieve.model.genome import Interval, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from neosieve.io.container import Store
    from neosieve.io.stretches import Stretches

_TEXTS = ("name", "gene", "gene_id", "biotype", "appris", "protein", "problem")
_FARTHEST = np.iinfo(np.int32).max
_BITS = (START_NF, END_NF, "canonical", "mane_select")
_NIBBLE = bytes(max(NIBBLES.find(chr(byte)), 0) or NIBBLES.index("N") for byte in range(256))


def encoded(
    transcripts: Iterable[tuple[Transcript, str]], stretches: Stretches, proteome: Mapping[str, str]
) -> tuple[dict[str, NDArray[Any]], dict[str, int]]:
    """Turn finished transcripts with their proteins, sequence and further proteins into arrays, and count them."""
    rows = sorted(transcripts, key=lambda row: (row[0].contig, row[0].exons[0].start, row[0].name))
    ordered = [transcript for transcript, _ in rows]
    contigs = sorted({one.contig for one in ordered})
    arrays = _transcript_arrays(ordered, contigs) | _tile_arrays(stretches, contigs)
    arrays["contig_names"], arrays["contig_name_offsets"] = strings(contigs)
    named: dict[str, str] = {}  # protein → its first name
    for transcript, protein in rows:
        if protein:
            named.setdefault(protein, f"{transcript.name} ({transcript.gene})")
    from_transcripts = len(named)
    for name, protein in proteome.items():
        if protein:
            named.setdefault(protein, name)
    index = {protein: number for number, protein in enumerate(named)}
    arrays["transcript_protein"] = np.array([index.get(protein, -1) for _, protein in rows], dtype=np.int32)
    arrays["proteins"], arrays["protein_offsets"] = strings(named)
    arrays["protein_names"], arrays["protein_name_offsets"] = strings(_distinct(named.values()))
    counts = {
        "transcripts": len(ordered),
        "genes": len({one.gene_id for one in ordered}),
        "contigs": len(contigs),
        "transcripts with a problem": sum(bool(one.problem) for one in ordered),
        "transcripts with an incomplete CDS": sum(bool(one.flags) for one in ordered),
        "distinct normal proteins": from_transcripts,
        "further proteins of the proteome": len(named) - from_transcripts,
        "bases of sequence": int(arrays["tile_length"].sum()),
    }
    return arrays, counts


class TranscriptTable:
    """Transcripts made from their columns when asked for, once each."""

    def __init__(self, store: Store, contigs: Sequence[str]) -> None:
        self._contigs = contigs
        self._pool = store.table("texts").tobytes()
        self._pool_at: NDArray[np.int64] = store.table("text_offsets")
        self._texts: NDArray[np.int32] = store.table("transcript_texts")
        self._numbers: NDArray[np.int32] = store.table("transcript_numbers")
        self._exons: NDArray[np.int32] = store.table("exons")
        self._exons_at: NDArray[np.int32] = store.table("exon_offsets")
        self._secs: NDArray[np.int32] = store.table("selenocysteines")
        self._secs_at: NDArray[np.int32] = store.table("selenocysteine_offsets")
        self._rows_of: NDArray[np.int64] = store.table("contig_transcripts")
        self._begin: NDArray[np.int32] = self._exons[self._exons_at[:-1], 0]
        self._end: NDArray[np.int32] = self._exons[self._exons_at[1:] - 1, 1]
        self._decoded: dict[int, str] = {}
        self._made: dict[int, Transcript] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def names(self) -> list[str]:
        """Every transcript's name, by row."""
        return [self._text(index) for index in self._texts[:, 0].tolist()]

    def gene(self, row: int) -> tuple[str, str]:
        """Return the id and the symbol of a transcript's gene."""
        symbol, gene_id = (self._text(self._texts[row, _TEXTS.index(key)]) for key in ("gene", "gene_id"))
        return gene_id, symbol

    def symbols(self) -> frozenset[str]:
        """Return the symbols of all genes."""
        return frozenset(map(self._text, np.unique(self._texts[:, _TEXTS.index("gene")]).tolist()))

    def __getitem__(self, row: int) -> Transcript:
        made = self._made.get(row)
        if made is None:
            made = self._made[row] = self._make(row)
        return made

    def overlapping(self, contig: int, begin: int, end: int) -> tuple[Transcript, ...]:
        """List the transcripts whose span overlaps, by begin and name."""
        first, last = self._rows_of[contig : contig + 2].tolist()
        # begins ascend within a contig: none from here on begins early enough
        # of the array's own type, or the whole of it would be cast
        last = first + int(self._begin[first:last].searchsorted(np.int32(min(end, _FARTHEST)), side="left"))
        (hits,) = (self._end[first:last] > begin).nonzero()
        return tuple(self[first + hit] for hit in hits.tolist())

    def _make(self, row: int) -> Transcript:
        contig, strand, cds_start, cds_end, missing, bits, level = self._numbers[row].tolist()
        first, last = self._exons_at[row : row + 2].tolist()
        exons = self._exons[first:last].tolist()
        first, last = self._secs_at[row : row + 2].tolist()
        secs = self._secs[first:last].tolist() if last > first else ()
        set_bits = {name for position, name in enumerate(_BITS) if bits >> position & 1}
        texts = dict(zip(_TEXTS, map(self._text, self._texts[row].tolist()), strict=True))
        return Transcript(
            contig=self._contigs[contig],
            strand=strand,
            exons=tuple(Interval(start, end) for start, end in exons),
            cds=Interval(cds_start, cds_end),
            missing=missing,
            flags=frozenset(set_bits & {START_NF, END_NF}),
            canonical="canonical" in set_bits,
            mane_select="mane_select" in set_bits,
            support_level=level or None,
            selenocysteines=tuple(secs),
            **texts,
        )

    def _text(self, index: int) -> str:
        text = self._decoded.get(index)
        if text is None:
            begin, end = self._pool_at[index : index + 2].tolist()
            text = self._decoded[index] = self._pool[begin:end].decode()
        return text


def _transcript_arrays(ordered: Sequence[Transcript], contigs: Sequence[str]) -> dict[str, NDArray[Any]]:
    pool: dict[str, int] = {}
    texts = [[pool.setdefault(getattr(one, key), len(pool)) for key in _TEXTS] for one in ordered]
    number = {contig: index for index, contig in enumerate(contigs)}
    numbers = [
        (number[one.contig], one.strand, one.cds.start, one.cds.end, one.missing, _bits(one), one.support_level or 0)
        for one in ordered
    ]
    blob, offsets = strings(pool)
    exons = [(exon.start, exon.end) for one in ordered for exon in one.exons]
    columns = np.array(numbers, dtype=np.int32).reshape(len(ordered), 7)
    return {
        "texts": blob,
        "text_offsets": offsets,
        "transcript_texts": np.array(texts, dtype=np.int32).reshape(len(ordered), len(_TEXTS)),
        "transcript_numbers": columns,
        "exons": np.array(exons, dtype=np.int32).reshape(len(exons), 2),
        "exon_offsets": _offsets(len(one.exons) for one in ordered),
        "selenocysteines": np.fromiter(chain.from_iterable(one.selenocysteines for one in ordered), dtype=np.int32),
        "selenocysteine_offsets": _offsets(len(one.selenocysteines) for one in ordered),
        "contig_transcripts": np.searchsorted(columns[:, 0], np.arange(len(contigs) + 1)).astype(np.int64),
    }


def _bits(transcript: Transcript) -> int:
    held = (*(flag in transcript.flags for flag in (START_NF, END_NF)), transcript.canonical, transcript.mane_select)
    return sum(value << position for position, value in enumerate(held))


def _tile_arrays(stretches: Stretches, contigs: Sequence[str]) -> dict[str, NDArray[Any]]:
    starts, lengths, crcs, packed = list[int](), list[int](), list[int](), list[bytes]()
    per_contig: list[int] = []
    for contig in contigs:
        tiles = stretches.by_contig.get(contig, ())
        per_contig.append(len(tiles))
        for tile in tiles:
            codes = np.frombuffer(tile.bases.translate(_NIBBLE) + bytes(len(tile.bases) % 2), dtype=np.uint8)
            data = (codes[::2] << 4 | codes[1::2]).tobytes()
            starts.append(tile.start)
            lengths.append(len(tile.bases))
            crcs.append(zlib.crc32(data))
            packed.append(data)
    return {
        "contig_tiles": _offsets(per_contig).astype(np.int64),
        "tile_start": np.array(starts, dtype=np.int64),
        "tile_length": np.array(lengths, dtype=np.int64),
        "tile_crc": np.array(crcs, dtype=np.uint32),
        "tiles": np.frombuffer(b"".join(packed), dtype=np.uint8),
    }


def _offsets(lengths: Iterable[int]) -> NDArray[np.int32]:
    return np.concatenate(([0], np.cumsum(np.fromiter(lengths, dtype=np.int32)))).astype(np.int32)


def _distinct(names: Iterable[str]) -> list[str]:
    """Give repeated names a number, which a proteome beside the transcripts may bring."""
    seen: dict[str, int] = {}
    told: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return told
