"""ACR311: the right endpoint's address, but in another network than the one to be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.remedy import answering_network, deciding_zone, replace_record
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, listed, seen_from, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import PrivateEndpoint


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.DISTANT):
        owner = facts.classified.owner(case)
        assert owner is not None, "the defect says so"
        message = (
            f"{case.fqdn} resolves to {listed(case.observation.addresses)} {seen_from(facts)}, the address of private "
            f"endpoint {owner.endpoint.name} in {owner.endpoint.network}; {expected(case)}; "
            f"{_way(facts, owner.endpoint)}"
        )
        path = ("private_endpoints", owner.endpoint.name)
        yield finding(facts, case, RULE.code, message, (_fix(facts, case, owner.endpoint.network),), path)


def _fix(facts: Facts, case: Case, there: str) -> Fix:
    """Return the right record; or, where no zone of the network decides, the DNS servers that the file has for it."""
    topology, vantage = facts.topology, facts.vantage
    network = topology.vantage(vantage) if vantage in topology.vantages[1:] else None
    servers = network.dns_servers if network else ()
    is_elsewhere = network is not None and answering_network(topology, vantage) != network.name
    if servers and (is_elsewhere or deciding_zone(topology, vantage, case) is None):
        return Advice(f"let {vantage} ask {some(servers)}, as the file says, and no DNS server of {there}")
    return replace_record(topology, vantage, case)


def _way(facts: Facts, endpoint: PrivateEndpoint) -> str:
    topology, vantage = facts.topology, facts.vantage
    if vantage in topology.vantages[1:] and endpoint.network in topology.reach(topology.vantage(vantage).name):
        return f"traffic takes the peering to {endpoint.network} instead of the endpoint at hand"
    return f"{vantage} has no peering with {endpoint.network}, so that connections time out"


RULE = Rule(
    "ACR311",
    "distant-endpoint",
    Page(
        finds="""\
A registry has several private endpoints, and the name resolves to the one in another network: although this network has
one of its own, or is peered with the network of another.""",
        why="""\
Where the networks are not peered, connections time out. Where they are, traffic takes a detour and stops with the other
network. The usual cause: two private endpoints write the same record of one shared private zone. The last writer wins,
for all networks linked to the zone; and deleting either endpoint deletes the record.""",
        example="""\
```yaml
private_endpoints:
  east-pe: {registry: contoso, network: east, addresses: {registry: 10.0.0.7}, dns_zone_group: [shared]}
  west-pe: {registry: contoso, network: west, addresses: {registry: 10.1.0.7}, dns_zone_group: [shared]}  # wins
```""",
        fixes=(
            CreateZone(ZoneName("privatelink.azurecr.io", "east")),
            LinkZone(ZoneName("privatelink.azurecr.io", "east"), "east"),
            AddZoneGroup("east-pe", ZoneName("privatelink.azurecr.io", "east")),
        ),
        note="""\
Each network gets a private zone of its own, in a resource group of its own, linked to it and named in the zone group of
its private endpoint.""",
        cannot_tell="""\
Whether the detour is wanted: then leave the endpoint that is not used out of the topology.""",
        references=(
            "facts F07, F08, behaviour 29",
            "Microsoft Learn: Geo-replication in Azure Container Registry (a zone in each region's resource group)",
        ),
    ),
    _find,
)
