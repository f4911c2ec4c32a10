"""What samples share: each run tells of its neoantigens, and what several tell of one is joined.

Lines go to disk, into parts by what they tell of, so that a part fits into memory however many runs there are, and
parts can be worked on apart from one another.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING
from zlib import crc32

from neosieve.io.runrecord import candidate_rows, unchanged_table
from neosieve.io.sorting import SortedLines
from neosieve.model.cohort import Shared, SharedBy
from neosieve.report.variants import PERCENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from neosieve.model.cohort import CandidateRow, Cohort, RunRecord

_ORDER = tuple(SharedBy)
_AND = "\x1f"  # between texts of one cell: no table of neosieve holds control characters
_MOST = 10**9 - 1  # more samples than there can be: what it is reduced by has nine digits, too, and sorts many first


@dataclass(slots=True)
class _Account:
    """What one run tells of one variant, or of one protein change."""

    tier: int
    percentile: float | None
    gene: str
    change: str
    haplotypes: set[str] = field(default_factory=set)
    peptides: set[str] = field(default_factory=set)
    alleles: set[str] = field(default_factory=set)


def tell_run(record: RunRecord, sample: int, tiers: Sequence[str], scratch: Path, parts: int) -> int:
    """Write what a run tells of each neoantigen; return how many pairs it presents.

    Parameters
    ----------
    sample
        The run's number.
    tiers
        All that runs of the cohort have.
    scratch
        Where the lines go: one file for each part and process.
    parts
        How many.

    Raises
    ------
    InputError
        The run's table isn't as the run wrote it, or can't be read.
    """
    table = unchanged_table(record, "candidates.tsv", "run `neosieve run` again")
    lines: list[list[str]] = [[] for _ in range(parts)]
    presented = _tell(candidate_rows(table), sample, tiers, lines)
    for part, some in enumerate(lines):
        with (scratch / f"part.{part}.{os.getpid()}").open("a", encoding="utf-8", newline="\n") as file:
            file.writelines(some)
    return presented


def join_part(part: int, tiers: Sequence[str], scratch: Path) -> Path:
    """Join what the runs tell of each neoantigen of a part; return a file of lines, in the table's order.

    Parameters
    ----------
    part
        Its number.
    tiers, scratch
        As of :func:`tell_run`.
    """
    told: list[str] = []
    for path in scratch.glob(f"part.{part}.*"):
        with path.open(encoding="utf-8", newline="\n") as file:
            told += file
        path.unlink()
    told.sort()
    joined = SortedLines(scratch, f"joined.{part}")
    for key, lines in groupby(told, key=_key):
        if (line := _merged(key, list(lines), tiers)) is not None:
            joined.add(line)
    piece = scratch / f"shared.{part}"
    with piece.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in joined)
    return piece


def in_order(pieces: Iterable[Path], cohort: Cohort, scratch: Path, *, comparable: bool) -> Iterator[Shared]:
    """Yield what samples share, in the table's order.

    Parameters
    ----------
    pieces
        As of :func:`join_part`; they are removed.
    comparable
        Whether every run has the same tiers, so that they have an order.
    """
    lines = SortedLines(scratch, "shared")
    for piece in pieces:
        lines.take(piece)
    return (_shared(line, cohort, comparable=comparable) for line in lines)


def _tell(rows: Iterable[CandidateRow], sample: int, tiers: Sequence[str], lines: Sequence[list[str]]) -> int:
    """Hand on what a run tells of each neoantigen, by part; return how many pairs it presents."""
    place = {tier: index for index, tier in enumerate(tiers)}
    variants: dict[str, _Account] = {}
    changes: dict[str, _Account] = {}
    of_mutation: dict[tuple[str | None, str | None, tuple[str, ...]], tuple[str, list[_Account]]] = {}
    pairs: set[tuple[str, str]] = set()
    pair = _ORDER.index(SharedBy.PEPTIDE)
    for row in rows:
        peptide, allele, tier_name, known = row[:4]
        presented = known is not None and known <= PERCENT
        tier = place.get(tier_name, len(tiers))
        found = of_mutation.get(row[4:])
        if found is None:
            gene, change, haplotype = row.gene or "", row.change or "", "+".join(row.haplotype)
            accounts = [variants.setdefault(one, _Account(tier, None, gene, change, {one})) for one in row.haplotype]
            if gene and change:
                accounts.append(changes.setdefault(f"{gene} {change}", _Account(tier, None, gene, change)))
                accounts[-1].haplotypes.add(haplotype)
            found = of_mutation[row[4:]] = f"\t{gene}\t{change}\t{haplotype}\t\t\n", accounts
        key = f"{pair} {peptide} {allele}"
        lines[crc32(key.encode()) % len(lines)].append(
            f"{key}\t{sample:09d}\t{tier}\t{'' if known is None else repr(known)}\t{'1' if presented else ''}{found[0]}"
        )
        if presented:
            pairs.add((peptide, allele))
        for account in found[1]:
            _add(account, row, tier, presented=presented)
    for by, known_accounts in ((SharedBy.VARIANT, variants), (SharedBy.PROTEIN_CHANGE, changes)):
        for name, account in known_accounts.items():
            key = f"{_ORDER.index(by)} {name}"
            lines[crc32(key.encode()) % len(lines)].append(_line(key, sample, account))
    return len(pairs)


def _add(account: _Account, row: CandidateRow, tier: int, *, presented: bool) -> None:
    account.tier = min(account.tier, tier)
    if row.percentile is not None and (account.percentile is None or row.percentile < account.percentile):
        # the candidate that is told by: a variant is called by its change on the transcript of the best one
        account.percentile, account.gene, account.change = row.percentile, row.gene or "", row.change or ""
    if presented:
        account.peptides.add(row.peptide)
        account.alleles.add(row.allele)


def _line(key: str, sample: int, account: _Account) -> str:
    """Write what a run tells of a variant or a protein change, as :func:`_tell` writes what it tells of a peptide."""
    percentile = "" if account.percentile is None else repr(account.percentile)
    lists = (_AND.join(sorted(one)) for one in (account.haplotypes, account.peptides, account.alleles))
    cells = (str(account.tier), percentile, "1" if account.peptides else "", account.gene, account.change, *lists)
    return "\t".join((key, f"{sample:09d}", *cells)) + "\n"


def _key(line: str) -> str:
    return line.partition("\t")[0]


def _merged(key: str, lines: list[str], tiers: Sequence[str]) -> str | None:
    """Join what the runs tell of one neoantigen, led by its place in the table; None if only one sample has it."""
    kind, _, name = key.partition(" ")
    samples, tier_of, percentiles, presented, genes, changes, *lists = (
        dict.fromkeys(cells) for cells in zip(*[line[:-1].split("\t")[1:] for line in lines], strict=True)
    )
    if len(samples) == 1:
        return None
    presented_in = samples
    if len(presented) > 1 or "" in presented:
        presented_in = dict.fromkeys(one[0] for line in lines if (one := line.split("\t")[1:5])[3])
    percentile = min((float(one) for one in percentiles if one), default=None)
    tier = min(map(int, tier_of))
    texts = [{text for cell in cells for text in cell.split(_AND) if text} for cells in (genes, changes, *lists)]
    if _ORDER[int(kind)] is SharedBy.PEPTIDE:
        peptide, _, allele = name.partition(" ")
        texts[3:] = [{peptide}, {allele}]
    rank = (
        f"{kind} {_MOST - len(presented_in)} {_MOST - len(samples)}",
        "~" if percentile is None else f"{percentile:012.7f}",  # ~ comes after every digit
        name,
    )
    cells = (
        _AND.join(str(int(one)) for one in samples),
        _AND.join(str(int(one)) for one in presented_in),
        str(tier) if tier < len(tiers) else "",
        "" if percentile is None else repr(percentile),
        *(_AND.join(sorted(one)) for one in texts),
    )
    return "\t".join((*rank, *cells))


def _shared(line: str, cohort: Cohort, *, comparable: bool) -> Shared:
    place, _, _, samples, presented_in, tier, percentile, *lists = line.split("\t")
    genes, changes, variants, peptides, alleles = (tuple(one.split(_AND)) if one else () for one in lists)
    return Shared(
        by=_ORDER[int(place[0])],
        samples=tuple(cohort.samples[int(one)].name for one in samples.split(_AND)),
        presented_in=tuple(cohort.samples[int(one)].name for one in presented_in.split(_AND) if one),
        genes=genes,
        changes=changes,
        variants=variants,
        peptides=peptides,
        alleles=alleles,
        tier=cohort.tiers[int(tier)] if tier and comparable else None,
        percentile=float(percentile) if percentile else None,
    )
