"""The JSON Schema of the topology file, which `acrdns schema` prints for editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from acrdns.topology.schema.schema import TopologyFile

if TYPE_CHECKING:
    from pathlib import Path

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text() -> str:
    """Write the JSON Schema. It says what single values may be; what they mean to each other only `load` checks."""

    class Untitled(GenerateJsonSchema):
        """Leaves out titles that only repeat a field's name."""

        def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
            return False

    schema = {"$schema": DIALECT, **TopologyFile.model_json_schema(schema_generator=Untitled)}
    for section in schema["properties"].values():
        if "additionalProperties" in section:
            section["properties"] = {"accept": schema["properties"]["accept"]}
    return json.dumps(_with_empty(schema), indent=2) + "\n"


def _with_empty(schema: Any) -> Any:
    """Let a list or a mapping that may be left out be a key without a value too, as loading does."""
    if isinstance(schema, list):
        return [_with_empty(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _with_empty(value) for key, value in schema.items()}
    if inner.get("default") in ([], {}) and inner.get("type") in ("array", "object"):
        inner["type"] = [inner["type"], "null"]
    return inner


def outputs(root: Path) -> dict[str, str]:  # noqa: ARG001 -- every generator is given the top of the repository
    """Return the copy that comes with the package."""
    return {"acrdns/topology/topology.schema.json": schema_text()}
