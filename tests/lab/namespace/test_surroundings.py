"""What is around a vantage point: DNS servers, endpoints in reach, the client's own addresses."""

from __future__ import annotations

from functools import cache

import pytest

from acrdns.check.firewall.allow_list import read
from acrdns.lab.namespace.surroundings import Surroundings, surroundings
from acrdns.resolve.world import World
from acrdns.topology.load import loads

ESTATE = """
version: 1
registries:
  contoso:
    location: eastus
    replications: [westus]
    public: {addresses: {registry: [20.45.122.144], registry_data_eastus: [20.45.122.150], registry_data_westus: [20.45.122.151]}}
  fabrikam:
    location: westus
    data_endpoint_enabled: false
    public: {addresses: {registry: [20.45.122.160]}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/29], dns_servers: [10.0.0.4, 10.9.9.9], hosts: {db.example: 10.1.0.3}}
  lonely: {address_space: [10.2.0.0/16]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16]}
private_endpoints:
  hub-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}
  pending:
    registry: fabrikam
    network: hub
    status: Pending
    addresses: {registry: 10.0.0.20}
  spoke-pe:
    registry: contoso
    network: spoke
    addresses: {registry: 10.1.0.6, registry_data_eastus: 10.1.0.5, registry_data_westus: 10.1.0.4}
dns_servers:
  10.0.0.4: {network: hub, forwarders: [168.63.129.16]}
"""
PUBLIC = {"20.45.122.144", "20.45.122.150", "20.45.122.151", "20.45.122.160"}


@cache
def world() -> World:
    """Return the estate, brought to life."""
    return World(loads(ESTATE, "estate"))


def around(vantage: str, client: str | None = None, firewall: str | None = None) -> Surroundings:
    """Return what is around one of its vantage points."""
    allowed = read(firewall, "list") if firewall is not None else None
    return surroundings(world(), vantage, client=client, firewall=allowed)


@pytest.mark.parametrize(
    ("vantage", "private"),
    [
        ("internet", set()),
        ("lonely", set()),
        ("plant", set()),
        ("hub", {"10.0.0.7", "10.0.0.8", "10.0.0.9", "10.1.0.6", "10.1.0.5", "10.1.0.4"}),
        ("spoke", {"10.0.0.7", "10.0.0.8", "10.0.0.9", "10.1.0.6", "10.1.0.5", "10.1.0.4"}),
    ],
)
def test_endpoints_in_reach_answer(vantage: str, private: set[str]) -> None:
    """Approved private endpoints of its own network and of peered ones are there, and all public addresses."""
    found = {endpoint.address for endpoint in around(vantage).endpoints}
    assert {address for address in found if address.startswith("10.")} == private
    assert found >= PUBLIC


@pytest.mark.parametrize(
    ("vantage", "asks", "answering"),
    [
        ("internet", ("8.8.8.8",), {"8.8.8.8": "internet"}),
        ("plant", ("8.8.8.8",), {"8.8.8.8": "plant"}),
        ("lonely", ("168.63.129.16",), {"168.63.129.16": "lonely", "8.8.8.8": "lonely/server-8.8.8.8"}),
        (
            "spoke",
            ("10.0.0.4", "10.9.9.9"),
            {
                "10.0.0.4": "spoke/server-10.0.0.4",
                "168.63.129.16": "spoke/server-168.63.129.16",
                "8.8.8.8": "spoke/server-8.8.8.8",
            },
        ),
    ],
)
def test_dns_servers_answer_for_themselves(vantage: str, asks: tuple[str, ...], answering: dict[str, str]) -> None:
    """Each server in reach has its own answers; one that is out of reach is asked and stays silent."""
    found = around(vantage)
    assert found.asks == asks
    assert {resolver.address: resolver.vantage for resolver in found.resolvers} == answering
    assert set(answering.values()) <= set(found.answering.vantages)


def test_the_hosts_file_is_the_networks() -> None:
    """Its entries are for the file, and the DNS servers do not know them."""
    found = around("spoke")
    assert found.hosts == (("10.1.0.3", "db.example"),)
    assert not any(found.answering.vantage(resolver.vantage).hosts for resolver in found.resolvers)


@pytest.mark.parametrize(
    ("vantage", "client", "private", "public"),
    [
        ("hub", None, "10.0.255.254", "198.18.0.6"),
        ("spoke", None, "10.1.0.3", "198.18.0.7"),
        ("internet", None, "198.18.0.5", "198.18.0.5"),
        ("hub", "10.0.3.3", "10.0.3.3", "198.18.0.6"),
        ("hub", "203.0.113.9", "10.0.255.254", "203.0.113.9"),
        ("internet", "203.0.113.9", "203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_client_has_addresses(vantage: str, client: str | None, private: str, public: str) -> None:
    """The last free one of its network, the network's way out, or what is asked for."""
    found = around(vantage, client)
    assert (found.private_client, found.public_client) == (private, public)
    assert found.client_for("10.0.0.7") == found.client_for("168.63.129.16") == private
    assert found.client_for("20.45.122.144") == public


def test_what_the_firewall_does_not_allow_is_not_there() -> None:
    """Private addresses are dropped as well; DNS is not."""
    found = around("hub", firewall="contoso.azurecr.io:443\nfabrikam.azurecr.io:80\n")
    assert {endpoint.address for endpoint in found.endpoints} == {"10.0.0.7", "10.1.0.6", "20.45.122.144"}
    assert [resolver.address for resolver in found.resolvers] == ["168.63.129.16", "8.8.8.8", "10.0.0.4"]
    assert all(endpoint.by_name for endpoint in found.endpoints)


def test_an_address_on_the_list_passes_whatever_its_name() -> None:
    """The firewall looks at the name in a ClientHello for the others alone, and for all where its rules have an order."""
    found = around("hub", firewall="contoso.azurecr.io\n10.0.0.0/29\n")
    assert {endpoint.address for endpoint in found.endpoints if not endpoint.by_name} == {"10.0.0.7"}
    squid = "acl data dstdomain .data.azurecr.io\nacl all_of_it dst 10.0.0.0/29\nhttp_access deny data\nhttp_access allow all_of_it\n"
    found = around("hub", firewall=squid)
    assert {endpoint.address for endpoint in found.endpoints if endpoint.by_name} == {"10.0.0.7"}
