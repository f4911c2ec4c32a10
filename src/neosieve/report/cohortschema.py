"""The JSON Schema of ``cohort.json``.

``python -m neosieve.report.cohortschema`` prints it; ``cohort.schema.json`` beside this module is what it printed, and
ships.
"""

from __future__ import annotations

import json
import sys

from neosieve.model.cohort import SharedBy
from neosieve.report.cohort import SCHEMA_VERSION
from neosieve.report.schemaparts import (
    ALLELE,
    COUNT,
    DEFINITIONS,
    DIGEST,
    FILE_NAME,
    OUTPUT,
    SENTENCES,
    TEXT,
    Schema,
    listed,
    optional,
    record,
    told,
)


def cohort_schema() -> Schema:
    """Build the schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "neosieve cohort record",
        **record(
            "Which runs were gathered, where each one's numbers come from, and whether they compare. Holds no time of "
            "day: equal runs give equal bytes, in whichever order they are given.",
            schema_version={
                "description": "Raised whenever a reader of an earlier version could misread the record.",
                "const": SCHEMA_VERSION,
            },
            software=told(record(name={"const": "neosieve"}, version=TEXT), "What gathered the runs."),
            samples=listed(
                "One for each run, in name order.",
                record(
                    name=told(TEXT, "Unique: the tumour sample's, or the folder's where that isn't."),
                    folder=told({"type": "string"}, "Of the run, without its path."),
                    run_json_sha256=DIGEST,
                    version=told(TEXT, "Of the neosieve that ran."),
                    tumor=TEXT,
                    normal=optional("null for a tumour-only run.", minLength=1),
                    alleles={"type": "array", "uniqueItems": True, "items": ALLELE},
                    predictor=told(TEXT, "Name, version and checksum of the weights."),
                    settings={
                        "description": "Options as effective, defaults included.",
                        "type": "object",
                        "additionalProperties": {"type": "string"},
                    },
                    inputs=listed(
                        "Every file that the run read.",
                        record(role=told(TEXT, "vcf, reference, policy ..."), name=FILE_NAME, sha256=DIGEST),
                    ),
                    warnings=told(SENTENCES, "Of the run."),
                ),
            ),
            comparable={"description": "Whether nothing is listed under `differences`.", "type": "boolean"},
            differences=listed(
                "What should be equal in runs that are compared, and isn't.",
                record(
                    what=TEXT,
                    values=listed(
                        "The most frequent first.",
                        record(value=TEXT, samples={"type": "array", "minItems": 1, "items": TEXT}),
                    ),
                ),
            ),
            warnings=told(SENTENCES, "Why the runs may not be comparable, in words."),
            shared=told(record(None, **{by.value: COUNT for by in SharedBy}), "Rows of shared.tsv, by what is shared."),
            outputs=listed(
                "Files written beside this one.",
                OUTPUT,
            ),
        ),
        "$defs": DEFINITIONS,
    }


def schema_text() -> str:
    """Return the text of ``cohort.schema.json``."""
    return json.dumps(cohort_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
