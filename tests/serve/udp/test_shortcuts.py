"""The law of all shortcuts, held at the socket: the bytes are those of a server that reads and resolves each query."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import wire
from acrdns.resolve.world import World
from acrdns.serve.listen.addresses import ZONE_FILES
from acrdns.serve.sources import ClientSelection, ServingState
from acrdns.serve.udp import mmsg
from acrdns.topology.load import loads
from acrdns.wire.clients.cookie import CookieJar
from acrdns.zone.view import view
from acrdns.zone.zone import build
from tests.examples import examples
from tests.serve.udp.shortcuts import answering, exchange, exchange_in_order
from tests.wire.exchange import SECRET, big, records
from tests.wire.strategies import OPT, query
from tests.zone.packing import packed

if TYPE_CHECKING:
    from acrdns.serve.service import Service

TOPOLOGY = """
version: 1
registries:
  contoso: {location: eastus, replications: [westus]}
  partner: {location: eastus, replications: [westus]}
networks:
  hub: {address_space: [10.0.0.0/16]}
  spoke: {address_space: [127.0.0.0/8]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}
    dns_zone_group: [privatelink.azurecr.io]
  partner-pe:
    registry: partner
    network: hub
    addresses: {registry: 10.0.0.10, registry_data_eastus: 10.0.0.11, registry_data_westus: 10.0.0.12}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}
    records:
      "*.wild": {A: [10.0.0.13]}
      several: {ttl: 10, A: [10.0.0.14, 10.0.0.15]}
      outside: {CNAME: www.example.org}
