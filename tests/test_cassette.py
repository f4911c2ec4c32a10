"""Cassettes, with models made up: order and linkers against every other choice."""

from __future__ import annotations

import zlib
from dataclasses import replace
from functools import cache
from itertools import pairwise, permutations, product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from Bio.Seq import Seq

from neosieve import seams
from neosieve.cassette import CassetteSettings, build_cassette, usable_segments, within_length
from neosieve.errors import InputError, ModelError
from neosieve.io.cassetteparts import read_mitd, read_signal
from neosieve.io.finishedrun import FinishedRun
from neosieve.io.hlaproteins import hla_proteins
from neosieve.model.construct import Item, MutantProtein, ProteinEdit
from neosieve.model.genome import Interval
from neosieve.model.mhc import Allele
from neosieve.timing import Stages

from .biology.constructparts import VARIANT, epitope
from .biology.fakes import FakePredictor

if TYPE_CHECKING:
    from collections.abc import Callable

    from neosieve.model.construct import Cassette

ALLELES = ("HLA-A*02:01", "HLA-B*07:02")
RESIDUES = "ACDEFGHIKLMNPQRSTVWY"


def segment(number: int, length: int = 15) -> Item:
    """Make up a segment: one substitution in the middle of residues drawn by a checksum."""
    letters = [RESIDUES[zlib.crc32(f"{number} {place}".encode()) % 20] for place in range(length)]
    normal = "".join(letters)
    middle = length // 2
    new = "W" if normal[middle] != "W" else "K"
    at = Interval(middle, middle + 1)
    protein = MutantProtein(
        f"T{number}/1",
        f"G{number}",
        f"T{number}",
        "p.X",
        normal[:middle] + new + normal[middle + 1 :],
        normal,
        (ProteinEdit(at, at, aligned=True, variants=(VARIANT,)),),
    )
    return Item(protein, 0, protein.mutant, (epitope(protein, middle - 4, rank=number),))


def finished(items: list[Item], predictor: FakePredictor) -> FinishedRun:
    """Make up the run that they come from."""
    return FinishedRun(
        Path("out"),
        "TUMOUR",
        tuple(map(Allele, ALLELES)),
        (8, 9),
        "default",
        predictor.identity,
        {},
        tuple(one for item in items for one in item.epitopes),
        {item.protein.name: item.protein for item in items},
    )


@pytest.fixture
def predictor(monkeypatch: pytest.MonkeyPatch) -> FakePredictor:
    """Put made-up models in the place of all others."""
    fake = FakePredictor(ALLELES)

    class Choice:
        def load(self) -> FakePredictor:
            return fake

    monkeypatch.setattr(seams, "choose_models", lambda _models: Choice())
    return fake


def built(
    items: list[Item], predictor: FakePredictor, settings: CassetteSettings
) -> tuple[Cassette, tuple[int, ...], tuple[str, ...]]:
    """Build a cassette."""
    names = [f"SEG-{number}" for number in range(1, len(items) + 1)]
    return build_cassette(items, names, finished(items, predictor), settings, Stages())


def cost_of(protein: str, places: list[tuple[int, int]], is_self: Callable[[str], bool]) -> tuple[int, int, int]:
    """Count presented, self and flagged peptides of a whole protein anew, by what the made-up models answer."""
    presented = own = flagged = 0
    for start, end in places:
        windows = {
            protein[at : at + length]
            for length in (8, 9, 10, 11)
            for at in range(max(0, start - 11), min(end + 1, len(protein) - length + 1))
            if (at < end and at + length > start if end > start else at < start < at + length)
        }
        percentiles = [zlib.crc32(f"{one} {allele}".encode()) % 1000 / 100 for one in windows for allele in ALLELES]
        presented += sum(percentile <= 0.5 for percentile in percentiles)
        flagged += sum(percentile <= 2 for percentile in percentiles)
        own += sum(map(is_self, windows))
    return presented, own, flagged


@pytest.mark.parametrize(("signal", "mitd"), [("none", "none"), ("hla", "hla")])
def test_no_order_and_no_linkers_do_better(predictor: FakePredictor, signal: str, mitd: str) -> None:
    """Three segments and three linkers: every order with every choice of linkers is tried and counted anew."""
    items = [segment(number) for number in (1, 2, 3)]
    linkers = ("", "AAY", "HHC")
    made, order, _ = built(items, predictor, CassetteSettings(signal=signal, mitd=mitd, linkers=linkers))
    begin, end = read_signal(signal), read_mitd(mitd)
    self_text = "\n".join([*hla_proteins().values(), *(item.protein.normal for item in items)])
    is_self = cache(lambda window: window in self_text)
    best = None
    seams_between = 2 + (signal == "hla") + (mitd == "hla")
    for tried in permutations(range(3)):
        for chosen in product(linkers, repeat=seams_between):
            between = list(chosen) if signal == "hla" else ["", *chosen]
            texts = [begin, *(items[number].sequence for number in tried), *([end] if end else [])]
            protein, places = texts[0], []
            for linker, text in zip(between, texts[1:], strict=True):
                places.append((len(protein), len(protein) + len(linker)))
                protein += linker + text
            cost = (*cost_of(protein, places, is_self), sum(map(len, between)))
            best = cost if best is None else min(best, cost)
    after = made.after
    assert (after.presented, after.self_peptides, after.flagged, after.linker_residues) == best
    assert made.exact
    assert sorted(order) == [0, 1, 2]
    assert after.presented <= made.before.presented


