"""Ligands of cell lines that carry several alleles, given to the allele that our own first model prefers.

The mono-allelic table lists no peptide under two alleles: what several alleles present, often the most typical ligands,
is missing from it. Cell lines fill the gap. They are lines, none of them a patient's or a tissue donor's sample, and
no other predictor's restriction or contaminant label in the tables is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch

from neosieve.binding.encoding import encode

from . import fetch
from .curate import PEPTIDE
from .train import slots_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from .train import TwoHeaded

SUPPLEMENTARY = "hitlist/data/supplementary/"
MONO_ALLELIC = SUPPLEMENTARY + "abelin_2019_maptac_class1.csv"
# File and the line's HLA type: JY, Raji, HeLa, SK-MEL-37 of Gomez-Zepeda et al. 2024 (Nat Commun 15:2288), HAP1 of
# Shapiro et al. 2025; types as published for these lines (Cellosaurus).
LINES = {
    "JY": ("gomez_zepeda_2024_jy.csv", ("HLA-A*02:01", "HLA-B*07:02", "HLA-C*07:02")),
    "Raji": ("gomez_zepeda_2024_raji.csv", ("HLA-A*03:01", "HLA-B*15:10", "HLA-C*03:04", "HLA-C*04:01")),
    "HeLa": ("gomez_zepeda_2024_hela.csv", ("HLA-A*68:02", "HLA-B*15:03", "HLA-C*12:03")),
    "SK-MEL-37": (
        "gomez_zepeda_2024_skmel37.csv",
        ("HLA-A*02:01", "HLA-A*11:01", "HLA-B*15:01", "HLA-B*56:01", "HLA-C*01:02"),
    ),
    "HAP1": ("shapiro_2025_hap1_wildtype.csv", ("HLA-A*02:01", "HLA-B*40:01", "HLA-C*03:04")),
}
# A peptide is given to its best allele where the first model's ligand logit reaches this; below it lie the
# contaminants, which make up a quarter of some of these sets.
MIN_LOGIT = 1.0


def read_lines(cache: Path) -> dict[str, list[str]]:
    """Distinct scorable peptides of each line."""
    result = {}
    for name, (file, _) in LINES.items():
        peptides = fetch.read_table(fetch.HITLIST, SUPPLEMENTARY + file, cache)["peptide"]
        result[name] = sorted({peptide for peptide in peptides if PEPTIDE.fullmatch(str(peptide))})
    return result


def read_mono_allelic(cache: Path) -> pd.DataFrame:
    """Mono-allelic ligands of Abelin et al. 2019 (Immunity 51:766), class I: columns peptide, allele."""
    table = fetch.read_table(fetch.HITLIST, MONO_ALLELIC, cache)
    return table.rename(columns={"mhc_restriction": "allele"})[["peptide", "allele"]]


def ligand_logits(model: TwoHeaded, peptides: Sequence[str], groove_codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Ligand logits of all pairs, shape (alleles, peptides)."""
    slots = torch.from_numpy(slots_of(peptides)).flatten(1).long()
    grooves = torch.from_numpy(groove_codes).long()
    logits = np.empty((len(groove_codes), len(peptides)), dtype=np.float32)
    with torch.no_grad():
        for row in range(len(groove_codes)):
            for start in range(0, len(peptides), 8192):
                block = slots[start : start + 8192]
                alleles = torch.full((len(block),), row, dtype=torch.long)
                logits[row, start : start + 8192] = model(block, grooves, alleles)[1].numpy()
    return logits


def deconvolve(
    model: TwoHeaded, lines: Mapping[str, Sequence[str]], groove: Mapping[str, str], locus_logit: Mapping[str, float]
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Give each peptide of a line to its best allele, or to none.

    Parameters
    ----------
    locus_logit
        Added to an allele's logit by its locus, as in the packaged model.

    Returns
    -------
    Columns peptide, allele; and counts by line for the model card.
    """
    kept, counts = [], {}
    for name, peptides in lines.items():
        alleles = LINES[name][1]
        logits = ligand_logits(model, peptides, encode([groove[allele] for allele in alleles]))
        logits += np.asarray([[locus_logit[allele[len("HLA-")]]] for allele in alleles], dtype=np.float32)
        best = logits.argmax(axis=0)
        clear = logits.max(axis=0) >= MIN_LOGIT
        kept += [(peptide, alleles[index]) for peptide, index, ok in zip(peptides, best, clear, strict=True) if ok]
        counts[f"{name}, training part"] = len(peptides)
        counts[f"{name}, given to an allele"] = int(clear.sum())
    return pd.DataFrame(kept, columns=["peptide", "allele"]), counts
