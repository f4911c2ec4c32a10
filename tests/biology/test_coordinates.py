"""Where variants lie on a transcript, on both strands.

::

    text     tt AACGT gtccag TTG gtag CCCA tt
    from     0  2     7      13  16   20   24
    offsets     0–4          5–7      8–11       coding: 3–8, as GTT TGC
"""

from __future__ import annotations

import pytest

from neosieve.biology.coordinates import BaseEdit, SpliceHit, contradict, reverse_complement, trimmed
from neosieve.model.genome import Interval

from .helpers import variant
from .spelledgene import Gene, Made

TEXT = "ttAACGTgtccagTTGgtagCCCAtt"
GENES = {strand: Gene(TEXT, strand, cds=Interval(3, 9)) for strand in (1, -1)}
PLACES = [2, 3, 4, 5, 6, 13, 14, 15, 20, 21, 22, 23]
"""Where the twelve bases of the spliced transcript stand in the text."""


@pytest.mark.parametrize("strand", [1, -1])
def test_offsets_and_positions_are_each_other_s_inverse(strand: int) -> None:
    """Base by base; on the minus strand, position p of the text is 25 - p of the genome."""
    layout = GENES[strand].spliced.layout
    genome = [at if strand > 0 else 25 - at for at in PLACES]
    assert [layout.position(offset) for offset in range(12)] == genome
    assert [layout.offset(at) for at in genome] == list(range(12))
    others = [at for at in range(26) if at not in genome]
    assert {layout.offset(at) for at in others} == {layout.exon_at(at) for at in others} == {None}
    assert layout.junctions == (5, 8)
    for offset in (-1, 12):
        with pytest.raises(ValueError, match=f"ENST1.1 has 12 bases; no offset {offset}"):
            layout.position(offset)


@pytest.mark.parametrize(("strand", "numbers"), [(1, [1, 2, 3]), (-1, [3, 2, 1])])
def test_exons_are_numbered_from_the_transcript_s_begin(strand: int, numbers: list[int]) -> None:
    """The genome's first exon is the last one of a transcript on the minus strand."""
    layout = GENES[strand].spliced.layout
    assert [layout.exon_number(index) for index in range(3)] == numbers
    assert [layout.exon_at(exon.start) for exon in layout.transcript.exons] == [0, 1, 2]
    assert [layout.exon_at(exon.end - 1) for exon in layout.transcript.exons] == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "start", "end", "bases"),
    [
        ("chr1:11:A>G", 10, 11, "G"),
        ("chr1:11:CA>C", 11, 12, ""),
        ("chr1:11:C>CA", 11, 11, "A"),
        ("chr1:11:CAG>CTG", 11, 12, "T"),
        ("chr1:11:CAG>TTG", 10, 12, "TT"),
        ("chr1:11:AAT>AT", 11, 12, ""),  # the shared start goes first: A|AT, then T
        ("chr1:11:AA>AAAA", 12, 12, "AA"),
        ("chr1:11:ACA>A", 11, 13, ""),
        ("chr1:11:GCA>TA", 10, 12, "T"),
        ("chr1:11:AC>AC", 12, 12, ""),  # no change at all
    ],
)
def test_what_ref_and_alt_share_is_cut_off(text: str, start: int, end: int, bases: str) -> None:
    """First the common start, then the common end."""
    assert trimmed(variant(text)) == (Interval(start, end), bases)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("chr1:11:A>G", "chr1:11:A>T", True),
        ("chr1:11:A>G", "chr1:12:A>T", False),
        ("chr1:11:AC>TG", "chr1:12:C>T", True),
        ("chr1:11:AC>A", "chr1:11:A>T", False),  # the deletion's anchor base is not changed by it
        ("chr1:11:ACG>A", "chr1:13:G>T", True),
        ("chr1:11:ACG>A", "chr1:12:C>CT", True),  # between the two deleted bases
        ("chr1:11:ACG>A", "chr1:11:A>AT", False),  # before them
        ("chr1:11:ACG>A", "chr1:13:G>GT", False),  # behind them
        ("chr1:11:A>AT", "chr1:11:A>AC", False),  # two insertions at one point: an order would do
        ("chr1:11:AC>TG", "chr1:11:A>AT", True),  # between two bases of an MNV
    ],
)
def test_variants_contradict_where_they_change_a_common_base(one: str, other: str, *, expected: bool) -> None:
    """Or where one puts bases between two that the other changes; both ways round."""
    assert contradict(variant(one), variant(other)) is contradict(variant(other), variant(one)) is expected


def test_the_other_strand_has_the_partners_of_iupac_letters() -> None:
    """R (A/G) pairs with Y (C/T), K (G/T) with M (A/C), B (not A) with V (not T), D with H; S, W, N with themselves."""
    assert reverse_complement("ACGTNRYSWKMBDHV") == "BDHVKMWSRYNACGT"
    assert reverse_complement("acgtn") == "nacgt"
    assert reverse_complement("AAU") == "ATT"


