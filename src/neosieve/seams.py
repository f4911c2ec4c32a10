"""What the peptides over a cassette's seams are like, by the models and the normal proteins of the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neosieve.binding.models import AUTO, EMBEDDED, choose_models
from neosieve.biology.constructjunctions import Likeness
from neosieve.biology.selfmatch import SEED, find_self
from neosieve.errors import InputError, ModelError
from neosieve.io.fasta import read_proteins
from neosieve.io.hlaproteins import hla_proteins
from neosieve.io.reference import open_reference
from neosieve.io.textfile import sha256
from neosieve.model.mhc import Query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from neosieve.binding.predictor import BindingPredictor
    from neosieve.biology.constructjunctions import Over
    from neosieve.io.finishedrun import FinishedRun
    from neosieve.model.mhc import Allele

LIGAND_LENGTHS = (8, 9, 10, 11)
"""Looked for over seams whatever the run scored: what class I presents (Trolle 2016, J Immunol 196:1480)."""
QUERIES_AT_A_TIME = 200_000  # to bound the memory, about 100 MB


def seam_lengths(lengths: Iterable[int]) -> tuple[int, ...]:
    """Peptide lengths that are looked for over seams: the run's, and all that class I commonly presents."""
    return tuple(sorted({*lengths, *LIGAND_LENGTHS}))


@dataclass(frozen=True, slots=True)
class Judge:
    """Says what peptides over seams are like, by the run's own models and normal proteins."""

    predictor: BindingPredictor
    alleles: tuple[Allele, ...]
    normal: Mapping[str, str]

    def likeness(self, seams: Sequence[Sequence[Over]]) -> list[Likeness]:
        """Tell what the peptides over each of some seams are like."""
        found = find_self({over.peptide for seam in seams for over in seam if len(over.peptide) >= SEED}, self.normal)
        told: list[Likeness] = []
        block: list[Sequence[Over]] = []
        size = 0
        for seam in seams:
            block.append(seam)
            size += len(seam) * len(self.alleles)
            if size >= QUERIES_AT_A_TIME:
                told += self._scored(block, found)
                block, size = [], 0
        return told + self._scored(block, found)

    def _scored(self, seams: Sequence[Sequence[Over]], found: Collection[str]) -> list[Likeness]:
        queries = [
            Query(over.peptide, allele, over.n_flank, over.c_flank)
            for seam in seams
            for over in seam
            for allele in self.alleles
        ]
        answers = zip(queries, self.predictor.predict(queries), strict=True)
        told = []
        for seam in seams:
            # one peptide may lie over a seam twice, in other surroundings: the better presented one counts
            best: dict[tuple[str, Allele], float] = {}
            for _ in range(len(seam) * len(self.alleles)):
                query, binding = next(answers)
                percentile = binding.presentation_percentile
                if percentile is None:
                    percentile = binding.affinity_percentile
                if percentile is not None:
                    pair = query.peptide, query.allele
                    best[pair] = min(percentile, best.get(pair, percentile))
            told.append(
                Likeness(
                    tuple((peptide, allele, percentile) for (peptide, allele), percentile in best.items()),
                    tuple(sorted({over.peptide for over in seam} & set(found))),
                )
            )
        return told


def judge_of(run: FinishedRun, models: str, proteome: Path | None, reference: Path | None) -> tuple[Judge, list[str]]:
    """Load the run's models and normal proteins, and say what of them isn't at hand.

    Parameters
    ----------
    run
        Whose alleles and models count.
    models
        As for a run; ``auto`` takes the embedded model if the run did.
    proteome, reference
        The run's own, for its normal proteins; None where not given.

    Raises
    ------
    ModelError
        The models aren't those that scored the run.
    InputError
        A file isn't the one that the run used, or can't be read.
    """
    embedded = run.predictor.startswith(f"{EMBEDDED} ")
    predictor = choose_models(EMBEDDED if embedded and models == AUTO else models).load()
    if predictor.identity != run.predictor:
        raise ModelError(
            f"{run.folder} was scored by {run.predictor}, and the models at hand are {predictor.identity}: percentiles "
            "of two models can't be compared; give the run's own with --models, or run `neosieve run` again"
        )
    wrong = [length for length in seam_lengths(run.lengths) if length not in predictor.lengths]
    if wrong:
        raise ModelError(f"{predictor.identity} can't score peptides of {wrong[0]} residues over the seams")
    supported = predictor.supported()
    alleles = tuple(allele for allele in run.alleles if allele in supported)
    warnings = [f"{allele}: the models don't know it, so seams are not assessed for it" for allele in run.alleles
                if allele not in supported]  # fmt: skip
    normal = {protein.name: protein.normal for protein in run.proteins.values()} | hla_proteins()
    for role, path in (("reference", reference), ("proteome", proteome)):
        known = run.checksums.get(role)
        if path is None:
            if known is not None:
                warnings.append(
                    f"the run compared peptides with the normal proteins of {known[0]}, and --{role} doesn't give it: "
                    "seams are compared with fewer"
                )
            continue
        if known is not None and sha256(path) != known[1]:
            raise InputError(f"{path} isn't the {role} that the run used ({known[0]}: other checksum); give that one")
        normal |= dict(open_reference(path).normal_proteins() if role == "reference" else read_proteins(path))
    if reference is None and proteome is None:
        warnings.append(
            "no --reference or --proteome: seams were compared with the HLA proteins that ship with neosieve and the "
            "normal proteins of the candidates, not with all"
        )
    return Judge(predictor, alleles, normal), warnings
