"""Registries that differ in their names and addresses alone, and one of each kind to stand for the others.

The law: such registries get the same answers everywhere, but for these names and addresses. So questions about a
topology of thousands of registries are asked of one with a few, the *representatives*, and the answers are translated.

Two registries are of one kind if they have the same regions and settings, their private endpoints have the same
networks, states, members and zone groups, and the records made by hand under their label have the same form. A registry
stands for itself alone if anything else in the file speaks of its names or addresses, or if it shares any with another:
so the addresses of one registry are all different, and each is translated into one of another registry.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import cached_property
from ipaddress import IPv6Address
from itertools import chain
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.record import is_private, packed_address
from acrdns.resolve.equivalence.mentions import HandMade, Mentions, made_by_hand, mentions_in, spoken_of
from acrdns.zone.publish.derive import derived_addresses, digest

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from acrdns.topology.model import PrivateEndpoint, Registry, Topology

_DIGEST = 8
"""Hexadecimal digits of a registry's digest with which every name that is derived for it begins or ends."""
_HEXADECIMAL = re.compile(rb"(?=([0-9a-f]{8}))")


class Representatives:
    """The kinds of registries of a topology.

    `before` are those of a topology that this one was made of: entries that both have are not looked at again.
    """

    def __init__(self, topology: Topology, before: Representatives | None = None) -> None:
        self._whole = topology
        self.shapes: dict[str, tuple[Registry, tuple[PrivateEndpoint, ...], Hashable]] = {}
        """By registry: itself, its private endpoints, and what registries of one kind have in common; None for one that
        is a kind of its own."""
        self.said: dict[int, tuple[object, Mentions]] = {}
        """By the identity of a zone's records: the records, and what they say of registries."""
        self.of: dict[str, str] = {}
        """For each registry, the first one in the file of its kind."""
        self._addresses: dict[str, tuple[str, ...]] = {}
        self.shared: frozenset[str] = frozenset()
        """The registries that have a label, a digest or a private address in common with another."""
        self.mentioned: tuple[object, ...] = ()
        """All that the file says of registries elsewhere than in their entries."""
        self._sort(before)

    @cached_property
    def topology(self) -> Topology:
        """The topology with no other registries than representatives, and their private endpoints."""
        return self.including(())

    def including(self, keys: Iterable[str]) -> Topology:
        """Return the topology with the representatives and some other registries."""
        kept = {*self.of.values(), *keys}
        whole = self._whole
        if len(kept) == len(whole.registries):
            return whole
        return replace(
            whole,
            registries={key: registry for key, registry in whole.registries.items() if key in kept},
            private_endpoints={
                name: endpoint for name, endpoint in whole.private_endpoints.items() if endpoint.registry in kept
            },
        )

    @property
    def first(self) -> tuple[str, ...]:
        """The representatives, in the order of the file."""
        return tuple(dict.fromkeys(self.of.values()))

    def endpoints(self, key: str) -> tuple[PrivateEndpoint, ...]:
        """Return the private endpoints of a registry, approved or not."""
        return self._whole.endpoints_of(key)

    def translation(self, key: str, own: Sequence[str] | None = None) -> Mapping[str, str]:
        """Return, for each address of a registry's representative, that of the registry; `own` are `addresses(key)`."""
        first = self.of[key]
        if first not in self._addresses:
            self._addresses[first] = self.addresses(first)
        return dict(zip(self._addresses[first], own or self.addresses(key), strict=True))

    def addresses(self, key: str) -> tuple[str, ...]:
        """Return the addresses of a registry, private and public, in an order that is the same for its kind."""
        own = [*_private(self.endpoints(key)), *derived_addresses(self._whole.registries[key])]
        mapped = [_embedded(prefix, address) for prefix in self.prefixes for address in own if ":" not in address]
        return (*own, *mapped)

    @cached_property
    def prefixes(self) -> tuple[bytes, ...]:
        """The prefixes of DNS64, which makes further addresses (RFC 6147)."""
        found = (server.dns64 for server in self._whole.dns_servers.values())
        return tuple(dict.fromkeys(prefix.network_address.packed[:12] for prefix in found if prefix))

    def _sort(self, before: Representatives | None) -> None:
        """Find the kind of each registry."""
        topology = self._whole
        registries = {registry.dns_label.encode(): key for key, registry in topology.registries.items()}
        written, labels, addresses = self._allmentions_in(registries, before)
        digits = {found for label in labels for found in _HEXADECIMAL.findall(label)}
        self.mentioned = (written, labels, addresses, self.prefixes)
        same = before is not None and self._has_the_same_entries(before)
        if before is not None and same and before.mentioned == self.mentioned:
            self.of, self.shapes, self.shared = before.of, before.shapes, before.shared
            return
        self.shared = before.shared if before is not None and same else self._in_common()
        alone = self.shared.union(key for label, key in registries.items() if label in labels)
        firsts: dict[Hashable, str] = {}
        for key, registry in topology.registries.items():
            endpoints = self.endpoints(key)
            kind = self._shape(key, registry, endpoints, before)
            if kind is not None and key in written:
                records = _in_terms_of(written[key], self.addresses(key))
                kind = (kind, records) if records is not None else None
            if (
                kind is None
                or key in alone
                or digest(registry.dns_label)[:_DIGEST].encode() in digits
                or (addresses and not addresses.isdisjoint(_private(endpoints)))
            ):
                kind = ("alone", key)
            self.of[key] = firsts.setdefault(kind, key)

    def _has_the_same_entries(self, before: Representatives) -> bool:
        """Return whether an earlier topology has these very registries and private endpoints."""
        now, earlier = self._whole, before._whole
        return now.registries is earlier.registries and now.private_endpoints is earlier.private_endpoints

    def _shape(
        self,
        key: str,
        registry: Registry,
        endpoints: tuple[PrivateEndpoint, ...],
        before: Representatives | None,
    ) -> Hashable:
        """Return the form of a registry and its private endpoints."""
        known = before.shapes.get(key) if before else None
        if known is None or known[0] is not registry or not is_same(known[1], endpoints):
            known = registry, endpoints, _shape(registry, endpoints)
        self.shapes[key] = known
        return known[2]

    def _in_common(self) -> frozenset[str]:
        found: set[str] = set()
        labels: dict[str, str] = {}
        for registry in self._whole.registries.values():
            for text in (registry.dns_label, digest(registry.dns_label)[:_DIGEST]):
                other = labels.setdefault(text, registry.name)
                if other != registry.name:
                    found |= {other, registry.name}
        addresses = list(_private(self._whole.private_endpoints.values()))
        if len(set(addresses)) == len(addresses):
            return frozenset(found)
        owners: dict[str, str] = {}
        for endpoint in self._whole.private_endpoints.values():
            for address in endpoint.addresses.values():
                if address in owners:
                    found |= {owners[address], endpoint.registry}
                owners[address] = endpoint.registry
        return frozenset(found)

    def _allmentions_in(
        self, registries: Mapping[bytes, str], before: Representatives | None
    ) -> tuple[dict[str, list[HandMade]], set[bytes], set[str]]:
        """Return the records under the labels of registries, and all other labels and addresses in the file."""
        topology = self._whole
        written: defaultdict[str, list[HandMade]] = defaultdict(list)
        labels: set[bytes] = {b"data", b"geo"}
        for name in spoken_of(topology):
            labels.update(names.labels(name))
        addresses = {
            text for v in topology.vantages[1:] for texts in topology.vantage(v).hosts.values() for text in texts
        }
        for container, zone, rrsets in made_by_hand(topology):
            known = before.said.get(id(container)) if before else None
            if known is None or known[0] is not container:
                known = (container, mentions_in(zone, rrsets))
            self.said[id(container)] = known
            said = known[1]
            labels |= said.labels
            addresses |= said.addresses
            for label, every in said.written.items():
                key = registries.get(label)
                if key is None:
                    labels.add(label)
                    addresses.update(address for each in every for address in each.addresses)
                    continue
                written[key] += every
        for key, those in written.items():
            own = set(_private(self.endpoints(key)))
            addresses.update(address for each in those for address in each.addresses if address not in own)
        return written, labels, addresses