def edit(start: int, end: int, bases: str = "", *, over_edge: bool = False) -> BaseEdit:
    """Make an edit."""
    return BaseEdit(Interval(start, end), bases, over_edge)


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(
    ("start", "end", "new", "expected"),
    [
        # within exons
        (4, 5, "T", edit(2, 3, "T")),
        (5, 5, "AC", edit(3, 3, "AC")),
        (21, 23, "", edit(9, 11)),
        (13, 16, "", edit(5, 8)),  # an exon to its very edges
        # beside the transcript
        (1, 2, "A", None),
        (2, 2, "G", None),
        (24, 24, "G", None),
        (24, 25, "A", None),
        # between exon and intron
        (7, 7, "A", SpliceHit(0, "boundary")),
        (13, 13, "A", SpliceHit(0, "boundary")),
        (16, 16, "A", SpliceHit(1, "boundary")),
        (20, 20, "A", SpliceHit(1, "boundary")),
        # GT and AG, and the bases between
        (7, 8, "A", SpliceHit(0, "donor")),
        (8, 9, "A", SpliceHit(0, "donor")),
        (9, 10, "A", None),
        (10, 11, "A", None),
        (11, 12, "T", SpliceHit(0, "acceptor")),
        (12, 13, "T", SpliceHit(0, "acceptor")),
        (16, 17, "A", SpliceHit(1, "donor")),
        (19, 20, "T", SpliceHit(1, "acceptor")),
        (8, 8, "C", SpliceHit(0, "donor")),
        (9, 9, "A", None),
        (11, 11, "T", None),
        (12, 12, "T", SpliceHit(0, "acceptor")),
        (9, 11, "", None),
        (8, 10, "", SpliceHit(0, "donor")),
        (10, 12, "", SpliceHit(0, "acceptor")),
        (7, 13, "", None),  # the whole intron: its exons are joined, as splicing does
        # deletions over edges: donor, acceptor, an exon, an intron, an exon with both neighbours' ends
        (5, 9, "", edit(3, 5, over_edge=True)),
        (11, 14, "", edit(5, 6, over_edge=True)),
        (12, 17, "", edit(5, 8, over_edge=True)),
        (6, 14, "", edit(4, 6, over_edge=True)),
        (5, 22, "", edit(3, 10, over_edge=True)),
        (1, 4, "", edit(0, 2, over_edge=True)),
        (22, 25, "", edit(10, 12, over_edge=True)),
        # exchanges over edges: the first edge in the transcript's direction
        (5, 9, "C", SpliceHit(0, "donor")),
        (11, 14, "C", SpliceHit(0, "acceptor")),
        (12, 17, "C", SpliceHit(0, "acceptor")),
        (6, 14, "A", SpliceHit(0, "donor")),
        (15, 21, "A", SpliceHit(1, "donor")),
        (12, 21, "A", SpliceHit(0, "acceptor")),
        (19, 21, "AT", SpliceHit(1, "acceptor")),
        # over the transcript's own begin and end: outside the coding bases 3–8 and the stop 9–11, what is lost is known
        (1, 4, "G", edit(0, 2, "G", over_edge=True)),
        (0, 4, "GCTC", edit(0, 2, "TC")),
        (1, 6, "C", SpliceHit(0, "boundary")),
        (23, 25, "GG", SpliceHit(0, "boundary")),
    ],
)
def test_place(start: int, end: int, new: str, expected: BaseEdit | SpliceHit | None, strand: int) -> None:
    """Letters start … end of the text replaced: what that is to the transcript, whichever its strand."""
    assert GENES[strand].place(start, end, new) == expected


@pytest.mark.parametrize("strand", [1, -1])
def test_an_exchange_over_the_end_is_known_behind_the_stop(strand: int) -> None:
    """Coding 0–2, stop 3–5: from offset 6 on nothing is translated, so an exchange from 6 on is an edit, from 5 not."""
    gene = Gene("ttAACGTTTGCCCAtt", strand, cds=Interval(0, 3))
    assert gene.place(8, 15, "A") == edit(6, 12, "N", over_edge=True)  # a frameshift may read it: what it is then, …
    assert gene.place(12, 16, "GATC") == edit(10, 12, "GA")  # … but the last two of CCCA|tt are known to become GA
    assert gene.place(7, 15, "A") == SpliceHit(0, "boundary")


@pytest.mark.parametrize("strand", [1, -1])
def test_nothing_is_told_of_residues_that_an_exchange_over_two_edges_takes(strand: int) -> None:
    """TGG → TTG in exon 1, in cis with an exchange from exon 1's last base over the intron into exon 2.

    ::

        ATG GCT TGG AAA CTG GAA | CTG … : the exchange takes the A of GAA, so of exon 1 nothing is sure.
    """
    gene = Gene("ttATGGCTTGGAAACTGGAAgtccccagCTGCATTTGTAAtt", strand)
    first = gene.call("8G>T")
    made = Made(gene, first, gene.call("18_19delinsTT"))
    assert not made.changes
    assert set(made.reasons) == {first, made.pairs[1][0]}
