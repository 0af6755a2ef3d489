"""The commands that mend what observed answers show: real az commands, with zone, record and address filled in.

What only the reader can know stands in angle brackets, as in the Azure CLI's own help.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS, CLOUDS
from acrdns.check.answers.classify import is_privatelink, over_privatelink, privatelink_name
from acrdns.names import is_under, name, show

if TYPE_CHECKING:
    from acrdns.azure import Cloud
    from acrdns.check.evidence import Case
    from acrdns.errors import Path
    from acrdns.topology.model import Network, PrivateZone, Topology

GROUP = "-g <resource-group>"
UNKNOWN_ADDRESS = "<private-ip>"


@dataclass(frozen=True, slots=True)
class Remedy:
    """Why it is so, as far as the topology tells, and what mends it."""

    cause: str
    """Lower case, to follow a semicolon."""
    fix: str
    path: Path = ()
    """Where in the topology file the cause stands."""


def cloud_of(fqdn: str) -> Cloud:
    """Return the cloud of an endpoint's name. Raises ValueError."""
    for cloud in CLOUDS.values():
        if fqdn.endswith("." + cloud.registry):
            return cloud
    raise ValueError(f"{fqdn} is no endpoint's name")


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
    """Return the address that the record should have, or a place to write it into."""
    return case.expectation.addresses[0] if case.expectation.addresses else UNKNOWN_ADDRESS


def record_set(case: Case, verb: str, address: str, type_: str = "a") -> str:
    """Write one `az network private-dns record-set` command; `verb` is `add-record` or `remove-record`."""
    zone, record = zone_of(case), record_of(case)
    return f"az network private-dns record-set {type_} {verb} {GROUP} -z {zone} -n {record} -a {address}"


def add_record(case: Case) -> str:
    """Write the record that the endpoint needs."""
    return record_set(case, "add-record", right_address(case))


def replace_record(case: Case) -> str:
    """Put the right address in the place of every address that was observed."""
    wrong = [a for a in dict.fromkeys(case.observation.addresses) if a not in case.expectation.addresses]
    removed = [record_set(case, "remove-record", address) + " --keep-empty-record-set" for address in wrong]
    return " && ".join((*removed, add_record(case)))


def show_addresses() -> str:
    """Ask Azure which address belongs to which member."""
    query = "ipConfigurations[].[privateIPAddress, privateLinkConnectionProperties.requiredMemberName]"
    return f'az network nic show --ids <network-interface-of-the-endpoint> --query "{query}" -o table'


def record_path(topology: Topology, vantage: str, case: Case) -> Path:
    """Return the place of the record that decided, as far as the topology has it; else of its zone."""
    zone = deciding_zone(topology, vantage, case)
    return ("private_dns_zones", zone.key, "records", record_of(case)) if zone else ()


def create_link(zone: str, network: str) -> str:
    """Link a private zone to a virtual network."""
    return f"az network private-dns link vnet create {GROUP} -z {zone} -n {network}-link -v {network} -e false"


def delete_link(zone: str, network: str) -> str:
    """Take a private zone away from a virtual network."""
    return f"az network private-dns link vnet delete {GROUP} -z {zone} -n <link of {network}> -y"


def fall_back(zone: str, network: str) -> str:
    """Let a link fall back to public DNS for names that the zone does not have."""
    link = f"<link of {network}>"
    return f"az network private-dns link vnet update {GROUP} -z {zone} -n {link} --resolution-policy NxDomainRedirect"


def deciding_zone(topology: Topology, network: str, case: Case) -> PrivateZone | None:
    """Return the most specific private zone linked to a network that covers the end of the case's chain."""
    end = name(case.observation.chain[-1] if case.observation.chain else case.fqdn)
    covering = [
        zone
        for zone in topology.private_dns_zones.values()
        if network in zone.links and zone.links[network].active and is_under(end, zone.apex)
    ]
    return max(covering, key=lambda zone: len(zone.apex), default=None)


def for_public_answer(topology: Topology, vantage: str, case: Case) -> Remedy:
    """Say why a private answer did not come, and how to get it (facts.md F01, F02, F03, F06, F13, F15, F19, F22)."""
    if len(case.observation.chain) > 1 and not over_privatelink(case):
        return _not_approved(case)
    if vantage not in topology.networks:
        link = create_link(zone_of(case), "<virtual-network>")
        return Remedy(f"the zone {zone_of(case)} is not seen by this resolver", link)
    network = topology.networks[vantage]
    if network.dns_servers:
        return _own_servers(topology, network, case)
    if network.kind == "on_premises":
        return _on_premises(topology, network, case)
    return _azure_dns(topology, network, case)


def _not_approved(case: Case) -> Remedy:
    registry = label_of(case)
    return Remedy(
        f"no name of the chain is under {zone_of(case)}: to Azure, {registry} has no approved private endpoint",
        f"az acr private-endpoint-connection list -r {registry} && "
        f"az acr private-endpoint-connection approve -r {registry} -n <connection>",
    )


def _own_servers(topology: Topology, network: Network, case: Case) -> Remedy:
    servers, suffix = ", ".join(network.dns_servers), cloud_of(case.fqdn).registry
    inbound = [a for resolver in topology.private_resolvers.values() for a in resolver.inbound_endpoints]
    if network.kind == "on_premises":
        target = " or ".join(inbound) or "an inbound endpoint of a private resolver"
    else:
        target = AZURE_DNS
    return Remedy(
        f"{network.name} asks its own DNS servers ({servers}), so that links to {network.name} do not count",
        f"let {servers} forward {suffix} (not {zone_of(case)}) to {target}, "
        f"and link {zone_of(case)} to the network that {target} answers for: "
        f"{create_link(zone_of(case), '<virtual-network>')}",
        ("networks", network.name, "dns_servers"),
    )


