"""The endpoints of a topology by the addresses that they answer at.

A server knows who is meant by the address asked, not by the Host header alone: a name that leads to another endpoint's
address shows as it does in Azure (facts.md F32).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from acrdns.azure import INTERNET, Member
from acrdns.resolve.world import World
from acrdns.traffic import management_host
from acrdns.zone.publish import derive

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from acrdns.azure import Cloud
    from acrdns.topology.model import ConnectedRegistry, Topology

SOMEBODY = "somebodyelse"
"""A registry that `lab exfiltrate` adds to a topology: its storage account belongs to whoever steals layers."""

SiteKind = Literal["login", "data", "storage", "management", "connected"]


@dataclass(frozen=True, slots=True)
class LabSite:
    """An endpoint at an address."""

    kind: SiteKind
    """`login` for the login server and for regional endpoints."""
    registry: str = ""
    """Key of the registry; empty for the management plane."""
    region: str = ""
    """Region of a data endpoint, storage account or regional endpoint; empty where the login server routes."""
    private_endpoint: str = ""
    """Key of the private endpoint whose address it is; empty for a public address."""
    approved: bool = True
    """Whether that private endpoint's connection is approved."""
    connected: str = ""
    """Key of the connected registry whose local endpoint it is."""


def management_address(cloud: Cloud) -> str:
    """Return the address that stands for Azure Resource Manager: one of 198.18.0.0/15 (RFC 2544), the same always."""
    number = int.from_bytes(sha256(management_host(cloud).encode()).digest()[:2], "big")
    return f"198.19.{number >> 8}.{1 + number % 254}"


def lab_world(topology: Topology) -> World:
    """Return a topology brought to life, with Azure Resource Manager in its public DNS."""
    return World(topology, services={management_host(topology.cloud): management_address(topology.cloud)})


class Sites:
    """The endpoints of one topology."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._public = _public(topology)
        self._local = _local(topology)
        self._found: dict[tuple[str, str], tuple[LabSite, ...]] = {}
        self._names: dict[LabSite, tuple[str, ...]] = {}

    def at(self, vantage: str, address: str) -> tuple[LabSite, ...]:
        """Return the endpoints that a client at a vantage point finds at an address; several where they share it.

        A private address may be used in networks that do not know each other: those in reach count first. Raises
        KeyError for an unknown vantage point.
        """
        found = self._found.get((vantage, address))
        if found is None:
            found = self._found[vantage, address] = self._public.get(address) or self._private(vantage, address)
        return found

    def _private(self, vantage: str, address: str) -> tuple[LabSite, ...]:
        owners = self._topology.owners_of(address)
        if vantage != INTERNET:
            home = self._topology.vantage(vantage).name
            near = {home} | self._topology.reach(home)
            owners = tuple(owner for owner in owners if owner.endpoint.network in near) or owners
            if local := tuple(site for site in self._local.get(address, ()) if self.connected(site).network in near):
                return local
        return tuple(
            _site(owner.endpoint.registry, owner.member, owner.endpoint.name, approved=owner.endpoint.approved)
            for owner in owners
        )

    def connected(self, site: LabSite) -> ConnectedRegistry:
        """Return the connected registry of a local endpoint."""
        return self._topology.registries[site.registry].connected_registries[site.connected]

    def local(self, networks: Container[str]) -> Iterator[tuple[str, LabSite]]:
        """Return the local endpoints in some networks, each with its address."""
        for address, sites in self._local.items():
            yield from ((address, site) for site in sites if self.connected(site).network in networks)

    def names(self, site: LabSite) -> tuple[str, ...]:
        """Return the names that an endpoint answers to."""
        if site not in self._names:
            self._names[site] = names_of(self._topology, site)
        return self._names[site]

    def public_addresses(self) -> tuple[str, ...]:
        """Return every public address that something answers at, the management plane's among them."""
        return tuple(self._public)


def _site(registry: str, member: Member, private_endpoint: str = "", *, approved: bool = True) -> LabSite:
    kind: SiteKind = "data" if member.kind == "data" else "login"
    return LabSite(kind, registry, member.region, private_endpoint, approved)


def _public(topology: Topology) -> dict[str, tuple[LabSite, ...]]:
    found: dict[str, tuple[LabSite, ...]] = {management_address(topology.cloud): (LabSite("management"),)}
    for key, registry in topology.registries.items():
        members = dict.fromkeys((*registry.members(), *derive.login_members(registry, topology.chains)))
        at = [
            (address, _site(key, member)) for member in members for address in derive.public_addresses(registry, member)
        ]
        if not registry.data_endpoint_enabled:
            at += [(derive.blob_address(registry, r), LabSite("storage", key, r)) for r in registry.regions]
        for address, site in at:
            found[address] = (*found.get(address, ()), site)
    return found


def _local(topology: Topology) -> dict[str, tuple[LabSite, ...]]:
    found: dict[str, tuple[LabSite, ...]] = {}
    for key, registry in topology.registries.items():
        for name, connected in registry.connected_registries.items():
            if connected.address:
                site = LabSite("connected", key, connected=name)
                found[connected.address] = (*found.get(connected.address, ()), site)
    return found


def names_of(topology: Topology, site: LabSite) -> tuple[str, ...]:
    """Return the names that an endpoint answers to."""
    cloud = topology.cloud
    if site.kind == "management":
        return (management_host(cloud),)
    registry = topology.registries[site.registry]
    if site.kind == "connected":
        connected = registry.connected_registries[site.connected]
        return tuple(name for name in (connected.login_server, connected.address) if name)
    if site.kind == "storage":
        return (derive.blob_host(registry, site.region, cloud),)
    if site.kind == "data":
        return (Member("data", site.region).fqdn(registry.dns_label, cloud),)
    return tuple(m.fqdn(registry.dns_label, cloud) for m in registry.members() if m.kind != "data")
