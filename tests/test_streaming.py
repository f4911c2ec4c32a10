"""Calls that touch no coding sequence are rows from the start: nothing that a run tells may show it."""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from neosieve import inputs, pipeline
from neosieve.biology import translation
from neosieve.inputs import read_inputs
from neosieve.io import reference
from neosieve.model.ledger import Outcome
from neosieve.model.ledgerrows import ROWS_TOGETHER, tally_of
from neosieve.settings import RunSettings
from tests.benchmarks.million_records import germline, make, records
from tests.biology.fakes import FakePredictor
from tests.madeup import CHROMOSOMES, Change, World, change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from neosieve.model.run import RunResult

OPTIONS: tuple[dict[str, object], ...] = ({}, {"include_filtered": True})


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return the made-up genome, in this test's folder."""
    return World(tmp_path)


def told(settings: RunSettings) -> tuple[RunResult, list[object]]:
    """Run; candidates without their calls' identities."""
    result = pipeline.run(settings, predictor=FakePredictor())
    rows: list[object] = [
        (str(one.candidate.call.variant), one.candidate.peptide.sequence, one.candidate.phase, one.tier, one.reasons)
        for one in result.ranked
    ]
    return replace(result, ranked=(), inputs=()), rows


def same_with_all_calls_kept(settings: RunSettings, monkeypatch: pytest.MonkeyPatch) -> RunResult:
    """Run twice, the second time with every call kept whole, and compare all that the result says."""
    quick = told(settings)
    kept = len(read_inputs(settings).records.calls)
    with monkeypatch.context() as patch:
        patch.setattr(inputs, "_asks_of_each", lambda _: True)
        assert len(read_inputs(settings).records.calls) > kept
        assert told(settings) == quick
    return quick[0]


def shaken(lines: Iterator[str]) -> Iterator[str]:
    """Vary records: phase sets named after other records, RNA counts, expression, repeats, germline genotypes."""
    rng = random.Random(7)  # noqa: S311 - a sample, no secret
    last = ""
    for line in lines:
        if line.startswith("#"):
            yield line
            continue
        columns = line.split("\t")
        drawn = rng.random()
        if drawn < 0.3:
            named = (last or line).split("\t")
            columns[8] += ":PGT:PID"
            columns[9] += ":.:."
            columns[10] += f":0|1:{named[1]}_{named[3]}_{named[4]}"
        elif drawn < 0.31:
            columns[8] += ":GX:RDP:RAD"
            columns[9] += ":.:.:."
            columns[10] += f":ENSG1|1.5:10:6,{','.join('4' for _ in columns[4].split(','))}"
        elif drawn < 0.4:
            columns[9] = "0/1" + columns[9].removeprefix("0/0")
        elif drawn < 0.42:
            yield last or line
        last = "\t".join(columns)
        yield last


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("inherited", [False, True])
def test_of_an_annotated_vcf_rows_say_what_calls_would(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, object],
    inherited: bool,  # noqa: FBT001
) -> None:
    """800 records, half of them passing: ledger, funnel, warnings and candidates are the same if all calls are kept."""
    vcf = tmp_path / "calls.vcf"
    make(vcf, shaken(records(800, 0.5, None, coding=0.05)))
    if inherited:
        make(tmp_path / "germline.vcf", germline(records(800, 0.5, None, coding=0.05)))
        options = {**options, "germline": tmp_path / "germline.vcf"}
    given = {"vcf": vcf, "hla": "A*02:01", "out": tmp_path / "out", "lengths": (9,)}
    result = same_with_all_calls_kept(RunSettings.model_validate(given | options), monkeypatch)
    assert tally_of(result.ledger).variants_with[Outcome.NO_PROTEIN_CHANGE] > 100


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("inherited", [False, True])
def test_with_a_reference_rows_say_what_calls_would(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, object],
    inherited: bool,  # noqa: FBT001
) -> None:
    """A change at every third base of the made-up genome, and some on a contig that it lacks."""
    world, rng = World(tmp_path), random.Random(5)  # noqa: S311 - a sample, no secret
    plain = [
        Change(start, bases[start], rng.choice([one for one in "ACGT" if one != bases[start]]), contig=contig)
        for contig, bases in CHROMOSOMES.items()
        for start in range(0, len(bases), 3)
    ]
    changes = []
    for place, one in enumerate(plain):
        named = plain[max(0, place - rng.randrange(3))]
        phased = rng.random() < 0.4
        changes.append(
            replace(
                one,
                keys="GT:PGT:PID",
                tumor=f"0/1:0|1:{named.start + 1}_{named.old}_{named.new}" if phased else "0/1:.:.",
                normal=rng.choice(["0/0:.:.", "0/0:.:.", "0/1:.:."]),
            )
        )
    lines: list[Change | str] = [*changes, *(f"chrUn\t{place}\t.\tA\tC\t.\tPASS\t.\tGT\t0/0\t0/1" for place in (5, 9))]
    given = world.settings(world.vcf(lines), **options)
    if inherited:
        given = given.model_copy(update={"germline": world.germline(changes[::5])})
    same_with_all_calls_kept(given, monkeypatch)


