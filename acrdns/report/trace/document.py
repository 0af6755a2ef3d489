"""The document of `trace --format json`, version 1. Its JSON Schema, `trace.schema.json`, lies one folder up.

A finding of `lint` carries the same document. Fields are added, never renamed or removed, as long as the version is 1.
"""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object


@json_object
class TraceQuestion:
    """The question."""

    name: str
    """The name asked, without the last dot."""
    type: str
    """The mnemonic, or TYPE12345 (RFC 3597)."""


@json_object
class TraceRecord:
    """One record."""

    name: str
    """The owner of the record, without the last dot."""
    type: str
    """The mnemonic of its type, or TYPE12345 (RFC 3597)."""
    ttl: int
    """Seconds."""
    data: str
    """In presentation form; a name alone stands without its trailing dot."""


@json_object
class MatchEntry:
    """The zone, rule or forwarder that decided a step."""

    kind: Literal[
        "private-zone",
        "public-zone",
        "ruleset-rule",
        "conditional-forwarder",
        "forwarder",
        "local-zone",
        "hosts",
        "upstream",
        "none",
    ]
    """The kind of thing that decided: `none` where nothing matched."""
    name: str
    """The zone's apex, the rule's domain, the forwarder's address; empty for `none`."""
    key: str
    """The key in the topology, where it differs from the name; else empty."""
    link: str
    """The network whose virtual network link made a private zone visible; else empty."""


@json_object
class StepEntry:
    """One thing that one server did."""

    server: str
    """Its address; `public DNS` for the resolvers of the internet."""
    network: str
    """Where it stands; empty for public DNS."""
    question: str
    """`NAME TYPE`."""
    matched: MatchEntry
    """The zone, rule or forwarder that decided."""
    rcode: str
    """The response code's mnemonic."""
    records: tuple[TraceRecord, ...]
    """The records that the step added or passed on; empty where it gave none."""
    why: str
    """One sentence: why it went there."""
    remembered: bool
    """Whether the server asked nobody, because its cache had the answer."""
    asked_by: str = "client"
    """Address of the server that asked, or `client`."""
    sent_from: str = ""
    """The vantage point that the question was sent from; empty for the internet."""


@json_object
class Repeat:
    """The same question, repeated later; the servers on the way answer from their caches where they can."""

    at: float
    """Simulated seconds after the first time."""
    differs: bool
    """Whether rcode or records are others than the time before; TTLs do not count."""
    remembered: bool
    """Whether any step came from a server's cache."""
    rcode: str
    """The response code's mnemonic."""
    answer: tuple[TraceRecord, ...]
    """As in the trace."""
    authority: tuple[TraceRecord, ...]
    """As in the trace."""
    cause: str
    """As in the trace."""
    steps: tuple[StepEntry, ...]
    """As in the trace."""


@json_object
class Alternative:
    """Another answer to the same question, where any of several DNS servers may answer it."""

    rcode: str
    """The response code's mnemonic."""
    answer: tuple[TraceRecord, ...]
    """The whole chain in order; empty where there is none."""
    timed_out: bool
    """Whether no server answered."""


@json_object
class Trace:
    """The document of `acrdns trace --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    vantage: str
    """The vantage point: a network of the topology, or `internet`."""
    question: TraceQuestion
    """The question that the client asks."""
    rcode: str
    """The response code's mnemonic."""
    answer: tuple[TraceRecord, ...]
    """The whole chain in order."""
    authority: tuple[TraceRecord, ...]
    """The SOA of the zone that said no, for NXDOMAIN and NODATA."""
    timed_out: bool
    """Whether no server answered, which a client sees as SERVFAIL."""
    cause: str
    """Why this is not what a working Private Link gives, as an Extended DNS Error says it; else empty."""
    steps: tuple[StepEntry, ...]
    """In the order in which things happened."""
    repeats: tuple[Repeat, ...]
    """With `--repeat`, the later times; else empty."""
    alternatives: tuple[Alternative, ...] = ()
    """The other answers where any of several DNS servers may answer (`selection: fastest` or `random`)."""
