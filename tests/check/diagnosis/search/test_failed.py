"""Failures: the search begins with them where few faults can be behind them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.check.diagnosis.search.failed import FAILURES, Failures
from acrdns.check.faults import PRIORS, named
from acrdns.check.faults.site import Site
from acrdns.errors import TopologyError
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.topology.load import load, loads
from tests.check.diagnosis.observing import observed, search
from tests.check.situations import estate
from tests.examples import examples
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.check.diagnosis.answer import Answered
    from acrdns.topology.model import Topology

ZONES = Path(__file__).parents[4] / "zones"
DATA = "contoso.eastus.data.azurecr.io"
SERVERS = frozenset(("networks", "dns_servers", "dns_forwarding_rulesets"))
FEW = 200
"""Topologies; all sets of three faults are more than 10,000."""


def _mixed(outcome: Outcome) -> list[Answered]:
    """Return the right answers at the hub for most names, a public address for one, and a failure for two registries."""
    answers = []
    for answer in observed(estate(), ["hub"]):
        name = answer.asked.fqdn
        if not name.startswith("contoso"):
            answers.append(replace(answer, outcome=outcome, addresses=(), chain=(name,), shown=()))
        elif name == DATA and answer.asked.type is Type.A:
            answers.append(replace(answer, addresses=("20.45.122.150",)))
        else:
            answers.append(answer)
    return answers


@pytest.mark.parametrize("outcome", sorted(FAILURES))
def test_failures_of_some_names_take_few_topologies(outcome: Outcome) -> None:
    """Nothing explains that a network gets failures for some names, and right answers for others; this shows soon."""
    made = search(estate(), _mixed(outcome))
    assert made.smallest() == []
    assert made.complete == 3
    assert made.simulated <= FEW


def _failures(topology: Topology) -> tuple[Failures, list[Answered]]:
    """Return failures of every answer of a topology, which gives none of them but those that fail there."""
    right = observed(topology)
    made = search(topology, [replace(answer, outcome=Outcome.SERVFAIL, addresses=(), chain=()) for answer in right])
    return Failures(made.base, ()), [a for a in made.evidence.answers if not made.base.explains(a)]


def _without_servers(topology: Topology, number: int, data: st.DataObject) -> Topology:
    """Return a topology with so many faults that change no network, server or ruleset."""
    for _ in range(number):
        candidates = [each for name in PRIORS for each in named(name).find(Site(topology), None)]
        candidates = [each for each in candidates if SERVERS.isdisjoint(edit.path[0] for edit in each.edits)]
        if candidates:
            with suppress(KeyError, ValueError, StopIteration, TopologyError):
                topology = data.draw(st.sampled_from(candidates)).apply(topology)
    return topology


def _assert_none_fails(topology: Topology, data: st.DataObject) -> None:
    failures, wrong = _failures(topology)
    node = search(topology, wrong).base
    broken = search(_without_servers(topology, 2, data), wrong).base
    for answer in wrong:
        if failures.is_of_servers(node, answer) and answer.asked.vantage in broken.topology.vantages:
            assert not broken.explains(answer), answer.asked


@examples(1, 5)
@given(topology=topologies(additions=True), data=st.data())
def test_zones_make_no_server_fail(topology: Topology, data: st.DataObject) -> None:
    """Where the module says so, in any topology."""
    _assert_none_fails(topology, data)


@pytest.mark.parametrize("sample", ["private-link", "on-premises-forwarding", "hub-and-spoke-dns-server"])
@examples(1, 3)
@given(data=st.data())
def test_zones_make_no_server_of_a_sample_fail(sample: str, data: st.DataObject) -> None:
    """In samples, which have more that works."""
    _assert_none_fails(load(str(ZONES / f"{sample}.yaml")), data)


RULED = """
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [site]}
  site: {kind: on_premises, address_space: [192.168.0.0/16], peerings: [hub], dns_servers: [192.168.0.53]}
private_endpoints:
  pe:
    {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8},
     dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}RECORDS}
private_resolvers: {resolver: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}
dns_servers:
  192.168.0.53: {network: site, recursion: RECURSION, conditional_forwarders: {azurecr.io: [10.0.0.4]}}
RULESET
"""
RULESET = """dns_forwarding_rulesets:
  rules: {outbound_endpoint: out, virtual_network_links: [hub], rules: {contoso.com: [192.168.0.53]}}"""
ALIAS = ", records: {here: {CNAME: there}}"


@pytest.mark.parametrize(
    ("recursion", "records", "ruleset", "few"),
    [
        ("forward", "", "", True),
        ("iterate", "", "", False),  # it takes an empty answer of a zone above for a failure
        ("unbound", "", "", False),
        ("forward", ALIAS, "", False),
        ("forward", "", RULESET, False),  # a link less, and a rule decides
    ],
)
def test_where_zones_may_have_a_part_in_it(recursion: str, records: str, ruleset: str, few: bool) -> None:
    """A server that resolves aliases itself, an alias in a zone, and a ruleset: then all faults are looked for."""
    text = RULED.replace("RECURSION", recursion).replace("RECORDS", records).replace("RULESET", ruleset)
    failures, wrong = _failures(topology := loads(text, "estate.yaml"))
    node = search(topology, wrong).base
    (of_site,) = {failures.is_of_servers(node, answer) for answer in wrong if answer.asked.vantage == "site"}
    assert of_site is few
