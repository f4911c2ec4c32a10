"""The engine against the brute-force translator: the same new peptides for every haplotype on every transcript.

The two share no code. What both hold to is stated in ``bruteforce.py``; where a variant can be written at several
places of a repeat that don't lead to one answer, the engine may give any of them, and that is counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle import generate
from tests.oracle.adapter import LENGTHS, NOTHING, Answer, Engine
from tests.oracle.bruteforce import (
    FAR,
    Edit,
    Model,
    is_sound,
    judge,
    kmers,
    normal_protein,
    on_transcript,
    read_fasta,
    read_gtf,
    without_trouble,
)
from tests.oracle.generate import World, mirrored, mirrored_edit, random_haplotype, random_world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.oracle.bruteforce import Verdict

GRCH37 = Path(__file__).parents[2].parent / "shared" / "genome" / "grch37"
FASTA, GTF = GRCH37 / "20.fa.gz", GRCH37 / "gencode_v19_basic.chr20.gtf.gz"
SEEDS = st.integers(0, 2**32 - 1)
PARTLY = "tells no more than what a conflict or a splice site elsewhere leaves known"
SHOWN = 12  # disagreements written out in a failure

worlds_of_a_few = settings(
    derandomize=True, deadline=None, database=None, max_examples=120, suppress_health_check=list(HealthCheck)
)


def compared(verdicts: list[Verdict], answer: Answer) -> str:
    """Say how the engine's answer stands to the oracle's: as written, as written elsewhere, or neither."""
    own = kmers(verdicts[0].reference, LENGTHS)
    got = answer.peptides - own
    expected = [verdict.peptides(LENGTHS) for verdict in verdicts]
    if got == expected[0]:
        return "agrees"
    return "agrees with another way of writing" if got in expected else "disagrees"


def protein_differs(verdicts: list[Verdict], answer: Answer) -> bool:
    """Tell whether a whole mutant protein was given that no way of writing the haplotype leads to.

    The engine ends a protein with X where the transcript ends before a stop is read; the oracle ends it there.
    """
    possible = {verdict.mutant.rstrip("X") for verdict in verdicts if not verdict.reason}
    return bool({protein.rstrip("X") for protein in answer.proteins} - possible) and bool(answer.peptides)


def shown(world: World, model: Model, haplotype: Iterable[Edit], verdicts: list[Verdict], answer: Answer) -> str:
    """Write a disagreement so that it can be worked out by hand."""
    chromosome = world.sequences[model.contig]
    genome = f"\n  genome {chromosome}" if len(chromosome) < 3000 else ""
    expected = verdicts[0].peptides(LENGTHS)
    return (
        f"{' + '.join(map(str, haplotype))} on {model.name} ({model.strand}, exons {model.exons[:6]}, cds "
        f"{model.coding}, frame {model.frame}, {sorted(model.tags)}, U at {model.selenocysteines}){genome}\n"
        f"  normal   {verdicts[0].normal}\n"
        f"  expected {[verdict.reason or verdict.mutant for verdict in verdicts]}\n"
        f"  got      {sorted(answer.proteins) or sorted(answer.reasons)} {sorted(answer.labels)}\n"
        f"  missing  {sorted(expected - answer.peptides)[:3]} …, unexpected {sorted(answer.peptides - expected)[:3]} …"
    )


@dataclass
class Tally:
    """What was compared, and how it came out."""

    comparisons: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def compare(self, world: World, engine: Engine, haplotype: tuple[Edit, ...], models: Iterable[Model]) -> None:
        """Compare one haplotype on these transcripts."""
        answers = engine.answers(haplotype)
        for model in models:
            chromosome = world.sequences[model.contig]
            # what lies wholly beside a transcript is none of its calls, so no conflict on it either
            verdicts = judge(model, chromosome, on_transcript(model, haplotype))
            answer = answers.get(model.name, NOTHING)
            outcome = compared(verdicts, answer)
            if outcome == "disagrees" and verdicts[0].reason in {"conflict", "splice_unmodelled"}:
                rest = judge(model, chromosome, without_trouble(model, chromosome, haplotype))
                if any(answer.peptides <= verdict.peptides(LENGTHS) for verdict in rest):
                    outcome = PARTLY
            if outcome.startswith("agrees") and protein_differs(verdicts, answer):
                outcome = "disagrees on the protein"
            self.comparisons += 1
            self.outcomes[outcome] += 1
            self.classes.update(generate.classes(model, chromosome, haplotype, verdicts))
            if outcome.startswith("disagrees"):
                self.problems.append(shown(world, model, haplotype, verdicts, answer))

    def report(self, title: str) -> str:
        """Write the counts, the most common class first."""
        counts = "  ".join(f"{name} {count}" for name, count in self.classes.most_common())
        outcomes = ", ".join(f"{count} {name}" for name, count in self.outcomes.most_common())
        return f"\n{title}: {self.comparisons} haplotypes on transcripts; {outcomes}\n  {counts}\n"

    def check(self, expected: frozenset[str]) -> None:
        """Hold that nothing disagreed and that every class was reached."""
        assert not self.problems, f"{len(self.problems)} disagree:\n" + "\n".join(
            sorted(self.problems, key=len)[:SHOWN]
        )
        assert expected <= self.classes.keys(), f"never reached: {sorted(expected - self.classes.keys())}"


def synthetic_sweep(seeds: Iterable[int], haplotypes: int) -> Tally:
    """Compare random haplotypes on random genomes, each on all the genome's transcripts."""
    tally = Tally()
    for seed in seeds:
        rng = Random(seed)  # noqa: S311 - repeatable, not secret
        world = random_world(rng)
        if not world.models:
            continue
        engine = Engine.on(world.models, world.sequences)
        for _ in range(haplotypes):
            model = rng.choice(world.models)
            haplotype = random_haplotype(rng, world.sequences[model.contig], model)
            tally.compare(world, engine, haplotype, world.models)
    return tally


