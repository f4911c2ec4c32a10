"""Expression tables as quantifiers write them, recognised by their headers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from neosieve.errors import InputError
from neosieve.io.headedtable import open_table
from neosieve.model.evidence import STABLE_ID, ExpressionTable, stable_name

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.io.headedtable import HeadedTable, Row
    from neosieve.model.evidence import Level

UNDERSTOOD = (
    "salmon's quant.sf (Name, EffectiveLength, TPM, NumReads …); kallisto's abundance.tsv (target_id, eff_length, "
    "est_counts, tpm); RSEM's genes.results or isoforms.results; StringTie's gene abundances (-A); featureCounts of "
    "one sample; or a TSV or CSV with a column gene_id, gene, symbol or transcript_id and a column TPM, FPKM, RPKM or "
    "value"
)
TRANSCRIPT_COLUMNS = ("transcript_id", "transcript", "tx_id", "tx", "enst", "ensembl_transcript_id", "target_id")
GENE_ID_COLUMNS = ("gene_id", "geneid", "ensembl_gene_id", "ensembl_id", "ensembl", "ensg", "gene")
SYMBOL_COLUMNS = ("gene_name", "gene_symbol", "genesymbol", "symbol", "hgnc_symbol", "hugo_symbol")
VALUE_COLUMNS = {
    "tpm": "TPM",
    "fpkm": "FPKM",
    "rpkm": "RPKM",
    "value": "not stated",
    "expression": "not stated",
    "abundance": "not stated",
}
"""Column of a plain table → its unit; the first that is there counts."""
SAMPLE_COLUMNS = ("sample", "sample_id", "sampleid", "sample_name")
FEATURE_COUNTS = ("geneid", "chr", "start", "end", "strand", "length")
"""Fixed columns of featureCounts; each column after them is a sample's counts."""
GENE_ID = re.compile(r"ENS[A-Z]*G\d+")
TRANSCRIPT_ID = re.compile(r"ENS[A-Z]*T\d+|[NX][MR]_\d+")
DATE = re.compile(r"\d{1,2}-(?:Mar|Sep|Sept|Dec|Oct|Nov|Feb|Apr)", re.IGNORECASE)
"""What spreadsheet software makes of MARCH1, SEPT2, DEC1 and their like (Ziemann 2016, Genome Biol 17:177)."""
PER_MILLION = 1e6
GENCODE_FIELDS = 6  # transcript|gene|havana gene|havana transcript|transcript name|symbol|…: GENCODE's FASTA headers


def read_expression(path: Path) -> ExpressionTable:
    """Read the abundances of one sample.

    Parameters
    ----------
    path
        A table of salmon, kallisto, RSEM, StringTie or featureCounts, or a plain one; plain or gzipped. Which it is,
        and whether it is of genes or of transcripts, is told by its header and its names.

    Returns
    -------
    ExpressionTable
        TPM where the table has it. Of featureCounts' counts and lengths, TPM is computed (Wagner 2012, Theory Biosci
        131:281): a gene's reads per base over the sum of all genes', times a million; the lengths are those of all the
        gene's exons, not effective ones.

    Raises
    ------
    InputError
        The file is missing, unreadable, cut off, of none of these kinds, of several samples, holds no value, or gives
        an id twice.

    Notes
    -----
    Versions of ids are dropped. The copies of a pseudoautosomal gene on X and Y are one gene, and so are the loci of
    StringTie and all rows of one symbol: they are summed, and counted in the remarks. An id that is given twice in any
    other table is an error, because it is most often a table of several samples. A row whose value is negative,
    infinite or no number counts as missing and is counted; missing is never zero.
    """
    table = open_table(path)
    if table.has(*FEATURE_COUNTS):
        return _feature_counts(table)
    layout = _layout(table)
    if layout is None:
        raise table.unrecognised("an expression table", UNDERSTOOD)
    collected = _Collected(table.path, summed=layout.summed)
    samples = set()
    for row in table.rows():
        samples.add(row.get(layout.sample))
        collected.add(row.line, _Names.of(row, layout), _value(row, layout.value))
    if len(samples) > 1:
        raise InputError(
            f"{path} holds {len(samples)} samples ({', '.join(sorted(samples)[:3])} …); keep only the tumour's rows"
        )
    return collected.table(layout.tool, layout.level, layout.unit)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which column of a table means what."""

    tool: str
    key: tuple[str, ...]
    """Columns that name the feature; the first that has a name counts."""
    value: str
    unit: str
    level: Level | None
    """None to go by the ids."""
    gene: tuple[str, ...] = ()
    """Columns that name the feature's gene besides."""
    sample: str | None = None
    summed: bool = False
    """Whether an id may repeat: its rows are parts of one feature."""


