"""Writes a topology as a file that loads as an equal one. Defaults, which loading fills in, are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.names import ROOT, name, relative, show
from acrdns.record import Type, rdata_text
from acrdns.topology.schema.fields import domain_complaint
from acrdns.topology.schema.record_sets import HAND_MADE_TTL, MAX_STRING, TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from acrdns.azure import Member
    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.topology import model

WIDTH = 120


def dumps(topology: model.Topology) -> str:
    """Write the YAML. Raises ValueError for records of a type that topology files do not have."""
    import yaml

    text: str = yaml.dump(_file(topology), Dumper=dumper(), sort_keys=False, allow_unicode=True, width=WIDTH)
    return text


def dumper() -> Any:
    """Return a dumper that writes lists of plain values on one line, and what stands there twice without anchors."""
    import yaml

    fast: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

    class Dumper(fast):  # type: ignore[misc]
        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
            return True

    def represent_list(dumper: Any, data: list[Any]) -> Any:
        flat = not any(isinstance(item, dict | list) for item in data)
        return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flat)

    Dumper.add_representer(list, represent_list)
    return Dumper


def _file(topology: model.Topology) -> dict[str, Any]:
    sections = {
        section: {_key(topology, section, key): entry(topology, section, key) for key in getattr(topology, section)}
        for section in SECTIONS
    }
    written = _kept(
        version=1,
        cloud=_unless(topology.cloud.name, "AzureCloud"),
        chains=_unless(topology.chains, "documented"),
        **sections,
    )
    for accepted in topology.accepted:
        _accept(written, accepted)
    return written


def _accept(written: dict[str, Any], accepted: model.Accepted) -> None:
    """Add an `accept` entry to the object or section that it is of."""
    here: Any = written
    for step in accepted.path:
        if not isinstance(here.get(step), dict):  # it was left out, or has a short form
            here[step] = {"target_dns_servers": here[step]} if here.get(step) else {}
        here = here[step]
    entry = _kept(rule=accepted.rule, reason=accepted.reason, until=accepted.until)
    here.setdefault("accept", []).append(entry)


SECTIONS = (
    "registries",
    "networks",
    "private_endpoints",
    "private_dns_zones",
    "dns_servers",
    "private_resolvers",
    "dns_forwarding_rulesets",
)
"""The sections of a file, in the order in which they are written."""


def _key(topology: model.Topology, section: str, key: str) -> str:
    """Return the key of an entry in the file: a DNS server may have any text as its key, and an address."""
    return topology.dns_servers[key].written if section == "dns_servers" else key


def entry(topology: model.Topology, section: str, key: str) -> dict[str, Any]:
    """Return one entry of a section as the file would have it. Raises KeyError."""
    found: Any = getattr(topology, section)[key]
    match section:
        case "registries":
            return _registry(topology, found)
        case "networks":
            return _network(list(topology.networks), found)
        case _:
            return _WRITERS[section](found)


def _kept(**fields: Any) -> dict[str, Any]:
    """Return the fields that say something: not None, and no empty list or mapping."""
    return {key: value for key, value in fields.items() if value is not None and value not in ([], {})}


def _unless(value: Any, default: Any) -> Any:
    """Return a value, or None where it is the default."""
    return None if value == default else value


def _members(addresses: Mapping[Member, Any]) -> dict[str, Any]:
    return {str(member): list(given) if isinstance(given, tuple) else given for member, given in addresses.items()}


def _registry(topology: model.Topology, registry: model.Registry) -> dict[str, Any]:
    linked = topology.has_private_link(registry.name)
    connected = bool(registry.connected_registries)
    public = _kept(
        frontend=registry.frontend,
        traffic_manager=registry.traffic_manager,
        addresses=_members(registry.public_addresses),
    )
    return _kept(
        sku=_unless(registry.sku, "Premium"),
        location=registry.location,
        replications=[_replication(replication) for replication in registry.replications],
        dns_label=_unless(registry.dns_label, registry.name.lower()),
        # A file with connected registries has to say that they are off.
        data_endpoint_enabled=_unless(registry.data_endpoint_enabled, linked or (None if connected else False)),
        regional_endpoints_enabled=_unless(registry.regional_endpoints_enabled, default=False),
        public_network_access_enabled=_unless(registry.public_network_access_enabled, default=True),
        private_link=registry.private_link,
        anonymous_pull_enabled=_unless(registry.anonymous_pull_enabled, default=False),
        redirect_status=_unless(registry.redirect_status, 307),
        ip_rules=list(registry.ip_rules),
        public=public,
        connected_registries={key: _connected(c) for key, c in registry.connected_registries.items()},
    )


def _replication(replication: model.Replication) -> str | dict[str, Any]:
    if replication.global_endpoint_routing:
        return replication.region
    return {"region": replication.region, "global_endpoint_routing": False}


def _connected(connected: model.ConnectedRegistry) -> dict[str, Any]:
    return _kept(
        network=connected.network,
        mode=connected.mode,
        login_server=connected.login_server,
        address=connected.address,
        parent=connected.parent,
        repositories=list(connected.repositories),
        sync_schedule=_unless(connected.sync_schedule, "* * * * *"),
        message_ttl=_unless(connected.message_ttl, "P2D"),
        sync_window=connected.sync_window,
    )


def _network(networks: list[str], network: model.Network) -> dict[str, Any]:
    """Write a network; a peering stands at the earlier of the two."""
    later = networks[networks.index(network.name) :]
    return _kept(
        kind=_unless(network.kind, "virtual_network"),
        location=network.location,
        address_space=[str(block) for block in network.address_space],
        subnets={key: str(block) for key, block in network.subnets.items()},
        dns_servers=list(network.dns_servers),
        selection=_unless(network.selection, "order"),
        hosts=_hosts(network.hosts),
        clients={key: _client(client) for key, client in network.clients.items()},
        peerings=[key for key in later if key in network.peerings],
        transit=_unless(network.transit, default=False),
    )


def _client(client: model.Client) -> dict[str, Any]:
    """Write a client. An empty list or mapping is not what the network has."""
    given = {
        "dns_servers": None if client.dns_servers is None else list(client.dns_servers),
        "selection": client.selection,
        "hosts": None if client.hosts is None else _hosts(client.hosts),
    }
    return {key: value for key, value in given.items() if value is not None}


def _hosts(hosts: Mapping[Name, tuple[str, ...]]) -> dict[str, Any]:
    return {show(host): addresses[0] if len(addresses) == 1 else list(addresses) for host, addresses in hosts.items()}


def _endpoint(endpoint: model.PrivateEndpoint) -> dict[str, Any]:
    return _kept(
        registry=endpoint.registry,
        network=endpoint.network,
        status=_unless(endpoint.status, "Approved"),
        addresses=_members(endpoint.addresses),
        dns_zone_group=list(endpoint.dns_zone_group),
    )


def _zone(zone: model.PrivateZone) -> dict[str, Any]:
    named = not domain_complaint(zone.key) and name(zone.key) == zone.apex
    return _kept(
        name=None if named else show(zone.apex),
        ttl=_unless(zone.ttl, 10),
        soa_minimum=_unless(zone.soa_minimum, 10),
        virtual_network_links={key: _link(link) for key, link in zone.links.items()},
        records=_records(zone.records, zone.apex),
    )


def _link(link: model.ZoneLink) -> dict[str, Any]:
    return _kept(
        resolution_policy=_unless(link.resolution_policy, "Default"),
        registration_enabled=_unless(link.registration_enabled, default=False),
        state=_unless(link.state, "Completed"),
    )


def _server(server: model.DnsServer) -> dict[str, Any]:
    return _kept(
        network=server.network,
        address=server.address if server.key else None,
        client=server.client or None,
        recursion=_unless(server.recursion, "forward"),
        forwarders=list(server.forwarders),
        conditional_forwarders={show(domain): list(to) for domain, to in server.conditional_forwarders.items()},
        selection=_unless(server.selection, "order"),
        fallback=_unless(server.fallback, "none"),
        filters=_kept(
            rebind_protection=_unless(server.rebind_protection, default=False),
            dns64=str(server.dns64) if server.dns64 else None,
        ),
        zones={show(apex): _records(records, apex) for apex, records in server.zones.items()},
    )


def _resolver(resolver: model.PrivateResolver) -> dict[str, Any]:
    return _kept(
        network=resolver.network,
        inbound_endpoints=list(resolver.inbound_endpoints),
        outbound_endpoints=list(resolver.outbound_endpoints),
    )


def _ruleset(ruleset: model.ForwardingRuleset) -> dict[str, Any]:
    return _kept(
        outbound_endpoint=ruleset.outbound_endpoint,
        virtual_network_links=list(ruleset.links),
        rules={show(rule.domain): _rule(rule) for rule in ruleset.rules},
    )


def _rule(rule: model.ForwardingRule) -> list[str] | dict[str, Any]:
    targets = list(rule.targets)
    return targets if rule.enabled else {"target_dns_servers": targets, "enabled": False}


_WRITERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "private_endpoints": _endpoint,
    "private_dns_zones": _zone,
    "dns_servers": _server,
    "private_resolvers": _resolver,
    "dns_forwarding_rulesets": _ruleset,
}


# --- record sets ------------------------------------------------------------------------------------------------------


def _records(rrsets: tuple[RRset, ...], apex: Name) -> dict[str, Any]:
    by_owner: dict[str, list[RRset]] = {}
    for rrset in rrsets:
        by_owner.setdefault(relative(rrset.name, apex) if apex != ROOT else show(rrset.name), []).append(rrset)
    return {owner: _record_set(of_owner) for owner, of_owner in by_owner.items()}


def _record_set(rrsets: list[RRset]) -> dict[str, Any]:
    ttl = rrsets[0].ttl
    written: dict[str, Any] = _kept(ttl=_unless(ttl, HAND_MADE_TTL))
    if others := {Type(rrset.type).name: rrset.ttl for rrset in rrsets if rrset.ttl != ttl}:
        written["ttls"] = others
    for rrset in rrsets:
        kind = Type(rrset.type).name
        if kind not in TYPES:
            raise ValueError(f"a topology file has no {kind} records")
        data = [record_value(rrset.type, rdata) for rdata in rrset.rdatas]
        written[kind] = data[0] if kind == "CNAME" else data
    return written


def record_value(number: int, rdata: bytes) -> Any:
    """Return one record's data as a topology file has it."""
    numbers = [int.from_bytes(rdata[at : at + 2], "big") for at in range(0, 6, 2)]
    if number == Type.TXT:
        return _txt(rdata)
    if number == Type.MX:
        return f"{numbers[0]} {show(rdata[2:])}"
    if number == Type.SRV:
        return f"{numbers[0]} {numbers[1]} {numbers[2]} {show(rdata[6:])}"
    if number == Type.CAA:
        tag, value = rdata[2 : 2 + rdata[1]], rdata[2 + rdata[1] :]
        return {"flags": rdata[0], "tag": tag.decode(), "value": value.decode()}
    return rdata_text(number, rdata)


def _txt(rdata: bytes) -> str | list[str]:
    """Return character-strings as one text, where loading would split it into the same strings."""
    strings = []
    while rdata:
        strings.append(rdata[1 : 1 + rdata[0]])
        rdata = rdata[1 + rdata[0] :]
    if all(len(string) == MAX_STRING for string in strings[:-1]) and (len(strings) == 1 or strings[-1]):
        return b"".join(strings).decode()
    return [string.decode() for string in strings]
