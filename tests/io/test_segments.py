from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.segments import read_segments
from neosieve.model.evidence import CopyNumberProfile, CopyNumberSegment
from neosieve.model.genome import Interval

if TYPE_CHECKING:
    from pathlib import Path

FACETS = (
    "chrom\tseg\tnum.mark\tnhet\tcnlr.median\tmafR\tsegclust\tcnlr.median.clust\tmafR.clust\tstart\tend\tcf.em\ttcn.em\tlcn.em\n"
    "20\t1\t500\t50\t0.1\t0.01\t3\t0.1\t0.01\t1001\t2000\t0.8\t3\t1\n"
    "23\t2\t400\t0\t-0.5\tNA\t2\t-0.5\tNA\t501\t900\t0.8\t1\tNA\n"
)
SEQUENZA = (
    '"chromosome"\t"start.pos"\t"end.pos"\t"Bf"\t"N.BAF"\t"sd.BAF"\t"depth.ratio"\t"N.ratio"\t"sd.ratio"\t"CNt"\t"A"\t"B"\t"LPP"\n'
    '"20"\t1001\t2000\t0.32\t424\t0.12\t0.97\t34186\t0.25\t3\t2\t1\t-6.8\n'
    '"X"\t501\t900\tNA\t0\tNA\t0.5\t341\t0.25\t1\tNA\tNA\t-6.8\n'
)
ASCAT = "sample\tchr\tstartpos\tendpos\tnMajor\tnMinor\nT1\t20\t1001\t2000\t2\t1\nT1\tX\t501\t900\t1\t0\n"
ASCAT_RAW = (
    "sample\tchr\tstartpos\tendpos\tnMajor\tnMinor\tnAraw\tnBraw\n"
    "T1\t20\t1001\t2000\t2\t1\t2.13\t0.94\n"
    "T1\tX\t501\t900\t1\t0\t1.1\t0.02\n"
)
PURPLE = (
    "chromosome\tstart\tend\tcopyNumber\tbafCount\tobservedBAF\tbaf\tsegmentStartSupport\tsegmentEndSupport\tmethod\t"
    "depthWindowCount\tgcContent\tminStart\tmaxStart\tminorAlleleCopyNumber\tmajorAlleleCopyNumber\n"
    "chr20\t1001\t2000\t3.0\t50\t0.66\t0.667\tTELOMERE\tNONE\tBAF_WEIGHTED\t10\t0.5\t1001\t1001\t1.0\t2.0\n"
    "chrX\t501\t900\t1.0\t0\t0\t1\tNONE\tNONE\tBAF_WEIGHTED\t10\t0.5\t501\t501\t-0.02\t1.02\n"
)
PLAIN = "chrom,start,end,total_cn,minor_cn\nchr20,1001,2000,3,1\nchrX,501,900,1,\n"
PLAIN_MAJOR = "#chr\tstart\tend\tmajor_cn\tminor_cn\nchr20\t1001\t2000\t2\t1\nchrX\t501\t900\t1\t0\n"
BED_NAMES = "chrom\tchromStart\tchromEnd\ttotal_cn\tminor_cn\n20\t1000\t2000\t3\t1\nX\t500\t900\t1\tNA\n"


def profile(tmp_path: Path, content: str, name: str = "segments.txt", sample: str | None = None) -> CopyNumberProfile:
    """Read a table of this content."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return read_segments(path, sample=sample)


@pytest.mark.parametrize(
    ("content", "tool", "minor_x"),
    [
        pytest.param(FACETS, "FACETS", None, id="FACETS, whose X is 23"),
        pytest.param(FACETS.replace("start\tend", "loc.start\tloc.end"), "FACETS", None, id="facets-suite"),
        pytest.param(SEQUENZA, "Sequenza", None, id="Sequenza, quoted"),
        pytest.param(ASCAT, "ASCAT", 0, id="ASCAT"),
        pytest.param(ASCAT_RAW, "ASCAT", 0, id="ASCAT raw: the rounded ones"),
        pytest.param(PURPLE, "PURPLE", 0, id="PURPLE, noise below 0"),
        pytest.param(PLAIN, "plain table", None, id="CSV"),
        pytest.param(PLAIN_MAJOR, "plain table", 0, id="major and minor"),
        pytest.param(BED_NAMES, "plain table", None, id="BED's column names: 0-based"),
    ],
)
def test_each_tool_is_told_by_its_header(tmp_path: Path, content: str, tool: str, minor_x: float | None) -> None:
    """The same two segments in each tool's own words: 20:1001–2000 at 2+1, X:501–900 at one copy."""
    read = profile(tmp_path, content)

    assert read.tool == tool
    assert read.segments == {
        "20": (CopyNumberSegment("20", Interval(1000, 2000), 3, 1),),
        "X": (CopyNumberSegment("X", Interval(500, 900), 1, minor_x),),
    }


