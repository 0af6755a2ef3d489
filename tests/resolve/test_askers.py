"""Each step of a resolution says who asked, and from where."""

from __future__ import annotations

import pytest

from acrdns import names
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import loads

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
