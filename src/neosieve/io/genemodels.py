"""Gene models from GTF and GFF3 as Ensembl, GENCODE, RefSeq and UCSC write them."""

from __future__ import annotations

import gc
import re
from bisect import bisect_right
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from neosieve.biology.normal import END_NF, START_NF
from neosieve.errors import InputError
from neosieve.io.features import attributes_of, read_features
from neosieve.model.genome import Interval, Transcript

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from neosieve.io.account import Account
    from neosieve.io.features import Gathered

STRANDS = {"+": 1, "-": -1}
FRAMESHIFT_BASES = 2
"""A programmed frameshift skips or rereads one base, or two; any other gap in a CDS is an error of the file."""
CODING_GENE = "protein_coding"

# RefSeq: transl_except=(pos:complement(12..14),aa:Sec)
_TO_SECIS = re.compile(r"\(pos:([^)]*(?:\([^)]*\))?[^)]*)(?:,|%2C)\s*aa:Sec\)")
_SEGMENT = re.compile(r"([VDJC])_(?:gene_)?(?:segment|region)")  # RefSeq's words for parts of immune receptors
_PREFIX = re.compile(r"^(?:transcript|gene|rna|CDS)[:-]")  # of ids in Ensembl's and RefSeq's GFF3


@dataclass(frozen=True, slots=True)
class GeneModel:
    """A coding transcript as annotated."""

    transcript: Transcript
    """Its CDS holds the stop codon if the file's do, unless `settled`."""
    pieces: tuple[Interval, ...] = ()
    """Coding stretches of a programmed frameshift, as offsets in the spliced transcript; otherwise empty."""
    settled: bool = False
    """Whether stop_codon lines have told where the CDS ends."""


@dataclass(frozen=True, slots=True)
class GeneModels:
    """A file of gene models."""

    models: tuple[GeneModel, ...]
    """By contig, begin and name."""
    format: str
    assembly: str
    """As the header names it, else empty."""
    noncoding: int
    """Transcripts without a CDS, which are not kept."""
    stops_inside: int
    """Transcripts whose stop_codon lines lie within the CDS."""
    stops_behind: int
    skipped: Account


class _UnusableError(Exception):
    """A transcript whose lines contradict each other; the message is the reason."""


def read_gene_models(path: Path) -> GeneModels:
    """Read the coding transcripts of a GTF or GFF3 file, plain or gzipped.

    Raises
    ------
    InputError
        The file is missing, damaged, of another kind, or holds no coding transcript.
    """
    with _no_collector():
        return _read(path)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Pause the collector of cyclic garbage: it takes 30 % of the time, and these objects have no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(path: Path) -> GeneModels:
    features = read_features(path)
    skipped = features.skipped
    models: list[GeneModel] = []
    stops: Counter[str] = Counter()
    noncoding = 0
    for one in features.transcripts:
        if not one.cds:
            noncoding += 1
            continue
        try:
            model, where = _model(one, features.format)
        except _UnusableError as error:
            skipped.add(str(error), one.key)
            continue
        models.append(model)
        stops[where] += 1
    if not models:
        tried = (
            f" ({skipped.total} lines or transcripts can't be used; first: {_first(skipped)})" if skipped.total else ""
        )
        raise InputError(
            f"{path} holds no coding transcript: {noncoding} transcripts have no CDS lines{tried}; "
            "give the full gene models"
        )
    ordered = sorted(models, key=lambda model: _place(model.transcript))
    return GeneModels(
        tuple(_uniquely_named(ordered)),
        features.format,
        features.assembly,
        noncoding,
        stops["inside"],
        stops["behind"],
        skipped,
    )


def _first(skipped: Account) -> str:
    reason, (_, example) = next(iter(skipped.reasons.items()))
    return f"{reason}, {example}"


def _place(transcript: Transcript) -> tuple[str, int, str]:
    return transcript.contig, transcript.exons[0].start, transcript.name


