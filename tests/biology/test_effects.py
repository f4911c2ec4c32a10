"""Calls in cis on one transcript. The property tests against a toy gene are in ``test_toygene.py``."""

from __future__ import annotations

from itertools import permutations

import pytest

from neosieve.biology.edits import PARTIAL_EXTENSION
from neosieve.biology.effects import BEHIND_UNKNOWN, CUT_TAIL, protein_changes
from neosieve.biology.windows import neo_peptides
from neosieve.model.genome import Interval
from neosieve.model.ledger import Outcome
from neosieve.model.protein import ProteinChange, Unresolved

from .helpers import Pair, call, change_of, kmers, peptides, reasons, told
from .toygene import Change, ToyGene, to_stop

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
PHASE_UNRESOLVED = Outcome.PHASE_UNRESOLVED


def kras(position: int, terms: str, at: str, residues: str, codons: str, *, germline: bool = False) -> Pair:
    """Put a call at a genomic position beside what is told of KRAS; the position only orders calls."""
    return call(f"chr1:{position}:A>G", germline=germline), told(KRAS, terms, at, residues, codons)


def replaced(protein: str, **residues: str) -> str:
    """Exchange residues by 1-based position: ``replaced(KRAS, _12="D")``."""
    letters = list(protein)
    for name, letter in residues.items():
        letters[int(name[1:]) - 1] = letter
    return "".join(letters)


G12D = kras(135, "missense_variant", "12", "G/D", "gGt/gAt")
G12R = kras(134, "missense_variant", "12", "G/R", "Ggt/Cgt")
G12_SILENT = kras(136, "synonymous_variant", "12", "G", "ggT/ggC")
L6_SILENT_1 = kras(116, "synonymous_variant", "6", "L", "Ctg/Ttg")
L6_SILENT_3 = kras(118, "synonymous_variant", "6", "L", "ctG/ctT")
N26Y = kras(176, "missense_variant", "26", "N/Y", "Aac/Tac")
N26K = kras(178, "missense_variant", "26", "N/K", "aaC/aaA")
Q22_STOP = kras(164, "stop_gained", "22", "Q/*", "Caa/Taa")
Q22H = kras(166, "missense_variant", "22", "Q/H", "caA/caT")
E37V = kras(210, "missense_variant", "37", "E/V", "gAa/gTa")


@pytest.mark.parametrize(
    ("pairs", "mutant"),
    [
        pytest.param([G12D, N26Y], replaced(KRAS, _12="D", _26="Y"), id="two residues"),
        # GGT with both G>C at 1 and G>A at 2 is CAT: histidine, neither R nor D
        pytest.param([G12R, G12D], replaced(KRAS, _12="H"), id="two SNVs in one codon"),
        # GGT: GAC is aspartate still
        pytest.param([G12D, G12_SILENT], replaced(KRAS, _12="D"), id="a silent one that stays silent"),
        # CTG: TTG and CTT are both leucine, TTT is phenylalanine
        pytest.param([L6_SILENT_1, L6_SILENT_3], replaced(KRAS, _6="F"), id="two silent ones make F"),
        # AAC: TAC is Y, AAA is K, TAA stops
        pytest.param([N26Y, N26K], KRAS[:25], id="a stop that only both make"),
        # CAA: TAA stops, CAT is H, TAT is Y
        pytest.param([Q22_STOP, Q22H], replaced(KRAS, _22="Y"), id="a stop that the other takes back"),
        pytest.param([G12D, Q22_STOP, E37V], replaced(KRAS, _12="D")[:21], id="nothing is translated behind a stop"),
        # -/L behind residue 12, E37V is residue 38 of the mutant
        pytest.param(
            [kras(137, "inframe_insertion", "12-13", "-/L", "-/CTG"), E37V],
            KRAS[:12] + "L" + replaced(KRAS, _37="V")[12:],
            id="an insertion, then a missense",
        ),
        pytest.param(
            [kras(104, "inframe_deletion", "4-5", "YK/-", "TATAAA/-"), E37V],
            KRAS[:3] + replaced(KRAS, _37="V")[5:],
            id="a deletion, then a missense",
        ),
        # GGT|GGC → GAT|GTC told as an MNV, beside its own first SNV: the same bases, no conflict
        pytest.param(
            [kras(135, "missense_variant", "12-13", "GG/DV", "gGTGGc/gATGTc"), G12D],
            replaced(KRAS, _12="D", _13="V"),
            id="an MNV and one of its own SNVs",
        ),
        # GGT|GGC → GAT|GTC, with G>C at the first base of codon 13: GAT|CTC
        pytest.param(
            [
                kras(135, "missense_variant", "12-13", "GG/DV", "gGTGGc/gATGTc"),
                kras(137, "missense_variant", "13", "G/R", "Ggc/Cgc"),
            ],
            replaced(KRAS, _12="D", _13="L"),
            id="an MNV and an SNV in its second codon",
        ),
        # GGT: C at 1, A at 2, A at 3 is CAA
        pytest.param(
            [G12R, G12D, kras(136, "synonymous_variant", "12", "G", "ggT/ggA")],
            replaced(KRAS, _12="Q"),
            id="three SNVs in one codon",
        ),
        # TAC: GAC is D, TCC is S, GCC is A
        pytest.param(
            [
                kras(218, "missense_variant", "40", "Y/D", "Tac/Gac"),
                kras(219, "missense_variant", "40", "Y/S", "tAc/tCc"),
            ],
            replaced(KRAS, _40="A"),
            id="two SNVs in the last codon",
        ),
        pytest.param([N26Y, N26K, E37V], KRAS[:25], id="behind a stop that two make nothing is translated"),
        # TAC|TGA → TAT|CGA, with G>A in the stop codon: TAT|CAA
        pytest.param(
            [
                kras(220, "stop_lost", "40-41", "Y*/YR", "taCTga/taTCga"),
                kras(222, "stop_retained_variant", "41", "*", "tGa/tAa"),
            ],
            KRAS + "QX",
            id="an MNV over the last codon and the stop, and an SNV of that stop",
        ),
    ],
)
def test_calls_in_cis_are_combined(pairs: list[Pair], mutant: str) -> None:
    """The haplotype's protein, whatever the order in which its calls come or lie on the genome."""
    for order in permutations(pairs):
        change = change_of(*order)
        assert (change.normal, change.mutant) == (KRAS, mutant)
    # on the minus strand the genome's order is the other way round
    turned = [(call(f"chr1:{1000 - one.variant.start}:A>G"), annotation) for one, annotation in pairs]
    assert change_of(*turned).mutant == mutant


