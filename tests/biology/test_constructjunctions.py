from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neosieve.biology.constructjunctions import (
    BEGIN,
    END,
    SPACERS,
    Likeness,
    Over,
    Parts,
    cheapest,
    joined_protein,
    over_place,
    over_seam,
    peptides_of,
    seams_of,
)
from neosieve.model.mhc import Allele

A0201 = Allele("HLA-A*02:01")


def test_the_peptides_over_a_seam_are_those_that_hold_both_sides() -> None:
    """Of ABCDE|FGHIJ the 8-mers from A, B and C hold residues of both; each with what lies around it."""
    found = over_seam("ABCDE", "", "FGHIJ", [8], starts=True, ends=True)
    assert found == [
        Over("ABCDEFGH", "", "IJ"),
        Over("BCDEFGHI", "A", "J"),
        Over("CDEFGHIJ", "AB", ""),
    ]


def test_a_side_that_goes_on_elsewhere_is_unknown_rather_than_an_end() -> None:
    """In a pair by itself nobody knows what comes before its first residue."""
    assert over_seam("ABCDE", "", "FGHIJ", [8])[0].n_flank is None
    assert over_seam("ABCDE", "", "FGHIJ", [8])[2].c_flank is None


def test_a_linker_counts_as_new_even_where_a_peptide_reaches_one_side_only() -> None:
    """ABCDEFGH|xy|IJKLMNOP: 8-mers with x or y, or both sides: from B (…H, x) to y: 9 of them."""
    found = over_seam("ABCDEFGH", "xy", "IJKLMNOP", [8])
    assert [over.peptide for over in found] == [
        "BCDEFGHx",
        "CDEFGHxy",
        "DEFGHxyI",
        "EFGHxyIJ",
        "FGHxyIJK",
        "GHxyIJKL",
        "HxyIJKLM",
        "xyIJKLMN",
        "yIJKLMNO",
    ]


@given(
    st.text("ACDE", min_size=1, max_size=30),
    st.sampled_from(SPACERS),
    st.text("FGHI", min_size=1, max_size=30),
    st.sets(st.integers(8, 11), min_size=1),
)
def test_every_window_of_a_joined_pair_is_of_one_side_or_over_the_seam(
    left: str, linker: str, right: str, lengths: set[int]
) -> None:
    """Counted against all windows: none is missed, and none that lies in one side is taken."""
    whole = left + linker + right
    over = [one.peptide for one in over_seam(left, linker, right, lengths)]
    for length in lengths:
        for start in range(len(whole) - length + 1):
            window = whole[start : start + length]
            if start + length <= len(left) or start >= len(left) + len(linker):
                assert window in left or window in right
            else:
                assert window in over
    assert all(one in whole and one not in left and one not in right for one in over)


def test_the_seams_of_a_cassette_make_up_its_protein() -> None:
    """Each pair's peptides, scored alone, are those of the whole protein: parts are longer than a peptide can reach."""
    parts = Parts("MAAAAAAAAAAAA", ("CDEFGHIKLMNP", "QRSTVWYACDEF", "GHIKLMNPQRST"), "VWYVWYVWYVWYV", ("", "AAY"))
    order, linkers = (2, 0, 1), ["AAY", "", "AAY", ""]
    protein, places = joined_protein(parts, order, linkers)
    assert protein == (
        "MAAAAAAAAAAAA" + "AAY" + "GHIKLMNPQRST" + "CDEFGHIKLMNP" + "AAY" + "QRSTVWYACDEF" + "VWYVWYVWYVWYV"
    )
    path = [(BEGIN, 2), (2, 0), (0, 1), (1, END)]
    for (left, right), linker, place in zip(path, linkers, places, strict=True):
        alone = [over.peptide for over in peptides_of(parts, (left, right, linker), (8, 9, 10, 11))]
        assert alone == [over.peptide for over in over_place(protein, place, (8, 9, 10, 11))]


def test_a_lone_methionine_is_joined_directly_and_no_end_has_no_seam() -> None:
    """Two segments, two linkers: M before each, directly; one before the other either way with both linkers."""
    assert list(seams_of(Parts("M", ("A" * 12, "C" * 12), "", ("AAY", "")))) == [
        (BEGIN, 0, ""),
        (BEGIN, 1, ""),
        (0, 1, "AAY"),
        (0, 1, ""),
        (1, 0, "AAY"),
        (1, 0, ""),
    ]


def test_the_cheapest_linker_is_the_first_of_equal_ones() -> None:
    """Presented before self before flagged before residues."""
    parts = Parts("M", ("A" * 12, "C" * 12), "", ("", "HH", "AAY"))
    seams = {(0, 1, ""): (1, 0, 0, 0), (0, 1, "HH"): (0, 1, 0, 2), (0, 1, "AAY"): (0, 0, 9, 3)}
    assert cheapest(parts, seams, parts.linkers) == ({(0, 1): "AAY"}, {(0, 1): (0, 0, 9, 3)})
    assert cheapest(parts, seams, ["HH"]) == ({(0, 1): "HH"}, {(0, 1): (0, 1, 0, 2)})


def test_the_worst_peptide_of_a_seam_is_the_best_presented() -> None:
    """0.5 % is presented and flagged, 2 % flagged, 2.1 % neither."""
    told = Likeness((("AAAAAAAA", A0201, 2.0), ("CCCCCCCC", A0201, 0.5), ("DDDDDDDD", A0201, 2.1)), ("DDDDDDDD",))
    assert told.counts("AAY") == (1, 1, 2, 3)
    junction = told.junction("left", "AAY", "right", 3)
    assert junction.worst is not None
    assert (junction.worst.peptide, junction.worst.percentile) == ("CCCCCCCC", 0.5)
    assert Likeness((), ()).junction("left", "", "right", 0).worst is None
