"""Tables of candidates from anywhere: neosieve's own, or any CSV or TSV with columns of the same names."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_type_hints

from neosieve.cells import unguarded
from neosieve.errors import HlaError, InputError
from neosieve.io.hla import parse_allele
from neosieve.io.textfile import lines
from neosieve.model.case import Case, RankedCase
from neosieve.model.mhc import Allele

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

MISSING = frozenset({"", "NA", "N/A", "NAN", "NONE", "."})
TRUE, FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
KINDS = get_type_hints(Case)
NUMBERS = frozenset(name for name, kind in KINDS.items() if kind == float | None)
FLAGS = frozenset(name for name, kind in KINDS.items() if kind == bool | None)
SHARES = frozenset({"tumor_dna_vaf", "tumor_rna_vaf", "ccf", "ccf_low", "ccf_high", "hla_loss"})
PERCENTILES = frozenset(name for name in NUMBERS if name.endswith("percentile"))
POSITIONS = frozenset({"mutant_positions", "anchor_positions"})
TEXTS = frozenset(name for name, kind in KINDS.items() if kind == str | None)
COLUMNS = NUMBERS | FLAGS | POSITIONS | TEXTS
"""Columns that a ranking reads; others are carried along."""
DOUBTS = "doubts"


@dataclass(frozen=True, slots=True)
class CaseTable:
    """Candidates of a table; immutable."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Cells as given."""
    cases: tuple[Case, ...]
    samples: tuple[str | None, ...]
    """What is ranked together: the ``sample`` column; None in a table without."""
    variants: tuple[str, ...]
    """What names each row's variant: the ``variant`` column, else gene and protein change, else the row itself."""
    remarks: tuple[str, ...]


def read_cases(path: Path) -> CaseTable:
    """Read candidates.

    Raises
    ------
    InputError
        The file is missing or unreadable, no column is known, or a row has too few or too many cells. A cell that isn't
        what its column holds is taken as not assessed, and said in the remarks.
    """
    content = [(number, text.rstrip("\r\n")) for number, text in lines(path) if text.strip()]
    if not content:
        raise InputError(f"{path} is empty; give a table whose first line names its columns")
    delimiter = "\t" if "\t" in content[0][1] else ","
    names = next(csv.reader([content[0][1]], delimiter=delimiter))
    header = [unguarded(name.strip().removeprefix("\ufeff")) for name in names]
    known = [name for name in header if name in COLUMNS]
    if not known:
        raise InputError(f"{path} has no column to rank by; name them as in candidates.tsv, e.g. peptide and allele")
    if repeated := sorted({name for name in known if known.count(name) > 1}):
        raise InputError(f"{path} has two columns named {repeated[0]}; rename one")
    rows, cases, remarks = [], [], list[str]()
    alleles: dict[str, str | None] = {}
    for number, text in content[1:]:
        cells = list(map(unguarded, next(csv.reader([text], delimiter=delimiter))))
        if len(cells) != len(header):
            raise InputError(
                f"{path}:{number} has {len(cells)} cells where the header has {len(header)}; mend that row"
            )
        row = dict(zip(header, cells, strict=True))
        case, trouble = _case(row, alleles)
        cases.append(case)
        remarks.extend(f"line {number}: {one}" for one in trouble)
        rows.append(tuple(cells))
    remarks += [
        f"{name} is not a class I allele that can be read: binding not assessed unless the table gives it"
        for name, read in alleles.items()
        if read is None
    ]
    unread = [name for name in header if name not in COLUMNS and name not in {"sample", "variant", DOUBTS}]
    if unread:
        remarks.append(f"columns carried along, not ranked by: {', '.join(unread)}")
    return CaseTable(
        tuple(header), tuple(rows), tuple(cases), _samples(header, rows), _variants(header, rows), tuple(remarks)
    )


def read_ranked(path: Path) -> list[tuple[RankedCase, Case, dict[str, str]]]:
    """Read a table that neosieve ranked: each row's place and reasons as written, its evidence, and all its cells.

    Raises
    ------
    InputError
        It isn't such a table.
    """
    table = read_cases(path)
    lacking = [name for name in ("rank", "tier", "score", "reasons") if name not in table.columns]
    if lacking:
        raise InputError(
            f"{path} has no column {lacking[0]}: not a table that neosieve ranked; `neosieve rank` makes one"
        )
    result = []
    for number, (row, case) in enumerate(zip(table.rows, table.cases, strict=True)):
        cells = dict(zip(table.columns, row, strict=True))
        try:
            result.append((_ranked(cells, number), case, cells))
        except ValueError as error:
            raise InputError(
                f"{path}: row {number + 1} below the header isn't as neosieve writes it ({error}); rank the table anew"
            ) from error
    return result


