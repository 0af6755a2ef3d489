"""The rules of an Azure Firewall policy as commands of the Azure CLI (extension `azure-firewall`)."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

from acrdns.check.fixes.fix import GROUP
from acrdns.report.firewall.azure_firewall import group_name, properties

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.firewall.rules import Firewall

_POLICY = "FIREWALL_POLICY"
_COMMAND = "az network firewall policy rule-collection-group"


def render(firewall: Firewall) -> str:
    """Return a command a line: the group, each collection with its first rule, then the other rules."""
    group, name = properties(firewall), group_name(firewall)
    where = f"-g {GROUP} --policy-name {_POLICY}"
    lines = [f"{_COMMAND} create {where} -n {name} --priority {group['priority']}"]
    for collection in group["ruleCollections"]:
        inside = f"{where} --rcg-name {name} --name {collection['name']}"
        lines += _collection(collection, inside, f"{where} --rcg-name {name} --collection-name {collection['name']}")
    return "".join(f"{line}\n" for line in lines)


def _collection(collection: dict[str, Any], create: str, add: str) -> Iterator[str]:
    first, *others = collection["rules"]
    head = f"{_COMMAND} collection add-filter-collection {create} --collection-priority {collection['priority']}"
    yield f"{head} --action Allow --rule-name {first['name']} {_rule(first)}"
    for rule in others:
        yield f"{_COMMAND} collection rule add {add} --name {rule['name']} {_rule(rule)}"


def _rule(rule: dict[str, Any]) -> str:
    parts = {"--rule-type": [rule["ruleType"]], "--description": [rule["description"]]}
    parts["--source-addresses"] = rule["sourceAddresses"]
    if rule["ruleType"] == "NetworkRule":
        parts["--ip-protocols"] = rule["ipProtocols"]
        parts["--destination-addresses"] = rule["destinationAddresses"]
        parts["--destination-ports"] = rule["destinationPorts"]
    else:
        parts["--target-fqdns"] = rule["targetFqdns"]
        parts["--protocols"] = [f"{each['protocolType']}={each['port']}" for each in rule["protocols"]]
    return " ".join(f"{option} {' '.join(map(quote, values))}" for option, values in parts.items())
