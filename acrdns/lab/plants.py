"""Connected registries as a lab knows them: their names in the store, their parents, tokens and connection strings.

Hosts, tokens and the form of the connection string are Azure's (facts.md section 5). In the store a connected registry
is a registry of its own, `contoso/factory`, so that a delete or a token there does nothing at its parent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from acrdns.azure import LOGIN, Member
from acrdns.errors import LabError
from acrdns.lab.storage.journal import LOCAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.topology.model import ConnectedRegistry, Registry, Topology

_FIELDS = ("ConnectedRegistryName", "SyncTokenName", "SyncTokenPassword", "ParentGatewayEndpoint")
_PROTOCOL = "ParentEndpointProtocol"
_GATEWAY = ("config/read", "config/write", "message/read", "message/write")
_READ = ("content/read", "metadata/read")
_WRITE = ("content/write", "content/delete", "metadata/write")


class Plant(NamedTuple):
    """A connected registry and the registry that it belongs to."""

    registry: Registry
    connected: ConnectedRegistry

    @property
    def name(self) -> str:
        """Return its name in the store: `contoso/factory`."""
        return local_name(self.registry.name, self.connected.name)

    @property
    def parent(self) -> Plant | None:
        """Return the connected registry above it; None below the registry itself."""
        above = self.connected.parent
        return Plant(self.registry, self.registry.connected_registries[above]) if above else None

    @property
    def upstream(self) -> tuple[str, str]:
        """Return the parent's name in the store, and the region of its journal that messages come from."""
        parent = self.parent
        return (parent.name, LOCAL) if parent else (self.registry.name, self.registry.location)


class Activation(NamedTuple):
    """The contents of a connection string."""

    name: str
    token: str
    password: str
    gateway: str


def plants(topology: Topology) -> Iterator[Plant]:
    """Return the connected registries of a topology, in the order of its file."""
    for registry in topology.registries.values():
        for connected in registry.connected_registries.values():
            yield Plant(registry, connected)


def local_name(registry: str, connected: str) -> str:
    """Return the name of a connected registry in the store."""
    return f"{registry}/{connected}"


def cloud_registry(name: str) -> str:
    """Return the key of the registry that a name in the store belongs to."""
    return name.partition("/")[0]


def as_registry(plant: Plant) -> Registry:
    """Return a connected registry as a registry with one replica, whose layers its own endpoint serves."""
    return replace(
        plant.registry,
        name=plant.name,
        location=LOCAL,
        replications=(),
        connected_registries={},
        data_endpoint_enabled=False,
        anonymous_pull_enabled=False,
    )


def sync_token(connected: ConnectedRegistry) -> str:
    """Return the name of a connected registry's sync token."""
    return f"{connected.name}-sync-token"


def sync_actions(connected: ConnectedRegistry) -> list[str]:
    """Return the actions of the sync token's scope map. The names of those on a gateway are inferred (facts.md 5)."""
    on_content = (*_READ, *(_WRITE if connected.mode == "ReadWrite" else ()))
    return [
        *(f"gateway/{connected.name}/{action}" for action in _GATEWAY),
        *(f"repositories/{name}/{action}" for name in connected.repositories for action in on_content),
    ]


def gateway(topology: Topology, plant: Plant) -> str:
    """Return the host that messages and content come from: the home region's data endpoint, or the parent's own."""
    if parent := plant.parent:
        return parent.connected.login_server or parent.connected.address or ""
    return Member("data", plant.registry.location).fqdn(plant.registry.dns_label, topology.cloud)


def login_host(topology: Topology, plant: Plant) -> str:
    """Return the host that the sync token is checked at: the login server, or the parent's own endpoint."""
    return gateway(topology, plant) if plant.parent else LOGIN.fqdn(plant.registry.dns_label, topology.cloud)


def connection_string(topology: Topology, registry: Registry, connected: ConnectedRegistry, password: str) -> str:
    """Return the connection string, as `az acr connected-registry get-settings` shows it."""
    values = (connected.name, sync_token(connected), password, gateway(topology, Plant(registry, connected)))
    pairs = [*zip(_FIELDS, values, strict=True), (_PROTOCOL, "https")]
    return ";".join(f"{name}={value}" for name, value in pairs)


def read_connection_string(text: str) -> Activation:
    """Read a connection string. Raises LabError with everything that is wrong with it."""
    found: dict[str, str] = {}
    problems = []
    for part in text.strip().removesuffix(";").split(";"):
        name, equals, value = part.partition("=")
        if name not in (*_FIELDS, _PROTOCOL) or not equals or not value:
            problems.append(f"{name.strip() or part!r} is no field with a value")
        elif name in found:
            problems.append(f"{name} is there twice")
        found[name] = value
    problems += [f"{name} is missing" for name in _FIELDS if name not in found]
    if found.get(_PROTOCOL, "https") != "https":
        problems.append(f"{_PROTOCOL} is {found[_PROTOCOL]}, and the lab has https only")
    if problems:
        raise LabError(f"this is no connection string: {'; '.join(problems)}")
    return Activation(*(found[name] for name in _FIELDS))
