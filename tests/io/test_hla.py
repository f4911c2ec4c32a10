from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from neosieve.errors import HlaError, InputError
from neosieve.io.hla import parse_allele, read_hla
from neosieve.model.mhc import Allele

if TYPE_CHECKING:
    from pathlib import Path

OPTITYPE = (
    "\tA1\tA2\tB1\tB2\tC1\tC2\tReads\tObjective\n"
    "0\tA*02:01\tA*02:01\tB*07:02\tB*44:02\tC*05:01\tC*07:02\t1201.0\t1170.0\n"
    "1\tA*03:01\tA*02:01\tB*07:02\tB*44:02\tC*05:01\tC*07:02\t1100.0\t1070.0\n"
)
HLA_LA = (
    "Locus\tChromosome\tAllele\tQ1\tQ2\tAverageCoverage\n"
    "A\t1\tA*02:01:01G\t1\t1\t40.1\n"
    "A\t2\tA*03:01:01G;A*03:02:01\t1\t1\t38.0\n"
    "DQA1\t1\tDQA1*01:02:01G\t1\t1\t22.5\n"
)


@pytest.mark.parametrize(
    ("name", "allele"),
    [
        ("A0201", "HLA-A*02:01"),
        ("A*0201", "HLA-A*02:01"),
        ("A*02:01", "HLA-A*02:01"),
        ("A02:01", "HLA-A*02:01"),
        ("a*02:01", "HLA-A*02:01"),
        ("HLA-A0201", "HLA-A*02:01"),
        ("HLA-A02:01", "HLA-A*02:01"),
        ("HLA-A*02:01", "HLA-A*02:01"),
        ("HLA-A*02:01:01", "HLA-A*02:01"),
        ("HLA-A*02:01:01:01", "HLA-A*02:01"),
        ("hla_a_02_01_01_01", "HLA-A*02:01"),  # POLYSOLVER
        ("Cw*0702", "HLA-C*07:02"),  # the locus's name before 2010
        ("B*15:101", "HLA-B*15:101"),  # three digits in the second field
        ("A*11:01:01G", "HLA-A*11:01"),
        ("A*02:01P", "HLA-A*02:01"),
        ("HLA-E*01:03", "HLA-E*01:03"),
        ("G*01:01", "HLA-G*01:01"),
        # Suffixes of the HLA nomenclature (hla.alleles.org/nomenclature/naming.html): L low, A aberrant, Q questionable
        # leave the allele on the cell or may
        ("A*24:02:01:02L", "HLA-A*24:02"),
        ("A*32:11Q", "HLA-A*32:11"),
        ("B*13:08A", "HLA-B*13:08"),
    ],
)
def test_names_in_any_nomenclature(name: str, allele: str) -> None:
    """People paste what their lab or typing tool wrote; two fields name the protein."""
    assert parse_allele(name) == Allele(allele)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        # N null, S secreted, C cytoplasm: the same page's suffixes for what is not on the cell's surface
        ("A*24:09N", "null allele, not expressed"),
        ("A*01:01:01:02N", "null allele, not expressed"),
        ("B*44:02:01:02S", "secreted"),
        ("A*30:14C", "cytoplasm"),
        ("DRB1*15:01", "class II"),
        ("HLA-DRB1*15:01:01:01", "class II"),
        ("DRA*01:01", "class II"),
        ("DPA1*01:03", "class II"),
        ("DPB1*04:01", "class II"),
        ("DQB1*02", "class II"),
        ("HLA-DPA1*01:03-DPB1*04:01", "class II"),
        ("DPA1*01:03/DPB1*04:01", "class II"),
        ("HLA-DQA10501-DQB10201", "class II"),
        ("HLA-F*01:01", "not a class I locus known to present"),
        ("H*02:01", "not a class I locus known to present"),
        ("J*01:01", "not a class I locus known to present"),
        ("MICA*008:04", "not a class I locus known to present"),
        ("TAP1*01:01", "not a class I locus known to present"),
    ],
)
def test_what_cannot_present_here_is_told_in_words(name: str, words: str) -> None:
    """A well-formed name that gives no candidates is no error: typing tools list every locus."""
    told = parse_allele(name)

    assert isinstance(told, str)
    assert words in told


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("A2", "is a serotype"),
        ("HLA-B27", "is a serotype"),
        ("Cw7", "is a serotype"),
        ("HLA-A", "is a gene"),
        ("A*02", "names a group of alleles, not a protein; give two fields"),
        ("HLA-A*02", "give two fields"),
        ("H2-Kb", "not a human allele"),
        ("Mamu-A1*001:01", "not a human allele"),
        ("SLA-1*04:01", "not a human allele"),
        ("A*02:XX", "not an HLA allele"),
        ("hello", "not an HLA allele"),
        ("NA", "not an HLA allele"),
        ("-", "not an HLA allele"),
        ("A*02:01 A*03:01", "not an HLA allele"),
        ("A*02:01/A*02:06", "names two"),  # an ambiguous typing, not a class II pair
    ],
)
def test_an_unreadable_name_is_an_error_that_shows_how_to_write_it(name: str, words: str) -> None:
    """A guess at the allele would be a guess at the candidates."""
    with pytest.raises(HlaError, match=rf"^'{re.escape(name)}' .*{words}.*HLA-A\*02:01"):
        parse_allele(name)


