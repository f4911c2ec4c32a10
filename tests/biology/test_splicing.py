"""What a lost splice site might make instead.

::

    text     tt AACGT gtccag TTG gtag CCCA tt
    from     0  2     7      13  16   20   24
    offsets     0–4          5–7      8–11
"""

from __future__ import annotations

import pytest

from neosieve.biology.coordinates import BaseEdit, SpliceHit, trimmed
from neosieve.biology.splicing import READ_INTO_INTRON, alternatives
from neosieve.model.genome import Interval

from .spelledgene import CHROM, Gene

TEXT = "ttAACGTgtccagTTGgtagCCCAtt"
SKIPPED = (BaseEdit(Interval(5, 8), ""), "hypothesis: exon 2 of 3 is skipped")


def told(gene: Gene, start: int, end: int, new: str) -> list[tuple[BaseEdit, str]]:
    """List the alternatives after an exchange of letters of the text."""
    variant = gene.replaced(start, end, new)
    hit = gene.spliced.place(variant)
    assert isinstance(hit, SpliceHit)
    return alternatives(hit, trimmed(variant), gene.spliced.layout, lambda interval: gene.bases(CHROM, interval))


def retained(number: int, of: int, start: int, end: int, bases: str) -> tuple[BaseEdit, str]:
    """Make the retention of an intron."""
    return BaseEdit(Interval(start, end), bases), f"hypothesis: intron {number} of {of} is retained"


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(
    ("start", "end", "new", "expected"),
    [
        # the first exon and the last can't be skipped
        (7, 8, "A", [retained(1, 2, 5, 5, "ATCCAG")]),
        (12, 13, "T", [SKIPPED, retained(1, 2, 5, 5, "GTCCAT")]),
        (16, 17, "A", [SKIPPED, retained(2, 2, 8, 8, "ATAG")]),
        (19, 20, "T", [retained(2, 2, 8, 8, "GTAT")]),
        (7, 8, "", [retained(1, 2, 5, 5, "TCCAG")]),
        (8, 8, "CC", [retained(1, 2, 5, 5, "GCCTCCAG")]),
        (16, 16, "CC", [SKIPPED, retained(2, 2, 8, 8, "CCGTAG")]),  # between exon 2 and intron 2
        # where exon bases change too, the intron isn't retained as it is
        (15, 18, "CC", [SKIPPED]),
    ],
)
def test_the_exon_at_the_site_is_skipped_or_the_intron_retained(
    start: int, end: int, new: str, expected: list[tuple[BaseEdit, str]], strand: int
) -> None:
    """The change itself is read with the intron; the strand makes no difference."""
    assert told(Gene(TEXT, strand, cds=Interval(3, 9)), start, end, new) == expected


@pytest.mark.parametrize("strand", [1, -1])
@pytest.mark.parametrize(("inner", "whole"), [(2 * READ_INTO_INTRON - 4, True), (2 * READ_INTO_INTRON - 3, False)])
def test_a_long_intron_is_read_as_far_as_a_stop_is_sure(inner: int, strand: int, *, whole: bool) -> None:
    """Up to 600 bases it is retained whole; of a longer one, 300 bases are read, and nothing behind it."""
    intron = "gt" + "c" * inner + "ag"
    gene = Gene(f"ttAACGT{intron}TTGCCCAtt", strand, cds=Interval(3, 9))
    ((edit, _),) = told(gene, 7, 8, "A")
    read = "A" + intron[1:].upper()
    assert edit == (BaseEdit(Interval(5, 5), read) if whole else BaseEdit(Interval(5, 12), read[:READ_INTO_INTRON]))


@pytest.mark.parametrize("strand", [1, -1])
def test_nothing_is_read_behind_an_intron_with_unknown_bases(strand: int) -> None:
    """Gtnnag: what is known of it is read, the exon behind it isn't."""
    gene = Gene("ttAACGTgtnnagTTGCCCAtt", strand, cds=Interval(3, 9))
    ((edit, _),) = told(gene, 7, 8, "A")
    assert edit == BaseEdit(Interval(5, 12), "ATNNAG")
