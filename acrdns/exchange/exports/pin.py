"""Pins and forwarders for one vantage point: the addresses that are right there, and the servers that know them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.check.expectation import expect
from acrdns.errors import AcrdnsError
from acrdns.names import name
from acrdns.record import Type
from acrdns.report.escape import visible
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.topology.model import Topology

TTL = 10
"""Seconds; that of private records (facts.md section 1.4): a pin says no more than Azure does."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A name, and the addresses that are right for it."""

    fqdn: str
    addresses: tuple[str, ...]
    endpoint: str
    """The private endpoints that have the addresses, for a comment."""


@dataclass(frozen=True, slots=True)
class ClientExport:
    """All that the exporters for one vantage point need."""

    topology: Topology
    vantage: str
    instead: str = "--pins writes the names themselves"
    """The way out that a message names where there is no server."""

    @property
    def domain(self) -> str:
        """The domain that is forwarded: the public one, never the privatelink one (facts.md F13)."""
        return self.topology.cloud.registry

    def pins(self) -> list[Pin]:
        """Return the names with a private address here. Raises AcrdnsError where there are none."""
        found = list(_pins(self.topology, self.vantage))
        if not found:
            message = f"{self.vantage} reaches no private endpoint, so that no name has a private address there"
            raise AcrdnsError(message)
        return found

    def servers(self) -> list[str]:
        """Return the inbound endpoints, or other servers, in reach that answer right. Raises AcrdnsError for none."""
        found = list(_servers(self.topology, self.vantage))
        if not found:
            message = (
                f"{self.vantage} reaches no inbound endpoint or other DNS server that gives the right addresses; "
                f"acrdns matrix shows what its servers answer, and {self.instead}"
            )
            raise AcrdnsError(message)
        return found

    def head(self, comment: str, *notes: str) -> str:
        """Return the comment that begins a file."""
        lines = (f"Written by acrdns export for {visible(self.vantage)}.", *notes)
        return "".join(f"{comment} {line}\n" for line in lines)


STALE = (
    f"Pins go stale: private records live {TTL} seconds, and a new endpoint or region changes them.",
    "Write them again then, and hold them against a resolver with acrdns check.",
)
"""Lines for the head of a file with pins."""


def _pins(topology: Topology, vantage: str) -> Iterator[Pin]:
    world = World(topology)
    for key, registry in topology.registries.items():
        who = visible(" or ".join(each.name for each in topology.endpoints_in_reach(vantage, key)))
        for member in registry.members():
            expected = expect(topology, vantage, registry, member)
            if expected.kind == "private" and expected.addresses:
                fqdn = member.fqdn(registry.dns_label, topology.cloud)
                right = Pin(fqdn, expected.addresses, who)
                answered = _answered(world, vantage, right)
                # Of several endpoints in reach, the one that answers lead to; where they are wrong, always the first.
                yield Pin(fqdn, answered or expected.addresses[:1], who)


def _servers(topology: Topology, vantage: str) -> Iterator[str]:
    """Return the inbound endpoints that give the right addresses to a client of the network that asks them.

    Without one, other servers in reach that do, such as a firewall with a DNS proxy.
    """
    if vantage == INTERNET:
        return
    home, pins = topology.vantage(vantage).name, list(_pins(topology, vantage))
    near = {home, *topology.reach(home)}
    inbound = [each for resolver in topology.private_resolvers.values() if resolver.network in near
               for each in resolver.inbound_endpoints]  # fmt: skip
    others = [each.address for each in topology.dns_servers.values() if each.network in near and not each.client]
    for addresses in (inbound, others):
        found = []
        for address in addresses:
            asking = replace(topology.networks[home], dns_servers=(address,), hosts={})
            world = World(replace(topology, networks={**topology.networks, home: asking}))
            if pins and all(_answered(world, home, pin) for pin in pins):
                found.append(address)
        if found:
            yield from found
            return


def _answered(world: World, vantage: str, pin: Pin) -> tuple[str, ...]:
    """Return the addresses of the answer that a vantage point gets, where all of them are right; else none."""
    answer = world.resolve(vantage, Question(name(pin.fqdn), Type.A)).response.answer
    found = answer[-1].texts() if answer and answer[-1].type == Type.A else ()
    return tuple(found) if found and set(found) <= set(pin.addresses) else ()
