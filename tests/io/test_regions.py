from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.biology.regions import Seen, key_of
from neosieve.errors import SampleError
from neosieve.io.contigs import plain
from neosieve.io.regions import read_seen, region_samples
from neosieve.io.vcf import Policy, read_header
from neosieve.model.patient import Samples
from neosieve.model.variant import AlleleCounts, Variant
from tests.io.annotationtext import write

if TYPE_CHECKING:
    from pathlib import Path

HEAD = [
    "##fileformat=VCFv4.2",
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths">',
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNORMAL\tT1\tT2",
]
SNV = key_of(Variant("chr1", 99, "A", "G"), plain)


def seen(folder: Path, *records: str, include_filtered: bool = False) -> Seen | None:
    """Read what T2's column says of chr1:100:A>G; records are given with blanks between their columns."""
    path = write(folder / "t.vcf", [*HEAD, *("\t".join(record.split()) for record in records)])
    header = read_header(path)
    return read_seen(header, "T2", Policy(include_filtered), {SNV}, plain).get(SNV)


def told(depth: int, alt: int, *, called: bool = True, homozygous: bool = False) -> Seen:
    """Make what a column says, with the VAF that follows."""
    return Seen(AlleleCounts(depth, alt, alt / depth), called, homozygous)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param("chr1 100 . A G . PASS . GT:AD 0/0:9,0 0/0:8,0 0/1:6,4", told(10, 4), id="called"),
        pytest.param("1 100 . A G . . . GT:AD 0/0:9,0 0/1:1,1 1/1:0,4", told(4, 4, homozygous=True), id="homozygous"),
        pytest.param(
            "chr1 100 . A G . PASS . GT:AD 0/0:9,0 0/1:1,1 0/0:97,3", told(100, 3, called=False), id="reads alone"
        ),
        pytest.param(
            "chr1 100 . A G . weak . GT:AD 0/0:9,0 0/1:1,1 0/1:6,4", told(10, 4, called=False), id="no PASS, no call"
        ),
        pytest.param("chr1 100 . A C,G . PASS . GT:AD 0/0:9,0,0 0/1:1,1,0 0/2:6,1,3", told(10, 3), id="the second ALT"),
        pytest.param(
            "chr1 99 . TA TG . PASS . GT:AD 0/0:9,0 0/1:1,1 0/1:6,4", told(10, 4), id="spelled with its neighbour"
        ),
        pytest.param(
            "chr1 100 . A G . PASS . DP:AU:GU 9:9,9:0,0 9:9,9:0,0 10:7,7:3,3", told(10, 3), id="Strelka: the reads call"
        ),
        pytest.param(
            "chr1 100 . A G . PASS . GT ./. 0/1 ./.",
            Seen(AlleleCounts(), called=False, homozygous=False),
            id="no call, no reads",
        ),
        pytest.param("chr1 100 . A T . PASS . GT:AD 0/0:9,0 0/1:1,1 0/1:6,4", None, id="another ALT"),
        pytest.param("chr1 100 . A <DEL> . PASS . GT:AD 0/0:9,0 0/1:1,1 0/1:6,4", None, id="symbolic"),
        pytest.param("chr1 x . A G . PASS . GT 0/0 0/1 0/1", None, id="malformed"),
    ],
)
def test_a_column_tells_reads_and_calls(tmp_path: Path, record: str, expected: Seen | None) -> None:
    """Whatever the genotype, the reads are read; only an admitted record that carries the ALT calls it."""
    assert seen(tmp_path, record) == expected


def test_records_that_fail_filter_call_where_they_are_asked_for(tmp_path: Path) -> None:
    """As for the first region."""
    found = seen(tmp_path, "chr1 100 . A G . weak . GT:AD 0/0:9,0 0/1:1,1 0/1:6,4", include_filtered=True)
    assert found is not None
    assert found.called


def test_of_several_records_of_one_variant_a_call_counts(tmp_path: Path) -> None:
    """A caller's refused record and another's call: the call, in either order."""
    refused, called = (
        "chr1 100 . A G . weak . GT:AD 0/0:9,0 0/1:1,1 0/1:9,1",
        "chr1 100 . A G . PASS . GT:AD 0/0:9,0 0/1:1,1 0/1:6,4",
    )
    for records in ((refused, called), (called, refused)):
        assert seen(tmp_path, *records) == told(10, 4)


@pytest.mark.parametrize(
    ("name", "columns", "tumor", "normal"),
    [
        ("T2", "NORMAL T1 T2", "T2", "NORMAL"),  # by its sample's name, with the first file's normal
        ("liver", "NORMAL TUMOR", "TUMOR", "NORMAL"),  # called otherwise: told as in any VCF
        ("liver", "ONE", "ONE", None),
    ],
)
def test_a_vcf_of_a_region_tells_its_samples(
    tmp_path: Path, name: str, columns: str, tumor: str, normal: str | None
) -> None:
    """The region's name is its sample's, or else the only one that can be meant."""
    vcf = write(tmp_path / "r.vcf", [HEAD[0], HEAD[2].replace("NORMAL\tT1\tT2", columns.replace(" ", "\t"))])
    header, samples = region_samples(name, vcf, read_header(vcf), Samples("T1", "NORMAL"))
    assert (header.path, samples.tumor, samples.normal) == (vcf, tumor, normal)


def test_a_sample_that_cant_be_told_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    """Two tumours, neither called like the region."""
    vcf = write(tmp_path / "r.vcf", HEAD)
    with pytest.raises(SampleError, match=r"--region SAMPLE=r\.vcf; its samples are: NORMAL, T1, T2"):
        region_samples("liver", vcf, read_header(vcf), Samples("T9", None))
