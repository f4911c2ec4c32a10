from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.normaltissues import read_normal_tissues
from neosieve.model.evidence import NormalLevel
from tests.io.annotationtext import write

if TYPE_CHECKING:
    from pathlib import Path

GCT = """#1.2
3\t4
Name\tDescription\tBrain - Cortex\tHeart - Left Ventricle\tTestis\tCells - Cultured fibroblasts
ENSG00000000001.12\tTWIN\t1.5\t35.25\t2\t900
ENSG00000000002.5_PAR_Y\tPAR\t0\t0\t0\t0
ENSG00000000003.1\t5S_rRNA\t0.1\tNA\t0.3\t0
"""


def text_file(path: Path, text: str) -> Path:
    """Write a text, gzipped if the name says so."""
    data = text.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["gene_median_tpm.gct", "gene_median_tpm.gct.gz"])
@pytest.mark.parametrize("gene_id", ["ENSG00000000001", "ENSG00000000001.3", "ENSG99", ""])
def test_gtex_gives_each_genes_highest_tissue(tmp_path: Path, name: str, gene_id: str) -> None:
    """35.25 TPM in heart; cells in a dish, with 900, are no tissue. By id, of any version, or symbol."""
    table = read_normal_tissues(text_file(tmp_path / name, GCT))
    assert (table.tool, table.unit, table.tissues) == ("GTEx", "TPM", 3)
    assert table.level(gene_id, "TWIN") == NormalLevel(35.25, "Heart - Left Ventricle", "TWIN")
    assert table.level("ENSG00000000002", "") == NormalLevel(0.0, "Brain - Cortex", "ENSG00000000002")
    assert table.level("ENSG00000000003", "") == NormalLevel(0.3, "Testis", "ENSG00000000003")
    assert table.level("ENSG77", "OTHER") is None
    assert any("1 columns of cultured cells" in remark for remark in table.remarks)


@pytest.mark.parametrize(
    ("lines", "level", "unit"),
    [
        pytest.param(
            ["gene\tliver\tskin", "TWIN\t3\t4"], NormalLevel(4, "skin", "TWIN"), "not stated", id="symbols by tissues"
        ),
        pytest.param(
            ["gene_id,gene_name,length,Liver", "ENSG1.2,TWIN,9000,3"],
            NormalLevel(3, "Liver", "TWIN"),
            "not stated",
            id="comma-separated; a gene's length is no tissue",
        ),
        pytest.param(
            ["Gene\tGene name\tTissue\tnTPM", "ENSG1\tTWIN\tliver\t3", "ENSG1\tTWIN\theart muscle\t5.5"],
            NormalLevel(5.5, "heart muscle", "TWIN"),
            "nTPM",
            id="the Human Protein Atlas's long table",
        ),
        pytest.param(["symbol\tTPM", "TWIN\t7"], NormalLevel(7, None, "TWIN"), "TPM", id="tissues not told apart"),
        pytest.param(
            ["gene\tliver\tskin", "TWIN\t3\t", "TWIN\t6\tnan"], NormalLevel(6, "liver", "TWIN"), "not stated",
            id="the highest of several rows; what is missing is no zero",
        ),
    ],
)  # fmt: skip
def test_plain_tables_are_told_by_their_header(tmp_path: Path, lines: list[str], level: NormalLevel, unit: str) -> None:
    """By tissues, long, or of one value."""
    table = read_normal_tissues(write(tmp_path / "table.txt", lines))
    assert table.level("ENSG1", "TWIN") == level
    assert table.unit == unit
    assert ("unit" in " ".join(table.remarks)) is (unit == "not stated")


def test_a_gene_without_a_value_is_not_known_and_bad_values_are_counted(tmp_path: Path) -> None:
    """Neither is zero."""
    lines = ["gene\tliver\tskin", "A\tNA\t.", "B\t-1\t2", "C\tmuch\t1e400"]
    table = read_normal_tissues(write(tmp_path / "table.tsv", lines))
    assert table.level("", "A") is None
    assert table.level("", "B") == NormalLevel(2, "skin", "B")
    assert table.level("", "C") is None
    assert any("3 values" in remark for remark in table.remarks)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "an empty file"),
        ("foo\tbar\n1\t2\n", "its header: foo, bar"),
        ("gene\n1\n", "not a table of normal tissues"),
        ("transcript_id\tgene\tTPM\nENST1\tA\t1\n", "table of transcripts"),
        ("gene\ttissue\tn\nA\tskin\t1\n", "none of TPM"),
        ("Name\tDescription\tGTEX-1117F-0226-SM-5GZZ7\nENSG1\tA\t1\n", "its header"),
        ("gene\tGTEX-1117F-0226-SM-5GZZ7\nA\t1\n", "single samples"),
        ("gene\tskin\nA\t1\t2\n", "table.gct:2 has 3 cells where 2 are due"),
        ("gene\tskin\nA\tNA\n", "holds no value"),
        (GCT.replace("3\t4\n", "5\t4\n"), "announces 5 genes but holds 3"),
        ("#1.2\nName\tDescription\tskin\nENSG1\tA\t1\n", "is it cut off"),
    ],
)
def test_what_is_no_such_table_is_refused_with_the_reason(tmp_path: Path, text: str, words: str) -> None:
    """What was found, and what can be given."""
    with pytest.raises(InputError, match=words):
        read_normal_tissues(text_file(tmp_path / "table.gct", text))
