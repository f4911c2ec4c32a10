"""The recipe in ``reference/build/class1``: hand-derived cases, and the whole of it on a toy."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import torch
from reference.build.class1 import calibrate, intervals, matrix, motif, package
from reference.build.class1.benchmark import FLAT, LIGAND, MATCHED, Sample, thinned
from reference.build.class1.curate import curate_affinities, curate_ligands
from reference.build.class1.data import Data
from reference.build.class1.figures import auc, lost, ppv, spearman
from reference.build.class1.groove import GROOVE_POSITIONS, groove, pseudosequences, untokenised
from reference.build.class1.members import FOLDS, Job, left_out_alleles, training_ligands
from reference.build.class1.proteome import Windows, read_proteome
from reference.build.class1.split import Part, groups, kmers, split_peptides, split_proteins
from reference.build.class1.train import Recipe, TwoHeaded, epoch_ligands, examples, rate, train_member

from neosieve.binding.embedded import EmbeddedPredictor
from neosieve.binding.encoding import PAD, encode
from neosieve.binding.flanks import from_weights
from neosieve.binding.interval import Interval
from neosieve.binding.percentiles import PercentileTable, grid_ranks, quantiles
from neosieve.model.mhc import Allele, Query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# HLA-A*02:01:01:01, residues -24 to 182 of UniProt P04439's numbering: signal peptide, alpha-1 and alpha-2.
A0201 = (
    "MAVMAPRTLVLLLSGALALTQTWA"
    "GSHSMRYFFTSVSRPGRGEPRFIAVGYVDDTQFVRFDSDAASQRMEPRAPWIEQEGPEYWDGETRKVKAHSQTHRVDLGTLRGYYNQSEA"
    "GSHTVQRMYGCDVGSDWRFLRGYHQYAYDGKDYIALKEDLRSWTAADMAAQTTKHKWEAAHVAEQLRAYLEGTCVEWLRRYLENGKETLQRT"
)


def test_the_pseudosequence_of_a_02_01_is_the_published_one() -> None:
    """NetMHCpan's 34 residues of HLA-A*02:01 (Nielsen 2007)."""
    assert len(GROOVE_POSITIONS) == 34
    assert groove(A0201) == "YFAMYGEKVAHTHVDTLYVRYHYYTWAVLAYTWY"


@pytest.mark.parametrize(
    ("sequence", "why"),
    [
        (A0201[1:], "shifted by one"),
        (A0201[:150], "ends before position 171"),
        (A0201[:33] + A0201[34:], "a deletion before the framework residues"),
        (A0201[:30] + "X" + A0201[31:], "position 7 unknown"),
    ],
)
def test_a_sequence_that_is_not_numbered_as_assumed_gives_none(sequence: str, why: str) -> None:
    """Framework residues guard the numbering."""
    assert groove(sequence) is None, why


def test_one_substituted_framework_residue_is_a_rare_allele() -> None:
    """W60 of HLA-B*41:78 is R; the numbering still holds."""
    assert groove(A0201[:83] + "R" + A0201[84:]) == groove(A0201)


def test_alleles_without_a_usable_sequence_are_counted() -> None:
    """Rows are tokenised; names must be of HLA-A, -B or -C; E and G come from the proteome."""
    tokens = "[CLS] " + " ".join(A0201) + " [SEP]"
    assert untokenised(tokens) == A0201
    dropped: Counter[str] = Counter()
    rows = [("HLA-A*02:01", tokens), ("HLA-A*homozygous", tokens), ("HLA-B*01:01", "[CLS] M A [SEP]")]
    assert list(pseudosequences(rows, {}, dropped)) == ["HLA-A*02:01"]
    assert dropped.total() == 4  # a name, a fragment, and E and G that an empty proteome lacks


