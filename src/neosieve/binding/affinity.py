"""Affinities by MHCflurry's networks: by our own forward pass, or through MHCflurry where that can't do them."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_info

from neosieve.binding.panallele import ensemble_of
from neosieve.binding.placing import homes, placed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BLOCK = 1024  # rows that MHCflurry's networks see at once, always: as quick as any other number from 256 to 4096


class Affinities(NamedTuple):
    """Of each pair, in nM and %; NaN where unknown."""

    value: NDArray[np.float64]
    """The members' geometric mean, MHCflurry's default."""
    low: NDArray[np.float64]
    """The lowest member's; unknown of a single one."""
    high: NDArray[np.float64]
    percentile: NDArray[np.float64]
    """Unknown where the models carry no calibration for the allele."""


class AffinityScorer:
    """Scores pairs with a ``Class1AffinityPredictor``; a pair's affinity is the same bits whatever else is asked.

    The networks of MHCflurry's releases are run by :class:`neosieve.binding.ensemble.Ensemble`. Of others MHCflurry
    is asked allele by allele, always in blocks of one size in which a peptide has its own place: torch, too, adds up
    single-precision numbers in an order that depends on the batch.
    """

    def __init__(self, affinity: Any, alleles: Sequence[str]) -> None:  # noqa: ANN401 - mhcflurry is untyped
        self._affinity = affinity
        self._ensemble = ensemble_of(affinity, alleles[0]) if alleles else None

    @property
    def numerics(self) -> str:
        """What the last bits depend on if they come from our own forward pass: linear algebra and the processor."""
        if self._ensemble is None:
            return ""
        loaded = [one for one in threadpool_info() if one["user_api"] == "blas"]
        # Other packages may bring libraries of their own, loaded or not yet.
        numpys = [one for one in loaded if "numpy" in one["filepath"]] or loaded
        libraries = {f"{one['internal_api']} {one['version']} {one.get('architecture', '')}" for one in numpys}
        instructions = (np.show_config(mode="dicts") or {}).get("SIMD Extensions", {}).get("found", [])
        return " ".join([*sorted(libraries), *instructions])

    def score(
        self,
        peptides: Sequence[str],
        alleles: Sequence[str],
        peptide_of_pair: NDArray[np.intp],
        allele_of_pair: NDArray[np.intp],
    ) -> Affinities:
        """Score distinct pairs of distinct peptides and alleles, given by their numbers in these."""
        if self._ensemble is not None:
            logs = self._ensemble.log_ic50(peptides, alleles, peptide_of_pair, allele_of_pair)
            # Member by member: how numpy adds up along an axis depends on the other's length.
            value = np.exp(reduce(np.add, logs) / len(logs))
            low, high = np.exp(reduce(np.minimum, logs)), np.exp(reduce(np.maximum, logs))
            several = len(logs) > 1
        else:
            value, low, high = np.empty((3, len(peptide_of_pair)))
            several = False
            for number, allele in enumerate(alleles):
                pairs = np.flatnonzero(allele_of_pair == number)
                some = [peptides[row] for row in peptide_of_pair[pairs].tolist()]
                value[pairs], members = self._asked(some, allele)
                low[pairs], high[pairs] = np.nanmin(members, axis=1), np.nanmax(members, axis=1)
                several |= members.shape[1] > 1
        if not several:
            low = high = np.full(len(value), np.nan)
        percentile = np.empty(len(value))
        for number, allele in enumerate(alleles):
            pairs = np.flatnonzero(allele_of_pair == number)
            percentile[pairs] = self._percentiles(value[pairs], allele)
        return Affinities(value, low, high, percentile)

    def _asked(self, peptides: Sequence[str], allele: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Ask MHCflurry for the ensemble's IC50 of each peptide, and for its members', shape (peptides, members)."""
        rows, places = placed(homes(peptides), BLOCK)
        frame = self._affinity.predict_to_dataframe(
            [peptides[row] for row in rows.tolist()],
            allele=allele,
            include_individual_model_predictions=True,
            include_percentile_ranks=False,
            include_confidence_intervals=False,
            model_kwargs={"batch_size": BLOCK},
        ).iloc[places]
        return frame["prediction"].to_numpy(), frame.filter(regex="^model_").to_numpy()

    def _percentiles(self, values: NDArray[np.float64], allele: str) -> NDArray[np.float64]:
        if self._affinity.percent_rank_calibrated_allele(allele) is None:
            return np.full(len(values), np.nan)
        ranks: NDArray[np.float64] = self._affinity.percentile_ranks(values, allele=allele)
        return ranks