def is_same(one: Sequence[PrivateEndpoint], other: Sequence[PrivateEndpoint]) -> bool:
    """Return whether private endpoints are equal, and their addresses in the same order."""
    return one is other or (
        one == other and all(a is b or list(a.addresses) == list(b.addresses) for a, b in zip(one, other, strict=True))
    )


def _embedded(prefix: bytes, address: str) -> str:
    return str(IPv6Address(prefix + packed_address(address)))


def _private(endpoints: Iterable[PrivateEndpoint]) -> Iterator[str]:
    return chain.from_iterable(endpoint.addresses.values() for endpoint in endpoints)


def _shape(registry: Registry, endpoints: tuple[PrivateEndpoint, ...]) -> Hashable:
    if registry.frontend or registry.traffic_manager or registry.public_addresses or registry.connected_registries:
        return None
    if any(":" in address or not is_private(address) for address in _private(endpoints)):
        return None
    return (
        registry.location,
        registry.replications,
        registry.data_endpoint_enabled,
        registry.regional_endpoints_enabled,
        registry.private_link,
        tuple((each.network, each.status, each.dns_zone_group, tuple(each.addresses)) for each in endpoints),
    )


def _in_terms_of(every: Iterable[HandMade], addresses: Sequence[str]) -> Hashable:
    """Return records with the numbers of a registry's own addresses for these; None if one has a public one of them."""
    private = {address: number for number, address in enumerate(addresses) if is_private(address)}
    if any(address in addresses and address not in private for each in every for address in each.addresses):
        return None
    return tuple(
        (each.zone, each.below, each.ttl, tuple(private.get(address, address) for address in each.addresses))
        for each in every
    )
