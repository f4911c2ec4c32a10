"""VCF files: every ALT becomes a Call or a ledger entry that says why not.

Records are parsed here, line by line, rather than by htslib, because the work is exactly what htslib can't do: it stops
at the first broken record, can't tell line numbers, and refuses a VCF that plain gzip compressed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Protocol

from neosieve.errors import InputError
from neosieve.io.annotation import CsqReader
from neosieve.io.counts import dna_counts, genotype, phase_set, rna_counts
from neosieve.io.seen import SeenVariants
from neosieve.io.textfile import lines
from neosieve.model.evidence import Expression
from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.model.variant import AlleleCounts, Call, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from neosieve.model.annotation import TranscriptConsequence
    from neosieve.model.patient import Samples

FIXED_COLUMNS = 8
ALT_COLUMN = 4
META = re.compile(r"##(\w+)=<ID=([^,>]+)(.*)>$")
NUMBER = re.compile(r",Number=([^,>]+)")
DESCRIPTION = re.compile(r",Description=\"(.*)\"")
BASES = frozenset("ACGT")
PASSING = frozenset({"PASS", "."})


@dataclass(frozen=True, slots=True)
class Header:
    """What of a VCF's header matters here."""

    path: Path
    samples: tuple[str, ...]
    simple: Mapping[str, str]
    """``##key=value`` lines."""
    info: Mapping[str, str]
    """INFO id → description."""
    format_number: Mapping[str, str]
    """FORMAT id → Number."""


class Sink(Protocol):
    """What takes calls one by one, as a list does."""

    def append(self, call: Call, /) -> None:
        """Take the next one."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which records count."""

    include_filtered: bool = False
    """Also read records whose FILTER is neither PASS nor '.'."""


def read_header(path: Path) -> Header:
    """Read the header.

    Raises
    ------
    InputError
        The file is missing, unreadable, truncated or no VCF.
    """
    simple: dict[str, str] = {}
    info: dict[str, str] = {}
    number: dict[str, str] = {}
    for line_number, text in lines(path):
        if line_number == 1 and not text.startswith("##fileformat=VCF"):
            raise InputError(f"{path} is not a VCF: it doesn't begin with '##fileformat=VCF'")
        if text.startswith("##"):
            match = META.match(text)
            if match is None:
                key, _, value = text[2:].partition("=")
                # one that is repeated with another value (two tumor_sample lines) names nothing for sure
                simple[key] = value if simple.get(key, value) == value else ""
            elif match[1] == "INFO":
                description = DESCRIPTION.search(match[3])
                info[match[2]] = description[1] if description else ""
            elif match[1] == "FORMAT":
                states = NUMBER.search(match[3])
                number[match[2]] = states[1] if states else "."
        elif text.startswith("#CHROM"):
            columns = text.split("\t") if "\t" in text else text.split()
            return Header(path, tuple(columns[FIXED_COLUMNS + 1 :]), simple, info, number)
        else:
            break
    raise InputError(f"{path} has no '#CHROM' line; it is not a VCF, or its header is cut off")


def read_calls(
    header: Header,
    samples: Samples,
    policy: Policy,
    normal_proteins: dict[str, str] | None = None,
    *,
    annotated: bool = True,
    inherited: Sink | None = None,
) -> Iterator[Call | LedgerEntry]:
    """Read all ALTs in file order: one Call or LedgerEntry for each; one entry for a record that can't be read.

    Parameters
    ----------
    header, samples, policy
        The header, the samples to read, and which records count.
    normal_proteins
        Filled with transcript → normal protein of every record that can be read, whether it counts or not.
    annotated
        Whether the calls need an annotation; if not, one that is there is read to be compared with.
    inherited
        Given the germline calls among the ALTs that get a ledger entry: those that fail FILTER (as germline ones do),
        and those that the tumour lost.

    Raises
    ------
    InputError
        The file breaks off, or it isn't annotated although it must be.
    """
    csq = CsqReader.from_header(header.info, header.path) if annotated else CsqReader.if_any(header.info)
    if csq is None:
        csq = CsqReader(())
    normal_proteins = {} if normal_proteins is None else normal_proteins
    inherited = [] if inherited is None else inherited
    reader = _RecordReader(header, samples, policy, csq, normal_proteins, inherited, annotated=annotated)
    for number, text in lines(header.path):
        if text and not text.startswith("#"):
            yield from reader.read(number, text)


