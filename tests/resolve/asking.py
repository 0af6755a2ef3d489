"""Asks a topology and writes the whole answer as text, so that a test shows what a client sees."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.record import rdata_text, type_number, type_text
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.record import RRset
    from acrdns.resolve.chain import Resolution

REGISTRY = """
version: 1
registries:
  contoso:
    location: eastus
    public:
      frontend: xxxx.xx.azcr.io
      traffic_manager: xxxx-xxx-reg.trafficmanager.net
      addresses: {registry: [20.45.122.144], registry_data_eastus: [20.45.122.150]}
"""
"""A registry in one region, with the names and addresses of the architecture document."""

FORWARDS_ONE_NAME = """
version: 1
registries: {contoso: {location: eastus, public: {addresses: {registry: [20.45.122.144]}}}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [plant]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53]}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
private_resolvers:
  resolver: {network: hub, inbound_endpoints: [10.0.0.4]}
dns_servers:
  192.168.0.53: {network: plant, conditional_forwarders: {contoso.azurecr.io: [10.0.0.4]}}
"""
"""From `plant`, only the registry's own name is forwarded into Azure: what is behind its alias is asked for elsewhere."""

ENDPOINT = """
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
"""

HUB = """
networks:
  hub: {address_space: [10.0.0.0/16]}
"""

LINKED = """
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
"""

PRIVATE_LINK = REGISTRY + ENDPOINT + HUB + LINKED
"""The registry with a private endpoint in the hub network, which the zone is linked to."""

PUBLIC_LOGIN = """
    contoso.azurecr.io 3600 CNAME contoso.privatelink.azurecr.io
    contoso.privatelink.azurecr.io 3600 CNAME xxxx.xx.azcr.io
    xxxx.xx.azcr.io 300 CNAME xxxx-xxx-reg.trafficmanager.net
    xxxx-xxx-reg.trafficmanager.net 300 A 20.45.122.144
    NOERROR
"""
"""What the internet gets for the login server (facts.md section 1.2, the architecture document's chain)."""

PUBLIC_DATA = """
    contoso.eastus.data.azurecr.io 3600 CNAME contoso.eastus.data.privatelink.azurecr.io
    contoso.eastus.data.privatelink.azurecr.io 3600 A 20.45.122.150
    NOERROR
"""

PRIVATE_LOGIN = """
    contoso.azurecr.io 3600 CNAME contoso.privatelink.azurecr.io
    contoso.privatelink.azurecr.io 10 A 10.0.0.7
    NOERROR
"""

PRIVATE_DATA = """
    contoso.eastus.data.azurecr.io 3600 CNAME contoso.eastus.data.privatelink.azurecr.io
    contoso.eastus.data.privatelink.azurecr.io 10 A 10.0.0.8
    NOERROR
"""

PRIVATE_SOA = "10 SOA azureprivatedns.net. azureprivatedns-host.microsoft.com. 1 3600 300 2419200 10"
"""The SOA of a private zone in a negative answer (facts.md section 1.4), with the TTL of RFC 2308 section 3."""


def world(text: str) -> World:
    """Load a topology."""
    return World(loads(text, "test.yaml"))


def resolve(text: str, vantage: str, question: str) -> Resolution:
    """Ask one question, such as `contoso.azurecr.io` or `contoso.azurecr.io AAAA`."""
    owner, _, type_ = question.partition(" ")
    return world(text).resolve(vantage, Question(names.name(owner), type_number(type_ or "A")))


def ask(text: str, vantage: str, question: str) -> list[str]:
    """Ask one question; give the records of the answer, the rcode, and the records of the authority section, as lines."""
    return show(resolve(text, vantage, question))


def show(resolution: Resolution) -> list[str]:
    """Write a response."""
    response = resolution.response
    return [*_lines(response.answer), response.rcode.name, *_lines(response.authority)]


def _lines(rrsets: Iterable[RRset]) -> list[str]:
    return [
        f"{names.show(rrset.name)} {rrset.ttl} {type_text(rrset.type)} {rdata_text(rrset.type, rdata)}"
        for rrset in rrsets
        for rdata in rrset.rdatas
    ]


def lines(text: str) -> list[str]:
    """Read an expected answer: the lines of a text, without what indents them."""
    return [re.sub(r"\s+", " ", line.strip()) for line in text.strip().splitlines()]


def addresses(text: str, vantage: str, question: str) -> list[str]:
    """Ask one question; give the addresses alone, or the rcode where there are none."""
    response = resolve(text, vantage, question).response
    found = [rdata_text(r.type, rdata) for r in response.answer if r.type in (1, 28) for rdata in r.rdatas]
    return found or [response.rcode.name]


def refusal(text: str) -> str:
    """Return the problems that keep a topology from loading, as one text; empty where it loads."""
    from acrdns.errors import TopologyError

    try:
        loads(text, "test.yaml")
    except TopologyError as error:
        return str(error)
    return ""