def test_random_haplotypes_on_synthetic_genomes(capsys: pytest.CaptureFixture[str]) -> None:
    """Thousands of haplotypes on genes of every awkward kind; the counts say that each class was reached."""
    tally = synthetic_sweep(range(500), 6)
    with capsys.disabled():
        print(tally.report("synthetic genomes"))  # noqa: T201 - the counts are part of what the test shows

    tally.check(generate.EXPECTED | generate.SYNTHETIC)


@pytest.mark.slow
def test_many_random_haplotypes_on_synthetic_genomes(capsys: pytest.CaptureFixture[str]) -> None:
    """The same on other genomes, twenty times as many."""
    tally = synthetic_sweep(range(10_000, 20_000), 6)
    with capsys.disabled():
        print(tally.report("synthetic genomes"))  # noqa: T201 - the counts are part of what the test shows

    tally.check(generate.EXPECTED | generate.SYNTHETIC)


def test_a_deletion_in_conflict_with_a_variant_beside_the_exon() -> None:
    """The deletion of [68, 73) goes over an exon's edge at 69; position 71, in the intron, can't also be exchanged."""
    genome = (
        "ACCGAACGTTCTCCGGGCGTACTCCAAGATCTTTCACTATTCATTTCGACTTACGCGGGTGCACCATTACTGAAGACTTCTGAACGGGGCACTCCTTTTCAAAATGG"
        "ACGGAATTGCTAAGTGTTGCCATCAGGGTTAAGTCATATGTGGCAG"
    )
    exons = ((30, 49), (54, 69), (77, 79), (109, 140))
    model = Model("t", "g", "chr1", "-", exons, ((39, 49), (54, 69), (77, 79), (109, 130)))
    haplotype = [Edit("chr1", 68, "TACTGA", "T"), Edit("chr1", 72, "G", "T")]

    assert judge(model, genome, haplotype)[0].reason == "conflict"
    assert answer_of(World({"chr1": genome}, (model,)), model, haplotype).peptides == frozenset()


