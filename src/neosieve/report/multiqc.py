"""Custom content for MultiQC, which gathers it over samples: columns of its general statistics, and two bar plots."""

from __future__ import annotations

import json
from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, Any

from neosieve.model.candidate import Tier
from neosieve.model.ledger import Outcome
from neosieve.model.ledgerrows import tally_of
from neosieve.report.atomic import file_stem, replacing, write_chunks
from neosieve.report.tables import OutputFile
from neosieve.report.variants import at_2_percent, summarise
from neosieve.report.words import label, tier_meanings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from neosieve.model.run import RunResult

Content = dict[str, Any]
PARENT = {
    "parent_id": "neosieve",
    "parent_name": "neosieve",
    "parent_description": "Neoantigen candidates. Research use only.",
}
USABLE = (Tier.STRONG, Tier.GOOD)
TIER_COLOURS: dict[
    str, str
] = {  # Okabe & Ito 2008, told apart by colour-blind readers; greys for what is not presented
    Tier.STRONG: "#0072B2",
    Tier.GOOD: "#56B4E9",
    Tier.EXPRESSION_NOT_ASSESSED: "#F0E442",
    Tier.UNCERTAIN: "#E69F00",
    Tier.SELF_LIKE: "#CC79A7",
    Tier.SUBCLONAL: "#009E73",
    Tier.LOW_EXPRESSION: "#D55E00",
    Tier.ALLELE_LOST: "#000000",
    Tier.POOR_BINDER: "#999999",
    Tier.BINDING_NOT_ASSESSED: "#CCCCCC",
}
OUTCOME_COLOURS = {
    Outcome.CANDIDATES: "#0072B2",
    Outcome.NO_PROTEIN_CHANGE: "#DDDDDD",
    Outcome.FILTERED: "#BBBBBB",
    Outcome.GERMLINE: "#999999",
    Outcome.NOT_IN_TUMOR: "#777777",
}
OTHERS = ("#E69F00", "#009E73", "#CC79A7", "#D55E00", "#F0E442", "#56B4E9", "#000000")


def _title(name: str) -> str:
    words = label(name)
    return words[0].upper() + words[1:]


def contents(result: RunResult) -> Iterator[tuple[str, Content]]:
    """Yield file name and custom content, one for each section."""
    sample = file_stem(result.samples.tumor)  # MultiQC takes names for paths, and shows them as HTML
    variants = summarise(result.ranked)
    policy_tiers = tuple(tier_meanings(result))
    tiers = Counter(one.best.tier.value for one in variants)
    usable = [tier.value for tier in USABLE if tier.value in policy_tiers]  # a policy may have words of its own
    presented = list(compress(result.ranked, at_2_percent(result.ranked)))
    tally = tally_of(result.ledger)
    outcomes = tally.variants_by_first
    yield (
        "neosieve_summary_mqc.json",
        {
            "id": "neosieve_summary",
            "plot_type": "generalstats",
            "headers": {
                "usable": {
                    "title": "Neoantigens",
                    "description": "Variants whose best candidate is strong or good (presented and expressed)",
                    "namespace": "neosieve",
                    "min": 0,
                    "format": "{:,.0f}",
                    "scale": "Blues",
                },
                "candidates": {
                    "title": "Variants",
                    "description": "Variants that give candidates",
                    "namespace": "neosieve",
                    "min": 0,
                    "format": "{:,.0f}",
                    "scale": "Greens",
                },
                "presented": {
                    "title": "Presented",
                    "description": "Peptide-allele pairs at a percentile of 2 or below",
                    "namespace": "neosieve",
                    "min": 0,
                    "format": "{:,.0f}",
                    "scale": "Purples",
                },
                "alts": {
                    "title": "ALTs",
                    "description": "Distinct ALT alleles in the VCF",
                    "namespace": "neosieve",
                    "min": 0,
                    "format": "{:,.0f}",
                    "scale": "Greys",
                    "hidden": True,
                },
            },
            "data": {
                sample: {
                    **({"usable": sum(tiers[tier] for tier in usable)} if usable else {}),
                    "candidates": len(variants),
                    "presented": len({(one.candidate.peptide.sequence, one.candidate.allele) for one in presented}),
                    "alts": tally.variants,
                }
            },
        },
    )
    yield (
        "neosieve_tiers_mqc.json",
        {
            "id": "neosieve_tiers",
            "section_name": "Variants by tier",
            "description": "The tier of each variant's best candidate.",
            **PARENT,
            "plot_type": "bargraph",
            "pconfig": {"id": "neosieve_tiers_plot", "title": "neosieve: variants by tier", "ylab": "Variants"},
            "categories": {
                tier: {"name": _title(tier), "color": TIER_COLOURS.get(tier, OTHERS[place % len(OTHERS)])}
                for place, tier in enumerate(policy_tiers)
            },
            "data": {sample: {tier: tiers[tier] for tier in policy_tiers}},
        },
    )
    yield (
        "neosieve_outcomes_mqc.json",
        {
            "id": "neosieve_outcomes",
            "section_name": "What became of the variants",
            "description": "Every ALT by its outcome: candidates, or the ledger's first reason why not.",
            **PARENT,
            "plot_type": "bargraph",
            "pconfig": {"id": "neosieve_outcomes_plot", "title": "neosieve: ALT alleles by outcome", "ylab": "ALTs"},
            "categories": {
                outcome.value: {
                    "name": _title(outcome.value),
                    "color": OUTCOME_COLOURS.get(outcome, OTHERS[place % len(OTHERS)]),
                }
                for place, outcome in enumerate(
                    Outcome
                )  # all of them: of several samples, MultiQC takes one's list for all
            },
            "data": {sample: {outcome.value: outcomes[outcome] for outcome in Outcome}},
        },
    )


def write_multiqc(result: RunResult, folder: Path) -> tuple[OutputFile, ...]:
    """Write ``neosieve_summary_mqc.json``, ``neosieve_tiers_mqc.json`` and ``neosieve_outcomes_mqc.json``.

    Raises
    ------
    OutputError
        A file can't be written.
    """
    written = []
    for name, content in contents(result):
        with replacing(folder / name) as path:
            text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
            written.append(OutputFile(name, write_chunks(path, [text]), None))
    return tuple(written)
