from __future__ import annotations

import pytest

from neosieve.biology.edits import read_edit
from neosieve.biology.effects import CUT_TAIL, IN_SHIFTED_FRAME, protein_changes
from neosieve.model.genome import Interval
from neosieve.model.ledger import Outcome
from neosieve.model.protein import Unresolved

from .helpers import Pair, call, change_of, peptides, reasons, told

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


def details(*pairs: Pair) -> dict[str, str]:
    """Say why each call gets no peptide."""
    return {str(one.calls[0].variant): one.detail for one in protein_changes(pairs) if isinstance(one, Unresolved)}


@pytest.mark.parametrize(
    ("normal", "terms", "at", "residues", "csq", "detail"),
    [
        pytest.param(
            KRAS, "missense_variant", "12", "A/D", {},
            "the annotation replaces A at residue 12, but its normal protein of 40 residues has G there",
            id="another residue",
        ),
        pytest.param(
            KRAS, "inframe_insertion", "60-61", "-/L", {},
            "the annotation replaces nothing at residue 61, but its normal protein of 40 residues has nothing there",
            id="an insertion beyond the end",
        ),
        pytest.param(
            "MA*A*KW", "missense_variant", "2", "A/V", {},
            "the annotated normal protein holds a stop at residue 3", id="two stops: the first is told",
        ),
        pytest.param(
            KRAS, "frameshift_variant", "12", "G/X", {"FrameshiftSequence": "MTEAAA"},
            "the annotated frameshift protein departs from the normal one at residue 4, before the variant's own "
            "residue 12", id="a frameshift protein of something else",
        ),
        pytest.param(
            KRAS, "start_lost", "1", "M/V", {},
            "the start codon is lost; where translation starts instead is unknown", id="start",
        ),
        pytest.param(
            KRAS, "splice_donor_variant", "", "", {},
            "a splice site is lost; how the transcript is spliced instead is unknown", id="splice site",
        ),
        pytest.param(
            KRAS, "transcript_ablation", "", "", {},
            "a splice site is lost; how the transcript is spliced instead is unknown", id="all of it is gone",
        ),
        pytest.param(
            KRAS, "coding_sequence_variant", "", "", {},
            "the annotation doesn't state the new residues; they need the transcript's sequence", id="nothing told",
        ),
        pytest.param(
            KRAS, "stop_lost", "", "", {},
            "the stop is lost, and the annotation doesn't state the new residues; they need the transcript's sequence",
            id="nothing but the stop's loss told",
        ),
        pytest.param(
            KRAS, "frameshift_variant", "12", "G/X", {},
            "a frameshift without FrameshiftSequence: its new residues need the transcript's sequence",
            id="a frameshift of unknown residues",
        ),
    ],
)  # fmt: skip
def test_the_reason_says_what_was_expected_where_and_what_is_there(
    normal: str, terms: str, at: str, residues: str, csq: dict[str, str], detail: str
) -> None:
    """The ledger shows these words: they name residues as HGVS counts them, from 1."""
    assert details((HIT, told(normal, terms, at, residues, **csq))) == {"chr1:100:A>G": detail}


A2V = (call("chr1:90:C>T"), told(FRAMED, "missense_variant", "2", "A/V", "gCt/gTt"))
UTR = (call("chr1:190:C>T"), told(FRAMED, "3_prime_UTR_variant"))


def test_a_frameshift_of_unknown_residues_leaves_what_lies_before_it_known() -> None:
    """A2V, then K5fs: MVAA is certain. Nobody knows whether the frame reads into the 3′ UTR, and so its variant."""
    frameshift = (HIT, told(FRAMED, "frameshift_variant", "5", "K/X"))
    change = change_of(A2V, frameshift, UTR)
    assert (change.normal, change.mutant) == (FRAMED, "MVAAX")
    assert peptides([A2V, frameshift, UTR], [3]) == {"MVA", "VAA"}
    assert reasons(A2V, frameshift, UTR) == [
        ("chr1:100:A>G", Outcome.SEQUENCE_NEEDED),
        ("chr1:190:C>T", Outcome.PHASE_UNRESOLVED),
    ]


