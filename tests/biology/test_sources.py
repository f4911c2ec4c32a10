from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from neosieve.biology.sources import Cut, Source, Sources, Told
from neosieve.biology.windows import Stretch, Window

from .helpers import call, change_of, told

if TYPE_CHECKING:
    from neosieve.model.protein import ProteinChange
    from neosieve.model.variant import Call

KRAS = "MTEYKLVVVGAGGVGKSALTIQLIQNHFVDEYDPTIEDSY"
ONE, OTHER = call("chr1:135:G>A"), call("chr1:140:G>C")
CHANGE = change_of((ONE, told(KRAS, "missense_variant", "12", "G/D")))


def on(name: str) -> ProteinChange:
    """Return the change as a transcript of this name has it."""
    return replace(CHANGE, transcript=replace(CHANGE.transcript, transcript=name))


def test_a_stretch_is_its_windows() -> None:
    """ACDEF from residue 7 on, in threes."""
    stretch = Stretch("ACDEF", 7, 3, (ONE,))
    assert stretch.windows == [("ACD", 7, (ONE,)), ("CDE", 8, (ONE,)), ("DEF", 9, (ONE,))]
    assert stretch.part(8, 10) == ("CDEF", 8, 3, (ONE,))
    assert stretch.where(lambda residues: residues != "CDE") == [("ACD", 7, 3, (ONE,)), ("DEF", 9, 3, (ONE,))]
    assert stretch.absent_from("MCDEFM") == [("ACD", 7, 3, (ONE,))]


def test_transcripts_that_share_a_cut_have_sources_of_their_own() -> None:
    """The second one's windows lie two residues further on."""
    cut, sources = Cut(), Sources()
    stretch = Stretch("ACDEF", 7, 4, (ONE,))
    cut.add(Told(stretch, stretch.sequences, "single", ("a remark",)), ["a doubt"])
    first, second = on("ENST1.1"), on("ENST2.1")
    sources.add(first, cut)
    sources.add(second, cut, 2)
    assert list(sources) == [((ONE,), "ACDE"), ((ONE,), "CDEF")]
    assert sources[(ONE,), "CDEF"] == [
        (first, ("CDEF", 8, (ONE,)), "single", ("a remark",)),
        (second, ("CDEF", 10, (ONE,)), "single", ("a remark",)),
    ]
    assert cut.of_calls == {ONE: ({"ACDE", "CDEF"}, {"a doubt": None, "a remark": None})}
    assert ((OTHER,), "CDEF") not in sources


@pytest.mark.parametrize("seed", range(200))
def test_sources_are_those_of_each_transcript_in_turn(seed: int) -> None:
    """Two letters, so that peptides recur within a stretch, a protein and over transcripts: once each, where first."""
    rng = Random(seed)  # noqa: S311 - repeatable, not secret
    sources = Sources()
    expected: dict[tuple[tuple[Call, ...], str], list[Source]] = {}
    cuts: list[Cut] = []
    for number in range(4):
        change = on(f"ENST{number}.1")
        for _ in range(rng.randint(1, 3)):
            if cuts and rng.random() < 0.5:
                cut, shift = rng.choice(cuts), rng.randint(0, 3)
            else:
                cut, shift = Cut(), 0
                cuts.append(cut)
                for at in range(rng.randint(1, 3)):
                    residues = "".join(rng.choice("AC") for _ in range(rng.randint(3, 6)))
                    stretch = Stretch(residues, 10 * at, 3, rng.choice([(ONE,), (OTHER,), (ONE, OTHER)]))
                    cut.add(Told(stretch, stretch.sequences, f"phase {len(cuts)}", (f"remark {at}",)), ())
            sources.add(change, cut, shift)
            for one in cut.told:
                for sequence, offset, calls in one.stretch.windows:
                    held = expected.setdefault((calls, sequence), [])
                    if not held or held[-1].change is not change:
                        window = Window(sequence, offset + shift, calls)
                        held.append(Source(change, window, one.phase, one.remarks))
    assert dict(sources) == expected
    assert len(sources) == len(expected)