def _layout(table: HeadedTable) -> _Layout | None:
    if table.has("name", "effectivelength", "tpm", "numreads"):
        return _Layout("salmon", ("name",), "tpm", "TPM", None)
    if table.has("target_id", "eff_length", "est_counts", "tpm"):
        return _Layout("kallisto", ("target_id",), "tpm", "TPM", None)
    if table.has("gene_id", "transcript_id(s)", "expected_count", "tpm"):
        return _Layout("RSEM", ("gene_id",), "tpm", "TPM", "gene")
    if table.has("transcript_id", "gene_id", "expected_count", "tpm"):
        return _Layout("RSEM", ("transcript_id",), "tpm", "TPM", "transcript", ("gene_id",))
    if table.has("gene_id", "gene_name", "reference", "coverage", "tpm"):
        return _Layout("StringTie", ("gene_id", "gene_name"), "tpm", "TPM", "gene", ("gene_name",), summed=True)
    value = table.first(*VALUE_COLUMNS)
    transcript = table.first(*TRANSCRIPT_COLUMNS)
    found = (table.first(*GENE_ID_COLUMNS), table.first(*SYMBOL_COLUMNS, "gene"))  # beside an id, gene is a symbol
    genes = tuple(dict.fromkeys(name for name in found if name is not None))
    if value is None or (transcript is None and not genes):
        return None
    unit, sample = VALUE_COLUMNS[value], table.first(*SAMPLE_COLUMNS)
    if transcript is not None:
        return _Layout("plain table", (transcript,), value, unit, "transcript", genes, sample)
    return _Layout("plain table", genes, value, unit, None, genes[1:], sample)


@dataclass(frozen=True, slots=True)
class _Names:
    """How a row names its feature."""

    raw: str
    """As written, to notice repetitions; empty where the row names nothing."""
    key: str
    gene: tuple[str, ...]
    """Names of the gene, the id first, as far as the row tells."""

    @classmethod
    def of(cls, row: Row, layout: _Layout) -> _Names:
        raw = next((text for column in layout.key if (text := row.get(column))), "")
        gene = [text for column in layout.gene if (text := row.get(column))]
        parts = raw.split("|")
        if len(parts) >= GENCODE_FIELDS:
            raw, gene = parts[0], [parts[1], parts[5]]
        elif GENE_ID.match(raw):
            gene += _with_appended(raw)[1:]
        return cls(raw, stable_name(raw), tuple(name for one in gene for name in _with_appended(one)))


@lru_cache(maxsize=1 << 12)  # a gene's transcripts mostly follow one another
def _with_appended(name: str) -> tuple[str, ...]:
    """Split what RSEM's ``--append-names`` makes, ``ENSG00000139618.15_BRCA2``, into the id and the symbol."""
    found = STABLE_ID.fullmatch(name)
    if found is None or not found["suffix"] or found["suffix"] == "_PAR_Y" or found["suffix"][1:].isdecimal():
        return (stable_name(name),)
    return stable_name(name), found["suffix"].removeprefix("_PAR_Y").lstrip("_")


def _value(row: Row, column: str) -> float | str | None:
    """Return a value that can be used, None if it is missing, or why it is refused."""
    try:
        value = row.number(column)
    except ValueError:
        return "no finite number"
    return "negative" if value is not None and value < 0 else value


