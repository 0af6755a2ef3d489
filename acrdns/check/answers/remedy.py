"""Why observed answers are wrong, as far as one answer and the topology tell, and what mends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from acrdns.azure import AZURE_DNS, cloud_of
from acrdns.check.answers.classify import is_privatelink, over_privatelink, privatelink_name
from acrdns.check.answers.not_in_azure import OtherEndpoints, not_in_azure
from acrdns.check.answers.shown import shown
from acrdns.check.answers.signs import asks_public_dns
from acrdns.check.fixes.add_endpoint_address import AddEndpointAddress
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.approve_endpoint import ApproveEndpoint
from acrdns.check.fixes.fix import ADDRESS, NETWORK, ZoneName
from acrdns.check.fixes.link_zone import LinkZone, linking, privatelink_zone
from acrdns.check.fixes.set_client_servers import asking
from acrdns.check.fixes.set_forwarder import SetForwarder, forwarding, targets_for
from acrdns.check.fixes.set_link import SetLink
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.fixes.wait_for_link import WaitForLink
from acrdns.names import is_under, name, show
from acrdns.record import is_private

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.evidence import Case
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.topology.model import Network, PrivateZone, Topology


@dataclass(frozen=True, slots=True)
class Remedy:
    """Why it is so, as far as the topology tells, and what mends it."""

    cause: str
    """Lower case, to follow a semicolon."""
    fixes: tuple[Fix, ...]
    path: Path = ()
    """Where in the topology file the cause stands."""


def zone_of(case: Case) -> str:
    """Return the private zone that the case's record belongs in: `privatelink.azurecr.io`."""
    return cloud_of(case.fqdn).privatelink


def record_of(case: Case) -> str:
    """Return the relative name of the case's record in that zone: `contoso.eastus.data`."""
    return case.fqdn.removesuffix("." + cloud_of(case.fqdn).registry)


def label_of(case: Case) -> str:
    """Return the registry's host label."""
    return case.fqdn.partition(".")[0]


def right_address(case: Case) -> str:
    """Return the address that the record should have, or a word to put it in the place of."""
    return case.expectation.addresses[0] if case.expectation.addresses else ADDRESS


def set_record(topology: Topology, vantage: str, case: Case, wrong: Iterable[str] = ()) -> SetRecord:
    """Return the record that the endpoint needs, in the place of wrong addresses."""
    return SetRecord(_zone_name(topology, vantage, case), record_of(case), (right_address(case),), tuple(wrong))


def replace_record(topology: Topology, vantage: str, case: Case) -> SetRecord:
    """Return the right address in the place of every address that was observed."""
    right = case.expectation.addresses
    wrong = (address for address in dict.fromkeys(case.observation.addresses) if address not in right)
    return set_record(topology, vantage, case, wrong)


def remove_records(
    topology: Topology, vantage: str, case: Case, addresses: Iterable[str], kind: Literal["A", "AAAA"] = "A"
) -> SetRecord:
    """Return the record set without some addresses."""
    zone = _zone_name(topology, vantage, case)
    return SetRecord(zone, record_of(case), remove=tuple(addresses), type=kind)


def _zone_name(topology: Topology, vantage: str, case: Case) -> ZoneName:
    """Return the zone that the case's record belongs in: the one that decided, if it has the right name."""
    zone = deciding_zone(topology, vantage, case)
    if zone and show(zone.apex) == zone_of(case):
        return ZoneName.of(zone)
    return (
        privatelink_zone(topology, case.registry)[0]
        if case.registry in topology.registries
        else ZoneName(zone_of(case))
    )


def show_addresses() -> Fix:
    """Ask Azure which address belongs to which member."""
    query = "ipConfigurations[].[privateIPAddress, privateLinkConnectionProperties.requiredMemberName]"
    return Advice("", (f'az network nic show --ids NETWORK_INTERFACE_ID --query "{query}" -o table',))


def record_path(topology: Topology, vantage: str, case: Case) -> Path:
    """Return the place of the record that decided, as far as the topology has it; else of its zone."""
    zone = deciding_zone(topology, vantage, case)
    return ("private_dns_zones", zone.key, "records", record_of(case)) if zone else ()


def deciding_zone(topology: Topology, vantage: str, case: Case) -> PrivateZone | None:
    """Return the most specific private zone linked to a vantage point's network that covers the end of the chain."""
    network = home_of(topology, vantage)
    end = name(case.observation.chain[-1] if case.observation.chain else case.fqdn)
    covering = [
        zone
        for zone in topology.private_dns_zones.values()
        if network in zone.links and zone.links[network].active and is_under(end, zone.apex)
    ]
    return max(covering, key=lambda zone: len(zone.apex), default=None)


def home_of(topology: Topology, vantage: str) -> str:
    """Return the network of a vantage point; `internet` and other texts stay as they are."""
    return topology.vantage(vantage).name if vantage in topology.vantages[1:] else vantage


