from __future__ import annotations

import pytest

from neosieve.model.genome import Interval
from neosieve.model.ledger import Outcome

from .helpers import call, change_of, peptides, reasons, told

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
"""Residues 1–40; 12 and 13 are G, 6 is L, 22 is Q."""
HIT = call()


@pytest.mark.parametrize(
    ("normal", "terms", "at", "residues", "codons", "mutant"),
    [
        pytest.param(
            KRAS, "missense_variant", "12", "G/D", "gGt/gAt",
            "MTEYKLVVVGADGVGKSALTIQLIQNHFVDEYDPTIEDSY",
            id="missense: residue 12 alone",
        ),
        pytest.param(
            KRAS, "missense_variant", "12-13/40", "GG/DV", "gGTGGc/gACGTc",
            "MTEYKLVVVGADVVGKSALTIQLIQNHFVDEYDPTIEDSY",
            id="MNV over two codons: residues 12 and 13",
        ),
        pytest.param(
            KRAS, "inframe_insertion", "12-13", "-/L", "-/CTG",
            "MTEYKLVVVGAGLGVGKSALTIQLIQNHFVDEYDPTIEDSY",
            id="insertion between 12 and 13: both stay",
        ),
        pytest.param(
            KRAS, "inframe_insertion", "6", "L/LLL", "ctg/ctGCTGCTg",
            "MTEYKLLLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY",
            id="insertion inside the codon of L6: two more L",
        ),
        pytest.param(
            "MKTVIFEAQR", "inframe_deletion", "4-7", "VIFE/E", "gTCATCTTTGaa/gaa",
            "MKTEAQR",
            id="deletion of V4, I5, F6; E7 stays",
        ),
        pytest.param(
            "MKQAPANVAWY", "inframe_deletion", "3-9", "QAPANVA/-", "CAGGCTCCTGCTAATGTTGCT/-",
            "MKWY",
            id="deletion of seven whole codons",
        ),
        pytest.param(
            "MAKKKKKWY", "inframe_deletion", "4", "K/-", "AAA/-",
            "MAKKKKWY",
            id="deletion in a run: one K less, whichever it was",
        ),
        pytest.param(
            KRAS, "stop_gained", "22", "Q/*", "Cag/Tag",
            "MTEYKLVVVGAGGVGKSALTI",
            id="stop at residue 22: 21 remain",
        ),
        pytest.param(
            KRAS, "stop_gained&inframe_insertion", "12-13", "-/*", "-/TAG",
            "MTEYKLVVVGAG",
            id="stop inserted behind residue 12",
        ),
        pytest.param(
            KRAS, "stop_gained&inframe_insertion", "22", "Q/L*", "cag/cTGTAg",
            "MTEYKLVVVGAGGVGKSALTIL",
            id="one new residue, then a stop",
        ),
        pytest.param(
            KRAS, "stop_gained&protein_altering_variant", "22-23", "QL/*V", "CAgcTt/TAggTt",
            "MTEYKLVVVGAGGVGKSALTI",
            id="what follows a new stop in the same variant is not translated",
        ),
        pytest.param(
            "MAAUAAKW", "missense_variant", "4", "U/C", "tgA/tgC",
            "MAACAAKW",
            id="selenocysteine, as annotated, exchanged",
        ),
        pytest.param(
            "XKLMNPQW", "missense_variant", "4", "M/V", "Atg/Gtg",
            "XKLVNPQW",
            id="cds_start_NF: the leading X is a residue of VEP's count",
        ),
        pytest.param(
            "MAAAKW", "inframe_insertion&stop_retained_variant", "7", "*/Q*", "taa/CAAtaa",
            "MAAAKWQ",
            id="insertion before the stop codon that keeps it",
        ),
        pytest.param(
            "MAAAKW", "stop_lost", "7", "*/R", "Tga/Cga",
            "MAAAKWRX",
            id="stop lost: the first residue beyond is known, the rest not",
        ),
        pytest.param(
            "MAAAKW", "stop_lost&inframe_deletion", "6-7", "W*/C", "tGGTGA/tGC",
            "MAAAKCX",
            id="five bases of W and the stop for two: C, and on",
        ),
    ],
)  # fmt: skip
def test_the_mutant_protein_of_one_call(
    normal: str, terms: str, at: str, residues: str, codons: str, mutant: str
) -> None:
    """One annotated change gives exactly this protein, and leaves the normal one alone."""
    change = change_of((HIT, told(normal, terms, at, residues, codons)))
    assert (change.normal, change.mutant) == (normal, mutant)
    assert [edit.calls for edit in change.edits] == [(HIT,)]


def test_the_first_changed_residue_is_not_always_the_affected_codons() -> None:
    """GGT|GGC → GGA|AGC is G12=, G13S: the edit is residue 13 alone (0-based 12)."""
    change = change_of((HIT, told(KRAS, "missense_variant", "12-13", "GG/GS", "ggTGgc/ggAAgc")))
    (edit,) = change.edits
    assert (edit.normal, edit.mutant, edit.aligned) == (Interval(12, 13), Interval(12, 13), True)