def test_a_comma_list() -> None:
    """Blanks and empty parts don't matter; the result is in name order whatever the list's."""
    hla = read_hla(" B*07:02, A0201,,C*07:02 ")

    assert [str(allele) for allele in hla.alleles] == ["HLA-A*02:01", "HLA-B*07:02", "HLA-C*07:02"]
    assert hla.remarks == ()


def test_homozygous_alleles_count_once_and_are_told() -> None:
    """Two spellings of one protein are one allele: its peptides must not count twice (TRAPS)."""
    hla = read_hla("A*02:01,HLA-A0201,B*07:02")

    assert [str(allele) for allele in hla.alleles] == ["HLA-A*02:01", "HLA-B*07:02"]
    assert hla.remarks == ("HLA-A*02:01 is given 2 times: its peptides count once",)


def test_what_was_left_out_or_shortened_is_told() -> None:
    """One sentence for each entry that isn't taken as it stands."""
    hla = read_hla("A*02:01:01:01,A*24:09N,B*07:02,DRB1*15:01,C*07:02:01:17N")

    assert [str(allele) for allele in hla.alleles] == ["HLA-A*02:01", "HLA-B*07:02"]
    assert hla.remarks == (
        "A*24:09N left out: a null allele, not expressed",
        "DRB1*15:01 left out: class II: this version predicts class I only",
        "C*07:02:01:17N left out: a null allele, not expressed",
        "A*02:01:01:01 is read as HLA-A*02:01: fields after the second don't change the protein",
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("A*24:02:01:02L", "HLA-A*24:02: its expression on the cell's surface is low"),
        ("A*32:11Q", "HLA-A*32:11: its expression is questionable"),
        ("B*13:08A", "HLA-B*13:08: its expression is aberrant and in doubt"),
        ("A*11:01:01G", "HLA-A*11:01: it names a group of alleles with the same peptide-binding exons"),
        ("A*02:01P", "HLA-A*02:01: it names a group of alleles with the same peptide-binding domain"),
    ],
)
def test_a_suffix_that_leaves_the_allele_in_is_told(name: str, words: str) -> None:
    """It is evidence against presentation, or the name stands for several proteins: the reader decides."""
    (remark,) = read_hla(name).remarks

    assert remark.startswith(f"{name} is kept as {words}")


@pytest.mark.parametrize("text", ["", ",", " , "])
def test_an_empty_list_is_an_error(text: str) -> None:
    """It says what to give."""
    with pytest.raises(HlaError, match=r"gives no class I allele to predict for; give e\.g\. --hla A\*02:01"):
        read_hla(text)


def test_when_nothing_is_left_the_error_says_why() -> None:
    """Each entry with its reason, in one line."""
    with pytest.raises(HlaError) as raised:
        read_hla("A*24:09N,DRB1*15:01")

    assert str(raised.value) == (
        "--hla gives no class I allele to predict for (A*24:09N left out: a null allele, not expressed; "
        "DRB1*15:01 left out: class II: this version predicts class I only); "
        "give e.g. --hla A*02:01,B*07:02,C*07:02"
    )


