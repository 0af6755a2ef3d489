"""The route of a question, read off the topology, ends as the simulation ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given

from acrdns.check.causes.layout import Layout
from acrdns.check.causes.route import RouteEnd
from acrdns.record import Rcode, Type, is_private
from acrdns.resolve.chain import Question, Response
from acrdns.resolve.world import World
from acrdns.topology.assumptions import Assumptions
from acrdns.topology.load import loads
from tests.examples import examples
from tests.resolve import tangled
from tests.scenarios.scenario import DIRECTORY, read

if TYPE_CHECKING:
    from acrdns.check.causes.routed import Routed
    from acrdns.topology.model import Topology


def _agrees(end: RouteEnd, response: Response) -> bool:
    addresses = [text for rrset in response.answer if rrset.type == Type.A for text in rrset.texts()]
    if end in (RouteEnd.SILENT, RouteEnd.LOOP):
        return response.rcode == Rcode.SERVFAIL
    if end in (RouteEnd.PUBLIC, RouteEnd.UNLINKED):
        return response.rcode == Rcode.NOERROR and bool(addresses) and not any(map(is_private, addresses))
    return response.rcode != Rcode.SERVFAIL or response.cause.startswith("alias loop")


def _handed_on(layout: Layout, routed: Routed) -> bool:
    """Return whether the zone at the end of a route may hand the question on: by an alias made by hand, or to public DNS.

    A route ends at the zone that decides; what that has to say is not its business. Public DNS matters where rules are
    assumed to lead the rest of the public chain elsewhere.
    """
    topology, route = layout.topology, routed.route
    if route.end is RouteEnd.LOCAL:
        zones = topology.dns_servers[route.servers[-1]].zones.values()
        return any(rrset.type == Type.CNAME for records in zones for rrset in records)
    zone = layout.holder(route.network, routed.endpoint.alias) if route.end is RouteEnd.ZONE else None
    if zone is None:
        return False
    redirects = zone.links[route.network].resolution_policy == "NxDomainRedirect"
    aliases = any(rrset.type == Type.CNAME for rrset in zone.records)
    return aliases or (redirects and topology.assumptions.rules_apply_to_aliases)


ASSUMPTIONS = {
    "as-ever": Assumptions(),
    "rules-for-aliases": Assumptions(rules_apply_to_aliases=True),
    "wildcards-for-registries": Assumptions(wildcard_rule_skips_registries=False),
}


@pytest.mark.parametrize("assumptions", ASSUMPTIONS.values(), ids=ASSUMPTIONS)
@examples(3 / 5, phases=(Phase.explicit, Phase.generate))
@given(topology=tangled.topologies())
def test_ways_end_where_the_simulation_ends(assumptions: Assumptions, topology: Topology) -> None:
    """Two derivations from one file: public where the route ends in public DNS, SERVFAIL where nobody answers."""
    topology = replace(topology, assumptions=assumptions)
    world, layout = World(topology), Layout(topology)
    for routed in layout.routed_everywhere:
        response = world.resolve(routed.network, Question(routed.endpoint.public, Type.A)).response
        agrees = _agrees(routed.route.end, response) or _handed_on(layout, routed)
        assert agrees, (routed.network, routed.endpoint.fqdn, routed.route, response)


def _way(scenario: str, network: str) -> tuple[RouteEnd, str, tuple[str, ...]]:
    found = Layout(read(DIRECTORY / f"{scenario}.yaml").topology())
    route = next(routed.route for routed in found.routed_everywhere if routed.network == network)
    return route.end, route.network, route.servers


def test_the_network_of_the_last_forwarder_counts() -> None:
    """A forwarder asks Azure-provided DNS of its own network."""
    assert _way("forwarder-in-linked-network", "hub") == (RouteEnd.ZONE, "dns", ("10.9.0.53", "168.63.129.16"))


def test_an_iterating_server_asks_for_the_alias_itself() -> None:
    """So a forwarder for the privatelink zone is used, where one that trusts chains does not use it."""
    assert _way("on-premises-privatelink-iterating", "office") == (RouteEnd.ZONE, "hub", ("192.168.0.53", "10.0.1.4"))
    assert _way("on-premises-privatelink-forwarding", "office")[0] is RouteEnd.PUBLIC


def test_a_rule_leads_to_another_networks_zones() -> None:
    """The inbound endpoint answers with its own network's links."""
    assert _way("ruleset-to-inbound-endpoint", "spoke") == (RouteEnd.ZONE, "hub", ("10.0.1.4",))


