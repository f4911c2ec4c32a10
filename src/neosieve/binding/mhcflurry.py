"""MHCflurry's models behind our protocol: the official release, or any model directory in MHCflurry's format.

The only module that imports mhcflurry (and so torch), and only when models are loaded.
"""

from __future__ import annotations

import math
import re
import zlib
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from neosieve.binding.encoding import AMINO_ACIDS
from neosieve.errors import ModelError
from neosieve.model.mhc import Allele, Binding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from neosieve.model.mhc import Query

SIGNIFICANT_DIGITS = 6
BLOCK = 1024  # rows that the networks see at once, always: as quick as any other number from 256 to 4096 on two cores
PERIOD = (
    16  # a row's bits depend on its place in the block modulo 4 for narrow networks, on x86; a multiple costs little
)
NOT_MODELS = (
    "not a MHCflurry model directory: it holds neither manifest.csv (an affinity predictor) nor weights.csv beside "
    "affinity_predictor/manifest.csv (a presentation predictor); pass the folder that does, such as "
    "…/models_class1_presentation/models, or `--models embedded`"
)
Row = TypeVar("Row")
_ProcessingKey = tuple[str, tuple[str, str] | None]  # a peptide and its two flanks, if used
_PROTEIN_ALLELE = re.compile(r"HLA-[A-Z]+\*\d+:\d+")
_PEPTIDE = re.compile(f"[{AMINO_ACIDS}]+")
_WEIGHT_SUFFIXES = frozenset({".csv", ".npz", ".json"})  # weights, manifests, calibration; not logs or training data


@dataclass(frozen=True, slots=True)
class _Affinity:
    """One pair's affinity as MHCflurry gives it, in nM and %."""

    value: float
    low: float | None
    high: float | None
    percentile: float | None


def is_model_directory(directory: Path) -> bool:
    """Tell whether a directory holds a MHCflurry affinity or presentation predictor."""
    return (directory / "manifest.csv").is_file() or _is_presentation(directory)


def _is_presentation(directory: Path) -> bool:
    return (directory / "weights.csv").is_file() and (directory / "affinity_predictor" / "manifest.csv").is_file()


def identity_of(directory: Path) -> str:
    """Name a model directory: MHCflurry's version, the kind of predictor and the checksum of its weights."""
    kind = "presentation" if _is_presentation(directory) else "affinity"
    return f"mhcflurry {version('mhcflurry')} {kind} sha256:{_checksum(directory)}"


