"""The committed copy of the topology file's JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.topology.schema.json_schema import schema_text

if TYPE_CHECKING:
    from pathlib import Path


def outputs(root: Path) -> dict[str, str]:  # noqa: ARG001 -- every generator is given the top of the repository
    """Return the schema that `acrdns schema` prints."""
    return {"acrdns/topology/topology.schema.json": schema_text()}
