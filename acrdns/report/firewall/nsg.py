"""The rules of a network security group: private addresses, and service tags for what is public (facts.md section 5).

A network security group knows no names. A service tag lets every registry pass, so that these rules allow more than the
lists by names do. They allow; to drop the rest is a rule of the group's owner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.report.document import write
from acrdns.report.firewall.azure_firewall import rule_name, slug

if TYPE_CHECKING:
    from acrdns.check.firewall.rules import Firewall, FirewallRule

FIRST_PRIORITY = 200
LAST_PRIORITY = 4096
STEP = 10
LONGEST_DESCRIPTION = 140
_TAGS = {
    "storage": ("Storage",),
    "certificate name": ("AzureContainerRegistry",),
    "Entra ID": ("AzureActiveDirectory",),
    "Resource Manager": ("AzureResourceManager",),
    "Microsoft registry": ("MicrosoftContainerRegistry",),
    "Microsoft registry data": ("MicrosoftContainerRegistry", "AzureFrontDoor.FirstParty"),
}


def render(firewall: Firewall) -> str:
    """Return the JSON of `securityRules`; it ends with a newline."""
    return write({"securityRules": security_rules(firewall)}) + "\n"


def security_rules(firewall: Firewall) -> list[dict[str, Any]]:
    """Return a rule for each destination: a private address, or a service tag."""
    by_destination: dict[str, list[FirewallRule]] = {}
    for rule in firewall.rules:
        for destination in _destinations(firewall, rule):
            by_destination.setdefault(destination, []).append(rule)
    step = max(1, min(STEP, (LAST_PRIORITY - FIRST_PRIORITY) // max(1, len(by_destination))))
    return [
        _security_rule(firewall, destination, rules, FIRST_PRIORITY + step * number)
        for number, (destination, rules) in enumerate(by_destination.items())
    ]


def _destinations(firewall: Firewall, rule: FirewallRule) -> tuple[str, ...]:
    tags = _TAGS.get(rule.host.of if rule.scope == "service" else rule.host.kind, ("AzureContainerRegistry",))
    private = firewall.private_addresses(rule)
    return (*private, *tags) if firewall.is_public_somewhere(rule) else private


def _security_rule(firewall: Firewall, destination: str, rules: list[FirewallRule], priority: int) -> dict[str, Any]:
    hosts = ", ".join(rule.host.name for rule in rules)
    sources: dict[str, Any] = {"sourceAddressPrefixes": list(firewall.sources)}
    if len(firewall.sources) == 1:
        sources = {"sourceAddressPrefix": firewall.sources[0]}  # Azure takes `*` nowhere else
    named = rule_name(rules[0]) if destination[0].isdigit() else slug(destination)
    return {
        "name": f"acrdns-{named}",
        "properties": {
            "description": hosts if len(hosts) <= LONGEST_DESCRIPTION else f"{hosts[: LONGEST_DESCRIPTION - 3]}...",
            "protocol": "Tcp",
            "sourcePortRange": "*",
            "destinationPortRange": str(rules[0].port),
            **sources,
            "destinationAddressPrefix": destination,
            "access": "Allow",
            "priority": priority,
            "direction": "Outbound",
        },
    }
