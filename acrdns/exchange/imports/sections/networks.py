"""Networks and peerings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.imports.estate.found import FoundInterface, FoundNetwork, FoundPeering
from acrdns.regions import cloud_of_region

if TYPE_CHECKING:
    from acrdns.exchange.imports.sections.assembly import Assembly

_CONNECTED = "connected"


def write(assembly: Assembly) -> None:
    """Write every virtual network that the input has."""
    for found in assembly.estate.all(FoundNetwork):
        key = assembly.networks[assembly.key(found.id)]
        if key in assembly.sketch.data["networks"]:
            continue
        entry = {
            "location": found.location if _is_here(assembly, found) else None,
            "address_space": list(found.address_space or ()),
            "dns_servers": list(dict.fromkeys(found.dns_servers or ())),
        }
        path = assembly.sketch.put("networks", key, entry, found)
        if not found.address_space:
            assembly.sketch.note(found.origin, path, "TODO: the address space is not said", "add az network vnet show")
    _write_peerings(assembly)
    _note_own_servers(assembly)


def _is_here(assembly: Assembly, found: FoundNetwork) -> bool:
    """Return whether a network is in the topology's cloud; one of another has no location there."""
    return found.location is None or cloud_of_region(found.location) == assembly.cloud.name


def _write_peerings(assembly: Assembly) -> None:
    """Write a peering once, at the network that is found first; what carries nothing is noted."""
    networks, sketch = assembly.sketch.data["networks"], assembly.sketch
    states: dict[tuple[str, str], FoundPeering] = {}
    for found in assembly.estate.all(FoundPeering):
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
            remedy = f"add az network vnet show -g {found.remote.group} -n {found.remote.name}"
            sketch.note(found.origin, ("networks", here or found.id.names[0]), what, remedy)
        else:
            states[own, other] = found
    listed = {assembly.key(each.id.parent) for each in assembly.estate.all(FoundPeering)}
    for (own, other), found in states.items():
        here, there = assembly.networks[own], assembly.networks[other]
        if other in listed and (other, own) not in states:
            what = f"the peering {found.name} is Connected here, and not at {there}; it is left out"
            sketch.note(found.origin, ("networks", here), what, "look at both sides")
        elif here != there and here not in networks[there].get("peerings", ()):
            peerings = networks[here].setdefault("peerings", [])
            peerings += [there] if there not in peerings else []


def _note_own_servers(assembly: Assembly) -> None:
    """Note machines that ask other DNS servers than their network does."""
    for found in assembly.estate.all(FoundInterface):
        if found.dns_servers:
            key = assembly.networks.get(assembly.key(found.network)) if found.network else None
            what = f"the network interface {found.name} has DNS servers of its own: {', '.join(found.dns_servers)}"
            path = ("networks", key) if key else ()
            remedy = "what has this interface may resolve in another way than its network"
            assembly.sketch.notes.add(found.origin, ".".join(path) or found.name, what, remedy, path)
