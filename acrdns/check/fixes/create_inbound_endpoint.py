"""Create an inbound endpoint of a private resolver, which networks on premises can ask."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, Fix, Topology, az, deployed, quoted, resource, symbol


@dataclass(frozen=True, slots=True)
class CreateInboundEndpoint(Fix):
    """Azure gives the address, so the file is not edited."""

    resolver: str = ""
    """Empty: no private resolver is there, and one is created first."""

    @classmethod
    def of(cls, topology: Topology) -> CreateInboundEndpoint:
        """Return what creates an inbound endpoint of the private resolver in a topology, or of a new one."""
        return cls(next(iter(topology.private_resolvers), ""))

    @property
    def _called(self) -> str:
        return self.resolver or "PRIVATE_RESOLVER"

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--dns-resolver-name", self._called, "-n", "inbound", "-l", "REGION")
        subnet = '[{"id": "SUBNET_ID", "private-ip-allocation-method": "Dynamic"}]'
        made = az("dns-resolver create", "-g", GROUP, "-n", self._called, "-l", "REGION", "--id", "VIRTUAL_NETWORK_ID")
        endpoint = az("dns-resolver inbound-endpoint create", *where, "--ip-configurations", subnet)
        return (endpoint,) if self.resolver else (made, endpoint)

    @property
    def terraform(self) -> str:
        resolver = f"azurerm_private_dns_resolver.{symbol(self._called)}"
        fields = {
            "name": quoted("inbound"),
            "private_dns_resolver_id": f"{resolver}.id",
            "location": f"{resolver}.location",
            "ip_configurations": "{ subnet_id = azurerm_subnet.inbound.id }",
        }
        endpoint = resource("azurerm_private_dns_resolver_inbound_endpoint", "inbound", fields)
        network = {
            "name": quoted(self._called),
            "resource_group_name": quoted(GROUP),
            "location": quoted("REGION"),
            "virtual_network_id": quoted("VIRTUAL_NETWORK_ID"),
        }
        made = resource("azurerm_private_dns_resolver", self._called, network)
        return endpoint if self.resolver else f"{made}\n\n{endpoint}"

    @property
    def bicep(self) -> str:
        properties = "{ ipConfigurations: [{ subnet: { id: 'SUBNET_ID' }, privateIpAllocationMethod: 'Dynamic' }] }"
        kind = "Microsoft.Network/dnsResolvers"
        endpoint = deployed(
            f"{kind}/inboundEndpoints@2022-07-01",
            f"{self._called}/inbound",
            properties,
            label="inbound",
            location="REGION",
        )
        network = "{ virtualNetwork: { id: 'VIRTUAL_NETWORK_ID' } }"
        made = deployed(f"{kind}@2022-07-01", self._called, network, location="REGION")
        return endpoint if self.resolver else f"{made}\n{endpoint[:-1]}  dependsOn: [{symbol(self._called)}]\n}}"