def test_the_cassette_reads_as_it_should(predictor: FakePredictor) -> None:
    """The parts in their places, M first, translated back by Biopython; every strategy is told and none beats ours."""
    items = [segment(number) for number in range(1, 6)]
    made, order, warnings = built(items, predictor, CassetteSettings(signal="hla", mitd="hla"))
    protein = made.after.protein
    assert str(Seq(made.dna).translate()) == f"{protein}*"  # type: ignore[no-untyped-call]
    assert protein.startswith(read_signal("hla"))
    assert protein.endswith(read_mitd("hla"))
    for place, number in zip(made.places, order, strict=True):
        assert protein[place : place + 15] == items[number].sequence
    ours = made.strategies[-1]
    assert all(
        (ours.presented, ours.self_peptides, ours.flagged) <= (one.presented, one.self_peptides, one.flagged)
        for one in made.strategies
    )
    assert len(made.strategies) == 15  # as ranked; each of thirteen linkers alone; ours
    assert [(one.left, one.right) for one in made.before.junctions] == list(
        pairwise(["signal peptide", *(f"SEG-{number} G{number}" for number in range(1, 6)), "MITD"])
    )
    assert warnings[0].startswith("no --reference or --proteome")
    assert built(items, predictor, CassetteSettings(signal="hla", mitd="hla"))[0] == made


def test_other_models_than_the_runs_are_refused(predictor: FakePredictor) -> None:
    """Percentiles of two models can't be compared."""
    items = [segment(1), segment(2)]
    run = replace(finished(items, predictor), predictor="other 2 sha256:12")
    with pytest.raises(ModelError, match=r"out was scored by other 2 sha256:12, and the models at hand are fake 1"):
        build_cassette(items, ["SEG-1", "SEG-2"], run, CassetteSettings(), Stages())


def test_an_unknown_enzyme_is_told(predictor: FakePredictor) -> None:
    """Before anything is scored."""
    with pytest.raises(InputError, match="--avoid: 'EcoRIX' is no restriction enzyme"):
        built([segment(1)], predictor, CassetteSettings(avoid=("EcoRIX",)))
    assert not predictor.batches


def test_segments_over_which_a_peptide_could_reach_are_left_out() -> None:
    """Peptides of 8–11 are looked for: nine residues between two seams can be held by one of eleven, ten can't."""
    nine, ten = segment(1, 9), segment(2, 10)
    kept, left = usable_segments([nine, ten], (8, 9))
    assert kept == [ten]
    assert [one.epitope for one in left] == [nine.best]


def test_a_cassette_that_grows_too_long_loses_its_last_segments() -> None:
    """M, three of 15 and two linkers of up to 4 between them: 54; none stands behind a lone M, or at the end."""
    items = [segment(number) for number in (1, 2, 3)]
    settings = CassetteSettings(linkers=("", "HHHH"), max_length=53)
    kept, left = within_length(items, (), settings)
    assert kept == items[:2]
    assert [one.reason for one in left] == ["the cassette could be longer than 53 residues"]
    assert within_length(items, (), replace(settings, max_length=54))[0] == items
    accepted = [item.best for item in items]
    with pytest.raises(InputError, match="3 segments that must enter would make a cassette of up to 54 residues"):
        within_length(items, accepted, settings)
    assert within_length(items, [items[2].best], settings)[0] == [items[0], items[2]]


def test_ends_are_joined_by_linkers_that_count() -> None:
    """A signal of 26 and a domain of 55 around two of 15, three linkers of 4: 123."""
    items = [segment(number) for number in (1, 2)]
    settings = CassetteSettings(linkers=("HHHH",), signal="hla", mitd="hla", max_length=123)
    assert within_length(items, (), settings)[0] == items
    assert within_length(items, (), replace(settings, max_length=122))[0] == items[:1]


def test_one_segment_that_does_not_fit_is_told_as_one() -> None:
    """M and 15: 16 residues."""
    with pytest.raises(InputError, match=r"^one segment would make a cassette of up to 16 residues, .*; raise it$"):
        within_length([segment(1)], (), CassetteSettings(max_length=15))


def test_what_stands_at_the_ends_is_cut_from_shipped_sequences() -> None:
    """The heavy chain's first 26 residues; and from the membrane on to its last one."""
    proteins = hla_proteins()
    signal, mitd = read_signal("hla"), read_mitd("hla")
    assert signal == "MRVMAPRTLILLLSGALALTETWAGS"
    assert mitd == "IVGIVAGLAVLAVVVIGAVVATVMCRRKSSGGKGGSYSQAASSDSAQGSDVSLTA"
    assert proteins["HLA-C*03:03"].startswith(signal)
    assert proteins["HLA-B*15:01"].endswith(mitd)
    assert (read_signal("none"), read_mitd("none")) == ("M", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (">a\nMKLV\n>b\nMKLV\n", "holds 2 sequences"),
        (">a\nKLVM\n", "has to begin with M"),
        (">a\nMKXV\n", "holds X"),
    ],
)
def test_a_signal_of_ones_own_is_checked(tmp_path: Path, text: str, words: str) -> None:
    """One sequence of the twenty amino acids that begins with M."""
    path = tmp_path / "signal.fasta"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_signal(str(path))
    path.write_text(">a\nMKLVAAGG\n", encoding="utf-8")
    assert read_signal(str(path)) == read_mitd(str(path)) == "MKLVAAGG"
