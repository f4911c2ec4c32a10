"""What the JSON Schemas of ``run.json`` and ``cohort.json`` are made of."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
NAME = "^[a-z_]+$"
COUNT = {"$ref": "#/$defs/count"}
SENTENCES = {"$ref": "#/$defs/sentences"}
DIGEST = {"$ref": "#/$defs/sha256"}
FILE_NAME = {"type": "string", "pattern": "^[^/]+$"}
ALLELE = {"type": "string", "pattern": "^HLA-[A-Z0-9]+\\*[0-9]+(:[0-9]+)+[A-Z]?$"}
DEFINITIONS: Schema = {
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "count": {"type": "integer", "minimum": 0},
    "sentences": {"type": "array", "items": TEXT},
}
"""What the references above refer to."""


def record(description: str | None = None, **properties: Schema) -> Schema:
    """Describe an object with these keys and no others, all of them there."""
    described: Schema = {} if description is None else {"description": description}
    return {
        **described,
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def listed(description: str, items: Schema) -> Schema:
    """Describe a list of such items."""
    return {"description": description, "type": "array", "items": items}


def mapping(description: str, names: Schema, values: Schema) -> Schema:
    """Describe an object with keys of that kind."""
    return {
        "description": description,
        "type": "object",
        "propertyNames": names,
        "additionalProperties": values,
    }


def optional(description: str, kind: str = "string", **limits: int) -> Schema:
    """Describe a value that may be null."""
    return {"description": description, "type": [kind, "null"], **limits}


def told(schema: Schema, description: str) -> Schema:
    """Put a description to a schema."""
    return {"description": description, **schema}


OUTPUT = record(
    name=FILE_NAME,
    sha256=DIGEST,
    rows=optional("Rows below the header; null for a file that is no table.", "integer", minimum=0),
)
"""A file that was written beside the record."""
