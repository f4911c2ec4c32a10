"""Transcripts on their bases: exons in upper case, introns and surroundings in lower case."""

from __future__ import annotations

import pytest

from neosieve.biology.coordinates import BaseEdit, SpliceHit
from neosieve.model.genome import Interval

from .spelledgene import Gene

TEXT = "ttGCATGGCTgtgtaaccagagTTTTAACCtt"
"""GC ATG GCT | intron of twelve bases | TTT TAA CC: M A F."""


@pytest.mark.parametrize("strand", [1, -1])
def test_a_transcript_is_spliced_and_read(strand: int) -> None:
    """5′ to 3′ whatever the strand."""
    spliced = Gene(TEXT, strand).spliced
    assert spliced.bases == "GCATGGCTTTTTAACC"
    assert (spliced.start, spliced.begins) == (2, True)
    assert (spliced.normal.protein, spliced.normal.stop) == ("MAF", 11)


@pytest.mark.parametrize("strand", [1, -1])
def test_incomplete_ends(strand: int) -> None:
    """Without its end, nothing behind the CDS is known; without its begin, the first codon may lack bases."""
    open_end = Gene("ttATGGCTTTTAAtt", strand, cds=Interval(0, 8), flags=frozenset({"cds_end_NF"})).spliced
    assert (open_end.bases, open_end.normal.protein, open_end.normal.stop) == ("ATGGCTTT", "MA", None)
    assert open_end.begins
    open_begin = Gene("ttACGAATAAtt", strand, cds=Interval(0, 5), missing=1, flags=frozenset({"cds_start_NF"})).spliced
    assert (open_begin.start, open_begin.normal.protein, open_begin.normal.stop) == (-1, "XE", 5)
    assert not open_begin.begins


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(
    ("start", "end", "new", "expected"),
    [
        # the intron is gtgtaaccagag from 10 to 22
        pytest.param(10, 12, "", None, id="gt out of gtgt"),
        pytest.param(20, 22, "", None, id="ag out of agag"),
        pytest.param(11, 11, "tg", None, id="g|tg|t: gtgt"),
        pytest.param(21, 21, "ga", None, id="a|ga|g: agag"),
        pytest.param(12, 20, "", None, id="gtag is left"),
        pytest.param(10, 20, "", SpliceHit(0, "donor"), id="ag is left: no gt"),
        pytest.param(10, 11, "", SpliceHit(0, "donor"), id="tg"),
        pytest.param(10, 11, "c", SpliceHit(0, "donor"), id="ct"),
        pytest.param(21, 22, "", SpliceHit(0, "acceptor"), id="ga"),
        pytest.param(11, 11, "c", SpliceHit(0, "donor"), id="gc"),
        pytest.param(10, 22, "", None, id="no intron at all: the exons are joined anyway"),
        pytest.param(10, 10, "gt", SpliceHit(0, "boundary"), id="between exon and intron"),
        pytest.param(22, 22, "ag", SpliceHit(0, "boundary"), id="between intron and exon"),
        # …GGC T|gt: T|AT is TA put in before the exon's last T; TTTT… behind ag: TA|T is AT put in behind its first T
        pytest.param(10, 10, "at", BaseEdit(Interval(7, 8), "TAT"), id="put in before the exon's last base"),
        pytest.param(22, 22, "ta", BaseEdit(Interval(8, 9), "TAT"), id="put in behind the exon's first base"),
        pytest.param(10, 10, "ac", SpliceHit(0, "boundary"), id="no exon base is at its end"),
        pytest.param(22, 22, "ca", SpliceHit(0, "boundary"), id="nor at its begin"),
        pytest.param(9, 12, "", BaseEdit(Interval(7, 8), "", over_edge=True), id="exon bases go, too"),
    ],
)
def test_an_intron_whose_ends_read_the_same_keeps_its_splice_sites(
    start: int, end: int, new: str, expected: SpliceHit | BaseEdit | None, strand: int
) -> None:
    """What counts are the first two and the last two bases of what is left of the intron."""
    gene = Gene(TEXT, strand)
    assert gene.spliced.place(gene.replaced(start, end, new.upper())) == expected


