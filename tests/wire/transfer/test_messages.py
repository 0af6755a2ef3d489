from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.tsig
import dns.xfr
import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import name
from acrdns.record import Rcode, RRset, Type
from acrdns.wire.clients.allowed import Allowed
from acrdns.wire.message.query import read
from acrdns.wire.transfer.access import Access, Primary
from acrdns.wire.transfer.keyfile import Key
from acrdns.wire.transfer.messages import FULL, client_serial
from acrdns.wire.transfer.tsig import Signer
from acrdns.zone.versions.history import History, advance, begin
from tests.examples import examples
from tests.zone.zone_versions import APEX, address, contents, zone, zones

if TYPE_CHECKING:
    from acrdns.zone.zone import Zone

NOW = 1_700_000_000
CLIENT = bytes((127, 0, 0, 1))
KEY = Key(name("transfer.example"), "hmac-sha256", b"a secret of some length")
THEIRS = dns.tsig.Key("transfer.example", KEY.secret, dns.tsig.HMAC_SHA256)
OPEN = Access(Allowed.of([ip_network("127.0.0.0/8")]))
SIGNED = Access(Allowed.of([ip_network("127.0.0.0/8")]), {KEY.name: KEY})
_MANY = tuple(address(f"host{number}", number % 250) for number in range(30))


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)


def _serve(history: History, packet: bytes, access: Access = OPEN) -> list[bytes]:
    query = read(packet)
    assert query is not None
    signer = Signer.judge(packet, query, access.keys, NOW) if query.tsig else None
    assert signer is None or isinstance(signer, Signer)
    primary = Primary({history.zone.apex: history}, access)
    return list(primary.transfer(packet, query, signer, client=CLIENT, clock=lambda: NOW))


def _query(
    kind: str = "AXFR", serial: int = 0, *, signed: bool = False, edns: bool = False, origin: str = "example."
) -> dns.message.QueryMessage:
    message = dns.message.make_query(origin, kind, use_edns=0 if edns else -1)
    if kind == "IXFR":
        message.authority.append(
            dns.rrset.from_text(origin, 0, "IN", "SOA", f"ns1.example. host.example. {serial} 0 0 0 0")
        )
    if signed:
        message.use_tsig(THEIRS)
    return message


def _take(history: History, old: Zone | None, *, signed: bool = False, edns: bool = False) -> dns.zone.Zone:
    """Have dnspython's transfer client take a zone, starting from an old version for IXFR."""
    theirs = _as_dnspython(old)
    serial = None if old is None else _serial(old)
    kind = dns.rdatatype.AXFR if old is None else dns.rdatatype.IXFR
    query = _query(kind.name, serial or 0, signed=signed, edns=edns)
    messages = _serve(history, query.to_wire(), SIGNED if signed else OPEN)
    context = None
    with dns.xfr.Inbound(theirs, kind, serial) as inbound:
        for number, packet in enumerate(messages):
            message = dns.message.from_wire(
                packet,
                keyring=query.keyring,
                request_mac=query.mac,
                xfr=True,
                tsig_ctx=context,
                multi=number > 0 or len(messages) > 1,
                one_rr_per_rrset=kind == dns.rdatatype.IXFR,
            )
            assert bool(message.had_tsig) == signed
            context = message.tsig_ctx
            assert inbound.process_message(message) == (number == len(messages) - 1)
    return theirs


def _serial(version: Zone) -> int:
    assert version.soa is not None
    return int.from_bytes(version.soa.rdatas[0][-20:-16], "big")


def _as_dnspython(version: Zone | None) -> dns.zone.Zone:
    made = dns.zone.Zone("example.", relativize=False)
    if version is not None:
        with made.writer() as writer:
            for owner, number, ttl, data in contents(version):
                rdata = dns.rdata.from_wire("IN", dns.rdatatype.RdataType(number), data, 0, len(data))
                writer.add(dns.name.from_wire(owner, 0)[0], ttl, rdata)
    return made


def _lines(taken: dns.zone.Zone) -> set[tuple[bytes, int, int, bytes]]:
    return {
        (owner.to_wire() or b"", int(rdataset.rdtype), rdataset.ttl, rdata.to_wire())
        for owner, rdataset in taken.iterate_rdatasets()
        for rdata in rdataset
    }