"""
PLAIN = """
corp.example          SOA    ns1.corp.example host.corp.example 1 3600 300 2419200 60
corp.example          NS     ns1.corp.example
ns1.corp.example      A      192.0.2.1
www.corp.example      A      192.0.2.2
two.corp.example      A      192.0.2.3
two.corp.example      A      192.0.2.4
six.corp.example      AAAA   2001:db8::6
cdn.corp.example      CNAME  www.corp.example
far.corp.example      CNAME  www.sub.corp.example
out.corp.example      CNAME  contoso.azurecr.io
mail.corp.example     MX     10 www.corp.example
*.wild.corp.example   A      192.0.2.5
"""
CUT = """
sub.corp.example      SOA    ns1.corp.example host.sub.corp.example 1 3600 300 2419200 60
www.sub.corp.example  A      192.0.2.7
cut.sub.corp.example  NS     ns.cut.sub.corp.example
ns.cut.sub.corp.example A    192.0.2.8
old.sub.corp.example  DNAME  corp.example
"""
STATE = ServingState(
    World(loads(TOPOLOGY, "shortcuts.yaml")),
    view([
        packed(build(wire("corp.example"), "file", "plain", [*records(PLAIN), big("big.corp.example", 8)])),  # type: ignore[arg-type]
        build(wire("sub.corp.example"), "file", "cut", records(CUT)),  # type: ignore[arg-type]
    ]),
)  # fmt: skip
JAR = CookieJar(SECRET)
WHERE = (
    ("hub", True, None),
    ("spoke", False, None),
    ("internet", True, ClientSelection(ecs=True, by_client=False)),
    ("internet", False, ClientSelection(ecs=False, by_client=True)),
    (ZONE_FILES, True, None),
    ("gone", True, None),
)


def service(at: int, *, shortcuts: bool) -> Service:
    """Make a service: a vantage point, zone files, or both, whose clients are told apart or not."""
    vantage, zone_files, selection = WHERE[at]
    return STATE.service(
        vantage, zone_files=zone_files, cookies=JAR, on_error=print, selection=selection, shortcuts=shortcuts
    )


LABELS = st.sampled_from([
    "www", "wWw", "two", "six", "cdn", "far", "out", "mail", "big", "ns1", "abc", "xyz", "a.b", "wild", "x.wild", "cut", "x.cut",
    "old", "x.old", "several", "contoso", "partner", "missing", "outside", "contoso.eastus.data", "missing.eastus.data", "*",
])  # fmt: skip
MADE_UP = st.integers(0, 999).map(lambda number: f"a.made{number}")
PARENTS = st.sampled_from(
    [
        "corp.example",
        "CORP.example",
        "sub.corp.example",
        "azurecr.io",
        "privatelink.azurecr.io",
        "ns1.corp.example",
        "x",
    ]
)
NAMES = st.one_of(
    st.builds(lambda label, parent: f"{label}.{parent}", st.one_of(LABELS, LABELS, MADE_UP), PARENTS), PARENTS
)
SPELLED = st.builds(lambda text, upper: text.upper() if upper else text, NAMES, st.booleans()).map(wire)
OPTIONS = st.sampled_from([
    b"", b"\x00\x08\x00\x07\x00\x01\x18\x00\x0a\x00\x00", b"\x00\x0a\x00\x0812345678", b"\x00\x0a\x00\x01x", b"\x00\x03\x00\x00", b"\xfd\xe9\x00\x02aA",
])  # fmt: skip
EDNS = st.builds(
    lambda size, version, flags, options: b"\0\0\x29" + size + bytes((0, version)) + flags + len(options).to_bytes(2, "big") + options,
    st.sampled_from([b"\x04\xd0", b"\x02\x00", b"\x00\x00", b"\x05A", b"\x05a"]),
    st.sampled_from([0, 0, 0, 1]),
    st.sampled_from([b"\0\0", b"\x80\0"]),
    OPTIONS,
)  # fmt: skip
COMMON = st.builds(query, st.just(0), st.just(0x0100), SPELLED, st.sampled_from([1, 1, 1, 28]), st.just(OPT))
SAME_LENGTH = st.sampled_from([("four", "host"), ("abc", "ns1", "sub", "www", "two"), ("a.abc", "a.ns1", "b.www")])
"""First labels that are boundaries or names in an SOA, beside others of their length."""
FAMILY = st.builds(
    lambda labels, parent, kind: [query(0, 0x0100, wire(f"{label}.{parent}"), kind, OPT) for label in labels],
    SAME_LENGTH,
    PARENTS,
    st.sampled_from([1, 28]),
)
ODD = st.builds(
    query,
    st.just(0),
    st.sampled_from([0x0100, 0x0110, 0, 0x2800, 0x8000]),
    SPELLED,
    st.sampled_from([1, 2, 5, 6, 15, 16, 28, 39, 43, 65, 97, 250, 251, 252, 255, 4711]),
    st.one_of(st.just(b""), st.just(OPT), EDNS),
)
GARBAGE = st.one_of(
    st.binary(max_size=40),
    st.builds(lambda packet, rest: packet + rest, COMMON, st.binary(min_size=1, max_size=20)),
    st.builds(lambda packet, cut: packet[:cut], COMMON, st.integers(0, 40)),
    st.builds(lambda packet, at, octet: packet[:at] + octet + packet[at + 1 :], COMMON, st.integers(2, 40), st.binary(min_size=1, max_size=1)),
)  # fmt: skip
DATAGRAMS = st.builds(
    lambda mixed, families: mixed + [packet for family in families for packet in family],
    st.lists(st.one_of(COMMON, COMMON, COMMON, ODD, GARBAGE), min_size=1, max_size=30),
    st.lists(FAMILY, max_size=3),
)


def numbered(datagrams: list[bytes]) -> list[bytes]:
    """Give each datagram an ID of its own, if it is long enough for one."""
    return [number.to_bytes(2, "big") + packet[2:] for number, packet in enumerate(datagrams)]


@examples(4)
@given(
    st.integers(0, len(WHERE) - 1),
    DATAGRAMS,
    st.integers(1, 64),
    st.booleans() if mmsg.AVAILABLE else st.just(value=False),
)
def test_shortcuts_make_no_difference(at: int, datagrams: list[bytes], size: int, batches: bool) -> None:
    """Whatever comes, in batches of any size, three times over, as each time more is remembered and learnt."""
    packets = numbered(datagrams * 3)
    services = [service(at, shortcuts=shortcuts) for shortcuts in (True, False)]
    with answering(services, batches=batches) as clients:
        for start in range(0, len(packets), size):
            sent = packets[start : start + size]
            expected = exchange_in_order(clients[1], sent)
            assert exchange(clients[0], sent, len(expected)) == expected


@pytest.mark.parametrize("at", range(len(WHERE)))
def test_without_shortcuts_nothing_is_kept(at: int) -> None:
    """It would else be no measure."""
    made = service(at, shortcuts=False)
    packet = query(1, 0x0100, wire("www.corp.example"), 1, OPT)
    for _ in range(4):
        reply = made.answering.resolve(packet, b"\x7f\0\0\1", 0)
        assert reply is not None
        made.answering.keep(packet, reply)
        assert made.answering.known(packet) is None
    assert (len(made.answering.remembered), made.responder.memo) == (0, None)
