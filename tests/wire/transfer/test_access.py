"""A responder that is a primary, too: queries with signatures and transfers from bytes to bytes."""

from __future__ import annotations

from ipaddress import ip_network

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import dns.tsig
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import name
from acrdns.wire.clients.allowed import Allowed
from acrdns.wire.message.reply import Keep
from acrdns.wire.responder import Responder, always
from acrdns.wire.transfer.access import Access, Primary
from acrdns.wire.transfer.keyfile import Key
from acrdns.zone.versions.history import begin
from acrdns.zone.view import view
from tests.wire.exchange import CLIENT, NOW, big
from tests.zone.zone_versions import APEX, address, zone

KEY = Key(name("transfer.example"), "hmac-sha256", b"a secret of some length")
THEIRS = dns.tsig.Key("transfer.example", KEY.secret, dns.tsig.HMAC_SHA256)
ZONE = zone(address("www", 1), big("big.example", 10), kind="file")
PRIMARY = Primary({APEX: begin(ZONE, NOW)}, Access(Allowed.of([ip_network("127.0.0.0/8")]), {KEY.name: KEY}))
SERVER = Responder(view([ZONE]).answer, always(authoritative=True), primary=PRIMARY)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)


def _query(owner: str, kind: str, *, edns: int = -1, key: dns.tsig.Key = THEIRS) -> dns.message.QueryMessage:
    message = dns.message.make_query(owner, kind, use_edns=edns if edns >= 0 else False)
    if kind == "IXFR":
        message.authority.append(
            dns.rrset.from_text("example.", 0, "IN", "SOA", "ns1.example. host.example. 1 0 0 0 0")
        )
    message.use_tsig(key)
    return message


def _ask(message: dns.message.QueryMessage, *, tcp: bool = False) -> dns.message.Message:
    reply = SERVER.reply(message.to_wire(), tcp=tcp, client=CLIENT, now=NOW)
    assert reply is not None
    assert reply.keep is Keep.NO
    return dns.message.from_wire(reply.packet, keyring=message.keyring, request_mac=message.mac, ignore_trailing=False)


def test_a_signed_question_gets_a_signed_answer() -> None:
    """And nobody else gets the same from a cache."""
    answer = _ask(_query("www.example", "A"))
    assert answer.had_tsig
    assert answer.answer[0].to_text() == "www.example. 60 IN A 10.0.0.1"


@pytest.mark.parametrize("edns", [-1, 0])
def test_the_signature_has_room_in_a_datagram(edns: int) -> None:
    """A reply is truncated so that it fits with its signature."""
    message = _query("big.example", "TXT", edns=edns)
    reply = SERVER.reply(message.to_wire(), tcp=False, client=CLIENT, now=NOW)
    assert reply is not None
    assert len(reply.packet) <= (512 if edns < 0 else 1232)
    assert _ask(message).flags & dns.flags.TC
    assert len(_ask(message, tcp=True).answer[0]) == 10


def test_a_foreign_key_is_turned_away() -> None:
    """NOTAUTH, whatever was asked."""
    message = _query("www.example", "A", key=dns.tsig.Key("other.example", b"x"))
    reply = SERVER.respond(message.to_wire(), tcp=False, client=CLIENT, now=NOW)
    assert reply is not None
    assert reply[3] & 0xF == dns.rcode.NOTAUTH


def test_ixfr_over_udp_is_the_soa() -> None:
    """RFC 1995 section 4: what does not fit is fetched over TCP; AXFR is not for UDP at all."""
    assert [rrset.rdtype.name for rrset in _ask(_query("example", "IXFR")).answer] == ["SOA"]
    assert _ask(_query("example", "AXFR")).rcode() == dns.rcode.NOTIMP


def test_only_transfers_are_streams() -> None:
    """Everything else is answered as without secondaries."""
    packet = _query("www.example", "A").to_wire()
    assert SERVER.transfer(packet, client=CLIENT, clock=lambda: NOW) is None
    plain = Responder(view([ZONE]).answer, always(authoritative=True))
    packet = _query("example", "AXFR").to_wire()
    assert plain.transfer(packet, client=CLIENT, clock=lambda: NOW) is None


_PACKETS = st.sampled_from(["A", "SOA", "AXFR", "IXFR"]).flatmap(
    lambda kind: st.sampled_from([-1, 0, 1]).map(lambda edns: _query("example", kind, edns=edns).to_wire())
)
_CHANGES = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=4)


@given(_PACKETS, _CHANGES, st.integers(0, 40), st.booleans())
def test_nothing_that_is_sent_breaks_it(packet: bytes, changes: list[tuple[int, int]], cut: int, tcp: bool) -> None:
    """Signed queries with octets changed or cut off: an answer, or none, and never an exception."""
    spoilt = bytearray(packet)
    for place, octet in changes:
        spoilt[place % len(spoilt)] = octet
    sent = bytes(spoilt[: len(spoilt) - cut])
    stream = SERVER.transfer(sent, client=CLIENT, clock=lambda: NOW) if tcp else None
    replies = list(stream) if stream is not None else [SERVER.respond(sent, tcp=tcp, client=CLIENT, now=NOW)]
    for reply in replies:
        assert reply is None or reply[:2] == sent[:2]
