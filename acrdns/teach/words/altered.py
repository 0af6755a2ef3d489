"""A topology that differs in one value, as the frozen types are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acrdns import names
from acrdns.topology.model import ZoneLink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.resolve.chain import Question
    from acrdns.topology.model import DnsServer, Network, PrivateZone, Topology


def about(topology: Topology, question: Question) -> Topology:
    """Return a topology with the registry that is asked for alone: others have no part in the chain of its names."""
    label = next(names.labels(question.name), b"").decode(errors="replace")
    mine = {key: each for key, each in topology.registries.items() if each.dns_label == label}
    if not mine or any(each.connected_registries for each in topology.registries.values()):
        return topology
    endpoints = {key: each for key, each in topology.private_endpoints.items() if each.registry in mine}
    return replace(topology, registries=mine, private_endpoints=endpoints)


def linked(zone: PrivateZone, network: str) -> PrivateZone:
    """Return a zone whose link to a network is there and completed."""
    old = zone.links.get(network)
    link = replace(old, state="Completed") if old else ZoneLink(network, "Default", False, "Completed")  # noqa: FBT003
    return replace(zone, links={**zone.links, network: link})


def unlinked(zone: PrivateZone, network: str) -> PrivateZone:
    """Return a zone without its link to a network."""
    return replace(zone, links={key: link for key, link in zone.links.items() if key != network})


def with_zone(topology: Topology, zone: PrivateZone) -> Topology:
    """Return a topology with another value of one private zone."""
    return replace(topology, private_dns_zones={**topology.private_dns_zones, zone.key: zone})


def with_server(topology: Topology, key: str, server: DnsServer) -> Topology:
    """Return a topology with another value of one DNS server."""
    return replace(topology, dns_servers={**topology.dns_servers, key: server})


def with_servers(topology: Topology, network: Network, servers: tuple[str, ...]) -> Topology:
    """Return a topology in which a vantage point asks these DNS servers."""
    return with_network(topology, network, dns_servers=servers)


def with_network(topology: Topology, network: Network, **what: Any) -> Topology:
    """Return a topology in which a vantage point has other values; of a client, only its own."""
    whole = topology.networks[network.name]
    if network.client:
        clients: Mapping[str, Any] = {**whole.clients, network.client: replace(whole.clients[network.client], **what)}
        changed = replace(whole, clients=clients)
    else:
        changed = replace(whole, **what)
    return replace(topology, networks={**topology.networks, network.name: changed})
