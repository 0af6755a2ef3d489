"""Why an answer is public where a private one is expected, and what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS, cloud_of
from acrdns.check.answers.classify import over_privatelink
from acrdns.check.answers.remedy import Remedy, label_of, record_of, set_record, zone_name, zone_of
from acrdns.check.answers.signs import asks_public_dns
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.approve_endpoint import ApproveEndpoint
from acrdns.check.fixes.fix import NETWORK, ZoneName
from acrdns.check.fixes.link_zone import LinkZone, linking
from acrdns.check.fixes.set_client_servers import asking
from acrdns.check.fixes.set_forwarder import SetForwarder, forwarding, targets_for
from acrdns.check.fixes.wait_for_link import WaitForLink
from acrdns.names import show
from acrdns.record import is_private
from acrdns.topology.inbound import inbound_endpoints

if TYPE_CHECKING:
    from acrdns.check.evidence import Case
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.topology.model import Network, Topology


def for_public_answer(topology: Topology, vantage: str, case: Case, *, sees_zone: bool = False) -> Remedy:
    """Say why a private answer did not come, and how to get it (facts.md F01, F02, F03, F06, F13, F15, F19, F22).

    `sees_zone`: other names show that the resolver asked sees a private zone.
    """
    if len(case.observation.chain) > 1 and not over_privatelink(case):
        return _not_approved(case)
    if vantage not in topology.vantages[1:]:
        if sees_zone or case.expectation.kind == "unknown":
            return _mixed(case)
        zone = zone_name(topology, vantage, case)
        return Remedy(f"this resolver sees no zone {zone_of(case)}", (LinkZone(zone, NETWORK),))
    network = topology.vantage(vantage)
    if network.dns_servers:
        return _own_servers(topology, network, case)
    if network.kind == "on_premises":
        return _on_premises(topology, network, case)
    return _azure_dns(topology, network, case)


def _mixed(case: Case) -> Remedy:
    """Return the causes that fit where some endpoints of a registry are private and this one is public."""
    zone, record = zone_of(case), record_of(case)
    return Remedy(
        f"causes that fit: {zone} has no record {record} and its link falls back to public DNS (NxDomainRedirect); "
        f"a forwarder or a hosts file covers some of the names only; the record {record} has the public address",
        (
            Advice(
                "see whether the record is there: az network private-dns record-set a show -g RESOURCE_GROUP "
                f"-z {zone} -n {record}; if it is not, give the private endpoint a zone group, or add it; if it is, "
                f"let the resolver forward all of {cloud_of(case.fqdn).registry}"
            ),
        ),
    )


def _not_approved(case: Case) -> Remedy:
    registry = label_of(case)
    return Remedy(
        f"no name of the chain is under {zone_of(case)}: to Azure, {registry} has no approved private endpoint",
        (ApproveEndpoint(registry),),
    )


def _own_servers(topology: Topology, network: Network, case: Case) -> Remedy:
    servers, suffix = network.dns_servers, cloud_of(case.fqdn).registry
    homes = [home for home in map(inbound_endpoints(topology).get, servers) if home]
    if len(homes) == len(servers):
        return _inbound_endpoint(topology, topology.networks[homes[0]], case)
    path, private = topology.dns_path_of(network.vantage), [address for address in servers if is_private(address)]
    ours = (topology.server_at(network, address) for address in servers)
    fixes: tuple[Fix, ...] = tuple(
        SetForwarder(server.key or server.address, suffix, targets_for(topology, server.network, server.client))
        for server in ours
        if server
    )
    home = topology.network_with(private[0]) if private and not fixes else None
    targets = targets_for(topology, home.name if home else network.name, "" if home else network.client)
    if not fixes and private:
        fixes = (SetForwarder(", ".join(private), suffix, targets),)
    elif not fixes:
        # Nobody tells a public resolver what to forward.
        in_azure = network.kind == "virtual_network"
        forward = forwarding(path, network.name, suffix, targets)
        fixes = (asking(topology, network, servers[0]) if in_azure else forward,)
    return Remedy(
        f"{network.vantage} asks its own DNS servers ({', '.join(servers)}), which do not forward {suffix} into Azure "
        "as the file says, or ask there in a network without a link",
        (*fixes, LinkZone(zone_name(topology, network.name, case), f"{NETWORK}_OF_THE_SERVER")),
        path,
    )


def _inbound_endpoint(topology: Topology, home: Network, case: Case) -> Remedy:
    """Return what an inbound endpoint lacks, which cannot be told to forward: it answers with the links of its network.

    See facts.md section 3, inbound endpoints.
    """
    if remedy := _linked_wrongly(topology, home, case):
        return remedy
    cloud = cloud_of(case.fqdn)
    return Remedy(
        f"the inbound endpoint that was asked answers with what is linked to {home.name}, and the file says that "
        f"{cloud.privatelink} is: either the link is not there in Azure, or a rule of a ruleset leads past the zone",
        (
            Advice(
                "see whether the link is there: az network private-dns link vnet list -g RESOURCE_GROUP -z "
                f"{cloud.privatelink} -o table; if it is not, link the zone to {home.name}; if it is, look for a "
                f"ruleset that is linked to {home.name} and has a rule for {cloud.registry}"
            ),
        ),
        _link_path(topology, home, case),
    )


def _on_premises(topology: Topology, network: Network, case: Case) -> Remedy:
    inbound = [a for resolver in topology.private_resolvers.values() for a in resolver.inbound_endpoints]
    forwarder = forwarding(("networks", network.name), network.name, cloud_of(case.fqdn).registry, inbound)
    return Remedy(f"{network.name} asks public DNS", (forwarder,), ("networks", network.name))


def _link_path(topology: Topology, network: Network, case: Case) -> Path:
    """Return where the link of the private zone to a network stands in the file."""
    zones = (zone for zone in topology.private_dns_zones.values() if show(zone.apex) == zone_of(case))
    key = next((zone.key for zone in zones if network.name in zone.links), "")
    return ("private_dns_zones", key, "virtual_network_links", network.name)


def _linked_wrongly(topology: Topology, network: Network, case: Case) -> Remedy | None:
    """Return what the file itself says is wrong with a network's link to the private zone; None where nothing is."""
    zone = zone_of(case)
    named = [z for z in topology.private_dns_zones.values() if show(z.apex) == zone]
    linked = next((z for z in named if network.name in z.links), None)
    if linked is None:
        key = named[0].key if named else None
        path: Path = ("private_dns_zones", key, "virtual_network_links") if key else ("networks", network.name)
        return Remedy(f"{zone} is not linked to {network.name}", linking(topology, network.name, case.registry), path)
    link, path = linked.links[network.name], _link_path(topology, network, case)
    if not link.active:
        waiting = WaitForLink(ZoneName.of(linked), network.name)
        return Remedy(f"the link of {zone} to {network.name} is in progress", (waiting,), path)
    if link.resolution_policy == "NxDomainRedirect":
        return Remedy(
            f"the link of {zone} to {network.name} falls back to public DNS, which hides that the record is missing",
            (set_record(topology, network.name, case),),
            path,
        )
    return None


def _azure_dns(topology: Topology, network: Network, case: Case) -> Remedy:
    if remedy := _linked_wrongly(topology, network, case):
        return remedy
    zone = zone_of(case)
    if asks_public_dns(case.observation):
        return Remedy(
            f"the resolver asked hands the question to public DNS (it says: {case.observation.detail}), while the file "
            f"says that {network.name} asks {AZURE_DNS}: a server, a rule or a fallback sends it past the zone",
            (SetForwarder("the resolver asked", cloud_of(case.fqdn).registry, (AZURE_DNS,)),),
            topology.path_of(network.vantage),
        )
    said = f" (the resolver says: {case.observation.detail})" if case.observation.detail else ""
    return Remedy(
        f"the file says that {zone} is linked to {network.name}, and the answer is the public one{said}: either "
        f"the link is not there in Azure, or the resolver asked is not that of {network.name}, or it asks public DNS",
        (
            Advice(
                f"see whether the link is there: az network private-dns link vnet list -g RESOURCE_GROUP -z {zone} "
                f"-o table; if it is, ask the resolver of {network.name} (--server), or let the one asked forward to "
                f"{AZURE_DNS}"
            ),
        ),
        _link_path(topology, network, case),
    )
