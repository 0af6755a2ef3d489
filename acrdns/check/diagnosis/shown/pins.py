"""Hosts files that wrong answers show: they pin any number of names, and their answers have no alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.diagnosis.diagnosed import BY_HAND
from acrdns.check.faults.fault import Candidate
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.pin_name import PinName
from acrdns.check.fixes.unpin_name import UnpinName
from acrdns.names import name, show
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.worlds import Simulated
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import Topology


def pins(node: Simulated, first: Answered) -> Iterator[Candidate]:
    """Return the hosts files that pin a name: that of its vantage point, and that of the network of a client.

    Each pins all names whose answers are wrong there.
    """
    vantage = first.asked.vantage
    if vantage == INTERNET or BY_HAND in vantage or not _pinned(node.topology, vantage, (first,)):
        return
    here = node.topology.vantage(vantage)
    inherits = bool(here.client) and here.clients[here.client].hosts is None
    for place in (vantage, here.name) if inherits else (vantage,):
        readers = [each for each in node.vantages if _has_hosts_of(node.topology, each, place)]
        if pinned := _pinned(node.topology, place, node.mismatches_at(readers)):
            yield _candidate(node.topology, place, pinned)


def _candidate(topology: Topology, place: str, pinned: Mapping[str, tuple[str, ...]]) -> Candidate:
    """Return the hosts file of a place with some names pinned; what it has of its network stays in it."""
    path = (*topology.path_of(place), "hosts")
    here = topology.vantage(place)
    client = here.clients.get(here.client)
    inherited = here.hosts if client is not None and client.hosts is None else {}
    listed = ", ".join(f"{fqdn} to {', '.join(addresses)}" for fqdn, addresses in pinned.items())
    every = {address for addresses in pinned.values() for address in addresses}
    sunk = all(kind_of(address, topology) is AddressKind.UNUSABLE for address in every)
    fixes: list[Fix] = [_unpinned(place, fqdn, here.hosts.get(name(fqdn), ())) for fqdn in pinned]
    if sunk:
        fixes.append(Advice(f"exempt {topology.cloud.registry} from filters on the way"))
    edits = (Put((*path, fqdn), list(addresses)) for fqdn, addresses in pinned.items())
    kept = (Put((*path, show(fqdn)), list(addresses)) for fqdn, addresses in inherited.items())
    return Candidate(
        place,
        f"a hosts file, an ad blocker, a filter or a proxy in {place} sinks {listed}"
        if sunk
        else f"machines in {place} pin {listed}",
        (*kept, *edits),
        tuple(fixes),
        path,
    )


def _unpinned(place: str, fqdn: str, meant: tuple[str, ...]) -> Fix:
    """Return the fix of a pinned name, to which the file may give other addresses."""
    if len(meant) > 1:
        return Advice(f"in the hosts file of {place}: give {fqdn} the addresses {', '.join(meant)}")
    return PinName(place, fqdn, *meant) if meant else UnpinName(place, fqdn)


def _has_hosts_of(topology: Topology, vantage: str, place: str) -> bool:
    """Return whether clients at a vantage point read the hosts file of a place: their own, or their network's."""
    if vantage in (INTERNET, place):
        return vantage == place
    here = topology.vantage(vantage)
    return here.name == place and bool(here.client) and here.clients[here.client].hosts is None


def _pinned(topology: Topology, place: str, wrong: Iterable[Answered]) -> dict[str, tuple[str, ...]]:
    """Return the names of wrong answers that a hosts file can have given, with their addresses."""
    if place not in topology.vantages:
        return {}
    known = topology.vantage(place).hosts
    found: dict[str, tuple[str, ...]] = {}
    for answer in wrong:
        four = tuple(address for address in answer.addresses if ":" not in address)
        alone = len(answer.chain) < 2  # noqa: PLR2004 - the name that was asked
        if four and alone and set(four) != {*known.get(name(answer.asked.fqdn), ())}:
            found.setdefault(answer.asked.fqdn, four)
    return found