def test_what_goes_over_the_transcript_s_own_5_prime_end_leaves_the_rest_known() -> None:
    """Minus strand: four bases over the 5′ end at 140 become TTCTA; two are exchanged in another exon."""
    genome = (
        "ACCGAACGTTCTCCGGGCGTACTCCAAGATCTTTCACTATTCATTTCGACTTACGCGGGTGCACCATTACTGAAGACTTCTGAACGGGGCACTCCTTTTCAAAATGG"
        "ACGGAATTGCTAAGTGTTGCCATCAGGGTTAAGTCATATGTGGCAG"
    )
    exons = ((30, 49), (54, 69), (77, 79), (109, 140))
    model = Model("t", "g", "chr1", "-", exons, ((39, 49), (54, 69), (77, 79), (109, 130)))
    haplotype = [Edit("chr1", 58, genome[57:59], "AC"), Edit("chr1", 139, genome[138:142], "TTCTA")]
    (verdict,) = judge(model, genome, haplotype)

    assert (verdict.reason, verdict.mutant == verdict.normal) == ("", False)
    assert answer_of(World({"chr1": genome}, (model,)), model, haplotype).peptides == verdict.peptides(LENGTHS)


def test_a_frame_that_reads_on_to_the_end_reads_no_base_beyond_it() -> None:
    """ATG GCC GAA AAA CTG TAA, GCC…CG behind it, then TTTT beside the transcript; CGT → AAG over the end at 36.

    With a C more behind ATGGCC it reads ATG GCC CGA AAA ACT GTA AGC CGC CGC CGC CGA A: the G of AAG is not its own.
    """
    genome = "GG" + "ATGGCCGAAAAACTGTAA" + "GCCGCCGCCGCCGCCG" + "TTTT"
    model = Model("t", "g", "chr1", "+", ((2, 36),), ((2, 17),))
    haplotype = [Edit("chr1", 8, "C", "CC"), Edit("chr1", 35, "CGT", "AAG")]
    (verdict,) = judge(model, genome, haplotype)

    assert (verdict.reason, verdict.mutant) == ("", "MARKTVSRRRR")
    assert answer_of(World({"chr1": genome}, (model,)), model, haplotype).peptides == verdict.peptides(LENGTHS)


def test_a_start_codon_that_is_deleted_before_another_of_its_kind() -> None:
    """``ATT ATT GCC …`` of a mitochondrion without its first codon: what read as isoleucine now reads as the start."""
    genome = "GC" + "ATTATTGCCGCACTCGAGAACCCAGGTCTAGAGTTT" + "TAAGC"
    model = Model("t", "g", "chrM", "+", ((0, 43),), ((2, 38),))
    deleted = Edit("chrM", 2, "CATT", "C")

    assert normal_protein(model, genome) == "MIAALENPGLEF"
    answer = answer_of(World({"chrM": genome}, (model,)), model, [deleted])
    # M A A L E N P G L E F: the windows that hold its first residue
    assert answer.peptides == {"MAALENPG", "MAALENPGL", "MAALENPGLE", "MAALENPGLEF"}


@pytest.mark.parametrize(("position", "known"), [(32, True), (31, False)])
def test_an_insertion_at_an_exons_edge_beside_an_exchange(position: int, *, known: bool) -> None:
    """Bases put before the exon [30, 51) are the exon's, one base on: with another first base that isn't the same.

    ``…AG|GCC|G C A …`` for ``…AG|G C A …``: by the exon's second base (32 of the VCF) it can be told from
    ``G|CCG|C A``, by its first (31) it can't.
    """
    genome = "ATGGCTGACCCAGTAAGTTTTTTTTTTTAG" + "GCAGATCATTGGAAATTGGTC" + "TAAGC"
    model = Model("t", "g", "chr1", "+", ((0, 12), (30, 56)), ((0, 12), (30, 51)))
    inserted = Edit("chr1", 30, "G", "GGCC")
    exchanged = Edit("chr1", position, genome[position - 1], "T")
    haplotype = [inserted, exchanged]

    assert normal_protein(model, genome) == "MADPADHWKLV"
    answer = answer_of(World({"chr1": genome}, (model,)), model, haplotype)
    # ATG GCT GAC CCA | GCC GTA GAT …
    assert answer.proteins == ({"MADPAVDHWKLV"} if known else set())


