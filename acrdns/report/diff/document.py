"""The document of `diff --format json`, version 1. Its JSON Schema, `diff.schema.json`, lies one folder up.

Fields are added, never renamed or removed, as long as the version is 1.
"""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object
from acrdns.report.matrix.document import CellEntry

EffectName = Literal["breaks", "gains", "changes", "removed"]


@json_object
class ChangeEntry:
    """One answer that changes."""

    effect: EffectName
    """`breaks`: it was as expected, or was not there, and is not as expected; or it was private and is public, while
    the registry has its public network access switched off. `gains`: the other way round. `changes`: another answer,
    no better and no worse. `removed`: the endpoint or the vantage point is gone."""
    vantage: str
    """The vantage point: a network of the topology, or `internet`."""
    registry: str
    """The registry's key in the topology."""
    fqdn: str
    """The name of the endpoint, without the last dot."""
    type: Literal["A", "AAAA"]
    """The record type. An AAAA answer is listed only where it does not repeat the failure of the A answer."""
    before: CellEntry | None
    """Null where the file has no such endpoint or vantage point."""
    after: CellEntry | None
    """Null where the file after the change has no such endpoint or vantage point."""
    seconds: int | None
    """Worst-case seconds until caches on the way have forgotten the old answer; null where there was none, or where
    the new file has none."""


@json_object
class VantageEntry:
    """The effects of the change on one vantage point."""

    vantage: str
    """The vantage point: a network of the topology, or `internet`."""
    effects: dict[EffectName, int]
    """Endpoints by effect; each effect is there."""
    seconds: int
    """Worst-case seconds until everything there is as the new file makes it."""


@json_object
class DiffDocument:
    """The document of `acrdns diff --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    before: str
    """The file before the change."""
    after: str
    """The file after the change."""
    changes: tuple[ChangeEntry, ...]
    """Changes that break something come first."""
    vantages: tuple[VantageEntry, ...]
    """Those where anything changes, in file order."""
    summary: dict[EffectName, int]
    """Changes by effect; each effect is there."""
