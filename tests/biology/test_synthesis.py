"""Difficulty of synthesis, by hand from Kyte and Doolittle's table."""

from __future__ import annotations

import pytest

from neosieve.biology.synthesis import HYDROPATHY, synthesis


def test_the_scale_is_kyte_and_doolittles() -> None:
    """Twenty residues, from arginine's −4.5 to isoleucine's 4.5; their sum is −9.8."""
    assert len(HYDROPATHY) == 20
    assert (min(HYDROPATHY.values()), HYDROPATHY["R"]) == (-4.5, -4.5)
    assert (max(HYDROPATHY.values()), HYDROPATHY["I"]) == (4.5, 4.5)
    assert sum(HYDROPATHY.values()) == pytest.approx(-9.8)


def test_an_easy_peptide_needs_no_words() -> None:
    """SYFPEITHI: SYFPEIT −0.8−1.3+2.8−1.6−3.5+4.5−0.7 = −0.6; YFPEITH −3.0; FPEITHI 2.8; over 7: −0.09, −0.43, 0.4."""
    easy = synthesis("SYFPEITHI")
    assert easy.max_gravy == pytest.approx(2.8 / 7)
    assert easy.c_terminal_gravy == pytest.approx(2.8 / 7)
    assert easy.words() == ()


def test_a_hydrophobic_stretch_before_a_polar_end() -> None:
    """ILVFIVL is 4.5+3.8+4.2+2.8+4.5+4.2+3.8 = 27.8, over 7 3.97; FIVLKKK is 15.3 − 11.7 = 3.6, over 7 0.51."""
    hard = synthesis("ILVFIVLKKK")
    assert hard.max_gravy == pytest.approx(27.8 / 7)
    assert hard.c_terminal_gravy == pytest.approx(3.6 / 7)
    assert hard.words() == ("hydrophobic stretch (7-mer GRAVY 3.97 > 2)",)


def test_a_hydrophobic_end() -> None:
    """KKKILVFIVL: both words."""
    assert [word.partition(" (")[0] for word in synthesis("KKKILVFIVL").words()] == [
        "hydrophobic stretch",
        "hydrophobic C-terminus",
    ]


def test_a_peptide_shorter_than_the_window_is_one_window() -> None:
    """IK: (4.5 − 3.9) / 2 = 0.3."""
    assert synthesis("IK").max_gravy == synthesis("IK").c_terminal_gravy == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("peptide", "words"),
    [
        ("SCTKCTKHS", ("2 cysteines",)),
        ("QSTKSTKHS", ("N-terminal Q",)),
        ("ESTKSTKHS", ("N-terminal E",)),
        ("NSTKSTKHS", ("N-terminal N",)),
        ("CSTKSTKHS", ("1 cysteine", "N-terminal C")),
        ("SSTKSTKHP", ("C-terminal P",)),
        ("SSTKSTKHC", ("1 cysteine", "C-terminal C")),
        ("SDPKDPKHS", ("2 acid-labile Asp-Pro bonds",)),
        ("SNPKPDKHS", ()),
        ("SNGKDGKGN", ("2 Asn-Gly or Asp-Gly sites",)),
        ("SMTKWTMHS", ("3 oxidation-prone Met or Trp",)),
        ("SEQNTKQEN", ()),
    ],
)
def test_each_rule(peptide: str, words: tuple[str, ...]) -> None:
    """Asn-Pro and Pro-Asp are no acid-labile bonds; Q, E and N inside, or at the C-terminus, are no difficulty."""
    assert synthesis(peptide).words() == words


@pytest.mark.parametrize("peptide", ["", "SYFPEXTHI", "SYFPEUTHI", "syf", "SYF*"])
def test_other_letters_are_refused(peptide: str) -> None:
    """Nothing is known of them."""
    with pytest.raises(ValueError, match="isn't a peptide of the twenty standard"):
        synthesis(peptide)
