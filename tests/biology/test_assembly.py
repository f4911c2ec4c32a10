from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from random import Random
from typing import TYPE_CHECKING

import pytest

from neosieve.biology.accounts import ledger_of
from neosieve.biology.assembly import assemble
from neosieve.biology.haplotypes import Unphased
from neosieve.biology.selfmatch import find_self
from neosieve.biology.translation import SequenceTranslator
from neosieve.biology.translator import AnnotationTranslator
from neosieve.model.ledger import Outcome
from neosieve.model.variant import PhaseSet

from .helpers import call, kmers, told
from .spelledgene import Gene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.biology.assembly import Assembly
    from neosieve.model.ledger import LedgerEntry
    from neosieve.model.variant import Call, Variant

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
MUTANT = KRAS[:11] + "D" + KRAS[12:]
CIS = PhaseSet("PS", "1", 0)


def assembled(*calls: Call, lengths: Sequence[int] = (8,), admit_incomplete: bool = False) -> Assembly:
    """Assemble."""
    return assemble(calls, lengths, AnnotationTranslator(), admit_incomplete=admit_incomplete)


def ledger(*calls: Call, lengths: Sequence[int] = (8,)) -> Sequence[LedgerEntry]:
    """Assemble, look for self-peptides, and account."""
    assembly = assembled(*calls, lengths=lengths)
    annotated = {told.transcript: told.normal_protein for one in calls for told in one.consequences}
    found = find_self({peptide for _, peptide in assembly.sources}, annotated | assembly.germline_proteins)
    return ledger_of(calls, assembly.accounts, found)


def rows(*calls: Call, lengths: Sequence[int] = (8,)) -> list[tuple[str, str | None, Outcome, int]]:
    """Tell the ledger's (variant, transcript, outcome, peptides)."""
    return [(row.variant, row.transcript, row.outcome, row.n_peptides) for row in ledger(*calls, lengths=lengths)]


def g12d(transcript: str = "ENST1.1", protein: str = KRAS, **csq: str) -> Call:
    """Call KRAS G12D on one transcript."""
    return call("chr1:135:G>A", told(protein, "missense_variant", "12", "G/D", "gGt/gAt", transcript=transcript, **csq))


def test_a_lone_call_is_one_group_of_peptides() -> None:
    """Eight windows, all carried by the one call, phase ``single``."""
    one = g12d()
    assembly = assembled(one)
    assert {peptide for _, peptide in assembly.sources} == kmers(MUTANT, 8) - kmers(KRAS, 8)
    assert {calls for calls, _ in assembly.sources} == {(one,)}
    assert {source.phase for sources in assembly.sources.values() for source in sources} == {"single"}


def test_transcripts_that_make_a_peptide_are_grouped_the_representative_first() -> None:
    """MANE before canonical before better support before name; each transcript once."""
    names = {
        "ENST4.1": {"MANE_SELECT": "NM_1"},
        "ENST3.1": {"CANONICAL": "YES"},
        "ENST2.1": {"TSL": "1"},
        "ENST1.1": {},
    }
    for order in permutations(names):
        one = call(
            "chr1:135:G>A",
            *(told(KRAS, "missense_variant", "12", "G/D", transcript=name, **names[name]) for name in order),
        )
        for sources in assembled(one).sources.values():
            assert [source.change.transcript.transcript for source in sources] == list(names)


def test_a_transcript_makes_only_the_peptides_of_its_own_protein() -> None:
    """A shorter isoform that begins at residue 8: G12D is its residue 5, so four of the eight windows are its own."""
    one = call(
        "chr1:135:G>A",
        told(KRAS, "missense_variant", "12", "G/D", transcript="ENST1.1"),
        told(KRAS[7:], "missense_variant", "5", "G/D", transcript="ENST2.1"),
    )
    by_count = [len(sources) for sources in assembled(one).sources.values()]
    # windows from residues 5, 6, 7 (KLVVVGAD, LVVVGADG, VVVGADGV) begin before residue 8
    assert sorted(by_count) == [1, 1, 1, 2, 2, 2, 2, 2]


