"""The document of `trace --pull --format json`, version 1."""

from __future__ import annotations

from typing import Literal

from acrdns.probe.pull.result import PullCause, StepName
from acrdns.report.document import json_object
from acrdns.report.trace.document import Trace


@json_object
class SimulatedRequestEntry:
    """One request."""

    number: int
    """The number of the request, from 1."""
    step: StepName
    """The step of a pull that it belongs to."""
    method: str
    """The HTTP method."""
    host: str
    """The host that is asked, over HTTPS."""
    path: str
    """The path and query of the URL."""
    expected_http: int
    """The status of the answer where all is right."""
    says: str
    """The part of the answer that leads to the next request, where all is right."""
    address: str | None
    """The address that the client connects to; null where the name has none."""
    status: Literal["pass", "fail"]
    """Whether the request succeeds."""
    cause: PullCause | None
    """The kind of failure; null where it succeeds."""
    message: str | None
    """The failure in a sentence, or a remark; null without one."""
    trace: Trace
    """How the host's name resolves, as `acrdns trace` writes it."""


@json_object
class PullStory:
    """A pull from one registry, up to the request that fails."""

    version: Literal[1]
    """The version of the format of this document."""
    vantage: str
    """The vantage point: a network of the topology, or `internet`."""
    registry: str
    """The registry's key in the topology."""
    image: str
    """The image that is pulled, as a client names it."""
    status: Literal["pass", "fail"]
    """Whether every request succeeds."""
    requests: tuple[SimulatedRequestEntry, ...]
    """The requests in order; the last one fails, if one does."""
