"""From the file as people write it to what it means: names resolved, defaults filled in, data packed.

Everything here has been verified; nothing here can fail.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from acrdns.azure import CLOUDS, Member
from acrdns.names import join, name
from acrdns.topology import model
from acrdns.topology.verify.shared import Shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from acrdns.errors import Path, Place
    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.topology.schema import schema
    from acrdns.topology.schema.record_sets import RecordSet

_Value = TypeVar("_Value")


def normalize(
    source: schema.TopologyFile,
    file: str,
    places: Mapping[Path, Place],
    excused: Mapping[Path, Sequence[schema.Accept]],
) -> model.Topology:
    """Return the topology of a verified file; `excused` are the `accept` entries by the path that they stand at."""
    linked = {e.registry for e in source.private_endpoints.values() if e.status == "Approved"}
    linked |= {key for key, registry in source.registries.items() if registry.private_link}
    shared = Shared.of(source)
    return model.Topology(
        file=file,
        cloud=CLOUDS[source.cloud],
        chains=source.chains,
        registries={key: _registry(key, r, key in linked, shared) for key, r in source.registries.items()},
        networks=_networks(source.networks),
        private_endpoints={key: _endpoint(key, e) for key, e in source.private_endpoints.items()},
        private_dns_zones={key: _zone(key, zone) for key, zone in source.private_dns_zones.items()},
        dns_servers={
            server_index(server): server for server in (_server(key, s) for key, s in source.dns_servers.items())
        },
        private_resolvers={key: _resolver(key, r) for key, r in source.private_resolvers.items()},
        dns_forwarding_rulesets={key: _ruleset(key, r) for key, r in source.dns_forwarding_rulesets.items()},
        accepted=tuple(
            model.Accepted(path, entry.rule, entry.reason, entry.until)
            for path, entries in sorted(excused.items(), key=lambda item: [str(step) for step in item[0]])
            for entry in entries
        ),
        places=places,
    )


def entry(section: str, key: str, source: schema.TopologyFile) -> Any:
    """Return one entry of a file's section; a registry counts as one that no private endpoint leads to."""
    found = getattr(source, section)[key]
    match section:
        case "registries":
            return _registry(key, found, linked=False, shared=Shared.of(source))
        case "networks":
            return _network(key, found, found.peerings)
        case _:
            return _READERS[section](key, found)


# --- registries -------------------------------------------------------------------------------------------------------


def _registry(key: str, source: schema.Registry, linked: bool, shared: Shared) -> model.Registry:
    enabled, public = source.data_endpoint_enabled, source.public
    # Most files say nothing of it.
    addresses = (
        _members({key: tuple(value) for key, value in shared.addresses(public).items()})
        if public.model_fields_set
        else {}
    )
    return model.Registry(
        name=key,
        sku=source.sku,
        location=source.location,
        replications=tuple([_replication(r.region, r.global_endpoint_routing) for r in source.replications]),
        dns_label=(source.dns_label or key).lower(),
        data_endpoint_enabled=linked if enabled is None else enabled,
        regional_endpoints_enabled=source.regional_endpoints_enabled,
        public_network_access_enabled=source.public_network_access_enabled,
        ip_rules=tuple(source.ip_rules),
        frontend=public.frontend,
        traffic_manager=shared.traffic_manager(public),
        public_addresses=addresses,
        connected_registries={name: _connected(name, c) for name, c in source.connected_registries.items()},
        private_link=source.private_link,
        redirect_status=source.redirect_status,
        anonymous_pull_enabled=source.anonymous_pull_enabled,
    )


_replication = lru_cache(maxsize=1024)(model.Replication)


def _members(source: Mapping[str, _Value]) -> dict[Member, _Value]:
    if not source:
        return {}
    return {member: value for text, value in source.items() if (member := Member.parse(text))}


def _connected(key: str, source: schema.ConnectedRegistry) -> model.ConnectedRegistry:
    return model.ConnectedRegistry(
        name=key,
        network=source.network,
        mode=source.mode,
        login_server=source.login_server,
        address=source.address,
        parent=source.parent,
        repositories=tuple(source.repositories),
        sync_schedule=source.sync_schedule,
        message_ttl=source.message_ttl,
        sync_window=source.sync_window,
    )


