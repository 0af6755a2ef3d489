"""Let a private endpoint write its records into a private zone."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, ZoneName, az, deployed, literal, quoted, symbol
from acrdns.topology.text.edit import Append

ZONES = "Microsoft.Network/privateDnsZones"


@dataclass(frozen=True, slots=True)
class AddZoneGroup(Fix):
    """A zone group follows the endpoint's addresses, also when regions change."""

    endpoint: str
    zone: ZoneName
    has_others: bool = False
    """Whether the zone group is there, and names other zones, which stay."""

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--endpoint-name", self.endpoint, "-n", "default")
        # A zone in another resource group is named by its identifier.
        zone = f"/subscriptions/SUBSCRIPTION/resourceGroups/{self.zone.group}/providers/{ZONES}/{self.zone.apex}"
        named = ("--private-dns-zone", self.zone.apex if self.zone.group == GROUP else zone)
        label = ("--zone-name", self.zone.apex.replace(".", "-"))
        command = f"network private-endpoint dns-zone-group {'add' if self.has_others else 'create'}"
        return (az(command, *where, *named, *label),)

    @property
    def terraform(self) -> str:
        zone = symbol(self.zone.key or self.zone.apex)
        if self.has_others:
            where = f"private_dns_zone_group of azurerm_private_endpoint.{symbol(self.endpoint)}"
            return f"# in private_dns_zone_ids of the {where}, add\n# azurerm_private_dns_zone.{zone}.id"
        return (
            f"# in azurerm_private_endpoint.{symbol(self.endpoint)}\n"
            f"private_dns_zone_group {{\n  name                 = {quoted('default')}\n"
            f"  private_dns_zone_ids = [azurerm_private_dns_zone.{zone}.id] # {self.zone.apex}\n}}"
        )

    @property
    def bicep(self) -> str:
        group = "" if self.zone.group == GROUP else f"{literal(self.zone.group)}, "
        zone = f"resourceId({group}'{ZONES}', {literal(self.zone.apex)})"
        config = f"{{ name: '{self.zone.apex.replace('.', '-')}', properties: {{ privateDnsZoneId: {zone} }} }}"
        kind, where = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01", f"{self.endpoint}/default"
        if self.has_others:
            return f"// in privateDnsZoneConfigs of the {kind.partition('@')[0]} resource '{where}', add\n{config}"
        label = f"{self.endpoint}_zone_group"
        return deployed(kind, where, f"{{ privateDnsZoneConfigs: [{config}] }}", label=label)

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        key = str(self.zone.path[-1])
        if key in topology.private_endpoints[self.endpoint].dns_zone_group:
            return ()
        return (Append(("private_endpoints", self.endpoint, "dns_zone_group"), key),)