def test_two_silent_calls_that_change_a_residue_together_are_both_carried() -> None:
    """L6F of CTG → TTT: the peptides carry both calls, and have L as their aligned wild type."""
    change = change_of(L6_SILENT_1, L6_SILENT_3)
    windows = neo_peptides(change, [8])
    assert len(windows) == 6  # residue 6 is in the windows from residues 1 … 6
    assert {one.calls for one in windows} == {(L6_SILENT_1[0], L6_SILENT_3[0])}
    assert all(one.wildtype in kmers(KRAS, 8) for one in windows)


MNV = kras(135, "missense_variant", "12-13", "GG/DV", "gGTGGc/gATGTc")


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param([MNV, kras(135, "missense_variant", "12", "G/A", "gGt/gCt")], id="MNV and SNV want another base"),
        pytest.param([MNV, kras(138, "inframe_insertion", "13", "G/GL", "ggc/ggGCTc")], id="MNV and insertion"),
        pytest.param(
            [kras(110, "inframe_deletion", "10-13", "GAGG/G", "ggAGCTGGTGGc/ggc"), G12D], id="SNV in a deleted codon"
        ),
        pytest.param(
            [
                kras(137, "inframe_insertion", "12-13", "-/L", "-/CTG"),
                kras(138, "inframe_insertion", "12-13", "-/P", "-/CCG"),
            ],
            id="two insertions at one place",
        ),
        pytest.param([G12D, (call("chr1:135:A>G"), told(KRAS, "missense_variant", "12", "G/R"))], id="no codons told"),
    ],
)  # fmt: skip
def test_calls_that_cannot_be_combined_give_no_peptide(pairs: list[Pair]) -> None:
    """Shared codons without a way to combine them: refused, every call with the same reason, in either order."""
    for order in permutations(pairs):
        assert not peptides(order)
        assert {reason for _, reason in reasons(*order)} == {PHASE_UNRESOLVED}
        assert len(reasons(*order)) == len(pairs)


def test_neighbouring_residues_are_carried_apart() -> None:
    """G12D and G13R share no codon: windows that hold residue 12 alone, or 13 alone, carry one call."""
    g13r = kras(137, "missense_variant", "13", "G/R", "Ggc/Cgc")
    carried = {one.offset: one.calls for one in neo_peptides(change_of(G12D, g13r), [8])}
    # 12 and 13 are at 11 and 12: windows of 8 from 4 to 12
    assert carried[4] == (G12D[0],)
    assert carried[12] == (g13r[0],)
    assert {carried[at] for at in range(5, 12)} == {(G12D[0], g13r[0])}
    assert len(carried) == 9


