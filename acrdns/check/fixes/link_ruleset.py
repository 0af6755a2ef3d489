"""Link a DNS forwarding ruleset to a virtual network."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, az, deployed, network_id, quoted, resource, symbol
from acrdns.topology.text.edit import Append

TERRAFORM = "azurerm_private_dns_resolver_virtual_network_link"
RULESET = "azurerm_private_dns_resolver_dns_forwarding_ruleset"
BICEP = "Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks@2022-07-01"


@dataclass(frozen=True, slots=True)
class LinkRuleset(Fix):
    """Its rules then hold for the network's questions to Azure-provided DNS."""

    ruleset: str
    network: str

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--ruleset-name", self.ruleset, "-n", f"{self.network}-link")
        return (az("dns-resolver vnet-link create", *where, "--id", f"ID_OF_{symbol(self.network).upper()}"),)

    @property
    def terraform(self) -> str:
        fields = {
            "name": quoted(f"{self.network}-link"),
            "dns_forwarding_ruleset_id": f"{RULESET}.{symbol(self.ruleset)}.id",
            "virtual_network_id": f"azurerm_virtual_network.{symbol(self.network)}.id",
        }
        return resource(TERRAFORM, self.network, fields)

    @property
    def bicep(self) -> str:
        properties = f"{{ virtualNetwork: {{ id: {network_id(self.network)} }} }}"
        return deployed(BICEP, f"{self.ruleset}/{self.network}-link", properties, label=f"{self.network}_link")

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if self.network not in topology.networks:
            return ()
        return (Append(("dns_forwarding_rulesets", self.ruleset, "virtual_network_links"), self.network),)
