"""The record made by hand that decided a wrong answer, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.estate.properties import Property, strange_alias
from acrdns.check.expectation import expect
from acrdns.check.fixes.delete_record_set import DeleteRecordSet
from acrdns.check.fixes.delete_server_zone import DeleteServerZone
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.pin_name import PinName
from acrdns.check.fixes.set_forwarder import targets_for
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.set_server_record import SetServerRecord
from acrdns.check.fixes.unpin_name import UnpinName
from acrdns.names import ancestors, is_under, join, name, relative, show
from acrdns.record import Type
from acrdns.resolve.chain import MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.estate.properties import Violation
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.names import Name
    from acrdns.resolve.chain import Step
    from acrdns.topology.model import DnsServer, PrivateZone, Topology

_BY_HAND = (MatchKind.HOSTS, MatchKind.LOCAL_ZONE, MatchKind.PRIVATE_ZONE)


@dataclass(frozen=True, slots=True)
class Decided:
    """The place in the file, and what may mend it, in the order in which to try it."""

    path: Path
    choices: tuple[tuple[Fix, ...], ...]


def decided(facts: Facts, violation: Violation) -> Decided | None:
    """Return the last thing made by hand on the way of a counterexample, or None."""
    by_hand = [step for step in violation.counterexample.steps if step.matched.kind in _BY_HAND]
    if violation.broken is Property.KNOWN_SUFFIX:
        alias = strange_alias(violation.counterexample.response, facts.topology.cloud)
        by_hand = [step for step in by_hand if any(r.type == Type.CNAME and r.target == alias for r in step.records)]
    step = by_hand[-1] if by_hand else None
    if step is None or violation.vantage not in facts.topology.vantages[1:]:
        return None
    match step.matched.kind:
        case MatchKind.HOSTS:
            return _in_hosts(facts.topology, violation)
        case MatchKind.LOCAL_ZONE:
            return _on_server(facts.topology, violation, step)
        case _:
            return _in_private_zone(facts.topology, violation, step)


def _right(topology: Topology, violation: Violation, fqdn: str) -> tuple[str, ...]:
    """Return the address that an endpoint of the registry should have, if the file has one."""
    registry = topology.registries[violation.endpoints[0][0]]
    label, cloud = registry.dns_label, topology.cloud
    member = next(member for member in registry.members() if member.fqdn(label, cloud) == fqdn)
    return expect(topology, violation.vantage, registry, member).addresses[:1]


def _in_hosts(topology: Topology, violation: Violation) -> Decided | None:
    network = topology.vantage(violation.vantage)
    client = topology.networks[network.name].clients.get(network.client)
    owner = network.vantage if client and client.hosts is not None else network.name
    path = (*topology.path_of(owner), "hosts", violation.fqdn)
    # A public address changes without notice, so that none is to be pinned.
    private = (found for found in _right(topology, violation, violation.fqdn) if topology.owner_of(found))
    pinned = tuple((PinName(owner, violation.fqdn, address),) for address in private)
    return Decided(path, ((UnpinName(owner, violation.fqdn),), *pinned))


def server_of(topology: Topology, step: Step) -> DnsServer | None:
    """Return the self-hosted server that took a step: one of the asker's own comes first."""
    asker = topology.vantage(step.sent_from) if step.sent_from in topology.vantages[1:] else None
    return topology.server_at(asker, step.server) if asker else topology.dns_servers.get(step.server)


