"""The names and addresses that a topology speaks of: those of registries in records made by hand, and all others."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from acrdns import names
from acrdns.record import NAMES_IN_DATA, Type, rdata_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.topology.model import Topology


class HandMade(NamedTuple):
    """An address record set made by hand, apart from the first label of its owner."""

    zone: Hashable
    below: bytes
    """The owner's name without its first label."""
    ttl: int
    addresses: tuple[str, ...]


class Mentions(NamedTuple):
    """The parts of record sets made by hand that concern registries."""

    written: Mapping[bytes, tuple[HandMade, ...]]
    """By the first label of the owner."""
    labels: frozenset[bytes]
    """All other labels."""
    addresses: frozenset[str]
    """Addresses in records that are not in `written`."""


def spoken_of(topology: Topology) -> Iterator[Name]:
    """Return the names in a topology, but for those of registries and of records made by hand."""
    cloud = topology.cloud
    suffixes = (cloud.registry, cloud.privatelink, cloud.frontend, cloud.traffic_manager, cloud.cloudapp, cloud.blob)
    yield from map(names.name, suffixes)
    yield from (zone.apex for zone in topology.private_dns_zones.values())
    for server in topology.dns_servers.values():
        yield from chain(server.conditional_forwarders, server.zones)
    for ruleset in topology.dns_forwarding_rulesets.values():
        yield from (rule.domain for rule in ruleset.rules)
    for vantage in topology.vantages[1:]:
        yield from topology.vantage(vantage).hosts
    for registry in topology.registries.values():
        own = (registry.frontend, registry.traffic_manager) if registry.frontend or registry.traffic_manager else ()
        connected = registry.connected_registries
        own = (*own, *(each.login_server for each in connected.values())) if connected else own
        yield from (names.name(text) for text in own if text)


def made_by_hand(topology: Topology) -> Iterator[tuple[object, Hashable, tuple[RRset, ...]]]:
    """Return the record sets of each zone, what they stand in, and a name for it."""
    for zone in topology.private_dns_zones.values():
        yield zone.records, ("zone", zone.key), zone.records
    for key, server in topology.dns_servers.items():
        for apex, records in server.zones.items():
            yield records, ("server", key, apex), records


def mentions_in(zone: Hashable, rrsets: Iterable[RRset]) -> Mentions:
    """Return the parts of record sets that concern registries; `zone` stands for the zone in them."""
    written: dict[bytes, tuple[HandMade, ...]] = {}
    labels: set[bytes] = set()
    addresses: set[str] = set()
    for rrset in rrsets:
        first, *others = (*names.labels(rrset.name), b"")
        labels.update(others)
        if rrset.type == Type.A:
            one = HandMade(zone, rrset.name[1 + rrset.name[0] :], rrset.ttl, rrset.texts())
            written[first] = (*written.get(first, ()), one)
            continue
        labels.add(first)
        for rdata in rrset.rdatas:
            if rrset.type == Type.AAAA:
                addresses.add(rdata_text(rrset.type, rdata))
            elif rrset.type in NAMES_IN_DATA:
                labels.update(names.labels(rdata[NAMES_IN_DATA[rrset.type].start :].lower()))
    return Mentions(written, frozenset(labels), frozenset(addresses))