@given(zones, st.booleans(), st.booleans())
def test_axfr_gives_the_zone(version: Zone, signed: bool, edns: bool) -> None:
    """What dnspython takes is what the zone holds."""
    history = begin(version, NOW)
    assert _lines(_take(history, None, signed=signed, edns=edns)) == contents(history.version)


@examples(2 / 5)
@given(st.lists(zones, min_size=1, max_size=5), st.booleans())
def test_ixfr_leads_from_any_version_to_the_present_one(versions: list[Zone], signed: bool) -> None:
    """By differences where they are remembered, else by the whole zone."""
    padded = [zone(*_MANY, *(r for node in each.nodes.values() for r in node if r.type != 6)) for each in versions]
    history = begin(padded[0], NOW)
    seen = [history.version]
    for version in padded[1:]:
        history = advance(history, version, NOW)
        seen.append(history.version)
    for old in seen:
        assert _lines(_take(history, old, signed=signed)) == contents(history.version)


def test_ixfr_sends_differences_only() -> None:
    """One address has changed in a zone of thirty: six records are sent, in the order of RFC 1995 section 4."""
    history = advance(begin(zone(*_MANY, address("www", 1)), NOW), zone(*_MANY, address("www", 2)), NOW + 1)
    (packet,) = _serve(history, _query("IXFR", NOW).to_wire())
    message = dns.message.from_wire(packet, xfr=True, one_rr_per_rrset=True)
    said = [(rrset.rdtype.name, rrset[0].to_text().split()[2:3] or rrset[0].to_text()) for rrset in message.answer]
    old, new = [str(NOW)], [str(NOW + 1)]
    assert said == [
        ("SOA", new),
        ("SOA", old),
        ("A", "10.0.0.1"),
        ("SOA", new),
        ("A", "10.0.0.2"),
        ("SOA", new),
    ]


@pytest.mark.parametrize("ahead", [0, 1, 1000])
def test_a_client_that_is_up_to_date_gets_the_soa_alone(ahead: int) -> None:
    """RFC 1995 section 2; a client that is ahead of us is told the same."""
    history = begin(zone(*_MANY), NOW)
    (packet,) = _serve(history, _query("IXFR", NOW + ahead).to_wire())
    message = dns.message.from_wire(packet, xfr=True)
    assert [rrset.rdtype for rrset in message.answer] == [dns.rdatatype.SOA]


def test_a_forgotten_version_gets_the_whole_zone() -> None:
    """RFC 1995 section 4: an IXFR may be answered as an AXFR."""
    history = begin(zone(*_MANY), NOW)
    (packet,) = _serve(history, _query("IXFR", NOW - 5).to_wire())
    message = dns.message.from_wire(packet, xfr=True, one_rr_per_rrset=True)
    assert len(message.answer) == len(_MANY) + 2


def test_large_zones_take_many_messages() -> None:
    """Each is of a size in which pointers reach everywhere, and only the first repeats the question."""
    version = zone(*(address(f"host{number}", *range(20)) for number in range(200)))
    history = begin(version, NOW)
    packets = _serve(history, _query().to_wire())
    assert len(packets) > 3
    assert max(map(len, packets)) <= FULL
    assert min(map(len, packets[:-1])) > FULL - 100
    assert [dns.message.from_wire(packet, xfr=True).question != [] for packet in packets] == [
        True,
        *[False] * (len(packets) - 1),
    ]
    assert _lines(_take(history, None, signed=True)) == contents(history.version)


def test_a_record_of_the_largest_size_is_transferred() -> None:
    """It gets a message of its own."""
    text = b"".join(bytes((255,)) + b"x" * 255 for _ in range(254))
    version = zone(RRset(APEX, Type.TXT, 60, (text,)), address("www", 1))
    history = begin(version, NOW)
    assert _lines(_take(history, None, signed=True, edns=True)) == contents(history.version)


def test_owners_follow_the_askers_letter_case() -> None:
    """Some clients check the question by its letter case."""
    packet = _query(origin="eXaMpLe.").to_wire()
    (answer,) = _serve(begin(zone(address("www", 1)), NOW), packet)
    assert answer[12:21] == packet[12:21]