def _on_premises(topology: Topology, network: Network, case: Case) -> Remedy:
    inbound = [a for resolver in topology.private_resolvers.values() for a in resolver.inbound_endpoints]
    target = " or ".join(inbound) or "an inbound endpoint of a private resolver"
    return Remedy(
        f"{network.name} asks public DNS",
        f"give {network.name} a DNS server that forwards {cloud_of(case.fqdn).registry} to {target}",
        ("networks", network.name),
    )


def _azure_dns(topology: Topology, network: Network, case: Case) -> Remedy:
    zone = zone_of(case)
    named = [z for z in topology.private_dns_zones.values() if show(z.apex) == zone]
    linked = next((z for z in named if network.name in z.links), None)
    if linked is None:
        key = named[0].key if named else None
        path: Path = ("private_dns_zones", key, "virtual_network_links") if key else ("networks", network.name)
        return Remedy(f"{zone} is not linked to {network.name}", create_link(zone, network.name), path)
    link = linked.links[network.name]
    path = ("private_dns_zones", linked.key, "virtual_network_links", network.name)
    if not link.active:
        show_link = f"az network private-dns link vnet show {GROUP} -z {zone} -n <link of {network.name}>"
        return Remedy(f"the link of {zone} to {network.name} is in progress", f"wait until it is: {show_link}", path)
    if link.resolution_policy == "NxDomainRedirect":
        return Remedy(
            f"the link of {zone} to {network.name} falls back to public DNS, which hides that the record is missing",
            add_record(case),
            path,
        )
    return Remedy(
        f"{zone} is linked to {network.name}, so that the resolver asked is not {network.name}'s, "
        "or forwards to public DNS",
        f"ask the resolver of {network.name} (--server), or let the one asked forward to {AZURE_DNS}",
        path,
    )


def for_missing_record(topology: Topology, vantage: str, case: Case) -> Remedy:
    """Say why a name has no address, and how it gets one (facts.md F04, F05, F08, F10, F12, F17, F23)."""
    zone = deciding_zone(topology, vantage, case)
    if zone and show(zone.apex) != zone_of(case):
        apex = show(zone.apex)
        path: Path = ("private_dns_zones", zone.key, "virtual_network_links", vantage)
        cause = f"the private zone {apex} is linked to {vantage} and hides it"
        return Remedy(cause, delete_link(apex, vantage), path)
    if case.expectation.kind == "public":
        return _missing_publicly(case, vantage, zone)
    if case.expectation.kind == "private" and not case.expectation.addresses:
        return _without_address(topology, vantage, case)
    if over_privatelink(case) or len(case.observation.chain) < 2:  # noqa: PLR2004 -- the name asked, and nothing else
        return _missing_privately(case, zone)
    return Remedy("its aliases end in nothing", f"check what answers for {case.observation.chain[-1]}")


def _without_address(topology: Topology, vantage: str, case: Case) -> Remedy:
    near = {vantage} | topology.networks[vantage].peerings
    endpoints = [e for e in topology.approved_endpoints(case.registry) if e.network in near]
    endpoint = next((e for e in endpoints if e.network == vantage), endpoints[0])
    address = (
        f"az network private-endpoint ip-config add {GROUP} --endpoint-name {endpoint.name} -n {case.member} "
        f"--group-id registry --member-name {case.member} --private-ip-address {UNKNOWN_ADDRESS}"
    )
    return Remedy(
        "if Azure has given it one by now, the topology file is out of date: az network nic show",
        f"{address} && {add_record(case)}",
        ("private_endpoints", endpoint.name, "addresses"),
    )


def _missing_publicly(case: Case, vantage: str, zone: PrivateZone | None) -> Remedy:
    if over_privatelink(case):
        path: Path = ("private_dns_zones", zone.key, "virtual_network_links", vantage) if zone else ()
        cause = f"a private zone {zone_of(case)} without this record answers there"
        return Remedy(cause, fall_back(zone_of(case), vantage or "<virtual-network>"), path)
    return _not_in_azure(case)


def _not_in_azure(case: Case) -> Remedy:
    registry = label_of(case)
    if case.member.kind == "data":
        cause = f"to Azure, {registry} has no replica in {case.member.region}, or its dedicated data endpoints are off"
        shown = f"az acr show-endpoints -n {registry}"
        return Remedy(cause, f"{shown} && az acr update -n {registry} --data-endpoint-enabled true")
    return Remedy(f"to Azure, there is no such endpoint of {registry}", f"az acr show-endpoints -n {registry}")


def _missing_privately(case: Case, zone: PrivateZone | None) -> Remedy:
    chain = case.observation.chain
    if len(chain) < 2 and case.expectation.kind == "unknown":  # noqa: PLR2004 -- no alias
        return _not_in_azure(case)
    path: Path = ("private_dns_zones", zone.key) if zone else ()
    if chain and is_privatelink(chain[-1]) and chain[-1] != privatelink_name(case):
        return Remedy(f"its alias leads to {chain[-1]}, another endpoint's name", add_record(case), path)
    return Remedy(f"{zone_of(case)} has no record {record_of(case)}", add_record(case), path)
