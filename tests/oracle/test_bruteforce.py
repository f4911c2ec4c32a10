"""The oracle itself, on one gene small enough to read.

::

    0123456789 012345678901234 56789012345678901234567890 1234567890123456
               |exon 1        |intron                    |exon 2
    TTTTTTTTTT ATGGCTGAAAAGTGG GTAAGTCCCCCCCCCCCCTTTTTCAG CATGATTTCTAAGGTTAATT
               M  A  E  K  W                              H  D  F  *  G  *

Exon 1 is [10, 25), the intron [25, 51), exon 2 [51, 71); the stop codon TAA lies at [60, 63), a second one, in the same
frame, at [66, 69).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.oracle.bruteforce import (
    Edit,
    Model,
    is_sound,
    judge,
    kmers,
    normal_protein,
    placements,
    read_gtf,
    reverse_complement,
    trim,
)

if TYPE_CHECKING:
    from pathlib import Path

EXON1 = "ATGGCTGAAAAGTGG"
INTRON = "GTAAGTCCCCCCCCCCCCTTTTTCAG"
EXON2 = "CATGATTTCTAAGGTTAATT"
GENE = "T" * 10 + EXON1 + INTRON + EXON2 + "T" * 10
MODEL = Model("t", "g", "chr1", "+", ((10, 25), (51, 71)), ((10, 25), (51, 60)))
NORMAL = "MAEKWHDF"


def mutate(*edits: tuple[int, str, str], model: Model = MODEL, gene: str = GENE) -> list[str]:
    """Give the possible mutant proteins, or reasons in brackets; positions are 0-based here, to match the drawing."""
    haplotype = [Edit("chr1", start + 1, ref, alt) for start, ref, alt in edits]
    return [f"({one.reason})" if one.reason else one.mutant for one in judge(model, gene, haplotype)]


def test_the_gene_reads_as_drawn() -> None:
    """ATG GCT GAA AAG TGG | CAT GAT TTC TAA: M A E K W H D F, stop."""
    assert (GENE[10:25], GENE[25:51], GENE[51:71]) == (EXON1, INTRON, EXON2)
    assert normal_protein(MODEL, GENE) == NORMAL
    assert is_sound(MODEL, GENE)


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([(16, "G", "A")], "MAKKWHDF"),  # GAA → AAA
        ([(18, "A", "G")], NORMAL),  # GAA → GAG, silent
        ([(16, "G", "T")], "MA"),  # GAA → TAA
        ([(61, "A", "C")], "MAEKWHDFSG"),  # TAA → TCA, then GGT TAA
        ([(62, "A", "G")], NORMAL),  # TAA → TAG
        ([(61, "AA", "GG")], "MAEKWHDFWG"),  # TAA → TGG
        ([(15, "TG", "T")], "MAKSGMISKVN"),  # ATG GCT AAA AGT GG|C ATG ATT TCT AAG GTT AAT T
        ([(15, "T", "TG"), (52, "AT", "A")], "MAGKVADF"),  # ATG GCT GGA AAA GTG G|CA GAT TTC TAA
    ],
)
def test_edits_of_the_coding_sequence(edits: list[tuple[int, str, str]], expected: str) -> None:
    """Each derivation stands beside its case."""
    assert mutate(*edits)[0] == expected


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([(10, "A", "C")], ["(start_lost)"]),
        ([(9, "TATG", "T")], ["(start_lost)"]),  # the ATG goes; left is GCT, right is TTT… nothing reads ATG
        ([(9, "T", "TC")], [NORMAL]),  # before the start codon, outside the transcript
        ([(24, "G", "GC")], ["(splice_unmodelled)"]),  # C between exon and intron, not movable
        ([(25, "G", "A")], ["(splice_unmodelled)"]),  # donor +1
        ([(50, "G", "A")], ["(splice_unmodelled)"]),  # acceptor −1
        ([(27, "A", "C")], [NORMAL]),  # donor +3
        ([(24, "GG", "CC")], ["(splice_unmodelled)"]),  # both sides of the edge are replaced
        ([(15, "TG", "T"), (15, "TGA", "T")], ["(conflict)"]),
        ([(16, "C", "A")], ["(refused)"]),  # the base is G
    ],
)
def test_what_gives_no_protein_or_the_normal_one(edits: list[tuple[int, str, str]], expected: list[str]) -> None:
    """Lost starts, splice sites, conflicts and wrong references have their reasons; intronic variants do nothing."""
    assert mutate(*edits) == expected


def test_what_lies_over_the_transcript_s_own_5_prime_end_splices_nothing() -> None:
    """TT before the ATG as 5′ UTR: what goes over its begin at 8 is not read; what takes the ATG, too, is refused."""
    model = Model("t", "g", "chr1", "+", ((8, 25), (51, 71)), ((10, 25), (51, 60)))
    assert mutate((7, GENE[7:9], "CCA"), model=model) == [NORMAL]
    assert mutate((7, GENE[7:11], "CCACC"), model=model) == ["(splice_unmodelled)"]


def test_a_deletion_over_an_edge_joins_what_is_left() -> None:
    """TGG|GT loses GGT of [23, 26): …AAG T|CA TGA: M A E K S, stop."""
    assert mutate((22, "TGGG", "T"))[0] == "MAEKS"


def test_a_whole_intron_changes_nothing_as_written() -> None:
    """The exons are next to each other then; written one base to the left it takes an exon base and leaves the G."""
    assert mutate((24, "G" + INTRON, "G"))[0] == NORMAL


def test_a_whole_exon() -> None:
    """Without exon 2, and with the bases around it, ATG GCT GAA AAG TGG is read to its end."""
    assert mutate((45, GENE[45:75], GENE[45]))[0] == "MAEKW"


def test_cancelling_frameshifts_in_either_order() -> None:
    """The order of the calls is no part of the haplotype."""
    one, other = (15, "T", "TG"), (52, "AT", "A")

    assert mutate(one, other) == mutate(other, one) == ["MAGKVADF"]


def test_the_start_codon_is_found_from_either_side() -> None:
    """ATATGGCT… with the start at 2: AT or AT's twin may go, and ATG GCT is what remains."""
    gene = "CCATATGGCTGAAAAGTGGTAACC"
    model = Model("t", "g", "chr1", "+", ((2, 24),), ((4, 19),))

    assert mutate((1, "CAT", "C"), model=model, gene=gene) == ["MAEKW"]
    assert mutate((3, "TAT", "T"), model=model, gene=gene) == ["MAEKW"]


