"""What one name resolved to: the value that every way of asking gives, a live probe and the simulation alike."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    """How a question ended: facts.md behaviour 42, results that must never be mixed up."""

    ANSWER = "NOERROR"
    NODATA = "NODATA"
    NXDOMAIN = "NXDOMAIN"
    SERVFAIL = "SERVFAIL"
    REFUSED = "REFUSED"
    TIMEOUT = "TIMEOUT"
    OTHER = "OTHER"
    """Any other rcode, or an answer that could not be read."""


class Observation(NamedTuple):
    """What one name resolved to, from a probe or from the simulation.

    A tuple, because tens of thousands are made in a second.
    """

    fqdn: str
    outcome: Outcome
    addresses: tuple[str, ...] = ()
    """IPv4 addresses in the answer, in its order."""
    chain: tuple[str, ...] = ()
    """The name asked, then each alias target, in order."""
    ttl: int | None = None
    """Seconds, of the address records."""
    ipv6_outcome: Outcome | None = None
    """How the AAAA question ended; None where it was not asked."""
    ipv6_addresses: tuple[str, ...] = ()
    milliseconds: float | None = None
    """None for a simulated answer."""
    detail: str = ""
    """Extra text: an Extended DNS Error, the rcode of `OTHER`."""
