"""The main job on a made-up genome whose peptides can be spelled out by hand; scores are made up."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neosieve.model.candidate import Tier
from neosieve.model.ledger import Outcome
from neosieve.pipeline import run
from neosieve.settings import RunSettings
from tests.biology.fakes import FakePredictor
from tests.madeup import CHROMOSOMES, INTRONS, TOY, TWIN, Change, World, change, intron, kmers, new

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neosieve.model.candidate import Ranked
    from neosieve.model.run import RunResult

G12D = change(12, 2, "A")  # GGT → GAT
S17R = change(17, 3, "A")  # AGT → AGA
A18V = change(18, 2, "T")  # GCC → GTC
T20M = change(20, 2, "T")  # ACG → ATG
Q22K = change(22, 1, "A")  # CAG → AAG
START = change(1, 2, "C")  # ATG → ACG
ACCEPTOR = Change(intron(1, -1), "G", "A")


def exchanged(*names: str, protein: str = TOY) -> str:
    """Exchange residues, named as ``S17R``."""
    for name in names:
        at = int(name[1:-1]) - 1
        assert protein[at] == name[0]
        protein = protein[:at] + name[-1] + protein[at + 1 :]
    return protein


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return the genome, in this test's folder."""
    return World(tmp_path)


def running(options: RunSettings) -> RunResult:
    """Run, and hold the ledger against the VCF: a row for each ALT at least, no other ALT, as many peptides."""
    result = run(options, predictor=FakePredictor())
    lines = options.vcf.read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines if not line.startswith("#")]
    alts = {f"{one[0]}:{one[1]}:{one[3]}>{alt}" for one in fields for alt in one[4].split(",")}
    assert {row.variant for row in result.ledger} == alts
    assert result.funnel[0].count == sum(len(one[4].split(",")) for one in fields)
    found: dict[tuple[str, str], set[str]] = {}
    for one in result.ranked:
        for call in one.candidate.peptide.calls:
            for transcript in one.candidate.transcripts:
                found.setdefault((str(call.variant), transcript), set()).add(one.candidate.peptide.sequence)
    counted = {(row.variant, row.transcript or ""): row.n_peptides for row in result.ledger if row.n_peptides}
    assert counted == {key: len(peptides) for key, peptides in found.items()}
    assert all((row.n_peptides > 0) == (row.outcome is Outcome.CANDIDATES) for row in result.ledger)
    return result


def peptides(result: RunResult) -> set[str]:
    """List the candidates' peptides."""
    return {one.candidate.peptide.sequence for one in result.ranked}


def outcomes(result: RunResult) -> dict[str, set[Outcome]]:
    """Tell what became of each ALT."""
    told: dict[str, set[Outcome]] = {}
    for row in result.ledger:
        told.setdefault(row.variant, set()).add(row.outcome)
    return told


def by_peptide(result: RunResult) -> dict[str, Ranked]:
    """Find candidates by their peptide; there is one allele."""
    found = {one.candidate.peptide.sequence: one for one in result.ranked}
    assert len(found) == len(result.ranked)
    return found


def test_an_unannotated_missense_gives_the_windows_over_its_residue(world: World) -> None:
    """S17R lies far from both ends: 8 + 9 + 10 + 11 windows, each with its aligned wild type, expression unknown."""
    result = running(world.settings(world.vcf([S17R])))
    assert peptides(result) == new(exchanged("S17R"))
    assert len(peptides(result)) == 38
    for one in result.ranked:
        assert one.candidate.peptide.wildtype == one.candidate.peptide.sequence.replace("R", "S")
        assert one.candidate.change.label == "p.Ser17Arg"
        assert one.candidate.phase == "single"
        assert one.tier in {Tier.EXPRESSION_NOT_ASSESSED, Tier.POOR_BINDER}


