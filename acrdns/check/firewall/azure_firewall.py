"""Rules of Azure Firewall as lines of an allow-list: policies and classic rules, from ARM, `az` and templates.

Rules are looked for wherever they stand. Collections that deny are
left out, if they come last: no other order is judged.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NAMES = ("targetFqdns", "destinationFqdns", "destinationAddresses")
_TAGS = ("fqdnTags", "webCategories", "targetUrls")


class AzureAllowed(NamedTuple):
    """The lines of an allow-list, and what says nothing about hosts."""

    hosts: tuple[str, ...]
    ignored: tuple[str, ...]
    is_policy: bool
    """Whether there is any rule at all."""


def is_rule(value: Any = None) -> bool:
    """Return whether a value is a rule of Azure Firewall."""
    return isinstance(value, dict) and any(isinstance(value.get(key), list) for key in _NAMES)


def allowed(document: Any, clients: tuple[str, ...] = ()) -> AzureAllowed:
    """Return the hosts that the rules in a document let pass, for clients in these ranges; none means anybody."""
    hosts, ignored = dict[str, None](), dict[str, None]()
    for rule in _rules(document):
        if not covers(rule.get("sourceAddresses") or ["*"], clients):
            continue
        ignored |= {str(tag): None for key in _TAGS for tag in rule.get(key) or ()}
        for name in (str(name) for key in _NAMES for name in rule.get(key) or ()):
            if "." in name or name == "*":
                hosts |= dict.fromkeys(_lines(name, rule))
            else:
                ignored[name] = None  # a service tag
    return AzureAllowed(tuple(hosts), tuple(ignored), any(True for _ in _rules(document)))


def covers(sources: Sequence[str], clients: Sequence[str]) -> bool:
    """Return whether ranges that a rule is for hold all clients; where one of them is no range, nobody can tell."""
    try:
        ranges = [ip_network("0.0.0.0/0" if each in ("*", "all") else each) for each in sources]
        wanted = [ip_network(each) for each in clients if each != "*"]
    except ValueError:
        return True
    return all(
        any(client.version == each.version and client.subnet_of(each) for each in ranges)
        for client in wanted
        if client.version == 4  # noqa: PLR2004 -- IPv4
    )


def denies_first(document: Any) -> str:
    """Return the name of a collection that denies hosts before another one allows any; empty where none does."""
    found = list(_collections(document))
    allowing = [priority for _, priority, denies in found if not denies]
    return next((name for name, priority, denies in found if denies and priority < max(allowing, default=0)), "")


def _collections(value: Any) -> Iterator[tuple[str, int, bool]]:
    """Return the collections below a value: name, priority (0 without one), whether it denies."""
    if isinstance(value, list):
        for item in value:
            yield from _collections(item)
    elif isinstance(value, dict):
        inside = value.get("properties")
        own: dict[str, Any] = inside if isinstance(inside, dict) else value
        rules, action = own.get("rules"), own.get("action")
        if isinstance(rules, list) and any(map(is_rule, rules)):
            kind = str(action.get("type") if isinstance(action, dict) else action)
            priority = own.get("priority")
            yield str(value.get("name")), priority if isinstance(priority, int) else 0, kind.lower() == "deny"
            return
        for item in value.values():
            yield from _collections(item)


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
