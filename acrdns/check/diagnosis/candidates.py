"""The faults that can change a wrong answer, with values taken from the observations.

Faults that touch no part of a topology that the answer depends on are left out (`touch`). Pins of hosts files are made
here, as a hosts file pins any number of names; so are stale caches, which are no change of a topology (`search`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.check.diagnosis.touch import changed_parts
from acrdns.check.faults import PRIORS, every
from acrdns.check.faults.fault import Candidate
from acrdns.check.faults.site import Site
from acrdns.check.fixes.unpin_name import UnpinName
from acrdns.names import name
from acrdns.record import Type
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from acrdns.check.diagnosis.answer import Answered, Comparison
    from acrdns.check.diagnosis.touch import Part
    from acrdns.check.diagnosis.worlds import Simulated
    from acrdns.topology.model import Topology

PIN = "hosts-file-pin"
CACHE = "stale-cache"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A fault at a place."""

    fault: str
    candidate: Candidate
    parts: frozenset[Part] | None
    """The parts of the topology that it changes; None for any."""

    @property
    def prior(self) -> float:
        """How common the fault is."""
        return PRIORS[self.fault]

    @property
    def key(self) -> tuple[str, str, str]:
        """The values by which suspects differ."""
        return self.fault, self.candidate.subject, self.candidate.message

    def touches(self, needed: frozenset[Part] | None) -> bool:
        """Return whether an answer that depends on some parts may change."""
        return self.parts is None or needed is None or not self.parts.isdisjoint(needed)


def values(answers: Iterable[Answered], comparison: Comparison) -> Mapping[str, tuple[str, ...]]:
    """Return the values that records may have: private IPv4 addresses and all IPv6 addresses observed for each name."""
    found: dict[str, dict[str, None]] = {}
    for answer in answers:
        for address in answer.addresses:
            if ":" in address or not comparison.is_public(address):
                found.setdefault(answer.asked.fqdn, {})[address] = None
    return {fqdn: tuple(addresses) for fqdn, addresses in found.items()}


def suspects(node: Simulated, first: Answered, observed: Mapping[str, tuple[str, ...]]) -> Iterator[Suspect]:
    """Return the faults that can change one wrong answer, the likeliest first."""
    needed, looked_up = node.needed(first.asked)
    site = Site(node.topology, node.layout, looked_up)
    for fault in every():
        candidates = _pins(node, first) if fault.name == PIN else fault.find(site, observed)
        for candidate in candidates:
            suspect = Suspect(fault.name, candidate, changed_parts(candidate.edits, node.topology))
            if suspect.touches(needed):
                yield suspect


def _pins(node: Simulated, first: Answered) -> Iterator[Candidate]:
    """Return a hosts file at the vantage point of an answer that pins all names whose answers are wrong there."""
    vantage = first.asked.vantage
    if vantage == INTERNET or not list(_pinned((first,), node.topology, vantage)):
        return
    wrong = [answer for answer in node.mismatches if answer.asked.vantage == vantage]
    pinned = dict(_pinned(wrong, node.topology, vantage))
    path = (*node.topology.path_of(vantage), "hosts")
    listed = ", ".join(f"{fqdn} to {', '.join(addresses)}" for fqdn, addresses in pinned.items())
    yield Candidate(
        vantage,
        f"machines in {vantage} pin {listed}",
        tuple(Put((*path, fqdn), list(addresses)) for fqdn, addresses in pinned.items()),
        tuple(UnpinName(vantage, fqdn) for fqdn in pinned),
        path,
    )


def _pinned(wrong: Sequence[Answered], topology: Topology, vantage: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    here = topology.vantage(vantage)
    client = here.clients.get(here.client)
    if client is not None and client.hosts is None and here.hosts:
        # A hosts file of the client's own would take the place of the network's.
        return
    for answer in wrong:
        four = tuple(address for address in answer.addresses if ":" not in address)
        alone = len(answer.chain) < 2  # noqa: PLR2004 - the name that was asked
        free = alone and name(answer.asked.fqdn) not in here.hosts
        if four and free and answer.asked.type is not Type.AAAA:
            yield answer.asked.fqdn, four
