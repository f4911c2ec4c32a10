"""Normal peptides at one mismatch."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neosieve.biology import nearself
from neosieve.biology.nearself import NearSelf, find_near, most_alike

# few letters, so that much is near; X is no known residue
LETTERS = "AKWX"
PROTEOMES = st.lists(st.text(LETTERS, max_size=30), max_size=5)


def naive(peptides: list[str], proteins: dict[str, str]) -> dict[str, dict[str, tuple[str, int]]]:
    """Compare each peptide with each window of each protein."""
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for peptide in peptides:
        for name, protein in proteins.items():
            for start in range(len(protein) - len(peptide) + 1):
                window = protein[start : start + len(peptide)]
                differs = [at for at, (one, other) in enumerate(zip(peptide, window, strict=True)) if one != other]
                if len(differs) == 1 and window[differs[0]] != "X":
                    found.setdefault(peptide, {}).setdefault(window, (name, differs[0]))
    return found


@settings(max_examples=300, deadline=None)
@given(PROTEOMES, st.lists(st.text("AKW", min_size=8, max_size=15), max_size=6), st.data())
def test_it_finds_what_comparing_every_window_finds(
    proteins: list[str], queries: list[str], data: st.DataObject
) -> None:
    """Brute force; some queries are cut from the proteins and one residue replaced."""
    for protein in proteins:
        if len(protein) >= 8:
            length = data.draw(st.integers(8, min(15, len(protein))))
            start = data.draw(st.integers(0, len(protein) - length))
            at = data.draw(st.integers(0, length - 1))
            cut = list(protein[start : start + length].replace("X", "A"))
            cut[at] = data.draw(st.sampled_from("AKWC"))
            queries = [*queries, "".join(cut)]
    named = {f"P{at}": protein for at, protein in enumerate(proteins)}
    found = find_near(queries, named)
    assert {
        peptide: {one.peptide: (one.source, one.position) for one in neighbours}
        for peptide, neighbours in found.items()
    } == naive(queries, named)


@pytest.mark.parametrize("position", range(9))
def test_one_mismatch_anywhere(position: int) -> None:
    """SYFPEITHI with a tryptophan at each position in turn, in the middle of a protein."""
    mutant = "SYFPEITHI"[:position] + "W" + "SYFPEITHI"[position + 1 :]
    (near,) = find_near([mutant], {"a": "MKSYFPEITHIGG"})[mutant]
    assert (near.peptide, near.source, near.position) == ("SYFPEITHI", "a", position)


@pytest.mark.parametrize("protein", ["SYFPEITHI", "SYFPEWTWI", "SYFPXITHI", "SYFPE", ""])
def test_none_or_two_mismatches_arent_near(protein: str) -> None:
    """The peptide itself, two mismatches, an unknown residue, too short a protein."""
    query = "SYFPEITHI" if protein != "SYFPXITHI" else "SYFPWITHI"
    assert find_near([query], {"a": protein}) == {}


def test_nothing_is_near_across_two_proteins() -> None:
    """SYFPE + WTHI, although one residue apart from SYFPEITHI."""
    assert find_near(["SYFPEITHI", "SYFPEXTHI".replace("X", "A")], {"a": "KKSYFPE", "b": "WTHIKK"}) == {}
    assert find_near(["SYFPEITHI"], {"a": "SYFP", "b": "ITHIKK"}) == {}


def test_its_own_wild_type_isnt_counted() -> None:
    """SYFPEITHI mutated to SYFPDITHI: the paralogue SYFPDVTHI counts, the wild type doesn't, wherever it lies."""
    proteins = {"gene": "MSYFPEITHIK", "copy": "SYFPEITHI", "paralogue": "GSYFPDVTHIG"}
    found = find_near(["SYFPDITHI"], proteins, own={"SYFPDITHI": ["SYFPEITHI"]})
    assert found == {"SYFPDITHI": (NearSelf("SYFPDVTHI", "paralogue", 5, 3),)}  # BLOSUM62: I and V score 3


def test_the_most_similar_residue_comes_first() -> None:
    """I→V scores 3, I→L 2, I→W −3 in BLOSUM62; of equal peptides the first protein is named."""
    proteins = {"w": "SYFPEWTHI", "l": "SYFPELTHI", "v": "SYFPEVTHI", "again": "SYFPEVTHI"}
    assert find_near(["SYFPEITHI"], proteins)["SYFPEITHI"] == (
        NearSelf("SYFPEVTHI", "v", 5, 3),
        NearSelf("SYFPELTHI", "l", 5, 2),
        NearSelf("SYFPEWTHI", "w", 5, -3),
    )


def test_a_mismatch_at_an_anchor_is_what_a_t_cell_cant_see() -> None:
    """A*24:02 holds position 2 and 9: with Y→W at 2 the face is the same; without anchors the similar residue leads."""
    neighbours = find_near(["SYFPEITHI"], {"anchor": "SGFPEITHI", "face": "SYFPEVTHI"})["SYFPEITHI"]
    seen = {one.source: one for one in neighbours}
    assert most_alike(neighbours, {1, 8}) == seen["anchor"]
    assert most_alike(neighbours) == seen["face"]
    assert most_alike(()) is None


