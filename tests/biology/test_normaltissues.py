from __future__ import annotations

from dataclasses import replace

import pytest

from neosieve.biology.nearself import NearSelf
from neosieve.biology.normaltissues import level_facts, with_levels
from neosieve.model.evidence import NormalLevel, NormalTissues

TISSUES = NormalTissues(
    "GTEx",
    "TPM",
    54,
    {"ENSG1": (3.0, "Lung"), "ENSG2": (40.0, "Testis"), "ENSG3": (0.0, "Liver"), "ENSG4": (7.0, None)},
)
GENES = {
    "ENST1": (("ENSG1.5", "ONE"),),
    "ENST2": (("ENSG2.1", "TWO"),),
    "ENST3": (("ENSG3.1", "THREE"),),
    "ENST4": (("ENSG4.1", "FOUR"), ("ENSG1.5", "ONE")),
    "ENST9": (("ENSG9.1", "NINE"),),
}
ONE, OTHER = NearSelf("KLVVVGAGGV", "ENST1", 7, -1), NearSelf("KLVVVGAEGV", "ENST9", 7, 2)


@pytest.mark.parametrize(
    ("holders", "level"),
    [
        pytest.param(("ENST1",), NormalLevel(3.0, "Lung", "ONE"), id="one gene"),
        pytest.param(("ENST1", "ENST2", "ENST3"), NormalLevel(40.0, "Testis", "TWO"), id="the highest of three"),
        pytest.param(("ENST2", "ENST1"), NormalLevel(40.0, "Testis", "TWO"), id="in whatever order"),
        pytest.param(("ENST4",), NormalLevel(7.0, None, "FOUR"), id="a protein of two genes"),
        pytest.param(("ENST3",), NormalLevel(0.0, "Liver", "THREE"), id="none at all is a level, too"),
        pytest.param(("ENST9", "ENST1"), NormalLevel(3.0, "Lung", "ONE"), id="a gene that the table lacks"),
        pytest.param(("ENST9",), None, id="no gene that it has"),
        pytest.param(("HLA-A",), None, id="a protein of no known gene"),
        pytest.param((), None, id="no protein known"),
    ],
)
def test_the_gene_that_is_most_expressed_counts(holders: tuple[str, ...], level: NormalLevel | None) -> None:
    """Of all that make the normal peptide, in any tissue."""
    sources = {ONE.peptide: holders, OTHER.peptide: ("ENST9",)}
    assert with_levels({"NEO": (ONE, OTHER)}, sources, GENES, TISSUES) == {"NEO": (replace(ONE, level=level), OTHER)}


def test_a_normal_peptide_without_a_known_protein_stays_as_it_is() -> None:
    """And so does a neo-peptide without neighbours."""
    assert with_levels({"NEO": (ONE,), "NEW": ()}, {}, GENES, TISSUES) == {"NEO": (ONE,), "NEW": ()}


def test_facts_for_the_record() -> None:
    """Each normal peptide once, however many neo-peptides resemble it."""
    known = replace(ONE, level=NormalLevel(3.0, "Lung", "ONE"))
    third = replace(OTHER, peptide="KLVVVGAKGV")
    assert level_facts(TISSUES, {"NEO": (known, OTHER), "NEW": (known, third)}) == {
        "tool": "GTEx",
        "unit": "TPM",
        "tissues": 54,
        "near_self_peptides": 3,
        "joined": 1,
    }
