"""Benchmark of rankings on measured T-cell responses, and on a tumour board's decisions: one table.

    python tests/benchmarks/ranking.py ../shared/truth

Every ranking goes through ``neosieve rank``. ITSNdb, CEDAR, IMPROVE and deepimmuno took part in fitting how
presentation and affinity share the weight of binding, so each is ranked by a policy with the share fitted without it;
nothing was fitted on PRIME, whose peptides and similar ones were left out of the fit, nor on the reviews. Top 5, 10 and
20 are counted in each study or patient and added up; AUC compares candidates of one study alone; average precision is
each study's, weighted by its responders.
Intervals are 90 % of 1,000 bootstrap samples of each study's responders and non-responders.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
POLICIES = ("default", "affinity", "presentation", "pvacseq", "vaxrank", "mupexi")
TOPS = (5, 10, 20)
DRAWS, SEED = 1000, 3
POSITIVE = {"1", "Positive", "Positive-Low", "Positive-High", "Positive-Intermediate", "Accept"}
SETS = {
    "PRIME_neoantigens": {
        "Mutant": "peptide", "WT_peptide": "wildtype_peptide", "Allele": "allele", "Immunogenicity": "y",
        "StudyOrigin": "sample",
    },
    "ITSNdb": {"Neoantigen": "peptide", "WT": "wildtype_peptide", "HLA": "allele", "NeoType": "y"},
    "IMPROVE_CEDAR": {"Mut_peptide": "peptide", "HLA_allele": "allele", "response": "y"},
    "IMPROVE_inhouse": {"Mut_peptide": "peptide", "HLA_allele": "allele", "response": "y"},
    "deepimmuno": {"peptide": "peptide", "HLA": "allele", "immunogenicity": "y"},
    "itb_reviews": {
        "Evaluation": "y", "patient_id": "sample", "RNA.Expr": "gene_expression", "RNA.VAF": "tumor_rna_vaf",
        "RNA.Depth": "tumor_rna_depth", "DNA.VAF": "tumor_dna_vaf", "MHCflurry.MT.IC50.Score": "affinity_nM",
        "MHCflurry.WT.IC50.Score": "wildtype_affinity_nM", "MHCflurry.MT.Percentile": "affinity_percentile",
        "MHCflurry.WT.Percentile": "wildtype_affinity_percentile", "TSL": "transcript_support_level",
        "MHCflurryEL.Presentation.MT.Percentile": "presentation_percentile",
    },
}  # fmt: skip
"""File, and what its columns are called here."""


@dataclass(frozen=True)
class Group:
    """One study's or patient's candidates: for each policy, the responses in its order, and each row's number."""

    responses: np.ndarray
    orders: dict[str, np.ndarray]


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")


def read(folder: Path, name: str) -> pd.DataFrame:
    """Read a truth set under our names."""
    columns = SETS[name]
    raw = pd.read_csv(folder / f"{name}.tsv.gz", sep="\t", dtype=str, usecols=list(columns)).rename(columns=columns)
    raw["y"] = raw["y"].isin(POSITIVE).astype(int)
    if "sample" not in raw:
        raw["sample"] = name
    raw["row"] = np.arange(len(raw))
    if "peptide" in raw:
        raw = raw.drop_duplicates(["peptide", "allele", "sample"]).reset_index(drop=True)
        raw["row"] = np.arange(len(raw))
    return raw


