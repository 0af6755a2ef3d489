"""Faults that an answer itself shows, and that a list of all places of a topology would not have.

A hosts file pins any number of names. NODATA says that the name exists without the type that was asked for, perhaps by
a wildcard. The SOA record of a negative answer names the zone that it comes from, which a server of one's own may hold.
Rebinding protection stands before the faults that would give the same answer.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS, INTERNET
from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.answers.signs import is_filtered, is_of_azure, is_stripped
from acrdns.check.diagnosis.answer import FAILED
from acrdns.check.diagnosis.diagnosed import BY_HAND, PIN, Diagnosed, Diagnosis, FoundFault
from acrdns.check.faults import REBINDING, named
from acrdns.check.faults.fault import Candidate
from acrdns.check.faults.site import DEAD
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.delete_record_set import DeleteRecordSet
from acrdns.check.fixes.delete_server_zone import DeleteServerZone
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.set_server_record import SetServerRecord
from acrdns.check.fixes.unpin_name import UnpinName
from acrdns.names import is_under, name, relative, show
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.inbound import inbound_endpoints
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.worlds import Simulated
    from acrdns.errors import Place
    from acrdns.probe.observation import Observation
    from acrdns.topology.model import Topology

SILENT = "unreachable-dns-server"
_LEFT_WITHOUT = ("third-party-hidden", "shared-record-deleted")
"""Faults after which names are looked up in a zone that does not have them."""
_WRONG_ADDRESS = ("stale-private-ip", "shared-address", "other-registrys-address")


def shown(fault: str, node: Simulated, wrong: Answered) -> Iterator[Candidate]:
    """Return the places of a fault that a wrong answer shows."""
    if fault == PIN:
        yield from pins(node, wrong)
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
    for candidate in named(fault).find(site, {}) if endpoint else ():
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


def pins(node: Simulated, first: Answered) -> Iterator[Candidate]:
    """Return the hosts files that pin a name: that of its vantage point, and that of the network of a client.

    Each pins all names whose answers are wrong there.
    """
    vantage = first.asked.vantage
    if vantage == INTERNET or BY_HAND in vantage or not _pinned(node.topology, vantage, (first,)):
        return
    here = node.topology.vantage(vantage)
    inherits = bool(here.client) and here.clients[here.client].hosts is None
    for place in (vantage, here.name) if inherits else (vantage,):
        readers = [each for each in node.vantages if _has_hosts_of(node.topology, each, place)]
        if pinned := _pinned(node.topology, place, node.mismatches_at(readers)):
            path = (*node.topology.path_of(place), "hosts")
            listed = ", ".join(f"{fqdn} to {', '.join(addresses)}" for fqdn, addresses in pinned.items())
            every = {address for addresses in pinned.values() for address in addresses}
            sunk = all(kind_of(address, node.topology) is AddressKind.UNUSABLE for address in every)
            unpin = tuple(UnpinName(place, fqdn) for fqdn in pinned)
            yield Candidate(
                place,
                f"a hosts file, an ad blocker, a filter or a proxy in {place} sinks {listed}"
                if sunk
                else f"machines in {place} pin {listed}",
                tuple(Put((*path, fqdn), list(addresses)) for fqdn, addresses in pinned.items()),
                (*unpin, Advice(f"exempt {node.topology.cloud.registry} from filters on the way")) if sunk else unpin,
                path,
            )


def _has_hosts_of(topology: Topology, vantage: str, place: str) -> bool:
    """Return whether clients at a vantage point read the hosts file of a place: their own, or their network's."""
    if vantage in (INTERNET, place):
        return vantage == place
    here = topology.vantage(vantage)
    return here.name == place and bool(here.client) and here.clients[here.client].hosts is None


def _pinned(topology: Topology, place: str, wrong: Iterable[Answered]) -> dict[str, tuple[str, ...]]:
    """Return the names of wrong answers that a hosts file can have given, with their addresses."""
    here = topology.vantage(place) if place in topology.vantages else None
    client = here.clients.get(here.client) if here else None
    if here is None or (client is not None and client.hosts is None and here.hosts):
        # A hosts file of the client's own would take the place of the network's.
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for answer in wrong:
        four = tuple(address for address in answer.addresses if ":" not in address)
        alone = len(answer.chain) < 2  # noqa: PLR2004 - the name that was asked
        if four and alone and name(answer.asked.fqdn) not in here.hosts:
            found.setdefault(answer.asked.fqdn, four)
    return found


def filtered_first(
    found: Diagnosed, topology: Topology, wrong: Mapping[tuple[str, str], Observation], asked: Mapping[str, str]
) -> Diagnosed:
    """Return a diagnosis that begins with rebinding protection, where every wrong answer shows it.

    `wrong` has the observations by vantage point and name, and `asked` the resolver of each vantage point. A resolver
    that says so by an Extended DNS Error (RFC 8914) rules the other causes out; an alias without an address and without
    the SOA record of a zone has other causes, too. A file that describes the filter is left to its own finding.
    """
    seen = wrong.values()
    blocked = [is_filtered(each) and each.outcome is Outcome.NODATA for each in seen]
    surely = all(blocked)
    seems = all(says_so or is_stripped(each) for says_so, each in zip(blocked, seen, strict=True))
    described = any(server.rebind_protection for server in topology.dns_servers.values())
    if not wrong or described or not seems:
        return found
    says = "says that it takes" if surely else "takes"
    faults = tuple(
        FoundFault(
            REBINDING,
            server,
            f"{server} {says} private addresses out of answers (rebinding protection)",
            (RelaxFilter("rebind_protection", topology.cloud.registry, server),),
            place,
        )
        for server, place in dict(_filters(topology, wrong, asked)).items()
    )
    proof = tuple(replace(p, predicted=p.answer.text) for each in found.diagnoses[:1] for p in each.proof)
    first = Diagnosis(1, faults, proof, len(wrong), len(wrong))
    if surely:
        return replace(found, diagnoses=(first,), next=(), unexplained=())
    # The steps that tell the others apart count from 1 in the order of the diagnoses.
    later = (replace(s, tells_apart=tuple(tuple(n + 1 for n in group) for group in s.tells_apart)) for s in found.next)
    return replace(found, diagnoses=(first, *found.diagnoses), next=tuple(later), unexplained=())


def _filters(
    topology: Topology, wrong: Mapping[tuple[str, str], Observation], asked: Mapping[str, str]
) -> Iterator[tuple[str, Place | None]]:
    """Return the first server of one's own that each wrong answer passes, with its line, else the resolver asked."""
    world = World(topology)
    for (vantage, fqdn), observation in wrong.items():
        steps = world.resolve(vantage, Question(name(fqdn), Type.A)).steps
        if _is_elsewhere(observation.server, topology):
            yield observation.server, None
            continue
        own = next((step.server for step in steps if step.server in topology.dns_servers), None)
        yield (own, topology.place("dns_servers", own)) if own else (asked[vantage], None)


def _is_elsewhere(server: str, topology: Topology) -> bool:
    """Return whether a server is none that the file has, such as a router; on loopback it is a forwarder or a test."""
    try:
        is_loopback = ip_address(server).is_loopback
    except ValueError:
        return False
    return not is_loopback and server not in (AZURE_DNS, *topology.dns_servers, *inbound_endpoints(topology))
