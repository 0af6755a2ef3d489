"""Rate limiting of responses: the law that its module states, and what is sent instead."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address

import dns.flags
import dns.message
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.wire.clients.buckets import Buckets
from acrdns.wire.clients.ratelimit import SLIP, RateLimiter, RateLimitVerdict
from acrdns.wire.message.query import read

SECOND = 1_000_000_000
CLIENT = ip_address("192.0.2.7").packed


def limiting(rate: int, slip: int = SLIP) -> RateLimiter:
    """Make a limiter that remembers eight prefixes."""
    return RateLimiter(rate, slip, Buckets(bytearray(Buckets.size_of(1))))


def judged(limiter: RateLimiter, times: list[int], client: bytes = CLIENT) -> list[RateLimitVerdict]:
    """Judge a response at each time."""
    return [limiter.judge(client, now) for now in times]


@given(
    rate=st.integers(1, 50),
    slip=st.integers(0, 4),
    pauses=st.lists(st.one_of(st.integers(0, 10_000_000), st.integers(0, 3 * SECOND)), min_size=1, max_size=200),
)
def test_no_stretch_of_time_gets_more_than_its_share(rate: int, slip: int, pauses: list[int]) -> None:
    """In any t seconds at most `rate * (t + 1)` whole answers go to one prefix."""
    now, times = 0, []
    for pause in pauses:
        now += pause
        times.append(now)
    verdicts = judged(limiting(rate, slip), times)
    sent = [time for time, verdict in zip(times, verdicts, strict=True) if verdict is RateLimitVerdict.SEND]
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            assert (last - first + 1) * SECOND <= rate * (sent[last] - sent[first] + SECOND)


@given(rate=st.integers(1, 1000), count=st.integers(1, 300))
def test_a_client_that_keeps_to_the_rate_never_notices(rate: int, count: int) -> None:
    """Evenly spaced responses at the rate are all sent."""
    gap = -(-SECOND // rate)
    assert set(judged(limiting(rate), [gap * number for number in range(count)])) == {RateLimitVerdict.SEND}


@pytest.mark.parametrize(
    ("slip", "verdicts"),
    [
        (0, "send drop drop drop drop drop drop"),
        (1, "send slip slip slip slip slip slip"),
        (2, "send drop slip drop slip drop slip"),
        (3, "send drop drop slip drop drop slip"),
    ],
)
def test_every_slipth_of_the_rest_is_truncated(slip: int, verdicts: str) -> None:
    """A real client among forged ones gets through over TCP."""
    assert [each.value for each in judged(limiting(1, slip), [0] * 7)] == verdicts.split()


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:0:1::1", "2001:db8:0:1f::1", True),
        ("2001:db8:0:1::1", "2001:db8:0:100::1", False),
        ("192.0.2.1", "::ffff:192.0.2.9", True),
        ("0.0.0.0", "::", False),
    ],
)
def test_prefixes_share_a_limit(one: str, other: str, *, together: bool) -> None:
    """A /24 of IPv4 and a /56 of IPv6 are one client; IPv4 over an IPv6 socket is IPv4."""
    limiter = limiting(1)
    limiter.judge(ip_address(one).packed, 0)
    assert (limiter.judge(ip_address(other).packed, 0) is not RateLimitVerdict.SEND) == together


def test_memory_is_bounded_and_the_busy_are_remembered() -> None:
    """A flood from ever new prefixes forgets the quiet ones, not the one that asks all the time."""
    limiter = limiting(1)
    busy = []
    for number in range(100):
        limiter.judge(number.to_bytes(3, "big") + b"\0", number)
        busy.append(limiter.judge(CLIENT, number))
    assert [limiter.judge(bytes((0, 0, number, 0)), 100) for number in (99, 93)] == [RateLimitVerdict.DROP] * 2
    assert limiter.judge(bytes(4), 100) is RateLimitVerdict.SEND
    assert Counter(busy)[RateLimitVerdict.SEND] == 1


@given(rcode=st.sampled_from([dns.rcode.NOERROR, dns.rcode.NXDOMAIN, dns.rcode.SERVFAIL]), edns=st.booleans())
def test_what_slips_is_the_question_and_no_more(rcode: dns.rcode.Rcode, edns: bool) -> None:
    """It has the rcode and TC, repeats the question, and is no larger than what it answers."""
    asked = dns.message.make_query("WWW.example", "A", use_edns=0 if edns else -1)
    reply = dns.message.make_response(asked)
    reply.set_rcode(rcode)
    reply.answer.append(dns.rrset.from_text("WWW.example.", 60, "IN", "A", "192.0.2.1"))
    query = read(asked.to_wire())
    assert query is not None
    said = dns.message.from_wire(packet := RateLimiter.slipped(query, reply.to_wire()))
    assert said.flags & dns.flags.TC
    assert (said.id, said.rcode(), said.question, said.answer) == (asked.id, rcode, asked.question, [])
    assert len(packet) <= len(asked.to_wire())
