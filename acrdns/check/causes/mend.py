"""The fixes of a route that leads past a private zone: `lint` and `check` propose the same for the same cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.causes.route import RouteEnd
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.link_zone import LinkZone, linking
from acrdns.check.fixes.set_dns_servers import SetDnsServers
from acrdns.check.fixes.set_forwarder import SetForwarder, forwarding
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.fixes.wait_for_link import WaitForLink
from acrdns.names import show

if TYPE_CHECKING:
    from acrdns.check.causes.gap import Gap
    from acrdns.check.causes.layout import Layout, Routed
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import PrivateZone, Topology


def mend(layout: Layout, routed: Routed) -> tuple[Fix, ...]:
    """Return what lets a client's question reach the private zone; nothing where the file says that it does."""
    topology, registry = layout.topology, routed.endpoint.registry.name
    if routed.route.end is RouteEnd.UNLINKED:
        if zone := layout.in_progress(routed.route.network, routed.endpoint.alias):
            return (WaitForLink(ZoneName.of(zone), routed.route.network),)
        return linking(topology, routed.route.network, registry)
    if routed.route.end is not RouteEnd.PUBLIC:
        return ()
    if rule := layout.forwarder_for_alias(routed):
        server, domain = rule
        targets = topology.dns_servers[server].conditional_forwarders[domain]
        return (SetForwarder(server, topology.cloud.registry, targets, show(domain)),)
    network, home = topology.vantage(routed.network), routed.route.network
    fixes: tuple[Fix, ...]
    if network.kind == "virtual_network" and len(routed.route.servers) == 1 and network.name == home:
        fixes = (SetDnsServers(network.name),)
    else:
        targets = targets_for(topology, home)
        fixes = (forwarding(routed.route.path, home, topology.cloud.registry, targets),)
        home = next(
            (r.network for r in topology.private_resolvers.values() if targets[:1] == r.inbound_endpoints[:1]), home
        )
    unlinked = topology.networks[home].kind == "virtual_network" and layout.holder(home, routed.endpoint.alias) is None
    return (*fixes, *linking(topology, home, registry)) if unlinked else fixes


def mend_at(layout: Layout, vantage: str, registry: str, fqdn: str) -> tuple[Fix, ...]:
    """Return what lets a question for an endpoint of a registry, asked at a vantage point, reach the private zone."""
    for routed in layout.routed.get(vantage, ()):
        if routed.endpoint.registry.name == registry and (layout.routes.uniform or routed.endpoint.fqdn == fqdn):
            return mend(layout, routed)
    return ()


def relink(layout: Layout, gap: Gap) -> tuple[Fix, ...]:
    """Return what links a network to the zone that has the records, in the place of another of the same name."""
    other = holder(layout, gap) or gap.zone
    return (UnlinkZone(ZoneName.of(gap.zone), gap.network), LinkZone(ZoneName.of(other), gap.network))


def holder(layout: Layout, gap: Gap) -> PrivateZone | None:
    """Return a zone that has what is missing, linked or not."""
    zones = layout.topology.private_dns_zones.values()
    return next((zone for zone in zones if layout.holds(zone, gap.endpoints[0].alias)), None)


def targets_for(topology: Topology, network: str) -> tuple[str, ...]:
    """Return where a DNS server in a network forwards to: Azure-provided DNS, or from on premises inbound endpoints."""
    if topology.networks[network].kind == "virtual_network":
        return (AZURE_DNS,)
    return tuple(a for resolver in topology.private_resolvers.values() for a in resolver.inbound_endpoints)
