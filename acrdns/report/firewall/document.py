"""The document of `firewall --format json`, version 1. Its JSON Schema, `firewall.schema.json`, lies one folder up."""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object
from acrdns.traffic import Operation


@json_object
class FirewallRuleEntry:
    """One host that has to be allowed."""

    host: str
    """A host, or `*.DOMAIN` for one or more labels below a domain."""
    port: int
    """The TCP port."""
    wildcard: bool
    """Whether `host` is `*.DOMAIN`."""
    scope: Literal["registry", "service"]
    """`service` is what belongs to no registry of the file: Entra ID, Azure Resource Manager, Microsoft's registry."""
    registry: str | None
    """The registry's key in the topology, the first where several need the host; null for a service."""
    operations: tuple[Operation, ...]
    """The operations that fail without it."""
    why: str
    """The use that clients have for the host."""
    registries: tuple[str, ...]
    """Every registry that needs the host."""
    vantages: tuple[str, ...]
    """The vantage points that need it."""


@json_object
class FirewallDocument:
    """The document of `acrdns firewall --format json`, which `--check` and `lab run --firewall` read."""

    version: Literal[1]
    """The version of the format of this document."""
    from_: str | None
    """The vantage point; null for all together."""
    rules: tuple[FirewallRuleEntry, ...]
    """Hosts of registries come first."""
