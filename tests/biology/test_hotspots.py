"""Known hotspots."""

from __future__ import annotations

import pytest

from neosieve.biology.hotspots import Hotspot, HotspotMatch, Hotspots

TABLE = Hotspots(
    [
        Hotspot("KRAS", "G12", "ACDRSV"),
        Hotspot("KRAS", "Q61", "HKLR"),
        Hotspot("EGFR", "E746_A750del", ""),
        Hotspot("CALR", "L367Tfs*46", ""),
    ]
)


@pytest.mark.parametrize(
    ("gene", "label", "words"),
    [
        ("KRAS", "p.Gly12Asp", "known hotspot KRAS G12D"),
        ("KRAS", "ENSP00000256078.4:p.Gly12Asp", "known hotspot KRAS G12D"),
        ("KRAS", "p.(Gly12Val)", "known hotspot KRAS G12V"),
        ("KRAS", "p.G12C", "known hotspot KRAS G12C"),
        ("KRAS", "G12C", "known hotspot KRAS G12C"),
        ("KRAS", "p.Gly12Trp", "KRAS G12W is at hotspot residue G12"),
        ("KRAS", "p.[Ala11Ser;Gly12Trp;Gln61His]", "known hotspot KRAS Q61H"),
        ("KRAS", "p.[Ala11del;Gly12Asp]", "known hotspot KRAS G12D"),
        ("KRAS", "p.[Gly12Trp;Gln61Trp]", "KRAS G12W is at hotspot residue G12"),
        ("EGFR", "p.Glu746_Ala750del", "known hotspot EGFR E746_A750del"),
        ("CALR", "p.Leu367ThrfsTer46", "known hotspot CALR L367Tfs*46"),
    ],
)
def test_changes_that_are_known(gene: str, label: str, words: str) -> None:
    """In three letters or one, with an id, in brackets; the listed change goes before a listed residue."""
    assert str(TABLE.match(gene, label)) == words


@pytest.mark.parametrize(
    ("gene", "label"),
    [
        ("NRAS", "p.Gly12Asp"),
        ("KRAS", "p.Gly13Asp"),
        ("KRAS", "p.Val12Asp"),
        ("KRAS", "p.Gly12="),
        ("KRAS", "p.Gly12Gly"),
        ("KRAS", "p.Gly12Ter"),
        ("KRAS", "p.Gly12AspfsTer3"),
        ("KRAS", "p.Gly12"),
        ("KRAS", "p.Gly12_Gly13insVal"),
        ("EGFR", "p.Glu746_Ser752delinsVal"),
        ("KRAS", "p.?"),
        ("KRAS", ""),
    ],
)
def test_changes_that_arent(gene: str, label: str) -> None:
    """Another gene, position or normal residue; silent, a stop, a frameshift, an insertion beside it, nothing known."""
    assert TABLE.match(gene, label) is None


def test_hotspots_are_counted() -> None:
    """A residue listed twice is one; its last row stands."""
    table = Hotspots([Hotspot("KRAS", "G12", "D"), Hotspot("KRAS", "Q61", "H"), Hotspot("KRAS", "G12", "V")])
    assert len(table) == 2
    assert table.match("KRAS", "p.Gly12Asp") == HotspotMatch(Hotspot("KRAS", "G12", "V"), "G12D", recurrent=False)