def _uniquely_named(models: Iterable[GeneModel]) -> Iterable[GeneModel]:
    """Give further copies of one name a number (RefSeq places some transcripts on both X and Y), as its GTF does."""
    seen: Counter[str] = Counter()
    for model in models:
        name = model.transcript.name
        copy = seen[name]
        seen[name] += 1
        yield replace(model, transcript=replace(model.transcript, name=f"{name}_{copy}")) if copy else model


def _model(one: Gathered, kind: str) -> tuple[GeneModel, str]:
    if len(one.contigs) > 1 or len(one.strands) > 1:
        raise _UnusableError("trans-spliced: exons on several contigs or strands")
    strand = STRANDS.get(next(iter(one.strands)))
    if strand is None:
        raise _UnusableError("no strand")
    # RefSeq gives mitochondrial genes no exons: there the coding stretches are all that is known
    exons = tuple(Interval(*stretch) for stretch in sorted(one.exons or one.cds))
    if any(one.end > two.start for one, two in pairwise(exons)):
        raise _UnusableError("overlapping exons")
    spliced = _Spliced(exons, strand)
    pieces = sorted((spliced.offsets(stretch), frame) for stretch, frame in one.cds.items())
    coding = tuple(piece for piece, _ in pieces)
    gaps = [two.start - one.end for one, two in pairwise(coding)]
    if any(abs(gap) > FRAMESHIFT_BASES for gap in gaps):
        raise _UnusableError("exons and CDS don't fit: the CDS leaves out bases of an exon")
    frame = pieces[0][1]
    missing = (3 - int(frame)) % 3 if frame in {"0", "1", "2"} else 0
    cds, where = _end(coding, [spliced.offsets(stretch) for stretch in sorted(one.stops)])
    if any(gaps):
        coding = (*coding[:-1], Interval(coding[-1].start, max(coding[-1].start, cds.end)))
    transcript = _described(one, kind, exons, strand, cds, missing)
    secs = _selenocysteines(one, spliced, cds.start + (3 - missing) % 3)
    return GeneModel(replace(transcript, selenocysteines=secs), coding if any(gaps) else (), bool(where)), where


def _end(coding: Sequence[Interval], stops: Sequence[Interval]) -> tuple[Interval, str]:
    """Take the stop codon off as far as stop_codon lines tell; they lie ``inside`` the CDS or ``behind`` it."""
    cds = Interval(coding[0].start, coding[-1].end)
    if stops:
        first, last = min(stop.start for stop in stops), max(stop.end for stop in stops)
        if last - first == sum(map(len, stops)):
            if last == cds.end and first > cds.start:
                return Interval(cds.start, first), "inside"
            if first == cds.end:
                return cds, "behind"
    return cds, ""


class _Spliced:
    """Places on the genome as offsets in a spliced transcript."""

    def __init__(self, exons: Sequence[Interval], strand: int) -> None:
        self._starts = [exon.start for exon in exons]
        self._ends = [exon.end for exon in exons]
        self._plus = strand > 0
        self._before = (0, *accumulate(map(len, exons)))

    def offsets(self, stretch: tuple[int, int]) -> Interval:
        """Offsets, 5′ to 3′, of a stretch that lies within one exon."""
        begin, end = stretch
        exon = bisect_right(self._starts, begin) - 1
        if exon < 0 or end > self._ends[exon]:
            raise _UnusableError("exons and CDS don't fit: a coding stretch or stop codon lies outside the exons")
        first = self._before[exon] + begin - self._starts[exon]
        last = first + end - begin
        whole = self._before[-1]
        return Interval(first, last) if self._plus else Interval(whole - last, whole - first)


def _selenocysteines(one: Gathered, spliced: _Spliced, begin: int) -> tuple[int, ...]:
    """Offsets of the codons read as selenocysteine; of a codon split over two exons only the first part is in frame."""
    stretches = set(one.selenocysteines)
    for text in _TO_SECIS.findall(one.texts.get("CDS", "")):
        numbers = sorted(map(int, re.findall(r"\d+", text)))
        # a codon's outermost bases, one of which is its first
        stretches |= {(numbers[0] - 1, numbers[0]), (numbers[-1] - 1, numbers[-1])} if numbers else set()
    offsets = {spliced.offsets(stretch).start for stretch in stretches}
    return tuple(sorted(offset for offset in offsets if (offset - begin) % 3 == 0 and offset >= begin))


