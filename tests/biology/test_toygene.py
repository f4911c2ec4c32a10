"""The engine against the truth: random toy genes, variants applied to the nucleotides, and Biopython's translation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from neosieve.biology.effects import protein_changes
from neosieve.biology.windows import neo_peptides
from neosieve.model.ledger import Outcome
from neosieve.model.protein import ProteinChange, Unresolved

from .helpers import kmers
from .toygene import Change, ToyGene

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from neosieve.model.peptide import Peptide

    from .helpers import Pair

K = 8
STOPS = ("TAA", "TAG", "TGA")
SENSE = [a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT" if a + b + c not in STOPS]
FEW = ["AAA", "AAG", "CTG", "TTA", "TGG", "TCA"]
"""Codons of which many are one base from a stop, few enough for repeats."""
thorough = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def genes(draw: st.DrawFn) -> ToyGene:
    """Genes of 14–30 codons, some full of repeats, on either strand."""
    codons = draw(st.sampled_from([SENSE, SENSE, FEW, FEW[:2]]))
    body = draw(st.lists(st.sampled_from(codons), min_size=12, max_size=28))
    bases = st.text("ACGT", min_size=1, max_size=20)
    return ToyGene(
        draw(bases),
        "ATG" + "".join(body) + draw(st.sampled_from(STOPS)),
        draw(bases) + "A",
        draw(st.sampled_from([1, -1])),
    )


@st.composite
def changes(draw: st.DrawFn, gene: ToyGene, kinds: Sequence[str] = ("snv", "snv", "mnv", "indel", "utr")) -> Change:
    """One small variant behind the start of the CDS, seldom beyond its end."""
    kind = draw(st.sampled_from(list(kinds)))
    first, last = len(gene.utr5), len(gene.utr5) + len(gene.cds)
    if kind == "utr":
        start = draw(st.integers(last, len(gene.transcript) - 2))
        return _substitute(draw, gene, start, start + 1)
    if kind in {"snv", "mnv"}:
        start = draw(st.integers(first, last - 1))
        return _substitute(draw, gene, start, min(last, start + (1 if kind == "snv" else draw(st.integers(2, 4)))))
    start = draw(st.integers(first + 1, last - 1))
    end = min(len(gene.transcript) - 1, start + draw(st.integers(0, 7)))
    if end == start and (start - first) % len(gene.cds) == 0:
        start = end = start + 1
    new = draw(st.text("ACGT", max_size=7))
    change = Change(start, end, new)
    assume(len(new) != end - start)
    return change


def _substitute(draw: st.DrawFn, gene: ToyGene, start: int, end: int) -> Change:
    old = gene.transcript[start:end]
    new = "".join(draw(st.sampled_from([base for base in "ACGT" if base != was])) for was in (old[0], old[-1]))
    middle = "".join(draw(st.sampled_from("ACGT")) for _ in old[1:-1])
    return Change(start, end, new[0] + middle + new[1] if len(old) > 1 else new[0])


@dataclass(frozen=True)
class World:
    """A gene, and variants on one copy of it."""

    gene: ToyGene
    somatic: tuple[Change, ...]
    germline: tuple[Change, ...]
    pairs: tuple[Pair, ...]

    def mutant(self) -> str | None:
        """Return the true mutant protein."""
        return self.gene.mutant([*self.somatic, *self.germline])

    def normal(self) -> str | None:
        """Return the patient's true normal protein."""
        return self.gene.mutant(self.germline)


@st.composite
def worlds(
    draw: st.DrawFn,
    most: int = 3,
    germline: int = 0,
    kinds: Sequence[str] = ("snv", "snv", "mnv", "indel", "utr"),
    *,
    complete: bool = False,
) -> World:
    """1–``most`` somatic and up to ``germline`` germline variants in cis; ``complete``: with every sequence."""
    gene = draw(genes())
    wanted = draw(st.integers(1, most))
    drawn: list[Change] = []
    for _ in range(wanted + draw(st.integers(0, germline))):
        change = draw(changes(gene, kinds))
        assume(not any(change.clashes(other) for other in drawn))
        drawn.append(change)
    pairs = []
    for place, change in enumerate(drawn):
        plugin, hgvs = (
            (True, True) if complete else draw(st.sampled_from([(True, True)] * 3 + [(False, True), (False, False)]))
        )
        told = gene.annotate(change, sequence=plugin, hgvs=hgvs)
        pairs.append((gene.call(change, germline=place >= wanted), told))
    order = draw(st.permutations(range(len(pairs))))
    return World(gene, tuple(drawn[:wanted]), tuple(drawn[wanted:]), tuple(pairs[at] for at in order))


def found(world: World) -> tuple[ProteinChange | None, list[Peptide], list[Unresolved]]:
    """Run the engine."""
    made = protein_changes(world.pairs)
    change = next((one for one in made if isinstance(one, ProteinChange)), None)
    windows = [] if change is None else list(neo_peptides(change, [K]))
    return change, windows, [one for one in made if isinstance(one, Unresolved)]


def agrees(stated: str, truth: str | None) -> bool:
    """Whether a protein is what is stated, an X standing for any unknown stretch."""
    return truth is not None and re.fullmatch(stated.replace("X", ".*"), truth) is not None