def test_a_compound_peptide_belongs_to_both_calls_and_a_single_one_to_its_own() -> None:
    """G12D and V14L in cis: windows with both are carried by both, the outer ones by one; n_peptides counts both ways.

    8-mers hold residues s … s+7: both for s = 7 … 12, D alone for 5 and 6, L alone for 13 and 14.
    """
    first = call("chr1:135:G>A", told(KRAS, "missense_variant", "12", "G/D", "gGt/gAt"), phase=CIS)
    second = call("chr1:140:G>C", told(KRAS, "missense_variant", "14", "V/L", "Gta/Cta"), phase=CIS)
    assembly = assembled(first, second)
    carried = [calls for calls, _ in assembly.sources]
    assert (carried.count((first, second)), carried.count((first,)), carried.count((second,))) == (6, 2, 2)
    for (calls, _), (source,) in assembly.sources.items():
        assert source.phase == ("PS" if len(calls) == 2 else "single")
    assert rows(first, second) == [
        ("chr1:135:G>A", "ENST1.1", Outcome.CANDIDATES, 8),
        ("chr1:140:G>C", "ENST1.1", Outcome.CANDIDATES, 8),
    ]


def test_unphased_neighbours_are_flagged_and_each_scored_alone() -> None:
    """The same two without phase: 8 + 8 peptides, and a remark on those windows that the other would change."""
    first = call("chr1:135:G>A", told(KRAS, "missense_variant", "12", "G/D", "gGt/gAt"))
    second = call("chr1:140:G>C", told(KRAS, "missense_variant", "14", "V/L", "Gta/Cta"))
    sources = {key: one for key, (one,) in assembled(first, second).sources.items()}
    assert len(sources) == 16
    flagged = [calls for (calls, _), one in sources.items() if one.phase == "unphased_neighbour"]
    assert (flagged.count((first,)), flagged.count((second,))) == (6, 6)
    for (calls, _), one in sources.items():
        other = second if calls == (first,) else first
        assert any(str(other.variant) in remark for remark in one.remarks) == (one.phase == "unphased_neighbour")


def test_a_silent_call_that_changes_a_residue_in_a_compound_gets_a_row() -> None:
    """CTG: two silent SNVs in cis make F of L6; both are accounted for, as neither is by itself."""
    first = call("chr1:116:C>T", told(KRAS, "synonymous_variant", "6", "L", "Ctg/Ttg"), phase=CIS)
    second = call("chr1:118:G>T", told(KRAS, "synonymous_variant", "6", "L", "ctG/ctT"), phase=CIS)
    assert rows(first, second) == [
        ("chr1:116:C>T", "ENST1.1", Outcome.CANDIDATES, 6),
        ("chr1:118:G>T", "ENST1.1", Outcome.CANDIDATES, 6),
    ]
    assert rows(first) == [("chr1:116:C>T", "ENST1.1", Outcome.NO_PROTEIN_CHANGE, 0)]


@pytest.mark.parametrize(
    ("csq", "outcome"),
    [
        ({"BIOTYPE": "nonsense_mediated_decay"}, Outcome.NMD_TRANSCRIPT),
        ({"BIOTYPE": "IG_C_gene"}, Outcome.IMMUNE_RECEPTOR_SEGMENT),
        ({"FLAGS": "cds_end_NF"}, Outcome.INCOMPLETE_TRANSCRIPT),
    ],
)
def test_a_refused_transcript_adds_to_the_normal_set_only(csq: dict[str, str], outcome: Outcome) -> None:
    """Its row says why, nothing is cut from it, and its normal protein still takes peptides away from others."""
    # the refused transcript's own, different protein holds the mutant stretch as its normal one
    one = call(
        "chr1:135:G>A",
        told(KRAS, "missense_variant", "12", "G/D", transcript="ENST1.1"),
        told(MUTANT, "missense_variant", "2", "T/A", transcript="ENST2.1", **csq),
    )
    assert rows(one) == [
        ("chr1:135:G>A", "ENST1.1", Outcome.SELF_PEPTIDES_ONLY, 0),
        ("chr1:135:G>A", "ENST2.1", outcome, 0),
    ]


