from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from neosieve.biology.abundance import gene_level
from neosieve.errors import InputError
from neosieve.io.expression import read_expression
from neosieve.model.evidence import ExpressionTable, stable_name

if TYPE_CHECKING:
    from pathlib import Path

SALMON = (
    "Name\tLength\tEffectiveLength\tTPM\tNumReads\n"
    "ENST00000380152.8\t11954\t11704.0\t3.5\t812.0\n"
    "ENST00000544455.6\t11854\t11604.0\t1.25\t288.4\n"
    "ENST00000269305.9\t2512\t2262.0\t40\t1795.2\n"
)
SALMON_GENCODE = (
    "Name\tLength\tEffectiveLength\tTPM\tNumReads\n"
    "ENST00000380152.8|ENSG00000139618.18|OTTHUMG00000017411.6|OTTHUMT00000046000.6|BRCA2-201|BRCA2|11954|"
    "protein_coding|\t11954\t11704\t3.5\t812\n"
    "ENST00000544455.6|ENSG00000139618.18|OTTHUMG00000017411.6|OTTHUMT00000046001.6|BRCA2-206|BRCA2|11854|"
    "protein_coding|\t11854\t11604\t1.25\t288\n"
)
KALLISTO = (
    "target_id\tlength\teff_length\test_counts\ttpm\n"
    "ENST00000380152.8\t11954\t11755\t812\t3.5\n"
    "ENST00000269305.9\t2512\t2313\t0\t0\n"
    "ENST00000413465.6\t1018\t819\t0\t-nan\n"
)
RSEM_GENES = (
    "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n"
    "ENSG00000139618.18\tENST00000380152.8,ENST00000544455.6\t11900\t11700\t1100\t4.75\t3.1\n"
)
RSEM_APPENDED = (
    "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n"
    "ENSG00000139618.18_BRCA2\tENST00000380152.8_BRCA2-201\t11900\t11700\t1100\t4.75\t3.1\n"
)
RSEM_ISOFORMS = (
    "transcript_id\tgene_id\tlength\teffective_length\texpected_count\tTPM\tFPKM\tIsoPct\n"
    "ENST00000380152.8\tENSG00000139618.18\t11954\t11704\t812\t3.5\t2.2\t73.68\n"
    "ENST00000544455.6\tENSG00000139618.18\t11854\t11604\t288\t1.25\t0.8\t26.32\n"
)
STRINGTIE = (
    "Gene ID\tGene Name\tReference\tStrand\tStart\tEnd\tCoverage\tFPKM\tTPM\n"
    "ENSG00000139618.18\tBRCA2\tchr13\t+\t32315086\t32400268\t3.1\t2.2\t4.75\n"
    "MSTRG.7\t-\tchr1\t+\t100\t900\t1.0\t0.5\t0.7\n"
    "ENSG00000274917.1\tU1\tchr1\t-\t100\t900\t1.0\t0.5\t0.25\n"
    "ENSG00000274917.1\tU1\tchr1\t-\t2100\t2900\t1.0\t0.5\t0.5\n"  # one gene, two loci: StringTie writes both
)
FEATURE_COUNTS = (
    '# Program:featureCounts v2.0.3; Command:"featureCounts" "-a" "genes.gtf" "-o" "counts.txt" "tumour.bam"\n'
    "Geneid\tChr\tStart\tEnd\tStrand\tLength\ttumour.bam\n"
    "ENSG00000139618.18\tchr13;chr13\t1;501\t500;2000\t+;+\t2000\t200\n"
    "ENSG00000141510.18\tchr17\t1\t1000\t-\t1000\t300\n"
    "ENSG00000000003.15\tchrX\t1\t4000\t-\t4000\t0\n"
)


