from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import acrdns.topology
from acrdns.topology.schema.schema import TopologyFile
from scripts.generators.topology_schema import schema_text

COPY = Path(str(acrdns.topology.__file__)).with_name("topology.schema.json")


def fields(schema: Any) -> list[tuple[str, Any]]:
    """Return every field of every definition."""
    parts = [schema, *schema["$defs"].values()]
    return [(name, field) for part in parts for name, field in part["properties"].items()]


def test_the_copy_is_current() -> None:
    """The schema in the package is the one that `acrdns schema` prints."""
    assert COPY.read_text("utf-8") == schema_text(), "run: scripts/generate"


def test_every_field_is_described() -> None:
    """An editor has something to show at every field."""
    assert not [name for name, field in fields(json.loads(schema_text())) if not field.get("description")]


def test_the_schema_knows_every_section_and_refuses_others() -> None:
    """The schema is closed: an unknown key is an error in the editor too."""
    schema = json.loads(schema_text())
    assert list(schema["properties"]) == [name for name in TopologyFile.model_fields if name != "sections"]
    assert all(part["additionalProperties"] is False for part in (schema, *schema["$defs"].values()))


def test_short_forms_are_in_the_schema() -> None:
    """What may be written as a text is not refused by the editor."""
    definitions = json.loads(schema_text())["$defs"]
    replication = definitions["Registry"]["properties"]["replications"]["items"]
    assert {"type": "string"} in replication["anyOf"]
    assert definitions["Network"]["properties"]["peerings"]["type"] == ["array", "null"]