def test_codons_that_belie_the_protein_are_not_combined() -> None:
    """GCT is alanine, but residue 12 is glycine: whoever told the codons speaks of another transcript."""
    first = kras(134, "missense_variant", "12", "G/R", "Gct/Cct")
    second = kras(135, "missense_variant", "12", "G/D", "gCt/gAt")
    assert not peptides([first, second])
    assert {reason for _, reason in reasons(first, second)} == {PHASE_UNRESOLVED}


@pytest.mark.parametrize("germline", [False, True])
def test_mitochondrial_codons_are_combined_by_their_own_code(*, germline: bool) -> None:
    """TTG with G at 2 (W) and A at 3 (L): TGA is tryptophan there, and no stop."""
    normal = "MALKSTVYRC"
    first, second = (
        (call(f"chrM:{at}:A>G", germline=germline), told(normal, terms, "3", residues, codons))
        for at, terms, residues, codons in (
            (107, "missense_variant", "L/W", "tTg/tGg"),
            (108, "synonymous_variant", "L", "ttG/ttA"),
        )
    )
    other = (call("chrM:120:A>G"), told(normal, "missense_variant", "7", "V/I", "Gtt/Att"))
    change = change_of(first, second, other)
    assert change.mutant == "MAWKSTIYRC"
    assert change.normal == ("MAWKSTVYRC" if germline else normal)


@pytest.mark.parametrize(
    ("germline", "normal"),
    [((True, True), KRAS[:11] + "X"), ((False, True), KRAS[:11] + "X"), ((False, False), KRAS)],
)
def test_germline_calls_that_cannot_be_combined_leave_the_normal_protein_unknown_too(
    germline: tuple[bool, bool], normal: str
) -> None:
    """An MNV and an SNV that want another base of G12; T2A before them is certain, E37V behind them is not."""
    before = kras(104, "missense_variant", "2", "T/A", "Aca/Gca")
    farther = kras(120, "missense_variant", "7", "V/A", "gTg/gCg", germline=True)
    pairs = [
        before,
        (call("chr1:135:A>G", germline=germline[0]), MNV[1]),
        kras(136, "missense_variant", "12", "G/A", "gGt/gCt", germline=germline[1]),
        E37V,
    ]
    change = change_of(*pairs)
    assert (change.normal, change.mutant) == (normal, replaced(KRAS, _2="A")[:11] + "X")
    told = dict(reasons(*pairs))
    assert set(told.values()) == {PHASE_UNRESOLVED}
    assert len(told) == 3 - sum(germline)
    # the same behind another germline call
    assert change_of(farther, *pairs).mutant == replaced(KRAS, _2="A", _7="A")[:11] + "X"


def test_reasons_come_with_the_transcript_they_speak_of() -> None:
    """Each call's own annotation is kept beside its reason."""
    (one,) = protein_changes([(G12D[0], told(KRAS, "splice_donor_variant"))])
    assert isinstance(one, Unresolved)
    assert (one.transcript.transcript, one.calls) == ("ENST1.1", (G12D[0],))


def test_behind_calls_that_cannot_be_combined_nothing_is_certain() -> None:
    """Together they may make a stop: so E37V in cis is not known to be translated. What lies before them is."""
    before = kras(104, "missense_variant", "2", "T/A", "Aca/Gca")
    pairs = [before, MNV, kras(138, "inframe_insertion", "13", "G/GL", "ggc/ggGCTc"), E37V]
    assert {reason for _, reason in reasons(*pairs)} == {PHASE_UNRESOLVED}
    assert len(reasons(*pairs)) == 3
    # T2A: windows of 8 from residues 1 and 2, both end before the unknown residue 12
    assert peptides(pairs) == {"MAEYKLVV", "AEYKLVVV"}


SHIFTED = KRAS[:11] + "RST"
FRAMESHIFT = (
    call("chr1:134:CG>C"),
    told(KRAS, "frameshift_variant", "12", "G/X", cds="34", FrameshiftSequence=SHIFTED),
)
"""A base less in codon 12, and a stop behind three new residues: in codon 14 of the new frame, counted from 0."""