class _RecordReader:
    """Turns one record's line into calls; remembers which variants it has seen."""

    def __init__(
        self,
        header: Header,
        samples: Samples,
        policy: Policy,
        csq: CsqReader,
        normal_proteins: dict[str, str],
        inherited: Sink,
        *,
        annotated: bool,
    ) -> None:
        self._inherited = inherited
        self._annotated = annotated
        self._normal_proteins = normal_proteins
        self._policy = policy
        self._csq = csq
        self._columns = FIXED_COLUMNS + 1 + len(header.samples)
        self._tumor = FIXED_COLUMNS + 1 + header.samples.index(samples.tumor)
        self._normal = None if samples.normal is None else FIXED_COLUMNS + 1 + header.samples.index(samples.normal)
        self._ad_number = header.format_number.get("AD", "R")
        self._seen = SeenVariants()
        self._filters: dict[str, tuple[tuple[str, ...], str]] = {}

    def read(self, line: int, text: str) -> list[Call | LedgerEntry]:
        columns = text.split("\t")
        problem = self._problem(columns)
        if problem is not None:
            return [_entry(name, Outcome.MALFORMED_RECORD, f"line {line}: {problem}") for name in _names(columns, line)]
        ref, alts = _alleles(columns)
        names = _named(columns, ref, alts)
        if alts == ["."]:
            return [_entry(names[0], Outcome.NO_ALTERNATIVE_ALLELE, "the record states no ALT")]

        csq = _value(columns[7], "CSQ")
        self._csq.add_normal_proteins(csq, self._normal_proteins)
        filters, filtered = self._judged(columns[6])
        refused = bool(filters) and not self._policy.include_filtered
        if refused and not self._in_normal(columns):
            return [_entry(name, Outcome.FILTERED, filtered) for name in names]

        start = int(columns[1]) - 1
        variants = [Variant(columns[0], start, ref, alt) for alt in alts]
        told = self._csq.relevant(csq, ref, alts)
        keys = columns[8].split(":") if len(columns) > FIXED_COLUMNS else []
        tumor = dict(zip(keys, columns[self._tumor].split(":"), strict=False))
        normal = None if self._normal is None else dict(zip(keys, columns[self._normal].split(":"), strict=False))
        found = [
            self._call(line, variant, allele, len(alts), filters, tumor, normal, own, refused=refused)
            for allele, (variant, own) in enumerate(zip(variants, told, strict=True), start=1)
        ]
        if refused:
            return [_entry(name, Outcome.FILTERED, filtered) for name in names]
        return found

    def _judged(self, text: str) -> tuple[tuple[str, ...], str]:
        """Return the filters that a record fails, and that in words; each FILTER column is read once."""
        known = self._filters.get(text)
        if known is None:
            filters = tuple(name for name in text.split(";") if name not in PASSING)
            known = self._filters[text] = filters, f"FILTER is {';'.join(filters)}"
        return known

    def _in_normal(self, columns: Sequence[str]) -> bool:
        """Whether the normal's genotype carries any ALT; told by its first letters, before anything is split."""
        if self._normal is None or len(columns) <= FIXED_COLUMNS or not columns[FIXED_COLUMNS].startswith("GT"):
            return False
        genotype_text = columns[self._normal].partition(":")[0]
        return any(letter in "123456789" for letter in genotype_text)

    def _problem(self, columns: Sequence[str]) -> str | None:
        if len(columns) < self._columns:
            return f"{len(columns)} columns where the header has {self._columns}"
        if not _is_position(columns[1]):
            return f"POS is {columns[1]!r}, not a positive number"
        if not columns[3].isalpha():
            return f"REF is {columns[3]!r}, not a base sequence"
        return None

    def _call(
        self,
        line: int,
        variant: Variant,
        allele: int,
        alleles: int,
        filters: tuple[str, ...],
        tumor: Mapping[str, str],
        normal: Mapping[str, str] | None,
        told: tuple[tuple[TranscriptConsequence, ...], bool],
        *,
        refused: bool,
    ) -> Call | LedgerEntry:
        name = str(variant)
        if not variant.alt.isalpha():
            kind = "stands for a deletion in another record" if variant.alt == "*" else "is not a sequence of bases"
            return _entry(name, Outcome.SYMBOLIC_ALLELE, f"ALT {variant.alt} {kind}; small variants only")
        if set(variant.alt) - BASES or set(variant.ref) - BASES:
            return _entry(
                name, Outcome.MALFORMED_RECORD, f"line {line}: REF or ALT holds letters other than A, C, G, T"
            )
        counts = dna_counts(tumor, variant, allele, alleles, self._ad_number)
        absent = absent_from(tumor, counts, allele)
        germline = normal is not None and allele in (genotype(normal) or ())
        if absent is not None and not germline:
            return _entry(name, *absent)
        seen = None if refused or absent else self._seen.line_of(variant)
        if seen is not None:
            return _entry(name, Outcome.DUPLICATE_RECORD, f"line {line} repeats the variant of line {seen}")
        consequences, annotated = told
        if self._annotated and not annotated and absent is None:
            return _entry(name, Outcome.NO_ANNOTATION, "the record's CSQ has no entry that is surely this ALT's")
        if not refused and absent is None:
            self._seen.add(variant, line)
        indices = genotype(tumor) or ()
        call = Call(
            variant=variant,
            line=line,
            filters=filters,
            tumor=counts,
            normal=None if normal is None else dna_counts(normal, variant, allele, alleles, self._ad_number),
            rna=rna_counts(tumor, allele, alleles),
            homozygous=set(indices) == {allele},
            germline=germline,
            in_tumor=absent is None,
            phase=phase_set(tumor, allele),
            gene_expression=_expression(tumor.get("GX", "")),
            transcript_expression=_expression(tumor.get("TX", "")),
            consequences=consequences,
        )
        if germline and (refused or absent is not None):
            self._inherited.append(call)
        return call if absent is None else _entry(name, *absent)


