"""The words in capital letters that commands leave to their reader, and what each stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN_KEY = "; the key NAME@GROUP of a zone in a topology file fills it in"
MEANINGS = {
    r"RESOURCE_GROUP": "the resource group of what the command names (`az resource list --name NAME -o table`)",
    r"RESOURCE_GROUP_OF_\w+": "the resource group of that zone: several in the file have one name",
    r"SUBSCRIPTION": "the subscription's ID (`az account show --query id`)",
    r"LINK_OF_\w+": "the link's own name (`link vnet list`, or `vnet-link list` of a ruleset, in place of the command)",
    r"RULE_FOR_\w+|RULE_NAME": "the rule's own name (`az dns-resolver forwarding-rule list`)",
    r"CONNECTION_NAME": "the name that the command before it lists",
    r"PEERING_WITH_\w+": "the peering's own name (`az network vnet peering list`)",
    r"ROUTE_TABLE_OF_\w+": "the route table of the network's subnets (`az network route-table list`)",
    r"APPLIANCE_IP": "the address of the firewall or appliance in the hub",
    r"ADDRESS_SPACE": "the address space of the network that the route leads to",
    r"VIRTUAL_NETWORK_OF_THE_SERVER": "the virtual network in which the DNS server stands",
    r"VIRTUAL_NETWORK_ID": "the ID of the resolver's network (`az network vnet show --query id`)",
    r"VIRTUAL_NETWORK": "the virtual network of the clients, or of the DNS server that they ask",
    r"PRIVATE_RESOLVER": "the private resolver's name",
    r"SUBNET": "the subnet for the private endpoint",
    r"SUBNET_ID": "the ID of the subnet (`az network vnet subnet show --query id`)",
    r"REGISTRY_ID": "the ID of the registry (`az acr show -n REGISTRY --query id`)",
    r"NETWORK_INTERFACE_ID": "the ID of the private endpoint's interface (`az network private-endpoint show`)",
    r"NSG": "the network security group of the clients' subnet",
    r"REGION": "the region of the network",
    r"PRIVATE_IP": "the address that the private endpoint has for this name",
    r"WRONG_IP": "the address that is wrong",
}
"""Words of commands, as regular expressions, each with its meaning."""
_WORDS = re.compile(rf"(?<![\w@.-])(?:{'|'.join(f'({word})' for word in MEANINGS)})(?![\w.-])", re.ASCII)
_SHOWN = 2


def explained(commands: str) -> Iterator[str]:
    """Return a line `WORDS: meaning` for words of each kind that a text leaves to its reader, in the text's order."""
    found: dict[int, dict[str, None]] = {}
    for match in _WORDS.finditer(commands):
        found.setdefault(match.lastindex or 0, {})[match[0]] = None
    meanings = list(MEANINGS.values())
    in_key = _IN_KEY if "private-dns" in commands else ""
    for kind, words in found.items():
        shown, more = list(words)[:_SHOWN], len(words) - _SHOWN
        named = f"{', '.join(shown)}{f' and {more} more' if more > 0 else ''}"
        of_group = shown[0].startswith("RESOURCE_GROUP")
        yield f"{named}: {meanings[kind - 1]}{in_key if of_group else ''}"
        in_key = "" if of_group else in_key
