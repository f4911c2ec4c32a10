from __future__ import annotations

import pytest

from neosieve.biology.neighbours import absent_phase_partner, longer_call, unphased_neighbours
from neosieve.biology.translator import AnnotationTranslator
from neosieve.model.genome import Interval
from neosieve.model.variant import Haplotype, PhaseSet

from .helpers import Pair, call, change_of, told, variant

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
G12D = (call("chr1:135:G>A"), told(KRAS, "missense_variant", "12", "G/D", "gGt/gAt"))


def found(own: Pair, *others: Pair) -> list[tuple[Interval, str]]:
    """Neighbours of a lone call."""
    change, translator = change_of(own), AnnotationTranslator()
    neighbours = unphased_neighbours(Haplotype((own[0],), "single"), [own, *others], translator.reach(change, [own]))
    return [(span, str(one.variant)) for span, (one, _) in neighbours]


@pytest.mark.parametrize(
    ("terms", "at", "residues", "csq", "span"),
    [
        pytest.param("missense_variant", "14", "V/L", {}, Interval(13, 14), id="residue 14"),
        pytest.param("inframe_insertion", "14-15", "-/L", {}, Interval(14, 15), id="behind residue 14"),
        pytest.param("inframe_deletion", "14-16", "VGK/-", {}, Interval(13, 16), id="residues 14–16"),
        pytest.param(
            "frameshift_variant", "14", "V/X", {"FrameshiftSequence": "MTEYKLVVVGAGGRST"}, Interval(13, 40),
            id="a frameshift reaches to the end",
        ),
    ],
)  # fmt: skip
def test_an_unphased_call_is_found_where_it_would_change_the_protein(
    terms: str, at: str, residues: str, csq: dict[str, str], span: Interval
) -> None:
    """In residues of the mutant protein, 0-based half-open."""
    other = (call("chr1:141:G>C"), told(KRAS, terms, at, residues, **csq))
    assert found(G12D, other) == [(span, "chr1:141:G>C")]


@pytest.mark.parametrize(
    ("at", "residues", "shift"),
    [("4-5", "-/LP", 2), ("4-5", "YK/-", -2), ("4", "Y/F", 0)],
)
def test_a_neighbour_is_mapped_to_the_mutant_protein(at: str, residues: str, shift: int) -> None:
    """Behind an insertion of two residues G12 is residue 14, behind a deletion of two it is residue 10."""
    own = (call("chr1:110:G>GA"), told(KRAS, "inframe_insertion", at, residues))
    assert found(own, G12D) == [(Interval(11 + shift, 12 + shift), "chr1:135:G>A")]


@pytest.mark.parametrize(
    ("at", "residues", "span"),
    [
        pytest.param("2", "T/A", Interval(1, 2), id="before both"),
        pytest.param("5", "K/Q", Interval(6, 7), id="right behind the insertion of two"),
        pytest.param("6", "L/F", Interval(7, 8), id="behind the insertion of two"),
        pytest.param("8", "V/L", Interval(9, 10), id="right before the deletion"),
        pytest.param("9", "V/L", Interval(10, 11), id="the deleted residue: what stands at its place"),
        pytest.param("10", "G/D", Interval(10, 11), id="right behind the deletion of one"),
        pytest.param("12", "G/D", Interval(12, 13), id="behind both: two more, one less"),
        pytest.param("14-16", "VGK/-", Interval(14, 17), id="right behind the exchange"),
        pytest.param("13", "G/D", Interval(13, 14), id="the residue exchanged"),
    ],
)
def test_a_neighbour_is_mapped_behind_several_edits(at: str, residues: str, span: Interval) -> None:
    """MTEY LP KLVV(V)GAG G→V VGK…: LP put in behind residue 4, V9 taken out, G13 exchanged."""
    owns = [
        (call("chr1:111:T>TCTTCCT"), told(KRAS, "inframe_insertion", "4-5", "-/LP")),
        (call("chr1:123:TGTG>T"), told(KRAS, "inframe_deletion", "9", "V/-")),
        (call("chr1:138:G>T"), told(KRAS, "missense_variant", "13", "G/V")),
    ]
    change, translator = change_of(*owns), AnnotationTranslator()
    assert change.mutant == "MTEYLPKLVVGAGVVGKSALTIQLIQNHFVDEYDPTIEDSY"
    other = (call("chr1:300:G>A"), told(KRAS, "protein_altering_variant", at, residues))
    assert translator.reach(change, owns)(other) == span


