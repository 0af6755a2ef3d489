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
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

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


def suspects(
    node: Simulated,
    wrong: Answered,
    observed: Mapping[str, tuple[str, ...]],
    *,
    base: Simulated | None = None,
    child: Simulated | None = None,
) -> Iterator[Suspect]:
    """Return the faults that can change one wrong answer of a topology, or of a `child` of it, the likeliest first.

    With `base`, a fault that could be there before the others were added counts, too.
    """
    needed, looked_up = node.needed(wrong.asked)
    if child is not None:
        others, more = child.needed(wrong.asked)
        needed, looked_up = None if needed is None or others is None else needed | others, looked_up | more
    sites = [Site(each.topology, each.layout, looked_up) for each in (node, base) if each]
    for fault in every():
        known: set[tuple[str, str, str]] = set()
        for site in sites:
            candidates = fault.find(site, observed) if fault.name != PIN else pins(node, wrong) if not known else ()
            for candidate in candidates:
                suspect = Suspect(fault.name, candidate, changed_parts(candidate.edits, node.topology))
                if suspect.key not in known and suspect.touches(needed):
                    known.add(suspect.key)
                    yield suspect


def pins(node: Simulated, first: Answered) -> Iterator[Candidate]:
    """Return the hosts files that pin a name: that of its vantage point, and that of the network of a client.

    Each pins all names whose answers are wrong there.
    """
    vantage = first.asked.vantage
    if vantage == INTERNET or not _pinned(node.topology, vantage, (first,)):
        return
    here = node.topology.vantage(vantage)
    inherits = bool(here.client) and here.clients[here.client].hosts is None
    for place in (vantage, here.name) if inherits else (vantage,):
        wrong = [answer for answer in node.mismatches if _has_hosts_of(node.topology, answer.asked.vantage, place)]
        if pinned := _pinned(node.topology, place, wrong):
            path = (*node.topology.path_of(place), "hosts")
            listed = ", ".join(f"{fqdn} to {', '.join(addresses)}" for fqdn, addresses in pinned.items())
            yield Candidate(
                place,
                f"machines in {place} pin {listed}",
                tuple(Put((*path, fqdn), list(addresses)) for fqdn, addresses in pinned.items()),
                tuple(UnpinName(place, fqdn) for fqdn in pinned),
                path,
            )


def _has_hosts_of(topology: Topology, vantage: str, place: str) -> bool:
    """Return whether clients at a vantage point read the hosts file of a place: their own, or their network's."""
    if vantage in (INTERNET, place):
        return vantage == place
    here = topology.vantage(vantage)
    return here.name == place and bool(here.client) and here.clients[here.client].hosts is None


def _pinned(topology: Topology, place: str, wrong: Iterable[Answered]) -> dict[str, tuple[str, ...]]:
    """Return the names of wrong answers that a hosts file can have given, with their addresses."""
    here = topology.vantage(place) if place in topology.vantages else None
    client = here.clients.get(here.client) if here else None
    if here is None or (client is not None and client.hosts is None and here.hosts):
        # A hosts file of the client's own would take the place of the network's.
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for answer in wrong:
        four = tuple(address for address in answer.addresses if ":" not in address)
        alone = len(answer.chain) < 2  # noqa: PLR2004 - the name that was asked
        if four and alone and name(answer.asked.fqdn) not in here.hosts:
            found.setdefault(answer.asked.fqdn, four)
    return found
