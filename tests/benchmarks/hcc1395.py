"""Time the whole HCC1395 run, beside what MHCflurry needs to score the same pairs, and pVACseq for the whole.

    .venv/bin/python -m tests.benchmarks.hcc1395 ../shared/hcc1395/annotated.expression.vcf.gz [--runs 5] [--json FILE]

(``make bench`` is the same.) For three alleles and lengths 8–9, and for six alleles and lengths 8–11, every record:

- ``neosieve run`` with the embedded model, start to report: once to warm the disk cache, then ``--runs`` times;
- MHCflurry's own command line, ``mhcflurry-predict --affinity-only``, on the unique (peptide, allele) pairs of that
  run, mutant and wild type, with eight networks that ``mhcflurry_pairs.py`` makes, or ``--mhcflurry-models DIR``;
- ``neosieve run --models`` with these models, and MHCflurry's fastest path for the same pairs, in its own process;
- on demand, ``--pvacseq ENV/bin/pvacseq``: pVACseq with MHCnuggets, one thread, until ``--limit`` seconds have gone.

pVACseq pins libraries of its own, and MHCnuggets needs Keras 2, which came with TensorFlow 2.15:

    python3.11 -m venv ENV
    ENV/bin/pip install pvactools==7.1.5 mhcnuggets==2.4.1 tensorflow-cpu==2.15.1 'pyarrow<20'

Ratios within one run on one machine, nothing that is asserted: run it on an idle machine; ``taskset -c 0,1`` in front
of it makes a machine of two cores.
"""
# ruff: noqa: T201 - a script: it prints what it measured

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.usage import Usage, cores, middle, run

if TYPE_CHECKING:
    from collections.abc import Sequence

