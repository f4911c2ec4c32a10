"""The annotated VCF: what is added, and that nothing else changes."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pysam
import pytest

from neosieve.model.ledger import LedgerEntry, Outcome
from neosieve.report.annotatedvcf import RecordOrder, annotated, encoded, header_lines, write_annotated_vcf

from .builders import ranked, run_result

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.run import RunResult

HEADER = b"""##fileformat=VCFv4.2
##FILTER=<ID=PASS,Description="All filters passed">
##contig=<ID=chr1>
##contig=<ID=chr12>
##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">
##INFO=<ID=H2,Number=0,Type=Flag,Description="In HapMap2">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tTUMOR
"""
FILTERED = b"chr1\t10\t.\tA\tC\t.\tPASS\tDP=3;H2\tGT\t0/1\n"
KRAS = b"chr12\t25245350\trs1\tC\tA,T\t.\tPASS\t.\tGT\t1/2\n"


def result(*genes: str) -> RunResult:
    """Make KRAS G12D, on genes of any name, of the tenth line of the VCF."""
    rows = [ranked(number, gene) for number, gene in enumerate(genes, start=1)]
    moved = []
    for row in rows:
        call = replace(row.candidate.call, line=10)
        peptide = replace(row.candidate.peptide, calls=(call,))
        moved.append(row._replace(candidate=row.candidate._replace(call=call, peptide=peptide)))
    return run_result(*moved)


def info(line: bytes) -> dict[str, str]:
    """Read a record's INFO."""
    parts = line.decode().split("\t")[7].split(";")
    return {name: value for name, _, value in (part.partition("=") for part in parts)}


def test_each_alt_has_its_own_values() -> None:
    """The second ALT is G12D; the first has no candidates, so a dot."""
    lines = list(annotated(result("KRAS"), (HEADER + FILTERED + KRAS).splitlines(keepends=True)))
    told = info(lines[-1])
    assert told["NEOSIEVE_RANK"] == ".,1"
    assert told["NEOSIEVE_PEPTIDE"] == ".,KLVVVGADGV"
    assert told["NEOSIEVE_ALLELE"] == ".,HLA-A*02:01"
    assert told["NEOSIEVE_AFFINITY_NM"] == ".,123.46"
    assert told["NEOSIEVE_OUTCOME"] == ".,candidates"
    assert info(lines[-2]) == {"DP": "3", "H2": "", "NEOSIEVE_OUTCOME": "filtered"}


def test_an_alt_that_another_region_calls_has_its_values() -> None:
    """The first region's file refuses it at line 10, the second's calls it at its own line 4."""
    (row,) = replace_lines(result("KRAS"), 4 - 10).ranked
    call = replace(row.candidate.call, region="R2")
    peptide = replace(row.candidate.peptide, calls=(call,))
    made = run_result(row._replace(candidate=row.candidate._replace(call=call, peptide=peptide)))
    (*_, last) = annotated(made, (HEADER + FILTERED + KRAS).splitlines(keepends=True))
    assert info(last)["NEOSIEVE_PEPTIDE"] == ".,KLVVVGADGV"
    assert info(last)["NEOSIEVE_RANK"] == ".,1"


def test_all_else_stays_byte_for_byte() -> None:
    """Without the added fields and header lines, the file is the input; one that can't be read is left alone."""
    broken = b"chr12\tnowhere\t.\tC\n"
    given = (HEADER + FILTERED + KRAS + broken).splitlines(keepends=True)
    made = list(annotated(result("KRAS"), given))
    back = [line for line in made if b"##INFO=<ID=NEOSIEVE_" not in line]
    assert len(made) - len(back) == len(header_lines("0.1.0"))
    for number, line in enumerate(back):
        columns = line.split(b"\t")
        if len(columns) > 8 and not line.startswith(b"#"):
            kept = [part for part in columns[7].split(b";") if not part.startswith(b"NEOSIEVE_")]
            columns[7] = b";".join(kept) or b"."
            back[number] = b"\t".join(columns)
    assert back == given


def test_annotating_twice_is_annotating_once() -> None:
    """Fields of an earlier run are replaced."""
    once = b"".join(annotated(result("KRAS"), (HEADER + FILTERED + KRAS).splitlines(keepends=True)))
    shifted = replace_lines(result("KRAS"), len(header_lines("0.1.0")))
    assert b"".join(annotated(shifted, once.splitlines(keepends=True))) == once


