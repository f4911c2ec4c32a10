from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from neosieve.biology.anchors import Anchors
from neosieve.biology.candidates import Known, Questions, Representative, Support, candidates
from neosieve.biology.nearself import NearSelf
from neosieve.biology.sources import Source
from neosieve.biology.windows import new_windows
from neosieve.model.evidence import CancerCellFraction, Clonality, Expression, HlaLoss, HlaLossTable
from neosieve.model.mhc import Allele, Binding, Query

from .helpers import call, change_of, told

if TYPE_CHECKING:
    from neosieve.model.candidate import Candidate

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
A2, B7 = Allele("HLA-A*02:01"), Allele("HLA-B*07:02")
WEAK, STRONG = Binding(500.0, None, None, 2.0, 0.4, 2.0), Binding(50.0, None, None, 0.2, 0.9, 0.2)


def representative(
    *names: str,
    transcripts: tuple[Expression, ...] = (),
    genes: tuple[Expression, ...] = (),
    residues: str = "G/D",
    terms: str = "missense_variant",
) -> Representative:
    """Make KLVVVGAD of G12D on these transcripts; the first one represents it."""
    one = replace(call("chr1:135:G>A"), transcript_expression=transcripts, gene_expression=genes)
    sources = []
    for name in names or ("ENST1.1",):
        change = change_of((one, told(KRAS, terms, "12", residues, transcript=name)))
        window = new_windows(change, [8]).new[0].windows[0]
        sources.append(Source(change, window, f"phase of {name}", (f"remark on {name}",)))
    return Representative.of(sources)


def only(one: Representative) -> Candidate:
    """Make the candidate of one allele."""
    (candidate,) = candidates([Known.of(one)], A2, [STRONG], [None])
    return candidate


def test_the_first_source_represents_the_peptide() -> None:
    """Its peptide, phase and remarks are told; the transcripts are listed by name."""
    one = representative("ENST3.1", "ENST1.1", "ENST2.1")
    candidate = only(one)
    assert candidate.transcripts == ("ENST1.1", "ENST2.1", "ENST3.1")
    assert candidate.change.transcript.transcript == "ENST3.1"
    assert (candidate.phase, candidate.remarks) == ("phase of ENST3.1", ("remark on ENST3.1",))
    assert candidate.peptide.sequence == "KLVVVGAD"
    assert candidate.call is candidate.peptide.calls[0]
    assert (candidate.nmd, candidate.self_match, candidate.wildtype_binding) == (None, None, None)


def test_each_transcript_is_told_with_its_place_and_expression() -> None:
    """In the sources' order; where one has no value, the sum has none, and the others keep theirs."""
    values = (Expression("ENST3.1", 7.0), Expression("ENST1.1", 2.5))
    candidate = only(representative("ENST3.1", "ENST1.1", "ENST2.1", transcripts=values))
    told_of = [(one.change.transcript.transcript, one.offset, one.expression) for one in candidate.origins]
    assert told_of == [("ENST3.1", 4, 7.0), ("ENST1.1", 4, 2.5), ("ENST2.1", 4, None)]
    assert candidate.transcript_expression is None


def test_each_transcript_is_told_with_its_own_gene() -> None:
    """A read-through gene makes the same peptide: each has its expression, the candidate the representative's."""
    base = representative("ENST1.1", "ENST2.1", genes=(Expression("SGK3", 2.0), Expression("C8orf44-SGK3", 3.0)))
    sources = []
    for source, gene in zip(base.sources, ("SGK3", "C8orf44-SGK3"), strict=True):
        transcript = replace(source.change.transcript, gene=gene)
        sources.append(source._replace(change=replace(source.change, transcript=transcript)))
    candidate = only(Representative.of(sources))
    assert [one.gene_expression for one in candidate.origins] == [2.0, 3.0]
    assert candidate.gene_expression == 2.0


def test_questions_are_asked_with_flanks() -> None:
    """KLVVVGAD is residues 5–12: MTEY before it, fifteen residues behind it; its wild type ends in G."""
    peptide = representative().peptide
    behind = KRAS[12:27]
    asked = Questions([peptide])
    assert len(asked) == 2
    for allele in (A2, B7):
        assert asked.about(allele) == [Query(one, allele, "MTEY", behind) for one in ("KLVVVGAD", "KLVVVGAG")]
    assert asked.told([STRONG, WEAK]) == ([STRONG], [WEAK])


def test_the_same_question_is_asked_once() -> None:
    """Two variants make one peptide; a third peptide has no wild type: an insertion's."""
    peptide = representative().peptide
    longer = representative(residues="G/DLP", terms="protein_altering_variant").peptide
    asked = Questions([peptide, longer, peptide])
    assert [query.peptide for query in asked.about(A2)] == ["KLVVVGAD", "KLVVVGAG", longer.sequence]
    other = Binding(5.0, None, None, 0.1, 0.9, 0.1)
    assert asked.told([STRONG, WEAK, other]) == ([STRONG, other, STRONG], [WEAK, None, WEAK])


def test_answers_belong_to_their_peptides() -> None:
    """In the order given."""
    known = [Known.of(representative()), Known.of(representative("ENST2.1"))]
    first, second = candidates(known, B7, [STRONG, WEAK], [WEAK, STRONG])
    assert (first.allele, first.binding, first.wildtype_binding, first.agretopicity) == (B7, STRONG, WEAK, 0.1)
    assert (second.allele, second.binding, second.wildtype_binding, second.agretopicity) == (B7, WEAK, STRONG, 10)
    assert (first.transcripts, second.transcripts) == (("ENST1.1",), ("ENST2.1",))


