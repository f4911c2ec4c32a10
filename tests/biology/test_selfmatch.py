from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neosieve.biology.selfmatch import CHUNK, find_self, find_sources

# few letters, so that much matches; J has the same five bits as a line break
LETTERS = "AKJX"
PROTEOMES = st.lists(st.text(LETTERS, max_size=24), max_size=5)


@settings(max_examples=300, deadline=None)
@given(PROTEOMES, st.lists(st.text(LETTERS, min_size=8, max_size=11), max_size=6), st.data())
def test_it_finds_what_searching_each_protein_finds(
    proteins: list[str], queries: list[str], data: st.DataObject
) -> None:
    """Brute force: the first protein, in order, that holds the peptide; some queries are cut from the proteins."""
    for protein in proteins:
        if len(protein) >= 8:
            start = data.draw(st.integers(0, len(protein) - 8))
            queries = [*queries, protein[start : start + data.draw(st.integers(8, 11))]]
    named = {f"P{at}": protein for at, protein in enumerate(proteins)}
    expected: dict[str, str] = {}
    for query in queries:
        for name, protein in named.items():
            if query in protein:
                expected.setdefault(query, name)
    assert find_self(queries, named) == expected


def test_nothing_matches_across_two_proteins() -> None:
    """…ACDE + FGHI… is no ACDEFGHI, although the one ends as the other begins."""
    assert find_self(["ACDEFGHI"], {"one": "WWWWACDE", "two": "FGHIWWWW"}) == {}


def test_a_line_break_is_no_residue() -> None:
    """Proteins are joined by line breaks, whose five bits are J's: ACDEJFGH isn't where ACDE ends and FGH begins."""
    assert find_self(["ACDEJFGHI"], {"one": "WWWWACDE", "two": "FGHIWWWW"}) == {}


def test_the_first_of_several_proteins_is_named() -> None:
    """In the mapping's order, not the alphabet's."""
    proteins = {"zeta": "MMSIINFEKLMM", "alpha": "SIINFEKL"}
    assert find_self(["SIINFEKL"], proteins) == {"SIINFEKL": "zeta"}
    assert find_self(["SIINFEKL"], dict(reversed(proteins.items()))) == {"SIINFEKL": "alpha"}


@pytest.mark.parametrize("place", ["SIINFEKLWW", "WWSIINFEKLWW", "WWSIINFEKL"])
def test_peptides_are_found_anywhere_in_a_protein(place: str) -> None:
    """At its start, inside, at its end; between other proteins."""
    assert find_self(["SIINFEKL"], {"a": "KKKKKKKKKK", "b": place, "c": "SIINFEK"}) == {"SIINFEKL": "b"}


def test_peptides_that_begin_alike_are_told_apart() -> None:
    """The first eight residues look it up, all residues decide."""
    proteins = {"a": "MSIINFEKLTEW"}
    assert find_self(["SIINFEKLTE", "SIINFEKLTV", "SIINFEKL"], proteins) == {"SIINFEKLTE": "a", "SIINFEKL": "a"}


def test_peptides_are_found_however_many_chunks_the_proteins_fill() -> None:
    """Four proteins of 200,000 letters fill two chunks; the peptides lie at the seam and at both ends."""
    filler = "K" * 200_000
    proteins = {"a": filler, "b": filler, "c": f"{filler}SIINFEKL", "d": f"YIINFEKL{filler}SIINFEKL"}
    assert 2 * len(filler) > CHUNK
    assert find_self(["SIINFEKL", "YIINFEKLK", "KKSIINFEK"], proteins) == {
        "SIINFEKL": "c",
        "YIINFEKLK": "d",
        "KKSIINFEK": "c",
    }


def test_a_seed_beyond_all_others_is_no_match() -> None:
    """Z is the last letter: a protein's seed that sorts behind every query's must not be looked up beyond the table."""
    assert find_self(["ACDEFGHI"], {"a": "ZZZZZZZZZZ"}) == {}
    assert find_self(["ZZZZZZZZ"], {"a": "ZZZZZZZZZZ"}) == {"ZZZZZZZZ": "a"}


def test_an_unknown_residue_matches_no_known_one() -> None:
    """X in a protein stands for nothing but itself."""
    assert find_self(["SIINFEKL"], {"a": "SIIXFEKL", "b": "XXXXXXXX"}) == {}


@pytest.mark.parametrize("proteins", [{}, {"a": ""}, {"a": "SIINFEK", "b": "L"}])
def test_no_protein_holds_it(proteins: dict[str, str]) -> None:
    """No proteins, an empty one, or only shorter ones."""
    assert find_self(["SIINFEKL"], proteins) == {}


def test_no_queries_no_answer() -> None:
    """Nothing asked, nothing found."""
    assert find_self([], {"a": "SIINFEKL"}) == {}


def test_a_peptide_that_is_too_short_is_refused() -> None:
    """Seven residues can't be looked up; silence would call them new."""
    with pytest.raises(ValueError, match="SIINFEK"):
        find_self(["SIINFEK"], {"a": "SIINFEKL"})


def test_every_protein_that_holds_a_peptide_is_named() -> None:
    """In the mapping's order, each once; a peptide of none has no entry."""
    proteins = {"one": "MKLVVVGADGKLVVVGADG", "two": "MWWWWWWWWW", "three": "KLVVVGADG"}
    found = find_sources(["KLVVVGAD", "WWWWWWWW", "LLLLLLLL"], proteins)
    assert found == {"KLVVVGAD": ("one", "three"), "WWWWWWWW": ("two",)}
    assert find_self(found, proteins) == {peptide: names[0] for peptide, names in found.items()}