# --- networks and endpoints -------------------------------------------------------------------------------------------


def _networks(source: Mapping[str, schema.Network]) -> dict[str, model.Network]:
    said = {(key, other) for key, network in source.items() for other in network.peerings}
    peers: dict[str, set[str]] = {key: set() for key in source}
    for key, other in said:
        peers[key].add(other)
        peers[other].add(key)
    return {key: _network(key, network, peers[key]) for key, network in source.items()}


def _network(key: str, source: schema.Network, peers: Iterable[str]) -> model.Network:
    return model.Network(
        name=key,
        kind=source.kind,
        address_space=tuple(ipaddress.ip_network(text) for text in source.address_space),
        dns_servers=tuple(source.dns_servers),
        peerings=frozenset(peers),
        location=source.location,
        transit=source.transit,
        selection=source.selection,
        hosts=_hosts(source.hosts),
        clients={name: _client(name, client) for name, client in source.clients.items()},
        subnets={subnet: ipaddress.ip_network(text) for subnet, text in source.subnets.items()},
    )


def _client(key: str, source: schema.Client) -> model.Client:
    servers = None if source.dns_servers is None else tuple(source.dns_servers)
    return model.Client(key, servers, source.selection, None if source.hosts is None else _hosts(source.hosts))


def _hosts(source: Mapping[str, list[str]]) -> dict[Name, tuple[str, ...]]:
    return {name(text): tuple(addresses) for text, addresses in source.items()}


def _endpoint(key: str, source: schema.PrivateEndpoint) -> model.PrivateEndpoint:
    return model.PrivateEndpoint(
        name=key,
        registry=source.registry,
        network=source.network,
        status=source.status,
        addresses=_members(source.addresses),
        dns_zone_group=tuple(source.dns_zone_group),
    )


# --- zones, servers, resolvers ----------------------------------------------------------------------------------------


def _zone(key: str, source: schema.PrivateDnsZone) -> model.PrivateZone:
    apex = name(source.name or key)
    links = {
        network: model.ZoneLink(network, link.resolution_policy, link.registration_enabled, link.state)
        for network, link in source.virtual_network_links.items()
    }
    return model.PrivateZone(key, apex, source.ttl, source.soa_minimum, links, _records(source.records, apex))


def _records(source: Mapping[str, RecordSet], apex: Name) -> tuple[RRset, ...]:
    return tuple(rrset for relative, record_set in source.items() for rrset in record_set.rrsets(join(relative, apex)))


def _server(key: str, source: schema.DnsServer) -> model.DnsServer:
    address = str(ipaddress.ip_address(source.address or key))
    filters = source.filters
    return model.DnsServer(
        address=address,
        network=source.network,
        recursion=source.recursion,
        forwarders=tuple(source.forwarders),
        conditional_forwarders={name(text): tuple(to) for text, to in source.conditional_forwarders.items()},
        zones={name(text): _records(records, name(text)) for text, records in source.zones.items()},
        key="" if key == address else key,
        client=source.client or "",
        selection=source.selection,
        fallback=source.fallback,
        rebind_protection=filters.rebind_protection,
        dns64=ipaddress.IPv6Network(filters.dns64) if filters.dns64 else None,
    )


def server_index(server: model.DnsServer) -> str:
    """Return the key in `Topology.dns_servers`: the address; for the server of one client, its key."""
    return (server.key or f"{server.address} of {server.host}") if server.client else server.address


def _resolver(key: str, source: schema.PrivateResolver) -> model.PrivateResolver:
    inbound, outbound = tuple(source.inbound_endpoints), tuple(source.outbound_endpoints)
    return model.PrivateResolver(key, source.network, inbound, outbound)


def _ruleset(key: str, source: schema.DnsForwardingRuleset) -> model.ForwardingRuleset:
    rules = (
        model.ForwardingRule(name(text), tuple(rule.target_dns_servers), rule.enabled)
        for text, rule in source.rules.items()
    )
    return model.ForwardingRuleset(key, source.outbound_endpoint, tuple(source.virtual_network_links), tuple(rules))


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "private_endpoints": _endpoint,
    "private_dns_zones": _zone,
    "dns_servers": _server,
    "private_resolvers": _resolver,
    "dns_forwarding_rulesets": _ruleset,
}
