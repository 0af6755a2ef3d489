"""The document of `firewall --check --format json`, version 1. Its JSON Schema is `comparison.schema.json` above."""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object
from acrdns.traffic import Operation


@json_object
class MissingEntry:
    """A host that a registry of the file needs, and the list does not allow."""

    host: str
    """The host that has to be allowed, or `*.DOMAIN` for one or more labels below a domain."""
    operations: tuple[Operation, ...]
    """The operations that fail without it."""
    why: str
    """The use that clients have for the host."""
    vantages: tuple[str, ...]
    """The vantage points that need it."""
    reason: str | None
    """Which rule denies it, or for which clients it is not allowed; null where no entry is for it."""


@json_object
class ExcessDocumentEntry:
    """An entry of the list that allows what nothing in the file needs, or more than it needs."""

    entry: str
    """The entry as the list has it."""
    severity: Literal["error", "warning", "info"]
    """How serious the excess is."""
    why: str
    """The reason why it allows too much."""
    line: int | None
    """The line of the list, from 1; null in a list that is JSON."""


@json_object
class ComparisonDocument:
    """The document of `acrdns firewall --check LIST --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    from_: str | None
    """The vantage point; null for all together."""
    missing: tuple[MissingEntry, ...]
    """The hosts that the list has to allow and does not; empty where it allows all that is needed."""
    excess: tuple[ExcessDocumentEntry, ...]
    """The most serious first."""
    breaks: tuple[Operation, ...]
    """The operations that fail."""
    notes: tuple[str, ...]
    """The parts of the list that are not judged; `clients in GROUP`: its rules count as for all."""
