"""The fixes of a route that leads past a private zone: `lint` and `check` propose the same for the same cause."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from acrdns.check.causes.doubled import doubled
from acrdns.check.causes.route import RouteEnd
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.connect_site import ConnectSite
from acrdns.check.fixes.connect_to_hub import ConnectToHub
from acrdns.check.fixes.create_inbound_endpoint import CreateInboundEndpoint
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.delete_server_zone import DeleteServerZone
from acrdns.check.fixes.disable_rule import DisableRule
from acrdns.check.fixes.enable_transit import EnableTransit
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.link_zone import LinkZone, linking, privatelink_zone
from acrdns.check.fixes.peer_networks import PeerNetworks
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.check.fixes.set_client_servers import asking, asking_only
from acrdns.check.fixes.set_forwarder import SetForwarder, answering, client_at, forwarding, is_inside, targets_for
from acrdns.check.fixes.set_link import SetLink
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.fixes.wait_for_link import WaitForLink
from acrdns.names import is_under, name, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.causes.gap import Gap
    from acrdns.check.causes.layout import Layout
    from acrdns.check.causes.routed import Routed
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Path
    from acrdns.names import Name
    from acrdns.topology.model import DnsServer, Network, PrivateZone, Topology


def mend(layout: Layout, routed: Routed) -> tuple[Fix, ...]:
    """Return what lets a client's question reach the private zone; nothing where the file says that it does."""
    topology, registry = layout.topology, routed.endpoint.registry.name
    if routed.route.end is RouteEnd.UNLINKED:
        if zone := layout.in_progress(routed.route.network, routed.endpoint.alias):
            return (WaitForLink(ZoneName.of(zone), routed.route.network),)
        return seeing(layout, routed.route.network, registry)
    if routed.route.end is not RouteEnd.PUBLIC:
        return ()
    if ruled := passing(layout, routed):
        return (DisableRule(*ruled),)
    if rule := layout.forwarder_for_alias(routed):
        server, domain = rule
        targets = topology.dns_servers[topology.server_key(server)].conditional_forwarders[domain]
        return (SetForwarder(server, topology.cloud.registry, targets, show(domain)),)
    network, home = topology.vantage(routed.network), routed.route.network
    fixes: tuple[Fix, ...]
    own = network.kind == "virtual_network" or topology.dns_path_of(network.vantage)[2] == "clients"
    if own and len(routed.route.servers) == 1 and network.name == home:
        asked = asking(topology, network, routed.route.servers[0])
        fixes = (asked,) if asked.edits(topology) else (CreateInboundEndpoint.of(topology), asked)
    else:
        path, home, client = forwards_from(layout, routed)
        targets = targets_for(topology, home, client)
        created = () if targets else (CreateInboundEndpoint.of(topology),)
        fixes = (*created, forwarding(path, home, topology.cloud.registry, targets))
        home = answering(topology, home, client)
    unlinked = topology.networks[home].kind == "virtual_network" and layout.holder(home, routed.endpoint.alias) is None
    return (*fixes, *seeing(layout, home, registry)) if unlinked else fixes


def forwards_from(layout: Layout, routed: Routed) -> tuple[Path, str, str]:
    """Return the place that is to forward into Azure, its network and its client: the last server on a route.

    Where that one reaches nothing in Azure, a server before it may stand in a virtual network.
    """
    topology, route = layout.topology, routed.route
    client = client_at(topology, route.path)
    if not targets_for(topology, route.network, client):
        for server in reversed([*layout.servers_on(routed)]):
            if is_inside(topology, server.network, server.client):
                return ("dns_servers", server.key or server.address), server.network, server.client
    return route.path, route.network, client


def answers_for_others(topology: Topology, server: DnsServer) -> bool:
    """Return whether clients need a DNS server for other names than those of registries."""
    suffix = name(topology.cloud.registry)
    return not all(is_under(domain, suffix) for domain in (*server.zones, *server.conditional_forwarders))


def answering_rightly(layout: Layout, server: DnsServer, fqdn: str) -> tuple[Fix, ...]:
    """Return what lets a DNS server give private answers: it forwards into Azure, to a network with the zone."""
    topology, suffix = layout.topology, layout.topology.cloud.registry
    called, targets = server.key or server.address, targets_for(topology, server.network, server.client)
    own = [show(apex) for apex in server.zones if is_under(apex, name(suffix))]
    home, endpoint = answering(topology, server.network, server.client), layout.by_name[name(fqdn)]
    unlinked = topology.networks[home].kind == "virtual_network" and layout.holder(home, endpoint.alias) is None
    forwards = not server.conditional_forwarders and targets and server.forwarders == tuple(targets)
    return (
        *(() if targets else (CreateInboundEndpoint.of(topology),)),
        *(DeleteServerZone(called, suffix, targets, apex) for apex in own),
        *(() if own or forwards else (SetForwarder(called, suffix, targets),)),
        *(seeing(layout, home, endpoint.registry.name) if unlinked else ()),
        *((RelaxFilter("rebind_protection", suffix, called),) if server.rebind_protection else ()),
    )


