"""Networks and peerings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.exchange.imports.estate.found import (
    FoundCluster,
    FoundFirewall,
    FoundInbound,
    FoundInterface,
    FoundNetwork,
    FoundPeering,
)
from acrdns.regions import cloud_of_region

if TYPE_CHECKING:
    from acrdns.exchange.imports.sections.assembly import Assembly

_CONNECTED = "connected"
HUB = "microsoft.network/virtualhubs"
_TO_HUB = re.compile(r"HV_.+_[0-9a-f-]{36}", re.IGNORECASE)
"""The name of the network that a hub is to the networks that are connected to it."""


def write(assembly: Assembly) -> None:
    """Write every virtual network that the input has."""
    for found in assembly.estate.all(FoundNetwork):
        key = assembly.networks[assembly.key(found.id)]
        if key in assembly.sketch.data["networks"]:
            continue
        entry = {
            "kind": "virtual_hub" if found.id.type == HUB else None,
            "location": found.location if _is_here(assembly, found) else None,
            "address_space": list(found.address_space or ()),
            "dns_servers": list(dict.fromkeys(found.dns_servers or _servers(assembly, found))),
        }
        path = assembly.sketch.put("networks", key, entry, found)
        if found.servers_of and not entry["dns_servers"]:
            names = ", ".join(each.name for each in found.servers_of)
            what = f"TODO: its DNS servers are known after apply ({names}); Azure-provided DNS is assumed"
            assembly.sketch.note(found.origin, path, what, "import the state after apply")
        if not found.address_space:
            assembly.sketch.note(
                found.origin,
                path,
                "TODO: the address space is not said",
                f"add az network vnet show {found.id.options()}",
            )
    _write_peerings(assembly)
    _join_hubs(assembly)
    _note_own_servers(assembly)
    _note_clusters(assembly)


def _servers(assembly: Assembly, found: FoundNetwork) -> list[str]:
    """Return the addresses of the inbound endpoints and firewalls that a plan makes the DNS servers of a network."""
    servers = (*assembly.estate.all(FoundInbound), *assembly.estate.all(FoundFirewall)) if found.servers_of else ()
    addresses = {assembly.key(each.id): each.addresses or () for each in servers}
    return [address for id_ in found.servers_of or () for address in addresses.get(assembly.key(id_), ())]


def _is_here(assembly: Assembly, found: FoundNetwork) -> bool:
    """Return whether a network is in the topology's cloud; one of another has no location there."""
    return found.location is None or cloud_of_region(found.location) == assembly.cloud.name


def _write_peerings(assembly: Assembly) -> None:
    """Write a peering once, at the network that is found first; what carries nothing is noted.

    A connection to a hub is written at the hub; the network's own side leads to a network that nobody else sees.
    """
    networks, sketch = assembly.sketch.data["networks"], assembly.sketch
    states: dict[tuple[str, str], FoundPeering] = {}
    peerings = list(assembly.estate.all(FoundPeering))
    connected = {assembly.key(each.remote) for each in peerings if _is_of_hub(each)}
    for found in (each for each in peerings if not (_leads_to_hub(each) and assembly.key(each.id.parent) in connected)):
        own, other = assembly.key(found.id.parent), assembly.key(found.remote)
        here = assembly.networks.get(own)
        path = ("networks", here, "peerings") if here else ()
        state = found.state or (_CONNECTED if found.declared else "")
        if found.remote is None:
            sketch.notes.add(found.origin, f"peering {found.name}", "it does not say with which network", "", path)
        elif state.lower() != _CONNECTED:
            what = f"the peering {found.name} is {state or 'without a state'}, and carries nothing"
            sketch.note(found.origin, ("networks", here or found.id.names[0]), what, "connect it at both sides")
        elif own == other:
            sketch.note(
                found.origin, ("networks", here or ""), f"the peering {found.name} leads to itself", "it is left out"
            )
        elif here is None or assembly.networks.get(other) not in networks:
            what = f"the peering {found.name} leads to {found.remote.name}, which is not in the input; it is left out"
            remedy = f"add az network vnet show {found.remote.options()}"
            if _leads_to_hub(found):
                remedy = "it is the hub of a virtual WAN: add az network vhub list and az network vhub connection list"
            sketch.note(found.origin, ("networks", here or found.id.names[0]), what, remedy)
        else:
            states[own, other] = found
    listed = {assembly.key(each.id.parent) for each in peerings}
    for (own, other), found in states.items():
        here, there = assembly.networks[own], assembly.networks[other]
        if other in listed and (other, own) not in states and not _is_of_hub(found):
            what = f"the peering {found.name} is Connected here, and not at {there}; it is left out"
            sketch.note(found.origin, ("networks", here), what, "look at both sides")
        elif here != there and here not in networks[there].get("peerings", ()):
            written = networks[here].setdefault("peerings", [])
            written += [there] if there not in written else []


def _is_of_hub(found: FoundPeering) -> bool:
    return found.id.parent is not None and found.id.parent.type == HUB


def _leads_to_hub(found: FoundPeering) -> bool:
    return found.remote is not None and bool(_TO_HUB.fullmatch(found.remote.name))


def _join_hubs(assembly: Assembly) -> None:
    """Write the hubs of one virtual WAN as peered: they reach each other."""
    wans: dict[str, list[str]] = {}
    for found in assembly.estate.all(FoundNetwork):
        if found.wan:
            wans.setdefault(assembly.key(found.wan), []).append(assembly.networks[assembly.key(found.id)])
    networks = assembly.sketch.data["networks"]
    for first, *others in wans.values():
        if others:
            networks[first]["peerings"] = [*networks[first].get("peerings", ()), *dict.fromkeys(others)]


def _note_clusters(assembly: Assembly) -> None:
    """Note what asks for the pods of a cluster: the input does not have what CoreDNS forwards to."""
    for found in assembly.estate.all(FoundCluster):
        key = assembly.networks.get(assembly.key(found.network)) if found.network else None
        path = ("networks", key) if key and key in assembly.sketch.data["networks"] else ()
        where = "in this network" if path else "in a network that the input does not have"
        service = f" ({found.dns_service})" if found.dns_service else ""
        what = (
            f"the cluster {found.name} is {where}; its CoreDNS{service} is assumed to forward to the network's servers"
        )
        remedy = "look for forward and hosts in its ConfigMap coredns-custom, and write clients if it has them"
        assembly.sketch.notes.add(found.origin, ".".join(path) or found.name, what, remedy, path)


def _note_own_servers(assembly: Assembly) -> None:
    """Note machines that ask other DNS servers than their network does."""
    for found in assembly.estate.all(FoundInterface):
        if found.dns_servers:
            key = assembly.networks.get(assembly.key(found.network)) if found.network else None
            what = f"the network interface {found.name} has DNS servers of its own: {', '.join(found.dns_servers)}"
            path = ("networks", key) if key else ()
            remedy = "what has this interface may resolve in another way than its network"
            assembly.sketch.notes.add(found.origin, ".".join(path) or found.name, what, remedy, path)
