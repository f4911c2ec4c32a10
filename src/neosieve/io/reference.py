"""The built reference: transcripts, the sequence around their exons, and their normal proteins, in one file.

Sequence is held for the merged exons of all transcripts, padded by 300 bases on both sides
(:data:`~neosieve.io.stretches.PADDING`), four bits a base; elsewhere every base reads N.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from neosieve.biology.normal import NIBBLES, finished
from neosieve.errors import InputError
from neosieve.io.cdna import VERSION
from neosieve.io.container import REBUILD, FileStore, MemoryStore, describe, parted, write_container
from neosieve.io.contigs import ContigNames
from neosieve.io.referencetables import TranscriptTable, encoded
from neosieve.io.stretches import Stretch, Stretches, regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from neosieve.io.container import Store
    from neosieve.model.genome import Interval, Transcript

_PAIRS = np.frombuffer("".join(high + low for high in NIBBLES for low in NIBBLES).encode(), dtype="S2")
"""The two bases of each byte, the first one in its high bits."""
_DIGEST_SHOWN = 12
_MOST_UNPACKED = 16_384  # tiles held at a time, about 1 kB each; a genome has ten times as many


class Reference:
    """Transcripts with their sequences and normal proteins; opened by :func:`open_reference`."""

    def __init__(self, store: Store, description: Mapping[str, Any], name: str) -> None:
        self._store = store
        self._name = name
        self.info: Mapping[str, object] = description["info"]
        """What it was built from and what it holds: provenance, counts, what was skipped and why, warnings."""
        self.identity = f"{name}, format {description['format']}, sha256 {description['digest'][:_DIGEST_SHOWN]}"
        """File or assembly name, format version and the begin of the content's SHA-256."""
        contigs = parted(store.table("contig_names"), store.table("contig_name_offsets"))
        self._contigs = {contig: index for index, contig in enumerate(contigs)}
        self._aliases = ContigNames(contigs)
        self._transcripts = TranscriptTable(store, contigs)
        self._tile_start: NDArray[np.int64] = store.table("tile_start")
        self._tile_length: NDArray[np.int64] = store.table("tile_length")
        self._tile_crc: NDArray[np.uint32] = store.table("tile_crc")
        self._tiles_of: NDArray[np.int64] = store.table("contig_tiles")
        self._packed_at = np.concatenate(([0], np.cumsum((self._tile_length + 1) // 2)))
        self._starts: dict[str, tuple[list[int], int]] = {}
        self._unpacked: dict[int, str] = {}

    @classmethod
    def from_models(cls, transcripts: Iterable[Transcript], sequences: Mapping[str, str]) -> Reference:
        """Build a reference in memory.

        Parameters
        ----------
        transcripts
            As the annotation would give them, their CDS without the stop codon; problems and implied incomplete ends
            are added as a build does.
        sequences
            Contig, spelled as in the transcripts → its whole sequence.

        Raises
        ------
        ValueError
            An exon lies outside its contig.
        """
        given = tuple(transcripts)
        cut = {
            contig: [Stretch(one.start, sequences[contig][one.start : one.end].upper().encode()) for one in many]
            for contig, many in regions(given).items()
        }
        stretches = Stretches(cut)
        done: list[tuple[Transcript, str]] = []
        for transcript in given:
            spliced = stretches.spliced(transcript)
            if spliced is None:
                raise ValueError(f"{transcript.name} has exons outside {transcript.contig}")
            done.append(finished(transcript, spliced))
        arrays, counts = encoded(done, stretches, {})
        return cls(MemoryStore(arrays), describe(arrays, {"counts": counts}), "in memory")

    @property
    def transcript_count(self) -> int:
        """How many transcripts it holds."""
        return len(self._transcripts)

    @property
    def contigs(self) -> tuple[str, ...]:
        """The contigs that hold transcripts, as the reference spells them."""
        return tuple(self._contigs)

    def contig(self, name: str) -> str | None:
        """Return the reference's own spelling of a contig or one of its aliases; None if it holds none of that name."""
        return self._aliases.find(name)

    def transcripts_at(self, contig: str, interval: Interval) -> tuple[Transcript, ...]:
        """List the transcripts whose span, introns included, overlaps an interval, by begin and name.

        Parameters
        ----------
        contig
            As the reference spells it; any other gives nothing.
        interval
            On that contig; a point between two bases overlaps what holds both of them.
        """
        index = self._contigs.get(contig)
        return () if index is None else self._transcripts.overlapping(index, interval.start, interval.end)

    def transcript(self, name: str) -> Transcript | None:
        """Find a transcript by its exact id, or else by its id without a version where only one has it."""
        index = self._rows.get(name)
        if index is None:
            found = self._rows_without_version.get(VERSION.sub("", name), ())
            index = found[0] if len(found) == 1 else None
        return None if index is None else self._transcripts[index]

    def bases(self, contig: str, interval: Interval) -> str:
        """Return the bases of an interval of the plus strand, upper case; N wherever the reference holds nothing.

        Parameters
        ----------
        contig
            As the reference spells it; any other is N throughout.
        interval
            May reach beyond the contig's end.

        Raises
        ------
        InputError
            The file is damaged.
        """
        starts, first = self._tiles(contig)
        index = max(bisect_right(starts, interval.start) - 1, 0)
        parts: list[str] = []
        done = interval.start
        if index < len(starts) and starts[index] <= done:
            tile = self._tile(first + index)[done - starts[index] : interval.end - starts[index]]
            if len(tile) == len(interval):
                return tile
        while index < len(starts) and starts[index] < interval.end:
            start, tile = starts[index], self._tile(first + index)
            left, right = max(done, start), min(interval.end, start + len(tile))
            if left < right:
                parts.append("N" * (left - done))
                parts.append(tile[left - start : right - start])
                done = right
            index += 1
        parts.append("N" * (interval.end - done))
        return "".join(parts)

    def normal_proteins(self) -> Mapping[str, str]:
        """Return name → protein for each distinct normal protein, for self-matching.

        Proteins have no stop; X stands for what is unknown, U for selenocysteine. The name is that of the first
        transcript that makes it, ``ENST… (GENE)``, or the proteome file's.
        """
        return self._proteins

    def protein_genes(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """Return protein name → (gene id, symbol) of the genes that make it; a proteome's own have no entry."""
        genes: dict[int, set[tuple[str, str]]] = {}
        numbers: list[int] = self._store.table("transcript_protein").tolist()
        for row, number in enumerate(numbers):
            if number >= 0:
                genes.setdefault(number, set()).add(self._transcripts.gene(row))
        names = list(self._proteins)
        return {names[number]: tuple(sorted(many)) for number, many in genes.items()}

    def gene_symbols(self) -> frozenset[str]:
        """Return the symbols of all genes that it has transcripts of."""
        return self._transcripts.symbols()

    def verify(self) -> None:
        """Check every array of the file.

        Raises
        ------
        InputError
            The file is damaged.
        """
        if isinstance(self._store, FileStore):
            self._store.verify()

    @cached_property
    def _proteins(self) -> dict[str, str]:
        names = parted(self._store.table("protein_names"), self._store.table("protein_name_offsets"))
        proteins = parted(self._store.table("proteins"), self._store.table("protein_offsets"))
        return dict(zip(names, proteins, strict=True))

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: index for index, name in enumerate(self._transcripts.names)}

    @cached_property
    def _rows_without_version(self) -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for name, index in self._rows.items():
            rows.setdefault(VERSION.sub("", name), []).append(index)
        return rows

    def _tiles(self, contig: str) -> tuple[list[int], int]:
        """Return the begins of a contig's tiles and the number of the first one."""
        held = self._starts.get(contig)
        if held is None:
            index = self._contigs.get(contig)
            first, last = (0, 0) if index is None else self._tiles_of[index : index + 2].tolist()
            held = self._starts[contig] = self._tile_start[first:last].tolist(), first
        return held

    def _tile(self, number: int) -> str:
        """Return the bases of a tile, checked against its CRC32 when first used."""
        bases = self._unpacked.get(number)
        if bases is None:
            packed = self._store.part("tiles", int(self._packed_at[number]), int(self._packed_at[number + 1]))
            if zlib.crc32(packed.data) != int(self._tile_crc[number]):
                raise InputError(f"{self._name} is damaged: its sequence doesn't match its checksum; {REBUILD}")
            bases = _PAIRS[packed].tobytes().decode("ascii")[: int(self._tile_length[number])]
            if len(self._unpacked) == _MOST_UNPACKED:  # a sorted VCF is done with the first one
                del self._unpacked[next(iter(self._unpacked))]
            self._unpacked[number] = bases
        return bases


def write_reference(
    path: Path,
    transcripts: Iterable[tuple[Transcript, str]],
    stretches: Stretches,
    *,
    proteome: Mapping[str, str],
    info: Mapping[str, object],
) -> None:
    """Write a reference; the same content gives the same bytes.

    Parameters
    ----------
    path
        Meant to be one lent by :func:`neosieve.report.atomic.replacing`.
    transcripts
        Finished ones with their normal proteins.
    stretches
        Sequence that holds all their exons.
    proteome
        Further normal proteins: name → protein.
    info
        What ``reference info`` shows; counts are added.
    """
    arrays, counts = encoded(transcripts, stretches, proteome)
    write_container(path, arrays, describe(arrays, {**info, "counts": {**_counts(info), **counts}}))


def open_reference(path: Path) -> Reference:
    """Open a built reference without reading its sequence or proteins.

    Raises
    ------
    InputError
        The file is missing, foreign, damaged, incomplete, or of another format version; says what to do.
    """
    store = FileStore(path)
    return Reference(store, store.description, path.name)


def _counts(info: Mapping[str, object]) -> Mapping[str, object]:
    counts = info.get("counts", {})
    return counts if isinstance(counts, dict) else {}
