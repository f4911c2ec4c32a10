"""The score: a sum of parts in log-odds, each monotone in its evidence, each shown; and how far it may be off.

The split of binding between presentation and affinity is fitted (``reference/build/immunogenicity``); the other weights
are priors, each with its source, in the policy file. A part that is not assessed adds nothing, and widens the spread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neosieve.model.case import HET_SHARE

if TYPE_CHECKING:
    from neosieve.biology.casecolumns import Array, Cases
    from neosieve.model.rankpolicy import Priors

PARTS = ("presentation", "affinity", "agretopicity", "position", "expression", "clonality", "allele", "self", "doubt")
"""The score's parts, in the order they are shown."""
PARTS_OF_ALLELE = frozenset({"presentation", "affinity", "agretopicity", "position", "allele"})
"""Those that may differ between a peptide's alleles."""

NEUTRAL_PERCENTILE = 2.0  # NetMHCpan 4.1's weak binders: neither for nor against
NEUTRAL_NM = 500.0  # the classic binder cut-off (Sette 1994): neither for nor against
BEST_PERCENTILE = 0.01  # the embedded background can't tell lower ones apart
BEST_NM = 1.0
WORST_NM = 50_000.0  # weakest that measurements tell apart
WILDTYPE_BINDS_NM = 500.0  # a wild type half as likely as not to be presented

# How far off each part may be, as standard deviations
PERCENTILE_SD = 0.3  # decades: a factor of two, about how far two good predictors differ on a ligand
AFFINITY_SD = 0.35  # decades, where the predictor states no interval; the embedded model's are about so wide
UNKNOWN_BINDING_SD = 1.0  # decades: peptides range from 0.01 % to 100 %, most of those asked about within ± 1
EXPRESSION_SD = 0.15  # decades: replicates of RNA-seq differ by a third or so
UNKNOWN_EXPRESSION_SD = 0.8  # decades: half of expressed genes lie between 1 and 30 TPM
UNKNOWN_CLONALITY_SD = 0.5  # log-odds: between a clonal variant and one in a third of cells
VAF_FOR_CCF_SD = 0.3  # log-odds: purity and copy number, which a VAF alone leaves unknown
UNKNOWN_AGRETOPICITY_SD = 0.5  # decades
NORMAL_90 = 1.645  # a 90 % interval is ± 1.645 standard deviations
DEFAULT_DEPTH = 50.0  # reads, where a VAF comes without its depth


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The fitted part: how binding's weight is shared."""

    presentation_share: float
    """Of the weight of a decade of binding, 0–1; affinity has the rest."""
    draws: tuple[float, ...]
    """The same, from bootstrap samples of the studies: its spread."""
    identity: str


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of many cases; rows are cases."""

    parts: Array
    """(cases, parts), log-odds; NaN where not assessed."""
    spread: Array
    """(cases,) standard deviation of the log-odds by the evidence's uncertainty."""
    binding: Array
    """(cases, 2) presentation and affinity in decades from neutral; 0 where not assessed."""

    @property
    def total(self) -> Array:
        """(cases,) log-odds."""
        total: Array = np.nansum(self.parts, axis=1)
        return total


def score(cases: Cases, coefficients: Coefficients, priors: Priors) -> Scores:
    """Score cases.

    Parameters
    ----------
    cases
        Candidates; their order and number change no score.
    coefficients
        The fitted share of presentation in binding.
    priors
        Weights of the policy.
    """
    binding, binding_sd = _binding(cases)
    weights = priors.binding_per_decade * np.array(
        [coefficients.presentation_share, 1 - coefficients.presentation_share]
    )
    agretopicity, agretopicity_sd = _agretopicity(cases, priors)
    expression, expression_sd = _expression(cases, priors)
    clonality, clonality_sd = _clonality(cases, priors)
    loss = cases.numbers("hla_loss")
    near = cases.numbers("near_self")
    doubted = cases.numbers("doubted")
    parts = np.column_stack(
        [
            binding * weights,
            agretopicity,
            _position(cases, priors),
            expression,
            clonality,
            np.log(np.maximum(1 - loss, priors.loss_floor)),
            -priors.near_self_penalty * near,
            np.where(doubted, -priors.doubt_penalty, 0.0),
        ]
    ).reshape(len(cases), len(PARTS))
    variance = np.square(binding_sd * weights).sum(axis=1)
    variance += agretopicity_sd**2 + expression_sd**2 + clonality_sd**2
    return Scores(parts, np.sqrt(variance), np.nan_to_num(binding))


