"""Rules of Azure Firewall as entries: policies and classic rules, from ARM, `az` and templates.

Network rules come before application rules, whatever their priorities; within these, groups and then collections go by
priority. Rules are looked for wherever they stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from acrdns.check.firewall.entries import CLIENTS_OF, ListEntry, destination, ranges, spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAMES = ("targetFqdns", "destinationFqdns", "destinationAddresses")
"""Fields of hosts; the last one has addresses and service tags."""
_TAGS = {"fqdnTags": "FQDN tag", "webCategories": "web category", "targetUrls": "URL"}
_GROUPS = (("sourceIpGroups", CLIENTS_OF), ("destinationIpGroups", "IP group"))
_FIELDS = (*_NAMES, *_TAGS, "destinationIpGroups")
"""Each rule has one of these."""
_OF_NETWORK = ("destinationPorts", "ipProtocols", "destinationAddresses")
"""Fields that network rules alone have."""
_HTTPS = 443


class RuleEntries(NamedTuple):
    """The entries of another program's rules, and what in them says nothing about hosts."""

    entries: tuple[ListEntry, ...]
    ignored: tuple[str, ...]
    is_policy: bool
    """Whether there is any rule at all."""


class _Collected(NamedTuple):
    """A rule, and what its collection and its group say."""

    rule: dict[str, Any]
    name: str
    denies: bool
    priorities: tuple[int, ...]
    """Of the group and of the collection; the smallest comes first."""

    @property
    def is_network(self) -> bool:
        kind = str(self.rule.get("ruleType")).lower()  # classic rules have none; `az` prints the empty fields of both
        return kind == "networkrule" or (kind != "applicationrule" and any(self.rule.get(key) for key in _OF_NETWORK))


def is_rule(value: Any = None) -> bool:
    """Return whether a value is a rule of Azure Firewall."""
    return isinstance(value, dict) and any(isinstance(value.get(key), list) for key in _FIELDS)


def entries(document: Any) -> RuleEntries:
    """Return the entries of the rules in a document, in the order of the firewall."""
    rules = sorted(_rules(document, "", (), denies=False), key=lambda each: (not each.is_network, each.priorities))
    found, ignored = list[ListEntry](), dict[str, None]()
    for each in rules:
        rule = each.rule
        ignored |= {
            f"{noun} {str(tag).rpartition('/')[2]}": None for key, noun in _GROUPS for tag in rule.get(key) or ()
        }
        ignored |= {f"{noun} {tag}": None for key, noun in _TAGS.items() for tag in rule.get(key) or ()}
        sources = ranges(map(str, rule.get("sourceAddresses") or ["*"])) or ()
        found += (
            ListEntry(host, wildcard, port, 0, each.denies, sources, tag, each.name)
            for port in dict.fromkeys(_ports(each))
            for host, wildcard, tag in _hosts(rule, ignored)
        )
    return RuleEntries(tuple(found), tuple(ignored), bool(rules))


def _rules(value: Any, name: str, priorities: tuple[int, ...], *, denies: bool) -> Iterator[_Collected]:
    if isinstance(value, list):
        for item in value:
            yield from _rules(item, name, priorities, denies=denies)
    elif is_rule(value):
        if "translatedAddress" not in value and "translatedPort" not in value:
            yield _Collected(value, name or str(value.get("name", "")), denies, priorities)
    elif isinstance(value, dict):
        action = value.get("action")
        kind = str(action.get("type") if isinstance(action, dict) else action).lower()
        if kind == "dnat":
            return
        inside = value.get("properties")
        priority = value.get("priority", inside.get("priority") if isinstance(inside, dict) else None)
        below = (*priorities, priority) if isinstance(priority, int) else priorities
        named = str(value.get("name") or name) if "rules" in value or isinstance(inside, dict) else name
        for item in value.values():
            yield from _rules(item, named, below, denies=denies or kind == "deny")


def _hosts(rule: dict[str, Any], ignored: dict[str, None]) -> Iterator[tuple[str, bool, str]]:
    """Return the hosts of a rule: name or range, whether it is a wildcard, service tag."""
    for name in (str(name).lower() for key in _NAMES[:2] for name in rule.get(key) or ()):
        if name == "*" or name.startswith("*."):
            yield name[2:], True, ""
        elif name.startswith("*"):  # a domain, all below it, and others that end so
            yield name[1:], False, ""
            yield name[1:], True, ""
        else:
            yield name, False, ""
    for name in (str(name) for name in rule.get(_NAMES[2]) or ()):
        if name == "*":
            yield "", True, ""
        elif ":" in name:
            ignored[f"IPv6 address {name}"] = None  # private endpoints have none
        elif name[:1].isdigit():
            yield from ((destination(each), False, "") for each in spans(name))
        else:
            yield "", False, name


def _ports(each: _Collected) -> Iterator[int | None]:
    """Return the ports of a rule at which TLS may pass, and others that it names."""
    rule = each.rule
    if each.is_network:
        protocols = [str(p).lower() for p in rule.get("ipProtocols") or rule.get("protocols") or ["any"]]
        if {"tcp", "any"} & set(protocols):
            yield from ports_of(map(str, rule.get("destinationPorts") or ["*"]))
        return
    listed = [each for each in rule.get("protocols") or () if isinstance(each, dict)]
    if not listed:
        yield None
    for protocol in listed:
        port = protocol.get("port")
        if isinstance(port, int) and (port != _HTTPS or str(protocol.get("protocolType")).lower() == "https"):
            yield port


def ports_of(texts: Iterable[str]) -> Iterator[int | None]:
    """Return ports; a range that has 443 in it counts as 443. Raises ValueError for a text that is no port."""
    for text in texts:
        first, _, last = text.partition("-")
        if text == "*" or (first == "0" and last == "65535"):
            yield None
        elif last:
            yield _HTTPS if int(first) <= _HTTPS <= int(last) else int(first)
        else:
            yield int(first)
