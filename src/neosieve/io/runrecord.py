"""What a finished run says of itself, and its tables as the run wrote them."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from math import inf
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from neosieve.cells import unguarded
from neosieve.errors import InputError
from neosieve.io.textfile import plain_lines, sha256
from neosieve.model.cohort import Cause, RunRecord
from neosieve.model.run import FunnelStage, InputFile
from neosieve.model.variant import variants_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "run.json"
MISSING = b"NA"
READ = (
    "peptide",
    "allele",
    "tier",
    "presentation_percentile",
    "affinity_percentile",
    "gene",
    "gene_id",
    "protein_change",
    "haplotype",
)


def read_record(folder: Path) -> RunRecord:
    """Read the record of a finished run.

    Raises
    ------
    InputError
        The folder holds none, so the run isn't finished; or it can't be read.
    """
    path = folder / NAME
    if not path.is_file():
        raise InputError(f"{folder} holds no {NAME}; give the folder of a finished run (-o of `neosieve run`)")
    try:
        content = path.read_bytes()
        record: dict[str, Any] = json.loads(content)
        return RunRecord(
            folder=folder,
            sha256=hashlib.sha256(content).hexdigest(),
            schema_version=record["schema_version"],
            version=record["software"]["version"],
            tumor=record["samples"]["tumor"],
            normal=record["samples"]["normal"],
            alleles=tuple(record["hla"]["alleles"]),
            predictor=record["predictor"]["identity"],
            inputs=tuple(InputFile(**file) for file in record["inputs"]),
            settings=dict(record["settings"]),
            warnings=tuple(record["warnings"]),
            funnel=tuple(FunnelStage(**stage) for stage in record["funnel"]),
            outcomes=dict(record["ledger"]["outcomes"]),
            tiers=dict(record["tiers"]),
            outputs={one["name"]: one["sha256"] for one in record["outputs"]},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is not a run's record ({type(error).__name__}: {error}); run `neosieve run` again"
        ) from error


def unchanged_table(record: RunRecord, name: str, remedy: str) -> Path:
    """Return the path of one of a run's tables, after its checksum was compared with the record's.

    Raises
    ------
    InputError
        The run wrote no such table, or it was changed since; the message ends with `remedy`.
    """
    path = record.folder / name
    if name not in record.outputs:
        raise InputError(
            f"{record.folder} holds no {name} that run.json knows: an earlier version made it; run `neosieve run` again"
        )
    if sha256(path) != record.outputs[name]:
        raise InputError(f"{path} is not as the run wrote it (its checksum isn't run.json's); {remedy}")
    return path


def candidate_rows(path: Path) -> Iterator[tuple[str, str, str, float, Cause]]:
    """Yield (peptide, allele, tier, percentile, cause) of each row of a run's ``candidates.tsv``, one at a time.

    The percentile is that of presentation, else of affinity; infinite where there is neither.

    Raises
    ------
    InputError
        It lacks a column, or a row can't be read.
    """
    rows = plain_lines(path)
    header = next(rows, b"").rstrip(b"\n").split(b"\t")
    if lacking := [name for name in READ if name.encode() not in header]:
        raise InputError(f"{path} has no column {lacking[0]}: an earlier version made it; run `neosieve run` again")
    places = [header.index(name.encode()) for name in READ]
    wanted, last = itemgetter(*places), max(places) + 1  # what comes behind need not be told apart
    for number, line in enumerate(rows, start=2):
        try:
            peptide, allele, tier, presentation, affinity, gene, gene_id, change, haplotype = wanted(
                line.rstrip(b"\n").split(b"\t", last)
            )
            percentile = affinity if presentation == MISSING else presentation
            known = inf if percentile == MISSING else float(percentile)
            cause = _cause(gene, gene_id, change, haplotype)
            yield peptide.decode(), _text(allele), _text(tier), known, cause
        except (IndexError, ValueError) as error:
            raise InputError(f"{path}:{number} can't be read ({error}); run `neosieve run` again") from error


@lru_cache(maxsize=1 << 14)
def _cause(gene: bytes, gene_id: bytes, change: bytes, haplotype: bytes) -> Cause:
    return Cause(_known(gene) or _known(gene_id), _known(change), variants_named(_text(haplotype)))


def _known(cell: bytes) -> str:
    return "" if cell == MISSING else _text(cell)


@lru_cache(maxsize=1 << 10)
def _text(cell: bytes) -> str:
    return unguarded(cell.decode())
