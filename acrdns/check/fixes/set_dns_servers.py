"""Set the DNS servers of a network."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, az, literal, quoted, symbol
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class SetDnsServers(Fix):
    """None: Azure-provided DNS. Clients take a new setting over with their next DHCP lease or restart."""

    network: str
    servers: tuple[str, ...] = ()
    in_azure: bool = True
    """Whether the network is a virtual network; one on premises is configured where its DHCP server is."""

    @property
    def az(self) -> tuple[str, ...]:
        if not self.in_azure:
            return ()
        servers = self.servers or ("",)
        return (az("network vnet update", "-g", GROUP, "-n", self.network, "--dns-servers", *servers),)

    @property
    def text(self) -> str:
        """The change in one line, as reports show it."""
        if self.in_azure:
            return self.az[0]
        return f"let machines in {self.network} ask {', '.join(self.servers) or 'public DNS'}"

    @property
    def terraform(self) -> str:
        if not self.in_azure:
            return f"# nothing in Azure to change; {self.text}"
        servers = f"[{', '.join(map(quoted, self.servers))}]"
        return f"# in azurerm_virtual_network.{symbol(self.network)}\ndns_servers = {servers}"

    @property
    def bicep(self) -> str:
        if not self.in_azure:
            return f"// nothing in Azure to change; {self.text}"
        place = f"// in the Microsoft.Network/virtualNetworks resource {literal(self.network)}, properties"
        return f"{place}\ndhcpOptions: {{ dnsServers: [{', '.join(map(literal, self.servers))}] }}"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Put(("networks", self.network, "dns_servers"), list(self.servers)),)
