from __future__ import annotations

from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.tsig
import pytest

from acrdns.names import name
from acrdns.record import Soa
from acrdns.wire.transfer.keyfile import Key
from acrdns.wire.transfer.notify import Notice

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 1_700_000_000
KEY = Key(name("transfer.example"), "hmac-sha256", b"a secret of some length")
THEIRS = dns.tsig.Key("transfer.example", KEY.secret, dns.tsig.HMAC_SHA256)
SOA = Soa("ns1.example", "host.example", 2026, 3600, 300, 2419200, 60).rrset(name("example"), 3600)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)


def _receive(packet: bytes, key: dns.tsig.Key | None = None) -> dns.message.Message:
    return dns.message.from_wire(packet, keyring=key)


def _reply(message: dns.message.Message, rcode: dns.rcode.Rcode = dns.rcode.NOERROR) -> dns.message.Message:
    reply = dns.message.make_response(message)
    reply.set_rcode(rcode)
    return reply


def test_a_notice_tells_the_zone_and_its_serial() -> None:
    """RFC 1996 section 3: opcode NOTIFY, AA, the SOA as question, and the new SOA as a hint."""
    message = _receive(Notice.of(SOA, 77, None, NOW).packet)
    assert message.id == 77
    assert message.opcode() == dns.opcode.NOTIFY
    assert message.flags & dns.flags.AA
    assert message.question[0].to_text() == "example. IN SOA"
    assert message.answer[0].to_text() == "example. 3600 IN SOA ns1.example. host.example. 2026 3600 300 2419200 60"


@pytest.mark.parametrize("rcode", [dns.rcode.NOERROR, dns.rcode.REFUSED, dns.rcode.NOTAUTH])
def test_the_reply_ends_it(rcode: dns.rcode.Rcode) -> None:
    """Whatever it says, the secondary has heard."""
    sent = Notice.of(SOA, 77, None, NOW)
    assert sent.rcode_of(_reply(_receive(sent.packet), rcode).to_wire(), NOW) == rcode


def test_a_signed_notice_wants_a_signed_reply() -> None:
    """Nobody else may say that the secondary has heard."""
    sent = Notice.of(SOA, 77, KEY, NOW)
    received = _receive(sent.packet, THEIRS)
    assert received.had_tsig
    good = _reply(received)
    assert sent.rcode_of(good.to_wire(), NOW) == dns.rcode.NOERROR
    bare = _reply(_receive(Notice.of(SOA, 77, None, NOW).packet))
    assert sent.rcode_of(bare.to_wire(), NOW) is None
    bare.set_rcode(dns.rcode.NOTAUTH)
    assert sent.rcode_of(bare.to_wire(), NOW) == dns.rcode.NOTAUTH


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packet: b"\0\0" + packet[2:],
        lambda packet: packet[:2] + b"\x24" + packet[3:],
        lambda packet: packet[:2] + b"\x84" + packet[3:],
        lambda packet: packet.replace(b"example", b"exemple"),
        lambda packet: packet[:-1],
        lambda packet: packet[:7],
        lambda _packet: b"",
    ],
    ids=["another ID", "no reply", "no NOTIFY", "another zone", "cut", "no header", "nothing"],
)
def test_anything_else_is_no_reply(spoil: Callable[[bytes], bytes]) -> None:
    """Stray packets do not stop the telling."""
    sent = Notice.of(SOA, 77, None, NOW)
    assert sent.rcode_of(spoil(_reply(_receive(sent.packet)).to_wire()), NOW) is None
