"""Each step of a resolution says who asked, and from where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from acrdns import names
from acrdns.azure import AZURE_DNS
from acrdns.record import Rcode, Type
from acrdns.resolve.chain import CLIENT, MatchKind, Question, Resolution
from acrdns.resolve.servers.public_dns import PUBLIC_DNS
from acrdns.resolve.walk import MAX_SERVERS, Walk
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.examples import examples
from tests.resolve import tangled

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

TOPOLOGY = """
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [plant, office]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53]}
  office: {kind: on_premises, address_space: [192.169.0.0/16], dns_servers: [192.169.0.53]}
  cafe: {kind: on_premises, address_space: [192.170.0.0/16], dns_servers: [8.8.8.8]}
  island: {address_space: [10.9.0.0/16], dns_servers: [10.0.0.4]}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8},
       dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: []}}
dns_servers:
  192.168.0.53: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}
  192.169.0.53: {network: office}
"""
AZURE = [("168.63.129.16", "client", "hub")]


@pytest.mark.parametrize(
    ("vantage", "steps"),
    [
        ("hub", AZURE * 2),
        ("plant", [("192.168.0.53", "client", "plant"), *[("10.0.0.4", "192.168.0.53", "plant")] * 2]),
        # A server without forwarders goes to public DNS, and has a step of its own.
        ("office", [("192.169.0.53", "client", "office"), *[("public DNS", "192.169.0.53", "office")] * 4]),
        ("cafe", [("8.8.8.8", "client", "cafe")] * 4),
        ("internet", [("public DNS", "client", "")] * 4),
        ("island", [("10.0.0.4", "client", "island")]),
    ],
)
def test_who_asked(vantage: str, steps: list[tuple[str, str, str]]) -> None:
    """A server's own address, that of the asker, and the asker's network."""
    world = World(loads(TOPOLOGY, "t.yaml"))
    resolution = world.resolve(vantage, Question(names.name("contoso.azurecr.io"), Type.A))
    assert [(step.server, step.asked_by, step.sent_from) for step in resolution.steps] == steps


LOOP = """
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}
dns_forwarding_rulesets: {s: {outbound_endpoint: out, virtual_network_links: [hub], rules: {azurecr.io: [10.0.0.4]}}}
"""


def test_who_asked_in_a_loop() -> None:
    """The server that sends the question back to itself, not the client: the address alone does not tell."""
    world = World(loads(LOOP, "t.yaml"))
    resolution = world.resolve("hub", Question(names.name("contoso.azurecr.io"), Type.A))
    assert [(step.server, step.asked_by, step.sent_from) for step in resolution.steps] == [
        ("168.63.129.16", "client", "hub"),
        ("10.0.0.4", "168.63.129.16", "hub"),
        ("10.0.0.4", "10.0.0.4", "hub"),
    ]


Passed = set[tuple[str, str, str]]
"""Servers that a question was handed to: address, asker, and where the question came from."""


def resolved(topology: Topology, vantage: str, question: Question) -> tuple[Resolution, Passed]:
    """Return a resolution, and every server that was entered on the way, from the walk itself."""
    entered: Passed = set()
    path: list[str] = []
    enter, leave = Walk.enter_last, Walk.leave

    def entering(walk: Walk, server: str, asked: Question, address: str, sent_from: str) -> None:
        enter(walk, server, asked, address, sent_from)
        if walk.recording:  # a walk of the alternatives, where any of several servers may answer, has no steps
            entered.add((address, path[-1] if path else CLIENT, sent_from))
        path.append(address)

    def leaving(walk: Walk) -> None:
        leave(walk)
        path.pop()

    with patch.object(Walk, "enter_last", entering), patch.object(Walk, "leave", leaving):
        return World(topology).resolve(vantage, question), entered


def homes(topology: Topology, address: str) -> set[str]:
    """Return where the servers at an address send their questions from."""
    found = {server.host for server in topology.dns_servers.values() if server.address == address}
    resolvers = topology.private_resolvers.values()
    found |= {each.network for each in resolvers if address in each.inbound_endpoints}
    if address == AZURE_DNS or found.intersection(each.network for each in resolvers):
        # A ruleset sends from the network of its outbound endpoint.
        found |= {each.network for each in resolvers}
    return found


@examples(1 / 2, phases=(Phase.explicit, Phase.generate), suppress_health_check=[HealthCheck.too_slow])
@given(topology=tangled.topologies(later=True), data=st.data())
def test_every_server_that_handled_the_question_has_a_step(topology: Topology, data: st.DataObject) -> None:
    """With who asked it, and from where; a resolver of the internet stands under its own address."""
    vantage = data.draw(st.sampled_from(topology.vantages))
    asked = Question(names.name(data.draw(st.sampled_from(tangled.names_in(topology)))), data.draw(tangled.types()))
    resolution, entered = resolved(topology, vantage, asked)
    steps = resolution.steps
    if steps[0].matched.kind is MatchKind.HOSTS:
        return
    assert entered <= {(step.server, step.asked_by, step.sent_from) for step in steps}
    addresses = {CLIENT, *(step.server for step in steps)}
    for step in steps:
        assert step.asked_by in addresses
        if step.asked_by == CLIENT:
            assert step.sent_from == ("" if vantage == "internet" else vantage)
        else:
            assert step.sent_from in homes(topology, step.asked_by)
        if step.server == PUBLIC_DNS and step.asked_by != CLIENT:
            askers = [each for each in topology.dns_servers.values() if each.address == step.asked_by]
            assert any(not each.forwarders or each.fallback == "public" for each in askers)


@pytest.mark.parametrize("count", [MAX_SERVERS - 1, MAX_SERVERS, MAX_SERVERS + 1])
def test_a_long_row_of_servers_ends(count: int) -> None:
    """Public DNS behind the last one is no further server that could forward."""
    servers = {
        f"10.0.1.{n}": {"network": "hub", "forwarders": [f"10.0.1.{n + 1}"][: count - n]} for n in range(1, count + 1)
    }
    hub = {"address_space": ["10.0.0.0/16"], "dns_servers": ["10.0.1.1"]}
    file = {"registries": {"contoso": {"location": "eastus"}}, "networks": {"hub": hub}, "dns_servers": servers}
    resolution = World(loads(json.dumps(file), "t.yaml")).resolve(
        "hub", Question(names.name("contoso.azurecr.io"), Type.A)
    )
    assert resolution.response.rcode == (Rcode.NOERROR if count <= MAX_SERVERS else Rcode.SERVFAIL)
