"""Build the embedded class I model, print its figures, or export its affinity head.

``python -m reference.build.class1 build --proteome human.fasta.xz`` makes what ``reference/models`` and
``reference/hla`` hold; ``… evaluate …`` prints the figures of the model card from what is there;
``… trials …`` prints its table of trials; ``… export --out DIR`` writes the affinity head as a model directory of
MHCflurry.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from neosieve.binding import store
from neosieve.binding.embedded import EmbeddedPredictor
from neosieve.binding.flanks import from_weights

from . import calibrate, intervals, motif, package, processing, trials
from .data import Data, gather, of_part
from .ensemble import joined_logits
from .evaluate import evaluate_affinities, evaluate_left_out, evaluate_samples
from .export import export
from .hcc1395 import compare
from .members import (
    LOCUS_LOGIT,
    MEMBER_SEEDS,
    cell_line_ligands,
    left_out_alleles,
    left_out_jobs,
    shipped_jobs,
    train,
    train_all,
    training_affinities,
    training_ligands,
)
from .split import Part
from .train import Recipe

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = "3"
CALIBRATION_SEED, FLANK_SEED, INTERVAL_SEED, MOTIF_SEED = 12, 15, 16, 17


def build(data: Data, out: Path, cache: Path, recipe: Recipe) -> None:
    """Train, fit the terms, calibrate and package."""
    cell_lines, _ = cell_line_ligands(data, cache)
    jobs = shipped_jobs(recipe, cell_lines)
    unseen = left_out_alleles(data)
    trained = train_all(data, [*jobs, *left_out_jobs(recipe, unseen, cell_lines)], cache)
    models, left_out = trained[: len(jobs)], [package.network(model) for model in trained[len(jobs) :]]
    networks = [package.network(model) for model in models]
    package.write_pseudosequences(out, data.groove)
    package.write_training(out, training_ligands(data, jobs[0]), training_affinities(data, jobs[0]))
    package.write_members(out, models)

    motifs = motif.fit(data, training_ligands(data, jobs[0]), networks, MOTIF_SEED)
    placed = of_part(data.ligands, Part.TRAINING).dropna(subset=["protein"])
    windows = data.windows(Part.TRAINING)
    flanks = processing.fit(
        placed,
        dict(data.proteome),
        windows,
        lambda peptides, alleles: joined_logits(networks, motifs, data.groove, peptides, alleles),
        FLANK_SEED,
    )
    interval = intervals.calibrate(data, networks, left_out, unseen, INTERVAL_SEED)
    package.write_terms(out, motifs, flanks, LOCUS_LOGIT, interval)
    grooves = sorted(set(data.groove.values()))
    calibrate.write_tables(out, networks, motifs, from_weights(flanks), data.windows(), grooves, CALIBRATION_SEED)
    settings = {**asdict(recipe), "member_seeds": MEMBER_SEEDS}
    package.write_manifest(out, VERSION, calibrate.BACKGROUND, settings)


def evaluate(data: Data, out: Path, cache: Path, recipe: Recipe, epitopes: Path | None) -> None:
    """Score the held-out parts with the packaged model; print and keep the figures."""
    predictor = EmbeddedPredictor.load(out)
    cell_lines, counts = cell_line_ligands(data, cache)
    unseen = left_out_alleles(data)
    left_out = [train(data, job, cache) for job in left_out_jobs(recipe, unseen, cell_lines)]
    metrics = {
        "identity": predictor.identity,
        "affinities": evaluate_affinities(predictor, data),
        "left_out_alleles": evaluate_left_out(left_out, unseen, data, predictor, store.load(out).members),
        **evaluate_samples(predictor, data, out),
    }
    if epitopes is not None:
        metrics["hcc1395"] = compare(predictor, epitopes)
    print(json.dumps(metrics, indent=2))
    write_json(out / "models/embedded/metrics.json", metrics)
    write_json(out / "models/embedded/curation.json", {**data.counts, "cell_lines_deconvolved": counts})


def write_json(path: Path, value: object) -> None:
    """Write indented JSON with a final newline."""
    path.write_text(json.dumps(value, indent=2) + "\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m reference.build.class1", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("task", choices=["build", "evaluate", "trials", "export"], help="build ends with evaluate")
    parser.add_argument("--proteome", type=Path, help="human proteins, FASTA or FASTA.xz (for build and evaluate)")
    parser.add_argument(
        "--cache", type=Path, default=Path(".data"), help="where wheels and trained networks lie [.data]"
    )
    parser.add_argument("--out", type=Path, default=Path("reference"), help="the reference folder [reference]")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs, help="training epochs, for trials")
    parser.add_argument(
        "--hcc1395", type=Path, help="pVACseq's epitope table, to report how MHCflurry's answers compare"
    )
    chosen = parser.parse_args(arguments)
    if chosen.task == "export":
        if chosen.out == Path("reference"):
            parser.error("export needs --out DIR, a new folder")
        export(Path("reference"), chosen.out)
        return
    if chosen.proteome is None:
        parser.error(f"{chosen.task} needs --proteome FASTA")
    data = gather(chosen.proteome, chosen.cache)
    print(json.dumps(data.counts, indent=2))
    if chosen.task == "trials":
        trials.run_all(data, chosen.cache)
        return
    recipe = replace(Recipe(), epochs=chosen.epochs)
    if chosen.task == "build":
        build(data, chosen.out, chosen.cache, recipe)
    evaluate(data, chosen.out, chosen.cache, recipe, chosen.hcc1395)


if __name__ == "__main__":
    main()
