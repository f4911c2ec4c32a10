"""MHCflurry's models behind our protocol: the official release, or any model directory in MHCflurry's format.

Imports mhcflurry, and so torch, only when models are loaded.
"""

from __future__ import annotations

import re
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from neosieve.binding.affinity import BLOCK, Affinities, AffinityScorer
from neosieve.binding.encoding import AMINO_ACIDS
from neosieve.binding.placing import homes, placed
from neosieve.binding.rounding import round_significant
from neosieve.errors import ModelError
from neosieve.model.mhc import Allele, Binding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from neosieve.model.mhc import Query

NOT_MODELS = (
    "not a MHCflurry model directory: it holds neither manifest.csv (an affinity predictor) nor weights.csv beside "
    "affinity_predictor/manifest.csv (a presentation predictor); pass the folder that does, such as "
    "…/models_class1_presentation/models, or `--models embedded`"
)
_ProcessingKey = tuple[str, tuple[str, str] | None]  # a peptide and its two flanks, if used
_PROTEIN_ALLELE = re.compile(r"HLA-[A-Z]+\*\d+:\d+")
_PEPTIDE = re.compile(f"[{AMINO_ACIDS}]+")
_WEIGHT_SUFFIXES = frozenset({".csv", ".npz", ".json"})  # weights, manifests, calibration; not logs or training data


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

    Answers are the same bits however queries are batched, on one kind of processor: see
    :class:`neosieve.binding.affinity.AffinityScorer`. Processing networks, too, always see blocks of one size, in which
    a peptide has its own place.

    An affinity predictor leaves presentation None. The ensemble value is MHCflurry's: the members' geometric mean.
    """

    def __init__(self, affinity: Any, presentation: Any, identity: str) -> None:  # noqa: ANN401 - mhcflurry is untyped
        self._affinity = affinity
        self._presentation = presentation
        self._identity = identity
        shortest, longest = affinity.supported_peptide_lengths
        self._lengths = range(shortest, longest + 1)
        names = filter(_PROTEIN_ALLELE.fullmatch, affinity.supported_alleles)
        self._alleles = frozenset(Allele(name) for name in names)
        self._scorer = AffinityScorer(affinity, sorted(allele.name for allele in self._alleles))

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
        """What a prediction's last bits depend on besides weights and numpy: torch, linear algebra, processor."""
        import torch  # noqa: PLC0415 - torch is slow
        from mhcflurry.common import get_pytorch_device  # noqa: PLC0415

        of_torch = f"torch {torch.__version__} {get_pytorch_device()} {torch.backends.cpu.get_cpu_capability()}"
        return f"{of_torch}; {self._scorer.numerics}"

    def predict(self, queries: Sequence[Query]) -> Sequence[Binding]:
        """Answer each query, in order.

        Flanks count where both are given and the models have a processing predictor that uses them.

        Raises
        ------
        ValueError
            A query's allele or length is not supported, or its peptide holds a letter outside the standard twenty.
        """
        if not queries:
            return ()
        affinities = self._affinities(queries)
        scores, percentiles = self._presentations(queries, affinities.value)
        return tuple(map(Binding, affinities.value.tolist(), *map(_known, (*affinities[1:], scores, percentiles))))

    def _check(self, peptides: Iterable[str], alleles: Iterable[Allele]) -> None:
        for allele in alleles:
            if allele not in self._alleles:
                raise ValueError(
                    f"{allele} is not among the {len(self._alleles)} human alleles of these MHCflurry models"
                )
        for peptide in peptides:
            if len(peptide) not in self._lengths:
                raise ValueError(
                    f"{peptide!r} has {len(peptide)} residues; these MHCflurry models score {self._lengths[0]} "
                    f"to {self._lengths[-1]}"
                )
            if not _PEPTIDE.fullmatch(peptide):
                raise ValueError(f"{peptide!r} holds a letter outside the standard twenty amino acids ({AMINO_ACIDS})")

    def _affinities(self, queries: Sequence[Query]) -> Affinities:
        """Affinities of each query, rounded; a pair that several ask for is scored once."""
        asked, by, *_ = zip(*queries, strict=True)
        names = [allele.name for allele in by]
        peptides, alleles = ({one: row for row, one in enumerate(dict.fromkeys(each))} for each in (asked, names))
        self._check(peptides, map(Allele, alleles))
        peptide, allele = (
            np.fromiter(map(rows.__getitem__, each), np.intp, len(queries))
            for rows, each in ((peptides, asked), (alleles, names))
        )
        pairs, of_query = np.unique(allele * len(peptides) + peptide, return_inverse=True)
        allele_of_pair, peptide_of_pair = np.divmod(pairs, len(peptides))
        found = self._scorer.score([*peptides], [*alleles], peptide_of_pair, allele_of_pair)
        return Affinities(*(round_significant(column)[of_query] for column in found))

    def _presentations(
        self, queries: Sequence[Query], affinity: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Presentation score and percentile of each query, rounded; NaN without the models for it."""
        scores, percentiles = np.full((2, len(queries)), np.nan)
        if self._presentation is None or not self._presentation.supports_presentation_prediction:
            return scores, percentiles
        from mhcflurry.regression_target import from_ic50  # noqa: PLC0415 - torch is slow

        flanks = [self._usable_flanks(query) for query in queries]
        keys = [(query.peptide, flank) for query, flank in zip(queries, flanks, strict=True)]
        processing = self._processing(keys)
        for flanked, model_name in ((True, "with_flanks"), (False, "without_flanks")):
            rows = [index for index, key in enumerate(keys) if key in processing and (key[1] is not None) == flanked]
            if rows and model_name in self._presentation.weights_dataframe.index:
                filled, places = placed(homes(queries[row].peptide for row in rows), BLOCK)
                inputs = np.column_stack([from_ic50(affinity[rows]), [processing[keys[row]] for row in rows]])[filled]
                model = self._presentation.get_model(model_name)
                blocks = (inputs[start : start + BLOCK] for start in range(0, len(inputs), BLOCK))
                found = np.concatenate([model.predict_proba(block)[:, 1] for block in blocks])
                scores[rows] = found[places]
        if self._presentation.percent_rank_transform is not None:
            percentiles = self._presentation.percentile_ranks(scores)
        return round_significant(scores), round_significant(percentiles)

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
            filled, places = placed(homes(peptide for peptide, _ in wanted), BLOCK)
            rows = [wanted[row] for row in filled.tolist()]
            scores = model.predict(
                peptides=[peptide for peptide, _ in rows],
                n_flanks=[flanks[0] if flanks else "" for _, flanks in rows],
                c_flanks=[flanks[1] if flanks else "" for _, flanks in rows],
                batch_size=BLOCK,
            )
            found.update(zip(wanted, (float(scores[place]) for place in places), strict=True))
        return found


def _known(values: NDArray[np.float64]) -> list[float | None]:
    """None for NaN, MHCflurry's word for unknown."""
    known = values.astype(object)
    known[np.isnan(values)] = None
    listed: list[float | None] = known.tolist()
    return listed


def _checksum(directory: Path) -> str:
    """SHA-256 over names and contents of all files that shape predictions."""
    digest = sha256()
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.suffix in _WEIGHT_SUFFIXES:
            digest.update(path.relative_to(directory).as_posix().encode() + b"\0")
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()
