"""Networks: names, address spaces and peerings."""

from __future__ import annotations

import ipaddress
import re
from itertools import combinations
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.suggest import remedy
from acrdns.topology.verify.references import at_most, no_repeats, verify_domains

if TYPE_CHECKING:
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import Network

    Range = ipaddress.IPv4Network | ipaddress.IPv6Network

MAX_DNS_SERVERS = 20
"""DNS servers of one virtual network ("Azure subscription and service limits", section Networking)."""

_NAME = re.compile(r"[^\s=/.][^\s=/]*")


def verify(draft: Draft) -> None:
    """Report what is wrong with networks."""
    for key, network in draft.file.networks.items():
        _name(draft, key)
        _overlaps(draft, key, network)
        _peerings(draft, key, network)
        _subnets(draft, key, network)
        _clients(draft, key, network)
        if network.kind == "virtual_network":
            at_most(draft, ("networks", key, "dns_servers"), len(network.dns_servers), MAX_DNS_SERVERS, "DNS servers")


def ranges(network: Network) -> list[Range]:
    """Return a network's address space."""
    return [ipaddress.ip_network(text) for text in network.address_space]


def common(one: list[Range], other: list[Range]) -> Range | None:
    """Return a range that two address spaces share."""
    for a in one:
        for b in other:
            if a.version == b.version and a.overlaps(b):
                return a if a.prefixlen >= b.prefixlen else b
    return None


def _name(draft: Draft, key: str) -> None:
    if key == INTERNET:
        message = "the name internet is taken by the vantage point that always exists"
        draft.report_key(("networks", key), message, "allowed: another name")
    elif not _NAME.fullmatch(key) or not key.isprintable():
        message = f"{key!r} cannot name a vantage point"
        draft.report_key(
            ("networks", key), message, "allowed: a name without spaces, = and /, not beginning with a dot"
        )


def _overlaps(draft: Draft, key: str, network: Network) -> None:
    """Report ranges of one virtual network that overlap; Azure refuses them."""
    if network.kind == "virtual_network":
        for (_, one), (index, other) in combinations(enumerate(ranges(network)), 2):
            if common([one], [other]):
                path = ("networks", key, "address_space", index)
                draft.report(path, f"{other} overlaps {one}", "allowed: ranges that do not overlap")


def _subnets(draft: Draft, key: str, network: Network) -> None:
    """Report subnets outside the address space, and those that overlap."""
    spaces = ranges(network)
    before: list[tuple[str, Range]] = []
    for name, text in network.subnets.items():
        subnet, path = ipaddress.ip_network(text), ("networks", key, "subnets", name)
        if draft.sound("networks", key, "address_space") and not any(_inside(subnet, space) for space in spaces):
            message = f"{subnet} is outside the address space of {key}"
            draft.report(path, message, f"allowed: a range in {', '.join(map(str, spaces)) or 'its address_space'}")
        for other, taken in before:
            if common([subnet], [taken]):
                draft.report(path, f"{subnet} overlaps {other}, {taken}", "allowed: ranges that do not overlap")
        before.append((name, subnet))


def _inside(subnet: Range, space: Range) -> bool:
    return subnet.version == space.version and subnet.overlaps(space) and subnet.prefixlen >= space.prefixlen


def _clients(draft: Draft, key: str, network: Network) -> None:
    """Report names that no vantage point can have, hosts files with names that are none, and DNS of a virtual hub."""
    path = ("networks", key)
    if network.kind == "virtual_hub" and network.dns_servers:
        message = "the hub of a virtual WAN has no DNS of its own"
        draft.report((*path, "dns_servers"), message, "allowed: those of peered networks, or of its clients")
    verify_domains(draft, (*path, "hosts"), network.hosts)
    for name, client in network.clients.items():
        if not _NAME.fullmatch(name) or not name.isprintable():
            allowed = "allowed: a name without spaces, = and /, not beginning with a dot"
            draft.report_key((*path, "clients", name), f"{name!r} cannot name a vantage point", allowed)
        verify_domains(draft, (*path, "clients", name, "hosts"), client.hosts or ())


def _peerings(draft: Draft, key: str, network: Network) -> None:
    known = draft.keys("networks")
    path = ("networks", key, "peerings")
    for index, other in enumerate(network.peerings):
        if other == key:
            draft.report((*path, index), "a network is not peered with itself", "allowed: other networks")
        elif other == INTERNET:
            draft.report((*path, index), "the internet is no network to be peered with", "allowed: other networks")
        elif other not in known:
            others = [name for name in known if name not in (key, INTERNET)]
            draft.report((*path, index), f"networks has no {other!r}", remedy(other, others, "networks has no others"))
        else:
            _peered_overlap(draft, key, index, other)
    no_repeats(draft, path, network.peerings)


def _peered_overlap(draft: Draft, key: str, index: int, other: str) -> None:
    """Report two peered virtual networks with a range in common; Azure refuses the peering."""
    one, two = draft.file.networks[key], draft.file.networks.get(other)
    if two is None or one.kind != "virtual_network" or two.kind != "virtual_network":
        return
    if not (draft.sound("networks", key, "kind") and draft.sound("networks", other, "kind")):
        return
    said_before = key in two.peerings and list(draft.file.networks).index(other) < list(draft.file.networks).index(key)
    if (shared := common(ranges(one), ranges(two))) and not said_before:
        message = f"{key} and {other} both have {shared}"
        draft.report(
            ("networks", key, "peerings", index), message, "allowed: peered networks without a range in common"
        )
