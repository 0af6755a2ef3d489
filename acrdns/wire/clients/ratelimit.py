"""Response rate limiting (RRL): a server that faces a network amplifies nothing for those who forge addresses.

The law: in any stretch of t seconds the clients of one prefix get at most `rate * (t + 1)` whole answers over UDP,
from all workers together, also while a reload replaces them. Each prefix has a bucket that holds a second's worth and
refills steadily. Of the responses that do not fit, every `slip`th is sent empty and truncated: a real client asks again
over TCP, where no address can be forged, and nobody is amplified.

The prefixes are BIND's and NSD's: /24 of IPv4, /56 of IPv6. As in Knot, all responses to a prefix count equally; BIND
and NSD count them by name and kind as well, which a flood of random names evades.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from acrdns.record import Rcode
from acrdns.wire.clients.allowed import prefix
from acrdns.wire.message import reply
from acrdns.wire.message.query import TC

if TYPE_CHECKING:
    from acrdns.wire.clients.buckets import Buckets
    from acrdns.wire.message.query import Query

_IPV4_PREFIX = 24
_IPV6_PREFIX = 56
SLIP = 2


class RateLimitVerdict(Enum):
    """The fate of a response."""

    SEND = "send"
    SLIP = "slip"
    """It is sent empty and truncated."""
    DROP = "drop"


class RateLimiter:
    """Counts the responses to each prefix."""

    def __init__(self, rate: int, slip: int, buckets: Buckets) -> None:
        """Let `rate` responses a second pass for each prefix.

        `slip` 1 truncates every response above that, 2 every second one, 0 none.
        """
        self._rate = rate
        self._slip = slip
        self._buckets = buckets

    @staticmethod
    def slipped(query: Query, packet: bytes) -> bytes:
        """Return what is sent instead of a reply that slips: its rcode and the question, with TC, and no records."""
        empty = reply.error(query, Rcode.NOERROR)
        flags = int.from_bytes(packet[2:4], "big") | TC
        return empty[:2] + flags.to_bytes(2, "big") + empty[4:]

    def judge(self, client: bytes, now: int) -> RateLimitVerdict:
        """Judge the next response to a client.

        `client` is the packed IP address; `now` is in nanoseconds of a clock that does not go back.
        """
        limited = self._buckets.take(prefix(client, _IPV4_PREFIX, _IPV6_PREFIX), self._rate, now)
        if not limited:
            return RateLimitVerdict.SEND
        return RateLimitVerdict.SLIP if self._slip and limited % self._slip == 0 else RateLimitVerdict.DROP