@pytest.mark.parametrize(
    ("access", "origin", "signed", "client", "rcode"),
    [
        (Access(), "example.", False, "127.0.0.1", Rcode.REFUSED),
        (Access(Allowed(()), {KEY.name: KEY}), "example.", True, "127.0.0.1", Rcode.REFUSED),
        (OPEN, "example.", False, "192.0.2.1", Rcode.REFUSED),
        (OPEN, "example.", False, "::1", Rcode.REFUSED),
        (OPEN, "example.", False, "::ffff:127.0.0.1", Rcode.NOERROR),
        (OPEN, "example.", False, "127.0.0.9", Rcode.NOERROR),
        (OPEN, "other.", False, "127.0.0.1", Rcode.NOTAUTH),
        (OPEN, "www.example.", False, "127.0.0.1", Rcode.NOTAUTH),
        (OPEN, "other.", False, "192.0.2.1", Rcode.REFUSED),
        (SIGNED, "example.", False, "127.0.0.1", Rcode.REFUSED),
        (SIGNED, "example.", True, "127.0.0.1", Rcode.NOERROR),
        (SIGNED, "example.", True, "192.0.2.1", Rcode.REFUSED),
        (SIGNED, "other.", True, "127.0.0.1", Rcode.NOTAUTH),
    ],
)
@pytest.mark.parametrize("kind", ["AXFR", "IXFR"])
@pytest.mark.parametrize("tcp", [True, False])
def test_who_gets_what(
    access: Access, origin: str, signed: bool, client: str, rcode: Rcode, kind: str, tcp: bool
) -> None:
    """Nothing by default; by address, and by key where there is one; strangers do not learn which zones there are."""
    from ipaddress import ip_address

    message = _query(kind, NOW, signed=signed, origin=origin)
    packet = message.to_wire()
    query = read(packet)
    assert query is not None
    signer = Signer.judge(packet, query, {KEY.name: KEY}, NOW) if signed else None
    assert signer is None or isinstance(signer, Signer)
    primary = Primary({APEX: begin(zone(), NOW)}, access)
    address = ip_address(client).packed
    if tcp:
        (answer,) = primary.transfer(packet, query, signer, client=address, clock=lambda: NOW)
    else:
        answer = primary.over_udp(packet, query, signer, client=address, now=NOW)
    reply = dns.message.from_wire(answer, keyring=message.keyring, request_mac=message.mac, xfr=True)
    assert int(reply.rcode()) == rcode
    assert bool(reply.had_tsig) == signed
    assert bool(reply.answer) == (rcode == Rcode.NOERROR)


def test_ixfr_without_a_soa_is_a_format_error() -> None:
    """RFC 1995 section 3: the client says which version it has."""
    (answer,) = _serve(begin(zone(), NOW), dns.message.make_query("example.", "IXFR", use_edns=-1).to_wire())
    assert answer[3] & 0xF == Rcode.FORMERR


@given(st.integers(0, 2**32 - 1), st.booleans())
def test_the_clients_serial_is_read(serial: int, edns: bool) -> None:
    """Whether its names are compressed or not, and whatever follows."""
    assert client_serial(_query("IXFR", serial, edns=edns).to_wire()) == serial


def test_a_stream_belongs_to_one_version() -> None:
    """What is loaded meanwhile does not show in it."""
    before = begin(zone(*(address(f"host{number}", *range(20)) for number in range(200))), NOW)
    packet = _query().to_wire()
    query = read(packet)
    assert query is not None
    zones_now = {APEX: before}
    stream = Primary(zones_now, OPEN).transfer(packet, query, None, client=CLIENT, clock=lambda: NOW)
    first = next(stream)
    zones_now[APEX] = advance(before, zone(), NOW + 1)
    theirs = dns.zone.Zone("example.", relativize=False)
    with dns.xfr.Inbound(theirs, dns.rdatatype.AXFR) as inbound:
        for each in (first, *stream):
            inbound.process_message(dns.message.from_wire(each, xfr=True))
    assert _lines(theirs) == contents(before.version)