def passing(layout: Layout, routed: Routed) -> tuple[str, str] | None:
    """Return ruleset and domain of a rule that sends a question past a linked zone, or straight out of Azure."""
    if routed.route.rule is None:
        return None
    network, ruleset, domain = routed.route.rule
    straight = routed.route.path[0] == "dns_forwarding_rulesets"
    return (ruleset, domain) if straight or layout.holder(network, routed.endpoint.alias) else None


def seeing(layout: Layout, network: str, registry: str) -> tuple[Fix, ...]:
    """Return what lets a network see a registry's private zone.

    One that is made for it gets the records of every private endpoint in reach: a linked zone hides what it lacks.
    """
    linked = linking(layout.topology, network, registry)
    made = next((fix.zone for fix in linked if isinstance(fix, CreateZone)), None)
    return (*linked, *_all_groups(layout, network, registry, made)) if made else linked


def with_records(layout: Layout, network: str, registry: str) -> tuple[Fix, ...]:
    """Return what links a network to a private zone, and lets the private endpoints in reach write their records."""
    zone = privatelink_zone(layout.topology, registry)[0]
    return tuple(dict.fromkeys((*seeing(layout, network, registry), *_groups(layout, network, registry, zone))))


def zone_of_its_own(layout: Layout, network: str, registry: str) -> tuple[Fix, ...]:
    """Return what gives a network a private zone of its own, with the records of the private endpoints in reach.

    A zone that other networks use may have records that lead nowhere from this one. The link falls back to public DNS
    where it would hide registries that the network uses by their public addresses.
    """
    apex = layout.topology.cloud.privatelink
    zone = ZoneName.new(apex, network)
    hidden = any(key not in layout.reach.get(network, {}) for key in layout.private_registries)
    redirect = (SetLink(zone, network, "resolution_policy", "NxDomainRedirect"),) if hidden else ()
    zones = layout.topology.private_dns_zones.values()
    before = (UnlinkZone(ZoneName.of(z), network) for z in zones if show(z.apex) == apex and network in z.links)
    groups = _all_groups(layout, network, registry, zone)
    return (CreateZone(zone), *before, LinkZone(zone, network), *redirect, *groups)


def _all_groups(layout: Layout, network: str, registry: str, zone: ZoneName) -> Iterator[Fix]:
    """Return what writes the records of one endpoint of each registry in reach into a zone, those of one first."""
    for each in dict.fromkeys((registry, *layout.reach.get(network, {}))):
        yield from _groups(layout, network, each, zone)


def _groups(layout: Layout, network: str, registry: str, zone: ZoneName) -> Iterator[Fix]:
    """Return what writes the records of one endpoint in reach into a zone: a record set has one owner."""
    near, zones = layout.reach.get(network, {}).get(registry, ()), layout.topology.private_dns_zones
    surplus = {goes.name for _, goes in doubled(layout)} if len(near) > 1 else ()
    there = any(zone.path[-1] in endpoint.dns_zone_group for endpoint in near)
    for endpoint in [] if there else [each for each in near if each.name not in surplus][:1]:
        if all(show(zones[key].apex) != zone.apex for key in endpoint.dns_zone_group):
            yield AddZoneGroup(endpoint.name, zone, bool(endpoint.dns_zone_group))
        else:
            label = layout.topology.registries[registry].dns_label
            for member, address in endpoint.addresses.items():
                yield SetRecord(zone, member.relative(label), (address,))


def choices(layout: Layout, network: str, registry: str) -> tuple[tuple[Fix, ...], ...]:
    """Return what else lets a network see a registry's records, where the link alone does not hold."""
    if layout.topology.networks[network].kind == "virtual_hub":  # it takes no link of a zone
        return ()
    return with_records(layout, network, registry), zone_of_its_own(layout, network, registry)


def unlink_or_connect(
    layout: Layout, network: str, owner: Name, registry: str, home: str
) -> tuple[tuple[Fix, ...], ...]:
    """Return what may mend a private address out of reach, in the order in which to try it.

    A hub between the two networks can join them. Without one, clients can do without the private endpoint where the
    registry admits them publicly; then the deciding zone is unlinked from their network. Otherwise, they need a way.
    """
    topology = layout.topology
    zone = layout.holder(network, owner) if network in layout.views else None
    unlinked = ((UnlinkZone(ZoneName.of(zone), network),),) if zone else ()
    if not topology.registries[registry].public_network_access_enabled:
        unlinked = ()
    connected = (connecting(topology, network, home),) if home else ()
    return (*connected, *unlinked) if home and topology.joining(network, home) else (*unlinked, *connected)


