"""ACR102: a private endpoint without an address for one of its registry's endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.estate.reach import reached_from
from acrdns.check.finding import Finding
from acrdns.check.fixes.add_endpoint_address import AddEndpointAddress, members_of
from acrdns.check.fixes.advice import Advice
from acrdns.check.rule import Page, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.azure import Member
    from acrdns.check.causes.routed import EndpointNames
    from acrdns.check.facts import Facts
    from acrdns.topology.model import PrivateEndpoint, Topology


def _find(facts: Facts) -> Iterator[Finding]:
    found = facts.layout
    for private in facts.topology.private_endpoints.values():
        if private.approved and not private.addresses:
            yield _unwritten(facts.topology, private, found.endpoints[private.registry][0])
        elif private.approved and private.name not in found.complete:
            has = _beside(facts.topology, private)
            for endpoint in found.endpoints[private.registry]:
                if endpoint.member not in has:
                    yield _finding(facts.topology, private, endpoint)


def _unwritten(topology: Topology, private: PrivateEndpoint, login: EndpointNames) -> Finding:
    """Return the finding that the file has no address of an endpoint: Azure gives one to each member."""
    message = (
        f"the file has no addresses of private endpoint {private.name}, so nothing is known of the answers that lead "
        "to it; write those of its network interface under addresses"
    )
    fixes = (Advice("", (members_of(private.name),)),)
    place = topology.place("private_endpoints", private.name)
    return Finding(RULE.code, login.fqdn, message, fixes, place, networks=reached_from(topology, private))


def _beside(topology: Topology, private: PrivateEndpoint) -> set[Member]:
    """Return the members that have an address in the network: another endpoint there may have what this one lacks."""
    there = topology.endpoints_in_reach(private.network, private.registry)
    return {member for other in there for member in other.addresses}


def _finding(topology: Topology, private: PrivateEndpoint, endpoint: EndpointNames) -> Finding:
    member = str(endpoint.member)
    message = (
        f"private endpoint {private.name} has no address for {member}, so nothing can write a record for "
        f"{endpoint.fqdn}, and it has no private answer in {private.network}; give the endpoint an address for it"
    )
    fixes = (AddEndpointAddress(private.name, member),)
    place = topology.place("private_endpoints", private.name, "addresses")
    return Finding(RULE.code, endpoint.fqdn, message, fixes, place, networks=reached_from(topology, private))


RULE = Rule(
    "ACR102",
    "replica-without-address",
    Page(
        finds="""\
An approved private endpoint has no private address for an endpoint that its registry has: the login server, the
data endpoint of a region, or a regional endpoint. No other private endpoint of the registry in that network has
one either.""",
        why="""\
Each endpoint of a registry needs an address of its own: one for the login server, one for the data endpoint of
every region, one for every regional endpoint. Without it there is nothing that a record could point at. The
public name is an alias under privatelink all the same, so it ends in NXDOMAIN where the zone is linked. Pulls
fail as soon as they are served by that region.""",
        example="""\
```yaml
registries:
  contoso: {location: eastus, replications: [westus]}
private_endpoints:
  contoso-pe:
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}   # none for registry_data_westus
```""",
        fixes=(AddEndpointAddress("contoso-pe", "registry_data_westus", "10.0.0.9"),),
        note="""\
An endpoint with dynamic addresses gets the new one by itself. If it has not, compare
`az network nic show --ids NETWORK_INTERFACE_ID`: the topology file may be out of date.""",
        cannot_tell="""\
Whether the address is missing in Azure or in the topology file only. Azure refuses to create a replica that an
endpoint with static addresses has no address for.""",
        references=(
            "facts F30, section 2.1 (addresses of a private endpoint)",
            "Microsoft Learn: Geo-replication in Azure Container Registry",
            "terraform-provider-azurerm#21781",
        ),
    ),
    _find,
)
