"""Addresses and routes of the loopback interface, by rtnetlink(7).

All of it is one datagram with a few dozen octets for each address: a library for it takes a sixth of the time in which
a lab has to be there only to be imported.
"""

from __future__ import annotations

import os
import socket
import struct
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NEWLINK, _NEWADDR, _DELADDR, _NEWROUTE, _DELROUTE, _ERROR = 16, 20, 21, 24, 25, 2
_REQUEST_ACK, _CREATE, _REPLACE = 0x1 | 0x4, 0x400, 0x100
_LOOPBACK = 1
"""Index of `lo` in every network namespace."""
_LOCAL_TABLE, _MAIN_TABLE = 255, 254
_BY_KERNEL, _BY_ADMIN = 2, 4
_TO_HOST, _TO_LINK = 254, 253
_LOCAL, _UNICAST = 2, 1
_IFA_LOCAL, _IFA_ADDRESS = 2, 1
_RTA_DST, _RTA_OIF, _RTA_PREFSRC = 1, 4, 7
_AF_NETLINK, _NETLINK_ROUTE = 16, 0
_IFF_UP = 1
_NO_DAD = 0x02
_PARTS = 64
"""Messages in a datagram: their acknowledgements have to fit into the socket's buffer."""


def configure(own: Sequence[str], reached: Iterable[tuple[str, str]]) -> None:
    """Bring `lo` up with addresses of this host and of others, and with a default route that leads nowhere.

    `own` are the client's addresses, the first is its usual one; `reached` are pairs of an address that answers and the
    client's address that it is asked from. IPv4 packets to all others come back in at `lo`, which drops them: silence,
    as a firewall's. There is no way to other IPv6 addresses, as in most virtual networks. Raises OSError.
    """
    messages = [_message(_NEWLINK, 0, struct.pack("=BxHiII", socket.AF_UNSPEC, 0, _LOOPBACK, _IFF_UP, _IFF_UP))]
    messages += [_address(_NEWADDR, each) for each in own if not ip_address(each).is_loopback]
    _send([*messages, *_reached(reached), _nowhere(own[0])])


def add(reached: Iterable[tuple[str, str]]) -> None:
    """Let further addresses answer, each with the client's address that it is asked from. Raises OSError."""
    _send(list(_reached(reached)))


def remove(addresses: Iterable[str]) -> None:
    """Let addresses be silent. Raises OSError."""
    for each in addresses:
        # Linux takes its own route away with the address, and not the one that has a source.
        _send([] if ":" in each else [_local_route(_DELROUTE, each)])
        _send([_address(_DELADDR, each)])


def _reached(reached: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    for address, source in reached:
        if not ip_address(address).is_loopback:
            yield _address(_NEWADDR, address)
            if ":" not in address:  # Linux prefers its own route to an IPv6 address, so that this is asked from itself
                yield _asked_from(address, source)


def _send(messages: list[bytes]) -> None:
    with socket.socket(_AF_NETLINK, socket.SOCK_RAW, _NETLINK_ROUTE) as netlink:
        netlink.bind((0, 0))
        for start in range(0, len(messages), _PARTS):
            part = messages[start : start + _PARTS]
            netlink.send(b"".join(part))
            _await(netlink, len(part))


def _await(netlink: socket.socket, replies: int) -> None:
    """Read the acknowledgement of each message. Raises the OSError of the first that was refused."""
    while replies > 0:
        answer = netlink.recv(65536)
        at = 0
        while at < len(answer):
            length, kind = struct.unpack_from("=IH", answer, at)
            code = struct.unpack_from("=i", answer, at + 16)[0] if kind == _ERROR else 0
            if code:
                raise OSError(-code, f"rtnetlink: {os.strerror(-code).lower()}")
            replies -= 1
            at += (length + 3) & ~3


def _message(kind: int, flags: int, body: bytes) -> bytes:
    return struct.pack("=IHHII", 16 + len(body), kind, flags | _REQUEST_ACK, 0, 0) + body


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value  # all values are whole words


def _packed(address: str) -> tuple[int, int, bytes]:
    """Return the family, the prefix length and the octets of an address."""
    parsed = ip_address(address)
    return (socket.AF_INET if parsed.version == 4 else socket.AF_INET6), parsed.max_prefixlen, parsed.packed  # noqa: PLR2004 -- IPv4


def _address(kind: int, address: str) -> bytes:
    family, bits, octets = _packed(address)
    body = struct.pack("=BBBBi", family, bits, _NO_DAD, _TO_HOST, _LOOPBACK)
    flags = _CREATE | _REPLACE if kind == _NEWADDR else 0
    return _message(kind, flags, body + _attribute(_IFA_LOCAL, octets) + _attribute(_IFA_ADDRESS, octets))


def _route(family: int, bits: int, table: int, by: int, scope: int, kind: int) -> bytes:
    return struct.pack("=BBBBBBBBI", family, bits, 0, 0, table, by, scope, kind, 0)


def _asked_from(address: str, source: str) -> bytes:
    return _local_route(_NEWROUTE, address, _attribute(_RTA_PREFSRC, _packed(source)[2]))


def _local_route(kind: int, address: str, source: bytes = b"") -> bytes:
    family, bits, octets = _packed(address)
    body = _route(family, bits, _LOCAL_TABLE, _BY_KERNEL, _TO_HOST, _LOCAL) + _attribute(_RTA_DST, octets)
    body += _attribute(_RTA_OIF, struct.pack("=i", _LOOPBACK)) + source
    return _message(kind, _CREATE | _REPLACE if kind == _NEWROUTE else 0, body)


def _nowhere(source: str) -> bytes:
    body = _route(socket.AF_INET, 0, _MAIN_TABLE, _BY_ADMIN, _TO_LINK, _UNICAST)
    body += _attribute(_RTA_OIF, struct.pack("=i", _LOOPBACK)) + _attribute(_RTA_PREFSRC, _packed(source)[2])
    return _message(_NEWROUTE, _CREATE, body)