def connecting(topology: Topology, network: str, home: str) -> tuple[Fix, ...]:
    """Return what lets one network reach another: a hub that both are peered with, peering, or a line to a site."""
    if hubs := topology.joining(network, home):
        return (EnableTransit.between(topology, hubs[0], network, home),)
    if joined := _wan(topology, network, home):
        hub, other = joined
        on_premises = topology.networks[other].kind == "on_premises"
        return (ConnectSite(other, hub) if on_premises else ConnectToHub(hub, other),)
    sites = [name for name in (network, home) if topology.networks[name].kind == "on_premises"]
    if sites:
        return (ConnectSite(sites[0], home if sites[0] == network else network),)
    return (PeerNetworks(network, home),)


def _wan(topology: Topology, network: str, home: str) -> tuple[str, str] | None:
    """Return a hub of a virtual WAN that one of two networks is connected with, and the other, which is with none."""
    hubs = {
        each: [hub for hub in sorted(topology.networks[each].peerings) if topology.networks[hub].kind == "virtual_hub"]
        for each in (network, home)
    }
    here, there = hubs[network], hubs[home]
    if bool(here) == bool(there):
        return None
    return (here[0], home) if here else (there[0], network)


def way_to(topology: Topology, network: str, home: str) -> str:
    """Say what would let one network reach another that no hub joins it with."""
    if joined := _wan(topology, network, home):
        hub, other = joined
        return f"connect {other} with {hub}, the hub of a virtual WAN"
    if "on_premises" in (topology.networks[network].kind, topology.networks[home].kind):
        return f"connect {network} with {home} by VPN or ExpressRoute{_between_hubs(topology, network, home)}"
    pairs = product(topology.networks[network].address_space, topology.networks[home].address_space)
    if any(one.version == other.version and one.overlaps(other) for one, other in pairs):
        return f"give {network} and {home}, whose ranges overlap, other addresses and peer them"
    return f"peer {network} with {home}{_between_hubs(topology, network, home)}"


def _between_hubs(topology: Topology, network: str, home: str) -> str:
    """Return how to write that two hubs route to each other, where such a pair is between two networks.

    One hub joins what is peered with itself; whether two in a row do is the routes' matter, which the file has not.
    """
    near, far = (
        [hub for hub in sorted(topology.networks[each].peerings) if topology.networks[hub].transit]
        for each in (network, home)
    )
    for one, other in product(near, far):
        if other in topology.networks[one].peerings:
            told = f"say so in the file: add {other} to networks.{network}.peerings"
            return f" (if {one} and {other} route to each other, {told})"
    return ""


def relink(gap: Gap, other: PrivateZone) -> tuple[Fix, ...]:
    """Return what links a network to the zone that has the records, in the place of another of the same name."""
    return (UnlinkZone(ZoneName.of(gap.zone), gap.network), LinkZone(ZoneName.of(other), gap.network))


def other_servers(topology: Topology, vantages: Iterable[str]) -> Iterator[tuple[Fix, ...]]:
    """Return what else helps clients whose DNS servers do not lead into Azure: to ask others.

    Servers that clients need for other names stay. Inbound endpoints come first, as far as clients reach them; then
    servers of their own network, those of networks in reach, and inbound endpoints to which there is no way yet.
    """
    for vantage in vantages:
        network = topology.vantage(vantage) if vantage in topology.vantages[1:] else None
        servers = [s for a in network.dns_servers if (s := topology.server_at(network, a))] if network else []
        own = network is not None and (network.dns_servers or network.kind == "on_premises")
        if network is None or not own or any(answers_for_others(topology, server) for server in servers):
            continue
        for target in _askable(topology, network):
            # Clients that take the servers of their network over are mended with it.
            if not network.client or topology.dns_path_of(vantage)[2] == "clients":
                yield (asking_only(topology, network, target),)


def _askable(topology: Topology, network: Network) -> list[tuple[str, ...]]:
    """Return the DNS servers that clients in a network may ask in place of theirs: the best ones that there are."""
    reach = topology.reach(network.name) | {network.name}
    resolvers = [r for r in topology.private_resolvers.values() if r.inbound_endpoints]
    inbound: list[tuple[str, ...]] = [r.inbound_endpoints[:1] for r in resolvers]
    hosts = [s for s in topology.dns_servers.values() if not s.client and s.address not in network.dns_servers]
    near: list[tuple[str, ...]] = [(s.address,) for s in hosts if s.network == network.name]
    around: list[tuple[str, ...]] = [(s.address,) for s in hosts if s.network in reach - {network.name}]
    return [r.inbound_endpoints[:1] for r in resolvers if r.network in reach] or near or around or inbound
