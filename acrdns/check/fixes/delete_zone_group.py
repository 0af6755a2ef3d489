"""Take a private endpoint's zone group away; its records go with it."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, az, symbol
from acrdns.topology.text.edit import Drop


@dataclass(frozen=True, slots=True)
class DeleteZoneGroup(Fix):
    """The endpoint stays, and writes nothing."""

    endpoint: str

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--endpoint-name", self.endpoint, "-n", "default")
        return (az("network private-endpoint dns-zone-group delete", *where),)

    @property
    def terraform(self) -> str:
        return f"# remove private_dns_zone_group from azurerm_private_endpoint.{symbol(self.endpoint)}"

    @property
    def bicep(self) -> str:
        kind = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
        return f"// remove the {kind} resource '{self.endpoint}/default'"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if not topology.private_endpoints[self.endpoint].dns_zone_group:
            return ()
        return (Drop(("private_endpoints", self.endpoint, "dns_zone_group")),)
