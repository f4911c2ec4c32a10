"""Places in blocks: a matter of a row's name, and each row has one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neosieve.binding.placing import PERIOD, homes, placed


@given(names=st.lists(st.text("ACDEFGHIKLMNPQRSTVWY", max_size=12), min_size=1, max_size=200), blocks=st.integers(1, 8))
def test_each_row_stands_at_one_place_that_its_name_tells(names: list[str], blocks: int) -> None:
    """Places modulo the period are the names' own, none is taken twice, and blocks are whole."""
    home = homes(names)
    filled, places = placed(home, PERIOD * blocks)
    assert (places % PERIOD == home).all()
    assert len(set(places.tolist())) == len(names)
    assert filled[places].tolist() == list(range(len(names)))
    assert len(filled) % (PERIOD * blocks) == 0


def test_homes_dont_depend_on_the_process() -> None:
    """A cache outlives the process: these are CRC-32 sums modulo 16, the checksums that ``gzip`` writes."""
    assert homes(["SIINFEKL", "GILGFVFTL", "HLA-A*02:01"]).tolist() == [
        0x044575D5 % 16,
        0x17A11F71 % 16,
        0x303C4815 % 16,
    ]