TUMOR, NORMAL = "HCC1395_TUMOR_DNA", "HCC1395_NORMAL_DNA"
MISSING = "NA"
LIMIT_S = 1200.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What is asked of each tool."""

    name: str
    alleles: str
    lengths: str
    goal_s: float
    """Wall time that neosieve is meant to stay under, on two cores."""


SETTINGS = (
    Setting("three", "HLA-A*29:02,HLA-B*45:01,HLA-B*82:02", "8,9", 4.0),
    Setting("six", "HLA-A*29:02,HLA-A*02:01,HLA-B*45:01,HLA-B*82:02,HLA-C*05:01,HLA-C*06:02", "8,9,10,11", 8.0),
)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("vcf", type=Path, help="annotated.expression.vcf.gz of HCC1395")
    parser.add_argument("--runs", type=int, default=5, help="measured runs of neosieve after the warm-up (default: 5)")
    parser.add_argument("--setting", choices=[one.name for one in SETTINGS], help="one of them only")
    parser.add_argument("--mhcflurry-models", type=Path, help="MHCflurry affinity models; made up if not given")
    parser.add_argument("--pvacseq", type=Path, help="pvacseq of an environment that has MHCnuggets, too")
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="seconds that pVACseq may take (default: 1200)")
    parser.add_argument("--json", type=Path, help="also write the numbers here")
    options = parser.parse_args(argv)
    if not options.vcf.exists():
        sys.exit(f"{options.vcf}: no such file; the HCC1395 VCF is the example data of pvactools (reference/README.md)")
    print(
        f"HCC1395, every record; medians of {options.runs} runs of neosieve, single runs of the others; {cores()} cores"
    )
    numbers = {one.name: measure(one, options) for one in SETTINGS if options.setting in (None, one.name)}
    if options.json:
        options.json.write_text(json.dumps(numbers, indent=2) + "\n", encoding="utf-8")


def measure(setting: Setting, options: argparse.Namespace) -> dict[str, object]:
    """Measure one setting, print it, and return the numbers."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        neosieve(options.vcf, setting, scratch)
        runs = [neosieve(options.vcf, setting, scratch) for _ in range(options.runs)]
        own = middle([usage for usage, _ in runs])
        stages = {name: sorted(seconds[name] for _, seconds in runs)[len(runs) // 2] for name in runs[0][1]}
        pairs = scored_pairs(scratch / "out" / "candidates.tsv")
        print(f"\n{setting.name} alleles, {setting.alleles}; lengths {setting.lengths}")
        print(f"  {len(pairs):,} unique (peptide, allele) pairs, mutant and wild type\n")
        _print("neosieve run, embedded model", own)
        rest = own.wall_s - sum(stages.values())
        for name, seconds in (*stages.items(), ("start-up and the rest", rest)):
            print(f"    {name:32s}{seconds:9.2f} s {seconds / own.wall_s:7.1%}")
        others = {
            **mhcflurry(setting, pairs, options, scratch),
            **({} if options.pvacseq is None else {"pvacseq": pvacseq(options.vcf, setting, options, scratch)}),
        }
        print(f"\n  goal: under {setting.goal_s:g} s of wall time on two cores: {own.wall_s:.2f} s")
        for name in ("mhcflurry_command", "pvacseq"):
            if name in others:
                at_least = "" if others[name].finished else "at least "
                print(f"  {name} / neosieve run, wall: {at_least}{others[name].wall_s / own.wall_s:.1f}")
        return {
            "pairs": len(pairs),
            "neosieve": asdict(own),
            "stages": stages,
            **{name: asdict(usage) for name, usage in others.items()},
        }


def neosieve(vcf: Path, setting: Setting, scratch: Path, *models: str | Path) -> tuple[Usage, dict[str, float]]:
    """One run, and the seconds of each of its stages."""
    program = Path(sys.executable).with_name("neosieve")
    timings = scratch / "timings.json"
    usage = run(
        [
            *(program, "run", vcf, "--hla", setting.alleles, "--lengths", setting.lengths, "--include-filtered"),
            *("--tumor", TUMOR, "--normal", NORMAL, "--timings", timings, "-o", scratch / "out"),
            *("--models", *(models or ("embedded",))),
        ],
        scratch,
    )
    stages = json.loads(timings.read_text(encoding="utf-8"))["stages"]
    return usage, {stage["name"]: float(stage["seconds"]) for stage in stages}


def scored_pairs(candidates: Path) -> list[tuple[str, str]]:
    """Read the unique (peptide, allele) pairs of a run: mutant and wild-type peptides."""
    with candidates.open(encoding="utf-8", newline="") as handle:
        pairs = {
            (peptide, row["allele"])
            for row in csv.DictReader(handle, delimiter="\t")
            for peptide in (row["peptide"], row["wildtype_peptide"])
            if peptide != MISSING
        }
    return sorted(pairs)


def mhcflurry(
    setting: Setting, pairs: Sequence[tuple[str, str]], options: argparse.Namespace, scratch: Path
) -> dict[str, Usage]:
    """Score the pairs with MHCflurry: by its command line, by its fastest path, and in a run of ours."""
    table, models, times = scratch / "pairs.csv", options.mhcflurry_models, scratch / "mhcflurry.json"
    table.write_text("peptide,allele\n" + "".join(f"{peptide},{allele}\n" for peptide, allele in pairs))
    script: list[str | Path] = [sys.executable, Path(__file__).with_name("mhcflurry_pairs.py")]
    if models is None:
        models = scratch / "models"
        run([*script, "make-models", table, models], scratch)
    program = Path(sys.executable).with_name("mhcflurry-predict")
    command = run([program, table, "--models", models, "--affinity-only", "--out", scratch / "predicted.csv"], scratch)
    _print("mhcflurry-predict, the same pairs", command)
    ours, stages = neosieve(options.vcf, setting, scratch, models)
    _print("neosieve run, the same models", ours)
    run([*script, "fastest", table, models, times], scratch)
    fastest = json.loads(times.read_text(encoding="utf-8"))
    scoring = stages["scoring"]
    print(f"    import and load {fastest['load_s']:6.2f} s, predict_cartesian_pan_allele {fastest['predict_s']:6.2f} s")
    print(f"    neosieve's scoring stage {scoring:6.2f} s: {scoring / fastest['predict_s']:.2f} × as long")
    return {
        "mhcflurry_command": command,
        "neosieve_with_mhcflurry": ours,
        "mhcflurry_fastest": Usage(fastest["predict_s"], fastest["predict_cpu_s"], 0.0),
    }


def pvacseq(vcf: Path, setting: Setting, options: argparse.Namespace, scratch: Path) -> Usage:
    """Run pVACseq with MHCnuggets on all records."""
    path = f"PATH={options.pvacseq.absolute().parent}{os.pathsep}{os.environ['PATH']}"  # where it looks for python
    usage = run(
        [
            *("env", path, options.pvacseq, "run", vcf, TUMOR, setting.alleles, "MHCnuggetsI", scratch / "pvacseq"),
            *("-e1", setting.lengths, "--normal-sample-name", NORMAL),
        ],
        scratch,
        limit_s=options.limit,
    )
    _print("pvacseq run, MHCnuggets", usage)
    return usage


def _print(what: str, usage: Usage) -> None:
    told = "" if usage.finished else "   not finished"
    print(
        f"  {what:34s}wall {usage.wall_s:8.2f} s   CPU {usage.cpu_s:8.2f} s   peak {usage.peak_mb:6.0f} MB{told}",
        flush=True,
    )


if __name__ == "__main__":
    main()