def _binding(cases: Cases) -> tuple[Array, Array]:
    percentile = cases.numbers("percentile")
    nM = cases.numbers("affinity_nM")
    low, high = cases.numbers("affinity_low_nM"), cases.numbers("affinity_high_nM")
    presented = np.log10(NEUTRAL_PERCENTILE) - np.log10(np.clip(percentile, BEST_PERCENTILE, 100))
    bound = np.log10(NEUTRAL_NM) - np.log10(np.clip(nM, BEST_NM, WORST_NM))
    width = np.log10(np.clip(high, BEST_NM, None)) - np.log10(np.clip(low, BEST_NM, None))
    bound_sd = np.where(np.isnan(width), AFFINITY_SD, np.abs(width) / (2 * NORMAL_90))
    sd = np.column_stack(
        [
            np.where(np.isnan(percentile), UNKNOWN_BINDING_SD, PERCENTILE_SD),
            np.where(np.isnan(nM), UNKNOWN_BINDING_SD, bound_sd),
        ]
    )
    return np.column_stack([presented, bound]), sd


def _agretopicity(cases: Cases, priors: Priors) -> tuple[Array, Array]:
    ratio = cases.numbers("agretopicity")
    limit = priors.agretopicity_decades
    decades = np.clip(-np.log10(np.maximum(ratio, 1e-9)), -limit, limit)
    sd = np.where(np.isnan(ratio), UNKNOWN_AGRETOPICITY_SD, AFFINITY_SD) * priors.agretopicity_per_decade
    return decades * priors.agretopicity_per_decade, sd


def _position(cases: Cases, priors: Priors) -> Array:
    """Count against a mutation that anchors hide from T cells, as far as the wild type is presented too."""
    hidden = cases.numbers("only_anchors_mutated")
    wildtype = cases.numbers("wildtype_affinity_nM")
    presented = np.where(np.isnan(wildtype), np.nan, 1 / (1 + wildtype / WILDTYPE_BINDS_NM))
    return np.where(hidden == 0, 0.0, -priors.anchor_penalty * hidden * presented)


def _expression(cases: Cases, priors: Priors) -> tuple[Array, Array]:
    # RNA reads without an abundance still tell the allele's share, of a gene as abundant as the neutral one
    usual = priors.expression_neutral / HET_SHARE
    shares = np.where(cases.numbers("share_from_rna"), usual * cases.numbers("allele_share"), np.nan)
    known = cases.numbers("allele_abundance")
    tpm = np.minimum(np.where(np.isnan(known), shares, known), priors.expression_full)
    pseudo = priors.expression_pseudocount
    decades = np.log10((np.maximum(tpm, 0) + pseudo) / (priors.expression_neutral + pseudo))
    sd = np.where(np.isnan(known), UNKNOWN_EXPRESSION_SD, EXPRESSION_SD) * priors.expression_per_decade
    return decades * priors.expression_per_decade, sd


def _clonality(cases: Cases, priors: Priors) -> tuple[Array, Array]:
    ccf = cases.numbers("ccf")
    vaf = cases.numbers("tumor_dna_vaf")
    depth = np.nan_to_num(cases.numbers("tumor_dna_depth"), nan=DEFAULT_DEPTH)
    low, high = cases.numbers("ccf_low"), cases.numbers("ccf_high")
    regions, regions_sd = _regions(cases)
    within = np.where(np.isnan(ccf), np.minimum(vaf / priors.vaf_full, 1), ccf)
    share = np.clip(within * regions, priors.clonality_floor, 1)
    part = priors.clonality_exponent * np.log(share / priors.clonality_neutral)
    floor = priors.clonality_floor
    by_interval = np.log(np.clip(high, floor, 1) / np.clip(low, floor, 1)) / (2 * NORMAL_90)
    reads = np.maximum(depth, 1)
    by_reads = np.sqrt(np.square(VAF_FOR_CCF_SD) + (1 - np.clip(vaf, 0.01, 1)) / (reads * np.clip(vaf, 0.01, 1)))
    sd = np.where(np.isnan(ccf), by_reads, np.where(np.isnan(by_interval), VAF_FOR_CCF_SD, by_interval))
    sd = np.hypot(sd, regions_sd)
    return part, priors.clonality_exponent * np.where(np.isnan(share), UNKNOWN_CLONALITY_SD, sd)


def _regions(cases: Cases) -> tuple[Array, Array]:
    """Return the share of a tumour's regions that have each variant, and the error of its logarithm; 1 for one region.

    What is in all cells of one region, and not in another, isn't in all cells of the tumour: the illusion of clonality
    (McGranahan 2015, Sci Transl Med 7:283ra54). Each region counts alike; of n, a share q errs as a binomial one does.
    """
    share = np.nan_to_num(cases.numbers("region_share"), nan=1.0)
    count = np.nan_to_num(cases.numbers("regions_assessed"), nan=1.0)
    found = np.maximum(share * count, 1.0)
    return share, np.sqrt(np.maximum(1 - share, 0) / found)