def table(tmp_path: Path, content: str, name: str = "table.tsv") -> ExpressionTable:
    """Read a table of this content."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return read_expression(path)


@pytest.mark.parametrize(
    ("content", "tool", "level", "unit", "names", "value"),
    [
        pytest.param(SALMON, "salmon", "transcript", "TPM", ("ENST00000380152",), 3.5, id="salmon"),
        pytest.param(
            SALMON.replace("ENST00000380152.8", "ENSG00000139618.18").replace("ENST", "ENSG"),
            "salmon",
            "gene",
            "TPM",
            ("ENSG00000139618",),
            3.5,
            id="salmon's quant.genes.sf has the same header: its ids tell",
        ),
        pytest.param(
            SALMON_GENCODE, "salmon", "transcript", "TPM", ("ENST00000544455.6",), 1.25, id="salmon on GENCODE"
        ),
        pytest.param(KALLISTO, "kallisto", "transcript", "TPM", ("ENST00000269305",), 0.0, id="kallisto"),
        pytest.param(RSEM_GENES, "RSEM", "gene", "TPM", ("ENSG00000139618.1",), 4.75, id="RSEM genes"),
        pytest.param(RSEM_APPENDED, "RSEM", "gene", "TPM", ("BRCA2",), 4.75, id="RSEM --append-names"),
        pytest.param(RSEM_ISOFORMS, "RSEM", "transcript", "TPM", ("ENST00000544455",), 1.25, id="RSEM isoforms"),
        pytest.param(STRINGTIE, "StringTie", "gene", "TPM", ("BRCA2",), 4.75, id="StringTie"),
        # reads per base 0.1 and 0.3, in all 0.4: a quarter and three quarters of a million
        pytest.param(
            FEATURE_COUNTS, "featureCounts", "gene", "counts→TPM", ("ENSG00000141510",), 750_000, id="featureCounts"
        ),
        pytest.param("gene\tTPM\nBRCA2\t4.75\n", "plain table", "gene", "TPM", ("BRCA2",), 4.75, id="symbols"),
        pytest.param("symbol,fpkm\nBRCA2,3\n", "plain table", "gene", "FPKM", ("BRCA2",), 3.0, id="CSV of FPKM"),
        pytest.param(
            '"gene_id","gene_name","value"\n"ENSG00000139618","BRCA2",3\n',
            "plain table",
            "gene",
            "not stated",
            ("BRCA2",),
            3.0,
            id="quoted, both names",
        ),
        pytest.param(
            "transcript_id\tTPM\nNM_000059.4\t2\n", "plain table", "transcript", "TPM", ("NM_000059.3",), 2.0, id="NM"
        ),
        pytest.param(
            "gene\tTPM\nENST00000380152\t2\n",
            "plain table",
            "transcript",
            "TPM",
            ("ENST00000380152.8",),
            2.0,
            id="ids tell the level",
        ),
    ],
)
def test_each_tool_is_told_by_its_header(
    tmp_path: Path, content: str, tool: str, level: str, unit: str, names: tuple[str, ...], value: float
) -> None:
    """Who made it, what of, in which unit; ids are found with any version or none."""
    read = table(tmp_path, content)

    assert (read.tool, read.level, read.unit) == (tool, level, unit)
    assert read.value(*names) == pytest.approx(value)


def test_a_gzipped_table_reads_alike(tmp_path: Path) -> None:
    """As pipelines leave it."""
    path = tmp_path / "quant.sf.gz"
    path.write_bytes(gzip.compress(SALMON.encode()))

    assert read_expression(path).values == table(tmp_path, SALMON).values


def test_missing_is_neither_zero_nor_absent(tmp_path: Path) -> None:
    """NA and NaN stay unknown, an observed 0 is 0, and a name that isn't there is unknown, too."""
    read = table(tmp_path, KALLISTO)

    assert read.value("ENST00000413465") is None
    assert read.holds("ENST00000413465")
    assert read.value("ENST00000269305") == 0.0
    assert read.value("ENST00000000001") is None
    assert not read.holds("ENST00000000001")
    assert (read.missing, read.refused) == (1, 0)


@pytest.mark.parametrize("cell", ["-1", "inf", "-inf", "many", "3,5"])
def test_a_value_that_can_be_none_is_refused_and_counted(tmp_path: Path, cell: str) -> None:
    """The row's name is known, its value isn't; the others stay."""
    read = table(tmp_path, f"gene\tTPM\nBRCA2\t{cell}\nTP53\t2\n")

    assert read.value("BRCA2") is None
    assert read.value("TP53") == 2.0
    assert read.refused == 1
    assert read.remarks == ("1 rows with a negative or unreadable value count as missing",)


def test_pseudoautosomal_copies_are_one_gene(tmp_path: Path) -> None:
    """GENCODE lists them on X and on Y; what the tool split between both is summed."""
    read = table(
        tmp_path,
        "gene_id\tTPM\nENSG00000182378.15\t3\nENSG00000182378.15_PAR_Y\t1\nENSG00000002586.20\t5\n"
        "ENSGR0000002586.14\t2\n",
    )

    assert read.value("ENSG00000182378") == 4.0
    assert read.value("ENSG00000002586") == 7.0
    assert read.remarks == ("2 names have several rows, which are summed (ENSG00000002586, ENSG00000182378)",)


def test_rows_of_one_symbol_are_summed_unless_one_is_unknown(tmp_path: Path) -> None:
    """1 + 2 = 3; with an NA among them the sum is unknown, whichever comes first."""
    read = table(tmp_path, "symbol\tTPM\nA\t1\nA\t2\nB\t1\nB\tNA\nC\tNA\nC\t1\n")

    assert [read.value(name) for name in "ABC"] == [3.0, None, None]


def test_a_symbol_of_several_ids_is_their_sum(tmp_path: Path) -> None:
    """The id itself is exact; it is asked for first."""
    read = table(tmp_path, "gene_id\tsymbol\tTPM\nENSG00000000011\tX1\t1\nENSG00000000022\tX1\t2\n")

    assert read.value("X1") == 3.0
    assert read.value("ENSG00000000022", "X1") == 2.0
    assert read.value("", "ENSG00000000033", "X1") == 3.0


