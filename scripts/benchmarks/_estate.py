"""Estates of any size for benchmarks: registries, networks and zones as a large company has them.

An estate is made of stamps. A stamp is a hub, its spokes and an office on premises, and some of the registries, whose
private endpoints are in the hub. Its private zone is linked to the hub and the spokes, so the network of one stamp sees
the registries of the others by their public addresses: the links redirect NXDOMAIN. The hub has a private resolver, to
which the office's DNS server forwards; one spoke asks a DNS server of the hub instead of Azure-provided DNS. All of it
is right: `acrdns matrix` and `acrdns lint` find nothing. `unlinked` takes the links of some spokes away, which breaks
every registry of their stamp there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REGIONS = ("eastus", "westus", "westeurope", "northeurope", "japaneast", "brazilsouth", "australiaeast", "uksouth")
"""The first is every registry's home; the others are its replicas', in this order."""
NETWORKS_IN_STAMP = 10
MOST_NETWORKS = 600
"""There is a /14 in 10.0.0.0/8 for each hub."""
SUFFIX = "azurecr.io"
ZONE = f"privatelink.{SUFFIX}"
_HOST = 1 << 10
"""Where in a hub's address space private endpoints begin; DNS servers are before that."""


@dataclass(frozen=True, slots=True)
class Estate:
    """How big an estate is. Networks come in stamps of up to ten: a hub, an office, and spokes."""

    registries: int
    networks: int = 50
    replicas: int = 5
    """Of each registry, besides its home region."""
    unlinked: int = 0
    """Spokes whose zone link is missing, at most one in each stamp."""

    def __post_init__(self) -> None:
        """Refuse what addresses and regions do not suffice for."""
        if not 0 <= self.replicas < len(REGIONS):
            raise ValueError(f"{self.replicas} replicas; 0 to {len(REGIONS) - 1} are possible")
        if not 1 <= self.networks <= MOST_NETWORKS:
            raise ValueError(f"{self.networks} networks; 1 to {MOST_NETWORKS} are possible")

    @property
    def stamps(self) -> int:
        """How many stamps the networks make."""
        return -(-self.networks // NETWORKS_IN_STAMP)

    @property
    def members(self) -> int:
        """Endpoints of one registry: the login server and a data endpoint in each region."""
        return 2 + self.replicas

    def names(self) -> Iterator[str]:
        """Return every endpoint's public name, registry by registry."""
        for number in range(self.registries):
            name = registry(number)
            yield f"{name}.{SUFFIX}"
            yield from (f"{name}.{region}.data.{SUFFIX}" for region in REGIONS[: 1 + self.replicas])

    def text(self) -> str:
        """Write the topology file."""
        return "".join(self.lines())

    def lines(self) -> Iterator[str]:
        """Write the topology file, piece by piece."""
        yield "version: 1\nregistries:\n"
        replicas = ", ".join(REGIONS[1 : 1 + self.replicas])
        for number in range(self.registries):
            yield f"  {registry(number)}: {{location: {REGIONS[0]}, replications: [{replicas}]}}\n"
        yield "networks:\n"
        for stamp in range(self.stamps):
            yield from self._networks(stamp)
        yield "private_endpoints:\n"
        for number in range(self.registries):
            yield from self._endpoint(number)
        yield "private_dns_zones:\n"
        for stamp in range(self.stamps):
            links = ", ".join(f"{spoke}: {{resolution_policy: NxDomainRedirect}}" for spoke in self._linked(stamp))
            yield f"  zone-{stamp}: {{name: {ZONE}, virtual_network_links: {{{links}}}}}\n"
        yield "private_resolvers:\n"
        for stamp in range(self.stamps):
            yield f"  resolver-{stamp}: {{network: hub-{stamp}, inbound_endpoints: [{_inbound(stamp)}]}}\n"
        yield "dns_servers:\n"
        for stamp in range(self.stamps):
            yield from self._servers(stamp)

    def _size(self, stamp: int) -> int:
        """Count the networks of a stamp."""
        return min(NETWORKS_IN_STAMP, self.networks - stamp * NETWORKS_IN_STAMP)

    def _spokes(self, stamp: int) -> list[str]:
        return [f"spoke-{stamp}-{number}" for number in range(self._size(stamp) - 2)]

    def _linked(self, stamp: int) -> list[str]:
        spokes = self._spokes(stamp)
        # The last spoke asks the hub's DNS server, so that its own link would not count.
        return [f"hub-{stamp}", *(spokes[:-1] if stamp < self.unlinked else spokes)]

    def _networks(self, stamp: int) -> Iterator[str]:
        office = [f"office-{stamp}"] if self._size(stamp) > 1 else []
        peers = [*self._spokes(stamp), *office]
        yield f"  hub-{stamp}: {{address_space: [{_hub(stamp)}/14], peerings: [{', '.join(peers)}]}}\n"
        for number, spoke in enumerate(self._spokes(stamp)):
            servers = f", dns_servers: [{_server(stamp)}]" if number == 0 else ""
            yield f"  {spoke}: {{address_space: [172.{16 + stamp // 25}.{stamp % 25 * 10 + number}.0/24]{servers}}}\n"
        for name in office:
            space = f"192.168.{stamp}.0/24], dns_servers: [192.168.{stamp}.53]"
            yield f"  {name}: {{kind: on_premises, address_space: [{space}}}\n"

    def _endpoint(self, number: int) -> Iterator[str]:
        stamp = number % self.stamps
        first = _HOST + number // self.stamps * self.members
        members = ["registry", *(f"registry_data_{region}" for region in REGIONS[: 1 + self.replicas])]
        addresses = ", ".join(f"{member}: {_address(stamp, first + at)}" for at, member in enumerate(members))
        yield f"  {registry(number)}-pe:\n    registry: {registry(number)}\n    network: hub-{stamp}\n"
        yield f"    addresses: {{{addresses}}}\n    dns_zone_group: [zone-{stamp}]\n"

    def _servers(self, stamp: int) -> Iterator[str]:
        yield f"  {_server(stamp)}: {{network: hub-{stamp}, forwarders: [168.63.129.16]}}\n"
        if self._size(stamp) > 1:
            forwarders = f"conditional_forwarders: {{{SUFFIX}: [{_inbound(stamp)}]}}"
            yield f"  192.168.{stamp}.53: {{network: office-{stamp}, {forwarders}}}\n"


def registry(number: int) -> str:
    """Name a registry."""
    return f"registry{number:06}"


def _address(stamp: int, host: int) -> str:
    """Return a host of a hub's /14 (262,144 addresses), hub after hub from 10.0.0.0."""
    number = (10 << 24) + (stamp << 18) + host
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def _hub(stamp: int) -> str:
    return _address(stamp, 0)


def _inbound(stamp: int) -> str:
    return _address(stamp, 4)


def _server(stamp: int) -> str:
    return _address(stamp, 53)
