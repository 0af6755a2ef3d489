"""What Azure would say of a topology, written without a look at the importer: flat objects of az, REST, Terraform.

`azure_only` leaves out what Azure does not know: networks on premises and what people run themselves.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from acrdns.azure import CLOUDS, LOGIN
from acrdns.names import relative, show
from acrdns.record import Type, is_private, rdata_text
from acrdns.resolve.world import World
from acrdns.zone.publish.private import zone_group_records

if TYPE_CHECKING:
    from acrdns.record import RRset
    from acrdns.topology.model import PrivateEndpoint, PrivateZone, Registry, Topology

SUBSCRIPTION = "/subscriptions/11111111-1111-1111-1111-111111111111"
NETWORK = "Microsoft.Network"
OF_AZURE = {Type.A, Type.AAAA, Type.CNAME, Type.TXT, Type.MX, Type.SRV, Type.PTR}


def azure_only(topology: Topology) -> Topology:
    """Return the part of a topology that Azure knows, with the defaults of an import."""
    networks = {key: each for key, each in topology.networks.items() if each.kind == "virtual_network"}
    registries = {
        key: replace(
            each,
            name=key.lower(),
            connected_registries={},
            frontend=None,
            traffic_manager=None,
            public_addresses={},
            data_endpoint_enabled=each.data_endpoint_enabled or topology.has_private_link(key),
        )
        for key, each in topology.registries.items()
    }
    zones = {
        key: replace(each, records=tuple(rrset for rrset in each.records if Type(rrset.type) in OF_AZURE))
        for key, each in topology.private_dns_zones.items()
        if "azurecr" in show(each.apex)
    }
    endpoints = {
        key: replace(
            each,
            registry=each.registry.lower(),
            dns_zone_group=tuple(zone for zone in each.dns_zone_group if zone in zones),
        )
        for key, each in topology.private_endpoints.items()
    }
    inbound = {address for each in topology.private_resolvers.values() for address in each.inbound_endpoints}
    spaces = [space for each in networks.values() for space in each.address_space]

    def kept(addresses: tuple[str, ...]) -> tuple[str, ...]:
        """Return addresses of servers of which an import assumes nothing."""
        own = {each for each in addresses if any(ip_address(each) in space for space in spaces)}
        return tuple(each for each in addresses if each not in own or each in inbound or not is_private(each))

    rulesets = {}
    for key, ruleset in topology.dns_forwarding_rulesets.items():
        rules = tuple(replace(rule, targets=kept(rule.targets)) for rule in ruleset.rules)
        rulesets[key] = replace(ruleset, rules=tuple(rule for rule in rules if rule.targets))
    return replace(
        topology,
        cloud=topology.cloud if registries else CLOUDS["AzureCloud"],
        chains="documented",
        registries={each.name: each for each in registries.values()},
        networks={
            key: replace(each, peerings=each.peerings & networks.keys(), dns_servers=kept(each.dns_servers))
            for key, each in networks.items()
        },
        private_endpoints=endpoints,
        private_dns_zones=zones,
        dns_servers={},
        dns_forwarding_rulesets=rulesets,
        accepted=(),
        places={},
    )


def identifier(type_: str, *names: str, group: str = "rg") -> str:
    """Return an identifier; zones of one name are in groups of their own."""
    segments = type_.split("/")[1:]
    pairs = "/".join(f"{segment}/{name}" for segment, name in zip(segments, names, strict=True))
    return f"{SUBSCRIPTION}/resourceGroups/{group}/providers/{type_.split('/', maxsplit=1)[0]}/{pairs}"


def _object(type_: str, *names: str, group: str = "rg", **fields: Any) -> dict[str, Any]:
    return {
        "id": identifier(type_, *names, group=group),
        "name": names[-1],
        "type": type_,
        "resourceGroup": group,
        **fields,
    }


def _network(key: str) -> dict[str, str]:
    return {"id": identifier(f"{NETWORK}/virtualNetworks", key)}


def _subnet(key: str) -> dict[str, str]:
    return {"id": identifier(f"{NETWORK}/virtualNetworks/subnets", key, "default")}


def group_of(topology: Topology, zone: PrivateZone) -> str:
    """Return the resource group of a zone."""
    return f"rg-{list(topology.private_dns_zones).index(zone.key)}"


def objects(topology: Topology, *, listing: bool = True) -> list[dict[str, Any]]:
    """Return all objects of a topology, flat as az has them; `listing`: with the record sets of private zones."""
    found = [
        *_registries(topology),
        *_networks(topology),
        *_endpoints(topology),
        *_zones(topology),
        *_resolvers(topology),
    ]
    return [*found, *(record_sets(topology) if listing else ())]


def _registries(topology: Topology) -> list[dict[str, Any]]:
    found = []
    kind = "Microsoft.ContainerRegistry/registries"
    for key, registry in topology.registries.items():
        connections = [
            _connection(topology, registry, endpoint)
            for endpoint in topology.private_endpoints.values()
            if endpoint.registry == key
        ]
        if registry.private_link:
            connections.append(_connection(topology, registry, None))
        found.append(
            _object(
                kind,
                key,
                location=registry.location,
                sku={"name": registry.sku, "tier": registry.sku},
                loginServer=f"{registry.dns_label}.{topology.cloud.registry}",
                dataEndpointEnabled=registry.data_endpoint_enabled,
                regionalEndpoints="Enabled" if registry.regional_endpoints_enabled else "Disabled",
                publicNetworkAccess="Enabled" if registry.public_network_access_enabled else "Disabled",
                networkRuleSet={
                    "defaultAction": "Deny" if registry.ip_rules else "Allow",
                    "ipRules": [{"action": "Allow", "value": rule} for rule in registry.ip_rules],
                },
                privateEndpointConnections=connections,
            )
        )
        found += [
            _object(
                f"{kind}/replications",
                key,
                each.region,
                location=each.region,
                regionEndpointEnabled=each.global_endpoint_routing,
            )
            for each in registry.replications
        ]
    return found


def _connection(topology: Topology, registry: Registry, endpoint: PrivateEndpoint | None) -> dict[str, Any]:
    name = endpoint.name if endpoint else "elsewhere"
    return {
        "id": identifier("Microsoft.ContainerRegistry/registries/privateEndpointConnections", registry.name, name),
        "privateEndpoint": {"id": identifier(f"{NETWORK}/privateEndpoints", name)},
        "privateLinkServiceConnectionState": {"status": endpoint.status if endpoint else "Approved"},
    }


def _networks(topology: Topology) -> list[dict[str, Any]]:
    return [
        _object(
            f"{NETWORK}/virtualNetworks",
            key,
            location=network.location,
            addressSpace={"addressPrefixes": [str(space) for space in network.address_space]},
            dhcpOptions={"dnsServers": list(network.dns_servers)},
            virtualNetworkPeerings=[
                {
                    "id": identifier(f"{NETWORK}/virtualNetworks/virtualNetworkPeerings", key, f"to-{peer}"),
                    "name": f"to-{peer}",
                    "peeringState": "Connected",
                    "remoteVirtualNetwork": _network(peer),
                }
                for peer in sorted(network.peerings)
            ],
        )
        for key, network in topology.networks.items()
    ]


def _endpoints(topology: Topology) -> list[dict[str, Any]]:
    found = []
    for key, endpoint in topology.private_endpoints.items():
        interface = identifier(f"{NETWORK}/networkInterfaces", f"{key}.nic.1")
        found.append(
            _object(
                f"{NETWORK}/privateEndpoints",
                key,
                subnet=_subnet(endpoint.network),
                networkInterfaces=[{"id": interface}],
                customDnsConfigs=[],
                manualPrivateLinkServiceConnections=[],
                privateLinkServiceConnections=[
                    {
                        "groupIds": ["registry"],
                        "privateLinkServiceId": identifier("Microsoft.ContainerRegistry/registries", endpoint.registry),
                        "privateLinkServiceConnectionState": {"status": endpoint.status},
                    }
                ],
            )
        )
        label = topology.registries[endpoint.registry].dns_label
        members = sorted(endpoint.addresses, key=lambda member: member == LOGIN)
        found.append(
            _object(
                f"{NETWORK}/networkInterfaces",
                f"{key}.nic.1",
                privateEndpoint={"id": identifier(f"{NETWORK}/privateEndpoints", key)},
                ipConfigurations=[
                    {
                        "privateIPAddress": endpoint.addresses[member],
                        "subnet": _subnet(endpoint.network),
                        "privateLinkConnectionProperties": {
                            "groupId": "registry",
                            "requiredMemberName": str(member),
                            "fqdns": [member.fqdn(label, topology.cloud)],
                        },
                    }
                    for member in members
                ],
            )
        )
        if endpoint.dns_zone_group:
            found.append(
                _object(
                    f"{NETWORK}/privateEndpoints/privateDnsZoneGroups",
                    key,
                    "default",
                    privateDnsZoneConfigs=[
                        {"name": "x", "privateDnsZoneId": zone_id(topology, zone)} for zone in endpoint.dns_zone_group
                    ],
                )
            )
    return found


def zone_id(topology: Topology, key: str) -> str:
    """Return the identifier of a zone."""
    zone = topology.private_dns_zones[key]
    return identifier(f"{NETWORK}/privateDnsZones", show(zone.apex), group=group_of(topology, zone))


def _zones(topology: Topology) -> list[dict[str, Any]]:
    found = []
    for zone in topology.private_dns_zones.values():
        group, apex = group_of(topology, zone), show(zone.apex)
        found.append(_object(f"{NETWORK}/privateDnsZones", apex, group=group, location="global"))
        found += [
            _object(
                f"{NETWORK}/privateDnsZones/virtualNetworkLinks",
                apex,
                f"{key}-link",
                group=group,
                virtualNetwork=_network(key),
                virtualNetworkLinkState=link.state,
                resolutionPolicy=link.resolution_policy,
                registrationEnabled=link.registration_enabled,
            )
            for key, link in zone.links.items()
        ]
    return found


def record_sets(topology: Topology) -> list[dict[str, Any]]:
    """Return what private zones have in them, the records of zone groups too."""
    world = World(topology)
    creators = {(each.zone, each.rrset.name): each.endpoint for each in zone_group_records(topology)}
    found = []
    for key, zone in topology.private_dns_zones.items():
        group, apex = group_of(topology, zone), zone.apex
        by_hand = {(rrset.name, rrset.type) for rrset in zone.records}
        for node in world.published.private[key].nodes.values():
            for rrset in node:
                kind, owner = Type(rrset.type).name, relative(rrset.name, apex)
                creator = creators.get((key, rrset.name)) if (rrset.name, rrset.type) not in by_hand else None
                text = f"created by private endpoint {creator} with resource guid 1"
                found.append(
                    _object(
                        f"{NETWORK}/privateDnsZones/{kind}",
                        show(apex),
                        owner,
                        group=group,
                        ttl=rrset.ttl,
                        metadata={"creator": text} if creator else None,
                        **_data(kind, rrset),
                    )
                )
    return found


def _data(kind: str, rrset: RRset) -> dict[str, Any]:
    texts = [rdata_text(rrset.type, rdata) for rdata in rrset.rdatas]
    if kind == "SOA":
        return {"soaRecord": {"minimumTtl": int.from_bytes(rrset.rdatas[0][-4:], "big"), "host": "azureprivatedns.net"}}
    if kind == "CNAME":
        return {"cnameRecord": {"cname": texts[0]}}
    if kind == "TXT":
        return {"txtRecords": [{"value": _strings(rdata)} for rdata in rrset.rdatas]}
    if kind in ("MX", "SRV"):
        names = ("preference", "exchange") if kind == "MX" else ("priority", "weight", "port", "target")
        records = [dict(zip(names, text.split(), strict=True)) for text in texts]
        numbers = set(names) - {"exchange", "target"}
        return {
            f"{kind.lower()}Records": [{k: int(v) if k in numbers else v for k, v in each.items()} for each in records]
        }
    field = {"A": "ipv4Address", "AAAA": "ipv6Address", "PTR": "ptrdname"}[kind]
    return {f"{kind.lower()}Records": [{field: text} for text in texts]}


def _strings(rdata: bytes) -> list[str]:
    found = []
    while rdata:
        found.append(rdata[1 : 1 + rdata[0]].decode())
        rdata = rdata[1 + rdata[0] :]
    return found


def _resolvers(topology: Topology) -> list[dict[str, Any]]:
    found = []
    kind = f"{NETWORK}/dnsResolvers"
    where = {}
    for key, resolver in topology.private_resolvers.items():
        found.append(_object(kind, key, virtualNetwork=_network(resolver.network)))
        for at, address in enumerate(resolver.inbound_endpoints):
            configuration = {"privateIpAddress": address, "subnet": _subnet(resolver.network)}
            found.append(_object(f"{kind}/inboundEndpoints", key, f"in{at}", ipConfigurations=[configuration]))
        for name in resolver.outbound_endpoints:
            where[name] = identifier(f"{kind}/outboundEndpoints", key, name)
            found.append(_object(f"{kind}/outboundEndpoints", key, name, subnet=_subnet(resolver.network)))
    kind = f"{NETWORK}/dnsForwardingRulesets"
    for key, ruleset in topology.dns_forwarding_rulesets.items():
        found.append(_object(kind, key, dnsResolverOutboundEndpoints=[{"id": where[ruleset.outbound_endpoint]}]))
        found += [
            _object(
                f"{kind}/forwardingRules",
                key,
                f"rule{at}",
                domainName=f"{show(rule.domain).rstrip('.')}.",
                forwardingRuleState="Enabled" if rule.enabled else "Disabled",
                targetDnsServers=[{"ipAddress": target, "port": 53} for target in rule.targets],
            )
            for at, rule in enumerate(ruleset.rules)
        ]
        found += [
            _object(f"{kind}/virtualNetworkLinks", key, f"l-{network}", virtualNetwork=_network(network))
            for network in ruleset.links
        ]
    return found
