"""The properties of a rule collection group of an Azure Firewall policy, as Azure Resource Manager takes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from acrdns.report.document import write

if TYPE_CHECKING:
    from acrdns.check.firewall.rules import Firewall, FirewallRule

VERSION = "2023-11-01"
"""Version of Azure Resource Manager's interface that the properties are for."""
PRIORITY = 200
LONGEST_NAME = 80


def render(firewall: Firewall) -> str:
    """Return the JSON; it ends with a newline."""
    return write(properties(firewall)) + "\n"


def properties(firewall: Firewall) -> dict[str, Any]:
    """Return the properties of the group: application rules by names; hosts that are addresses have network rules."""
    sources = list(firewall.sources)
    named = [_application_rule(rule, sources) for rule in firewall.rules if not rule.host.is_address]
    addressed = [_network_rule(rule, sources) for rule in firewall.rules if rule.host.is_address]
    collections = [
        {
            "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
            "name": name,
            "priority": priority,
            "action": {"type": "Allow"},
            "rules": rules,
        }
        for name, priority, rules in (
            (f"{group_name(firewall)}-network", PRIORITY - 100, addressed),
            (group_name(firewall), PRIORITY, named),
        )
        if rules
    ]
    return {"priority": PRIORITY, "ruleCollections": collections}


def group_name(firewall: Firewall) -> str:
    """Return the name of the group: `acrdns-hub`."""
    return f"acrdns-{slug(firewall.vantage or 'all')}"


def slug(text: str) -> str:
    """Return a text as a part of a name in Azure: letters, digits, hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:LONGEST_NAME]


def rule_name(rule: FirewallRule) -> str:
    """Return the name of a rule: `contoso-eastus-data-azurecr-io`."""
    return slug(f"all-{rule.host.name}" if rule.host.wildcard else rule.host.name)


def _application_rule(rule: FirewallRule, sources: list[str]) -> dict[str, Any]:
    return {
        "ruleType": "ApplicationRule",
        "name": rule_name(rule),
        "description": rule.why,
        "protocols": [{"protocolType": "Https", "port": rule.port}],
        "sourceAddresses": sources,
        "targetFqdns": [rule.host.name],
    }


def _network_rule(rule: FirewallRule, sources: list[str]) -> dict[str, Any]:
    return {
        "ruleType": "NetworkRule",
        "name": rule_name(rule),
        "description": rule.why,
        "ipProtocols": ["TCP"],
        "sourceAddresses": sources,
        "destinationAddresses": [rule.host.name],
        "destinationPorts": [str(rule.port)],
    }
