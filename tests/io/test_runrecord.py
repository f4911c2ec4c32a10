"""A finished run's candidates, read back for a cohort."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.runrecord import READ, candidate_rows
from neosieve.model.cohort import Cause

if TYPE_CHECKING:
    from pathlib import Path

ROW = ("KLVVVGADGV", "HLA-A*02:01", "good", "0.5", "1.5", "KRAS", "ENSG1", "p.Gly12Asp", "chr1:1:A>C")


def table(folder: Path, *lines: bytes) -> Path:
    """Write a table."""
    path = folder / "candidates.tsv"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path


def line(**cells: str) -> bytes:
    """Write a row, some of whose cells differ."""
    return "\t".join({**dict(zip(READ, ROW, strict=True)), **cells}.values()).encode()


HEADER = "\t".join(READ).encode()


@pytest.mark.parametrize("behind", [b"", b"\tmore\tof it"])
@pytest.mark.parametrize(
    ("cells", "percentile", "cause"),
    [
        ({}, 0.5, ("KRAS", "p.Gly12Asp", ("chr1:1:A>C",))),
        ({"presentation_percentile": "NA"}, 1.5, ("KRAS", "p.Gly12Asp", ("chr1:1:A>C",))),
        (
            {"presentation_percentile": "NA", "affinity_percentile": "NA", "gene": "NA"},
            inf,
            ("ENSG1", "p.Gly12Asp", ("chr1:1:A>C",)),
        ),
        (
            {"gene": "NA", "gene_id": "NA", "protein_change": "NA", "haplotype": "chr1:1:A>C+chr1:3:G>T"},
            0.5,
            ("", "", ("chr1:1:A>C", "chr1:3:G>T")),
        ),
        ({"gene": "'=ä"}, 0.5, ("=ä", "p.Gly12Asp", ("chr1:1:A>C",))),
    ],
)
def test_a_row_tells_its_pair_tier_percentile_and_cause(
    tmp_path: Path, behind: bytes, cells: dict[str, str], percentile: float, cause: tuple[str, str, tuple[str, ...]]
) -> None:
    """Presentation comes before affinity, a symbol before an identifier; NA is none; what follows is left alone."""
    (row,) = candidate_rows(table(tmp_path, HEADER + behind, line(**cells) + behind))
    assert row == ("KLVVVGADGV", "HLA-A*02:01", "good", percentile, Cause(*cause))


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    """The last of them ends the line."""
    header, row = (b"\t".join(reversed(one.split(b"\t"))) for one in (HEADER, line()))
    assert list(candidate_rows(table(tmp_path, header, row))) == list(candidate_rows(table(tmp_path, HEADER, line())))


@pytest.mark.parametrize(
    "bad", [b"", b"KLVVVGADGV\tHLA-A*02:01", line(affinity_percentile="x", presentation_percentile="NA")]
)
@pytest.mark.parametrize("good", [1, 3])
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, good: int, bad: bytes) -> None:
    """With its line, of which the header is the first."""
    path = table(tmp_path, HEADER, *[line()] * good, bad)
    with pytest.raises(InputError, match=rf"candidates\.tsv:{good + 2} can't be read \(.*; run `neosieve run` again"):
        list(candidate_rows(path))


@pytest.mark.parametrize("column", ["peptide", "allele", "tier", "gene", "haplotype"])
def test_bytes_that_are_no_text_are_told(tmp_path: Path, column: str) -> None:
    """A byte that UTF-8 doesn't know."""
    path = table(tmp_path, HEADER, line(**{column: "?"}).replace(b"?", b"\xff"))
    with pytest.raises(InputError, match=r"candidates\.tsv:2 can't be read \('utf-8' codec can't decode byte 0xff"):
        list(candidate_rows(path))


@pytest.mark.parametrize("header", [[], [b"peptide\tallele"]])
def test_a_table_without_a_column_is_refused(tmp_path: Path, header: list[bytes]) -> None:
    """An empty one, too."""
    with pytest.raises(InputError, match="has no column"):
        list(candidate_rows(table(tmp_path, *header)))


def test_a_table_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """It isn't there, or it is a folder."""
    with pytest.raises(InputError, match="there is no such file"):
        list(candidate_rows(tmp_path / "candidates.tsv"))
    with pytest.raises(InputError, match="can't be read"):
        list(candidate_rows(tmp_path))
