"""Who may ask, by address, and what the others are told."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.wire.clients.allowed import Allowed, prefix

networks = st.one_of(
    st.builds(IPv4Network, st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)), st.just(False)),  # noqa: FBT003 -- `strict`
    st.builds(IPv6Network, st.tuples(st.integers(0, 2**128 - 1), st.integers(0, 128)), st.just(False)),  # noqa: FBT003
)
clients = st.one_of(
    st.builds(IPv4Address, st.integers(0, 2**32 - 1)),
    st.builds(IPv6Address, st.integers(2**48, 2**128 - 1)),  # above those that stand for IPv4
)


@given(listed=st.lists(networks, min_size=1, max_size=5), client=clients)
def test_a_client_is_taken_where_a_network_holds_it(
    listed: list[IPv4Network | IPv6Network], client: IPv4Address | IPv6Address
) -> None:
    """As the standard library says."""
    assert Allowed.of(listed).takes(client.packed) == any(client in network for network in listed)


@given(network=networks, number=st.integers(0))
def test_every_address_of_a_network_is_taken(network: IPv4Network | IPv6Network, number: int) -> None:
    """From the first to the last."""
    assert Allowed.of([network]).takes(network[number % network.num_addresses].packed)


def test_ipv4_over_an_ipv6_socket_is_ipv4() -> None:
    """A wildcard IPv6 socket takes both."""
    allowed = Allowed.of([ip_network("192.0.2.0/24")])
    assert allowed.takes(ip_address("::ffff:192.0.2.1").packed)
    assert not allowed.takes(ip_address("::ffff:192.0.3.1").packed)


@pytest.mark.parametrize(
    ("client", "network"),
    [("192.0.2.77", "192.0.2.0"), ("2001:db8:1:22ff::1", "2001:db8:1:2200::"), ("::ffff:192.0.2.77", "192.0.2.0")],
)
def test_prefix(client: str, network: str) -> None:
    """The bits behind the prefix are gone."""
    assert prefix(ip_address(client).packed, 24, 56) == ip_address(network).packed


def test_who_may_not_ask_is_refused_and_told_why() -> None:
    """REFUSED with EDE 18 (RFC 8914 section 4.19), hardly larger than the question."""
    asked = dns.message.make_query("contoso.azurecr.io", "A", use_edns=0)
    reply = Allowed.refuse(asked.to_wire())
    assert reply is not None
    said = dns.message.from_wire(reply)
    assert said.rcode() == dns.rcode.REFUSED
    assert [error.code for error in said.extended_errors()] == [18]
    assert len(reply) <= len(asked.to_wire()) + 6


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(11), id="less than a header"),
        pytest.param(dns.message.make_response(dns.message.make_query("a.", "A")).to_wire(), id="an answer"),
    ],
)
def test_no_answer_to_what_is_no_question(packet: bytes) -> None:
    """Two servers would else talk to each other for ever."""
    assert Allowed.refuse(packet) is None
