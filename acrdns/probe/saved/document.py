"""The lines of a file that `--save` writes, version 1. Their JSON Schema is `report/saved.schema.json`.

Fields are added, with a default, and never renamed or removed, as long as the version is 1. Readers skip kinds and
fields that they do not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from acrdns.probe.answer import SourceLine  # noqa: TC001 -- the schema is made of it

CONFIG = {"use_attribute_docstrings": True}


@dataclass(frozen=True, slots=True)
class SavedRun:
    """The first line of each run."""

    __pydantic_config__: ClassVar = CONFIG

    kind: Literal["run"]
    """This line begins a run."""
    version: Literal[1]
    """The version of the format of the run's lines."""
    acrdns: str
    """The version of the program."""
    time: str
    """When the run began: RFC 3339, in UTC."""
    redacted: bool
    """Whether names and addresses are replaced."""


@dataclass(frozen=True, slots=True)
class SavedSoa:
    """The SOA record of a negative answer (RFC 2308)."""

    __pydantic_config__: ClassVar = CONFIG

    zone: str
    """The apex of the zone that says no."""
    primary: str
    """The zone's primary server."""


@dataclass(frozen=True, slots=True)
class SavedObservation:
    """One answer."""

    __pydantic_config__: ClassVar = CONFIG

    kind: Literal["observation"]
    """This line is an answer."""
    time: str | None
    """When the answer was known: RFC 3339, in UTC; null where another tool did not say."""
    vantage: str | None
    """A network of the topology, or `internet`; null where nobody said."""
    server: str | None
    """The resolver that was asked, several separated by commas; null where another tool did not say."""
    fqdn: str
    """The name asked, in lower case, without the last dot."""
    type: Literal["A", "AAAA"] | None
    """Null where another tool asks for both in one."""
    outcome: Literal["NOERROR", "NODATA", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT", "OTHER"]
    """How the question ended; NODATA has rcode NOERROR."""
    addresses: tuple[str, ...]
    """IPv4 addresses of an A answer, IPv6 addresses of an AAAA answer; empty where the question ended otherwise."""
    chain: tuple[str, ...]
    """The name asked, then each alias target."""
    ttl: int | None
    """Seconds, of the address records; null where there are none, or another tool did not say."""
    milliseconds: float | None
    """From the first question to the answer, retries included; null where another tool did not say."""
    ede: tuple[str, ...]
    """Extended DNS Errors (RFC 8914) as text."""
    soa: SavedSoa | None
    """The SOA record of a negative answer; null for other answers, and where another tool did not say."""
    tool: str
    """`acrdns`, or the tool whose output was read."""
    source: SourceLine | None
    """The line of another tool's output that the answer was read from; null for an answer of `acrdns check`."""
    detail: str
    """Other text of the answer, or why there is none."""


SavedLine: Any = SavedRun | SavedObservation
