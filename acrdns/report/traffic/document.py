"""The document of `traffic --format json`, version 1. Its JSON Schema, `traffic.schema.json`, lies one folder up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from acrdns.report.document import CONFIG
from acrdns.traffic import Operation


@dataclass(frozen=True, slots=True)
class FlowEntry:
    """One connection that an operation makes."""

    __pydantic_config__: ClassVar = CONFIG

    operation: Operation
    from_: str
    """A vantage point; or `acr-tasks` for runs of ACR Tasks, which come from Azure."""
    host: str
    """A host, or `*.DOMAIN` where the name of the host below it is not known before."""
    port: int
    registry: str | None
    """The registry's key in the topology; null for a service of Azure."""
    why: str


@dataclass(frozen=True, slots=True)
class TrafficDocument:
    """The document of `acrdns traffic --format json`."""

    __pydantic_config__: ClassVar = CONFIG

    version: Literal[1]
    flows: tuple[FlowEntry, ...]
    """By vantage point, then in the order of operations."""