def test_what_decided_is_named(world: World) -> None:
    """The run's record holds the reference in words and as an input with its checksum; the funnel says so, too."""
    result = running(world.settings(world.vcf([S17R])))
    assert result.reference.startswith("toy1.ref, format 1, sha256 ")
    (file,) = (one for one in result.inputs if one.role == "reference")
    assert file.name == "toy1.ref"
    assert len(file.sha256) == 64
    assert result.funnel[2].label == "somatic in the tumour, on the reference"
    settings_ = dict(result.settings)
    assert (settings_["unphased"], settings_["hypotheses"], settings_["germline_sample"]) == ("trans", "", "")


def test_a_reference_needs_no_proteome_to_compare_with(world: World) -> None:
    """Self-matching is on: no warning that it sees but a part."""
    assert not any("--proteome" in text for text in running(world.settings(world.vcf([S17R]))).warnings)


def test_a_peptide_of_another_gene_is_excluded_by_default_with_its_transcript(world: World) -> None:
    """G12D makes LVVVGADGVGKS, which TWIN holds: 5 + 4 + 3 + 2 windows, all with D, are no candidates."""
    result = running(world.settings(world.vcf([G12D])))
    common = kmers("LVVVGADGVGKS")
    assert len(common) == 14
    assert "LVVVGADGVGKS" in TWIN
    assert peptides(result) == new(exchanged("G12D")) - common
    assert {one.peptide for one in result.excluded} == common
    assert {(one.transcript, one.gene, one.source) for one in result.excluded} == {("ENST1.1", "TOY", "ENST2.1 (TWIN)")}
    (row,) = result.ledger
    assert (row.outcome, row.n_peptides) == (Outcome.CANDIDATES, len(peptides(result)))
    assert row.detail.startswith("14 new peptides occur in other normal proteins")


def test_a_heterozygous_germline_neighbour_is_flagged(world: World) -> None:
    """Unphased A18V: S17R is scored on the reference's protein, each window over residue 18 is in doubt."""
    result = running(world.settings(world.vcf([S17R]), germline=world.germline([A18V])))
    assert peptides(result) == new(exchanged("S17R"))
    for sequence, one in by_peptide(result).items():
        over = sequence in exchanged("S17R")[17 - 11 : 28] and "RA" in sequence
        assert one.candidate.phase == ("unphased_neighbour" if over else "single")


def test_a_homozygous_germline_neighbour_is_in_both_proteins(world: World) -> None:
    """A18V on every copy: S17R is made on V18, and its wild type has V18 too. Nothing is in doubt."""
    inherited = replace(A18V, tumor="1/1")
    result = running(world.settings(world.vcf([S17R]), germline=world.germline([inherited])))
    both = exchanged("S17R", "A18V")
    assert peptides(result) == kmers(both) - kmers(TOY, exchanged("A18V"))
    for sequence, one in by_peptide(result).items():
        at = both.index(sequence)
        assert one.candidate.peptide.wildtype == exchanged("A18V")[at : at + len(sequence)]
        # the germline variant is no part of what is new
        assert [str(call.variant) for call in one.candidate.peptide.calls] == [world.name(S17R)]


@pytest.mark.parametrize(
    ("keys", "somatic", "inherited", "normal"),
    [
        ("GT:PS", "0|1:7", "0|1:7", "0|1:7"),
        ("GT:PGT:PID", "0/1:0|1:7_A_C", "0/1:0|1:7_A_C", "0/1:.:."),
        ("GT:HP", "0/1:7-1,7-2", "0/1:7-1,7-2", "0/1:."),
    ],
)
def test_a_germline_record_in_the_same_file_is_phased(
    world: World, keys: str, somatic: str, inherited: str, normal: str
) -> None:
    """PS, PGT with PID, GATK 3's HP: in cis, A18V belongs to both proteins of S17R."""
    records = [
        replace(S17R, keys=keys, tumor=somatic, normal="0/0"),
        replace(A18V, keys=keys, tumor=inherited, normal=normal),
    ]
    result = running(world.settings(world.vcf(records)))
    both = exchanged("S17R", "A18V")
    assert peptides(result) == kmers(both) - kmers(TOY, exchanged("A18V"))
    assert outcomes(result)[world.name(A18V)] == {Outcome.GERMLINE}
    assert by_peptide(result)[both[10:20]].candidate.peptide.wildtype == exchanged("A18V")[10:20]


