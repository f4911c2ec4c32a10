"""What samples share: each run tells of its neoantigens, and what several tell of one is joined.

Lines go to disk, into parts by what they tell of, so that a part fits into memory however many runs there are, and
parts can be worked on apart from one another, up to the rows of the table.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, groupby, islice, tee
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING
from zlib import crc32

from neosieve.io.runrecord import candidate_rows, unchanged_table
from neosieve.io.sorting import in_order
from neosieve.model.cohort import Shared, SharedBy, SharedSummary
from neosieve.report.atomic import encoded
from neosieve.report.cohortcolumns import SHARED_COLUMNS
from neosieve.report.tables import table_chunks
from neosieve.report.variants import PERCENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from neosieve.model.cohort import Cause, RunRecord

FIRST = 200  # shared neoantigens of each kind that a page shows: more than anyone reads there, and the table has all
_ORDER = tuple(SharedBy)
_AND = "\x1f"  # between texts of one cell: no table of neosieve holds control characters
_MOST = 10**9 - 1  # more samples than there can be: what it is reduced by has nine digits, too, and sorts many first
_OF_PLACE = 3  # cells in front of a row's own
_AT_A_TIME = 500  # rows written


@dataclass(slots=True)
class _Account:
    """What one run tells of the candidates of one cause."""

    ending: str
    """Of the line of each of them."""
    tier: int
    row: int
    """The first one that has the lowest percentile."""
    percentile: float = inf
    peptides: set[str] = field(default_factory=set)
    """Those presented."""
    alleles: set[str] = field(default_factory=set)
    """Those that present one."""


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
            file.write("".join(some))
    return presented


def join_part(part: int, names: Sequence[str], tiers: Sequence[str], scratch: Path) -> SharedSummary:
    """Join what the runs tell of each neoantigen of a part; write its rows of the table, led by their places there.

    Parameters
    ----------
    part
        Its number.
    names
        Of the samples, by the runs' numbers.
    tiers
        Best first; none where the runs have different ones, which have no order.
    scratch
        As of :func:`tell_run`; the rows go there, too.
    """
    told: dict[str, list[int]] = {}  # what several runs may tell alike → their numbers
    for path in scratch.glob(f"part.{part}.*"):
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                text, _, sample = line.rpartition("\t")
                told.setdefault(text, []).append(int(sample))
        path.unlink()
    groups = ({text: told[text] for text in texts} for _, texts in groupby(sorted(told), key=_key))
    shared = (one for group in groups if (one := _joined(group, names, tiers)) is not None)
    lines, counts, presented = [], Counter[SharedBy](), []
    for one, row in zip(*_with_rows(shared), strict=True):
        place = _place(one)
        lines.append(f"{place}\t{row}\n")
        counts[one.by] += 1
        if one.presented_in:
            presented.append(one)
    lines.sort()
    (scratch / f"shared.{part}").write_bytes(encoded("".join(lines)))
    return SharedSummary(counts, Counter(one.by for one in presented), _first(presented))


def summary_of(parts: Iterable[SharedSummary]) -> SharedSummary:
    """Sum up what is told of several parts, each of which is let go before the next one is taken."""
    whole = SharedSummary(Counter(), Counter(), ())
    for part in parts:
        first = _first([*whole.first, *part.first])
        whole = SharedSummary(whole.counts + part.counts, whole.presented + part.presented, first)
    return whole


def rows_of(scratch: Path) -> Iterator[bytes]:
    """Yield the rows of all parts as the table has them, many at a time."""
    lines = in_order(list(scratch.glob("shared.*")))
    while several := tuple(islice(lines, _AT_A_TIME)):
        yield b"".join([line.split(b"\t", _OF_PLACE)[_OF_PLACE] for line in several])


def _tell(
    rows: Iterable[tuple[str, str, str, float, Cause]], sample: int, tiers: Sequence[str], lines: Sequence[list[str]]
) -> int:
    """Hand on what a run tells of each neoantigen, by part; return how many pairs it presents."""
    order = {tier: index for index, tier in enumerate(tiers)}
    unknown = len(tiers)
    accounts: dict[Cause, _Account] = {}
    pairs: set[str] = set()
    by_peptide = _ORDER.index(SharedBy.PEPTIDE)
    for number, (peptide, allele, tier_name, percentile, cause) in enumerate(rows):
        tier = order.get(tier_name, unknown)
        account = accounts.get(cause)
        if account is None:
            ending = f"\t{cause.gene}\t{cause.change}\t{'+'.join(cause.haplotype)}\t\t\t{sample}\n"
            account = accounts[cause] = _Account(ending, tier, number)
        key = f"{by_peptide} {peptide} {allele}"
        lines[crc32(key.encode()) % len(lines)].append(f"{key}\t{tier}\t{percentile!r}{account.ending}")
        if tier < account.tier:  # noqa: PLR1730 - min is a call for each of millions of rows
            account.tier = tier
        if percentile < account.percentile:
            account.percentile, account.row = percentile, number
        if percentile <= PERCENT:
            pairs.add(key)
            account.peptides.add(peptide)
            account.alleles.add(allele)
    for key, several in _by_key(accounts).items():
        lines[crc32(key.encode()) % len(lines)].append(_line(key, several, sample))
    return len(pairs)


def _by_key(accounts: Mapping[Cause, _Account]) -> dict[str, dict[Cause, _Account]]:
    """Gather what is told of each variant and of each protein change."""
    found: defaultdict[str, dict[Cause, _Account]] = defaultdict(dict)
    for cause, account in accounts.items():
        for variant in cause.haplotype:
            found[f"{_ORDER.index(SharedBy.VARIANT)} {variant}"][cause] = account
        if cause.gene and cause.change:
            found[f"{_ORDER.index(SharedBy.PROTEIN_CHANGE)} {cause.gene}{_AND}{cause.change}"][cause] = account
    return found


def _line(key: str, accounts: Mapping[Cause, _Account], sample: int) -> str:
    """Write what a run tells of a variant or a protein change, as :func:`_tell` writes what it tells of a peptide."""
    # a variant is called by its change on the transcript of its best candidate
    cause, best = min(accounts.items(), key=lambda one: (one[1].percentile, one[1].row))
    kind, _, name = key.partition(" ")
    of_variant = _ORDER[int(kind)] is SharedBy.VARIANT
    lists = (
        {name} if of_variant else {"+".join(one.haplotype) for one in accounts},
        set().union(*[one.peptides for one in accounts.values()]),
        set().union(*[one.alleles for one in accounts.values()]),
    )
    tier = min(one.tier for one in accounts.values())
    cells = (key, str(tier), repr(best.percentile), cause.gene, cause.change, *map(_AND.join, map(sorted, lists)))
    return "\t".join((*cells, str(sample))) + "\n"


def _key(text: str) -> str:
    return text.partition("\t")[0]


def _joined(told: Mapping[str, Sequence[int]], names: Sequence[str], tiers: Sequence[str]) -> Shared | None:
    """Join what the runs tell of one neoantigen; None if only one sample has it."""
    samples = sorted(set(chain.from_iterable(told.values())))
    if len(samples) == 1:
        return None
    (key, *_), tier_of, percentiles, *lists = zip(*[text.split("\t") for text in told], strict=True)
    known = [float(one) for one in percentiles]
    percentile, tier = min(known), min(map(int, tier_of))
    presented = {sample for some, one in zip(told.values(), known, strict=True) if one <= PERCENT for sample in some}
    kind, _, name = key.partition(" ")
    genes, changes, variants, peptides, alleles = map(_texts, lists)
    if (by := _ORDER[int(kind)]) is SharedBy.PEPTIDE:
        peptides, alleles = ((one,) for one in name.split(" ", 1))
    return Shared(
        by=by,
        samples=tuple([names[one] for one in samples]),
        presented_in=tuple([names[one] for one in sorted(presented)]),
        genes=genes,
        changes=changes,
        variants=variants,
        peptides=peptides,
        alleles=alleles,
        tier=tiers[tier] if tier < len(tiers) else None,
        percentile=None if percentile == inf else percentile,
    )


def _texts(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the distinct texts of lists, in order."""
    return (
        _listed(cells[0]) if len(set(cells)) == 1 else tuple(sorted({text for one in cells for text in _listed(one)}))
    )


