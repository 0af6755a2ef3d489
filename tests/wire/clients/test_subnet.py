"""Clients of one address told apart: EDNS Client Subnet, and the address that asks."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_address, ip_network
from typing import TYPE_CHECKING

import dns.edns
import dns.message
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import name
from acrdns.record import Rcode, RRset, Type
from acrdns.resolve.chain import Question, Response
from acrdns.wire.clients.subnet import ClientSubnet, Selector
from acrdns.wire.responder import Responder, always

if TYPE_CHECKING:
    from collections.abc import Callable

OUTSIDE = "192.0.2.9"


def answers(address: str) -> Callable[[Question], Response]:
    """Make a vantage point where every name has one address."""
    return lambda question: Response(Rcode.NOERROR, (RRset(question.name, Type.A, 10, (ip_address(address).packed,)),))


NETWORKS = [
    (ip_network("10.0.0.0/8"), answers("10.0.0.1")),
    (ip_network("10.1.0.0/16"), answers("10.1.0.1")),
    (ip_network("fd00::/48"), answers("10.0.0.6")),
]


def server(*, ecs: bool = False, by_client: bool = False) -> Responder:
    """Make a server on one address, whose own vantage point answers with OUTSIDE."""
    select = Selector.of(NETWORKS, ecs=ecs, by_client=by_client)
    return Responder(answers(OUTSIDE), always(authoritative=False), select=select)


def ask(asked: Responder, *, subnet: str = "", client: str = "127.0.0.1") -> dns.message.Message:
    """Ask, saying which subnet the client is in."""
    options: list[dns.edns.Option] = [dns.edns.ECSOption(*_parts(subnet))] if subnet else []
    query = dns.message.make_query("contoso.azurecr.io", "A", use_edns=0, options=options)
    packet = asked.respond(query.to_wire(), tcp=False, client=ip_address(client).packed, now=0)
    assert packet is not None
    return dns.message.from_wire(packet)


def _parts(subnet: str) -> tuple[str, int]:
    address, _, length = subnet.partition("/")
    return address, int(length)


def address(response: dns.message.Message) -> str:
    """Return the one address in an answer."""
    return str(response.answer[0][0].address)


@pytest.mark.parametrize(
    ("subnet", "expected", "scope"),
    [
        pytest.param("10.2.3.0/24", "10.0.0.1", 15, id="in the wide network, but not near the narrow one in it"),
        pytest.param("10.128.3.0/24", "10.0.0.1", 9, id="in its other half"),
        pytest.param("10.1.3.0/24", "10.1.0.1", 16, id="the narrowest wins"),
        pytest.param("10.0.0.0/8", "10.0.0.1", 16, id="the wide network, of which a part is another"),
        pytest.param("10.0.0.0/7", OUTSIDE, 16, id="wider than any network"),
        pytest.param("203.0.113.0/24", OUTSIDE, 24, id="in no network"),
        pytest.param("0.0.0.0/0", OUTSIDE, 0, id="a client that wants no difference made"),
        pytest.param("fd00::/56", "10.0.0.6", 48, id="IPv6"),
        pytest.param("fd00::/32", OUTSIDE, 48, id="IPv6, wider than the network"),
    ],
)
def test_a_subnet_selects_the_vantage_point(subnet: str, expected: str, scope: int) -> None:
    """The reply says for which prefix it holds (RFC 7871 section 7.2.1)."""
    response = ask(server(ecs=True), subnet=subnet)
    assert address(response) == expected
    options = [option for option in response.options if isinstance(option, dns.edns.ECSOption)]
    assert [(option.srclen, option.scopelen) for option in options] == [(_parts(subnet)[1], scope)]


def test_what_is_the_same_for_all_says_so() -> None:
    """Zones that people bring are no network's; scope 0 (RFC 7871 section 7.2.1)."""
    select = Selector.of(NETWORKS, ecs=True, by_client=False)
    asked = Responder(answers(OUTSIDE), always(authoritative=True), select=select)
    options = [option for option in ask(asked, subnet="10.1.3.0/24").options if isinstance(option, dns.edns.ECSOption)]
    assert [(option.srclen, option.scopelen) for option in options] == [(24, 0)]


SPACES = st.lists(
    st.builds(
        lambda number, length: IPv4Network((number, length), strict=False),
        st.integers(0, 2**32 - 1),
        st.integers(1, 32),
    ),
    max_size=6,
    unique=True,
)


