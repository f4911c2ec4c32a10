"""Expression of genes in normal tissues: GTEx's medians, or any table of genes by tissues."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neosieve.errors import InputError
from neosieve.io.expression import DATE, GENE_ID_COLUMNS, SYMBOL_COLUMNS, TRANSCRIPT_COLUMNS, VALUE_COLUMNS
from neosieve.io.headedtable import MISSING, plain_name
from neosieve.io.textfile import lines
from neosieve.model.evidence import NormalTissues, stable_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

UNDERSTOOD = (
    "GTEx's gene medians (…gene_median_tpm.gct, plain or gzipped), a TSV or CSV with a column gene_id, gene or symbol "
    "and one column of numbers for each tissue, or one with columns gene, tissue and TPM"
)
TISSUE_COLUMNS = ("tissue", "tissue_name", "tissue_type", "organ")
LONG_VALUES = {"ntpm": "nTPM", **VALUE_COLUMNS, "ptpm": "pTPM"}
"""Value column of a long table → its unit; the Human Protein Atlas gives nTPM, which it calls its consensus."""
GCT = re.compile(r"#1\.\d")
GTEX_SAMPLE = re.compile(r"gtex[-_]\w+[-_]\d{4}", re.IGNORECASE)
NOT_TISSUES = frozenset(
    {
        *("description", "biotype", "gene_biotype", "gene_type", "type", "level", "entrez", "entrez_id", "entrezgene"),
        *(
            "entrezgene_id",
            "ncbi_gene_id",
            "hgnc_id",
            "chr",
            "chrom",
            "chromosome",
            "seqname",
            "start",
            "end",
            "strand",
        ),
        *("length", "gene_length", "max", "mean", "median", "average", "sum", "total", "tau"),
    }
)
"""Columns of numbers and words that stand beside tissues."""
NOT_TISSUE = re.compile(r"cells[ _-]", re.IGNORECASE)
"""GTEx's cultured fibroblasts and transformed lymphocytes: cells in a dish are no normal tissue."""


def read_normal_tissues(path: Path) -> NormalTissues:
    """Read a table of expression in normal tissues.

    Parameters
    ----------
    path
        GTEx's ``.gct``, a table of genes by tissues, one of gene, tissue and value, or one of genes and TPM; plain or
        gzipped, recognised by its header.

    Returns
    -------
    NormalTissues
        Each gene's highest value. A gene of several rows (PAR1 on X and Y; a symbol of several ids) has their highest.
        Columns of cultured cells are left out.

    Raises
    ------
    InputError
        The file is missing, unreadable, cut off, of another kind, or holds no value.
    """
    rows = _rows(path)
    announced: int | None = None
    line, cells = next(rows, (0, []))
    is_gct = bool(cells) and GCT.fullmatch(cells[0].strip()) is not None
    if is_gct:
        line, cells = next(rows, (line, []))
        if not cells or not cells[0].isdecimal():
            raise InputError(
                f"{path}:{line} should hold the numbers of rows and columns, as a .gct does; is it cut off?"
            )
        announced = int(cells[0])
        line, cells = next(rows, (line, []))
    layout = _layout(path, cells, "GTEx" if is_gct else "plain table")
    collected = _Collected()
    count = 0
    for line, row in rows:
        count += 1
        if len(row) != len(cells):
            raise InputError(
                f"{path}:{line} has {len(row)} cells where {len(cells)} are due; is the file cut off, "
                "or does a name hold its separator?"
            )
        collected.add(layout, row)
    if announced is not None and count != announced:
        raise InputError(f"{path} announces {announced:,} genes but holds {count:,}; copy or download it again")
    if not collected.highest:
        raise InputError(f"{path} holds no value; is it cut off? give {UNDERSTOOD}")
    return collected.table(layout)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each line that says something; a .gct's version is told apart from a comment."""
    delimiter = ""
    for number, text in lines(path):
        if not text.strip() or (text.startswith("#") and "\t" not in text and not GCT.fullmatch(text.strip())):
            continue
        if GCT.fullmatch(text.strip()):
            yield number, [text.strip()]
            continue
        delimiter = delimiter or ("\t" if "\t" in text else ",")
        yield number, next(csv.reader([text], delimiter=delimiter)) if '"' in text else text.split(delimiter)


@dataclass(frozen=True, slots=True)
class _Layout:
    tool: str
    unit: str
    gene: int
    """Place of the column that names the gene; its id where there is one."""
    symbol: int | None
    tissue: int | None
    """Of a long table."""
    values: tuple[tuple[int, str | None], ...]
    """(place, tissue) of each column of numbers."""
    left_out: int
    """Columns of cultured cells."""