def test_one_bad_name_is_an_error_that_says_where() -> None:
    """It isn't skipped: the patient would lose an allele in silence."""
    with pytest.raises(HlaError, match=r"^--hla: 'B27' is a serotype"):
        read_hla("A*02:01,B27")


def test_a_list_longer_than_a_file_name_is_a_list() -> None:
    """All loci at four fields take over 255 letters, the most that a file's name may have on Linux."""
    names = ",".join(["A*02:01", *["HLA-DRB1*15:01:01:01"] * 14])
    assert len(names) > 255

    assert [str(allele) for allele in read_hla(names).alleles] == ["HLA-A*02:01"]


@pytest.mark.parametrize(
    ("name", "content", "alleles"),
    [
        ("hla.txt", "A*02:01\nB*07:02\n", "A*02:01 B*07:02"),
        ("hla", "A*02:01\nB*07:02", "A*02:01 B*07:02"),  # an existing file needs no ending
        ("hla.txt", "# my patient\n\nA*02:01\r\nB*07:02\r\n", "A*02:01 B*07:02"),
        ("hla.csv", "\ufeffA*02:01,A*03:01\nB*07:02\n", "A*02:01 A*03:01 B*07:02"),  # as Excel saves it
        ("hla.txt", "A*02:01,A*03:01,B*07:02", "A*02:01 A*03:01 B*07:02"),
        ("hla.txt", "A*02:01 A*03:01\tB*07:02 ", "A*02:01 A*03:01 B*07:02"),
        ("optitype.tsv", OPTITYPE, "A*02:01 B*07:02 B*44:02 C*05:01 C*07:02"),  # the first solution, its A once
        ("R1_bestguess_G.txt", HLA_LA, "A*02:01 A*03:01"),
        (
            "genotype.json",  # arcasHLA
            json.dumps({"A": ["A*01:01:01", "A*03:01:01"], "B": ["B*07:02:01"], "DRB1": ["DRB1*15:01:01"]}),
            "A*01:01 A*03:01 B*07:02",
        ),
        (
            "report.json",  # xHLA
            json.dumps(
                {"subject_id": "x", "hla": {"alleles": ["A*01:01", "C*07:01", "DPB1*04:01"]}, "qc": {"mean": 3}}
            ),
            "A*01:01 C*07:01",
        ),
        ("list.json", json.dumps(["A*01:01", "C*07:01"]), "A*01:01 C*07:01"),
    ],
)
def test_files(tmp_path: Path, name: str, content: str, alleles: str) -> None:
    """What people write by hand and what typing tools leave."""
    path = tmp_path / name
    path.write_bytes(content.encode())

    assert [str(allele) for allele in read_hla(str(path)).alleles] == [f"HLA-{one}" for one in alleles.split()]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """Its ending says that a file was meant, not an allele."""
    with pytest.raises(InputError, match=r"hla\.txt: there is no such file"):
        read_hla(str(tmp_path / "hla.txt"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("hla.txt", "", "gives no class I allele to predict for"),
        ("hla.txt", "# nothing\n", "gives no class I allele to predict for"),
        ("hla.txt", "DRB1*15:01\n", r"gives no class I allele .*class II"),
        ("hla.txt", "A*02:01\nA2\n", r"hla\.txt: 'A2' is a serotype"),
        ("result.tsv", OPTITYPE.splitlines()[0] + "\n", "gives no class I allele"),  # OptiType found no solution
        ("hla.json", '{"A": ["A*02:01"', "not valid JSON"),
        ("hla.json", '{"A": "A*02:01", "B": ["B*07:02"]}', "no list of allele names"),  # A must not vanish
        ("hla.json", '{"hla": {"alleles": [1, 2]}}', "no list of allele names"),
        ("hla.json", '{"A": [{"name": "A*02:01"}]}', "no list of allele names"),
        ("hla.json", "{}", "gives no class I allele"),
        ("hla.json", '{"hla": {}}', "gives no class I allele"),
    ],
)
def test_an_unusable_file_is_an_error_that_names_it(tmp_path: Path, name: str, content: str, message: str) -> None:
    """Nothing is skipped in silence."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    with pytest.raises(HlaError, match=message) as raised:
        read_hla(str(path))
    assert str(path) in str(raised.value)
