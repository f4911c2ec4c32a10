"""The columns of a cohort's tables: its samples, and the neoantigens that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neosieve.model.ledger import Outcome
from neosieve.report.column import Column, joined
from neosieve.report.words import OUTCOME_MEANINGS, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neosieve.model.cohort import Sample, Shared

FUNNEL: tuple[tuple[str, str, str, str], ...] = (
    ("alts", "in the VCF", "ALT alleles", "ALT alleles in the VCF."),
    ("alts_admitted", "readable and admitted by FILTER", "ALT alleles", "Those readable and admitted by FILTER."),
    ("alts_somatic", "somatic in the tumour", "ALT alleles", "Those somatic, and annotated or on the reference."),
    ("alts_changing_a_protein", "changing a protein", "ALT alleles", "Those that change a protein."),
    ("alts_with_candidates", "giving candidates", "ALT alleles", "Those that give candidates."),
    ("peptides_new", "new to their own protein", "peptides", "Peptides new to their own protein."),
    ("peptides", "in no other normal protein", "peptides", "Those in no other normal protein."),
    ("pairs", "scored", "peptide–allele pairs", "Distinct peptide × allele that were scored."),
)
"""(column, beginning of the stage's label in run.json, its unit, doc)."""


def _stage(name: str, label_begins: str, unit: str, doc: str) -> Column[Sample]:
    def count(sample: Sample) -> int | None:
        stages = sample.record.funnel
        return next((one.count for one in stages if one.unit == unit and one.label.startswith(label_begins)), None)

    return Column(name, int, unit, doc, count)


def _tier(tier: str) -> Column[Sample]:
    return Column(
        f"tier_{tier}",
        int,
        "candidates",
        f"Candidates of the tier {label(tier)}; NA where the run's policy has no such tier.",
        lambda sample: sample.record.tiers.get(tier),
    )


def _outcome(outcome: Outcome) -> Column[Sample]:
    return Column(
        f"ledger_{outcome.value}",
        int,
        "ledger rows",
        OUTCOME_MEANINGS[outcome],
        lambda sample: sample.record.outcomes.get(outcome.value, 0),
    )


def sample_columns(tiers: Sequence[str]) -> tuple[Column[Sample], ...]:
    """Declare the columns of ``samples.tsv``, with one for each tier."""
    return (
        Column(
            "sample",
            str,
            None,
            "Name in the cohort: the tumour sample's, or the folder's where several runs have the same tumour sample.",
            lambda sample: sample.name,
        ),
        Column("folder", str, None, "The run's folder, without its path.", lambda one: one.record.place.name),
        Column("tumor", str, None, "Tumour sample.", lambda sample: sample.record.tumor),
        Column("normal", str, None, "Normal sample; NA for a tumour-only run.", lambda sample: sample.record.normal),
        Column("alleles", str, None, "Class I HLA alleles.", lambda sample: joined(sample.record.alleles, ",")),
        Column("version", str, None, "Of the neosieve that ran.", lambda sample: sample.record.version),
        Column("predictor", str, None, "Identity of the prediction models.", lambda sample: sample.record.predictor),
        Column("policy", str, None, "Ranking policy.", lambda sample: sample.record.settings.get("policy")),
        Column("lengths", str, "residues", "Peptide lengths.", lambda sample: sample.record.settings.get("lengths")),
        Column(
            "reference",
            str,
            "sha256",
            "Checksum of the reference whose sequences decided; NA for an annotated VCF's own proteins.",
            lambda sample: sample.record.checksum("reference"),
        ),
        *(_stage(*stage) for stage in FUNNEL),
        Column(
            "pairs_presented",
            int,
            "peptide–allele pairs",
            "Distinct peptide × allele at a percentile of 2 or below, of presentation, else of affinity.",
            lambda sample: sample.presented,
        ),
        Column(
            "candidates",
            int,
            "candidates",
            "Variant × peptide × allele.",
            lambda sample: sum(sample.record.tiers.values()),
        ),
        *map(_tier, tiers),
        Column("ledger_rows", int, "ledger rows", "Rows of the ledger.", lambda one: sum(one.record.outcomes.values())),
        *map(_outcome, Outcome),
        Column("warnings", int, None, "Warnings of the run.", lambda sample: len(sample.record.warnings)),
    )


SHARED_COLUMNS: tuple[Column[Shared], ...] = (
    Column(
        "shared_by",
        str,
        None,
        "What the samples have in common: variant, the same change of the genome; protein_change, the same change of a "
        "gene's protein, by whichever variant; peptide, the same peptide on the same allele.",
        lambda one: one.by.value,
    ),
    Column("n_samples", int, "samples", "Samples that have it; two or more.", lambda one: len(one.samples)),
    Column("samples", str, None, "Those, joined by commas.", lambda one: joined(one.samples, ",")),
    Column(
        "n_presented",
        int,
        "samples",
        "Those with a candidate of it at a percentile of 2 or below, of presentation, else of affinity.",
        lambda one: len(one.presented_in),
    ),
    Column(
        "presented_in", str, None, "Those, joined by commas; NA if none.", lambda one: joined(one.presented_in, ",")
    ),
    Column(
        "gene", str, None, "Gene symbol, else identifier; several joined by commas.", lambda one: joined(one.genes, ",")
    ),
    Column(
        "protein_change",
        str,
        "HGVS p.",
        "The change on the representative transcript, of a variant that of each sample's best percentile; several "
        "joined by commas.",
        lambda one: joined(one.changes, ","),
    ),
    Column(
        "variant",
        str,
        "chrom:pos:ref>alt",
        "The variant, 1-based; of a protein change or a peptide each haplotype that makes it, joined by commas, "
        "its variants joined by +.",
        lambda one: joined(one.variants, ","),
    ),
    Column(
        "peptide",
        str,
        "amino acids",
        "The peptide; of a variant or a protein change those that any sample presents, joined by commas.",
        lambda one: joined(one.peptides, ","),
    ),
    Column(
        "allele",
        str,
        None,
        "The allele; of a variant or a protein change those that present it in any sample, joined by commas.",
        lambda one: joined(one.alleles, ","),
    ),
    Column(
        "best_tier",
        str,
        None,
        "Best tier that a candidate of it has in any sample; NA where the runs' policies have different tiers.",
        lambda one: one.tier,
    ),
    Column(
        "best_percentile",
        float,
        "%",
        "Lowest percentile in any sample, of presentation, else of affinity.",
        lambda one: one.percentile,
    ),
)
"""``shared.tsv``: neoantigens of two samples or more."""
