"""Hand-made records at addresses that no private endpoint in reach has for the name, and whose the addresses are."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from acrdns.record import Type, is_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.causes.layout import Layout
    from acrdns.check.causes.routed import EndpointNames
    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.topology.model import AddressOwner, PrivateZone


class RecordFault(StrEnum):
    """The fault of an address in a record; each value is the name of its rule."""

    STALE = "stale-private-ip"
    """No private endpoint has the address, or none that is in reach."""
    SWAPPED = "swapped-address"
    """It belongs to another endpoint of the registry, whose record has another address."""
    SHARED = "shared-address"
    """It belongs to another endpoint of the registry, whose record has it, too, or is missing."""
    OTHER_REGISTRY = "other-registrys-address"
    """It belongs to another registry."""
    PUBLIC = "public-address-by-hand"
    """A public address, where no private endpoint of the registry is in reach."""


class WrongRecord(NamedTuple):
    """One address of a hand-made record set."""

    zone: PrivateZone
    rrset: RRset
    endpoint: EndpointNames
    address: str
    fault: RecordFault
    owner: AddressOwner | None
    """The private endpoint that has the address."""
    right: tuple[str, ...]
    """The addresses that private endpoints in reach of the zone's networks have for the name."""
    wrong: tuple[str, ...] = ()
    """All wrong addresses of the record set; those made public by hand are apart from the others."""

    @property
    def first(self) -> bool:
        """Whether the record set has no wrong address before this one."""
        return self.address == self.wrong[0]


def find_wrong_records(layout: Layout) -> Iterator[WrongRecord]:
    """Return every wrong address, in file order."""
    for zone in layout.topology.private_dns_zones.values():
        for rrset in zone.records:
            endpoint = layout.by_name.get(rrset.name) if rrset.type == Type.A else None
            if endpoint is not None and _is_asked(layout, zone, rrset.name):
                yield from _in_record_set(layout, zone, rrset, endpoint)


def of_fault(records: Iterable[WrongRecord], fault: RecordFault) -> Iterator[WrongRecord]:
    """Return the wrong addresses with one fault."""
    return (record for record in records if record.fault is fault)


def _is_asked(layout: Layout, zone: PrivateZone, owner: Name) -> bool:
    """Return whether a network looks a name up in a zone: it is linked, and no other zone hides it there."""
    return any(not link.active or layout.holder(network, owner) is zone for network, link in zone.links.items())


def _in_record_set(layout: Layout, zone: PrivateZone, rrset: RRset, endpoint: EndpointNames) -> Iterator[WrongRecord]:
    from acrdns.zone.publish.derive import public_addresses

    assigned = layout.assigned(endpoint)
    right = tuple(address for address in assigned if address in _in_reach(layout, zone, endpoint))
    known, found = public_addresses(endpoint.registry, endpoint.member), []
    for address in rrset.texts():
        if address in assigned and not (right and _astray(layout, zone, endpoint, address)):
            continue
        owner = layout.topology.owner_of(address)
        by_hand = not is_private(address) and owner is None
        if by_hand and not right:
            found.append(WrongRecord(zone, rrset, endpoint, address, RecordFault.PUBLIC, None, right))
        elif address not in known:
            fault = _fault(layout, zone, endpoint, address)
            found.append(WrongRecord(zone, rrset, endpoint, address, fault, owner, right))
    for record in found:
        public = record.fault is RecordFault.PUBLIC
        yield record._replace(wrong=tuple(r.address for r in found if (r.fault is RecordFault.PUBLIC) == public))


def _in_reach(layout: Layout, zone: PrivateZone, endpoint: EndpointNames) -> set[str]:
    """Return the addresses that the endpoint has in the networks linked to a zone; everywhere without links."""
    if not zone.links:
        return set(layout.assigned(endpoint))
    near = (layout.reach[network].get(endpoint.registry.name, ()) for network in zone.links)
    return {e.addresses[endpoint.member] for endpoints in near for e in endpoints if endpoint.member in e.addresses}


def _astray(layout: Layout, zone: PrivateZone, endpoint: EndpointNames, address: str) -> bool:
    """Return whether nobody who may ask a zone reaches the private endpoint that an address of it belongs to.

    Clients of a network may ask the zones linked to it; those with DNS servers of their own, any zone.
    """
    for vantage, near in layout.reach.items():
        network = layout.topology.vantage(vantage)
        if network.name in zone.links or network.dns_servers or network.kind == "on_premises":
            endpoints = near.get(endpoint.registry.name, ())
            if any(private.addresses.get(endpoint.member) == address for private in endpoints):
                return False
    return True


def _fault(layout: Layout, zone: PrivateZone, endpoint: EndpointNames, address: str) -> RecordFault:
    owner = layout.topology.owner_of(address)
    if owner is None or (owner.member == endpoint.member and owner.endpoint.registry == endpoint.registry.name):
        return RecordFault.STALE
    if owner.endpoint.registry != endpoint.registry.name:
        return RecordFault.OTHER_REGISTRY
    others = (e for e in layout.endpoints[endpoint.registry.name] if e.member == owner.member)
    known = [text for other in others for text in layout.addresses_in(zone, other.alias)]
    return RecordFault.SHARED if address in known or not known else RecordFault.SWAPPED
