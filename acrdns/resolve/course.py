"""The course of a resolution: which names it came to, where each was looked up, and what of that mattered.

Names that differ in their first label alone are answered alike as long as their courses agree. The law: where a question
goes is decided by the ends of names (the deepest zone, the longest rule) and by what is found in zones. So for another
first label, of the question and of each alias that is met, the answer is the same with those labels in it, if

- every lookup comes to the same outcome: no such name, no such type, an alias with an equal TTL and an equal end, or
  as many addresses with an equal TTL;
- no name is a boundary, where decisions change: an apex, a cut, a forwarder's or a rule's domain;
- no two names are equal.

What is found below wildcards or DNAMEs depends on more than that, and has no course here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from acrdns import names
from acrdns.names import ROOT
from acrdns.record import RRset, Type
from acrdns.resolve.azure_dns import in_zone, no_record
from acrdns.resolve.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.names import Name
    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.public_dns import Nodes
    from acrdns.resolve.world import World
    from acrdns.topology.model import Topology
    from acrdns.zone.compile import Published
    from acrdns.zone.zone import Node, Zone

Outcome = tuple[object, ...]
"""What matters of a lookup; equal for those that are alike."""
MISSING: Final = ("missing",)
NODATA: Final = ("nodata",)
UNLIKE: Final = ("unlike",)
"""An alias with capital letters or none at all in its target, which is unlike all others."""

_CNAME = int(Type.CNAME)
"""A member of an enumeration takes as long to be looked up as the rest of a lookup."""
_ADDRESSES = (Type.A, Type.AAAA)


def outcome(node: Node | None, number: int) -> tuple[Outcome, RRset | None]:
    """Give what matters of a name's record sets to a question for a type, and the set that it found."""
    if node is None:
        return MISSING, None
    alias = None
    for rrset in node:
        kind = rrset.type
        if kind == number:
            return (rrset.ttl, len(rrset.rdatas)), rrset
        if kind == _CNAME:
            alias = rrset
    if alias is None:
        return NODATA, None
    target = alias.rdatas[0]
    if not target.islower():
        return UNLIKE, None
    end = 1 + target[0]
    return (alias.ttl, end, target[end:]), alias


class Lookup(NamedTuple):
    """One name looked up in one zone."""

    nodes: Nodes
    at: int
    """The number of the name."""
    outcome: Outcome
    found: RRset | None


class Cause(NamedTuple):
    """The cause of an answer, where it speaks of a name: what stands before that name's first label and after it."""

    before: str
    at: int
    """The number of the name."""
    after: str


class Course(NamedTuple):
    """How a resolution went."""

    names: tuple[Name, ...]
    """The name of the question, and the target of each alias that was met, in order."""
    lookups: tuple[Lookup, ...]
    """None of them twice."""
    cause: Cause | None
    """None where it speaks of no name, or there is none."""
    addresses: RRset | None
    """What the last lookup found that came to addresses."""
    boundaries: frozenset[Name]
    """Names that are on no such course: where decisions change on it."""


def boundaries(topology: Topology, published: Published) -> frozenset[Name]:
    """Give the names that decide by themselves where a question goes, from all vantage points together."""
    cloud = topology.cloud
    found = {ROOT}
    for text in (cloud.registry, cloud.privatelink, cloud.frontend, cloud.traffic_manager, cloud.cloudapp, cloud.blob):
        found.add(names.name(text))
    found.update(zone.apex for zone in (*published.public, *published.private.values()))
    for server in topology.dns_servers.values():
        found.update(server.zones, server.conditional_forwarders)
    for ruleset in topology.dns_forwarding_rulesets.values():
        found.update(rule.domain for rule in ruleset.rules)
    for registry in topology.registries.values():
        for connected in registry.connected_registries.values():
            if connected.login_server:
                found.add(names.name(connected.login_server))
    return frozenset(found)


def follow(
    ask: Callable[[Question, Walk], Response], question: Question, world: World
) -> tuple[Response, Course | None]:
    """Ask a question, and give the course that it took; None where it has none.

    `ask` may answer from a vantage point of the world or from elsewhere, where it does so by the end of the name.
    """
    walk = Walk(recording=False)
    response = ask(question, walk)
    return response, _course(question, response, walk, world)


def _course(question: Question, response: Response, walk: Walk, world: World) -> Course | None:
    met = [question.name]
    lookups: dict[tuple[int, int], Lookup] = {}
    known = set(world.boundaries)
    for zone, owner, location in walk.reads:
        if owner not in met or not _is_plain(zone, owner, known):
            return None
        nodes, at = world.directory.nodes(zone, location), met.index(owner)
        found, rrset = outcome(nodes.get(owner), question.type)
        if (id(nodes), at) in lookups:
            continue
        lookups[id(nodes), at] = Lookup(nodes, at, found, rrset)
        if rrset is None:
            if found is UNLIKE:
                return None
        elif rrset.type == Type.CNAME:
            if question.type == Type.CNAME or rrset.target in met or rrset.target == ROOT:
                return None
            met.append(rrset.target)
        elif question.type not in _ADDRESSES:
            return None
    if not known.isdisjoint(met):
        return None
    try:
        cause = _cause(response.cause, walk, met)
        addresses = _addresses(response, [each.found for each in lookups.values()])
    except LookupError:
        return None
    return Course(tuple(met), tuple(lookups.values()), cause, addresses, frozenset(known))


def _is_plain(zone: Zone, owner: Name, known: set[Name]) -> bool:
    """Tell whether a name is found in a zone by itself or not at all; adds the boundaries in the zone to those known."""
    known |= zone.cuts
    known |= zone.dnames
    below_encloser = owner not in zone.nodes
    above = owner
    while above != zone.apex:
        above = names.parent(above)
        if above in zone.cuts or above in zone.dnames:
            return False
        if below_encloser and above in zone.nodes:
            if b"\x01*" + above in zone.nodes:
                return False
            below_encloser = False
    return True


def _cause(cause: str, walk: Walk, met: list[Name]) -> Cause | None:
    """Split a cause around the label in it. Raises LookupError where it is not clear which, or it is not written plainly."""
    found = {
        (owner, names.relative(owner, zone.apex))
        for zone, owner, _ in walk.reads
        if zone.kind == "private" and cause.startswith(in_zone(zone)) and cause.endswith(no_record(owner, zone))
    }
    if not found:
        return None
    ((owner, shown), *others) = found
    label = owner[1 : 1 + owner[0]].decode("latin-1")
    if others or not shown.startswith(label):
        raise LookupError(cause)
    return Cause(cause[: -len(shown)], met.index(owner), shown[len(label) :])


def _addresses(response: Response, found: list[RRset | None]) -> RRset | None:
    """Give the addresses that the answer ends with. Raises LookupError where it is not clear which lookup they are from."""
    last = response.answer[-1] if response.answer else None
    if last is None or last.type == Type.CNAME:
        return None
    *others, own = [each for each in found if each is not None and each.type == last.type] or [None]
    if own is not last or own in others:
        raise LookupError(last)
    return own