def _on_server(topology: Topology, violation: Violation, step: Step) -> Decided | None:
    server = server_of(topology, step)
    apex, asked = name(step.matched.name), step.question
    if server is None or apex not in server.zones:
        return None
    owner, called = relative(asked.name, apex), server.key or server.address
    of_name = {Type(rrset.type): rrset for rrset in server.zones[apex] if rrset.name == asked.name}
    path: Path = ("dns_servers", called, "zones", show(apex))
    zone = show(apex)
    if asked.type == Type.AAAA:
        if Type.AAAA not in of_name:
            return None
        return Decided((*path, owner, "AAAA"), ((SetServerRecord(called, zone, owner, "AAAA"),),))
    replaced = (SetServerRecord(called, zone, owner, "CNAME"),) if Type.CNAME in of_name else ()
    kind = "CNAME" if replaced else "A"
    place = (*path, owner, kind) if Type[kind] in of_name else path
    right = _right(topology, violation, violation.fqdn)
    first = SetServerRecord(called, zone, owner, "A", right)
    public = asked.name == name(violation.fqdn)
    corrected = ((*replaced, first, *_also(topology, violation, called, apex, public=public)),)
    is_ours = is_under(asked.name, name(topology.cloud.registry))
    choices = (*(corrected if right and is_ours else ()), _without_zone(topology, server, zone))
    # A zone's records have to be kept by hand, for each registry; without it, those of a private zone are found.
    kept = server.zones[apex] and len({key for key, _ in violation.endpoints}) == 1
    return Decided(place, choices if kept else choices[::-1])


def _also(topology: Topology, violation: Violation, server: str, apex: Name, *, public: bool) -> Iterator[Fix]:
    """Return the records of the registry's other endpoints that a zone of a server lacks or has wrong, too.

    They stand under the public names, or under privatelink.
    """
    registry, cloud = topology.registries[violation.endpoints[0][0]], topology.cloud
    zone = topology.dns_servers[topology.server_key(server)].zones[apex]
    aliases = {rrset.name for rrset in zone if rrset.type == Type.CNAME}
    broken = {fqdn for key, fqdn in violation.endpoints[1:] if key == registry.name}
    for member in registry.members():
        fqdn = member.fqdn(registry.dns_label, cloud)
        owner = name(fqdn if public else member.privatelink(registry.dns_label, cloud))
        right = _right(topology, violation, fqdn)
        if fqdn in broken and right and is_under(owner, apex) and owner not in aliases:
            yield SetServerRecord(server, show(apex), relative(owner, apex), "A", right)


def _without_zone(topology: Topology, server: DnsServer, zone: str) -> tuple[Fix, ...]:
    suffix, called = topology.cloud.registry, server.key or server.address
    if not is_under(name(zone), name(suffix)):
        return (DeleteServerZone(called, zone, (), zone),)
    return (DeleteServerZone(called, suffix, targets_for(topology, server.network, server.client), zone),)


def _wildcard(zone: PrivateZone, owner: Name) -> str | None:
    """Return the wildcard of a zone that gives a name its records (RFC 4592), or None."""
    hand_made = {rrset.name for rrset in zone.records}
    above = (join("*", each) for each in ancestors(owner) if each != owner and is_under(each, zone.apex))
    return next((relative(wildcard, zone.apex) for wildcard in above if wildcard in hand_made), None)


def _in_private_zone(topology: Topology, violation: Violation, step: Step) -> Decided | None:
    zone = topology.private_dns_zones[step.matched.key or step.matched.name]
    asked, owner = step.question, relative(step.question.name, zone.apex)
    types = [Type(rrset.type) for rrset in zone.records if rrset.name == asked.name]
    named, right = ZoneName.of(zone), _right(topology, violation, violation.fqdn)
    if not types and step.records and right and (wildcard := _wildcard(zone, asked.name)):
        return Decided(("private_dns_zones", zone.key, "records", wildcard), ((SetRecord(named, owner, right),),))
    if not types or asked.type != Type.A or Type.A in types:
        return None
    path: Path = ("private_dns_zones", zone.key, "records", owner)
    added = (SetRecord(named, owner, right),) if right else ()
    if Type.CNAME not in types:
        return Decided(path, (added,) if added else ())
    deleted = DeleteRecordSet(named, owner, "CNAME")
    # A private endpoint's zone group writes the address as soon as the alias is gone.
    written = any(zone.key in e.dns_zone_group for e in topology.approved_endpoints(violation.endpoints[0][0]))
    both = ((deleted, *added),) if added else ()
    return Decided((*path, "CNAME"), ((deleted,), *both) if written or not both else both)