def test_an_insertion_is_not_aligned_and_lies_behind_what_it_repeats() -> None:
    """L/LLL at residue 6: L6 stays, two residues come behind it, at the point 6 (0-based)."""
    (edit,) = change_of((HIT, told(KRAS, "inframe_insertion", "6", "L/LLL"))).edits
    assert (edit.normal, edit.mutant, edit.aligned) == (Interval(6, 6), Interval(6, 8), False)


def test_a_deletion_is_a_point_in_the_mutant_protein() -> None:
    """VIFE/E at 4–7: E7 stays, so residues 3–5 (0-based) go and the mutant has a joint at 3."""
    (edit,) = change_of((HIT, told("MKTVIFEAQR", "inframe_deletion", "4-7", "VIFE/E"))).edits
    assert (edit.normal, edit.mutant, edit.aligned) == (Interval(3, 6), Interval(3, 3), False)


def test_an_exchange_of_as_many_residues_is_aligned() -> None:
    """GG/DV exchanges two residues for two: positions stand for each other."""
    (edit,) = change_of((HIT, told(KRAS, "missense_variant", "12-13", "GG/DV"))).edits
    assert (edit.normal, edit.aligned) == (Interval(11, 13), True)


FRAMED = "MAAAKKKKWPWPWP"


@pytest.mark.parametrize(
    ("at", "residues", "shifted", "first"),
    [
        pytest.param("5", "K/X", "MAAARST", 4, id="new from the affected codon on"),
        pytest.param("5", "K/X", "MAAAKKKRST", 7, id="the new frame reads K, too: residue 8 is the first to differ"),
        pytest.param("4-5", "-/X", "MAAAHKKKKGLA", 4, id="an insertion of four bases adds H and then shifts: A4 stays"),
        pytest.param("4-5", "-/LX", "MAAALNKKG", 4, id="as VEP writes a long insertion"),
    ],
)  # fmt: skip
def test_a_frameshift_takes_the_annotated_protein(at: str, residues: str, shifted: str, first: int) -> None:
    """With FrameshiftSequence the mutant protein is that; its edit begins at the first residue that differs."""
    change = change_of((HIT, told(FRAMED, "frameshift_variant", at, residues, FrameshiftSequence=shifted)))
    (edit,) = change.edits
    assert change.mutant == shifted
    assert (edit.normal, edit.mutant) == (Interval(first, 14), Interval(first, len(shifted)))
    assert not edit.aligned


@pytest.mark.parametrize("shifted", ["MAAA", "MAAAKK"])
def test_a_frameshift_that_stops_before_anything_new_makes_nothing(shifted: str) -> None:
    """An immediate stop, or a tail that the old protein begins with: a shorter protein, no new peptide."""
    pair = (HIT, told(FRAMED, "frameshift_variant", "5", "K/X", FrameshiftSequence=shifted))
    assert change_of(pair).mutant == shifted
    assert not peptides([pair], range(3, 7))
    assert not reasons(pair)


def test_a_frameshift_into_the_utr_may_be_longer_than_the_normal_protein() -> None:
    """K14fs in a protein of 14 residues, with five new ones: all five are there."""
    pair = (HIT, told(FRAMED, "frameshift_variant", "14", "P/X", FrameshiftSequence="MAAAKKKKWPWPWRSTVY"))
    assert change_of(pair).mutant == "MAAAKKKKWPWPWRSTVY"
    # of length 8: windows that hold residue 14 (0-based 13) or later: starts 6 … 10
    assert len(peptides([pair])) == 5


@pytest.mark.parametrize(
    ("residues", "hgvs", "mutant"),
    [
        pytest.param("K/X", "ENSP1.1:p.Lys5ArgfsTer9", "MAAARX", id="HGVSp tells the first new residue"),
        pytest.param("K/X", "p.(Trp9Cysfs*4)", "MAAAKKKKCX", id="HGVSp: the first that differs is residue 9"),
        pytest.param("K/RSX", "", "MAAARSX", id="the residues told before X are certain"),
        pytest.param("K/RSX", "p.Lys5ArgfsTer9", "MAAARSX", id="both agree, the longer tells more"),
        pytest.param("K/R*", "", "MAAAR", id="a stop among the residues told ends it: all is known"),
        pytest.param("K/*", "p.Lys5Ter", "MAAA", id="an immediate stop without a sequence"),
    ],
)  # fmt: skip
def test_a_frameshift_without_its_sequence_yields_only_what_is_certain(residues: str, hgvs: str, mutant: str) -> None:
    """No FrameshiftSequence (pVACtools#1464): Amino_acids and HGVSp tell the first new residues; X is what follows."""
    change = change_of((HIT, told(FRAMED, "frameshift_variant&splice_region_variant", "5", residues, HGVSp=hgvs)))
    assert change.mutant == mutant
    assert ("only the first new residues" in " ".join(change.remarks)) == mutant.endswith("X")


