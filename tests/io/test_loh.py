from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.loh import read_hla_loss
from neosieve.model.mhc import Allele

if TYPE_CHECKING:
    from pathlib import Path

    from neosieve.model.evidence import HlaLossTable

LOHHLA_HEADER = (
    "region\tHLA_A_type1\tHLA_A_type2\tHLA_type1copyNum_withBAFBin\tHLA_type1copyNum_withBAFBin_lower\t"
    "HLA_type2copyNum_withBAFBin\tHLA_type2copyNum_withBAFBin_lower\tPVal\tPVal_unique\tLossAllele\tKeptAllele\t"
    "numMisMatchSitesCov\n"
)
"""The columns that count, of the many that LOHHLA writes."""
SPECHLA = (
    "Sample\tHLA\tAllele1\tAllele2\tcopyratio\tKeptHLA\tLossHLA\tFreq1\tFreq2\tPurity\tHet_num\tLOH\n"
    "T1\tA\tA*01:01:01:01\tA*24:02:01:01\t2:0\tA*01:01:01:01\tA*24:02:01:01\t0.9\t0.1\t0.8\t60\tY\n"
    "T1\tB\tB*07:02:01\tB*44:02:01\t1:2\tB*44:02:01\tB*07:02:01\t0.4\t0.6\t0.8\t55\tY\n"
    "T1\tC\tC*05:01:01\tC*07:02:01\t1:1\tC*05:01:01\tC*07:02:01\t0.5\t0.5\t0.8\t40\tN\n"
    "T1\tDRB1\tDRB1*15:01:01\tDRB1*03:01:01\t2:0\tDRB1*15:01:01\tDRB1*03:01:01\t0.9\t0.1\t0.8\t40\tY\n"
)


def lohhla(*rows: tuple[str, str, str, float | str, float | str, float | str, str]) -> str:
    """Write LOHHLA rows: region, alleles 1 and 2, their copies, PVal_unique, LossAllele."""
    return LOHHLA_HEADER + "".join(
        f"{region}\t{one}\t{other}\t{copies}\t0\t{copies2}\t0\t0.5\t{p}\t{loss}\t{one if loss == other else other}\t9\n"
        for region, one, other, copies, copies2, p, loss in rows
    )


def losses(tmp_path: Path, content: str) -> HlaLossTable:
    """Read a table of this content."""
    path = tmp_path / "loh.txt"
    path.write_text(content, encoding="utf-8")
    return read_hla_loss(path)


def told(table: HlaLossTable) -> dict[str, tuple[bool | None, float | None]]:
    """(lost, fraction) of each allele."""
    return {allele.name: (loss.lost, loss.fraction) for allele, loss in table.losses.items()}


A1, A24 = "hla_a_01_01_01_01", "hla_a_24_02_01_01"


@pytest.mark.parametrize(
    ("copies", "p", "lost"),
    [
        # the values of LOHHLA's own example: 1.44 and 0.12 copies, P = 8.7e-26
        pytest.param((1.43642422339011, 0.12196195366722), 8.74547646031458e-26, (False, True), id="a loss"),
        pytest.param((1.4, 0.12), 0.01, (False, False), id="P must be below 0.01"),
        pytest.param((1.4, 0.5), 1e-9, (False, False), id="imbalance with half a copy left is none"),
        pytest.param((1.4, "NA"), 1e-9, (False, None), id="no copy number (no purity was given)"),
        pytest.param((1.4, 0.1), "NA", (None, None), id="no P value"),
        pytest.param((0.3, 0.1), 1e-9, (None, True), id="both low: the one with more reads is not surely lost"),
        pytest.param((1.4, -0.1), 1e-9, (False, True), id="fitted copies may be negative"),
    ],
)
def test_lohhla_by_its_own_rule(
    tmp_path: Path, copies: tuple[float | str, float | str], p: float | str, lost: tuple[bool | None, bool | None]
) -> None:
    """PVal_unique < 0.01 and fewer than 0.5 copies of the allele with fewer reads."""
    table = losses(tmp_path, lohhla(("T1", A1, A24, *copies, p, A24)))

    assert table.tool == "LOHHLA"
    assert "McGranahan 2017" in table.rule
    assert told(table) == {"HLA-A*01:01": (lost[0], None), "HLA-A*24:02": (lost[1], None)}


def test_lohhla_passes_over_homozygous_loci_and_null_alleles(tmp_path: Path) -> None:
    """Neither can be lost in a way that changes what is presented."""
    table = losses(
        tmp_path,
        lohhla(
            ("T1", "hla_b_07_02_01", "hla_b_07_02_01", "NA", "NA", "NA", "hla_b_07_02_01"),
            ("T1", A1, "hla_a_24_09n", 1.5, 0.1, 1e-9, "hla_a_24_09n"),
        ),
    )

    assert told(table) == {"HLA-A*01:01": (False, None)}