def test_as_many_answers_as_peptides() -> None:
    """One too few is a mistake."""
    with pytest.raises(ValueError, match="shorter"):
        candidates([Known.of(representative())], A2, [STRONG], [])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"ENST1.1": 3.0, "ENST2.1": 4.0}, 7.0),
        ({"ENST1": 3.0, "ENST2.5": 4.0, "ENST3": 9.0}, 7.0),  # the version may be missing, or be another
        ({"ENST1.1": 3.0, "ENST1.2": 1.0, "ENST2": 4.0}, 7.0),  # the same version comes first
        ({"ENST1.2": 1.0, "ENST1.1": 3.0, "ENST2": 4.0}, 7.0),
        ({"ENST1.1": 3.0}, None),
        ({"ENST1.1": 0.0, "ENST2.1": 0.0}, 0.0),
        ({}, None),
    ],
)
def test_transcript_expression_is_the_sum_if_each_is_known(values: dict[str, float], expected: float | None) -> None:
    """A sum of some would say too little."""
    expression = tuple(Expression(name, value) for name, value in values.items())
    assert only(representative("ENST1.1", "ENST2.1", transcripts=expression)).transcript_expression == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"TOY": 3.0}, 3.0),
        ({"ENSG1": 4.0}, 4.0),
        ({"ENSG1.7": 4.0}, 4.0),
        ({"ENSG1": 4.0, "TOY": 3.0}, 3.0),  # the symbol first
        ({"TOY.1": 3.0}, None),  # in a symbol the dot is part of the name
        ({"": 3.0, "XTOY": 2.0}, None),
    ],
)
def test_gene_expression_is_looked_up_by_symbol_or_id(values: dict[str, float], expected: float | None) -> None:
    """Ids may lack their version."""
    expression = tuple(Expression(name, value) for name, value in values.items())
    assert only(representative(genes=expression)).gene_expression == expected


def test_an_id_s_version_follows_its_first_dot() -> None:
    """ENST1.1.2 is no name that occurs, but a lone value of ENST1 is still its own."""
    assert only(representative("ENST1.1.2", transcripts=(Expression("ENST1", 3.0),))).transcript_expression == 3.0


C7 = Allele("HLA-C*07:01")
HELD = Anchors((0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.5))
"""Of eight residues, the second and the last."""
FIFTH = Anchors((0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0))


def test_each_allele_s_candidate_has_the_evidence() -> None:
    """KLVVVGAD is altered in its last residue: an anchor of A2, but none of B7, and of C7 nobody knows.

    Of the normal peptides at one mismatch the one that differs at an anchor is the most alike: for A2 that with another
    last residue, for B7 that with another fifth; where no anchor is known, the one with the more similar residue.
    """
    near = (NearSelf("KLVVVGAE", "P1", 7, 2), NearSelf("KLVVFGAD", "P2", 4, -1))
    support = Support(
        gene_expression=12.0,
        transcript_expression=8.0,
        ccf=CancerCellFraction(0.6, 0.5, 0.9, 0.2, Clonality.UNCERTAIN),
        losses=HlaLossTable("test", "", {A2: HlaLoss(A2, True, 0.25), B7: HlaLoss(B7, False)}),
        self_match="near",
        near=near,
        hotspot="known hotspot KRAS G12D",
    )
    one = representative()
    one = replace(one, source=one.source._replace(change=replace(one.source.change, nmd="escape")))
    known = [Known.of(one, support)]
    anchors = {A2: {8: HELD}, B7: {8: FIFTH}, C7: {9: HELD}}
    first, second, third = (candidates(known, at, [STRONG], [None], held)[0] for at, held in anchors.items())
    for made in (first, second, third):
        assert (made.gene_expression, made.transcript_expression, made.nmd) == (12.0, 8.0, "escape")
        assert (made.ccf, made.ccf_low, made.ccf_high) == (0.6, 0.5, 0.9)
        assert (made.self_match, made.hotspot) == ("near", "known hotspot KRAS G12D")
    assert (first.anchor_positions, second.anchor_positions, third.anchor_positions) == ((1, 7), (4,), None)
    assert (first.mutation_site, second.mutation_site, third.mutation_site) == ("anchor", "tcr_facing", None)
    assert [made.hla_loss for made in (first, second, third)] == [0.25, 0.0, None]
    assert [made.near_self_peptide for made in (first, second, third)] == ["KLVVVGAE", "KLVVFGAD", "KLVVVGAE"]
    assert [made.near_self_source for made in (first, second, third)] == ["P1", "P2", "P1"]


def test_what_is_not_assessed_is_none() -> None:
    """An empty support, and no anchors: nothing is made of what the VCF says either."""
    one = representative("ENST1.1", transcripts=(Expression("ENST1", 3.0),))
    (made,) = candidates([Known.of(one, Support())], A2, [STRONG], [None], {})
    assert (made.gene_expression, made.transcript_expression, made.ccf, made.ccf_low, made.ccf_high) == (None,) * 5
    assert (made.hla_loss, made.self_match, made.near_self_peptide, made.near_self_source) == (None,) * 4
    assert (made.anchor_positions, made.mutation_site, made.hotspot) == (None,) * 3