@thorough
@given(worlds(most=3))
def test_every_peptide_of_a_haplotype_is_in_the_true_mutant_protein_and_new(world: World) -> None:
    """Soundness: whatever is in cis, a yielded peptide is one of the tumour's, and none of the normal protein's."""
    change, windows, _ = found(world)
    truth = world.mutant()
    if change is None:
        return
    assert agrees(change.mutant, truth)
    assert truth is not None
    for peptide in windows:
        assert peptide.sequence in truth
        assert peptide.sequence not in world.gene.protein
        assert change.mutant[peptide.offset : peptide.offset + K] == peptide.sequence


@thorough
@given(worlds(most=2, germline=2))
def test_germline_variants_in_cis_never_make_a_wrong_peptide(world: World) -> None:
    """Soundness with germline variants: the mutant protein has them all, the normal one the germline ones."""
    change, windows, _ = found(world)
    if change is None:
        return
    truth, normal = world.mutant(), world.normal()
    if truth is None or normal is None:  # the start codon is lost
        assert not windows
        return
    assert agrees(change.mutant, truth)
    assert agrees(change.normal, normal)
    for peptide in windows:
        assert peptide.sequence in truth
        # an X stands for residues of the normal protein that are not known
        assert peptide.sequence not in normal or "X" in change.normal


@thorough
@given(worlds(most=1, complete=True))
def test_a_single_variant_gives_exactly_the_new_peptides(world: World) -> None:
    """Completeness: all k-mers of the mutant protein less those of the normal one; a lost start gives none.

    A lost stop is the exception: the annotation tells the first new residues only, so some of them.
    """
    _, windows, unresolved = found(world)
    truth = world.mutant()
    ours = {peptide.sequence for peptide in windows}
    terms = world.pairs[0][1].terms
    if truth is None:
        assert not ours
        assert unresolved[0].reason is Outcome.START_LOST_UNMODELLED
    elif "stop_lost" in terms and "frameshift_variant" not in terms:
        assert ours <= kmers(truth, K) - kmers(world.gene.protein, K)
    else:
        assert ours == kmers(truth, K) - kmers(world.gene.protein, K)


@thorough
@given(worlds(most=4, kinds=["snv", "snv", "mnv"]))
def test_substitutions_in_cis_give_exactly_the_new_peptides(world: World) -> None:
    """Completeness: SNVs and MNVs of one copy combine without loss, in shared codons and around a new stop too."""
    assume(not any({"stop_lost", "stop_retained_variant"} & set(told.terms) for _, told in world.pairs))
    _, windows, _ = found(world)
    truth = world.mutant()
    expected = set() if truth is None else kmers(truth, K) - kmers(world.gene.protein, K)
    if not any({"start_lost", "start_retained_variant"} & set(told.terms) for _, told in world.pairs):
        assert {peptide.sequence for peptide in windows} == expected


@thorough
@given(worlds(most=4, germline=1, kinds=["snv", "mnv"]))
def test_the_wild_type_is_what_the_same_codons_read_in_the_normal_gene(world: World) -> None:
    """A wild-type counterpart is aligned codon by codon, and differs exactly at ``altered``."""
    change, windows, _ = found(world)
    for peptide in windows:
        assert change is not None
        place = slice(peptide.offset, peptide.offset + K)
        normal = world.normal()
        if peptide.wildtype is not None:
            assert normal is not None
            assert peptide.wildtype == normal[place]
            assert peptide.altered == {at for at in range(K) if peptide.wildtype[at] != peptide.sequence[at]}
            assert peptide.altered


@thorough
@given(worlds(most=3))
def test_every_variant_that_alters_the_protein_is_accounted_for_honestly(world: World) -> None:
    """A call said to change nothing ("translation ends before it") changes nothing: without it the protein is alike."""
    change, windows, unresolved = found(world)
    carried = {call.variant for peptide in windows for call in peptide.calls}
    if change is not None:
        unknown = (edit for edit in change.edits if "X" in change.mutant[edit.mutant.start : edit.mutant.end])
        carried |= {call.variant for edit in unknown for call in edit.calls}
    refused = {one.calls[0].variant: one for one in unresolved}
    truth = world.mutant()
    for one in world.somatic:
        variant = world.gene.vcf(one)
        others = [other for other in world.somatic if other != one]
        reason = refused.get(variant)
        if reason is not None and reason.reason is not Outcome.NO_NOVEL_PEPTIDE:
            continue
        if reason is not None:
            assert world.gene.mutant(others) == truth, reason.detail
        elif variant not in carried and world.somatic == (one,) and truth is not None:
            # the ledger will say "no peptide that the normal protein lacks"
            assert not kmers(truth, K) - kmers(world.gene.protein, K)


@thorough
@given(worlds(most=3, germline=1), st.randoms(use_true_random=False))
def test_the_order_of_the_calls_changes_nothing(world: World, random: object) -> None:
    """Calls of a haplotype are a set: any order gives the same protein, the same reasons."""
    shuffle: Callable[[list[Pair]], None] = random.shuffle  # type: ignore[attr-defined]
    pairs = list(world.pairs)
    shuffle(pairs)
    one, other = protein_changes(world.pairs), protein_changes(pairs)
    assert set(one) == set(other)
