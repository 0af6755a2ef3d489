"""Distinguishing the clients of one address: by EDNS Client Subnet (RFC 7871), or by the address that they ask from.

The narrowest network that holds the client decides. A client that no network holds is at the vantage point of the
address it asks; so is one that says /0, which asks for no difference to be made (RFC 7871 section 7.1.2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from acrdns.wire.clients.allowed import unmapped
from acrdns.wire.message import query
from acrdns.wire.message.edns import OptionCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from acrdns.resolve.chain import Question, Response
    from acrdns.wire.message.edns import Edns, Option

Space = IPv4Network | IPv6Network

_HEAD = 4
_FAMILIES = {1: 4, 2: 16}
"""Octets of an address by the family's number (RFC 7871 section 6)."""


@dataclass(frozen=True, slots=True)
class ClientSubnet:
    """The network that a query says it comes from."""

    family: int
    space: Space

    @classmethod
    def read(cls, data: bytes) -> ClientSubnet | None:
        """Read the option of a query, or return None if it is malformed, which is FORMERR (RFC 7871 section 7.1.2)."""
        family = int.from_bytes(data[:2], "big")
        size = _FAMILIES.get(family)
        if size is None or len(data) < _HEAD:
            return None
        source, scope, address = data[2], data[3], data[_HEAD:]
        if source > size * 8 or scope or len(address) != (source + 7) // 8:
            return None
        padded = address + bytes(size - len(address))
        try:
            return cls(family, ip_network((padded, source)))
        except ValueError:  # bits beyond the prefix
            return None

    def echo(self, scope: int) -> Option:
        """Make the option of the reply: what was sent, and the prefix length that the answer holds for."""
        data = self.space.network_address.packed[: (self.space.prefixlen + 7) // 8]
        return OptionCode.CLIENT_SUBNET, self.family.to_bytes(2, "big") + bytes((self.space.prefixlen, scope)) + data


@dataclass(frozen=True, slots=True)
class Selector:
    """Which vantage point a client of one address stands at. Make it with `Selector.of`."""

    ecs: bool
    by_client: bool
    spaces: tuple[tuple[Space, Callable[[Question], Response]], ...]
    """Networks and who answers for them, the narrowest first."""
    vantages: Mapping[Callable[[Question], Response], str] = field(default_factory=dict)
    """The vantage point of each that answers."""

    @classmethod
    def of(
        cls,
        networks: Iterable[tuple[Space, Callable[[Question], Response]]],
        vantages: Mapping[Callable[[Question], Response], str] | None = None,
        *,
        ecs: bool,
        by_client: bool,
    ) -> Selector:
        """Make a selector of networks; of two of one size the first in the file decides."""
        ordered = sorted(networks, key=lambda network: -network[0].prefixlen)
        return cls(ecs, by_client, tuple(ordered), vantages or {})

    def vantage_of(self, packet: bytes, client: bytes) -> str | None:
        """Return the vantage point that answers a packet from a client, or None if it is that of the address."""
        asked = query.read(packet)
        sent = self.subnet_of(asked.edns) if asked is not None else None
        subnet = ClientSubnet.read(sent) if sent is not None else None
        by_subnet = self.of_subnet(subnet)[0] if subnet is not None else None
        by_client = self.of_client(client) if self.by_client else None
        chosen = by_subnet or by_client
        return self.vantages.get(chosen) if chosen is not None else None

    def of_client(self, client: bytes) -> Callable[[Question], Response] | None:
        """Return the answerer for a client address, or None if no network holds it."""
        address = ip_address(unmapped(client))
        return next((answer for space, answer in self.spaces if address in space), None)

    def of_subnet(self, subnet: ClientSubnet) -> tuple[Callable[[Question], Response] | None, int]:
        """Return who answers for a subnet, and the prefix length that the answer holds for.

        A cache gives the answer to all of that prefix, so no narrower network with an answer of its own may
        be in it (RFC 7871 section 7.2.1). Where one is in the subnet itself, the length is larger than the subnet's:
        the question was not specific enough.
        """
        asked = subnet.space
        if not asked.prefixlen:
            return None, 0
        length = 0
        for space, answer in self.spaces:
            if space.version != asked.version:
                continue
            if asked.subnet_of(space):  # type: ignore[arg-type]
                return answer, max(length, space.prefixlen)
            length = max(length, _length_apart(asked, space))
        return None, max(length, asked.prefixlen)

    def subnet_of(self, edns: Edns | None) -> bytes | None:
        """Return the option's data, where it counts and is there."""
        return edns.option(OptionCode.CLIENT_SUBNET) if self.ecs and edns else None


def _length_apart(asked: Space, other: Space) -> int:
    """Return a subnet's shortest prefix that is clear of a network; the network's own where it is in the subnet."""
    differing = int(asked.network_address) ^ int(other.network_address)
    shared = asked.max_prefixlen - differing.bit_length()
    return other.prefixlen if shared >= asked.prefixlen else shared + 1