@cache
def chr20() -> tuple[World, Engine]:
    """Read GRCh37's chromosome 20 with its sound gene models, once."""
    for path in (FASTA, GTF):
        if not path.exists():
            pytest.skip(f"no {path}: real data lies beside the checkout, not in it")
    sequences = read_fasta(FASTA)
    models = sorted(read_gtf(GTF, {"chr20": "20"}), key=lambda model: model.exons[0][0])
    sound = tuple(model for model in models if is_sound(model, sequences["20"]))
    assert len(sound) >= 1421  # as an independent translation found
    return World(sequences, sound), Engine.on(sound, sequences)


def chr20_sweep(world: World, engine: Engine, seed: int, haplotypes: int) -> Tally:
    """Compare random haplotypes on real genes, each on all transcripts that it could touch."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    longest = max(model.exons[-1][1] - model.exons[0][0] for model in world.models)
    starts = [model.exons[0][0] for model in world.models]
    tally = Tally()
    for _ in range(haplotypes):
        aimed = rng.choice(world.models)
        haplotype = random_haplotype(rng, world.sequences["20"], aimed)
        low = min(edit.position for edit in haplotype) - FAR
        high = max(edit.position + len(edit.ref) for edit in haplotype) + FAR
        near = world.models[bisect_left(starts, low - longest) : bisect_left(starts, high)]
        tally.compare(world, engine, haplotype, [model for model in near if model.exons[-1][1] > low])
    return tally


def test_random_haplotypes_on_chromosome_20(capsys: pytest.CaptureFixture[str]) -> None:
    """Real exons, real repeats, real overlapping transcripts."""
    tally = chr20_sweep(*chr20(), 20, 500)
    with capsys.disabled():
        print(tally.report("GRCh37 chromosome 20"))  # noqa: T201 - the counts are part of what the test shows

    tally.check(generate.EXPECTED)


@pytest.mark.slow
def test_many_random_haplotypes_on_chromosome_20(capsys: pytest.CaptureFixture[str]) -> None:
    """Other haplotypes, twenty times as many."""
    tally = chr20_sweep(*chr20(), 2020, 25_000)
    with capsys.disabled():
        print(tally.report("GRCh37 chromosome 20"))  # noqa: T201 - the counts are part of what the test shows

    tally.check(generate.EXPECTED)


def test_a_reference_built_from_files_gives_the_same(tmp_path: Path) -> None:
    """Read from GTF and FASTA, whose contigs are named apart: the same normal proteins, and the same peptides."""
    world, _ = chr20()
    engine = Engine.built(GTF, FASTA, tmp_path)
    told = {name.split()[0]: protein for name, protein in engine.reference.normal_proteins().items()}
    ours = {model.name: normal_protein(model, world.sequences["20"]) for model in world.models}
    tally = chr20_sweep(world, engine, 21, 60)

    # each distinct protein has the name of one transcript; the others are of transcripts that aren't sound
    assert set(ours.values()) == {protein for name, protein in told.items() if name in ours}
    assert all(ours[name] == protein for name, protein in told.items() if name in ours)
    tally.check(frozenset())


# Properties, on genomes that hypothesis draws


@st.composite
def cases(draw: st.DrawFn) -> tuple[World, Model, tuple[Edit, ...]]:
    """Draw a genome, a transcript of it, and a haplotype."""
    for _ in range(20):
        rng = Random(draw(SEEDS))  # noqa: S311 - repeatable, not secret
        world = random_world(rng)
        if world.models:
            model = rng.choice(world.models)
            if haplotype := random_haplotype(rng, world.sequences[model.contig], model):
                return world, model, haplotype
    raise AssertionError("no haplotype in twenty genomes")


def answer_of(world: World, model: Model, haplotype: Iterable[Edit]) -> Answer:
    """Ask the engine about one transcript."""
    return Engine.on(world.models, world.sequences).answers(haplotype).get(model.name, NOTHING)


@worlds_of_a_few
@given(cases())
def test_the_oracle_and_the_engine_agree(case: tuple[World, Model, tuple[Edit, ...]]) -> None:
    """As the sweeps, with hypothesis to look for a small case."""
    world, _, haplotype = case
    tally = Tally()
    tally.compare(world, Engine.on(world.models, world.sequences), haplotype, world.models)

    assert not tally.problems, "\n".join(tally.problems)


@worlds_of_a_few
@given(cases())
def test_a_world_read_from_the_other_side_is_the_same(case: tuple[World, Model, tuple[Edit, ...]]) -> None:
    """Genome, strands and variants reverse-complemented: the same peptides, unless they hang on how it is written."""
    world, model, haplotype = case
    other = mirrored(world)
    at = world.models.index(model)
    turned = tuple(mirrored_edit(world, edit) for edit in haplotype)
    verdicts = judge(model, world.sequences[model.contig], haplotype)
    mirror_verdicts = judge(other.models[at], other.sequences[model.contig], turned)

    expected = {verdict.peptides(LENGTHS) for verdict in verdicts}
    assert {verdict.peptides(LENGTHS) for verdict in mirror_verdicts} == expected
    if len(expected) == 1:
        one, two = answer_of(world, model, haplotype), answer_of(other, other.models[at], turned)
        assert one.peptides == two.peptides


@worlds_of_a_few
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_nothing(case: tuple[World, Model, tuple[Edit, ...]], rng: Random) -> None:
    """A haplotype is a set of variants."""
    world, model, haplotype = case
    shuffled = list(haplotype)
    rng.shuffle(shuffled)
    chromosome = world.sequences[model.contig]

    assert judge(model, chromosome, shuffled)[0] == judge(model, chromosome, haplotype)[0]
    assert answer_of(world, model, shuffled).peptides == answer_of(world, model, haplotype).peptides


@worlds_of_a_few
@given(cases())
def test_every_peptide_is_in_the_mutant_protein_and_in_no_normal_one(
    case: tuple[World, Model, tuple[Edit, ...]],
) -> None:
    """The one rule; a haplotype that leaves the protein alone has no peptide."""
    world, model, haplotype = case
    answer = answer_of(world, model, haplotype)

    for peptide in answer.peptides:
        assert any(peptide in protein for protein in answer.proteins)
        assert not any(peptide in protein for protein in answer.normals)
    assert bool(answer.peptides) <= bool(answer.proteins - answer.normals)


@worlds_of_a_few
@given(cases())
def test_inherited_variants_alone_give_nothing(case: tuple[World, Model, tuple[Edit, ...]]) -> None:
    """What the patient was born with is normal, whatever it does."""
    world, model, haplotype = case
    inherited = [replace(edit, germline=True) for edit in haplotype]

    assert answer_of(world, model, inherited).peptides == frozenset()


@worlds_of_a_few
@given(SEEDS)
def test_the_normal_proteins_are_the_same(seed: int) -> None:
    """Whatever protein the engine calls normal is the annotated one, where nothing is inherited."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    world = random_world(rng)
    for model in world.models:
        haplotype = random_haplotype(rng, world.sequences[model.contig], model)
        if not any(edit.germline for edit in haplotype):
            answer = answer_of(world, model, haplotype)
            assert answer.normals <= {normal_protein(model, world.sequences[model.contig])}
