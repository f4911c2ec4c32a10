"""Anchors learned from predictors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from neosieve.binding.anchors import TABLE, AnchorScan, shipped, substituted
from neosieve.errors import ModelError
from neosieve.model.mhc import Allele, Binding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from neosieve.binding.embedded import EmbeddedPredictor
    from neosieve.model.mhc import Query

A0201 = Allele("HLA-A*02:01")


class Pocket:
    """A predictor with one pocket: leucine at position 2 binds 1000 times as well, or is as much more presented."""

    identity = "pocket"
    percentile_background = "none"
    lengths = range(8, 12)

    def __init__(self, *, presentation: bool) -> None:
        self.presentation = presentation
        self.asked = 0

    def supported(self) -> frozenset[Allele]:
        """One allele."""
        return frozenset({A0201})

    def support(self, allele: Allele) -> None:
        """Nothing is known."""

    def predict(self, queries: Sequence[Query]) -> Sequence[Binding]:
        """Answer by position 2."""
        self.asked += len(queries)
        fits = [query.peptide[1] == "L" for query in queries]
        score = {True: 10 / 11, False: 1 / 101}  # odds 10 and 1/100
        return [
            Binding(50.0 if fit else 50_000.0, None, None, None, score[fit] if self.presentation else None, None)
            for fit in fits
        ]


@pytest.mark.parametrize("presentation", [True, False])
def test_a_pocket_is_found(*, presentation: bool) -> None:
    """By the score's odds or by affinity: of leucine 1000p/(1 + 999p) = 0.9907, so about log2(1/p) = 3.3 bits."""
    anchors = AnchorScan(Pocket(presentation=presentation)).of(A0201, 9)
    assert anchors.positions == {1}
    p = 0.0965
    q = 1000 * p / (1 + 999 * p)
    expected = q * math.log2(q / p) + (1 - q) * math.log2((1 - q) / (1 - p))
    assert anchors.weights[1] == pytest.approx(expected, abs=0.01)
    assert [weight for at, weight in enumerate(anchors.weights) if at != 1] == [0.0] * 8


def test_each_allele_and_length_is_asked_for_once() -> None:
    """Two peptides × 9 positions × 20 residues are 360 queries; asking again asks nothing; 8-mers are 320 more."""
    pocket = Pocket(presentation=True)
    scan = AnchorScan(pocket, peptides=2)
    scan.learn([(A0201, 9), (A0201, 9)])
    assert scan.of(A0201, 9) is scan.of(A0201, 9)
    assert pocket.asked == 360
    scan.learn([(A0201, 8), (A0201, 9)])
    assert pocket.asked == 680
    scan.learn([])
    assert pocket.asked == 680


def test_every_residue_stands_at_every_position() -> None:
    """3 peptides of 8: 480, in order; each has its own peptide among its 20 variants of a position; always the same."""
    variants = substituted(8, 3)
    assert len(variants) == 480
    assert "".join(peptide[0] for peptide in variants[:20]) == "ACDEFGHIKLMNPQRSTVWY"
    assert len({peptide[1:] for peptide in variants[:20]}) == 1
    assert len(set(variants[:160])) == 8 * 19 + 1
    assert substituted(8, 3) == variants
    assert substituted(8, 2) == variants[:320]


@pytest.mark.parametrize(
    ("allele", "surely", "perhaps"),
    [
        ("HLA-A*02:01", {2, 9}, set()),
        ("HLA-A*24:02", {2, 9}, set()),
        ("HLA-A*01:01", {3, 9}, {2}),
        ("HLA-A*03:01", {2, 9}, {1, 3}),
        ("HLA-B*07:02", {2, 9}, set()),
        ("HLA-B*08:01", {5, 9}, {2, 3}),
        ("HLA-B*27:05", {2, 9}, {1}),
        ("HLA-B*44:02", {2, 9}, {1}),
        ("HLA-B*57:01", {2, 9}, {1}),
        ("HLA-C*05:01", {3, 9}, {2}),
        ("HLA-B*42:02", {2, 9}, set()),  # no ligands in training, so no motif of its own: from its groove alone
    ],
)
def test_the_embedded_model_knows_the_anchors(
    embedded: EmbeddedPredictor, allele: str, surely: set[int], perhaps: set[int]
) -> None:
    """1-based, as SYFPEITHI lists anchors and auxiliary anchors of 9-mers (Rammensee 1999)."""
    found = {at + 1 for at in AnchorScan(embedded).of(Allele(allele), 9).positions}
    assert surely <= found <= surely | perhaps


@pytest.mark.parametrize("length", [8, 10, 11])
def test_the_last_anchor_moves_with_the_length(embedded: EmbeddedPredictor, length: int) -> None:
    """HLA-A*02:01 holds the second and the last residue, the longer peptide bulges between."""
    assert AnchorScan(embedded).of(A0201, length).positions == {1, length - 1}


def test_an_unknown_allele_is_refused(embedded: EmbeddedPredictor) -> None:
    """The predictor's own error."""
    with pytest.raises(ValueError, match="is not among"):
        AnchorScan(embedded).of(Allele("HLA-A*99:99"), 9)


@pytest.mark.parametrize(("allele", "length"), [("HLA-A*02:01", 8), ("HLA-B*42:02", 9), ("HLA-C*05:01", 11)])
def test_the_table_holds_what_a_scan_finds(embedded: EmbeddedPredictor, allele: str, length: int) -> None:
    """To the last digit, with the model that ships; else build it again."""
    assert shipped().identity == embedded.identity
    assert shipped().of(Allele(allele), length) == AnchorScan(embedded).of(Allele(allele), length)


def test_the_table_knows_every_allele_of_the_model(embedded: EmbeddedPredictor) -> None:
    """By name; a new allele gets a row when the table is built again."""
    assert {Allele(name) for name in shipped().row} == embedded.supported()


def test_what_the_table_holds_is_not_asked_for() -> None:
    """9-mers of HLA-A*02:01 are in it; 12-mers, and an allele it lacks, are scanned: 2 × 12 × 20 and 2 × 9 × 20."""
    pocket = Pocket(presentation=True)
    scan = AnchorScan(pocket, table=shipped(), peptides=2)
    assert scan.of(A0201, 9).positions == {1, 8}
    assert pocket.asked == 0
    assert scan.of(A0201, 12).positions == {1}
    assert pocket.asked == 480
    assert scan.of(Allele("HLA-A*99:99"), 9).positions == {1}
    assert pocket.asked == 840


@pytest.mark.parametrize("content", [None, b"", b"not an archive"])
def test_a_broken_table_is_told(tmp_path: Path, content: bytes | None) -> None:
    """Missing, empty, or something else."""
    if content is not None:
        (tmp_path / "models").mkdir()
        (tmp_path / TABLE).write_bytes(content)
    with pytest.raises(
        ModelError, match=r"models/anchors\.npz: can't read the alleles' anchors .*; reinstall neosieve"
    ):
        shipped(tmp_path)