def test_what_is_held_of_the_reference_may_be_dropped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One transcript and one stretch of sequence at a time: the same result, though both are asked for in turns."""
    changes = [change(12, 2, "A"), Change(40, "G", "T", contig="chr21"), change(17, 3, "A"), change(28, 1, "A")]
    given = world.settings(world.vcf(changes))
    plenty = told(given)
    monkeypatch.setattr(translation, "MOST_SPLICED", 1)
    monkeypatch.setattr(reference, "_MOST_UNPACKED", 1)
    assert told(given) == plenty
    assert {"ENST1.1", "ENST2.1"} <= {row.transcript for row in plenty[0].ledger}


def held(vcf: Path, count: int) -> int:
    """Measure the bytes that the records of a VCF take; all pass, and none touches coding sequence."""
    make(vcf, records(count, 1.0, None, coding=0.0, single=True))
    settings = RunSettings.model_validate({"vcf": vcf, "hla": "A*02:01", "out": vcf.parent / "out"})
    tracemalloc.start()
    try:
        kept = read_inputs(settings).records
        assert len(kept) == count
        gc.collect()
        with_them, _ = tracemalloc.get_traced_memory()
        del kept
        gc.collect()
        return with_them - tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_a_record_without_consequence_takes_few_bytes(tmp_path: Path) -> None:
    """Of two whole numbers of blocks, the difference: a packed row each, where a call would take a thousand bytes."""
    few, many = ROWS_TOGETHER, 3 * ROWS_TOGETHER
    small, large = (held(tmp_path / f"{count}.vcf", count) for count in (few, many))
    assert 10 < (large - small) / (many - few) < 100


@pytest.mark.slow
def test_a_hundred_thousand_records_are_all_accounted_for(tmp_path: Path) -> None:
    """Each ALT that a splitter of three lines finds has a row; the outcomes' sum is the funnel's first number."""
    vcf = tmp_path / "calls.vcf"
    make(vcf, records(100_000, 0.15, None))
    columns = [line.split("\t", 7) for line in vcf.read_text().splitlines() if not line.startswith("#")]
    alts = [f"{one[0]}:{one[1]}:{one[3]}>{alt}" for one in columns for alt in one[4].split(",")]
    given = {"vcf": vcf, "hla": "A*02:01", "out": tmp_path / "out", "lengths": (9,)}
    result = pipeline.run(RunSettings.model_validate(given), predictor=FakePredictor())
    assert list(dict.fromkeys(row.variant for row in result.ledger)) == list(dict.fromkeys(alts))
    assert result.funnel[0].count == len(alts)
    filtered = Counter(row.outcome for row in result.ledger)[Outcome.FILTERED]
    failing = sum(len(one[4].split(",")) for one in columns if one[6] != "PASS")
    assert filtered == failing
    rows = chain.from_iterable((row.variant,) for row in result.ledger if row.outcome is not Outcome.CANDIDATES)
    assert (
        len(set(rows)) + tally_of(result.ledger).variants_with[Outcome.CANDIDATES] == tally_of(result.ledger).variants
    )
