"""The JSON Schema of ``run.json``, made from the code's own lists of outcomes, verdicts and tables.

``python -m neosieve.report.runschema`` prints it; ``run.schema.json`` beside this module is what it printed, and ships.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from neosieve.model.evidence import Verdict
from neosieve.model.ledger import Outcome
from neosieve.report.registry import TABLES
from neosieve.report.runjson import SCHEMA_VERSION

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
NAME = "^[a-z_]+$"
COUNT = {"$ref": "#/$defs/count"}
SENTENCES = {"$ref": "#/$defs/sentences"}


def _record(description: str | None = None, **properties: Schema) -> Schema:
    """Describe an object with these keys and no others, all of them there."""
    told: Schema = {} if description is None else {"description": description}
    return {
        **told,
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _list(description: str, items: Schema) -> Schema:
    return {"description": description, "type": "array", "items": items}


def _map(description: str, names: Schema, values: Schema) -> Schema:
    return {
        "description": description,
        "type": "object",
        "propertyNames": names,
        "additionalProperties": values,
    }


def _optional(description: str, kind: str = "string", **limits: int) -> Schema:
    return {"description": description, "type": [kind, "null"], **limits}


def _told(schema: Schema, description: str) -> Schema:
    return {"description": description, **schema}


def run_schema() -> Schema:
    """Build the schema."""
    digest = {"$ref": "#/$defs/sha256"}
    file_name = {"type": "string", "pattern": "^[^/]+$"}
    tables = ", ".join(table.name for table in TABLES if table.written_by.startswith("neosieve run"))
    allele = {"type": "string", "pattern": "^HLA-[A-Z0-9]+\\*[0-9]+(:[0-9]+)+[A-Z]?$"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "neosieve run record",
        **_record(
            "What a run of neosieve read, how it was set up, what it found in numbers, and which files it wrote. Holds "
            "no time of day: equal inputs give equal bytes.",
            schema_version={
                "description": "Raised whenever a reader of an earlier version could misread the record.",
                "const": SCHEMA_VERSION,
            },
            software=_record(name={"const": "neosieve"}, version=TEXT),
            inputs=_list(
                "Every file that the run read.",
                _record(
                    role=_told(TEXT, "vcf, hla, proteome ..."),
                    name=_told(file_name, "File name without its folder."),
                    sha256=_told(digest, "Of aligned reads: of their header and index."),
                ),
            ),
            reference=_optional(
                "The reference whose sequences decided: identity, assembly, gene models. null for an annotated VCF's "
                "own proteins.",
                minLength=1,
            ),
            samples=_record(
                tumor=TEXT, normal=_optional("null for a tumour-only run.", minLength=1), remarks=SENTENCES
            ),
            hla=_record(alleles={"type": "array", "uniqueItems": True, "items": allele}, remarks=SENTENCES),
            predictor=_record(
                identity=_told(TEXT, "Name, version and checksum of the weights."),
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
            findings=_list(
                "Loss-of-function somatic variants in genes that the presentation of antigens needs.",
                _record(
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
            evidence=_map(
                "What each evidence table is (expression, segments, clonality, hla_loh), and how far it joined.",
                {"pattern": NAME},
                {
                    "type": "object",
                    "propertyNames": {"pattern": NAME},
                    "additionalProperties": {"type": ["string", "integer"]},
                },
            ),
            funnel=_list("From records to candidates, in order.", _record(label=TEXT, count=COUNT, unit=TEXT)),
            ledger=_record(
                variants=_told(COUNT, "Distinct ALTs."),
                rows=COUNT,
                outcomes=_map(
                    "Rows of each outcome that occurs; they add up to `rows`.",
                    {"enum": [outcome.value for outcome in Outcome]},
                    {"type": "integer", "minimum": 1},
                ),
            ),
            tiers=_map("Candidates of each tier of the policy, best first.", {"minLength": 1}, COUNT),
            outputs=_list(
                f"Files written beside this one: report.html, and tables (`neosieve columns` tells their columns), of "
                f"{tables}.",
                _record(
                    name=file_name,
                    sha256=digest,
                    rows=_optional("Rows below the header; null for a file that is no table.", "integer", minimum=0),
                ),
            ),
        ),
        "$defs": {
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "count": {"type": "integer", "minimum": 0},
            "sentences": {"type": "array", "items": TEXT},
        },
    }


def schema_text() -> str:
    """Return the text of ``run.schema.json``."""
    return json.dumps(run_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
