"""Let a rule of a DNS forwarding ruleset send its domain to other servers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import GROUP, Fix, az, literal, quoted, symbol
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit


@dataclass(frozen=True, slots=True)
class SetRuleTargets(Fix):
    """Azure asks the first target, and the next one while that is silent (facts.md section 3)."""

    ruleset: str
    domain: str
    servers: tuple[str, ...]

    @property
    def az(self) -> tuple[str, ...]:
        targets = json.dumps([{"ip-address": server, "port": 53} for server in self.servers])
        where = ("-g", GROUP, "--ruleset-name", self.ruleset, "-n", f"RULE_FOR_{symbol(self.domain).upper()}")
        return (az("dns-resolver forwarding-rule update", *where, "--target-dns-servers", targets),)

    @property
    def terraform(self) -> str:
        kind = "azurerm_private_dns_resolver_forwarding_rule"
        place = f"# in {kind}.{symbol(self.domain)}, the rule of {self.ruleset} for {self.domain}"
        blocks = (
            f"target_dns_servers {{\n  ip_address = {quoted(each)}\n  port       = 53\n}}" for each in self.servers
        )
        return "\n".join((place, *blocks))

    @property
    def bicep(self) -> str:
        kind = "Microsoft.Network/dnsForwardingRulesets/forwardingRules"
        targets = ", ".join(f"{{ ipAddress: {literal(server)}, port: 53 }}" for server in self.servers)
        place = f"// in the {kind} resource of {self.ruleset} for {self.domain}, properties"
        return f"{place}\ntargetDnsServers: [{targets}]"

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        return (Put(("dns_forwarding_rulesets", self.ruleset, "rules", self.domain), list(self.servers)),)
