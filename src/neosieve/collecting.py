"""Finished runs of many samples, gathered: counts per sample, and the neoantigens that samples share.

Runs are read one after another, row by row. What each tells of a neoantigen goes to disk, is put in order there, and
comes back neighbour by neighbour, so that memory doesn't grow with the number of runs, nor with what they share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby, repeat
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from neosieve import __version__
from neosieve.biology.comparability import differences_of, warnings_of
from neosieve.child import end_with_parent
from neosieve.errors import InputError
from neosieve.io.runrecord import candidate_rows, read_record, unchanged_table
from neosieve.io.sorting import SortedLines
from neosieve.model.candidate import Tier
from neosieve.model.cohort import Cohort, Sample, Shared, SharedBy
from neosieve.report.atomic import prepared_folder, staged
from neosieve.report.cohort import LAST, write_cohort
from neosieve.report.runjson import SCHEMA_VERSION
from neosieve.report.variants import PERCENT
from neosieve.timing import Stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from neosieve.model.cohort import CandidateRow, RunRecord

FEW_RUNS = 8  # for which another process isn't worth its start
_ORDER = tuple(SharedBy)
_AND = "\x1f"  # between texts of one cell: no table of neosieve holds control characters


def collect(
    folders: Sequence[Path],
    out: Path,
    stages: Stages | None = None,
    *,
    by_folder: bool = False,
    remarks: Sequence[str] = (),
    workers: int = 1,
) -> Cohort:
    """Gather finished runs and write ``samples.tsv``, ``shared.tsv``, ``cohort.html`` and ``cohort.json``.

    Parameters
    ----------
    folders
        Of finished runs, one for each sample, in any order.
    out
        Where to write; made if it isn't there. It may hold the runs' folders, but be none of them.
    stages
        Told what is done.
    by_folder
        Call every sample as its folder, rather than as its tumour sample.
    remarks
        What a reader must know beside what the runs tell: which samples are missing, say.
    workers
        How many processes read the runs.

    Returns
    -------
    Cohort
        What was written of the samples, with warnings for the user.

    Raises
    ------
    InputError
        There is no run, a folder holds no finished one or is given twice, or a table isn't as its run wrote it.
    OutputError
        A file can't be written. Nothing is half-written then.
    """
    stages = stages or Stages()
    records = [read_record(folder) for folder in folders]
    _check(records, out)
    names = sample_names(records, by_folder=by_folder)
    order = sorted(range(len(records)), key=names.__getitem__)
    tiers, comparable = _tiers(records)
    with (
        prepared_folder(out),
        staged(out, last=LAST) as stage,
        TemporaryDirectory(".part", ".neosieve.", out) as scratch,
    ):
        told = SortedLines(Path(scratch), "told")
        with stages.stage("reading runs"), _mapping(min(workers, len(records) // FEW_RUNS)) as each:
            ordered_records = [records[index] for index in order]
            pieces = [Path(scratch) / f"run.{place}" for place in range(len(order))]
            presented = list(each(_tell_run, ordered_records, range(len(order)), repeat(tiers), pieces))
        for piece in pieces:
            told.take(piece)
        samples = [Sample(names[index], records[index], count) for index, count in zip(order, presented, strict=True)]
        differences = tuple(differences_of(samples))
        cohort = Cohort(
            version=__version__,
            samples=tuple(samples),
            tiers=tiers,
            differences=differences,
            warnings=(*remarks, *warnings_of(samples, differences)),
        )
        with stages.stage("gathering what samples share"):
            ordered = SortedLines(Path(scratch), "shared")
            for key, lines in groupby(told, key=_key):
                if (line := _merged(key, list(lines), tiers)) is not None:
                    ordered.add(line)
        with stages.stage("writing"):
            write_cohort(cohort, (_shared(line, cohort, comparable=comparable) for line in ordered), stage)
    return cohort


def _check(records: Sequence[RunRecord], out: Path) -> None:
    if not records:
        raise InputError("there is no run to collect; give the folders of finished runs")
    seen: set[Path] = set()
    for record in records:
        place = record.folder.resolve()
        if place in seen:
            raise InputError(f"{record.folder} is given twice; give each run once")
        if place == out.resolve():
            raise InputError(f"{out} is one of the runs; choose another folder for the cohort with -o")
        seen.add(place)
        if record.schema_version != SCHEMA_VERSION:
            raise InputError(
                f"{record.folder / 'run.json'} follows version {record.schema_version} of its schema, and this "
                f"neosieve reads version {SCHEMA_VERSION}; run `neosieve run` again with one version for all"
            )


def sample_names(records: Sequence[RunRecord], *, by_folder: bool = False) -> list[str]:
    """Name each run: by its tumour sample, or by its folder where several have the same one, or if that is asked for.

    Folders of one name get as much of the path before it as tells them apart: ``patient1/out`` and ``patient2/out``.

    Raises
    ------
    InputError
        A folder is named as another run's tumour sample.
    """
    clashing = defaultdict(list)
    for index, record in enumerate(records):
        clashing["" if by_folder else record.tumor].append(index)
    names = [record.tumor for record in records]
    for indices in clashing.values():
        if len(indices) == 1 and not by_folder:
            continue
        parts = {index: records[index].place.parts for index in indices}
        depth = 1
        while len({parts[index][-depth:] for index in indices}) < len(indices):
            depth += 1
        for index in indices:
            names[index] = "/".join(parts[index][-depth:])
    for name, count in Counter(names).items():
        if count > 1:
            first, second = (records[index].folder for index, other in enumerate(names) if other == name)
            raise InputError(f"{first} and {second} would both be called {name!r}; rename the folder of that name")
    return names


def _tiers(records: Sequence[RunRecord]) -> tuple[tuple[str, ...], bool]:
    """Return all tiers, and whether every run has the same ones, so that they have an order."""
    lists = {tuple(record.tiers) for record in records}
    if len(lists) == 1:
        return lists.pop(), True
    met = {tier for one in lists for tier in one}
    ours = [tier.value for tier in Tier if tier.value in met]
    return (*ours, *sorted(met.difference(ours))), False


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


@contextmanager
def _mapping(workers: int) -> Iterator[Callable[..., Iterable[int]]]:
    """Yield what applies a function to several arguments, one after another or in so many processes."""
    if workers < 2:  # noqa: PLR2004 - one is this process
        yield map
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=end_with_parent) as pool:
        yield pool.map


def _tell_run(record: RunRecord, sample: int, tiers: Sequence[str], piece: Path) -> int:
    """Write what a run tells of each neoantigen, in order; return how many pairs it presents."""
    table = unchanged_table(record, "candidates.tsv", "run `neosieve run` again")
    told = SortedLines(piece.parent, piece.name)
    presented = _tell(candidate_rows(table), sample, tiers, told)
    with piece.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in told)
    return presented


def _tell(rows: Iterable[CandidateRow], sample: int, tiers: Sequence[str], told: SortedLines) -> int:
    """Hand on what a run tells of each neoantigen; return how many pairs it presents."""
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
            found = of_mutation[row[4:]] = f"\t{gene}\t{change}\t{haplotype}\t\t", accounts
        told.add(
            f"{pair} {peptide} {allele}\t{sample:09d}\t{tier}\t{'' if known is None else repr(known)}"
            f"\t{'1' if presented else ''}{found[0]}"
        )
        if presented:
            pairs.add((peptide, allele))
        for account in found[1]:
            _add(account, row, tier, presented=presented)
    for by, known_accounts in ((SharedBy.VARIANT, variants), (SharedBy.PROTEIN_CHANGE, changes)):
        for key, account in known_accounts.items():
            told.add(_line(by, key, sample, account))
    return len(pairs)


def _add(account: _Account, row: CandidateRow, tier: int, *, presented: bool) -> None:
    account.tier = min(account.tier, tier)
    if row.percentile is not None and (account.percentile is None or row.percentile < account.percentile):
        # the candidate that is told by: a variant is called by its change on the transcript of the best one
        account.percentile, account.gene, account.change = row.percentile, row.gene or "", row.change or ""
    if presented:
        account.peptides.add(row.peptide)
        account.alleles.add(row.allele)


def _line(by: SharedBy, key: str, sample: int, account: _Account) -> str:
    """Write what a run tells of a variant or a protein change, as :func:`_tell` writes what it tells of a peptide."""
    percentile = "" if account.percentile is None else repr(account.percentile)
    lists = (_AND.join(sorted(one)) for one in (account.haplotypes, account.peptides, account.alleles))
    cells = (str(account.tier), percentile, "1" if account.peptides else "", account.gene, account.change, *lists)
    return "\t".join((f"{_ORDER.index(by)} {key}", f"{sample:09d}", *cells))


def _key(line: str) -> str:
    return line.partition("\t")[0]


_MOST = 10**9 - 1  # more samples than there can be: what it is reduced by has nine digits, too, and sorts many first


def _merged(key: str, lines: list[str], tiers: Sequence[str]) -> str | None:
    """Join what the runs tell of one neoantigen, led by its place in the table; None if only one sample has it."""
    kind, _, name = key.partition(" ")
    told = [line.split("\t")[1:] for line in lines]
    if told[0][0] == told[-1][0]:  # they come in the samples' order
        return None
    samples, presented_in = dict.fromkeys(one[0] for one in told), dict.fromkeys(one[0] for one in told if one[3])
    percentile = min((float(one[2]) for one in told if one[2]), default=None)
    tier = min(int(one[1]) for one in told)
    genes, changes = ({one[place] for one in told if one[place]} for place in (4, 5))
    lists = [{text for one in told for text in one[place].split(_AND) if text} for place in (6, 7, 8)]
    if _ORDER[int(kind)] is SharedBy.PEPTIDE:
        peptide, _, allele = name.partition(" ")
        lists[1:] = [{peptide}, {allele}]
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
        *(_AND.join(sorted(one)) for one in (genes, changes, *lists)),
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
