"""What a topology publishes, the slow and obvious way: lists of records of text, for the reference resolver."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.azure import LOGIN, Member
from acrdns.names import show
from acrdns.record import type_text
from acrdns.regions import nearest
from acrdns.zone.publish import derive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.record import RRset
    from acrdns.topology.model import DnsServer, PrivateZone, Registry, Topology


class Record(NamedTuple):
    """One record; names without the last dot, all in lower case but for data."""

    name: str
    type: str
    ttl: int
    data: str


class Zone(NamedTuple):
    """The records of a zone, and the networks that it is linked to."""

    apex: str
    records: list[Record]
    key: str = ""
    linked: frozenset[str] = frozenset()


def below(name: str, apex: str) -> bool:
    """Return whether a name is an apex or a name below it."""
    return apex in (".", name) or name.endswith(f".{apex}")


def start(apex: str) -> Record:
    """Make the SOA; what stands in it is not compared."""
    return Record(apex, "SOA", 0, "")


def records_of(rrsets: Iterable[RRset]) -> Iterator[Record]:
    """Spell record sets out."""
    for rrset in rrsets:
        for data in rrset.texts():
            yield Record(show(rrset.name), type_text(rrset.type), rrset.ttl, data)


def addresses(name: str, ttl: int, texts: Sequence[str]) -> Iterator[Record]:
    """Make A and AAAA records."""
    for text in texts:
        yield Record(name, "AAAA" if ":" in text else "A", ttl, text)


# --- private zones (facts.md section 1.1; topology.md, private_dns_zones) ----------------------------------------------


def private_zones(topology: Topology) -> list[Zone]:
    """Return every private zone with what zone groups and people wrote into it."""
    return [private_zone(topology, zone) for zone in topology.private_dns_zones.values()]


def private_zone(topology: Topology, zone: PrivateZone) -> Zone:
    """Return one zone: the later zone group wins, and what was made by hand wins over all of them."""
    apex = show(zone.apex)
    by_hand = list(records_of(zone.records))
    written = {}
    for endpoint in topology.private_endpoints.values():
        if endpoint.status == "Approved" and zone.key in endpoint.dns_zone_group:
            label = topology.registries[endpoint.registry].dns_label
            for member, address in endpoint.addresses.items():
                # In a zone of the public suffix the public name is overridden (F10); what Azure does there is UNKNOWN.
                for name in (member.fqdn(label, topology.cloud), member.privatelink(label, topology.cloud)):
                    if below(name, apex):
                        written[name] = Record(name, "A", zone.ttl, address)
                        break
    kept = [record for record in written.values() if ("A", record.name) not in {(r.type, r.name) for r in by_hand}]
    linked = frozenset(network for network, link in zone.links.items() if link.state == "Completed")
    return Zone(apex, [start(apex), *kept, *by_hand], zone.key, linked)


def local_zones(server: DnsServer, topology: Topology) -> list[Zone]:
    """Return the zones that a server of people's own is authoritative for, connected registries beside it among them."""
    zones = {show(apex): list(records_of(rrsets)) for apex, rrsets in server.zones.items()}
    for name, address in connected_registries(server.network, topology):
        homes = [apex for apex in zones if below(name, apex)]
        home = max(homes, key=len, default=None)
        if home is None:
            zones[name] = list(addresses(name, 3600, [address]))
        elif not any(below(record.name, name) for record in zones[home]):
            zones[home] += addresses(name, 3600, [address])
    return [Zone(apex, [start(apex), *records]) for apex, records in zones.items()]


def connected_registries(network: str, topology: Topology) -> Iterator[tuple[str, str]]:
    """Return the local names of the connected registries in a network ("optional local name, served at address")."""
    for registry in topology.registries.values():
        for connected in registry.connected_registries.values():
            if connected.network == network and connected.login_server and connected.address:
                yield connected.login_server, connected.address


# --- public zones (facts.md sections 1.2 to 1.5) -----------------------------------------------------------------------