def test_incomplete_transcripts_give_peptides_when_admitted() -> None:
    """With a remark that the CDS is incomplete."""
    one = g12d(FLAGS="cds_start_NF")
    assert not assembled(one).sources
    sources = assembled(one, admit_incomplete=True).sources
    assert len(sources) == 8
    assert all("cds_start_NF" in " ".join(source.remarks) for (source,) in sources.values())


@pytest.mark.parametrize(
    ("gene", "flagged"),
    [
        ("HLA-A", True),
        ("KIR2DL1", True),
        ("MUC16", True),
        ("OR4F5", True),
        ("ORC1", False),
        ("MUCL1", False),
        ("KRAS", False),
    ],
)
def test_polymorphic_loci_are_flagged(gene: str, *, flagged: bool) -> None:
    """HLA, KIR, mucins, olfactory receptors; not genes whose names only begin alike."""
    sources = assembled(g12d(SYMBOL=gene)).sources
    assert all(("polymorphic_locus" in " ".join(source.remarks)) == flagged for (source,) in sources.values())


def remarks_of(*calls: Call, admit_incomplete: bool = False) -> dict[tuple[tuple[Call, ...], str], tuple[str, str]]:
    """Tell phase and remarks by the calls that a peptide carries and itself."""
    sources = assembled(*calls, admit_incomplete=admit_incomplete).sources
    return {key: (one.phase, "; ".join(one.remarks)) for key, (one,) in sources.items()}


@pytest.mark.parametrize(
    ("csq", "words"),
    [
        ({}, ""),
        (
            {"SYMBOL": "HLA-A"},
            "polymorphic_locus: germline differences and paralogues mimic somatic variants in this gene",
        ),
        (
            {"Consequence": "missense_variant&splice_region_variant"},
            "lies in a splice region: splicing may change too",
        ),
        (
            {"FLAGS": "cds_start_NF&cds_end_NF"},
            "the transcript's CDS is incomplete (cds_end_NF, cds_start_NF)",
        ),
    ],
)
def test_what_a_reader_must_know_of_the_transcript(csq: dict[str, str], words: str) -> None:
    """Said of each of its peptides, and in the call's account."""
    one = g12d(**csq)
    found = remarks_of(one, admit_incomplete=True)
    assert len(found) == 8
    assert set(found.values()) == {("single", words)}
    (account,) = assembled(one, admit_incomplete=True).accounts.values()
    assert "; ".join(account.remarks) == words


def test_a_phase_partner_that_was_not_read_is_remarked() -> None:
    """GATK phased the call with one at 120, and that one is not among the calls."""
    one = replace(g12d(), phase=PhaseSet("PGT/PID", "120_C_T", 0))
    words = "the caller phased chr1:135:G>A with chr1:120:C>T, which is not among the calls used"
    assert {told for _, told in remarks_of(one).values()} == {words}


def test_a_part_of_a_longer_call_is_remarked_where_it_stands_alone() -> None:
    """G12D of GGT → GAT, and an MNV GGTGGC → GATGTC over it, seen in as many reads: the SNV alone probably isn't."""
    snv = g12d()
    mnv = call("chr1:135:GTG>ATT", told(KRAS, "missense_variant", "12-13", "GG/DV", "gGTGgc/gATTgc"))
    found = remarks_of(snv, mnv)
    words = (
        "chr1:135:GTG>ATT calls the bases of chr1:135:G>A with their neighbours, and the reads agree: "
        "this peptide probably doesn't exist"
    )
    assert {told for (calls, _), told in found.items() if calls == (snv,)} == {("part_of_longer_call", words)}
    assert {told for (calls, _), told in found.items() if calls == (mnv,)} == {("single", "")}


