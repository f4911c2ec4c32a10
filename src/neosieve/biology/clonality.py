"""From reads to the share of tumour cells that carry a variant, and in how many regions it is found.

A variant on m copies in the share CCF of the tumour's cells is expected at

    VAF = s·p / (p·CN_t + (1 − p)·CN_n)        with s = CCF·m

where p is the sample's purity and CN_t, CN_n are the copies of the locus per tumour and normal cell (Carter 2012, Nat
Biotechnol 30:413; McGranahan 2016, Science 351:1463). A variant on two or more copies of a segment whose state all
tumour cells share must have been there before the gain, and so is in all of them: m > 1 implies CCF = 1 (Dentro 2017,
Cold Spring Harb Perspect Med 7:a026625). What remains to be known is s, in (0, 1] for one copy and 2, 3, … up to the
copies of the commoner parental chromosome; the CCF is min(1, s), and never falls when more reads carry the variant.

PAR1 and PAR2 of X and Y, which are diploid in males, are not told from the rest of these chromosomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neosieve.model.evidence import CancerCellFraction, Clonality

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from neosieve.model.evidence import CopyNumberProfile, Sex
    from neosieve.model.variant import AlleleCounts

GRID = np.arange(1, 101) / 100  # cancer cell fractions 0.01 … 1.00, as in Landau 2013, Cell 152:714
CLONAL_CCF = 0.95  # Landau 2013: clonal if the posterior probability of a CCF above this …
CLONAL_PROBABILITY = 0.5  # … is above this
INTERVAL = 0.95
ERROR = 0.001  # base error (Q30): keeps a single read from being impossible where all or none should carry the variant
CHUNK = 10_000  # variants computed at once, to bound memory: 8 MB an array
AUTOSOMES = frozenset(map(str, range(1, 23)))

REGION_VAF = 0.01  # the order of sequencing and alignment error (Illumina Q20): below, a variant is not seen
REGION_READS = 2  # one read alone is easily an error
REGION_DEPTH = 59  # ln 0.05 / ln 0.95: a variant at VAF 5 % then shows a read with a probability of 95 %


@dataclass(frozen=True, slots=True)
class Site:
    """Reads at a variant, and the copies of its locus."""

    alt_reads: int
    depth: int
    """At least 1, and at least ``alt_reads``."""
    total: float
    """Copies per tumour cell; above 0."""
    normal: float
    """Copies per normal cell."""
    major: int
    """Most copies in a tumour cell that can carry the variant; at least 1."""

    def average(self, purity: float) -> float:
        """Return the copies of the locus per cell of the sample, tumour and normal cells together."""
        return purity * self.total + (1 - purity) * self.normal

    def copies(self, purity: float) -> float:
        """Return the most likely s of the module's formula: mutated copies per tumour cell, at most all of them.

        Parameters
        ----------
        purity
            Share of tumour cells, in (0, 1].
        """
        return min(self.alt_reads / self.depth * self.average(purity) / purity, self.total)


def normal_copies(contig: str, sex: Sex | None) -> int | None:
    """Return how many copies of a contig normal cells hold; None where it can't be told.

    Parameters
    ----------
    contig
        Plain name: ``20``, ``X``, ``Y``.
    sex
        None if not known: then X and Y can't be told, and nothing is assumed.
    """
    if contig in AUTOSOMES:
        return 2
    if sex is None or contig not in {"X", "Y"}:
        return None
    if sex == "male":
        return 1
    return 2 if contig == "X" else None


def site(
    contig: str, position: int, counts: AlleleCounts, profile: CopyNumberProfile | None, sex: Sex | None
) -> Site | None:
    """Join a variant's reads with its locus's copies; None where anything is missing or impossible.

    Parameters
    ----------
    contig
        Plain name: ``20``, ``X``.
    position
        0-based.
    counts
        The tumour's reads; a depth of 0, unknown counts or more ALT reads than reads give None. Only the counts are
        used, not a stated VAF, which callers smooth.
    profile
        Copy-number segments; without one, or outside its segments, nothing is assumed.
    sex
        Tells the normal copies of X and Y where the segment doesn't.
    """
    depth, alt_reads = counts.depth, counts.alt_reads
    if profile is None or not depth or alt_reads is None or not 0 <= alt_reads <= depth:
        return None
    segment = profile.at(contig, position)
    if segment is None or segment.total <= 0:
        return None
    normal = segment.normal if segment.normal is not None else normal_copies(contig, sex)
    if normal is None:
        return None
    # without the minor copies known, any number up to the total may carry the variant
    major = segment.total - (segment.minor or 0.0)
    return Site(alt_reads, depth, segment.total, normal, max(1, round(major)))


def cancer_cell_fractions(sites: Sequence[Site | None], purity: float | None) -> tuple[CancerCellFraction | None, ...]:
    """Estimate the share of tumour cells that carry each variant.

    Parameters
    ----------
    sites
        As :func:`site` makes them.
    purity
        Share of tumour cells in the sample, in (0, 1]; None if not known.

    Returns
    -------
    tuple of CancerCellFraction or None
        In the order of `sites`; None for a site that is None, and for all without a purity. The estimate is the most
        likely one, min(1, s) of the module's formula. The interval holds the 95 % of highest posterior density, under
        binomial counts and a prior that is uniform over 1 … major mutated copies and, for one copy, over the CCF; it is
        widened to the estimate if need be. The verdict is subclonal where the interval excludes 1 (McGranahan 2016),
        else clonal where the probability of a CCF above 0.95 exceeds a half (Landau 2013), else uncertain.

    Raises
    ------
    ValueError
        The purity lies outside (0, 1].
    """
    if purity is None:
        return (None,) * len(sites)
    if not 0 < purity <= 1:
        raise ValueError(f"a purity of {purity:g} is no share of tumour cells; it lies above 0 and up to 1")
    known = [one for one in sites if one is not None]
    estimated = iter(
        [one for start in range(0, len(known), CHUNK) for one in _estimated(known[start : start + CHUNK], purity)]
    )
    return tuple(None if one is None else next(estimated) for one in sites)


def of_compound(fractions: Iterable[CancerCellFraction | None]) -> CancerCellFraction | None:
    """Return the share of tumour cells that can carry several variants together: the least of theirs.

    None where one of them is not known, or there are none.
    """
    known = list(fractions)
    found = [one for one in known if one is not None]
    if not known or len(found) < len(known):
        return None
    return min(found, key=lambda one: (one.estimate, one.high, one.low, one.clonal_probability))


def _estimated(sites: Sequence[Site], purity: float) -> Iterator[CancerCellFraction]:
    posterior = _posterior(sites, purity)
    low, high = _densest(posterior)
    clonal = posterior[:, GRID > CLONAL_CCF].sum(axis=1)
    for number, one in enumerate(sites):
        estimate = min(1.0, one.copies(purity))
        bottom, top = min(float(low[number]), estimate), max(float(high[number]), estimate)
        probability = min(1.0, float(clonal[number]))
        yield CancerCellFraction(estimate, bottom, top, probability, _verdict(top, probability))


def _verdict(high: float, clonal_probability: float) -> Clonality:
    if high < 1:
        return Clonality.SUBCLONAL
    return Clonality.CLONAL if clonal_probability > CLONAL_PROBABILITY else Clonality.UNCERTAIN


def _posterior(sites: Sequence[Site], purity: float) -> NDArray[np.float64]:
    """Return the posterior mass of each CCF of the grid, one row a site; each row adds up to 1."""
    reads = np.array([one.alt_reads for one in sites], dtype=float)[:, None]
    others = np.array([one.depth for one in sites], dtype=float)[:, None] - reads
    average = np.array([one.average(purity) for one in sites])[:, None]
    most = np.array([one.major for one in sites])

    def likelihood(copies: NDArray[np.float64], rows: NDArray[np.bool_] | slice) -> NDArray[np.float64]:
        share = np.minimum(copies * purity / average[rows], 1.0)
        share = ERROR + (1 - 2 * ERROR) * share
        return np.asarray(reads[rows] * np.log(share) + others[rows] * np.log1p(-share))

    single = likelihood(GRID[None, :], slice(None)) - np.log(len(GRID))
    several = np.full(len(sites), -np.inf)
    for copies in range(2, int(most.max(initial=1)) + 1):
        rows = most >= copies
        several[rows] = np.logaddexp(several[rows], likelihood(np.array([[float(copies)]]), rows)[:, 0])
    single[:, -1] = np.logaddexp(single[:, -1], several)  # all that is on several copies is in all cells
    mass = np.exp(single - single.max(axis=1, keepdims=True))
    return np.asarray(mass / mass.sum(axis=1, keepdims=True))


def _densest(posterior: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of the smallest set of CCFs, one row a site, that holds 95 % of the mass."""
    order = np.argsort(-posterior, axis=1, kind="stable")
    before = np.cumsum(np.take_along_axis(posterior, order, axis=1), axis=1)
    before -= np.take_along_axis(posterior, order, axis=1)
    held = np.zeros(posterior.shape, dtype=bool)
    np.put_along_axis(held, order, before < INTERVAL, axis=1)
    low = GRID[held.argmax(axis=1)]
    high = GRID[len(GRID) - 1 - held[:, ::-1].argmax(axis=1)]
    return low, high


def region_has(counts: AlleleCounts | None) -> bool | None:
    """Tell by its reads whether a region of the tumour has a variant; None where they can't tell.

    Present: at least 2 ALT reads at a VAF of at least 1 %. Absent: a VAF below 1 %, at a depth (59) that would have
    shown a variant at VAF 5 %. Not assessed: anything else, unknown counts among it; a missing call is no absence.
    """
    if counts is None or not counts.depth or counts.alt_reads is None or counts.alt_reads > counts.depth:
        return None
    if counts.alt_reads / counts.depth >= REGION_VAF:
        return True if counts.alt_reads >= REGION_READS else None
    return False if counts.depth >= REGION_DEPTH else None


def clonality_counts(fractions: Iterable[CancerCellFraction | None]) -> dict[str, int]:
    """Count variants by verdict, ``not assessed`` among them: for a run's summary."""
    found = {**dict.fromkeys(map(str, Clonality), 0), "not assessed": 0}
    for one in fractions:
        found["not assessed" if one is None else str(one.clonality)] += 1
    return found
