"""Read-only az commands that show whether a fault is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.stale_private_ip import members_of
from acrdns.check.fixes.fix import GROUP, PRIVATELINK, ZoneName, az

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

_LINKS = frozenset(
    (
        "vnet-without-zone-link",
        "link-in-progress",
        "wrong-zone-linked",
        "resolver-network-without-zone-link",
        "third-party-hidden",
    )
)
_SERVERS = frozenset(("bypassed-azure-dns", "unreachable-dns-server", "azure-dns-from-on-premises"))
_ZONES = frozenset(("misspelt-private-zone", "shadowed-private-zone", "zone-of-public-name"))
_RECORDS = frozenset(
    (
        "missing-record",
        "replica-without-record",
        "redirect-masks-missing-record",
        "stale-private-ip",
        "shared-address",
        "other-registrys-address",
        "dnl-record-without-hash",
        "ipv6-bypass",
        "swapped-address",
        "shared-record-deleted",
        "endpoint-records-collide",
    )
)


def look(fault: str, subject: str, topology: Topology) -> str | None:
    """Return a command that shows whether a fault is at a subject, or None where Azure does not know."""
    ruleset = _ruleset_of(subject, topology) if fault == "vnet-without-zone-link" else None
    network = topology.networks.get(subject)
    if ruleset:
        return az("dns-resolver vnet-link list", "-g", GROUP, "--ruleset-name", ruleset)
    if fault in _LINKS:
        zone = _privatelink(topology)
        return az("network private-dns link vnet list", "-g", zone.group, "-z", zone.apex, "-o", "table")
    if fault in _SERVERS:
        virtual = network is not None and network.kind == "virtual_network"
        show = az("network vnet show", "-g", GROUP, "-n", subject, "--query", "dhcpOptions.dnsServers")
        return show if virtual else None
    if fault in _RECORDS:
        return _records(subject, topology)
    return _of_resource(fault, subject)


def _of_resource(fault: str, subject: str) -> str | None:
    """Return the command that shows a zone, private endpoint or ruleset."""
    if fault in _ZONES:
        return az("network private-dns zone list", "--query", "[].name")
    endpoint = subject.partition("/")[0]
    if fault == "endpoint-not-approved":
        query = "privateLinkServiceConnections[].privateLinkServiceConnectionState"
        return az("network private-endpoint show", "-g", GROUP, "-n", endpoint, "--query", query)
    if fault == "replica-without-address":
        return members_of(endpoint)
    if fault == "forwarding-loop":
        return az("dns-resolver forwarding-rule list", "-g", GROUP, "--ruleset-name", subject)
    return None


def _ruleset_of(network: str, topology: Topology) -> str | None:
    """Return the ruleset that is linked to a network which no zone is linked to, or None."""
    if any(network in zone.links for zone in topology.private_dns_zones.values()):
        return None
    rulesets = topology.dns_forwarding_rulesets.values()
    return next((ruleset.name for ruleset in rulesets if network in ruleset.links), None)


def _privatelink(topology: Topology) -> ZoneName:
    right = topology.cloud.privatelink
    zones = (ZoneName.of(zone) for zone in topology.private_dns_zones.values())
    return next((zone for zone in zones if zone.apex == right), PRIVATELINK)


def _records(subject: str, topology: Topology) -> str | None:
    zone = topology.private_dns_zones.get(subject.partition("/")[0])
    if zone is None:
        return None
    named = ZoneName.of(zone)
    return az("network private-dns record-set list", "-g", named.group, "-z", named.apex, "-o", "table")
