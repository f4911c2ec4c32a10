"""What samples share, against a plain account of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from neosieve import sharing
from neosieve.io.runrecord import READ
from neosieve.model.cohort import RunRecord, Shared, SharedBy
from neosieve.report.cohortcolumns import SHARED_COLUMNS
from neosieve.report.tables import table_chunks
from neosieve.sharing import join_part, rows_of, summary_of, tell_run

TIERS = ("best", "middle")  # a third one is of no policy
Row = tuple[str, str, str, str, str, str, str, str, str]
ROWS = st.tuples(
    st.sampled_from(["KLVVVGADGV", "SIINFEKL", "SIINFEKLS"]),
    st.sampled_from(["A", "B"]),
    st.sampled_from([*TIERS, "other"]),
    st.sampled_from(["NA", "0.5", "2", "2.1", "50"]),
    st.sampled_from(["NA", "1"]),
    st.sampled_from(["NA", "KRAS", "NRAS"]),
    st.just("ENSG1"),
    st.sampled_from(["NA", "p.1", "p.2"]),
    st.sampled_from(["1:5:A>C", "1:6:A>C", "1:5:A>C+1:6:A>C"]),
)
RUNS = st.lists(st.lists(ROWS, max_size=6), min_size=1, max_size=4)


def row(percentile: str, change: str) -> Row:
    """Build a row of the variant v."""
    return ("SIINFEKL", "A", "best", percentile, "NA", "KRAS", "ENSG1", change, "1:5:A>C")


def finished(folder: Path, rows: list[Row]) -> RunRecord:
    """Write a table of candidates, and return the record of the run that wrote it."""
    folder.mkdir()
    text = "".join("\t".join(cells) + "\n" for cells in (READ, *rows))
    (folder / "candidates.tsv").write_text(text, encoding="utf-8", newline="\n")
    digest = hashlib.sha256(text.encode()).hexdigest()
    outputs = {"candidates.tsv": digest}
    return RunRecord(folder, digest, 1, "0", folder.name, None, (), "", (), {}, (), (), {}, {}, outputs)


def percentile_of(row: Row) -> float:
    """Return that of presentation, else of affinity."""
    return min((float(one) for one in row[3:5] if one != "NA"), default=inf) if row[3] == "NA" else float(row[3])


def gene_of(row: Row) -> str:
    """Return the symbol, else the identifier."""
    return row[6] if row[5] == "NA" else row[5]


def plainly(runs: list[list[Row]], names: list[str], by: SharedBy, name: str) -> Shared:
    """Say what runs share of one neoantigen, from its rows in each of them."""
    rows = {sample: [row for row in run if name in told_by(row, by)] for sample, run in zip(names, runs, strict=True)}
    rows = {sample: some for sample, some in rows.items() if some}
    every = [row for some in rows.values() for row in some]
    # a variant is called as in its best row, the first one of equal ones
    called = every if by is SharedBy.PEPTIDE else [min(some, key=percentile_of) for some in rows.values()]
    presented = every if by is SharedBy.PEPTIDE else [row for row in every if percentile_of(row) <= 2.0]
    tier = min(TIERS.index(row[2]) if row[2] in TIERS else len(TIERS) for row in every)
    lowest = min(map(percentile_of, every))
    return Shared(
        by=by,
        samples=tuple(rows),
        presented_in=tuple(one for one, some in rows.items() if min(map(percentile_of, some)) <= 2.0),
        genes=tuple(sorted({gene_of(row) for row in called})),
        changes=tuple(sorted({row[7] for row in called} - {"NA"})),
        variants=(name,) if by is SharedBy.VARIANT else tuple(sorted({row[8] for row in every})),
        peptides=tuple(sorted({row[0] for row in presented})),
        alleles=tuple(sorted({row[1] for row in presented})),
        tier=TIERS[tier] if tier < len(TIERS) else None,
        percentile=None if lowest == inf else lowest,
    )


def told_by(row: Row, by: SharedBy) -> list[str]:
    """Name the neoantigens of one kind that a row tells of."""
    if by is SharedBy.VARIANT:
        return row[8].split("+")
    if by is SharedBy.PROTEIN_CHANGE:
        return [] if row[7] == "NA" else [f"{gene_of(row)} {row[7]}"]
    return [f"{row[0]} {row[1]}"]


def expected(runs: list[list[Row]], names: list[str]) -> list[Shared]:
    """Return what runs share, in the table's order."""
    found = []
    for place, by in enumerate(SharedBy):
        for name in {name for run in runs for row in run for name in told_by(row, by)}:
            one = plainly(runs, names, by, name)
            percentile = inf if one.percentile is None else one.percentile
            found.append(((place, -len(one.presented_in), -len(one.samples), percentile, name), one))
    return [one for _, one in sorted(found, key=lambda pair: pair[0]) if len(one.samples) > 1]


@settings(deadline=None)  # it writes files
@example(runs=[[row("50", "p.1"), row("0.5", "p.2"), row("0.5", "p.1")], [row("NA", "NA")]], parts=1, comparable=True)
@given(runs=RUNS, parts=st.integers(1, 3), comparable=st.booleans())
def test_what_is_joined_is_what_the_rows_say(*, runs: list[list[Row]], parts: int, comparable: bool) -> None:
    """The table, what is counted, and the first two of each kind, in one part or several."""
    names = [f"S{number}" for number in range(len(runs))]
    tiers = TIERS if comparable else ()
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharing, "FIRST", 2)
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        for number, (name, rows) in enumerate(zip(names, runs, strict=True)):
            pairs = tell_run(finished(Path(folder) / name, rows), number, TIERS, scratch, parts)
            assert pairs == len({row[:2] for row in rows if percentile_of(row) <= 2.0})
        summary = summary_of(join_part(part, names, tiers, scratch) for part in range(parts))
        written = b"".join(rows_of(scratch)).decode()
        assert list(scratch.iterdir()) == []
    shared = expected(runs, names)
    if not comparable:
        shared = [replace(one, tier=None) for one in shared]
    _, *chunks = table_chunks(SHARED_COLUMNS, shared)
    assert written == "".join(chunks)
    presented = [one for one in shared if one.presented_in]
    assert summary.counts == Counter(one.by for one in shared)
    assert summary.presented == Counter(one.by for one in presented)
    assert list(summary.first) == [one for by in SharedBy for one in [x for x in presented if x.by is by][:2]]