def test_a_frameshift_at_an_unknown_place_leaves_nothing_known() -> None:
    """Neither residue nor sequence told: not even M1 and what is put in behind it are certain."""
    inserted = (call("chr1:80:C>CTTA"), told(FRAMED, "inframe_insertion", "1-2", "-/L", "-/TTA"))
    assert peptides([inserted], [2]) == {"ML", "LA"}
    nowhere = (HIT, told(FRAMED, "frameshift_variant"))
    assert not peptides([inserted, nowhere], range(1, 12))
    assert not peptides([A2V, nowhere], range(1, 12))
    assert {variant for variant, _ in reasons(inserted, nowhere)} == {"chr1:80:C>CTTA", "chr1:100:A>G"}


@pytest.mark.parametrize("terms", ["splice_donor_variant", "coding_sequence_variant", "start_lost"])
def test_an_unknown_protein_is_unknown_from_its_first_residue_to_its_stop(terms: str) -> None:
    """What is put in behind M1 or read instead of the stop is no more certain; a 3′ UTR variant stays silent."""
    unknown = (HIT, told(FRAMED, terms))
    inserted = (call("chr1:80:C>CTTA"), told(FRAMED, "inframe_insertion", "1-2", "-/L", "-/TTA"))
    lost = (call("chr1:180:T>C"), told(FRAMED, "stop_lost", "15", "*/R", "Tga/Cga"))
    for other in (inserted, lost):
        assert peptides([other], [2])
        assert not peptides([unknown, other], range(1, 12))
        assert len(reasons(unknown, other)) == 2
    assert [variant for variant, _ in reasons(unknown, UTR)] == ["chr1:100:A>G"]


def test_a_frameshift_protein_without_the_residue_is_taken_alone_only() -> None:
    """MAAARST tells all but where the variant lies: somewhere in residues 1–4, so a call in cis may be before it."""
    pair = (HIT, told(FRAMED, "frameshift_variant", FrameshiftSequence="MAAARST"))
    (edit,) = change_of(pair).edits
    assert (change_of(pair).mutant, edit.normal, edit.mutant) == ("MAAARST", Interval(4, 14), Interval(4, 7))
    assert change_of(pair).remarks == ()
    assert not peptides([A2V, pair], range(1, 12))
    assert details(A2V, pair) == {"chr1:90:C>T": IN_SHIFTED_FRAME[1], "chr1:100:A>G": CUT_TAIL}


def test_a_frameshift_stops_at_the_first_stop_told() -> None:
    """K5 becomes R, then a stop; what is told behind it is not translated."""
    assert change_of((HIT, told(FRAMED, "frameshift_variant", "5", "K/R*ST*"))).mutant == "MAAAR"


def test_a_lost_stop_is_remarked() -> None:
    """The first residue beyond is told, and a remark says that there are more; a plain exchange has no remark."""
    lost = change_of((HIT, told("MAAAKW", "stop_lost", "7", "*/R", "Tga/Cga")))
    assert lost.remarks == ("only the first residues beyond the lost stop are annotated; the rest needs the sequence",)
    assert change_of(A2V).remarks == ()


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


@pytest.mark.parametrize(
    ("name", "cds", "start"),
    [
        ("chr1:100:A>G", "35", 34),
        ("chr1:100:A>G", "", None),
        ("chr1:100:A>ATT", "29-30", 29),  # put in between bases 29 and 30: the first new one is number 30
        ("chr1:100:A>ATTT", "29-30", 29),
        ("chr1:100:ACC>A", "29-30", 28),  # these two are taken out
        ("chr1:100:AC>GT", "29-30", 28),
        ("chr1:100:A>GTT", "29", 28),  # one base exchanged for three
        ("chr1:100:A>ATT", "29-31", 28),
    ],
)
def test_where_an_edit_begins_in_the_cds(name: str, cds: str, start: int | None) -> None:
    """The first coding base changed, 0-based, of VEP's CDS_position; a frameshift's and any other's."""
    for terms, at, residues, more in (
        ("missense_variant", "10", "G/D", {}),
        ("frameshift_variant", "10", "G/X", {"FrameshiftSequence": KRAS[:9] + "RST"}),
    ):
        edit = read_edit(call(name), told(KRAS, terms, at, residues, cds=cds, **more))
        assert edit.fate is None
        assert edit.coding_start == start