def _ranked(cells: Mapping[str, str], number: int) -> RankedCase:
    """Read a row's place as it is written.

    Raises
    ------
    ValueError
        A number isn't one.
    """
    low, dash, high = cells.get("rank_interval", "").partition("–")
    return RankedCase(
        int(cells["rank"]),
        int(low) if dash else None,
        int(high) if dash else None,
        cells["tier"],
        -math.inf if cells["score"] == "NA" else float(cells["score"]),
        tuple(_parts(cells.get("contributions", "NA"))),
        tuple(cells["reasons"].split("; ")),
        number,
    )


def _parts(text: str) -> Iterator[tuple[str, float | None]]:
    """Read contributions as they are written: ``affinity +1.32; self not assessed``."""
    for part in text.split("; ") if text != "NA" else ():
        name, _, value = part.partition(" ")
        yield name, None if value == "not assessed" else float(value)


def _samples(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str | None, ...]:
    if "sample" not in header:
        return (None,) * len(rows)
    place = header.index("sample")
    return tuple(row[place].strip() for row in rows)


def _variants(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    if "variant" in header:
        place = header.index("variant")
        return tuple(row[place] for row in rows)
    return tuple(map(str, range(len(rows))))


def _case(row: Mapping[str, str], alleles: dict[str, str | None]) -> tuple[Case, list[str]]:
    """Read one row; and say what in it can't be used."""
    values: dict[str, object] = {}
    trouble = []
    for name, text in row.items():
        cell = text.strip()
        if name not in COLUMNS or cell.upper() in MISSING:
            continue
        try:
            values[name] = _cell(name, cell)
        except ValueError as error:  # one bad cell doesn't end the run
            trouble.append(f"{error}; taken as not assessed")
    _drop_shares_of_no_reads(values)
    if (written := values.get("allele")) is not None:
        name = str(written)
        if name not in alleles:
            alleles[name] = _allele(name)
        values["allele"] = alleles[name] or name
    doubts = _doubts(row)
    mutant, normal = values.get("peptide"), values.get("wildtype_peptide")
    if isinstance(mutant, str) and mutant == normal:
        trouble.append(f"wildtype_peptide is the peptide itself, {mutant}: not a neo-peptide")
        doubts = (*doubts, "the wild type holds the peptide itself: it isn't new")
    elif isinstance(mutant, str) and isinstance(normal, str) and len(mutant) == len(normal):
        changed = (place for place, (one, other) in enumerate(zip(mutant, normal, strict=True)) if one != other)
        values.setdefault("mutant_positions", tuple(changed))
    if "wildtype_peptide" in row and normal is None:
        values.pop("mutant_positions", None)  # new residues all, with no wild type to differ from: as in a run
    case = Case(**values, indel=_is_indel(row.get("variant", "")), doubts=doubts)  # type: ignore[arg-type]  # see _cell
    return case, trouble


def _drop_shares_of_no_reads(values: dict[str, object]) -> None:
    for reads in ("tumor_dna", "tumor_rna"):
        if values.get(f"{reads}_depth") == 0:
            values.pop(f"{reads}_vaf", None)


def _doubts(row: Mapping[str, str]) -> tuple[str, ...]:
    """Take over a run's doubts; a table without that column tells by its tier, or its score, that there were some."""
    if DOUBTS in row:
        cell = row[DOUBTS].strip()
        return () if cell.upper() in MISSING else tuple(cell.split("; "))
    if row.get("tier") == "uncertain" or "doubt -" in row.get("contributions", ""):
        return ("there was doubt in the run that made the table: see its reasons",)
    return ()


def _is_indel(variant: str) -> bool:
    change = variant.rpartition(":")[2]
    before, arrow, after = change.partition(">")
    return bool(arrow) and len(before) != len(after)


def _allele(name: str) -> str | None:
    try:
        read = parse_allele(name)
    except HlaError:
        return None
    return read.name if isinstance(read, Allele) else None


def _cell(name: str, cell: str) -> object:
    if name in NUMBERS:
        try:
            number = float(cell)
        except ValueError as error:
            raise ValueError(f"{name} is {cell!r}, not a number") from error
        most = 1.0 if name in SHARES else 100.0 if name in PERCENTILES else math.inf
        if not 0 <= number <= most or math.isinf(number):
            raise ValueError(f"{name} is {cell}, outside 0–{most:g}")
        return number
    if name in FLAGS:
        if cell.lower() in TRUE | FALSE:
            return cell.lower() in TRUE
        raise ValueError(f"{name} is {cell!r}; write true, false or NA")
    if name in POSITIONS:
        if not all(part.strip().isdigit() and int(part) > 0 for part in cell.split(",")):
            raise ValueError(f"{name} is {cell!r}; write 1-based positions joined by commas")
        return tuple(int(part) - 1 for part in cell.split(","))  # 1-based in the table → 0-based
    if name == "hotspot" and cell.lower() in TRUE | FALSE:
        return "a hotspot, as the table says" if cell.lower() in TRUE else None
    return cell.upper() if name.endswith("peptide") else cell
