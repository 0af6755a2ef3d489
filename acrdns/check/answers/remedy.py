"""Why observed answers are wrong, as far as one answer and the topology tell, and what mends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from acrdns.azure import cloud_of
from acrdns.check.answers.classify import is_privatelink, over_privatelink, privatelink_name
from acrdns.check.answers.not_in_azure import OtherEndpoints, not_in_azure
from acrdns.check.answers.shown import shown
from acrdns.check.fixes.add_endpoint_address import AddEndpointAddress
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.fix import ADDRESS, NETWORK, ZoneName
from acrdns.check.fixes.link_zone import privatelink_zone
from acrdns.check.fixes.set_forwarder import answering
from acrdns.check.fixes.set_link import SetLink
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.names import is_under, name, show
from acrdns.topology.inbound import inbound_endpoints

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.evidence import Case
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.topology.model import PrivateZone, Topology


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
    return SetRecord(zone_name(topology, vantage, case), record_of(case), (right_address(case),), tuple(wrong))


def replace_record(topology: Topology, vantage: str, case: Case) -> SetRecord:
    """Return the right address in the place of every address that was observed."""
    right = case.expectation.addresses
    wrong = (address for address in dict.fromkeys(case.observation.addresses) if address not in right)
    return set_record(topology, vantage, case, wrong)


def remove_records(
    topology: Topology, vantage: str, case: Case, addresses: Iterable[str], kind: Literal["A", "AAAA"] = "A"
) -> SetRecord:
    """Return the record set without some addresses."""
    zone = zone_name(topology, vantage, case)
    return SetRecord(zone, record_of(case), remove=tuple(addresses), type=kind)


def zone_name(topology: Topology, vantage: str, case: Case) -> ZoneName:
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
    """Return the most specific private zone linked to the network that answers, which covers the end of the chain."""
    network = answering_network(topology, vantage)
    end = name(case.observation.chain[-1] if case.observation.chain else case.fqdn)
    covering = [
        zone
        for zone in topology.private_dns_zones.values()
        if network in zone.links and zone.links[network].active and is_under(end, zone.apex)
    ]
    return max(covering, key=lambda zone: len(zone.apex), default=None)


def answering_network(topology: Topology, vantage: str) -> str:
    """Return the virtual network whose links count for a vantage point's questions; a placeholder where none is known.

    That is the network of the DNS server that is asked, as far as the file has one that asks Azure-provided DNS.
    """
    if vantage not in topology.vantages[1:]:
        return NETWORK
    network, inbound = topology.vantage(vantage), inbound_endpoints(topology)
    home = answering(topology, network.name, network.client)
    for address in network.dns_servers:
        server = topology.server_at(network, address)
        if address in inbound or server:
            home = answering(topology, server.network, server.client) if server else inbound[address]
            break
    return home if topology.networks[home].kind == "virtual_network" else NETWORK


def for_missing_record(topology: Topology, vantage: str, case: Case, others: OtherEndpoints) -> Remedy:
    """Say why a name has no address, and how it gets one (facts.md F04, F05, F08, F10, F12, F17, F23).

    `others`: what the run shows of the registry's other endpoints.
    """
    zone = deciding_zone(topology, vantage, case)
    if found := shown(case, cloud_of(case.fqdn), answering_network(topology, vantage)):
        return Remedy(*found)
    if zone and show(zone.apex) != zone_of(case):
        apex = show(zone.apex)
        network = answering_network(topology, vantage)
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
        network = answering_network(topology, vantage)
        path: Path = ("private_dns_zones", zone.key, "virtual_network_links", network) if zone else ()
        cause = f"a private zone {zone_of(case)} without this record answers there"
        link = zone_name(topology, vantage, case)
        return Remedy(cause, (SetLink(link, network, "resolution_policy", "NxDomainRedirect"),), path)
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