def _layout(path: Path, header: Sequence[str], tool: str) -> _Layout:
    names = [plain_name(cell) for cell in header]
    place = {name: number for number, name in reversed(list(enumerate(names)))}

    def first(*wanted: str) -> int | None:
        return next((place[name] for name in wanted if name in place), None)

    ids = first(*GENE_ID_COLUMNS, *(["name", "id"] if tool == "GTEx" else []))
    symbol = first(*SYMBOL_COLUMNS, *(["description"] if ids is not None else []))
    gene = symbol if ids is None else ids
    if first(*TRANSCRIPT_COLUMNS) is not None:
        raise InputError(
            f"{path} is a table of transcripts; expression in normal tissues goes by genes: give {UNDERSTOOD}"
        )
    if gene is None or len(names) < 2:  # noqa: PLR2004  a name and a value
        shown = ", ".join(names[:8]) or "an empty file"
        raise InputError(
            f"{path}: not a table of normal tissues that can be read (its header: {shown}); give {UNDERSTOOD}"
        )
    taken = {gene} if symbol is None else {gene, symbol}
    tissue, value = first(*TISSUE_COLUMNS), next((name for name in LONG_VALUES if name in place), None)
    if tissue is not None:
        if value is None:
            raise InputError(f"{path} has a column of tissues but none of TPM; give {UNDERSTOOD}")
        return _Layout(tool, LONG_VALUES[value], gene, symbol, tissue, ((place[value], None),), 0)
    rest = [number for number in range(len(names)) if number not in taken and names[number] not in NOT_TISSUES]
    if any(GTEX_SAMPLE.match(header[number]) for number in rest):
        raise InputError(
            f"{path}: its columns are single samples, not tissues; give GTEx's gene medians (…gene_median_tpm.gct.gz)"
        )
    if value is not None:
        return _Layout(tool, LONG_VALUES[value], gene, symbol, None, ((place[value], None),), 0)
    kept = [number for number in rest if not NOT_TISSUE.match(header[number].strip())]
    unit = "TPM" if "tpm" in path.name.lower() else "not stated"
    values = tuple((number, header[number].strip()) for number in kept)
    return _Layout(tool, unit, gene, symbol, None, values, len(rest) - len(kept))


@dataclass(slots=True)
class _Collected:
    """A table in the making."""

    highest: dict[str, tuple[float, str | None]] = field(default_factory=dict)
    aliases: dict[str, dict[str, None]] = field(default_factory=dict)
    tissues: set[str] = field(default_factory=set)
    refused: int = 0
    dates: set[str] = field(default_factory=set)

    def add(self, layout: _Layout, row: Sequence[str]) -> None:
        """Take one row; what isn't a value is passed over, and what isn't even a number is counted."""
        symbol = "" if layout.symbol is None else row[layout.symbol].strip()
        key = stable_name(row[layout.gene].strip()) or symbol
        if not key:
            return
        if DATE.fullmatch(key) or DATE.fullmatch(symbol):
            self.dates.add(symbol or key)
        if symbol and symbol != key:
            self.aliases.setdefault(symbol, {})[key] = None
        for place, name in layout.values:
            tissue = name if layout.tissue is None else row[layout.tissue].strip() or None
            if tissue is not None:
                self.tissues.add(tissue)
            text = row[place].strip()
            if text.lower() in MISSING:
                continue
            value = _number(text)
            if value is None:
                self.refused += 1
            elif key not in self.highest or value > self.highest[key][0]:
                self.highest[key] = value, tissue

    def table(self, layout: _Layout) -> NormalTissues:
        """Finish."""
        remarks = []
        if layout.unit == "not stated":
            remarks.append("the table doesn't state its unit: its values are taken as TPM")
        if layout.left_out:
            remarks.append(f"{layout.left_out:,} columns of cultured cells are not used: these are no normal tissue")
        if self.refused:
            remarks.append(f"{self.refused:,} values that are negative or no numbers count as missing")
        if self.dates:
            examples = ", ".join(sorted(self.dates)[:3])
            remarks.append(f"{len(self.dates):,} names are dates ({examples}): spreadsheet software changed them")
        aliases = {symbol: tuple(keys) for symbol, keys in self.aliases.items()}
        return NormalTissues(layout.tool, layout.unit, max(1, len(self.tissues)), self.highest, aliases, tuple(remarks))


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
