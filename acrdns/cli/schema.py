"""`acrdns schema`: the JSON Schema of the topology file."""

from __future__ import annotations


def command() -> None:
    """Print the JSON Schema of the topology file, so that an editor completes and checks it while you write."""
    from acrdns.topology.schema.json_schema import schema_text

    print(schema_text(), end="")
