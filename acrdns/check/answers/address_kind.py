"""The kind of an address in an answer."""

from __future__ import annotations

from enum import Enum
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from acrdns.record import BENCHMARKS, is_private

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.topology.model import Topology

_NOWHERE = (ip_network("0.0.0.0/8"), ip_network("240.0.0.0/4"))
"""RFC 791 "this network" and RFC 1112 reserved addresses."""
_SHARED = ip_network("100.64.0.0/10")
"""RFC 6598: carriers share it, virtual networks may have it, and agents for access make addresses of it."""


class AddressKind(Enum):
    """The kind of an address."""

    PRIVATE = "private"
    """Private by `record.is_private`, or in the address space of one of the topology's networks."""
    PUBLIC = "public"
    UNUSABLE = "unusable"
    """Loopback, link-local, multicast, 0.0.0.0 and the like: the answer of a filter, a proxy or a hosts file."""


def kind_of(address: str, topology: Topology | None = None) -> AddressKind:
    """Return the kind of an IP address. Raises ValueError if the text is no address."""
    parsed = ip_address(address)
    if parsed.is_loopback or parsed.is_link_local or parsed.is_multicast or parsed.is_unspecified:
        return AddressKind.UNUSABLE
    if any(parsed in space for space in _NOWHERE):
        return AddressKind.UNUSABLE
    if topology is not None and topology.in_a_network(address):
        return AddressKind.PRIVATE
    if parsed in BENCHMARKS:
        return AddressKind.UNUSABLE
    return AddressKind.PRIVATE if is_private(address) else AddressKind.PUBLIC


def of_agents(addresses: Iterable[str], topology: Topology) -> list[str]:
    """Return the ones of some IP addresses that agents and proxies on clients give, and nothing in the topology has."""
    made_up = (a for a in addresses if any(ip_address(a) in space for space in (_SHARED, BENCHMARKS)))
    found = [a for a in made_up if not topology.owners_of(a) and not topology.in_a_network(a)]
    zones = topology.private_dns_zones.values() if found else ()
    known = {text for zone in zones for rrset in zone.records for text in rrset.texts()}
    return [address for address in found if address not in known]
