"""ACR104: a private endpoint that does not count, because its connection is not approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.check.causes.gap import GapCause, gaps_of
from acrdns.check.finding import Finding
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.approve_endpoint import ApproveEndpoint
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.recreate_endpoint import RecreateEndpoint
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import PrivateEndpoint, Registry, Topology


def _find(facts: Facts) -> Iterator[Finding]:
    for private in facts.topology.private_endpoints.values():
        # Beside an approved one in its network, it does no harm.
        if not private.approved and facts.layout.is_waiting(private.network, private.registry):
            yield _finding(facts, private)


def _finding(facts: Facts, private: PrivateEndpoint) -> Finding:
    topology = facts.topology
    gaps = gaps_of(facts.gaps, GapCause.NOT_APPROVED)
    networks = dict.fromkeys(
        gap.network for gap in gaps if any(e.registry.name == private.registry for e in gap.endpoints)
    )
    registry, waiting = topology.registries[private.registry], _waiting(facts, private)
    message = (
        f"private endpoint {private.name} is {private.status.lower()}, so it writes no records and names of "
        f"{registry.name} do not lead to it from {some(waiting)}; {_step(registry, private)}"
    )
    place = topology.place("private_endpoints", private.name, "status")
    return Finding(
        RULE.code,
        LOGIN.fqdn(registry.dns_label, topology.cloud),
        message,
        getting_approved(topology, private),
        place,
        networks=tuple(networks),
        impact=waiting,
    )


def _waiting(facts: Facts, private: PrivateEndpoint) -> tuple[str, ...]:
    """Return the vantage points that reach a private endpoint's network, and no other one of the registry nearer."""
    topology, found = facts.topology, []
    for vantage in facts.layout.reach:
        network = vantage.partition("/")[0]
        near = private.network == network or private.network in topology.reach(network)
        if near and facts.layout.is_waiting(vantage, private.registry):
            found.append(vantage)
    return tuple(found)


def _step(registry: Registry, private: PrivateEndpoint) -> str:
    if private.status == "Pending" and registry.private_link == "elsewhere":
        return f"ask the owner of {registry.name} to approve the connection"
    if private.status == "Pending":
        return "approve the connection"
    return "it stays so for ever: delete the endpoint and create it again"


def getting_approved(topology: Topology, private: PrivateEndpoint) -> tuple[Fix, ...]:
    """Return what makes an approved private endpoint of one that is not; its zone groups go with it."""
    if private.status == "Pending":
        return (ApproveEndpoint(private.registry, private.name),)
    zones = (topology.private_dns_zones[key] for key in private.dns_zone_group)
    # The first zone creates the group, and the others are added to it.
    groups = (AddZoneGroup(private.name, ZoneName.of(zone), at > 0) for at, zone in enumerate(zones))
    return (RecreateEndpoint(private.name, private.registry, private.network), *groups)


RULE = Rule(
    "ACR104",
    "endpoint-not-approved",
    Page(
        finds="""\
A private endpoint whose connection to the registry is Pending, Rejected or Disconnected.""",
        why="""\
Only an approved connection carries traffic and makes the registry's names aliases under privatelink. A pending one
has no DNS configuration at all. Clients in its network keep resolving public addresses, and get 403 where public
access is off.""",
        example="""\
```yaml
private_endpoints:
  contoso-pe: {registry: contoso, network: hub, status: Pending}
```""",
        fixes=(ApproveEndpoint("contoso", "contoso-pe"),),
        note="""\
A rejected or disconnected endpoint cannot be revived: delete it and create another.""",
        cannot_tell="""\
Why it is not approved, and who may do it: that needs the right
`Microsoft.ContainerRegistry/registries/privateEndpointConnectionsApproval/action`.""",
        references=(
            "facts F22, section 2.1 (connection states)",
            "Microsoft Learn: Connect privately to an Azure container registry using Azure Private Link",
        ),
    ),
    _find,
)