@pytest.mark.parametrize("strand", [1, -1])
def test_a_second_intron_keeps_its_splice_sites_as_well(strand: int) -> None:
    """GC ATG GCT | gtaaccag | TTTT | gtgtaaccagag | TAA CC: gt out of gtgt, ag out of agag."""
    gene = Gene("ttGCATGGCTgtaaccagTTTTgtgtaaccagagTAACCtt", strand, cds=Interval(2, 8))
    assert gene.spliced.place(gene.replaced(22, 24, "")) is None
    assert gene.spliced.place(gene.replaced(32, 34, "")) is None
    assert gene.spliced.place(gene.replaced(22, 23, "")) == SpliceHit(1, "donor")
    assert gene.spliced.place(gene.replaced(10, 12, "")) == SpliceHit(0, "donor")  # aa


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(
    ("exon", "written"),
    [("T", None), ("AT", BaseEdit(Interval(9, 10), "TAT")), ("CAT", BaseEdit(Interval(10, 11), "TAT"))],
)
def test_an_exon_of_one_base_has_no_inside(exon: str, written: BaseEdit | None, strand: int) -> None:
    """T|AT behind an exon …T is TA put in before its last base, if it has others; T alone stays an edge."""
    gene = Gene(f"ttGCATGGCTgtaaccag{exon}gtaaccagTAACCtt", strand, cds=Interval(2, 8))
    end = 18 + len(exon)
    assert gene.spliced.place(gene.replaced(end, end, "AT")) == (written or SpliceHit(1, "boundary"))


@pytest.mark.parametrize("strand", [1, -1])
def test_bases_put_into_a_selenocysteine_codon_break_it(strand: int) -> None:
    """ATG T|GAT|GA AAA: TGA TGA, of which neither is the annotated codon any more; put in before it, it moves on."""
    gene = Gene("ttATGTGAAAATAAtt", strand, cds=Interval(0, 9), selenocysteines=(3,))
    broken, moved = (gene.composed(gene.call(name)).mutant for name in ("4_5insGAT", "3_4insGCA"))
    assert broken is not None
    assert moved is not None
    assert (broken.protein, moved.protein) == ("M", "MAUK")


@pytest.mark.parametrize("strand", [1, -1])
def test_an_edit_behind_an_unknown_end_is_cut_there(strand: int) -> None:
    """Known are the eight bases ATG GCT TT: a deletion over that point is cut, what lies behind it is none."""
    gene = Gene("ttATGGCTTTAGCCtt", strand, cds=Interval(0, 8), flags=frozenset({"cds_end_NF"}))
    place = gene.spliced.place
    assert place(gene.replaced(8, 11, "")) == BaseEdit(Interval(6, 8), "")
    assert place(gene.replaced(8, 10, "")) == BaseEdit(Interval(6, 8), "")
    assert place(gene.replaced(10, 11, "")) is None
    assert place(gene.replaced(9, 10, "C")) == BaseEdit(Interval(7, 8), "C")
    assert place(gene.replaced(9, 15, "")) == BaseEdit(Interval(7, 8), "", over_edge=True)


@pytest.mark.parametrize(
    ("name", "protein"),
    [
        ("3G>C", "XQ"),  # ?AC CAA
        ("1A>T", "XE"),
        ("2_3insCCC", "XPE"),
        ("1_2insTTT", "XFE"),  # ?AT TTC GAA
        ("1del", "XN"),  # ?CG AAT AA
    ],
)
@pytest.mark.parametrize("strand", [1, -1])
def test_a_cds_without_its_begin_has_no_start_codon_to_lose(name: str, protein: str, strand: int) -> None:
    """?AC GAA TAA: whatever happens to it, the frame is counted from the missing base on."""
    gene = Gene("ttACGAATAAtt", strand, cds=Interval(0, 5), missing=1, flags=frozenset({"cds_start_NF"}))
    mutant = gene.composed(gene.call(name)).mutant
    assert mutant is not None
    assert (mutant.start, mutant.protein) == (-1, protein)


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("-3_-1del", "read on"),  # before the known part of the CDS
        ("1_3del", "read on"),  # behind its begin
        ("-1_1del", None),  # on both sides of it
        ("-2_2delinsA", None),
    ],
)
def test_a_change_over_the_begin_of_an_incomplete_cds_leaves_no_frame(name: str, frame: str | None) -> None:
    """GCCGA CTG AAC GAA TAA, the CDS known from CTG on: what codes before it is not known, so nor is what is lost."""
    gene = Gene("ttGCCGACTGAACGAATAAtt", cds=Interval(5, 14), flags=frozenset({"cds_start_NF"}))
    assert gene.spliced.normal.protein == "LNE"
    mutant = gene.composed(gene.call(name)).mutant
    assert (mutant is None) == (frame is None)
    assert mutant is None or mutant.protein.endswith("NE")