def test_a_germline_record_on_the_other_copy_changes_nothing(world: World) -> None:
    """0|1 and 1|0 of one phase set: S17R lies on the reference's residues, without doubt."""
    records = [
        replace(S17R, keys="GT:PS", tumor="0|1:7"),
        replace(A18V, keys="GT:PS", tumor="1|0:7", normal="1|0:7"),
    ]
    result = running(world.settings(world.vcf(records)))
    assert peptides(result) == new(exchanged("S17R"))
    assert {one.candidate.phase for one in result.ranked} == {"single"}


def test_a_somatic_call_that_the_germline_vcf_holds_is_germline(world: World) -> None:
    """No candidates of it, one row that says so; what it makes is normal."""
    result = running(world.settings(world.vcf([S17R]), germline=world.germline([S17R])))
    assert not result.ranked
    assert outcomes(result) == {world.name(S17R): {Outcome.GERMLINE}}


def test_germline_proteins_are_normal_wherever_they_lie(world: World) -> None:
    """TWIN's D12C is the patient's own: TOY's G12C makes LVVVGACGVGKS, which is then no news."""
    inherited = Change(16 + 11 * 3, "GA", "TG", contig="chr21")  # GAT → TGT
    somatic = change(12, 1, "T")  # GGT → TGT
    without = running(world.settings(world.vcf([somatic])))
    result = running(world.settings(world.vcf([somatic]), germline=world.germline([inherited])))
    assert peptides(without) == new(exchanged("G12C"))
    assert peptides(result) == new(exchanged("G12C")) - kmers("LVVVGACGVGKS")
    assert {one.source for one in result.excluded} == {f"ENST2.1 with {world.name(inherited)}"}


@pytest.mark.parametrize(
    ("mode", "proteins"),
    [
        ("trans", [exchanged("T20M"), exchanged("Q22K")]),
        ("cis", [exchanged("T20M", "Q22K")]),
        ("both", [exchanged("T20M"), exchanged("Q22K"), exchanged("T20M", "Q22K")]),
    ],
)
def test_neighbours_of_unknown_phase(world: World, mode: str, proteins: list[str]) -> None:
    """T20M and Q22K: apart, together, or every combination; what rests on an assumption is said to."""
    result = running(world.settings(world.vcf([T20M, Q22K]), unphased=mode))
    assert peptides(result) == new(*proteins)
    for sequence, one in by_peptide(result).items():
        carried = {name for name, residue in (("T20M", "LMI"), ("Q22K", "KLI")) if residue[:2] in sequence}
        if "MIK" in sequence:
            assert one.candidate.phase == "assumed_cis"
            assert len(one.candidate.peptide.calls) == 2
            assert "it is assumed that variants of unknown phase lie in cis" in one.reasons
            assert one.tier in {Tier.UNCERTAIN, Tier.POOR_BINDER}
        elif {"MIQ", "TIK"} & {sequence[at : at + 3] for at in range(len(sequence))}:
            assert one.candidate.phase == "unphased_neighbour", (carried, sequence)
            assert "a variant of unknown phase would change this peptide" in one.reasons


@pytest.mark.parametrize("mode", ["cis", "both"])
def test_what_is_phased_together_joins_together(world: World, mode: str) -> None:
    """T20M and Q22K share a copy by PS; N26H may share it or not: nothing has T20M or Q22K alone."""
    phased = [replace(T20M, keys="GT:PS", tumor="0|1:7"), replace(Q22K, keys="GT:PS", tumor="0|1:7")]
    result = running(world.settings(world.vcf([*phased, change(26, 1, "C")]), unphased=mode))
    pair = exchanged("T20M", "Q22K")
    alone = [pair, exchanged("N26H")] if mode == "both" else []
    assert peptides(result) == new(*alone, exchanged("N26H", protein=pair))