def test_different_normal_proteins_are_told_in_words() -> None:
    """In the account of each call."""
    second = call("chr1:140:G>C", told(KRAS + "W", "missense_variant", "14", "V/L", "Gta/Cta"))
    reason = (Outcome.ANNOTATION_MISMATCH, "the records state different normal proteins for the transcript")
    assert [account.refused for account in assembled(g12d(), second).accounts.values()] == [[reason], [reason]]


def test_a_germline_variant_is_normal_wherever_it_lies() -> None:
    """A germline G12D of one gene makes the same somatic peptides of its paralogue self; phase doesn't matter."""
    germline = call("chr2:135:G>A", told(KRAS, "missense_variant", "12", "G/D", transcript="ENST9.1"), germline=True)
    assert rows(g12d(), germline) == [
        ("chr1:135:G>A", "ENST1.1", Outcome.SELF_PEPTIDES_ONLY, 0),
        ("chr2:135:G>A", None, Outcome.GERMLINE, 0),
    ]


def test_germline_variants_of_decaying_transcripts_are_normal_too() -> None:
    """Generous in self: a transcript that gives no mutant protein gives its germline one."""
    germline = call(
        "chr2:135:G>A",
        told(KRAS, "missense_variant", "12", "G/D", transcript="ENST9.1", BIOTYPE="nonsense_mediated_decay"),
        germline=True,
    )
    assert rows(g12d(), germline)[0][2] is Outcome.SELF_PEPTIDES_ONLY


def test_both_copies_normal_proteins_count() -> None:
    """Two somatic calls, each in cis with another germline one: each copy's normal protein is in the normal set."""
    other = PhaseSet("PS", "1", 1)
    calls = [
        call("chr1:110:T>C", told(KRAS, "missense_variant", "4", "Y/H", "Tat/Cat"), phase=CIS, germline=True),
        call("chr1:135:G>A", told(KRAS, "missense_variant", "12", "G/D", "gGt/gAt"), phase=CIS),
        call("chr1:112:A>C", told(KRAS, "missense_variant", "5", "K/Q", "Aaa/Caa"), phase=other, germline=True),
        call("chr1:140:G>C", told(KRAS, "missense_variant", "14", "V/L", "Gta/Cta"), phase=other),
    ]
    assert assembled(*calls).germline_proteins == {
        "ENST1.1 with chr1:110:T>C": KRAS[:3] + "H" + KRAS[4:],
        "ENST1.1 with chr1:112:A>C": KRAS[:4] + "Q" + KRAS[5:],
    }
    # both on one copy, beside a somatic one: each by itself, and both together
    both = assembled(*(replace(one, phase=CIS) for one in calls[:3])).germline_proteins
    assert both["ENST1.1 with chr1:110:T>C+chr1:112:A>C"] == KRAS[:3] + "HQ" + KRAS[5:]
    assert len(both) == 3


def test_a_frameshift_cut_short_near_the_start_needs_the_sequence() -> None:
    """Only five residues are certain, too few for any window: that is unknown, not "no novel peptide"."""
    one = call(
        "chr1:105:GA>G", told(KRAS, "frameshift_variant&splice_region_variant", "3", "E/X", HGVSp="p.Glu3ArgfsTer9")
    )
    (row,) = ledger(one)
    assert row.outcome is Outcome.SEQUENCE_NEEDED
    assert "only the first new residues" in row.detail


def test_a_call_of_which_no_protein_can_be_told_keeps_its_reason() -> None:
    """A lost splice site beside G12D on the same copy: each has its own account, and both their reasons."""
    splice = call("chr1:150:G>A", told(KRAS, "splice_donor_variant"), phase=CIS)
    accounts = assembled(replace(g12d(), phase=CIS), splice).accounts
    assert {key[0].start: [reason for reason, _ in one.refused] for key, one in accounts.items()} == {
        134: [Outcome.PHASE_UNRESOLVED],
        149: [Outcome.SPLICE_UNMODELLED],
    }
    (alone,) = assembled(splice).accounts.values()
    assert alone.refused == [
        (Outcome.SPLICE_UNMODELLED, "a splice site is lost; how the transcript is spliced instead is unknown")
    ]


