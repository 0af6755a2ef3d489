"""Link a private zone to a virtual network."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.fix import Edit, Fix, Topology, ZoneName, az, deployed, network_id, quoted, resource, symbol
from acrdns.names import name
from acrdns.topology.text.edit import Put

TERRAFORM = "azurerm_private_dns_zone_virtual_network_link"
BICEP = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"


@dataclass(frozen=True, slots=True)
class LinkZone(Fix):
    """A link with the policy Default, without registration."""

    zone: ZoneName
    network: str

    @property
    def name(self) -> str:
        """The name that the link gets."""
        return f"{self.network}-link"

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", self.zone.group, "-z", self.zone.apex, "-n", self.name, "-v", self.network)
        return (az("network private-dns link vnet create", *where, "-e", "false"),)

    @property
    def terraform(self) -> str:
        return link_resource(self.zone, self.network, {})

    @property
    def bicep(self) -> str:
        return deployed_link(self.zone, self.network)

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if self.network not in topology.networks:
            return ()
        return (Put((*self.zone.path, "virtual_network_links", self.network), {}),)


def link_resource(zone: ZoneName, network: str, further: dict[str, str]) -> str:
    """Write a link as Terraform."""
    fields = {
        "name": quoted(f"{network}-link"),
        "resource_group_name": quoted(zone.group),
        "private_dns_zone_name": quoted(zone.apex),
        "virtual_network_id": f"azurerm_virtual_network.{symbol(network)}.id",
    }
    return resource(TERRAFORM, network, fields | further)


def deployed_link(zone: ZoneName, network: str, further: str = "", *, registration: bool = False) -> str:
    """Write a link as Bicep."""
    enabled = f"registrationEnabled: {'true' if registration else 'false'}"
    properties = f"{{ {further}{enabled}, virtualNetwork: {{ id: {network_id(network)} }} }}"
    name = f"{zone.apex}/{network}-link"
    return deployed(f"{BICEP}@2024-06-01", name, properties, label=f"{network}_link", location="global")


def privatelink_zone(
    topology: Topology, registry: str, network: str = "", reader: str = ""
) -> tuple[ZoneName, tuple[Fix, ...]]:
    """Return the private zone that a registry's records belong in, and what creates it where the file has none.

    Of several zones of that name it is the one linked to a network, else one that a zone group of the registry writes
    into, else one whose networks all reach the network of the records. Networks without a way to it would get addresses
    that they do not reach, so without such a zone the network gets one of its own. So does a `reader`, whose clients
    reach private endpoints, where those that write into the zone are others.
    """
    apex = topology.cloud.privatelink
    written = [key for endpoint in topology.approved_endpoints(registry) for key in endpoint.dns_zone_group]
    near = {network, *topology.reach(network)} if network else set(topology.networks)
    named = [zone for zone in topology.private_dns_zones.values() if zone.apex == name(apex)]
    fitting = [z for z in named if network in z.links or z.key in written or near.issuperset(z.links)]
    if reader and (reached := topology.endpoints_in_reach(reader, registry)):
        others = set(written) - {key for endpoint in reached for key in endpoint.dns_zone_group}
        fitting = [zone for zone in fitting if zone.key not in others]
    # Of several endpoints in one network, the first one with records is kept.
    order = {key: at for at, key in reversed(list(enumerate(written)))}
    fitting.sort(key=lambda zone: (network not in zone.links, order.get(zone.key, len(written))))
    if fitting:
        return ZoneName.of(fitting[0]), ()
    own = ZoneName.new(apex, network or reader) if named else ZoneName(apex)
    return own, (CreateZone(own),)


def linking(topology: Topology, network: str, registry: str) -> tuple[Fix, ...]:
    """Return what lets a network see a registry's private zone: the zone where there is none, the link without one.

    Nothing for a virtual hub, which takes no link of a zone.
    """
    if topology.networks[network].kind == "virtual_hub":
        return ()
    zone, created = privatelink_zone(topology, registry, reader=network)
    known = topology.private_dns_zones.get(str(zone.path[-1]))
    return () if known and network in known.links else (*created, LinkZone(zone, network))
