"""Asking from everywhere at once gives what asking from each place gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import name
from acrdns.record import Type, type_number
from acrdns.resolve.chain import Question
from acrdns.resolve.equivalence.everywhere import Everywhere
from acrdns.resolve.world import World
from acrdns.topology.assumptions import Assumptions
from acrdns.topology.load import loads
from tests.resolve import tangled
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology
    from acrdns.zone.answer import Response


def bare(response: Response) -> Response:
    """Leave out the cause, which may name another network of the same kind."""
    return replace(response, cause="")


def assert_same(topology: Topology, questions: list[Question], *, aliases: bool = False) -> None:
    """Ask both ways."""
    world = World(replace(topology, assumptions=Assumptions(rules_apply_to_aliases=aliases)))
    survey = Everywhere(world, world.vantages)
    for question in questions:
        one_by_one = [bare(world.resolve(vantage, question).response) for vantage in world.vantages]
        assert one_by_one == [bare(response) for response in survey.everywhere(question)]


@pytest.mark.parametrize("aliases", [False, True], ids=["rules-for-questions", "rules-for-aliases"])
@given(topology=tangled.topologies(), data=st.data())
def test_the_same_where_servers_are_tangled(aliases: bool, topology: Topology, data: st.DataObject) -> None:
    """Forwarders in circles, rulesets, shadowing zones: every response is equal but for its cause."""
    asked = st.builds(
        Question, st.sampled_from([name(n) for n in tangled.names_in(topology)]), st.sampled_from([1, 28])
    )
    assert_same(topology, data.draw(st.lists(asked, min_size=4, max_size=4)), aliases=aliases)


@given(topology=topologies() | topologies(additions=True))
def test_the_same_on_any_valid_topology(topology: Topology) -> None:
    """The same for whatever loads, for every endpoint."""
    fqdns = [m.fqdn(r.dns_label, topology.cloud) for r in topology.registries.values() for m in r.members()]
    assert_same(topology, [Question(name(fqdn), Type.A) for fqdn in fqdns])


ALIKE = """
version: 1
registries: {contoso: {location: eastus}, fabrikam: {location: eastus}}
networks:
  one: {address_space: [10.1.0.0/16], location: eastus}
  two: {address_space: [10.2.0.0/16], location: eastus}
  site-one: {kind: on_premises, address_space: [192.168.1.0/24], dns_servers: [192.168.1.53], peerings: [one]}
  site-two: {kind: on_premises, address_space: [192.168.2.0/24], dns_servers: [192.168.2.53], peerings: [two]}
private_endpoints:
  pe:
    registry: contoso
    network: one
    addresses: {registry: 10.1.0.7, registry_data_eastus: 10.1.0.8}
    dns_zone_group: [zone-one]
private_dns_zones:
  zone-one: {name: privatelink.azurecr.io, virtual_network_links: {one: {}}}
  zone-two: {name: privatelink.azurecr.io, virtual_network_links: {two: {}}}
private_resolvers:
  resolver-one: {network: one, inbound_endpoints: [10.1.0.4]}
  resolver-two: {network: two, inbound_endpoints: [10.2.0.4]}
dns_servers:
  192.168.1.53: {network: site-one, conditional_forwarders: {azurecr.io: [10.1.0.4]}}
  192.168.2.53: {network: site-two, conditional_forwarders: {azurecr.io: [10.2.0.4]}}
"""


class CountingWorld(World):
    """A world that counts how often it is asked."""

    asked = 0

    def ask(self, *args: object, **options: object) -> Response:
        """Count, and answer."""
        self.asked += 1
        return super().ask(*args, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "resolutions"),
    [
        pytest.param("contoso.azurecr.io A", 5, id="only one zone has it, so no two networks are alike"),
        pytest.param("fabrikam.azurecr.io A", 3, id="none has it: the internet, the two networks, the two sites"),
    ],
)
def test_networks_that_are_built_alike_are_asked_once(asked: str, resolutions: int) -> None:
    """Zones of other keys, servers at other addresses: what counts is what is in them, and whom they ask."""
    world = CountingWorld(loads(ALIKE, "alike.yaml"))
    owner, type_ = asked.split()
    Everywhere(world, world.vantages).ask(Question(name(owner), type_number(type_)))
    assert world.asked == resolutions


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "two: {address_space: [10.2.0.0/16], location: eastus}",
            "two: {address_space: [10.2.0.0/16]}",
            id="location",
        ),
        pytest.param("{two: {}}", "{two: {resolution_policy: NxDomainRedirect}}", id="policy"),
        pytest.param("{two: {}}", "{two: {}}, soa_minimum: 300", id="negative TTL"),
        pytest.param("{two: {}}", "{}", id="link"),
        pytest.param("{two: {}}", '{two: {}}, records: {"*": {A: [10.2.0.9]}}', id="wildcard"),
    ],
)
def test_what_makes_networks_unlike(before: str, after: str) -> None:
    """Each of these may change an answer, so the two networks are asked one by one."""
    world = World(loads(ALIKE.replace(before, after), "unlike.yaml"))
    assert world.structure("one").structure != world.structure("two").structure