def test_a_silent_mate_joins_too(world: World) -> None:
    """ACG → ATA by two calls of one set, of which neither exists alone: with N26H assumed in cis it is I, never M."""
    codon = [replace(T20M, keys="GT:PS", tumor="0|1:7"), replace(change(20, 3, "A"), keys="GT:PS", tumor="0|1:7")]
    result = running(world.settings(world.vcf([*codon, change(26, 1, "C")]), unphased="cis"))
    assert peptides(result) == new(exchanged("T20I", "N26H"))
    both_calls = {one.candidate.phase for one in result.ranked if len(one.candidate.peptide.calls) == 2}
    assert both_calls == {"PS"}


def test_what_exists_without_an_assumption_rests_on_none(world: World) -> None:
    """Windows of T20M that end with residue 21, and of Q22K that begin with it, hold one of the two: no doubt."""
    result = by_peptide(running(world.settings(world.vcf([T20M, Q22K]), unphased="both")))
    apart = new(exchanged("T20M")[:21], exchanged("Q22K")[20:])
    assert {result[sequence].candidate.phase for sequence in apart} == {"single"}


def test_two_alts_of_a_codon_in_cis_are_one_residue(world: World) -> None:
    """ACG → ATG (M) and ACG → ACA (silent) on one copy are ATA, I: T20I, carried by both. HP is GATK 3's phase."""
    records = [
        replace(T20M, keys="GT:HP", tumor="0/1:7-1,7-2"),
        replace(change(20, 3, "A"), keys="GT:HP", tumor="0/1:7-1,7-2"),
    ]
    result = running(world.settings(world.vcf(records)))
    assert peptides(result) == new(exchanged("T20I"))
    assert {len(one.candidate.peptide.calls) for one in result.ranked} == {2}
    assert {one.candidate.phase for one in result.ranked} == {"HP"}


def test_a_lost_splice_site_without_the_flag(world: World) -> None:
    """No peptides; a row that names the site."""
    result = running(world.settings(world.vcf([ACCEPTOR])))
    assert not result.ranked
    (row,) = result.ledger
    assert row.outcome is Outcome.SPLICE_UNMODELLED
    assert "acceptor of intron 1" in row.detail


def test_a_lost_splice_site_as_a_hypothesis(world: World) -> None:
    """Exon 2 skipped: …GAG|HFV…; intron 1, its last base now A, retained: …GAG|V S W and a stop. Both in doubt."""
    assert INTRONS[0].startswith("GTAAGTTGGTGA")  # V S W stop
    skipped, retained = TOY[:12] + TOY[26:], TOY[:12] + "VSW"
    result = running(world.settings(world.vcf([ACCEPTOR]), hypotheses=["splice"]))
    assert peptides(result) == new(skipped, retained)
    for sequence, one in by_peptide(result).items():
        words = ["hypothesis: exon 2 of 3 is skipped"] if sequence in skipped else []
        words += ["hypothesis: intron 1 of 2 is retained"] if sequence in retained else []
        assert [reason for reason in one.reasons if "hypothesis" in reason] == words
        assert one.tier in {Tier.UNCERTAIN, Tier.SELF_LIKE, Tier.POOR_BINDER}  # GHFVDEYDPT is like NHFVDEYDPT
    assert any(one.tier is Tier.UNCERTAIN for one in result.ranked)


def test_a_lost_start_without_the_flag(world: World) -> None:
    """No peptides; a row that says why."""
    result = running(world.settings(world.vcf([START])))
    assert not result.ranked
    assert outcomes(result) == {world.name(START): {Outcome.START_LOST_UNMODELLED}}


