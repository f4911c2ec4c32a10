"""The open truth sets, deduplicated jointly, with groups of similar peptides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from neosieve.io.hla import parse_allele
from neosieve.model.mhc import Allele, Query

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from neosieve.binding.predictor import BindingPredictor

STUDIES = {
    "IMPROVE_inhouse": ("Mut_peptide", "HLA_allele", "response"),
    "IMPROVE_CEDAR": ("Mut_peptide", "HLA_allele", "response"),
    "ITSNdb": ("Neoantigen", "HLA", "NeoType"),
    "deepimmuno": ("peptide", "HLA", "immunogenicity"),
}
"""File and its columns for peptide, allele and response. Their order decides which study keeps a shared pair."""
POSITIVE = {"1", "Positive", "Positive-Low", "Positive-High", "Positive-Intermediate"}
SHARED = 8
"""Peptides that share so long a piece are similar, and so are those of one length with one mismatch."""


@dataclass(frozen=True)
class Data:
    """Peptide–allele pairs; rows of all arrays are pairs."""

    table: pd.DataFrame
    """study, peptide, allele, response (0 or 1), group (of similar peptides)."""
    features: NDArray[np.float64]
    """Presentation and affinity in decades: −log10 percentile, −log10 nM."""


def read(folder: Path) -> pd.DataFrame:
    """Read the studies; a pair counts once, as a response if any study saw one."""
    parts = []
    for study, (peptide, allele, response) in STUDIES.items():
        raw = pd.read_csv(folder / f"{study}.tsv.gz", sep="\t", dtype=str)
        parts.append(
            pd.DataFrame(
                {
                    "study": study,
                    "peptide": raw[peptide].str.strip().str.upper(),
                    "allele": [str(parse_allele(name)) for name in raw[allele]],
                    "response": raw[response].isin(POSITIVE).astype(int),
                }
            )
        )
    joined = pd.concat(parts, ignore_index=True)
    joined["response"] = joined.groupby(["peptide", "allele"])["response"].transform("max")
    return joined.drop_duplicates(["peptide", "allele"]).reset_index(drop=True)


def keys_of(peptide: str) -> list[str]:
    """Name what similar peptides share: each 8-mer, and the peptide with each residue masked."""
    pieces = [peptide[start : start + SHARED] for start in range(len(peptide) - SHARED + 1)]
    return pieces + [f"{peptide[:place]}.{peptide[place + 1 :]}" for place in range(len(peptide))]


def groups(peptides: list[str]) -> list[int]:
    """Return the number of each one's group: of the peptides that similarity joins, directly or over others."""
    parent = list(range(len(peptides)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    first: dict[str, int] = {}
    for number, peptide in enumerate(peptides):
        for key in keys_of(peptide):
            parent[root(number)] = root(first.setdefault(key, number))
    return [root(number) for number in range(len(peptides))]


def gather(folder: Path, predictor: BindingPredictor) -> Data:
    """Read, drop what resembles the benchmark's peptides, score, and group."""
    table = read(folder)
    benchmark = pd.read_csv(folder / "PRIME_neoantigens.tsv.gz", sep="\t")["Mutant"]
    kept_aside = {key for peptide in benchmark for key in keys_of(peptide)}
    similar = np.array([not kept_aside.isdisjoint(keys_of(peptide)) for peptide in table["peptide"]])
    print(f"{len(table):,} pairs after joint deduplication; {similar.sum():,} like a benchmark peptide left out")
    supported = {allele.name for allele in predictor.supported()}
    standard = set("ACDEFGHIKLMNPQRSTVWY")
    usable = [
        name in supported and len(peptide) in predictor.lengths and standard.issuperset(peptide)
        for peptide, name in zip(table["peptide"], table["allele"], strict=True)
    ]
    table = table[np.array(usable) & ~similar].reset_index(drop=True)
    answers = predictor.predict(
        [Query(peptide, Allele(name)) for peptide, name in zip(table["peptide"], table["allele"], strict=True)]
    )
    table["group"] = groups(list(table["peptide"]))
    percentile = [100.0 if one.presentation_percentile is None else one.presentation_percentile for one in answers]
    features = np.column_stack(
        [
            -np.log10(np.clip(percentile, 0.01, 100)),
            -np.log10(np.clip([one.affinity_nM for one in answers], 1, 50_000)),
        ]
    )
    return Data(table, features)
