"""The document of `traffic --format json`, version 1. Its JSON Schema, `traffic.schema.json`, lies one folder up."""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object
from acrdns.traffic import Operation


@json_object
class FlowEntry:
    """One connection that an operation makes."""

    operation: Operation
    """The operation of a client or of Azure that makes the connection."""
    from_: str
    """A vantage point; or `acr-tasks` for runs of ACR Tasks, which come from Azure."""
    host: str
    """A host, or `*.DOMAIN` where the name of the host below it is not known before."""
    port: int
    """The TCP port."""
    registry: str | None
    """The registry's key in the topology; null for a service of Azure."""
    why: str
    """The use that the operation has for the host."""


@json_object
class TrafficDocument:
    """The document of `acrdns traffic --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    flows: tuple[FlowEntry, ...]
    """By vantage point, then in the order of operations."""