@pytest.mark.parametrize(
    ("at", "cds", "mutant", "reason"),
    [
        # base 43 (0-based) is base 42 in the new frame, the first of the stop codon 14
        pytest.param("15", "44", SHIFTED + "X", PHASE_UNRESOLVED, id="the stop codon's first base"),
        pytest.param("16", "46", SHIFTED + "X", PHASE_UNRESOLVED, id="its last"),
        pytest.param("16", "47", SHIFTED, Outcome.NO_NOVEL_PEPTIDE, id="the base behind it"),
        pytest.param("14", "42", SHIFTED[:13] + "X", PHASE_UNRESOLVED, id="codon 13, base 40 of the new frame"),
    ],
)
def test_a_call_behind_a_frameshift_matters_up_to_the_new_stop(at: str, cds: str, mutant: str, reason: Outcome) -> None:
    """With the base at p and d gained, codons 0 … (p + d) // 3 − 1 are certain; beyond the stop all of them."""
    residue = KRAS[int(at) - 1]
    later = (call("chr1:150:A>G"), told(KRAS, "missense_variant", at, f"{residue}/C", cds=cds))
    change = change_of(FRAMESHIFT, later)
    assert change.mutant == mutant
    assert reasons(FRAMESHIFT, later) == [("chr1:150:A>G", reason)]
    assert change.remarks == ((CUT_TAIL,) if mutant.endswith("X") else ())


def test_without_coding_positions_a_frameshift_in_cis_with_another_call_is_not_known() -> None:
    """Where the later call falls in the new frame can't be told, whichever of the two lacks its position."""
    unplaced = (FRAMESHIFT[0], told(KRAS, "frameshift_variant", "12", "G/X", FrameshiftSequence=SHIFTED))
    later = (call("chr1:150:A>G"), told(KRAS, "missense_variant", "15", "G/C", cds="44"))
    for pairs in ((unplaced, later), (FRAMESHIFT, (later[0], told(KRAS, "missense_variant", "15", "G/C")))):
        assert not peptides(pairs)
        assert {reason for _, reason in reasons(*pairs)} == {PHASE_UNRESOLVED}
        assert len(reasons(*pairs)) == 2


@pytest.mark.parametrize(("inserted", "exchanged"), [("35-36", "34"), ("36-37", "36")])
def test_a_call_in_the_codon_of_a_frameshift_but_before_it_leaves_nothing_certain(
    inserted: str, exchanged: str
) -> None:
    """On the minus strand: four bases put in, and a base before them in the same codon exchanged: codon 11 at once."""
    shifted = told(KRAS, "frameshift_variant", "12", "G/X", cds=inserted, FrameshiftSequence=SHIFTED)
    pairs = [
        (call("chr1:134:C>CAAAA"), shifted),
        (call("chr1:136:A>G"), told(KRAS, "missense_variant", "12", "G/R", cds=exchanged)),
    ]
    assert not peptides(pairs)
    assert len(reasons(*pairs)) == 2


def test_what_a_frameshift_repeats_of_the_normal_protein_is_cut_as_well() -> None:
    """MAAA|KKK|RST: codons 5 and 6 read K in the new frame, too, but not with another base changed in codon 5."""
    normal = "MAAAKKKKWPWPWP"
    a2v = (call("chr1:90:C>T"), told(normal, "missense_variant", "2", "A/V", "gCt/gTt"))
    shifted = told(normal, "frameshift_variant", "5", "K/X", cds="13", FrameshiftSequence="MAAAKKKRST")
    later = (call("chr1:120:A>G"), told(normal, "missense_variant", "6", "K/E", "Aag/Gag", cds="17"))
    pairs = [a2v, (call("chr1:100:CA>C"), shifted), later]
    assert change_of(*pairs).mutant == "MVAAKX"  # base 16 is base 15 in the new frame: codon 5
    assert len(reasons(*pairs)) == 2


def test_a_tail_known_in_part_is_not_cut_twice() -> None:
    """MAAARS and then unknown: a call farther on changes nothing of that."""
    normal = "MAAAKKKKWPWPWP"
    part = (call("chr1:100:CA>C"), told(normal, "frameshift_variant", "5", "K/RSX", cds="13"))
    later = (call("chr1:130:A>G"), told(normal, "missense_variant", "14", "P/L", cds="41"))
    assert change_of(part, later).mutant == "MAAARSX"
    assert reasons(part, later) == [("chr1:130:A>G", PHASE_UNRESOLVED)]


