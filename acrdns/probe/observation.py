"""The result of resolving one name; a live probe and the simulation give the same type."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """How a question ended: the results that must be kept apart (facts, behaviour 42)."""

    ANSWER = "NOERROR"
    NODATA = "NODATA"
    NXDOMAIN = "NXDOMAIN"
    SERVFAIL = "SERVFAIL"
    REFUSED = "REFUSED"
    TIMEOUT = "TIMEOUT"
    OTHER = "OTHER"
    """Any other rcode, or an unreadable response."""


class Observation(NamedTuple):
    """The result for one name. A tuple, because a run makes tens of thousands in a second."""

    fqdn: str
    outcome: Outcome
    addresses: tuple[str, ...] = ()
    """IPv4 addresses in the answer, in its order."""
    chain: tuple[str, ...] = ()
    """The name asked, then each alias target, in order."""
    ttl: int | None = None
    """Seconds, of the address records."""
    ipv6_outcome: Outcome | None = None
    """How the AAAA question ended, or None if it was not asked."""
    ipv6_addresses: tuple[str, ...] = ()
    milliseconds: float | None = None
    """Duration of the A question, or None for a simulated answer."""
    detail: str = ""
    """Extra text: Extended DNS Errors, or the rcode of `OTHER`."""
    denied_by: tuple[str, str] | None = None
    """Of a negative answer: the apex of the zone in its SOA record, and the zone's primary server (RFC 2308)."""
    server: str = ""
    """The server that answered, as a saved answer or another tool names it, without port 53."""
    ipv6_chain: tuple[str, ...] = ()
    """As `chain`, of an AAAA answer with aliases, where it was read from the DNS message."""
