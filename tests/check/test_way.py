"""The way of a question, read off the topology, ends as the simulation ends."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings

from acrdns.check.layout import Layout
from acrdns.check.way import End
from acrdns.record import Rcode, Type, is_private
from acrdns.resolve.chain import Question, Response
from acrdns.resolve.world import World
from acrdns.topology.assumptions import Assumptions
from tests.resolve import tangled
from tests.scenarios.scenario import DIRECTORY, read

if TYPE_CHECKING:
    from acrdns.topology.model import Topology


def _agrees(end: End, response: Response) -> bool:
    addresses = [text for rrset in response.answer if rrset.type == Type.A for text in rrset.texts()]
    if end in (End.SILENT, End.LOOP):
        return response.rcode == Rcode.SERVFAIL
    if end in (End.PUBLIC, End.UNLINKED):
        return response.rcode == Rcode.NOERROR and bool(addresses) and not any(map(is_private, addresses))
    return response.rcode != Rcode.SERVFAIL or response.cause.startswith("alias loop")


ASSUMPTIONS = {
    "as-ever": Assumptions(),
    "rules-for-aliases": Assumptions(rules_apply_to_aliases=True),
    "wildcards-for-registries": Assumptions(wildcard_rule_skips_registries=False),
}


@pytest.mark.parametrize("assumptions", ASSUMPTIONS.values(), ids=ASSUMPTIONS)
@settings(max_examples=60, phases=(Phase.explicit, Phase.generate))
@given(topology=tangled.topologies())
def test_ways_end_where_the_simulation_ends(assumptions: Assumptions, topology: Topology) -> None:
    """Two derivations from one file: public where the way ends in public DNS, SERVFAIL where nobody answers."""
    topology = replace(topology, assumptions=assumptions)
    world = World(topology)
    for asked in Layout(topology).asked_anyway:
        response = world.resolve(asked.network, Question(asked.endpoint.public, Type.A)).response
        assert _agrees(asked.way.end, response), (asked.network, asked.endpoint.fqdn, asked.way, response)


def _way(scenario: str, network: str) -> tuple[End, str, tuple[str, ...]]:
    found = Layout(read(DIRECTORY / f"{scenario}.yaml").topology())
    way = next(asked.way for asked in found.asked_anyway if asked.network == network)
    return way.end, way.network, way.servers


def test_the_network_of_the_last_forwarder_counts() -> None:
    """A forwarder asks Azure-provided DNS of its own network."""
    assert _way("forwarder-in-linked-network", "hub") == (End.ZONE, "dns", ("10.9.0.53", "168.63.129.16"))


def test_an_iterating_server_asks_for_the_alias_itself() -> None:
    """So a forwarder for the privatelink zone is used, where one that trusts chains does not use it."""
    assert _way("on-premises-privatelink-iterating", "office") == (End.ZONE, "hub", ("192.168.0.53", "10.0.1.4"))
    assert _way("on-premises-privatelink-forwarding", "office")[0] is End.PUBLIC


def test_a_rule_leads_to_another_networks_zones() -> None:
    """The inbound endpoint answers with its own network's links."""
    assert _way("ruleset-to-inbound-endpoint", "spoke") == (End.ZONE, "hub", ("10.0.1.4",))


def test_a_silent_server_is_passed_over_and_one_that_answers_for_a_silent_one_is_not() -> None:
    """SERVFAIL is an answer."""
    assert _way("second-dns-server-answers", "hub") == (End.ZONE, "hub", ("10.0.0.53", "168.63.129.16"))
    text = read(DIRECTORY / "second-dns-server-answers.yaml").text
    assert "forwarders: [168.63.129.16]" in text


def test_a_circle_begins_where_the_question_comes_back_to() -> None:
    """Servers on the way into it are no part of it."""
    found = Layout(read(DIRECTORY / "forwarders-in-a-circle.yaml").topology())
    (asked,) = found.asked["hub"]
    assert asked.way.circle == ("10.0.0.53", "10.0.0.54", "10.0.0.53")