def test_selenocysteine_is_a_residue() -> None:
    """U in a protein stands for itself; its likeness is cysteine's: C and U score 9."""
    assert find_near(["SYFPECTHI"], {"a": "SYFPEUTHI"}) == {"SYFPECTHI": (NearSelf("SYFPEUTHI", "a", 5, 9),)}


def test_however_many_chunks_the_proteins_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of 40 letters, blocks of one pair: the same answers, and the first protein's name."""
    proteins = {f"P{number}": f"{'K' * number}SYFPE{'ACDE'[number % 4]}THIWW" for number in range(12)}
    whole = find_near(["SYFPEITHI", "FPEATHIWW", "KSYFPECT"], proteins)
    monkeypatch.setattr(nearself, "CHUNK", 40)
    monkeypatch.setattr(nearself, "PAIRS", 1)
    assert find_near(["SYFPEITHI", "FPEATHIWW", "KSYFPECT"], proteins) == whole
    assert {one.source for one in whole["SYFPEITHI"]} == {"P0", "P1", "P2", "P3"}


@pytest.mark.parametrize("peptide", ["SYFPEIT", "SYFPEXTHI", "syfpeithi", "SYFPEITH*", "SYFPEÄTHI"])
def test_peptides_that_cant_be_looked_up_are_refused(peptide: str) -> None:
    """Seven residues, or a letter that is none: silence would call them unlike self."""
    with pytest.raises(ValueError, match="isn't of 8 or more standard residues"):
        find_near([peptide], {"a": "SYFPEITHI"})


@pytest.mark.parametrize(("queries", "proteins"), [([], {"a": "SYFPEITHI"}), (["SYFPEITHI"], {})])
def test_nothing_asked_or_nothing_known(queries: list[str], proteins: dict[str, str]) -> None:
    """Nothing found."""
    assert find_near(queries, proteins) == {}


def test_peptides_that_share_a_half_each_find_their_own_neighbour() -> None:
    """KLVV and five other letters, many times over: the protein holds each peptide with its sixth letter exchanged."""
    ends = ("ADGVW", "CEFHI", "MNPQR", "STYWA", "GGGGG")
    peptides = [f"KLVV{end}" for end in ends]
    near = {peptide: f"{peptide[:5]}L{peptide[6:]}" for peptide in peptides}
    proteins = {f"P{at}": f"MM{near[peptide]}MM" for at, peptide in enumerate(peptides)}
    found = find_near(["AAAAMMMMM", *peptides, "WWWWMMMMM"], proteins)
    assert {peptide: [(one.peptide, one.source, one.position) for one in told] for peptide, told in found.items()} == {
        peptide: [(near[peptide], f"P{at}", 5)] for at, peptide in enumerate(peptides)
    }
    # the same with the other half in common
    turned = [f"{end[:4]}DGVWK" for end in ends]
    proteins = {f"P{at}": f"MML{peptide[1:]}MM" for at, peptide in enumerate(turned)}
    found = find_near(["AAAAAAAAA", *turned, "WWWWWWWWW"], proteins)
    assert {peptide: [(one.peptide, one.source, one.position) for one in told] for peptide, told in found.items()} == {
        peptide: [(f"L{peptide[1:]}", f"P{at}", 0)] for at, peptide in enumerate(turned)
    }


def test_a_letter_of_no_residue_is_an_unknown_one() -> None:
    """Whatever the FASTA holds: beside it the same peptide is still found, with it none is."""
    found = find_near(["SYFPEITHW"], {"a": "SYFPΩITHI", "b": "MKΩSYFPEITHIΩGG"})
    assert [(one.peptide, one.source) for one in found["SYFPEITHW"]] == [("SYFPEITHI", "b")]


def test_nothing_asked_or_nothing_to_search_is_nothing_found() -> None:
    """No answer is an empty one."""
    assert find_near([], {"a": "SYFPEITHI"}) == {}
    assert find_near(["SYFPEITHW"], {}) == {}
    assert find_near(["SYFPEITHW"], {"a": "", "b": "SYFP"}) == {}


@pytest.mark.parametrize("pairs", [1, 2, 3, 7])
def test_however_few_pairs_are_compared_at_once(monkeypatch: pytest.MonkeyPatch, pairs: int) -> None:
    """Seeds that many places share are looked at in portions."""
    peptides = ["AAAAAAAAK", "AAAAKAAAA", "AAAAAAAAW", "KAAAAAAAA", "WKWKWKWKW"]
    proteins = {"a": "AAAAAAAAAAAAKAAAAAAAA", "b": "WKWKWKWKAWKWK", "c": "KAAAAAAAK"}
    expected = find_near(peptides, proteins)
    assert len(expected) == 5
    monkeypatch.setattr(nearself, "PAIRS", pairs)
    assert find_near(peptides, proteins) == expected
