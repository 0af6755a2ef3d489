"""The document of `explain --format json`, version 1. Its JSON Schema, `explain.schema.json`, lies one folder up."""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object
from acrdns.report.trace.document import Trace


@json_object
class StepWords:
    """One step of the trace in words."""

    number: int
    """The number of the step, from 1."""
    owner: str
    """The server by its kind, address and network."""
    asked: str
    """Who asks whom for what."""
    whose: str
    """Who runs the server; empty where the step before it has the same one."""
    why: str
    """Why the question came here."""
    did: str
    """The action of the server, and how it ended."""
    would: tuple[str, ...]
    """The conditions that would have changed it, each simulated."""


@json_object
class TableEntry:
    """A lookup: a record, or how it ended."""

    step: int
    """The number of the step that made the lookup, from 1."""
    name: str
    """The owner of the record, or the name asked."""
    type: str
    """The record type."""
    ttl: int | None
    """Seconds; null where the value is no record."""
    value: str
    """The data of the record in presentation form, or how the lookup ended."""


@json_object
class ChainEntry:
    """One question from one vantage point."""

    trace: Trace
    """The resolution, as `acrdns trace` writes it."""
    steps: tuple[StepWords, ...]
    """In the order of the trace's steps."""
    table: tuple[TableEntry, ...]
    """Each lookup, in the order of the steps."""
    ending: str
    """The answer in a sentence."""
    cause: str
    """Why this is not what a working Private Link gives; else empty."""
    finding: str
    """The code of the finding whose fix makes the answer right; else empty."""
    fixed: str
    """The answer once it is fixed, in a few words; else empty."""


@json_object
class RequestEntry:
    """One request of a pull."""

    number: int
    """The number of the request, from 1."""
    step: str
    """The step of a pull that it belongs to."""
    method: str
    """The HTTP method."""
    host: str
    """The host that is asked, over HTTPS."""
    path: str
    """The path and query of the URL."""
    address: str | None
    """The address that the client connects to; null where the name has none."""
    expected_http: int
    """The status of the answer where all is right."""
    says: str
    """The part of the answer that leads to the next request, where all is right."""
    cause: str | None
    """The kind of failure; null where the request succeeds."""
    message: str | None
    """The failure in a sentence, or a remark; null without one."""
    chain: int
    """The index of its name's chain in `chains`."""


@json_object
class ExplainDocument:
    """The document of `acrdns explain --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    title: str
    """The heading: the question and the vantage point, or the image and the vantage point."""
    chains: tuple[ChainEntry, ...]
    """One; with `--against` two, with `--pull` one a name."""
    compared: bool
    """Whether the second chain is that of `--against`."""
    first_difference: int | None
    """The number of the first step that differs; null without one."""
    requests: tuple[RequestEntry, ...]
    """With `--pull`, up to the first that fails; else empty."""