def test_each_transcript_s_source_is_its_own() -> None:
    """Residue 12 of one transcript is 15 of another; in a third it lies in a splice region: place and remarks."""
    one = call(
        "chr1:135:G>A",
        told(KRAS, "missense_variant", "12", "G/D", transcript="ENST1.1"),
        told("MAS" + KRAS[3:], "missense_variant&splice_region_variant", "12", "G/D", transcript="ENST2.1"),
        told("MKLMTE" + KRAS[3:], "missense_variant", "15", "G/D", transcript="ENST3.1"),
    )
    sources = assembled(one).sources[(one,), "KLVVVGAD"]
    assert [(source.change.transcript.transcript, source.peptide.offset) for source in sources] == [
        ("ENST1.1", 4), ("ENST2.1", 4), ("ENST3.1", 7),
    ]  # fmt: skip
    assert [len(source.remarks) for source in sources] == [0, 1, 0]
    assert {source.peptide.sequence for source in sources} == {"KLVVVGAD"}


NAMES = ("ENST1.1", "ENST2.1", "ENST3.1")
NEAR = (
    ("chr1:128:G>T", "10", "G/V", "gGa/gTa"), ("chr1:135:G>A", "12", "G/D", "gGt/gAt"),
    ("chr1:135:GT>AC", "12", "G/D", "gGT/gAC"), ("chr1:140:G>C", "14", "V/L", "Gta/Cta"),
    ("chr1:156:CA>C", "20", "T/X", "aCA/aC"),
)  # fmt: skip


@pytest.mark.parametrize("seed", range(120))
def test_transcripts_are_cut_as_if_each_were_the_only_one(seed: int) -> None:
    """Calls near one another, of any phase, each on some of a gene's transcripts: a transcript owes others nothing."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    calls = []
    for place, residue, residues, codons in NEAR:
        terms = "frameshift_variant" if residues.endswith("X") else "missense_variant"
        where = [name for name in NAMES if rng.random() < 0.7]
        calls.append(
            call(
                place,
                *(told(KRAS, terms, residue, residues, codons, transcript=name) for name in where),
                phase=rng.choice([None, CIS, replace(CIS, side=0)]),
                germline=rng.random() < 0.2,
                homozygous=rng.random() < 0.2,
            )
        )
    mode = rng.choice(list(Unphased))
    together = assemble(calls, (8, 9), AnnotationTranslator(), admit_incomplete=False, unphased=mode)
    for name in NAMES:
        only = [
            replace(one, consequences=tuple(told for told in one.consequences if told.transcript == name))
            for one in calls
        ]
        alone = assemble(only, (8, 9), AnnotationTranslator(), admit_incomplete=False, unphased=mode)
        assert made_on(name, together) == made_on(name, alone)
        assert {key: one for key, one in together.accounts.items() if key[1] == name} == alone.accounts


def made_on(name: str, assembly: Assembly) -> dict[tuple[tuple[Variant, ...], str], tuple[int, str, tuple[str, ...]]]:
    """List a transcript's peptides, with what is told of each."""
    return {
        (tuple(call.variant for call in calls), peptide): (source.window.offset, source.phase, source.remarks)
        for (calls, peptide), sources in assembly.sources.items()
        for source in sources
        if source.change.transcript.transcript == name
    }