def ranked(table: pd.DataFrame, policy: str, folder: Path) -> pd.DataFrame:
    """Rank through the command line."""
    given, out = folder / "given.tsv", folder / "ranked.tsv"
    table.drop(columns="y").to_csv(given, sep="\t", index=False, na_rep="NA")
    command = [sys.executable, "-c", "from neosieve.cli import main; main()", "rank", str(given)]
    subprocess.run(
        [*command, "--policy", policy, "--models", "embedded", "-o", str(out)],
        check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return pd.read_csv(out, sep="\t", usecols=["rank", "row", "sample"])


def groups_of(table: pd.DataFrame, folder: Path, policies: dict[str, str]) -> list[Group]:
    """Rank by every policy; keep the studies with responders and others."""
    by_policy = {name: ranked(table, policy, folder).set_index("row")["rank"] for name, policy in policies.items()}
    result = []
    for _, members in table.groupby("sample"):
        response = members["y"].to_numpy()
        if 0 < response.sum() < len(response):
            orders = {name: np.argsort(ranks.loc[members["row"]].to_numpy()) for name, ranks in by_policy.items()}
            result.append(Group(response, orders))
    return result


def figures(groups: list[Group], policy: str, weights: list[np.ndarray]) -> np.ndarray:
    """Return top 5, 10, 20, mean rank, AUC and average precision; each candidate counts as often as its weight."""
    tops, rank_sum, pairs, concordant, precision, responders = np.zeros(len(TOPS)), 0.0, 0.0, 0.0, 0.0, 0.0
    for group, weight in zip(groups, weights, strict=True):
        order = group.orders[policy]
        count, y = weight[order], group.responses[order]
        positive, place = count * y, np.cumsum(count)
        total = positive.sum()
        for number, top in enumerate(TOPS):
            inside = np.clip(top - (place - count), 0, count)
            tops[number] += (inside * y).sum()
        middle = place - (count - 1) / 2
        rank_sum += (positive * middle).sum()
        negative = count - positive
        later = negative.sum() - np.cumsum(negative)
        concordant += (positive * later).sum()
        pairs += total * negative.sum()
        hits = np.cumsum(positive)
        precision += (positive * hits / np.maximum(place, 1)).sum()
        responders += total
    return np.array([*tops, rank_sum / responders, concordant / pairs, precision / responders])


def draw(groups: list[Group], random: np.random.Generator) -> list[np.ndarray]:
    """Draw responders and non-responders of each study anew."""
    weights = []
    for group in groups:
        weight = np.zeros(len(group.responses))
        for kind in (0, 1):
            members = np.flatnonzero(group.responses == kind)
            weight[members] = random.multinomial(len(members), np.full(len(members), 1 / len(members)))
        weights.append(weight)
    return weights


def report(name: str, groups: list[Group]) -> None:
    """Print a set's lines."""
    whole = [np.ones(len(group.responses)) for group in groups]
    random = np.random.default_rng(SEED)
    draws = [draw(groups, random) for _ in range(DRAWS)]
    found = {policy: np.array([figures(groups, policy, one) for one in draws]) for policy in POLICIES}
    total = sum(int(group.responses.sum()) for group in groups)
    say(f"{name}: {sum(len(one.responses) for one in groups):,} candidates, {total:,} responders, {len(groups)} groups")
    for policy in POLICIES:
        point = figures(groups, policy, whole)
        low, high = np.quantile(found[policy], (0.05, 0.95), axis=0)
        shown = (*(f"{value:.0f}" for value in point[:3]), f"{point[3]:,.1f}")
        rates = (f"{point[at]:.3f} ({low[at]:.3f}–{high[at]:.3f})" for at in (4, 5))
        line = f"  {policy:<13}{shown[0]:>5}{shown[1]:>5}{shown[2]:>5} ({low[2]:.0f}–{high[2]:.0f}){shown[3]:>10}"
        line += f"  {'  '.join(rates)}"
        if policy != "default":
            margin = np.quantile(found["default"] - found[policy], (0.05, 0.95), axis=0)
            gain = figures(groups, "default", whole) - point
            line += f"   default ahead by: AUC {gain[4]:+.3f} ({margin[0][4]:+.3f} to {margin[1][4]:+.3f})"
            line += f", AP {gain[5]:+.3f} ({margin[0][5]:+.3f} to {margin[1][5]:+.3f})"
            line += f", top 20 {gain[2]:+.0f} ({margin[0][2]:+.0f} to {margin[1][2]:+.0f})"
        say(line)


def main() -> None:
    """Rank every set by every policy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    arguments = parser.parse_args()
    fitted = json.loads((ROOT / "reference/models/immunogenicity/coefficients.json").read_text())
    default = (ROOT / "reference/policies/default.toml").read_text(encoding="utf-8")
    say("ranking by    top 5   10   20 (90 %)   mean rank  AUC (90 %)           average precision (90 %)")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in arguments.sets:
            policies = {policy: policy for policy in POLICIES}
            if (share := fitted["presentation_share_without"].get(name)) is not None:
                held_out = folder / "default.toml"
                held_out.write_text(f"{default}\npresentation_share = {share}\n", encoding="utf-8")
                policies["default"] = str(held_out)
            report(name, groups_of(read(arguments.truth, name), folder, policies))


if __name__ == "__main__":
    main()
