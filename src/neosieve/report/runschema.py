"""The JSON Schema of ``run.json``, made from the code's own lists of outcomes, verdicts and tables.

``python -m neosieve.report.runschema`` prints it; ``run.schema.json`` beside this module is what it printed, and ships.
"""

from __future__ import annotations

import json
import sys

from neosieve.model.evidence import Verdict
from neosieve.model.ledger import Outcome
from neosieve.report.registry import TABLES
from neosieve.report.runjson import SCHEMA_VERSION
from neosieve.report.schemaparts import (
    ALLELE,
    COUNT,
    DEFINITIONS,
    DIGEST,
    FILE_NAME,
    NAME,
    OUTPUT,
    SENTENCES,
    TEXT,
    Schema,
    listed,
    mapping,
    optional,
    record,
    told,
)


def run_schema() -> Schema:
    """Build the schema."""
    tables = ", ".join(table.name for table in TABLES if table.written_by.startswith("neosieve run"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "neosieve run record",
        **record(
            "What a run of neosieve read, how it was set up, what it found in numbers, and which files it wrote. Holds "
            "no time of day: equal inputs give equal bytes.",
            schema_version={
                "description": "Raised whenever a reader of an earlier version could misread the record.",
                "const": SCHEMA_VERSION,
            },
            software=record(name={"const": "neosieve"}, version=TEXT),
            inputs=listed(
                "Every file that the run read.",
                record(
                    role=told(TEXT, "vcf, hla, proteome ..."),
                    name=told(FILE_NAME, "File name without its folder."),
                    sha256=told(DIGEST, "Of aligned reads: of their header and index."),
                ),
            ),
            reference=optional(
                "The reference whose sequences decided: identity, assembly, gene models. null for an annotated VCF's "
                "own proteins.",
                minLength=1,
            ),
            samples=record(tumor=TEXT, normal=optional("null for a tumour-only run.", minLength=1), remarks=SENTENCES),
            hla=record(alleles={"type": "array", "uniqueItems": True, "items": ALLELE}, remarks=SENTENCES),
            predictor=record(
                identity=told(TEXT, "Name, version and checksum of the weights."),
                choice={"description": "Why this predictor was taken.", "type": "string"},
                percentile_background={
                    "description": "The peptides that percentiles are ranks among.",
                    "type": "string",
                },
            ),
            settings={
                "description": "Options as effective, defaults included.",
                "type": "object",
                "additionalProperties": {"type": "string"},
            },
            warnings=SENTENCES,
            findings=listed(
                "Loss-of-function somatic variants in genes that the presentation of antigens needs.",
                record(
                    gene=TEXT,
                    variants={"type": "array", "items": TEXT},
                    verdict={"enum": [verdict.value for verdict in Verdict]},
                    escape={
                        "description": "Whether the tumour's cells probably lack the gene's function.",
                        "type": "boolean",
                    },
                    words=TEXT,
                ),
            ),
            evidence=mapping(
                "What each evidence table is (expression, segments, clonality, hla_loh), and how far it joined.",
                {"pattern": NAME},
                {
                    "type": "object",
                    "propertyNames": {"pattern": NAME},
                    "additionalProperties": {"type": ["string", "integer"]},
                },
            ),
            funnel=listed("From records to candidates, in order.", record(label=TEXT, count=COUNT, unit=TEXT)),
            ledger=record(
                variants=told(COUNT, "Distinct ALTs."),
                rows=COUNT,
                outcomes=mapping(
                    "Rows of each outcome that occurs; they add up to `rows`.",
                    {"enum": [outcome.value for outcome in Outcome]},
                    {"type": "integer", "minimum": 1},
                ),
            ),
            tiers=mapping("Candidates of each tier of the policy, best first.", {"minLength": 1}, COUNT),
            outputs=listed(
                f"Files written beside this one: report.html, and tables (`neosieve columns` tells their columns), of "
                f"{tables}.",
                OUTPUT,
            ),
        ),
        "$defs": DEFINITIONS,
    }


def schema_text() -> str:
    """Return the text of ``run.schema.json``."""
    return json.dumps(run_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
