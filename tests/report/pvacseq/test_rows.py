"""What pVACseq's conventions make of a candidate; expected values by hand from its documentation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neosieve.model.annotation import ResidueChange
from neosieve.model.genome import Interval
from neosieve.model.variant import Variant
from neosieve.report.pvacseq.rows import epitope_rows, genomic_span, variant_id

from ..builders import B0702  # noqa: TID252 - helpers are shared within the tests only
from ..originated import frameshift, kras  # noqa: TID252


@pytest.mark.parametrize(
    ("variant", "span", "name"),
    [
        (Variant("chr2", 47806319, "G", "A"), (47806319, 47806320), "chr2-47806319-47806320-G-A"),
        (Variant("chr1", 227091905, "GC", "G"), (227091906, 227091907), "chr1-227091906-227091907-GC-G"),
        (Variant("chr1", 451648, "A", "AG"), (451649, 451649), "chr1-451649-451649-A-AG"),
        (Variant("chr7", 99, "AC", "GT"), (99, 101), "chr7-99-101-AC-GT"),
    ],
)
def test_coordinates_leave_out_the_base_that_a_vcf_repeats(variant: Variant, span: tuple[int, int], name: str) -> None:
    """0-based and half-open; the first three are rows of pVACtools' own HCC1395 example."""
    assert genomic_span(variant) == span
    assert variant_id(variant) == name


def test_a_substitution() -> None:
    """G12D: the peptide of ten starts five before residue 12, in a window that starts nine before it: place 3."""
    (row,) = epitope_rows([kras()])
    assert row.site.variant_type == "missense"
    assert (row.site.protein_position, row.site.mutation) == ("12", "G/D")
    assert row.site.index == "1.KRAS.ENST00000256078.10.missense.12G/D"
    assert row.epitope.position == 3  # offset 4, window from residue 12 - 9 = 3, that is offset 2
    assert row.mutation_positions == (8,)
    assert row.wildtype == "KLVVVGAGGV"
    assert row.wildtype_binding is not None


def test_a_frameshift() -> None:
    """Named by its bases; its own residues are mutated; no normal peptide is set beside it."""
    (row,) = epitope_rows([frameshift()])
    assert row.site.variant_type == "FS"
    assert row.site.index == "1.KRAS.ENST00000256078.10.FS.11A/AC"
    assert row.epitope.position == 7  # offset 9, window from 10 - 7 = 3
    assert row.mutation_positions == (3, 4, 5, 6, 7, 8)
    assert row.wildtype is None
    assert row.wildtype_binding is None


def test_every_transcript_has_rows_in_the_order_of_the_vcf() -> None:
    """Numbers count variants and transcripts by line and name, whatever the ranks; alleles come in name order."""
    rows = epitope_rows(
        [
            frameshift(1),
            kras(2, transcripts=("ENST00000311936.8", "ENST00000256078.10"), allele=B0702),
            kras(3, transcripts=("ENST00000311936.8", "ENST00000256078.10")),
        ]
    )
    assert [(row.site.index.partition(".E")[0], row.candidate.allele.name) for row in rows] == [
        ("1.KRAS", "HLA-A*02:01"),
        ("1.KRAS", "HLA-B*07:02"),
        ("2.KRAS", "HLA-A*02:01"),
        ("2.KRAS", "HLA-B*07:02"),
        ("3.KRAS", "HLA-A*02:01"),
    ]
    assert [row.site.consequence.transcript[-4:] for row in rows] == ["8.10", "8.10", "36.8", "36.8", "8.10"]


def test_another_transcripts_wild_type_that_was_not_scored_has_no_prediction() -> None:
    """Where a transcript's normal residue differs, its peptide is named, and the score of another isn't passed off."""
    row = kras(transcripts=("ENST00000256078.10", "ENST00000311936.8"))
    first, second = row.candidate.origins
    other = replace(second.change, normal=second.change.normal[:11] + "S" + second.change.normal[12:])
    row = row._replace(candidate=row.candidate._replace(origins=(first, second._replace(change=other))))
    one, two = epitope_rows([row])
    assert (one.wildtype, one.wildtype_binding is None) == ("KLVVVGAGGV", False)
    assert (two.wildtype, two.wildtype_binding is None) == ("KLVVVGASGV", True)


@pytest.mark.parametrize(
    ("terms", "residues", "kind", "position", "mutation"),
    [
        (("inframe_insertion",), ResidueChange(Interval(5, 5), "", "W"), "inframe_ins", "5-6", "-/W"),
        (("inframe_deletion",), ResidueChange(Interval(4, 6), "KL", "K"), "inframe_del", "5-6", "KL/K"),
        (("stop_lost",), ResidueChange(Interval(39, 40), "*", "W"), "stop_lost", "40", "*/W"),
        (("coding_sequence_variant",), None, "coding_sequence_variant", "12", "G/D"),
    ],
)
def test_kinds_and_positions(
    terms: tuple[str, ...], residues: ResidueChange | None, kind: str, position: str, mutation: str
) -> None:
    """VEP's numbers: an insertion lies between two residues; what pVACseq has no word for keeps its term.

    Where the annotator doesn't say which residues change, the proteins do: residue 12, G before and D after.
    """
    row = kras()
    (origin,) = row.candidate.origins
    transcript = replace(origin.change.transcript, terms=terms, change=residues)
    origin = origin._replace(change=replace(origin.change, transcript=transcript))
    (made,) = epitope_rows([row._replace(candidate=row.candidate._replace(origins=(origin,)))])
    assert (made.site.variant_type, made.site.protein_position, made.site.mutation) == (kind, position, mutation)


def test_a_tail_that_the_annotator_does_not_tell() -> None:
    """Told by its first residue and X: the twelfth, G."""
    row = frameshift()
    (origin,) = row.candidate.origins
    transcript = replace(origin.change.transcript, change=None)
    origin = origin._replace(change=replace(origin.change, transcript=transcript))
    (made,) = epitope_rows([row._replace(candidate=row.candidate._replace(origins=(origin,)))])
    assert (made.site.protein_position, made.site.mutation) == ("12", "G/X")
    assert made.epitope.position == 6  # offset 9, window from 11 - 7 = 4


def test_each_variant_of_a_compound_has_its_rows() -> None:
    """A peptide of two variants stands under both, with the residues of each."""
    row = kras()
    neighbour = replace(row.candidate.call, variant=Variant("chr12", 25245340, "G", "C"), line=8)
    (origin,) = row.candidate.origins
    own = replace(origin.change.transcript, change=ResidueChange(Interval(9, 10), "G", "A"))
    told = ((row.candidate.call, origin.change.transcript), (neighbour, own))
    edits = tuple(replace(edit, calls=(row.candidate.call, neighbour)) for edit in origin.change.edits)
    change = replace(origin.change, told=told, edits=edits)
    peptide = replace(row.candidate.peptide, calls=(row.candidate.call, neighbour))
    candidate = row.candidate._replace(peptide=peptide, change=change, origins=(origin._replace(change=change),))
    rows = epitope_rows([row._replace(candidate=candidate)])
    assert [made.site.index for made in rows] == [
        "1.KRAS.ENST00000256078.10.missense.12G/D",
        "2.KRAS.ENST00000256078.10.missense.10G/A",
    ]
