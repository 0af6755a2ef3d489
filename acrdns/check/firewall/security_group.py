"""Outbound rules of a network security group as entries: from ARM, `az network nsg show`, `rule list` and templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.check.firewall.azure_firewall import RuleEntries, ports_of
from acrdns.check.firewall.entries import CLIENTS_OF, ListEntry, destination, is_ipv6, network_of, ranges, spans

if TYPE_CHECKING:
    from collections.abc import Iterator

_GROUPS = (
    ("sourceApplicationSecurityGroups", CLIENTS_OF),
    ("destinationApplicationSecurityGroups", "application security group"),
)

_DEFAULT = 65000
"""The first priority of the rules that Azure adds to each group."""


def is_group(document: Any) -> bool:
    """Return whether there are rules of a security group in a document."""
    return next(_rules(document), None) is not None


def entries(document: Any) -> RuleEntries:
    """Return the entries of the rules, by priority. Raises ValueError for a rule that cannot be read."""
    found, ignored = list[ListEntry](), dict[str, None]()
    rules = [rule for rule in _rules(document) if str(rule.get("direction")).lower() == "outbound"]
    for rule in sorted(rules, key=lambda rule: int(rule.get("priority", 0))):
        if str(rule.get("protocol", "*")).lower() not in ("*", "tcp"):
            continue  # no registry speaks it
        named = str(rule.get("name", ""))
        sources = ranges(_several(rule, "sourceAddressPrefix", "sourceAddressPrefixes"))
        ignored |= {f"{noun} {_last(group)}": None for key, noun in _GROUPS for group in rule.get(key) or ()}
        if sources is None:
            continue  # a tag: none of the clients
        denies = str(rule.get("access")).lower() == "deny"
        written = _several(rule, "destinationAddressPrefix", "destinationAddressPrefixes")
        for to in (destination(part) for each in written for part in spans(each)):
            for port in ports_of(_several(rule, "destinationPortRange", "destinationPortRanges")):
                whole = to.lower() in ("*", "any")
                tag = "" if whole or network_of(to) or is_ipv6(to) else to
                host = "" if whole or tag else to
                found.append(ListEntry(host, not host, port, 0, denies, sources, tag, named))
    ends = any(entry.denies and entry.everything and entry.port is None and not entry.sources for entry in found)
    if not ends and all(int(rule.get("priority", 0)) < _DEFAULT for rule in rules):
        ignored["default rules of the group (az network nsg show prints them)"] = None
    return RuleEntries(tuple(found), tuple(ignored), is_policy=True)


def _rules(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _rules(item)
    elif isinstance(value, dict):
        inside = value.get("properties")
        own = {**inside, "name": value.get("name")} if isinstance(inside, dict) else value
        if "access" in own and "direction" in own:
            yield own
            return
        for item in value.values():
            yield from _rules(item)


def _several(rule: dict[str, Any], one: str, many: str) -> list[str]:
    """Return the values of a field that Azure has for one and for many."""
    several = rule.get(many) or ()
    return [str(each) for each in (*several, *((rule[one],) if rule.get(one) else ()))]


def _last(group: Any) -> str:
    return str(group.get("id") if isinstance(group, dict) else group).rpartition("/")[2]
