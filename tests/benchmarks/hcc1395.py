"""Time the whole HCC1395 run, and beside it what MHCflurry needs to score the same pairs.

    .venv/bin/python tests/benchmarks/hcc1395.py ../shared/hcc1395/annotated.expression.vcf.gz [--runs 5] [--json FILE]

(``make bench`` is the same.) It runs ``neosieve run`` with three alleles, lengths 8-11, every record and the embedded
models, once to warm the disk cache and then ``--runs`` times, and prints the medians of wall time, CPU time (user +
system) and peak memory, and each stage's share. Then ``mhcflurry_pairs.py`` scores the unique (peptide, allele) pairs
of ``candidates.tsv``, mutant and wild type, with an eight-network MHCflurry model directory that it makes itself. A
ratio within one run on one machine, nothing that is asserted: run it on an idle machine; ``taskset -c 0,1`` in front of
it makes a machine of two cores.
"""
# ruff: noqa: T201 - a script: it prints what it measured

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ALLELES = "A*29:02,B*45:01,B*82:02"
LENGTHS = "8-11"
MISSING = "NA"
KILOBYTES_PER_MAXRSS = 1 if sys.platform != "darwin" else 1 / 1024  # getrusage(2): kilobytes on Linux, bytes on macOS


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and its children took."""

    wall_s: float
    cpu_s: float
    """User and system time."""
    peak_mb: float
    """Resident memory of the largest single process."""


@dataclass(frozen=True, slots=True)
class MhcflurryTimes:
    """What ``mhcflurry_pairs.py`` measured inside its process."""

    networks: int
    import_s: float
    load_s: float
    first_predict_s: float
    predict_s: float
    predict_cpu_s: float


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("vcf", type=Path, help="annotated.expression.vcf.gz of HCC1395")
    parser.add_argument("--runs", type=int, default=5, help="measured runs after the warm-up (default: 5)")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    options = parser.parse_args(argv)
    if not options.vcf.exists():
        sys.exit(f"{options.vcf}: no such file; the HCC1395 VCF is the example data of pvactools (reference/README.md)")

    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        _neosieve(options.vcf, scratch)
        runs = [_neosieve(options.vcf, scratch) for _ in range(options.runs)]
        neosieve = _median_usage([usage for usage, _ in runs])
        stages = {name: median(seconds[name] for _, seconds in runs) for name in runs[0][1]}
        pairs = _scored_pairs(scratch / "out" / "candidates.tsv")
        mhcflurry, times = _mhcflurry(pairs, scratch, options.runs)

    _report(neosieve, stages, pairs, mhcflurry, times, options.runs)
    if options.json:
        numbers = {
            "neosieve": asdict(neosieve),
            "stages": stages,
            "pairs": len(pairs),
            "mhcflurry": {**asdict(mhcflurry), **asdict(times)},
        }
        options.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


def _neosieve(vcf: Path, scratch: Path) -> tuple[Usage, dict[str, float]]:
    """One run, and the seconds of each of its stages."""
    program = Path(sys.executable).with_name("neosieve")
    timings = scratch / "timings.json"
    options = ("--hla", ALLELES, "--lengths", LENGTHS, "--include-filtered", "--models", "embedded")
    usage = _run([program, "run", vcf, *options, "--timings", timings, "-o", scratch / "out"], scratch)
    stages = json.loads(timings.read_text(encoding="utf-8"))["stages"]
    return usage, {stage["name"]: float(stage["seconds"]) for stage in stages}


def _scored_pairs(candidates: Path) -> list[tuple[str, str]]:
    """Read the unique (peptide, allele) pairs of a run: mutant and wild-type peptides."""
    with candidates.open(encoding="utf-8", newline="") as handle:
        pairs = {
            (peptide, row["allele"])
            for row in csv.DictReader(handle, delimiter="\t")
            for peptide in (row["peptide"], row["wildtype_peptide"])
            if peptide != MISSING
        }
    return sorted(pairs)


def _mhcflurry(pairs: Sequence[tuple[str, str]], scratch: Path, runs: int) -> tuple[Usage, MhcflurryTimes]:
    """Score the pairs with MHCflurry in a process of its own."""
    table, models, times = scratch / "pairs.tsv", scratch / "models", scratch / "mhcflurry.json"
    table.write_text("".join(f"{peptide}\t{allele}\n" for peptide, allele in pairs), encoding="utf-8")
    script: list[str | Path] = [sys.executable, Path(__file__).with_name("mhcflurry_pairs.py")]
    _run([*script, "make-models", table, models], scratch)
    usage = _run([*script, "score", table, models, times, str(runs)], scratch)
    return usage, MhcflurryTimes(**json.loads(times.read_text(encoding="utf-8")))


def _run(command: Sequence[str | Path], scratch: Path) -> Usage:
    """Run to the end and measure; a failure shows what the command said."""
    said = scratch / "said.txt"
    with said.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nexit code {process.returncode}\n{said.read_text(errors='replace')}")
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KILOBYTES_PER_MAXRSS / 1024)


def _median_usage(usages: Sequence[Usage]) -> Usage:
    return Usage(
        median(usage.wall_s for usage in usages),
        median(usage.cpu_s for usage in usages),
        median(usage.peak_mb for usage in usages),
    )


def _report(
    neosieve: Usage,
    stages: dict[str, float],
    pairs: Sequence[tuple[str, str]],
    mhcflurry: Usage,
    times: MhcflurryTimes,
    runs: int,
) -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"HCC1395, {ALLELES}, lengths {LENGTHS}, every record; median of {runs} runs on {cores} cores\n")
    print("neosieve run (whole process)")
    print(f"  wall {neosieve.wall_s:8.2f} s   CPU {neosieve.cpu_s:8.2f} s   peak {neosieve.peak_mb:6.0f} MB")
    rest = neosieve.wall_s - sum(stages.values())
    for name, seconds in (*stages.items(), ("start-up and the rest", rest)):
        print(f"  {name:24s}{seconds:8.2f} s {seconds / neosieve.wall_s:6.1%}")
    print(
        f"\nMHCflurry, {times.networks} networks, the same {len(pairs):,} unique (peptide, allele) pairs, affinity only"
    )
    print(
        f"  import {times.import_s:6.2f} s   load {times.load_s:6.2f} s   first predict {times.first_predict_s:6.2f} s"
    )
    print(f"  predict, median of {runs} more: wall {times.predict_s:6.2f} s   CPU {times.predict_cpu_s:6.2f} s")
    print(f"  peak {mhcflurry.peak_mb:.0f} MB")
    whole = times.import_s + times.load_s + times.first_predict_s
    print("\nratios, neosieve / MHCflurry (below 1: neosieve takes less)")
    for what, ratio in (
        ("whole run / predict, wall", neosieve.wall_s / times.predict_s),
        ("whole run / predict, CPU", neosieve.cpu_s / times.predict_cpu_s),
        ("whole run / import + load + first predict, wall", neosieve.wall_s / whole),
        ("peak memory of the process", neosieve.peak_mb / mhcflurry.peak_mb),
    ):
        print(f"  {what:50s}{ratio:6.2f}")


if __name__ == "__main__":
    main()
