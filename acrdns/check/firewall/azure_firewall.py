"""Rules of Azure Firewall as lines of an allow-list: policies and classic rules, from ARM, `az` and templates.

Rules are looked for wherever they stand. Collections that deny are left out; the order of rules does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = ("targetFqdns", "destinationFqdns", "destinationAddresses")
_TAGS = ("fqdnTags", "webCategories", "targetUrls")


class AzureAllowed(NamedTuple):
    """The lines of an allow-list, and what says nothing about hosts."""

    hosts: tuple[str, ...]
    ignored: tuple[str, ...]


def is_rule(value: Any = None) -> bool:
    """Return whether a value is a rule of Azure Firewall."""
    return isinstance(value, dict) and any(isinstance(value.get(key), list) for key in _NAMES)


def allowed(document: Any) -> AzureAllowed:
    """Return the hosts that the rules in a document let pass."""
    hosts, ignored = dict[str, None](), dict[str, None]()
    for rule in _rules(document):
        ignored |= {str(tag): None for key in _TAGS for tag in rule.get(key) or ()}
        for name in (str(name) for key in _NAMES for name in rule.get(key) or ()):
            if "." in name or name == "*":
                hosts |= dict.fromkeys(_lines(name, rule))
            else:
                ignored[name] = None  # a service tag
    return AzureAllowed(tuple(hosts), tuple(ignored))


def _rules(value: Any) -> Iterator[dict[str, Any]]:
    """Return every rule below a value that does not deny."""
    if isinstance(value, list):
        for item in value:
            yield from _rules(item)
    elif is_rule(value):
        yield value
    elif isinstance(value, dict):
        action = value.get("action")
        kind = action.get("type") if isinstance(action, dict) else action
        if str(kind).lower() != "deny":
            for item in value.values():
                yield from _rules(item)


def _lines(name: str, rule: dict[str, Any]) -> Iterator[str]:
    """Return a host with each port of a rule. `*contoso.com` is for a domain, all below it, and others that end so."""
    hosts = (
        (name[1:], f"*.{name[1:]}") if name.startswith("*") and not name.startswith("*.") and name != "*" else (name,)
    )
    for host in hosts:
        yield from (f"{host}{port}" for port in dict.fromkeys(_ports(rule)) or ("",))


def _ports(rule: dict[str, Any]) -> Iterator[str]:
    """Return the ports of a rule as they stand behind a host; a range that has 443 in it counts as 443."""
    for protocol in rule.get("protocols") or ():
        if isinstance(protocol, dict) and protocol.get("port"):
            yield f":{protocol['port']}"
    for ports in rule.get("destinationPorts") or ():
        first, _, last = str(ports).partition("-")
        if ports == "*":
            yield ""
        elif last:
            yield ":443" if int(first) <= 443 <= int(last) else f":{first}"  # noqa: PLR2004 -- HTTPS
        else:
            yield f":{first}"