@given(SPACES, st.integers(0, 2**32 - 1), st.integers(1, 32), st.integers(0, 2**32 - 1))
def test_whoever_is_in_the_scope_of_an_answer_has_the_same_answer(
    spaces: list[IPv4Network], client: int, source: int, other: int
) -> None:
    """A resolver may give it to all of them (RFC 7871 section 7.3.1), so prefixes never overlap (section 7.2.1)."""
    networks = [(space, answers(f"192.0.2.{number}")) for number, space in enumerate(spaces)]
    select = Selector.of(networks, ecs=True, by_client=False)
    asked = IPv4Network((client, source), strict=False)
    chosen, scope = select.of_subnet(ClientSubnet(1, asked))
    if scope > source:
        assert any(space.subnet_of(asked) and space.prefixlen >= scope for space in spaces)
        return
    held = ip_network((client, scope), strict=False)
    member = ip_address(int(held.network_address) + other % held.num_addresses)
    assert select.of_client(member.packed) is chosen


def test_without_the_switch_the_option_is_ignored() -> None:
    """Nobody selects a network by himself where that was not asked for."""
    response = ask(server(by_client=True), subnet="10.1.3.0/24")
    assert address(response) == OUTSIDE
    assert [option for option in response.options if isinstance(option, dns.edns.ECSOption)] == []


@pytest.mark.parametrize(
    ("client", "expected"),
    [("10.2.3.4", "10.0.0.1"), ("10.1.2.3", "10.1.0.1"), ("::ffff:10.1.2.3", "10.1.0.1"), ("127.0.0.1", OUTSIDE)],
)
def test_the_address_that_asks_selects_the_vantage_point(client: str, expected: str) -> None:
    """A mapped IPv4 address is the IPv4 address, and the reply is never kept for others."""
    asked = server(by_client=True)
    assert address(ask(asked, client=client)) == expected
    assert address(ask(asked)) == OUTSIDE


def test_what_the_client_says_counts_more_than_where_it_asks_from() -> None:
    """A forwarder asks for its clients."""
    asked = server(ecs=True, by_client=True)
    assert address(ask(asked, subnet="10.1.3.0/24", client="10.2.3.4")) == "10.1.0.1"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\x01\x18", id="cut off"),
        pytest.param(b"\x00\x03\x18\x00\x0a\x01\x03", id="unknown family"),
        pytest.param(b"\x00\x01\x21\x00\x0a\x01\x03\x04\x05", id="longer than an address"),
        pytest.param(b"\x00\x01\x18\x18\x0a\x01\x03", id="a scope in a query"),
        pytest.param(b"\x00\x01\x18\x00\x0a\x01", id="too few octets"),
        pytest.param(b"\x00\x01\x14\x00\x0a\x01\xff", id="bits beyond the prefix"),
    ],
)
def test_a_malformed_option_is_formerr(data: bytes) -> None:
    """RFC 7871 section 7.1.2."""
    assert ClientSubnet.read(data) is None
    option = dns.edns.GenericOption(dns.edns.OptionType.make(8), data)
    query = dns.message.make_query("contoso.azurecr.io", "A", use_edns=0, options=[option])
    packet = server(ecs=True).respond(query.to_wire(), tcp=False, client=b"\x7f\x00\x00\x01", now=0)
    assert packet is not None
    assert packet[3] & 15 == dns.rcode.FORMERR


@given(st.ip_addresses(), st.data())
def test_what_dnspython_writes_is_read_and_given_back(client: object, data: st.DataObject) -> None:
    """Any subnet of either family; the scope is all that changes."""
    space = ip_network(f"{client}/{data.draw(st.integers(0, ip_address(str(client)).max_prefixlen))}", strict=False)
    option = dns.edns.ECSOption(str(space.network_address), space.prefixlen)
    subnet = ClientSubnet.read(option.to_wire() or b"")
    assert subnet is not None
    assert subnet.space == space
    echoed = dns.edns.ECSOption(str(space.network_address), space.prefixlen, 8)
    assert subnet.echo(8)[1] == echoed.to_wire()


def test_the_name_plays_no_part() -> None:
    """Selection is by the client alone."""
    select = Selector.of(NETWORKS, ecs=True, by_client=True)
    chosen = select.of_client(ip_address("10.1.2.3").packed)
    assert chosen is not None
    assert chosen(Question(name("any.example"), Type.A)).answer[0].texts() == ("10.1.0.1",)
