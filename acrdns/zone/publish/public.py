"""The public zones: what Azure publishes about every registry of a topology, in either form of the chains.

`documented` is the architecture document's form, `observed` the one that resolvers see today (facts.md 1.2 and 1.3).
A TTL belongs to the zone that a record is in (facts.md 1.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.azure import LOGIN, Member
from acrdns.record import RRset, Soa, Type, addresses, cname
from acrdns.zone.publish import derive
from acrdns.zone.zone import Zone, build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.azure import Cloud
    from acrdns.names import Name
    from acrdns.topology.model import Registry, Topology

REGISTRY_TTL = 3600
"""azurecr.io and privatelink.azurecr.io: at least 2881 was seen, 3600 is INFERRED (facts.md 1.4)."""
FRONTEND_TTL = 300
"""azcr.io."""
TRAFFIC_MANAGER_TTL = 300
CLOUDAPP_TTL = 10
BLOB_TTL = 60

_SOA = Soa("ns1-01.azure-dns.com", "azuredns-hostmaster.microsoft.com", 1, 3600, 300, 2419200, 300)
_SOA_TTL = 3600
_NS_TTL = 172800
_NAME_SERVERS = tuple(
    names.wire(f"ns{number}-01.azure-dns.{tld}") for number, tld in enumerate(("com", "net", "org", "info"), 1)
)

KnownRegistries = Mapping[str, tuple["Registry", bool, tuple[RRset, ...]]]
"""By the name of a registry: it, whether it has a private endpoint, and its public record sets."""

Route = tuple[tuple[str, RRset], ...]
"""Candidates of a geo-routed name: region, and the record set that a client near it gets."""


def zones(topology: Topology, known: KnownRegistries) -> tuple[Zone, ...]:
    """Return every public zone that the topology's registries appear in; what is `known` is not worked out again.

    Cloud and form of the chains are those of the topology that it is known of.
    """
    apexes = _apexes(topology.cloud)
    rrsets: dict[Name, dict[tuple[Name, int], RRset]] = {apex: {} for apex in apexes}
    for registry in topology.registries.values():
        private_link = topology.has_private_link(registry.name)
        same, had_private_link, records = known.get(registry.name, (None, False, ()))
        if same is not registry or had_private_link != private_link:
            records = tuple(_registry_records(registry, topology, private_link=private_link))
        for rrset in records:
            apex = _apex_of(rrset.name, rrsets)
            _publish(rrsets.setdefault(apex, {}), rrset)
    return tuple(_zone(apex, records.values(), rrsets) for apex, records in rrsets.items())


def registries(topology: Topology) -> KnownRegistries:
    """Return the public record sets of each registry, and whether it has a private endpoint."""
    has_link = ((registry, topology.has_private_link(registry.name)) for registry in topology.registries.values())
    return {
        registry.name: (registry, private_link, tuple(_registry_records(registry, topology, private_link=private_link)))
        for registry, private_link in has_link
    }


def routes(topology: Topology) -> dict[Name, Route]:
    """Return the names that answer by where the client is: the login servers of geo-replicated registries.

    facts.md behaviour 4; replicas without `global_endpoint_routing` are no candidates.
    """
    if topology.chains == "documented":
        return {}
    found: dict[Name, Route] = {}
    for registry in topology.registries.values():
        if registry.replications:
            profile = names.name(derive.geo_profile(registry, topology.cloud))
            found[profile] = tuple(
                (region, _geo_record(registry, region, topology.cloud)) for region in registry.routed_regions
            )
    return found


def _apexes(cloud: Cloud) -> tuple[Name, ...]:
    suffixes = (cloud.registry, cloud.privatelink, cloud.frontend, cloud.traffic_manager, cloud.cloudapp, cloud.blob)
    return tuple(names.name(suffix) for suffix in suffixes)


def _apex_of(owner: Name, known: Mapping[Name, object]) -> Name:
    """Find the zone that a name is published in; a front end outside Azure's suffixes is in its parent's zone."""
    apex = names.deepest(owner, known)
    return names.parent(owner) if apex is None else apex


def _publish(records: dict[tuple[Name, int], RRset], rrset: RRset) -> None:
    """Add a record set; where registries share a front end, its addresses are joined."""
    key = (rrset.name, rrset.type)
    before = records.get(key)
    if before is None or rrset.type == Type.CNAME:
        records.setdefault(key, rrset)
        return
    joined = tuple(dict.fromkeys((*before.rdatas, *rrset.rdatas)))
    records[key] = RRset(rrset.name, rrset.type, rrset.ttl, joined)


def host_zone(host: str, address: str) -> Zone:
    """Return a zone of one host, which is its apex."""
    apex = names.name(host)
    return _zone(apex, addresses(apex, BLOB_TTL, (address,)), {})


def _zone(apex: Name, records: object, others: Mapping[Name, object]) -> Zone:
    own: list[RRset] = [_SOA.rrset(apex, _SOA_TTL), RRset(apex, Type.NS, _NS_TTL, _NAME_SERVERS)]
    own += (
        RRset(other, Type.NS, _NS_TTL, _NAME_SERVERS)
        for other in others
        if other != apex and names.is_under(other, apex)
    )
    own += records  # type: ignore[arg-type]
    return build(apex, "public", names.show(apex), own)


# --- one registry -------------------------------------------------------------------------------------------------


def _registry_records(registry: Registry, topology: Topology, *, private_link: bool) -> Iterator[RRset]:
    cloud = topology.cloud
    tail = _documented if topology.chains == "documented" else _observed
    suffix, privatelink = names.name(cloud.registry), names.name(cloud.privatelink)
    for member in registry.members():
        relative = member.relative(registry.dns_label)
        name = names.join(relative, suffix)
        if private_link:
            alias = names.join(relative, privatelink)
            yield RRset(name, Type.CNAME, REGISTRY_TTL, (alias,))
            name = alias
        yield from tail(registry, member, name, cloud)
    if not registry.data_endpoint_enabled:
        for region in registry.regions:
            host = names.name(derive.blob_host(registry, region, cloud))
            yield from addresses(host, BLOB_TTL, (derive.blob_address(registry, region),))


def _documented(registry: Registry, member: Member, name: Name, cloud: Cloud) -> Iterator[RRset]:
    public = derive.public_addresses(registry, member)
    if member != LOGIN:
        yield from addresses(name, REGISTRY_TTL, public)
        return
    frontend = derive.frontend(registry, cloud)
    traffic_manager = derive.traffic_manager(registry, cloud)
    yield cname(name, REGISTRY_TTL, frontend)
    yield cname(names.name(frontend), FRONTEND_TTL, traffic_manager)
    yield from addresses(names.name(traffic_manager), TRAFFIC_MANAGER_TTL, public)


def _observed(registry: Registry, member: Member, name: Name, cloud: Cloud) -> Iterator[RRset]:
    if member == LOGIN:
        yield from _observed_login(registry, name, cloud)
    elif member.kind == "data":
        yield from _observed_data(registry, member, name, cloud)
    else:
        yield from regional_chain(registry, member, name, cloud)


def _observed_login(registry: Registry, name: Name, cloud: Cloud) -> Iterator[RRset]:
    if not registry.replications:
        yield cname(name, REGISTRY_TTL, derive.stamp_frontend(registry, registry.location, cloud))
        yield from _stamp(registry, registry.location, LOGIN, cloud)
        return
    yield cname(name, REGISTRY_TTL, derive.geo_profile(registry, cloud))
    yield _geo_record(registry, registry.location, cloud)
    for region in registry.routed_regions:
        member = LOGIN if region == registry.location else Member("regional", region)
        yield from _stamp(registry, region, member, cloud)


def _geo_record(registry: Registry, region: str, cloud: Cloud) -> RRset:
    profile = names.name(derive.geo_profile(registry, cloud))
    return cname(profile, TRAFFIC_MANAGER_TTL, derive.stamp_frontend(registry, region, cloud))


def _stamp(registry: Registry, region: str, member: Member, cloud: Cloud) -> Iterator[RRset]:
    """Return `eus1.fe.azcr.io -> eus-acr-reg.trafficmanager.net -> r0318eus-az.eastus.cloudapp.azure.com -> A`."""
    frontend = derive.stamp_frontend(registry, region, cloud)
    traffic_manager = derive.stamp_traffic_manager(registry, region, cloud)
    host = derive.cloudapp(registry, region, cloud, "r")
    yield cname(names.name(frontend), FRONTEND_TTL, traffic_manager)
    yield cname(names.name(traffic_manager), TRAFFIC_MANAGER_TTL, host)
    yield from addresses(names.name(host), CLOUDAPP_TTL, derive.public_addresses(registry, member))


def _observed_data(registry: Registry, member: Member, name: Name, cloud: Cloud) -> Iterator[RRset]:
    """Return `eus2euap-0.data.azcr.io -> eus2euap-acr-dp.trafficmanager.net -> d0831cnre...cloudapp... -> A` (1.3)."""
    frontend = derive.data_frontend(registry, member.region, cloud)
    traffic_manager = derive.data_traffic_manager(registry, member.region, cloud)
    host = derive.cloudapp(registry, member.region, cloud, "d")
    yield cname(name, REGISTRY_TTL, frontend)
    yield cname(names.name(frontend), FRONTEND_TTL, traffic_manager)
    yield cname(names.name(traffic_manager), TRAFFIC_MANAGER_TTL, host)
    yield from addresses(names.name(host), CLOUDAPP_TTL, derive.public_addresses(registry, member))


def regional_chain(registry: Registry, member: Member, name: Name, cloud: Cloud) -> Iterator[RRset]:
    """Return a regional endpoint's public chain: its region's front end.

    Assumption (facts.md section 7, UNKNOWN): the geo endpoint's chain has not been seen; it is taken to be the region's
    stamp, without the geo-routing hop. In the home region the stamp has the login server's address. Where the file
    names another one for the regional endpoint, the chain ends at a host of its own.
    """
    if derive.has_own_stamp(registry, member):
        host = derive.cloudapp(registry, member.region, cloud, "g")
        yield cname(name, REGISTRY_TTL, host)
        yield from addresses(names.name(host), CLOUDAPP_TTL, derive.public_addresses(registry, member))
        return
    yield cname(name, REGISTRY_TTL, derive.stamp_frontend(registry, member.region, cloud))
    address_of = LOGIN if member.region == registry.location else member
    yield from _stamp(registry, member.region, address_of, cloud)