def test_a_neighbour_behind_an_insertion_and_a_frameshift() -> None:
    """LP put in behind residue 4, and a base less from residue 12 on: residue 20 is read two codons later, less one."""
    shifted = KRAS[:11] + "RST" * 9
    owns = [
        (call("chr1:111:T>TCTTCCT"), told(KRAS, "inframe_insertion", "4-5", "-/LP")),
        (call("chr1:135:GG>G"), told(KRAS, "frameshift_variant", "12", "G/X", FrameshiftSequence=shifted)),
    ]
    change, translator = change_of(*owns), AnnotationTranslator()
    assert change.mutant == KRAS[:4] + "LP" + shifted[4:]
    other = (call("chr1:159:C>T"), told(KRAS, "missense_variant", "20", "T/I"))
    assert translator.reach(change, owns)(other) == Interval(20, 21)


def test_a_silent_neighbour_changes_nothing() -> None:
    """A synonymous call is no warning."""
    silent = (call("chr1:142:G>C"), told(KRAS, "synonymous_variant", "14", "V", "gtA/gtC"))
    assert found(G12D, silent) == []


@pytest.mark.parametrize("side", [0, 1])
def test_calls_of_known_phase_are_no_neighbours(side: int) -> None:
    """Cis is applied, trans is on the other copy; neither is unknown."""
    own = (call("chr1:135:G>A", phase=PhaseSet("PS", "1", 0)), G12D[1])
    other = (call("chr1:141:G>C", phase=PhaseSet("PS", "1", side)), told(KRAS, "missense_variant", "14", "V/L"))
    assert found(own, other) == []


def test_a_call_of_the_haplotype_is_no_neighbour_of_it() -> None:
    """Members are left out."""
    assert found(G12D) == []


@pytest.mark.parametrize(
    ("name", "used", "partner"),
    [
        pytest.param("120_C_T", [], "chr1:120:C>T", id="15 bases away and not read"),
        pytest.param("120_C_T", ["chr1:120:C>T"], None, id="among the calls used"),
        pytest.param("135_G_A", ["chr1:135:G>A"], None, id="the call itself"),
        pytest.param("90_C_T", [], "chr1:90:C>T", id="45 bases away: the longest peptide holds both"),
        pytest.param("80_C_T", [], None, id="55 bases away: beyond the longest peptide"),
        pytest.param("1", [], None, id="a phase set without a variant's name"),
    ],
)
def test_a_partner_that_was_not_read_is_named(name: str, used: list[str], partner: str | None) -> None:
    """GATK names a PID after its first variant: if that one isn't used, the caller saw more than we apply."""
    one = call("chr1:135:G>A", phase=PhaseSet("PGT/PID", name, 0))
    assert absent_phase_partner(one, {variant(text) for text in used}) == partner


def test_without_phase_there_is_no_partner() -> None:
    """Nothing phased, nothing named."""
    assert absent_phase_partner(call(), ()) is None


@pytest.mark.parametrize(
    ("name", "terms", "at", "residues", "span"),
    [
        pytest.param("chr1:141:G>T", "stop_gained", "14", "V/*", Interval(13, 40), id="a stop reaches to the end"),
        pytest.param("chr1:1:A>G", "start_lost", "1", "M/V", Interval(0, 40), id="a lost start, however far"),
        pytest.param("chr1:136:T>A", "splice_acceptor_variant", "", "", Interval(0, 40), id="a splice site next to it"),
    ],
)
def test_what_breaks_the_transcript_reaches_far(name: str, terms: str, at: str, residues: str, span: Interval) -> None:
    """If such a call lies in cis, the residues behind it, or all of them, are not made."""
    assert found(G12D, (call(name), told(KRAS, terms, at, residues))) == [(span, name)]


def test_a_splice_site_far_away_is_no_neighbour() -> None:
    """More than the longest peptide's 45 bases away, where the transcript is cut can't be told from residues."""
    assert found(G12D, (call("chr1:181:T>A"), told(KRAS, "splice_acceptor_variant", "", ""))) == []