class MhcflurryPredictor:
    """A MHCflurry ``Class1AffinityPredictor``, or a ``Class1PresentationPredictor`` with its processing models.

    Torch adds up single-precision numbers in an order that depends on how many rows a batch has and where a row stands:
    left to itself, the IC50 of one peptide may differ by some 1e-6 of itself between batches. So the networks always
    see :data:`BLOCK` rows, and a peptide's place among them is its own: see :func:`_placed`. Answers are then the same
    bits however queries are batched, on one kind of processor.

    An affinity predictor leaves presentation None. The ensemble value is MHCflurry's: the members' geometric mean
    (its default, a robust mean of the logarithms).
    """

    def __init__(self, affinity: Any, presentation: Any, identity: str) -> None:  # noqa: ANN401 - mhcflurry is untyped
        self._affinity = affinity
        self._presentation = presentation
        self._identity = identity
        shortest, longest = affinity.supported_peptide_lengths
        self._lengths = range(shortest, longest + 1)
        names = filter(_PROTEIN_ALLELE.fullmatch, affinity.supported_alleles)
        self._alleles = frozenset(Allele(name) for name in names)

    @classmethod
    def load(cls, directory: Path) -> MhcflurryPredictor:
        """Load a model directory; takes seconds, as it imports torch.

        Raises
        ------
        ModelError
            The directory isn't a MHCflurry model, or MHCflurry can't read it.
        """
        if not is_model_directory(directory):
            raise ModelError(f"{directory}: {NOT_MODELS}")
        from mhcflurry import Class1AffinityPredictor, Class1PresentationPredictor  # noqa: PLC0415 - torch is slow

        try:
            if _is_presentation(directory):
                presentation = Class1PresentationPredictor.load(str(directory))
                affinity = presentation.affinity_predictor
            else:
                presentation, affinity = None, Class1AffinityPredictor.load(str(directory))
            return cls(affinity, presentation, identity_of(directory))
        except Exception as error:
            # MHCflurry raises whatever pandas, json, zipfile or torch raise on a damaged file.
            raise ModelError(
                f"{directory}: MHCflurry can't load these models ({type(error).__name__}: {error}); fetch them again, "
                "or pass `--models embedded`"
            ) from error

    @property
    def identity(self) -> str:
        """MHCflurry's version, the kind of predictor and the SHA-256 over its weights and calibration."""
        return self._identity

    @property
    def percentile_background(self) -> str:
        """The peptides that percentiles are ranks among, in words."""
        return "random peptides that MHCflurry's release was calibrated with; see its documentation"

    @property
    def lengths(self) -> range:
        """Peptide lengths that the networks take."""
        return self._lengths

    def support(self, allele: Allele) -> None:
        """MHCflurry's models don't tell what they were trained on."""

    def supported(self) -> frozenset[Allele]:
        """Every human class I protein allele that the models know."""
        return self._alleles

    @property
    def numerics(self) -> str:
        """What a prediction's last bits depend on besides the weights: torch, its device and its instructions."""
        import torch  # noqa: PLC0415 - torch is slow
        from mhcflurry.common import get_pytorch_device  # noqa: PLC0415

        return f"torch {torch.__version__} {get_pytorch_device()} {torch.backends.cpu.get_cpu_capability()}"

    def predict(self, queries: Sequence[Query]) -> Sequence[Binding]:
        """Answer each query, in order.

        Flanks count where both are given and the models have a processing predictor that uses them.

        Raises
        ------
        ValueError
            A query's allele or length is not supported, or its peptide holds a letter outside the standard twenty.
        """
        for query in queries:
            self._check(query)
        affinities = self._affinities(queries)
        presentations = self._presentations(queries, affinities)
        return tuple(
            Binding(
                affinity_nM=affinity.value,
                affinity_low_nM=affinity.low,
                affinity_high_nM=affinity.high,
                affinity_percentile=affinity.percentile,
                presentation_score=score,
                presentation_percentile=percentile,
            )
            for affinity, (score, percentile) in zip(
                (affinities[query.allele, query.peptide] for query in queries), presentations, strict=True
            )
        )

    def _check(self, query: Query) -> None:
        if query.allele not in self._alleles:
            raise ValueError(
                f"{query.allele} is not among the {len(self._alleles)} human alleles of these MHCflurry models"
            )
        if len(query.peptide) not in self._lengths:
            raise ValueError(
                f"{query.peptide!r} has {len(query.peptide)} residues; these MHCflurry models score {self._lengths[0]} "
                f"to {self._lengths[-1]}"
            )
        if not _PEPTIDE.fullmatch(query.peptide):
            raise ValueError(
                f"{query.peptide!r} holds a letter outside the standard twenty amino acids ({AMINO_ACIDS})"
            )

    def _affinities(self, queries: Iterable[Query]) -> dict[tuple[Allele, str], _Affinity]:
        """Affinity of each distinct pair."""
        wanted: dict[Allele, set[str]] = {}
        for query in queries:
            wanted.setdefault(query.allele, set()).add(query.peptide)
        found: dict[tuple[Allele, str], _Affinity] = {}
        for allele, distinct in wanted.items():
            peptides = sorted(distinct)
            rows, places = _placed(peptides, peptides)
            frame = self._affinity.predict_to_dataframe(
                rows,
                allele=allele.name,
                include_individual_model_predictions=True,
                include_percentile_ranks=False,
                include_confidence_intervals=False,
                model_kwargs={"batch_size": BLOCK},
            ).iloc[places]
            values = frame["prediction"].to_numpy()
            members = frame.filter(regex="^model_").to_numpy()
            percentiles = self._affinity_percentiles(values, allele)
            several = members.shape[1] > 1
            for peptide, value, of_members, percentile in zip(peptides, values, members, percentiles, strict=True):
                found[allele, peptide] = _Affinity(
                    value=_rounded(value),
                    low=_rounded(np.nanmin(of_members)) if several else None,
                    high=_rounded(np.nanmax(of_members)) if several else None,
                    percentile=_known(percentile),
                )
        return found

    def _affinity_percentiles(self, values: NDArray[np.float64], allele: Allele) -> NDArray[np.float64]:
        """Percentiles, NaN where the models carry no calibration for the allele."""
        if self._affinity.percent_rank_calibrated_allele(allele.name) is None:
            return np.full(len(values), np.nan)
        ranks: NDArray[np.float64] = self._affinity.percentile_ranks(values, allele=allele.name)
        return ranks

    def _presentations(
        self, queries: Sequence[Query], affinities: dict[tuple[Allele, str], _Affinity]
    ) -> Sequence[tuple[float | None, float | None]]:
        """Presentation score and percentile of each query; None without the models for it."""
        if self._presentation is None or not self._presentation.supports_presentation_prediction:
            return [(None, None)] * len(queries)
        from mhcflurry.regression_target import from_ic50  # noqa: PLC0415 - torch is slow

        flanks = [self._usable_flanks(query) for query in queries]
        keys = [(query.peptide, flank) for query, flank in zip(queries, flanks, strict=True)]
        processing = self._processing(keys)
        scores = np.full(len(queries), np.nan)
        affinity = np.asarray([affinities[query.allele, query.peptide].value for query in queries])
        for flanked, model_name in ((True, "with_flanks"), (False, "without_flanks")):
            rows = [index for index, key in enumerate(keys) if key in processing and (key[1] is not None) == flanked]
            if rows and model_name in self._presentation.weights_dataframe.index:
                filled, places = _placed(rows, (queries[row].peptide for row in rows))
                inputs = np.column_stack([from_ic50(affinity[filled]), [processing[keys[row]] for row in filled]])
                model = self._presentation.get_model(model_name)
                blocks = (inputs[start : start + BLOCK] for start in range(0, len(inputs), BLOCK))
                found = np.concatenate([model.predict_proba(block)[:, 1] for block in blocks])
                scores[rows] = found[places]
        if self._presentation.percent_rank_transform is None:
            percentiles = np.full(len(queries), np.nan)
        else:
            percentiles = self._presentation.percentile_ranks(scores)
        return [(_known(score), _known(rank)) for score, rank in zip(scores, percentiles, strict=True)]

    def _usable_flanks(self, query: Query) -> tuple[str, str] | None:
        """Flanks, if both are known and a processing model uses them."""
        if query.n_flank is None or query.c_flank is None:
            return None
        if self._presentation.processing_predictor_with_flanks is None:
            return None
        return query.n_flank, query.c_flank

    def _processing(self, keys: Collection[_ProcessingKey]) -> dict[_ProcessingKey, float]:
        """Score the processing of each distinct peptide with its flanks, where there is a model for it."""
        found: dict[_ProcessingKey, float] = {}
        for flanked, model in (
            (True, self._presentation.processing_predictor_with_flanks),
            (False, self._presentation.processing_predictor_without_flanks),
        ):
            wanted = sorted({key for key in keys if (key[1] is not None) == flanked})
            if model is None or not wanted:
                continue
            rows, places = _placed(wanted, (peptide for peptide, _ in wanted))
            scores = model.predict(
                peptides=[peptide for peptide, _ in rows],
                n_flanks=[flanks[0] if flanks else "" for _, flanks in rows],
                c_flanks=[flanks[1] if flanks else "" for _, flanks in rows],
                batch_size=BLOCK,
            )
            found.update(zip(wanted, (float(scores[place]) for place in places), strict=True))
        return found


def _placed(rows: Sequence[Row], names: Iterable[str]) -> tuple[list[Row], list[int]]:
    """Give each row a place in whole blocks that is, modulo :data:`PERIOD`, a matter of its name alone.

    Returns
    -------
    The blocks' rows, gaps filled with the first row; and the place of each row.
    """
    taken = [0] * PERIOD
    places = []
    for name in names:
        start = zlib.crc32(name.encode()) % PERIOD
        places.append(start + PERIOD * taken[start])
        taken[start] += 1
    filled = [rows[0]] * (-(-PERIOD * max(taken) // BLOCK) * BLOCK)
    for place, row in zip(places, rows, strict=True):
        filled[place] = row
    return filled, places


def _rounded(value: float) -> float:
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def _known(value: float) -> float | None:
    """Round a value for output; NaN is MHCflurry's word for unknown."""
    return None if math.isnan(value) else _rounded(value)


def _checksum(directory: Path) -> str:
    """SHA-256 over names and contents of all files that shape predictions."""
    digest = sha256()
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.suffix in _WEIGHT_SUFFIXES:
            digest.update(path.relative_to(directory).as_posix().encode() + b"\0")
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()
