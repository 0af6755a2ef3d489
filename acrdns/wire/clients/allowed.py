"""Clients by their address: which may ask, and the refusal of all others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.record import Rcode
from acrdns.wire.message import reply
from acrdns.wire.message.edns import ErrorCode, extended_error
from acrdns.wire.message.query import read

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Network, IPv6Network

_MAPPED = bytes(10) + b"\xff\xff"
"""The first octets of an IPv4 address that came over an IPv6 socket (RFC 4291 section 2.5.5.2)."""


def unmapped(client: bytes) -> bytes:
    """Return a packed address as the client has it: four octets for IPv4, also where it came over an IPv6 socket."""
    return client[12:] if len(client) > len(_MAPPED) and client.startswith(_MAPPED) else client


def prefix(client: bytes, ipv4: int, ipv6: int) -> bytes:
    """Return the network that a packed address is in, for these lengths in bits; two families are never equal."""
    address = unmapped(client)
    bits = len(address) * 8
    rest = bits - (ipv6 if bits > 32 else ipv4)  # noqa: PLR2004 -- the bits of an IPv4 address
    return (int.from_bytes(address, "big") >> rest << rest).to_bytes(len(address), "big")


@dataclass(frozen=True, slots=True)
class Allowed:
    """The networks whose clients may ask; all other clients are refused, transfers included."""

    networks: tuple[tuple[int, int, int], ...]
    """Octets of an address, how far to shift it, and what is left then."""

    @classmethod
    def of(cls, networks: Iterable[IPv4Network | IPv6Network]) -> Allowed:
        """Make one from networks."""
        return cls(tuple(_row(network) for network in networks))

    @staticmethod
    def refuse(packet: bytes) -> bytes | None:
        """Return the refusal for a client that may not ask, or None if no reply must be sent, as to a response.

        REFUSED with EDE 18 (prohibited), as BIND, NSD and Unbound send it: the client learns at once to ask elsewhere,
        and the reply is no larger than the query, but for the six octets of the EDE. Silence would make it retry.
        """
        query = read(packet)
        if query is None:
            return None
        if query.edns is not None and query.edns.version:
            return reply.error(query, Rcode.BADVERS)
        if query.fault:
            return reply.error(query, query.fault)
        return reply.error(query, Rcode.REFUSED, (extended_error(ErrorCode.PROHIBITED),))

    def takes(self, client: bytes) -> bool:
        """Return whether a client may ask, by its packed address."""
        address = unmapped(client)
        size, number = len(address), int.from_bytes(address, "big")
        return any(size == octets and number >> shift == value for octets, shift, value in self.networks)


def _row(network: IPv4Network | IPv6Network) -> tuple[int, int, int]:
    shift = network.max_prefixlen - network.prefixlen
    return network.max_prefixlen // 8, shift, int(network.network_address) >> shift
