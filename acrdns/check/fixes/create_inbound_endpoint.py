"""Create an inbound endpoint of a private resolver, which networks on premises can ask."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, Fix, az, deployed, quoted, resource, symbol


@dataclass(frozen=True, slots=True)
class CreateInboundEndpoint(Fix):
    """Azure gives the address, so the file is not edited."""

    resolver: str = "PRIVATE_RESOLVER"

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--dns-resolver-name", self.resolver, "-n", "inbound", "-l", "REGION")
        subnet = '[{"id": "SUBNET_ID", "private-ip-allocation-method": "Dynamic"}]'
        return (az("dns-resolver inbound-endpoint create", *where, "--ip-configurations", subnet),)

    @property
    def terraform(self) -> str:
        resolver = f"azurerm_private_dns_resolver.{symbol(self.resolver)}"
        fields = {
            "name": quoted("inbound"),
            "private_dns_resolver_id": f"{resolver}.id",
            "location": f"{resolver}.location",
            "ip_configurations": "{ subnet_id = azurerm_subnet.inbound.id }",
        }
        return resource("azurerm_private_dns_resolver_inbound_endpoint", "inbound", fields)

    @property
    def bicep(self) -> str:
        properties = "{ ipConfigurations: [{ subnet: { id: 'SUBNET_ID' }, privateIpAllocationMethod: 'Dynamic' }] }"
        kind = "Microsoft.Network/dnsResolvers/inboundEndpoints@2022-07-01"
        return deployed(kind, f"{self.resolver}/inbound", properties, label="inbound", location="REGION")