def test_a_bed_file_is_zero_based(tmp_path: Path) -> None:
    """By its ending; gzipped, too."""
    path = tmp_path / "cn.bed.gz"
    path.write_bytes(gzip.compress(b"#chrom\tstart\tend\tcn\n20\t1000\t2000\t3\n"))

    assert read_segments(path).segments["20"][0].interval == Interval(1000, 2000)


@pytest.mark.parametrize(
    ("position", "total"),
    [(999, None), (1000, 3), (1999, 3), (2000, None), (2499, None), (2500, 4), (2999, 4)],
)
def test_a_base_is_found_in_its_segment(tmp_path: Path, position: int, total: float | None) -> None:
    """1-based 1001–2000 is 0-based 1000 ≤ x < 2000; between segments nothing is known."""
    read = profile(tmp_path, PLAIN + "chr20,2501,3000,4,1\n")
    found = read.at("20", position)

    assert (None if found is None else found.total) == total
    assert read.at("19", position) is None
    assert read.count == 3


def test_a_base_shared_by_two_states_is_of_neither(tmp_path: Path) -> None:
    """Where one segment ends at the base at which the next begins, the base is ambiguous unless both agree."""
    read = profile(tmp_path, PLAIN + "chr20,2000,3000,4,1\nchr20,3000,4000,4,1\n")

    assert read.at("20", 1999) is None
    assert read.at("20", 2999) == CopyNumberSegment("20", Interval(2999, 4000), 4, 1)


def test_normal_copies_are_taken_where_stated(tmp_path: Path) -> None:
    """A germline duplication, say."""
    read = profile(tmp_path, "chrom\tstart\tend\ttotal_cn\tnormal_cn\n1\t1\t100\t4\t3\n")

    assert read.segments["1"][0].normal == 3


def test_segments_without_a_total_are_left_out_and_counted(tmp_path: Path) -> None:
    """Unknown copies are no copies to compute with."""
    read = profile(tmp_path, PLAIN + "chr1,1,100,NA,NA\n")

    assert "1" not in read.segments
    assert read.remarks == ("1 segments without a total copy number are left out",)


def test_one_sample_of_several(tmp_path: Path) -> None:
    """It is named, or it is an error."""
    content = ASCAT + "T2\t20\t1001\t2000\t1\t1\n"

    assert profile(tmp_path, content, sample="T2").segments["20"][0].total == 2
    with pytest.raises(InputError, match=r"holds 2 samples \(T1, T2 …\)"):
        profile(tmp_path, content)
    with pytest.raises(InputError, match="holds no segment of sample 'T3'"):
        profile(tmp_path, content, sample="T3")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", r"not a copy-number table that can be read \(its header: an empty file\); give FACETS'"),
        ("chrom\tstart\tend\tlog2\n1\t1\t2\t0.1\n", r"give FACETS' .*Sequenza's .*ASCAT's .*PURPLE's .*total_cn"),
        ("chrom\tstart\tend\ttotal_cn\n", "holds no segment with a total; is it cut off"),
        ("chrom\tstart\tend\ttotal_cn\n1\t1\t100\t-1.2\n", r"segments\.txt:2 has a negative copy number \(-1\.2\)"),
        ("chrom\tstart\tend\ttotal_cn\n1\t1\t100\tmany\n", r"segments\.txt:2 can't be read"),
        ("chrom\tstart\tend\ttotal_cn\n1\t100\t1\t2\n", r"segments\.txt:2 is no segment"),
        ("chrom\tstart\tend\ttotal_cn\n1\t0\t10\t2\n", r"segments\.txt:2 is no segment"),  # there is no base 0
        ("chrom\tstart\tend\ttotal_cn\n1\t1\t100\t2\n1\t50\t150\t3\n", r"segments overlap at 1:50;"),
        ("chrom\tstart\tend\ttotal_cn\n1\t1\t100\n", r"segments\.txt:2 has 3 cells where 4 are due"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(tmp_path: Path, content: str, words: str) -> None:
    """What is wrong, where, and what can be given."""
    with pytest.raises(InputError, match=words):
        profile(tmp_path, content)
