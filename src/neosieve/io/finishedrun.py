"""The folder that a run left, read back."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.cells import unguarded
from neosieve.errors import InputError
from neosieve.io.casetables import read_ranked
from neosieve.io.runrecord import read_record, unchanged_table
from neosieve.io.textfile import lines
from neosieve.model.construct import Epitope, MutantProtein, ProteinEdit
from neosieve.model.genome import Interval
from neosieve.model.mhc import Allele
from neosieve.model.variant import variants_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from neosieve.model.case import Case, RankedCase

MISSING = "NA"
_SPAN = re.compile(r"(\d+)([-^])(\d+)")
_EDIT = re.compile(r"(\d+[-^]\d+)([=>])(\d+[-^]\d+)(?: (\S+))?")


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """What constructs are made of; immutable."""

    folder: Path
    tumor: str
    """Name of the tumour sample."""
    alleles: tuple[Allele, ...]
    """The patient's, as typed."""
    lengths: tuple[int, ...]
    """Peptide lengths that were scored."""
    policy: str
    """By which the tiers were given."""
    predictor: str
    """Identity of the models that scored."""
    checksums: Mapping[str, tuple[str, str]]
    """Role of each input (``vcf``, ``reference`` …), and name of each table → (file name, SHA-256)."""
    epitopes: tuple[Epitope, ...]
    """Every candidate, in the order of ``candidates.tsv``."""
    proteins: Mapping[str, MutantProtein]
    """By name."""


def read_run(folder: Path) -> FinishedRun:
    """Read a finished run.

    Raises
    ------
    InputError
        It isn't one, it was made by a version that wrote other tables, or a table was changed since.
    """
    record = read_record(folder)
    try:
        alleles = tuple(map(Allele, record.alleles))
        lengths = tuple(int(length) for length in record.settings["lengths"].split(","))
    except (ValueError, KeyError) as error:
        raise InputError(
            f"{folder / 'run.json'} is not a run's record ({type(error).__name__}: {error}); run `neosieve run` again"
        ) from error
    remedy = "order nothing from a changed table: run `neosieve run` again"
    candidates, table = (unchanged_table(record, name, remedy) for name in ("candidates.tsv", "proteins.tsv"))
    checksums = {file.role: (file.name, file.sha256) for file in record.inputs}
    checksums |= {name: (name, checksum) for name, checksum in record.outputs.items()}
    proteins = {protein.name: protein for protein in _proteins(table)}
    epitopes = tuple(_epitopes(candidates, proteins))
    return FinishedRun(
        folder,
        record.tumor,
        alleles,
        lengths,
        record.settings.get("policy", "default"),
        record.predictor,
        checksums,
        epitopes,
        proteins,
    )


def _proteins(path: Path) -> Iterator[MutantProtein]:
    rows = csv.DictReader((text for _, text in lines(path)), delimiter="\t", quoting=csv.QUOTE_NONE)
    for number, cells in enumerate(rows, start=2):
        row = {name: unguarded(cell or "") for name, cell in cells.items()}
        try:
            yield MutantProtein(
                name=row["protein"],
                gene=row["gene"],
                transcript=row["transcript"],
                change=row["protein_change"],
                mutant=row["mutant_protein"],
                normal=row["normal_protein"],
                edits=tuple(map(_edit, row["edits"].split("; "))),
                germline=tuple(_spans(row["germline"])),
                unphased=tuple(_spans(row["unphased"])),
                starts="cds_start_NF" not in row["incomplete"],
                ends="cds_end_NF" not in row["incomplete"],
            )
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise InputError(f"{path}:{number} can't be read ({error}); run `neosieve run` again") from error


def _interval(text: str) -> Interval:
    """Read ``4-6`` (1-based, both included) or ``4^5``, a point."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no stretch of residues")
    first, kind, last = int(found[1]), found[2], int(found[3])
    return Interval(first - 1, last) if kind == "-" else Interval(first, first)


def _edit(text: str) -> ProteinEdit:
    found = _EDIT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no edit")
    variants = variants_named(found[4]) if found[4] else ()
    return ProteinEdit(_interval(found[1]), _interval(found[3]), found[2] == "=", variants)


def _spans(text: str) -> Iterator[tuple[Interval, str]]:
    for part in text.split("; ") if text != MISSING else ():
        span, _, variant = part.partition(" ")
        yield _interval(span), variant


def _epitopes(path: Path, proteins: Mapping[str, MutantProtein]) -> Iterator[Epitope]:
    for number, (ranked, case, cells) in enumerate(read_ranked(path), start=2):
        try:
            epitope = _epitope(ranked, case, cells)
            protein = proteins[epitope.protein]
        except (KeyError, ValueError) as error:
            raise InputError(f"{path}:{number} can't be read ({error}); run `neosieve run` again") from error
        if protein.mutant[epitope.start : epitope.end] != epitope.peptide:
            raise InputError(
                f"{path}:{number} {epitope.peptide} doesn't lie at {epitope.start + 1} of {protein.name} in "
                "proteins.tsv: the tables are of two runs; run `neosieve run` again"
            )
        yield epitope


def _epitope(ranked: RankedCase, case: Case, cells: Mapping[str, str]) -> Epitope:
    return Epitope(
        rank=ranked.rank,
        tier=ranked.tier,
        score=ranked.score,
        gene=cells["gene"],
        variant=cells["variant"],
        haplotype=cells["haplotype"],
        change=cells["protein_change"],
        transcript=cells["transcript"],
        protein=cells["protein"],
        start=int(cells["protein_start"]) - 1,  # 1-based in the table → 0-based
        peptide=cells["peptide"],
        allele=cells["allele"],
        altered=case.mutant_positions or () if cells["mutant_positions"] != MISSING else (),
        percentile=case.percentile,
        affinity_nM=case.affinity_nM,
        clonal=None if case.ccf_low is None or case.ccf_high is None else (case.ccf_low, case.ccf_high),
        doubtful=bool(case.doubts),
        remarks="" if cells["remarks"] == MISSING else cells["remarks"],
    )
