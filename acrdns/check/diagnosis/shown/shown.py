"""The places of a fault that a wrong answer shows by what it is.

A hosts file pins any number of names. NODATA says that the name exists without the type that was asked for, perhaps by
a wildcard. The SOA record of a negative answer names the zone that it comes from, which a server of one's own may hold.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.answers.signs import is_of_azure
from acrdns.check.diagnosis.answer import FAILED
from acrdns.check.diagnosis.diagnosed import PIN
from acrdns.check.diagnosis.shown.narrow import narrower
from acrdns.check.diagnosis.shown.pins import pins
from acrdns.check.faults import named
from acrdns.check.faults.fault import Candidate
from acrdns.check.faults.site import DEAD
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.delete_record_set import DeleteRecordSet
from acrdns.check.fixes.delete_server_zone import DeleteServerZone
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.set_server_record import SetServerRecord
from acrdns.names import is_under, name, relative, show
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.worlds import Simulated

SILENT = "unreachable-dns-server"
_LEFT_WITHOUT = ("third-party-hidden", "shared-record-deleted")
"""Faults after which names are looked up in a zone that does not have them."""
_WRONG_ADDRESS = ("stale-private-ip", "shared-address", "other-registrys-address")


def shown(fault: str, node: Simulated, wrong: Answered) -> Iterator[Candidate]:
    """Return the places of a fault that a wrong answer shows."""
    if fault == PIN:
        yield from pins(node, wrong)
    elif fault == "bypassed-azure-dns":
        yield from narrower(node, wrong)
    elif fault == "missing-record" and wrong.outcome is Outcome.NODATA and wrong.asked.type is Type.A:
        yield from _without_the_type(node, wrong)
    elif fault == "missing-record" and wrong.outcome is Outcome.NXDOMAIN:
        yield from _without_own_record(node, wrong)
    elif fault in _LEFT_WITHOUT and wrong.outcome is Outcome.NODATA and wrong.asked.type is Type.A:
        yield from _with_wildcard(fault, node, wrong)
    elif fault == SILENT and (wrong.outcome in FAILED or wrong.outcome is Outcome.REFUSED):
        yield from _silent_servers(node, wrong)
    elif fault in _WRONG_ADDRESS and len(wrong.addresses) > 1:
        yield from _several_addresses(fault, node, wrong)
    elif fault == "zone-of-public-name" and wrong.denied_by and not is_of_azure(wrong.denied_by[1]):
        yield from _own_zones(node, wrong)


def _without_own_record(node: Simulated, wrong: Answered) -> Iterator[Candidate]:
    """Return the records of a name, gone, in zones that DNS servers hold themselves."""
    endpoint = node.layout.by_name.get(name(wrong.asked.fqdn))
    owners = (endpoint.public, endpoint.alias) if endpoint else ()
    for key, server in node.topology.dns_servers.items():
        for apex, records in server.zones.items():
            for rrset in records:
                if rrset.type == Type.A and rrset.name in owners:
                    zone, owner = show(apex), relative(rrset.name, apex)
                    yield Candidate(
                        f"{key}/{show(rrset.name)}",
                        f"the zone {zone} on {key} has no record {owner}",
                        SetServerRecord(key, zone, owner, "A").edits(node.topology),
                        (SetServerRecord(key, zone, owner, "A", rrset.texts()),),
                        ("dns_servers", key, "zones", zone),
                    )


def _without_the_type(node: Simulated, wrong: Answered) -> Iterator[Candidate]:
    """Return the records of a name, gone, where the zone has something else at or below it (RFC 1034, RFC 8020)."""
    needed, looked_up = node.needed(wrong.asked)
    site = node.site(looked_up)
    servers = ", ".join(str(part[1]) for part in sorted(needed or ()) if part[0] == "server")
    filtered = (
        f"if {servers} takes private addresses out of answers (dnsmasq --stop-dns-rebind, unbound private-address)"
    )
    for held in site.concerned:
        yield Candidate(
            held.subject,
            f"{held.zone.key} has no A record {held.owner}, but one of another type, or a name below it",
            (*site.without(held), Put(held.path, {"ttl": held.zone.ttl, "TXT": ["no A record is here"]})),
            (held.mended(),),
            held.path,
            otherwise=f"{filtered}, exempt {show(site.zones[0].apex)} there" if servers and wrong.chain[1:] else "",
        )


def _with_wildcard(fault: str, node: Simulated, wrong: Answered) -> Iterator[Candidate]:
    """Return the places of a fault that leaves names out of a zone, where a wildcard of another type makes NODATA."""
    endpoint, site = node.layout.by_name.get(name(wrong.asked.fqdn)), node.site(node.needed(wrong.asked)[1])
    # A registry without a private endpoint has no dedicated data endpoints.
    owner = endpoint.registry.name if endpoint else ""
    for candidate in named(fault).find(site, {wrong.asked.fqdn: ()}) if endpoint else ():
        zone = node.topology.private_dns_zones[str(candidate.path[1])]
        own = (owner, f"{zone.key}/{owner}", *((zone.key,) if owner in site.registries_in[zone.key] else ()))
        if candidate.subject in own:
            wildcard = Put(("private_dns_zones", zone.key, "records", "*"), {"TXT": ["no address"]})
            yield replace(
                candidate,
                message=f"{candidate.message}; a wildcard in {zone.key} has no address",
                edits=(*candidate.edits, wildcard),
                fixes=(DeleteRecordSet(ZoneName.of(zone), "*", "TXT"), *candidate.fixes),
            )


def _silent_servers(node: Simulated, wrong: Answered) -> Iterator[Candidate]:
    """Return the virtual network that should ask Azure-provided DNS, which hardly fails, and asks what is silent."""
    vantage = wrong.asked.vantage
    site = node.site(node.needed(wrong.asked)[1])
    for setting in site.settings():
        asks_azure = not setting.network.dns_servers and setting.network.kind == "virtual_network"
        if asks_azure and vantage.partition("/")[0] == setting.network.name:
            yield Candidate(
                setting.vantage,
                f"no DNS server answers {setting.vantage}: neither Azure-provided DNS, nor one set in its place",
                (Put(setting.path, [DEAD]),),
                (setting.fix, Advice(f"see whether machines in {setting.vantage} reach {AZURE_DNS}")),
                setting.path,
            )


def _several_addresses(fault: str, node: Simulated, wrong: Answered) -> Iterator[Candidate]:
    """Return the records of a name with all addresses observed, where such a fault is about those that are wrong."""
    topology = node.topology
    site = node.site(node.needed(wrong.asked)[1])
    kinds = {kind_of(address, topology) for address in wrong.addresses}
    if AddressKind.PRIVATE not in kinds or AddressKind.UNUSABLE in kinds or any(":" in a for a in wrong.addresses):
        return
    for held in site.concerned:
        surplus = [address for address in wrong.addresses if address not in held.addresses]
        own = [other for other in site.records if other.endpoint.registry is held.endpoint.registry]
        if not set(surplus) <= site.taken:
            right = "stale-private-ip"
        else:
            right = (
                "shared-address"
                if set(surplus) <= {a for other in own for a in other.addresses}
                else "other-registrys-address"
            )
        if surplus and fault == right:
            listed, lacking = ", ".join(surplus), tuple(a for a in held.addresses if a not in wrong.addresses)
            yield Candidate(
                held.subject,
                f"{held.owner} in {held.zone.key} has {len(wrong.addresses)} addresses, and {listed} is not its own",
                held.pointed_at(*wrong.addresses),
                (SetRecord(ZoneName.of(held.zone), held.owner, lacking, tuple(surplus)),),
                held.path,
            )


def _own_zones(node: Simulated, wrong: Answered) -> Iterator[Candidate]:
    """Return the servers that may hold the zone that denied a name, where that zone is none of Azure's."""
    apex = (wrong.denied_by or ("", ""))[0]
    suffix = name(node.topology.cloud.registry)
    if not is_under(name(wrong.asked.fqdn), name(apex)) and not is_under(name(apex), suffix):
        return
    for key, server in node.topology.dns_servers.items():
        if name(apex) not in server.zones:
            # A server resolves an alias target in its own zones where it does not take the whole chain as it comes.
            iterate = (Put(("dns_servers", key, "recursion"), "iterate"),) if server.recursion != "iterate" else ()
            yield Candidate(
                key,
                f"{key} holds a zone {apex} of its own, which does not have {wrong.asked.fqdn} or its alias target",
                (Put(("dns_servers", key, "zones", apex), {}), *iterate),
                (DeleteServerZone(key, apex, (), instead=apex),),
                ("dns_servers", key),
                likelihood=10,
            )