def test_an_incomplete_start_leads_with_x() -> None:
    """GC|T GAA AAG …: frame 2 skips GC; a base more in them puts the reading one base back: C|TGA stops."""
    model = replace(
        MODEL, exons=((13, 25), (51, 71)), cds=((13, 25), (51, 60)), frame=0, tags=frozenset({"cds_start_NF"})
    )
    headless = replace(model, exons=((14, 25), (51, 71)), cds=((14, 25), (51, 60)), frame=2)

    assert normal_protein(model, GENE) == "AEKWHDF"
    assert normal_protein(headless, GENE) == "XEKWHDF"
    # C[A]T GAA AAG TGG CAT GAT TTC TAA: CA is skipped, TGA stops
    assert mutate((14, "C", "CA"), model=headless) == ["X"]


def test_other_starts_codes_and_u() -> None:
    """CTG begins with M; in mitochondria TGA is W and ATA is M; a TGA noted as selenocysteine is U."""
    gene = "CTGTGAATATAA"
    model = Model("t", "g", "chr1", "+", ((0, 12),), ((0, 9),))

    assert normal_protein(replace(model, contig="chrM"), gene) == "MWM"
    assert normal_protein(replace(model, selenocysteines=(3,)), gene) == "MUI"
    assert mutate((4, "G", "C"), model=replace(model, selenocysteines=(3,)), gene=gene) == ["MSI"]
    assert kmers("MUI", [1]) == {"M", "I"}


def test_the_minus_strand_reads_the_same() -> None:
    """Turned around, [a, b) becomes [n − b, n − a), and GAA → AAA is TTC → TTT at n − 1 − 16."""
    n = len(GENE)
    model = replace(
        MODEL, strand="-", exons=((n - 71, n - 51), (n - 25, n - 10)), cds=((n - 60, n - 51), (n - 25, n - 10))
    )

    assert normal_protein(model, reverse_complement(GENE)) == NORMAL
    assert mutate((n - 1 - 16, "C", "T"), model=model, gene=reverse_complement(GENE)) == ["MAKKWHDF"]


def test_a_germline_call_is_on_both_sides() -> None:
    """A → V in both proteins: only the window with K differs, and it holds V."""
    edits = [Edit("chr1", 15, "C", "T", germline=True), Edit("chr1", 17, "G", "A")]
    (verdict,) = judge(MODEL, GENE, edits)

    assert (verdict.normal, verdict.mutant) == ("MVEKWHDF", "MVKKWHDF")
    assert verdict.peptides([8]) == {"MVKKWHDF"}
    assert judge(MODEL, GENE, edits[:1])[0].peptides([8]) == frozenset()


def test_equivalent_places_of_an_indel() -> None:
    """One of GAAAAG's four A can be deleted at four places; trimming finds the first."""
    patch = trim(GENE, Edit("chr1", 17, "GA", "G"))

    assert patch.start == 17
    assert sorted(way.start for way in placements(GENE, patch)) == [18, 19, 20]


def test_gtf(tmp_path: Path) -> None:
    """The second coding exon of a minus-strand transcript is its first on the genome; its frame isn't the first's."""
    common = 'gene_id "g"; transcript_id "t"; gene_name "G";'
    rows = [
        f'chr1\tx\ttranscript\t11\t60\t.\t-\t.\t{common} tag "cds_start_NF"; tag "basic";',
        f"chr1\tx\texon\t41\t60\t.\t-\t.\t{common}",
        f"chr1\tx\tCDS\t41\t60\t.\t-\t2\t{common}",
        f"chr1\tx\texon\t11\t30\t.\t-\t.\t{common}",
        f"chr1\tx\tCDS\t14\t30\t.\t-\t0\t{common}",
        f"chr1\tx\tstop_codon\t11\t13\t.\t-\t0\t{common}",
    ]
    path = tmp_path / "models.gtf"
    path.write_text("\n".join(rows) + "\n")

    (model,) = read_gtf(path, {"chr1": "1"})

    assert model == Model(
        "t", "G", "1", "-", ((10, 30), (40, 60)), ((13, 30), (40, 60)), 2, frozenset({"cds_start_NF"})
    )
