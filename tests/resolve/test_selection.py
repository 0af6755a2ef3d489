"""Several DNS servers of which any may answer: the set of answers is what asking each of them gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns import names
from acrdns.record import Rcode, Type
from acrdns.resolve.chain import MatchKind, Question
from acrdns.resolve.walk import Walk
from acrdns.resolve.world import World
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from acrdns.resolve.chain import Response

ESTATE = """
registries: {{contoso: {{location: eastus}}}}
networks:
  hub: {{address_space: [10.0.0.0/16]}}
  spoke: {{address_space: [10.1.0.0/16], peerings: [hub], {spoke}}}
private_endpoints:
  pe: {{registry: contoso, network: hub, addresses: {{registry: 10.0.0.7}}, dns_zone_group: [privatelink.azurecr.io]}}
private_dns_zones: {{privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}}}}}
private_resolvers: {{r: {{network: hub, inbound_endpoints: [10.0.0.4]}}}}
dns_servers: {{10.0.0.53: {{network: hub, {server}}}}}
"""
CONTOSO = Question(names.name("contoso.azurecr.io"), Type.A)
SERVERS = ("10.0.0.4", "10.0.0.53", "8.8.8.8", "10.0.0.99", "168.63.129.16")


def world(spoke: str, server: str = "forwarders: [168.63.129.16]") -> World:
    """Make a world with some settings of the spoke and of the server."""
    return World(loads(ESTATE.format(spoke=spoke, server=server), "x.yaml"))


def answers(response: Response) -> set[object]:
    """Return the set of answers that a response stands for."""
    return {(each.rcode, each.answer, each.timed_out) for each in (response, *response.alternatives)}


@given(st.lists(st.sampled_from(SERVERS), unique=True, min_size=1, max_size=4), st.sampled_from(("fastest", "random")))
def test_the_answers_are_those_of_the_members(servers: list[str], selection: str) -> None:
    """Each member that answers is in the set, and nothing else; silent members count only if all are silent."""
    made = world(f"dns_servers: [{', '.join(servers)}], selection: {selection}")
    spoke = made.topology.vantage("spoke")
    each = [made.directory.ask(spoke, server, CONTOSO, Walk(recording=False)) for server in servers]
    heard = [response for response in each if not response.timed_out] or each[:1]
    expected = {(response.rcode, response.answer, response.timed_out) for response in heard}
    assert answers(made.answer("spoke", CONTOSO)) == expected


@given(st.permutations(SERVERS))
def test_in_order_there_is_one_answer(servers: list[str]) -> None:
    """The first member that answers decides."""
    assert world(f"dns_servers: [{', '.join(servers)}]").answer("spoke", CONTOSO).alternatives == ()


def test_a_servers_forwarders_may_be_selected_too() -> None:
    """What is chance behind a server is chance for its clients."""
    made = world("dns_servers: [10.0.0.53]", "forwarders: [168.63.129.16, 8.8.8.8], selection: fastest")
    found = made.answer("spoke", CONTOSO)
    assert {response.answer[-1].texts()[0].startswith("10.") for response in (found, *found.alternatives)} == {
        True,
        False,
    }


@pytest.mark.parametrize("type_", [Type.A, Type.AAAA, Type.TXT])
def test_a_hosts_file_is_for_addresses(type_: Type) -> None:
    """A and AAAA are answered from it, one of them without a record; all else goes to DNS."""
    made = world("hosts: {contoso.azurecr.io: 192.0.2.7}")
    found = made.resolve("spoke", Question(CONTOSO.name, type_))
    kinds = {step.matched.kind for step in found.steps}
    assert (kinds == {MatchKind.HOSTS}) is (type_ != Type.TXT)
    texts = [rrset.texts() for rrset in found.response.answer if rrset.type == type_]
    assert texts == ([("192.0.2.7",)] if type_ == Type.A else [])
    assert found.response.rcode == Rcode.NOERROR


@pytest.mark.parametrize(("fallback", "rcode"), [("none", Rcode.SERVFAIL), ("public", Rcode.NOERROR)])
def test_a_silent_forwarder_has_a_fallback(fallback: str, rcode: Rcode) -> None:
    """Public DNS is asked in its place, if the server is set up so."""
    server = f"conditional_forwarders: {{{{azurecr.io: [10.0.0.99]}}}}, fallback: {fallback}".replace(
        "{{", "{"
    ).replace("}}", "}")
    made = world("dns_servers: [10.0.0.53]", server)
    assert made.answer("spoke", CONTOSO).rcode == rcode