def test_alleles_of_one_protein_are_lost_only_together(tmp_path: Path) -> None:
    """A*24:02:01 is gone, A*24:02:05 makes the same protein."""
    table = losses(tmp_path, lohhla(("T1", "hla_a_24_02_01", "hla_a_24_02_05", 0.1, 1.5, 1e-9, "hla_a_24_02_01")))

    assert told(table) == {"HLA-A*24:02": (False, None)}


def test_loss_in_some_regions_is_a_fraction(tmp_path: Path) -> None:
    """Lost in R1 and R2, not in R3, not assessed in R4: two of three."""
    table = losses(
        tmp_path,
        lohhla(
            ("R1", A1, A24, 1.4, 0.1, 1e-9, A24),
            ("R2", A1, A24, 1.4, 0.2, 1e-9, A24),
            ("R3", A1, A24, 1.1, 0.9, 0.4, A24),
            ("R4", A1, A24, "NA", "NA", 1e-9, A24),
        ),
    )
    loss = table.losses[Allele("HLA-A*24:02")]

    assert loss.lost is True
    assert loss.fraction == pytest.approx(2 / 3)
    assert loss.lost_share == pytest.approx(2 / 3)
    assert loss.words == "lost in 2 of 3 regions: 0.1 copies, P = 1e-09 (LOHHLA)"
    assert table.losses[Allele("HLA-A*01:01")].lost is False
    assert table.remarks == ("4 tumour regions",)


def test_spechla_calls_imbalance_too(tmp_path: Path) -> None:
    """Its LOH is Y wherever the copies differ; only an allele without copies is lost. Class II is passed over."""
    table = losses(tmp_path, SPECHLA)

    assert table.tool == "SpecHLA"
    assert told(table) == {
        "HLA-A*01:01": (False, None),
        "HLA-A*24:02": (True, None),
        "HLA-B*07:02": (False, None),
        "HLA-B*44:02": (False, None),
        "HLA-C*05:01": (False, None),
        "HLA-C*07:02": (False, None),
    }


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("2:0\tA*01:01\tA*02:01\t0.9\t0.1\t0.8\t3\tN", id="too few heterozygous sites"),
        pytest.param("2:0\tA*01:01\thomogeneous\t1\t0\t0.8\t0\tN", id="homozygous"),
    ],
)
def test_spechla_without_enough_sites_tells_nothing(tmp_path: Path, row: str) -> None:
    """Copies that differ, but LOH is N."""
    header = SPECHLA.splitlines()[0]
    table = losses(tmp_path, f"{header}\nT1\tA\tA*01:01\tA*02:01\t{row}\n")

    assert told(table) == {"HLA-A*01:01": (None, None), "HLA-A*02:01": (None, None)}


def test_a_plain_table(tmp_path: Path) -> None:
    """Any nomenclature; NA is not assessed; a fraction is the share that lost it."""
    table = losses(
        tmp_path,
        "allele,lost,fraction\nA0201,yes,\nHLA-B*07:02:01,no,\nCw*0702,NA,\nB*44:02,YES,0.25\nDRB1*15:01,yes,\n",
    )

    assert told(table) == {
        "HLA-A*02:01": (True, None),
        "HLA-B*07:02": (False, None),
        "HLA-B*44:02": (True, 0.25),
        "HLA-C*07:02": (None, None),
    }
    shares = {allele.name: loss.lost_share for allele, loss in table.losses.items()}
    assert shares == {"HLA-A*02:01": 1.0, "HLA-B*07:02": 0.0, "HLA-B*44:02": 0.25, "HLA-C*07:02": None}
    assert table.lost_share(Allele("HLA-B*44:02")) == 0.25
    assert table.lost_share(Allele("HLA-A*03:01")) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", r"not a table of lost HLA alleles that can be read \(its header: an empty file\); give LOHHLA's"),
        ("allele\tcn\nA*02:01\t1\n", r"give LOHHLA's .*SpecHLA's .*allele and lost"),
        ("allele\tlost\n", "names no class I allele"),
        ("allele\tlost\nDRB1*15:01\tyes\n", "names no class I allele"),
        ("allele\tlost\nA2\tyes\n", r"loh\.txt:2: 'A2' is a serotype"),
        ("allele\tlost\nA*02:01\tperhaps\n", r"loh\.txt:2: lost is 'perhaps'; write yes, no or NA"),
        ("allele\tlost\tfraction\nA*02:01\tyes\t25\n", r"loh\.txt:2: fraction is 25; give a share"),
        ("allele\tlost\tfraction\nA*02:01\tno\t0.5\n", r"loh\.txt:2 says that the allele isn't lost, and"),
        ("allele\tlost\tfraction\nA*02:01\tyes\thalf\n", r"loh\.txt:2 can't be read \(fraction"),
        (SPECHLA.replace("2:0", "2"), r"loh\.txt:2 can't be read \(copyratio '2', LOH 'Y'\)"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(tmp_path: Path, content: str, words: str) -> None:
    """What is wrong, where, and what can be given."""
    with pytest.raises(InputError, match=words):
        losses(tmp_path, content)
