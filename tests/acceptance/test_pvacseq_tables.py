"""Our pVACseq-shaped tables of HCC1395 beside pVACseq 7.1.5's own: what both have says the same, predictions aside."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from neosieve.pipeline import run
from neosieve.report.pvacseq.aggregatedcolumns import aggregated_columns
from neosieve.report.pvacseq.columns import epitope_columns
from neosieve.report.pvacseq.rows import epitope_rows
from neosieve.report.pvacseq.selection import Told
from neosieve.report.tables import format_cell
from neosieve.settings import RunSettings

from ..biology.fakes import FakePredictor  # noqa: TID252 - helpers are shared within the tests only

ALLELES = ("HLA-A*29:02", "HLA-B*45:01", "HLA-B*82:02")
TOLD = Told(canonical=True, mane_select=True)
ROWS = ("Chromosome", "Start", "Stop", "Reference", "Variant", "Transcript", "HLA Allele", "MT Epitope Seq")
ALWAYS = (
    *("Biotype", "Transcript CDS Flags", "Gene Name", "Variant Type", "Mutation", "Protein Position", "HGVSc", "HGVSp"),
    *("Peptide Length", "Sub-peptide Position", "Tumor DNA Depth", "Tumor DNA VAF", "Tumor RNA Depth"),
    *("Gene Expression", "Transcript Expression"),
)
OF_SUBSTITUTIONS = ("Mutation Position", "WT Epitope Seq")
"""Of indels and frameshifts, pVACseq sets the normal peptide at the same place beside the mutant one; we set none."""
DIFFERENCES = Path(__file__).with_name("hcc1395_differences.tsv")
ROUNDED = 6e-4  # pVACseq writes three decimals
DIGITS = 1e-4  # and we five digits


@pytest.fixture(scope="module")
def ours(shared: Path) -> dict[tuple[str, ...], dict[str, str]]:
    """Make all_epitopes.tsv's rows by their key; predictions don't matter here."""
    folder = shared / "hcc1395"
    if not folder.is_dir():
        pytest.skip(f"HCC1395 is not at {folder}")
    settings = RunSettings(
        vcf=folder / "annotated.expression.vcf.gz",
        hla=",".join(ALLELES),
        out=folder,
        lengths=(8, 9),
        include_filtered=True,
    )
    rows = epitope_rows(run(settings, predictor=FakePredictor(ALLELES)).ranked)
    columns = [one for one in epitope_columns("", TOLD) if one.name in {*ROWS, *ALWAYS, *OF_SUBSTITUTIONS}]
    cells = [{column.name: format_cell(column.get(row)) for column in columns} for row in rows]
    made = {tuple(row[name] for name in ROWS): row for row in cells}
    assert len(made) == len(rows)
    return made


@pytest.fixture(scope="module")
def theirs(shared: Path) -> dict[tuple[str, ...], dict[str, str]]:
    """Read pVACseq's table by the same key."""
    with gzip.open(shared / "hcc1395" / "pvacseq_epitopes.tsv.gz", "rt", encoding="utf-8") as stream:
        return {tuple(row[name] for name in ROWS): row for row in csv.DictReader(stream, delimiter="\t")}


def same(one: str, other: str) -> bool:
    """Whether two cells say the same; the copy of pVACseq's table has blanks for None and NA."""
    try:
        return abs(float(one) - float(other)) <= ROUNDED + DIGITS * abs(float(other))
    except ValueError:
        return one == other or (not other and one in {"NA", "None"})


def _name(key: tuple[str, ...]) -> str:
    """Name a row's variant as our tables do."""
    chrom, start, _, ref, alt, *_ = key
    return f"{chrom}:{int(start) + (0 if len(ref) != len(alt) else 1)}:{ref}>{alt}"


def test_shared_rows_say_the_same(
    ours: dict[tuple[str, ...], dict[str, str]], theirs: dict[tuple[str, ...], dict[str, str]]
) -> None:
    """50,280 rows have the same variant, transcript, allele and peptide, and then the same of all else.

    We make 18 rows that it doesn't, of chr20:57340103, which it loses; the 1,788 that it makes alone are of variants in
    ``hcc1395_differences.tsv``.
    """
    shared = ours.keys() & theirs.keys()
    assert (len(shared), len(ours.keys() - shared), len(theirs.keys() - shared)) == (50_280, 18, 1_788)
    with DIFFERENCES.open(encoding="utf-8") as stream:
        explained = {row["variant"] for row in csv.DictReader(stream, delimiter="\t")}
    assert {_name(key) for key in ours.keys() ^ theirs.keys()} <= explained
    for key in shared:
        names = ALWAYS + (OF_SUBSTITUTIONS if ours[key]["Variant Type"] == "missense" else ())
        differing = [name for name in names if not same(ours[key][name], theirs[key][name])]
        assert differing == [], key


def test_the_aggregated_table_has_pvacseqs_columns(shared: Path) -> None:
    """In its order, the alleles' columns among them."""
    with (shared / "hcc1395" / "pvacseq_aggregated.tsv").open(encoding="utf-8") as stream:
        header = stream.readline().rstrip("\n").split("\t")
    assert [column.name for column in aggregated_columns(ALLELES, "", TOLD)] == header
