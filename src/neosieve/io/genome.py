"""Genomes: FASTA (plain, gzip, bgzip), streamed once and cut to what is needed, or 2bit; or transcripts (cDNA)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neosieve.errors import InputError
from neosieve.io.account import Account
from neosieve.io.cdna import TranscriptNames, laid_back
from neosieve.io.contigs import ContigNames
from neosieve.io.stretches import Stretch, Stretches, regions
from neosieve.io.textfile import blocks
from neosieve.io.twobit import TwoBit, is_two_bit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from neosieve.model.genome import Interval, Transcript

_UPPER = bytes(byte - 32 if ord("a") <= byte <= ord("z") else byte for byte in range(256))
_WHITE = b" \t\r\n"
LETTERS = b"ACGTUMRWSYKVHDBN"
"""What a nucleotide FASTA may hold (IUPAC), in upper case."""
_TO_DNA = bytes.maketrans(b"U", b"T")


@dataclass(frozen=True, slots=True)
class Sequences:
    """What a genome or transcript file gave for the gene models."""

    kind: str
    """``genome FASTA``, ``2bit`` or ``transcript FASTA``."""
    stretches: Stretches
    names: Mapping[str, str]
    """Contig of the gene models → its name in the file; empty for transcripts."""
    skipped: Account = field(default_factory=Account)
    """Transcripts whose own sequence can't be used; see `unusable`."""
    unusable: frozenset[str] = frozenset()
    """Names of those transcripts."""


def read_sequences(path: Path, transcripts: Sequence[Transcript]) -> Sequences:
    """Read what the transcripts need, one contig in memory at a time.

    Raises
    ------
    InputError
        The file is missing, damaged, no nucleotide file, or matches neither contigs nor transcripts.
    """
    wanted = regions(transcripts)
    contigs = ContigNames(wanted)
    try:
        with path.open("rb") as stream:
            if is_two_bit(stream.read(4)):
                return _from_two_bit(TwoBit(path), wanted, contigs, path)
    except FileNotFoundError:
        pass  # the reader below says it
    except OSError as error:
        raise InputError(
            f"{path}: can't be read ({error.strerror}); check that it is a file and its permissions"
        ) from error
    return _from_fasta(path, transcripts, wanted, contigs)


def records(path: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """Yield (name, upper-case bases) of the wanted records of a FASTA file; of the others, nothing is kept.

    Raises
    ------
    InputError
        The file is missing, damaged, or doesn't begin like FASTA.
    """
    header, name, parts = b"", "", list[bytes]()
    in_header = keep = False
    begun = False
    for block in blocks(path):
        if not begun and not block.lstrip(_WHITE).startswith(b">"):
            raise InputError(f"{path} doesn't begin with '>'; give the genome (or its transcripts) as FASTA or 2bit")
        begun = True
        position = 0
        while position < len(block):
            if in_header:
                end = block.find(b"\n", position)
                header += block[position : len(block) if end < 0 else end]
                position = len(block) if end < 0 else end + 1
                if end >= 0:
                    in_header, parts = False, []
                    name = header.decode("utf-8", errors="replace").strip()
                    keep = wanted(name)
            else:
                end = block.find(b">", position)
                stop = len(block) if end < 0 else end
                if keep:
                    parts.append(block[position:stop].translate(_UPPER, _WHITE))
                position = stop
                if end >= 0:
                    if keep:
                        yield name, _checked(path, name, parts)
                    in_header, header, keep, position = True, b"", False, end + 1
    if keep:
        yield name, _checked(path, name, parts)


def _checked(path: Path, name: str, parts: list[bytes]) -> bytes:
    whole = b"".join(parts)
    parts.clear()
    if odd := whole.translate(None, LETTERS):
        raise InputError(
            f"{path}: {name.split(maxsplit=1)[0]} holds {chr(odd[0])!r}, which is no nucleotide; give a DNA FASTA file"
        )
    return whole.translate(_TO_DNA) if b"U" in whole else whole


def _from_fasta(
    path: Path, transcripts: Sequence[Transcript], wanted: Mapping[str, Sequence[Interval]], contigs: ContigNames
) -> Sequences:
    known = TranscriptNames(transcripts)
    cut: dict[str, list[Stretch]] = {}
    names: dict[str, str] = {}
    spelled: dict[str, bytes] = {}
    seen: list[str] = []

    def is_wanted(header: str) -> bool:
        name = header.split(maxsplit=1)[0] if header else ""
        seen.append(name)
        return contigs.find(name) is not None or known.find(name) is not None

    for header, bases in records(path, is_wanted):
        name = header.split(maxsplit=1)[0]
        contig = contigs.find(name)
        if contig is None:
            spelled[name] = bases
        elif contig not in names or name == contig:  # hg19 has a chrM that isn't MT beside a chrMT that is
            names[contig] = name
            cut[contig] = [Stretch(one.start, bases[one.start : one.end]) for one in wanted[contig]]
    if names:
        return Sequences("genome FASTA", Stretches(cut), names)
    if spelled:
        back = laid_back(known, spelled, wanted)
        return Sequences("transcript FASTA", back.stretches, {}, back.skipped, back.unusable)
    raise _nothing_fits(path, seen, wanted)


def _from_two_bit(
    file: TwoBit, wanted: Mapping[str, Sequence[Interval]], contigs: ContigNames, path: Path
) -> Sequences:
    names: dict[str, str] = {}
    for name in file.names:
        contig = contigs.find(name)
        if contig is not None and (contig not in names or name == contig):
            names[contig] = name
    if not names:
        raise _nothing_fits(path, file.names, wanted)
    cut: dict[str, list[Stretch]] = {}
    for contig, name in names.items():
        length = file.length(name)
        within = [type(one)(min(one.start, length), min(one.end, length)) for one in wanted[contig]]
        cut[contig] = [Stretch(one.start, file.bases(name, one)) for one in within]
    return Sequences("2bit", Stretches(cut), names)


def _nothing_fits(path: Path, seen: Sequence[str], wanted: Mapping[str, object]) -> InputError:
    ours, theirs = (", ".join(list(names)[:3]) for names in (wanted, seen))
    return InputError(
        f"{path} holds none of the contigs or transcripts of the gene models (it has {theirs or 'no record'}; they "
        f"have {ours}); give the genome that the gene models were made for"
    )
