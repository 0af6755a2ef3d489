"""The document of `trace --pull --format json`, version 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from acrdns.probe.pull.result import PullCause, StepName
from acrdns.report.document import CONFIG
from acrdns.report.trace.document import Trace


@dataclass(frozen=True, slots=True)
class SimulatedRequestEntry:
    """One request."""

    __pydantic_config__: ClassVar = CONFIG

    number: int
    step: StepName
    method: str
    host: str
    path: str
    expected_http: int
    """The status of the answer where all is right."""
    says: str
    address: str | None
    status: Literal["pass", "fail"]
    cause: PullCause | None
    message: str | None
    trace: Trace


@dataclass(frozen=True, slots=True)
class PullStory:
    """A pull from one registry, up to the request that fails."""

    __pydantic_config__: ClassVar = CONFIG

    version: Literal[1]
    vantage: str
    registry: str
    image: str
    status: Literal["pass", "fail"]
    requests: tuple[SimulatedRequestEntry, ...]