def for_public_answer(topology: Topology, vantage: str, case: Case, *, sees_zone: bool = False) -> Remedy:
    """Say why a private answer did not come, and how to get it (facts.md F01, F02, F03, F06, F13, F15, F19, F22).

    `sees_zone`: other names show that the resolver asked sees a private zone.
    """
    if len(case.observation.chain) > 1 and not over_privatelink(case):
        return _not_approved(case)
    if vantage not in topology.vantages[1:]:
        if sees_zone or case.expectation.kind == "unknown":
            return _mixed(case)
        zone = _zone_name(topology, vantage, case)
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
        (*fixes, LinkZone(_zone_name(topology, network.name, case), f"{NETWORK}_OF_THE_SERVER")),
        path,
    )


def _on_premises(topology: Topology, network: Network, case: Case) -> Remedy:
    inbound = [a for resolver in topology.private_resolvers.values() for a in resolver.inbound_endpoints]
    forwarder = forwarding(("networks", network.name), network.name, cloud_of(case.fqdn).registry, inbound)
    return Remedy(f"{network.name} asks public DNS", (forwarder,), ("networks", network.name))


def _azure_dns(topology: Topology, network: Network, case: Case) -> Remedy:
    zone = zone_of(case)
    named = [z for z in topology.private_dns_zones.values() if show(z.apex) == zone]
    linked = next((z for z in named if network.name in z.links), None)
    if linked is None:
        key = named[0].key if named else None
        path: Path = ("private_dns_zones", key, "virtual_network_links") if key else ("networks", network.name)
        return Remedy(f"{zone} is not linked to {network.name}", linking(topology, network.name, case.registry), path)
    link = linked.links[network.name]
    path = ("private_dns_zones", linked.key, "virtual_network_links", network.name)
    if not link.active:
        waiting = WaitForLink(ZoneName.of(linked), network.name)
        return Remedy(f"the link of {zone} to {network.name} is in progress", (waiting,), path)
    if link.resolution_policy == "NxDomainRedirect":
        return Remedy(
            f"the link of {zone} to {network.name} falls back to public DNS, which hides that the record is missing",
            (set_record(topology, network.name, case),),
            path,
        )
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
        path,
    )


def for_missing_record(topology: Topology, vantage: str, case: Case, others: OtherEndpoints) -> Remedy:
    """Say why a name has no address, and how it gets one (facts.md F04, F05, F08, F10, F12, F17, F23).

    `others`: what the run shows of the registry's other endpoints.
    """
    zone = deciding_zone(topology, vantage, case)
    if found := shown(case, cloud_of(case.fqdn), vantage):
        return Remedy(*found)
    if zone and show(zone.apex) != zone_of(case):
        apex = show(zone.apex)
        network = home_of(topology, vantage)
        path: Path = ("private_dns_zones", zone.key, "virtual_network_links", network)
        cause = f"the private zone {apex} is linked to {network} and hides it"
        return Remedy(cause, (UnlinkZone(ZoneName.of(zone), network),), path)
    if case.expectation.kind == "public":
        return _missing_publicly(topology, vantage, case, zone, others)
    if case.expectation.kind == "private" and not case.expectation.addresses and not case.expectation.any_private:
        return _without_address(topology, vantage, case)
    if over_privatelink(case) or len(case.observation.chain) < 2:  # noqa: PLR2004 -- the name asked, and nothing else
        return _missing_privately(topology, vantage, case, zone, others)
    return Remedy("its aliases end in nothing", (Advice(f"check what answers for {case.observation.chain[-1]}"),))


def _without_address(topology: Topology, vantage: str, case: Case) -> Remedy:
    endpoint = topology.endpoints_in_reach(vantage, case.registry)[0]
    return Remedy(
        "if Azure has given it one by now, the topology file is out of date: az network nic show",
        (AddEndpointAddress(endpoint.name, str(case.member)), set_record(topology, vantage, case)),
        ("private_endpoints", endpoint.name, "addresses"),
    )


def _missing_publicly(
    topology: Topology, vantage: str, case: Case, zone: PrivateZone | None, others: OtherEndpoints
) -> Remedy:
    if over_privatelink(case):
        path: Path = ("private_dns_zones", zone.key, "virtual_network_links", vantage) if zone else ()
        cause = f"a private zone {zone_of(case)} without this record answers there"
        link = _zone_name(topology, vantage, case)
        return Remedy(cause, (SetLink(link, vantage or NETWORK, "resolution_policy", "NxDomainRedirect"),), path)
    return Remedy(*not_in_azure(case, others))


def _missing_privately(
    topology: Topology, vantage: str, case: Case, zone: PrivateZone | None, others: OtherEndpoints
) -> Remedy:
    chain = case.observation.chain
    expectation = case.expectation
    if len(chain) < 2 and (expectation.kind == "unknown" or expectation.any_private):  # noqa: PLR2004 -- no alias
        return Remedy(*not_in_azure(case, others))
    path: Path = ("private_dns_zones", zone.key) if zone else ()
    if chain and is_privatelink(chain[-1]) and chain[-1] != privatelink_name(case):
        return Remedy(
            f"its alias leads to {chain[-1]}, another endpoint's name", (set_record(topology, vantage, case),), path
        )
    return Remedy(f"{zone_of(case)} has no record {record_of(case)}", (set_record(topology, vantage, case),), path)
