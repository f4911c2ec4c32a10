"""Time building and opening a reference: whole-genome gene models with one chromosome's sequence, then with all.

    .venv/bin/python tests/benchmarks/reference_build.py ../shared/genome/grch38/gencode_v28_basic.gtf.gz \
        ../shared/genome/grch38/chr20_lifted_from_grch37.fa.gz

First ``neosieve reference build`` with the files given. Then, to see a whole genome's size, the same gene models on
made-up sequence (random A, C and G: without T there is no stop codon, so every protein is as long as its CDS). Opening
is timed in processes of their own, the median of five; nothing is asserted.
"""
# ruff: noqa: T201 - a script: it prints what it measured

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from neosieve.biology.normal import finished
from neosieve.io.genemodels import read_gene_models
from neosieve.io.reference import write_reference
from neosieve.io.stretches import Stretch, Stretches, regions

if TYPE_CHECKING:
    from collections.abc import Sequence

OPENINGS = 5
KILOBYTES_PER_MAXRSS = 1 if sys.platform != "darwin" else 1 / 1024  # getrusage(2): kilobytes on Linux, bytes on macOS
OPEN = """
import sys, time
from pathlib import Path
from neosieve.io.reference import open_reference
begun = time.perf_counter()
reference = open_reference(Path(sys.argv[1]))
opened = time.perf_counter()
from neosieve.model.genome import Interval
for contig in reference.contigs:
    for transcript in reference.transcripts_at(contig, Interval(0, 1 << 30)):
        for exon in transcript.exons:
            reference.bases(contig, exon)
used = time.perf_counter()
count = len(reference.normal_proteins())
print(opened - begun, used - opened, time.perf_counter() - used, reference.transcript_count, count)
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("gtf", type=Path)
    parser.add_argument("fasta", type=Path)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "built.ref"
        program = Path(sys.executable).with_name("neosieve")
        _measured("build", [program, "reference", "build", "--gtf", options.gtf, "--fasta", options.fasta, "-o", built])
        _openings(built)
        whole = Path(folder) / "whole.ref"
        _measured("whole genome, made-up sequence", [sys.executable, __file__, "--write", options.gtf, whole])
        _openings(whole)


def write_whole(gtf: Path, out: Path) -> None:
    """Write a reference of all gene models on made-up sequence."""
    models = read_gene_models(gtf).models
    letters = np.frombuffer(b"ACG", dtype=np.uint8)
    generator = np.random.default_rng(1)
    stretches = Stretches(
        {
            contig: [Stretch(one.start, letters[generator.integers(0, 3, len(one))].tobytes()) for one in many]
            for contig, many in regions(model.transcript for model in models).items()
        }
    )
    rows = [finished(model.transcript, stretches.spliced(model.transcript) or "") for model in models]
    write_reference(out, rows, stretches, proteome={}, info={})


def _measured(what: str, command: Sequence[str | Path]) -> None:
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{what}: exit code {process.returncode}")
    peak = usage.ru_maxrss * KILOBYTES_PER_MAXRSS / 1024
    print(f"{what}: wall {time.perf_counter() - begun:.1f} s, peak {peak:.0f} MB")


def _openings(path: Path) -> None:
    command: list[str | Path] = [sys.executable, "-c", OPEN, path]
    runs = (subprocess.run(command, capture_output=True, check=True).stdout.split() for _ in range(OPENINGS))
    told = [list(map(float, run)) for run in runs]
    opening, using, proteins, transcripts, distinct = (median(column) for column in zip(*told, strict=True))
    print(
        f"  {path.stat().st_size / 1e6:.1f} MB, {transcripts:,.0f} transcripts: opening {opening:.3f} s, every "
        f"transcript and its exons' bases {using:.2f} s, {distinct:,.0f} normal proteins {proteins:.3f} s"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write_whole(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
