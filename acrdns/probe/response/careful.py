"""A response that is out of the ordinary: read by dnspython, or a sign to ask in another way."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from acrdns.probe.observation import Outcome
from acrdns.probe.question import HEADER
from acrdns.probe.response.reading import Reading, read
from acrdns.record import Rcode

if TYPE_CHECKING:
    from acrdns.probe.question import ProbeQuestion

_QR = 0x80
_TC = 0x02
_RCODE = 0x0F
_BARE = (Rcode.FORMERR, Rcode.SERVFAIL, Rcode.NOTIMP, Rcode.REFUSED)
"""Responses with these need not repeat the question: the server may not have understood it."""
_BEFORE_EDNS = (Rcode.FORMERR, Rcode.NOTIMP, Rcode.BADVERS)
"""What a server says to EDNS that does not know it (RFC 6891 section 7)."""


class Sign(Enum):
    """What a response asks for that is no answer."""

    STRAY = "stray"
    """It belongs to no query under way: late, doubled or forged."""
    TRUNCATED = "truncated"
    """Ask over TCP (RFC 7766)."""
    WITHOUT_EDNS = "without EDNS"
    """Ask as one did before EDNS."""


def read_unusual(octets: bytes, question: ProbeQuestion, *, edns: bool = True) -> Reading | Sign:
    """Read a response with the ID of a query for `question`; `edns` tells whether that query had EDNS."""
    import dns.exception
    import dns.message
    import dns.name

    if not _concerns(octets, question):
        return Sign.STRAY
    if octets[2] & _TC:
        return Sign.TRUNCATED
    try:
        response = dns.message.from_wire(octets)
        if edns and int(response.rcode()) in _BEFORE_EDNS:
            return Sign.WITHOUT_EDNS
        return read(response, dns.name.from_wire(question.name, 0)[0], question.type)
    except (dns.exception.DNSException, ValueError) as error:
        return Reading(Outcome.OTHER, detail=f"unreadable answer: {str(error) or type(error).__name__}")


def _concerns(octets: bytes, question: ProbeQuestion) -> bool:
    """Return whether it is a response to this question, as far as it can be read."""
    if len(octets) < HEADER:
        return len(octets) > 2 and octets[2] & _QR != 0  # noqa: PLR2004 -- the ID
    if not octets[2] & _QR:
        return False
    if octets[4:6] == b"\x00\x00":
        return octets[3] & _RCODE in _BARE
    return octets[4:6] == b"\x00\x01" and octets[HEADER : HEADER + len(question.octets)].lower() == question.octets
