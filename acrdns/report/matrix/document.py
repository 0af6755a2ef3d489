"""The document of `matrix --format json`, version 1. Its JSON Schema, `matrix.schema.json`, lies one folder up.

A diff carries the same cells. Fields are added, never renamed or removed, as long as the version is 1.
"""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object


@json_object
class AnswerEntry:
    """One of several answers."""

    state: Literal["private", "public", "broken", "none"]
    """As in the cell, of this answer alone."""
    result: Literal["NOERROR", "NODATA", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT", "OTHER"]
    """How the question ended; NODATA has rcode NOERROR."""
    addresses: tuple[str, ...]
    """The addresses of this answer."""
    ttl: int | None
    """Seconds, of the address records; null where there are none."""


@json_object
class CellEntry:
    """One endpoint from one vantage point."""

    state: str
    """`private`, `public`, `broken` or `none`; or several, such as `private|public`, where several DNS servers may
    answer. `none` is no IPv6 address, which is as it should be; a matrix does not have it, a diff may."""
    result: Literal["NOERROR", "NODATA", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT", "OTHER"]
    """How the question ended; NODATA has rcode NOERROR."""
    addresses: tuple[str, ...]
    """IPv4 addresses; of an AAAA answer, IPv6 addresses."""
    ttl: int | None
    """Seconds, of the address records; null where there are none."""
    expected: bool
    """Whether this is the answer that follows from the topology's private endpoints."""
    cause: str
    """Why it is not as expected, as an Extended DNS Error (RFC 8914) says it; empty where it is."""
    answers: tuple[AnswerEntry, ...] = ()
    """Each different answer where several DNS servers may answer; then `result` and `ttl` are those of the first, and
    `addresses` has all. Else empty."""


@json_object
class RowEntry:
    """One endpoint."""

    fqdn: str
    """The name of the endpoint, without the last dot."""
    registry: str
    """The registry's key in the topology."""
    member: str
    """A member of the private link group (`registry`, `registry_data_<region>`, `registry_<region>`); or
    `storage_<region>`, the account that layers come from where there are no dedicated data endpoints."""
    cells: dict[str, CellEntry]
    """By vantage point; each is there."""


@json_object
class MatrixDocument:
    """The document of `acrdns matrix --format json`, a row in a line, so that a big one can be read line by line."""

    version: Literal[1]
    """The version of the format of this document."""
    vantages: tuple[str, ...]
    """`internet`, then the networks in file order."""
    clean: bool
    """Whether every cell is as expected."""
    rows: tuple[RowEntry, ...]
    """Each endpoint, in file order."""
