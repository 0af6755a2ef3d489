"""Addresses that Azure gives when a plan is carried out: free ones of the network, for a comparison of answers."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from acrdns.azure import LOGIN, Member
from acrdns.exchange.imports.estate.found import FoundFirewall, FoundInbound, FoundNetwork, FoundResolver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from acrdns.exchange.imports.sections.assembly import Assembly

_ANYWHERE = ["10.255.0.0/16"]
"""Address space of a network of which no address space is known."""
_OF_SERVERS = 1024
"""How far from the end addresses of DNS servers are: before it, those of private endpoints."""


def serve(assembly: Assembly, spaces: Mapping[str, Sequence[str]]) -> None:
    """Add an address of every inbound endpoint and firewall that lacks one: networks may ask it."""
    known = {assembly.key(each.id): each for each in assembly.estate.all(FoundNetwork)}
    resolvers = {assembly.key(each.id): each.network for each in assembly.estate.all(FoundResolver)}
    servers = [*assembly.estate.all(FoundInbound), *assembly.estate.all(FoundFirewall)]
    taken = {address for each in servers for address in each.addresses or ()}
    for each in servers:
        of = each.network or (resolvers.get(assembly.key(each.id.parent)) if each.id.parent else None)
        if each.addresses is not None or of is None:
            continue
        network = known.get(assembly.key(of))
        key = assembly.networks.get(assembly.key(of), "")
        space = (network.address_space if network else None) or spaces.get(key) or _ANYWHERE
        each.addresses = (next(_free(space, taken, _OF_SERVERS)),)
        what = f"the address of {each.name} is known after apply; {each.addresses[0]} stands for it"
        assembly.sketch.note(each.origin, ("networks", key), what)


def fill(assembly: Assembly, spaces: Mapping[str, Sequence[str]]) -> None:
    """Add addresses of the members that an approved endpoint lacks; `spaces` are known by the networks' keys.

    A new replica adds an address to every endpoint of the registry (facts.md section 2.1).
    """
    taken = {address for facts in assembly.endpoints for address in facts.addresses.values()}
    for facts in assembly.endpoints:
        registry = assembly.sketch.data["registries"].get(facts.registry)
        network = assembly.networks.get(assembly.key(facts.found.network))
        if facts.status != "Approved" or registry is None or network is None:
            continue
        known = assembly.sketch.data["networks"].get(network, {}).get("address_space") or spaces.get(network)
        free = _free(known or _ANYWHERE, taken)
        for member in _members(registry):
            if member not in facts.addresses:
                facts.addresses[member] = next(free)
                what = f"{member} is known after apply; {facts.addresses[member]} stands for it"
                assembly.sketch.note(facts.found.origin, ("private_endpoints", facts.key), what)


def _members(registry: dict[str, Any]) -> list[str]:
    regions = [registry["location"]]
    regions += [each["region"] if isinstance(each, dict) else each for each in registry.get("replications", ())]
    kinds = ["data", *(["regional"] if registry.get("regional_endpoints_enabled") else [])]
    return [str(LOGIN), *(str(Member(kind, region)) for kind in kinds for region in regions)]


def _free(spaces: Sequence[str], taken: set[str], skipped: int = 0) -> Iterator[str]:
    """Return addresses from the end of the first range of IPv4, where people and Azure put the fewest."""
    ranges = [*_ranges(spaces), IPv4Network(_ANYWHERE[0])]
    number = int(ranges[0].broadcast_address) - min(skipped, ranges[0].num_addresses // 2)
    while True:
        number -= 1
        address = str(ranges[0].broadcast_address - (int(ranges[0].broadcast_address) - number))
        if address not in taken:
            taken.add(address)
            yield address


def _ranges(spaces: Iterable[str]) -> Iterator[IPv4Network]:
    """Return the ranges of IPv4, without other texts: those are noted where the network is written."""
    for text in spaces:
        with suppress(ValueError):
            yield IPv4Network(text, strict=False)
