from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neosieve.model.variant import Variant, variants_named

VARIANTS = st.builds(
    Variant,
    chrom=st.text("chr1+:*-", min_size=1, max_size=6),
    start=st.integers(0, 99),
    ref=st.text("ACGT", min_size=1, max_size=3),
    alt=st.text("ACGT", min_size=1, max_size=3),
)


@given(st.lists(VARIANTS, min_size=1, max_size=3))
def test_the_variants_of_a_haplotype_are_told_apart(variants: list[Variant]) -> None:
    """Even where a contig's name holds a plus, as the VCF specification lets it."""
    names = tuple(map(str, variants))
    assert variants_named("+".join(names)) == names


@pytest.mark.parametrize("text", ["", "KRAS G12D"])
def test_what_names_no_variant_stays_whole(text: str) -> None:
    """As it may in a review that was made by hand."""
    assert variants_named(text) == (text,)
