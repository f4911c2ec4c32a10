"""Lines of GTF and GFF3, gathered by transcript; nothing is interpreted here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from neosieve.errors import InputError
from neosieve.io.account import Account
from neosieve.io.textfile import lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COLUMNS = 9
LONGEST = 1 << 31
"""Bases of a contig; SAM and VCF tools end here too."""
PATIENCE = 1000
"""Lines of something else after which a file is taken for something else."""
SELENOCYSTEINE = frozenset({"Selenocysteine", "stop_codon_redefined_as_selenocysteine"})
PARTS = frozenset({"exon", "CDS", "stop_codon"}) | SELENOCYSTEINE
"""Features that belong to a transcript and are used."""
UNUSED = frozenset({
    "5UTR", "3UTR", "UTR", "five_prime_utr", "three_prime_utr", "five_prime_UTR", "three_prime_UTR", "start_codon",
    "intron", "region", "chromosome", "scaffold", "biological_region", "cDNA_match", "match", "match_part", "enhancer",
    "silencer", "protein_binding_site", "sequence_feature",
})  # fmt: skip
"""Features that are neither parts, nor transcripts, nor genes."""
TRANSCRIPT = "transcript"
MALFORMED = "malformed line"

_GTF_ATTRIBUTE = re.compile(r'\s*([\w.-]+)\s+(?:"([^"]*)"|([^;"\s]+))\s*(?:;|$)')
_GTF_TRANSCRIPT = re.compile(r'(?:^|[;\s])transcript_id "?([^";]+)')
_GFF_ATTRIBUTE = re.compile(r"(?:^|;)\s*(\w+)=")
_ASSEMBLY = re.compile(
    r"#!genome-build\s+(?:\S+\s+)?(\S+)|##description:.*genome \((\S+)\)|\b(GRC[hm]\d\d(?:\.p\d+)?)\b"
)


@dataclass(slots=True)
class Gathered:
    """What a file says of one transcript; begins and ends are 0-based, half-open, on the genome."""

    key: str
    """Its id in the file, as spelled there."""
    contig: str
    strands: set[str] = field(default_factory=set)
    exons: set[tuple[int, int]] = field(default_factory=set)
    cds: dict[tuple[int, int], str] = field(default_factory=dict)
    """Coding stretch → its frame column."""
    stops: set[tuple[int, int]] = field(default_factory=set)
    selenocysteines: set[tuple[int, int]] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    """Attributes, as written, of the first line of each kind: ``transcript``, ``gene``, ``exon``, ``CDS``."""
    contigs: set[str] = field(default_factory=set)
    ranges: set[str] = field(default_factory=set)
    """RefSeq's ``start_range``, ``end_range`` on coding lines: which sides, on the genome, are incomplete."""


@dataclass(slots=True)
class Features:
    """A whole file."""

    format: str
    """``GTF`` or ``GFF3``."""
    assembly: str
    """As the header names it; empty if it doesn't."""
    transcripts: list[Gathered]
    skipped: Account


def read_features(path: Path) -> Features:
    """Read a GTF or GFF3 file, plain or gzipped.

    Raises
    ------
    InputError
        The file is missing, damaged, or holds no line of either format.
    """
    reader = _Reader()
    assembly = ""
    for number, text in lines(path):
        if text.startswith("##FASTA"):
            break
        if text.startswith("#"):
            assembly = assembly or _assembly(text)
        elif text.strip():
            reader.take(number, text.split("\t"))
            if not reader.format and reader.skipped.total > PATIENCE:
                break
    if not reader.format or not (reader.gathered or reader.nodes):
        raise InputError(f"{path} holds no gene models: it is no GTF or GFF3 file; give the annotation, not the genome")
    return Features(reader.format, assembly, reader.transcripts(), reader.skipped)