def public_zones(topology: Topology, location: str | None) -> list[Zone]:
    """Return what the internet sees from a region: every zone of the service, with the records of every registry."""
    cloud = topology.cloud
    apexes = [cloud.registry, cloud.privatelink, cloud.frontend, cloud.traffic_manager, cloud.blob]
    if topology.chains == "observed":
        apexes.append(cloud.cloudapp)
    # Endpoints that share a front end say the same about it.
    records = dict.fromkeys(
        record for registry in topology.registries.values() for record in published(topology, registry, location)
    )
    # The more specific zone holds a name: privatelink.azurecr.io is a zone of its own below azurecr.io.
    zones: dict[str, list[Record]] = {apex: [start(apex)] for apex in sorted(apexes, key=len, reverse=True)}
    aliases = set()
    for record in records:
        # Registries may share front ends; a name is an alias of one name only, the first in the file.
        if record.type == "CNAME" and record.name in aliases:
            continue
        aliases.add(record.name if record.type == "CNAME" else "")
        # A front end that people name outside of the service's suffixes is in the zone of its parent.
        apex = next((apex for apex in zones if below(record.name, apex)), record.name.partition(".")[2] or ".")
        zones.setdefault(apex, [start(apex)]).append(record)
    return [Zone(apex, found) for apex, found in zones.items()]


def published(topology: Topology, registry: Registry, location: str | None) -> Iterator[Record]:
    """Return all public records of one registry."""
    endpoints = [e for e in topology.private_endpoints.values() if e.registry == registry.name]
    # "private_link: elsewhere: it has approved endpoints ... it has the privatelink alias"
    private = registry.private_link == "elsewhere" or any(e.status == "Approved" for e in endpoints)
    observed = topology.chains == "observed"
    for member in registry.members():
        fqdn = member.fqdn(registry.dns_label, topology.cloud)
        if private:
            alias = member.privatelink(registry.dns_label, topology.cloud)
            yield Record(fqdn, "CNAME", 3600, alias)
            fqdn = alias
        if observed:
            yield from observed_chain(topology, registry, member, fqdn, location)
        else:
            yield from documented_chain(topology, registry, member, fqdn)
    if not registry.data_endpoint_enabled:
        for region in registry.regions:
            host = derive.blob_host(registry, region, topology.cloud)
            yield from addresses(host, 60, [derive.blob_address(registry, region)])


def documented_chain(topology: Topology, registry: Registry, member: Member, name: str) -> Iterator[Record]:
    """Return the rest of a chain as the architecture document draws it."""
    ends = derive.public_addresses(registry, member)
    if member == LOGIN:
        frontend = derive.frontend(registry, topology.cloud)
        profile = derive.traffic_manager(registry, topology.cloud)
        yield Record(name, "CNAME", 3600, frontend)
        yield Record(frontend, "CNAME", 300, profile)
        yield from addresses(profile, 300, ends)
    else:
        yield from addresses(name, 3600, ends)


def observed_chain(
    topology: Topology, registry: Registry, member: Member, name: str, location: str | None
) -> Iterator[Record]:
    """Return the rest of a chain as seen in the wild, hop by hop."""
    cloud, region, ttl = topology.cloud, member.region, 3600
    if member == LOGIN:
        region = nearest(location or registry.location, registry.routed_regions)
        if registry.replications:
            profile = derive.geo_profile(registry, cloud)
            yield Record(name, "CNAME", 3600, profile)
            name, ttl = profile, 300
    own, at_home = registry.public_addresses.get(member), member == Member("regional", registry.location)
    if at_home and own and own != derive.public_addresses(registry, LOGIN):
        # The home region's stamp has the login server's address: what the file gives its regional endpoint is elsewhere.
        host = derive.cloudapp(registry, region, cloud, "g")
        yield Record(name, "CNAME", ttl, host)
        yield from addresses(host, 10, own)
        return
    data = member.kind == "data"
    front = derive.data_frontend if data else derive.stamp_frontend
    yield Record(name, "CNAME", ttl, front(registry, region, cloud))
    # Front ends are there for everybody, whoever is sent to them.
    for each in registry.routed_regions if member == LOGIN else (region,):
        yield from front_end(topology, registry, each, data=data)


def front_end(topology: Topology, registry: Registry, region: str, *, data: bool) -> Iterator[Record]:
    """Return what is behind a region's front end."""
    cloud = topology.cloud
    if data:
        frontend, member = derive.data_frontend(registry, region, cloud), Member("data", region)
        profile = derive.data_traffic_manager(registry, region, cloud)
    else:
        # A regional endpoint is its region's front end, which the login server is routed to as well (UNKNOWN in Azure).
        frontend = derive.stamp_frontend(registry, region, cloud)
        member = LOGIN if region == registry.location else Member("regional", region)
        profile = derive.stamp_traffic_manager(registry, region, cloud)
    host = derive.cloudapp(registry, region, cloud, "d" if data else "r")
    yield Record(frontend, "CNAME", 300, profile)
    yield Record(profile, "CNAME", 300, host)
    yield from addresses(host, 10, derive.public_addresses(registry, member))
