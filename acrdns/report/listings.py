"""The documents of commands that list something, version 1: rules, assumptions, lessons, and what a lab is like.

Their JSON Schemas, such as `rules.schema.json`, lie next to this file.
Fields are added, never renamed or removed, as long as the version is 1.
"""

from __future__ import annotations

from typing import Literal

from acrdns.probe.pull.result import PullCause  # noqa: TC001 -- the schema is made from it
from acrdns.report.document import json_object


@json_object
class RuleRow:
    """One rule."""

    code: str
    """The code, such as `ACR101`, as `acrdns rule` takes it."""
    severity: Literal["error", "warning", "info", "off"]
    """That of the settings nearest to the working folder."""
    name: str
    """The name, which `acrdns rule` takes too."""
    references: tuple[str, ...]
    """The facts and RFCs that the rule rests on."""


@json_object
class RulesDocument:
    """The document of `acrdns rules --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    rules: tuple[RuleRow, ...]
    """In the order of their codes."""


@json_object
class AssumptionRow:
    """One open question, and how the simulator decides it."""

    name: str
    """The name, as `--assume` takes it where there is a switch."""
    mark: Literal["UNKNOWN", "INFERRED"]
    """`INFERRED` follows from documents; `UNKNOWN` is documented nowhere."""
    says: str
    """The assumption."""
    source: str
    """The sections of the facts."""
    where: str
    """The function, or the switch, that decides."""
    default: bool | None
    """Whether the switch is on unless `--assume` says otherwise; null without a switch."""


@json_object
class AssumptionsDocument:
    """The document of `acrdns assumptions --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    assumptions: tuple[AssumptionRow, ...]
    """In the order of `acrdns assumptions`."""


@json_object
class LessonRow:
    """One lesson. `acrdns learn --format json` writes a list of them."""

    id: str
    """The name of the lesson, as `acrdns learn` takes it."""
    title: str
    """The title of the lesson."""
    part: str
    """The part of the course that it belongs to."""
    solved: bool
    """Whether you have solved it."""


@json_object
class LabRegion:
    """How a region of a lab stands."""

    down: bool
    """Whether `acrdns lab region` has taken it down."""
    lag_seconds: float
    """How many seconds after a push content shows in its replicas."""


@json_object
class LabStatusDocument:
    """The document of `acrdns lab status --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    file: str
    """The path of the topology file, or the name of the sample."""
    digest: str
    """The SHA-256 of the topology as it was when the lab started, by which `acrdns lab run` knows that it may join."""
    namespaces: bool
    """Whether `acrdns lab run` can join; not where the lab was started with `--no-namespaces`."""
    clock: str
    """The lab's time, as RFC 3339 writes it."""
    offset_seconds: float
    """How many seconds the lab's clock is ahead of this machine's."""
    regions: dict[str, LabRegion]
    """By their names, the regions whose state or lag was changed."""
    bouncing: bool
    """Whether each connection to a login server reaches another replica than the one before."""
    vantages: tuple[str, ...]
    """The vantage points of the commands that run in the lab."""
    changes: tuple[str, ...]
    """The differences from the topology file, a sentence each."""


@json_object
class NotInSync:
    """Why a connected registry is not in step with its parent."""

    step: Literal["activation", "token", "messages", "content", "parent"]
    """The step of the sync that failed."""
    host: str
    """The host that the step asks."""
    cause: PullCause
    """The kind of failure, as a pull has it."""
    message: str
    """The failure in a sentence."""


@json_object
class ConnectedRegistryRow:
    """One connected registry. `acrdns lab connected --format json` writes a list of them."""

    registry: str
    """The key of its registry in the topology."""
    name: str
    """The name of the connected registry."""
    mode: Literal["ReadWrite", "ReadOnly"]
    """Whether its clients may push."""
    parent: str | None
    """The connected registry that it syncs with; null where that is the registry itself."""
    activation: Literal["Active", "Inactive"]
    """Whether a connection string has activated it."""
    state: Literal["Online", "Offline", "Unhealthy"]
    """Offline where its last sync did not reach the parent, Unhealthy where the parent refused it."""
    last_sync: str | None
    """The lab's time of the last sync that was whole, as RFC 3339 writes it; null before the first."""
    pending: int
    """How many changes at the parent it does not have yet."""
    reason: NotInSync | None
    """The failure of the last sync; null where it did not fail."""
