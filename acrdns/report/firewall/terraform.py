"""The rules of an Azure Firewall policy for Terraform's azurerm provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.check.fixes.fix import quoted, symbol
from acrdns.report.firewall.azure_firewall import group_name, properties

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.firewall.rules import Firewall

_BLOCKS = {"ApplicationRule": "application_rule_collection", "NetworkRule": "network_rule_collection"}


def render(firewall: Firewall) -> str:
    """Return a file; the policy is a variable."""
    group = properties(firewall)
    name = group_name(firewall)
    lines = [
        'variable "firewall_policy_id" {\n  type = string\n}\n',
        f'resource "azurerm_firewall_policy_rule_collection_group" "{symbol(name)}" {{',
        f"  name               = {quoted(name)}",
        "  firewall_policy_id = var.firewall_policy_id",
        f"  priority           = {group['priority']}",
        *(line for collection in group["ruleCollections"] for line in _collection(collection)),
        "}\n",
    ]
    return "\n".join(lines)


def _collection(collection: dict[str, Any]) -> Iterator[str]:
    yield f"\n  {_BLOCKS[collection['rules'][0]['ruleType']]} {{"
    yield f"    name     = {quoted(collection['name'])}"
    yield f"    priority = {collection['priority']}"
    yield '    action   = "Allow"'
    for rule in collection["rules"]:
        yield "\n    rule {"
        yield from (f"      {line}" for line in _rule(rule))
        yield "    }"
    yield "  }"


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    yield f"name             = {quoted(rule['name'])}"
    yield f"description      = {quoted(rule['description'])}"
    yield f"source_addresses = {_texts(rule['sourceAddresses'])}"
    if rule["ruleType"] == "NetworkRule":
        yield f"protocols             = {_texts(rule['ipProtocols'])}"
        yield f"destination_addresses = {_texts(rule['destinationAddresses'])}"
        yield f"destination_ports     = {_texts(rule['destinationPorts'])}"
        return
    yield f"destination_fqdns = {_texts(rule['targetFqdns'])}"
    for protocol in rule["protocols"]:
        yield "protocols {"
        yield f"  type = {quoted(protocol['protocolType'])}"
        yield f"  port = {protocol['port']}"
        yield "}"


def _texts(texts: list[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"
