"""Take a DNS forwarding ruleset away from a virtual network."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import GROUP, Edit, Fix, Topology, az, link_of, symbol
from acrdns.topology.text.edit import Drop


@dataclass(frozen=True, slots=True)
class UnlinkRuleset(Fix):
    """The ruleset stays, with its other links."""

    ruleset: str
    network: str

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--ruleset-name", self.ruleset, "-n", link_of(self.network))
        return (az("dns-resolver vnet-link delete", *where, "-y"),)

    @property
    def terraform(self) -> str:
        kind = "azurerm_private_dns_resolver_virtual_network_link"
        return f"# remove {kind}.{symbol(self.network)}, the link of {self.ruleset} to {self.network}"

    @property
    def bicep(self) -> str:
        kind = "Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks"
        return f"// remove the {kind} resource '{self.ruleset}/{self.network}-link'"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        at = topology.dns_forwarding_rulesets[self.ruleset].links.index(self.network)
        return (Drop(("dns_forwarding_rulesets", self.ruleset, "virtual_network_links", at)),)