@lru_cache(maxsize=1 << 10)
def _listed(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(_AND)) if cell else ()


def _place(one: Shared) -> str:
    """Return what sorts as the table does: by kind, most samples that present it, most samples, lowest percentile."""
    match one.by:
        case SharedBy.VARIANT:
            name = one.variants
        case SharedBy.PROTEIN_CHANGE:
            name = (*one.genes, *one.changes)
        case SharedBy.PEPTIDE:
            name = (*one.peptides, *one.alleles)
    percentile = "~" if one.percentile is None else f"{one.percentile:012.7f}"  # ~ comes after every digit
    many_first = f"{_MOST - len(one.presented_in)} {_MOST - len(one.samples)}"
    return f"{_ORDER.index(one.by)} {many_first}\t{percentile}\t{' '.join(name)}"


def _with_rows(shared: Iterable[Shared]) -> tuple[Iterator[Shared], Iterator[str]]:
    """Return what is shared, and its rows of the table."""
    given, written = tee(shared)
    chunks = islice(table_chunks(SHARED_COLUMNS, written), 1, None)  # without the header
    return given, (row for chunk in chunks for row in chunk[:-1].split("\n"))


def _first(presented: Iterable[Shared]) -> tuple[Shared, ...]:
    """Return the first ones of each kind, in the table's order."""
    kinds = groupby(sorted(presented, key=_place), key=attrgetter("by"))
    return tuple(one for _, some in kinds for one in islice(some, FIRST))
