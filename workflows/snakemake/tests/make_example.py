"""Make the VCFs of the example in ``.test/data`` from the demo that ships with neosieve.

``python workflows/snakemake/tests/make_example.py`` in a checkout. Three overlapping stretches of one tumour's records
stand for three patients, so that neighbours share variants; the sample inside is called the same in all, as is common.
"""

from __future__ import annotations

import gzip
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / ".test" / "data"
DEMO = Path(__file__).resolve().parents[3] / "reference" / "demo" / "hcc1395_demo.vcf.gz"
STRETCHES = {"patient1": slice(0, 18), "patient2": slice(9, 27), "patient3": slice(18, 36)}
CHANGES = ("missense_variant", "frameshift_variant", "inframe_deletion", "inframe_insertion")


def examples() -> dict[str, str]:
    """Return each VCF's text by the patient's name: the demo's header, and some records that change a protein."""
    with gzip.open(DEMO, "rt", encoding="utf-8") as demo:
        lines = demo.readlines()
    header = [line for line in lines if line.startswith("#")]
    records = [
        line for line in lines if line.split("\t")[6:7] == ["PASS"] and any(change in line for change in CHANGES)
    ]
    return {name: "".join([*header, *records[stretch]]) for name, stretch in STRETCHES.items()}


def abundances(vcf: str) -> str:
    """Return a made-up expression table of the genes that a VCF names first."""
    genes = dict.fromkeys(line.split("CSQ=")[1].split("|")[3] for line in vcf.splitlines() if not line.startswith("#"))
    return "gene_id\tTPM\n" + "".join(f"{gene}\t{place * 7 % 40}\n" for place, gene in enumerate(genes))


def main() -> None:
    """Write them, gzipped without a time."""
    (FOLDER / "patient2.genes.tsv").write_text(abundances(examples()["patient2"]), encoding="utf-8")
    for name, text in examples().items():
        (FOLDER / f"{name}.vcf.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
