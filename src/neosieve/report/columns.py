"""The columns of ``candidates.tsv``: each is declared once.

Those that depend on the variants and their protein alone stand in :mod:`neosieve.report.mutationcolumns`, those that
depend on the peptide as well in :mod:`neosieve.report.peptidecolumns`, the others here. The declaration drives the
table's header and cells, and the documentation of them. The columns of ``variants.tsv`` stand in
:mod:`neosieve.report.variantcolumns`, the ledger's in :mod:`neosieve.report.ledgercolumns`.
"""

from __future__ import annotations

from functools import lru_cache, partial
from operator import attrgetter
from typing import TYPE_CHECKING

from neosieve.report import peptidecolumns
from neosieve.report.column import Column, contributions_in_words, joined, of_part
from neosieve.report.evidence import peptide_evidence

if TYPE_CHECKING:
    from neosieve.model.candidate import Ranked
    from neosieve.report.column import Cell


_of_peptide = partial(of_part, peptide_evidence)


@lru_cache(maxsize=1024)
def _anchor_positions(positions: tuple[int, ...] | None) -> str | None:
    return None if positions is None else ",".join([str(position + 1) for position in positions]) or None


def _wildtype_affinity(row: Ranked) -> Cell:
    binding = row.candidate.wildtype_binding
    return None if binding is None else binding.affinity_nM


def _wildtype_percentile(row: Ranked) -> Cell:
    binding = row.candidate.wildtype_binding
    return None if binding is None else binding.affinity_percentile


CANDIDATE_COLUMNS: tuple[Column[Ranked], ...] = (
    Column("rank", int, None, "Place in the order; 1 is best.", attrgetter("rank")),
    Column(
        "rank_interval",
        str,
        None,
        "Places that the rank stays within in 90 % of draws of the uncertain evidence and model; NA if not estimated.",
        lambda r: None if r.rank_low is None else f"{r.rank_low}–{r.rank_high}",
    ),
    Column("tier", str, None, "Group of the candidate, by the policy's rules.", lambda r: r.tier.value),
    Column(
        "score",
        float,
        "log-odds",
        "By the policy, higher is better; by default the sum of the contributions, where 0 is middling.",
        attrgetter("score"),
    ),
    *_of_peptide(peptidecolumns.MUTATION),
    Column("allele", str, None, "Class I HLA allele, two fields.", attrgetter("candidate.allele.name")),
    *_of_peptide(peptidecolumns.POSITIONS),
    Column(
        "anchor_positions",
        str,
        "1-based",
        "Positions by which the allele holds the peptide, as the embedded model has them (else the predictor in use), "
        "joined by commas.",
        lambda r: _anchor_positions(r.candidate.anchor_positions),
    ),
    Column(
        "mutation_site",
        str,
        None,
        "Whether `mutant_positions` are anchors (see `anchor_positions`): anchor, tcr_facing, or both.",
        attrgetter("candidate.mutation_site"),
    ),
    *_of_peptide(peptidecolumns.FLANKS),
    Column(
        "affinity_nM",
        float,
        "nM",
        "Predicted IC50 of the mutant peptide; lower binds stronger.",
        attrgetter("candidate.binding.affinity_nM"),
    ),
    Column(
        "affinity_low_nM",
        float,
        "nM",
        "Strong end of the affinity's interval: 90 % (embedded), lowest member (MHCflurry); NA for a single model.",
        attrgetter("candidate.binding.affinity_low_nM"),
    ),
    Column(
        "affinity_high_nM",
        float,
        "nM",
        "Weak end of the affinity's interval; NA for a single model.",
        attrgetter("candidate.binding.affinity_high_nM"),
    ),
    Column(
        "affinity_percentile",
        float,
        "%",
        "Share of the predictor's background peptides that bind the allele at least as well; lower is better.",
        attrgetter("candidate.binding.affinity_percentile"),
    ),
    Column("wildtype_affinity_nM", float, "nM", "Predicted IC50 of `wildtype_peptide`.", _wildtype_affinity),
    Column(
        "wildtype_affinity_percentile",
        float,
        "%",
        "Affinity percentile of `wildtype_peptide`.",
        _wildtype_percentile,
    ),
    Column(
        "agretopicity",
        float,
        "ratio",
        "Mutant nM / wild-type nM; under 1 favours the mutant; NA without an aligned wild type.",
        lambda r: r.candidate.agretopicity,
    ),
    Column(
        "presentation_score",
        float,
        "0–1",
        "Predicted likelihood that the allele presents the peptide; higher is better.",
        attrgetter("candidate.binding.presentation_score"),
    ),
    Column(
        "presentation_percentile",
        float,
        "%",
        "Share of the predictor's background peptides whose presentation score is at least as high; lower is better.",
        attrgetter("candidate.binding.presentation_percentile"),
    ),
    *_of_peptide(peptidecolumns.EVIDENCE),
    Column(
        "hla_loss",
        float,
        "fraction",
        "Share of the tumour that lost the HLA allele; NA where not assessed.",
        attrgetter("candidate.hla_loss"),
    ),
    *_of_peptide(peptidecolumns.NATURE),
    Column(
        "contributions",
        str,
        "log-odds",
        "The score's parts; one that is not assessed adds nothing.",
        lambda r: contributions_in_words(r.parts, r.contributions),
    ),
    Column(
        "doubts",
        str,
        None,
        "Why the peptide, or the somatic variant, may not exist, joined by semicolons; NA where nothing says so.",
        lambda r: joined(r.doubts, "; "),
    ),
    Column(
        "reasons",
        str,
        None,
        "The case for the rank in words, joined by semicolons.",
        lambda r: joined(r.reasons, "; "),
    ),
    *_of_peptide(peptidecolumns.REMARKS),
)
"""``candidates.tsv``: one row per variant × peptide × allele."""