def test_calls_that_change_a_common_base_exclude_each_other() -> None:
    """Two ALTs of one base, or an MNV over it, can't lie on one copy: no warning."""
    other_alt = (call("chr1:135:G>C"), told(KRAS, "missense_variant", "12", "G/A", "gGt/gCt"))
    mnv = (call("chr1:134:GG>TA"), told(KRAS, "missense_variant", "12", "G/*", "GGt/TAt"))
    assert found(G12D, other_alt, mnv) == []
    # what comes behind such calls, or behind a silent one, is still found
    beside = (call("chr1:141:G>C"), told(KRAS, "missense_variant", "14", "V/L"))
    silent = (call("chr1:142:G>C"), told(KRAS, "synonymous_variant", "14", "V", "gtA/gtC"))
    assert found(G12D, other_alt, silent, mnv, beside) == [(Interval(13, 14), "chr1:141:G>C")]


@pytest.mark.parametrize(
    ("longer", "vaf", "part"),
    [
        pytest.param("chr1:134:GG>TA", 0.4, True, id="an MNV with the same base, seen as often"),
        pytest.param("chr1:134:GG>TA", 0.2, False, id="40 reads against 20: 20 of them lack the MNV, more than 3·√21"),
        pytest.param("chr1:134:GG>TC", 0.4, False, id="another base"),
        pytest.param("chr1:133:GG>TA", 0.4, False, id="beside it"),
        pytest.param("chr1:134:GG>T", 0.4, False, id="a deletion"),
        pytest.param("chr1:134:GGT>TA", 0.4, False, id="a deletion that exchanges that base as well"),
        pytest.param("chr1:135:G>A", 0.4, False, id="the same, not longer"),
        pytest.param("chr1:134:GG>TA", None, True, id="reads unknown: taken as one event"),
    ],
)
def test_a_call_is_part_of_a_longer_one_if_the_reads_agree(longer: str, vaf: float | None, *, part: bool) -> None:
    """G>A at 135 with 40 of 100 reads, beside a longer call."""
    other = call(longer, vaf=vaf)
    assert longer_call(call("chr1:135:G>A"), [other]) is (other if part else None)


@pytest.mark.parametrize(
    ("distance", "terms", "reaches"),
    [
        (45, "splice_donor_variant", True),
        (46, "splice_donor_variant", False),
        (-45, "coding_sequence_variant", True),  # nobody knows which residues
        (-46, "coding_sequence_variant", False),
        (1, "intron_variant", False),
    ],
)
def test_what_is_not_told_in_residues_reaches_as_far_as_a_peptide(distance: int, terms: str, *, reaches: bool) -> None:
    """45 bases code for the longest peptide; within them the whole protein is in doubt."""
    name = f"chr1:{135 + distance}:T>A"
    assert found(G12D, (call(name), told(KRAS, terms))) == ([(Interval(0, 40), name)] if reaches else [])


def test_a_call_behind_the_mutant_protein_s_end_is_no_neighbour() -> None:
    """A frameshift after which eight residues are left; by the base that it takes, the tenth would be the ninth."""
    short = (
        call("chr1:116:CT>C"),
        told(KRAS, "frameshift_variant", "6", "L/X", FrameshiftSequence=KRAS[:5] + "RST"),
    )
    assert found(short, (call("chr1:129:G>C"), told(KRAS, "missense_variant", "10", "G/R"))) == []


@pytest.mark.parametrize(("reads", "part"), [(38, True), (39, True), (40, False)])
def test_three_standard_deviations_are_clear(reads: int, *, part: bool) -> None:
    """24 reads of the MNV: up to 24 + 3·√25 = 39 reads of its own base are no more than chance."""
    own, longer = call("chr1:135:G>A", vaf=reads / 100), call("chr1:135:GT>AC", vaf=0.24)
    assert longer_call(own, [call("chr1:200:A>C"), longer]) is (longer if part else None)


@pytest.mark.parametrize(("alt", "span"), [("G", Interval(18, 19)), ("GGACTT", Interval(20, 21))])
def test_a_call_behind_a_frameshift_is_found_where_its_codon_is_read(alt: str, span: Interval) -> None:
    """Residue 20 behind a base less is read a codon earlier, behind four more a codon later."""
    shifted = KRAS[:11] + "RST" * 9
    own = (call(f"chr1:135:GG>{alt}"), told(KRAS, "frameshift_variant", "12", "G/X", FrameshiftSequence=shifted))
    other = (call("chr1:159:C>T"), told(KRAS, "missense_variant", "20", "T/I"))
    assert found(own, other) == [(span, "chr1:159:C>T")]
