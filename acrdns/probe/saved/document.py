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
    version: Literal[1]
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
    time: str | None
    """When the answer was known: RFC 3339, in UTC; null where another tool did not say."""
    vantage: str | None
    """A network of the topology, or `internet`; null where nobody said."""
    server: str | None
    """The resolver that was asked; several are separated by commas."""
    fqdn: str
    """The name asked, in lower case, without the last dot."""
    type: Literal["A", "AAAA"] | None
    """Null where another tool asks for both in one."""
    outcome: Literal["NOERROR", "NODATA", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT", "OTHER"]
    addresses: tuple[str, ...]
    chain: tuple[str, ...]
    """The name asked, then each alias target."""
    ttl: int | None
    """Seconds, of the address records."""
    milliseconds: float | None
    """From the first question to the answer, retries included."""
    ede: tuple[str, ...]
    """Extended DNS Errors (RFC 8914) as text."""
    soa: SavedSoa | None
    """Of a negative answer."""
    tool: str
    """`acrdns`, or the tool whose output was read."""
    source: SourceLine | None
    """Where another tool's output was read."""
    detail: str
    """Other text of the answer, or why there is none."""


SavedLine: Any = SavedRun | SavedObservation