@dataclass(slots=True)
class _Collected:
    """A table in the making."""

    path: Path
    summed: bool
    values: dict[str, float | None] = field(default_factory=dict)
    genes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)
    nameless: int = 0
    refused: int = 0
    missing: int = 0

    def add(self, line: int, names: _Names, value: float | str | None) -> None:
        """Take one row.

        Raises
        ------
        InputError
            Its id was given before.
        """
        if not names.key:
            self.nameless += 1
            return
        if isinstance(value, str):
            self.refused += 1
            value = None
        elif value is None:
            self.missing += 1
        if names.raw in self.lines and not self.summed and STABLE_ID.fullmatch(names.raw):
            raise InputError(
                f"{self.path}:{line} gives {names.raw} again (first in line {self.lines[names.raw]}); "
                "is it a table of several samples? keep only the tumour's rows"
            )
        self.lines.setdefault(names.raw, line)
        if names.key in self.values:
            self.merged.add(names.key)
            before = self.values[names.key]
            value = None if before is None or value is None else before + value
        self.values[names.key] = value
        if names.gene:
            self.genes.setdefault(names.key, names.gene)

    def table(self, tool: str, level: Level | None, unit: str) -> ExpressionTable:
        """Finish.

        Raises
        ------
        InputError
            There is no value.
        """
        if all(value is None for value in self.values.values()):
            raise InputError(f"{self.path} holds no value in {unit}; is it cut off? give {UNDERSTOOD}")
        level = _level(self.values, tool) if level is None else level
        aliases: dict[str, list[str]] = {}
        if level == "gene":
            for key, names in self.genes.items():
                for name in names:
                    if name != key:
                        aliases.setdefault(name, []).append(key)
        return ExpressionTable(
            tool,
            level,
            unit,
            self.values,
            {alias: tuple(keys) for alias, keys in aliases.items() if alias not in self.values},
            self.genes if level == "transcript" else {},
            self.refused,
            self.missing,
            tuple(self._remarks(unit)),
        )

    def _remarks(self, unit: str) -> list[str]:
        remarks = []
        if unit == "not stated":
            remarks.append("the table doesn't state its unit: its values are taken as TPM")
        if self.refused:
            remarks.append(f"{self.refused:,} rows with a negative or unreadable value count as missing")
        if self.missing:
            remarks.append(f"{self.missing:,} rows state no value")
        if self.nameless:
            remarks.append(f"{self.nameless:,} rows without a name are not used")
        dates = sorted(name for name in self.values if DATE.fullmatch(name))
        if dates:
            remarks.append(
                f"{len(dates):,} names are dates ({', '.join(dates[:3])}): spreadsheet software changed genes such as "
                "MARCH1, which are not found so"
            )
        if self.merged:
            examples = ", ".join(sorted(self.merged)[:3])
            remarks.append(f"{len(self.merged):,} names have several rows, which are summed ({examples})")
        return remarks


def _level(names: dict[str, float | None], tool: str) -> Level:
    """Tell genes from transcripts by their ids; salmon and kallisto without such ids measure transcripts."""
    transcripts = sum(TRANSCRIPT_ID.fullmatch(name) is not None for name in names)
    genes = sum(GENE_ID.fullmatch(name) is not None for name in names)
    if transcripts == genes:
        return "transcript" if tool in {"salmon", "kallisto"} else "gene"
    return "transcript" if transcripts > genes else "gene"


def _feature_counts(table: HeadedTable) -> ExpressionTable:
    samples = table.columns[len(FEATURE_COUNTS) :]
    if len(samples) != 1:
        raise InputError(
            f"{table.path}: a featureCounts table of {len(samples)} samples ({', '.join(samples[:3])}); "
            f"cut out the tumour's, e.g. cut -f1-{len(FEATURE_COUNTS)},N"
        )
    collected = _Collected(table.path, summed=False)
    for row in table.rows():
        reads, length = _value(row, samples[0]), _value(row, "length")
        if isinstance(reads, float) and isinstance(length, float):
            value: float | str | None = reads / length if length > 0 else "a length of 0"
        else:
            value = "no finite number" if isinstance(reads, str) or isinstance(length, str) else None
        raw = row.get("geneid")
        collected.add(row.line, _Names(raw, stable_name(raw), ()), value)
    total = math.fsum(rate for rate in collected.values.values() if rate is not None)
    if total == 0:
        raise InputError(f"{table.path}: no feature has a read, so no TPM can be computed; is it the tumour's RNA?")
    collected.values = {
        name: None if rate is None else rate / total * PER_MILLION for name, rate in collected.values.items()
    }
    return collected.table("featureCounts", None, "counts→TPM")