def test_a_lost_start_as_a_hypothesis(world: World) -> None:
    """TAT GAA holds the next ATG: ATG AAC TTG TGG TCG TTG GAG CTG GTG GCG TAG: MNLWSLELVA, from another frame."""
    result = running(world.settings(world.vcf([START]), hypotheses=["start"]))
    assert peptides(result) == kmers("MNLWSLELVA")
    for one in result.ranked:
        assert "hypothesis: with the start codon lost, translation starts at the next ATG" in one.reasons
        assert one.tier in {Tier.UNCERTAIN, Tier.POOR_BINDER}


def test_one_hypothesis_is_not_the_other(world: World) -> None:
    """Each flag makes its own products only."""
    records = world.vcf([START, Change(intron(2, 0), "G", "A")])
    for asked, made in (("splice", world.name(Change(intron(2, 0), "G", "A"))), ("start", world.name(START))):
        result = running(world.settings(records, hypotheses=[asked]))
        assert {name for name, told in outcomes(result).items() if Outcome.CANDIDATES in told} == {made}


def test_frameshifts_and_stop_losses_are_read_into_the_utr(world: World) -> None:
    """TCC TAC TAA GCA TGG … less a T of TAC: ACT AAG CAT GGC ACT TGA: T K H G T; TAA → CAA: Q A W H L I, then no stop.

    Behind the lost stop: CAA GCA TGG CAC TTG ATT C: six residues, and the transcript ends: what follows is unknown.
    """
    shifted = running(world.settings(world.vcf([Change(change(40, 1, "N").start, "T", "")])))
    assert peptides(shifted) == new(TOY[:39] + "TKHGT")
    lost = running(world.settings(world.vcf([change(41, 1, "C")])))
    assert peptides(lost) == new(TOY + "QAWHLI")


def test_decay_of_premature_stops() -> None:
    """The demo's genes: ``predicted`` in the middle, ``escape`` in the last exon, NA without a premature stop.

    SAMHD1 p.Arg290ValfsTer11 stops at residue 300 of 626, in exon 8 of 16 (residues 285–317), far from start and last
    junction. ASXL1's two frameshifts, of residues 635 and 646 of 1,541, lie in its last exon (residues 574 ff.).
    """
    genes = Path(__file__).parents[1] / "reference" / "genes"
    options = RunSettings(
        vcf=genes / "demo_unannotated.vcf", reference=genes / "genes.ref", hla="A*02:01", out=Path("unused")
    )
    told: dict[str, set[str | None]] = {}
    for one in running(options).ranked:
        told.setdefault(str(one.candidate.call.variant), set()).add(one.candidate.nmd)
    assert told["20:35545436:CG>C"] == {"predicted"}
    assert told["20:31022402:TCACCACTGCCATAGAGAGGCGGC>T"] == {"escape"}
    assert told["20:31022441:A>AG"] == {"escape"}
    assert told["20:57484421:G>A"] == {None}


def records_of(result: RunResult, names: Mapping[str, str] | None = None) -> tuple[object, ...]:
    """Tell peptides with their calls, exclusions and outcomes; variants by other names if asked."""

    def called(name: str) -> str:
        return name if names is None else names[name]

    ranked = {
        (
            one.candidate.peptide.sequence,
            frozenset(called(str(call.variant)) for call in one.candidate.peptide.calls),
            one.candidate.peptide.wildtype,
            one.candidate.phase,
        )
        for one in result.ranked
    }
    ledger = {(called(row.variant), row.transcript, row.outcome, row.n_peptides) for row in result.ledger}
    excluded = {(called(one.variant), one.peptide, one.source) for one in result.excluded}
    return ranked, ledger, excluded, result.funnel[1:]


