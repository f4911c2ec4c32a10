"""Time the search for near-self: a whole proteome against 20,000 distinct peptides of 8 to 11 residues.

    .venv/bin/python tests/benchmarks/nearself.py ../shared/proteome/human_swissprot_2014_01.fasta.xz

The peptides are cut from the proteome and have one residue replaced, as a tumour's would. Prints the
median of three runs, in wall and CPU seconds; nothing is asserted.
"""
# ruff: noqa: T201 - a script: it prints what it measured

from __future__ import annotations

import argparse
import lzma
import random
import resource
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from neosieve.biology.nearself import find_near
from neosieve.io.fasta import read_proteins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RUNS = 3
PEPTIDES = 20_000
SEED = 20
RESIDUES = "ACDEFGHIKLMNPQRSTVWY"


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("proteome", type=Path, help="protein FASTA, may be gzipped or .xz")
    options = parser.parse_args(argv)
    proteins = _proteins(options.proteome)
    queries = _queries(proteins)
    walls, cpus, found = [], [], 0
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        found = len(find_near(queries, proteins))
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    residues = sum(map(len, proteins.values()))
    print(f"{len(proteins):,} proteins, {residues:,} residues; {len(queries):,} peptides, {found:,} near self")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kB on Linux
    print(f"peak memory of the process {peak:,.0f} MB")
    print(f"median of {RUNS} runs: {median(walls):.2f} s wall, {median(cpus):.2f} s CPU")


def _proteins(path: Path) -> dict[str, str]:
    if path.suffix != ".xz":
        return read_proteins(path)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / path.stem
        plain.write_bytes(lzma.decompress(path.read_bytes()))
        return read_proteins(plain)


def _queries(proteins: Mapping[str, str]) -> list[str]:
    draw = random.Random(SEED)  # noqa: S311  nothing secret
    sequences = [protein for protein in proteins.values() if len(protein) >= 11]
    queries: dict[str, None] = {}
    while len(queries) < PEPTIDES:
        protein = draw.choice(sequences)
        length = draw.randint(8, 11)
        begin = draw.randrange(len(protein) - length + 1)
        peptide = protein[begin : begin + length]
        at = draw.randrange(length)
        peptide = peptide[:at] + draw.choice(RESIDUES) + peptide[at + 1 :]
        if set(RESIDUES).issuperset(peptide):
            queries[peptide] = None
    return list(queries)


if __name__ == "__main__":
    main()
