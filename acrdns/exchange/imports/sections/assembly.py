"""An estate under way to a topology: what the sections need of each other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS, Cloud
from acrdns.exchange.imports.endpoint_names import endpoint_name
from acrdns.exchange.imports.estate import found as kinds
from acrdns.exchange.imports.sections.keys import keys
from acrdns.regions import cloud_of_region

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from acrdns.exchange.imports.estate.estate import FoundEstate
    from acrdns.exchange.imports.estate.found import FoundEndpoint
    from acrdns.exchange.imports.estate.identifier import Identifier
    from acrdns.exchange.imports.notes import Origin
    from acrdns.exchange.imports.sections.sketch import Sketch


@dataclass(slots=True)
class EndpointFacts:
    """A private endpoint with what all sources together say of it."""

    found: FoundEndpoint
    key: str
    registry: str
    status: str
    addresses: dict[str, str]
    """Member to address."""
    zones: list[str] | None = None
    """Keys of the zones in its zone groups, by identifier; None where nothing says whether it has one."""
    written: list[str] = field(default_factory=list)
    """Keys in the topology of the zones that its zone group writes into."""


@dataclass
class Assembly:
    """The estate, the sketch, and the keys that identifiers have in it."""

    estate: FoundEstate
    sketch: Sketch
    cloud: Cloud
    networks: dict[str, str] = field(default_factory=dict)
    """Keys of networks that the topology has, by identifier."""
    zones: dict[str, str] = field(default_factory=dict)
    endpoints: list[EndpointFacts] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    """Host label of each registry, by its key."""

    @cached_property
    def interfaces(self) -> Mapping[Hashable, Sequence[kinds.FoundInterface]]:
        """Network interfaces: by their identifier, that of their endpoint, and by resource group and name.

        Azure names those of an endpoint `<endpoint>.nic.<guid>`, which stands here as `<endpoint>.nic.`, too.
        """
        found: dict[Hashable, list[kinds.FoundInterface]] = {}
        for each in self.estate.all(kinds.FoundInterface):
            group, name = each.id.group.lower(), each.name.lower()
            start = name[: name.find(".nic.") + 5] if ".nic." in name else ""
            for key in dict.fromkeys((self.key(each.id), each.endpoint, (group, name), (group, start))):
                found.setdefault(key, []).append(each)
        return found

    @cached_property
    def replicas(self) -> Mapping[str, Sequence[kinds.FoundReplica]]:
        """Replicas by the key of their registry."""
        found: dict[str, list[kinds.FoundReplica]] = {}
        for each in self.estate.all(kinds.FoundReplica):
            found.setdefault(each.id.names[0].lower(), []).append(each)
        return found

    @cached_property
    def connections(self) -> Mapping[Hashable, Sequence[kinds.FoundConnection]]:
        """Connections of registries that have a status: by the key of their endpoint, and by its name alone."""
        found: dict[Hashable, list[kinds.FoundConnection]] = {}
        for each in self.estate.all(kinds.FoundConnection):
            if each.endpoint and each.status:
                for key in (each.endpoint, ("name", (each.endpoint_name or "").lower())):
                    found.setdefault(key, []).append(each)
        return found

    def endpoints_by_registry(self) -> dict[str, list[EndpointFacts]]:
        """Return the private endpoints by the key of their registry."""
        found: dict[str, list[EndpointFacts]] = {}
        for facts in self.endpoints:
            found.setdefault(facts.registry, []).append(facts)
        return found

    def key(self, id_: Identifier | None) -> str:
        """Return the key of an identifier in the estate; empty for None."""
        return self.estate.key(id_)


def cloud_of(estate: FoundEstate, sketch: Sketch) -> Cloud:
    """Return the cloud that most registries are in, and leave those of others out."""
    hosts = {
        key: endpoint_name(registry.login_server or "")
        for (kind, key), registry in estate.objects.items()
        if isinstance(registry, kinds.FoundRegistry) and kind is kinds.FoundRegistry
    }
    often = Counter(host[2] for host in hosts.values() if host)
    often.update({host[2]: 0 for host in _other_names(estate) if host[2] not in often})
    often.update({each.cloud: 0 for each in estate.observed if each.cloud not in often})
    often = often or Counter(map(cloud_of_region, _locations(estate)))
    cloud = CLOUDS[max(often, key=lambda name: often[name])] if often else CLOUDS["AzureCloud"]
    for key, host in hosts.items():
        if host and host[2] != cloud.name:
            registry = estate.objects.pop((kinds.FoundRegistry, key))
            what = f"it is in {host[2]}, and more registries of the input are in {cloud.name}"
            sketch.notes.add(
                registry.origin, f"registries.{registry.name}", what, "it is left out; import it by itself"
            )
    return cloud


def _locations(estate: FoundEstate) -> list[str]:
    """Return the regions of registries, private endpoints and networks."""
    found = (*estate.all(kinds.FoundRegistry), *estate.all(kinds.FoundEndpoint), *estate.all(kinds.FoundNetwork))
    return [each.location for each in found if each.location]


def _other_names(estate: FoundEstate) -> list[tuple[str, str, str]]:
    zones = (endpoint_name(f"x.{zone.name}") for zone in estate.all(kinds.FoundZone))
    names = (endpoint_name(name) for each in estate.all(kinds.FoundEndpoint) for name in each.public_names or ())
    return [name for name in (*zones, *names) if name]


def network_keys(assembly: Assembly) -> None:
    """Set the key of every network that is found, or that something stands in or is linked to."""
    estate = assembly.estate
    ids = {assembly.key(each.id): each.id for each in estate.all(kinds.FoundNetwork)}
    users = (kinds.FoundEndpoint, kinds.FoundLink, kinds.FoundResolver, kinds.FoundInbound, kinds.FoundRulesetLink)
    for kind in (*users, kinds.FoundFirewall):
        for each in estate.all(kind):
            if each.network is not None:
                ids.setdefault(assembly.key(each.network), each.network)
    names = keys(ids.values())
    assembly.networks = {key: names[id_.key] for key, id_ in ids.items()}


def network(assembly: Assembly, id_: Identifier | None, origin: Origin) -> str | None:
    """Return the key of a network, and write one of which nothing is known but that it exists."""
    key = assembly.networks.get(assembly.key(id_)) if id_ else None
    if key is None or id_ is None:
        return None
    if key not in assembly.sketch.data["networks"]:
        path = assembly.sketch.put("networks", key, {})
        what = "TODO: not in the input; address space and DNS servers unknown, Azure-provided DNS assumed"
        remedy = f"add az network vnet show {id_.options()}"
        assembly.sketch.note(origin, path, what, remedy)
    return key
