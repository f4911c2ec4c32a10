"""The folder that a run left, read back."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from neosieve.cells import unguarded
from neosieve.errors import InputError
from neosieve.io.casetables import read_ranked
from neosieve.io.textfile import lines, sha256
from neosieve.model.construct import Epitope, MutantProtein, ProteinEdit
from neosieve.model.genome import Interval
from neosieve.model.mhc import Allele

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
    if not (folder / "run.json").is_file():
        raise InputError(f"{folder} holds no run.json; give the folder of a finished run (-o of `neosieve run`)")
    try:
        record: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        settings, outputs = record["settings"], {one["name"]: one["sha256"] for one in record["outputs"]}
        inputs = {one["role"]: (one["name"], one["sha256"]) for one in record["inputs"]}
        inputs |= {name: (name, checksum) for name, checksum in outputs.items()}
        alleles = tuple(map(Allele, record["hla"]["alleles"]))
        lengths = tuple(int(length) for length in settings["lengths"].split(","))
        tumor, identity = record["samples"]["tumor"], record["predictor"]["identity"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{folder / 'run.json'} is not a run's record ({type(error).__name__}: {error}); run `neosieve run` again"
        ) from error
    for name in ("candidates.tsv", "proteins.tsv"):
        if name not in outputs:
            raise InputError(
                f"{folder} holds no {name} that run.json knows: an earlier version made it; run `neosieve run` again"
            )
        if sha256(folder / name) != outputs[name]:
            raise InputError(
                f"{folder / name} is not as the run wrote it (its checksum isn't run.json's); "
                "order nothing from a changed table: run `neosieve run` again"
            )
    proteins = {protein.name: protein for protein in _proteins(folder / "proteins.tsv")}
    epitopes = tuple(_epitopes(folder / "candidates.tsv", proteins))
    return FinishedRun(
        folder, tumor, alleles, lengths, settings.get("policy", "default"), identity, inputs, epitopes, proteins
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
    variants = tuple(found[4].split("+")) if found[4] else ()
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
