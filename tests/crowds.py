"""Random topologies with several registries of a kind: they differ from each other in names and addresses alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from acrdns.names import Name
from acrdns.record import RRset, Type, packed_address
from tests.resolve import tangled
from tests.topologies import topologies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.topology.model import Registry, Topology


@st.composite
def crowds(draw: st.DrawFn) -> Topology:
    """Make a topology in which registries have doubles, with private endpoints and records of their own.

    Much in it speaks of the registries themselves, and nothing of their doubles.
    """
    made = draw(tangled.topologies() | tangled.topologies() | topologies(additions=True))
    addresses = (f"10.250.{number // 250}.{1 + number % 250}" for number in count())
    if draw(st.integers(0, 3)):
        plain = {key: _plain(registry) for key, registry in made.registries.items()}
        made = replace(made, registries=plain)
    for key in tuple(made.registries):
        records = draw(st.sampled_from((True, True, False)))
        for number in range(draw(st.integers(1, 3))):
            made = with_double(made, key, f"double{number}of{key}", addresses, records=records)
    return made


def _plain(registry: Registry) -> Registry:
    """Return a registry of which the file gives no public names and addresses."""
    return replace(registry, frontend=None, traffic_manager=None, public_addresses={}, connected_registries={})


def with_double(topology: Topology, key: str, name: str, addresses: Iterator[str], *, records: bool = True) -> Topology:
    """Return a topology with a second registry like one of it, at the next free addresses."""
    registry = topology.registries[key]
    double = replace(registry, name=name, dns_label=name.lower())
    given: dict[bytes, bytes] = {}
    endpoints = dict(topology.private_endpoints)
    for endpoint in topology.private_endpoints.values():
        if endpoint.registry == key:
            own = {member: next(addresses) for member in endpoint.addresses}
            given |= {packed_address(endpoint.addresses[m]): packed_address(text) for m, text in own.items()}
            there = f"{endpoint.name}-of-{name}"
            endpoints[there] = replace(endpoint, name=there, registry=name, addresses=own)
    label, new = registry.dns_label.encode(), double.dns_label.encode()

    def doubled(rrsets: tuple[RRset, ...], apex: Name) -> tuple[RRset, ...]:
        # The double of an apex would stand outside the zone.
        below = (rrset for rrset in rrsets if rrset.name != apex)
        return (*rrsets, *(_renamed(rrset, new, given) for rrset in below if _first(rrset) == label))

    private = topology.private_dns_zones.items()
    zones = {at: replace(zone, records=doubled(zone.records, zone.apex)) for at, zone in private}
    servers = {
        at: replace(server, zones={apex: doubled(rrsets, apex) for apex, rrsets in server.zones.items()})
        for at, server in topology.dns_servers.items()
    }
    return replace(
        topology,
        registries={**topology.registries, name: double},
        private_endpoints=endpoints,
        private_dns_zones=zones if records else topology.private_dns_zones,
        dns_servers=servers if records else topology.dns_servers,
    )


def _first(rrset: RRset) -> bytes:
    return rrset.name[1 : 1 + rrset.name[0]]


def _renamed(rrset: RRset, label: bytes, given: dict[bytes, bytes]) -> RRset:
    owner = Name(bytes((len(label),)) + label + rrset.name[1 + rrset.name[0] :])
    rdatas = tuple(given.get(rdata, rdata) for rdata in rrset.rdatas) if rrset.type == Type.A else rrset.rdatas
    return RRset(owner, rrset.type, rrset.ttl, rdatas)
