from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neosieve.io.seen import SeenVariants
from neosieve.model.variant import Variant

BASES = st.sampled_from(["A", "C", "G", "T", "AC", "GT"])
VARIANTS = st.builds(Variant, chrom=st.sampled_from(["1", "2"]), start=st.integers(0, 6), ref=BASES, alt=BASES)


@given(st.lists(VARIANTS))
def test_seen_variants_are_as_a_dictionary_has_them(variants: list[Variant]) -> None:
    """In any order, of any kind: the line that a variant was first read from, or none."""
    seen, expected = SeenVariants(), dict[Variant, int]()
    for line, variant in enumerate(variants, start=1):
        assert seen.line_of(variant) == expected.get(variant)
        if variant not in expected:
            seen.add(variant, line)
            expected[variant] = line
    assert all(seen.line_of(variant) == line for variant, line in expected.items())
