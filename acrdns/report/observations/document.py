"""The document of `observe --format json`, version 1. Its JSON Schema, `observe.schema.json`, lies one folder up.

Fields are added, with a default, and never renamed or removed, as long as the version is 1.
"""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object


@json_object
class SourceEntry:
    """A line of a file, counted from 1."""

    file: str
    """The path of the file, or `-` for standard input."""
    line: int
    """The number of the line, from 1."""


@json_object
class ObservationEntry:
    """The answer to one question."""

    fqdn: str
    """The name asked, in lower case, without the last dot."""
    type: Literal["A", "AAAA"] | None
    """Null where the tool asks for both in one."""
    outcome: Literal["NOERROR", "NODATA", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT", "OTHER"]
    """`OTHER`: there is no address, and the tool does not say why."""
    addresses: tuple[str, ...]
    """IPv4 and IPv6, as they were shown; never those of the DNS server."""
    chain: tuple[str, ...]
    """The name asked, then each alias that was shown, to the owner of the addresses."""
    server: str | None
    """The DNS server, without port 53; null where the tool did not show it."""
    vantage: str | None
    """The vantage point that `--at` or a saved file says; null where none does."""
    tool: str
    """The program whose output it is, such as `dig`."""
    source: SourceEntry | None
    """The line that the answer begins in; null where none is known."""
    detail: str
    """Words of the tool on a failure."""


@json_object
class IgnoredEntry:
    """A line that was not understood, or that cannot be used."""

    file: str
    """The path of the file, or `-` for standard input."""
    line: int
    """The number of the line, from 1."""
    text: str
    """The line."""
    because: str
    """The reason why it is ignored."""


@json_object
class ObserveDocument:
    """The document of `acrdns observe --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    observations: tuple[ObservationEntry, ...]
    """In the order of the files."""
    ignored: tuple[IgnoredEntry, ...]
    """In the order of the files; empty where every line was understood."""