GENE = ToyGene("GCC", "ATG" + "GCTGAAAGTTGGCATCGTACCTTTCCAGATAATGTACTGTGCATG" * 2 + "TAA", "CCATTTGGACACGTTAAC")
"""A written-out CDS of 32 codons: M, twice AESWHRTFPDNVLCM, stop; no stop in the 3′ UTR's own first frame."""


def toy(*changes: Change, germline: int = 0) -> list[Pair]:
    """Annotate each change alone; the last ``germline`` ones are germline."""
    somatic = len(changes) - germline
    return [(GENE.call(one, germline=at >= somatic), GENE.annotate(one)) for at, one in enumerate(changes)]


def at_cds(start: int, end: int, new: str) -> Change:
    """Change CDS bases, 0-based half-open; the 5′ UTR has three."""
    return Change(start + 3, end + 3, new)


def test_a_frameshift_then_a_snv_in_cis_is_known_exactly_up_to_the_snvs_codon() -> None:
    """Base 12 (codon 4) is lost, base 40 changed: in the new frame that is base 39, codon 13: residues 0–12 are known.

    On the nucleotides: the CDS less base 12, translated, gives the residues of the frameshift; with base 40 changed too
    it gives the truth, in which every yielded peptide must lie.
    """
    lost, snv = at_cds(12, 13, ""), at_cds(40, 41, "A")
    pairs = toy(lost, snv)
    both = GENE.cds[:12] + GENE.cds[13:40] + "A" + GENE.cds[41:] + GENE.utr3
    alone = to_stop(GENE.cds[:12] + GENE.cds[13:] + GENE.utr3)
    assert GENE.mutant([lost, snv]) == to_stop(both)

    assert change_of(*pairs).mutant == alone[:13] + "X"
    yielded = peptides(pairs)
    # alone[:13] has windows of 8 from residues 0 … 5, and each holds a residue from 4 on: all are new
    assert yielded == kmers(alone[:13], 8) - kmers(GENE.protein, 8)
    assert len(yielded) == 6
    assert yielded <= kmers(to_stop(both), 8)
    assert reasons(*pairs) == [(str(GENE.vcf(snv)), PHASE_UNRESOLVED)]


def test_frameshifts_that_cancel_are_known_up_to_the_second() -> None:
    """One base lost at 12, one gained at 45: behind it the normal frame is back, but the annotation can't say so."""
    lost, gained = at_cds(12, 13, ""), at_cds(45, 45, "G")
    truth = GENE.mutant([lost, gained])
    assert truth is not None
    assert truth.endswith(GENE.protein[-15:])
    pairs = toy(lost, gained)
    # the gained base is number 45 − 1 = 44 in the new frame: in codon 14, so residues 0–13 are certain
    assert change_of(*pairs).mutant == truth[:14] + "X"
    assert reasons(*pairs) == [(str(GENE.vcf(gained)), PHASE_UNRESOLVED)]


def test_a_call_right_behind_a_frameshift_leaves_it_nothing_certain() -> None:
    """Base 12 lost, base 13 changed: codon 4 is unknown at once; both calls are refused."""
    pairs = toy(at_cds(12, 13, ""), at_cds(13, 14, "C"))
    assert not peptides(pairs)
    assert {reason for _, reason in reasons(*pairs)} == {PHASE_UNRESOLVED}
    assert len(reasons(*pairs)) == 2


def test_a_utr_variant_in_cis_matters_to_a_frameshift_that_reads_into_the_utr() -> None:
    """The CDS less base 88 reads on into the UTR, one base of which is changed: certain is what the CDS alone tells.

    The UTR's position isn't annotated. Its first base would be number 96 of the CDS (32 codons with the stop), 95 in
    the new frame: in codon 31, so residues 0–30 are certain.
    """
    lost, utr = at_cds(88, 89, ""), at_cds(99, 100, "A")
    pairs = toy(lost, utr)
    truth, alone = GENE.mutant([lost, utr]), GENE.mutant([lost])
    assert truth is not None
    assert alone is not None
    assert len(alone) > 31
    assert len(GENE.cds) == 96
    assert change_of(*pairs).mutant == alone[:31] + "X"
    assert peptides(pairs) <= kmers(truth, 8)


