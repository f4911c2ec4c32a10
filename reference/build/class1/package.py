"""From trained networks to the files that ship: fixed-point weights, pseudosequence table, manifest."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from neosieve.binding.encoding import ALIGNMENTS, N_SYMBOLS, PAD, SLOTS
from neosieve.binding.network import Network, check_exactness, from_arrays
from neosieve.binding.store import MANIFEST, MEMBER_PREFIX, MOTIFS, PERCENTILES, PSEUDOSEQUENCES, TERMS, TRAINING

from .groove import GROOVE_POSITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import torch
    from numpy.typing import NDArray

    from neosieve.binding.interval import Interval
    from neosieve.binding.motifs import Motifs

    from .train import TwoHeaded

FINEST_EXPONENTS = (12, 13, 13)  # of the three layers; made coarser where the exactness proof asks for it
INT16_MAX = 32_767


def _values(tensor: torch.Tensor) -> NDArray[np.float64]:
    values: NDArray[np.float64] = tensor.detach().numpy().astype(np.float64)
    return values


def _fixed(values: NDArray[np.float64], exponent: int) -> NDArray[np.int64]:
    return np.rint(np.ldexp(values, exponent)).astype(np.int64)


def _fitting(values: Sequence[NDArray[np.float64]], finest: int) -> int:
    """Finest exponent at which every value fits 16 bits."""
    largest = max(float(np.abs(array).max()) for array in values)
    return min(finest, int(np.floor(np.log2(INT16_MAX / largest))))


def fixed_point(model: TwoHeaded) -> dict[str, NDArray[np.generic]]:
    """Arrays of a network in fixed point, as :func:`neosieve.binding.network.from_arrays` reads them.

    The BLOSUM features are folded into the first layer, so that it becomes a table of what each residue in each
    slot adds to each hidden unit.
    """
    peptide = _values(model.peptide_table()).reshape(len(ALIGNMENTS), SLOTS, N_SYMBOLS, -1)
    allele = _values(model.allele_table()).reshape(len(GROOVE_POSITIONS), N_SYMBOLS, -1)[:, :PAD]
    second, heads = _values(model.hidden.weight.T), _values(model.heads.weight.T)
    first_exponent = _fitting([peptide, allele], FINEST_EXPONENTS[0])
    second_exponent = _fitting([second], FINEST_EXPONENTS[1])
    head_exponent = _fitting([heads], FINEST_EXPONENTS[2])
    while True:
        arrays: dict[str, NDArray[np.generic]] = {
            "peptide_table": _fixed(peptide, first_exponent).astype(np.int16),
            "allele_table": _fixed(allele, first_exponent).astype(np.int16),
            "first_bias": _fixed(_values(model.peptide.bias), first_exponent).astype(np.int32),
            "second_weights": _fixed(second, second_exponent).astype(np.int16),
            "second_bias": _fixed(_values(model.hidden.bias), first_exponent + second_exponent).astype(np.int32),
            "head_weights": _fixed(heads, head_exponent).astype(np.int16),
            "head_bias": _values(model.heads.bias),
            "exponents": np.asarray([first_exponent, second_exponent, head_exponent], dtype=np.int64),
        }
        try:
            check_exactness(from_arrays(arrays))
        except ValueError:
            # Take the bit from the layer that has most of them.
            if head_exponent >= second_exponent:
                head_exponent -= 1
            elif second_exponent >= first_exponent:
                second_exponent -= 1
            else:
                first_exponent -= 1
            continue
        print(f"fixed point: exponents {first_exponent}, {second_exponent}, {head_exponent}")
        return arrays


def network(model: TwoHeaded) -> Network:
    """Build the run-time form of a trained network."""
    return from_arrays(fixed_point(model))


def write_pseudosequences(out: Path, groove: Mapping[str, str]) -> None:
    """Write ``hla/pseudosequences.tsv``."""
    path = out / PSEUDOSEQUENCES
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["allele\tpseudosequence", *(f"{allele}\t{residues}" for allele, residues in sorted(groove.items()))]
    path.write_text("\n".join(lines) + "\n")


def write_training(out: Path, ligands: pd.DataFrame, affinities: pd.DataFrame) -> None:
    """Write ``hla/training.tsv``: how many peptides of each allele were trained on."""
    counts = pd.DataFrame(
        {"ligands": ligands["allele"].value_counts(), "affinities": affinities["allele"].value_counts()}
    )
    counts = counts.fillna(0).astype(int).sort_index()
    counts.index.name = "allele"
    counts.to_csv(out / TRAINING, sep="\t", lineterminator="\n")


def write_terms(
    out: Path, motifs: Motifs, flanks: NDArray[np.int16], locus_logit: Mapping[str, float], interval: Interval
) -> None:
    """Write ``terms.json`` and ``motifs.npz``: what joins the networks' outputs."""
    path = out / TERMS
    path.parent.mkdir(parents=True, exist_ok=True)
    constants = {
        "weight": motifs.weight,
        "scale": motifs.scale,
        "offset": motifs.offset,
        "expected_constant": motifs.expected[0],
        "expected_slope": motifs.expected[1],
    }
    terms = {
        "motif": constants,
        "locus_logit": dict(locus_logit),
        "interval": asdict(interval),
        "flanks": flanks.tolist(),
    }
    path.write_text(json.dumps(terms) + "\n")
    grooves = np.asarray(list(motifs.row), dtype="U34")
    arrays = {"pseudosequences": grooves, "residues": motifs.residues, "lengths": motifs.lengths}
    np.savez_compressed(out / MOTIFS, allow_pickle=False, **arrays)


def write_members(out: Path, models: Sequence[TwoHeaded]) -> None:
    """Write the networks, replacing any that are there."""
    folder = (out / MEMBER_PREFIX).parent
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("member-*.npz"):
        old.unlink()
    for number, model in enumerate(models, start=1):
        np.savez_compressed(out / f"{MEMBER_PREFIX}{number}.npz", allow_pickle=False, **fixed_point(model))


def write_manifest(out: Path, version: str, background: str, recipe: Mapping[str, object]) -> None:
    """Write the manifest with the checksum of every file that the predictor reads."""
    folder = (out / MANIFEST).parent
    members = sorted(f"{MEMBER_PREFIX}{path.name.removeprefix('member-')}" for path in folder.glob("member-*.npz"))
    names = [*members, MOTIFS, PERCENTILES, TERMS, PSEUDOSEQUENCES, TRAINING]
    manifest = {
        "name": "embedded",
        "version": version,
        "percentile_background": background,
        "recipe": dict(recipe),
        "files": {name: sha256((out / name).read_bytes()).hexdigest() for name in names},
    }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
