"""From genotypes to peptides: what is found against every way in which the calls can lie on two chromosomes.

``assemble`` is told genotypes and phase sets. The oracle puts each heterozygous call of unknown phase on the one copy
and on the other, spells out both, and takes what each makes. So what is told without a doubt must be made wherever
these calls lie; what is flagged, somewhere; and what is made wherever they lie must be found.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import reduce
from itertools import product
from random import Random
from typing import TYPE_CHECKING

import pytest

from neosieve.biology.assembly import assemble
from neosieve.biology.cutting import UNPHASED
from neosieve.biology.haplotypes import ASSUMED_CIS, Unphased
from neosieve.biology.localise import localise
from neosieve.model.variant import AlleleCounts, Call, PhaseSet, Variant
from tests.oracle.adapter import LENGTHS, Engine
from tests.oracle.bruteforce import Edit, clash, judge, kmers, trim
from tests.oracle.generate import World, random_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neosieve.biology.assembly import Assembly
    from tests.oracle.bruteforce import Model

NEAR = 30  # bases between the first call and the last at most
GENOTYPES = ("0/1", "0/1", "0|1", "1|0", "1/1")
Copies = tuple[tuple[Edit, ...], tuple[Edit, ...]]


@dataclass(frozen=True)
class Drawn:
    """A variant and its genotype in the tumour."""

    edit: Edit
    genotype: str

    def call(self, line: int) -> Call:
        """Write it in neosieve's terms."""
        phase = PhaseSet("PS", "1", self.genotype.index("1") // 2) if "|" in self.genotype else None
        return Call(
            variant=Variant(self.edit.contig, self.edit.position - 1, self.edit.ref, self.edit.alt),
            line=line,
            filters=(),
            tumor=AlleleCounts(),
            homozygous=self.genotype == "1/1",
            germline=self.edit.germline,
            phase=phase,
        )

    @property
    def sides(self) -> tuple[tuple[int, ...], ...]:
        """The copies on which it can lie: one choice, or two where the phase is not known."""
        return {"0/1": ((0,), (1,)), "1|0": ((0,),), "0|1": ((1,),), "1/1": ((0, 1),)}[self.genotype]


def draw(rng: Random, world: World, model: Model) -> list[Drawn]:
    """Draw two to four variants near one another, none of which want the same bases."""
    chromosome = world.sequences[model.contig]
    begin, end = model.coding
    aim = model.positions[rng.randrange(begin, end)]
    drawn: list[Drawn] = []
    for _ in range(rng.choice([2, 2, 3, 4])):
        at = min(max(aim + rng.randrange(-NEAR // 2, NEAR // 2), 1), len(chromosome) - 8)
        kind = rng.choice(["snv", "snv", "snv", "mnv", "insertion", "deletion"])
        length = {"snv": 1, "mnv": 2, "insertion": 1, "deletion": rng.choice([2, 3, 4])}[kind]
        ref = chromosome[at : at + length].upper()
        if set(ref) - set("ACGT"):
            continue
        alt = {
            "snv": rng.choice([base for base in "ACGT" if base != ref[0]]),
            "mnv": "".join(rng.choice([base for base in "ACGT" if base != one]) for one in ref),
            "insertion": ref + "".join(rng.choices("ACGT", k=rng.choice([1, 2, 3]))),
            "deletion": ref[0],
        }[kind]
        genotype = rng.choice(GENOTYPES)
        edit = Edit(model.contig, at + 1, ref, alt, germline=rng.random() < 0.25, homozygous=genotype == "1/1")
        if not any(clash(trim(chromosome, edit), trim(chromosome, one.edit)) for one in drawn):
            drawn.append(Drawn(edit, genotype))
    return sorted(drawn, key=lambda one: (one.edit.position, one.edit.ref, one.edit.alt))


def ways(drawn: list[Drawn], *, absent: bool = False) -> Iterator[Copies]:
    """List the ways in which the calls can lie on two copies; ``absent``: each may be another clone's."""
    choices = [(*one.sides, *(((),) if absent and one.genotype != "1/1" else ())) for one in drawn]
    for sides in product(*choices):
        there = {(one.genotype, bool(copies)) for one, copies in zip(drawn, sides, strict=True) if "|" in one.genotype}
        if len(there) > len({genotype for genotype, _ in there}):
            continue  # in cis, and one without the other
        yield tuple(  # type: ignore[misc]
            tuple(one.edit for one, copies in zip(drawn, sides, strict=True) if copy in copies) for copy in (0, 1)
        )


class Oracle:
    """What copies of one transcript make, spelled out."""

    def __init__(self, world: World, model: Model) -> None:
        self.model, self.chromosome = model, world.sequences[model.contig]
        self.unclear = False
        self._made: dict[tuple[Edit, ...], tuple[frozenset[str], frozenset[str]]] = {}

    def of(self, edits: tuple[Edit, ...]) -> tuple[frozenset[str], frozenset[str]]:
        """Return the k-mers of a copy's mutant protein that its normal one lacks, and those of the normal one."""
        if edits not in self._made:
            verdicts = judge(self.model, self.chromosome, edits)
            # of a conflict, or a splice site that is hit, the engine may tell what isn't touched by it
            self.unclear |= len({one.peptides(LENGTHS) for one in verdicts}) > 1
            self.unclear |= verdicts[0].reason in {"conflict", "splice_unmodelled"}
            known = [one for one in verdicts if not one.reason]
            normal = kmers(known[0].normal, LENGTHS) if known else frozenset[str]()
            new = verdicts[0].peptides(LENGTHS) if any(not edit.germline for edit in edits) else frozenset[str]()
            self._made[edits] = new, normal
        return self._made[edits]

    def made(self, copies: Copies) -> frozenset[str]:
        """Return the new k-mers of both copies."""
        return self.of(copies[0])[0] | self.of(copies[1])[0]


@dataclass(frozen=True)
class Case:
    """Genotypes on one transcript, and what is found."""

    drawn: list[Drawn]
    model: Model
    oracle: Oracle
    assembly: Assembly
    normal: frozenset[str]

    @classmethod
    def of(cls, world: World, model: Model, drawn: list[Drawn], unphased: Unphased) -> Case:
        """Ask the engine about one transcript."""
        engine = Engine.on((model,), world.sequences)
        calls = [one.call(line) for line, one in enumerate(drawn, 1)]
        records = localise(calls, engine.reference, engine.translator).records
        placed = [record for record in records if isinstance(record, Call)]
        assembly = assemble(placed, LENGTHS, engine.translator, admit_incomplete=True, unphased=unphased)
        oracle = Oracle(world, model)
        inherited = [one for one in drawn if one.edit.germline]
        normals = [oracle.of(copy)[1] for way in (((), ()), *ways(inherited, absent=True)) for copy in way]
        return cls(drawn, model, oracle, assembly, reduce(frozenset.union, normals))

    def found(self) -> frozenset[str]:
        """Peptides of the engine that no normal protein holds."""
        return frozenset(peptide for _, peptide in self.assembly.sources) - self.normal

    def certain(self) -> frozenset[str]:
        """Those that rest on no assumption of phase."""
        return (
            frozenset(
                peptide
                for (_, peptide), sources in self.assembly.sources.items()
                if not {UNPHASED, ASSUMED_CIS} & set(sources[0].phase.split(";"))
            )
            - self.normal
        )

    def everywhere(self) -> frozenset[str]:
        """Return what is made wherever the calls lie."""
        return reduce(frozenset.intersection, map(self.oracle.made, ways(self.drawn))) - self.normal

    def somewhere(self, *, clones: bool = True) -> frozenset[str]:
        """Return what is made if the calls lie in one of the ways; ``clones``: each may be absent."""
        return reduce(frozenset.union, map(self.oracle.made, ways(self.drawn, absent=clones))) - self.normal

    def __str__(self) -> str:
        genotypes = ", ".join(f"{one.edit} {one.genotype}" for one in self.drawn)
        return f"{genotypes} on {self.model.name} {self.model.strand} {self.model.exons} {self.model.coding}"

    @property
    def loose(self) -> int:
        """Calls, or sets of calls phased together, whose phase to the others is unknown."""
        return len({"PS" if "|" in one.genotype else str(one.edit) for one in self.drawn if one.genotype != "1/1"})

    @property
    def partners_on_both_copies(self) -> bool:
        """Whether a call of unknown phase shares its copy with another one in any case."""
        return {"0|1", "1|0", "0/1"} <= {one.genotype for one in self.drawn}


def cases(seeds: range, unphased: Unphased) -> Iterator[Case]:
    """Draw cases that the oracle has one answer to."""
    for seed in seeds:
        rng = Random(seed)  # noqa: S311 - repeatable, not secret
        world = random_world(rng)
        for model in world.models[:2]:
            drawn = draw(rng, world, model)
            if len(drawn) > 1 and any(not one.edit.germline for one in drawn):
                case = Case.of(world, model, drawn, unphased)
                case.somewhere()
                if not case.oracle.unclear:
                    yield case


def check(seeds: range, unphased: Unphased, capsys: pytest.CaptureFixture[str]) -> None:
    """Compare many cases; each comparison must have been made with something to compare."""
    made: Counter[str] = Counter()
    problems: list[str] = []

    def hold(name: str, case: Case, peptides: frozenset[str], within: frozenset[str]) -> None:
        made[name] += bool(peptides)
        if peptides - within:
            problems.append(f"{name}: {sorted(peptides - within)[:3]} of {case}")

    for case in cases(seeds, unphased):
        made["cases"] += 1
        hold("told, so made somewhere", case, case.found(), case.somewhere())
        if case.loose <= 2:  # two neighbours may do together what neither does
            if unphased is not Unphased.CIS:
                hold("told without a flag, so made everywhere", case, case.certain(), case.everywhere())
            if not case.partners_on_both_copies:
                hold("made everywhere, so told", case, case.everywhere(), case.found())
            if unphased is Unphased.BOTH:
                hold("made somewhere, so told", case, case.somewhere(clones=False), case.found())
    with capsys.disabled():
        print(f"\ngenotypes, {unphased.value}: " + ", ".join(f"{count} {name}" for name, count in made.items()))  # noqa: T201
    assert not problems, "\n".join(problems[:8])
    assert min(made.values()) >= len(seeds) // 20


@pytest.mark.parametrize("unphased", Unphased)
def test_what_is_told_of_genotypes(unphased: Unphased, capsys: pytest.CaptureFixture[str]) -> None:
    """Hundreds of cases for each way of treating unknown phase."""
    check(range(300), unphased, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("unphased", Unphased)
def test_what_is_told_of_many_genotypes(unphased: Unphased, capsys: pytest.CaptureFixture[str]) -> None:
    """Others, twenty times as many."""
    check(range(10_000, 16_000), unphased, capsys)
