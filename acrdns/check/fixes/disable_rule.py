"""Disable a rule of a DNS forwarding ruleset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import GROUP, Fix, az, symbol
from acrdns.names import show
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit


@dataclass(frozen=True, slots=True)
class DisableRule(Fix):
    """The rule stays, and can be enabled again; its domain is resolved as without it."""

    ruleset: str
    domain: str

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--ruleset-name", self.ruleset, "-n", f"RULE_FOR_{symbol(self.domain).upper()}")
        return (az("dns-resolver forwarding-rule update", *where, "--forwarding-rule-state", "Disabled"),)

    @property
    def terraform(self) -> str:
        kind = "azurerm_private_dns_resolver_forwarding_rule"
        return f"# in {kind}.{symbol(self.domain)}, the rule of {self.ruleset} for {self.domain}\nenabled = false"

    @property
    def bicep(self) -> str:
        kind = "Microsoft.Network/dnsForwardingRulesets/forwardingRules"
        return f"// in the {kind} resource of {self.ruleset} for {self.domain}\nforwardingRuleState: 'Disabled'"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        rules = topology.dns_forwarding_rulesets[self.ruleset].rules
        rule = next(rule for rule in rules if show(rule.domain) == self.domain)
        path = ("dns_forwarding_rulesets", self.ruleset, "rules", self.domain)
        return (Put(path, {"target_dns_servers": list(rule.targets), "enabled": False}),)