def replace_lines(made: RunResult, by: int) -> RunResult:
    """Move the calls down the file by the header lines that were put in."""
    rows = []
    for row in made.ranked:
        call = replace(row.candidate.call, line=row.candidate.call.line + by)
        peptide = replace(row.candidate.peptide, calls=(call,))
        rows.append(row._replace(candidate=row.candidate._replace(call=call, peptide=peptide)))
    return replace(made, ranked=tuple(rows))


def test_reserved_characters_are_percent_encoded() -> None:
    """What ends a value, a field or a line in VCF, and white space, comes as %XX; missing is a dot."""
    assert encoded("A;B=C,D%E F\tG\nH") == "A%3BB%3DC%2CD%25E%20F%09G%0AH"
    assert (encoded(None), encoded(""), encoded(0), encoded(-0.5), encoded(float("nan"))) == (
        ".",
        ".",
        "0",
        "-0.5",
        ".",
    )


def test_an_alt_that_two_records_state_has_no_outcome() -> None:
    """Whose outcome is whose can't be told from the ledger; the record that was used still has its candidate."""
    ledger = (
        LedgerEntry("chr12:25245350:C>T", None, None, None, Outcome.CANDIDATES, "", 1),
        LedgerEntry("chr12:25245350:C>T", None, None, None, Outcome.DUPLICATE_RECORD, "line 11 repeats line 10", 0),
    )
    given = (HEADER + FILTERED + KRAS + KRAS).splitlines(keepends=True)
    first, second = list(annotated(replace(result("KRAS"), ledger=ledger), given))[-2:]
    assert "NEOSIEVE_OUTCOME" not in info(first)
    assert info(first)["NEOSIEVE_RANK"] == ".,1"
    assert second == KRAS


def test_htslib_reads_it_with_types(tmp_path: Path) -> None:
    """A hostile gene name stays in its value; numbers are numbers; the index finds the record."""
    files, remarks = write_annotated_vcf(
        result('A;B=",C'), tmp_path, (HEADER + FILTERED + KRAS).splitlines(keepends=True)
    )
    assert [file.name for file in files] == ["annotated.vcf.gz", "annotated.vcf.gz.tbi"]
    assert remarks == ()
    with pysam.VariantFile(str(tmp_path / "annotated.vcf.gz")) as vcf:
        (record,) = vcf.fetch("chr12", 25245340, 25245360)
        assert record.info["NEOSIEVE_RANK"] == (None, 1)
        assert record.info["NEOSIEVE_AFFINITY_NM"][1] == pytest.approx(123.46)
        assert record.info["NEOSIEVE_GENE"] == (".", "A%3BB%3D%22%2CC")


@pytest.mark.skipif(shutil.which("bcftools") is None, reason="bcftools is not installed")
def test_bcftools_reads_it_without_a_word(tmp_path: Path) -> None:
    """No warning, and the values by their names."""
    write_annotated_vcf(result("KRAS"), tmp_path, (HEADER + FILTERED + KRAS).splitlines(keepends=True))
    done = subprocess.run(
        ["bcftools", "query", "-f", "%NEOSIEVE_RANK %NEOSIEVE_TIER\n", tmp_path / "annotated.vcf.gz"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == (". .\n.,1 .,good\n", "")


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([("1", 5), ("1", 5), ("2", 1)], True),
        ([("1", 5), ("1", 4)], False),
        ([("1", 5), ("2", 1), ("1", 6)], False),
        ([], True),
    ],
)
def test_what_an_index_needs(places: list[tuple[str, int]], expected: bool) -> None:  # noqa: FBT001
    """Contigs in one piece each, positions that never fall."""
    order = RecordOrder()
    for contig, position in places:
        order.see(f"{contig}\t{position}\t.\tA\tC\n".encode())
    assert order.kept is expected


def test_a_vcf_out_of_order_has_no_index_and_says_so(tmp_path: Path) -> None:
    """The file is written all the same."""
    files, remarks = write_annotated_vcf(
        result("KRAS"), tmp_path, (HEADER + KRAS + FILTERED + KRAS).splitlines(keepends=True)
    )
    assert [file.name for file in files] == ["annotated.vcf.gz"]
    assert "no index" in remarks[0]
    assert gzip.decompress((tmp_path / "annotated.vcf.gz").read_bytes()).count(b"\n") == 11 + len(header_lines("0"))


def test_header_lines_are_plain() -> None:
    """ASCII, no quote inside a description, one id each."""
    lines = header_lines("0.1.0")
    assert all(line.isascii() and line.count('"') == 6 for line in lines)
    assert len({line.split(",")[0] for line in lines}) == len(lines)
