"""What ships in reference/ is what the catalogue says, and the demo VCF is what its script makes."""

from __future__ import annotations

import gzip
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "reference"
DEMO = REFERENCE / "demo" / "hcc1395_demo.vcf.gz"
SOURCE = ROOT.parent / "shared" / "hcc1395" / "annotated.expression.vcf.gz"

CATALOGUE = re.findall(
    r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", (REFERENCE / "README.md").read_text(encoding="utf-8"), re.MULTILINE
)


def test_the_catalogue_lists_the_demo() -> None:
    """The table was read: a changed layout must not turn the next test into one over nothing."""
    assert "demo/hcc1395_demo.vcf.gz" in dict(CATALOGUE)


@pytest.mark.parametrize(("item", "sha256"), CATALOGUE)
def test_the_catalogue_has_the_checksum_of_each_file(item: str, sha256: str) -> None:
    """A file that changed without its row, or the other way round, is caught."""
    assert hashlib.sha256((REFERENCE / item).read_bytes()).hexdigest() == sha256


def test_the_licence_of_the_demo_lies_beside_it() -> None:
    """The Clear BSD License: redistributions keep the copyright notice, the conditions and the disclaimer."""
    text = (REFERENCE / "demo" / "LICENSE.pvactools").read_text(encoding="utf-8")

    assert "Copyright (c) 2018-2020 Washington University in St. Louis" in text
    assert "Redistributions in binary form must reproduce the above copyright notice" in text
    assert 'THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"' in text


def test_the_demo_shows_each_kind_of_record() -> None:
    """What the demo is for: every consequence and every oddity that the records were chosen to show is there."""
    header, records = _header_and_records(_text(DEMO))
    terms = {
        term
        for record in records
        for entry in _csq(record)
        for term in entry[1].split("&")  # field 2 of CSQ: Consequence
    }

    assert 100 <= len(records) <= 150
    assert DEMO.stat().st_size < 1_000_000
    assert "##tumor_sample=HCC1395_TUMOR_DNA" in header
    assert "##normal_sample=HCC1395_NORMAL_DNA" in header
    assert terms >= {
        *("missense_variant", "synonymous_variant", "inframe_insertion", "inframe_deletion", "frameshift_variant"),
        *("stop_lost", "stop_gained", "stop_retained_variant", "splice_region_variant", "splice_acceptor_variant"),
        *("splice_donor_variant", "intron_variant", "5_prime_UTR_variant", "3_prime_UTR_variant"),
        *("NMD_transcript_variant", "non_coding_transcript_variant"),
    }
    genotypes = {record[10].partition(":")[0] for record in records}
    assert genotypes == {"0/1", "1/1", "0|1", "1|0"}
    assert {record[6] == "PASS" for record in records} == {True, False}
    assert {"RAD" in record[8].split(":") for record in records} == {True, False}


def test_the_demo_carries_no_path_of_the_machines_it_came_from() -> None:
    """The source's header holds callers' command lines and bucket names; the demo's holds none."""
    header, _ = _header_and_records(_text(DEMO))

    assert not [line for line in header if re.search(r"://|/cromwell|CommandLine|\.bam", line)]


@pytest.mark.skipif(not SOURCE.exists(), reason=f"no {SOURCE.relative_to(ROOT.parent)} beside the checkout")
def test_the_script_makes_the_demo_that_ships(tmp_path: Path) -> None:
    """Same input, same text (the compressed bytes may differ with the version of the compressor)."""
    script = REFERENCE / "build" / "demo.py"
    subprocess.run([sys.executable, script, "--vcf", SOURCE, "--out", tmp_path], check=True, capture_output=True)

    assert _text(tmp_path / DEMO.name) == _text(DEMO)


def _text(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def _header_and_records(text: str) -> tuple[list[str], list[list[str]]]:
    lines = text.splitlines()
    return [x for x in lines if x.startswith("#")], [x.split("\t") for x in lines if not x.startswith("#")]


def _csq(record: list[str]) -> list[list[str]]:
    return [entry.split("|") for entry in record[7].removeprefix("CSQ=").split(",")]
