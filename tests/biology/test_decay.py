from __future__ import annotations

import pytest

from neosieve.biology.decay import decay_as_annotated, decay_of_stop

from .helpers import call, change_of, told

LONG = "M" + "ACDEFGHIKLNPQRSTVWY" * 6
"""115 residues."""
SHIFTED = LONG[:90] + "WHCWHCWHC"


@pytest.mark.parametrize(
    ("terms", "at", "residues", "csq", "expected"),
    [
        pytest.param("missense_variant", "2", "A/V", {"EXON": "3/3"}, None, id="no premature stop"),
        pytest.param("frameshift_variant", "91", "R/X", {"FrameshiftSequence": SHIFTED, "EXON": "3/3"}, "escape",
                     id="in the last exon"),
        pytest.param("frameshift_variant", "91", "R/X", {"FrameshiftSequence": SHIFTED, "EXON": "2/3"}, None,
                     id="not in the last exon: 50–55 nt before the last junction would escape, too, so unknown"),
        pytest.param("frameshift_variant", "91", "R/X", {"FrameshiftSequence": SHIFTED}, None, id="exon not told"),
        pytest.param("frameshift_variant", "31", "L/X", {"FrameshiftSequence": LONG[:30] + "W" * 19, "EXON": "1/3"},
                     "escape", id="49 residues: the stop is within 150 nt of the start"),
        pytest.param("frameshift_variant", "31", "L/X", {"FrameshiftSequence": LONG[:30] + "W" * 20, "EXON": "1/3"},
                     None, id="50 residues: it isn't"),
        pytest.param("frameshift_variant", "91", "R/X", {"FrameshiftSequence": LONG + "WHC", "EXON": "3/3"}, None,
                     id="a frameshift that is longer than the normal protein has no premature stop"),
        pytest.param("stop_lost", "116", "*/R", {"EXON": "3/3"}, None, id="a lost stop"),
        pytest.param("inframe_deletion", "2-3", "AC/-", {"EXON": "3/3"}, None, id="shorter, but by a deletion"),
        pytest.param("frameshift_variant", "91", "R/X",
                     {"FrameshiftSequence": LONG[:90] + "WH" * 20, "EXON": "3/3"}, None,
                     id="a frameshift whose own tail is longer than the normal one"),
        pytest.param("frameshift_variant", "91", "R/X",
                     {"FrameshiftSequence": LONG[:90] + "H" * 25, "EXON": "3/3"}, None,
                     id="or as long"),
        pytest.param("frameshift_variant", "115", "Y/WHX", {"EXON": "3/3"}, "escape",
                     id="a frameshift of the last residue, cut short: its stop is taken to be premature"),
        pytest.param("frameshift_variant", "91", "R/WX", {"EXON": "3/3"}, "escape",
                     id="a frameshift cut short, in the last exon: wherever it stops"),
    ],
)  # fmt: skip
def test_decay_is_told_where_the_annotation_allows(
    terms: str, at: str, residues: str, csq: dict[str, str], expected: str | None
) -> None:
    """``escape`` by the last exon or a stop near the start (Lindeboom 2016); else it isn't known."""
    assert decay_as_annotated(change_of((call(), told(LONG, terms, at, residues, **csq)))) == expected


@pytest.mark.parametrize(
    ("stop", "start", "junctions", "length", "expected"),
    [
        pytest.param(500, 100, [], 1000, "escape", id="one exon"),
        pytest.param(900, 100, [300, 800], 1000, "escape", id="in the last exon"),
        # the stop codon 743–745 ends at 745 = 800 - 55: 55 bases lie between them
        pytest.param(742, 100, [500, 800], 1000, "predicted", id="55 bases before the last junction"),
        pytest.param(743, 100, [500, 800], 1000, "escape", id="54 bases"),
        pytest.param(249, 100, [300, 400, 800], 1000, "escape", id="149 bases behind the start codon"),
        pytest.param(250, 100, [300, 400, 800], 1000, "predicted", id="150 bases behind the start codon"),
        pytest.param(500, 100, [300, 707, 900], 1000, "predicted", id="in an exon of 407 bases"),
        pytest.param(500, 100, [300, 708, 900], 1000, "escape", id="in an exon of 408 bases"),
        pytest.param(300, 100, [300, 708, 900], 1000, "escape", id="its first base"),
        pytest.param(708, 100, [300, 708, 900], 1000, "predicted", id="the next exon's first base"),
        pytest.param(300, 100, [407, 900], 1000, "predicted", id="the first exon, of 407 bases"),
        pytest.param(300, 100, [408, 900], 1000, "escape", id="the first exon, of 408 bases"),
    ],
)
def test_decay_of_a_stop_by_the_exons(stop: int, start: int, junctions: list[int], length: int, expected: str) -> None:
    """Lindeboom 2016: in or 55 bases before the last exon, within 150 bases of the start, or in an exon over 407."""
    assert decay_of_stop(stop, start, junctions, length) == expected