def test_only_the_calls_of_an_unknown_stretch_are_told_of_it() -> None:
    """T2A in cis with a frameshift of which the first new residue is told: T2A's account has no reason."""
    substitution = call("chr1:104:A>G", told(KRAS, "missense_variant", "2", "T/A", "Aca/Gca"), phase=CIS)
    cut = call(
        "chr1:156:CA>C",
        told(KRAS, "frameshift_variant", "20", "T/X", cds="59", HGVSp="p.Thr20ArgfsTer9"),
        phase=CIS,
    )
    accounts = assembled(substitution, cut).accounts
    refused = {str(variant): [reason for reason, _ in one.refused] for (variant, _), one in accounts.items()}
    assert refused == {"chr1:104:A>G": [], "chr1:156:CA>C": [Outcome.SEQUENCE_NEEDED]}
    # windows that hold the unknown residue are told of the frameshift alone, too
    unknown = {str(variant): bool(one.unscorable) for (variant, _), one in accounts.items()}
    assert unknown == {"chr1:104:A>G": False, "chr1:156:CA>C": True}


def test_a_peptide_that_occurs_twice_in_a_protein_counts_once() -> None:
    """Two copies of a stretch, both changed alike in cis by two calls: one key for each call, one source each."""
    normal = "M" + "ACWRFDEK" * 2 + "G"
    calls = [
        call("chr1:107:T>C", told(normal, "missense_variant", "3", "C/H"), phase=CIS),
        call("chr1:131:T>C", told(normal, "missense_variant", "11", "C/H"), phase=CIS),
    ]
    sources = {key: value for key, value in assembled(*calls).sources.items() if key[1] == "AHWRFDEK"}
    assert {key[0] for key in sources} == {(calls[0],), (calls[1],)}
    assert all(len(value) == 1 for value in sources.values())


@pytest.mark.parametrize("other", ["", KRAS + "W"])
def test_records_that_state_different_normal_proteins_for_a_transcript_are_refused(other: str) -> None:
    """Which of two the transcript's protein is can't be told: each call has its reason, whichever comes first."""
    first, second = g12d(), call("chr1:140:G>C", told(other, "missense_variant", "14", "V/L", "Gta/Cta"))
    reason = Outcome.ANNOTATION_MISMATCH if other else Outcome.NO_WILDTYPE_PROTEIN
    for order in ((first, second), (second, first)):
        assert set(rows(*order)) == {
            ("chr1:135:G>A", "ENST1.1", Outcome.ANNOTATION_MISMATCH, 0),
            ("chr1:140:G>C", "ENST1.1", reason, 0),
        }


def test_the_order_of_the_calls_changes_no_peptide() -> None:
    """Groups, representatives and accounts are the same for any order of the input."""
    calls = [
        g12d(),
        call("chr1:140:G>C", told(KRAS, "missense_variant", "14", "V/L", "Gta/Cta"), phase=CIS),
        call("chr1:164:C>T", told(KRAS, "stop_gained", "22", "Q/*", "Caa/Taa"), homozygous=True),
        call("chr1:104:A>G", told(KRAS, "missense_variant", "2", "T/A", "Aca/Gca"), phase=CIS),
    ]
    first = assembled(*calls)
    for order in permutations(calls):
        other = assembled(*order)
        assert other.sources == first.sources
        assert other.accounts == first.accounts


TOY = Gene("gGACATGAAACTGGgtaagtccctttttagCTGCTGAAGTGGgtgagtaccatgactagATCATTTGTAAGACTGATTCc")
"""M K L A A E V D H L; c.5A>G is K2R, c.17A>C is E6A."""


def toy_calls(*names: str, germline: bool = False) -> list[Call]:
    """Call variants of the toy gene, with their consequences."""
    translator = SequenceTranslator(TOY)
    calls = [TOY.call(name, germline=germline) for name in names]
    return [replace(one, consequences=translator.annotate(one)) for one in calls]


def by_name(calls: list[Call], names: str, mode: Unphased) -> dict[tuple[str, str], str]:
    """Assemble 5-mers from sequence; tell each one's phase by the calls that it carries, and itself."""
    translator = SequenceTranslator(TOY)
    calls = [replace(one, consequences=translator.annotate(one)) for one in calls]
    told = {one.variant: name for one, name in zip(calls, names.split(), strict=True)}
    sources = assemble(calls, (5,), translator, admit_incomplete=False, unphased=mode).sources
    return {
        ("+".join(told[one.variant] for one in carried), peptide): source.phase
        for (carried, peptide), (source,) in sources.items()
    }


