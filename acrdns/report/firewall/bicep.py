"""The rules of an Azure Firewall policy in Bicep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.check.fixes.fix import literal
from acrdns.report.firewall.azure_firewall import VERSION, group_name, properties

if TYPE_CHECKING:
    from acrdns.check.firewall.rules import Firewall


def render(firewall: Firewall) -> str:
    """Return a file for the resource group of the policy."""
    return f"""\
param firewallPolicyName string

resource policy 'Microsoft.Network/firewallPolicies@{VERSION}' existing = {{
  name: firewallPolicyName
}}

resource group 'Microsoft.Network/firewallPolicies/ruleCollectionGroups@{VERSION}' = {{
  parent: policy
  name: {literal(group_name(firewall))}
  properties: {_value(properties(firewall), "  ")}
}}
"""


def _value(value: Any, indent: str) -> str:
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [f"{inner}{key}: {_value(each, inner)}" for key, each in value.items()]
        return "\n".join(["{", *lines, f"{indent}}}"])
    if isinstance(value, list):
        return "\n".join(["[", *(f"{inner}{_value(each, inner)}" for each in value), f"{indent}]"])
    return str(value) if isinstance(value, int) else literal(value)
