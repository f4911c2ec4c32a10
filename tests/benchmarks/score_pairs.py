"""Time ``neosieve score --pairs``, and beside it MHCflurry's command line on the same pairs.

    .venv/bin/python tests/benchmarks/score_pairs.py [--pairs 300000] [--mhcflurry-pairs 60000]

It makes random pairs of 8–11-mers and six alleles, times ``neosieve score --models embedded`` as a whole process and
the scoring itself within one, and ``mhcflurry-predict --affinity-only`` with eight [512, 256] networks (made by
``mhcflurry_pairs.py``; random weights, real work) on a part of the pairs, since it is slower. Ratios within one run on
one machine, nothing that is asserted.
"""
# ruff: noqa: T201 - a script: it prints what it measured

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ALLELES = ("HLA-A*02:01", "HLA-A*03:01", "HLA-B*07:02", "HLA-B*44:02", "HLA-C*05:01", "HLA-C*07:02")
AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY"
BIN = Path(sys.executable).parent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=300_000)
    parser.add_argument("--mhcflurry-pairs", type=int, default=60_000)
    options = parser.parse_args()
    pairs = _random_pairs(options.pairs)
    with tempfile.TemporaryDirectory() as folder:
        table, part = Path(folder, "pairs.csv"), Path(folder, "part.csv")
        bare, models = Path(folder, "part.tsv"), Path(folder, "models")
        for path, rows in ((table, pairs), (part, pairs[: options.mhcflurry_pairs])):
            path.write_text("peptide,allele\n" + "".join(f"{p},{a}\n" for p, a in rows), encoding="utf-8")
        bare.write_text("".join(f"{p}\t{a}\n" for p, a in pairs[: options.mhcflurry_pairs]), encoding="utf-8")
        whole = _timed([BIN / "neosieve", "score", "--pairs", table, "--models", "embedded", "-o", Path(folder, "out")])
        scoring = _scoring(pairs)
        maker = Path(__file__).with_name("mhcflurry_pairs.py")
        subprocess.run([sys.executable, maker, "make-models", bare, models], check=True, capture_output=True)
        predict: list[str | Path] = [
            BIN / "mhcflurry-predict",
            part,
            "--affinity-only",
            "--models",
            models,
            "--out",
            Path(folder, "m.csv"),
        ]
        theirs = _timed(predict)
    ours, theirs_per_s = options.pairs / whole, options.mhcflurry_pairs / theirs
    for name, count, seconds in (
        ("neosieve score --pairs, start to file", options.pairs, whole),
        ("  the scoring itself", options.pairs, scoring),
        ("mhcflurry-predict --affinity-only, start to file", options.mhcflurry_pairs, theirs),
    ):
        print(f"{name:<50} {count:>9,} pairs {seconds:7.2f} s {count / seconds:10,.0f} pairs/s")
    print(f"ratio of rates, neosieve / MHCflurry: {ours / theirs_per_s:.1f}")


def _random_pairs(count: int) -> list[tuple[str, str]]:
    generator = random.Random(0)  # noqa: S311 - a reproducible filler, no secret
    lengths = generator.choices(range(8, 12), k=count)
    return [("".join(generator.choices(AMINO_ACIDS, k=k)), generator.choice(ALLELES)) for k in lengths]


def _timed(command: Sequence[str | Path]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def _scoring(pairs: list[tuple[str, str]]) -> float:
    from neosieve.binding.embedded import EmbeddedPredictor  # noqa: PLC0415 - its import isn't timed
    from neosieve.model.mhc import Allele  # noqa: PLC0415

    predictor = EmbeddedPredictor.load()
    known = {name: Allele(name) for name in ALLELES}
    peptides, alleles = [peptide for peptide, _ in pairs], [known[allele] for _, allele in pairs]
    predictor.score(peptides[:1000], alleles[:1000])
    start = time.perf_counter()
    predictor.score(peptides, alleles)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
