"""Addresses in networks: inside the address space, and nobody else's.

An address is unique in a network and its peers: two hosts that can reach each other cannot share one. Two networks that
are not peered may have equal addresses; Azure does not compare them.
"""

from __future__ import annotations

import ipaddress
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from acrdns.topology.verify.networks import ranges
from acrdns.topology.verify.references import edited

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from acrdns.errors import Path
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import Network, TopologyFile
    from acrdns.topology.verify.networks import Range


RESERVED = 5
"""Addresses of each subnet that Azure keeps for itself."""


class Use(NamedTuple):
    """An address that something in a network has. A tuple, because a large estate has tens of thousands."""

    network: str
    address: str
    path: Path
    exclusive: bool = True
    """Whether nothing else may have it. A connected registry may share its host with something else."""


def verify(draft: Draft, before: TopologyFile | None = None) -> None:
    """Report addresses outside their network, and those that two things have.

    `before` is an earlier file without problems.
    """
    spaces = {
        key: Space(ranges(network) if draft.sound("networks", key, "address_space") else [], reserved(network))
        for key, network in draft.file.networks.items()
    }
    peers = _peers(draft)
    taken: dict[str, list[Use]] = {}
    for use in _uses(draft, _concerned(draft.file, before, peers), _moved(draft.file, before)):
        space = spaces.get(use.network)
        if space is None:
            continue
        if not space.has(use.address):
            message = f"{use.address} is outside the address space of {use.network}"
            draft.report(use.path, message, f"allowed: an address in {', '.join(map(str, space.ranges))}")
        elif use.address in space.reserved:
            name, subnet = space.reserved[use.address]
            message = f"Azure keeps {use.address} for itself in the subnet {name}, {subnet}"
            draft.report(use.path, message, f"allowed: {subnet[4]} to {subnet[-2]}")
        if use.exclusive:
            others = taken.get(use.address)
            if others is None:
                taken[use.address] = [use]
            else:
                _twice(draft, use, others, peers)


def reserved(network: Network) -> dict[str, tuple[str, Range]]:
    """Return the addresses that nothing in a virtual network can have, with their subnets: the first four and the last.

    Source: "Azure Virtual Network frequently asked questions", section Configuration.
    """
    subnets = network.subnets.items() if network.kind == "virtual_network" else ()
    found = ((name, ipaddress.ip_network(text)) for name, text in subnets)
    return {
        str(subnet[index]): (name, subnet)
        for name, subnet in found
        if subnet.version == 4 and subnet.num_addresses > RESERVED  # noqa: PLR2004 - IPv4
        for index in (0, 1, 2, 3, -1)
    }


class Space:
    """An address space, asked for tens of thousands of addresses."""

    def __init__(self, ranges: list[Range], reserved: Mapping[str, tuple[str, Range]] = MappingProxyType({})) -> None:
        self.ranges = ranges
        self.reserved = reserved
        self._whole: dict[str, bool] = {}
        """By the first three numbers of IPv4 addresses: whether all that begin so are inside."""

    def has(self, address: str) -> bool:
        """Return whether an address is inside; nothing is said of a space without ranges."""
        if not self.ranges:
            return True
        if ":" not in address:
            start = address.rpartition(".")[0]
            whole = self._whole.get(start)
            if whole is None:
                whole = self._whole[start] = self._contains(f"{start}.0/24")
            if whole:
                return True
        return self._contains(address)

    def _contains(self, text: str) -> bool:
        asked = ipaddress.ip_network(text)
        return any(
            asked.version == space.version and asked.network_address in space and asked.broadcast_address in space
            for space in self.ranges
        )


def _twice(draft: Draft, use: Use, others: list[Use], peers: set[tuple[str, str]]) -> None:
    for other in others:
        if other.network == use.network or (other.network, use.network) in peers:
            where = (
                f"in {use.network}" if other.network == use.network else f"in {other.network}, a peer of {use.network}"
            )
            message = f"{use.address} is taken by {'.'.join(map(str, other.path))} {where}"
            draft.report(use.path, message, "allowed: an address of its own")
            break
    others.append(use)


def _concerned(now: TopologyFile, before: TopologyFile | None, peers: set[tuple[str, str]]) -> Collection[str]:
    """Return the networks in which an edit may have moved an address, or brought it near another, and their peers."""
    if before is None or _servers(now) != _servers(before):
        return now.networks.keys()
    found = _changed_networks(now, before)
    for section in ("private_endpoints", "private_resolvers"):
        found |= {entry.network for entry in edited(now, before, section).values()}
    for registry in edited(now, before, "registries").values():
        found |= {connected.network for connected in registry.connected_registries.values()}
    return found | {other for network, other in peers if network in found}


def _changed_networks(now: TopologyFile, before: TopologyFile) -> set[str]:
    """Return the networks that have another address space, or other peerings, than in an earlier file."""
    known = {key: (network.address_space, network.peerings) for key, network in before.networks.items()}
    return {key for key, each in now.networks.items() if known.get(key) != (each.address_space, each.peerings)}


def _servers(file: TopologyFile) -> list[tuple[str, str | None, str, str | None]]:
    """Return the addresses of DNS servers, and whose they are."""
    return [(key, server.address, server.network, server.client) for key, server in file.dns_servers.items()]


def _moved(now: TopologyFile, before: TopologyFile | None) -> set[str] | None:
    """Return the addresses of private endpoints that an edit concerns; None where it may concern any."""
    if before is None or _servers(now) != _servers(before) or _changed_networks(now, before):
        return None
    connected = (each.connected_registries for each in edited(now, before, "registries").values())
    if edited(now, before, "private_resolvers") or any(connected):
        return None
    return {
        address for each in edited(now, before, "private_endpoints").values() for address in each.addresses.values()
    }


def _peers(draft: Draft) -> set[tuple[str, str]]:
    said = {(key, other) for key, network in draft.file.networks.items() for other in network.peerings}
    return said | {(other, key) for key, other in said}


def _uses(draft: Draft, networks: Collection[str], only: set[str] | None) -> Iterator[Use]:
    """Return every address that something in the file has, in some networks; for all but endpoints, in others, too.

    Of private endpoints, those that have none of `only` are left out.
    """
    file = draft.file
    if networks:
        yield from _of_endpoints(file, networks, only)
    # A server that belongs to one client has an address that no other host can reach.
    shared = {key: server for key, server in file.dns_servers.items() if not server.client}
    servers = {_canonical(shared[key].address or key): key for key in reversed(shared)}
    for address, key in servers.items():
        if address:
            yield Use(file.dns_servers[key].network, address, ("dns_servers", key))
    for key, resolver in file.private_resolvers.items():
        for index, address in enumerate(resolver.inbound_endpoints):
            yield Use(resolver.network, address, ("private_resolvers", key, "inbound_endpoints", index))
    for key, registry in file.registries.items():
        for name, connected in registry.connected_registries.items():
            if connected.address is not None:
                path = ("registries", key, "connected_registries", name, "address")
                yield Use(connected.network, connected.address, path, exclusive=False)


def _of_endpoints(file: TopologyFile, networks: Collection[str], only: set[str] | None) -> Iterator[Use]:
    for key, endpoint in file.private_endpoints.items():
        if endpoint.network in networks and (only is None or not only.isdisjoint(endpoint.addresses.values())):
            for member, address in endpoint.addresses.items():
                yield Use(endpoint.network, address, ("private_endpoints", key, "addresses", member))


def _canonical(text: str) -> str:
    """Return an address in one spelling; empty for a text that is no address, which `servers` reports."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
