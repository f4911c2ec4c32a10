"""The input VCF with INFO fields for the best candidate of each ALT.

All else stays as it is, byte for byte, and so do records that can't be read. Fields that an earlier run put in are
replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pysam

from neosieve.model.ledger import Outcome
from neosieve.model.ledgerrows import tally_of
from neosieve.report.atomic import file_sha256, replacing
from neosieve.report.tables import MISSING, OutputFile, format_cell
from neosieve.report.variantcolumns import VARIANT_COLUMNS
from neosieve.report.variants import VariantSummary, summarise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from neosieve.model.ledger import LedgerEntry
    from neosieve.model.run import RunResult
    from neosieve.report.column import Cell, Column

NAME = "annotated.vcf.gz"
INDEX = f"{NAME}.tbi"
PREFIX = "NEOSIEVE_"
OUTCOME = f"{PREFIX}OUTCOME"
ID_OF = {
    "best_rank": "RANK",
    "tier": "TIER",
    "score": "SCORE",
    "gene": "GENE",
    "transcript": "TRANSCRIPT",
    "protein_change": "PROTEIN_CHANGE",
    "best_peptide": "PEPTIDE",
    "wildtype_peptide": "WILDTYPE_PEPTIDE",
    "best_allele": "ALLELE",
    "affinity_nM": "AFFINITY_NM",
    "affinity_percentile": "AFFINITY_PERCENTILE",
    "presentation_percentile": "PRESENTATION_PERCENTILE",
    "n_candidates": "CANDIDATES",
    "n_candidates_at_2_percent": "CANDIDATES_AT_2_PERCENT",
}
"""Column of ``variants.tsv`` → INFO id, without the prefix."""
FIELDS: tuple[tuple[str, Column[VariantSummary]], ...] = tuple(
    (PREFIX + ID_OF[column.name], column) for column in VARIANT_COLUMNS if column.name in ID_OF
)
"""INFO id and the column that fills it."""
_TYPES = {str: "String", int: "Integer", float: "Float"}
# VCF 4.3, section 1.2: capitalised percent encoding of what has a meaning in INFO, and of white space
_RESERVED = {character: f"%{ord(character):02X}" for character in '%;=,\r\n\t "'} | {
    chr(code): f"%{code:02X}" for code in (*range(32), 127)
}
_ENCODED = str.maketrans(_RESERVED)
INFO_COLUMN = 7
OUTCOME_DOC = (
    "What became of the ALT: candidates, or the reasons why there are none, joined by &, see ledger.tsv; missing where "
    "several records state the ALT."
)


def header_lines(version: str) -> list[str]:
    """Declare the INFO fields, each for every ALT."""
    source = f',Source="neosieve",Version="{version}"'
    declared = [
        f'##INFO=<ID={name},Number=A,Type={_TYPES[column.type]},Description="{_described(column)}"{source}>'
        for name, column in FIELDS
    ]
    return [*declared, f'##INFO=<ID={OUTCOME},Number=A,Type=String,Description="{OUTCOME_DOC}"{source}>']


def _described(column: Column[VariantSummary]) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    words = column.doc.removesuffix(".").replace(MISSING, "missing").replace("`", "")
    return f"Best candidate: {words}{unit}".replace('"', "'").replace("\\", "/")


def encoded(value: Cell) -> str:
    """Write one value of an INFO field; ``.`` where missing."""
    if value is None or value == "":
        return "."
    if isinstance(value, str):
        return value.translate(_ENCODED)
    cell = format_cell(value)
    return "." if cell == MISSING else cell


def annotated(result: RunResult, lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the VCF's lines with what the run found.

    Parameters
    ----------
    result
        The finished run on this VCF.
    lines
        The VCF's, with their line ends.
    """
    best = {
        # the line of a call that another region's file tells is a line of that file
        (None if one.call.region else one.call.line, str(one.call.variant)): one
        for one in summarise(result.ranked)
    }
    outcomes = _Outcomes(result.ledger)
    for number, line in enumerate(lines, start=1):
        if line.startswith(b"##INFO=<ID=" + PREFIX.encode()):
            continue
        if line.startswith(b"#CHROM"):
            end = b"\r\n" if line.endswith(b"\r\n") else b"\n"
            yield from (text.encode() + end for text in header_lines(result.version))
            yield line
        elif line.startswith(b"#") or not line.strip():
            yield line
        else:
            yield _record(line, number, best, outcomes)


