"""The search without pruning: every set of faults is simulated. Slow and obvious; small topologies only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.diagnosis.candidates import Suspect, values
from acrdns.check.diagnosis.diagnosed import CACHE, PIN
from acrdns.check.diagnosis.shown.pins import pins
from acrdns.check.diagnosis.worlds import Evidence, Simulated
from acrdns.check.faults import every
from acrdns.check.faults.site import Site
from acrdns.errors import TopologyError
from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.topology.model import Topology

Key = frozenset[tuple[str, str]]


def smallest(topology: Topology, evidence: Evidence, most: int) -> set[Key]:
    """Return the smallest sets that explain everything, of all that there are; none where so many do not suffice."""
    base, meant = Simulated(topology, evidence), Site(topology)
    for size in range(1, most + 1):
        found = {
            key for key, suspects in _sets(base, meant, evidence, (), size) if _is_plain(base, evidence, key, suspects)
        }
        if found:
            return found
    return set()


def _is_plain(base: Simulated, evidence: Evidence, key: Key, suspects: tuple[Suspect, ...]) -> bool:
    """Return whether no cache makes an answer right that another fault made wrong; hosts files hide what they pin."""
    if {fault for fault, _ in key}.isdisjoint((PIN, CACHE)):
        return True
    hidden, broken = set(), set()
    for suspect in suspects:
        try:
            alone = Simulated(suspect.candidate.apply(base.topology), evidence)
        except (KeyError, ValueError, StopIteration, TopologyError):
            continue
        broken |= {answer.asked[:2] for answer in alone.mismatches if answer not in base.mismatches}
        if suspect.fault == PIN:
            hidden |= {answer.asked[:2] for answer in base.mismatches if alone.explains(answer)}
    return broken <= hidden


def _sets(
    node: Simulated, meant: Site, evidence: Evidence, chosen: tuple[Suspect, ...], left: int
) -> Iterator[tuple[Key, tuple[Suspect, ...]]]:
    """Return the key of each set, and its faults without a cache."""
    for suspect in _every(node, meant, evidence):
        faults = (*chosen, suspect)
        if suspect.key in {each.key for each in chosen}:
            continue
        try:
            child = Simulated(suspect.candidate.apply(node.topology), evidence)
        except (KeyError, ValueError, StopIteration, TopologyError):
            continue
        if left > 1:
            yield from _sets(child, meant, evidence, faults, left - 1)
            continue
        if child.explains_all():
            yield _key(faults), faults
        if suspect.fault != PIN:
            wrong = {answer.asked for answer in child.mismatches}
            if wrong.isdisjoint(answer.asked for answer in node.mismatches):
                yield from ((_key(chosen) | {(CACHE, place)}, chosen) for place in _places(node))


def _key(faults: tuple[Suspect, ...]) -> Key:
    return frozenset((each.fault, each.candidate.subject) for each in faults)


def _every(node: Simulated, meant: Site, evidence: Evidence) -> Iterator[Suspect]:
    """Return every fault at every place, whether it could change anything or not."""
    site = Site(node.topology, meant=meant)
    observed = values(evidence.answers, evidence.comparison)
    for fault in every():
        if fault.name == PIN:
            firsts = {answer.asked.vantage: answer for answer in reversed(node.mismatches)}
            candidates = [pin for answer in node.mismatches for pin in pins(node, answer)] if firsts else []
        else:
            candidates = list(fault.find(site, observed))
        for candidate in candidates:
            yield Suspect(fault.name, candidate, None)


def _places(node: Simulated) -> set[str]:
    """Return the networks and servers that every wrong answer may have passed; none for failures, which no cache keeps."""
    if any(answer.outcome in (Outcome.SERVFAIL, Outcome.TIMEOUT, Outcome.REFUSED) for answer in node.mismatches):
        return set()
    passed = [
        {str(part[1]) for part in node.ways(answer).parts if part[0] in ("network", "server")}
        for answer in node.mismatches
    ]
    return set.intersection(*passed) if passed else set()