def test_a_silent_server_is_passed_over_and_one_that_answers_for_a_silent_one_is_not() -> None:
    """SERVFAIL is an answer."""
    assert _way("second-dns-server-answers", "hub") == (RouteEnd.ZONE, "hub", ("10.0.0.53", "168.63.129.16"))
    text = read(DIRECTORY / "second-dns-server-answers.yaml").text
    assert "forwarders: [168.63.129.16]" in text


def test_a_circle_begins_where_the_question_comes_back_to() -> None:
    """Servers on the route into it are no part of it."""
    found = Layout(read(DIRECTORY / "forwarders-in-a-circle.yaml").topology())
    (routed,) = found.routed["hub"]
    assert routed.route.circle == ("10.0.0.53", "10.0.0.54", "10.0.0.53")


BACK_FOR_ANOTHER_NAME = """
version: 1
chains: observed
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.53], peerings: [plant]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16]}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
private_resolvers:
  resolver: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}
dns_forwarding_rulesets:
  rules: {outbound_endpoint: out, virtual_network_links: [hub], rules: {.: [192.168.0.53]}}
dns_servers:
  192.168.0.53: {network: plant, forwarders: [10.0.0.53]}
  10.0.0.53: {network: hub, conditional_forwarders: {azurecr.io: [168.63.129.16]FRONT_ENDS}}
"""


@pytest.mark.parametrize(
    ("front_ends", "end"),
    [
        pytest.param("", RouteEnd.UNLINKED, id="which it sends elsewhere"),
        pytest.param(", azcr.io: [168.63.129.16]", RouteEnd.LOOP, id="which it sends the same route"),
    ],
)
def test_a_server_that_is_asked_again_for_another_name_makes_no_circle(front_ends: str, end: RouteEnd) -> None:
    """The rest of the chain comes back to the server that was asked for the registry: a circle only if it goes on so."""
    topology = loads(BACK_FOR_ANOTHER_NAME.replace("FRONT_ENDS", front_ends), "back.yaml")
    topology = replace(topology, assumptions=Assumptions(rules_apply_to_aliases=True))
    route = next(routed.route for routed in Layout(topology).routed["hub"])
    assert route.end is end
    assert end is not RouteEnd.LOOP or route.circle == ("192.168.0.53", "10.0.0.53", "168.63.129.16", "192.168.0.53")


WILDCARDS = """
version: 1
registries: {contoso: {location: eastus, replications: [westus]}}
networks:
  hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.53]}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8,
    registry_data_westus: 10.0.0.9}}
dns_servers:
  10.0.0.53:
    network: hub
    conditional_forwarders: {data.azurecr.io: [168.63.129.16]}
    zones: {azurecr.io: {OWNER: {A: [10.0.0.8]}}}
"""


@pytest.mark.parametrize(
    ("owner", "local"),
    [
        ("'*.eastus.data'", {"contoso.azurecr.io", "contoso.eastus.data.azurecr.io"}),
        ("contoso.eastus.data", {"contoso.azurecr.io", "contoso.eastus.data.azurecr.io"}),
        ("other.eastus.data", {"contoso.azurecr.io"}),
    ],
)
def test_what_a_forwarding_server_has_a_record_for_ends_there(owner: str, local: set[str]) -> None:
    """Names that it has no record of go to the conditional forwarder below its zone, also beside a wildcard."""
    text = WILDCARDS.replace("OWNER", owner)
    for order in (text, text.replace("eastus, replications: [westus]", "westus, replications: [eastus]")):
        routed = Layout(loads(order, "wildcard.yaml")).routed["hub"]
        assert {each.endpoint.fqdn for each in routed if each.route.end is RouteEnd.LOCAL} == local
