"""A cohort against single runs: 100 samples that share HCC1395's variants and differ in their HLA types.

    .venv/bin/python tests/benchmarks/cohort.py ../shared/hcc1395/annotated.expression.vcf.gz [--all] [--kills 10]

Each sample has three alleles, drawn with a fixed seed from thirty common ones; lengths 8-9; the embedded models. It
prints, in one run: the time of single runs (six spread ones, multiplied; all of them with ``--all``), the cohort's, how
many predictions the samples asked for, how many of those differ and how many were made; and whether a cohort that is
killed (``kill -9``) at so many random moments ends with the same bytes. Nothing is asserted. Wall times mean something
on an idle machine only; CPU seconds do on any. ``taskset -c 0,1`` in front makes a machine of two cores.
"""
# ruff: noqa: T201 - a script: it prints what it measured

from __future__ import annotations

import argparse
import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from neosieve.binding.cachefolder import info

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED = 7
COMMON = (  # alleles that are common in at least one large population
    *("A*01:01", "A*02:01", "A*03:01", "A*11:01", "A*24:02", "A*26:01", "A*29:02", "A*31:01", "A*32:01", "A*68:01"),
    *("B*07:02", "B*08:01", "B*15:01", "B*18:01", "B*27:05", "B*35:01", "B*40:01", "B*44:02", "B*44:03", "B*51:01"),
    *("B*57:01", "C*01:02", "C*02:02", "C*03:03", "C*03:04", "C*04:01", "C*05:01", "C*06:02", "C*07:01", "C*07:02"),
)
OPTIONS = ("--lengths", "8-9", "--models", "embedded")
SPREAD = 6
NEOSIEVE = Path(sys.executable).with_name("neosieve")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("vcf", type=Path, help="annotated.expression.vcf.gz of HCC1395")
    parser.add_argument("--samples", type=int, default=100, help="how many (default: 100)")
    parser.add_argument("--all", action="store_true", help="run each single run, rather than six of them")
    parser.add_argument("--kills", type=int, default=10, help="random kills of a second cohort (default: 10)")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        _measure(options.vcf.absolute(), Path(folder), options.samples, options.kills, every=options.all)


def _measure(vcf: Path, scratch: Path, count: int, kills: int, *, every: bool) -> None:
    draw = random.Random(SEED)  # noqa: S311 - a fixed seed, no secret
    types = {f"S{number:03d}": ",".join(draw.sample(COMMON, 3)) for number in range(1, count + 1)}
    sheet = scratch / "sheet.tsv"
    rows = (f"{name}\t{vcf}\t{hla}\n" for name, hla in types.items())
    sheet.write_text("sample\tvcf\thla\n" + "".join(rows), encoding="utf-8")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{count} samples, {len({a for hla in types.values() for a in hla.split(',')})} alleles, {cores} cores")

    names = list(types) if every else list(types)[:: max(1, count // SPREAD)][:SPREAD]
    wall = cpu = 0.0
    for name in names:
        took = _timed([NEOSIEVE, "run", vcf, "--hla", types[name], *OPTIONS, "-o", scratch / "single" / name])
        wall, cpu = wall + took[0], cpu + took[1]
    wall, cpu = wall * count / len(names), cpu * count / len(names)
    told = "measured" if every else f"from {len(names)} spread ones"
    print(f"{count} single runs, {told:22s} wall {wall:8.1f} s   CPU {cpu:8.1f} s")

    cohort_wall, cohort_cpu, said = _timed([NEOSIEVE, "cohort", sheet, *OPTIONS, "-o", scratch / "cohort"])
    print(f"one cohort of {count:<29d} wall {cohort_wall:8.1f} s   CPU {cohort_cpu:8.1f} s")
    print(f"ratio                                      wall {wall / cohort_wall:8.1f}     CPU {cpu / cohort_cpu:8.1f}")
    unlike = [name for name in names if _digests(scratch / "single" / name) != _digests(scratch / "cohort" / name)]
    print(f"{len(names) - len(unlike)} of {len(names)} samples have the bytes of their single run")
    unique = sum(one.answers for one in info(scratch / "cohort" / ".neosieve" / "predictions"))
    counts = re.search(r"asked for ([\d,]+) predictions, of which ([\d,]+) had to be made", said)
    if counts:
        print(f"predictions: {counts[1]} asked for, {unique:,} unique (rows of the cache), {counts[2]} made")

    if kills:
        chance = random.Random()  # noqa: S311 - other moments each time
        hit = 0
        for _ in range(kills):
            hit += _killed(
                [NEOSIEVE, "cohort", sheet, *OPTIONS, "-o", scratch / "killed"], chance.uniform(0, 0.3) * cohort_wall
            )
        again, _, said = _timed([NEOSIEVE, "cohort", sheet, *OPTIONS, "-o", scratch / "killed"])
        same = _digests(scratch / "cohort") == _digests(scratch / "killed")
        kept = re.search(r"([\d,]+) samples were finished before", said)
        print(
            f"killed {hit} times in {kills} starts; the last start found {kept[1] if kept else 0} samples finished, "
            f"took {again:.1f} s, and {'every byte is the same' if same else 'THE BYTES DIFFER'}"
        )


def _timed(command: Sequence[str | Path]) -> tuple[float, float, str]:
    """Run to the end; return wall and CPU seconds, its children's included, and what was said."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - start, os.times()
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nexit code {done.returncode}\n{done.stderr}")
    return wall, after[2] + after[3] - before[2] - before[3], done.stderr


def _killed(command: Sequence[str | Path], after: float) -> bool:
    """Start and kill -9; tell whether it was still running."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(after)
    running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return running


def _digests(folder: Path) -> dict[str, str]:
    """Checksum every file but the cohort's own notes."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and ".neosieve" not in file.relative_to(folder).parts
    }


if __name__ == "__main__":
    main()