class _Outcomes:
    """Each ALT's outcomes, joined; none for one that several records state, since it can't be told whose is whose.

    The ledger is in the VCF's order: of the ALTs that have but one row, only those between the two are held.
    """

    def __init__(self, ledger: Sequence[LedgerEntry]) -> None:
        self._several = tally_of(ledger).repeated
        self._rows = iter(ledger)
        self._ahead: dict[str, str] = {}

    def of(self, variant: str) -> str:
        """Tell an ALT's outcomes; one that has a single row is told once."""
        several = self._several.get(variant)
        if several is not None:
            if Outcome.DUPLICATE_RECORD in several:
                return ""
            own = (Outcome.CANDIDATES,) if Outcome.CANDIDATES in several else several
            return "&".join(one.value for one in own)
        while variant not in self._ahead:
            row = next(self._rows, None)
            if row is None:
                return ""
            if row.variant not in self._several and row.outcome is not Outcome.DUPLICATE_RECORD:
                self._ahead[row.variant] = row.outcome.value
        return self._ahead.pop(variant)


def _record(
    line: bytes, number: int, best: Mapping[tuple[int | None, str], VariantSummary], outcomes: _Outcomes
) -> bytes:
    columns = line.split(b"\t")
    if len(columns) <= INFO_COLUMN:
        return line
    end = columns[INFO_COLUMN][len(columns[INFO_COLUMN].rstrip(b"\r\n")) :]
    info = columns[INFO_COLUMN].rstrip(b"\r\n")
    kept = [part for part in info.split(b";") if not part.startswith(PREFIX.encode()) and part != b"."]
    named = _variants(columns)
    summaries = [best.get((number, name)) or best.get((None, name)) for name in named]
    told = [outcomes.of(name) for name in named]
    added = []
    if any(summaries):
        for field, column in FIELDS:
            values = [encoded(None if one is None else column.get(one)) for one in summaries]
            if any(value != "." for value in values):
                added.append(f"{field}={','.join(values)}".encode())
    if any(told):
        added.append(f"{OUTCOME}={','.join(map(encoded, told))}".encode())
    if not added and len(kept) == len(info.split(b";")):
        return line
    columns[INFO_COLUMN] = (b";".join([*kept, *added]) or b".") + end
    return b"\t".join(columns)


def _variants(columns: Sequence[bytes]) -> list[str]:
    """Name the record's ALTs as the tables do."""
    chrom, position, _, ref, alts = (column.decode(errors="replace") for column in columns[:5])
    if alts == ".":
        return []
    return [f"{chrom}:{position}:{ref.upper()}>{alt.upper() if alt.isalpha() else alt}" for alt in alts.split(",")]


class RecordOrder:
    """Watches whether contigs stay together and positions never fall: what an index needs."""

    def __init__(self) -> None:
        self.kept = True
        self._done: set[bytes] = set()
        self._contig, self._last = b"", 0

    def see(self, line: bytes) -> None:
        """Look at the next record."""
        contig, _, rest = line.partition(b"\t")
        position = rest.partition(b"\t")[0]
        if not position.isdigit():
            self.kept = False
            return
        if contig != self._contig:
            self.kept = self.kept and contig not in self._done
            self._done.add(contig)
            self._contig, self._last = contig, 0
        self.kept = self.kept and int(position) >= self._last
        self._last = int(position)


def write_annotated_vcf(
    result: RunResult, folder: Path, lines: Iterable[bytes]
) -> tuple[tuple[OutputFile, ...], tuple[str, ...]]:
    """Write ``annotated.vcf.gz`` (bgzip) and its index.

    Returns
    -------
    tuple
        The files, and remarks: a VCF out of order has no index.

    Raises
    ------
    OutputError
        A file can't be written.
    """
    order = RecordOrder()
    with replacing(folder / NAME) as path:
        with pysam.BGZFile(str(path), "wb", index=None) as stream:
            for line in annotated(result, lines):
                stream.write(line)
                if not line.startswith(b"#") and line.strip():
                    order.see(line)
        files = [OutputFile(NAME, file_sha256(path), None)]
    if not order.kept:
        return tuple(files), (f"{NAME} has no index: the VCF's records are not in order (bcftools sort mends that)",)
    with replacing(folder / INDEX) as path:
        pysam.tabix_index(str(folder / NAME), preset="vcf", index=str(path), force=True)
        files.append(OutputFile(INDEX, file_sha256(path), None))
    return tuple(files), ()
