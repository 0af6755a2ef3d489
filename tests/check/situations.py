"""Evidence in one line of text: a topology, and what each endpoint resolves to."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS
from acrdns.check.endpoints import of_name, of_topology
from acrdns.check.evidence import Observation, Outcome
from acrdns.check.facts import Facts
from acrdns.check.judge import Judgement, judge
from acrdns.check.lint import causes_in_file, lint
from acrdns.check.rules import rules
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acrdns.check.endpoints import PlannedEndpoint
    from acrdns.check.evidence import Kind
    from acrdns.check.finding import Finding
    from acrdns.check.policy.policy import Policy
    from acrdns.check.proof.proved import Proved
    from acrdns.topology.model import Topology

FILE = "estate.yaml"

ESTATE = """
version: 1
registries:
  contoso:
    location: eastus
    replications: [westus]
    public: {addresses: {registry: [20.45.122.144], registry_data_eastus: [20.45.122.150]}}
  fabrikam: {location: westeurope}
  tailspin: {location: eastus, sku: Basic}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [spoke, office]}
  spoke: {address_space: [10.1.0.0/16]}
  west: {address_space: [10.2.0.0/16]}
  island: {address_space: [10.9.0.0/16]}
  own-dns: {address_space: [10.4.0.0/16], dns_servers: [10.4.0.53], peerings: [hub]}
  masked: {address_space: [10.5.0.0/16], peerings: [hub]}
  waiting: {address_space: [10.6.0.0/16], peerings: [hub]}
  shadowed: {address_space: [10.7.0.0/16], peerings: [hub]}
  office: {kind: on_premises, address_space: [192.168.0.0/16]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}
    dns_zone_group: [privatelink.azurecr.io]
  contoso-west-pe:
    registry: contoso
    network: west
    addresses: {registry: 10.2.0.7, registry_data_eastus: 10.2.0.8}
    dns_zone_group: [west]
  fabrikam-pe:
    registry: fabrikam
    network: hub
    addresses: {registry: 10.0.0.20, registry_data_westeurope: 10.0.0.21}
    dns_zone_group: [privatelink.azurecr.io]
  old-pe:
    registry: contoso
    network: hub
    status: Disconnected
    addresses: {registry: 10.0.0.66}
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links:
      hub: {}
      island: {}
      masked: {resolution_policy: NxDomainRedirect}
      waiting: {state: InProgress}
  west: {name: privatelink.azurecr.io, virtual_network_links: {west: {}}}
  eastus.data.privatelink.azurecr.io: {virtual_network_links: {shadowed: {}}}
dns_servers:
  10.4.0.53: {network: own-dns}
private_resolvers:
  resolver: {network: hub, inbound_endpoints: [10.0.0.4]}
"""


@cache
def estate() -> Topology:
    """Return the topology that the tables of rules speak of."""
    return loads(ESTATE, FILE)


@cache
def loaded(text: str, file: str = FILE) -> Topology:
    """Return the topology of a text, which is the same object each time."""
    return loads(text, file)


@cache
def findings_in(text: str, file: str = FILE) -> tuple[Finding, ...]:
    """Return what lint finds in a topology; each text is looked at once."""
    return lint(loaded(text, file))


_KNOWN: dict[int, tuple[Topology, Sequence[Proved]]] = {}
"""The last topologies that were judged, each with the causes in its file, which are the same at each vantage point."""
_KEPT = 500
"""More than there are scenarios, which are judged by several tests."""


def judged(facts: Facts, policy: Policy | None = None) -> Judgement:
    """Judge answers by the rules about them; the causes in a file are looked for once."""
    return judge(facts, rules("ACR3"), policy, causes=partial(_causes, facts.topology))


def _causes(topology: Topology) -> Sequence[Proved]:
    if id(topology) not in _KNOWN:
        _KNOWN[id(topology)] = topology, causes_in_file(topology)
        if len(_KNOWN) > _KEPT:
            del _KNOWN[next(iter(_KNOWN))]
    return _KNOWN[id(topology)][1]


def evidence(vantage: str, answers: Mapping[str, str]) -> Facts:
    """Return what is seen from a vantage point of the estate.

    Answers are by the first labels of a name (`contoso.eastus.data`). An endpoint without one resolves as it should.
    """
    topology = estate()
    endpoints = of_topology(topology, vantage)
    _all_used(answers, endpoints)
    cases = (endpoint.observed(_answer(endpoint, answers)) for endpoint in endpoints)
    return Facts(topology, vantage, tuple(cases))


def blind(answers: Mapping[str, str], *regions: str, expect: Kind = "unknown") -> Facts:
    """Return what is seen of contoso.azurecr.io without a topology; every endpoint needs an answer."""
    endpoints = of_name("contoso", CLOUDS["AzureCloud"], regions, expect=expect)
    _all_used(answers, endpoints)
    return Facts(None, "", tuple(endpoint.observed(_answer(endpoint, answers)) for endpoint in endpoints))


def _all_used(answers: Mapping[str, str], endpoints: list[PlannedEndpoint]) -> None:
    unused = set(answers) - {_short(endpoint.fqdn) for endpoint in endpoints}
    assert not unused, f"no such endpoints: {unused}"


def _short(fqdn: str) -> str:
    return fqdn.removesuffix(".azurecr.io")


def _answer(endpoint: PlannedEndpoint, answers: Mapping[str, str]) -> Observation:
    text = answers.get(_short(endpoint.fqdn))
    return observation(endpoint.fqdn, text if text is not None else right(endpoint))


def right(endpoint: PlannedEndpoint) -> str:
    """Write the answer that an endpoint should have; one that cannot be right has none."""
    privatelink = f"> {_short(endpoint.fqdn)}.privatelink.azurecr.io "
    if endpoint.expectation.kind == "private":
        return f"{privatelink}> {endpoint.expectation.addresses[0]}" if endpoint.expectation.addresses else "NXDOMAIN"
    alias = privatelink if estate().has_private_link(endpoint.registry) else ""
    return f"{alias}> front.azcr.io > {' '.join(endpoint.expectation.addresses) or '203.0.113.9'}"


def observation(fqdn: str, text: str) -> Observation:
    """Read `> alias > alias > addresses or outcome | AAAA addresses or outcome`; without `|`, AAAA is NODATA."""
    ipv4, _, ipv6 = text.partition("|")
    *hops, end = (part.strip() for part in ipv4.removeprefix(">").split(">"))
    outcome, addresses = _end(end)
    ipv6_outcome, ipv6_addresses = _end(ipv6.strip() or "NODATA")
    return Observation(fqdn, outcome, addresses, (fqdn, *hops), 10, ipv6_outcome, ipv6_addresses, 1.5)


def _end(text: str) -> tuple[Outcome, tuple[str, ...]]:
    if text in {outcome.value for outcome in Outcome}:
        return Outcome(text), ()
    return Outcome.ANSWER, tuple(text.split())
