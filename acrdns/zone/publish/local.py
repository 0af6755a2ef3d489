"""Local zones: what a DNS server that people run is authoritative for, and the local names of connected registries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns import names
from acrdns.record import Soa, addresses
from acrdns.zone.zone import Zone, build

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.topology.model import DnsServer, Topology

TTL = 3600


def local_zones(server: DnsServer, topology: Topology) -> tuple[Zone, ...]:
    """Return the zones that one server answers itself.

    A connected registry's name that is inside a zone of the server belongs to that zone, which may have it already.
    """
    zones: dict[Name, list[RRset]] = {apex: list(records) for apex, records in server.zones.items()}
    for name, rrsets in _connected_registries(server.network, topology):
        home = next((apex for apex in names.ancestors(name) if apex in zones), None)
        if home is None:
            zones[name] = rrsets
        elif not any(names.is_under(rrset.name, name) for rrset in zones[home]):
            zones[home] += rrsets
    return tuple(_zone(apex, records) for apex, records in zones.items())


def connected_registry_zones(network: str, topology: Topology) -> Iterator[Zone]:
    """Return a zone of one name for each connected registry in a network that has a local login server name."""
    for name, rrsets in _connected_registries(network, topology):
        yield _zone(name, rrsets)


def _connected_registries(network: str, topology: Topology) -> Iterator[tuple[Name, list[RRset]]]:
    for registry in topology.registries.values():
        for connected in registry.connected_registries.values():
            if connected.network == network and connected.login_server and connected.address:
                name = names.name(connected.login_server)
                yield name, addresses(name, TTL, (connected.address,))


def _zone(apex: Name, records: Iterable[RRset]) -> Zone:
    origin = names.show(apex)
    soa = Soa(origin, f"hostmaster.{origin}".rstrip("."), 1, 3600, 300, 2419200, TTL).rrset(apex, TTL)
    return build(apex, "local", origin, (soa, *records))