class _Reader:
    """Sorts lines by transcript."""

    def __init__(self) -> None:
        self.format = ""
        self.skipped = Account()
        self.gathered: dict[tuple[str, str], Gathered] = {}
        self.nodes: dict[str, _Node] = {}

    def take(self, number: int, fields: Sequence[str]) -> None:
        """Take a line."""
        if len(fields) != COLUMNS:
            self.skipped.add(MALFORMED, f"line {number}: {len(fields)} columns instead of {COLUMNS}")
            return
        contig, _, feature, begin, end, _, strand, frame, attributes = fields
        if not self.format:
            self.format = _format(attributes)
        is_gtf = self.format == "GTF"
        if feature in UNUSED or (is_gtf and feature not in PARTS and feature != TRANSCRIPT):
            return
        if not is_gtf and feature not in PARTS:
            if node := unquote(_value(attributes, "ID")):
                self.nodes.setdefault(node, _Node(feature, unquote(_value(attributes, "Parent")), attributes))
            return
        owners = _gtf_owner(attributes) if is_gtf else _value(attributes, "Parent").split(",")
        if not owners or not owners[0]:
            self.skipped.add(MALFORMED, f"line {number}: {feature} without {'transcript_id' if is_gtf else 'Parent'}")
            return
        if not (begin.isdecimal() and end.isdecimal() and 0 < int(begin) <= int(end) < LONGEST):
            self.skipped.add(MALFORMED, f"line {number}: {feature} without valid positions")
            return
        for owner in owners:
            # one id on two contigs of a GTF is two transcripts (PAR genes on X and Y); GFF3's ids are unique
            key = (owner, contig if is_gtf else "")
            one = self.gathered.get(key)
            if one is None:
                one = self.gathered[key] = Gathered(unquote(owner), contig)
            one.contigs.add(contig)
            _add(one, feature, (int(begin) - 1, int(end)), strand, frame, attributes)

    def transcripts(self) -> list[Gathered]:
        """Return all transcripts, with what a GFF3 file says of them and of the genes above them."""
        for one in self.gathered.values():
            node = self.nodes.get(one.key)
            if node is None:
                continue
            # RefSeq's mitochondrial coding stretches belong to their gene without a transcript between
            one.texts["gene" if node.feature.endswith("gene") else TRANSCRIPT] = node.attributes
            if node.parent in self.nodes:
                one.texts["gene"] = self.nodes[node.parent].attributes
        return list(self.gathered.values())


class _Node(NamedTuple):
    """A transcript or gene of a GFF3 file."""

    feature: str
    parent: str
    attributes: str


def attributes_of(text: str, kind: str) -> dict[str, list[str]]:
    """Split a ninth column; a key may come several times (GTF) or hold a list (GFF3)."""
    found: dict[str, list[str]] = {}
    if kind == "GTF":
        for key, quoted, bare in _GTF_ATTRIBUTE.findall(text):
            found.setdefault(key, []).append(quoted or bare)
        return found
    for item in text.split(";"):
        key, equals, value = item.strip().partition("=")
        if equals:
            found.setdefault(key, []).extend(map(unquote, value.split(",")))
    return found


def _add(one: Gathered, feature: str, stretch: tuple[int, int], strand: str, frame: str, attributes: str) -> None:
    one.strands.add(strand)
    if feature == "exon":
        one.exons.add(stretch)
        one.texts.setdefault("exon", attributes)
    elif feature == "CDS":
        one.cds[stretch] = frame
        one.texts.setdefault("CDS", attributes)
        if "_range" in attributes:
            one.ranges.update(side for side in ("start_range", "end_range") if f"{side}=" in attributes)
    elif feature == "stop_codon":
        one.stops.add(stretch)
    elif feature in SELENOCYSTEINE:
        one.selenocysteines.add(stretch)
    else:
        one.texts.setdefault(TRANSCRIPT, attributes)


def _gtf_owner(attributes: str) -> list[str]:
    found = _GTF_TRANSCRIPT.search(attributes)
    return [found[1]] if found else []


def _format(attributes: str) -> str:
    return "GFF3" if _GFF_ATTRIBUTE.match(attributes) else "GTF" if _GTF_ATTRIBUTE.match(attributes) else ""


def _value(attributes: str, key: str) -> str:
    """One value of a GFF3 column."""
    if attributes.startswith(f"{key}="):
        return attributes[len(key) + 1 :].partition(";")[0]
    return attributes.partition(f";{key}=")[2].partition(";")[0]


def _assembly(text: str) -> str:
    found = _ASSEMBLY.search(text)
    return next((name for name in found.groups() if name), "") if found else ""
