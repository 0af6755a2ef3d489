"""Serial numbers: 32 bits that wrap (RFC 1982), and when a zone gets its next one.

The law: a zone's serial changes when its content does, and then it grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.record import RRset, Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.names import Name
    from acrdns.zone.answer import Response
    from acrdns.zone.zone import Zone

_MASK = 0xFFFFFFFF
_HALF = 0x80000000
_SERIAL = slice(-20, -16)
"""Where the serial stands in SOA data, counted from the end, since the two names before it vary in length."""


def newer(left: int, right: int) -> bool:
    """Return whether the serial `left` is greater than `right` (RFC 1982 section 3.2).

    Of two serials that are exactly half the circle apart neither is the greater one.
    """
    return 0 < (left - right) & _MASK < _HALF


def following(last: int, wanted: int) -> int:
    """Return the serial after `last`: the wanted one where that is greater, else the next number."""
    return wanted & _MASK if newer(wanted & _MASK, last) else (last + 1) & _MASK


def serial_of(soa: RRset) -> int:
    """Read the serial of an SOA record set."""
    return int.from_bytes(soa.rdatas[0][_SERIAL], "big")


def with_serial(soa: RRset, serial: int) -> RRset:
    """Return an SOA record set another serial."""
    data = soa.rdatas[0]
    return RRset(soa.name, soa.type, soa.ttl, (data[:-20] + serial.to_bytes(4, "big") + data[-16:],))


def without_serial(data: bytes) -> bytes:
    """Return SOA data with the serial 0."""
    return data[:-20] + bytes(4) + data[-16:]


def stamped(zone: Zone, serial: int) -> Zone:
    """Return a zone another serial. It must have an SOA."""
    from dataclasses import replace

    from acrdns.zone.packed import with_node
    from acrdns.zone.zone import denial

    apex = tuple(with_serial(rrset, serial) if rrset.type == Type.SOA else rrset for rrset in zone.nodes[zone.apex])
    return replace(zone, nodes=with_node(zone.nodes, zone.apex, apex), denial=denial(apex))


def restamped(response: Response, serials: Mapping[Name, int]) -> Response:
    """Return every SOA in a response the serial that its zone is transferred with, so that pollers see changes."""
    if not any(rrset.type == Type.SOA for rrset in (*response.answer, *response.authority)):
        return response
    from dataclasses import replace

    def restamp(rrsets: tuple[RRset, ...]) -> tuple[RRset, ...]:
        return tuple(
            with_serial(rrset, serials[rrset.name]) if rrset.type == Type.SOA and rrset.name in serials else rrset
            for rrset in rrsets
        )

    return replace(response, answer=restamp(response.answer), authority=restamp(response.authority))
