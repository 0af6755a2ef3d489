"""The document of `fix --format json`, version 1. Its JSON Schema, `fix.schema.json`, lies one folder up.

Fields are added, never renamed or removed, as long as the version is 1.
"""

from __future__ import annotations

from typing import Literal

from acrdns.report.diagnosis.document import FixEntry
from acrdns.report.diff.document import EffectName
from acrdns.report.document import json_object


@json_object
class RepairChangeEntry:
    """One answer that a repair changes."""

    vantage: str
    """The vantage point: a network of the topology, or `internet`."""
    endpoint: str
    """Its name, with the record type where that is AAAA."""
    before: str
    """The state, and the addresses or the rcode: `public 20.45.122.144`; `(not there)` without such an endpoint."""
    after: str
    """As `before`, with the repair."""
    effect: EffectName
    """As in `diff`: `breaks` where it was as expected and no longer is."""
    cause: str
    """Why the new answer is not as expected; else empty."""


@json_object
class LeftEntry:
    """An error that no edit of the file mends."""

    code: str
    """The code of the rule, such as `ACR101`."""
    fqdn: str
    """The name of the endpoint, or the network or zone that it is about."""
    message: str
    """The error in a sentence."""
    fix: str
    """The change that mends it."""


@json_object
class ProposalEntry:
    """One repair. Several are equally small."""

    edits: int
    """The number of edits of the file: how large the repair is."""
    diff: str
    """The unified diff of the file."""
    changes: tuple[RepairChangeEntry, ...]
    """The answers that it changes."""
    fixes: tuple[FixEntry, ...]
    """The changes in Azure that it stands for."""
    left: tuple[LeftEntry, ...] = ()
    """The errors that it leaves."""


@json_object
class RepairDocument:
    """The document of `acrdns fix --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    file: str
    """The path of the topology file, as it was given."""
    proposals: tuple[ProposalEntry, ...]
    """Empty where nothing is wrong, or no edit of the file mends it."""
    left: tuple[LeftEntry, ...] = ()
    """Without proposals: the errors of the file."""