def test_a_utr_variant_does_not_matter_to_a_frameshift_that_stops_before_it() -> None:
    """The whole frameshift protein stays; the UTR variant is not translated on either copy."""
    gene = ToyGene("GCC", "ATGGCTGAAAGTTGGCATCGTACCTTTCTAATAATGTACTGTGCATGA", "CCATTT")
    inserted, utr = Change(3 + 9, 3 + 9, "GC"), Change(3 + 48 + 1, 3 + 48 + 2, "G")
    alone = gene.mutant([inserted])
    assert alone == "MAEAVGIVPF"  # ATG GCT GAA GC-A GTT GGC ATC GTA CCT TTC TAA
    pairs = [(gene.call(one), gene.annotate(one)) for one in (inserted, utr)]
    assert change_of(*pairs).mutant == alone


@pytest.mark.parametrize("sequence", [True, False])
def test_nothing_behind_an_unknown_frameshift_is_said_to_be_untranslated(*, sequence: bool) -> None:
    """A frameshift without its sequence may well read through the next variant: that is unknown, not "no peptide"."""
    lost, snv = at_cds(12, 13, ""), at_cds(40, 41, "A")
    pairs = [
        (GENE.call(lost), GENE.annotate(lost, sequence=sequence, hgvs=False)),
        (GENE.call(snv), GENE.annotate(snv)),
    ]
    assert dict(reasons(*pairs))[str(GENE.vcf(snv))] is PHASE_UNRESOLVED


def test_a_germline_substitution_in_cis_changes_both_proteins() -> None:
    """Germline Q22H beside somatic I24V: mutant and wild type both have H22."""
    germline = kras(166, "missense_variant", "22", "Q/H", "caA/caT", germline=True)
    somatic = kras(170, "missense_variant", "24", "I/V", "Att/Gtt")
    change = change_of(germline, somatic)
    assert change.normal == replaced(KRAS, _22="H")
    assert change.mutant == replaced(KRAS, _22="H", _24="V")
    (edit,) = change.edits
    assert edit.calls == (somatic[0],)
    for one in neo_peptides(change, [8]):
        assert one.wildtype in kmers(replaced(KRAS, _22="H"), 8)
        assert one.calls == (somatic[0],)


def test_a_germline_call_in_the_same_codon_is_in_both_proteins() -> None:
    """GGT: germline G>A at 2 is D; with the somatic G>C at 1 it is H: so D12H, not G12H, and not G12R."""
    change = change_of((call("chr1:135:G>A", germline=True), G12D[1]), G12R)
    assert change.normal == replaced(KRAS, _12="D")
    assert change.mutant == replaced(KRAS, _12="H")


def test_a_germline_residue_stays_where_the_somatic_call_in_its_codon_is_silent() -> None:
    """AAA: germline A>C at 2 is ACA, T; the somatic A>C at 3 (N alone) makes ACC, T too: K5T in both, nothing new.

    With T2A in cis the peptides hold T5 in mutant and wild type alike.
    """
    germline = kras(114, "missense_variant", "5", "K/T", "aAa/aCa", germline=True)
    silent = kras(115, "missense_variant", "5", "K/N", "aaA/aaC")
    other = kras(104, "missense_variant", "2", "T/A", "Aca/Gca")
    change = change_of(other, germline, silent)
    assert change.normal == replaced(KRAS, _5="T")
    assert change.mutant == replaced(KRAS, _2="A", _5="T")
    assert peptides([other, germline, silent]) == {"MAEYTLVV", "AEYTLVVV"}


def test_a_germline_indel_makes_its_place_unknown_in_both_proteins() -> None:
    """Windows that touch it drop out, the others stay: germline -/P behind residue 12, somatic T2A and V14L."""
    germline = kras(137, "inframe_insertion", "12-13", "-/P", "-/CCG", germline=True)
    far = kras(104, "missense_variant", "2", "T/A", "Aca/Gca")
    near = kras(140, "missense_variant", "14", "V/L", "Gta/Cta")
    change = change_of(germline, far, near)
    assert change.normal == KRAS[:12] + "X" + KRAS[12:]
    assert change.mutant == replaced(KRAS, _2="A")[:12] + "X" + replaced(KRAS, _14="L")[12:]
    # V14L: windows from residues 13 and 14 only, since those before hold the X
    assert peptides([germline, far, near]) == {"MAEYKLVV", "AEYKLVVV", "GLGKSALT", "LGKSALTI"}


def test_a_germline_variant_behind_a_somatic_stop_is_in_the_normal_protein() -> None:
    """The mutant protein ends before it; the normal one, which tells what is new, has it."""
    germline = kras(210, "missense_variant", "37", "E/V", "gAa/gTa", germline=True)
    somatic = kras(164, "stop_gained&inframe_insertion", "22", "Q/L*", "cag/cTGTAg")
    change = change_of(somatic, germline)
    assert change.normal == replaced(KRAS, _37="V")
    assert change.mutant == KRAS[:21] + "L"


