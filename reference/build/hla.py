"""Pack HLA protein sequences as part of the normal proteins that peptides are compared with.

    python reference/build/hla.py --immunotype immunotype-1.0.5-py3-none-any.whl \
        --swissprot human_swissprot_2014_01.fasta.xz --out reference/hla

HLA-A, -B and -C: ``immunotype/data/mhc_sequences.csv`` of the immunotype 1.0.5 wheel on PyPI, one full sequence for
each two-field name, which are IPD-IMGT/HLA's. What else there is of HLA: UniProt/Swiss-Prot 2014_01 (``UNIPROT``;
headers are accessions), one sequence a locus, three of DRB1. Both inputs' SHA-256 are in ``SOURCES``. Sequences stay as
they are; of equal ones the first name is kept. The same inputs and liblzma give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import lzma
import re
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCES = {
    "immunotype": "b237d6bfd5364d86be5cdf4dbe5059ad19015f0beb7217fef05ce836189e14f6",
    "swissprot": "1b7897b4175b6b2949f56050922865d82ff6c2c34e0af6cf234f5ec53503631c",
}
TABLE = "immunotype/data/mhc_sequences.csv"
ALLELE = re.compile(r"HLA-[ABC]\*\d+:\d+")  # the table also has three place-holders, HLA-A*homozygous and so on

UNIPROT = {
    # Accession: the gene, as UniProt names it. HLA-DMA is not in the file.
    "P13747": "HLA-E",
    "P30511": "HLA-F",
    "P17693": "HLA-G",
    "P01903": "HLA-DRA",
    "P01911": "HLA-DRB1",
    "P01912": "HLA-DRB1",
    "Q29974": "HLA-DRB1",
    "P79483": "HLA-DRB3",
    "P13762": "HLA-DRB4",
    "Q30154": "HLA-DRB5",
    "P01909": "HLA-DQA1",
    "P01906": "HLA-DQA2",
    "P01920": "HLA-DQB1",
    "P05538": "HLA-DQB2",
    "P20036": "HLA-DPA1",
    "P04440": "HLA-DPB1",
    "P28068": "HLA-DMB",
    "P06340": "HLA-DOA",
    "P13765": "HLA-DOB",
}


def main(argv: Sequence[str] | None = None) -> None:
    """Write ``proteins.fasta.xz`` into ``--out``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--immunotype", type=Path, required=True, help="wheel of immunotype 1.0.5")
    parser.add_argument(
        "--swissprot", type=Path, required=True, help="human Swiss-Prot 2014_01, headers are accessions"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for proteins.fasta.xz")
    options = parser.parse_args(argv)
    for what, path in (("immunotype", options.immunotype), ("swissprot", options.swissprot)):
        if hashlib.sha256(path.read_bytes()).hexdigest() != SOURCES[what]:
            sys.exit(f"{path} is not the file that the HLA proteins are made from: sha256 differs")

    classical, others = _classical(options.immunotype), _others(options.swissprot)
    names: dict[str, str] = {}
    for name, protein in (*classical.items(), *others.items()):
        names.setdefault(protein, name)
    target = options.out / "proteins.fasta.xz"
    fasta = "".join(f">{name}\n{protein}\n" for protein, name in names.items())
    target.write_bytes(lzma.compress(fasta.encode("ascii"), preset=9 | lzma.PRESET_EXTREME))
    given = len(classical) + len(others)
    print(f"{target}: {len(names):,} distinct proteins of {given:,} names, {target.stat().st_size:,} bytes")


def _classical(wheel: Path) -> dict[str, str]:
    """Allele → protein, in natural order; residues stand apart and between two marks in the table."""
    with zipfile.ZipFile(wheel) as archive:
        rows = csv.DictReader(io.StringIO(archive.read(TABLE).decode("utf-8")))
        found = {
            row["allele"]: row["sequence"].removeprefix("[CLS]").removesuffix("[SEP]").replace(" ", "") for row in rows
        }
    kept = [name for name in found if ALLELE.fullmatch(name)]
    return {name: found[name] for name in sorted(kept, key=_natural)}


def _natural(name: str) -> tuple[str, int, int]:
    locus, first, second = re.split(r"[*:]", name)
    return locus, int(first), int(second)


def _others(path: Path) -> dict[str, str]:
    proteins: dict[str, list[str]] = {}
    accession = ""
    with lzma.open(path, "rt", encoding="ascii") as handle:
        for line in handle:
            if line.startswith(">"):
                accession = line[1:].split()[0]
            elif accession in UNIPROT:
                proteins.setdefault(accession, []).append(line.strip())
    absent = UNIPROT.keys() - proteins.keys()
    if absent:
        sys.exit(f"{path} lacks {', '.join(sorted(absent))}")
    return {f"{gene} (UniProt {one})": "".join(proteins[one]) for one, gene in UNIPROT.items()}


if __name__ == "__main__":
    main()
