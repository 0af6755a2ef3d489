"""Which parts of a topology an answer depends on, and which parts a fault changes.

The law of this module: where an answer depends on nothing that a fault changes, the fault does not change the answer.
Both are over-approximated, so that a search may leave out faults that touch none of the parts. A part is a tuple:

    ("network", key)            the DNS servers and hosts files of a network's clients
    ("server", key)             a DNS server
    ("azure", network)          zones and rulesets that are linked to a network
    ("zone", key)               a private zone, whole
    ("at", key, owner)          the record sets of a name in a private zone
    ("below", key, owner)       those of the names at or below it
    ("registry", key)           the names of a registry in public DNS
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from acrdns import names
from acrdns.resolve.chain import MatchKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.azure import Cloud, Member
    from acrdns.check.causes.layout import Layout
    from acrdns.names import Name
    from acrdns.resolve.chain import Resolution, Step
    from acrdns.topology.model import PrivateEndpoint, PrivateZone, Topology
    from acrdns.topology.text.edit import Edit

Part = tuple[object, ...]


def may_change(changed: frozenset[Part] | None, needed: frozenset[Part] | None) -> bool:
    """Return whether a change of some parts may change an answer that depends on some; None stands for any part."""
    return changed is None or needed is None or not changed.isdisjoint(needed)


def changed_parts(edits: Iterable[Edit], topology: Topology) -> frozenset[Part] | None:
    """Return the parts of a topology that edits change, or None for any part."""
    found: set[Part] = set()
    for edit in edits:
        section, key, *below = edit.path
        value = getattr(edit, "value", None)
        if section == "networks":
            found.add(("network", key))
        elif section == "dns_servers":
            found.add(("server", topology.server_key(str(key))))
        elif section == "private_dns_zones":
            found.update(_of_zone(str(key), below, value, topology))
        elif section == "private_endpoints":
            found.update(_of_endpoint(str(key), below, value, topology))
        elif section == "registries":
            found.add(("registry", key))
        elif section == "dns_forwarding_rulesets" and key in topology.dns_forwarding_rulesets:
            links = topology.dns_forwarding_rulesets[str(key)].links
            found.update(("azure", network) for network in (*links, value) if isinstance(network, str))
        else:
            return None
    return frozenset(found)


def _of_zone(key: str, below: list[Any], value: object, topology: Topology) -> Iterator[Part]:
    zone = topology.private_dns_zones.get(key)
    links = tuple(zone.links) if zone else ()
    match below:
        case ["records", owner, *_] if zone:
            yield from _of_record(key, zone.apex, names.join(str(owner), zone.apex))
        case ["virtual_network_links", network, *_]:
            yield ("azure", network)
        case ["virtual_network_links"]:
            yield from (("azure", network) for network in (*links, *_keys(value)))
        case _:
            # A new zone is of interest where it is linked.
            made = value.get("virtual_network_links") if isinstance(value, dict) else None
            yield ("zone", key)
            yield from (("azure", network) for network in (*links, *_keys(made)))


def _keys(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, dict) else ()


@lru_cache(maxsize=1 << 15)
def _of_record(key: str, apex: Name, owner: Name) -> tuple[Part, ...]:
    """Return the parts of a record: a name above it exists because of it, and wildcards above it depend on it."""
    own = ("zone", key) if owner.startswith(b"\x01*") else ("at", key, owner)
    return (own, *(("below", key, above) for above in _within(apex, owner)))


def _within(apex: Name, owner: Name) -> Iterator[Name]:
    """Return a name and those above it, down from the apex."""
    return takewhile(lambda above: names.is_under(above, apex), names.ancestors(owner))


def _of_endpoint(key: str, below: list[Any], value: object, topology: Topology) -> Iterator[Part]:
    """Return the parts of a private endpoint: its registry's public names, and what its zone groups write."""
    private = topology.private_endpoints.get(key)
    if private is None or not below:
        return
    if below[0] != "dns_zone_group":
        yield ("registry", private.registry)
    added = value if isinstance(value, list) else [value]
    for zone_key in dict.fromkeys((*private.dns_zone_group, *(each for each in added if isinstance(each, str)))):
        zone = topology.private_dns_zones.get(zone_key)
        for owner in _written(private, zone, topology) if zone else ():
            yield from _of_record(zone_key, zone.apex, owner) if zone else ()


def _written(private: PrivateEndpoint, zone: PrivateZone, topology: Topology) -> tuple[Name, ...]:
    label = topology.registries[private.registry].dns_label
    return _owners(tuple(private.addresses), label, zone.apex, topology.cloud)


@lru_cache(maxsize=1 << 12)
def _owners(members: tuple[Member, ...], label: str, apex: Name, cloud: Cloud) -> tuple[Name, ...]:
    from acrdns.zone.publish.private import record_owner

    owners = (record_owner(member, label, apex, cloud) for member in members)
    return tuple(owner for owner in owners if owner is not None)


def needed_parts(resolution: Resolution, layout: Layout) -> frozenset[Part]:
    """Return the parts that an answer depends on, from the steps to it."""
    topology = layout.topology
    found: set[Part] = set()
    if resolution.vantage in topology.vantages[1:]:
        found.add(("network", topology.vantage(resolution.vantage).name))
    for step in resolution.steps:
        asked = step.question.name
        found.update(_of_server(step, resolution.vantage, topology))
        if endpoint := layout.by_name.get(asked):
            found.add(("registry", endpoint.registry.name))
        if step.matched.kind is MatchKind.PRIVATE_ZONE:
            zone = topology.private_dns_zones[step.matched.key or step.matched.name]
            found.update((("zone", zone.key), ("below", zone.key, asked)))
            found.update(("at", zone.key, above) for above in _within(zone.apex, asked))
    return frozenset(found)


class Ways(NamedTuple):
    """The ways that a question may go: one for each combination of choices among servers."""

    parts: frozenset[Part]
    """The parts that any of them depends on."""
    looked_up: frozenset[Name]
    """Every name that is looked up on any of them."""
    passages: tuple[frozenset[tuple[str, Name]], ...]
    """Of each, the servers that people run by their keys, and the names that these are asked for."""
    are_all: bool
    """Whether there are no more of them."""


def ways(routes: Sequence[Resolution], layout: Layout, *, are_all: bool) -> Ways:
    """Return what there is on the ways that some resolutions of one question went."""
    parts = chain.from_iterable(needed_parts(route, layout) for route in routes)
    looked_up = chain.from_iterable(map(names_asked, routes))
    passages = tuple(frozenset(_passages(route, layout.topology)) for route in routes)
    return Ways(frozenset(parts), frozenset(looked_up), passages, are_all)


def _passages(route: Resolution, topology: Topology) -> Iterator[tuple[str, Name]]:
    for step in route.steps:
        for kind, key in _of_server(step, route.vantage, topology):
            if kind == "server":
                yield key, step.question.name


def _of_server(step: Step, vantage: str, topology: Topology) -> Iterator[tuple[str, str]]:
    """Return the parts of the server that did a step; a client's own server is asked by that client alone."""
    if step.network:
        yield ("azure", step.network)
        for key, server in topology.dns_servers.items():
            is_there = server.address == step.server and server.network == step.network
            if is_there and (not server.client or server.host == vantage):
                yield ("server", key)


def names_asked(resolution: Resolution) -> frozenset[Name]:
    """Return every name that was looked up on the way."""
    return frozenset((resolution.question.name, *(step.question.name for step in resolution.steps)))
