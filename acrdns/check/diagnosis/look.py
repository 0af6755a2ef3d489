"""Read-only looks that show whether a fault is there: az commands, and steps on machines that Azure does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.azure import AZURE_DNS
from acrdns.check.diagnosis.diagnosed import PIN
from acrdns.check.fixes.add_endpoint_address import members_of
from acrdns.check.fixes.fix import GROUP, PRIVATELINK, ZoneName, az

if TYPE_CHECKING:
    from acrdns.check.faults.fault import Candidate
    from acrdns.topology.model import Topology


class Look(NamedTuple):
    """A read-only look at one object, and what it shows where a fault is there."""

    step: str
    """An az command, or a step in words for what no az command shows."""
    shows: str
    """The sign of the fault, as it stands after `it shows`; `{}` stands for `of`."""
    of: str = ""


_LINKS = {
    "vnet-without-zone-link": "no link to {}",
    "resolver-network-without-zone-link": "no link to {}",
    "wrong-zone-linked": "no link to {}",
    "link-in-progress": "a link to {} whose state is InProgress",
    "third-party-hidden": "a link to {} without the resolution policy NxDomainRedirect",
}
_ZONES = {
    "misspelt-private-zone": "a name that is nearly {}",
    "shadowed-private-zone": "{}",
    "zone-of-public-name": "{}",
}
_RECORDS = {
    "missing-record": "no record {}",
    "replica-without-record": "no record {}",
    "redirect-masks-missing-record": "no record {}",
    "stale-private-ip": "a wrong address at {}",
    "shared-address": "a wrong address at {}",
    "other-registrys-address": "a wrong address at {}",
    "swapped-address": "wrong addresses at {}",
    "dnl-record-without-hash": "no record {}, but one without the hash",
    "ipv6-bypass": "an AAAA record {}",
    "shared-record-deleted": "no record of the registry",
    "endpoint-records-collide": "the addresses of another private endpoint",
}
_ASKED = {
    "bypassed-azure-dns": "a public resolver",
    "azure-dns-from-on-premises": AZURE_DNS,
    "unreachable-dns-server": "an address that gives no answer to `dig @ADDRESS`",
    "privatelink-only-forwarding": "a forwarder for privatelink names alone",
}
"""The sign in a client's list of DNS servers, or in a server's list of forwarders."""

_NARROWER = "a forwarder for some of its names alone"


def look(fault: str, candidate: Candidate, topology: Topology) -> Look | None:
    """Return the look that shows whether a fault is at a place, or None if none does."""
    subject = candidate.subject
    ruleset = _ruleset_of(subject, topology) if fault == "vnet-without-zone-link" else None
    if ruleset:
        step = az("dns-resolver vnet-link list", "-g", GROUP, "--ruleset-name", ruleset)
        return Look(step, "no link to {}", subject)
    if fault in _LINKS:
        zone, network = _privatelink(topology), str(candidate.path[-1]) if fault == "third-party-hidden" else subject
        step = az("network private-dns link vnet list", "-g", zone.group, "-z", zone.apex, "-o", "table")
        return Look(step, _LINKS[fault], network)
    if fault in _ASKED:
        narrower = fault == "bypassed-azure-dns" and "conditional_forwarders" in candidate.path
        return Look(_of_servers(subject, topology), _NARROWER if narrower else _ASKED[fault])
    if fault in _RECORDS:
        return _of_record(fault, subject, topology)
    return _of_resource(fault, candidate, topology)


def _of_servers(subject: str, topology: Topology) -> str:
    """Return the look at the DNS servers that a network or its clients ask, or that a server forwards to."""
    if subject in topology.dns_servers:
        return f"on {subject}: list where it forwards {topology.cloud.registry}"
    network = topology.networks.get(subject)
    if network is None or network.kind != "virtual_network":
        return f"on a machine in {subject}: list its DNS servers (cat /etc/resolv.conf; Windows: ipconfig /all)"
    return az("network vnet show", "-g", GROUP, "-n", subject, "--query", "dhcpOptions.dnsServers")


def _of_resource(fault: str, candidate: Candidate, topology: Topology) -> Look | None:
    """Return the look at a zone, private endpoint, ruleset or hosts file."""
    subject = candidate.subject
    if fault in _ZONES:
        return _of_zone(fault, candidate, topology)
    endpoint, _, member = subject.partition("/")
    if fault == "endpoint-not-approved":
        query = "privateLinkServiceConnections[].privateLinkServiceConnectionState"
        step = az("network private-endpoint show", "-g", GROUP, "-n", endpoint, "--query", query)
        return Look(step, "the status Pending or Rejected")
    if fault == "replica-without-address":
        return Look(members_of(endpoint), "no line for {}", member)
    if fault == "forwarding-loop":
        step = az("dns-resolver forwarding-rule list", "-g", GROUP, "--ruleset-name", subject)
        return Look(step, "a rule that leads back into a network of the ruleset")
    if fault == PIN:
        return Look(f"on a machine in {subject}: read its hosts file (/etc/hosts)", "a line for a name of the registry")
    return None


def _of_zone(fault: str, candidate: Candidate, topology: Topology) -> Look:
    """Return the look at the names of zones, those that a DNS server holds itself, or those in Azure."""
    subject = candidate.subject
    if candidate.path[0] == "dns_servers":
        step = f"on {subject}: list the zones that it holds itself"
        return Look(step, "{}, or a zone below it", topology.cloud.registry)
    zone = str(candidate.path[1]) if fault == "zone-of-public-name" else subject.partition(" @ ")[0]
    known = topology.private_dns_zones.get(zone)
    step = az("network private-dns zone list", "--query", "[].name")
    return Look(step, _ZONES[fault], ZoneName.of(known).apex if known else zone)


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


def _of_record(fault: str, subject: str, topology: Topology) -> Look | None:
    key, _, owner = subject.partition("/")
    zone = topology.private_dns_zones.get(key)
    if key in topology.dns_servers:
        return Look(f"on {key}: list the records of its own zones", _RECORDS[fault], owner)
    if zone is None:
        return None
    named = ZoneName.of(zone)
    step = az("network private-dns record-set list", "-g", named.group, "-z", named.apex, "-o", "table")
    return Look(step, _RECORDS[fault], owner)