MIXED = (
    G12D,
    replace(T20M, keys="GT:PS", tumor="0|1:7"),
    replace(change(20, 3, "A"), keys="GT:PS", tumor="0|1:7"),
    Change(change(31, 1, "N").start, "G", ""),  # GAA ATG …: E31 in another frame
    replace(A18V, tumor="0/1", normal="0/1"),
    ACCEPTOR,
)


def test_the_order_of_records_changes_nothing(world: World) -> None:
    """Peptides, outcomes, exclusions and counts are those of any order of a mixed VCF."""
    first = records_of(running(world.settings(world.vcf(MIXED))))
    for order in list(permutations(MIXED))[::97]:
        assert records_of(running(world.settings(world.vcf(order)))) == first


def test_splitting_a_record_with_several_alts_changes_nothing(world: World) -> None:
    """T20 ACG → ATG (M), AAG (K): GT 1/2 in one record, 0/1 in two; the MNV and the '*' beside them likewise."""
    at = T20M.start + 1
    joined = f"chr20\t{at}\t.\tC\tT,A,*\t.\tPASS\t.\tGT:AD\t0/0:9,0,0,0\t1/2:2,4,3,0"
    split = [
        f"chr20\t{at}\t.\tC\tT\t.\tPASS\t.\tGT:AD\t0/0:9,0\t0/1:5,4",
        f"chr20\t{at}\t.\tC\tA\t.\tPASS\t.\tGT:AD\t0/0:9,0\t0/1:6,3",
        f"chr20\t{at}\t.\tC\t*\t.\tPASS\t.\tGT:AD\t0/0:9,0\t0/0:9,0",
    ]
    one = running(world.settings(world.vcf([joined, world.line(S17R)])))
    other = running(world.settings(world.vcf([*split, world.line(S17R)])))
    assert peptides(one) == new(exchanged("T20M"), exchanged("T20K"), exchanged("S17R"))
    assert records_of(one) == records_of(other)


def test_a_world_read_from_the_other_side_is_the_same(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Genome, strands and VCF reverse-complemented: the same peptides and outcomes."""
    results = []
    for strand in (1, -1):
        world = World(tmp_path_factory.mktemp("world"), strand)
        names = {world.name(one): str(number) for number, one in enumerate(MIXED)}
        for options in ({}, {"hypotheses": ["splice", "start"]}, {"unphased": "both"}):
            result = running(world.settings(world.vcf(MIXED), **options))
            results.append(records_of(result, names))
    assert results[:3] == results[3:]


def _substitutions() -> st.SearchStrategy[list[tuple[int, str, str]]]:
    """Draw SNVs within TOY: place from its first base, ALT by index, genotype."""
    one = st.tuples(st.integers(16, 200), st.sampled_from("ACGT"), st.sampled_from(["0/1", "1/1", "0|1:7", "1|0:7"]))
    return st.lists(one, min_size=1, max_size=5, unique_by=lambda drawn: drawn[0])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(drawn=_substitutions(), mode=st.sampled_from(["trans", "cis", "both"]))
def test_any_variants_read_from_the_other_side_are_the_same(
    worlds: tuple[World, World], drawn: list[tuple[int, str, str]], mode: str
) -> None:
    """Random SNVs of every phase, in and around the gene, in either order, on either strand."""
    changes = [
        Change(at, CHROMOSOMES["chr20"][at], alt, tumor=genotype, keys="GT:PS" if "|" in genotype else "GT")
        for at, alt, genotype in drawn
        if alt != CHROMOSOMES["chr20"][at]
    ]
    told = []
    for world in worlds:
        names = {world.name(one): f"{one.start}{one.new}" for one in changes}
        for order in (changes, changes[::-1]):
            result = running(world.settings(world.vcf(order), unphased=mode))
            told.append(records_of(result, names))
    assert all(one == told[0] for one in told)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, World]:
    """Return the genome on both strands, each in a folder of its own."""
    return World(tmp_path_factory.mktemp("plus"), 1), World(tmp_path_factory.mktemp("minus"), -1)