def test_stringtie_sums_loci_and_takes_no_dash_for_a_name(tmp_path: Path) -> None:
    """0.25 + 0.5 at its two loci; '-' names nothing."""
    read = table(tmp_path, STRINGTIE)

    assert read.value("ENSG00000274917") == 0.75
    assert read.value("U1") == 0.75
    assert read.value("-") is None
    assert read.value("MSTRG.7") == 0.7


def test_an_id_given_twice_is_an_error(tmp_path: Path) -> None:
    """Summed, a table of two samples would double each value."""
    with pytest.raises(InputError, match=r"table\.tsv:3 gives ENST1\d+ again \(first in line 2\).*several samples"):
        table(tmp_path, "transcript_id\tTPM\nENST10000000000\t1\nENST10000000000\t1\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", r"not an expression table that can be read \(its header: an empty file\); give salmon's quant\.sf"),
        ("gene\tsample1\nBRCA2\t1\n", r"its header: gene, sample1\); give .*kallisto.*RSEM.*StringTie.*featureCounts"),
        ("TPM\n1\n", "not an expression table"),
        ("gene\tTPM\n", "holds no value in TPM"),
        ("gene\tTPM\nBRCA2\tNA\n", "holds no value in TPM"),
        ("gene\tTPM\nBRCA2\t1\nTP53\n", r"table\.tsv:3 has 1 cells where 2 are due; is the file cut off"),
        ("gene\tsample\tTPM\nBRCA2\tT1\t1\nBRCA2\tT2\t1\n", r"holds 2 samples \(T1, T2 …\); keep only the tumour's"),
        (FEATURE_COUNTS.replace("\t200", "\t0").replace("\t300", "\t0"), "no feature has a read"),
        (
            FEATURE_COUNTS.replace("tumour.bam\n", "tumour.bam\tnormal.bam\n"),
            r"a featureCounts table of 2 samples \(tumour_bam, normal_bam\)",
        ),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(tmp_path: Path, content: str, words: str) -> None:
    """What is wrong, and what can be given."""
    with pytest.raises(InputError, match=words):
        table(tmp_path, content)


def test_row_names_without_a_header_are_passed_over(tmp_path: Path) -> None:
    """R's write.table gives each row a name, and the header none for it."""
    assert table(tmp_path, "gene\tTPM\n1\tBRCA2\t4\n2\tTP53\t2\n").value("TP53") == 2.0


def test_a_feature_without_length_has_no_tpm(tmp_path: Path) -> None:
    """And the others' shares are computed without it: 0.1 and 0.3 as before."""
    read = table(tmp_path, FEATURE_COUNTS + "ENSG00000000005.6\tchrX\t1\t1\t+\t0\t50\n")

    assert read.value("ENSG00000000005") is None
    assert read.value("ENSG00000139618") == pytest.approx(250_000)


@pytest.mark.parametrize("content", [SALMON_GENCODE, RSEM_ISOFORMS])
def test_a_table_that_names_genes_gives_their_sums(tmp_path: Path, content: str) -> None:
    """3.5 + 1.25 = 4.75 over BRCA2's two transcripts."""
    genes = gene_level(table(tmp_path, content))

    assert genes is not None
    assert (genes.level, genes.unit) == ("gene", "TPM")
    assert genes.value("ENSG00000139618.5") == 4.75


def test_symbols_of_gencode_names_are_kept(tmp_path: Path) -> None:
    """The sixth field of the FASTA's header."""
    genes = gene_level(table(tmp_path, SALMON_GENCODE))

    assert genes is not None
    assert genes.value("BRCA2") == 4.75


def test_names_that_a_spreadsheet_changed_are_told(tmp_path: Path) -> None:
    """They join nothing, and nobody would know why."""
    read = table(tmp_path, "gene,TPM\n1-Mar,3\n2-Sep,1\nBRCA2,4\n")

    assert read.remarks == (
        "2 names are dates (1-Mar, 2-Sep): spreadsheet software changed genes such as MARCH1, which are not found so",
    )


@pytest.mark.parametrize(
    ("name", "stable"),
    [
        ("ENST00000380152.8", "ENST00000380152"),
        ("ENSG00000223972.5_2", "ENSG00000223972"),
        ("ENSMUSG00000000001.4", "ENSMUSG00000000001"),
        ("NM_000059.4", "NM_000059"),
        ("AC004556.3", "AC004556.3"),
        ("HLA-A", "HLA-A"),
        ("ENSA", "ENSA"),  # a gene's symbol
        ("", ""),
    ],
)
def test_only_ids_lose_their_version(name: str, stable: str) -> None:
    """In a symbol the dot is part of the name."""
    assert stable_name(name) == stable
