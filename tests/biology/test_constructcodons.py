from __future__ import annotations

import math
import re

import pytest
from Bio import Restriction
from Bio.Seq import Seq
from hypothesis import given, settings
from hypothesis import strategies as st

from neosieve.biology.constructcodons import AVOIDED, HUMAN_CODONS, adaptation_index, code, sites_of

RESIDUES = "ACDEFGHIKLMNPQRSTVWY"
SITES = sites_of(AVOIDED)


def test_the_codon_counts_are_those_of_the_database() -> None:
    """Its own sums: 40,662,582 codons, GC 52.27 % in all, 55.72, 42.54 and 58.55 % at the three positions."""
    total = sum(HUMAN_CODONS.values())
    assert (len(HUMAN_CODONS), total) == (64, 40_662_582)
    shares = [sum(n for codon, n in HUMAN_CODONS.items() if codon[place] in "GC") / total for place in range(3)]
    assert [round(100 * share, 2) for share in shares] == [55.72, 42.54, 58.55]
    assert round(100 * sum(shares) / 3, 2) == 52.27


def test_left_alone_each_residue_gets_its_commonest_codon() -> None:
    """M ATG, L CTG (1,611,801 of them), K AAG, F TTC, stop TGA."""
    assert code("MLKF").dna == "ATGCTGAAGTTCTGA"
    assert code("MLKF").adaptation == pytest.approx(1.0)


def test_the_adaptation_index_is_a_geometric_mean_without_methionine_and_the_stop() -> None:
    """CTG and CTA: 1 and 290,751/1,611,801; the root of their product."""
    assert adaptation_index("ATGCTGCTATGA") == pytest.approx(math.sqrt(290_751 / 1_611_801))


def test_a_site_is_avoided_on_either_strand() -> None:
    """The commonest codons of E-T are GAG ACC, which is BsaI's GGTCTC read from the other strand."""
    assert code("ET").dna == "GAGACCTGA"
    assert not re.search("GAGACC|GGTCTC", code("ET", sites_of(["BsaI"])).dna)


def test_a_site_that_no_codons_avoid_is_an_error() -> None:
    """M-W is ATGTGG and nothing else."""
    with pytest.raises(ValueError, match=r"no choice of codons for MW at residue 2 avoids every site of HypI"):
        code("MW", [type(SITES[0])("HypI", "ATGTGG")])


@pytest.mark.parametrize("name", ["Nonsense", "", "ecori"])
def test_an_unknown_enzyme_is_an_error(name: str) -> None:
    """Names are spelled as REBASE does."""
    with pytest.raises(ValueError, match="no restriction enzyme"):
        sites_of([name])


@pytest.mark.parametrize("protein", ["", "MX", "M*K", "MK-"])
def test_only_proteins_are_coded(protein: str) -> None:
    """The twenty amino acids, at least one."""
    with pytest.raises(ValueError, match="isn't a protein"):
        code(protein)


def test_repeats_of_the_protein_are_coded_differently() -> None:
    """GPGPG five times: no 15 bases twice, so every unit is spelled in its own way."""
    coding = code("M" + "AEDLFQDAYY" * 4, SITES)
    stretches = [coding.dna[place : place + 15] for place in range(len(coding.dna) - 14)]
    assert len(set(stretches)) == len(stretches)
    assert coding.remarks == ()


def test_what_cannot_be_helped_is_told() -> None:
    """Twenty tryptophans are TGG and no more: ATG TGG … TGG TAA repeats itself every three bases from 3 to 64.

    Of the 48 stretches of 15 bases in these 62, the first three are new: 45, from base 6 on. (TGA would make it 46.)
    """
    assert code("M" + "W" * 20).remarks == ("45 stretches of 15 bases occur again, the first at base 6",)
    # thirty lysines can't be told apart by AAG alone (GC a third), and AAA lowers it below 30 %
    assert "GC share outside 30%–70%" in code("M" + "K" * 30).remarks[0]


@settings(max_examples=40)
@given(st.text(RESIDUES, min_size=1, max_size=80))
def test_codons_translate_back_and_hold_no_site_and_no_long_run(protein: str) -> None:
    """By Biopython's translation and its restriction analysis, which share no code with the search."""
    coding = code(protein, SITES)
    assert str(Seq(coding.dna).translate()) == f"{protein}*"  # type: ignore[no-untyped-call]
    batch = Restriction.RestrictionBatch(AVOIDED)  # type: ignore[attr-defined]
    found = Restriction.Analysis(batch, Seq(coding.dna), linear=True).full()  # type: ignore[attr-defined]
    assert set(map(str, found)) == set(AVOIDED)
    assert not any(found.values())
    assert not re.search(r"A{7}|C{7}|G{7}|T{7}", coding.dna)
    assert coding.rna == coding.dna.replace("T", "U")
    assert code(protein, SITES) == coding