def test_a_germline_variant_behind_a_somatic_frameshift_s_stop_is_in_the_normal_protein() -> None:
    """The new frame ends long before it."""
    germline = (call("chr1:210:A>T", germline=True), told(KRAS, "missense_variant", "37", "E/V", "gAa/gTa", cds="110"))
    change = change_of(FRAMESHIFT, germline)
    assert (change.normal, change.mutant) == (replaced(KRAS, _37="V"), SHIFTED)


def test_a_germline_indel_behind_a_somatic_stop_leaves_the_normal_protein_unknown_from_there() -> None:
    """Q22 becomes L and a stop; P is put in behind residue 26 of the normal protein."""
    germline = (call("chr1:178:C>CCCG", germline=True), told(KRAS, "inframe_insertion", "26-27", "-/P", "-/CCG"))
    somatic = kras(164, "stop_gained&inframe_insertion", "22", "Q/L*", "cag/cTGTAg")
    change = change_of(somatic, germline)
    assert (change.normal, change.mutant) == (KRAS[:26] + "X", KRAS[:21] + "L")


def test_a_somatic_call_behind_a_stop_is_not_translated_and_behind_an_unknown_one_not_known() -> None:
    """Behind Q22* nothing is made; behind a germline frameshift nobody knows, even if its tail is as long."""
    assert reasons(Q22_STOP, E37V) == [("chr1:210:A>G", Outcome.NO_NOVEL_PEPTIDE)]
    shifted = KRAS[:21] + "RSTWHCRSTWHCRSTWHCR"
    assert len(shifted) == len(KRAS)
    germline = (
        call("chr1:163:CC>C", germline=True),
        told(KRAS, "frameshift_variant", "22", "Q/X", cds="64", FrameshiftSequence=shifted),
    )
    somatic = (E37V[0], told(KRAS, "missense_variant", "37", "E/V", "gAa/gTa", cds="110"))
    (one,) = protein_changes([germline, somatic])
    assert isinstance(one, Unresolved)
    assert (one.reason, one.detail) == BEHIND_UNKNOWN
    before = kras(104, "missense_variant", "2", "T/A", "Aca/Gca")
    change = change_of(before, germline, somatic)
    assert (change.normal, change.mutant) == (KRAS[:21] + "X", replaced(KRAS, _2="A")[:21] + "X")


def test_germline_variants_of_one_codon_behind_a_somatic_stop_are_combined() -> None:
    """E37: GAA with G>A at 1 (K alone) and A>C at 3 (D alone) is AAC, N, in the normal protein."""
    stop = kras(164, "stop_gained", "22", "Q/*", "Caa/Taa")
    first = kras(209, "missense_variant", "37", "E/K", "Gaa/Aaa", germline=True)
    third = kras(211, "missense_variant", "37", "E/D", "gaA/gaC", germline=True)
    for order in permutations([stop, first, third]):
        assert change_of(*order).normal == replaced(KRAS, _37="N")


def test_a_germline_variant_behind_a_germline_frameshift_makes_nothing_known() -> None:
    """Both proteins are unknown from residue 27 on; the germline H27Q right there doesn't make them known again."""
    frameshift = (
        call("chr1:178:C>CA", germline=True),
        told(KRAS, "frameshift_variant", "26-27", "-/X", cds="78-79", FrameshiftSequence=KRAS[:26] + "RSTWHC"),
    )
    behind = kras(179, "missense_variant", "27", "H/Q", "caC/caA", germline=True)
    somatic = kras(104, "missense_variant", "2", "T/A", "Aca/Gca")
    change = change_of(frameshift, behind, somatic)
    assert change.normal == KRAS[:26] + "X"
    assert change.mutant == replaced(KRAS, _2="A")[:26] + "X"


def test_germline_calls_alone_change_nothing() -> None:
    """Without a somatic call there is no change and nobody to account for."""
    assert protein_changes([(call(germline=True), G12D[1])]) == ()


def test_a_lost_start_in_cis_takes_every_peptide() -> None:
    """Nothing is known to be translated where the start codon is lost: not even a frameshift in the stop codon."""
    start = kras(100, "start_lost", "1", "M/V", "Atg/Gtg")
    beyond = (
        call("chr1:221:TA>T"),
        told(KRAS, "frameshift_variant&stop_lost", "41", "*/X", cds="121", FrameshiftSequence=KRAS + "RSTVYWACDEF"),
    )
    assert peptides([beyond])
    for order in permutations([start, beyond, G12D]):
        assert not peptides(order)
        assert len(reasons(*order)) == 3


