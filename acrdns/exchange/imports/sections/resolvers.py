"""Private resolvers and forwarding rulesets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.estate.found import (
    FoundInbound,
    FoundOutbound,
    FoundResolver,
    FoundRule,
    FoundRuleset,
    FoundRulesetLink,
)
from acrdns.exchange.imports.sections.assembly import network
from acrdns.exchange.imports.sections.keys import keys

if TYPE_CHECKING:
    from typing import Any

    from acrdns.exchange.imports.estate.identifier import Identifier
    from acrdns.exchange.imports.sections.assembly import Assembly


def write(assembly: Assembly) -> None:
    """Write resolvers, also those of which only the endpoints are known, then rulesets."""
    _write_resolvers(assembly)
    _write_rulesets(assembly)


def _write_resolvers(assembly: Assembly) -> None:
    estate, sketch = assembly.estate, assembly.sketch
    ids = {assembly.key(each.id): each.id for each in estate.all(FoundResolver)}
    for kind in (FoundInbound, FoundOutbound):
        for each in estate.all(kind):
            if each.id.parent:
                ids.setdefault(assembly.key(each.id.parent), each.id.parent)
    names = keys(ids.values())
    outbound = outbound_keys(assembly)
    for key, id_ in ids.items():
        found = estate.get(FoundResolver, id_.key)
        inbound = [each for each in estate.all(FoundInbound) if assembly.key(each.id.parent) == key]
        outwards = [each for each in estate.all(FoundOutbound) if assembly.key(each.id.parent) == key]
        told = [each for each in (found, *inbound, *outwards) if each]
        where = next((each.network for each in told if each.network), None)
        place = network(assembly, where, told[0].origin)
        if place is None:
            remedy = f"add az dns-resolver show {id_.options()}"
            sketch.notes.add(told[0].origin, f"private_resolvers.{names[id_.key]}", "its network is not said", remedy)
            continue
        for each in inbound:
            if each.addresses is None:
                what = f"the inbound endpoint {each.name} has no address in the input"
                sketch.note(each.origin, ("private_resolvers", names[id_.key]), what, "it is left out")
        entry = {
            "network": place,
            "inbound_endpoints": [address for each in inbound for address in each.addresses or ()],
            "outbound_endpoints": [outbound[assembly.key(each.id)] for each in outwards],
        }
        sketch.put("private_resolvers", names[id_.key], entry, told[0])


def outbound_keys(assembly: Assembly) -> dict[str, str]:
    """Return the names of outbound endpoints, by identifier; no two are equal."""
    ids = {assembly.key(each.id): each.id for each in assembly.estate.all(FoundOutbound)}
    names = keys(ids.values())
    return {key: names[id_.key] for key, id_ in ids.items()}


def _write_rulesets(assembly: Assembly) -> None:
    estate, sketch = assembly.estate, assembly.sketch
    ids: dict[str, Identifier] = {assembly.key(each.id): each.id for each in estate.all(FoundRuleset)}
    for kind in (FoundRule, FoundRulesetLink):
        for each in estate.all(kind):
            if each.id.parent:
                ids.setdefault(assembly.key(each.id.parent), each.id.parent)
    names, outbound = keys(ids.values()), outbound_keys(assembly)
    known = {
        name for entry in sketch.data["private_resolvers"].values() for name in entry.get("outbound_endpoints", ())
    }
    for key, id_ in ids.items():
        found = estate.get(FoundRuleset, id_.key)
        rules = [each for each in estate.all(FoundRule) if assembly.key(each.id.parent) == key]
        links = [each for each in estate.all(FoundRulesetLink) if assembly.key(each.id.parent) == key]
        origin = next(each.origin for each in (found, *rules, *links) if each)
        path = ("dns_forwarding_rulesets", names[id_.key])
        through = [outbound.get(assembly.key(each), "") for each in (found.outbound or () if found else ())]
        through = [name for name in through if name in known]
        if not through:
            what = "its outbound endpoint is not in the input, so that the ruleset is left out"
            remedy = "add az dns-resolver forwarding-ruleset show, and az dns-resolver outbound-endpoint list"
            sketch.notes.add(origin, ".".join(path), what, remedy)
            continue
        entry = {
            "outbound_endpoint": through[0],
            "virtual_network_links": _links(assembly, links),
            "rules": _rules(assembly, path, rules),
        }
        sketch.put(*path, entry, found or rules[0])


def _links(assembly: Assembly, links: list[FoundRulesetLink]) -> list[str]:
    found = (network(assembly, each.network, each.origin) for each in links)
    return list(dict.fromkeys(key for key in found if key))


def _rules(assembly: Assembly, path: tuple[str, str], rules: list[FoundRule]) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for rule in rules:
        if not rule.domain or not rule.targets:
            lack = "name" if not rule.domain else "target"
            assembly.sketch.note(
                rule.origin, path, f"the rule {rule.name} has no {lack} in the input", "it is left out"
            )
            continue
        targets = list(rule.targets)
        enabled = rule.enabled is not False
        written[rule.domain] = targets if enabled else {"target_dns_servers": targets, "enabled": False}
    return written
