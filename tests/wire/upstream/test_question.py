"""The query for a real resolver, and which message is its response."""

from __future__ import annotations

import dns.flags
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import name
from acrdns.wire.upstream.question import Match, UpstreamQuestion, match

ASKED = UpstreamQuestion(name("www.example.com"), 28, dnssec_ok=True, checking_disabled=True)


@given(st.binary(min_size=17, max_size=17))
def test_the_letter_case_is_as_chance_has_it(chance: bytes) -> None:
    """Nothing but letters changes."""
    query = ASKED.query(b"\x12\x34", chance)
    spelled = query[12 : 12 + len(ASKED.name)]
    assert spelled.lower() == ASKED.name
    capitals = [coin & 1 for octet, coin in zip(spelled, chance, strict=True) if chr(octet).isalpha()]
    assert [chr(octet).isupper() for octet in spelled if chr(octet).isalpha()] == [bool(coin) for coin in capitals]


@pytest.mark.parametrize("edns", [True, False])
def test_the_query_has_the_flags_of_the_client(edns: bool) -> None:
    """DO, CD and AD; without EDNS there is no DO."""
    query = dns.message.from_wire(ASKED.query(b"\x12\x34", bytes(17), edns=edns))
    assert (query.id, query.question[0].to_text()) == (0x1234, "www.example.com. IN AAAA")
    assert dns.flags.to_text(query.flags) == "RD AD CD"
    assert (query.edns, query.ednsflags) == ((0, dns.flags.DO) if edns else (-1, 0))


QUERY = ASKED.query(b"\x12\x34", b"\1" * 17)
RESPONSE = QUERY[:2] + b"\x81\x80" + QUERY[4:]


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (RESPONSE, Match.YES),
        (RESPONSE[:12] + RESPONSE[12:].lower(), Match.OTHER_CASE),
        (b"\x12\x35" + RESPONSE[2:], Match.NO),
        (QUERY, Match.NO),
        (RESPONSE.replace(b"WWW", b"WWV"), Match.NO),
        (RESPONSE.replace(b"\0\x1c\0\1", b"\0\1\0\1"), Match.NO),
        (RESPONSE.replace(b"\0\x1c\0\1", b"\0\x1c\0\3"), Match.NO),
        (RESPONSE[:4] + b"\0\0" + RESPONSE[6:], Match.NO),
        (RESPONSE[:3] + b"\1" + bytes(8), Match.YES),
        (RESPONSE[:12], Match.NO),
        (b"", Match.NO),
        (RESPONSE[:2] + b"\xa9" + RESPONSE[3:], Match.NO),
    ],
)
def test_a_response_repeats_id_and_question(message: bytes, found: Match) -> None:
    """RFC 5452 section 9.1, and the letter case."""
    assert match(QUERY, message) is found
