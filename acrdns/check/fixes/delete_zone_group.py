"""Take a private endpoint's zone group away, or one zone out of it; the records go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, ZoneName, az, symbol
from acrdns.topology.text.edit import Drop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.topology.model import PrivateZone


@dataclass(frozen=True, slots=True)
class DeleteZoneGroup(Fix):
    """The endpoint stays, and writes nothing; with a zone, it writes no more into that one."""

    endpoint: str
    zone: ZoneName | None = None

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--endpoint-name", self.endpoint, "-n", "default")
        if self.zone:
            label = self.zone.apex.replace(".", "-")
            return (az("network private-endpoint dns-zone-group remove", *where, "--zone-name", label),)
        return (az("network private-endpoint dns-zone-group delete", *where),)

    @property
    def terraform(self) -> str:
        where = f"azurerm_private_endpoint.{symbol(self.endpoint)}"
        if self.zone:
            return f"# remove {self.zone.apex} from the private_dns_zone_group of {where}"
        return f"# remove private_dns_zone_group from {where}"

    @property
    def bicep(self) -> str:
        kind = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
        if self.zone:
            return f"// remove {self.zone.apex} from the {kind} resource '{self.endpoint}/default'"
        return f"// remove the {kind} resource '{self.endpoint}/default'"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        group = topology.private_endpoints[self.endpoint].dns_zone_group
        path = ("private_endpoints", self.endpoint, "dns_zone_group")
        if self.zone:
            key = self.zone.path[-1]
            return tuple(Drop((*path, at)) for at, named in enumerate(group) if named == key)
        return (Drop(path),) if group else ()


def leaving(topology: Topology, zone: PrivateZone) -> Iterator[Fix]:
    """Return what takes a zone out of every zone group that names it."""
    for endpoint in topology.private_endpoints.values():
        if zone.key in endpoint.dns_zone_group:
            alone = len(endpoint.dns_zone_group) == 1
            yield DeleteZoneGroup(endpoint.name, None if alone else ZoneName.of(zone))
