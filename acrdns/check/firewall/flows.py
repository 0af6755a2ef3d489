"""The flows of a topology: from where, for which operation, to which host."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.traffic import HTTPS, IN_AZURE, OF_A_RUN, SYNC, TABLE, Host, RegistryNames, service_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.topology.model import ConnectedRegistry, Registry, Topology
    from acrdns.traffic import Exchange, Operation, Peer


@dataclass(frozen=True, slots=True)
class Flow:
    """One connection that an operation makes."""

    operation: Operation
    vantage: str
    """A vantage point, or `acr-tasks`."""
    host: Host
    registry: str | None
    """The registry's key in the topology, or None for a service of Azure."""
    why: str
    port: int = HTTPS


def flows(topology: Topology, vantage: str, operations: Iterable[Operation] = ()) -> list[Flow]:
    """Return the flows from a vantage point, in the order of the table; no operations means all.

    Raises KeyError for an unknown vantage point.
    """
    wanted = frozenset(operations)
    return [
        flow
        for exchange in TABLE
        if not wanted or exchange.operation in wanted
        for flow in dict.fromkeys(_flows(topology, vantage, exchange))
    ]


def flows_of_runs(topology: Topology, operations: Iterable[Operation] = ()) -> list[Flow]:
    """Return the flows of runs of ACR Tasks, which come from Azure and from no network of the file."""
    if "tasks" not in (tuple(operations) or ("tasks",)):
        return []
    found = [
        Flow("tasks", IN_AZURE, host, key, f"a run's {exchange.operation}")
        for key, registry in topology.registries.items()
        for exchange in TABLE
        if exchange.operation in OF_A_RUN
        for host in names_of(registry, topology).hosts(exchange.peer)
    ]
    return list({(flow.host, flow.registry): flow for flow in reversed(found)}.values())[::-1]


def neighbours(topology: Topology, vantage: str) -> tuple[tuple[str, str, bool, bool], ...]:
    """Return what the flows from a vantage point depend on: the connected registries that it reaches, and how."""
    home = "" if vantage == INTERNET else topology.vantage(vantage).name
    return tuple(
        (registry.name, connected.name, connected.network == home, connected.network == vantage)
        for registry, connected in _connected_in_reach(topology, vantage)
    )


def names_of(registry: Registry, topology: Topology) -> RegistryNames:
    """Return the properties that a registry's names are made of."""
    return RegistryNames(
        registry.dns_label,
        registry.regions,
        registry.data_endpoint_enabled,
        registry.regional_endpoints_enabled,
        topology.cloud,
    )


def _flows(topology: Topology, vantage: str, exchange: Exchange) -> Iterator[Flow]:
    def flow(host: Host, registry: str | None, why: str = exchange.why) -> Flow:
        return Flow(exchange.operation, vantage, host, registry, why)

    if service := service_host(exchange.peer, topology.cloud):
        yield flow(service, None)
        return
    if exchange.operation in SYNC:
        for registry, connected in _connected_in(topology, vantage):
            for host in _of_parent(topology, registry, connected, exchange.peer):
                nested = f"token, messages and content, from its parent {host.of}"
                why = nested if host.kind == "connected" else exchange.why
                yield flow(host, registry.name, f"{connected.name}: {why}")
        return
    for key, registry in topology.registries.items():
        yield from (flow(host, key) for host in names_of(registry, topology).hosts(exchange.peer))
    if exchange.peer == "login server":
        for registry, connected in _connected_in_reach(topology, vantage):
            local = _local_host(connected)
            if local and not (exchange.operation == "layer-push" and connected.mode == "ReadOnly"):
                yield flow(local, registry.name, f"clients of the connected registry {connected.name}")


def _of_parent(topology: Topology, registry: Registry, connected: ConnectedRegistry, peer: Peer) -> Iterator[Host]:
    """Return the hosts of the parent: the registry has one for each peer, another connected registry one for all."""
    parent = registry.connected_registries.get(connected.parent or "")
    if parent is None:
        yield from islice(names_of(registry, topology).hosts(peer), 1)  # the login server, and no regional endpoint
    elif local := _local_host(parent):
        yield local


def _local_host(connected: ConnectedRegistry) -> Host | None:
    name = connected.login_server or connected.address
    return Host(name.lower(), "connected", connected.name) if name else None


def _connected_in(topology: Topology, vantage: str) -> Iterator[tuple[Registry, ConnectedRegistry]]:
    """Return the connected registries whose syncs start at a vantage point: those of the network itself."""
    for registry in topology.registries.values():
        for connected in registry.connected_registries.values():
            if connected.network == vantage:
                yield registry, connected


def _connected_in_reach(topology: Topology, vantage: str) -> Iterator[tuple[Registry, ConnectedRegistry]]:
    """Return the connected registries that clients at a vantage point reach."""
    home = None if vantage == INTERNET else topology.vantage(vantage).name
    near = {home} | (topology.reach(home) if home else frozenset())
    for registry in topology.registries.values():
        for connected in registry.connected_registries.values():
            if connected.network in near:
                yield registry, connected
