"""A lab in memory: a client for each vantage point, which asks the application without sockets."""

from __future__ import annotations

import io
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from acrdns.lab.registry_api import app
from acrdns.lab.state import LabState
from acrdns.lab.storage.digest import digest_of
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from pathlib import Path

NOON = 1_900_000_000.0
"""The lab's time at the start: 2030-03-17T17:46:40Z."""

ESTATE = """
registries:
  contoso:
    location: eastus
    replications: [westus, westeurope]
    public_network_access_enabled: false
  fabrikam: {location: westeurope, ip_rules: [198.18.0.0/24], anonymous_pull_enabled: true, redirect_status: 302}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/16]}
  west: {address_space: [10.2.0.0/16], location: westus, peerings: [hub]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9, registry_data_westeurope: 10.0.0.10}
  contoso-pending:
    registry: contoso
    network: hub
    status: Pending
    addresses: {registry: 10.0.0.20}
"""


@dataclass
class TestClock:
    """A clock that a test moves."""

    __test__ = False
    time: float = NOON

    def now(self) -> float:
        """Return the time that was set."""
        return self.time


@dataclass
class Lab:
    """A lab and the clients that asked it."""

    state: LabState
    clock: TestClock

    def client(
        self, host: str, address: str, *, vantage: str = "hub", source: str = "10.0.255.4", **options: Any
    ) -> httpx.AsyncClient:
        """Return a client that asks one address, whatever the name."""
        return httpx.AsyncClient(transport=self._at(address, vantage, source), base_url=f"https://{host}", **options)

    def everywhere(self, base: str, **options: Any) -> httpx.AsyncClient:
        """Return a client in the hub, which reaches all private endpoints by their names and follows redirects."""
        topology = self.state.topology
        addresses = {
            f"{member.fqdn(topology.registries[endpoint.registry].dns_label, topology.cloud)}": address
            for endpoint in topology.private_endpoints.values()
            if endpoint.approved
            for member, address in endpoint.addresses.items()
        }
        hosts = {name: self._at(address, "hub", "10.0.255.4") for name, address in addresses.items()}
        return httpx.AsyncClient(transport=_ByName(hosts), base_url=base, **options)

    def _at(self, address: str, vantage: str, source: str) -> httpx.ASGITransport:
        inner = app(self.state)

        async def at_address(scope: Any, receive: Any, send: Any) -> None:
            await inner(scope | {"server": (address, 443), "vantage": vantage}, receive, send)

        return httpx.ASGITransport(at_address, client=(source, 40000))

    def digest(self, content: bytes) -> str:
        """Return the digest of a content."""
        return digest_of(content)

    def push(self, registry: str, repository: str, content: bytes, region: str = "") -> None:
        """Put a blob into a repository, in the home region where none is named."""
        place = self.state.place(registry, region or self.state.topology.registries[registry].location, repository)
        self.state.store.add(place, io.BytesIO(content), digest_of(content), self.state.arrivals(place))

    @property
    def user(self) -> tuple[str, str]:
        """The user with every right."""
        return self.state.user, self.state.password


class _ByName(httpx.AsyncBaseTransport):
    """One transport for each host."""

    def __init__(self, hosts: dict[str, httpx.ASGITransport]) -> None:
        self._hosts = hosts

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand a request on."""
        return await self._hosts[request.url.host].handle_async_request(request)


def make(directory: Path, text: str = ESTATE) -> Lab:
    """Return a lab with a new store, or with the one that is in the directory."""
    clock = TestClock()
    state = LabState(loads(text, "estate.yaml"), directory, clock)
    weakref.finalize(state, state.store._database.close)  # from Python 3.13 on, SQLite complains where a test does not
    return Lab(state, clock)