def absent_from(tumor: Mapping[str, str], counts: AlleleCounts, allele: int) -> tuple[Outcome, str] | None:
    """Say why the tumour doesn't carry the ALT; None if it does."""
    indices = genotype(tumor)
    reads = "ALT reads unknown" if counts.alt_reads is None else f"{counts.alt_reads} ALT reads of {counts.depth}"
    if indices is None:  # no GT, as Strelka writes it: the reads decide
        if counts.alt_reads is None and counts.vaf is None:
            return Outcome.NO_GENOTYPE, "the tumour has no GT and no read counts that would tell (AD, AU…, TIR, AF)"
        present = (counts.vaf or 0.0) > 0 if counts.alt_reads is None else counts.alt_reads > 0
        return None if present else (Outcome.NOT_IN_TUMOR, f"the tumour has no GT and {reads}")
    if allele in indices:
        return None
    stated = tumor["GT"]
    if all(index is None for index in indices):
        return Outcome.NO_GENOTYPE, f"the tumour's genotype is uncalled ({stated}; {reads})"
    return Outcome.NOT_IN_TUMOR, f"the tumour's genotype {stated} lacks this ALT ({reads})"


def _expression(text: str) -> tuple[Expression, ...]:
    """Read VAtools' ``feature|value,feature|value``."""
    found = []
    for part in text.split(","):
        feature, bar, value = part.rpartition("|")
        try:
            number = float(value)
        except ValueError:
            continue  # 'feature|NA': the value is missing
        if bar and feature and isfinite(number):  # 'nan' is a number to Python
            found.append(Expression(feature, number))
    return tuple(found)


def _is_position(text: str) -> bool:
    return text.isdecimal() and int(text) >= 1


def _alleles(columns: Sequence[str]) -> tuple[str, list[str]]:
    """Return REF and the ALTs, bases in upper case; a symbolic ALT or a breakend stays as it is written."""
    return columns[3].upper(), [alt.upper() if alt.isalpha() else alt for alt in columns[4].split(",")]


def _named(columns: Sequence[str], ref: str, alts: Sequence[str]) -> list[str]:
    """Name a record's ALTs as :class:`~neosieve.model.variant.Variant` does."""
    place = f"{columns[0]}:{int(columns[1])}:{ref}>"
    return [place + alt for alt in alts]


def _names(columns: Sequence[str], line: int) -> list[str]:
    """Name the ALTs of a record that can't be read: as variants where it says that much, else by its line."""
    if len(columns) > ALT_COLUMN and _is_position(columns[1]) and columns[3].isalpha():
        return _named(columns, *_alleles(columns))
    where = ":".join(columns[:2]) if len(columns) > 1 else "record"
    return [f"{where} (line {line})"]


def _value(info: str, key: str) -> str:
    """Return the value of an INFO field, the last one of that name; empty where there is none."""
    for part in reversed(info.split(";")):
        if part.startswith(key) and part[len(key) : len(key) + 1] in {"", "="}:
            return part[len(key) + 1 :]
    return ""


def _entry(variant: str, outcome: Outcome, detail: str) -> LedgerEntry:
    return LedgerEntry(variant, None, None, None, outcome, detail, 0)