ONLY_E6A = {("17A>C", peptide): "single" for peptide in ("LAAAV", "AAAVD", "AAVDH", "AVDHL")}
SURE = {("5A>G", "MRLAA"): "single"} | ONLY_E6A
"""Windows that hold one of the two residues."""
EACH_ALONE = {("5A>G", "RLAAE"): "unphased_neighbour", ("17A>C", "KLAAA"): "unphased_neighbour"}
TOGETHER = {("5A>G+17A>C", "RLAAA"): "assumed_cis"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Unphased.TRANS, SURE | EACH_ALONE),
        (Unphased.CIS, SURE | TOGETHER),
        (Unphased.BOTH, SURE | EACH_ALONE | TOGETHER),
    ],
)
def test_neighbours_of_unknown_phase_are_taken_as_asked_for(
    mode: Unphased, expected: dict[tuple[str, str], str]
) -> None:
    """K2R and E6A: one 5-mer would hold both; what holds one of them needs no assumption, whatever is asked for."""
    calls = toy_calls("5A>G", "17A>C")
    assert by_name(calls, "5A>G 17A>C", mode) == expected
    assert by_name(calls[::-1], "17A>C 5A>G", mode) == expected


def test_a_germline_neighbour_of_unknown_phase_is_taken_in_cis() -> None:
    """E6A beside a germline K2R: with it, only the window of both differs, and carries the somatic call alone."""
    calls = [*toy_calls("5A>G", germline=True), *toy_calls("17A>C")]
    alone = ONLY_E6A | {("17A>C", "KLAAA"): "unphased_neighbour"}
    assert by_name(calls, "5A>G 17A>C", Unphased.TRANS) == alone
    assert by_name(calls, "5A>G 17A>C", Unphased.BOTH) == alone | {("17A>C", "RLAAA"): "assumed_cis"}


def test_a_germline_call_in_cis_is_remarked_where_a_peptide_holds_it() -> None:
    """K2R germline and E6A on one copy: RLAAA holds both, the others only E6A; all carry the somatic call alone."""
    phase = PhaseSet("PS", "7", 0)
    translator = SequenceTranslator(TOY)
    calls = [TOY.call("5A>G", germline=True, phase=phase), TOY.call("17A>C", phase=phase)]
    calls = [replace(one, consequences=translator.annotate(one)) for one in calls]
    sources = assemble(calls, (5,), translator, admit_incomplete=False).sources
    found = {peptide: (source.phase, source.remarks) for (_, peptide), (source,) in sources.items()}
    words = f"the germline variant {calls[0].variant} on the same copy is in both peptides"
    assert found == {"RLAAA": ("PS", (words,))} | {peptide: ("single", ()) for _, peptide in ONLY_E6A}
    assert {carried for carried, _ in sources} == {(calls[1],)}


def test_an_assumption_that_leaves_nothing_known_takes_nothing_away() -> None:
    """E6A and a lost splice site before it, of unknown phase: in cis nothing would be known, so each stays alone."""
    names = "17A>C 11-1G>A"
    calls = toy_calls(*names.split())
    for mode in Unphased:
        made = by_name(calls, names, mode)
        assert {peptide for carried, peptide in made if carried == "17A>C"} == {
            "KLAAA",
            "LAAAV",
            "AAAVD",
            "AAVDH",
            "AVDHL",
        }
        assert set(made.values()) == {"unphased_neighbour"}


def test_neighbours_out_of_a_peptide_s_reach_are_left_alone() -> None:
    """K2R and L10F (TTG → TTT): no 5-mer holds residues 2 and 10."""
    names = "5A>G 30G>T"
    calls = toy_calls(*names.split())
    expected = {("5A>G", "MRLAA"): "single", ("5A>G", "RLAAE"): "single", ("30G>T", "EVDHF"): "single"}
    for mode in Unphased:
        assert by_name(calls, names, mode) == expected