def _described(
    one: Gathered, kind: str, exons: tuple[Interval, ...], strand: int, cds: Interval, missing: int
) -> Transcript:
    told = {level: attributes_of(text, kind) for level, text in one.texts.items()}
    own = told.get("transcript") or told.get("exon") or told.get("CDS") or {}
    coding, gene = told.get("CDS", {}), told.get("gene", {})
    tags = {
        tag.replace(" ", "_") for level in ("transcript", "exon", "CDS") for tag in told.get(level, {}).get("tag", ())
    }
    flags = tags & {START_NF, END_NF}
    incomplete = {"start_range": (START_NF, END_NF), "end_range": (END_NF, START_NF)}
    flags |= {incomplete[side][0 if strand > 0 else 1] for side in one.ranges}
    if missing:
        flags.add(START_NF)
    gene_id = (
        _one(own, "gene_id") or _one(gene, "gene_id") or _one(coding, "gene_id") or _PREFIX.sub("", _one(gene, "ID"), 1)
    )
    name = _one(own, "transcript_id") or _PREFIX.sub("", one.key, count=1)
    symbol = _first_of((own, gene, coding), ("gene_name", "gene")) or _one(gene, "Name")
    return Transcript(
        name=_versioned(name, _one(own, "transcript_version") or (kind == "GFF3" and _one(own, "version")) or ""),
        gene=symbol or gene_id or name,
        gene_id=gene_id or symbol or name,
        contig=one.contig,
        strand=strand,
        exons=exons,
        cds=cds,
        missing=missing,
        flags=frozenset(flags),
        biotype=_biotype(own, gene, symbol),
        canonical=bool(tags & {"Ensembl_canonical", "RefSeq_Select", "MANE_Select"}),
        mane_select="MANE_Select" in tags,
        support_level=_support_level(_one(own, "transcript_support_level")),
        appris=min((tag.removeprefix("appris_") for tag in tags if tag.startswith("appris_")), default=""),
        protein=_protein(own, coding, kind),
    )


def _one(attributes: Mapping[str, Sequence[str]], key: str) -> str:
    return next(iter(attributes.get(key, ())), "")


def _first_of(levels: Iterable[Mapping[str, Sequence[str]]], keys: Iterable[str]) -> str:
    wanted = tuple(keys)
    return next((value for level in levels for key in wanted if (value := _one(level, key))), "")


def _versioned(name: str, version: str) -> str:
    return f"{name}.{version}" if name and version and "." not in name else name


def _protein(own: Mapping[str, Sequence[str]], coding: Mapping[str, Sequence[str]], kind: str) -> str:
    name = _one(coding, "protein_id") or _one(own, "protein_id")
    return _versioned(name, _one(coding, "protein_version") or (kind == "GFF3" and _one(coding, "version")) or "")


def _biotype(own: Mapping[str, Sequence[str]], gene: Mapping[str, Sequence[str]], symbol: str) -> str:
    """Name the biotype as GENCODE does."""
    told = _first_of((own,), ("transcript_type", "transcript_biotype", "biotype", "gbkey"))
    if told == "mRNA":
        return CODING_GENE
    if told in {"CDS", "Gene", ""}:  # RefSeq, of a coding stretch without a transcript: only the gene tells
        told = _first_of((gene, own), ("gene_type", "gene_biotype")) or told
    segment = _SEGMENT.fullmatch(told)
    return f"{symbol[:2]}_{segment[1]}_gene" if segment and symbol[:2] in {"IG", "TR"} else told


def _support_level(text: str) -> int | None:
    """``1``, or ``1 (assigned to previous version 3)``; NA is None."""
    return int(text[0]) if text[:1].isdigit() else None