@pytest.mark.parametrize(
    ("residues", "hgvs"),
    [
        pytest.param("K/X", "", id="nothing told"),
        pytest.param("K/X", "p.Trp5CysfsTer9", id="HGVSp speaks of another protein: residue 5 is K"),
        pytest.param("K/X", "p.Lys5fs", id="HGVSp without the new residue"),
        pytest.param("K/LX", "p.Lys5ArgfsTer9", id="Amino_acids and HGVSp contradict each other"),
    ],
)
def test_a_frameshift_of_which_nothing_new_is_told_needs_the_sequence(residues: str, hgvs: str) -> None:
    """What the annotation doesn't tell is not guessed."""
    pair = (HIT, told(FRAMED, "frameshift_variant", "5", residues, HGVSp=hgvs))
    assert not peptides([pair], [3])
    assert reasons(pair) == [("chr1:100:A>G", Outcome.SEQUENCE_NEEDED)]


@pytest.mark.parametrize(
    ("normal", "terms", "at", "residues", "csq", "outcome"),
    [
        pytest.param(KRAS, "start_lost", "1", "M/V", {}, Outcome.START_LOST_UNMODELLED, id="start lost"),
        pytest.param(
            KRAS, "frameshift_variant&start_lost", "1", "M/X", {"FrameshiftSequence": "CDE"},
            Outcome.START_LOST_UNMODELLED, id="start lost by a frameshift: M is never put back",
        ),
        pytest.param(
            KRAS, "splice_donor_variant&coding_sequence_variant", "12-?", "", {},
            Outcome.SPLICE_UNMODELLED, id="splice donor, partly coding",
        ),
        pytest.param(KRAS, "splice_acceptor_variant", "", "", {}, Outcome.SPLICE_UNMODELLED, id="splice acceptor"),
        pytest.param(
            KRAS, "splice_donor_variant&missense_variant", "12", "G/D", {},
            Outcome.SPLICE_UNMODELLED, id="a splice site outweighs the residue told",
        ),
        pytest.param(
            KRAS, "coding_sequence_variant", "", "", {}, Outcome.SEQUENCE_NEEDED, id="coding, no residues told"
        ),
        pytest.param(
            KRAS, "coding_sequence_variant&3_prime_UTR_variant", "39-?", "", {},
            Outcome.SEQUENCE_NEEDED, id="across the end of the CDS: not silent",
        ),
        pytest.param(
            KRAS, "stop_lost&3_prime_UTR_variant", "39-?", "", {},
            Outcome.SEQUENCE_NEEDED, id="stop lost without residues, as chr11:4999924 of HCC1395",
        ),
        pytest.param(KRAS, "missense_variant", "12", "A/D", {}, Outcome.ANNOTATION_MISMATCH, id="residue 12 is G"),
        pytest.param(KRAS, "missense_variant", "41", "G/D", {}, Outcome.ANNOTATION_MISMATCH, id="beyond the end"),
        pytest.param(KRAS, "stop_lost", "40", "*/R", {}, Outcome.ANNOTATION_MISMATCH, id="the stop is residue 41"),
        pytest.param(KRAS, "inframe_insertion", "60-61", "-/L", {}, Outcome.ANNOTATION_MISMATCH, id="insert beyond"),
        pytest.param(
            KRAS, "frameshift_variant", "12", "G/X", {"FrameshiftSequence": "MTEAAA"},
            Outcome.ANNOTATION_MISMATCH, id="the frameshift protein differs before the variant",
        ),
        pytest.param(
            "MAA*AAKW", "missense_variant", "2", "A/V", {}, Outcome.ANNOTATION_MISMATCH, id="a stop in the wild type"
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_known_is_refused_with_its_reason(
    normal: str, terms: str, at: str, residues: str, csq: dict[str, str], outcome: Outcome
) -> None:
    """No peptide of any length, and exactly one reason."""
    pair = (HIT, told(normal, terms, at, residues, **csq))
    assert not peptides([pair], range(1, 12))
    assert reasons(pair) == [("chr1:100:A>G", outcome)]


def test_a_mismatch_says_what_was_expected_where_and_what_is_there() -> None:
    """The reason names residue, annotation and protein."""
    from neosieve.biology.effects import protein_changes  # noqa: PLC0415
    from neosieve.model.protein import Unresolved  # noqa: PLC0415

    (one,) = protein_changes([(HIT, told(KRAS, "missense_variant", "12", "A/D"))])
    assert isinstance(one, Unresolved)
    assert all(word in one.detail for word in ("A", "residue 12", "40 residues", "G"))


@pytest.mark.parametrize(
    ("terms", "at", "residues", "codons"),
    [
        ("synonymous_variant", "12", "G", "ggT/ggC"),
        ("stop_retained_variant", "41", "*", "taA/taG"),
        ("3_prime_UTR_variant", "", "", ""),
    ],
)
def test_a_silent_call_changes_nothing(terms: str, at: str, residues: str, codons: str) -> None:
    """No protein change, no reason: there is nothing to explain."""
    pair = (HIT, told(KRAS, terms, at, residues, codons))
    assert not peptides([pair], range(1, 12))
    assert not reasons(pair)
