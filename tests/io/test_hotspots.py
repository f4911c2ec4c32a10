"""The list of hotspots that ships."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from neosieve.errors import InputError
from neosieve.io.hotspots import FILE, read_hotspots

if TYPE_CHECKING:
    from pathlib import Path

AMINO_ACIDS = frozenset("ACDEFGHIKLMNPQRSTVWY")


@pytest.mark.parametrize(
    ("gene", "label"),
    [
        ("KRAS", "p.Gly12Asp"),
        ("BRAF", "p.Val600Glu"),
        ("PIK3CA", "p.His1047Arg"),
        ("TP53", "p.Arg175His"),
        ("IDH1", "p.Arg132His"),
        ("GNAS", "p.Arg201Cys"),
        ("EGFR", "p.Thr790Met"),
        ("CTNNB1", "p.Ser37Phe"),
        ("CALR", "p.Leu367ThrfsTer46"),
    ],
)
def test_the_best_known_are_there(gene: str, label: str) -> None:
    """Each is in any textbook."""
    match = read_hotspots().match(gene, label)
    assert match is not None
    assert match.recurrent


def test_each_row_is_well_formed() -> None:
    """A residue with its recurrent substitutes, sorted and other than itself, or a whole change; sorted, none twice."""
    known = list(read_hotspots()._known.values())
    assert len(known) == 234
    for one in known:
        if one.alternatives:
            assert re.fullmatch(r"[A-Z]\d+", one.residue)
            assert set(one.residue[:1] + one.alternatives) <= AMINO_ACIDS
            assert one.residue[0] not in one.alternatives
            assert list(one.alternatives) == sorted(set(one.alternatives))
        else:
            assert re.search(r"(del|dup|fs\*\d+)$", one.residue)
    order = [(one.gene, int(re.findall(r"\d+", one.residue)[0]), one.residue) for one in known]
    assert order == sorted(set(order))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "can't read the list of hotspots"),
        ("# only a comment\n", "has no header gene residue alternatives"),
        ("gene\tresidue\n", "has no header gene residue alternatives"),
        ("gene\tresidue\talternatives\nKRAS\tG12\n", r"hotspots\.tsv:2 has not three fields"),
        ("gene\tresidue\talternatives\nKRAS\tG12\t\n", r"hotspots\.tsv:2 has not three fields"),
    ],
)
def test_a_damaged_list_is_refused(tmp_path: Path, content: str | None, message: str) -> None:
    """Missing, without header, or cut."""
    if content is not None:
        (tmp_path / FILE).parent.mkdir()
        (tmp_path / FILE).write_text(content)
    with pytest.raises(InputError, match=message):
        read_hotspots(tmp_path)