def test_stop_codon_variants_in_cis_are_read_together() -> None:
    """TGA: CGA is R, TAA stays a stop; CAA is Q: the residue beyond the lost stop is Q, not R."""
    lost = kras(221, "stop_lost", "41", "*/R", "Tga/Cga")
    retained = kras(222, "stop_retained_variant", "41", "*", "tGa/tAa")
    for order in permutations([lost, retained]):
        assert change_of(*order).mutant == KRAS + "QX"
        assert change_of(*order).remarks == (PARTIAL_EXTENSION,)
    assert change_of(G12R, G12D).remarks == ()


def test_the_label_names_every_call_that_the_haplotype_carries() -> None:
    """One call: its HGVS p.; two: both in brackets; none annotated: empty, no empty brackets."""
    first = (G12D[0], told(KRAS, "missense_variant", "12", "G/D", HGVSp="ENSP1.1:p.Gly12Asp"))
    second = (N26Y[0], told(KRAS, "missense_variant", "26", "N/Y", HGVSp="ENSP1.1:p.Asn26Tyr"))
    assert change_of(first).label == "p.Gly12Asp"
    assert change_of(first, second).label == "p.[Gly12Asp;Asn26Tyr]"
    assert change_of(G12D).label == ""


def test_a_haplotype_s_change_tells_of_each_somatic_call_it_carries() -> None:
    """Terms of all, each once, and every call with its own annotation; a silent and a germline call have no part."""
    first = (G12D[0], told(KRAS, "missense_variant&splice_region_variant", "12", "G/D", HGVSp="p.Gly12Asp"))
    second = (N26Y[0], told(KRAS, "missense_variant", "26", "N/Y", HGVSp="p.Asn26Tyr"))
    silent = kras(142, "synonymous_variant", "14", "V", "gtA/gtC")
    germline = kras(210, "missense_variant", "37", "E/V", "gAa/gTa", germline=True)
    change = change_of(first, second, silent, germline)
    assert change.consequence == "missense_variant&splice_region_variant"
    assert change.label == "p.[Gly12Asp;Asn26Tyr]"
    assert change.told == (first, second)
    assert change.named([second[0]]) == ("p.Asn26Tyr", "missense_variant")


def test_whether_a_premature_stop_leads_to_decay_is_told() -> None:
    """In the last exon it doesn't; a missense variant there has none."""
    stop = (call("chr1:164:C>T"), told(KRAS, "stop_gained", "22", "Q/*", "Caa/Taa", EXON="3/3"))
    missense = (G12D[0], told(KRAS, "missense_variant", "12", "G/D", EXON="3/3"))
    assert change_of(stop).nmd == "escape"
    assert change_of(missense).nmd is None


def test_residues_equal_at_both_ends_are_no_part_of_an_edit() -> None:
    """GAGGVG → GAWVVG told as one change: only GG → WV at 12–13 (0-based 11–12) differs."""
    (edit,) = change_of((call(), told(KRAS, "protein_altering_variant", "10-15", "GAGGVG/GAWVVG"))).edits
    assert (edit.normal, edit.mutant) == (Interval(11, 13), Interval(11, 13))
    # GAGGVG → GAWVG: G, A before it and V, G behind it stay
    (edit,) = change_of((call(), told(KRAS, "protein_altering_variant", "10-15", "GAGGVG/GAWVG"))).edits
    assert (edit.normal, edit.mutant) == (Interval(11, 13), Interval(11, 12))


def test_what_is_outside_the_edits_is_the_same_in_both_proteins() -> None:
    """Walk the edits of an insertion, a substitution and a stop: between them normal and mutant agree."""
    pairs = [kras(104, "inframe_insertion", "3-4", "-/LP", "-/CTGCCG"), G12D, Q22_STOP]
    (change,) = (one for one in protein_changes(pairs) if isinstance(one, ProteinChange))
    normal = mutant = 0
    for edit in change.edits:
        assert change.normal[normal : edit.normal.start] == change.mutant[mutant : edit.mutant.start]
        normal, mutant = edit.normal.end, edit.mutant.end
    assert (normal, mutant) == (40, 23)
    assert change.mutant == KRAS[:3] + "LP" + replaced(KRAS, _12="D")[3:21]
