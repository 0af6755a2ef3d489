"""The JSON Schema of a line of `--format jsonl`, `lines.schema.json` beside this file: each entry with its kind.

A line is an entry of a document and has its fields, so that the schema is made of those of the documents.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from acrdns.probe.saved.document import SavedLine
from acrdns.report.findings.document import Document
from acrdns.report.findings.jsonl import KINDS
from acrdns.report.observations.document import ObserveDocument

_OBSERVED = {"observations": "observation", "ignored": "ignored"}


def schema() -> dict[str, Any]:
    """Return the schema."""
    findings, observed, saved = (TypeAdapter(each).json_schema() for each in (Document, ObserveDocument, SavedLine))
    defined = findings.pop("$defs") | observed.pop("$defs") | saved.pop("$defs")
    lines = [each["$ref"] for each in saved["anyOf"]]
    for document, kinds in ((findings, KINDS), (observed, _OBSERVED)):
        for key, kind in kinds.items():
            entry = document["properties"].pop(key)["items"]["$ref"]
            name = entry.rpartition("/")[2].removesuffix("Entry") + "Line"
            defined[name] = {"description": defined[entry.rpartition("/")[2]]["description"]} | _kind(kind)
            defined[name]["allOf"] = [{"$ref": entry}]
            lines.append(f"#/$defs/{name}")
    summary = _kind("summary")
    summary["properties"] |= findings["properties"]
    summary["required"] += [name for name in findings["required"] if name in findings["properties"]]
    defined["SummaryLine"] = {"description": "The last line: the rest of the document."} | summary
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": defined,
        "description": "A line of `--format jsonl` of `acrdns check`, `acrdns lint` and `acrdns observe`.",
        "anyOf": [{"$ref": line} for line in (*lines, "#/$defs/SummaryLine")],
    }


def _kind(kind: str) -> dict[str, Any]:
    field = {"const": kind, "type": "string", "description": f"This line is of the kind `{kind}`."}
    return {"type": "object", "properties": {"kind": field}, "required": ["kind"]}