def _measured(*rows: tuple[str, str, float, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["mhc", "peptide", "IC50(nM)", "measurement_type"])


def test_affinities_are_interpreted_and_merged() -> None:
    """Each rule of curation once; the arithmetic by hand."""
    table = _measured(
        ("HLA-A*02:01", "AAAAAAAA", 10.0, "quantitative"),
        ("HLA-A*02:01", "AAAAAAAA", 1000.0, "quantitative"),  # geometric mean with the row above: 100
        ("HLA-A*02:01", "AAAAAAAA", 100.0, "qualitative"),  # "Positive", < 500: an exact value is there
        ("HLA-A*02:01", "CCCCCCCC", 20_000.0, "quantitative"),  # the assay's ceiling: > 20,000
        ("HLA-A*02:01", "DDDDDDDD", 50.0, "qualitative"),  # "Positive-High": < 100
        ("HLA-A*02:01", "EEEEEEEE", 50_000.0, "qualitative"),  # "Negative": > 5,000
        ("HLA-A*02:01", "FFFFFFFF", 50.0, "qualitative"),
        ("HLA-A*02:01", "FFFFFFFF", 50_000.0, "qualitative"),  # binder and non-binder: dropped, both
        ("HLA-CW*04:01", "GGGGGGGG", 7.0, "quantitative"),  # the old spelling of HLA-C
        ("H-2-Kb", "SIINFEKL", 1.0, "quantitative"),
        ("HLA-A*02:01", "AAAAAAA", 1.0, "quantitative"),
        ("HLA-A*02:01", "AAAAAAAX", 1.0, "quantitative"),
        ("HLA-B*62:01", "AAAAAAAA", 1.0, "quantitative"),
    )
    kept, counts = curate_affinities(table, {"HLA-A*02:01", "HLA-C*04:01"})
    columns = (kept["allele"], kept["peptide"].str[0], kept["ic50"].round(6), kept["relation"])
    found = {(allele, first): (ic50, relation) for allele, first, ic50, relation in zip(*columns, strict=True)}
    assert found == {
        ("HLA-A*02:01", "A"): (100, "="),
        ("HLA-A*02:01", "C"): (20_000, ">"),
        ("HLA-A*02:01", "D"): (100, "<"),
        ("HLA-A*02:01", "E"): (5_000, ">"),
        ("HLA-C*04:01", "G"): (7, "="),
    }
    assert counts == {
        "read": 13,
        "not human": 1,
        "peptide shorter than 8 or longer than 15": 1,
        "peptide with a non-standard residue": 1,
        "allele without a known sequence": 1,
        "reported both as binder and non-binder": 2,
        "folded into another measurement of the same pair": 2,
        "kept": 5,
        "kept, relation =": 2,
        "kept, relation >": 2,
        "kept, relation <": 1,
    }


def test_ligand_counts_add_up() -> None:
    """Every row read is kept or counted under one reason."""
    peptides = ["SIINFEKL", "SIINFEKL", "SIINFEK", "SIINFEKU", "SIINFEKY"]
    alleles = ["HLA-A*02:01"] * 4 + ["HLA-A*99:99"]
    kept, counts = curate_ligands(pd.DataFrame({"peptide": peptides, "allele": alleles}), {"HLA-A*02:01"})
    assert kept["peptide"].tolist() == ["SIINFEKL"]
    assert counts["read"] == 5 == sum(value for reason, value in counts.items() if reason != "read")


def test_peptides_that_share_an_8mer_are_one_group() -> None:
    """…linked through a third, too; one residue fewer in common is not a link."""
    assert groups(["AAAACCCC", "AAACCCCD", "AAAACCCCD", "WWWWYYYY"]) == [0, 0, 0, 3]


def test_nothing_in_training_shares_an_8mer_with_what_is_held_out() -> None:
    """Peptides follow their protein; a peptide elsewhere that overlaps a held-out protein is dropped."""
    chance = np.random.default_rng(3)
    proteome = {f"P{n:02}": "".join(chance.choice(list("ACDEFGHIKLMNPQRSTVWY"), 60)) for n in range(40)}
    sources = {sequence[at : at + 9]: name for name, sequence in proteome.items() for at in range(0, 50, 7)}
    foreign = ["".join(chance.choice(list("ACDEFGHIKLMNPQRSTVWY"), 10)) for _ in range(60)]
    foreign += [peptide[1:] for peptide in foreign]
    proteins = split_proteins(proteome, 0.2, seed=1)
    assert set(proteins.values()) == {Part.TRAINING, Part.DEVELOPMENT, Part.TEST}
    held_out = next(name for name, part in proteins.items() if part is Part.TEST)
    straddling = "W" + proteome[held_out][:8]
    parts = split_peptides([*sources, *foreign, straddling], sources, proteome, proteins, 0.2, seed=2)
    assert parts[straddling] is Part.DROPPED
    assert all(parts[peptide] is proteins[name] for peptide, name in sources.items() if parts[peptide] in Part)
    kept = {kmer for peptide, part in parts.items() if part is Part.TRAINING for kmer in kmers(peptide)}
    out = {kmer for peptide, part in parts.items() if part in {Part.DEVELOPMENT, Part.TEST} for kmer in kmers(peptide)}
    assert not kept & out
    assert not kept & {
        kmer for name, part in proteins.items() if part is not Part.TRAINING for kmer in kmers(proteome[name])
    }


def test_decoys_are_windows_of_the_proteome(tmp_path: Path) -> None:
    """Never across two proteins, never over an unknown residue, of the lengths asked for."""
    path = tmp_path / "human.fasta"
    path.write_text(">sp|P1|ONE first\nACDEFGHIKLMNPQ\nRSTVWY\n>P2\nWWWWWWWWUYYYYYYYYY\n>P3\nAAA\n")
    proteome = read_proteome(path)
    assert proteome == {"P1": "ACDEFGHIKLMNPQRSTVWY", "P2": "WWWWWWWWUYYYYYYYYY", "P3": "AAA"}
    lengths = np.tile(np.arange(8, 16), 50)
    for row, length in zip(Windows.of(proteome).draw(lengths, np.random.default_rng(0)), lengths, strict=True):
        assert (row[length:] == PAD).all()
        peptide = "".join("ACDEFGHIKLMNPQRSTVWY"[code] for code in row[:length])
        assert any(peptide in sequence for sequence in proteome.values())
    windows = Windows.of(proteome)
    own = windows.places(np.full(40, 8), np.random.default_rng(1), np.full(40, windows.index["P1"]))
    assert all(windows.peptide(place, 8) in proteome["P1"] for place in own.tolist())
    from_nowhere = windows.places(np.full(5, 8), np.random.default_rng(1), np.full(5, windows.index["P3"]))
    assert len(from_nowhere) == 5  # P3 has no window of eight; another protein steps in
    first = int(windows.starts[windows.index["P1"]])
    assert windows.flanks(first, 8) == ("", "KLMNP")
    assert windows.flanks(first + 10, 8) == ("GHIKL", "WY")


def test_metrics_on_cases_that_one_can_count() -> None:
    """AUC: of six positive-negative pairs four are right, one tied, one wrong; PPV: one of the top two is positive.

    Of the three negatives a third lies at 0.8 or above: the positive at 0.9 beats it, the one at 0.5 doesn't.
    """
    scores = np.asarray([0.9, 0.8, 0.5, 0.5, 0.1])
    positive = np.asarray([True, False, False, True, False])
    assert auc(scores, positive) == pytest.approx((3 + 1 + 0.5) / 6)
    assert ppv(scores, positive) == 0.5
    assert lost(scores, positive, 1 / 3) == 0.5
    assert spearman(np.asarray([1.0, 2.0, 3.0]), np.asarray([10.0, 30.0, 20.0])) == pytest.approx(0.5)


def test_an_interval_fitted_on_uneven_errors_covers_nine_of_ten() -> None:
    """Errors that grow with the members' spread: covered at 90 % overall, and where they agree or disagree alike."""
    chance = np.random.default_rng(4)
    predicted, spread = chance.uniform(0.2, 0.8, 40_000), chance.uniform(0.02, 0.08, 40_000)
    measured = predicted + 2 * spread * chance.standard_normal(40_000)
    nowhere = np.zeros(40_000)
    interval = intervals.fit(predicted[::2], spread[::2], nowhere[::2], measured[::2])
    low, high = interval.around(predicted[1::2], spread[1::2], nowhere[1::2])
    covered = (measured[1::2] >= low) & (measured[1::2] <= high)
    assert covered.mean() == pytest.approx(0.9, abs=0.01)
    assert covered[spread[1::2] < 0.035].mean() == pytest.approx(0.9, abs=0.04)
    assert covered[spread[1::2] > 0.065].mean() == pytest.approx(0.9, abs=0.04)


def test_a_weight_matrix_finds_the_anchor() -> None:
    """Ligands that end in L: a peptide that does outscores the same one ending in D."""
    ligands = pd.DataFrame({"peptide": ["AAAAAAAAL", "GGGGGGGGL"] * 20, "allele": "HLA-A*02:01"})
    matrices = matrix.matrices(ligands, dict.fromkeys("ACDEFGHIKLMNPQRSTVWY", 0.05))
    better, worse = matrix.score(matrices["HLA-A*02:01"], ["AAAAGGGGL", "AAAAGGGGD"])
    assert better - worse == pytest.approx(np.log((40 + 0.25) / 0.25))


def test_a_sample_is_ranked_against_as_many_decoys_as_asked() -> None:
    """Two ligands with four decoys each; two for each are asked for, the ligands' scores come last."""
    kinds = [MATCHED] * 8 + [LIGAND] * 2
    table = pd.DataFrame({"peptide": ["SIINFEKL"] * 10, "n_flank": "", "c_flank": "", "kind": kinds})
    scores, positive = Sample("1", ("HLA-A*02:01",), table).figures_of(np.arange(10.0), MATCHED, 2)
    assert positive.tolist() == [False] * 4 + [True] * 2
    assert scores.tolist() == [0, 1, 4, 5, 8, 9]


def test_thinning_keeps_what_the_figures_would_choose() -> None:
    """Two ligands, four decoys each of both kinds, two for each are kept: the same scores as from the whole sample."""
    kinds = [MATCHED] * 8 + [FLAT] * 8 + [LIGAND] * 2
    table = pd.DataFrame({"peptide": [f"{n}" for n in range(18)], "kind": kinds})
    sample = Sample("1", ("HLA-A*02:01",), table)
    few = thinned(sample, 2)
    assert few.table["peptide"].tolist() == [f"{n}" for n in (0, 1, 4, 5, 8, 9, 12, 13, 16, 17)]
    for kind in (MATCHED, FLAT):
        scores, positive = sample.figures_of(np.arange(18.0), kind, 2)
        again, as_before = few.figures_of(few.table["peptide"].astype(float).to_numpy(), kind, 2)
        assert again.tolist() == scores.tolist()
        assert as_before.tolist() == positive.tolist()


def _toy(ligands: pd.DataFrame, groove: dict[str, str]) -> Data:
    nothing = pd.DataFrame({"allele": [], "part": []})
    return Data(groove, {}, {}, ligands.assign(part=Part.TRAINING), nothing, pd.DataFrame(), {})


def test_left_out_alleles_are_every_fifth_by_name_that_has_ligands_and_a_groove_of_its_own() -> None:
    """Twelve alleles: the third has too few ligands, the fourth and fifth share a groove; 1 2 6 7 [8] 9 10 11 12."""
    names = [f"HLA-A*01:{n:02}" for n in range(1, 13)]
    groove = {name: f"groove {4 if n == 3 else n}" for n, name in enumerate(names)}
    assert groove[names[3]] == groove[names[4]]
    rows = [(f"{n}", name) for name in names for n in range(500 - (name == names[2]))]
    ligands = pd.DataFrame(rows, columns=["peptide", "allele"])
    assert left_out_alleles(_toy(ligands, groove)) == (names[7],)


def test_what_is_dropped_or_of_another_fold_is_not_trained_on() -> None:
    """A pair that is dropped stays with another allele; a protein's ligands are all in one fold; folds add up."""
    pairs = [(f"PEPTIDE{n}", allele) for n in range(40) for allele in ("HLA-A*02:01", "HLA-A*03:01")]
    ligands = pd.DataFrame(pairs, columns=["peptide", "allele"]).assign(protein=[f"P{n // 4}" for n in range(80)])
    ligands.loc[60:, "protein"] = None
    data = _toy(ligands, {})
    dropped = pd.DataFrame({"peptide": ["PEPTIDE3"], "allele": ["HLA-A*02:01"]})
    kept = training_ligands(data, Job(Recipe(), 1, dropped=dropped))
    assert len(kept) == 79
    assert kept.loc[kept["peptide"] == "PEPTIDE3", "allele"].tolist() == ["HLA-A*03:01"]
    halves = [training_ligands(data, Job(Recipe(), 1, without_fold=fold)) for fold in range(FOLDS)]
    assert sum(map(len, halves)) == 80
    assert not set(halves[0]["protein"].dropna()) & set(halves[1]["protein"].dropna())
    assert not set(halves[0]["peptide"]) & set(halves[1]["peptide"])
    assert all(map(len, halves))


def test_ligands_of_an_epoch_can_be_balanced_between_alleles() -> None:
    """Nine hundred ligands of one allele and a hundred of another: each once, or in equal shares (±4 sd of 0.016)."""
    alleles = np.repeat([0, 1], [900, 100])
    rng = np.random.default_rng(6)
    assert epoch_ligands(alleles, 1.0, rng).tolist() == list(range(1000))
    assert alleles[epoch_ligands(alleles, 0.0, rng)].mean() == pytest.approx(0.5, abs=0.064)


def test_the_learning_rate_rises_and_falls() -> None:
    """Three steps of warm-up, a hundred in all: a quarter at first, nearly all once warm, a hundredth at the end."""
    assert [rate(step, 100, 3) for step in (0, 3, 100)] == pytest.approx([0.25, 1 - 0.99 * 0.03, 0.01])
    assert rate(0, 100, 0) == 1


def test_percentiles_count_the_background_that_is_as_good() -> None:
    """Of 1,000 background scores 1…1000: 1000 is matched by one (0.1 %), 500.0 by 501; anything better ranks as one."""
    ranks = grid_ranks(1000)
    assert ranks[:10].tolist() == list(range(1, 11))
    assert ranks[-1] == 1000
    scores = quantiles(np.random.default_rng(0).permutation(np.arange(1.0, 1001.0)), ranks)
    table = PercentileTable(100 * ranks / 1000, scores[None, :])
    assert table.rank(np.asarray([1000.0, 500.0, 1000.5, 0.5, 995.5]), 0).tolist() == [0.1, 50.1, 0.1, 100.0, 0.55]


@pytest.fixture
def _one_thread() -> Iterator[None]:
    """Tiny networks on a busy machine: threads would mostly wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.usefixtures("_one_thread")
def test_the_recipe_runs_from_rows_to_a_working_predictor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A toy in which ligands end in L and weak peptides in D: the packaged model tells them apart."""
    chance = np.random.default_rng(5)

    def peptides(n: int, end: str) -> list[str]:
        return ["".join(chance.choice(list("AEGIKPQRSTV"), 8)) + end for _ in range(n)]

    monkeypatch.setattr(calibrate, "PER_LENGTH", 200)
    proteome = {"P": "".join(chance.choice(list("ACDEFGHIKLMNPQRSTVWY"), 5000))}
    pseudo = {"HLA-A*02:01": groove(A0201) or ""}
    ligands = pd.DataFrame({"peptide": peptides(300, "L"), "allele": "HLA-A*02:01", "protein": "P"})
    affinities = pd.DataFrame(
        {
            "peptide": peptides(150, "L") + peptides(150, "D"),
            "allele": "HLA-A*02:01",
            "ic50": [20.0] * 150 + [2e4] * 150,
        }
    ).assign(relation=["="] * 150 + [">"] * 150)
    data = Data(pseudo, proteome, {}, ligands, affinities, pd.DataFrame(), {})
    windows = Windows.of(proteome)
    rows = examples(ligands, affinities, {"HLA-A*02:01": 0}, windows)
    recipe = Recipe(hidden=(16, 8), epochs=8, batch=64, learning_rate=1e-2)
    model = train_member(rows, encode(list(pseudo.values())), windows, recipe, seed=1)
    assert isinstance(model, TwoHeaded)
    network = package.network(model)
    package.write_pseudosequences(tmp_path, pseudo)
    package.write_members(tmp_path, [model])
    package.write_training(tmp_path, ligands, affinities)
    flanks = np.zeros((2, 5, 21), dtype=np.int16)
    motifs = replace(motif.tables(data, ligands), scale=0.5)
    package.write_terms(tmp_path, motifs, flanks, {"A": 0.0}, Interval((-3.0, 0.0, 0.0, 0.0, 0.0), 1.5, 2.0))
    calibrate.write_tables(tmp_path, [network], motifs, from_weights(flanks), windows, list(pseudo.values()), seed=1)
    package.write_manifest(tmp_path, "toy", calibrate.BACKGROUND, {})

    predictor = EmbeddedPredictor.load(tmp_path)
    strong, weak = predictor.predict([Query(f"AEGIKPQR{end}", Allele("HLA-A*02:01")) for end in "LD"])
    assert strong.affinity_nM < 200
    assert weak.affinity_nM > 2_000
    assert (strong.presentation_score or 0) > 0.5 > (weak.presentation_score or 1)

    # What ships is what was trained, but for the fixed point's last digits.
    codes = torch.from_numpy(np.ascontiguousarray(rows.ligand_peptides[:50].reshape(50, -1))).long()
    groove_codes = torch.from_numpy(encode(list(pseudo.values()))).long()
    with torch.no_grad():
        affinity, ligand = model(codes, groove_codes, torch.zeros(50, dtype=torch.long))
    letters = ligands["peptide"].tolist()[:50]
    parts = network.peptide_part(encode(letters)) + network.allele_part(encode(list(pseudo.values())))
    assert network.logits(parts) == pytest.approx(torch.stack([affinity, ligand], 1).numpy(), abs=0.02)
